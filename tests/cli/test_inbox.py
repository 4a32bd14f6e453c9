"""Demand that `inbox` shows what is there, changes what it is told to and nothing else, and makes nothing."""

import io
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from sqlalchemy import create_engine

from juspay_webhooks.cli import main
from juspay_webhooks.cli._inbox import _AGAIN, _OLD
from juspay_webhooks.inbox import Record, SqlInbox, State, Stats
from juspay_webhooks.inbox.sql.schema import DIALECTS, PREFIX, tables_of
from juspay_webhooks.testing import make_webhook
from tests.cli.running import Done, Screen, run
from tests.inbox.records import Clock
from tests.inbox.sql.places import KINDS, place_of
from tests.test_docs import blocks_of

ROOT: Final = Path(__file__).parents[2]
BEGUN: Final = datetime(2025, 12, 1, 12, tzinfo=UTC)
PERSONAL: Final = "asha@example.com"
BODY: Final = make_webhook("ORDER_SUCCEEDED", order={"order_id": "shop-1", "customer_email": PERSONAL}).body


def record(event_id: str | None, body: bytes = BODY, *, name: str = "ORDER_SUCCEEDED") -> Record:
    """Make a delivery."""
    return Record(
        namespace="shop",
        event_id=event_id,
        name=name,
        body=body,
        source="webhook",
        received_at=BEGUN,
        headers={"content-type": "application/json"},
    )


@pytest.fixture
def clock() -> Clock:
    """The time at which deliveries are made."""
    clock = Clock()
    clock.seconds = BEGUN.timestamp()
    return clock


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[SqlInbox]:
    """An inbox in the current directory, which the environment names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUSPAY_INBOX_URL", "sqlite:///inbox.db")
    with SqlInbox("sqlite:///inbox.db", clock=clock) as inbox:
        inbox.prepare()
        yield inbox


def settle(inbox: SqlInbox, one: Record, state: State, *, error: str = "", retry: int | None = None) -> str:
    """Let a delivery end; give its key."""
    claim = inbox.claim(one)
    inbox.settle(claim, state, error=error, retry_in=None if retry is None else timedelta(seconds=retry))
    return claim.key


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let somebody sit at a terminal, and answer."""
    monkeypatch.setattr(sys, "stdin", Screen(text))


def counts(inbox: SqlInbox) -> dict[str, int]:
    """Count what is there; what is not is left out."""
    return {name: number for name, number in attrs.asdict(inbox.stats()).items() if number}


# --- list ---


def test_deliveries_are_listed(capsys: pytest.CaptureFixture[str], inbox: SqlInbox, clock: Clock) -> None:
    """The latest first, without bodies; a column that is empty everywhere is left out."""
    done = settle(inbox, record("evt_1"), State.DONE)
    clock.seconds += 1
    failed = settle(inbox, record("evt_2"), State.FAILED, error="ValueError", retry=60)
    shown = run(capsys, "inbox", "list")
    old = run(capsys, "inbox", "list", "--state", "done")

    assert (
        Done(
            0,
            f"""\
key            since                     state    attempt   event             event id   label   source    \
due                       error
{failed[:12]}   2025-12-01 12:00:01 UTC   failed   1         ORDER_SUCCEEDED   evt_2      shop    webhook   \
2025-12-01 12:01:01 UTC   ValueError
{done[:12]}   2025-12-01 12:00:00 UTC   done     1         ORDER_SUCCEEDED   evt_1      shop    webhook
""",
            "",
        )
        == shown
    )
    assert ["key", "since", "state", "attempt", "event", "event id", "label", "source"] == re.split(
        " {2,}", old.out.splitlines()[0]
    )
    assert [done[:12]] == [line.split()[0] for line in old.out.splitlines()[1:]]


def test_there_may_be_none(capsys: pytest.CaptureFixture[str], inbox: SqlInbox) -> None:
    """Then that is what it says; a program reads nothing."""
    assert {} == counts(inbox)
    assert Done(0, "no deliveries\n", "") == run(capsys, "inbox", "list")
    assert Done(0, "", "") == run(capsys, "inbox", "list", "--json")


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_there_may_be_more(capsys: pytest.CaptureFixture[str], inbox: SqlInbox, clock: Clock, form: list[str]) -> None:
    """Than are shown: the latest of all states are, and it says that there are more."""
    keys: list[str] = []
    for number in range(6):
        clock.seconds += 1
        keys.append(settle(inbox, record(f"evt_{number}"), State.DONE if number % 2 else State.DEAD))
    few = run(capsys, "inbox", "list", *form, "--limit", "3")
    some = run(capsys, "inbox", "list", *form, "--limit", "4", *("--state", "done", "--state", "dead") * 2)
    every = run(capsys, "inbox", "list", *form, "--limit", "6")

    assert "juspay-webhooks: there are more than 3: --limit shows more of them\n" == few.err
    for shown, expected in ((few, keys[3:]), (some, keys[2:]), (every, keys)):
        assert [key[:12] for key in reversed(expected)] == re.findall(
            r'^(?:\{"key": ")?([0-9a-f]{12})', shown.out, re.MULTILINE
        )
    assert "" == every.err


def test_a_program_reads_a_line_per_delivery(capsys: pytest.CaptureFixture[str], inbox: SqlInbox) -> None:
    """All fields but the body."""
    key = settle(inbox, record(None, name=""), State.FAILED, error="ValueError", retry=1)
    done = run(capsys, "inbox", "list", "--json")

    assert {
        "key": key,
        "since": "2025-12-01T12:00:00+00:00",
        "state": "failed",
        "attempt": 1,
        "name": "",
        "event_id": None,
        "id_conflict": False,
        "label": "shop",
        "source": "webhook",
        "received_at": "2025-12-01T12:00:00+00:00",
        "headers": {"content-type": "application/json"},
        "due_at": "2025-12-01T12:00:01+00:00",
        "error": "ValueError",
    } == json.loads(done.out)


def test_hostile_names_are_escaped(capsys: pytest.CaptureFixture[str], inbox: SqlInbox) -> None:
    """What a stranger's body is called reaches the terminal escaped, also where one delivery is shown."""
    settle(inbox, record("\x1b[31m[red]\u202e", b"\x1b", name="\r\n[bold]"), State.DEAD, error="\x07")
    key = inbox.entries()[0].key
    for arguments in (["list"], ["list", "--json"], ["show", key], ["show", key, "--json"]):
        done = run(capsys, "inbox", *arguments)

        assert 0 == done.status
        assert all(line.isprintable() for line in done.out.splitlines())
        assert "[red]" in done.out


# --- show ---


def test_a_delivery_is_shown(capsys: pytest.CaptureFixture[str], inbox: SqlInbox) -> None:
    """Every field, then what its body says, personal data masked."""
    key = settle(inbox, record("evt_1"), State.DEAD, error="ValueError")
    done = run(capsys, "inbox", "show", key[:8].upper())

    assert (0, "") == (done.status, done.err)
    for words, text in (
        ("key", key),
        ("state", "dead"),
        ("event id", "evt_1"),
        ("id conflict", "no"),
        ("received at", "2025-12-01 12:00:00 UTC"),
        ("header", "content-type: application/json"),
        ("error", "ValueError"),
        ("body", f"{len(BODY)} bytes"),
        ("order", "shop-1"),
        ("e-mail", r"\*\*\*"),
    ):
        assert re.search(rf"^  {words} +{text}$", done.out, re.MULTILINE), words
    assert re.search(r"^    OrderPaid .*/OrderPaid/shop-1$", done.out, re.MULTILINE)
    assert PERSONAL not in done.out


def test_a_delivery_for_a_program(capsys: pytest.CaptureFixture[str], inbox: SqlInbox) -> None:
    """One line: its fields, and what `parse --json` says of its body."""
    key = settle(inbox, record("evt_1"), State.DONE)
    done = run(capsys, "inbox", "show", "--json", key)
    said = json.loads(done.out)

    assert 1 == len(done.out.splitlines())
    assert (key, "done", len(BODY), "") == (said["key"], said["state"], said["bytes"], said["problem"])
    assert ("OrderSucceeded", "shop-1") == (said["parsed"]["class"], said["parsed"]["order_id"])
    assert "file" not in said["parsed"]
    assert PERSONAL not in done.out


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"no JSON", "the body is not JSON"),
        (b"{}", "the body is not a Juspay webhook"),
        (b"", "the body is "),
    ],
    ids=["text", "object", "nothing"],
)
def test_a_body_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str], inbox: SqlInbox, body: bytes, says: str
) -> None:
    """It is said why."""
    inbox.quarantine(record(None, body, name=""))
    key = inbox.entries()[0].key
    shown, said = run(capsys, "inbox", "show", key), run(capsys, "inbox", "show", "--json", key)

    assert re.search(rf"^  problem +{says}", shown.out, re.MULTILINE)
    assert json.loads(said.out)["problem"].startswith(says)
    assert json.loads(said.out)["parsed"] is None


def test_a_body_in_which_something_is_missing(capsys: pytest.CaptureFixture[str], inbox: SqlInbox) -> None:
    """The places are shown as `parse` shows them."""
    body = b'{"event_name":"ORDER_SUCCEEDED","content":{"order":{"order_id":"o1"}}}'
    inbox.quarantine(record(None, body))

    assert "/content/order/status" in run(capsys, "inbox", "show", inbox.entries()[0].key).out


def test_a_body_that_was_cleared(capsys: pytest.CaptureFixture[str], inbox: SqlInbox) -> None:
    """It is said that this was meant."""
    with SqlInbox("sqlite:///inbox.db", keep_bodies=False) as other:
        key = settle(other, record("evt_1"), State.DONE)

    assert "  problem       the body was cleared when the delivery was done\n" in run(capsys, "inbox", "show", key).out
    assert {"done": 1} == counts(inbox)


@pytest.mark.parametrize("body", [BODY, b"\x00\xff\r\n\x1b", b""], ids=["event", "octets", "nothing"])
def test_the_body_itself(capfdbinary: pytest.CaptureFixture[bytes], inbox: SqlInbox, body: bytes) -> None:
    """Byte for byte, and nothing else."""
    key = settle(inbox, record("evt_1", body), State.DEAD)

    assert 0 == main(["inbox", "show", "--body", key])
    assert (body, b"") == capfdbinary.readouterr()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="allowed: the system has no device that is always full")
def test_the_body_does_not_fit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, inbox: SqlInbox
) -> None:
    """The exit status is that of other commands."""
    key = settle(inbox, record("evt_1"), State.DEAD)
    with Path("/dev/full").open("w", encoding="utf-8") as full, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", full)
        status = main(["inbox", "show", "--body", key])

    assert 74 == status
    assert "juspay-webhooks: cannot write to standard output: No space left on device\n" == capsys.readouterr().err


def test_nobody_reads_the_body(monkeypatch: pytest.MonkeyPatch, inbox: SqlInbox) -> None:
    """It ends as other commands do."""
    key = settle(inbox, record("evt_1"), State.DEAD)
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as pipe, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", pipe)
        status = main(["inbox", "show", "--body", key])

    assert 141 == status


# --- Keys ---


@pytest.fixture
def twins(inbox: SqlInbox) -> list[str]:
    """Keys of two deliveries that begin alike: digests are long, so these are made up."""
    keys = [f"{'ab' * 31}{end}" for end in ("01", "02")]
    deliveries = tables_of(PREFIX).deliveries
    engine = create_engine("sqlite:///inbox.db")
    for number, key in enumerate(keys):
        one = settle(inbox, record(f"evt_{number}"), State.DEAD)
        with engine.begin() as connection:
            connection.execute(deliveries.update().where(deliveries.c.key == one).values(key=key))
    engine.dispose()
    return keys


@pytest.mark.parametrize("command", ["show", "retry"])
def test_a_key_that_several_have(
    capsys: pytest.CaptureFixture[str], inbox: SqlInbox, twins: list[str], command: str
) -> None:
    """They are named, and nothing is changed."""
    assert Done(
        2,
        "",
        f"juspay-webhooks: several keys begin with abababab\n  {twins[0]}\n  {twins[1]}\n  next: give more digits\n",
    ) == run(capsys, "inbox", command, "abababab")
    assert {"dead": 2} == counts(inbox)
    assert 0 == run(capsys, "inbox", command, twins[0]).status


@pytest.mark.parametrize("command", ["show", "retry"])
def test_a_key_that_none_has(capsys: pytest.CaptureFixture[str], inbox: SqlInbox, command: str) -> None:
    """It is said where keys are."""
    key = settle(inbox, record("evt_1"), State.DEAD)
    more = [key] if command == "retry" else []

    assert Done(
        1,
        "",
        "juspay-webhooks: no delivery has the key 00000000\n  next: `juspay-webhooks inbox list` shows keys\n",
    ) == run(capsys, "inbox", command, *more, "00000000")
    assert {"dead": 1} == counts(inbox)


class Vanishing(SqlInbox):
    """An inbox that somebody else purges at the worst moment."""

    def find(self, prefix: str, /) -> list[Any]:
        """Find it, and let it vanish."""
        found = super().find(prefix)
        assert sum(self.purge(timedelta(0), states=[State.DEAD]))
        return found


def test_a_delivery_that_vanishes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, inbox: SqlInbox
) -> None:
    """While it is looked at: it is not there."""
    key = settle(inbox, record("evt_1"), State.DEAD)
    monkeypatch.setattr("juspay_webhooks.cli._operating.SqlInbox", Vanishing)

    assert (1, "") == run(capsys, "inbox", "show", key)[:2]


# --- retry ---


def test_some_are_handled_again(capsys: pytest.CaptureFixture[str], inbox: SqlInbox) -> None:
    """By their keys; nobody is asked."""
    keys = [settle(inbox, record(f"evt_{state}"), state) for state in (State.DEAD, State.FAILED)]

    assert Done(0, "2 deliveries will be handled again, by a worker (juspay-webhooks work)\n", "") == run(
        capsys, "inbox", "retry", keys[0][:8], keys[1], keys[0]
    )
    assert {"received": 2} == counts(inbox)


def test_what_is_done_is_not_handled_again(capsys: pytest.CaptureFixture[str], inbox: SqlInbox) -> None:
    """It is named; the others are."""
    done, dead = (settle(inbox, record(f"evt_{state}"), state) for state in (State.DONE, State.DEAD))

    assert Done(
        1,
        "1 delivery will be handled again, by a worker (juspay-webhooks work)\n",
        f"juspay-webhooks: {done}: it is done: only what is dead, failed or quarantined is handled again\n",
    ) == run(capsys, "inbox", "retry", done, dead)
    assert {"done": 1, "received": 1} == counts(inbox)


def test_all_in_a_state_are_handled_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, inbox: SqlInbox
) -> None:
    """If whoever sits at the terminal says yes, or the command line does."""
    for number in range(3):
        settle(inbox, record(f"evt_{number}"), State.DEAD)
    question = "juspay-webhooks: handle 3 dead deliveries again? [y/N] "
    said = "3 deliveries will be handled again, by a worker (juspay-webhooks work)\n"
    for text in ("n\n", "\n", ""):
        answer(monkeypatch, text)
        assert Done(1, "", f"{question}juspay-webhooks: nothing was changed\n") == run(
            capsys, "inbox", "retry", "--state", "dead"
        )
        assert {"dead": 3} == counts(inbox)
    answer(monkeypatch, "Yes\n")
    assert Done(0, said, question) == run(capsys, "inbox", "retry", "--state", "dead")
    assert {"received": 3} == counts(inbox)


@pytest.mark.parametrize("arguments", [["retry", "--state", "dead"], ["purge", "--older-than", "0s"]], ids=" ".join)
def test_where_nobody_can_be_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, inbox: SqlInbox, arguments: list[str]
) -> None:
    """Nothing is changed without --yes."""
    settle(inbox, record("evt_1"), State.DEAD)
    settle(inbox, record("evt_2"), State.DONE)
    for nothing in (io.StringIO("y\n"), None):
        monkeypatch.setattr(sys, "stdin", nothing)

        assert Done(
            2, "", "juspay-webhooks: nobody can be asked: standard input is no terminal\n  next: give --yes\n"
        ) == run(capsys, "inbox", *arguments)
    assert {"dead": 1, "done": 1} == counts(inbox)
    assert (0, "") == run(capsys, "inbox", *arguments, "--yes")[::2]
    assert 1 == len(counts(inbox).keys() & {"dead", "done"})


# --- purge ---


def test_what_is_old_is_forgotten(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, inbox: SqlInbox, clock: Clock
) -> None:
    """What is done, unless told otherwise; at the end the number is said, also if there is none."""
    for number in range(5):
        settle(inbox, record(f"evt_{number}"), State.DONE)
    for state in (State.DEAD, State.FAILED):
        settle(inbox, record(state), state)
    clock.seconds = datetime.now(UTC).timestamp()
    settle(inbox, record("evt_new"), State.DONE)
    answer(monkeypatch, "y\n")

    assert Done(
        0,
        "forgotten: 5 deliveries\n",
        "juspay-webhooks: forget those of 6 done deliveries that have stood so for 7 days? [y/N] ",
    ) == run(capsys, "inbox", "purge", "--older-than", "1w", "--batch", "2")
    assert {"done": 1, "dead": 1, "failed": 1} == counts(inbox)
    more = ("--state", "dead", "--state", "failed", "--state", "dead", "--yes")
    assert Done(0, "forgotten: 2 deliveries\n", "") == run(capsys, "inbox", "purge", "--older-than", "1h", *more)
    assert Done(0, "forgotten: 0 deliveries\n", "") == run(capsys, "inbox", "purge", "--older-than", "1h", "--yes")
    assert {"done": 1} == counts(inbox)


def test_nothing_is_forgotten_without_a_yes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, inbox: SqlInbox
) -> None:
    """The exit status says so."""
    settle(inbox, record("evt_1"), State.DONE)
    answer(monkeypatch, "")
    done = run(capsys, "inbox", "purge", "--older-than", "90m")

    assert (1, "") == (done.status, done.out)
    assert "forget those of 1 done delivery that have stood so for 1:30:00? [y/N] " in done.err
    assert {"done": 1} == counts(inbox)


def test_a_line_changes_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, inbox: SqlInbox
) -> None:
    """With each batch."""
    for number in range(3):
        settle(inbox, record(f"evt_{number}"), State.DONE)
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    status = main(["inbox", "purge", "--older-than", "0s", "--batch", "2", "--yes"])

    assert (0, "forgotten: 3 deliveries\n") == (status, capsys.readouterr().out)
    assert "\rforgotten: 2\rforgotten: 3\r            \r" == screen.getvalue()


class Breaking(SqlInbox):
    """An inbox whose database goes away."""

    def purge(self, *_: object, **__: object) -> Iterator[int]:
        """Forget some, then fail."""
        yield 500
        with SqlInbox("sqlite:////nowhere/inbox.db") as away:
            away.stats()


@pytest.mark.usefixtures("inbox")
def test_a_database_that_goes_away(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was forgotten until then is said all the same."""
    monkeypatch.setattr("juspay_webhooks.cli._operating.SqlInbox", Breaking)
    done = run(capsys, "inbox", "purge", "--older-than", "1d", "--yes")

    assert (1, "forgotten: 500 deliveries\n") == (done.status, done.out)
    assert "the database of the inbox failed: OperationalError" in done.err


# --- stats ---


def test_deliveries_are_counted(capsys: pytest.CaptureFixture[str], inbox: SqlInbox) -> None:
    """Each state, and what was acted on."""
    settle(inbox, record("evt_1"), State.DONE)
    inbox.store(record("evt_2"))
    text, said = run(capsys, "inbox", "stats"), run(capsys, "inbox", "stats", "--json")

    assert {**dict.fromkeys(attrs.fields_dict(Stats), 0), "done": 1, "received": 1} == json.loads(said.out)
    assert ["what          number", "received      1", "processing    0", "done          1"] == text.out.splitlines()[
        :4
    ]
    assert (0, 0, "", "") == (text.status, said.status, text.err, said.err)


# --- ddl, alembic ---


@pytest.mark.parametrize("dialect", DIALECTS)
def test_statements_are_written(capsys: pytest.CaptureFixture[str], dialect: str) -> None:
    """As `SqlInbox` writes them; no database is needed."""
    assert Done(0, SqlInbox.ddl(dialect), "") == run(capsys, "inbox", "ddl", dialect)


def test_a_migration_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """With a prefix before or behind the command's name."""
    expected = Done(0, SqlInbox.alembic(table_prefix="shop_"), "")

    assert Done(0, SqlInbox.alembic(), "") == run(capsys, "inbox", "alembic")
    assert expected == run(capsys, "inbox", "--table-prefix", "shop_", "alembic")
    assert expected == run(capsys, "inbox", "alembic", "--table-prefix", "shop_")


# --- The database ---


@pytest.mark.parametrize("kind", KINDS)
def test_every_database(capsys: pytest.CaptureFixture[str], tmp_path: Path, clock: Clock, kind: str) -> None:
    """Is looked after alike."""
    place, prefix = place_of(kind, tmp_path), f"t{secrets.token_hex(6)}_"

    def inbox(*arguments: str) -> Done:
        return run(capsys, "inbox", "--url", place, "--table-prefix", prefix, *arguments)

    try:
        with SqlInbox(place, table_prefix=prefix, clock=clock) as made:
            keys = [settle(made, record(f"evt_{state}"), state) for state in (State.DONE, State.DEAD, State.FAILED)]
        assert sorted(key[:12] for key in keys) == sorted(
            line.split()[0] for line in inbox("list").out.splitlines()[1:]
        )
        assert f" {keys[1]}\n" in inbox("show", keys[1][:8]).out
        assert "1 delivery will be " in inbox("retry", keys[1][:8]).out
        assert "1 delivery will be " in inbox("retry", "--state", "failed", "--yes").out
        assert "forgotten: 1 delivery\n" == inbox("purge", "--older-than", "1d", "--yes").out
        assert {"received": 2} == {
            name: number for name, number in json.loads(inbox("stats", "--json").out).items() if number
        }
    finally:
        engine = create_engine(place)
        tables_of(prefix).metadata.drop_all(engine)
        engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///no.db",
        "sqlite+pysqlite:///no.db",
        "sqlite:///folder/no.db",
        "sqlite:///file:no.db?uri=true",
        "sqlite:///file:folder/n%6f.db?uri=true&mode=rwc",
    ],
)
def test_a_file_that_is_not_there_is_not_made(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """It is said which one is meant."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    done = run(capsys, "inbox", "--url", url, "list")
    file = "folder/no.db" if "folder" in url else "no.db"

    assert (2, "") == (done.status, done.out)
    assert f"juspay-webhooks: there is no file {file}\n" in done.err
    assert [tmp_path / "folder"] == sorted(tmp_path.rglob("*"))


def test_tables_that_are_not_there_are_not_made(
    capsys: pytest.CaptureFixture[str], inbox: SqlInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said how to make them."""
    done = run(capsys, "inbox", "--table-prefix", "other_", "stats")

    assert (2, "") == (done.status, done.out)
    assert "juspay-webhooks: the database has no other_deliveries" in done.err
    assert done == run(capsys, "inbox", "--table-prefix", "other_", "stats")
    monkeypatch.setenv("JUSPAY_INBOX_URL", "sqlite:///file:inbox.db?uri=true")
    assert 0 == run(capsys, "inbox", "stats").status
    assert {} == counts(inbox)


@pytest.mark.parametrize(
    ("url", "status", "says"),
    [
        ("", 2, "juspay-webhooks: no database is named\n  set JUSPAY_INBOX_URL, or --url: URL of the database"),
        ("inbox.db", 2, "juspay-webhooks: SqlInbox takes URLs of sqlite, postgresql, mariadb, mysql"),
        ("sqlite://", 2, "juspay-webhooks: SqlInbox needs SQLite in a file"),
        ("sqlite:///.", 1, "juspay-webhooks: the database of the inbox failed: OperationalError"),
        (
            "mysql+pymysql://shop:geheim@127.0.0.1:1/shop",
            1,
            "juspay-webhooks: the database of the inbox failed: OperationalError 2003\n  next: check the URL",
        ),
    ],
)
def test_a_wrong_url(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str, status: int, says: str
) -> None:
    """It is said what is wrong, from the environment and from the option, never with the password."""
    monkeypatch.setenv("JUSPAY_INBOX_URL", url)
    from_environment = run(capsys, "inbox", "stats")
    monkeypatch.setenv("JUSPAY_INBOX_URL", "sqlite:///never.db")
    from_option = run(capsys, "inbox", "stats", "--url", url)

    assert from_environment == from_option
    assert (status, "") == (from_option.status, from_option.out)
    assert from_option.err.startswith(says)
    assert "geheim" not in from_option.err


# --- How it is typed ---


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "COMMAND"),
        (["lst"], "invalid choice: 'lst'"),
        (["list", "--state", "gone"], "invalid choice: 'gone'"),
        (["list", "--limit", "0"], "--limit: a whole number above 0"),
        (["show"], "KEY"),
        (["show", "5f0c61f"], "a key is the first 8 of its hex digits at least"),
        (["show", "5f0c61fg"], "a key is the first 8 of its hex digits at least"),
        (["show", "0" * 65], "a key is the first 8 of its hex digits at least"),
        (["show", "--body", "--json", "0" * 8], "not allowed with argument"),
        (["retry"], "give keys, or --state"),
        (["retry", "0" * 8, "--state", "dead"], "give keys, or --state"),
        (["retry", "--state", "done"], "invalid choice: 'done'"),
        (["purge"], "--older-than"),
        (["purge", "--older-than", "90"], "for example 90d"),
        (["purge", "--older-than", "-1d"], "--older-than"),
        (["purge", "--older-than", "36501d"], "for example 90d; 100 years at most"),
        (["purge", "--older-than", "999999999w"], "for example 90d; 100 years at most"),
        (["purge", "--older-than", "1d", "--state", "received"], "invalid choice: 'received'"),
        (["purge", "--older-than", "1d", "--batch", "many"], "--batch: a whole number above 0"),
        (["ddl", "oracle\x1b"], "the dialect is one of sqlite, postgresql, mariadb, mysql"),
        (["--table-prefix", "Shop", "alembic"], "table_prefix is small letters, digits and _"),
    ],
    ids=str,
)
def test_misuse(capsys: pytest.CaptureFixture[str], inbox: SqlInbox, arguments: list[str], words: str) -> None:
    """Wrong options are refused with what is right."""
    done = run(capsys, "inbox", *arguments)

    assert (2, "") == (done.status, done.out)
    assert words in done.err
    assert "\x1b" not in done.err
    assert {} == counts(inbox)


def test_the_states_are_those_of_the_inbox(inbox: SqlInbox) -> None:
    """What may be typed is what `retry` and `purge` take."""
    takes: list[tuple[State, ...]] = []
    calls: tuple[Callable[[State], object], ...] = (inbox.retry, lambda one: inbox.purge(timedelta(1), states=[one]))
    for call in calls:
        taken: list[State] = []
        for state in State:
            try:
                call(state)
            except ValueError:
                continue
            taken.append(state)
        takes.append(tuple(taken))

    assert [set(_AGAIN), set(_OLD)] == [set(taken) for taken in takes]


@pytest.mark.parametrize("name", ["list", "show", "retry", "purge", "stats", "ddl", "alembic"])
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Each says what it does; that of `inbox` has examples."""
    every, one = run(capsys, "inbox", "--help"), run(capsys, "inbox", name, "--help")

    assert (0, "", 0, "") == (every.status, every.err, one.status, one.err)
    assert "examples:\n  export JUSPAY_INBOX_URL=" in every.out
    assert f"    {name} " in every.out
    assert f"usage: juspay-webhooks inbox {name} " in one.out
    assert "JUSPAY_INBOX_URL" in one.out


@pytest.mark.parametrize("command", ["inbox", "work"])
def test_help_does_not_need_the_extra(command: str) -> None:
    """It loads neither SQLAlchemy nor a receiver: it starts at once."""
    code = f"import sys; from juspay_webhooks.cli import main; main(['{command}', '--help']); "
    done = subprocess.run(
        [sys.executable, "-c", f"{code}print(*sys.modules, file=sys.stderr)"],
        capture_output=True,
        check=True,
        text=True,
    )

    loaded = set(done.stderr.split())
    assert set() == loaded & {"sqlalchemy", "juspay_webhooks.receiver.receiver", "juspay_webhooks.worker"}


@pytest.mark.parametrize("arguments", [["stats"], ["ddl", "sqlite"]], ids=" ".join)
def test_without_the_extra_it_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    """In one line and what to type."""
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)

    assert Done(
        2, "", 'juspay-webhooks: this command needs an extra\n  next: pip install "juspay-webhooks[sql]"\n'
    ) == run(capsys, "inbox", *arguments)


# --- The documents ---


def test_it_is_as_shown(capsys: pytest.CaptureFixture[str], inbox: SqlInbox, clock: Clock) -> None:
    """What the documents show of `inbox` is what it says of such an inbox."""
    blocks = blocks_of(ROOT / "docs" / "cli.md", "text")
    texts = [block.text for block in blocks if block.text.startswith("$ juspay-webhooks inbox")]
    for number, state in enumerate((State.DONE, State.DEAD, State.FAILED), start=2001):
        clock.seconds += 60
        one = record(f"evt_V2_{number}", make_webhook("ORDER_SUCCEEDED", order={"order_id": f"shop-{number}"}).body)
        error = "" if state is State.DONE else "OutOfStock"
        settle(inbox, one, state, error=error, retry=10 if state is State.FAILED else None)
    for text in texts:
        command, _, expected = text.partition("\n")
        done = run(capsys, *command.removeprefix("$ juspay-webhooks ").split())

        assert (0, expected) == (done.status, done.out + done.err)
    assert texts

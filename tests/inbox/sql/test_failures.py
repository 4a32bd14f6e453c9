"""The database is away, locked, full or read-only: an exception without values, and nothing is lost."""

import os
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Engine, create_engine, event, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from juspay_webhooks.inbox import InboxUnavailable, SqlInbox, State, Verdict
from juspay_webhooks.inbox.sql.schema import tables_of
from tests.inbox.records import PAID, Clock, counts, record, settled
from tests.inbox.sql.places import SERVERS, Make

SECRET: Final = b"asha@example.com"

CALLS: Final[dict[str, Callable[[SqlInbox], object]]] = {
    "claim": lambda inbox: inbox.claim(record(body=SECRET)),
    "store": lambda inbox: inbox.store(record(body=SECRET)),
    "quarantine": lambda inbox: inbox.quarantine(record(None, SECRET)),
    "once": lambda inbox: inbox.once(PAID, namespace=SECRET.decode()),
    "stats": lambda inbox: inbox.stats(),
    "take": lambda inbox: inbox.take(1),
    "retry": lambda inbox: inbox.retry(SECRET.decode()),
    "entries": lambda inbox: inbox.entries(),
    "purge": lambda inbox: list(inbox.purge(timedelta(0))),
    "tx": lambda inbox: inbox.begin("shop").tx.close(),
}
every_call: Final = pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
only_servers: Final = pytest.mark.parametrize("kind", SERVERS, indirect=True)


def refused(inbox: SqlInbox, call: Callable[[SqlInbox], object], says: str) -> None:
    """Demand that a call raises, and shows no value."""
    with pytest.raises(InboxUnavailable, match=says) as raised:
        call(inbox)
    assert SECRET.decode() not in "".join(traceback.format_exception(raised.value))


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The test's file, locked by somebody else."""
    with SqlInbox(f"sqlite:///{tmp_path / 'inbox.db'}") as inbox:
        inbox.prepare()
    connection = sqlite3.connect(tmp_path / "inbox.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


# --- A file ---


@every_call
def test_a_file_that_is_locked(tmp_path: Path, locked: sqlite3.Connection, call: Callable[[SqlInbox], object]) -> None:
    """Waits as long as was said, then raises; afterwards all is well."""
    with SqlInbox(f"sqlite:///{tmp_path / 'inbox.db'}", wait=timedelta(milliseconds=30)) as inbox:
        if call is not CALLS["tx"]:
            refused(inbox, call, "the database of the inbox failed: OperationalError SQLITE_BUSY")
        locked.execute("COMMIT")
        call(inbox)


def test_a_file_that_is_read_only(tmp_path: Path) -> None:
    """Nothing can be remembered: the sender comes again."""
    with SqlInbox(f"sqlite:///{tmp_path / 'inbox.db'}") as inbox:
        settled(inbox, record())
    with SqlInbox(f"sqlite:///file:{tmp_path / 'inbox.db'}?mode=ro&uri=true") as inbox:
        refused(inbox, CALLS["claim"], "OperationalError SQLITE_READONLY")


def test_a_file_that_is_none(tmp_path: Path) -> None:
    """A folder that is not there, and a file of another kind."""
    (tmp_path / "other.db").write_bytes(b"no database at all" * 99)

    for place, says in (("away/inbox.db", "SQLITE_CANTOPEN"), ("other.db", "DatabaseError SQLITE_NOTADB")):
        with SqlInbox(f"sqlite:///{tmp_path / place}") as inbox:
            refused(inbox, CALLS["claim"], says)


def test_a_new_file_that_somebody_else_begins_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its log can be turned on by one at a time; the others look again, and not for ever."""
    place = tmp_path / "inbox.db"
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    other.execute("CREATE TABLE theirs (id TEXT)")
    pauses: list[float] = []
    monkeypatch.setattr("juspay_webhooks.inbox.sql.database.time.sleep", pauses.append)

    with SqlInbox(f"sqlite:///{place}", wait=timedelta(milliseconds=5)) as inbox:
        refused(inbox, CALLS["claim"], "SQLITE_BUSY")
        assert 4 == len(pauses)
        monkeypatch.setattr("juspay_webhooks.inbox.sql.database.time.sleep", lambda _: other.commit())
        assert Verdict.CLAIMED is inbox.claim(record()).verdict
    other.close()


FULL: Final = """
import resource, signal, sys
from datetime import UTC, datetime
from juspay_webhooks.inbox import InboxUnavailable, Record, SqlInbox, State
def one(number):
    return Record(namespace="shop", event_id=f"evt_{number}", name="", body=b"x" * 50_000, source="webhook",
                  received_at=datetime.now(UTC))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
inbox = SqlInbox(sys.argv[1])
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
kept = 0
try:
    while kept < 100:
        inbox.settle(inbox.claim(one(kept)), State.DONE)
        kept += 1
except InboxUnavailable as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
print(kept > 5, inbox.stats().done == kept, inbox.claim(one(kept)).verdict, inbox.claim(one(0)).verdict)
"""


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """What was answered is kept; as soon as there is room it goes on, in the same process."""
    command = [sys.executable, "-c", FULL, f"sqlite:///{tmp_path / 'inbox.db'}"]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()

    assert said[0].startswith("the database of the inbox failed: OperationalError SQLITE_")
    # Whichever call the disk refused: a claim that could not be settled lives until its lease is over.
    assert said[1:] in (["True True claimed duplicate"], ["True True busy duplicate"])


# --- A server ---


@pytest.fixture
def killer(engine: Engine) -> Callable[[], int]:
    """Kill every connection to this database but one's own; how many."""

    def kill() -> int:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                ours = "SELECT pid FROM pg_stat_activity WHERE application_name = 'victim'"
                victims = connection.scalars(text(ours)).all()
                for victim in victims:
                    connection.execute(text(f"SELECT pg_terminate_backend({victim})"))
            else:
                ours = "SELECT id FROM information_schema.processlist WHERE user = 'victim'"
                victims = connection.scalars(text(ours)).all()
                for victim in victims:
                    connection.execute(text(f"KILL {victim}"))
        return len(victims)

    return kill


@pytest.fixture
def victim(make: Make, engine: Engine) -> Iterator[SqlInbox]:
    """An inbox whose connections can be told from those of others."""
    if engine.dialect.name == "postgresql":
        yield make(place=engine.url.update_query_dict({"application_name": "victim"}))
        return
    with engine.connect() as connection:
        connection.execute(text("CREATE OR REPLACE USER victim IDENTIFIED BY 'hunter2'"))
        connection.execute(text(f"GRANT ALL ON {engine.url.database}.* TO victim"))
    yield make(place=engine.url.set(username="victim", password="hunter2"))
    with engine.connect() as connection:
        connection.execute(text("DROP USER victim"))


@only_servers
@every_call
def test_connections_that_died_while_idle(
    victim: SqlInbox, killer: Callable[[], int], call: Callable[[SqlInbox], object]
) -> None:
    """A server that was restarted is no error, if it is back."""
    unit = victim.begin("shop")
    victim.once(PAID, namespace="shop")
    assert killer() >= 1

    call(victim)
    unit.rollback()


@only_servers
def test_a_connection_that_dies_in_the_middle(
    victim: SqlInbox, killer: Callable[[], int], engine: Engine, prefix: str
) -> None:
    """The handler and the unit learn of it; nothing is kept, and the next attempt works."""
    statement = insert(tables_of(prefix).effects)
    row = {"key": "k", "namespace": "", "name": "", "token": 0, "done_at": 1}
    for where in ("handler", "commit"):
        unit = victim.begin("shop")
        assert Verdict.CLAIMED is unit.once(PAID)
        unit.tx.execute(statement, row)
        assert killer() >= 1
        if where == "handler":
            with pytest.raises(SQLAlchemyError):
                unit.tx.execute(statement, row)
        with pytest.raises(InboxUnavailable):
            unit.commit()
        unit.rollback()
        assert {} == counts(victim)
    assert victim.once(PAID, namespace="shop")
    assert engine.url.database


@only_servers
def test_a_row_that_is_locked(make: Make, engine: Engine, prefix: str) -> None:
    """A call waits for a lock as long as was said, raises, and works once it is free."""
    inbox = make(wait=timedelta(seconds=1))
    inbox.store(record())

    with engine.connect() as connection:
        connection.execute(select(tables_of(prefix).deliveries).with_for_update())
        refused(inbox, lambda inbox: inbox.claim(record()), "OperationalError 1205|LockNotAvailable 55P03")
        assert [] == inbox.take(5)
    assert Verdict.CLAIMED is inbox.claim(record()).verdict


@only_servers
def test_a_server_that_is_away(make: Make, engine: Engine) -> None:
    """Neither its address nor its password is said, but the kind of the error."""
    inbox = make(place=engine.url.set(port=1, username="shop", password="hunter2"))

    with pytest.raises(InboxUnavailable, match="the database of the inbox failed: OperationalError") as raised:
        inbox.prepare()
    assert "hunter2" not in "".join(traceback.format_exception(raised.value))


# --- Values ---


def test_errors_on_an_engine_that_shows_parameters(tmp_path: Path) -> None:
    """The merchant's engine shows them to the merchant; the inbox does not."""
    engine = create_engine(f"sqlite:///{tmp_path / 'inbox.db'}")
    inbox = SqlInbox(engine)
    inbox.prepare()
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE juspay_inbox_deliveries"))

    refused(inbox, CALLS["claim"], "OperationalError SQLITE_ERROR")
    unit = inbox.begin("shop")
    with pytest.raises(SQLAlchemyError) as raised:
        unit.tx.execute(text("INSERT INTO nowhere VALUES (:a)"), {"a": SECRET.decode()})
    unit.rollback()
    assert SECRET.decode() not in str(raised.value)
    engine.dispose()


# --- Others come between ---


@pytest.mark.parametrize("times", [1, 9])
def test_a_delivery_that_vanishes_while_it_is_looked_at(tmp_path: Path, clock: Clock, times: int) -> None:
    """It is looked at again; if that goes on and on, the sender comes again."""
    engine = create_engine(f"sqlite:///{tmp_path / 'inbox.db'}")
    inbox = SqlInbox(engine, clock=clock)
    settled(inbox, record())
    gone = list[str]()

    def forget(_: object, cursor: Any, statement: str, *__: object) -> None:  # noqa: ANN401 - a driver's
        if statement.startswith("SELECT") and len(gone) < times:
            gone.append(statement)
            cursor.execute("DELETE FROM juspay_inbox_deliveries")

    event.listen(engine, "before_cursor_execute", forget)

    if times == 1:
        assert Verdict.DUPLICATE is inbox.claim(record()).verdict
    else:
        refused(inbox, lambda inbox: inbox.claim(record()), "a delivery appeared and vanished")
    engine.dispose()


@pytest.mark.parametrize("times", [1, 9])
def test_an_effect_that_somebody_else_claims_a_moment_earlier(tmp_path: Path, clock: Clock, times: int) -> None:
    """It is looked at again; if that goes on and on, the sender comes again."""
    engine = create_engine(f"sqlite:///{tmp_path / 'inbox.db'}")
    inbox = SqlInbox(engine, clock=clock)
    inbox.prepare()
    come = list[str]()

    def be_faster(_: object, cursor: Any, statement: str, parameters: object, *__: object) -> None:  # noqa: ANN401
        if statement.startswith("INSERT") and len(come) < times:
            come.append(statement)
            cursor.execute(statement, parameters)

    event.listen(engine, "before_cursor_execute", be_faster)

    if times == 1:
        assert inbox.once(PAID, namespace="shop")
    else:
        refused(inbox, lambda inbox: inbox.once(PAID, namespace="shop"), "an effect appeared and vanished")
    engine.dispose()


# --- Forks ---


FORK: Final = """
import os, sys
from datetime import UTC, datetime
from juspay_webhooks.inbox import Record, SqlInbox, State
def one(name):
    return Record(namespace="shop", event_id=name, name="", body=b"{}", source="webhook",
                  received_at=datetime.now(UTC))
inbox = SqlInbox(sys.argv[1], table_prefix=sys.argv[2])
claim = inbox.claim(one("evt_parent"))
children = []
for number in range(4):
    child = os.fork()
    if not child:
        for turn in range(20):
            mine = inbox.claim(one(f"evt_{number}_{turn}"))
            assert mine.verdict == "claimed" and inbox.settle(mine, State.DONE)
        assert inbox.claim(one("evt_parent")).verdict == "busy"
        sys.exit(0)
    children.append(child)
for turn in range(20):
    assert inbox.settle(inbox.claim(one(f"evt_own_{turn}")), State.DONE)
print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
print(inbox.settle(claim, State.DONE), inbox.stats().done)
"""


def test_forks_share_no_connection(place: str, prefix: str, make: Make) -> None:
    """An inbox that was used before a fork works on both sides."""
    make().prepare()
    command = [sys.executable, "-c", FORK, place, prefix]
    done = subprocess.run(command, capture_output=True, check=True, text=True)

    assert ["[0, 0, 0, 0]", "True 101"] == done.stdout.splitlines()
    assert "" == done.stderr


def test_another_process_has_connections_of_its_own(inbox: SqlInbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the parent are neither used nor closed."""
    unit, other = inbox.begin("shop"), inbox.begin("shop")
    parents = unit.tx.connection.dbapi_connection
    unit.rollback()
    pid = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: pid + 1)
    childs = other.tx.connection.dbapi_connection

    assert parents is not childs
    assert parents is not None
    parents.cursor().execute("SELECT 1")
    other.rollback()
    parents.close()
    assert inbox.settle(inbox.claim(record()), State.DONE)

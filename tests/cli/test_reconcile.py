"""Demand that `reconcile` asks about the orders that it is told of, acts on what it hears, and says what is wrong."""

import importlib
import io
import json
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import juspay_webhooks
from juspay_webhooks import BasicAuth, OrderStatusClient, Receiver
from juspay_webhooks.inbox import SqlInbox
from juspay_webhooks.testing import FakeJuspay
from tests.cli.fakes import SECONDS
from tests.cli.running import run

SHOP: Final = """
import sys
from pathlib import Path

from juspay_webhooks import BasicAuth, Credential, OrderPaid, Receiver
from juspay_webhooks.inbox import MemoryInbox, SqlInbox

receiver = Receiver(BasicAuth("shop", "secret"), inbox=SqlInbox("sqlite:///inbox.db"))
forgetful = Receiver(BasicAuth("shop", "secret"), inbox=MemoryInbox())
away = Receiver(BasicAuth("shop", "secret"), inbox=SqlInbox("sqlite:////nowhere/inbox.db"))
leaving = Receiver(BasicAuth("shop", "secret"), inbox=SqlInbox("sqlite:///leaving.db"))
two = Receiver(
    BasicAuth([Credential("a", "secret", label="shop-a"), Credential("b", "secret", label="shop-b")]),
    inbox=SqlInbox("sqlite:///two.db"),
)


@receiver.on_effect(OrderPaid)
def ship(paid):
    with Path("shipped").open("a") as file:
        file.write(f"{paid.order_id}\\n")


@leaving.on_effect(OrderPaid)
def leave(paid):
    sys.exit(3)
"""
"""A module of a merchant."""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A merchant's module in the current directory, a directory of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [place for place in sys.path if place])
    monkeypatch.setenv("PYTHONPATH", str(Path(juspay_webhooks.__file__).parents[1]))
    name = f"shop_{secrets.token_hex(6)}"
    Path(f"{name}.py").write_text(SHOP, encoding="utf-8")
    importlib.invalidate_caches()
    yield name
    module = sys.modules.pop(name, None)
    for value in vars(module).values() if module else ():
        inbox = getattr(value, "inbox", None)
        if isinstance(inbox, SqlInbox):
            inbox.close()


@pytest.fixture
def juspay(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeJuspay]:
    """A fake Juspay, and the settings to ask it."""
    with FakeJuspay(api_key="key", merchant_id="shop") as juspay:
        monkeypatch.setenv("JUSPAY_API_KEY", "key")
        monkeypatch.setenv("JUSPAY_MERCHANT_ID", "shop")
        monkeypatch.setenv("JUSPAY_BASE_URL", juspay.url)
        yield juspay


def shipped() -> list[str]:
    """Read what was shipped, in order of ids."""
    return sorted(Path("shipped").read_text(encoding="utf-8").split())


# --- What it does ---


def test_orders_of_a_file_are_asked_about(capsys: pytest.CaptureFixture[str], shop: str, juspay: FakeJuspay) -> None:
    """Each is acted on once; what is pending is asked about later, by this command or the next one."""
    juspay.add_order("o1")
    juspay.add_order("o2", status="PENDING_VBV")
    Path("ids").write_text("\ufeffo1\n\n  o2\r\n", encoding="utf-8")
    done = run(capsys, "reconcile", "--orders", "ids", "--drain", f"{shop}:receiver")
    again = run(capsys, "reconcile", "--orders", "ids", "--drain", "--json", f"{shop}:receiver")

    assert (0, "juspay-webhooks: 2 orders were named, 2 of them are new\n") == (done.status, done.err)
    assert "nothing more is due  2 questions in" in done.out
    assert ["ended   1", "later   1"] == [line.strip() for line in done.out.splitlines()[1:]]
    assert "juspay-webhooks: 2 orders were named, 1 of them are new\n" == again.err
    assert {"ended": 1} == json.loads(again.out)["ended"]
    assert ["o1"] == shipped()


def test_orders_come_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shop: str, juspay: FakeJuspay
) -> None:
    """As a query of the merchant's database gives them."""
    juspay.add_order("o1")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"o1\n")))
    done = run(capsys, "reconcile", "--orders", "-", "--drain", f"{shop}:receiver")

    assert 0 == done.status
    assert ["o1"] == shipped()


def test_what_the_inbox_saw_is_asked_about(capsys: pytest.CaptureFixture[str], shop: str, juspay: FakeJuspay) -> None:
    """An order that was pending when it was seen last, and of which no webhook came since."""
    juspay.add_order("o1", statuses=["PENDING_VBV", "CHARGED"])
    with (
        SqlInbox("sqlite:///inbox.db") as inbox,
        OrderStatusClient("key", merchant_id="shop", base_url=juspay.url) as asking,
    ):
        Receiver(BasicAuth("shop", "secret"), inbox=inbox).observe(asking.fetch("o1"), source="return_url")
    done = run(capsys, "reconcile", "--seen-after", "0", "--drain", f"{shop}:receiver")

    assert (0, "") == (done.status, done.err)
    assert ["o1"] == shipped()


def test_what_was_given_up_is_listed_and_begins_anew(
    capsys: pytest.CaptureFixture[str], shop: str, juspay: FakeJuspay
) -> None:
    """A person looks at it, then lets it be asked about again."""
    nothing = run(capsys, "reconcile", "--given-up", f"{shop}:receiver")
    with SqlInbox("sqlite:///inbox.db") as inbox:
        inbox.agenda.add(["o1"], namespace="shop")
        (order,) = inbox.agenda.take(1, namespace="shop")
        inbox.agenda.give_up(order, "PENDING_VBV")
    listed = run(capsys, "reconcile", "--given-up", f"{shop}:receiver")
    machine = run(capsys, "reconcile", "--given-up", "--json", f"{shop}:receiver")
    juspay.add_order("o1")
    Path("ids").write_text("o1", encoding="utf-8")
    known = run(capsys, "reconcile", "--orders", "ids", "--drain", f"{shop}:receiver")
    anew = run(capsys, "reconcile", "--orders", "ids", "--again", "--drain", f"{shop}:receiver")

    assert "every order that was asked about has an end, or is still asked about\n" == nothing.out
    assert ["order", "added", "asked", "said", "last"] == listed.out.splitlines()[0].split()
    assert "PENDING_VBV" in listed.out
    assert ("o1", 1, "PENDING_VBV") == tuple(json.loads(machine.out)[name] for name in ("order_id", "asked", "said"))
    assert "1 orders were named, 0 of them are new" in known.err
    assert 0 == anew.status
    assert ["o1"] == shipped()


def test_it_goes_on_until_it_is_told_to_stop(shop: str, juspay: FakeJuspay) -> None:
    """SIGTERM ends it in good order."""
    juspay.add_order("o1", status="PENDING_VBV")
    Path("ids").write_text("o1", encoding="utf-8")
    code = "import sys; from juspay_webhooks.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "reconcile", "--orders", "ids", f"{shop}:receiver"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = [process.stderr.readline(), process.stderr.readline()]
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=SECONDS)

    assert f"juspay-webhooks: {shop}:receiver: asking {juspay.url}, 8 at a time, until SIGTERM or Ctrl-C\n" == lines[1]
    assert 0 == process.returncode
    assert out.startswith("stopped by SIGTERM")


# --- What is wrong ---


def test_a_key_that_is_not_let_in_loses_no_order(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shop: str, juspay: FakeJuspay
) -> None:
    """They are asked about as soon as the key is right."""
    juspay.add_order("o1")
    Path("ids").write_text("o1", encoding="utf-8")
    monkeypatch.setenv("JUSPAY_API_KEY", "wrong")
    refused = run(capsys, "reconcile", "--orders", "ids", "--drain", f"{shop}:receiver")
    monkeypatch.setenv("JUSPAY_API_KEY", "key")
    done = run(capsys, "reconcile", "--drain", f"{shop}:receiver")

    assert 2 == refused.status
    assert "Juspay does not let you in" in refused.err
    assert "next: compare the key, the merchant id and the environment; nothing is lost\n" in refused.err
    assert "wrong" not in refused.err
    assert 0 == done.status
    assert ["o1"] == shipped()


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--drain", "SHOP:forgetful"], 2, "SqlInbox"),
        (["--given-up", "SHOP:forgetful"], 2, "the receiver's inbox keeps no list of orders: SqlInbox does"),
        (["--drain", "SHOP:away"], 1, "next: check that the database runs"),
        (["--given-up", "SHOP:away"], 1, "next: check that the database runs"),
        (["--drain", "SHOP:two"], 2, "say whose it is"),
        (["--given-up", "SHOP:two"], 2, "say whose it is"),
        (["--drain", "SHOP:nothing"], 2, "has no nothing"),
        (["--again", "--drain", "SHOP:receiver"], 2, "--again: only with --orders"),
        (["--orders", "nowhere", "--drain", "SHOP:receiver"], 2, "nowhere: No such file or directory"),
        (["--orders", "binary", "--drain", "SHOP:receiver"], 2, "binary: it is no UTF-8"),
        (["--threads", "0", "SHOP:receiver"], 2, "a whole number above 0"),
        (["--seen-after", "-1", "SHOP:receiver"], 2, "a number of seconds"),
        (["--orders", "ids", "--drain", "SHOP:leaving"], 1, "a handler ended the process (sys.exit)"),
    ],
)
def test_what_is_wrong_is_said(  # noqa: PLR0913, PLR0917 - columns of the table
    capsys: pytest.CaptureFixture[str], shop: str, juspay: FakeJuspay, arguments: list[str], status: int, said: str
) -> None:
    """With what to do next."""
    juspay.add_order("o1")
    Path("binary").write_bytes(b"\xff")
    Path("ids").write_text("o1", encoding="utf-8")
    done = run(capsys, "reconcile", *(word.replace("SHOP", shop) for word in arguments))

    assert status == done.status
    assert said in done.err


def test_settings_that_are_missing_are_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shop: str
) -> None:
    """The key comes from the environment alone."""
    monkeypatch.delenv("JUSPAY_API_KEY", raising=False)
    done = run(capsys, "reconcile", "--drain", "--environment", "india-sandbox", f"{shop}:receiver")

    assert 2 == done.status
    assert "set JUSPAY_API_KEY" in done.err


def test_a_label_chooses_the_merchant(capsys: pytest.CaptureFixture[str], shop: str, juspay: FakeJuspay) -> None:
    """One client asks as one merchant."""
    juspay.add_order("o1")
    Path("ids").write_text("o1", encoding="utf-8")
    done = run(capsys, "reconcile", "--label", "shop-b", "--orders", "ids", "--drain", "--json", f"{shop}:two")

    assert (0, {"ended": 1}) == (done.status, json.loads(done.out)["ended"])

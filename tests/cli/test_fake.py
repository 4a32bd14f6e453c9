"""Demand that `fake` answers over real sockets, says what to export and who asks, and ends as a shell expects."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from threading import Thread
from typing import IO
from urllib.parse import urlsplit

import pytest

from juspay_webhooks import Decision, OrderStatusClient, PayoutStatusClient
from juspay_webhooks.cli import main
from juspay_webhooks.testing import FakeJuspay
from tests.cli.fakes import EXPORT, SECONDS, interruptible, serve
from tests.cli.running import Done, run


def client_of(settings: dict[str, str]) -> OrderStatusClient:
    """Make a client as the exported variables say."""
    key, merchant = settings["JUSPAY_API_KEY"], settings["JUSPAY_MERCHANT_ID"]
    return OrderStatusClient(key, merchant_id=merchant, base_url=settings["JUSPAY_BASE_URL"])


def test_it_answers_until_ctrl_c(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders have their statuses, one after the other, and their amounts; Ctrl-C ends it with status 0."""
    found: list[object] = []

    def ask(settings: dict[str, str]) -> None:
        with client_of(settings) as client:
            found.extend(str(client.fetch("shop-1").status) for _ in range(3))
            found.append(client.confirm("shop-2", amount="1499.50", currency="INR").decision)
            found.append(str(client.fetch("a=b").amount))
        key, merchant = settings["JUSPAY_PAYOUT_API_KEY"], settings["JUSPAY_MERCHANT_ID"]
        with PayoutStatusClient(key, merchant_id=merchant, base_url=settings["JUSPAY_BASE_URL"]) as payouts:
            found.append(str(payouts.fetch("po-1").amount))

    status, out = serve(
        monkeypatch,
        *("--order", "shop-1=NEW, CHARGED", "--order", "shop-2=CHARGED", "--order", "a=b=CHARGED"),
        *(
            "--payout",
            "po-1=FULFILLMENTS_SUCCESSFUL",
            "--amount",
            "1499.50",
            "--amount",
            "po-1=20",
            "--amount",
            "a=b=7",
        ),
        ask=ask,
    )

    assert (0, "") == (status, capsys.readouterr().err)
    assert ["NEW", "CHARGED", "CHARGED", Decision.CONFIRMED, "7", "20"] == found
    assert re.search(r"^  order +shop-1 +NEW, CHARGED$", out, re.MULTILINE)
    assert re.search(r"^  payout order +po-1 +FULFILLMENTS_SUCCESSFUL$", out, re.MULTILINE)
    assert [
        *["GET /orders/shop-1: 200 OK"] * 3,
        "GET /orders/shop-2: 200 OK",
        "GET /orders/a%3Db: 200 OK",
        "GET /payout/merchant/v1/orders/po-1?expand=fulfillment,payment,refund: 200 OK",
    ] == out.splitlines()[-6:]


def test_it_has_orders_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without options there is something to ask for; all amounts can be set."""
    found: list[object] = []

    def ask(settings: dict[str, str]) -> None:
        with client_of(settings) as client:
            for order_id in ("shop-1001", "shop-1002", "shop-1003"):
                order = client.fetch(order_id)
                found.append((order.outcome, str(order.amount)))

    status, out = serve(monkeypatch, "--amount", "5.25", ask=ask)

    assert 0 == status
    assert [("PAID", "5.25"), ("PENDING", "5.25"), ("FAILED", "5.25")] == found
    assert "po-1001" in out


def test_no_secret_and_no_control_character_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger's key, headers and odd paths are not printed raw; a long path is cut."""

    def ask(settings: dict[str, str]) -> None:
        host, port = urlsplit(settings["JUSPAY_BASE_URL"]).netloc.split(":")
        head = b"Host: h\r\nAuthorization: Basic c2VjcmV0Og==\r\nConnection: close\r\n\r\n"
        for path in (b"/orders/\x1b[31m", b"/" + b"x" * 300):
            with socket.create_connection((host, int(port)), SECONDS) as stranger:
                stranger.sendall(b"GET " + path + b" HTTP/1.1\r\n" + head)
                while stranger.recv(65_536):
                    pass

    lines = serve(monkeypatch, ask=ask)[1].splitlines()[-2:]

    assert r"GET /orders/\x1b[31m: 401 Unauthorized" == lines[0]
    assert f"GET /{'x' * 199}...: 404 Not Found" == lines[1]


def test_a_word_that_nobody_knows_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be meant, so the fake answers it; it may be misspelt, so it is said."""
    found: list[str] = []

    def ask(settings: dict[str, str]) -> None:
        with client_of(settings) as client:
            found.append(client.fetch("shop-1").outcome)

    serve(monkeypatch, "--order", "shop-1=CHARGD,CHARGED", ask=ask)

    assert ["UNKNOWN"] == found
    assert (
        "juspay-webhooks: shop-1: CHARGD is no status that is known; the fake answers it all the same\n"
        == capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "70000"], "a port is a number up to 65535"),
        (["--port", "-1"], "a port is a number up to 65535"),
        (["--order", "shop-1"], "ID=STATUS or ID=STATUS,STATUS..."),
        (["--order", "=CHARGED"], "ID=STATUS or ID=STATUS,STATUS..."),
        (["--order", "shop-1=NEW,"], "ID=STATUS or ID=STATUS,STATUS..."),
        (["--order", "\udcff=NEW"], "ID=STATUS or ID=STATUS,STATUS..."),
        (["--payout", "po-1=\x1b"], r"not po-1=\x1b"),
        (["--amount", "much"], "AMOUNT or ID=AMOUNT"),
        (["--amount", "shop-1001=-1"], "AMOUNT or ID=AMOUNT"),
        (["--amount", "inf"], "AMOUNT or ID=AMOUNT"),
        (["--amount", "shop-9=5"], "--amount: there is no order and no payout order shop-9"),
    ],
    ids=str,
)
def test_misuse(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    """Wrong options are refused before anything listens, with an example of a right one."""
    done = run(capsys, "fake", *arguments)

    assert (2, "") == (done.status, done.out)
    assert words in done.err
    assert "\x1b" not in done.err


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str], juspay: FakeJuspay) -> None:
    """It says so and what to do, and ends with 2."""
    port = str(urlsplit(juspay.url).port)

    assert Done(
        2,
        "",
        f"juspay-webhooks: cannot listen on port {port}: Address already in use\n"
        "  next: --port 0 takes any free port\n",
    ) == run(capsys, "fake", "--port", port)


def test_a_reader_that_was_never_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """If nobody reads what to export, it ends as other tools do."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)

        assert 141 == main(["fake", "--port", "0"])


def test_a_reader_that_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the reader goes between two requests, the next request ends it, and has its answer all the same or none."""
    reader, writer = os.pipe()
    introduced = os.fdopen(reader, encoding="utf-8")

    def customer() -> None:
        with introduced:
            netloc = urlsplit(introduction(introduced)["JUSPAY_BASE_URL"]).netloc
        with closing(http.client.HTTPConnection(netloc, timeout=SECONDS)) as connection:
            connection.request("GET", "/orders/shop-1001")
            with suppress(OSError, http.client.HTTPException):  # it may close before it answers
                connection.getresponse().read()

    thread = Thread(target=customer)
    thread.start()
    with os.fdopen(writer, "w", encoding="utf-8") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        status = main(["fake", "--port", "0"])
    thread.join(SECONDS)

    assert 141 == status


def introduction(stream: IO[str]) -> dict[str, str]:
    """Read what the fake says before the first request, three paragraphs; give its settings."""
    return dict(EXPORT.findall("".join(line for _ in range(3) for line in iter(stream.readline, "\n"))))


@contextmanager
def running(*arguments: str, stderr: int | IO[str] | None = None) -> Generator["subprocess.Popen[str]"]:
    """Run the command in a process of its own, and end that in any case."""
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with interruptible():
        process = subprocess.Popen(
            [sys.executable, "-m", "juspay_webhooks", *arguments],
            stdout=subprocess.PIPE,
            stderr=stderr,
            stdin=subprocess.DEVNULL,
            text=True,
            env=environ,
        )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(os.name == "nt", reason="allowed: sends the signals of POSIX")
def test_both_commands_in_processes_of_their_own() -> None:
    """The fake in one, `status` in others, over a socket: result, exit status, requests, and Ctrl-C with status 0."""
    with running("fake", "--port", "0", "--order", "shop-1=CHARGED", "--amount", "12.50") as fake:
        assert fake.stdout is not None
        environ = {**os.environ, **introduction(fake.stdout), "NO_PROXY": "127.0.0.1"}
        command = [sys.executable, "-m", "juspay_webhooks", "status", "--json"]
        paid, unknown = (
            subprocess.run([*command, name], env=environ, capture_output=True, check=False, text=True, timeout=SECONDS)
            for name in ("shop-1", "shop-2")
        )
        fake.send_signal(signal.SIGINT)
        rest, _ = fake.communicate(timeout=SECONDS)

    assert (0, "", "12.50") == (paid.returncode, paid.stderr, json.loads(paid.stdout)["order"]["amount"])
    assert (1, "") == (unknown.returncode, unknown.stdout)
    assert 0 == fake.returncode
    assert ["GET /orders/shop-1: 200 OK", "GET /orders/shop-2: 400 Bad Request"] == rest.splitlines()[-2:]


@pytest.mark.skipif(os.name == "nt", reason="allowed: opens a terminal of POSIX")
def test_ctrl_c_at_a_terminal() -> None:
    """Interrupted while it counts down on a real terminal, `status --poll` takes its line away and ends with 130."""
    import pty  # noqa: PLC0415 - POSIX alone has it

    terminal, end = pty.openpty()
    with FakeJuspay(api_key="key", merchant_id="shop") as juspay, os.fdopen(terminal, "rb", buffering=0) as screen:
        juspay.add_order("shop-1", status="NEW")
        environ = {
            "JUSPAY_API_KEY": "key",
            "JUSPAY_MERCHANT_ID": "shop",
            "JUSPAY_BASE_URL": juspay.url,
            "TERM": "xterm",
            "NO_PROXY": "127.0.0.1",
        }
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environ.items():
                patch.setenv(name, value)
            with running("status", "--poll", "shop-1", stderr=end) as process:
                seen = b""
                while b"asks again in" not in seen:
                    seen += screen.read(1024)
                process.send_signal(signal.SIGINT)
                out, _ = process.communicate(timeout=SECONDS)
                os.close(end)
                seen += screen.read(65_536)

    assert (130, "") == (process.returncode, out)
    assert b"Traceback" not in seen
    assert b"" == seen.split(b"\r")[-1]

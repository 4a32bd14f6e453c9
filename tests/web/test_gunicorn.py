"""The WSGI application on a real server, gunicorn, in a process of its own, over real sockets."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import juspay_webhooks
from tests.web.shop import BASIC, BODY, MOST, WRONG
from tests.web.wire import CHUNKED, Address, request, statuses, talk

pytestmark = pytest.mark.server

PACKAGE: Final = Path(juspay_webhooks.__file__).resolve().parent.parent

APP: Final = f"""
from pathlib import Path
from juspay_webhooks import BasicAuth, OrderPaid, Receiver
from juspay_webhooks.web.wsgi import WsgiApp

receiver = Receiver(BasicAuth("shop", "secret"), inbox=None, max_bytes={MOST})

@receiver.on_effect(OrderPaid)
def ship(paid):
    with Path("paid").open("a") as file:
        file.write(paid.order_id + "\\n")

application = WsgiApp(receiver, path="/juspay")
"""


@pytest.fixture(scope="module", params=["sync", "gthread"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Address]]:
    """Run one server for the tests of this module; connections wait in its socket until it is up."""
    folder = tmp_path_factory.mktemp("gunicorn")
    (folder / "shop_app.py").write_text(APP, encoding="utf-8")
    # In a file, where versions that do not know it let it be: no socket in the home directory.
    (folder / "settings.py").write_text("control_socket_disable = True", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "shop_app",
            f"--bind=fd://{listening.fileno()}",
            f"--chdir={folder}",
        ]
        options = [f"--worker-class={request.param}", "--threads=4", "--log-level=critical", "--config=settings.py"]
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
        with subprocess.Popen(
            [*command, *options], pass_fds=[listening.fileno()], cwd=folder, env=environment
        ) as server:
            try:
                yield folder / "paid", listening.getsockname()
            finally:
                server.terminate()
                server.wait()


@pytest.mark.parametrize(
    ("expected", "sent"),
    [
        ([200], request()),
        ([200], request(CHUNKED, length=None, more=["Transfer-Encoding: chunked", "Connection: close"])),
        ([401], request(authorization=())),
        ([401], request(authorization=[WRONG])),
        ([401], request(authorization=[BASIC, BASIC])),
        ([401], request(authorization=[BASIC, WRONG])),
        ([401], request(authorization=[WRONG, BASIC])),
        ([400], request(length=5)),
        ([400], request(b"", length=None)),
        ([400], request(length=-5)),
        ([400], request(b"zz\r\n", length=None, more=["Transfer-Encoding: chunked", "Connection: close"])),
        ([413], request(b" " * 10_000_000, length=10_000_000)),
        ([404], request(path="/other")),
        ([404], request(path="/juspay/../juspay")),
        ([200], request(path="/jus%70ay")),
        ([405], request(b"", method="GET", length=None)),
        ([405], request(b"", method="HEAD", length=None)),
        ([405], request(method="PUT")),
    ],
)
def test_answers(place: tuple[Path, Address], expected: list[int], sent: bytes) -> None:
    """What comes over a connection is answered, and only the webhook is handled."""
    paid, address = place
    paid.unlink(missing_ok=True)

    assert expected == statuses(talk(address, sent))
    assert ("Shop-1\n" * expected.count(200)) == (paid.read_text(encoding="utf-8") if paid.exists() else "")


def test_requests_in_a_row(place: tuple[Path, Address]) -> None:
    """Some workers take one request from a connection, some take all; each that is answered is handled once."""
    paid, address = place
    paid.unlink(missing_ok=True)

    answers = statuses(talk(address, request(more=[]) * 2 + request()))

    assert {200} == {*answers}
    assert "Shop-1\n" * len(answers) == paid.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "sent",
    [
        request(BODY[:9]),
        request(CHUNKED[:-5], length=None, more=["Transfer-Encoding: chunked"]),
        request(CHUNKED, more=["Transfer-Encoding: chunked"]),
    ],
)
def test_a_body_that_nobody_can_tell_the_end_of(place: tuple[Path, Address], sent: bytes) -> None:
    """Half a body, or one with two ends, is not handled."""
    paid, address = place
    paid.unlink(missing_ok=True)

    assert [400] == statuses(talk(address, sent, hangs_up=True))
    assert not paid.exists()

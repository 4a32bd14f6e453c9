"""The ASGI application on a real server, uvicorn, over real sockets."""

import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
import uvicorn

from juspay_webhooks.web.asgi import AsgiApp
from tests.web.shop import BASIC, BODY, WRONG, Shop, shop
from tests.web.wire import CHUNKED, Address, request, statuses, talk


@contextmanager
def serving(made: Shop, body_seconds: float = 30) -> Generator[Address]:
    """Run a server for a shop; it would not start if the lifespan failed."""
    app = AsgiApp(made.receiver, path="/juspay", body_seconds=body_seconds)
    config = uvicorn.Config(app, lifespan="on", log_level="critical", loop="asyncio")
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    thread = Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield listening.getsockname()
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Shop, Address]]:
    """Run one server for the tests of this module."""
    made = shop(inbox=None)
    with serving(made) as address:
        yield made, address


@pytest.mark.parametrize(
    ("expected", "sent"),
    [
        ([200], request()),
        ([200, 200, 401, 200], request(more=[]) * 2 + request(authorization=[WRONG], more=[]) + request()),
        ([200, 405], request(more=[]) + request(b"", method="GET", length=None, more=[]) + request()),
        ([200], request(CHUNKED, length=None, more=["Transfer-Encoding: chunked", "Connection: close"])),
        ([200], request(CHUNKED, length=5, more=["Transfer-Encoding: chunked", "Connection: close"])),
        ([401], request(authorization=())),
        ([401], request(authorization=[WRONG])),
        ([401], request(authorization=[BASIC, BASIC])),
        ([401], request(authorization=[BASIC, WRONG])),
        ([401], request(authorization=[WRONG, BASIC])),
        ([400], request(length=5)),
        ([400], request(b"", length=None)),
        ([400], request(length=-5)),
        ([413], request(b" " * 10_000_000, length=10_000_000)),
        ([404], request(path="/other")),
        ([404], request(path="/juspay/../juspay")),
        ([200], request(path="/jus%70ay")),
        ([405], request(b"", method="GET", length=None)),
        ([405], request(b"", method="HEAD", length=None)),
        ([405], request(method="PUT")),
    ],
)
def test_answers(place: tuple[Shop, Address], expected: list[int], sent: bytes) -> None:
    """What comes over a connection is answered, and only the webhook is handled; a refusal ends the connection."""
    made, address = place
    made.paid.clear()

    assert expected == statuses(talk(address, sent))
    assert ["Shop-1"] * expected.count(200) == made.paid


def test_a_sender_who_hangs_up() -> None:
    """Half a body is neither answered nor handled; the server ends in peace."""
    made = shop()
    with serving(made) as address:
        said = talk(address, request(BODY[:9]), hangs_up=True)

    assert b"" == said
    assert [] == made.paid


def test_a_sender_who_stops() -> None:
    """Half a body is refused when its time is over, and the connection ends, though the sender would keep it."""
    made = shop()
    with serving(made, body_seconds=0.01) as address:
        said = [
            talk(address, sent)
            for sent in (
                request(BODY[:-1]),
                request(BODY[:-1], more=[]),
                request(CHUNKED[:-5], length=None, more=["Transfer-Encoding: chunked"]),
            )
        ]

    assert [[408]] * 3 == [statuses(one) for one in said]
    assert [] == made.paid

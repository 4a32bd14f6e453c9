"""The WSGI application on a real server, the one of the standard library, over real sockets."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from juspay_webhooks.web.wsgi import WsgiApp
from tests.web.shop import BASIC, BODY, WRONG, Shop, shop
from tests.web.wire import CHUNKED, Address, request, statuses, talk


class Quiet(WSGIRequestHandler):
    """Handles requests without a line on standard error for each."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so in the standard library
        """Say nothing."""


@contextmanager
def serving(made: Shop) -> Generator[Address]:
    """Run a server for a shop."""
    app = WsgiApp(made.receiver, path="/juspay")
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield "127.0.0.1", server.server_port
        finally:
            server.shutdown()
            thread.join()


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
        ([200], request() + request()),  # it speaks HTTP/1.0: one request on a connection
        ([401], request(authorization=())),
        ([401], request(authorization=[WRONG])),
        ([401], request(authorization=[BASIC, BASIC])),
        ([401], request(authorization=[BASIC, WRONG])),
        ([401], request(authorization=[WRONG, BASIC])),
        ([400], request(length=5)),
        ([411], request(length=None)),
        ([411], request(length=-5)),
        ([411], request(length="5, 5")),
        ([411], request(CHUNKED, length=None, more=["Transfer-Encoding: chunked"])),
        ([411], request(CHUNKED, length=len(CHUNKED), more=["Transfer-Encoding: chunked"])),
        ([413], request(b" " * 10_000_000, length=10_000_000)),
        ([404], request(path="/other")),
        ([404], request(path="/juspay/../juspay")),
        ([405], request(b"", method="GET", length=None)),
        ([405], request(b"", method="HEAD", length=None)),
        ([405], request(method="PUT")),
    ],
)
def test_answers(place: tuple[Shop, Address], expected: list[int], sent: bytes) -> None:
    """What comes over a connection is answered, and only the webhook is handled."""
    made, address = place
    made.paid.clear()

    assert expected == statuses(talk(address, sent))
    assert ["Shop-1"] * expected.count(200) == made.paid


def test_a_sender_who_hangs_up(place: tuple[Shop, Address]) -> None:
    """Half a body is not handled, however it was announced."""
    made, address = place
    made.paid.clear()

    assert [400] == statuses(talk(address, request(BODY[:9]), hangs_up=True))
    assert [] == made.paid

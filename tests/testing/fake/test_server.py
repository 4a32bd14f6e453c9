"""The server of the fake: connections that stay, many at once, and an end that does not wait."""

import socket
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from threading import Event, active_count
from time import monotonic
from typing import Final

import pytest

from juspay_webhooks import ConfigurationError, testing
from juspay_webhooks.testing import FakeJuspay, fake
from juspay_webhooks.testing.fake import Asked, Fault, HugeBody, Latency, SlowBody, SlowHeaders, serve
from tests.testing.fake.asking import (
    HEADERS,
    KEY,
    MERCHANT,
    SECONDS,
    address,
    ask,
    ask_on,
    connect,
    order,
    raw,
    rest,
)

ORDER: Final = "/orders/shop-1001"
FOR_EVER: Final = 3600.0


def test_a_connection_stays(juspay: FakeJuspay) -> None:
    """Many questions go over one connection, and no answer waits for an acknowledgement (40 ms each)."""
    with closing(connect(juspay)) as connection:
        ask_on(connection, ORDER)
        first = connection.sock
        began = monotonic()
        statuses = {ask_on(connection, path).status for path in (ORDER, "/orders/unknown", "/other") * 100}
        seconds = monotonic() - began
        last = connection.sock

    assert {200, 400, 404} == statuses
    assert first is last
    assert seconds < 300 * 0.04 / 2


@pytest.mark.parametrize(
    ("body", "headers", "stays"),
    [
        (b"x" * 100_000, {}, True),
        (b"x" * 2_000_000, {}, False),
        (b"0\r\n\r\n", {"Transfer-Encoding": "chunked"}, False),
        (b"", {"Content-Length": "-1"}, False),
        (b"", {"Content-Length": "00000000000001"}, False),
        (b"", {"Content-Length": "²"}, False),
    ],
)
def test_a_request_with_a_body(juspay: FakeJuspay, body: bytes, headers: dict[str, str], stays: bool) -> None:  # noqa: FBT001 - a column
    """A body is thrown away; if it is long or of unknown length, the connection ends after the answer."""
    length = {"Content-Length": str(len(body))} if body and not headers else {}
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**length, **headers}.items())
    with socket.create_connection(address(juspay), SECONDS) as connection:
        connection.sendall(f"POST {ORDER} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + (body if stays else b""))
        answer = connection.recv(65_536)

    assert answer.startswith(b"HTTP/1.1 404 Not Found\r\n")
    assert (b"Connection: keep-alive" if stays else b"Connection: close") in answer


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"", b""),
        (b"GET /", b""),
        (b"GET " + b"/" * 70_000 + b" HTTP/1.1\r\n\r\n", b""),
        (b"nonsense of a client\r\n\r\n", b"HTTP/1.1 400 "),
        (b"GET http://[/orders/shop-1001 HTTP/1.1\r\nConnection: close\r\n\r\n", b"HTTP/1.1 404 Not Found\r\n"),
        (b"GET /orders/shop-1001\r\n\r\n", b"HTTP/1.1 401 Unauthorized\r\n"),
        (b"GET /other HTTP/1.0\r\n\r\n", b"HTTP/1.1 404 Not Found\r\n"),
        (b"HEAD /orders/shop-1001 HTTP/1.1\r\nConnection: close\r\n\r\n", b"HTTP/1.1 404 Not Found\r\n"),
    ],
)
def test_odd_requests(juspay: FakeJuspay, sent: bytes, expected: bytes) -> None:
    """What is no request is not answered or refused; other old or bare ones are answered, and then all is as before."""
    with socket.create_connection(address(juspay), SECONDS) as connection:
        answer = b""
        with suppress(OSError):  # what is too long is not read to its end: that resets the connection
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            answer = rest(connection)

    assert expected == answer[: len(expected)]
    assert bool(expected) == bool(answer)
    assert 200 == ask(juspay, ORDER).status


def test_head_has_no_body(juspay: FakeJuspay) -> None:
    """A client that asks with HEAD is not sent what it does not read."""
    assert (404, b"") == ((got := ask(juspay, ORDER, method="HEAD")).status, got.body)


def test_many_at_once(juspay: FakeJuspay) -> None:
    """Connections do not wait for each other: a slow one holds up nobody."""
    juspay.fail("shop-slow", Latency(FOR_EVER))
    with raw(juspay, "/orders/shop-slow"), ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: ask(juspay, ORDER).status, range(64)))

        assert [200] * 64 == statuses


def test_two_servers_at_once(juspay: FakeJuspay) -> None:
    """Each has its port, its key and its orders."""
    with FakeJuspay(api_key="another-key", merchant_id=MERCHANT) as another:
        another.add_order("shop-1001", status="NEW")

        assert juspay.url != another.url
        assert ("CHARGED", 401) == (order(juspay)["status"], ask(another, ORDER).status)


def test_a_port_can_be_chosen(juspay: FakeJuspay) -> None:
    """Of a fake that was closed for one; a port that is taken is an error."""
    port = address(juspay)[1]
    juspay.close()

    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT, port=port) as first:
        second = FakeJuspay(api_key=KEY, merchant_id=MERCHANT, port=port)

        assert f"http://127.0.0.1:{port}" == first.url
        with pytest.raises(OSError, match="in use"):
            second.start()
        with pytest.raises(ConfigurationError, match="not running"):
            _ = second.url


def test_start_and_close(juspay: FakeJuspay) -> None:
    """It cannot be started twice; it can be closed twice, and started again: then it knows what it knew."""
    with pytest.raises(ConfigurationError, match="is running"):
        juspay.start()
    juspay.close()
    juspay.close()
    with pytest.raises(ConfigurationError, match="not running"):
        _ = juspay.url
    juspay.start()

    assert 200 == ask(juspay, ORDER).status


@pytest.mark.parametrize(
    "fault", [None, Latency(FOR_EVER), SlowHeaders(FOR_EVER), SlowBody(FOR_EVER), HugeBody(2**24)], ids=str
)
def test_closing_does_not_wait(fault: Fault | None) -> None:
    """Within a second all threads are gone, whatever they are doing: pausing, sending, or waiting for a question."""
    before = active_count()
    came = Event()

    def tell(_asked: Asked) -> None:
        came.set()

    with ExitStack() as stack:
        juspay = stack.enter_context(FakeJuspay(api_key=KEY, merchant_id=MERCHANT, on_request=tell))
        juspay.add_order("shop-1001")
        if fault is not None:
            juspay.fail_next(fault, times=None)
        for _ in range(5):
            came.clear()
            stack.enter_context(raw(juspay))
            assert came.wait(SECONDS)
        began = monotonic()
        juspay.close()
        seconds = monotonic() - began

        assert before == active_count()
        assert seconds < 1


def test_a_client_may_go(juspay: FakeJuspay, caplog: pytest.LogCaptureFixture) -> None:
    """Who hangs up in the middle of an answer disturbs nobody and fills no log."""
    juspay.fail_next(HugeBody(2**24))
    with raw(juspay) as connection:
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    answered = ask(juspay, ORDER).status
    juspay.close()

    assert 200 == answered
    assert [] == caplog.records


def modules_after(code: str) -> set[str]:
    """List what a fresh interpreter has loaded after some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"], capture_output=True, check=True, text=True
    )
    return set(done.stdout.split())


def test_the_server_is_loaded_when_it_is_asked_for() -> None:
    """`juspay_webhooks.testing` alone loads no server; the fake itself no client and no test tool."""
    without = modules_after("import juspay_webhooks.testing")
    loaded = modules_after("from juspay_webhooks.testing import FakeJuspay")

    assert frozenset() == {"juspay_webhooks.testing.fake", "socketserver", "http.server"} & without
    assert {"juspay_webhooks.testing.fake", "socketserver", "http.server"} <= loaded
    assert frozenset() == {"requests", "httpx", "pytest", "hypothesis", "sqlalchemy"} & loaded


def test_public_names_of_the_test_kit() -> None:
    """Every name can be had, and `dir` lists those that are not loaded yet; another name is an attribute error."""
    assert set(testing.__all__) <= set(dir(testing))
    assert [] == [name for module in (testing, fake) for name in module.__all__ if not hasattr(module, name)]
    assert testing.FakeJuspay is fake.FakeJuspay
    with pytest.raises(AttributeError, match="no attribute 'FakeJuspy'"):
        _ = testing.FakeJuspy  # pyright: ignore[reportAttributeAccessIssue] - it is misspelt


def test_serving_until_an_event() -> None:
    """`serve` listens before it says so, and ends when it is told to."""
    juspay = FakeJuspay(api_key=KEY, merchant_id=MERCHANT)
    juspay.add_order("shop-1001")
    ended = Event()
    seen: list[int] = []

    def started(running: FakeJuspay) -> None:
        seen.append(ask(running, ORDER, headers=HEADERS).status)
        ended.set()

    serve(juspay, started=started, until=ended)

    assert [200] == seen
    with pytest.raises(ConfigurationError, match="not running"):
        _ = juspay.url


def test_serving_until_an_interrupt() -> None:
    """Ctrl-C is the ordinary end of `serve`: no traceback, and nothing listens any more."""
    juspay = FakeJuspay(api_key=KEY, merchant_id=MERCHANT)

    class Interrupted(Event):
        """Is interrupted at the second look."""

        looks = 0

        def wait(self, timeout: float | None = None) -> bool:
            """Look, without waiting."""
            assert timeout
            self.looks += 1
            if self.looks > 1:
                raise KeyboardInterrupt
            return False

    serve(juspay, until=Interrupted())

    assert "FakeJuspay(not running, merchant_id='test-shop')" == repr(juspay)

"""The ASGI application, as a server calls it: what it reads and for how long, what it refuses, what it hands over."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks import AddressPolicy, BasicAuth, ConfigurationError
from juspay_webhooks.web.asgi import AsgiApp
from tests.web.asgi_server import GONE, SILENCE, Message, part, run
from tests.web.shop import AUTH, BASIC, BODY, MOST, WRONG, shop

ABSENT: Final = object()
"""Given as a value, it leaves the key out of the scope."""

BRIEF: Final = 0.01
"""Seconds after which a silent sender is given up."""


def scope(**changes: object) -> Message:
    """Make the scope of a webhook, with changes."""
    made: Message = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.5"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": "/hooks/juspay",
        "raw_path": b"/hooks/juspay",
        "query_string": b"",
        "root_path": "/hooks",
        "headers": [(b"host", b"shop.example"), (b"authorization", BASIC.encode())],
        "client": ("192.0.2.7", 50000),
        "server": ("192.0.2.1", 443),
        **changes,
    }
    return {key: value for key, value in made.items() if value is not ABSENT}


def test_a_webhook_is_handled() -> None:
    """The answer of the receiver goes out, and the connection is kept."""
    made = shop()

    exchange = run(AsgiApp(made.receiver, path="/hooks/juspay"), scope(), [part(BODY)])

    assert 200 == exchange.status
    assert {b"content-type": b"application/json", b"content-length": b"21"} == exchange.headers
    assert b'{"outcome":"handled"}' == exchange.outbound[1]["body"]
    assert ["Shop-1"] == made.paid
    assert "192.0.2.7" == made.deliveries[0].client_ip


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        (404, {"path": "/hooks/juspay/"}),
        (404, {"path": "/juspay"}),
        (404, {"path": ABSENT}),
        (405, {"method": "GET"}),
        (405, {"method": "HEAD"}),
        (405, {"method": "PUT"}),
        (405, {"method": ABSENT}),
    ],
)
@pytest.mark.parametrize(
    ("version", "connection"), [("1.0", b"close"), ("1.1", b"close"), ("2", None), ("3", None), (ABSENT, None)]
)
def test_what_is_refused_by_its_head(
    expected: int, changes: Message, version: object, connection: bytes | None
) -> None:
    """No message is asked for. HTTP/1 is told to end the connection, on which a body may still be coming."""
    app = AsgiApp(shop().receiver, path="/hooks/juspay")

    exchange = run(app, scope(http_version=version, **changes), [])

    assert (expected, b"") == (exchange.status, exchange.outbound[1]["body"])
    assert connection == exchange.headers.get(b"connection")
    assert (b"POST" if expected == 405 else None) == exchange.headers.get(b"allow")


@pytest.mark.parametrize(
    ("expected", "messages", "asked"),
    [
        (200, [part(BODY[:9], more=True), part(b"", more=True), part(BODY[9:])], 3),
        (200, [part(bytes([octet]), more=True) for octet in BODY] + [part(b"")], len(BODY) + 1),
        (200, [{"type": "http.request", "body": BODY}], 1),
        (400, [{"type": "http.request"}], 1),
        (400, [{"type": "http.request", "body": None, "more_body": None}], 1),
        (400, [part(b"")], 1),
        (400, [part(b" " * MOST)], 1),
        (413, [part(b" " * (MOST + 1))], 1),
        (413, [part(b" " * (MOST + 1), more=True), GONE], 1),
        (413, [part(b" " * MOST, more=True), part(b" ", more=True), part(BODY)], 2),
        (413, [part(b" " * (MOST // 2), more=True)] * 1000, 3),
        (408, [SILENCE], 1),
        (408, [part(BODY[:9], more=True), SILENCE, part(BODY[9:])], 2),
        (None, [GONE], 1),
        (None, [part(BODY, more=True), GONE], 2),
        (None, [part(BODY[:9], more=True), GONE], 2),
        (None, [{"type": "http.something"}], 1),
    ],
)
def test_what_comes_of_a_body(expected: int | None, messages: list[Message], asked: int) -> None:
    """Only a whole body is handled; nothing is read of one that is too large, and nobody is waited for for ever."""
    made = shop()

    exchange = run(AsgiApp(made.receiver, body_seconds=BRIEF if SILENCE in messages else 10), scope(), messages)

    assert (expected, asked) == (exchange.status, exchange.asked)
    assert (["Shop-1"] if expected == 200 else []) == made.paid


def test_the_time_is_for_the_whole_body() -> None:
    """A sender who is never silent for long, and never ready, is given up too."""
    app = AsgiApp(shop(max_bytes=10**9).receiver, body_seconds=BRIEF)
    statuses: list[int] = []

    async def receive() -> Message:
        await asyncio.sleep(0)
        return part(b" ", more=True)

    async def send(message: Message) -> None:
        statuses.append(message.get("status", 0))
        await asyncio.sleep(0)

    asyncio.run(app(scope(), receive, send))

    assert [408, 0] == statuses


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([(b"authorization", BASIC.encode())], 200),
        ([[b"Authorization", BASIC.encode()]], 200),
        ([], 401),
        (None, 401),
        (ABSENT, 401),
        ([(b"authorization", WRONG.encode())], 401),
        ([(b"authorization", BASIC.encode())] * 2, 401),
        ([(b"authorization", BASIC.encode()), (b"authorization", WRONG.encode())], 401),
        ([(b"authorization", b"\xff\x00")], 401),
    ],
)
def test_the_credentials_count(headers: object, expected: int) -> None:
    """Every header of that name counts: two are none."""
    made = shop()

    assert expected == run(AsgiApp(made.receiver), scope(headers=headers), [part(BODY)]).status
    assert (expected == 200) == bool(made.paid)


def test_headers_that_can_be_read_once() -> None:
    """ASGI promises an iterable; credentials and extra headers are looked for one after the other."""
    made = shop(BasicAuth(*AUTH, headers={"X-Shop": "1"}))
    headers = iter([(b"x-shop", b"1"), (b"authorization", BASIC.encode())])

    assert 200 == run(AsgiApp(made.receiver), scope(headers=headers), [part(BODY)]).status


@pytest.mark.parametrize(
    ("client", "expected"),
    [(("192.0.2.7", 1), 200), (["192.0.2.7", 1], 200), (("192.0.2.8", 1), 403)]
    + [(nobody, 403) for nobody in (None, (), ABSENT, ("", None), (None, None))],
)
def test_the_address_counts(client: object, expected: int) -> None:
    """An address policy gets the address of the connection; a Unix socket has none."""
    made = shop(addresses=AddressPolicy(["192.0.2.7"]))

    assert expected == run(AsgiApp(made.receiver), scope(client=client), [part(BODY)]).status


def test_a_sender_who_does_not_wait_for_the_answer() -> None:
    """What was received is handled, and nothing is raised."""
    made = shop()

    exchange = run(AsgiApp(made.receiver), scope(), [part(BODY)], breaks=True)

    assert [] == exchange.outbound
    assert ["Shop-1"] == made.paid


def talk(app: AsgiApp, kind: str, messages: Iterable[Message]) -> list[Message]:
    """Run an application on a scope that is no HTTP request."""
    sent: list[Message] = []
    coming = iter(messages)

    async def receive() -> Message:
        return next(coming)

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app({"type": kind}, receive, send))
    assert [] == list(coming)
    return sent


def test_the_lifespan_of_a_server() -> None:
    """Start and stop are confirmed, each when its time has come."""
    sent = talk(AsgiApp(shop().receiver), "lifespan", [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    assert [{"type": "lifespan.startup.complete"}, {"type": "lifespan.shutdown.complete"}] == sent


def test_a_web_socket_is_closed() -> None:
    """Before it is accepted: the server answers 403."""
    assert [{"type": "websocket.close"}] == talk(AsgiApp(shop().receiver), "websocket", [])


@pytest.mark.parametrize("kind", ["", "http3", "webtransport"])
def test_another_protocol_is_refused(kind: str) -> None:
    """ASGI demands an exception, or the server would believe that the application knows it."""
    with pytest.raises(ConfigurationError, match="speaks HTTP"):
        talk(AsgiApp(shop().receiver), kind, [])


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_body_needs_time(seconds: float) -> None:
    """Without any, every webhook would be refused."""
    with pytest.raises(ConfigurationError, match="body_seconds is more than 0"):
        AsgiApp(shop().receiver, body_seconds=seconds)


APP: Final = AsgiApp(shop().receiver, path="/")
VALUES: Final = st.none() | st.integers() | st.text(max_size=5) | st.sampled_from(["POST", "/", "1.1", "2"])
HEADERS: Final = st.lists(
    st.tuples(st.binary(max_size=5) | st.just(b"authorization"), st.binary(max_size=9) | st.just(BASIC.encode()))
)


@given(
    odd=st.dictionaries(st.sampled_from(["method", "path", "http_version", "root_path"]), VALUES),
    more=st.fixed_dictionaries(
        {},
        optional={
            "method": st.just("POST"),
            "path": st.just("/"),
            "headers": st.none() | HEADERS | HEADERS.map(iter),
            "client": st.none() | st.tuples() | st.tuples(VALUES, VALUES) | st.lists(VALUES),
        },
    ),
    messages=st.lists(
        st.builds(part, st.binary(), more=st.booleans())
        | st.sampled_from([GONE, {"type": "http.request"}, {"type": "http.request", "body": None}])
    ),
)
def test_no_request_makes_it_raise(odd: dict[str, Any], more: dict[str, Any], messages: list[Message]) -> None:
    """Whatever is missing or odd, a refusal comes of it, or nothing if the sender has gone."""
    exchange = run(APP, {"type": "http", **odd, **more}, [*messages, part(b"", more=True), GONE])

    assert exchange.status in {None, 400, 401, 404, 405, 413}

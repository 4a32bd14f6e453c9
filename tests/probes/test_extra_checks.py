"""What other vendors' SDKs broke on beside the twelve probes: shapes of headers and bodies, depth, repetition, time."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any, Final

import httpx
import pytest
import starlette.datastructures
import werkzeug.datastructures
from django.http.request import HttpHeaders  # type: ignore[import-untyped] # Django has no types

from juspay_webhooks import (
    AddressPolicy,
    AnswerOutcome,
    BasicAuth,
    ConfigurationError,
    Credential,
    Headers,
    OrderPaid,
    OrderSucceeded,
    Receiver,
)
from juspay_webhooks.testing import sample_body
from tests.probes.stage import AUTH, RIGHT, Inbox, Stage, basic, changed, leaks, with_right
from tests.probes.ways import Pairs, Way

BODY: Final = sample_body("ORDER_SUCCEEDED")
TEXT: Final = RIGHT[1].decode()
LARGEST: Final = 1_048_576
"""Bytes of a body that a receiver takes by default."""

BROKEN: Final = {
    "100,000 lists": b"[" * 100_000,
    "100,000 lists that end": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects": b'{"a":' * 100_000,
    "deep inside an event": changed("ORDER_SUCCEEDED", ("new",), "~").replace(b'"~"', b"[" * 9_999 + b"]" * 9_999),
    "deep inside metadata": changed("ORDER_SUCCEEDED", ("content", "order", "metadata"), "~").replace(
        b'"~"', b'{"a":' * 9_999 + b"1" + b"}" * 9_999
    ),
    "a batch whose second event is forged": b"[%b,%b]" % (BODY, BODY.replace(b"1499", b"1")),
    "a batch in an object": b'{"events": [%b]}' % BODY,
    "an encrypted body": b'{"JWT": "eyJhbGciOiJub25lIn0..."}',
    "an order in place of an event": json.dumps(json.loads(BODY)["content"]["order"]).encode(),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_broken_bodies_are_answered_with_400(stage: Stage, body: bytes) -> None:
    """Depth is refused before it costs a stack, a batch is no event, and no part of either is handled."""
    assert AnswerOutcome.INVALID == stage.send(body)
    assert [] == stage.events


@pytest.mark.parametrize("size", [LARGEST, LARGEST + 1, 2 * LARGEST])
def test_body_has_a_largest_size(stage: Stage, way: Way, size: int) -> None:
    """A body may be as large as is said; one byte more is refused by whoever counts first, and reaches no handler."""
    reply = way(stage.receiver, with_right(), BODY.ljust(size))
    is_fit = size <= LARGEST

    assert (200 if is_fit else 413) == reply.status
    assert (1 if is_fit else 0) == len(stage.events)
    assert [] == leaks(repr(reply) + stage.logged)


def test_large_body_of_a_stranger_is_not_kept(stage: Stage, way: Way) -> None:
    """The size is the first thing that is looked at, and nothing of such a body is remembered."""
    assert 413 == way(stage.receiver, (), b"[" * (LARGEST + 1)).status
    assert {} == stage.kept()


LET_IN: Final[dict[str, Pairs]] = {
    "name in lower case": ((b"authorization", RIGHT[1]),),
    "name in upper case": ((b"AUTHORIZATION", RIGHT[1]),),
    "name in title case": ((b"Authorization", RIGHT[1]),),
    "scheme in lower case": ((b"Authorization", RIGHT[1].replace(b"Basic", b"basic")),),
    "scheme in upper case": ((b"Authorization", RIGHT[1].replace(b"Basic", b"BASIC")),),
    "two blanks": ((b"Authorization", RIGHT[1].replace(b" ", b"  ")),),
    "blanks around": ((b"Authorization", b" " + RIGHT[1] + b" "),),
    "no type": (RIGHT,),
    "a form's type": (RIGHT, (b"Content-Type", b"application/x-www-form-urlencoded")),
    "type of several parts": (RIGHT, (b"Content-Type", b"multipart/form-data; boundary=x")),
    "another charset": (RIGHT, (b"Content-Type", b"application/json; charset=utf-16")),
    "a type that is none": (RIGHT, (b"Content-Type", b"\xe9;;=")),
    "other headers that are odd": with_right((b"X-Odd", bytes(range(0x80, 0x100))), (b"X-Empty", b"")),
    "other headers sent twice": with_right((b"X-Forwarded-For", b"192.0.2.1"), (b"X-Forwarded-For", b"192.0.2.2")),
    "many other headers": with_right(*((b"X-%d" % number, b"x" * 100) for number in range(90))),
}


@pytest.mark.parametrize("headers", LET_IN.values(), ids=LET_IN)
def test_what_http_lets_vary_may_vary(stage: Stage, headers: Pairs) -> None:
    """Letter case, blanks and other headers do not matter, and the body is JSON whatever its type says."""
    assert AnswerOutcome.HANDLED == stage.send(BODY, headers=headers)
    assert [BODY] == [event.raw for event in stage.events]


def message() -> "Message[str, str]":
    """Make headers of the standard library."""
    headers = Message()
    headers["Authorization"] = TEXT
    return headers


FORMS: Final[dict[str, Callable[[], Headers]]] = {
    "dict": lambda: {"Authorization": TEXT},
    "dict in lower case": lambda: {"authorization": TEXT},
    "dict in upper case": lambda: {"AUTHORIZATION": TEXT},
    "dict with bytes": lambda: {b"Authorization": RIGHT[1]},
    "dict with bytes as values": lambda: {"Authorization": RIGHT[1]},
    "dict with lists": lambda: {"Authorization": [TEXT]},
    "pairs of ASGI": lambda: [(b"authorization", RIGHT[1])],
    "tuple of pairs": lambda: (("Authorization", TEXT),),
    "pairs that come once": lambda: iter([("Authorization", TEXT)]),
    "items of a dict": {"Authorization": TEXT}.items,
    "environment of WSGI": lambda: {"wsgi.version": (1, 0), "HTTP_AUTHORIZATION": TEXT},
    "the value": lambda: TEXT,
    "the value as bytes": lambda: RIGHT[1],
    "standard library": message,
    "Flask": lambda: werkzeug.datastructures.Headers([("Authorization", TEXT)]),
    "Flask, of an environment": lambda: werkzeug.datastructures.EnvironHeaders({"HTTP_AUTHORIZATION": TEXT}),
    "Django": lambda: HttpHeaders({"HTTP_AUTHORIZATION": TEXT}),
    "Starlette": lambda: starlette.datastructures.Headers(raw=[(b"authorization", RIGHT[1])]),
    "httpx": lambda: httpx.Headers({"Authorization": TEXT}),
}


@pytest.mark.parametrize("make", FORMS.values(), ids=FORMS)
def test_headers_come_in_any_form(make: Callable[[], Headers]) -> None:
    """What a framework calls headers is understood as it is."""
    receiver = Receiver(BasicAuth(*AUTH), inbox=None)

    assert AnswerOutcome.IGNORED == receiver.handle(headers=make(), body=BODY).outcome


BUFFERS: Final[dict[str, Callable[[], bytes | bytearray | memoryview | str]]] = {
    "bytes": lambda: BODY,
    "bytearray": lambda: bytearray(BODY),
    "memoryview": lambda: memoryview(BODY),
    "memoryview of a bytearray": lambda: memoryview(bytearray(BODY)),
    "part of a memoryview": lambda: memoryview(b"xx" + BODY + b"xx")[2:-2],
    "every second byte": lambda: memoryview(b"".join(b"%c_" % octet for octet in BODY))[::2],
    "text": BODY.decode,
    "with a byte order mark": lambda: b"\xef\xbb\xbf" + BODY,
}


@pytest.mark.parametrize("make", BUFFERS.values(), ids=BUFFERS)
def test_bodies_come_in_any_form(make: Callable[[], bytes | bytearray | memoryview | str]) -> None:
    """Whatever holds the bytes, the event keeps its own copy of them."""
    receiver, seen = Receiver(BasicAuth(*AUTH), inbox=None), list[OrderSucceeded]()
    receiver.on(OrderSucceeded)(seen.append)
    body = make()
    answer = receiver.handle(headers=dict([RIGHT]), body=body)
    raw = body.encode() if isinstance(body, str) else bytes(body)

    assert AnswerOutcome.HANDLED == answer.outcome
    assert [(bytes, raw)] == [(type(event.raw), event.raw) for event in seen]


def released() -> memoryview:
    """Make a buffer that is gone."""
    view = memoryview(b"{}")
    view.release()
    return view


MISUSES: Final[dict[str, tuple[object, Callable[[], object]]]] = {
    "no body": (TEXT, lambda: None),
    "decoded body": (TEXT, lambda: json.loads(BODY)),
    "a stream": (TEXT, lambda: iter([BODY])),
    "a buffer that was released": (TEXT, released),
    "headers that are a number": (5, lambda: BODY),
    "headers that are no pairs": (["Authorization"], lambda: BODY),
    "headers without names": ({None: TEXT}, lambda: BODY),
    "headers that are triples": ([("a", "b", "c")], lambda: BODY),
}


@pytest.mark.parametrize(("headers", "make"), MISUSES.values(), ids=MISUSES)
def test_wrong_calls_are_told_of(headers: Any, make: Callable[[], Any]) -> None:  # noqa: ANN401 - wrong on purpose
    """What no request can cause is the caller's to mend: our own error says so, and shows no credential."""
    with pytest.raises(ConfigurationError) as caught:
        Receiver(BasicAuth(*AUTH), inbox=None).handle(headers=headers, body=make())

    assert [] == leaks(str(caught.value))


def test_each_of_several_credentials_lets_in(way: Way, inbox: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    """Two passwords of one merchant are one merchant, another merchant is another: its events are no duplicates."""
    credentials = (AUTH, Credential("kestrel", "next password", label="kestrel"), Credential("shop-b", "b's password"))
    stage = Stage(way, inbox, caplog, auth=BasicAuth(credentials)).observe()
    sent = ("kestrel:correct horse: battery staple", "kestrel:next password", "shop-b:b's password", "shop-b:no")
    outcomes = [stage.send(BODY, headers=[(b"Authorization", basic(pair.encode()))]) for pair in sent]
    again = AnswerOutcome.HANDLED if inbox is None else AnswerOutcome.DUPLICATE
    labels = ["kestrel", "kestrel", "shop-b"] if inbox is None else ["kestrel", "shop-b"]

    assert [AnswerOutcome.HANDLED, again, AnswerOutcome.HANDLED, AnswerOutcome.UNAUTHENTICATED] == outcomes
    assert labels == [delivery.sender.label for delivery in stage.deliveries if delivery.sender]


CUSTOM: Final[dict[str, tuple[Pairs, AnswerOutcome]]] = {
    "right": (((b"X-Shop-Key", b"four words of mine"),), AnswerOutcome.HANDLED),
    "right, in another case": (((b"x-sHOP-kEY", b"four words of mine"),), AnswerOutcome.HANDLED),
    "absent": ((), AnswerOutcome.UNAUTHENTICATED),
    "wrong": (((b"X-Shop-Key", b"four words of yours"),), AnswerOutcome.UNAUTHENTICATED),
    "not ASCII": (((b"X-Shop-Key", b"\xe9" * 18),), AnswerOutcome.UNAUTHENTICATED),
    "twice": (((b"X-Shop-Key", b"four words of mine"),) * 2, AnswerOutcome.UNAUTHENTICATED),
}


@pytest.mark.parametrize(("more", "expected"), CUSTOM.values(), ids=CUSTOM)
def test_custom_headers_are_checked_too(
    way: Way, inbox: Inbox, caplog: pytest.LogCaptureFixture, more: Pairs, expected: AnswerOutcome
) -> None:
    """A header that the dashboard was told to send must come, once and as configured."""
    auth = BasicAuth(*AUTH, headers={"X-Shop-Key": "four words of mine"})

    assert expected == Stage(way, inbox, caplog, auth=auth).observe().send(BODY, headers=with_right(*more))


@pytest.mark.parametrize(
    ("network", "expected"), [("192.0.2.0/24", AnswerOutcome.FORBIDDEN), ("127.0.0.1", AnswerOutcome.HANDLED)]
)
def test_address_comes_from_the_connection(
    way: Way, caplog: pytest.LogCaptureFixture, network: str, expected: AnswerOutcome
) -> None:
    """What a sender writes into a header about its address counts for nothing."""
    stage = Stage(way, None, caplog, addresses=AddressPolicy([network])).observe()
    headers = with_right((b"X-Forwarded-For", b"192.0.2.7"), (b"Forwarded", b"for=192.0.2.7"))

    assert expected == stage.send(BODY, headers=headers)


def instants() -> Iterator[tuple[str, object, bool]]:
    """Give times of an event, and whether they can be read."""
    soon = datetime.now(UTC) + timedelta(seconds=10**6)
    yield "10^6 seconds ahead", soon.strftime("%Y-%m-%dT%H:%M:%SZ"), True
    yield "10^6 seconds ahead, in text", str(int(soon.timestamp())), True
    yield "centuries ahead", "2300-01-01T00:00:00Z", False
    yield "no time", "soon", False
    yield "NaN in text", "NaN", False
    yield "beyond every calendar", 10**20, False


INSTANTS: Final = {name: (value, is_read) for name, value, is_read in instants()}


@pytest.mark.parametrize(("value", "is_read"), INSTANTS.values(), ids=INSTANTS)
def test_time_of_an_event_decides_nothing(stage: Stage, value: object, is_read: bool) -> None:  # noqa: FBT001 - a table
    """An event from the future, or of no time, is handled: its clock is no proof of anything."""
    assert AnswerOutcome.HANDLED == stage.send(changed("ORDER_SUCCEEDED", ("date_created",), value))
    assert [is_read] == [getattr(event, "date_created", None) is not None for event in stage.events]


def test_repeated_delivery_is_handled_once(stage: Stage) -> None:
    """An inbox knows an event again; without one each delivery is handled."""
    again = AnswerOutcome.HANDLED if stage.inbox is None else AnswerOutcome.DUPLICATE

    assert [AnswerOutcome.HANDLED, again] == [stage.send(BODY), stage.send(BODY)]


def test_changed_body_under_one_id_is_not_taken_for_the_first(stage: Stage) -> None:
    """Basic auth signs no body: with an inbox the second is flagged, and pays for nothing again."""
    paid: list[OrderPaid] = []
    stage.receiver.on_effect(OrderPaid)(paid.append)
    outcomes = [stage.send(BODY), stage.send(BODY.replace(b"1499", b"1"))]
    has_inbox = stage.inbox is not None

    assert [AnswerOutcome.HANDLED] * 2 == outcomes
    assert [False, has_inbox] == [delivery.id_conflict for delivery in stage.deliveries]
    assert (1 if has_inbox else 2) == len(paid)


def test_async_handlers_run_in_each_way(bare_stage: Stage) -> None:
    """A coroutine is awaited where there is an event loop, and gets one of its own where there is none."""
    paid: list[OrderPaid] = []

    @bare_stage.receiver.on_effect(OrderPaid)
    async def note(effect: OrderPaid) -> None:  # pyright: ignore[reportUnusedFunction] - the receiver calls it
        paid.append(effect)

    assert AnswerOutcome.HANDLED == bare_stage.send(BODY)
    assert ["shop-1001"] == [effect.order_id for effect in paid]

"""Bad input gives an event with problems, an `UnreadableEvent` or a `PayloadError`; never another exception."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest

from juspay_webhooks import (
    ConfigurationError,
    OrderCreated,
    OrderEvent,
    OrderSucceeded,
    PayloadError,
    TransactionEvent,
    UnknownEvent,
    UnknownPayoutEvent,
    UnreadableEvent,
    parse_event,
    unknown_fields,
)
from juspay_webhooks.models.fields import Json, wire_names
from tests.parsing.places import Place, places

ORDER: Final = '{"event_name":"ORDER_SUCCEEDED","content":{"order":{"order_id":"o1","status":"CHARGED","amount":5%s}}}'
"""A whole event, with room for more members of the order."""


def order(members: str = "") -> str:
    """Write an event with more members in its order."""
    return ORDER % ("," + members if members else "")


NOT_EVENTS: Final = {
    "empty": (b"", "empty"),
    "blank": (b" \r\n\t", "empty"),
    "only a mark": (b"\xef\xbb\xbf", "empty"),
    "not UTF-8 in a known field": (order('"udf1":"\xff"').encode("latin-1"), "UTF-8"),
    "not UTF-8 in an unknown field": (order('"brand_new":"\xff"').encode("latin-1"), "UTF-8"),
    "not UTF-8 in a key": (order('"\xff":1').encode("latin-1"), "UTF-8"),
    "not UTF-8 inside metadata": (order('"metadata":{"a":["\xff"]}').encode("latin-1"), "UTF-8"),
    "truncated character": (order('"udf1":"').encode() + b"\xe2\x82", "UTF-8"),
    "half a pair in a text": (order('"udf1":"\ud800"'), "UTF-8"),
    "UTF-16": (order().encode("utf-16"), "UTF-8"),
    "UTF-16 without a mark": (order().encode("utf-16-le"), "not JSON"),
    "NaN": (order('"udf1":NaN'), "NaN"),
    "Infinity in metadata": (order('"metadata":{"a":-Infinity}'), "NaN"),
    "trailing bytes": (order() + "x", "line 1, column"),
    "two bodies": (order() + order(), "line 1, column"),
    "cut off": (order()[:-1], "line 1, column"),
    "a bare word": ("hello", "line 1, column 1"),
    "trailing comma": ('{"id": "e",}', "line 1, column 1"),
    "no value": ('{\n  "gateway_id": ,\n}', "line 2, column 17"),
    "a comment": ('{"content": {"order": { /* ... */ }}}', "line 1, column 25"),
    "array": ("[]", "list"),
    "array of events": (f"[{order()}]", "list"),
    "text": ('"ORDER_SUCCEEDED"', "text"),
    "number": ("5", "number"),
    "null": ("null", "nothing"),
    "true": ("true", "true or false"),
    "empty object": ("{}", "not a Juspay webhook"),
    "2 MiB": (order('"udf1":"%s"' % ("x" * 2 * 1024 * 1024)), "max_bytes"),
    "100,000 brackets": ("[" * 100_000, "deeper"),
    "100,000 objects": ('{"a":' * 100_000, "deeper"),
    "a text that never ends": (b"[" * 101 + b'"' + b'\\"' * 400_000, "deeper"),
    "a text that ends in half an escape": (b"[" * 101 + b'"' + b'\\"' * 400_000 + b"\\", "deeper"),
    "deep in an unknown field": (order('"x":%s%s' % ("[" * 200, "]" * 200)), "deeper"),
    "placeholder of the documentation": (
        '{"success": false, "message": "No Data found for the given path"}',
        "placeholder",
    ),
    "encrypted": ('{"JWT": "eyJh.b.c.d.e"}', "encrypted"),
    "an order": ('{"order_id": "o1", "status": "CHARGED", "amount": 5}', "parse_order"),
    "name without content": ('{"event_name": "ORDER_SUCCEEDED"}', "/content"),
    "content null": ('{"event_name": "ORDER_SUCCEEDED", "content": null}', "/content"),
    "content a text": ('{"event_name": "ORDER_SUCCEEDED", "content": "FILTERED"}', "/content"),
    "content a list": ('{"event_name": "ORDER_SUCCEEDED", "content": []}', "/content"),
    "content without a name": ('{"content": {"order": {}}}', "/event_name"),
    "name null": ('{"event_name": null, "content": {"order": {}}}', "/event_name"),
    "name empty": ('{"event_name": "", "content": {"order": {}}}', "/event_name"),
    "name blank": (
        '{"event_name": " ", "content": {"order": {"order_id":"o","status":"s","amount":1}}}',
        "/event_name",
    ),
    "name a number": ('{"event_name": 5, "content": {"order": {}}}', "/event_name"),
    "name a skeleton": ('{"event_name": "<event_name>", "content": {"order": {}}}', "/event_name"),
    "label without info": ('{"label": "ORDER", "value": "SUCCESS"}', "/event_name"),
    "label a list": ('{"label": ["ORDER"], "value": "SUCCESS", "info": {}}', "/label"),
    "info a text": ('{"label": "ORDER", "value": "SUCCESS", "info": "x"}', "/info"),
}


@pytest.mark.parametrize(("body", "says"), NOT_EVENTS.values(), ids=NOT_EVENTS)
def test_what_is_no_event_is_refused(body: bytes | str, says: str) -> None:
    """The error says what it is, or where it breaks off."""
    with pytest.raises(PayloadError) as caught:
        parse_event(body)

    assert says in f"{caught.value} {caught.value.path}"
    assert (None, None) == (caught.value.__cause__, caught.value.__context__)


READABLE: Final = {
    "a mark": ("\ufeff" + order(), ""),
    "surrogate pair": (order(r'"udf1":"\ud83d\ude00"'), ""),
    "an escape that is half a pair": (order(r'"udf1":"\ud800"'), "/content/order/udf1"),
    "half a pair in an unknown field": (order(r'"brand_new":"\ud800"'), ""),
    "half a pair in a key": (order(r'"\ud800":1'), ""),
    "an unknown number of 5,000 digits": (order('"brand_new":' + "9" * 5000), ""),
    "a known text of 5,000 digits": (order('"udf1":' + "9" * 5000), "/content/order/udf1"),
    "a known integer of 5,000 digits": (order('"status_id":' + "9" * 5000), "/content/order/status_id"),
    "a free-form number of 5,000 digits": (order('"metadata":{"a":%s}' % ("9" * 5000)), ""),
    "an exponent nothing holds": (order('"metadata":{"a":1e99999999999999999999}'), ""),
    "the same in an unknown field": (order('"brand_new":1e99999999999999999999'), ""),
    "the same in a known text": (order('"udf1":1e99999999999999999999'), ""),
    "a key twice": (order('"currency":"INR","currency":"BRL"'), ""),
    "100 levels": (order('"x":%s%s' % ("[" * 96, "]" * 96)), ""),
    "brackets in a text": (order('"udf1":"%s"' % ("[{" * 5000)), ""),
    "quotes and backslashes": (order(r'"udf1":"\\\"%s\\"' % ("[" * 5000)), ""),
    **{
        f"money {text[:24]}": (order(f'"effective_amount":{text}'), "/content/order/effective_amount")
        for text in (
            '"1e999999999"',
            '"NaN"',
            '"sNaN"',
            '"Infinity"',
            '"-inf"',
            "1234567890123456789012345678901",
            "1e19",
            "1e-19",
            '"FILTERED"',
            "true",
            "{}",
            "[5]",
        )
    },
    "full-width digits": (order('"effective_amount":"１２"'), ""),
    **{
        f"instant {text}": (order(f'"date_created":{text}'), "/content/order/date_created")
        for text in (
            '"10"',
            '"Sep"',
            "0",
            '"1111111"',
            '"1111111T07:00:40Z"',
            '"160***10"',
            '"2024-02-30T00:00:00Z"',
            '"2101-01-01T00:00:00Z"',
            '"0000-00-00 00:00:00"',
            "253402300800",
            "true",
            "{}",
        )
    },
    "a time without a zone": (order('"date_created":"2024-11-24 16:25:52.0"'), "/content/order/date_created"),
    **{
        f"masked {key}": (order(f'"{key}":"FILTERED"'), f"/content/order/{key}")
        for key in (
            "maximum_eligible_refund_amount",
            "refunded",
            "card",
            "refunds",
            "txn_list",
            "last_updated",
            "metadata",
        )
    },
}


@pytest.mark.parametrize(("body", "path"), READABLE.values(), ids=READABLE)
def test_a_bad_part_does_not_sink_the_event(body: str, path: str) -> None:
    """The event keeps its class; the part is None or as good as can be, and a problem names the place."""
    event = parse_event(body.encode("utf-8", "surrogatepass"))

    assert (OrderSucceeded, "o1") == (type(event), event.order_id)
    assert [path] * bool(path) == [problem.path for problem in event.problems]
    assert isinstance(event.payload, Mapping)
    assert isinstance(unknown_fields(event), Mapping)


def test_numbers_that_nothing_holds_keep_their_digits() -> None:
    """A number too long for `int` becomes a `Decimal`, one too large for `Decimal` stays text."""
    event = parse_event(order('"metadata":{"long":%s,"large":1e99999999999999999999}' % ("9" * 5000)))
    assert isinstance(event, OrderSucceeded)
    assert event.order.metadata is not None

    assert Decimal("9" * 5000) == event.order.metadata["long"]
    assert "1e99999999999999999999" == event.order.metadata["large"]


def test_full_width_digits_are_digits() -> None:
    """`Decimal` reads every decimal digit of Unicode, and their meaning is not in doubt."""
    event = parse_event(order('"effective_amount":"１２"'), expect=OrderSucceeded)

    assert Decimal(12) == event.order.effective_amount


def test_seven_hundred_brackets_below_five_hundred_frames() -> None:
    """Depth is refused by its number, not by how much stack the caller has left."""
    body = order('"x":%s%s' % ("[" * 700, "]" * 700))

    def call(frames: int) -> None:
        if frames:
            call(frames - 1)
        else:
            parse_event(body)

    with pytest.raises(PayloadError, match="deeper"):
        call(500)


@pytest.mark.parametrize("members", ["", '"status_id":"FILTERED"'], ids=["fast", "tolerant"])
def test_a_stack_that_is_nearly_full(members: str) -> None:
    """Wherever the stack ends inside the parser, the error is ours or the caller's own `RecursionError`."""
    body = order(members + ',"x":%s%s' % ("[" * 90, "]" * 90) if members else '"x":%s%s' % ("[" * 90, "]" * 90))
    parse_event(body)  # load what is loaded once

    def call(frames: int) -> object:
        return call(frames - 1) if frames else parse_event(body)

    seen = set[str]()
    for spare in range(20, 140, 3):
        try:
            seen.add(type(call(sys.getrecursionlimit() - _depth() - spare)).__name__)
        except (PayloadError, RecursionError) as error:
            seen.add(type(error).__name__)

    assert "OrderSucceeded" in seen
    assert seen <= {"OrderSucceeded", "PayloadError", "RecursionError"}


def _depth() -> int:
    frame, depth = sys._getframe(), 0  # noqa: SLF001 - the only way to count frames
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


CLASSES: Final = {
    "unknown name": (
        '{"event_name":"BRAND_NEW","content":{"order":{"order_id":"o","status":"NEW","amount":1}}}',
        OrderEvent,
    ),
    "unknown name, unknown key": ('{"event_name":"BRAND_NEW","content":{"thing":{}}}', UnknownEvent),
    "unknown name, empty content": ('{"event_name":"BRAND_NEW","content":{}}', UnknownEvent),
    "known name, empty content": ('{"event_name":"ORDER_SUCCEEDED","content":{}}', UnreadableEvent),
    "known name, unknown key": ('{"event_name":"ORDER_SUCCEEDED","content":{"thing":{}}}', UnreadableEvent),
    "known name, object null": ('{"event_name":"ORDER_SUCCEEDED","content":{"order":null}}', UnreadableEvent),
    "known name, object masked": ('{"event_name":"ORDER_SUCCEEDED","content":{"order":"FILTERED"}}', UnreadableEvent),
    "known name, other key": (
        (
            '{"event_name":"ORDER_SUCCEEDED","content":{"txn":'
            '{"txn_id":"t","order_id":"o","status":"NEW","txn_amount":1,"currency":"INR"}}}'
        ),
        TransactionEvent,
    ),
    "two keys": (
        (
            '{"event_name":"ORDER_CREATED","content":{"mandate":{"mandate_id":"m","status":"ACTIVE"},'
            '"order":{"order_id":"o","status":"NEW","amount":1}}}'
        ),
        OrderCreated,
    ),
    "two keys, one bad": (
        (
            '{"event_name":"ORDER_CREATED","content":{"mandate":"FILTERED",'
            '"order":{"order_id":"o","status":"NEW","amount":1}}}'
        ),
        OrderCreated,
    ),
    "two keys, the main one bad": (
        '{"event_name":"ORDER_CREATED","content":{"mandate":{"mandate_id":"m","status":"ACTIVE"},"order":{}}}',
        UnreadableEvent,
    ),
    "label null beside a payment": (
        '{"label":null,"event_name":"ORDER_CREATED","content":{"order":{"order_id":"o","status":"NEW","amount":1}}}',
        OrderCreated,
    ),
    "unknown label": ('{"label":"NEW_LABEL","value":"X","info":{}}', UnknownPayoutEvent),
    "unknown label, no value": ('{"label":"NEW_LABEL","info":{}}', UnreadableEvent),
    "known label, no value": ('{"label":"ORDER","info":{"id":"i","status":"S","amount":1}}', UnreadableEvent),
    "known label, value a list": (
        '{"label":"ORDER","value":[],"info":{"id":"i","status":"S","amount":1}}',
        UnreadableEvent,
    ),
    "known label, empty info": ('{"label":"ORDER","value":"SUCCESS","info":{}}', UnreadableEvent),
}


@pytest.mark.parametrize(("body", "cls"), CLASSES.values(), ids=CLASSES)
def test_the_envelope_decides_the_class(body: str, cls: type) -> None:
    """New is never an error; what a known event cannot be without makes it unreadable, with the place named."""
    event = parse_event(body)

    assert cls is type(event)
    assert (cls is UnreadableEvent) <= bool(event.problems)
    assert set(event.payload) <= {"event_name", "content", "label", "value", "info"}


def test_a_name_of_a_megabyte() -> None:
    """It is kept as it came; an error shows its beginning only."""
    name = "N" * 1_000_000
    body = f'{{"event_name":"{name}","content":{{"thing":1}}}}'
    event = parse_event(body)
    with pytest.raises(PayloadError) as caught:
        parse_event(body, expect=OrderSucceeded)

    assert isinstance(event, UnknownEvent)
    assert name == event.name
    assert len(str(caught.value)) < 200
    assert len(caught.value.event_name or "") <= 80


REQUIRED: Final = [
    pytest.param(place, wire_names(place.model)[field.name][0], id=f"{place.model.__name__}.{field.name}")
    for place in places()
    for field in attrs.fields(place.model)
    if field.default is attrs.NOTHING
]


@pytest.mark.parametrize("how", ["missing", "null", "wrong"])
@pytest.mark.parametrize(("place", "key"), REQUIRED)
def test_a_required_field(place: Place, key: str, how: str) -> None:
    """Without it the part is lost; if the event cannot be without the part, it is unreadable. One problem names it."""
    wrong = {} if how == "missing" else {key: "null" if how == "null" else "[{}]"}
    event = parse_event(place.body(wrong, without=key if how == "missing" else ""))

    assert (place.is_main, 1) == (isinstance(event, UnreadableEvent), len(event.problems))
    assert event.problems[0].path.endswith("/" + key)
    assert ("list" if how == "wrong" else "nothing") == event.problems[0].got


BODIES: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "bytes": bytes,
    "bytearray": bytearray,
    "memoryview": memoryview,
    "a slice of a memoryview": lambda body: memoryview(b"x" * 7 + body + b"y")[7:-1],
    "every second byte of a memoryview": lambda body: memoryview(b"".join(bytes([byte, 0]) for byte in body))[::2],
    "text": lambda body: body.decode(),
    "a subclass of str": lambda body: type("Text", (str,), {})(body.decode()),
    "a subclass of bytes": type("Bytes", (bytes,), {}),
}


@pytest.mark.parametrize("make", BODIES.values(), ids=BODIES)
def test_every_kind_of_body(make: Callable[[bytes], Any]) -> None:
    """Bytes, buffers and text are one; the event's own copy is plain bytes."""
    body = order('"udf1":"é"').encode()
    event = parse_event(make(body))

    assert (OrderSucceeded, bytes, body) == (type(event), type(event.raw), bytes(event.raw))


def test_a_buffer_changed_afterwards() -> None:
    """The event does not see it."""
    body = order().encode()
    buffer = bytearray(body)
    event = parse_event(buffer)
    buffer[:] = b"x" * len(buffer)

    assert body == event.raw


def _released() -> memoryview:
    view = memoryview(b"{}")
    view.release()
    return view


@pytest.mark.parametrize("body", [None, 5, {"event_name": "ORDER_SUCCEEDED"}, ["x"], object(), _released()])
def test_what_is_no_body(body: Json) -> None:
    """The caller made a mistake, and is told what a body is."""
    with pytest.raises(ConfigurationError, match="body"):
        parse_event(body)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, str])
def test_the_limit_is_inclusive(kind: Json) -> None:
    """A body of exactly `max_bytes` is read, one byte more is not; text counts as its UTF-8."""
    body = order('"udf1":"é"').encode()
    made = body.decode() if kind is str else kind(body)

    assert isinstance(parse_event(made, max_bytes=len(body)), OrderSucceeded)
    with pytest.raises(PayloadError, match="max_bytes"):
        parse_event(made, max_bytes=len(body) - 1)


@pytest.mark.parametrize("limit", [None, "5", 1.5])
def test_what_is_no_limit(limit: Json) -> None:
    """The caller made a mistake."""
    with pytest.raises(ConfigurationError, match="max_bytes"):
        parse_event(b"{}", max_bytes=limit)


def test_problems_are_bounded() -> None:
    """A hostile list of bad items lists a thousand problems, and says that there are more."""
    event = parse_event(order('"refunds":[%s]' % ",".join(["{}"] * 5000)), expect=OrderSucceeded)

    assert 1001 == len(event.problems)
    assert "more" == event.problems[-1].got
    assert () == event.effects


def test_the_first_bodies_may_come_in_many_threads() -> None:
    """Engines are built when they are first needed, and never twice at once: msgspec would crash the process."""
    code = """
import sys, threading
from juspay_webhooks import parse_event
from juspay_webhooks.testing import sample_body
sys.setswitchinterval(1e-6)
payout = sample_body(("FULFILLMENT_ORDER", "SUCCESS"))
masked = sample_body("ORDER_SUCCEEDED").replace(b'"2025-06-02T09:30:00Z"', b'"FILTERED"')
barrier = threading.Barrier(8)
read = []
def first(body):
    barrier.wait()
    read.append(type(parse_event(body)).__name__)
threads = [threading.Thread(target=first, args=(body,)) for body in [payout, masked] * 4]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert sorted(read) == ["FulfillmentOrderEvent"] * 4 + ["OrderSucceeded"] * 4, read
"""
    for _ in range(3):
        subprocess.run([sys.executable, "-c", code], check=True)

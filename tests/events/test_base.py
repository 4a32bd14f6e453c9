"""What every event has in common: the key of a delivery, the body decoded anew, and being a plain value."""

import copy
import hashlib
import json
import pickle
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final

import attrs
import pytest

from juspay_webhooks import (
    ConfigurationError,
    FreeForm,
    Mandate,
    MandateCreated,
    Order,
    OrderEvent,
    OrderStatus,
    OrderSucceeded,
    Problem,
    UnknownEvent,
    UnknownPayoutEvent,
    UnreadableEvent,
    parse_event,
    redact,
    to_wire,
    unknown_fields,
)
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.models.fields import Json
from tests.events.bodies import payment, payment_body, payout
from tests.parsing.places import all_samples

BODY: Final = b'{"event_name":"ORDER_SUCCEEDED","content":{"order":{"order_id":"o1","status":"CHARGED","amount":5%s}}}'
"""A whole event, with room for more members of the order."""

BY_HAND: Final = OrderSucceeded(
    name="ORDER_SUCCEEDED",
    order=Order(order_id="o1", status=OrderStatus.CHARGED, amount=Decimal(5), metadata=FreeForm({"cart": [1]})),
)

every_sample: Final = pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in all_samples()])


# --- The key of a delivery ---


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b'{"id":"evt_1","event_name":"NEW","content":{}}', "evt_1"),
        (b'{"id":17,"event_name":"NEW","content":{}}', "17"),
        (b'{"id":"95eb","label":"NEW","value":"V","info":{}}', "95eb"),
        (b'{"id":"evt_1","event_name":"ORDER_SUCCEEDED","content":{}}', "evt_1"),
    ],
)
def test_the_id_is_the_key(body: bytes, key: str) -> None:
    """Juspay repeats the id with every attempt to deliver an event, an unreadable one too."""
    assert key == parse_event(body).dedupe_key


@pytest.mark.parametrize(
    "start", [b'{"id":"",', b'{"id":null,', b'{"id":{},', b'{"id":true,', b"{", b'\xef\xbb\xbf{"id":"",']
)
def test_without_an_id_the_body_is_the_key(start: bytes) -> None:
    """An id that is missing, empty or unusable leaves the SHA-256 of the very bytes that came."""
    body = start + b'"event_name":"NEW","content":{}}'

    assert hashlib.sha256(body).hexdigest() == parse_event(body).dedupe_key


def test_an_event_by_hand_needs_an_id_for_a_key() -> None:
    """Without body and id there is nothing to know it by."""
    with pytest.raises(ConfigurationError, match="give it an id"):
        _ = BY_HAND.dedupe_key

    assert "evt_1" == attrs.evolve(BY_HAND, id="evt_1").dedupe_key


# --- The body decoded anew ---


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("1.10", Decimal("1.10")),
        ("1E+2", Decimal("1E+2")),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("-" + "9" * 299, -int("9" * 299)),
        ("9" * 300, int("9" * 300)),
        ("9" * 301, Decimal("9" * 301)),
        ("9" * 5_000, Decimal("9" * 5_000)),
        ("0." + "3" * 5_000, Decimal("0." + "3" * 5_000)),
        ("1e999999999999999999", Decimal("1e999999999999999999")),
        ("1e9999999999999999999", "1e9999999999999999999"),
        ("-1.5E-9999999999999999999", "-1.5E-9999999999999999999"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_payload_keeps_every_digit(number: str, value: Json) -> None:
    """No number is too long or too large for the payload; an exponent that nothing holds leaves the text."""
    event = parse_event(BODY % f',"brand_new":{number}'.encode())
    found = event.payload["content"]["order"]["brand_new"]

    assert (type(value), value) == (type(found), found)
    assert {"/content/order/brand_new": value} == unknown_fields(event)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_payload_is_the_body(mark: bytes) -> None:
    """It is the whole body, keys that nobody knows included; a byte order mark stays in `raw` alone."""
    body = mark + BODY % b',"udf1":"\xe0\xa4\x86","brand_new":[{"a":null}]'
    event = parse_event(body)

    assert body == event.raw
    assert json.loads(body.removeprefix(mark)) == event.payload


def test_payload_is_decoded_anew() -> None:
    """Changing what was decoded does not change the event."""
    event = payment("ORDER_SUCCEEDED", order={"brand_new": [1]})
    event.payload["content"]["order"]["brand_new"].append(2)

    assert [1] == event.payload["content"]["order"]["brand_new"]


def test_an_event_by_hand_has_no_payload() -> None:
    """It has no body, hence no payload and no field that is unknown."""
    assert b"" == BY_HAND.raw
    assert {} == BY_HAND.payload
    assert {} == unknown_fields(BY_HAND)


def test_unknown_events_give_their_content() -> None:
    """What has no typed home is there all the same, read-only and exact."""
    dispute = parse_event(b'{"event_name":"CHARGEBACK_RECEIVED","content":{"chargeback":{"amount":1.10}}}')
    label = parse_event(b'{"label":"BRAND_NEW","value":"V","info":{"parts":[{"amount":1.10}]}}')

    assert isinstance(dispute, UnknownEvent)
    assert FreeForm({"chargeback": {"amount": Decimal("1.10")}}) == dispute.content
    assert isinstance(label, UnknownPayoutEvent)
    assert FreeForm({"parts": [{"amount": Decimal("1.10")}]}) == label.info


def test_unknown_events_by_hand_are_empty() -> None:
    """Without a body there is nothing to show."""
    assert FreeForm({}) == UnknownEvent(name="BRAND_NEW").content
    assert FreeForm({}) == UnknownPayoutEvent(label="BRAND_NEW", value="V").info


# --- The order's id ---


def test_which_order_an_event_is_about() -> None:
    """Each family names the merchant's order where its body has it; None where it has not."""
    fulfillment = {"id": "95eb-f1", "status": "SUCCESS", "amount": 1}
    events = {
        payment("ORDER_SUCCEEDED", order={}): "Shop-1",
        payment("ORDER_REFUNDED", order={}): "Shop-1",
        payment("TXN_CHARGED", txn={}, order={"order_id": "other"}): "Shop-1",
        payment("MANDATE_CREATED", mandate={"order_id": "Shop-2"}): "Shop-2",
        payment("MANDATE_CREATED", mandate={}): None,
        payment("NOTIFICATION_FAILED", notification={}, order={}): "Shop-1",
        payment("NOTIFICATION_FAILED", notification={}): None,
        payment("BRAND_NEW"): None,
        payment("ORDER_SUCCEEDED"): None,
        payout("ORDER", "V", id="95eb", status="V", amount=1, merchantOrderId="Shop-3"): "Shop-3",
        payout("FULFILLMENT_ORDER", "V", **fulfillment): None,
        payout("BRAND_NEW", "V", merchantOrderId="Shop-3"): None,
    }

    assert events == {event: event.order_id for event in events}


# --- A plain value ---


@every_sample
def test_every_event_hashes_pickles_and_copies(body: bytes) -> None:
    """A parsed event is a value, and its copies keep the body."""
    event = parse_event(body)
    copies = [pickle.loads(pickle.dumps(event)), copy.copy(event), copy.deepcopy(event)]  # noqa: S301

    assert [event] * 3 == copies
    assert {hash(event)} == {hash(found) for found in copies}
    assert [(type(event), body)] * 3 == [(type(found), found.raw) for found in copies]


@pytest.mark.parametrize(
    "body",
    [
        b'{"event_name":"BRAND_NEW","content":{"a":[1.10]}}',
        b'{"event_name":"ORDER_SUCCEEDED","content":{"order":"FILTERED"}}',
        b'{"label":"BRAND_NEW","value":"V","info":{}}',
        BODY % b',"card":"FILTERED","metadata":"{\\"a\\":1.10}"',
    ],
)
def test_events_that_are_not_whole_are_values_too(body: bytes) -> None:
    """Unknown, unreadable and damaged events hash, pickle and copy as any other."""
    event = parse_event(body)
    copies = [pickle.loads(pickle.dumps(event)), copy.copy(event), copy.deepcopy(event)]  # noqa: S301

    assert [event] * 3 == copies
    assert {hash(event)} == {hash(found) for found in copies}
    assert [event.payload] * 3 == [found.payload for found in copies]


def test_events_compare_by_what_is_understood() -> None:
    """White space, keys that nobody knows and how the body was built do not count; type, problems and fields do."""
    event = parse_event(BODY % b',"metadata":{"cart":[1]}')

    assert BY_HAND == event
    assert event == parse_event(BODY.replace(b":", b": ") % b', "brand_new": 1, "metadata": {"cart": [1]}')
    assert event != parse_event(BODY % b',"metadata":{"cart":[2]}')
    assert event != parse_event(BODY % b',"metadata":{"cart":[1]},"card":"FILTERED"')
    assert OrderEvent(name=event.name, order=BY_HAND.order) != event
    assert b"" != event.raw


def test_an_event_never_changes() -> None:
    """Neither its own fields nor those of its parts can be set."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        BY_HAND.id = "evt_2"  # type: ignore[misc]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        BY_HAND.order.amount = Decimal(6)  # type: ignore[misc]


def test_events_by_hand_take_plain_values() -> None:
    """Words and times are converted as in any model; a time without a zone is refused."""
    event = MandateCreated(
        name="MANDATE_CREATED",
        mandate=Mandate(mandate_id="Man-1", status="active"),  # type: ignore[arg-type]
        date_created="2024-01-31T15:00:00+05:30",  # type: ignore[arg-type]
        id="evt_1",
    )
    body = payment_body("MANDATE_CREATED", mandate={}) | {"date_created": "2024-01-31T09:30:00Z"}

    assert event == parse_event(json.dumps(body))
    with pytest.raises(ConfigurationError, match="date_created: expected a time with a zone"):
        attrs.evolve(event, date_created=datetime(2024, 1, 31))  # noqa: DTZ001


# --- What `repr` shows ---


def test_repr_shows_what_is_set_and_masks_people() -> None:
    """Ids, names and states show; personal data, free-form objects and the body do not."""
    body = payment_body("ORDER_SUCCEEDED", order={"customer_email": "asha@example.com", "metadata": {"pin": 7}})
    shown = (
        "OrderSucceeded(id='evt_1', problems=(), name='ORDER_SUCCEEDED', order=Order(order_id='Shop-1', "
        "status=OrderStatus.CHARGED, amount=Decimal('5'), currency='INR', customer_email=***, metadata=***))"
    )

    assert shown == repr(parse_event(json.dumps(body)))


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        (UnknownEvent(name="NEW", raw=b"{}"), "UnknownEvent(problems=(), name='NEW')"),
        (UnknownPayoutEvent(label="L", value="V"), "UnknownPayoutEvent(problems=(), label='L', value='V')"),
        (
            UnreadableEvent(name="NEW", problems=(Problem(path="/content/order", expected="object", got="text"),)),
            "UnreadableEvent(problems=(Problem(path='/content/order', expected='object', got='text'),), name='NEW')",
        ),
    ],
)
def test_repr_of_other_events(event: BaseEvent, shown: str) -> None:
    """An event that is not understood shows its name and its problems, and nothing of its body."""
    assert shown == repr(event)


@every_sample
def test_repr_shows_nobody(body: bytes) -> None:
    """The invented customer of the samples is in no `repr`."""
    shown = repr(parse_event(body))

    assert [] == [word for word in ("Asha", "asha@", "9000000001", "https://") if word in shown]


@pytest.mark.parametrize(
    "frame",
    ['{"event_name":"CHARGEBACK_RECEIVED","content":{"chargeback":%d}}', '{"label":"NEW","value":"V","info":{"a":%d}}'],
)
def test_unknown_events_are_told_apart_by_their_bodies(frame: str) -> None:
    """What the library does not understand is compared byte for byte: a set of events loses no chargeback."""
    first, second = parse_event(frame % 1), parse_event(frame % 2)

    assert first != second
    assert 2 == len({first, second, parse_event(frame % 1)})


@pytest.mark.parametrize("function", [redact, to_wire, unknown_fields])
@pytest.mark.parametrize("wrong", [5, None, {"event_name": "X"}])
def test_what_is_no_event_is_a_mistake(function: Callable[[Json], Json], wrong: Json) -> None:
    """The caller is told what the function takes."""
    with pytest.raises(ConfigurationError, match="takes an event"):
        function(wrong)

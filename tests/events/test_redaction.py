"""A masked copy holds no personal data, no secret and no free-form content, and still tells what happened to what."""

import hashlib
import json
import pickle
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final, get_args

import attrs
import pytest

from juspay_webhooks import (
    FreeForm,
    OrderRefunded,
    OrderSucceeded,
    Problem,
    RoutingEvent,
    UnknownEvent,
    UnknownPayoutEvent,
    UnreadableEvent,
    ValidationEvent,
    parse_event,
    parse_order,
    redact,
    to_wire,
)
from juspay_webhooks.events.payouts import PAYOUT_CLASSES, AnyEvent
from juspay_webhooks.models.fields import Json, Model, Personal, core_type, is_personal, shape, wire_names
from juspay_webhooks.testing import sample_body
from tests.events.bodies import payment
from tests.parsing.places import CONTENT, all_samples

CANARY: Final = "canary-7f3a"
"""Stands for whatever a customer would not want to be seen."""

every_sample: Final = pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in all_samples()])


def planted(value: Json, kind: Json) -> Json:
    """Copy a decoded value with the canary in every personal and free-form field, present or not, of every model."""
    if isinstance(value, list):
        inside = next(iter(get_args(kind)), None)
        return [planted(item, inside) for item in value]
    if not (isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, Model)):
        return value
    copy = dict(value)
    for field in attrs.fields(kind):
        key = wire_names(kind)[field.name][0]
        if is_personal(field):
            copy[key] = {CANARY: [CANARY]} if core_type(field.type) is FreeForm else CANARY
        elif key in copy:
            copy[key] = planted(copy[key], core_type(field.type))
    return copy


def planted_body(body: bytes) -> bytes:
    """Plant the canary in a sample, and beside its known keys at every level of the envelope."""
    found = json.loads(body)
    if "content" in found:
        parts = {key: planted(part, CONTENT[key][1]) for key, part in found["content"].items()}
        found["content"] = {**parts, CANARY: CANARY}
    else:
        found["info"] = planted(
            found["info"], core_type(attrs.fields_dict(PAYOUT_CLASSES[found["label"]])["info"].type)
        )
        found["info"][CANARY] = CANARY
    return json.dumps({**found, CANARY: CANARY}).encode()


def masked(value: Json) -> Json:
    """Replace the canary as `redact` should."""
    if value == {CANARY: [CANARY]}:
        return {}
    if isinstance(value, dict):
        return {key: masked(member) for key, member in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    return "***" if value == CANARY else value


@every_sample
def test_nothing_personal_is_left(body: bytes) -> None:
    """What is planted in every personal and free-form field is in no form of the copy, and all else is kept."""
    event: AnyEvent = parse_event(planted_body(body), strict=True)
    copy = redact(event)
    before = to_wire(event)

    assert masked(before) == to_wire(copy)
    assert [] == [
        form
        for form in (repr(copy), json.dumps(to_wire(copy), default=str), str(pickle.dumps(copy)), str(copy.payload))
        if CANARY in form
    ]


def test_the_canary_is_planted() -> None:
    """The test above has teeth: of all events only two kinds have no personal field at all."""
    events = [parse_event(planted_body(body)) for _, body in all_samples()]
    bare = {type(event) for event in events if CANARY not in json.dumps(to_wire(event), default=str)}

    assert {ValidationEvent, RoutingEvent} == bare


@every_sample
def test_what_happened_is_kept(body: bytes) -> None:
    """Class, name, key, order, effects and problems are those of the event."""
    event = parse_event(body)
    copy = redact(event)
    told = [
        (type(found), found.name, found.id, found.dedupe_key, found.order_id, found.effects, found.problems)
        for found in (event, copy)
    ]

    assert told[0] == told[1]
    assert b"" == copy.raw
    assert copy == redact(copy)


def test_an_event_without_an_id_keeps_its_key() -> None:
    """The copy's id is the SHA-256 of the body that is gone, so that a repeat is known still."""
    body = b'{"event_name":"BRAND_NEW","content":{"thing":"secret"}}'
    copy = redact(parse_event(body))

    assert hashlib.sha256(body).hexdigest() == copy.id == copy.dedupe_key


def test_an_event_by_hand_stays_without_an_id() -> None:
    """Without a body there is no key to keep."""
    event = OrderSucceeded(name="ORDER_SUCCEEDED", order=parse_order('{"order_id":"o","status":"NEW","amount":1}'))

    assert event == redact(event)


def test_amounts_ids_and_states_are_kept() -> None:
    """What bookkeeping needs is not personal."""
    copy = redact(parse_event(sample_body("ORDER_REFUNDED"), expect=OrderRefunded))
    order = copy.order

    assert ("shop-1001", "CHARGED", Decimal(1499), "INR") == (
        order.order_id,
        order.status,
        order.amount,
        order.currency,
    )
    assert [("refund-1001-a", "SUCCESS", Decimal(1499))] == [
        (refund.unique_request_id, refund.status, refund.amount) for refund in order.all_refunds
    ]
    assert ("***", "***", FreeForm({})) == (order.customer_email, order.customer_phone, order.metadata)


def test_what_is_absent_stays_absent() -> None:
    """Null is not masked: whether somebody gave an address is no secret, and "***" would say that somebody did."""
    event = redact(payment("ORDER_SUCCEEDED", order={"customer_email": "", "customer_phone": None}))

    assert isinstance(event, OrderSucceeded)
    assert ("***", None, None) == (event.order.customer_email, event.order.customer_phone, event.order.udf1)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"id": "e", "event_name": "BRAND_NEW", "content": {"name": CANARY}},
            UnknownEvent(id="e", name="BRAND_NEW"),
        ),
        (
            {"id": "e", "label": "BRAND_NEW", "value": "V", "category": "INFO", "info": {"name": CANARY}},
            UnknownPayoutEvent(id="e", label="BRAND_NEW", value="V", category="INFO"),
        ),
        (
            {"id": "e", "event_name": "ORDER_SUCCEEDED", "content": {"order": CANARY}},
            UnreadableEvent(
                id="e",
                name="ORDER_SUCCEEDED",
                problems=(Problem(path="/content/order", expected="object", got="text"),),
            ),
        ),
    ],
)
def test_what_is_not_understood_loses_its_body(body: dict[str, Json], expected: AnyEvent) -> None:
    """Nobody knows what is personal in it, so that name, key and problems are all that is left."""
    copy = redact(parse_event(json.dumps(body)))

    assert expected == copy
    assert (b"", {}) == (copy.raw, copy.payload)
    assert CANARY not in str(pickle.dumps(copy))


def test_a_model_alone() -> None:
    """An order that was fetched, or any part of it, is masked in the same way."""
    body: Mapping[str, Json] = {
        "order_id": "o",
        "status": "NEW",
        "amount": 1,
        "udf1": "Asha",
        "card": {"expiry_year": "31"},
    }
    order = redact(parse_order(json.dumps(body)))

    assert ("o", "***") == (order.order_id, order.udf1)
    assert order.card is not None
    assert redact(order.card) == order.card
    assert "***" == order.card.expiry_year


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class Household(Model):
    """A model with personal data in lists."""

    names: tuple[Personal, ...] | None = None
    """Names of people."""

    keys: tuple[Annotated[Personal, "opens a door"], ...] | None = None
    """Secrets."""

    rooms: tuple[str, ...] | None = None
    """Nothing personal."""


def test_lists_are_masked_item_by_item() -> None:
    """How many there are is kept."""
    household = Household(names=("Asha", "Verma"), keys=("1234",), rooms=("kitchen",))

    assert Household(names=("***", "***"), keys=("***",), rooms=("kitchen",)) == redact(household)

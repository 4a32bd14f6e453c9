"""Mistakes that make a handler crash, or misread what came, because a body is not as one sample was."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from juspay_webhooks import (
    AnswerOutcome,
    BasicAuth,
    ConfigurationError,
    OrderEvent,
    OrderPaid,
    OrderSucceeded,
    PayoutResult,
    Receiver,
    TransactionEvent,
    UnknownEvent,
    UnknownPayoutEvent,
    UnreadableEvent,
    parse_event,
)
from juspay_webhooks.catalog import Outcome
from juspay_webhooks.events.payouts import PayoutOrderEvent
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing import REMOVE, make_webhook, sample_body, sample_names
from tests.parsing.places import Path, all_samples, leaves, replaced
from tests.receiver.mistakes.lessons import lesson
from tests.receiver.mistakes.shop import AUTH, Shop, basic, encoded, order_of

SAMPLES: Final = {name: body for name, body in all_samples() if not name.endswith(".None")}
PAYMENTS: Final = {name: body for name, body in SAMPLES.items() if b'"content"' in body}

every_sample: Final = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
every_payment: Final = pytest.mark.parametrize("sample", PAYMENTS.values(), ids=PAYMENTS)


def keys_of(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Walk a decoded body: each key, at each level, with what it holds."""
    children: list[tuple[str | int, Json]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    for step, child in children:
        if isinstance(step, str):
            yield (*path, step), child
        yield from keys_of(child, (*path, step))


def without(body: Json, path: Path) -> Json:
    """Copy a decoded body without one key."""
    *above, last = path
    parent = body
    for step in above:
        parent = parent[step]
    return replaced(body, tuple(above), {key: member for key, member in parent.items() if key != last})


# --- What is new ---


@lesson("P1", "F1")
@pytest.mark.parametrize(
    "body",
    [
        {"id": "evt_1", "event_name": "CHARGEBACK_RECEIVED", "content": {"chargeback": {"id": 7}}},
        {"id": "evt_1", "event_name": "SOMETHING_OF_TOMORROW", "content": {"something": [1, {"x": None}]}},
        {"event_name": "MERCHANT_CUSTOMER_CREDITED_VIA_COLLECT", "content": {"customer": {}}},
        {"event_name": "PAYMENT_CAPTURED", "content": {}},
        {"label": "TOMORROW", "value": "DONE", "info": {"x": 1}},
    ],
)
def test_an_unknown_event_is_no_error(body: dict[str, Json]) -> None:
    """It is answered with 200; a handler for such gets its name, its id and all of the body."""
    bare = Receiver(BasicAuth(*AUTH), inbox=MemoryInbox())
    answer = bare.handle(headers={"Authorization": basic(*AUTH)}, body=encoded(body))
    event = Shop().read(body)

    assert (200, AnswerOutcome.UNKNOWN) == (answer.status, answer.outcome)
    assert isinstance(event, UnknownEvent | UnknownPayoutEvent)
    assert (body.get("id"), body) == (event.id, event.payload)
    assert body.get("event_name", "TOMORROW/DONE") == event.name


@lesson("P1", "F1")
@pytest.mark.parametrize("name", ["ORDER_CANCELLED", "ORDER_PAID", "ORDER_UPDATED", "REFUND_ARN_CAPTURED"])
def test_an_unknown_event_about_an_order_is_an_event_about_an_order(name: str) -> None:
    """The name has no class of its own, the order is read all the same."""
    event: Any = Shop().read({**json.loads(sample_body("ORDER_SUCCEEDED")), "event_name": name})

    assert (name, "shop-1001", Outcome.PAID) == (event.name, event.order.order_id, event.order.outcome)


@lesson("P1", "S5", "F1")
@every_sample
def test_an_unknown_status_is_no_error(sample: bytes) -> None:
    """Each word of a status may become one that nobody knows: the event is read, and the word is kept."""
    body, shop = json.loads(sample), Shop()
    places = [path for path, _ in leaves(body) if path[-1] in {"status", "mandate_status"}]
    bodies = [replaced({**body, "id": f"evt_{number}"}, path, "TOMORROW") for number, path in enumerate(places)]
    answers = [shop.post(changed) for changed in bodies]

    assert [200] * len(places) == [answer.status for answer in answers]
    assert [] == [event for event in shop.events if isinstance(event, UnreadableEvent) or event.problems]
    assert ["TOMORROW"] * len(places) == [
        _at(event.payload, path) for event, path in zip(shop.events, places, strict=True)
    ]


def _at(value: Json, path: Path) -> Json:
    for step in path:
        value = value[step]
    return value


# --- What is missing, and what has another type ---

_DECIDING: Final = {("event_name",), ("content",), ("label",), ("info",)}
"""Keys without which a body is no event."""

_REQUIRED: Final = {
    "order": {"order_id", "status", "amount"},
    "txn": {"txn_id", "order_id", "status", "txn_amount", "currency"},
    "mandate": {"mandate_id", "status"},
    "notification": {"id", "status", "object_reference_id"},
    "info": {"id", "status", "amount"},
}
"""Object that an event is about -> fields without which it says nothing; it is kept, and handlers get no half of it."""


def _is_needed(path: Path) -> bool:
    """Tell whether an event may be unreadable without a key."""
    return (
        path == ("value",)
        or (len(path) == 2 and path[0] == "content")
        or (str(path[-2:-1][0] if path[-2:-1] else "") in _REQUIRED and path[-1] in _REQUIRED[str(path[-2])])
    )


@lesson("P2", "F4")
@every_sample
def test_a_missing_field_breaks_nothing(sample: bytes) -> None:
    """Every key of every sample may be absent; only the few that make the event what it is leave it unreadable."""
    body, shop = json.loads(sample), Shop()
    paths = [path for path, _ in keys_of(body)]
    statuses = {path: shop.post(without(body, path)).status for path in paths}
    unreadable = [path for path in paths if _is_unreadable(without(body, path))]

    assert {path for path in paths if path in _DECIDING} == {path for path, status in statuses.items() if status == 400}
    assert {200, 400} >= set(statuses.values())
    assert [] == [path for path in unreadable if not _is_needed(path)]


def _is_unreadable(body: Json) -> bool:
    if not ({"event_name", "content"} <= body.keys() or {"label", "info"} <= body.keys()):
        return False
    return isinstance(parse_event(encoded(body)), UnreadableEvent)


@lesson("P2")
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"txn_detail": {"error_message": None}}, None),
        ({"txn_detail": {"error_message": {"text": "x"}}}, "/content/order/txn_detail/error_message"),
        ({"udf3": "neither of the two words that one program expects"}, None),
        ({"udf3": ["a", "list"]}, "/content/order/udf3"),
        ({"status_id": "not a number"}, "/content/order/status_id"),
        ({"payment_method_type": None, "payment_method": None, "txn_uuid": None}, None),
    ],
)
def test_a_field_that_cannot_be_read_is_noted_and_breaks_nothing(change: dict[str, Json], problem: str | None) -> None:
    """It is None, the event says where, and the handlers are told all the rest."""
    shop = Shop()
    body = json.loads(sample_body("ORDER_SUCCEEDED"))
    order = body["content"]["order"]
    order |= {key: {**order[key], **value} if isinstance(value, dict) else value for key, value in change.items()}
    event = shop.read(body)

    assert isinstance(event, OrderSucceeded)
    assert ([] if problem is None else [problem]) == [one.path for one in event.problems]
    assert ["/OrderPaid/shop-1001"] == shop.keys


@lesson("F4", "P2")
@every_sample
def test_a_field_of_another_type_is_never_a_server_error(sample: bytes) -> None:
    """A number for a text, a text for a flag, a list for an object: 200 throughout, but for the keys that decide."""
    body, shop = json.loads(sample), Shop()
    odd: list[Json] = [None, "", "x", 7, 1.5, True, [], ["x"], {}, {"x": 1}, 10**400]
    statuses = {
        (path, number): shop.post(replaced(body, path, value)).status
        for path, _ in keys_of(body)
        for number, value in enumerate(odd[len(path) % 3 :: 3])
    }
    wrong = {path for (path, _), status in statuses.items() if status == 400}

    assert {200, 400} >= set(statuses.values())
    assert _DECIDING >= wrong


# --- What an event is about ---


@lesson("P3", "F3")
@every_payment
def test_an_event_is_read_by_the_key_that_is_there(sample: bytes) -> None:
    """TXN_CREATED holds an order, TXN_CHARGED a txn, and the order id is in the same place on each family."""
    body = json.loads(sample)
    ((key, found),) = body["content"].items()
    event = Shop().read(body)

    assert found.get("order_id") == event.order_id
    assert getattr(event, key) is not None


@lesson("P3", "F3")
@pytest.mark.parametrize(
    ("name", "sample", "family"),
    [
        ("TXN_CHARGED", "ORDER_SUCCEEDED", OrderEvent),
        ("TXN_CREATED", "ORDER_SUCCEEDED", OrderEvent),
        ("ORDER_SUCCEEDED", "TXN_CHARGED", TransactionEvent),
        ("TXN_CHARGED", "TXN_CHARGED", TransactionEvent),
    ],
)
def test_the_name_does_not_say_where_the_order_is(name: str, sample: str, family: type) -> None:
    """Under any of the names, with either key, the payment is the same fact about the same order."""
    shop = Shop()
    event = shop.read({**json.loads(sample_body(sample)), "event_name": name})

    assert isinstance(event, family)
    assert "shop-1001" == event.order_id
    assert ["/OrderPaid/shop-1001"] == shop.keys


_INVENTED: Final[dict[str, Json]] = {
    "flat": {"order_id": "shop-1001", "status": "CHARGED", "amount": 1499},
    "order beside the name": {"event_name": "ORDER_SUCCEEDED", "order": {"order_id": "shop-1001", "status": "CHARGED"}},
    "another gateway's": {"event": "payment.captured", "payload": {"payment": {"entity": {"order_id": "shop-1001"}}}},
    "data": {"event": "ORDER_SUCCEEDED", "data": {"order": {"order_id": "shop-1001", "status": "CHARGED"}}},
    "in camel case": {"eventName": "ORDER_SUCCEEDED", "content": {"order": {"orderId": "shop-1001"}}},
    "payout without info": {"label": "ORDER", "value": "FULFILLMENTS_SUCCESSFUL", "id": "p1", "status": "SUCCESS"},
    "empty": {},
}


@lesson("P4")
@pytest.mark.parametrize("body", _INVENTED.values(), ids=_INVENTED)
def test_an_invented_shape_is_refused_aloud(body: Json, caplog: pytest.LogCaptureFixture) -> None:
    """It is no event, the log says so, and the body is kept for a person to see; nobody is told of a payment."""
    shop = Shop()
    answer = shop.post(body)

    assert (400, AnswerOutcome.INVALID) == (answer.status, answer.outcome)
    assert ([], [], 1) == (shop.facts, shop.events, shop.inbox.stats().quarantined)
    assert "not a Juspay event" in caplog.text


@lesson("P4")
def test_the_test_kit_makes_no_invented_shape() -> None:
    """Every sample is read without a problem, and a change that no body can have is refused."""
    assert [] == [name for name in sample_names() if Shop().read(sample_body(name)).problems]
    with pytest.raises(ConfigurationError):
        make_webhook("PAYMENT_CAPTURED")
    with pytest.raises(ConfigurationError):
        make_webhook("ORDER_SUCCEEDED", payment={"status": "CHARGED"})
    with pytest.raises(ConfigurationError):
        make_webhook("ORDER_SUCCEEDED", order={"orderId": "shop-1001"})


@lesson("P5")
def test_payments_and_payouts_come_to_one_entry_point() -> None:
    """On one receiver, without id and date, as one merchant's queue delivers both."""
    shop = Shop()
    shop.send("ORDER_SUCCEEDED", id=REMOVE, date_created=REMOVE)
    shop.send(("ORDER", "FULFILLMENTS_SUCCESSFUL"), id=REMOVE)

    assert [OrderPaid, PayoutResult] == [type(fact) for fact in shop.facts]
    assert [OrderSucceeded, PayoutOrderEvent] == [type(event) for event in shop.events]
    assert [None, None] == [event.id for event in shop.events]
    assert AnswerOutcome.DUPLICATE == shop.send(("ORDER", "FULFILLMENTS_SUCCESSFUL"), id=REMOVE).outcome


@lesson("P6")
@every_payment
def test_an_explicit_null_is_a_part_that_is_absent(sample: bytes) -> None:
    """The other members of the content may be null; the event is the same."""
    body = json.loads(sample)
    nothing = dict.fromkeys(["order", "txn", "mandate", "notification", "card"])

    assert Shop().read(body) == Shop().read({**body, "content": {**nothing, **body["content"]}})


# --- What stands in the place of something else ---


@lesson("P7", "F4")
@every_sample
def test_the_word_filtered_never_crashes(sample: bytes) -> None:
    """It may stand for any object and any list; where it takes an optional part, the rest is handled as before."""
    body, shop = json.loads(sample), Shop()
    paths = [path for path, held in keys_of(body) if isinstance(held, dict | list)]
    statuses = {path: shop.post(replaced(body, path, "FILTERED")).status for path in paths}
    kept = [event for event in shop.events if "FILTERED" in str(event.payload)]
    doubtful = [path for path in paths if path[2:3] in {("refunds",), ("txn_list",), ("split_refund_details",)}]

    assert {path: 400 if path in _DECIDING else 200 for path in paths} == statuses
    assert len(kept) in {len(paths) - 1, len(paths) - 1 - len(doubtful)}


@lesson("P7", "F4")
@pytest.mark.parametrize(
    "field", ["card", "txn_detail", "payment_gateway_response", "offers", "metadata", "payment_links", "upi", "mandate"]
)
def test_the_word_filtered_is_a_part_that_is_not_there(field: str) -> None:
    """The field is None, the event says so, the body is kept, and the payment is a payment."""
    shop = Shop()
    event: Any = shop.read(
        replaced(_with(json.loads(sample_body("ORDER_SUCCEEDED")), field), ("content", "order", field), "FILTERED")
    )

    assert (None, [f"/content/order/{field}"]) == (getattr(event.order, field), [one.path for one in event.problems])
    assert "FILTERED" == event.payload["content"]["order"][field]
    assert ["/OrderPaid/shop-1001"] == shop.keys


def _with(body: Json, field: str) -> Json:
    body["content"]["order"].setdefault(field, {})
    return body


@lesson("P7")
def test_refunds_that_are_filtered_leave_doubt() -> None:
    """A refund may be among what is masked, so nobody is told that the order is paid."""
    shop = Shop()
    body = _with(json.loads(sample_body("ORDER_SUCCEEDED")), "refunds")
    answer = shop.post(replaced(body, ("content", "order", "refunds"), "FILTERED"))

    assert (200, "unreadable") == (answer.status, answer.outcome)
    assert [] == shop.facts


@lesson("P8")
@pytest.mark.parametrize("metadata", ['{"cart":{"phone":9000000001}}', {"cart": {"phone": 9000000001}}])
def test_a_merchant_payload_is_read_in_both_of_its_forms(metadata: Json) -> None:
    """As JSON text and as an object, with the same result."""
    assert {"cart": {"phone": 9000000001}} == order_of(
        "ORDER_SUCCEEDED", metadata={"merchant_payload": metadata}
    ).merchant_payload


@lesson("P8")
@pytest.mark.parametrize("text", ['{"cart":', "not JSON", "", "NaN"])
def test_a_merchant_payload_that_is_broken_is_none(text: str) -> None:
    """The merchant's own front end wrote it: it breaks nothing, and the text is still there."""
    shop = Shop()
    shop.send("ORDER_SUCCEEDED", order={"metadata": {"merchant_payload": text}})
    event: Any = shop.events[0]

    assert (None, text) == (event.order.merchant_payload, event.order.metadata["merchant_payload"])
    assert ["/OrderPaid/shop-1001"] == shop.keys


NOON: Final = datetime(2025, 6, 2, 12, tzinfo=UTC)

TIMES: Final[Mapping[Json, datetime | None]] = {
    "2025-06-02T12:00:00Z": NOON,
    "2025-06-02T12:00:00.000Z": NOON,
    "2025-06-02T17:30:00+05:30": NOON,
    "02/06/2025 17:30:00": NOON,
    "2025-06-02 12:00:00 UTC": NOON,
    "1748865600": NOON,
    1748865600: NOON,
    "1111111T07:00:00Z": None,
    "FILTERED": None,
    "0": None,
    "-1": None,
    "9" * 30: None,
    "2025-13-45T99:99:99Z": None,
}


@lesson("P9")
@pytest.mark.parametrize(("written", "expected"), TIMES.items())
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ORDER_SUCCEEDED", ("order", "date_created")),
        ("MANDATE_CREATED", ("mandate", "end_date")),
        ("NOTIFICATION_SUCCEEDED", ("notification", "date_created")),
    ],
)
def test_a_time_is_read_in_every_form(
    name: str, path: tuple[str, str], written: Json, expected: datetime | None
) -> None:
    """It is aware, or it is None with a note; what is no time breaks nothing."""
    key, field = path
    event: Any = Shop().read(replaced(json.loads(sample_body(name)), ("content", *path), written))

    problems = [f"/content/{key}/{field}"] if expected is None else []

    assert expected == getattr(getattr(event, key), field)
    assert problems == [one.path for one in event.problems]


FLAGS: Final[Mapping[Json, bool | None]] = {
    **dict.fromkeys([True, "true", "True", "TRUE", "1"], True),
    **dict.fromkeys([False, "false", "False", "FALSE", "0"], False),
    "maybe": None,
    "FILTERED": None,
}


@lesson("P10", "F4")
@pytest.mark.parametrize(("written", "expected"), [*FLAGS.items(), (1, True), (0, False)])
def test_a_flag_is_read_in_every_spelling(written: Json, expected: bool | None) -> None:  # noqa: FBT001 - a case
    """In any case of letters, as a number and as itself; anything else is None with a note."""
    event: Any = Shop().read(
        replaced(json.loads(sample_body("ORDER_REFUNDED")), ("content", "order", "refunded"), written)
    )

    assert expected is event.order.refunded
    assert (expected is None) == bool(event.problems)


@lesson("P11", "S3")
@pytest.mark.parametrize("status", ["NEW", "PENDING_VBV", "AUTHORIZING", "AUTHORIZED", "VOIDED", "TOMORROW"])
def test_the_name_of_an_event_is_not_believed_against_its_status(status: str) -> None:
    """ORDER_SUCCEEDED with another status pays nothing; both are there for the handler to see."""
    shop = Shop()
    shop.send("ORDER_SUCCEEDED", order={"status": status})
    event: Any = shop.events[0]

    assert ("ORDER_SUCCEEDED", status) == (event.name, event.order.status)
    assert [] == shop.facts

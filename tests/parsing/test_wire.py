"""The way back: typed values in the vendor's names and shapes, and what a body holds beyond them."""

import json
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given, settings

from juspay_webhooks import (
    FreeForm,
    FulfillmentTransactionEvent,
    FulfillmentTransactionInfo,
    FulfillmentTransactionValue,
    Mandate,
    MandateStatus,
    Money,
    Notification,
    NotificationSource,
    NotificationStatus,
    Order,
    OrderEvent,
    OrderStatus,
    OrderSucceeded,
    PayoutTransactionStatus,
    RefundEvent,
    UnknownEvent,
    UnknownPayoutEvent,
    UnreadableEvent,
    parse_decoded,
    parse_event,
    parse_order,
    to_wire,
    unknown_fields,
)
from juspay_webhooks.events.payouts import AnyEvent
from juspay_webhooks.models.fields import Json, Model
from juspay_webhooks.models.values import to_instant
from juspay_webhooks.testing import strategies
from tests.parsing.places import Path, all_samples, leaves

every_sample: Final = pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in all_samples()])

MINIMAL: Final = {"order_id": "o1", "status": "CHARGED", "amount": 5}
"""The least order."""


def payment(order: dict[str, Json], **more: Json) -> dict[str, Json]:
    """Make the body of a payment event with more members in its order and in its envelope."""
    return {"id": "e", "event_name": "ORDER_SUCCEEDED", "content": {"order": {**MINIMAL, **order}}, **more}


def attempt(**info: Json) -> dict[str, Json]:
    """Make the body of a payout event with more members in its `info`."""
    return {"label": "FULFILLMENT_TXN", "value": "SUCCESS", "info": {"status": "SUCCESS", "amount": 5, **info}}


def strangers(body: Json) -> dict[str, Json]:
    """List the unknown fields of a body."""
    return dict(unknown_fields(parse_event(json.dumps(body))))


# --- There and back ---


@every_sample
def test_every_sample_comes_back(body: bytes) -> None:
    """What is written back reads as an equal event, decoded and as JSON text."""
    event = parse_event(body)
    wire = to_wire(event)

    assert event == parse_decoded(wire, strict=True)
    assert event == parse_event(json.dumps(wire, default=str), strict=True)


@every_sample
def test_every_name_is_the_vendors(body: bytes) -> None:
    """A sample has nothing but known keys: what is written back has the same ones, save for those that were null."""
    found, wire = (
        {path for path, leaf in leaves(value) if leaf is not None and leaf != {}}
        for value in (json.loads(body), to_wire(parse_event(body)))
    )

    assert found == wire


@settings(max_examples=150)
@given(strategies.bodies())
def test_every_form_of_the_wire_comes_back(body: bytes) -> None:
    """Whichever form a value came in, the one that is written back means the same."""
    event = parse_event(body)

    assert event == parse_decoded(to_wire(event), strict=True)


@every_sample
def test_an_order_comes_back_alone(body: bytes) -> None:
    """A model is written as the event writes it, and `parse_order` reads it."""
    event = parse_event(body)
    if isinstance(event, OrderEvent | RefundEvent):
        assert to_wire(event)["content"]["order"] == to_wire(event.order)
        assert event.order == parse_order(json.dumps(to_wire(event.order), default=str))


# --- Names and shapes ---


def order(**fields: Json) -> Order:
    """Make an order by hand."""
    return Order(order_id="o1", status=OrderStatus.CHARGED, amount=Money(5), **fields)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("1499", 1499),
        ("1499.00", 1499),
        ("1499.50", Decimal("1499.50")),
        ("0.10", Decimal("0.10")),
        ("-3", -3),
        ("0E-10", 0),
        ("1E+3", 1000),
        ("9999999999999999999", 9999999999999999999),
        ("1000000000000000000.000000000000000001", Decimal("1000000000000000000.000000000000000001")),
    ],
)
def test_amounts(amount: str, written: Json) -> None:
    """A whole amount is an `int`, any other an exact `Decimal`; never a float."""
    found = to_wire(order(effective_amount=amount))["effective_amount"]

    assert (type(written), str(written)) == (type(found), str(found))


@pytest.mark.parametrize(
    ("model", "written"),
    [
        (order(), {**MINIMAL}),
        (order(currency=None, udf1="", refunded=False, refunds=[]), {"udf1": "", "refunded": False, "refunds": []}),
        (order(date_created="2024-01-31T15:00:00+05:30"), {"date_created": "2024-01-31T09:30:00Z"}),
        (order(date_created="2024-01-31T09:30:00.250+00:00"), {"date_created": "2024-01-31T09:30:00.250000Z"}),
        (order(metadata={"cart": (1, FreeForm({"a": None}))}), {"metadata": {"cart": [1, {"a": None}]}}),
        (order(metadata=FreeForm('{"a": 1.10}')), {"metadata": '{"a": 1.10}'}),
        (
            Mandate(
                mandate_id="m",
                status=MandateStatus("BRAND_NEW"),
                start_date=to_instant("2024-01-31T15:00:00+05:30"),
                end_date=to_instant("2024-01-31T09:30:00.5Z"),
                last_updated=to_instant("2024-01-31T09:30:00Z"),
            ),
            {
                "mandate_id": "m",
                "status": "BRAND_NEW",
                "start_date": "1706693400",
                "end_date": "2024-01-31T09:30:00.500000Z",
                "last_updated": "2024-01-31T09:30:00Z",
            },
        ),
        (
            Notification(
                id="1",
                object_reference_id="r",
                status=NotificationStatus.SUCCESS,
                source_info=NotificationSource(mandate_display_invoice_number="INV-7"),
            ),
            {"id": "1", "object_reference_id": "r", "status": "SUCCESS"}
            | {"source_info": {"mandate.display_invoice_number": "INV-7"}},
        ),
        (
            FulfillmentTransactionInfo(
                status=PayoutTransactionStatus.SUCCESS, amount=Money("2.5"), fulfillment_id="f", gateway_ref_id="007"
            ),
            {"status": "SUCCESS", "amount": Decimal("2.5"), "FulfillmentId": "f", "gatewayRefId": "007"},
        ),
    ],
)
def test_models(model: Model, written: dict[str, Json]) -> None:
    """Words are text, times are UTC or epoch seconds, names are the vendor's, and what is None is left out."""
    expected = {**MINIMAL, **written} if isinstance(model, Order) else written

    assert expected == to_wire(model)


def test_a_payment_event() -> None:
    """The envelope holds what is set, and every object of the content."""
    body = {
        "id": "e",
        "event_name": "ORDER_SUCCEEDED",
        "date_created": "2024-01-31T09:30:00Z",
        "content": {"order": MINIMAL, "mandate": {"mandate_id": "m", "status": "ACTIVE"}},
    }

    assert body == to_wire(parse_event(json.dumps(body)))
    assert {"event_name": "NEW", "content": {"order": MINIMAL}} == to_wire(OrderEvent(name="NEW", order=order()))


def test_a_payout_event() -> None:
    """The envelope holds what is set; the value that it announces stays apart from the status."""
    event = FulfillmentTransactionEvent(
        label="FULFILLMENT_TXN",
        value=FulfillmentTransactionValue("BRAND_NEW"),
        info=FulfillmentTransactionInfo(status=PayoutTransactionStatus.PENDING, amount=Money(5)),
    )
    info = {"status": "PENDING", "amount": 5}

    assert {"label": "FULFILLMENT_TXN", "value": "BRAND_NEW", "info": info} == to_wire(event)


def test_what_is_written_is_the_callers_own() -> None:
    """Changing it does not change the event."""
    event = parse_event(json.dumps(payment({"metadata": {"cart": [1]}})), expect=OrderSucceeded)
    to_wire(event)["content"]["order"]["metadata"]["cart"].append(2)

    assert [1] == to_wire(event)["content"]["order"]["metadata"]["cart"]


def test_json_text_inside_a_text_may_be_deep() -> None:
    """Brackets inside a text have no limit: the object comes back as its text, or is given up with a problem."""
    for levels in (100, 300, 600, 900, 2_000, 5_000, 20_000):
        text = '{"a":[' * levels + "1" + "]}" * levels
        event = parse_event(json.dumps(payment({"metadata": text})), expect=OrderSucceeded)
        written = to_wire(event)["content"]["order"].get("metadata")

        assert (text, ()) == (written, event.problems) or (written is None and len(event.problems) == 1)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"event_name": "BRAND_NEW", "content": {"thing": [1, None]}, "more": {}}, UnknownEvent),
        ({"label": "BRAND_NEW", "value": "V", "info": {"a": None}}, UnknownPayoutEvent),
        ({"event_name": "ORDER_SUCCEEDED", "content": {"order": "FILTERED", "x": 1}}, UnreadableEvent),
        ({"label": "ORDER", "value": None, "info": {}}, UnreadableEvent),
    ],
)
def test_what_is_not_understood_comes_back_as_it_came(body: dict[str, Json], expected: type[AnyEvent]) -> None:
    """Nothing of an unknown or unreadable event is lost or left out."""
    event = parse_event(json.dumps(body))

    assert expected is type(event)
    assert body == to_wire(event)
    again = parse_decoded(to_wire(event))

    assert (type(event), event.payload) == (type(again), again.payload)


# --- What a body holds beyond the known fields ---


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (payment({}), {}),
        (payment({}, version=2, label=None), {"/version": 2, "/label": None}),
        (payment({}, info={"a": 1}), {"/info": {"a": 1}}),
        (payment({"brand_new": None}), {"/content/order/brand_new": None}),
        (payment({"brand_new": {"deep": [1]}}), {"/content/order/brand_new": {"deep": [1]}}),
        (payment({"card": {"brand_new": 1}}), {"/content/order/card/brand_new": 1}),
        (payment({"card": "FILTERED"}), {}),
        (payment({"card": ["FILTERED"]}), {}),
        (
            payment(
                {"refunds": [{"x": 1}, "FILTERED", {"unique_request_id": "r", "status": "S", "amount": 1, "y": 2}]}
            ),
            {"/content/order/refunds/0/x": 1, "/content/order/refunds/2/y": 2},
        ),
        (
            payment({"txn_list": [{"txn_id": "t", "status": "S", "offers": [{}, {"benefits": [{"x": 1}]}]}]}),
            {"/content/order/txn_list/0/offers/1/benefits/0/x": 1},
        ),
        (payment({"metadata": {"anything": {"goes": 1}}, "payout_links": {"a": 1}}), {}),
        (payment({"metadata": '{"anything": 1}'}), {}),
        (payment({"a/b": 1, "m~n": {"/": 2}, "": 3, "€": 4}), None),
        (payment({"mandate_display_invoice_number": 1}), {"/content/order/mandate_display_invoice_number": 1}),
    ],
)
def test_strangers_in_a_payment(body: dict[str, Json], expected: dict[str, Json] | None) -> None:
    """They are found in the envelope, in every object and in every item of a list; free-form objects have none."""
    escaped = {f"/content/order/{key}": value for key, value in (("a~1b", 1), ("m~0n", {"/": 2}), ("", 3), ("€", 4))}

    assert (escaped if expected is None else expected) == strangers(body)


def test_strangers_in_content() -> None:
    """An object of the content without a typed home is one stranger; those with a home are looked into, each."""
    content = {
        "order": {**MINIMAL, "x": 1},
        "txn": {"txn_id": "t", "order_id": "o1", "status": "S", "txn_amount": 5, "currency": "INR", "x": 2},
        "mandate": {"mandate_id": "m", "status": "ACTIVE", "payment_info": {"upi": {"x": 3}}},
        "notification": {"id": "1", "object_reference_id": "r", "status": "S", "source_info": {"mandate.x": 4}},
        "chargeback": {"id": 5},
        "a/b": None,
    }

    assert {
        "/content/order/x": 1,
        "/content/txn/x": 2,
        "/content/mandate/payment_info/upi/x": 3,
        "/content/notification/source_info/mandate.x": 4,
        "/content/chargeback": {"id": 5},
        "/content/a~1b": None,
    } == strangers({"event_name": "BRAND_NEW", "content": content})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (attempt(FulfillmentId="f", id="t"), {}),
        (attempt(fulfillmentId="f"), {}),
        (attempt(FulfillmentId="f", fulfillmentId="g"), {}),
        (attempt(fulfillment_id="f", gatewayrefid=1), {"/info/fulfillment_id": "f", "/info/gatewayrefid": 1}),
        (attempt(txnResponse={"anything": {"goes": 1}}), {}),
        (attempt() | {"version": 2, "date_created": None}, {"/version": 2, "/date_created": None}),
        (attempt() | {"content": {"order": {}}}, {"/content": {"order": {}}}),
        (attempt() | {"event_name": "NEW", "content": None}, {"/event_name": "NEW", "/content": None}),
        (
            {
                "label": "FULFILLMENT_ORDER",
                "value": "SUCCESS",
                "info": {
                    "id": "f",
                    "status": "SUCCESS",
                    "amount": 5,
                    "beneficiaryDetails": {"details": {"payeeAdditionalDetails": {"documents": [{"x/y": 1}]}}},
                    "preferredMethodList": ["A", {"b": 1}],
                },
            },
            {"/info/beneficiaryDetails/details/payeeAdditionalDetails/documents/0/x~1y": 1},
        ),
        ({"label": "BRAND_NEW", "value": "V", "info": {"a": {"b": 1}}}, {"/info": {"a": {"b": 1}}}),
        ({"label": "ORDER", "value": "V", "info": {"x": 1}}, {"/info/x": 1}),
    ],
)
def test_strangers_in_a_payout(body: dict[str, Json], expected: dict[str, Json]) -> None:
    """Names are those of the wire, both spellings of one field are known, and an unknown label is a stranger whole."""
    assert expected == strangers(body)


def test_strangers_of_an_unreadable_event() -> None:
    """They are listed as for any other."""
    body = {"event_name": "ORDER_SUCCEEDED", "content": {"order": {"status": "CHARGED", "x": 1}}}

    assert isinstance(parse_event(json.dumps(body)), UnreadableEvent)
    assert {"/content/order/x": 1} == strangers(body)


@every_sample
def test_a_stranger_is_found_everywhere(body: bytes) -> None:
    """A new key in any object of any sample is listed once, unless the object is free-form."""
    found = json.loads(body)
    planted = sum(
        plant(found, path) for path in {path[:size] for path, _ in leaves(found) for size in range(len(path))}
    )
    listed = unknown_fields(parse_event(json.dumps(found)))

    assert {"new~0key"} == {path.rpartition("/")[2] for path in listed}
    assert planted >= len(listed) >= 2
    assert [exact(found, path) for path in listed] == list(listed.values())


def plant(body: Json, path: Path) -> bool:
    """Put a new key into the object at a path, with the path as its value; tell whether there is an object."""
    for step in path:
        body = body[step]
    if isinstance(body, dict):
        body["new~key"] = "/".join(map(str, path))
    return isinstance(body, dict)


def exact(body: Json, pointer: str) -> Json:
    """Follow a JSON pointer."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        body = body[int(key) if isinstance(body, list) else key]
    return body


def test_strangers_are_read_only_and_in_order() -> None:
    """The list is a view that nobody can change, in the order of the body."""
    listed = unknown_fields(parse_event(json.dumps({"z": 1, **payment({"y": 2, "b": 3}), "a": 4})))

    assert ["/z", "/content/order/y", "/content/order/b", "/a"] == list(listed)
    with pytest.raises(TypeError):
        listed["/new"] = 1  # type: ignore[index]  # pyright: ignore[reportIndexIssue]

"""Webhooks out of samples: what a change merges into, what follows it, and what is refused."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Final

import pytest

from juspay_webhooks import (
    FulfillmentTransactionEvent,
    MandateCreated,
    NotificationSucceeded,
    OrderRefunded,
    OrderSucceeded,
    PayoutOrderEvent,
    RefundSettled,
    TxnCharged,
    UnknownEvent,
    UnreadableEvent,
    parse_event,
)
from juspay_webhooks.errors import ConfigurationError, PayloadError
from juspay_webhooks.models.fields import Json
from juspay_webhooks.models.free_form import FreeForm
from juspay_webhooks.models.refund import Refund
from juspay_webhooks.models.statuses import OrderStatus, RefundStatus
from juspay_webhooks.testing import REMOVE, EventName, make_webhook, sample_body

NOON: Final = datetime(2025, 12, 1, 12, 0, 0, tzinfo=UTC)
NOON_IN_INDIA: Final = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))


def changed(name: EventName, place: str, *, variant: str | None = None, **overrides: Json) -> Json:
    """Make a webhook and pick one place of its body."""
    found = json.loads(make_webhook(name, variant=variant, **overrides).body)
    for step in place.split("."):
        found = found[int(step) if isinstance(found, list) else step]
    return found


def test_promised_call() -> None:
    """The call of the documentation gives headers that authenticate, a body, and the event with all of its sums."""
    webhook = make_webhook("ORDER_REFUNDED", order={"amount": 5}, auth=("u", "p"))
    event = webhook.event

    assert {"Content-Type": "application/json", "Authorization": "Basic dTpw"} == webhook.headers
    assert isinstance(event, OrderRefunded)
    assert webhook.body == event.raw
    assert Decimal(5) == event.order.amount
    assert (RefundSettled(order_id="shop-1001", unique_request_id="refund-1001-a", amount=Decimal(5)),) == event.effects


def test_unchanged_webhook_is_the_sample() -> None:
    """Without changes the event is the one of the sample, twice the same, and nobody is authenticated."""
    webhook = make_webhook("ORDER_SUCCEEDED")

    assert parse_event(sample_body("ORDER_SUCCEEDED")) == webhook.event
    assert make_webhook("ORDER_SUCCEEDED") == webhook
    assert {"Content-Type": "application/json"} == webhook.headers


def test_repr_shows_neither_credentials_nor_body() -> None:
    """A webhook can be printed by a failing test without its secrets."""
    assert "Webhook()" == repr(make_webhook("ORDER_SUCCEEDED", auth=("u", "p")))


def test_credentials_are_utf8() -> None:
    """Username and password are encoded as UTF-8 before base64."""
    assert "Basic w7w6cMOk" == make_webhook("ORDER_SUCCEEDED", auth=("ü", "pä")).headers["Authorization"]


@pytest.mark.parametrize(
    ("overrides", "place", "expected"),
    [
        ({"id": "evt_1"}, "id", "evt_1"),
        ({"date_created": NOON}, "date_created", "2025-12-01T12:00:00Z"),
        ({"order": "FILTERED"}, "content.order", "FILTERED"),
        ({"order": {"card": {"card_brand": "RUPAY"}}}, "content.order.card.card_brand", "RUPAY"),
        ({"order": {"card": {"card_brand": "RUPAY"}}}, "content.order.card.card_type", "CREDIT"),
        ({"order": {"card": "FILTERED"}}, "content.order.card", "FILTERED"),
        ({"order": {"upi": {"payer_vpa": "a@b"}}}, "content.order.upi", {"payer_vpa": "a@b"}),
        ({"order": {"offers": [{"offer_id": "o"}]}}, "content.order.offers", [{"offer_id": "o"}]),
        (
            {"order": {"metadata": {"cart": (1, {"at": NOON})}}},
            "content.order.metadata.cart.1.at",
            "2025-12-01T12:00:00Z",
        ),
        ({"order": {"metadata": FreeForm({"k": {"n": 1}})}}, "content.order.metadata.k", {"n": 1}),
        ({"order": {"date_created": NOON_IN_INDIA}}, "content.order.date_created", "2025-12-01T12:00:00Z"),
        ({"order": {"mandate": {"start_date": NOON}}}, "content.order.mandate.start_date", "1764590400"),
        ({"order": {"status": OrderStatus.AUTHORIZING}}, "content.order.status", "AUTHORIZING"),
        ({"order": {"refunded": True}}, "content.order.refunded", True),
        ({"order": {"udf1": None}}, "content.order.udf1", None),
        ({"order": {"udf1": "ü\ud800"}}, "content.order.udf1", "ü\ud800"),
    ],
)
def test_changes_reach_their_place(overrides: dict[str, Json], place: str, expected: Json) -> None:
    """Objects merge, lists and scalars replace, and values are written as the wire writes them."""
    assert expected == changed("ORDER_SUCCEEDED", place, **overrides)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("1499.50"), "1499.50"),
        (Decimal("12345678901234567.89"), "12345678901234567.89"),
        (Decimal("1E+3"), "1E+3"),
        (4.5, "4.5"),
        (7, "7"),
        ("7.10", '"7.10"'),
    ],
)
def test_amounts_keep_their_digits(amount: Json, text: str) -> None:
    """An amount is written digit by digit and read back exactly."""
    webhook = make_webhook("ORDER_SUCCEEDED", order={"amount": amount})

    assert f'"amount":{text},'.encode() in webhook.body
    assert isinstance(webhook.event, OrderSucceeded)
    assert Decimal(str(amount)) == webhook.event.order.amount


def test_model_stands_for_its_fields() -> None:
    """A refund built as a model is written in the vendor's names and replaces what stood there."""
    refund = Refund(unique_request_id="r-1", status=RefundStatus.PENDING, amount=Decimal("2.50"), created=NOON)
    event = make_webhook("ORDER_REFUNDED", order={"refunds": [refund]}).event

    assert isinstance(event, OrderRefunded)
    assert (refund,) == event.order.refunds


def test_remove_leaves_a_key_out() -> None:
    """A removed key is absent, whether it was there or not; a required one makes the event unreadable."""
    webhook = make_webhook("ORDER_SUCCEEDED", id=REMOVE, order={"currency": REMOVE, "wallet": REMOVE})

    assert webhook.event.id is None
    assert b'"order_id":"shop-1001"' in webhook.body
    assert {"currency", "wallet"}.isdisjoint(json.loads(webhook.body)["content"]["order"])
    assert isinstance(make_webhook("ORDER_SUCCEEDED", order={"amount": REMOVE}).event, UnreadableEvent)
    assert "REMOVE" == repr(REMOVE)


def test_name_of_the_event_may_change() -> None:
    """An event that nobody knows yet is a sample under another name, and a body may become no event at all."""
    dispute = make_webhook("MANDATE_CREATED", event_name="CHARGEBACK_OPENED", mandate=REMOVE)

    assert isinstance(dispute.event, UnknownEvent)
    with pytest.raises(PayloadError):
        _ = make_webhook("ORDER_SUCCEEDED", event_name=REMOVE).event


@pytest.mark.parametrize(
    ("changes", "followed"),
    [
        ({"amount": 5}, {"effective_amount": 5, "maximum_eligible_refund_amount": 5, "amount_refunded": 0}),
        ({"amount": 5, "effective_amount": 4}, {"effective_amount": 4, "maximum_eligible_refund_amount": 5}),
        ({"order_id": "A1"}, {"txn_id": "examplestore-A1-1"}),
        ({"order_id": "A1", "txn_id": "T"}, {"txn_id": "T"}),
        ({"order_id": REMOVE}, {"txn_id": "examplestore-shop-1001-1"}),
        ({"status": "AUTHORIZATION_FAILED"}, {"status_id": 27}),
        ({"status": "AUTHORIZATION_FAILED", "status_id": 21}, {"status_id": 21}),
        ({"status": "DECLINED"}, {"status_id": None}),
        ({"status": "SENT_BY_PIGEON"}, {"status_id": None}),
        ({"status": REMOVE}, {"status_id": None}),
    ],
)
def test_what_repeats_an_order_field_follows(changes: dict[str, Json], followed: dict[str, Json]) -> None:
    """Places of an order that repeat a changed field say the same, unless they are given as well."""
    order = changed("ORDER_SUCCEEDED", "content.order", order=changes)

    assert followed == {key: order[key] for key in followed}


def test_transaction_of_an_order_follows() -> None:
    """The transaction of an order takes over its id, amount, currency and status, except for what is given."""
    changes = {
        "order_id": "A1",
        "amount": 5,
        "currency": "SGD",
        "status": "PENDING_VBV",
        "txn_detail": {"net_amount": 4},
    }
    order = changed("ORDER_SUCCEEDED", "content.order", order=changes)
    detail = order["txn_detail"]

    assert ("A1", "examplestore-A1-1") == (detail["order_id"], detail["txn_id"])
    assert (5, 4, 5) == (detail["txn_amount"], detail["net_amount"], detail["txn_amount_breakup"][0]["amount"])
    assert ("SGD", "PENDING_VBV") == (detail["currency"], detail["status"])
    assert "examplestore-A1-1" == order["payment_gateway_response"]["txn_id"]


def test_parts_keep_their_own_amounts() -> None:
    """A split payment's parts follow in id and currency, and keep their amounts; so does a partial refund."""
    split = {"order_id": "A1", "amount": 5, "currency": "SGD"}
    order = changed("ORDER_SUCCEEDED", "content.order", variant="split", order=split)
    refunded = changed("ORDER_REFUNDED", "content.order", variant="partial", order={"amount": 2000})

    assert ["examplestore-A1-1-1", "examplestore-A1-1-2"] == [leg["txn_detail"]["txn_id"] for leg in order["txn_list"]]
    assert ["SGD", "SGD"] == [leg["txn_detail"]["currency"] for leg in order["txn_list"]]
    assert [999, 500] == [leg["txn_detail"]["txn_amount"] for leg in order["txn_list"]]
    assert (500, 500) == (refunded["amount_refunded"], refunded["refunds"][0]["amount"])


def test_given_list_is_left_alone() -> None:
    """A list that the caller gives is not followed up; nor is one that is null."""
    refunds = [{"unique_request_id": "r", "status": "SUCCESS", "amount": 1499}]
    order = changed("ORDER_REFUNDED", "content.order", order={"amount": 5, "refunds": refunds})
    nothing = changed(
        "ORDER_SUCCEEDED", "content.order", order={"amount": 5, "txn_detail": {"txn_amount_breakup": None}}
    )

    assert refunds == order["refunds"]
    assert nothing["txn_detail"]["txn_amount_breakup"] is None


def test_other_payment_objects() -> None:
    """Transactions, mandates and notifications are changed in their own fields and forms."""
    txn = make_webhook("TXN_CHARGED", txn={"txn_amount": Decimal("9.90"), "order_id": "A1"}).event
    mandate = make_webhook("MANDATE_CREATED", mandate={"end_date": NOON, "last_updated": NOON}).event
    dotted = {"mandate.display_invoice_number": "INV-7", "txn_date": NOON}
    notification = make_webhook("NOTIFICATION_SUCCEEDED", notification={"source_info": dotted})

    assert isinstance(txn, TxnCharged)
    assert (Decimal("9.90"), "examplestore-A1-1") == (txn.txn.net_amount, txn.txn.txn_id)
    assert isinstance(mandate, MandateCreated)
    assert (NOON, NOON) == (mandate.mandate.end_date, mandate.mandate.last_updated)
    assert isinstance(notification.event, NotificationSucceeded)
    assert b'"mandate.display_invoice_number":"INV-7"' in notification.body
    assert b'"txn_date":"1764590400"' in notification.body


def test_payouts() -> None:
    """A payout is named by its pair, and its `info` has the camelCase keys of the wire."""
    order = make_webhook(("ORDER", "FULFILLMENTS_SUCCESSFUL"), category="payout", info={"merchantOrderId": "A1"}).event
    txn = make_webhook(("FULFILLMENT_TXN", "SUCCESS"), info={"amount": Decimal("2.5"), "FulfillmentId": "f"}).event

    assert isinstance(order, PayoutOrderEvent)
    assert ("payout", "A1") == (order.category, order.info.merchant_order_id)
    assert isinstance(txn, FulfillmentTransactionEvent)
    assert "f" == txn.info.fulfillment_id
    assert Decimal("2.5") == txn.payload["info"]["txnResponse"]["amount"]


@pytest.mark.parametrize(
    ("name", "overrides", "words"),
    [
        ("ORDER_SUCEEDED", {}, "no sample of ORDER_SUCEEDED; did you mean ORDER_SUCCEEDED?"),
        ("ORDER_SUCCEEDED", {"order": {"ammount": 5}}, "order has no field ammount; did you mean amount?"),
        (
            "ORDER_SUCCEEDED",
            {"order": {"txn_detail": {"net_amnt": 5}}},
            "order.txn_detail has no field net_amnt; did you",
        ),
        (
            "ORDER_REFUNDED",
            {"order": {"refunds": [{"statsu": "S"}]}},
            "order.refunds has no field statsu; did you mean",
        ),
        ("ORDER_SUCCEEDED", {"order": {7: 5}}, "order has no field 7."),
        ("ORDER_SUCCEEDED", {"ordr": {}}, "the webhook has no field ordr; did you mean order?"),
        ("MANDATE_CREATED", {"order": {"amount": 5}}, "the webhook has no field order"),
        ("ORDER_SUCCEEDED", {"content": {}}, "the webhook has no field content"),
        (("ORDER", "FULFILLMENTS_FAILURE"), {"info": {"merchant_order_id": "A1"}}, "did you mean merchantOrderId?"),
        ("ORDER_SUCCEEDED", {"date_created": NOON.replace(tzinfo=None)}, "a time needs a zone"),
        ("ORDER_SUCCEEDED", {"order": {"amount": Decimal("NaN")}}, "a number that is not finite"),
        ("ORDER_SUCCEEDED", {"order": {"amount": float("inf")}}, "a number that is not finite"),
        ("ORDER_SUCCEEDED", {"order": {"metadata": {7: 5}}}, "a key of a body is text, not int"),
        ("ORDER_SUCCEEDED", {"order": {"metadata": {"k": {1}}}}, "a value of type set"),
        ("ORDER_SUCCEEDED", {"order": {"offers": [REMOVE]}}, "a value of type _Remove"),
    ],
)
def test_refuses_a_slip(name: EventName, overrides: dict[str, Json], words: str) -> None:
    """A field that does not exist, or a value that JSON cannot hold, is refused with a hint."""
    with pytest.raises(ConfigurationError) as caught:
        make_webhook(name, **overrides)

    assert words in str(caught.value)

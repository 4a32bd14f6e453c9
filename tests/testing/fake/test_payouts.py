"""Payout orders and validations of the fake: the shapes of the status calls, which are not those of the webhooks."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from juspay_webhooks import ConfigurationError
from juspay_webhooks.catalog import FULFILLMENT_STATUSES, PAYOUT_ORDER_STATUSES, VALIDATION_STATUSES
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing import REMOVE, FakeJuspay
from juspay_webhooks.testing.fake.question import Kind
from tests.testing.fake.asking import PAYOUT, VALIDATION, ask

ALWAYS = {"orderId", "status", "type", "customerId", "amount", "createdAt", "updatedAt"}


@pytest.mark.parametrize("status", [*PAYOUT_ORDER_STATUSES, "SOMETHING_NEW"])
def test_every_status_of_a_payout(juspay: FakeJuspay, status: str) -> None:
    """Whatever the status, the answer has the published members, and its fulfillments add up and have known states."""
    juspay.add_payout("po-1", status=status, amount=Decimal("10.50"), customerId="cst_7")

    found = ask(juspay, PAYOUT).json
    parts = found["fulfillments"]

    assert {*ALWAYS, "fulfillments", "payments", "refunds", "udf1", "udf2", "udf3", "udf4", "udf5"} == set(found)
    assert ("po-1", status, "FULFILL_ONLY") == (found["orderId"], found["status"], found["type"])
    assert Decimal("10.50") == found["amount"] == sum(part["amount"] for part in parts)
    assert {part["status"] for part in parts} <= FULFILLMENT_STATUSES.keys()
    assert {"cst_7"} == {found["customerId"], *(part["merchantCustomerId"] for part in parts)}
    assert [f"-f{number}" for number in range(1, len(parts) + 1)] == [part["id"][30:] for part in parts]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("READY_FOR_FULFILLMENT", [("CREATED", [])]),
        ("FULFILLMENTS_SCHEDULED", [("PENDING", ["INITIATED"])]),
        ("FULFILLED_PARTIALLY", [("SUCCESS", ["SUCCESS"]), ("PENDING", ["INITIATED"])]),
        ("FULFILLMENTS_SUCCESSFUL", [("SUCCESS", ["SUCCESS"])]),
        ("FULFILLMENTS_FAILURE", [("FAILURE", ["FAILURE"])]),
        ("FULFILLMENTS_MANUAL_REVIEW", [("MANUAL_REVIEW", ["INITIATED"])]),
        ("FULFILLMENTS_CANCELLED", [("CANCELLED", [])]),
    ],
)
def test_fulfillments_fit_the_order(juspay: FakeJuspay, status: str, expected: list[tuple[str, list[str]]]) -> None:
    """An order, its fulfillments and their attempts tell one story; attempts have no member of webhooks."""
    juspay.add_payout("po-1", status=status)

    parts = ask(juspay, PAYOUT).json["fulfillments"]
    attempts = [attempt for part in parts for attempt in part.get("transactions", ())]

    assert expected == [(part["status"], [each["status"] for each in part.get("transactions", ())]) for part in parts]
    assert all(bool(part["fulfillmentMethodList"]) == ("transactions" in part) for part in parts)
    assert frozenset() == {key for each in attempts for key in each} & {"id", "FulfillmentId", "attempted"}
    assert all(each["timeStamp"] == each["updatedAt"] for each in attempts)
    assert all(("responseCode" in each) == (each["status"] in {"SUCCESS", "FAILURE"}) for each in attempts)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", set()),
        ("?expand=", set()),
        ("?expand=fulfillment", {"fulfillments"}),
        ("?expand=fulfillment,payment,refund", {"fulfillments", "payments", "refunds"}),
        ("?expand=fulfillment%2Cpayment", {"fulfillments", "payments"}),
        ("?expand=refund&expand=payment", {"refunds", "payments"}),
        ("?expand=everything", set()),
    ],
)
def test_parts_are_expanded(juspay: FakeJuspay, query: str, expected: set[str]) -> None:
    """Fulfillments, payments and refunds come only when asked for."""
    found = ask(juspay, f"/payout/merchant/v1/orders/po-1{query}").json

    assert expected == {"fulfillments", "payments", "refunds"} & found.keys()
    assert set(found) >= ALWAYS


@pytest.mark.parametrize(
    ("fields", "key", "expected"),
    [
        ({"amount": "10.50"}, "amount", "10.50"),
        ({"amount": 10**20 + 1}, "amount", 10**20 + 1),
        ({"udf1": "mine"}, "udf1", "mine"),
        ({"updatedAt": datetime(2025, 7, 1, tzinfo=UTC)}, "updatedAt", "2025-07-01T00:00:00Z"),
        ({"type": Kind.ORDER}, "type", "order"),
        ({"fulfillments": []}, "fulfillments", []),
        ({"payments": [{"id": "p"}]}, "payments", [{"id": "p"}]),
        ({"orderId": "po-2"}, "orderId", "po-2"),
    ],
)
def test_a_payout_can_be_changed(juspay: FakeJuspay, fields: dict[str, Any], key: str, expected: Json) -> None:
    """Fields are named as on the wire."""
    juspay.add_payout("po-1", **fields)

    assert expected == ask(juspay, PAYOUT).json[key]


def test_statuses_of_a_payout_come_one_at_each_question(juspay: FakeJuspay) -> None:
    """As with orders; a member can be left out."""
    juspay.add_payout("po-1", statuses=["READY_FOR_FULFILLMENT", "FULFILLMENTS_FAILURE"], udf5=REMOVE)

    found = [ask(juspay, PAYOUT).json for _ in range(3)]

    assert ["READY_FOR_FULFILLMENT", *["FULFILLMENTS_FAILURE"] * 2] == [each["status"] for each in found]
    assert ["CREATED", "FAILURE", "FAILURE"] == [each["fulfillments"][0]["status"] for each in found]
    assert 1 == len({each["fulfillments"][0]["id"] for each in found})
    assert "udf5" not in found[0]


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"ammount": 5}, "a payout order has no field ammount; did you mean amount"),
        ({"status": "FULFILLED_PARTIALLY", "amount": "much"}, "amount of a payout order with several fulfillments"),
        ({"amount": float("nan")}, "not finite"),
        ({"statuses": "NEW"}, "statuses is a list"),
    ],
)
def test_a_slip_of_the_pen_in_a_payout_is_refused(juspay: FakeJuspay, arguments: dict[str, Any], match: str) -> None:
    """At once, in the test that made it."""
    with pytest.raises(ConfigurationError, match=match):
        juspay.add_payout("po-1", **arguments)


@pytest.mark.parametrize("status", [*VALIDATION_STATUSES, "SOMETHING_NEW"])
def test_every_status_of_a_validation(juspay: FakeJuspay, status: str) -> None:
    """Whatever the status, the answer names the beneficiary; method and reference are inside the raw answer."""
    juspay.add_validation("cst_asha01", "bene-1", status=status)

    found = ask(juspay, VALIDATION).json
    attempts = found["transactions"]

    assert (status, "bene-1") == (found["status"], found["uniqueId"])
    assert (status in {"VALID", "INVALID", "ERROR"}) == bool(attempts)
    assert (status == "VALID") == ("nameAtBank" in found)
    assert all({"validationMethod", "gatewayRefId"} <= each["validateResp"].keys() for each in attempts)
    assert all(frozenset() == {"validationMethod", "gatewayRefId"} & each.keys() for each in attempts)


def test_statuses_of_a_validation_come_one_at_each_question(juspay: FakeJuspay) -> None:
    """As with orders; an object of it is changed deep."""
    details = {"details": {"ifsc": "EXMP0000009"}}
    juspay.add_validation("cst_asha01", "bene-1", statuses=["PENDING", "VALID"], beneDetails=details)

    found = [ask(juspay, VALIDATION).json for _ in range(3)]

    assert ["PENDING", "VALID", "VALID"] == [each["status"] for each in found]
    assert {("EXMP0000009", "************")} == {
        (each["beneDetails"]["details"]["ifsc"], each["beneDetails"]["details"]["account"]) for each in found
    }


def test_a_slip_of_the_pen_in_a_validation_is_refused(juspay: FakeJuspay) -> None:
    """At once, in the test that made it."""
    with pytest.raises(ConfigurationError, match="a validation has no field nameatbank; did you mean nameAtBank"):
        juspay.add_validation("cst_asha01", "bene-1", nameatbank="ASHA")


@pytest.mark.parametrize(
    "path",
    [
        "/payout/merchant/v1/orders/PO-1",
        "/payout/merchant/v1/orders/po-2",
        "/payout/merchant/v2/benedetails/cst_asha01/bene-2",
        "/payout/merchant/v2/benedetails/bene-1/cst_asha01",
        "/payout/merchant/v2/benedetails/CST_asha01/bene-1",
    ],
)
def test_what_payouts_do_not_know(juspay: FakeJuspay, path: str) -> None:
    """An unknown id is E09 under 404; the ids of payouts have their case."""
    got = ask(juspay, path)

    assert (404, 404, "E09") == (got.status, got.json["code"], got.json["response"]["errorCode"])

"""What became of a paid order's money: one judgement, by which an order is confirmed and `OrderPaid` is said."""

from decimal import Decimal
from typing import Any, Final

import pytest

from juspay_webhooks.errors import PayloadError
from juspay_webhooks.events.effects import OrderPaid, effects_of_order
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.order_money import TakenBack, taken_back
from juspay_webhooks.order_status.confirm import Decision, confirm
from juspay_webhooks.parsing._events import parse_order
from tests.order_status.asked import order_body

ASKED: Final[dict[str, Any]] = {"order_id": "shop-1001", "amount": "1499.50", "currency": "INR"}


def order(**changes: object) -> Order:
    """Make an order that is CHARGED, with something changed."""
    return parse_order(order_body(**changes))


def refund(status: str, request: str = "r1", amount: float = 1499.5) -> dict[str, object]:
    """Make a refund."""
    return {"unique_request_id": request, "status": status, "amount": amount}


def leg(**changes: object) -> dict[str, object]:
    """Make the one leg of a split payment."""
    return {"txn_id": "shop-1001-1-1", "status": "CHARGED", **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"refunded": False, "amount_refunded": 0},
        # Published orders have these beside a refund that failed: they prove nothing.
        {"refunded": True, "amount_refunded": 1499.5, "refunds": [refund("FAILURE")]},
        {"txn_list": [leg(refunded=True, amount_refunded=5, refunds=[refund("FAILURE")])]},
        {"split_settlement_response": {}},
        {"split_settlement_response": {"split_details": [{"refunded_amount": 0}]}},
        {"txn_sub_details": [{"txn_object_type": "PARTIAL_CAPTURE"}]},
        {"txn_sub_details": [{"txn_object_type": "PARTIAL_VOID"}], "captured_amount": 1499.5},
        {"txn_list": [leg()]},
        {"txn_list": [leg(captured_amount=50)]},
        {"txn_list": [leg(captured_amount=50, effective_amount=50)]},
        {"txn_list": [leg(captured_amount=40, effective_amount=40, txn_detail={"txn_amount": 50})]},
    ],
)
def test_all_of_it_stayed(changes: dict[str, Any]) -> None:
    """Only what was given back, is being given back, or was never taken keeps an order from being paid."""
    found = order(**with_details(changes))

    assert taken_back(found) is None
    assert confirm(found, **ASKED).is_confirmed
    assert [OrderPaid] == [type(effect) for effect in effects_of_order(found)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # A refund that failed hides no other entry of the same refund.
        ({"refunds": [refund("FAILURE"), refund("SUCCESS")]}, TakenBack.REFUNDED),
        ({"refunds": [refund("FAILURE"), refund("PENDING")]}, TakenBack.REFUND_UNDER_WAY),
        ({"refunds": [refund("FAILURE"), refund("SUCCESS", "R1")]}, TakenBack.REFUNDED),
        ({"refunds": [refund("FAILURE")], "txn_list": [leg(refunds=[refund("SUCCESS", "r1-1")])]}, TakenBack.REFUNDED),
        ({"refunds": [refund("FAILURE")], "txn_list": [leg(refunds=[refund("SUCCESS", "r1")])]}, TakenBack.REFUNDED),
        (
            {"refunds": [refund("FAILURE")], "txn_list": [leg(refunds=[refund("SUCCESS", "r1-2", 5)])]},
            TakenBack.PARTLY_REFUNDED,
        ),
        (
            {"refunds": [refund("FAILURE")], "txn_list": [leg(refunds=[refund("PENDING", "r1-1")])]},
            TakenBack.REFUND_UNDER_WAY,
        ),
        # Without any refund beside it a word about one is a doubt.
        ({"refunded": True}, TakenBack.REFUND_UNDER_WAY),
        ({"refunded": True, "refunds": []}, TakenBack.REFUND_UNDER_WAY),
        ({"amount_refunded": 5}, TakenBack.REFUND_UNDER_WAY),
        ({"txn_list": [leg(refunded=True)]}, TakenBack.REFUND_UNDER_WAY),
        ({"txn_list": [leg(amount_refunded=5)]}, TakenBack.REFUND_UNDER_WAY),
        ({"split_settlement_response": {"split_details": [{"refunded_amount": 5}]}}, TakenBack.REFUND_UNDER_WAY),
        # Money that was held and not taken.
        ({"captured_amount": 0}, TakenBack.PARTLY_PAID),
        ({"captured_amount": 1499.49}, TakenBack.PARTLY_PAID),
        ({"txn_sub_details": [{"txn_object_type": "PARTIAL_VOID"}]}, TakenBack.PARTLY_PAID),
        ({"txn_sub_details": [{"txn_object_type": "VOID"}]}, TakenBack.PARTLY_PAID),
        ({"txn_list": [leg(captured_amount=40, effective_amount=50)]}, TakenBack.PARTLY_PAID),
        ({"txn_list": [leg(captured_amount=40, txn_detail={"txn_amount": 50})]}, TakenBack.PARTLY_PAID),
    ],
)
def test_some_of_it_did_not(changes: dict[str, Any], expected: TakenBack) -> None:
    """The reason is named, and neither a confirmation nor an effect says that the order is paid."""
    found = order(**with_details(changes))

    assert expected is taken_back(found)
    assert Decision(expected.value) is confirm(found, **ASKED).decision
    assert () == effects_of_order(found)


def with_details(changes: dict[str, Any]) -> dict[str, Any]:
    """Complete the transactions of a case: what they are about is one field of each."""
    full: dict[str, Any] = {"txn_id": "shop-1001-1-1", "order_id": "shop-1001", "status": "CHARGED", "txn_amount": 50}
    full["currency"] = "INR"
    legs = [
        {**one, **({"txn_detail": full | one["txn_detail"]} if "txn_detail" in one else {})}
        for one in changes.get("txn_list", ())
    ]
    parts = [full | one for one in changes.get("txn_sub_details", ())]
    return changes | ({"txn_list": legs} if legs else {}) | ({"txn_sub_details": parts} if parts else {})


def test_what_was_given_back_counts_once() -> None:
    """The order's refund counts in place of those of its legs, unless it failed and theirs did not."""
    legs = [leg(refunds=[refund("SUCCESS", "r1-1", 5), refund("SUCCESS", "r1-2", 6)])]

    assert Decimal(11) == order(refunds=[refund("FAILURE")], txn_list=legs).refunded_amount
    assert Decimal(11) == order(refunds=[refund("PENDING", amount=11)], txn_list=legs).refunded_amount
    assert Decimal(12) == order(refunds=[refund("SUCCESS", amount=12)], txn_list=legs).refunded_amount


@pytest.mark.parametrize("key", ["captured_amount", "txn_sub_details"])
def test_what_cannot_be_read_is_no_payment(key: str) -> None:
    """An order is refused of which the very number cannot be read that may speak against it."""
    with pytest.raises(PayloadError, match="captures"):
        order(**{key: "FILTERED"})

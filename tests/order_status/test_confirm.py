"""May an order be fulfilled: yes, or the exact reason why not."""

import pickle
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given

from juspay_webhooks.catalog import Outcome
from juspay_webhooks.catalog.statuses import ORDER_STATUSES
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.order_status.confirm import Confirmation, Decision, confirm
from juspay_webhooks.parsing._events import parse_order
from juspay_webhooks.testing import strategies
from tests.order_status.asked import order_body

ASKED: Final[dict[str, Any]] = {"order_id": "shop-1001", "amount": "1499.50", "currency": "INR"}


def refund(status: str, amount: float = 1499.5, request: str = "r1") -> dict[str, object]:
    """Make a refund of the order."""
    return {"unique_request_id": request, "status": status, "amount": amount}


def decided(*, asked: dict[str, Any] | None = None, **changes: object) -> Decision:
    """Decide on an order with something changed."""
    order = parse_order(order_body(**changes))
    found = confirm(order, **(ASKED | (asked or {})))
    assert order is found.order
    assert found.is_confirmed == (found.decision is Decision.CONFIRMED)
    return found.decision


# --- Yes ---


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"order_id": "SHOP-1001"},
        {"amount": "1499.5000"},
        {"status": "charged"},
        {"status_id": 27},
        {"refunds": []},
        {"refunds": [refund("FAILURE")]},
        {"refunds": [refund("Failure"), refund("TXN_FAILURE", request="r2")]},
        {"split_refund_details": [refund("FAILURE")]},
        {"effective_amount": 1499.5},
        {"effective_amount": 1400, "captured_amount": 1400},
        {"effective_amount": 1600, "captured_amount": 1499.5},
        {"captured_amount": 1499.5},
        {"txn_list": [{"txn_id": "t1", "status": "CHARGED", "refunds": [refund("FAILURE")]}]},
    ],
)
def test_confirmed(changes: dict[str, Any]) -> None:
    """Paid in full, with the id, the amount and the currency that were asked for, and no refund but failed ones."""
    assert Decision.CONFIRMED is decided(**changes)


@pytest.mark.parametrize("amount", ["1499.5", "1499.50", Decimal("1499.5"), " 1499.5 "])
def test_one_amount_in_several_forms(amount: str | Decimal) -> None:
    """Amounts compare as numbers."""
    assert Decision.CONFIRMED is decided(asked={"amount": amount})


def test_a_whole_amount() -> None:
    """A whole number of rupees is an amount."""
    assert Decision.CONFIRMED is decided(amount=500, asked={"amount": 500})


# --- No, and why ---


@pytest.mark.parametrize(
    ("changes", "decision"),
    [
        ({"order_id": "shop-1002"}, Decision.WRONG_ORDER),
        ({"order_id": ""}, Decision.WRONG_ORDER),
        ({"status": "PARTIAL_CHARGED"}, Decision.PARTLY_PAID),
        ({"status": "AUTHORIZED"}, Decision.AUTHORIZED),
        ({"status": "CAPTURE_FAILED"}, Decision.AUTHORIZED),
        ({"status": "COD_INITIATED"}, Decision.CASH_ON_DELIVERY),
        ({"status": "AUTO_REFUNDED"}, Decision.AUTO_REFUNDED),
        ({"status": "NEW"}, Decision.PENDING),
        ({"status": "TO_BE_CHARGED"}, Decision.ACTION_NEEDED),
        ({"status": "AUTHENTICATION_FAILED"}, Decision.FAILED),
        ({"status": "VOIDED"}, Decision.VOIDED),
        ({"status": "SUCCESS"}, Decision.UNKNOWN),
        ({"status": "SOMETHING_NEW"}, Decision.UNKNOWN),
        ({"amount": 1499.49}, Decision.WRONG_AMOUNT),
        ({"amount": 149950}, Decision.WRONG_AMOUNT),
        ({"amount": "1499.500000000000000001"}, Decision.WRONG_AMOUNT),
        ({"amount": -1499.5}, Decision.WRONG_AMOUNT),
        ({"currency": "USD"}, Decision.WRONG_CURRENCY),
        ({"currency": "inr"}, Decision.WRONG_CURRENCY),
        ({"currency": ""}, Decision.WRONG_CURRENCY),
        ({"currency": None}, Decision.WRONG_CURRENCY),
        ({"currency": ...}, Decision.WRONG_CURRENCY),
        ({"refunds": [refund("SUCCESS")]}, Decision.REFUNDED),
        ({"refunds": [refund("SUCCESS", 1000), refund("SUCCESS", 499.5, "r2")]}, Decision.REFUNDED),
        ({"refunds": [refund("SUCCESS", 2000)]}, Decision.REFUNDED),
        ({"effective_amount": 1400, "refunds": [refund("SUCCESS", 1400)]}, Decision.REFUNDED),
        ({"effective_amount": 1600, "refunds": [refund("SUCCESS", 1499.5)]}, Decision.REFUNDED),
        ({"refunds": [refund("SUCCESS", 5)]}, Decision.PARTLY_REFUNDED),
        ({"refunds": [refund("SUCCESS", 5), refund("PENDING", 5, "r2")]}, Decision.PARTLY_REFUNDED),
        ({"refunds": [refund("SUCCESS", 5), refund("FAILURE", 5, "r2")]}, Decision.PARTLY_REFUNDED),
        ({"split_refund_details": [refund("SUCCESS")]}, Decision.PARTLY_REFUNDED),
        ({"refunds": [refund("PENDING")]}, Decision.REFUND_UNDER_WAY),
        ({"refunds": [refund("MANUAL_REVIEW")]}, Decision.REFUND_UNDER_WAY),
        ({"refunds": [refund("SOMETHING_NEW")]}, Decision.REFUND_UNDER_WAY),
        ({"refunds": [refund("FAILURE"), refund("PENDING", 5, "r2")]}, Decision.REFUND_UNDER_WAY),
        ({"split_refund_details": [refund("PENDING")]}, Decision.REFUND_UNDER_WAY),
        (
            {"txn_list": [{"txn_id": "t1", "status": "CHARGED", "refunds": [refund("SUCCESS")]}]},
            Decision.REFUNDED,
        ),
        (
            {"txn_list": [{"txn_id": "t1", "status": "CHARGED", "refunds": [refund("PENDING")]}]},
            Decision.REFUND_UNDER_WAY,
        ),
        ({"captured_amount": 1000}, Decision.PARTLY_PAID),
        ({"captured_amount": 0}, Decision.PARTLY_PAID),
        ({"captured_amount": 1399, "effective_amount": 1400}, Decision.PARTLY_PAID),
    ],
)
def test_not_confirmed(changes: dict[str, Any], decision: Decision) -> None:
    """Everything else has its own reason."""
    assert decision is decided(**changes)


@pytest.mark.parametrize(
    ("changes", "decision"),
    [
        ({"order_id": "shop-1002", "status": "NEW", "currency": "USD", "amount": 1}, Decision.WRONG_ORDER),
        ({"status": "NEW", "currency": "USD", "amount": 1}, Decision.PENDING),
        ({"refunds": [refund("SUCCESS", 1)], "currency": "USD", "amount": 1}, Decision.REFUNDED),
        ({"currency": "USD", "amount": 1}, Decision.WRONG_CURRENCY),
    ],
)
def test_the_first_reason_counts(changes: dict[str, Any], decision: Decision) -> None:
    """Another order says nothing; then comes whether it is paid, whether it still is, and only then in what."""
    assert decision is decided(**changes)


@pytest.mark.parametrize("status", ORDER_STATUSES)
def test_every_status(status: str) -> None:
    """Only what is paid is confirmed; every other outcome is a decision of the same name."""
    outcome = ORDER_STATUSES[status].outcome

    assert ("CONFIRMED" if outcome is Outcome.PAID else outcome.value) == decided(status=status).value


def test_every_outcome_is_a_decision() -> None:
    """A new outcome needs a decision."""
    assert {outcome.value for outcome in Outcome} - {"PAID"} <= {decision.value for decision in Decision}


@pytest.mark.parametrize(
    ("effective", "asked", "decision"),
    [
        (1400, "1400", Decision.CONFIRMED),
        (1400, "1499.50", Decision.WRONG_AMOUNT),
        (1600, "1600", Decision.CONFIRMED),
        (None, "1499.50", Decision.WRONG_AMOUNT),
    ],
)
def test_against_what_was_taken(effective: int | None, asked: str, decision: Decision) -> None:
    """The caller may compare what was taken after offers; an order that does not say it is not confirmed."""
    against = {"amount": asked, "against": "effective_amount"}

    assert decision is decided(effective_amount=effective, asked=against)


@given(strategies.orders())
def test_any_order(order: Any) -> None:  # noqa: ANN401 - an order
    """Whatever an order says, a decision comes out, and only a paid one of exactly this amount is confirmed."""
    found = confirm(order, **ASKED)

    assert not found.is_confirmed or (order.outcome, order.amount) == (Outcome.PAID, Decimal("1499.5"))


# --- Misuse ---


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"amount": 1499.5}, "an amount is a Decimal, an int or text"),
        ({"amount": True}, "an amount is a Decimal, an int or text"),
        ({"amount": "a lot"}, "an amount in text is a plain number"),
        ({"amount": None}, "a finite number"),
        ({"amount": "NaN"}, "a finite number"),
        ({"amount": Decimal("sNaN")}, "a finite number"),
        ({"amount": "Infinity"}, "a finite number"),
        ({"against": "net_amount"}, "against is 'amount' or 'effective_amount'"),
        ({"against": None}, "against is 'amount' or 'effective_amount'"),
        ({"against": ["amount"]}, "against is 'amount' or 'effective_amount'"),
        ({"currency": ""}, "an order without a currency matches nothing"),
        ({"currency": " "}, "an order without a currency matches nothing"),
        ({"currency": None}, "an order without a currency matches nothing"),
        ({"order_id": ""}, "order_id and currency to compare with are texts"),
        ({"order_id": None}, "order_id and currency to compare with are texts"),
        ({"order_id": 1001}, "order_id and currency to compare with are texts"),
    ],
)
def test_nothing_to_compare_with(asked: dict[str, Any], message: str) -> None:
    """What cannot be compared is refused before anything is decided: two absent currencies are not the same."""
    with pytest.raises(ConfigurationError, match=message):
        decided(asked=asked, currency=None, order_id="")


def test_a_confirmation_is_a_value() -> None:
    """It compares and pickles."""
    found = confirm(parse_order(order_body()), **ASKED)

    assert found == pickle.loads(pickle.dumps(found))  # noqa: S301 - our own bytes
    assert Confirmation(decision=Decision.PENDING, order=found.order) != found

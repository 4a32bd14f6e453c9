"""What a payout order comes down to: its own word, and whether everything below says the same."""

from decimal import Decimal
from itertools import product
from typing import Final

import pytest

from juspay_webhooks.catalog import (
    FULFILLMENT_STATUSES,
    PAYOUT_ORDER_STATUSES,
    PAYOUT_TRANSACTION_STATUSES,
    VALIDATION_STATUSES,
    PayoutOutcome,
)
from juspay_webhooks.models.payout import FulfillmentOrderInfo, FulfillmentTransactionInfo
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.models.statuses import FulfillmentStatus, PayoutOrderStatus, PayoutTransactionStatus
from juspay_webhooks.models.statuses import ValidationStatus as Validation
from juspay_webhooks.models.validation import ValidationV2Info

FIVE: Final = Decimal(5)
SENT: Final = "FULFILLMENTS_SUCCESSFUL"
FAILED: Final = "FULFILLMENTS_FAILURE"
CANCELLED: Final = "FULFILLMENTS_CANCELLED"
SCHEDULED: Final = "FULFILLMENTS_SCHEDULED"
PARTLY: Final = "FULFILLED_PARTIALLY"
REVIEW: Final = "FULFILLMENTS_MANUAL_REVIEW"

NEW_WORD: Final = "A_NEW_WORD"


def fulfillment(text: str) -> FulfillmentOrderInfo:
    """Make a fulfillment: its status, then those of its attempts, newest first; "-" is a list that is absent."""
    status, *attempts = text.split()
    made = tuple(
        FulfillmentTransactionInfo(status=PayoutTransactionStatus(word), amount=FIVE)
        for word in attempts
        if word != "-"
    )
    return FulfillmentOrderInfo(
        id="95eb-f1",
        status=FulfillmentStatus(status),
        amount=FIVE,
        transactions=None if attempts == ["-"] else made,
    )


def order(status: str, *fulfillments: str) -> PayoutOrder:
    """Make an order."""
    made = tuple(map(fulfillment, fulfillments))
    return PayoutOrder(order_id="po-1", status=PayoutOrderStatus(status), amount=FIVE, fulfillments=made)


@pytest.mark.parametrize(
    ("status", "fulfillments", "outcome"),
    [
        # The parts say what the order says.
        (SENT, ["SUCCESS SUCCESS"], "SUCCESS"),
        (SENT, ["SUCCESS CONFLICTED"], "SUCCESS"),
        (SENT, ["SUCCESS SUCCESS", "SUCCESS SUCCESS"], "SUCCESS"),
        (SENT, ["SUCCESS SUCCESS FAILURE REVERSED"], "SUCCESS"),
        (SENT, ["SUCCESS FAILURE CONFLICTED"], "SUCCESS"),
        (SENT, ["SUCCESS"], "SUCCESS"),
        (SENT, ["SUCCESS -"], "SUCCESS"),
        (FAILED, ["FAILURE FAILURE"], "FAILED"),
        (FAILED, ["FAILURE REVERSED"], "FAILED"),
        (FAILED, ["FAILURE FAILURE REVERSED"], "FAILED"),
        (FAILED, ["FAILURE FAILURE", "CANCELLED"], "FAILED"),
        (FAILED, [], "FAILED"),
        (CANCELLED, ["CANCELLED", "DISCARDED"], "CANCELLED"),
        (CANCELLED, ["CANCELLED FAILURE"], "CANCELLED"),
        (CANCELLED, [], "CANCELLED"),
        # A gateway changed its mind.
        (SENT, ["SUCCESS REVERSED"], "REVIEW"),
        (SENT, ["SUCCESS SUCCESS", "SUCCESS REVERSED"], "REVIEW"),
        (SENT, ["SUCCESS FAILURE REVERSED"], "REVIEW"),
        (FAILED, ["FAILURE CONFLICTED"], "REVIEW"),
        (FAILED, ["FAILURE FAILURE CONFLICTED"], "REVIEW"),
        (CANCELLED, ["CANCELLED CONFLICTED"], "REVIEW"),
        # A fulfillment says something else than its order.
        (SENT, [], "REVIEW"),
        (SENT, ["FAILURE FAILURE"], "REVIEW"),
        (SENT, ["SUCCESS SUCCESS", "FAILURE FAILURE"], "REVIEW"),
        (SENT, ["SUCCESS SUCCESS", "CANCELLED"], "REVIEW"),
        (SENT, ["SUCCESS SUCCESS", "DISCARDED"], "REVIEW"),
        (SENT, ["SUCCESS SUCCESS", "PENDING INITIATED"], "REVIEW"),
        (SENT, ["SUCCESS SUCCESS", "CREATED"], "REVIEW"),
        (SENT, [f"{NEW_WORD} SUCCESS"], "REVIEW"),
        (FAILED, ["SUCCESS SUCCESS"], "REVIEW"),
        (FAILED, ["FAILURE FAILURE", "PENDING INITIATED"], "REVIEW"),
        (FAILED, [NEW_WORD], "REVIEW"),
        (CANCELLED, ["SUCCESS SUCCESS"], "REVIEW"),
        # An attempt says something else than its fulfillment.
        (SENT, ["SUCCESS FAILURE"], "REVIEW"),
        (SENT, ["SUCCESS INITIATED"], "REVIEW"),
        (SENT, [f"SUCCESS {NEW_WORD}"], "REVIEW"),
        (SENT, ["SUCCESS MANUAL_REVIEW"], "REVIEW"),
        (FAILED, ["FAILURE SUCCESS"], "REVIEW"),
        (FAILED, ["FAILURE PENDING"], "REVIEW"),
        (FAILED, [f"FAILURE {NEW_WORD}"], "REVIEW"),
        (CANCELLED, ["CANCELLED INITIATED"], "REVIEW"),
        # It was paid twice, or may be.
        (SENT, ["SUCCESS SUCCESS SUCCESS"], "REVIEW"),
        (SENT, ["SUCCESS SUCCESS CONFLICTED"], "REVIEW"),
        (SENT, ["SUCCESS INITIATED SUCCESS"], "REVIEW"),
        (SCHEDULED, ["PENDING INITIATED CONFLICTED"], "REVIEW"),
        (SCHEDULED, ["PENDING SUCCESS SUCCESS"], "REVIEW"),
        # While it is open, what is below it may be ahead of it.
        (SCHEDULED, ["PENDING INITIATED"], "PENDING"),
        (SCHEDULED, ["PENDING SUCCESS"], "PENDING"),
        (SCHEDULED, ["PENDING CONFLICTED FAILURE"], "PENDING"),
        (SCHEDULED, ["PENDING REVERSED"], "PENDING"),
        (SCHEDULED, ["SUCCESS SUCCESS"], "PENDING"),
        (SCHEDULED, ["FAILURE FAILURE"], "PENDING"),
        (SCHEDULED, [], "PENDING"),
        (PARTLY, ["SUCCESS SUCCESS", "PENDING INITIATED"], "PENDING"),
        (NEW_WORD, ["SUCCESS SUCCESS"], "UNKNOWN"),
        (NEW_WORD, [], "UNKNOWN"),
        # A person is asked for, or is needed, whatever the order says.
        (REVIEW, ["MANUAL_REVIEW INITIATED"], "REVIEW"),
        (REVIEW, [], "REVIEW"),
        (PARTLY, ["SUCCESS SUCCESS", "MANUAL_REVIEW INITIATED"], "REVIEW"),
        (PARTLY, ["SUCCESS REVERSED", "PENDING INITIATED"], "REVIEW"),
        (NEW_WORD, ["FAILURE CONFLICTED"], "REVIEW"),
        (SENT, ["MANUAL_REVIEW INITIATED"], "REVIEW"),
        (FAILED, ["MANUAL_REVIEW INITIATED"], "REVIEW"),
    ],
)
def test_what_an_order_comes_down_to(status: str, fulfillments: list[str], outcome: str) -> None:
    """The word of an order that has ended counts only if everything below says the same."""
    assert PayoutOutcome(outcome) is order(status, *fulfillments).outcome


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(SENT, "REVIEW"), (FAILED, "FAILED"), (CANCELLED, "CANCELLED"), (SCHEDULED, "PENDING"), (NEW_WORD, "UNKNOWN")],
)
def test_an_order_without_fulfillments(status: str, outcome: str) -> None:
    """That money was sent takes a fulfillment that says so; absent they are as if there were none."""
    found = PayoutOrder(order_id="po-1", status=PayoutOrderStatus(status), amount=FIVE)

    assert PayoutOutcome(outcome) is found.outcome


STATUSES: Final = [*PAYOUT_ORDER_STATUSES, NEW_WORD]
PARTS: Final = [*FULFILLMENT_STATUSES, NEW_WORD]
ATTEMPTS: Final = [*PAYOUT_TRANSACTION_STATUSES, NEW_WORD]


@pytest.mark.parametrize("status", STATUSES)
def test_money_is_sent_only_if_every_level_says_so(status: str) -> None:
    """Of all words on three levels, those and no others mean that money was sent, or that it was not."""
    found = {(part, attempt): order(status, f"{part} {attempt}").outcome for part, attempt in product(PARTS, ATTEMPTS)}

    good = {("SUCCESS", "SUCCESS"), ("SUCCESS", "CONFLICTED")} if status == SENT else set[tuple[str, str]]()
    assert good == {words for words, outcome in found.items() if outcome is PayoutOutcome.SUCCESS}
    bad = set(product(("FAILURE", "DISCARDED", "CANCELLED"), ("FAILURE", "REVERSED")))
    is_bad = status in {FAILED, CANCELLED}
    ends = {PayoutOutcome.FAILED, PayoutOutcome.CANCELLED, PayoutOutcome.REVERSED}
    assert (bad if is_bad else set()) == {words for words, outcome in found.items() if outcome in ends}


@pytest.mark.parametrize("status", [*VALIDATION_STATUSES, NEW_WORD])
def test_what_a_validation_comes_down_to(status: str) -> None:
    """Its status says it; without one nobody can."""
    found = ValidationV2Info(status=Validation(status))

    assert Validation(status).outcome is found.outcome
    assert PayoutOutcome.UNKNOWN is ValidationV2Info().outcome

"""Own what became of a paid order's money: whether all of it stayed with the merchant, as far as the order says.

`refunded` and `amount_refunded` prove nothing: published orders show them while the only refund is pending or failed.
Without any refund beside them they are a doubt all the same, and a doubt is no payment.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from juspay_webhooks.catalog import RefundOutcome
from juspay_webhooks.models.fields import Money
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.transaction import TransactionLeg

__all__ = ["TakenBack", "taken_back"]

_VOIDS: Final = frozenset({"PARTIAL_VOID", "VOID"})
"""Words of `txn_object_type` for money that was held and let go."""

_HARMLESS: Final = frozenset({RefundOutcome.FAILED})
"""Only a refund that failed leaves all of the money; a word that nobody knows does not."""


class TakenBack(StrEnum):
    """What keeps a paid order from being paid in full."""

    PARTLY_PAID = "PARTLY_PAID"
    """Less was captured than is due."""

    REFUND_UNDER_WAY = "REFUND_UNDER_WAY"
    """A refund is pending or in review, or its state is not known."""

    PARTLY_REFUNDED = "PARTLY_REFUNDED"
    """Some of it was given back."""

    REFUNDED = "REFUNDED"
    """All of it was given back."""


def taken_back(order: Order, /) -> TakenBack | None:
    """Tell what became of a paid order's money.

    Args:
        order: An order whose outcome is PAID.

    Returns:
        What is wrong; None if all of the money stayed.
    """
    if not (
        order.refunds
        or order.txn_list
        or order.refunded
        or order.amount_refunded
        or order.split_refund_details
        or order.split_settlement_response
        or order.txn_sub_details
        or order.captured_amount is not None
    ):
        return None  # nearly every order: nothing was given back, held or split
    # After offers less is taken, and no more than that can be given back or captured.
    due = order.amount if order.effective_amount is None else min(order.amount, order.effective_amount)
    outcomes = set(_outcomes(order))
    if outcomes <= _HARMLESS:
        if not outcomes and _is_said(order):
            return TakenBack.REFUND_UNDER_WAY
        return TakenBack.PARTLY_PAID if _is_short(order, due) else None
    if RefundOutcome.SUCCESS not in outcomes:
        return TakenBack.REFUND_UNDER_WAY
    return TakenBack.REFUNDED if order.refunded_amount >= due else TakenBack.PARTLY_REFUNDED


def _holders(order: Order) -> tuple[Order | TransactionLeg, ...]:
    """List what may hold refunds."""
    return (order, *(order.txn_list or ()))


def _outcomes(order: Order) -> Iterator[RefundOutcome]:
    """List the outcome of every refund wherever it stands, also of two that have one id."""
    for holder in _holders(order):
        for refund in holder.refunds or ():
            yield refund.status.outcome
    for part in order.split_refund_details or ():
        yield part.status.outcome


def _is_said(order: Order) -> bool:
    """Tell whether something was given back of which there is no refund."""
    if any(holder.refunded or holder.amount_refunded for holder in _holders(order)):
        return True
    settlement = order.split_settlement_response
    parts = () if settlement is None else settlement.split_details or ()
    return any(part.refunded_amount for part in parts)


def _is_short(order: Order, due: Money) -> bool:
    """Tell whether less was captured than is due."""
    if order.captured_amount is not None:
        return order.captured_amount < due
    if any(detail.txn_object_type in _VOIDS for detail in order.txn_sub_details or ()):
        return True
    return any(_is_leg_short(leg) for leg in order.txn_list or ())


def _is_leg_short(leg: TransactionLeg) -> bool:
    asked = None if leg.txn_detail is None else leg.txn_detail.txn_amount
    amounts = [amount for amount in (asked, leg.effective_amount) if amount is not None]
    return leg.captured_amount is not None and bool(amounts) and leg.captured_amount < min(amounts)

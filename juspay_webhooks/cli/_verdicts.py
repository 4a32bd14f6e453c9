"""Own what the exit status of `status` says of an order, a payout order, or an error. It neither asks nor shows."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from juspay_webhooks.catalog import Outcome, PayoutOutcome
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.events.effects import OrderPaid, effects_of_order
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.order_status.errors import (
    Misconfigured,
    OrderNotFound,
    OrderStatusError,
    OutcomeUnknown,
    RequestRefused,
    SlowDown,
    UnexpectedResponse,
)

__all__ = ["ORDERS", "PAYOUTS", "Verdict", "verdict_of", "verdict_of_error"]


class Verdict(IntEnum):
    """What came of a question; the number is the exit status."""

    PAID = 0
    """Paid in full and nothing of it given back; of a payout: sent, and each of its fulfillments says so."""

    REFUSED = 1
    """Juspay does not know the id, or refuses the question."""

    MISUSE = 2
    """An option or a setting is wrong or missing, or the key is not let in."""

    PENDING = 3
    """Under way: ask again."""

    FAILED = 4
    """Not paid, or the money goes back by itself; of a payout: not sent."""

    UNKNOWN = 5
    """Nobody can say: ask again, then ask a person."""

    LOOK = 6
    """Neither simply paid nor failed: held, paid in part, cash on delivery, given back, or waiting for you.

    Of a payout: in review, or what its fulfillments and attempts say is not what the order says.
    """


ORDERS: Final[Mapping[Outcome, Verdict]] = MappingProxyType(
    {
        Outcome.PAID: Verdict.PAID,
        Outcome.PARTLY_PAID: Verdict.LOOK,
        Outcome.AUTHORIZED: Verdict.LOOK,
        Outcome.CASH_ON_DELIVERY: Verdict.LOOK,
        Outcome.PENDING: Verdict.PENDING,
        Outcome.ACTION_NEEDED: Verdict.LOOK,
        Outcome.FAILED: Verdict.FAILED,
        Outcome.AUTO_REFUNDED: Verdict.FAILED,
        Outcome.VOIDED: Verdict.FAILED,
        Outcome.UNKNOWN: Verdict.UNKNOWN,
    }
)
"""Outcome of an order -> verdict, as long as none of its money went back."""

PAYOUTS: Final[Mapping[PayoutOutcome, Verdict]] = MappingProxyType(
    {
        PayoutOutcome.SUCCESS: Verdict.PAID,
        PayoutOutcome.PENDING: Verdict.PENDING,
        PayoutOutcome.REVIEW: Verdict.LOOK,
        PayoutOutcome.FAILED: Verdict.FAILED,
        PayoutOutcome.CANCELLED: Verdict.FAILED,
        PayoutOutcome.REVERSED: Verdict.LOOK,
        PayoutOutcome.UNKNOWN: Verdict.UNKNOWN,
    }
)
"""Outcome of a payout order, with its fulfillments and attempts -> verdict."""

_ERRORS: Final[Mapping[type[OrderStatusError | ConfigurationError], Verdict]] = MappingProxyType(
    {
        OrderNotFound: Verdict.REFUSED,
        RequestRefused: Verdict.REFUSED,
        Misconfigured: Verdict.MISUSE,
        ConfigurationError: Verdict.MISUSE,
        SlowDown: Verdict.UNKNOWN,
        OutcomeUnknown: Verdict.UNKNOWN,
        UnexpectedResponse: Verdict.UNKNOWN,
    }
)


def verdict_of(found: Order | PayoutOrder, /) -> Verdict:
    """Judge an order or a payout order.

    Args:
        found: As Juspay gave it.

    Returns:
        The verdict. Juspay still calls an order CHARGED whose money went back, and a payout order successful whose
        attempt was reversed: such a one is to be looked at.
    """
    if isinstance(found, PayoutOrder):
        return PAYOUTS[found.outcome]
    verdict = ORDERS[found.outcome]
    is_whole = any(isinstance(effect, OrderPaid) for effect in effects_of_order(found))
    return Verdict.LOOK if verdict is Verdict.PAID and not is_whole else verdict


def verdict_of_error(error: OrderStatusError | ConfigurationError, /) -> Verdict:
    """Judge what there was in place of an order.

    Args:
        error: The error.

    Returns:
        The verdict.
    """
    return next(_ERRORS[kind] for kind in type(error).__mro__ if kind in _ERRORS)

"""Own the decision whether an order may be fulfilled: yes, or the exact reason why not. It asks nobody."""

from enum import StrEnum
from typing import Literal

import attrs

from juspay_webhooks.catalog import Outcome
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import Money
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.order_money import taken_back
from juspay_webhooks.models.values import to_money

__all__ = ["Against", "Confirmation", "Decision", "confirm"]

Against = Literal["amount", "effective_amount"]
"""Which amount is compared: the order's, or what was taken after offers and surcharges."""


class Decision(StrEnum):
    """Whether an order may be fulfilled."""

    CONFIRMED = "CONFIRMED"
    """Paid in full, and id, amount and currency are yours: fulfil it once."""

    WRONG_ORDER = "WRONG_ORDER"
    """The answer is about another order."""

    WRONG_AMOUNT = "WRONG_AMOUNT"
    """Paid, and not the amount that you asked for; a person must look."""

    WRONG_CURRENCY = "WRONG_CURRENCY"
    """Paid, and not in your currency, or the order has none; a person must look."""

    REFUNDED = "REFUNDED"
    """Paid and given back in full."""

    PARTLY_REFUNDED = "PARTLY_REFUNDED"
    """Paid and given back in part."""

    REFUND_UNDER_WAY = "REFUND_UNDER_WAY"
    """Paid, and a refund is pending or in review, or its state is not known."""

    PARTLY_PAID = "PARTLY_PAID"
    """Some of the money was taken."""

    AUTHORIZED = "AUTHORIZED"
    """Money is held, not taken."""

    CASH_ON_DELIVERY = "CASH_ON_DELIVERY"
    """To be paid in cash on delivery: your own rules decide."""

    PENDING = "PENDING"
    """Under way: ask again."""

    ACTION_NEEDED = "ACTION_NEEDED"
    """You must act before the payment can go on."""

    FAILED = "FAILED"
    """This attempt failed; a later one may succeed."""

    AUTO_REFUNDED = "AUTO_REFUNDED"
    """Juspay is giving the money back by itself."""

    VOIDED = "VOIDED"
    """The held money was released."""

    UNKNOWN = "UNKNOWN"
    """Neither paid nor failed, as far as anyone can say: ask again, then ask a person."""


@attrs.frozen(kw_only=True)
class Confirmation:
    """The decision on an order."""

    decision: Decision
    """The decision."""

    order: Order
    """The order as Juspay gave it."""

    @property
    def is_confirmed(self) -> bool:
        """Whether the order may be fulfilled."""
        return self.decision is Decision.CONFIRMED


def confirm(
    order: Order, /, *, order_id: str, amount: Money | int | str, currency: str, against: Against = "amount"
) -> Confirmation:
    """Decide whether an order may be fulfilled.

    Args:
        order: The order as Juspay gave it, freshly asked for.
        order_id: Your id of the order; compared without case.
        amount: What you asked for, in major units of `currency`; never a float.
        currency: ISO 4217 code that you asked for.
        against: Which amount of the order is compared.

    Returns:
        The decision.

    Raises:
        ConfigurationError: An argument is not usable.
    """
    asked = to_money(amount)
    if asked is None or not asked.is_finite():
        message = "an amount to compare with is a finite number"
        raise ConfigurationError(message)
    if against not in ("amount", "effective_amount"):
        message = "against is 'amount' or 'effective_amount'"
        raise ConfigurationError(message)
    if not (_is_text(order_id) and _is_text(currency)):
        message = "order_id and currency to compare with are texts: an order without a currency matches nothing"
        raise ConfigurationError(message)
    paid = order.amount if against == "amount" else order.effective_amount
    if order.order_id.lower() != order_id.lower():
        decision = Decision.WRONG_ORDER
    elif order.outcome is not Outcome.PAID:
        decision = Decision(order.outcome.value)
    elif (lack := taken_back(order)) is not None:
        decision = Decision(lack.value)
    elif order.currency != currency:
        decision = Decision.WRONG_CURRENCY
    elif paid != asked:
        decision = Decision.WRONG_AMOUNT
    else:
        decision = Decision.CONFIRMED
    return Confirmation(decision=decision, order=order)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())

"""Own what a question is about, and what came of it among many."""

from typing import TypeAlias

import attrs

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.models.order import Order
from juspay_webhooks.order_status.errors import OrderStatusError

__all__ = ["Polled", "Subject", "order_id_of"]

Subject: TypeAlias = str | BaseEvent | Order
"""An order's id, or what carries it."""


@attrs.frozen(kw_only=True)
class Polled:
    """What came of one of many orders: the order, or the error."""

    order_id: str
    """Your id of the order, as you gave it."""

    order: Order | None = None
    """The order; None if there is an error."""

    error: OrderStatusError | ConfigurationError | None = None
    """Why there is none. `OutcomeUnknown` holds the order as last seen."""


def order_id_of(subject: Subject, /) -> str:
    """Take the order's id out of what carries it.

    Args:
        subject: The id, an order, or an event.

    Returns:
        The id.

    Raises:
        ConfigurationError: It carries none.
    """
    found = subject.order_id if isinstance(subject, Order | BaseEvent) else subject
    if isinstance(found, str) and found:
        return found
    message = f"give an order id, or an order or event that carries one; this {type(subject).__name__} carries none"
    raise ConfigurationError(message)

"""Own what is remembered of an order's state: no more than it takes to tell an older state from a newer one.

No name, address or number of a customer's is among it.
"""

from datetime import datetime
from typing import Any, Final, TypeVar, cast

import attrs

from juspay_webhooks.inbox.keys import order_key
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.refund import Refund
from juspay_webhooks.models.transaction import Transaction, TransactionLeg

__all__ = ["Sighting", "outline", "replaces"]

M = TypeVar("M", Order, Refund, Transaction, TransactionLeg)

_TIMES: Final = ("created", "last_updated")
_ATTEMPT: Final = ("txn_id", "txn_uuid", "txn_detail")

_KEPT: Final[dict[type, tuple[str, ...]]] = {
    Order: (
        *("order_id", "status", "amount", "effective_amount", "currency", "date_created", "last_updated"),
        *(*_ATTEMPT, "txn_list", "refunds"),
    ),
    Refund: ("unique_request_id", "status", "amount", *_TIMES),
    Transaction: ("txn_id", "txn_uuid", "order_id", "status", "txn_amount", "currency", *_TIMES),
    TransactionLeg: (*_ATTEMPT, "status", "refunds"),
}
"""Class -> fields that are kept of it."""


@attrs.frozen(kw_only=True)
class Sighting:
    """An order as somebody reported it."""

    namespace: str
    """Label of the merchant's credential."""

    order: Order
    """The order; what an inbox gives back has its ids, status, amounts, times and refunds only."""

    source: str
    """Who reported it: `webhook`, `return_url`, ..."""

    seen_at: datetime
    """When, aware, UTC."""

    @property
    def key(self) -> str:
        """What makes it the same order again."""
        return order_key(self.namespace, self.order.order_id)


def outline(order: Order) -> Order:
    """Leave away whatever does not tell one state of an order from another.

    Args:
        order: Any state of an order.

    Returns:
        An order that supersedes, and is superseded, as the given one.
    """
    return _outline(order)


def _outline(part: M) -> M:
    kept = {name: _reduced(getattr(part, name)) for name in _KEPT[type(part)]}
    return cast("M", cast("Any", type(part))(**kept))


def _reduced(value: Any) -> object:  # noqa: ANN401 - any field
    if isinstance(value, tuple):
        return tuple(_reduced(member) for member in cast("tuple[object, ...]", value))
    return _outline(value) if type(value) in _KEPT else value


def replaces(new: Order, old: Order | None) -> bool:
    """Tell whether a state of an order is to be remembered in place of another.

    Args:
        new: The state that was reported.
        old: The state that is remembered, if there is one.

    Returns:
        Whether it is.
    """
    from juspay_webhooks.models.supersedes import supersedes  # noqa: PLC0415 - it loads all models, payouts too

    return old is None or supersedes(old, new)

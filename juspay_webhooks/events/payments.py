"""Own the families of payment events, and the events that are unknown or unreadable.

A family is what the key in `content` selects; the classes of single names are in `leaves`. Code that meets a family
base sees an event of a name that has no class of its own.
"""

from datetime import datetime
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

from juspay_webhooks.catalog import PAYMENT_EVENTS, Family
from juspay_webhooks.errors import Problem
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.models.fields import FreeForm, shape
from juspay_webhooks.models.mandate import Mandate
from juspay_webhooks.models.notification import Notification
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.transaction import Transaction

if TYPE_CHECKING:
    from juspay_webhooks.events.effects import Effect

__all__ = [
    "Event",
    "MandateEvent",
    "NotificationEvent",
    "OrderEvent",
    "PaymentFamily",
    "RefundEvent",
    "TransactionEvent",
    "UnknownEvent",
    "UnreadableEvent",
]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class OrderEvent(BaseEvent):
    """An event about an order; TXN_CREATED is one of these, for it carries the order."""

    name: str
    """Name of the event as it came; on this base class it is one without a class of its own."""

    order: Order
    """`content.order`: the order, the same object that the order-status call returns."""

    date_created: datetime | None = None
    """When Juspay made the event."""

    txn: Transaction | None = None
    """`content.txn`, if the body carries it beside the order (one merchant's bodies do)."""

    mandate: Mandate | None = None
    """`content.mandate`, if the body carries it beside the order (one merchant's bodies do)."""

    notification: Notification | None = None
    """`content.notification`, if the body carries it beside the order (one merchant's bodies do)."""

    @property
    def order_id(self) -> str:
        """The merchant's own order id."""
        return self.order.order_id

    @property
    def effects(self) -> "tuple[Effect, ...]":
        """What has happened, as facts with stable keys."""
        return _effects_of_payment(self.name, self.order, self.problems)


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class RefundEvent(BaseEvent):
    """An event about the refunds of an order: it carries the order with *all* its refunds; its status stays CHARGED."""

    name: str
    """Name of the event as it came; on this base class it is one without a class of its own."""

    order: Order
    """`content.order`: the order, the same object that the order-status call returns."""

    date_created: datetime | None = None
    """When Juspay made the event."""

    txn: Transaction | None = None
    """`content.txn`, if the body carries it beside the order (one merchant's bodies do)."""

    mandate: Mandate | None = None
    """`content.mandate`, if the body carries it beside the order (one merchant's bodies do)."""

    notification: Notification | None = None
    """`content.notification`, if the body carries it beside the order (one merchant's bodies do)."""

    @property
    def order_id(self) -> str:
        """The merchant's own order id."""
        return self.order.order_id

    @property
    def effects(self) -> "tuple[Effect, ...]":
        """What has happened, as facts with stable keys."""
        return tuple(_facts().effects_of_refunds(self.order))


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class TransactionEvent(BaseEvent):
    """An event about one transaction, without the order around it."""

    name: str
    """Name of the event as it came; on this base class it is one without a class of its own."""

    txn: Transaction
    """`content.txn`: the transaction."""

    date_created: datetime | None = None
    """When Juspay made the event."""

    order: Order | None = None
    """`content.order`, if the body carries it beside the txn (one merchant's bodies do)."""

    mandate: Mandate | None = None
    """`content.mandate`, if the body carries it beside the txn (one merchant's bodies do)."""

    notification: Notification | None = None
    """`content.notification`, if the body carries it beside the txn (one merchant's bodies do)."""

    @property
    def order_id(self) -> str:
        """The merchant's own order id."""
        return self.txn.order_id

    @property
    def effects(self) -> "tuple[Effect, ...]":
        """What has happened, as facts with stable keys."""
        if self.order is not None:  # it knows of refunds and of other legs, which a transaction does not
            return _effects_of_payment(self.name, self.order, self.problems)
        return tuple(_facts().effects_of_transaction(self.txn)) if _speaks_of_payment(self.name) else ()


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class MandateEvent(BaseEvent):
    """An event about a mandate."""

    name: str
    """Name of the event as it came; on this base class it is one without a class of its own."""

    mandate: Mandate
    """`content.mandate`: the mandate."""

    date_created: datetime | None = None
    """When Juspay made the event."""

    order: Order | None = None
    """`content.order`, if the body carries it beside the mandate (one merchant's bodies do)."""

    txn: Transaction | None = None
    """`content.txn`, if the body carries it beside the mandate (one merchant's bodies do)."""

    notification: Notification | None = None
    """`content.notification`, if the body carries it beside the mandate (one merchant's bodies do)."""

    @property
    def order_id(self) -> str | None:
        """The merchant's order that registered the mandate, if the event names it."""
        return self.mandate.order_id

    @property
    def effects(self) -> "tuple[Effect, ...]":
        """What has happened, as facts with stable keys."""
        return tuple(_facts().effects_of_mandate(self.mandate, self.date_created))


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class NotificationEvent(BaseEvent):
    """An event about a pre-debit notification."""

    name: str
    """Name of the event as it came; on this base class it is one without a class of its own."""

    notification: Notification
    """`content.notification`: the notification."""

    date_created: datetime | None = None
    """When Juspay made the event."""

    order: Order | None = None
    """`content.order`, if the body carries it beside the notification (one merchant's bodies do)."""

    txn: Transaction | None = None
    """`content.txn`, if the body carries it beside the notification (one merchant's bodies do)."""

    mandate: Mandate | None = None
    """`content.mandate`, if the body carries it beside the notification (one merchant's bodies do)."""

    @property
    def order_id(self) -> str | None:
        """The order beside the notification, if there is one; a notification names none."""
        return None if self.order is None else self.order.order_id

    @property
    def effects(self) -> "tuple[Effect, ...]":
        """What has happened, as facts with stable keys."""
        return tuple(_facts().effects_of_notification(self.notification))


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class UnknownEvent(BaseEvent):
    """A payment event whose content has no typed home: chargebacks, tokens, and what Juspay adds tomorrow.

    Nothing is lost: `content` and `payload` give all of it. Answer 200.
    """

    name: str
    """Name of the event as it came."""

    date_created: datetime | None = None
    """When Juspay made the event."""

    raw: bytes = attrs.field(default=b"", repr=False)
    """The body, byte for byte as it came; here it takes part in the comparison, for it is all that there is."""

    @property
    def content(self) -> FreeForm:
        """The content as it came, read-only."""
        return FreeForm.adopt(self.payload.get("content", {}))

    @property
    def effects(self) -> "tuple[Effect, ...]":
        """Nothing: an event that the library does not understand states no fact."""
        return ()


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class UnreadableEvent(BaseEvent):
    """A Juspay event, payment or payout, of which a required part is missing or unreadable.

    It names no facts. Keep it and read it again after an upgrade; `problems` says which places are at fault.
    """

    name: str
    """Name of the event (payments), or "label/value" (payouts), as it came."""

    raw: bytes = attrs.field(default=b"", repr=False)
    """The body, byte for byte as it came; here it takes part in the comparison, for it is all that there is."""

    @property
    def effects(self) -> "tuple[Effect, ...]":
        """Nothing: an event that could not be read states no fact."""
        return ()


PaymentFamily: TypeAlias = OrderEvent | RefundEvent | TransactionEvent | MandateEvent | NotificationEvent
"""The families that have a class; every published event is one of these."""

Event: TypeAlias = PaymentFamily | UnknownEvent | UnreadableEvent
"""Every payment event that the parser returns."""


@cache
def _facts() -> ModuleType:
    """Load the effects when the first event is asked for them: parsing needs none."""
    from juspay_webhooks.events import effects  # noqa: PLC0415 - see above

    return effects


_TAKES_BACK: Final = ("REFUND", "CHARGEBACK", "DISPUTE", "VOID", "REVERS")


_OF_PAYMENTS: Final = frozenset(
    name for name, row in PAYMENT_EVENTS.items() if row.family in {Family.ORDER, Family.TXN, Family.LOAN}
)


def _speaks_of_payment(name: str) -> bool:
    """Tell whether an event of this name may say that an order was paid or failed: a refund or a dispute may not."""
    return name in _OF_PAYMENTS or (name not in PAYMENT_EVENTS and not any(word in name for word in _TAKES_BACK))


def _effects_of_payment(name: str, order: Order, problems: tuple[Problem, ...]) -> "tuple[Effect, ...]":
    """Name what an event about a payment says of its order; paid is said only if no refund can be hidden."""
    if name not in _OF_PAYMENTS and not _speaks_of_payment(name):
        return ()
    facts = _facts()
    refunds: tuple[Effect, ...] = facts.effects_of_refunds(order)
    return refunds if problems and facts.hides_refunds(problems) else (*facts.effects_of_order(order), *refunds)

"""Own the payment events: one class per published event name, over one base per family.

The key that is present in `content` selects the family, the name selects the class. The class of a name is its
CamelCase (`ORDER_SUCCEEDED` is `OrderSucceeded`); the name itself is written once, as a row of the catalog.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias

import attrs

from juspay_webhooks.catalog import PAYMENT_EVENTS, Family, Outcome
from juspay_webhooks.errors import Problem
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.events.effects import (
    Effect,
    effects_of_mandate,
    effects_of_notification,
    effects_of_order,
    effects_of_refunds,
    effects_of_transaction,
)
from juspay_webhooks.models.fields import FreeForm, shape
from juspay_webhooks.models import Mandate, Notification, Order, Transaction

__all__ = [
    "AutoRefundFailed",
    "AutoRefundInitiated",
    "AutoRefundSucceeded",
    "CONTENT_KEYS",
    "Event",
    "MandateActivated",
    "MandateCreated",
    "MandateEvent",
    "MandateExpired",
    "MandateFailed",
    "MandatePaused",
    "MandateRevoked",
    "NotificationEvent",
    "NotificationFailed",
    "NotificationSucceeded",
    "OBJECT_KEY",
    "OrderAuthorized",
    "OrderCreated",
    "OrderEvent",
    "OrderFailed",
    "OrderPartialCharged",
    "OrderRefundFailed",
    "OrderRefunded",
    "OrderSucceeded",
    "PAYMENT_CLASSES",
    "PaymentFamily",
    "RefundEvent",
    "RefundInitiated",
    "RefundManualReviewNeeded",
    "TransactionEvent",
    "TxnCharged",
    "TxnCreated",
    "TxnFailed",
    "UnknownEvent",
    "UnreadableEvent",
    "class_for",
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
    def effects(self) -> tuple[Effect, ...]:
        """What has happened, as facts with stable keys."""
        if not _speaks_of_payment(self.name):
            return ()
        return (*effects_of_order(self.order), *effects_of_refunds(self.order))


class OrderCreated(OrderEvent):
    """The order was made at Juspay; no payment was tried yet."""


class TxnCreated(OrderEvent):
    """A payment was started for the order."""


class OrderSucceeded(OrderEvent):
    """The order was paid. Confirm `order.outcome`, amount and currency before you ship."""


class OrderFailed(OrderEvent):
    """A payment attempt failed; a later attempt may still pay the order."""


class OrderAuthorized(OrderEvent):
    """A pre-authorised payment holds money: capture or void it."""


class OrderPartialCharged(OrderEvent):
    """Only part of a split payment was charged."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class RefundEvent(BaseEvent):
    """An event about the refunds of an order; it carries the order with *all* its refunds, whose status stays CHARGED."""

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
    def effects(self) -> tuple[Effect, ...]:
        """What has happened, as facts with stable keys."""
        return tuple(effects_of_refunds(self.order))


class RefundInitiated(RefundEvent):
    """A refund was started."""


class OrderRefunded(RefundEvent):
    """A refund succeeded, partial ones too."""


class OrderRefundFailed(RefundEvent):
    """A refund failed."""


class RefundManualReviewNeeded(RefundEvent):
    """The state of a refund is unclear: reconcile it with the processor."""


class AutoRefundInitiated(RefundEvent):
    """A refund that Juspay triggered was started."""


class AutoRefundSucceeded(RefundEvent):
    """A refund that Juspay triggered succeeded."""


class AutoRefundFailed(RefundEvent):
    """A refund that Juspay triggered failed."""


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
    def effects(self) -> tuple[Effect, ...]:
        """What has happened, as facts with stable keys."""
        return tuple(effects_of_transaction(self.txn)) if _speaks_of_payment(self.name) else ()


class TxnCharged(TransactionEvent):
    """The transaction was charged."""


class TxnFailed(TransactionEvent):
    """The transaction failed."""


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
    def effects(self) -> tuple[Effect, ...]:
        """What has happened, as facts with stable keys."""
        return tuple(effects_of_mandate(self.mandate))


class MandateCreated(MandateEvent):
    """The mandate's record was made; it cannot debit yet."""


class MandateActivated(MandateEvent):
    """The registration succeeded: the mandate can debit."""


class MandateFailed(MandateEvent):
    """The registration failed."""


class MandateRevoked(MandateEvent):
    """The mandate was revoked, by the merchant or the payer."""


class MandatePaused(MandateEvent):
    """The payer paused the mandate."""


class MandateExpired(MandateEvent):
    """The mandate's end date passed."""


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
    def effects(self) -> tuple[Effect, ...]:
        """What has happened, as facts with stable keys."""
        return tuple(effects_of_notification(self.notification))


class NotificationSucceeded(NotificationEvent):
    """The pre-debit notification was delivered."""


class NotificationFailed(NotificationEvent):
    """The pre-debit notification failed."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class UnknownEvent(BaseEvent):
    """A payment event whose content has no typed home: chargebacks, tokens, and what Juspay adds tomorrow.

    Nothing is lost: `content` and `payload` give all of it. Answer 200.
    """

    name: str
    """Name of the event as it came."""

    date_created: datetime | None = None
    """When Juspay made the event."""

    @property
    def content(self) -> FreeForm:
        """The content as it came, read-only."""
        return FreeForm.adopt(self.payload.get("content", {}))

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Nothing: an event that the library does not understand states no fact."""
        return ()


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class UnreadableEvent(BaseEvent):
    """A Juspay event, payment or payout, of which a required part is missing or unreadable.

    It names no facts. Keep it and read it again after an upgrade; `problems` says which places are at fault.
    """

    name: str
    """Name of the event (payments), or "label/value" (payouts), as it came."""

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Nothing: an event that could not be read states no fact."""
        return ()


PaymentFamily: TypeAlias = OrderEvent | RefundEvent | TransactionEvent | MandateEvent | NotificationEvent
"""The families that have a class; every published event is one of these."""

Event: TypeAlias = PaymentFamily | UnknownEvent | UnreadableEvent
"""Every payment event that the parser returns."""

_BASES: Final[Mapping[Family, type[PaymentFamily]]] = MappingProxyType(
    {
        Family.ORDER: OrderEvent,
        Family.REFUND: RefundEvent,
        Family.TXN: TransactionEvent,
        Family.MANDATE: MandateEvent,
        Family.NOTIFICATION: NotificationEvent,
    }
)

CONTENT_KEYS: Final[Mapping[str, type[PaymentFamily]]] = MappingProxyType(
    {"order": OrderEvent, "mandate": MandateEvent, "notification": NotificationEvent, "txn": TransactionEvent}
)
"""Keys of `content` that have a typed home, with the family of each; the first one present is the primary object."""

_KEYS: Final = {family: key for key, family in CONTENT_KEYS.items()} | {RefundEvent: "order"}

OBJECT_KEY: Final[Mapping[type[PaymentFamily], str]] = MappingProxyType(
    {cls: key for family, key in _KEYS.items() for cls in (family, *family.__subclasses__())}
)
"""Class -> the key of `content` that it cannot be without."""


def _wire_name(cls: type) -> str:
    """Spell `OrderSucceeded` as `ORDER_SUCCEEDED`."""
    return "".join("_" + letter if letter.isupper() else letter for letter in cls.__name__)[1:].upper()


PAYMENT_CLASSES: Final[Mapping[str, type[PaymentFamily]]] = MappingProxyType(
    {_wire_name(leaf): leaf for family in _KEYS for leaf in family.__subclasses__()}
)
"""Event name -> class, for every name that has a class of its own."""


def _speaks_of_payment(name: str) -> bool:
    """Tell whether an event of this name may say that an order was paid or failed: a refund or a dispute may not."""
    row = PAYMENT_EVENTS.get(name)
    return row is None or row.family in {Family.ORDER, Family.TXN, Family.LOAN}


def class_for(name: str, present: Collection[str], /) -> type[PaymentFamily] | None:
    """Choose the class of a payment event.

    Args:
        name: The event's name.
        present: The keys of its content that hold something.

    Returns:
        The name's own class, if its object is present; else the family of its catalog row, if that object is present;
        else the family of the first key that is present; None if no typed key is present.
    """
    row = PAYMENT_EVENTS.get(name)
    for candidate in (PAYMENT_CLASSES.get(name), None if row is None else _BASES.get(row.family)):
        if candidate is not None and OBJECT_KEY[candidate] in present:
            return candidate
    return next((family for key, family in CONTENT_KEYS.items() if key in present), None)

"""Own the choice of a payment event's class: the key that is present selects the family, the name the class."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from juspay_webhooks.catalog import PAYMENT_EVENTS, Family
from juspay_webhooks.events import leaves
from juspay_webhooks.events.payments import (
    MandateEvent,
    NotificationEvent,
    OrderEvent,
    PaymentFamily,
    RefundEvent,
    TransactionEvent,
)

__all__ = ["CONTENT_KEYS", "OBJECT_KEY", "PAYMENT_CLASSES", "class_for"]

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


def _wire_name(cls: type) -> str:
    """Spell `OrderSucceeded` as `ORDER_SUCCEEDED`."""
    return "".join("_" + letter if letter.isupper() else letter for letter in cls.__name__)[1:].upper()


PAYMENT_CLASSES: Final[Mapping[str, type[PaymentFamily]]] = MappingProxyType(
    {_wire_name(leaf): leaf for leaf in vars(leaves).values() if isinstance(leaf, type) and leaf not in _KEYS}
)
"""Event name -> class, for every name that has a class of its own."""


OBJECT_KEY: Final[Mapping[type[PaymentFamily], str]] = MappingProxyType(
    {
        **_KEYS,
        **{leaf: key for leaf in PAYMENT_CLASSES.values() for family, key in _KEYS.items() if issubclass(leaf, family)},
    }
)
"""Class -> the key of `content` that it cannot be without."""


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

"""Own the fast engine: one typed pass of msgspec over the whole body.

It accepts only bodies in which every known field is right. Whatever it refuses goes to the tolerant engine; what it
accepts, the tolerant engine would read in the same way.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from juspay_webhooks.models.mandate import Mandate
from juspay_webhooks.models.notification import Notification
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.transaction import Transaction
from juspay_webhooks.models.values import sound_instant
from juspay_webhooks.parsing._assemble import adopt, payment_event

if TYPE_CHECKING:
    from juspay_webhooks.events.payouts import AnyEvent, PayoutFamily

__all__ = ["fast_event", "fast_order"]

_REFUSALS: Final = (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError)
"""What the decoder raises on a body it does not take: an epoch of 253402300800 is a bare ValueError, for example."""


class _Content(msgspec.Struct):
    """The members of `content` that have a typed home."""

    order: Order | None = None
    txn: Transaction | None = None
    mandate: Mandate | None = None
    notification: Notification | None = None


class _Envelope(msgspec.Struct):
    """Both envelopes at once: payments have `event_name` and `content`, payouts `label` and `info`."""

    event_name: str | None = None
    content: _Content | None = None
    id: str | None = None
    date_created: datetime | None = None
    label: str | None = None
    value: str | None = None
    category: str | None = None
    info: msgspec.Raw = msgspec.Raw()


class _Source(msgspec.Struct, rename={"number": "mandate.display_invoice_number"}):
    """The one member of a payment body whose key no attribute can have; msgspec renames no field of an attrs class."""

    number: str | None = None


class _Notification(msgspec.Struct):
    source_info: _Source | None = None


class _Order(msgspec.Struct):
    notification: _Notification | None = None


class _Notifications(msgspec.Struct):
    notification: _Notification | None = None
    order: _Order | None = None


class _Root(msgspec.Struct):
    content: _Notifications


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope, strict=False, float_hook=Decimal, dec_hook=adopt)
_NUMBERS: Final = msgspec.json.Decoder(_Root, strict=False)
_ORDER: Final = msgspec.json.Decoder(Order, strict=False, float_hook=Decimal, dec_hook=adopt)
_ORDER_NUMBER: Final = msgspec.json.Decoder(_Order, strict=False)


def fast_event(text: bytes, raw: bytes) -> "AnyEvent | None":
    """Read an event, if every known field of it is right.

    Args:
        text: The JSON of the body.
        raw: The body as it came.

    Returns:
        The event; None if the tolerant engine has to look.
    """
    try:
        envelope = _ENVELOPE.decode(text)
        return _payout(envelope, raw) if envelope.event_name is None else _payment(envelope, text, raw)
    except _REFUSALS:
        return None


def fast_order(text: bytes) -> Order | None:
    """Read an order, if every known field of it is right; None if the tolerant engine has to look."""
    try:
        order = _ORDER.decode(text)
        if order.notification is not None:
            _restore_number(order.notification, _ORDER_NUMBER.decode(text).notification)
    except _REFUSALS:
        return None
    return order


def _payment(envelope: _Envelope, text: bytes, raw: bytes) -> "AnyEvent | None":
    name, content, created = envelope.event_name, envelope.content, envelope.date_created
    if not name or content is None or not (created is None or sound_instant(created)):
        return None
    order, notification = content.order, content.notification
    if notification is not None or (order is not None and order.notification is not None):
        _restore_numbers(content, _NUMBERS.decode(text).content)
    return payment_event(name, envelope.id, created, order, content.txn, content.mandate, notification, raw)


def _restore_numbers(content: _Content, found: _Notifications) -> None:
    """Give each notification of a body its invoice number."""
    if content.notification is not None:
        _restore_number(content.notification, found.notification)
    if content.order is not None and content.order.notification is not None:
        _restore_number(content.order.notification, None if found.order is None else found.order.notification)


def _restore_number(notification: Notification, found: _Notification | None) -> None:
    """Give a notification the invoice number of its dotted key, and nothing that stands under the attribute's name."""
    source = notification.source_info
    if source is None:
        return
    number = None if found is None or found.source_info is None else found.source_info.number
    source.__dict__["mandate_display_invoice_number"] = number


@cache
def _payout_reader() -> "Callable[..., PayoutFamily | None]":
    """Load the payout classes when the first payout comes: many merchants never see one."""
    from juspay_webhooks.parsing._payouts import fast_payout  # noqa: PLC0415 - see above

    return fast_payout


def _payout(envelope: _Envelope, raw: bytes) -> "PayoutFamily | None":
    if envelope.label is None or envelope.value is None:
        return None
    read = _payout_reader()
    return read(envelope.label, envelope.value, envelope.id, envelope.category, envelope.info, raw)

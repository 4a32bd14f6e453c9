"""Own the fast engine: one typed pass of msgspec over the whole body.

It accepts only bodies in which every known field is right. Whatever it refuses goes to the tolerant engine; what it
accepts, the tolerant engine would read in the same way.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple, get_args, get_origin

import attrs
import msgspec

from juspay_webhooks.events import PAYOUT_CLASSES, AnyEvent
from juspay_webhooks.models import FreeForm, Mandate, Notification, Order, PayoutModel, Transaction
from juspay_webhooks.models.fields import Json, core_type, sound_instant, wire_names
from juspay_webhooks.parsing._assemble import build, payment_event, payout_event

__all__ = ["REFUSALS", "fast_event", "fast_order"]

REFUSALS: Final = (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError)
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


def _adopt(_kind: type, value: Json) -> FreeForm:
    """Build the one type that msgspec does not know."""
    return FreeForm.adopt(value)


class _Source(msgspec.Struct, rename={"number": "mandate.display_invoice_number"}):
    """The one member of a payment body whose key no attribute can have: msgspec cannot rename a field of an attrs class."""

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


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope, strict=False, float_hook=Decimal, dec_hook=_adopt)
_NUMBERS: Final = msgspec.json.Decoder(_Root, strict=False)
_ORDER_NUMBER: Final = msgspec.json.Decoder(_Order, strict=False)


@cache
def _order_decoder() -> "msgspec.json.Decoder[Order]":
    return msgspec.json.Decoder(Order, strict=False, float_hook=Decimal, dec_hook=_adopt)


def fast_event(text: bytes, raw: bytes) -> AnyEvent | None:
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
    except REFUSALS:
        return None


def fast_order(text: bytes) -> Order | None:
    """Read an order, if every known field of it is right; None if the tolerant engine has to look."""
    try:
        order = _order_decoder().decode(text)
        if order.notification is not None:
            _restore_number(order.notification, _ORDER_NUMBER.decode(text).notification)
    except REFUSALS:
        return None
    return order


def _payment(envelope: _Envelope, text: bytes, raw: bytes) -> AnyEvent | None:
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


def _payout(envelope: _Envelope, raw: bytes) -> AnyEvent | None:
    label, value = envelope.label, envelope.value
    cls = None if label is None else PAYOUT_CLASSES.get(label)
    if cls is None or value is None:
        return None
    return payout_event(cls, envelope.id, label, value, envelope.category, _info_reader(cls)(envelope.info), raw)


@cache
def _info_reader(cls: type) -> Callable[[msgspec.Raw], PayoutModel]:
    """Make the reader of one label's `info`: decode into a twin with wire names, lift that into the model."""
    model = core_type(attrs.fields_dict(cls)["info"].type)
    twin = _twin(model)
    decode = msgspec.json.Decoder(twin.struct, strict=False, float_hook=Decimal, dec_hook=_adopt).decode
    lift = twin.lift
    return lambda info: lift(decode(info))


class _Twin(NamedTuple):
    """A struct with a payout model's fields under their wire names, and the way from it to the model."""

    struct: type[msgspec.Struct]
    lift: Callable[[msgspec.Struct], PayoutModel]


def _second(name: str) -> str:
    """Name the twin's field for the second spelling of a wire name."""
    return name + "_2"


@cache
def _twin(model: type[PayoutModel]) -> _Twin:
    names = wire_names(model)
    parts: dict[str, Callable[[Any], Any]] = {}
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    rename: dict[str, str] = {}
    for field in attrs.fields(model):
        kind, lift = _twin_type(field.type)
        if lift is not None:
            parts[field.name] = lift
        required = field.default is attrs.NOTHING
        fields.append((field.name, kind) if required else (field.name, kind, None))
        rename[field.name] = names[field.name][0]
        for spelling in names[field.name][1:]:
            fields.append((_second(field.name), kind, None))
            rename[_second(field.name)] = spelling
    struct = msgspec.defstruct(model.__name__, fields, rename=rename, kw_only=True)
    return _Twin(struct, _lifter(model, parts, tuple(name for name in names if _second(name) in rename)))


def _twin_type(annotation: Json) -> tuple[Json, Callable[[Any], Any] | None]:
    """Give the twin's type of one field, and how its value is lifted if it holds models."""
    kind = core_type(annotation)
    if isinstance(kind, type) and issubclass(kind, PayoutModel):
        twin = _twin(kind)
        return twin.struct | None, twin.lift
    if get_origin(kind) is tuple and issubclass(get_args(kind)[0], PayoutModel):
        item = _twin(get_args(kind)[0])
        return tuple[item.struct, ...] | None, lambda items: tuple(map(item.lift, items))  # type: ignore[name-defined]
    return annotation, None


def _lifter(
    model: type[PayoutModel], parts: Mapping[str, Callable[[Any], Any]], twice: tuple[str, ...]
) -> Callable[[msgspec.Struct], PayoutModel]:
    """Make the function that turns a twin into its model."""
    check = getattr(model, "__attrs_post_init__", None)
    to_dict = msgspec.structs.asdict
    lifted = tuple(parts.items())

    def lift(twin: msgspec.Struct) -> PayoutModel:
        values = to_dict(twin)
        for name in twice:
            second = values.pop(_second(name))
            if values[name] is None:
                values[name] = second
        for name, lift_part in lifted:
            part = values[name]
            if part is not None:
                values[name] = lift_part(part)
        made = build(model, values)
        if check is not None:
            check(made)
        return made

    return lift

"""Own the way back: typed values in the vendor's names and shapes, and what a body holds beyond them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, get_args

import attrs

from juspay_webhooks.errors import ConfigurationError, pointer
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.events.payments import PaymentFamily, UnknownEvent, UnreadableEvent
from juspay_webhooks.events.payouts import PAYOUT_CLASSES, AnyEvent, PayoutFamily, UnknownPayoutEvent
from juspay_webhooks.models.fields import Json, Kind, Model, core_type, is_epoch, is_list, per_class, wire_names
from juspay_webhooks.models.free_form import FreeForm
from juspay_webhooks.models.mandate import Mandate
from juspay_webhooks.models.notification import Notification
from juspay_webhooks.models.open_enum import OpenEnum
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.transaction import Transaction

__all__ = ["to_wire", "unknown_fields"]

_CONTENT: Final[Mapping[str, type[Model]]] = MappingProxyType(
    {"order": Order, "txn": Transaction, "mandate": Mandate, "notification": Notification}
)
_PAYMENT_KEYS: Final = ("id", "event_name", "date_created")
_PAYOUT_KEYS: Final = ("id", "label", "value", "category")


def to_wire(value: Model, /) -> dict[str, Json]:
    """Give a model or an event back in the vendor's names and shapes.

    Args:
        value: A model such as `Order`, or an event.

    Returns:
        A dict that JSON can hold: enumerations as text, instants as ISO 8601 in UTC (epoch seconds in text where the
        vendor writes these), whole amounts as `int`, others as exact `Decimal` (`json.dumps(..., default=str)` writes
        them as text, which Juspay does too; inside free-form objects they then stay text). What is None is left out.
        Reading it again gives an equal model. An event that is unknown or unreadable comes back as its payload.
    """
    if not isinstance(value, Model):
        message = f"to_wire takes an event or a model, not {type(value).__name__}"
        raise ConfigurationError(message)
    if isinstance(value, UnknownEvent | UnknownPayoutEvent | UnreadableEvent):
        return dict(value.payload)
    if isinstance(value, PayoutFamily):
        return _without_none(
            {key: _to_json(getattr(value, key)) for key in _PAYOUT_KEYS} | {"info": _model_to_wire(value.info)}
        )
    if not isinstance(value, PaymentFamily):
        return _model_to_wire(value)
    content = {key: getattr(value, key) for key in _CONTENT}
    return _without_none(
        {
            "id": value.id,
            "event_name": value.name,
            "date_created": _to_json(value.date_created),
            "content": {key: _model_to_wire(part) for key, part in content.items() if part is not None},
        }
    )


def _without_none(members: dict[str, Json]) -> dict[str, Json]:
    return {key: member for key, member in members.items() if member is not None}


def _model_to_wire(model: Model) -> dict[str, Json]:
    members: dict[str, Json] = {}
    for name, key, is_seconds in _plan(type(model)):
        found = getattr(model, name)
        if found is not None:
            # Epoch seconds hold no fraction; ISO 8601 is read in their place as well.
            members[key] = str(int(found.timestamp())) if is_seconds and not found.microsecond else _to_json(found)
    return members


def _to_json(value: Json) -> Json:
    """Write one value in the vendor's shape."""
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value)
    return value


def _instant_to_json(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _amount_to_json(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value


_WRITERS: Final[Mapping[type, Callable[[Json], Json]]] = MappingProxyType(
    {
        OpenEnum: str,
        Model: _model_to_wire,
        tuple: lambda items: [_to_json(item) for item in items],
        FreeForm: FreeForm.to_json,
        datetime: _instant_to_json,
        Decimal: _amount_to_json,
    }
)
"""Type of a value -> how it is written; text, whole numbers and flags are written as they are."""


def unknown_fields(event: AnyEvent, /) -> Mapping[str, Json]:
    """List what the body of an event holds beyond the fields that the library knows.

    Free-form objects (`metadata`, `gateway_response` ...) are known as a whole.

    Args:
        event: An event that was parsed.

    Returns:
        JSON pointer (RFC 6901) into the body -> decoded value, in the order of the body. Empty for an event built by
        hand.
    """
    if not isinstance(event, BaseEvent):
        message = f"unknown_fields takes an event, not {type(event).__name__}"
        raise ConfigurationError(message)
    return MappingProxyType(dict(_strangers_of_body(event.payload)))


def _strangers_of_body(body: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    is_payment = body.get("event_name") is not None and body.get("content") is not None
    known = (*_PAYMENT_KEYS, "content") if is_payment else (*_PAYOUT_KEYS, "info")
    for key, member in body.items():
        if key not in known:
            yield pointer((key,)), member
        elif key == "content":
            yield from _strangers_of_content(member)
        elif key == "info":
            cls = PAYOUT_CLASSES.get(body["label"])
            model = None if cls is None else core_type(attrs.fields_dict(cls)["info"].type)
            yield from ((pointer((key,)), member),) if model is None else _strangers(model, member, (key,))


def _strangers_of_content(content: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    for key, member in content.items():
        model = _CONTENT.get(key)
        if model is None:
            yield pointer(("content", key)), member
        else:
            yield from _strangers(model, member, ("content", key))


@per_class
def _homes(kind: type[Model]) -> Mapping[str, Any]:
    """Give the keys that a model reads, and the type that reads each."""
    return {key: core_type(field.type) for field in attrs.fields(kind) for key in wire_names(kind)[field.name]}


def _strangers(kind: Kind, value: Json, path: tuple[str | int, ...]) -> Iterator[tuple[str, Json]]:
    """Walk a value beside the type that reads it."""
    if is_list(kind) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strangers(get_args(kind)[0], item, (*path, index))
    elif isinstance(kind, type) and issubclass(kind, Model) and isinstance(value, dict):
        homes = _homes(kind)
        for key, member in value.items():
            if key in homes:
                yield from _strangers(homes[key], member, (*path, key))
            else:
                yield pointer((*path, key)), member


@per_class
def _plan(kind: type[Model]) -> tuple[tuple[str, str, bool], ...]:
    """Give the attribute, the key and whether it is written as epoch seconds, for each field of a model."""
    names = wire_names(kind)
    return tuple((field.name, names[field.name][0], is_epoch(field)) for field in attrs.fields(kind))

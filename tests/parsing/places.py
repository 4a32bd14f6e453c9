"""Own the ways to reach every place of a body: which model stands where, and bodies with one place changed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias, get_args

import attrs

from juspay_webhooks.events.payouts import PAYOUT_CLASSES
from juspay_webhooks.models.fields import Json, Model, core_type, is_list, wire_names
from juspay_webhooks.models.mandate import Mandate
from juspay_webhooks.models.notification import Notification
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.transaction import Transaction
from juspay_webhooks.testing import sample_body, sample_names, variants

__all__ = ["CONTENT", "Path", "Place", "all_samples", "field_at", "leaves", "places", "replaced"]

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list positions from the root of a body down."""

CONTENT: Final[Mapping[str, tuple[str, type[Model]]]] = {
    "order": ("ORDER_SUCCEEDED", Order),
    "txn": ("TXN_CHARGED", Transaction),
    "mandate": ("MANDATE_CREATED", Mandate),
    "notification": ("NOTIFICATION_SUCCEEDED", Notification),
}
"""Key of `content` -> an event's name that goes with it, and the model."""

_VALUES: Final[Mapping[str, str]] = {"amount": "5", "txn_amount": "5"}


class Place(NamedTuple):
    """A model somewhere in a body, and the text around its object."""

    model: type[Model]
    before: str
    after: str

    @property
    def is_main(self) -> bool:
        """Whether the event cannot be without the model."""
        return self.before.count("{") == (1 if '"info":' in self.before else 2)

    def body(self, members: Mapping[str, str], *, without: str = "") -> bytes:
        """Write a body in which the model's object has these members (key -> JSON text), and what it requires."""
        required = {
            wire_names(self.model)[field.name][0]: _VALUES.get(field.name, '"CHARGED"')
            for field in attrs.fields(self.model)
            if field.default is attrs.NOTHING
        }
        inside = ",".join(
            f"{json.dumps(key)}:{text}" for key, text in (required | dict(members)).items() if key != without
        )
        return f"{self.before}{{{inside}}}{self.after}".encode()


def places() -> list[Place]:
    """Give one place for every model that a webhook can hold."""
    found: dict[type[Model], Place] = {}
    for key, (name, model) in CONTENT.items():
        _explore(Place(model, f'{{"event_name":"{name}","content":{{"{key}":', "}}"), found)
    for label, cls in PAYOUT_CLASSES.items():
        model = core_type(attrs.fields_dict(cls)["info"].type)
        _explore(Place(model, f'{{"label":"{label}","value":"SUCCESS","info":', "}"), found)
    return list(found.values())


def _explore(place: Place, found: dict[type[Model], Place]) -> None:
    """Note a place, and look for models inside it."""
    if place.model in found:
        return
    found[place.model] = place
    for field in attrs.fields(place.model):
        kind, in_list = core_type(field.type), False
        if is_list(kind):
            kind, in_list = get_args(kind)[0], True
        if isinstance(kind, type) and issubclass(kind, Model):
            key = wire_names(place.model)[field.name][0]
            before, after = place.body({key: "\0"}).decode().split("\0")
            _explore(Place(kind, before + "[" * in_list, "]" * in_list + after), found)


def all_samples() -> Iterator[tuple[str, bytes]]:
    """Give every sample body of the test kit, with a name for it."""
    for name in sample_names():
        for variant in (None, *variants(name)):
            yield f"{name}.{variant}", sample_body(name, variant=variant)


def leaves(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Walk a decoded body down to what is neither object nor list; empty ones are leaves as well."""
    if isinstance(value, dict) and value:
        for key, member in value.items():
            yield from leaves(member, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path, value


def replaced(value: Json, path: Path, new: Json) -> Json:
    """Copy a decoded body with another value at a path."""
    if not path:
        return new
    head, *rest = path
    if isinstance(value, dict):
        return {key: replaced(member, tuple(rest), new) if key == head else member for key, member in value.items()}
    return [replaced(item, tuple(rest), new) if index == head else item for index, item in enumerate(value)]


def field_at(body: Mapping[str, Json], path: Path) -> "attrs.Attribute[Any] | None":
    """Find the field that reads a place of a body; None if no model knows it."""
    if path[:1] == ("info",):
        cls = PAYOUT_CLASSES.get(body["label"])
        kind, rest = None if cls is None else core_type(attrs.fields_dict(cls)["info"].type), path[1:]
    elif path[:1] == ("content",) and path[1:2] and path[1] in CONTENT:
        kind, rest = CONTENT[str(path[1])][1], path[2:]
    else:
        return None
    field: attrs.Attribute[Any] | None = None
    for step in rest:
        if isinstance(step, int):
            kind = get_args(kind)[0] if is_list(kind) else None
        elif isinstance(kind, type) and issubclass(kind, Model):
            homes = {key: name for name, keys in wire_names(kind).items() for key in keys}
            field = attrs.fields_dict(kind)[homes[step]] if step in homes else None
            kind = None if field is None else core_type(field.type)
        else:
            return field  # inside a free-form object
    return field

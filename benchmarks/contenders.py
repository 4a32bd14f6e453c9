"""Own the other ways to read a payment body into types: models with the library's fields, made from its attrs classes.

Each reads the whole body, envelope included, and gives amounts as `Decimal` and times as `datetime`. None of them picks
a class by the event's name, bounds an amount or a year, or survives a bad field: `parse_event` does all of that, too.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin

import attrs
import cattrs
import msgspec
import orjson
import pydantic
from cattrs.gen import make_dict_structure_fn, override

from benchmarks.timing import Contender
from juspay_webhooks import FreeForm, Mandate, Notification, OpenEnum, Order, Transaction, parse_event
from juspay_webhooks.models.fields import Json, Model, core_type, wire_names

__all__ = ["JSON", "LIBRARY", "Body", "Content", "payment_contenders"]

JSON: Final = Contender(name="json.loads", read=json.loads)
"""What all others are compared with."""

LIBRARY: Final = Contender(name="parse_event", read=parse_event)
"""The library, with everything that it does."""


@attrs.frozen(kw_only=True, slots=False)
class Content(Model):
    """`content` of a payment body, for the contenders."""

    order: Order | None = None
    """The order."""

    txn: Transaction | None = None
    """The transaction."""

    mandate: Mandate | None = None
    """The mandate."""

    notification: Notification | None = None
    """The notification."""


@attrs.frozen(kw_only=True, slots=False)
class Body(Model):
    """A whole payment body, for the contenders."""

    event_name: str
    """Name of the event."""

    content: Content
    """What it is about."""

    id: str | None = None
    """Id of the event."""

    date_created: datetime | None = None
    """When it was made."""


def payment_contenders() -> tuple[Contender, ...]:
    """List everything that reads payment bodies, what it is compared with first."""
    return (
        JSON,
        Contender(name="orjson.loads", read=orjson.loads),
        Contender(name="msgspec typed structs", read=msgspec.json.Decoder(_struct(Body), strict=False).decode),
        LIBRARY,
        Contender(name="pydantic typed models", read=_pydantic_model(Body).model_validate_json),
        Contender(name="json.loads + cattrs", read=_cattrs_reader()),
    )


class _Leaves(NamedTuple):
    """What another library holds where the models have types of the library's own."""

    free_form: Json
    """For an object without fields; a published one came as text."""

    word: type | None = None
    """For a word out of a vocabulary; None is the library's own enumeration."""


_STRUCT_LEAVES: Final = _Leaves(dict[str, Any] | str)
_PYDANTIC_LEAVES: Final = _Leaves(
    # The quickest form: pydantic would try both and weigh them.
    Annotated[dict[str, Any] | str, pydantic.Field(union_mode="left_to_right")],
    word=str,
)


def _translated(annotation: Json, build: Callable[..., Json], leaves: _Leaves) -> Json:
    """Give a field's type in terms of other models.

    Args:
        annotation: Type of a field of one of our classes.
        build: Makes the other model of one of our classes.
        leaves: What the other library holds in place of our own types.

    Returns:
        The type, never optional.
    """
    kind = core_type(annotation)
    origin: Json = get_origin(kind)
    if origin is tuple:
        item = _translated(get_args(kind)[0], build, leaves)
        return tuple[item, ...]  # type: ignore[valid-type]  # a type made at run time
    if issubclass(kind, Model):
        return build(kind)
    if issubclass(kind, OpenEnum):
        return leaves.word or kind
    return leaves.free_form if kind is FreeForm else kind


@cache
def _struct(model: type[Model]) -> type[msgspec.Struct]:
    """Make the msgspec struct of a model."""
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for field in attrs.fields(model):
        kind = _translated(field.type, _struct, _STRUCT_LEAVES)
        fields.append((field.name, kind) if field.default is attrs.NOTHING else (field.name, kind | None, None))
    rename = {name: spellings[0] for name, spellings in wire_names(model).items()}
    return msgspec.defstruct(model.__name__, fields, rename=rename, kw_only=True)


@cache
def _pydantic_model(model: type[Model]) -> type[pydantic.BaseModel]:
    """Make the pydantic model of a model."""
    names = wire_names(model)
    fields: dict[str, Any] = {}
    for field in attrs.fields(model):
        kind = _translated(field.type, _pydantic_model, _PYDANTIC_LEAVES)
        alias = names[field.name][0]
        if field.default is attrs.NOTHING:
            fields[field.name] = (kind, pydantic.Field(alias=alias))
        else:
            fields[field.name] = (kind | None, pydantic.Field(None, alias=alias))
    return pydantic.create_model(model.__name__, **fields)


def _cattrs_reader() -> Callable[[bytes], Body]:
    """Make a reader of our own classes out of a converter with the hooks that they need."""
    converter = cattrs.Converter(detailed_validation=False)
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(str(value)))
    converter.register_structure_hook(datetime, lambda value, _: _instant(value))
    converter.register_structure_hook(bool, lambda value, _: value if isinstance(value, bool) else value == "true")
    converter.register_structure_hook(FreeForm, lambda value, _: FreeForm.adopt(value))
    converter.register_structure_hook_factory(
        lambda kind: _is_a(kind, OpenEnum), lambda kind: lambda value, _: kind(value)
    )

    def structure_of(model: type[Model]) -> Callable[[Any, Any], Any]:
        renamed: dict[str, Any] = {name: override(rename=spellings[0]) for name, spellings in wire_names(model).items()}
        return make_dict_structure_fn(model, converter, **renamed)

    converter.register_structure_hook_factory(lambda kind: _is_a(kind, Model), structure_of)
    return lambda body: converter.structure(json.loads(body), Body)


def _is_a(kind: Json, parent: type) -> bool:
    return isinstance(kind, type) and issubclass(kind, parent)


def _instant(text: str) -> datetime:
    """Read the two forms that the bodies have: ISO 8601, and epoch seconds in text."""
    return datetime.fromtimestamp(int(text), UTC) if text.isdigit() else datetime.fromisoformat(text)

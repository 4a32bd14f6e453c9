"""Own what every model shares: scalar types, markers of a field, names on the wire, and the model base.

Money is `Decimal`, instants are aware `datetime`, ids are `str`; lists are tuples. Nothing here reads a body: parsing
fills the instances directly and skips the converters, which exist for models that are built by hand.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, TypeAlias, TypeVar, cast, get_args, get_origin

import attrs

from juspay_webhooks.models.free_form import FreeForm
from juspay_webhooks.models.json_exact import Json
from juspay_webhooks.models.kinds import Kind, core_type, is_list
from juspay_webhooks.models.values import checker, converter_of

__all__ = [
    "Epoch",
    "FreeForm",
    "Json",
    "Kind",
    "Model",
    "Money",
    "PayoutModel",
    "Personal",
    "Wire",
    "build",
    "core_type",
    "is_epoch",
    "is_list",
    "is_personal",
    "per_class",
    "shape",
    "wire_names",
]

Money: TypeAlias = Decimal
"""An amount in major units of its currency (rupees, not paise), exact as it was written."""


@attrs.frozen
class _PersonalMark:
    """Marks a field as personal data or secret."""


@attrs.frozen
class Wire:
    """Marks a field whose name on the wire is not the attribute's; the first spelling is the one written back."""

    names: tuple[str, ...]
    """Spellings on the wire."""


Personal: TypeAlias = Annotated[str, _PersonalMark()]
"""A text that identifies a person or opens a door: masked in every `repr`, error and log line."""

Epoch: TypeAlias = Annotated[datetime, "epoch seconds in text"]
"""An instant that the wire carries as epoch seconds in a text, e.g. "1598745600"."""

M = TypeVar("M")
N = TypeVar("N", bound="Model")
T = TypeVar("T")


_new: Final = object.__new__
_fill: Final = object.__setattr__


def _marks(annotation: Kind) -> Iterator[object]:
    """List the markers of a field's annotation, list items included."""
    origin: object = get_origin(annotation)
    if origin is Annotated:
        yield from get_args(annotation)[1:]
    for part in get_args(annotation):
        if get_origin(part) is not None:
            yield from _marks(part)


def is_personal(field: "attrs.Attribute[Any]", /) -> bool:
    """Tell whether a field holds personal data, a secret or free-form content."""
    return core_type(field.type) is FreeForm or any(isinstance(mark, _PersonalMark) for mark in _marks(field.type))


def is_epoch(field: "attrs.Attribute[Any]", /) -> bool:
    """Tell whether a field's instant is written as epoch seconds in a text."""
    return Epoch.__metadata__[0] in _marks(field.type)  # type: ignore[attr-defined]


@cache
def _reading(annotation: Kind) -> "tuple[Kind, attrs.Converter[Any, Any] | None]":
    """Give a field's core type and its converter; most annotations occur hundreds of times."""
    kind = core_type(annotation)
    return kind, converter_of(kind)


def shape(cls: type, fields: "list[attrs.Attribute[Any]]") -> "list[attrs.Attribute[Any]]":
    """Give each field of a model its converter, and the model its check (an attrs `field_transformer`)."""
    money: list[str] = []
    instants: list[str] = []
    for field in fields:
        kind, converter = _reading(cast("Kind", field.type))
        if kind is Decimal:
            money.append(field.name)
        elif kind is datetime:
            instants.append(field.name)
        if converter is not None:
            # The field is fresh, nobody else has seen it; `evolve` would copy it and cost 3 ms of the import.
            object.__setattr__(field, "converter", converter)
    if money or instants:
        cast("Any", cls).__attrs_post_init__ = checker(tuple(money), tuple(instants))
    return fields


def per_class(function: Callable[[type[M]], T], /) -> Callable[[type[M]], T]:
    """Remember a function's answer for each class.

    It is `functools.cache` with a type of its own: mypy takes a class that defines `__hash__` for unhashable.
    """
    return cast("Callable[[type[M]], T]", cache(function))


class Model:
    """What every model has in common.

    Absent and null are both `None`; where the difference matters, ask the raw body. A field that the library does
    not know stays in the raw body (`unknown_fields`), a value that it does not know stays as its text.
    """

    __attrs_attrs__: ClassVar[Any]

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        """Put the defaults back on the class: an absent field then costs the parser nothing."""
        for field in attrs.fields(cls):
            if field.default is not attrs.NOTHING:
                setattr(cls, field.name, field.default)

    def __eq__(self, other: object) -> bool:
        """Compare the fields of two instances of one class.

        Written once: a comparison generated for each class would take a sixth of the import.
        """
        if other.__class__ is not self.__class__:
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _compared(type(self)))

    def __hash__(self) -> int:
        """Hash the fields; free-form objects stay out, for their values may be unhashable."""
        return hash((type(self), *(getattr(self, name) for name in _hashed(type(self)))))

    def __repr__(self) -> str:
        """Show the fields that are set; personal data and secrets are masked."""
        return f"{type(self).__name__}({', '.join(_shown_fields(self))})"

    def __rich_repr__(self) -> "Iterator[tuple[str, object]]":
        """Show rich what `repr` shows: its tracebacks take an attrs class apart otherwise."""
        for name, is_masked in _shown(type(self)):
            value = getattr(self, name)
            if value is not None:
                yield name, "***" if is_masked else value


@per_class
def _compared(cls: type[Model]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls) if field.eq)


@per_class
def _hashed(cls: type[Model]) -> tuple[str, ...]:
    return tuple(name for name in _compared(cls) if core_type(attrs.fields_dict(cls)[name].type) is not FreeForm)


@per_class
def _shown(cls: type[Model]) -> tuple[tuple[str, bool], ...]:
    """Give the fields that a `repr` shows, and whether each is masked."""
    return tuple((field.name, is_personal(field)) for field in attrs.fields(cls) if field.repr)


def _shown_fields(model: Model) -> Iterator[str]:
    for name, is_masked in _shown(type(model)):
        value = getattr(model, name)
        if value is not None:
            yield f"{name}={'***' if is_masked else repr(value)}"


def build(cls: type[N], values: dict[str, Any]) -> N:
    """Make an instance from checked values: converters and checks have nothing to add, and cost a third of a parse.

    Args:
        cls: Class to make.
        values: Attribute name -> value; an absent one has its default on the class.

    Returns:
        The instance.
    """
    made = _new(cls)
    _fill(made, "__dict__", values)
    return made


class PayoutModel(Model):
    """What every payout model has in common: on the wire its names are camelCase."""


def _camel(name: str) -> str:
    """Spell `merchant_order_id` as `merchantOrderId`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@per_class
def wire_names(cls: type[Model], /) -> Mapping[str, tuple[str, ...]]:
    """Give each field's names on the wire.

    Args:
        cls: A model class.

    Returns:
        Attribute name -> spellings, the one to write first. Payment models keep the vendor's names, payout models are
        the camelCase of theirs, and a `Wire` mark says where neither holds.
    """
    spell = _camel if issubclass(cls, PayoutModel) else str
    names: dict[str, tuple[str, ...]] = {}
    for field in attrs.fields(cls):
        marked: Iterable[Wire] = (mark for mark in _marks(field.type) if isinstance(mark, Wire))
        names[field.name] = next((mark.names for mark in marked), (spell(field.name),))
    return MappingProxyType(names)

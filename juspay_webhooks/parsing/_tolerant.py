"""Own the tolerant engine: one cattrs converter that reads what can be read, and lists what cannot.

A bad optional field becomes None, a bad required field inside an optional part loses that part, a bad list item is
left out; each gives a `Problem`. It runs only on bodies that the fast engine refused.
"""

from functools import cache
from typing import Any, Final, NamedTuple, TypeVar, get_args, get_origin

import attrs
import cattrs

from juspay_webhooks.errors import Problem
from juspay_webhooks.models.fields import Json, Model, core_type, wire_names
from juspay_webhooks.models.json_exact import decode_exact
from juspay_webhooks.models.open_enum import OpenEnum
from juspay_webhooks.parsing._assemble import build
from juspay_webhooks.parsing._leaves import BAD, EXPECTED, Doubtful, Hook, kind_of, read_enum

__all__ = ["Place", "read_model", "read_value"]

M = TypeVar("M", bound=Model)


class Place(NamedTuple):
    """Where in the body the reader stands, and where it reports."""

    path: str
    problems: list[Problem]

    def at(self, key: str | int) -> "Place":
        """Step into a member; only known keys are stepped into, and none of these needs an escape in a pointer."""
        return Place(f"{self.path}/{key}", self.problems)

    def report(self, expected: str, value: Json) -> None:
        """List a problem with the value that stands here."""
        self.problems.append(Problem(path=self.path, expected=expected, got=kind_of(value)))


class _Part(NamedTuple):
    """How the value of one field, or one item of a list, is read."""

    name: str
    plain: type | None
    hook: Hook
    expected: str
    is_composite: bool
    may_be_null: bool


def _read(part: _Part, value: Json, key: str | int, place: Place) -> Any:
    """Read the value that stands at a key, and report what is wrong with it."""
    if part.may_be_null and isinstance(value, str) and value.lower() == "null":
        return None  # as the fast engine reads the word in an optional field that is no text
    if part.is_composite:
        return part.hook(value, place.at(key))
    found = part.hook(value, None)
    if found is BAD:
        place.at(key).report(part.expected, value)
    elif type(found) is Doubtful:
        place.at(key).report(found.expected, value)
        return found.value
    return found


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _is_word(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, OpenEnum)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Model)


@cache
def _converter() -> cattrs.Converter:
    """Build the one converter: a hook per scalar type, and factories for lists and models."""
    converter = cattrs.Converter()
    for kind, (hook, _) in EXPECTED.items():
        converter.register_structure_hook(kind, hook)
    converter.register_structure_hook_factory(_is_list, _list_hook)
    converter.register_structure_hook_factory(_is_model, _model_hook)
    return converter


_PLAIN: Final = (str, int, bool)
"""Scalar types whose decoded values are what the field holds, as long as a text is ASCII."""


@cache
def _part(name: str, annotation: Any) -> _Part:
    """Find how a type is read, and how a problem names it."""
    kind = core_type(annotation)
    may_be_null = kind is not str and type(None) in get_args(annotation)
    if _is_word(kind):  # cattrs would take the hook of `str` for a subclass of it
        return _Part(name, None, read_enum(kind), "text", is_composite=False, may_be_null=may_be_null)
    hook: Hook = _converter().get_structure_hook(kind)
    if kind in EXPECTED:
        plain = kind if kind in _PLAIN else None
        return _Part(name, plain, hook, EXPECTED[kind][1], is_composite=False, may_be_null=may_be_null)
    expected = "list" if _is_list(kind) else "object"
    return _Part(name, None, hook, expected, is_composite=True, may_be_null=may_be_null)


def _list_hook(kind: Any) -> Hook:
    """Make the hook of a list: items that cannot be read are left out."""
    part = _part("", get_args(kind)[0])

    def read_list(value: Json, place: Place) -> Any:
        items = _listed(value) if isinstance(value, str) else value
        if items is not value or not isinstance(items, list):
            place.report("list", value)
        if not isinstance(items, list):
            return BAD
        read = [_read(part, item, index, place) for index, item in enumerate(items)]
        return tuple(item for item in read if item is not BAD and item is not None)

    return read_list


def _listed(text: str) -> Json:
    """Read a list out of JSON text: a published `txn_amount_breakup` came so."""
    try:
        return decode_exact(text)
    except (ValueError, RecursionError):
        return None


def _model_hook(kind: type[Model]) -> Hook:
    """Make the hook of a model: known keys are read, the rest stays in the raw body."""
    parts: dict[str, tuple[str, type | None, bool, _Part]] = {}
    required: dict[str, str] = {}
    for field in attrs.fields(kind):
        part = _part(field.name, field.type)
        spellings = wire_names(kind)[field.name]
        for key in spellings:
            parts[key] = (field.name, part.plain if len(spellings) == 1 else None, key == spellings[0], part)
        if field.default is attrs.NOTHING:
            required[spellings[0]] = field.name
    find = parts.get

    def read_object(value: Json, place: Place) -> Any:
        if not isinstance(value, dict):
            place.report("object", value)
            return BAD
        values: dict[str, Any] = {}
        is_whole = True
        for key, member in value.items():
            known = None if member is None else find(key)
            if known is None:
                continue
            name, plain, is_first, part = known
            if type(member) is plain and (plain is not str or member.isascii()):
                values[name] = member
            elif is_first or name not in values:
                found = _read(part, member, key, place)
                if found is not None:
                    values[name] = found
                    is_whole = is_whole and found is not BAD
        for key, name in required.items():
            if name not in values:
                place.at(key).report(parts[key][-1].expected, value.get(key))
                values[name] = BAD
                is_whole = False
        if is_whole:
            return build(kind, values)
        if any(values[name] is BAD for name in required.values()):
            return BAD
        return build(kind, {name: found for name, found in values.items() if found is not BAD})

    return read_object


def read_model(kind: type[M], value: Json, place: Place) -> M | None:
    """Read an object as a model.

    Args:
        kind: Class of the model.
        value: The decoded value.
        place: Where it stands, and where problems are listed.

    Returns:
        The model; None if a required part is missing or unreadable.
    """
    found = _part("", kind).hook(value, place)
    return None if found is BAD else found


def read_value(annotation: Any, value: Json, key: str, place: Place) -> Any:
    """Read the value at a key as a scalar type; None if it is absent or unreadable."""
    if value is None:
        return None
    found = _read(_part(key, annotation), value, key, place)
    return None if found is BAD else found

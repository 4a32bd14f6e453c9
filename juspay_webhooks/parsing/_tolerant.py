"""Own the tolerant engine: one cattrs converter that reads what can be read, and lists what cannot.

A bad optional field becomes None, a bad required field inside an optional part loses that part, a bad list item is
left out; each gives a `Problem`. It runs only on bodies that the fast engine refused.
"""

from collections.abc import Collection
from functools import cache
from typing import Final, NamedTuple, TypeVar, cast, get_args

import attrs
import cattrs
import msgspec

from juspay_webhooks.errors import Problem
from juspay_webhooks.models.fields import Json, Kind, Model, build, core_type, is_list, wire_names
from juspay_webhooks.models.json_exact import decode_inner
from juspay_webhooks.models.open_enum import OpenEnum
from juspay_webhooks.parsing._leaves import BAD, EXPECTED, Doubtful, Hook, is_null, kind_of, read_enum

__all__ = ["Place", "read_model", "read_value"]

M = TypeVar("M", bound=Model)


_MOST_PROBLEMS: Final = 1000
"""Problems listed of one body; a hostile one could have a million."""


class Place(NamedTuple):
    """Where in the body the reader stands, and where it reports."""

    path: str
    problems: list[Problem]
    is_odd: bool = False  # some text of the body may hold half of a surrogate pair

    def at(self, key: str | int) -> "Place":
        """Step into a member; only known keys are stepped into, and none of these needs an escape in a pointer."""
        return Place(f"{self.path}/{key}", self.problems, self.is_odd)

    def report(self, expected: str, value: Json, inside: str = "") -> None:
        """List a problem with the value that stands here, or at a pointer from here."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(path=self.path + inside, expected=expected, got=kind_of(value)))
        elif len(self.problems) == _MOST_PROBLEMS:
            self.problems.append(Problem(path="", expected=f"at most {_MOST_PROBLEMS} problems", got="more"))


class _Part(NamedTuple):
    """How the value of one field, or one item of a list, is read."""

    name: str
    plain: type | None
    hook: Hook
    expected: str
    is_composite: bool
    may_be_null: bool


def _read(part: _Part, value: Json, key: str | int, place: Place) -> Json:
    """Read the value that stands at a key, and report what is wrong with it."""
    if part.may_be_null and isinstance(value, str) and is_null(value):
        return None  # as the fast engine reads the word in an optional field that is no text
    if part.is_composite:
        return part.hook(value, place.at(key))
    found = part.hook(value, None)
    if found is BAD:
        place.report(part.expected, value, f"/{key}")
    elif type(found) is Doubtful:
        place.report(found.expected, value, f"/{key}")
        return found.value
    return found


def _is_word(kind: Kind) -> bool:
    return isinstance(kind, type) and issubclass(kind, OpenEnum)


def _is_model(kind: Kind) -> bool:
    return isinstance(kind, type) and issubclass(kind, Model)


@cache
def _converter() -> cattrs.Converter:
    """Build the one converter: a hook per scalar type, and factories for lists and models."""
    converter = cattrs.Converter()
    for kind, (hook, _) in EXPECTED.items():
        converter.register_structure_hook(kind, hook)
    converter.register_structure_hook_factory(is_list, _list_hook)
    converter.register_structure_hook_factory(_is_model, _ModelReader)
    return converter


_PLAIN: Final = (str, int, bool)
"""Scalar types whose decoded values are what the field holds, as long as a text is ASCII."""


@cache
def _part(name: str, annotation: Kind) -> _Part:
    """Find how a type is read, and how a problem names it."""
    kind = core_type(annotation)
    may_be_null = kind is not str and type(None) in get_args(annotation)
    if _is_word(kind):  # cattrs would take the hook of `str` for a subclass of it
        return _Part(
            name, None, read_enum(cast("type[OpenEnum]", kind)), "text", is_composite=False, may_be_null=may_be_null
        )
    hook: Hook = _converter().get_structure_hook(kind)
    if kind in EXPECTED:
        plain = kind if kind in _PLAIN else None
        return _Part(name, plain, hook, EXPECTED[kind][1], is_composite=False, may_be_null=may_be_null)
    expected = "list" if is_list(kind) else "object"
    return _Part(name, None, hook, expected, is_composite=True, may_be_null=may_be_null)


def _list_hook(kind: Kind) -> Hook:
    """Make the hook of a list: items that cannot be read are left out."""
    part = _part("", get_args(kind)[0])

    def read_list(value: Json, place: Place) -> Json:
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
        return decode_inner(text)
    except (ValueError, RecursionError):
        return None


class _Known(NamedTuple):
    """What is known of one key of a model's object."""

    name: str
    plain: type | None
    is_first: bool
    part: _Part


class _ModelReader:
    """The hook of a model: known keys are read, the rest stays in the raw body."""

    def __init__(self, kind: type[Model]) -> None:
        """Look at every field once."""
        self._kind = kind
        self._known: dict[str, _Known] = {}
        self._required: dict[str, str] = {}
        for field in attrs.fields(kind):
            part = _part(field.name, field.type)
            first, *others = wire_names(kind)[field.name]
            self._known[first] = _Known(field.name, None if others else part.plain, is_first=True, part=part)
            for key in others:
                self._known[key] = _Known(field.name, None, is_first=False, part=part)
            if field.default is attrs.NOTHING:
                self._required[first] = field.name
        plain = {key: known for key, known in self._known.items() if known.plain is not None}
        self._rest = self._known.keys() - plain.keys()
        self._plain = msgspec.defstruct(
            kind.__name__,
            [(known.name, known.plain | None, None) for known in plain.values() if known.plain is not None],
            rename={known.name: key for key, known in plain.items()},
        )

    def __call__(self, value: Json, place: Place) -> Json:
        """Read an object; `BAD` if a required field is missing or unreadable."""
        if not isinstance(value, dict):
            place.report("object", value)
            return BAD
        values, is_whole = self._members(value, place)
        for key, name in self._required.items():
            if values.get(name) is None:
                place.report(self._known[key].part.expected, value.get(key), f"/{key}")
                values[name], is_whole = BAD, False
        if is_whole:
            return build(self._kind, values)
        if any(values[name] is BAD for name in self._required.values()):
            return BAD
        return build(self._kind, {name: found for name, found in values.items() if found is not BAD})

    def _members(self, value: dict[str, Json], place: Place) -> tuple[dict[str, Json], bool]:
        """Read the members that are known, and tell whether all of them could be read."""
        values, rest = self._plain_members(value, place)
        is_whole = True
        for key, member in value.items():
            if member is None or key not in rest:
                continue
            name, plain, is_first, part = self._known[key]
            is_plain = type(member) is plain
            if is_plain and (plain is not str or member.isascii()):
                values[name] = member
            elif is_first or name not in values:
                found = _read(part, member, key, place)
                if found is not None:
                    values[name] = found
                    is_whole = is_whole and found is not BAD
        return values, is_whole

    def _plain_members(self, value: dict[str, Json], place: Place) -> tuple[dict[str, Json], Collection[str]]:
        """Take over all texts, whole numbers and flags at once, if they are what they should be; and name the rest."""
        if not place.is_odd:
            try:
                plain = msgspec.structs.asdict(msgspec.convert(value, self._plain))
            except msgspec.ValidationError:
                pass
            else:
                return plain, self._rest
        return {}, self._known


def read_model(kind: type[M], value: Json, place: Place) -> M | None:
    """Read an object as a model.

    Args:
        kind: Class of the model.
        value: The decoded value.
        place: Where it stands, and where problems are listed.

    Returns:
        The model; None if a required part is missing or unreadable.
    """
    found = _part("", cast("Kind", kind)).hook(value, place)
    return None if found is BAD else found


def read_value(annotation: Kind, value: Json, key: str, place: Place) -> Json:
    """Read the value at a key as a scalar type; None if it is absent or unreadable."""
    if value is None:
        return None
    found = _read(_part(key, annotation), value, key, place)
    return None if found is BAD else found

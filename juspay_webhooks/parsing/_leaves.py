"""Own how one value is read where the fast engine gave up: a table of hooks, one per scalar type.

A hook takes a decoded value and returns what the field shall hold; `BAD` where nothing can be made of it; `Doubtful`
where something can, but the sender should know. Each leniency names the body that forced it. Values that need no
leniency are read by the same function as in the fast engine, so there is one meaning.
"""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
from dateutil.parser import isoparser
from dateutil.tz import tzoffset

from juspay_webhooks.models.free_form import FreeForm
from juspay_webhooks.models.json_exact import Json
from juspay_webhooks.models.kinds import Kind
from juspay_webhooks.models.open_enum import OpenEnum
from juspay_webhooks.models.values import sound_instant, sound_money

__all__ = ["BAD", "EXPECTED", "Binary", "Doubtful", "Hook", "is_null", "kind_of", "read_enum", "read_text"]


class _Bad:
    """The type of `BAD`."""


BAD: Final = _Bad()
"""Nothing can be made of the value."""


class Binary(Decimal):
    """A number that was a binary float in decoded JSON, where digits may have been lost."""


class Doubtful(NamedTuple):
    """A value that could be read, though not as documented."""

    value: Json
    expected: str


Hook: TypeAlias = Callable[[Json, Any], Any]
"""Takes a decoded value and, for objects and lists, its place; returns what the field shall hold."""

_REFUSALS: Final = (msgspec.MsgspecError, ValueError, ArithmeticError)

_BLANKS: Final = frozenset({"", "NA"})
"""Texts that mean "none", besides "null", in a number, a time or a flag: amounts of published bodies are ""."""

_INDIA: Final = tzoffset("IST", 19_800)
_ISO: Final = isoparser()


def kind_of(value: Json) -> str:
    """Name the kind of a decoded value, never the value."""
    return _KINDS.get(type(value), "something that is not JSON")


_KINDS: Final = {
    type(None): "nothing",
    bool: "true or false",
    int: "number",
    Decimal: "number",
    Binary: "binary float",
    str: "text",
    list: "list",
    dict: "object",
}


def _convert(value: Json, kind: Kind) -> Json:
    """Read a value exactly as the fast engine reads it."""
    try:
        return msgspec.convert(value, kind, strict=False)
    except _REFUSALS:
        return BAD


def _is_blank(value: Json) -> bool:
    """Tell whether a value means "none"; the fast engine takes "null" for it in any case of letters."""
    return isinstance(value, str) and (value in _BLANKS or is_null(value))


def is_null(text: str) -> bool:
    """Tell whether a text is the word "null", in any case of letters."""
    return len(text) == 4 and text.lower() == "null"  # noqa: PLR2004 - its length


def _is_word(text: str) -> bool:
    """Tell whether a text begins with a letter: no amount and no time does."""
    return text[:1].isalpha()


_EXACT: Final = (int, Decimal)
"""Types of numbers whose digits are those of the body; `bool` is none."""


def read_money(value: Json, _place: object) -> Json:
    """Read an amount."""
    if isinstance(value, str) and _is_word(value):
        return None if _is_blank(value) else BAD
    if isinstance(value, Binary):
        return Doubtful(Decimal(value), "exact number") if sound_money(value) else BAD
    amount = Decimal(value) if type(value) in _EXACT else _convert(value, Decimal)
    if amount is not BAD and sound_money(amount):
        return amount
    return None if value == "" else BAD


def read_int(value: Json, _place: object) -> Json:
    """Read a whole number."""
    if _is_blank(value):
        return None
    return _convert(_as_float(value), int)


def read_flag(value: Json, _place: object) -> Json:
    """Read true or false, also as text (`refunded`, `sent_to_gateway` and `revokable_by_customer` come so)."""
    return None if _is_blank(value) else _convert(value, bool)


def _as_float(value: Json) -> Json:
    """Give a number with a fraction as the fast engine's decoder sees it where no exact number is asked for."""
    return float(value) if isinstance(value, Decimal) else value


def read_instant(value: Json, _place: object) -> Json:
    """Read a time: ISO 8601 with a zone or epoch seconds, else one of the closed table of shapes."""
    if isinstance(value, str) and _is_word(value):
        return None if _is_blank(value) else BAD
    instant = _convert(_as_float(value), datetime)
    if instant is not BAD and sound_instant(instant):
        return instant
    if value == "":
        return None
    return _other_instant(value) if isinstance(value, str) else BAD


class _Shape(NamedTuple):
    """One way in which published bodies write a time."""

    pattern: re.Pattern[str]
    iso: str
    body: str
    is_indian: bool = False
    is_guess: bool = False


_SHAPES: Final = (
    _Shape(
        re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d:\d\d:\d\d)", re.ASCII),
        r"\3-\2-\1T\4",
        "VALIDATION_V2: 09/10/2024 20:23:23 beside 2024-10-09T14:53:22Z",
        is_indian=True,
    ),
    _Shape(
        re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) UTC", re.ASCII),
        r"\1T\2Z",
        "LOAN_ACTIVE: 2024-03-30 05:00:48.023988093 UTC",
    ),
    _Shape(
        re.compile(r"(\d{4}-\d\d-\d\d)T ?(\d\d): ?(\d\d): ?(\d\d(?:\.\d+)?)(Z|[+-]\d\d:?\d\d)", re.ASCII),
        r"\1T\2:\3:\4\5",
        "ORDER_SUCCEEDED with split settlement: 2023-05-19T10: 54: 23Z",
    ),
    _Shape(
        re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)", re.ASCII),
        r"\1T\2",
        "gateway refunds: 2024-11-24 16:25:52.0; payouts of one merchant: ISO without a zone",
        is_indian=True,
        is_guess=True,
    ),
)
"""The shapes of time besides ISO 8601 with a zone and epoch seconds. The zone of the last one is a guess."""


def _other_instant(text: str) -> Json:
    """Read a time in one of the other shapes."""
    for shape in _SHAPES:
        found = shape.pattern.fullmatch(text)
        if found is not None:
            return _instant_of(found.expand(shape.iso), shape)
    return BAD


def _instant_of(iso: str, shape: _Shape) -> Json:
    try:
        instant = _ISO.isoparse(iso)
    except ValueError:
        return BAD
    if shape.is_indian:
        instant = instant.replace(tzinfo=_INDIA)
    if not sound_instant(instant):
        return BAD
    return Doubtful(instant, "time with a zone") if shape.is_guess else instant


def read_text(value: Json, _place: object) -> Json:
    """Read a text; a number becomes its digits (ids and phones of some bodies are numbers)."""
    if isinstance(value, str):
        return value if _is_encodable(value) else BAD
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return BAD
    return Doubtful(str(value), "text")


def _is_encodable(text: str) -> bool:
    """Tell whether a text can be written as UTF-8; one with half of a surrogate pair cannot."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_free_form(value: Json, _place: object) -> Json:
    """Read a free-form object, also out of JSON text (`offers[].metadata` comes so)."""
    try:
        return FreeForm.adopt(value)
    except ValueError:
        return BAD


def read_enum(kind: type[OpenEnum]) -> Hook:
    """Make the hook of one vocabulary; a word that is not in it becomes a member of its own."""

    def read_word(value: Json, place: object) -> Json:
        text = read_text(value, place)
        if isinstance(text, Doubtful):
            return Doubtful(kind(text.value), text.expected)
        return text if text is BAD else kind(text)

    return read_word


EXPECTED: Final[dict[Any, tuple[Hook, str]]] = {
    Decimal: (read_money, "number"),
    int: (read_int, "whole number"),
    bool: (read_flag, "true or false"),
    datetime: (read_instant, "time (ISO 8601 with a zone, or epoch seconds) from 2010 to 2100"),
    str: (read_text, "text"),
    FreeForm: (read_free_form, "object"),
}
"""Scalar type -> its hook, and how a problem names it."""

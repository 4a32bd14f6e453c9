"""Own the slow and exact way to decode JSON: numbers keep every digit, and no number is too long to be read.

It serves where the fast decoder refuses a number, and where a body is decoded again on demand.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

from juspay_webhooks.errors import ConfigurationError

__all__ = ["DEEPEST", "Json", "decode_exact", "decode_inner", "depth"]

Json: TypeAlias = Any
"""Decoded JSON of a shape that only the sender knows."""

DEEPEST: Final = 100
"""Levels of nesting accepted; published bodies have at most 9, gateway answers inside them included."""

_TEXTS: Final = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
_NEITHER_BRACKET: Final = bytes(set(range(256)) - set(b"[]{}"))

_LONGEST_INT: Final = 300
"""Digits up to which an integer stays an `int`: below every limit that an interpreter may be set to (640)."""


def _integer(digits: str) -> int | Decimal:
    """Hold an integer; one too long for `int` becomes a `Decimal` (reading it as `int` takes quadratic time)."""
    return int(digits) if len(digits) <= _LONGEST_INT else Decimal(digits)


def _fraction(text: str) -> Decimal | str:
    """Hold a number with a fraction or an exponent; an exponent that nothing holds leaves the number as its text."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _refuse_constant(_name: str) -> None:
    """Refuse NaN and Infinity, which are not JSON."""
    message = "NaN and Infinity are not JSON"
    raise ConfigurationError(message)


def decode_exact(text: str, /) -> Json:
    """Decode JSON text; numbers with a fraction or an exponent become `Decimal`.

    Args:
        text: JSON text without a byte order mark.

    Returns:
        The decoded value.

    Raises:
        ValueError: The text is not JSON.
        RecursionError: It is nested deeper than the stack.
    """
    import json  # noqa: PLC0415 - 2 ms of import that most processes never need

    return json.loads(text, parse_float=_fraction, parse_int=_integer, parse_constant=_refuse_constant)


def depth(text: bytes, /) -> int:
    """Count the levels of nesting of JSON; brackets inside its texts do not count.

    Args:
        text: JSON in UTF-8, or anything else.

    Returns:
        The number of brackets that are open at the deepest place.
    """
    deepest = level = 0
    for bracket in re.sub(_TEXTS, b"", text, flags=re.DOTALL).translate(None, _NEITHER_BRACKET):
        level += 1 if bracket in b"[{" else -1
        deepest = max(deepest, level)
    return deepest


def decode_inner(text: str, /) -> Json:
    """Decode JSON that stands inside a text of a body: exact, and of bounded depth as the body itself.

    Args:
        text: JSON text.

    Returns:
        The decoded value.

    Raises:
        ValueError: The text is not JSON, or nested too deep.
    """
    if depth(text.encode("utf-8", "surrogatepass")) > DEEPEST:
        message = f"nested deeper than {DEEPEST} levels"
        raise ConfigurationError(message)
    return decode_exact(text)

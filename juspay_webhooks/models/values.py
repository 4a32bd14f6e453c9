"""Own the values that fields hold: what an amount and an instant may be, and how hand-written values become these.

Parsing checks the same bounds and skips the conversions.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final, Never, cast

import attrs

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.free_form import FreeForm
from juspay_webhooks.models.json_exact import Json
from juspay_webhooks.models.kinds import Kind, is_list
from juspay_webhooks.models.open_enum import OpenEnum

__all__ = ["checker", "converter_of", "sound_instant", "sound_money", "to_instant", "to_money"]

_LARGEST_EXPONENT: Final = 18
_SMALLEST_EXPONENT: Final = -18
_FIRST_YEAR: Final = 2010
_LAST_YEAR: Final = 2100
"""Juspay was founded in 2012; mandates in published bodies end as late as 2068."""


def to_money(value: Json, /) -> Decimal | None:
    """Convert what a hand-written model may hold as an amount: `Decimal`, `int` or text, never `float`."""
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        message = f"an amount is a Decimal, an int or text such as '1499.50', not {type(value).__name__}"
        raise ConfigurationError(message)
    try:
        return Decimal(value)
    except InvalidOperation:
        message = "an amount in text is a plain number such as '1499.50'"
        raise ConfigurationError(message) from None


def to_instant(value: Json, /) -> datetime | None:
    """Convert what a hand-written model may hold as an instant: an aware `datetime` or ISO 8601 text with a zone."""
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    message = "an instant is an aware datetime or text such as '2024-01-31T09:30:00Z'"
    raise ConfigurationError(message)


def _to_tuple(value: Json) -> Json:
    if value is None or isinstance(value, list | tuple):
        return None if value is None else tuple(value)
    message = f"a list field takes a list or a tuple, not {type(value).__name__}"
    raise ConfigurationError(message)


def _to_free_form(value: Json) -> FreeForm | None:
    return value if value is None or isinstance(value, FreeForm) else FreeForm(value)


def _to_word(kind: type[OpenEnum], value: Json) -> OpenEnum | None:
    if value is None or isinstance(value, str):
        return None if value is None else kind(value)
    message = f"a {kind.__name__} is text, not {type(value).__name__}"
    raise ConfigurationError(message)


_CONVERTERS: Final[dict[Kind, "attrs.Converter[Any, Any]"]] = {
    Decimal: attrs.Converter(to_money),
    datetime: attrs.Converter(to_instant),
    FreeForm: attrs.Converter(_to_free_form),
    tuple: attrs.Converter(_to_tuple),
}
"""Made once: attrs looks at the signature of each."""


def converter_of(kind: Kind) -> "attrs.Converter[Any, Any] | None":
    """Choose the converter of a field that is filled by hand."""
    if isinstance(kind, type) and issubclass(kind, OpenEnum):
        return attrs.Converter(partial(_to_word, kind))
    return _CONVERTERS.get(tuple if is_list(kind) else kind)


def sound_money(amount: Decimal, /) -> bool:
    """Tell whether a number can be an amount: finite, and 0 or from 10^-18 to below 10^19."""
    return amount.is_finite() and (_SMALLEST_EXPONENT <= amount.adjusted() <= _LARGEST_EXPONENT or not amount)


def sound_instant(instant: datetime, /) -> bool:
    """Tell whether a time can be one of Juspay's: with a zone, from 2010 to 2100."""
    return instant.tzinfo is not None and _FIRST_YEAR <= instant.year <= _LAST_YEAR


_MONEY: Final = f"""
    value = self.{{name}}
    if value is not None and not (
        value.is_finite() and ({_SMALLEST_EXPONENT} <= value.adjusted() <= {_LARGEST_EXPONENT} or not value)
    ):
        refuse("{{name}}: expected an amount from 10^{_SMALLEST_EXPONENT} to below 10^{_LARGEST_EXPONENT + 1}")
"""
_INSTANT: Final = f"""
    value = self.{{name}}
    if value is not None and not (value.tzinfo is not None and {_FIRST_YEAR} <= value.year <= {_LAST_YEAR}):
        refuse("{{name}}: expected a time with a zone, from {_FIRST_YEAR} to {_LAST_YEAR}")
"""


def checker(money: tuple[str, ...], instants: tuple[str, ...]) -> Callable[[object], None]:
    """Make the one check that every instance passes, parsed or built by hand.

    It is written out for each class, as attrs writes its `__init__`: a loop over the fields, most of which are absent,
    would cost a parse a twentieth. What is written are names of our own fields.
    """
    lines = [_MONEY.format(name=name) for name in money] + [_INSTANT.format(name=name) for name in instants]
    made: dict[str, Any] = {"refuse": _refuse}
    exec("def check(self):" + "".join(lines), made)  # noqa: S102 - see above
    return cast("Callable[[object], None]", made["check"])


def _refuse(message: str) -> Never:
    raise ConfigurationError(message)

"""Own the way a test body is written: exact numbers, and instants in the wire's form.

It must never round: an amount is written digit by digit.
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import Json

__all__ = ["json_text", "wire_instant"]


def wire_instant(instant: datetime, /, *, is_epoch: bool = False) -> str:
    """Write an instant as Juspay does.

    Args:
        instant: A time with a zone.
        is_epoch: Write epoch seconds, as in the dates of mandates and notifications.

    Returns:
        For example `2025-06-02T09:30:00Z`, or `1748856600`.

    Raises:
        ConfigurationError: The time has no zone.
    """
    if instant.tzinfo is None:
        message = "a time needs a zone, for example datetime(2025, 6, 2, 9, 30, tzinfo=UTC)"
        raise ConfigurationError(message)
    return str(int(instant.timestamp())) if is_epoch else instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def json_text(value: Json, /, *, ascii_only: bool = True) -> str:
    """Write a value as JSON, without white space.

    Args:
        value: Decoded JSON; a `Decimal` is written as a number with all of its digits.
        ascii_only: Escape every other character.

    Returns:
        JSON text.

    Raises:
        ConfigurationError: Something in it has no form in JSON.
    """
    if isinstance(value, Mapping):
        members = (
            f"{_key_text(key, ascii_only=ascii_only)}:{json_text(member, ascii_only=ascii_only)}"
            for key, member in value.items()
        )
        return f"{{{','.join(members)}}}"
    if isinstance(value, list):
        return f"[{','.join(json_text(item, ascii_only=ascii_only) for item in value)}]"
    if isinstance(value, Decimal | float):
        return _number_text(value)
    if value is None or isinstance(value, str | int):
        return json.dumps(value, ensure_ascii=ascii_only)
    message = f"a body cannot hold a value of type {type(value).__name__}"
    raise ConfigurationError(message)


def _key_text(key: object, *, ascii_only: bool) -> str:
    if isinstance(key, str):
        return json.dumps(key, ensure_ascii=ascii_only)
    message = f"a key of a body is text, not {type(key).__name__}"
    raise ConfigurationError(message)


def _number_text(number: Decimal | float) -> str:
    if math.isfinite(number):
        return str(number)
    message = "a body cannot hold a number that is not finite"
    raise ConfigurationError(message)

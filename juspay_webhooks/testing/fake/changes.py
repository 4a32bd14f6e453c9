"""Own what a test says about a thing: changes on top of changes, and changes on top of a body.

An object goes into the object that is there, anything else replaces, `REMOVE` leaves out: as in `make_webhook`.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import Enum

from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing._json import wire_instant
from juspay_webhooks.testing._suggest import did_you_mean
from juspay_webhooks.testing.factories import REMOVE

__all__ = ["check_names", "combined", "plain"]


def check_names(what: str, changes: Mapping[str, Json], known: Collection[str]) -> None:
    """Refuse a field that nothing reads: it is a slip of the pen in a test.

    Args:
        what: What has the fields.
        changes: What the test gives.
        known: The fields that it has.

    Raises:
        ConfigurationError: There is no such field; the message names the nearest.
    """
    for name in changes:
        if name not in known:
            message = f"{what} has no field {shown(name)}{did_you_mean(name, known)} It has: {', '.join(known)}"
            raise ConfigurationError(message)


def combined(held: Json, change: Json, /) -> Json:
    """Put a change on top of what is held.

    Args:
        held: A body, or earlier changes.
        change: The change.

    Returns:
        Both; neither argument is touched.
    """
    if isinstance(held, Mapping) and isinstance(change, Mapping):
        return {**held, **{key: combined(held.get(key), value) for key, value in change.items()}}
    return change


def plain(value: Json, /) -> Json:
    """Write what a test gave as JSON knows it.

    Args:
        value: Decoded JSON, which may hold `REMOVE`, enumeration members and aware times.

    Returns:
        A copy that `json_text` can write.
    """
    if isinstance(value, Mapping):
        return {key: plain(member) for key, member in value.items() if member is not REMOVE}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return wire_instant(value)
    return value.value if isinstance(value, Enum) else value

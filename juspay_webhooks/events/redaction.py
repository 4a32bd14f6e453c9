"""Own the masked copy of a model or an event: what may be stored or shown where customers' data may not."""

from typing import Final, TypeVar

import attrs

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.models.fields import FreeForm, Json, Model, is_personal

__all__ = ["redact"]

M = TypeVar("M", bound=Model)

MASK: Final = "***"
"""What stands where personal data stood."""


def redact(value: M, /) -> M:
    """Copy a model or an event with personal data, secrets and free-form content masked.

    An event's raw body is dropped; its `id` becomes the `dedupe_key`, so that the copy still tells a repeat.

    Args:
        value: A model such as `Order`, or an event.

    Returns:
        A copy of the same class: masked texts are "***", free-form objects are empty.
    """
    if not isinstance(value, Model):
        message = f"redact takes an event or a model, not {type(value).__name__}"
        raise ConfigurationError(message)
    changes: dict[str, Json] = {}
    if isinstance(value, BaseEvent) and value.raw:
        changes = {"id": value.dedupe_key, "raw": b""}
    for field in attrs.fields(type(value)):
        found = getattr(value, field.name)
        if found is not None and field.name not in changes:
            changes[field.name] = _masked(found) if is_personal(field) else _redacted(found)
    fields = attrs.fields(type(value))
    return type(value)(**({field.name: getattr(value, field.name) for field in fields} | changes))


def _redacted(value: Json) -> Json:
    """Look for models inside a value that is not personal itself."""
    if isinstance(value, tuple):
        return tuple(map(_redacted, value))
    return redact(value) if isinstance(value, Model) else value


def _masked(value: Json) -> Json:
    """Mask a value of a personal field."""
    if isinstance(value, tuple):
        return tuple(map(_masked, value))
    return FreeForm({}) if isinstance(value, FreeForm) else MASK

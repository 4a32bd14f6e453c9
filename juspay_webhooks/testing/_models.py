"""Own the questions that tests ask about a model: which class reads a body, and which field reads a key.

The models answer them; nothing is listed a second time here.
"""

from typing import Any, TypeAlias, get_args, get_origin

import attrs

from juspay_webhooks.events.dispatch import PAYMENT_CLASSES
from juspay_webhooks.events.payouts import PAYOUT_CLASSES, AnyEvent
from juspay_webhooks.models.fields import Json, Model, core_type, wire_names

__all__ = ["Field", "event_class", "fields_by_key", "model_in"]

Field: TypeAlias = "attrs.Attribute[Any]"
"""A field of a model."""


def event_class(body: Json, /) -> type[AnyEvent]:
    """Find the class that a sample becomes.

    Args:
        body: A decoded sample.

    Returns:
        The event class.
    """
    return PAYMENT_CLASSES[body["event_name"]] if "content" in body else PAYOUT_CLASSES[body["label"]]


def model_in(field: "Field | None", /) -> type[Model] | None:
    """Find the model that a field holds, alone or as the items of a list.

    Args:
        field: A field, or None for a key that has no field.

    Returns:
        The model class, or None if the field holds something else.
    """
    kind = None if field is None else core_type(field.type)
    item = get_args(kind)[0] if get_origin(kind) is tuple else kind
    return item if isinstance(item, type) and issubclass(item, Model) else None


def fields_by_key(model: type[Model], /) -> dict[str, Field]:
    """Find the field that reads a key.

    Args:
        model: A model class.

    Returns:
        Key on the wire, in each of its spellings -> field.
    """
    spellings = wire_names(model)
    return {key: field for field in attrs.fields(model) for key in spellings[field.name]}

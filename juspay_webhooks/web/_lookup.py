"""Own the look into the events that functions are called with. Whatever stands there, it never raises."""

from juspay_webhooks.models.fields import Json

__all__ = ["found"]


def found(event: Json, /, *keys: str) -> Json:
    """Follow keys into decoded JSON; None where there is no such place."""
    for key in keys:
        event = event.get(key) if isinstance(event, dict) else None
    return event

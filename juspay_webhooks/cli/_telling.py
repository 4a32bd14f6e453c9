"""Own how an event is told, to a person and to a program. Personal data is masked unless the caller asks for it."""

import attrs

from juspay_webhooks.cli._drawing import show_effects, show_facts, show_list, show_listings
from juspay_webhooks.cli._facts import effect_members, facts, listings, meaning
from juspay_webhooks.cli._terminal import json_line
from juspay_webhooks.events.payments import UnreadableEvent
from juspay_webhooks.events.payouts import AnyEvent
from juspay_webhooks.events.redaction import redact
from juspay_webhooks.models.fields import Json
from juspay_webhooks.parsing._leaves import kind_of
from juspay_webhooks.parsing._wire import to_wire, unknown_fields

__all__ = ["event_members", "show_event"]


def event_members(event: AnyEvent, /, *, show_pii: bool) -> dict[str, Json]:
    """Give what a program wants to know of an event.

    Args:
        event: The event.
        show_pii: Whether personal data is shown.

    Returns:
        Its members, for JSON.
    """
    return {
        "class": type(event).__name__,
        "name": event.name,
        "id": event.id,
        "dedupe_key": event.dedupe_key,
        "order_id": event.order_id,
        "effects": [effect_members(effect) for effect in event.effects],
        "problems": [attrs.asdict(problem) for problem in event.problems],
        "unknown_fields": list(unknown_fields(event)),
        "event": to_wire(event if show_pii else redact(event)),
    }


def show_event(event: AnyEvent, /, *, show_pii: bool) -> None:
    """Draw what a person wants to know of an event.

    Args:
        event: The event.
        show_pii: Whether personal data is shown.
    """
    # The redacted copy of an event without an id has its key in that place.
    shown = event if show_pii else attrs.evolve(redact(event), id=event.id)
    show_facts(event.name, meaning(event), facts(shown))
    show_listings(listings(shown))
    if event.effects or not isinstance(event, UnreadableEvent):
        show_effects(event.effects, getattr(event, "order", None))
    problems = [(problem.path or "(body)", problem.expected, problem.got) for problem in event.problems]
    show_list("problems: places that could not be read", "yellow", "place", "expected", "got", rows=problems)
    unknown = [
        (place, json_line(value) if show_pii else kind_of(value)) for place, value in unknown_fields(event).items()
    ]
    heading = "value" if show_pii else "kind"
    show_list("unknown fields: kept in event.payload", "", "place", heading, rows=unknown)

"""Own how deliveries of an inbox are shown: in a list, alone with what the body says. Personal data is masked."""

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from juspay_webhooks.cli._drawing import show_facts
from juspay_webhooks.cli._facts import text_of
from juspay_webhooks.cli._streams import write
from juspay_webhooks.cli._telling import event_members, show_event
from juspay_webhooks.cli._terminal import json_line, listing, show
from juspay_webhooks.errors import PayloadError
from juspay_webhooks.events.payouts import AnyEvent
from juspay_webhooks.inbox.protocol import State
from juspay_webhooks.inbox.sql import Entry
from juspay_webhooks.models.fields import Json
from juspay_webhooks.parsing._events import parse_event

__all__ = ["members", "show_entries", "show_entry"]

_SHORT: Final = 12
"""Digits of a key in a list: enough to tell a few million deliveries apart."""


def members(entry: Entry, /) -> dict[str, Json]:
    """Give what a program wants to know of a delivery, its body left away.

    Args:
        entry: The delivery.

    Returns:
        Its fields.
    """
    record = entry.record
    return {
        "key": entry.key,
        "since": entry.since,
        "state": entry.state,
        "attempt": entry.attempt,
        "name": record.name,
        "event_id": record.event_id,
        "id_conflict": entry.id_conflict,
        "label": record.namespace,
        "source": record.source,
        "received_at": record.received_at,
        "headers": dict(record.headers),
        "due_at": entry.due_at,
        "error": entry.error,
    }


def show_entries(entries: Sequence[Entry]) -> None:
    """Draw a list of deliveries.

    Args:
        entries: The deliveries.
    """
    if not entries:
        show(Text("no deliveries"))
        return
    show(
        listing(
            *("key", "since", "state", "attempt", "event", "event id", "label", "source", "due", "error"),
            rows=[
                (
                    entry.key[:_SHORT],
                    text_of(entry.since),
                    entry.state.value,
                    str(entry.attempt),
                    entry.record.name,
                    entry.record.event_id or "",
                    entry.record.namespace,
                    entry.record.source,
                    text_of(entry.due_at),
                    entry.error,
                )
                for entry in entries
            ],
        )
    )


def show_entry(entry: Entry, *, is_json: bool) -> None:
    """Draw one delivery, and what its body says, or why that cannot be read.

    Args:
        entry: The delivery, with its body.
        is_json: Whether it is for a program.
    """
    event, problem = _read(entry)
    if is_json:
        said = None if event is None else event_members(event, show_pii=False)
        write(json_line({**members(entry), "bytes": len(entry.record.body), "problem": problem, "parsed": said}) + "\n")
        return
    shown = members(entry)
    headers = shown.pop("headers")
    facts = [(words.replace("_", " "), text_of(value)) for words, value in shown.items()]
    facts += [("header", f"{name}: {value}") for name, value in headers.items()]
    facts += [("body", f"{len(entry.record.body)} bytes"), ("problem", problem)]
    show_facts("delivery", "", [(words, text) for words, text in facts if text])
    if event is not None:
        write("\n")
        show_event(event, show_pii=False)


def _read(entry: Entry) -> tuple[AnyEvent | None, str]:
    """Read a body, or say why that is impossible."""
    body = entry.record.body
    if entry.state is State.DONE and not body:
        return None, "the body was cleared when the delivery was done"
    try:
        return parse_event(body, max_bytes=max(1, len(body))), ""
    except PayloadError as error:
        return None, str(error)

"""Own what a person wants to know of an event, or of an order that was asked for: facts and lists, as words and text.

What is absent or empty is not shown. This module must never mask anything: it is given a redacted copy where personal
data may not be shown.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_args

import attrs

from juspay_webhooks.catalog import PAYMENT_EVENTS, PAYOUT_EVENTS
from juspay_webhooks.cli._tables import ENVELOPE, FACTS, LISTS, Rows
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.events.payments import PaymentFamily
from juspay_webhooks.events.payouts import AnyEvent
from juspay_webhooks.models.fields import Json, Model
from juspay_webhooks.models.open_enum import OpenEnum
from juspay_webhooks.models.order import Order

__all__ = [
    "Listing",
    "effect_members",
    "facts",
    "facts_of",
    "listings",
    "listings_of",
    "meaning",
    "money_or_state",
    "text_of",
]


@attrs.frozen(kw_only=True)
class Listing:
    """A list inside an event or an order, as columns of text."""

    title: str
    """What the list holds."""

    headings: tuple[str, ...]
    """One per column."""

    rows: Sequence[Sequence[str]]
    """One text per column, "" where a field is absent."""


def meaning(event: AnyEvent, /) -> str:
    """Say what the catalog knows about an event of this name; "" if it has no row."""
    label, _, value = event.name.partition("/")
    row = PAYMENT_EVENTS.get(event.name) or PAYOUT_EVENTS.get((label, value))
    return "" if row is None else row.meaning


def facts(event: AnyEvent, /) -> Iterator[tuple[str, str]]:
    """List what is shown of an event, as pairs of words and text.

    Args:
        event: The event; redacted, where personal data may not be shown.

    Returns:
        The pairs; nothing in them is escaped yet.
    """
    cls = type(event)
    families = get_args(PaymentFamily)
    family = next((base.__name__ for base in cls.__mro__[1:] if base in families), None)
    yield "class", cls.__name__ if family is None else f"{cls.__name__}, a kind of {family}"
    yield from _rows_of(event, ENVELOPE)
    for part in _parts(event):
        yield from facts_of(part)


def facts_of(part: Model, /) -> Iterator[tuple[str, str]]:
    """List what is shown of an object that has a table, such as an order.

    Args:
        part: The object; redacted, where personal data may not be shown.

    Returns:
        The pairs of words and text; nothing in them is escaped yet.
    """
    return _rows_of(part, FACTS[type(part)])


def listings(event: AnyEvent, /) -> Iterator[Listing]:
    """List the lists of an event that are not empty: attempts to pay, refunds.

    Args:
        event: The event; redacted, where personal data may not be shown.

    Returns:
        The lists; nothing in them is escaped yet.
    """
    for part in _parts(event):
        yield from listings_of(part)


def listings_of(part: Model, /) -> Iterator[Listing]:
    """List the lists of one object that are not empty.

    Args:
        part: The object; redacted, where personal data may not be shown.

    Returns:
        The lists, then those of the fulfillments of a payout order; nothing in them is escaped yet.
    """
    for title, path, columns in LISTS.get(type(part), ()):
        items = getattr(part, path) or ()
        rows = [tuple(text_of(_at(item, column), _currency(item, part)) for _, column in columns) for item in items]
        if rows:
            yield Listing(title=title, headings=tuple(heading for heading, _ in columns), rows=rows)
    for fulfillment in getattr(part, "fulfillments", None) or ():
        for found in listings_of(fulfillment):
            yield attrs.evolve(found, title=f"{found.title} of {fulfillment.id}")


def money_or_state(effect: Effect, order: Order | None, /) -> str:
    """Say what an effect is about beyond its key: the amount, else the state reached.

    Args:
        effect: An effect.
        order: The order that it is about, if there is one: it knows the currency where the effect does not.

    Returns:
        For example `2 INR` or `ACTIVE (outcome ACTIVE)`.
    """
    amount = getattr(effect, "amount", None)
    about = getattr(effect, "status", None) if amount is None else amount
    return text_of(about, _currency(effect, order))


def effect_members(effect: Effect, /) -> dict[str, Json]:
    """Give what a program wants to know of an effect.

    Args:
        effect: An effect.

    Returns:
        Its name, its key and its fields.
    """
    return {"effect": type(effect).__name__, "key": effect.key, **attrs.asdict(effect)}


def _parts(event: AnyEvent) -> Iterator[Model]:
    """List the objects in an event that have a table, the one that it is about first."""
    for name in ("order", "txn", "mandate", "notification", "info"):
        part = getattr(event, name, None)
        if isinstance(part, Model) and type(part) in FACTS:
            yield part


def _rows_of(part: Model, rows: Rows) -> Iterator[tuple[str, str]]:
    for words, path in rows:
        text = text_of(_at(part, path), _currency(part))
        if text:
            yield words, text


def _at(part: Any, path: str) -> Any:  # noqa: ANN401 - the value of a field
    """Follow a path; None where it ends early."""
    for name in path.split("."):
        part = None if part is None else getattr(part, name, None)
    return part


def _currency(*parts: object) -> str:
    """Find the currency of an amount: that of the object itself, else that of what it stands in."""
    found = (getattr(part, name, None) for part in parts for name in ("currency", "fulfillment_currency"))
    return next(filter(None, found), "")


def text_of(value: Any, currency: str = "") -> str:  # noqa: ANN401 - the value of a field
    """Write a value for a person.

    Args:
        value: The value of a field.
        currency: Currency of an amount.

    Returns:
        One line; "" if it is absent. Nothing in it is escaped yet.
    """
    text = str(value)
    match value:
        case None:
            text = ""
        case OpenEnum():
            outcome = getattr(value, "outcome", text)
            text = text if outcome == text else f"{text} (outcome {outcome})"
        case Decimal():
            text = f"{value:f} {currency}".rstrip()
        case datetime():
            text = f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        case bool():
            text = "yes" if value else "no"
        case tuple():
            text = ", ".join(value)
        case _:
            pass
    return text

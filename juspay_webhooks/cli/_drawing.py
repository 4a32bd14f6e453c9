"""Own how events and orders are drawn for a person: a heading, facts, lists, effects. It escapes what it is given."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from juspay_webhooks.cli._facts import Listing, money_or_state
from juspay_webhooks.cli._terminal import listing, safe, show
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.models.order import Order

__all__ = ["MOST_ROWS", "rest", "show_effects", "show_facts", "show_list", "show_listings"]

MOST_ROWS: Final = 50
"""Rows of a list that are shown: more than real bodies hold, and a screen that a person still reads."""


def show_facts(heading: str, meaning: str, facts: Iterable[tuple[str, str]]) -> None:
    """Draw a heading, and the facts under it.

    Args:
        heading: The name of an event, or a status.
        meaning: What it means, in words of the library.
        facts: Pairs of words and text.
    """
    show(Text.assemble((safe(heading), "bold"), f"  {meaning}"))
    grid = Table.grid(padding=(0, 3, 0, 0))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for words, text in facts:
        grid.add_row(words, Text(safe(text)))
    show(Padding(grid, (0, 0, 0, 2)))


def show_listings(listings: Iterable[Listing]) -> None:
    """Draw lists under their headings.

    Args:
        listings: The lists.
    """
    for part in listings:
        show_list(part.title, "", *part.headings, rows=part.rows)


def show_effects(effects: Sequence[Effect], order: Order | None) -> None:
    """Draw what there is to act on, or say that there is nothing.

    Args:
        effects: The effects.
        order: The order that they are about, if there is one.
    """
    rows = [(type(effect).__name__, money_or_state(effect, order), effect.key) for effect in effects]
    show_list("effects: act once on each key", "green", "effect", "about", "key", rows=rows)
    if not rows:
        show(Text("\n  no effects: nothing to act on", style="bold"))


def show_list(title: str, colour: str, *headings: str, rows: Sequence[Sequence[str]]) -> None:
    """Draw a list under its heading, if it has rows.

    Args:
        title: What the list holds.
        colour: Colour of the title on a terminal; "" for none.
        *headings: One per column.
        rows: One text per column.
    """
    if rows:
        show(
            Text(f"\n  {safe(title)}", style=f"bold {colour}"),
            Padding(listing(*headings, rows=rows[:MOST_ROWS]), (0, 0, 0, 4)),
            *(Text(f"    {left} (see --json)") for left in rest(len(rows))),
        )


def rest(count: int) -> Sequence[str]:
    """Say how much of a list is not shown.

    Args:
        count: Rows of the list.

    Returns:
        One text, or none if all of it is shown.
    """
    return [f"and {count - MOST_ROWS} more"] if count > MOST_ROWS else []

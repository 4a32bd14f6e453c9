"""Own what the fake knows: things by their ids, and how far each of them is. It must be called under a lock."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

import attrs

from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.testing.fake.orders import OrderRecipe
from juspay_webhooks.testing.fake.pace import Pace
from juspay_webhooks.testing.fake.question import Kind
from juspay_webhooks.testing.fake.snapshot import Snapshot

__all__ = ["Book"]

_Key: TypeAlias = tuple[Kind, tuple[str, ...]]


@attrs.define
class _Entry:
    """One thing, and how far it is."""

    snapshots: tuple[Snapshot, ...]
    """Its states."""

    pace: Pace
    """When each of them is shown."""

    since: float
    """Reading of the clock when it was added, or its states were set anew."""

    recipe: OrderRecipe | None = None
    """What a test said, if it is an order."""

    asked: int = 0
    """How often it was shown since."""


class Book:
    """The orders, payouts and validations that the fake knows."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin with none.

        Args:
            clock: Seconds that never go back.
        """
        self._clock = clock
        self._entries: dict[_Key, _Entry] = {}

    def add(self, kind: Kind, ids: tuple[str, ...], pace: Pace, snapshots: tuple[Snapshot, ...]) -> None:
        """Add a thing, in place of one with the same ids."""
        self._entries[_key(kind, ids)] = _Entry(snapshots, pace, self._clock())

    def add_order(self, recipe: OrderRecipe) -> None:
        """Add an order, in place of one with the same id."""
        entry = _Entry(recipe.snapshots(), recipe.pace, self._clock(), recipe)
        self._entries[_key(Kind.ORDER, (recipe.order_id,))] = entry

    def change_order(self, order_id: str, change: Callable[[OrderRecipe], OrderRecipe]) -> None:
        """Change an order; a new pace begins anew, the old one goes on.

        Args:
            order_id: The merchant's id, in any case.
            change: Gives the new recipe.

        Raises:
            ConfigurationError: There is no such order.
        """
        entry = self._entries.get(_key(Kind.ORDER, (order_id,)))
        if entry is None or entry.recipe is None:
            message = f"there is no order {shown(order_id)} to change: add_order comes first"
            raise ConfigurationError(message)
        recipe = change(entry.recipe)
        entry.snapshots = recipe.snapshots(after=self._last_updated(entry))
        if recipe.pace is not entry.pace:
            entry.pace, entry.since, entry.asked = recipe.pace, self._clock(), 0
        entry.recipe = recipe

    def shown(self, kind: Kind, ids: tuple[str, ...], *, goes_on: bool) -> Snapshot | None:
        """Show a thing.

        Args:
            kind: Which kind of thing.
            ids: Its ids.
            goes_on: Whether this counts as a question, after which the next state is due.

        Returns:
            Its state; None if it is not known, or not yet.
        """
        entry = self._entries.get(_key(kind, ids))
        if entry is None:
            return None
        index = entry.pace.index(asked=entry.asked, elapsed=self._clock() - entry.since)
        entry.asked += goes_on
        return None if index is None else entry.snapshots[index]

    def _last_updated(self, entry: _Entry) -> datetime | None:
        """Tell when an order was last changed, as far as anyone could see."""
        seen = entry.pace.index(asked=max(entry.asked - 1, 0), elapsed=self._clock() - entry.since)
        text = None if seen is None else entry.snapshots[seen].members.get("last_updated")
        try:
            return datetime.fromisoformat(text) if isinstance(text, str) else None
        except ValueError:  # a test may say anything
            return None


def _key(kind: Kind, ids: tuple[str, ...]) -> _Key:
    """Let the ids of orders agree in any case, as at Juspay."""
    return kind, tuple(each.lower() for each in ids) if kind is Kind.ORDER else ids

"""Own what a reconciler needs of an inbox: the orders that are to be asked about, and when."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

import attrs

__all__ = ["Agenda", "AgendaStats", "PendingOrder"]


@attrs.frozen(kw_only=True)
class PendingOrder:
    """An order that is to be asked about."""

    key: str
    """What it is found by."""

    namespace: str
    """Label of the merchant's credential."""

    order_id: str
    """The merchant's id of the order."""

    asked: int
    """How many times it was asked about."""

    token: int
    """Number of the claim on it; 0 if nobody holds it."""

    added_at: datetime
    """When it was added, aware, UTC."""

    said: str
    """What came of it the last time: a status or the kind of an error; empty if it was never asked about."""


@attrs.frozen(kw_only=True)
class AgendaStats:
    """How many orders stand where."""

    waiting: int
    """To be asked about, now or later."""

    given_up: int
    """Asked about until the schedule was over, without an end."""


class Agenda(Protocol):
    """The orders that are to be asked about; shared by all processes. Every call may raise `InboxUnavailable`."""

    def add(self, order_ids: Iterable[str], /, *, namespace: str, again: bool = False) -> int:
        """Add orders, due now, batch by batch; those that are there already stay as they are.

        One that is being asked about right now is asked about once more if that question ends it.

        Args:
            order_ids: The merchant's ids.
            namespace: Label of the merchant's credential.
            again: Whether those that were given up begin anew.

        Returns:
            How many were added, or begin anew.
        """
        ...

    def add_seen(self, *, namespace: str, older_than: timedelta, newer_than: timedelta) -> int:
        """Add orders whose last known state is no end.

        Args:
            namespace: Label of the merchant's credential.
            older_than: How long nothing was heard of them, at least.
            newer_than: How long nothing was heard of them, at most.

        Returns:
            How many were added.
        """
        ...

    def take(self, limit: int, /, *, namespace: str) -> list[PendingOrder]:
        """Claim orders that are due, for the length of the inbox's lease."""
        ...

    def later(self, order: PendingOrder, said: str, /, *, due_in: timedelta, is_counted: bool = True) -> bool:
        """Ask about a claimed order again later; False if somebody else holds it.

        Args:
            order: The order.
            said: What came of it.
            due_in: How much later.
            is_counted: Whether it was asked about.
        """
        ...

    def give_up(self, order: PendingOrder, said: str, /) -> bool:
        """Ask no more about a claimed order, and keep it for a person; False if somebody else holds it."""
        ...

    def end(self, order: PendingOrder, /) -> bool:
        """Forget a claimed order, unless it was added once more meanwhile; False if somebody else holds it."""
        ...

    def given_up(self, *, namespace: str, limit: int) -> list[PendingOrder]:
        """List orders that were given up, the latest first."""
        ...

    def forget(self, older_than: timedelta, /) -> int:
        """Forget orders that were given up so long ago; those that are added anew are asked about anew."""
        ...

    def stats(self, *, namespace: str) -> AgendaStats:
        """Count the orders of a merchant."""
        ...

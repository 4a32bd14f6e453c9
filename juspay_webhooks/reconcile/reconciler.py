"""Own the reconciler that asks on threads."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from threading import Event

from juspay_webhooks.crew import Crew, check_counts, check_idle
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.inbox.pending import AgendaStats, PendingOrder
from juspay_webhooks.order_status.client import OrderStatusClient
from juspay_webhooks.order_status.errors import OrderStatusError
from juspay_webhooks.order_status.schedules import LADDER
from juspay_webhooks.receiver.receiver import Receiver
from juspay_webhooks.reconcile.book import SOURCE, Book, Reconciled

__all__ = ["Reconciler"]


class Reconciler:
    """Asks Juspay about orders until each has an end, and lets a receiver act on that as on a webhook.

    ```python
    reconciler = Reconciler(client, receiver, seen_after=timedelta(minutes=15))
    reconciler.add(["shop-1001", "shop-1002"])
    reconciler.run(stop)  # until the event is set
    ```

    Any number of them, in threads, processes and on machines, may share an inbox: each question is asked by one.
    """

    def __init__(  # noqa: PLR0913 - its settings, by name
        self,
        client: OrderStatusClient,
        receiver: Receiver,
        *,
        label: str | None = None,
        schedule: Sequence[float] = LADDER,
        seen_after: timedelta | None = None,
        threads: int = 8,
        idle: float = 1.0,
        on_progress: Callable[[Counter[Reconciled]], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the client and the receiver.

        Args:
            client: Asks Juspay, as one merchant.
            receiver: Acts on what is heard; its inbox outlives the process.
            label: Label of that merchant's credential; it may be left out if the receiver has only one.
            schedule: Pauses in seconds between the questions about one order, the first of which is asked at once. It
                must end: the default asks 16 times within a day.
            seen_after: An order that the inbox has seen, pending or of unknown outcome, is added once nothing was heard
                of it for so long (and no longer than three days); None adds only what `add` is told.
            threads: Orders asked about at a time; the client's `pool_size` bounds the requests.
            idle: Seconds to wait before the agenda is looked at again when nothing was due.
            on_progress: Called when questions have ended, with a copy of how many ended how so far, from the thread of
                `run` or `drain`; what it raises is logged.
            clock: Seconds that never go back.

        Raises:
            ConfigurationError: The parts do not fit.
        """
        given: object = client
        if not isinstance(given, OrderStatusClient):
            message = "a reconciler needs an OrderStatusClient; AsyncReconciler takes an AsyncOrderStatusClient"
            raise ConfigurationError(message)
        check_counts("threads", threads)
        check_idle(idle)
        self._client = client
        self._receiver = receiver
        self._book = Book(receiver, label=label, schedule=schedule, seen_after=seen_after, clock=clock)
        self._crew = Crew(self._book.take, self._one, threads=threads, idle=idle, on_progress=on_progress)

    def add(self, order_ids: Iterable[str], /, *, again: bool = False) -> int:
        """Add orders to ask about, the first time at once; those that are there already stay as they are.

        Call it from any process, as often as you like: from a timer with what your own database says is pending, or
        when a customer is sent to pay. One that is being asked about right now is asked about once more if that
        question ends it: the answer may be older than your call.

        Args:
            order_ids: Your ids; drawn as they are added, 500 in one transaction.
            again: Whether orders that were given up begin anew.

        Returns:
            How many were added, or begin anew.

        Raises:
            ConfigurationError: An id is none.
            InboxUnavailable: The inbox failed; the batches before are kept.
        """
        return self._book.agenda.add(order_ids, namespace=self._book.label, again=again)

    def given_up(self, *, limit: int = 100) -> list[PendingOrder]:
        """List orders that were given up in the last 30 days, the latest first: a person must look.

        Args:
            limit: Most of them.

        Returns:
            The orders.

        Raises:
            InboxUnavailable: The inbox failed.
        """
        return self._book.agenda.given_up(namespace=self._book.label, limit=limit)

    def stats(self) -> AgendaStats:
        """Count the orders that wait and those that were given up.

        Returns:
            The numbers.

        Raises:
            InboxUnavailable: The inbox failed.
        """
        return self._book.agenda.stats(namespace=self._book.label)

    def drain(self, stop: Event | None = None) -> Counter[Reconciled]:
        """Ask about what is due now, and what becomes due meanwhile; then return: for a timer.

        Args:
            stop: Set it to stop earlier, as in `run`.

        Returns:
            How many questions ended how.

        Raises:
            Misconfigured: Juspay does not let the client in; the orders stay.
            ConfigurationError: The client is closed; the orders stay.
            InboxUnavailable: The inbox failed.
        """
        return self._crew.work(Event() if stop is None else stop, is_endless=False)

    def run(self, stop: Event) -> Counter[Reconciled]:
        """Ask about what is due until told to stop: what was begun is finished, the rest is handed back.

        Args:
            stop: Set it to stop, e.g. in a handler of SIGTERM.

        Returns:
            How many questions ended how.

        Raises:
            Misconfigured: Juspay does not let the client in; the orders stay.
            ConfigurationError: The client is closed; the orders stay.
        """
        return self._crew.work(stop, is_endless=True)

    def _one(self, order: PendingOrder, stop: Event) -> Reconciled | None:
        """Ask about one order; None if it was handed back."""
        if stop.is_set():
            self._book.hand_back(order)
            return None
        try:
            found = self._client.fetch(order.order_id)
        except (OrderStatusError, ConfigurationError) as error:
            move = self._book.after_error(order, error)
            if move is None:
                self._book.hand_back(order)
                raise
            return self._book.note(order, move)
        answer = self._receiver.observe(found, source=SOURCE, label=self._book.label)
        return self._book.conclude(order, found, answer.outcome)

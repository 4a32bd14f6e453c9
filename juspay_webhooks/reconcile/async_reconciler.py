"""Own the reconciler that asks on an event loop. What it means is said in `reconciler`, once for both."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from juspay_webhooks.crew import check_counts, check_idle, told
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.inbox.pending import AgendaStats, PendingOrder
from juspay_webhooks.inbox.protocol import InboxUnavailable
from juspay_webhooks.order_status.async_client import AsyncOrderStatusClient
from juspay_webhooks.order_status.errors import OrderStatusError
from juspay_webhooks.order_status.schedules import LADDER
from juspay_webhooks.receiver.receiver import Receiver
from juspay_webhooks.reconcile.book import SOURCE, Book, Reconciled

__all__ = ["AsyncReconciler"]

_log: Final = logging.getLogger("juspay_webhooks.reconcile")


class AsyncReconciler:
    """Asks Juspay about orders, on an event loop, until each has an end; as `Reconciler`.

    ```python
    reconciler = AsyncReconciler(client, receiver, concurrency=100)
    await reconciler.add(["shop-1001", "shop-1002"])
    await reconciler.run(stop)
    ```

    A task that is cancelled leaves what it has begun to others: they take it up when the lease of the inbox is over.
    """

    def __init__(  # noqa: PLR0913 - its settings, by name
        self,
        client: AsyncOrderStatusClient,
        receiver: Receiver,
        *,
        label: str | None = None,
        schedule: Sequence[float] = LADDER,
        seen_after: timedelta | None = None,
        concurrency: int = 100,
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
            concurrency: Orders asked about at a time; the client's `pool_size` bounds the requests.
            idle: Seconds to wait before the agenda is looked at again when nothing was due.
            on_progress: Called when questions have ended, with a copy of how many ended how so far; what it raises is
                logged.
            clock: Seconds that never go back.

        Raises:
            ConfigurationError: The parts do not fit.
        """
        given: object = client
        if not isinstance(given, AsyncOrderStatusClient):
            message = "an AsyncReconciler needs an AsyncOrderStatusClient; Reconciler takes an OrderStatusClient"
            raise ConfigurationError(message)
        check_counts("concurrency", concurrency)
        check_idle(idle)
        self._client = client
        self._receiver = receiver
        self._concurrency = concurrency
        self._idle = idle
        self._on_progress = on_progress
        self._book = Book(receiver, label=label, schedule=schedule, seen_after=seen_after, clock=clock)

    async def add(self, order_ids: Iterable[str], /, *, again: bool = False) -> int:
        """Add orders to ask about; see `Reconciler.add`.

        Args:
            order_ids: Your ids; drawn on a thread as they are added.
            again: Whether orders that were given up begin anew.

        Returns:
            How many were added, or begin anew.

        Raises:
            ConfigurationError: An id is none.
            InboxUnavailable: The inbox failed; the batches before are kept.
        """
        return await asyncio.to_thread(self._book.agenda.add, order_ids, namespace=self._book.label, again=again)

    async def given_up(self, *, limit: int = 100) -> list[PendingOrder]:
        """List orders that were given up; see `Reconciler.given_up`.

        Args:
            limit: Most of them.

        Returns:
            The orders.

        Raises:
            InboxUnavailable: The inbox failed.
        """
        return await asyncio.to_thread(self._book.agenda.given_up, namespace=self._book.label, limit=limit)

    async def stats(self) -> AgendaStats:
        """Count the orders that wait and those that were given up.

        Returns:
            The numbers.

        Raises:
            InboxUnavailable: The inbox failed.
        """
        return await asyncio.to_thread(self._book.agenda.stats, namespace=self._book.label)

    async def drain(self, stop: asyncio.Event | None = None) -> Counter[Reconciled]:
        """Ask about what is due now, and what becomes due meanwhile; then return.

        Args:
            stop: Set it to stop earlier, as in `run`.

        Returns:
            How many questions ended how.

        Raises:
            Misconfigured: Juspay does not let the client in; the orders stay.
            ConfigurationError: The client is closed, or belongs to another event loop; the orders stay.
            InboxUnavailable: The inbox failed.
        """
        return await self._work(asyncio.Event() if stop is None else stop, is_endless=False)

    async def run(self, stop: asyncio.Event) -> Counter[Reconciled]:
        """Ask about what is due until told to stop: what was begun is finished, the rest is handed back.

        Args:
            stop: Set it to stop.

        Returns:
            How many questions ended how.

        Raises:
            Misconfigured: Juspay does not let the client in; the orders stay.
            ConfigurationError: The client is closed, or belongs to another event loop; the orders stay.
        """
        return await self._work(stop, is_endless=True)

    async def _work(self, stop: asyncio.Event, *, is_endless: bool) -> Counter[Reconciled]:
        ended: Counter[Reconciled] = Counter()
        running: set[asyncio.Task[Reconciled | None]] = set()
        try:
            while not stop.is_set():
                taken = await self._taken(self._concurrency - len(running), is_endless=is_endless)
                running |= {asyncio.create_task(self._one(order, stop)) for order in taken}
                if running:
                    done, _ = await asyncio.wait(running, timeout=self._idle, return_when=asyncio.FIRST_COMPLETED)
                    self._count(ended, done)
                    running -= done
                elif is_endless:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), self._idle)
                else:
                    break
            if running:
                await asyncio.wait(running)
                self._count(ended, running)
        except asyncio.CancelledError:
            for task in running:
                task.cancel()
            raise
        finally:  # what is begun is finished, also if one of them failed
            await asyncio.gather(*running, return_exceptions=True)
        return ended

    async def _taken(self, free: int, *, is_endless: bool) -> list[PendingOrder]:
        if not free:
            return []
        try:
            return await asyncio.to_thread(self._book.take, free)
        except InboxUnavailable:
            if not is_endless:
                raise
            _log.exception("the inbox failed; it is asked again")
            return []

    def _count(self, ended: Counter[Reconciled], done: set[asyncio.Task[Reconciled | None]]) -> None:
        """Add what has ended, and tell who wants to know."""
        results = [result for result in (one.result() for one in done) if result is not None]
        ended.update(results)
        if results:
            told(self._on_progress, ended)

    async def _one(self, order: PendingOrder, stop: asyncio.Event) -> Reconciled | None:
        """Ask about one order; None if it was handed back."""
        if stop.is_set():
            await asyncio.to_thread(self._book.hand_back, order)
            return None
        try:
            found = await self._client.fetch(order.order_id)
        except (OrderStatusError, ConfigurationError) as error:
            move = self._book.after_error(order, error)
            if move is None:
                await asyncio.to_thread(self._book.hand_back, order)
                raise
            return await asyncio.to_thread(self._book.note, order, move)
        answer = await self._receiver.observe_async(found, source=SOURCE, label=self._book.label)
        return await asyncio.to_thread(self._book.conclude, order, found, answer.outcome)

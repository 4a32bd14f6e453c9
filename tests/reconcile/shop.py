"""Own a merchant who reconciles: an inbox in a file, a receiver, and both reconcilers as one, over real sockets."""

import asyncio
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeAlias, TypeVar

from juspay_webhooks import (
    AsyncOrderStatusClient,
    BasicAuth,
    Delivery,
    OrderPaid,
    OrderStatusClient,
    PaymentFailed,
    Receiver,
    RefundSettled,
    RetryPolicy,
)
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox import SqlInbox
from juspay_webhooks.inbox.pending import PendingOrder
from juspay_webhooks.reconcile import AsyncReconciler, Reconciled, Reconciler
from juspay_webhooks.testing import FakeJuspay, make_webhook

__all__ = ["CREDENTIAL", "KEY", "LEASE", "MERCHANT", "ONCE", "WAYS", "Async", "Clock", "Lock", "Shop", "Sync", "Way"]

T = TypeVar("T")

KEY: Final = "kanarienvogel_key_0123456789"
"""What nobody may ever see."""

MERCHANT: Final = "test-shop"
CREDENTIAL: Final = ("shop", "secret")

ONCE: Final = RetryPolicy(attempts=1)
"""One request for a question."""

LEASE: Final = 60


class Clock:
    """Seconds since 1970 that stand still until they are moved."""

    def __init__(self) -> None:
        """Begin at some time."""
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """Read it."""
        return self.now


class Lock:
    """Keeps everybody else from writing to the file of an inbox."""

    def __init__(self, path: Path) -> None:
        """Take the file, of an inbox that does not wait long for others."""
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def lock(self, *_: object) -> None:
        """Lock it."""
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN EXCLUSIVE")

    def unlock(self) -> None:
        """Let others write."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """End."""
        self._connection.close()


class Shop:
    """A merchant, and the fake that is asked."""

    def __init__(self, juspay: FakeJuspay, path: Path) -> None:
        """Make an inbox and a receiver whose handlers note what they get."""
        self.juspay = juspay
        self.clock = Clock()
        self.path = path
        self.told: list[tuple[str, str]] = []
        """Name and order of each effect that a handler got."""
        self.open(wait=timedelta(minutes=1))

    def open(self, *, wait: timedelta) -> None:
        """Open the inbox, and make a receiver without handlers."""
        self.inbox = SqlInbox(f"sqlite:///{self.path}", clock=self.clock, lease=timedelta(seconds=LEASE), wait=wait)
        self.inbox.prepare()
        self.receiver = self.new_receiver()

    def new_receiver(self, **more: Any) -> Receiver:  # noqa: ANN401 - as `Receiver`
        """Make a receiver without handlers."""
        settings: dict[str, Any] = {"inbox": self.inbox, "clock": self.time, **more}
        return Receiver(BasicAuth(*CREDENTIAL), **settings)

    def time(self) -> datetime:
        """Tell the time."""
        return datetime.fromtimestamp(self.clock.now, UTC)

    def note(self, effect: Effect, delivery: Delivery) -> None:
        """Note what a handler got."""
        assert delivery.source in {"reconcile", "webhook"}
        self.told.append((type(effect).__name__, str(getattr(effect, "order_id", ""))))

    def takes_notes(self) -> Self:
        """Let handlers note everything."""
        for kind in (OrderPaid, PaymentFailed, RefundSettled):
            self.receiver.on_effect(kind)(self.note)
        return self

    def asked(self) -> Counter[str]:
        """Count the questions about each order."""
        return Counter(one.path.rpartition("/")[2] for one in self.juspay.requests)

    def due(self) -> list[str]:
        """Claim, and thereby list, what is due now."""
        return sorted(order.order_id for order in self.inbox.agenda.take(100_000, namespace="shop"))

    def waiting(self) -> int:
        """Count what is to be asked about."""
        return self.inbox.agenda.stats(namespace="shop").waiting

    def webhook(self, order_id: str) -> str:
        """Receive the news that an order is paid; gives how that ended."""
        hook = make_webhook("ORDER_SUCCEEDED", id=f"evt-{order_id}", order={"order_id": order_id}, auth=CREDENTIAL)
        return self.receiver.handle(headers=hook.headers, body=hook.body).outcome


class _Both:
    """What both ways have in common."""

    stack: ExitStack
    """What is to be closed."""

    def add_all(self, order_ids: Iterable[str], *, again: bool = False) -> int:
        """Add orders."""
        raise NotImplementedError

    def add(self, *order_ids: str, again: bool = False) -> int:
        """Add a few orders."""
        return self.add_all(order_ids, again=again)

    def __enter__(self) -> Self:
        """Use it in a `with` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close what was made."""
        self.stack.close()


def _place(shop: Shop) -> dict[str, Any]:
    return {"merchant_id": MERCHANT, "base_url": shop.juspay.url, "retry": ONCE}


class Sync(_Both):
    """Asks on threads."""

    def __init__(self, shop: Shop, *, key: str = KEY, timeout: float = 20.0, **settings: Any) -> None:  # noqa: ANN401
        """Make a client and a reconciler; the settings are those of the reconciler, `at_a_time` is its width."""
        width = settings.pop("at_a_time", 4)
        pool_size = settings.pop("pool_size", width)
        given: dict[str, Any] = {"threads": width, "idle": 0.01, "clock": shop.clock, **settings}
        with ExitStack() as stack:
            self.client = stack.enter_context(
                OrderStatusClient(
                    key,
                    merchant_id=MERCHANT,
                    base_url=shop.juspay.url,
                    retry=ONCE,
                    timeout=timeout,
                    pool_size=pool_size,
                )
            )
            self.reconciler = Reconciler(self.client, shop.receiver, **given)
            self.stack = stack.pop_all()
        self._stop = threading.Event()

    def add_all(self, order_ids: Iterable[str], *, again: bool = False) -> int:
        """Add orders."""
        return self.reconciler.add(order_ids, again=again)

    def drain(self) -> Counter[Reconciled]:
        """Ask about what is due."""
        return self.reconciler.drain()

    def run(self) -> Counter[Reconciled]:
        """Ask until somebody calls `stop`."""
        return self.reconciler.run(self._stop)

    def stop(self) -> None:
        """End `run`, from any thread."""
        self._stop.set()

    def drain_until_stopped(self) -> Counter[Reconciled]:
        """Ask about what is due, or until somebody calls `stop`."""
        return self.reconciler.drain(self._stop)

    def begin(self, order: PendingOrder) -> Reconciled | None:
        """Begin with an order that was claimed before."""
        return self.reconciler._one(order, self._stop)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    def given_up(self) -> list[str]:
        """Name what was given up, with what was said last."""
        return [f"{one.order_id}: {one.said}" for one in self.reconciler.given_up()]

    def stats(self) -> tuple[int, int]:
        """Count what waits and what was given up."""
        stats = self.reconciler.stats()
        return stats.waiting, stats.given_up

    def close_client(self) -> None:
        """Close the client."""
        self.client.close()


class Async(_Both):
    """Asks on an event loop of its own."""

    def __init__(self, shop: Shop, *, key: str = KEY, timeout: float = 20.0, **settings: Any) -> None:  # noqa: ANN401
        """Make a client and a reconciler; as `Sync`."""
        width = settings.pop("at_a_time", 4)
        pool_size = settings.pop("pool_size", width)
        given: dict[str, Any] = {"concurrency": width, "idle": 0.01, "clock": shop.clock, **settings}
        with ExitStack() as stack:
            self.runner = stack.enter_context(asyncio.Runner())
            self.client = AsyncOrderStatusClient(key, timeout=timeout, pool_size=pool_size, **_place(shop))
            stack.callback(lambda: self._wait(self.client.close()))
            self.reconciler = AsyncReconciler(self.client, shop.receiver, **given)
            self.stack = stack.pop_all()
        self._stop = asyncio.Event()

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def add_all(self, order_ids: Iterable[str], *, again: bool = False) -> int:
        """Add orders."""
        return self._wait(self.reconciler.add(order_ids, again=again))

    def drain(self) -> Counter[Reconciled]:
        """Ask about what is due."""
        return self._wait(self.reconciler.drain())

    def run(self) -> Counter[Reconciled]:
        """Ask until somebody calls `stop`."""
        return self._wait(self.reconciler.run(self._stop))

    def stop(self) -> None:
        """End `run`, from any thread."""
        self.runner.get_loop().call_soon_threadsafe(self._stop.set)

    def drain_until_stopped(self) -> Counter[Reconciled]:
        """Ask about what is due, or until somebody calls `stop`."""
        return self._wait(self.reconciler.drain(self._stop))

    def begin(self, order: PendingOrder) -> Reconciled | None:
        """Begin with an order that was claimed before."""

        async def begin() -> Reconciled | None:
            return await self.reconciler._one(order, self._stop)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

        return self._wait(begin())

    def given_up(self) -> list[str]:
        """Name what was given up, with what was said last."""
        return [f"{one.order_id}: {one.said}" for one in self._wait(self.reconciler.given_up())]

    def stats(self) -> tuple[int, int]:
        """Count what waits and what was given up."""
        stats = self._wait(self.reconciler.stats())
        return stats.waiting, stats.given_up

    def close_client(self) -> None:
        """Close the client."""
        self._wait(self.client.close())


Way: TypeAlias = Callable[..., Sync | Async]
"""Makes a reconciler of a shop; keywords are those of `Sync`."""

WAYS: Final[tuple[type[Sync] | type[Async], ...]] = (Sync, Async)

"""Own how the tests ask with both clients as with one: the same calls, a clock that moves with every pause."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import ExitStack, aclosing, closing
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self, TypeAlias, TypeVar

from juspay_webhooks import (
    AsyncOrderStatusClient,
    AsyncPayoutStatusClient,
    OrderStatusClient,
    PayoutStatusClient,
    RetryPolicy,
    Surroundings,
)
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.models.validation import ValidationV2Info
from juspay_webhooks.order_status.confirm import Confirmation
from juspay_webhooks.order_status.subject import Polled

__all__ = ["BOTH", "KEY", "MERCHANT", "NOON", "ONCE", "Asking", "Async", "Sync"]

T = TypeVar("T")

Seen: TypeAlias = Callable[[str], object]

KEY: Final = "kanarienvogel_key_0123456789"
"""What nobody may ever see."""

MERCHANT: Final = "test-shop"
NOON: Final = datetime(2025, 3, 1, 12, tzinfo=UTC)
ONCE: Final = RetryPolicy(attempts=1)


class Asking:
    """Asks with one kind of client. Pauses are noted and not made; the clock moves by them."""

    def __init__(self, url: str, **options: Any) -> None:  # noqa: ANN401 - as the clients have it
        """Take what the clients are made with."""
        self.pauses: list[float] = []
        surroundings = Surroundings(clock=self.clock, now=self.now, random=lambda: 1.0)
        given = {"merchant_id": MERCHANT, "base_url": url, "surroundings": surroundings}
        self.options: dict[str, Any] = {**given, **options}
        self.key = self.options.pop("api_key", KEY)
        self.stack = ExitStack()

    def clock(self) -> float:
        """Tell the seconds that went by, those of the pauses included."""
        return time.monotonic() + sum(self.pauses)

    def now(self) -> datetime:
        """Tell the time."""
        return NOON + timedelta(seconds=sum(self.pauses))

    def __enter__(self) -> Self:
        """Make the clients when they are needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the clients."""
        self.stack.close()


class Sync(Asking):
    """Asks in this thread."""

    def orders(self) -> OrderStatusClient:
        """Make a client of orders, or give the one that was made."""
        if "client" not in self.__dict__:
            made: dict[str, Any] = {"sleep": self.pauses.append} | self.options
            self.client = self.stack.enter_context(OrderStatusClient(self.key, **made))
        return self.client

    def payouts(self) -> PayoutStatusClient:
        """Make a client of payouts."""
        made: dict[str, Any] = {"sleep": self.pauses.append} | self.options
        return self.stack.enter_context(PayoutStatusClient(self.key, **made))

    def fetch(self, order_id: str, **more: Any) -> Order:  # noqa: ANN401 - as the clients have it
        """Ask about an order."""
        return self.orders().fetch(order_id, **more)

    def poll(self, order_id: str, **more: Any) -> Order:  # noqa: ANN401 - as the clients have it
        """Poll an order."""
        return self.orders().poll(order_id, **more)

    def confirm(self, subject: Any, **more: Any) -> Confirmation:  # noqa: ANN401 - as the clients have it
        """Confirm an order."""
        return self.orders().confirm(subject, **more)

    def poll_many(
        self,
        ids: Iterable[str],
        *,
        most: int | None = None,
        seen: Seen = len,
        **more: Any,  # noqa: ANN401 - as the clients have it
    ) -> list[Polled]:
        """Poll orders, and close after the first so many; each id is told when it is answered."""
        with closing(self.orders().poll_many(ids, **more)) as polled:
            return list(_first(polled, most, seen))

    def fetch_payout(self, order_id: str, **more: Any) -> PayoutOrder:  # noqa: ANN401 - as the clients have it
        """Ask about a payout order."""
        return self.payouts().fetch(order_id, **more)

    def fetch_validation(self, customer_id: str, beneficiary_id: str) -> ValidationV2Info:
        """Ask about a validation."""
        return self.payouts().fetch_validation(customer_id, beneficiary_id)

    def close(self) -> None:
        """Close the client of orders."""
        self.orders().close()


class Async(Asking):
    """Asks on an event loop of its own."""

    def __init__(self, url: str, **options: Any) -> None:  # noqa: ANN401 - as the clients have it
        """Take what the clients are made with, and make the loop."""
        super().__init__(url, **options)
        self.runner = self.stack.enter_context(asyncio.Runner())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run to the end."""
        return self.runner.run(work)

    async def sleep(self, seconds: float) -> None:
        """Note a pause."""
        self.pauses.append(seconds)

    def orders(self) -> AsyncOrderStatusClient:
        """Make a client of orders, or give the one that was made."""
        if "client" not in self.__dict__:
            made: dict[str, Any] = {"sleep": self.sleep} | self.options
            self.client = AsyncOrderStatusClient(self.key, **made)
            self.stack.callback(lambda: self.run(self.client.close()))
        return self.client

    def payouts(self) -> AsyncPayoutStatusClient:
        """Make a client of payouts."""
        made: dict[str, Any] = {"sleep": self.sleep} | self.options
        client = AsyncPayoutStatusClient(self.key, **made)
        self.stack.callback(lambda: self.run(client.close()))
        return client

    def fetch(self, order_id: str, **more: Any) -> Order:  # noqa: ANN401 - as the clients have it
        """Ask about an order."""
        return self.run(self.orders().fetch(order_id, **more))

    def poll(self, order_id: str, **more: Any) -> Order:  # noqa: ANN401 - as the clients have it
        """Poll an order."""
        return self.run(self.orders().poll(order_id, **more))

    def confirm(self, subject: Any, **more: Any) -> Confirmation:  # noqa: ANN401 - as the clients have it
        """Confirm an order."""
        return self.run(self.orders().confirm(subject, **more))

    def poll_many(
        self,
        ids: Iterable[str],
        *,
        most: int | None = None,
        seen: Seen = len,
        **more: Any,  # noqa: ANN401 - as the clients have it
    ) -> list[Polled]:
        """Poll orders, and close after the first so many; each id is told when it is answered."""

        async def polled() -> list[Polled]:
            found: list[Polled] = []
            async with aclosing(self.orders().poll_many(ids, **more)) as coming:
                async for each in coming:
                    found.append(each)
                    seen(each.order_id)
                    if len(found) == most:
                        break
            return found

        return self.run(polled())

    def fetch_payout(self, order_id: str, **more: Any) -> PayoutOrder:  # noqa: ANN401 - as the clients have it
        """Ask about a payout order."""
        return self.run(self.payouts().fetch(order_id, **more))

    def fetch_validation(self, customer_id: str, beneficiary_id: str) -> ValidationV2Info:
        """Ask about a validation."""
        return self.run(self.payouts().fetch_validation(customer_id, beneficiary_id))

    def close(self) -> None:
        """Close the client of orders."""
        self.run(self.orders().close())


BOTH: Final[tuple[Callable[..., Sync | Async], ...]] = (Sync, Async)


def _first(polled: Iterable[Polled], most: int | None, seen: Seen) -> Iterator[Polled]:
    for number, each in enumerate(polled, start=1):
        seen(each.order_id)
        yield each
        if number == most:
            return

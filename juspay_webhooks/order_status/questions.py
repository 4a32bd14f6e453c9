"""Own what both clients of orders ask, and the means that both are given."""

import random
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Final

import attrs

from juspay_webhooks.models.order import Order
from juspay_webhooks.order_status.answer import decipher_order
from juspay_webhooks.order_status.asking import Means, Steps, asking, polling
from juspay_webhooks.order_status.request import Target, order_request
from juspay_webhooks.order_status.retry import RetryPolicy
from juspay_webhooks.order_status.schedules import interactive

__all__ = ["REAL", "OrderQuestions", "Surroundings"]


def _now() -> datetime:
    return datetime.now(UTC)


@attrs.frozen(kw_only=True)
class Surroundings:
    """The clock, the time and chance; tests give others."""

    clock: Callable[[], float] = time.monotonic
    """Seconds that never go back."""

    now: Callable[[], datetime] = _now
    """The time, aware."""

    random: Callable[[], float] = random.random
    """Numbers from 0 to 1: they spread retries, they hide nothing."""

    def means(self, retry: RetryPolicy | None, timeout: float) -> Means:
        """Make what asking needs."""
        return Means(policy=retry or RetryPolicy(), timeout=timeout, clock=self.clock, now=self.now, random=self.random)


REAL: Final = Surroundings()
"""The real ones."""


@attrs.frozen
class OrderQuestions:
    """The questions about orders, as steps."""

    target: Target
    """Where to ask."""

    means: Means
    """What asking needs."""

    def fetch(self, order_id: str, routing_id: str | None, *, full_gateway_response: bool) -> Steps[Order]:
        """Ask once."""
        request = order_request(
            self.target, order_id, routing_id=routing_id, full_gateway_response=full_gateway_response
        )
        return asking(request, decipher_order, self.means)

    def poll(
        self,
        order_id: str,
        routing_id: str | None,
        *,
        schedule: Iterable[float] | None,
        seconds: float,
        until: Callable[[Order], bool],
    ) -> Steps[Order]:
        """Ask until it has settled."""
        request = order_request(self.target, order_id, routing_id=routing_id)
        pauses = interactive() if schedule is None else schedule
        return polling(request, decipher_order, self.means, schedule=pauses, seconds=seconds, until=until)

"""Own what both clients of orders ask, and the means that both are given."""

import random
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Final

import attrs

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.order import Order
from juspay_webhooks.order_status.answer import decipher_order
from juspay_webhooks.order_status.asking import Means, Steps, asking, polling, unsettled_order
from juspay_webhooks.order_status.checks import check_callable
from juspay_webhooks.order_status.request import Target, order_request
from juspay_webhooks.order_status.retry import RetryPolicy
from juspay_webhooks.order_status.schedules import interactive

__all__ = ["REAL", "OrderQuestions", "Surroundings", "means_of"]


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

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be called."""
        check_callable(self.clock, "clock", is_plain=True)
        check_callable(self.now, "now", is_plain=True)
        check_callable(self.random, "random", is_plain=True)

    def means(self, retry: RetryPolicy | None, timeout: float) -> Means:
        """Make what asking needs."""
        policy = RetryPolicy() if retry is None else retry
        return Means(policy=policy, timeout=timeout, clock=self.clock, now=self.now, random=self.random)


REAL: Final = Surroundings()
"""The real ones."""


def means_of(surroundings: object, retry: RetryPolicy | None, timeout: float) -> Means:
    """Make what asking needs of what a client was given.

    Args:
        surroundings: Clock, time and chance.
        retry: Retries of one question; None for the usual ones.
        timeout: Seconds that one request may take.

    Returns:
        It.

    Raises:
        ConfigurationError: One of them is not usable.
    """
    if not isinstance(surroundings, Surroundings):
        message = f"surroundings are Surroundings, not {type(surroundings).__name__}"
        raise ConfigurationError(message)
    return surroundings.means(retry, timeout)


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
        return polling(
            request,
            decipher_order,
            self.means,
            schedule=pauses,
            seconds=seconds,
            until=until,
            unsettled=unsettled_order,
        )

"""Own how a question is asked until it is answered: retries, polling, deadlines. It neither sends nor waits.

A generator yields what is to be done, `Ask` or `Pause`, and gets a `Response` or a `Failure`. The sync and the async
client carry out the same steps.
"""

from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator
from datetime import datetime
from typing import Final, TypeAlias, TypeVar

import attrs

from juspay_webhooks.catalog import Outcome
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.order import Order
from juspay_webhooks.order_status.checks import check_poll, check_schedule, check_timeout
from juspay_webhooks.order_status.errors import Misconfigured, OrderStatusError, OutcomeUnknown, SlowDown
from juspay_webhooks.order_status.request import Failure, Request, Response
from juspay_webhooks.order_status.retry import RetryPolicy
from juspay_webhooks.order_status.schedules import is_pause

__all__ = ["Ask", "Means", "Pause", "Steps", "asking", "is_settled", "not_in_time", "polling", "unsettled_order"]

T = TypeVar("T")


@attrs.frozen(slots=False)
class Ask:
    """Send a request."""

    request: Request
    """The request."""

    seconds: float
    """How long it may take, from the first byte sent to the last received."""


@attrs.frozen(slots=False)
class Pause:
    """Wait."""

    seconds: float
    """How long."""


Steps: TypeAlias = Generator[Ask | Pause, Response | Failure | None, T]
"""What is to be done, one after the other, and what comes of it."""

Decipher: TypeAlias = Callable[[Request, Response, Callable[[], datetime]], T]
"""Reads an answer, or raises an `OrderStatusError`."""

Unsettled: TypeAlias = Callable[[T | None, str], OutcomeUnknown]
"""Makes the error in which a poll ends that came to no end: of what was seen last, and what was said last."""


@attrs.frozen(kw_only=True)
class Means:
    """What asking needs of its surroundings."""

    policy: RetryPolicy
    """Retries of one question."""

    timeout: float
    """Seconds that one request may take."""

    clock: Callable[[], float]
    """Seconds that never go back."""

    now: Callable[[], datetime]
    """The time, aware."""

    random: Callable[[], float]
    """Numbers from 0 to 1."""

    def __attrs_post_init__(self) -> None:
        """Refuse to wait for ever, and a policy that is none."""
        check_timeout(self.timeout)
        if not isinstance(self.policy, RetryPolicy):  # pyright: ignore[reportUnnecessaryIsInstance] - not all check types
            message = f"retry is a RetryPolicy, not {type(self.policy).__name__}"
            raise ConfigurationError(message)


_OPEN: Final = frozenset({Outcome.PENDING, Outcome.UNKNOWN})


def is_settled(order: Order, /) -> bool:
    """Tell whether an order has come to an end, or to where somebody must act: it is neither pending nor unknown."""
    return order.outcome not in _OPEN


def asking(request: Request, decipher: Decipher[T], means: Means, *, deadline: float | None = None) -> Steps[T]:
    """Ask one question, again where that may help.

    Args:
        request: The question.
        decipher: Reads the answer.
        means: The surroundings.
        deadline: Reading of `means.clock` after which nothing is asked or waited for; None for none.

    Returns:
        The answer.

    Raises:
        OrderStatusError: There is none; the error of the last attempt.
    """
    attempt = 0
    while True:
        attempt += 1
        left = means.timeout if deadline is None else min(means.timeout, deadline - means.clock())
        if left <= 0:
            message = "the time was up before Juspay gave an answer"
            raise OutcomeUnknown(message)
        answer = yield Ask(request, left)
        try:
            return _read(request, answer, decipher, means)
        except OrderStatusError as error:
            asked = error.retry_after if isinstance(error, SlowDown | OutcomeUnknown) else None
            pause = means.policy.pause(attempt, asked=asked, random=means.random)
            is_late = deadline is not None and means.clock() + pause >= deadline
            is_over = attempt >= means.policy.attempts or (asked or 0.0) > means.policy.patience
            if not error.retryable or is_over or is_late:
                raise
        yield Pause(pause)


def _read(request: Request, answer: Response | Failure | None, decipher: Decipher[T], means: Means) -> T:
    if isinstance(answer, Response):
        return decipher(request, answer, means.now)
    reason = "nothing came back" if answer is None else answer.reason
    if answer is not None and not answer.retryable:
        message = f"Juspay could not be reached: {reason}"
        raise Misconfigured(message)
    message = f"no answer of Juspay: {reason}; nobody can say how the order stands"
    raise OutcomeUnknown(message)


def polling(  # noqa: PLR0913 - by name
    request: Request,
    decipher: Decipher[T],
    means: Means,
    *,
    schedule: Iterable[float],
    seconds: float,
    until: Callable[[T], bool],
    unsettled: Unsettled[T],
) -> Steps[T]:
    """Ask how an order or a payout stands until it has settled.

    Args:
        request: The question.
        decipher: Reads the answer.
        means: The surroundings.
        schedule: Pauses between the questions, in seconds.
        seconds: When to stop.
        until: Tells whether what was seen is what is waited for.
        unsettled: Makes the error for when the time or the schedule ends first.

    Returns:
        What is waited for.

    Raises:
        OutcomeUnknown: The time or the schedule ended first; it holds what was last seen.
        OrderStatusError: The question will never be answered.
        ConfigurationError: The schedule or the time is none.
    """
    check_poll(seconds, until)
    deadline = means.clock() + seconds
    last: T | None = None
    trouble = ""
    pauses = _pauses(schedule)
    while True:
        wait = next(pauses, None)
        try:
            last = yield from asking(request, decipher, means, deadline=deadline)
        except OrderStatusError as error:
            if not error.retryable:
                raise
            trouble = f": {error}"
            if isinstance(error, SlowDown | OutcomeUnknown) and wait is not None:
                wait = max(wait, error.retry_after or 0.0)
        else:
            if _holds(until, last):
                return last
        if wait is None or means.clock() + wait >= deadline:
            break
        yield Pause(wait)
    raise unsettled(last, trouble)


def unsettled_order(last: Order | None, trouble: str) -> OutcomeUnknown:
    """Make the error in which the poll of an order ends that came to no end."""
    return OutcomeUnknown(not_in_time("order", None if last is None else last.outcome, trouble), order=last)


def not_in_time(what: str, outcome: str | None, trouble: str) -> str:
    """Say that a poll came to no end.

    Args:
        what: What was asked about.
        outcome: What it came down to when it was last seen; None if it never was.
        trouble: What was said last, if it never was seen.

    Returns:
        The sentence.
    """
    state = f"it was never seen{trouble}" if outcome is None else f"it was {outcome} when last seen"
    return f"the {what} did not settle in time, {state}; that is not a failure: ask again later"


def _holds(until: Callable[[T], object], seen: T) -> bool:
    """Ask the caller's function; whatever is not True or False would count as True sooner or later."""
    found = until(seen)
    if isinstance(found, bool):
        return found
    if isinstance(found, Coroutine):
        found.close()  # Python would warn that nobody awaits it
    message = f"until says True or False, and no {type(found).__name__}; it is no async function either"
    raise ConfigurationError(message)


def _pauses(schedule: Iterable[float]) -> Iterator[float]:
    """Give the pauses between questions, each drawn and checked when it is needed."""
    check_schedule(schedule)
    return map(_checked, schedule)


def _checked(pause: float) -> float:
    if not is_pause(pause):
        message = "a schedule holds numbers of seconds, not negative, not endless"
        raise ConfigurationError(message)
    return pause

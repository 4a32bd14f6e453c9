"""Own what is refused at once: arguments with which nobody can wait, count or decide. Nothing is asked here."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Final

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.order_status.schedules import LONGEST, is_number_of_seconds, is_pause

__all__ = ["check_callable", "check_count", "check_many", "check_poll", "check_schedule", "check_timeout"]

_MOST: Final = 100_000
"""Things at a time: more connections no machine has, and some queues are filled before the first of them is made."""

_DAY: Final = 86_400.0

_BYTES: Final = (bytes, bytearray, memoryview)


def check_count(count: object, name: str) -> None:
    """Refuse what is no number of things.

    Args:
        count: The number.
        name: How the caller knows it.

    Raises:
        ConfigurationError: It is none, or more than any machine can do.
    """
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= _MOST:
        message = f"{name} is a whole number, at least 1 and at most {_MOST:,}"
        raise ConfigurationError(message)


def check_callable(function: object, name: str, *, is_plain: bool = False) -> None:
    """Refuse what cannot be called.

    Args:
        function: The function.
        name: How the caller knows it.
        is_plain: Whether an `async def` is refused as well: what it gives, nobody would await.

    Raises:
        ConfigurationError: It cannot be called, or only with `await`.
    """
    if not callable(function):
        message = f"{name} is a function, not {type(function).__name__}"
        raise ConfigurationError(message)
    if is_plain and _is_async(function):
        message = f"{name} is a plain function, not an async one: nobody would await what it gives"
        raise ConfigurationError(message)


def _is_async(function: Callable[..., object]) -> bool:
    while isinstance(function, partial):
        function = function.func
    called = (function, type(function).__call__)
    return any(iscoroutinefunction(each) or isasyncgenfunction(each) for each in called)


def check_timeout(timeout: object) -> None:
    """Refuse to wait for ever.

    Args:
        timeout: Seconds that one request may take.

    Raises:
        ConfigurationError: It is no time, or a day and more.
    """
    if not (is_pause(timeout) and 0 < timeout < _DAY):
        message = "timeout is a number of seconds above 0; a request without one may hang for ever"
        raise ConfigurationError(message)


def check_poll(seconds: object, until: object) -> None:
    """Refuse a poll that would never end, or end at once whatever is seen.

    Args:
        seconds: When to stop.
        until: Tells whether what was seen is what is waited for.

    Raises:
        ConfigurationError: One of them is not usable.
    """
    if not is_number_of_seconds(seconds):
        message = f"seconds is a number, at most {LONGEST:,.0f}: a poll comes to an end"
        raise ConfigurationError(message)
    check_callable(until, "until", is_plain=True)


def check_schedule(schedule: object) -> None:
    """Refuse what holds no pauses.

    Args:
        schedule: The pauses between the questions of one poll.

    Raises:
        ConfigurationError: It is no iterable of numbers.
    """
    if not isinstance(schedule, Iterable) or isinstance(schedule, (str, Mapping, *_BYTES)):
        message = "a schedule is an iterable of seconds, such as LADDER or interactive()"
        raise ConfigurationError(message)


def check_many(order_ids: object, concurrency: object, schedule: object, seconds: object, until: object) -> None:
    """Refuse arguments with which many orders cannot be polled.

    Args:
        order_ids: The ids.
        concurrency: How many at a time.
        schedule: Makes the pauses of one order.
        seconds: When to stop with one order.
        until: Tells whether an order is what is waited for.

    Raises:
        ConfigurationError: One of them is not usable.
    """
    check_count(concurrency, "concurrency")
    check_poll(seconds, until)
    if not isinstance(order_ids, Iterable) or isinstance(order_ids, (str, *_BYTES)):
        message = "order_ids is an iterable of ids; for a single one there is poll"
        raise ConfigurationError(message)
    if not callable(schedule):
        message = "schedule makes the pauses of one order, such as interactive or lambda: LADDER; without brackets"
        raise ConfigurationError(message)

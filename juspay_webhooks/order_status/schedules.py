"""Own when to ask again: plain iterables of seconds, endless or not. They neither wait nor read a clock."""

from collections.abc import Iterator
from itertools import chain, repeat
from typing import Final, TypeGuard

from juspay_webhooks.errors import ConfigurationError

__all__ = ["LADDER", "LONGEST", "exponential", "interactive", "is_number_of_seconds", "is_pause"]

LONGEST: Final = 1e9
"""Seconds, some thirty years; with much more neither clocks nor sleeping can be trusted."""

LADDER: Final = (15.0,) * 6 + (30.0, 180.0, 300.0, 600.0, 2400.0, 3600.0, 14_400.0, 21_600.0, 43_200.0)
"""Pauses of the only full schedule that was published, an acquirer's advice to a merchant: every 15 seconds for 90,
then 2, 5, 10, 20 minutes and 1, 2, 6, 12, 24 hours after the first question. For reconciling, not for a customer who
waits."""


def is_number_of_seconds(seconds: object, /) -> TypeGuard[float]:
    """Tell whether a clock can be that far ahead, or behind: a number, not endless, and not True or False."""
    return isinstance(seconds, int | float) and not isinstance(seconds, bool) and -LONGEST <= seconds <= LONGEST


def is_pause(seconds: object, /) -> TypeGuard[float]:
    """Tell whether somebody can wait so many seconds: a number, not negative, not endless."""
    return is_number_of_seconds(seconds) and seconds >= 0


def interactive() -> Iterator[float]:
    """Give the pauses for a customer who looks at the screen: 1, 1, 2, 2, 3, 3, then 5 seconds for ever.

    A status may be cached for a moment at Juspay, so asking more often gives nothing.

    Yields:
        Seconds.
    """
    return chain((1.0, 1.0, 2.0, 2.0, 3.0, 3.0), repeat(5.0))


def exponential(first: float, *, most: float, factor: float = 2.0) -> Iterator[float]:
    """Give pauses that grow up to a bound, for ever.

    Args:
        first: The first pause in seconds.
        most: The longest pause in seconds.
        factor: What each is multiplied with; at least 1.

    Yields:
        Seconds.

    Raises:
        ConfigurationError: A number is out of range.
    """
    if not (all(map(is_pause, (first, most, factor))) and 0 < first <= most and factor >= 1):
        message = "exponential takes 0 < first <= most seconds, and a factor of at least 1"
        raise ConfigurationError(message)
    return _growing(first, most, factor)


def _growing(pause: float, most: float, factor: float) -> Iterator[float]:
    while True:
        yield pause
        pause = min(most, pause * factor)

"""Own whether and when one question is asked again after it failed. It neither waits nor reads a clock."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import attrs

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.order_status.schedules import is_pause

__all__ = ["RetryPolicy", "retry_after"]

_MOST_DOUBLINGS: Final = 60
"""After so many the pause is at its longest, and a higher power would be no number any more."""

_LONGEST_TEXT: Final = 64
_MOST_DIGITS: Final = 9
_CENTURY: Final = 999_999_999.0
"""Seconds that stand for every number of seconds above."""


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """How often and after which pauses one question is asked again: exponential backoff with full jitter."""

    attempts: int = 4
    """Most requests for one question, the first included; 1 means no retry."""

    first: float = 0.5
    """Longest pause before the second request, in seconds; it doubles with each further one."""

    most: float = 8.0
    """Longest pause at all, in seconds, unless Juspay asks for a longer one."""

    patience: float = 30.0
    """Longest pause that Juspay may ask for, in seconds; where it asks for more, its error is raised at once."""

    def __attrs_post_init__(self) -> None:
        """Refuse what makes no sense."""
        is_timed = all(map(is_pause, (self.first, self.most, self.patience))) and self.first <= self.most
        if not (_is_count(self.attempts) and is_timed):
            message = "a RetryPolicy has at least one attempt, 0 <= first <= most seconds, and a patience in seconds"
            raise ConfigurationError(message)

    def pause(self, attempt: int, *, asked: float | None, random: Callable[[], float]) -> float:
        """Say how long to wait.

        Args:
            attempt: Number of the request that failed, from 1.
            asked: Seconds that the answer asks for (`Retry-After`).
            random: Gives numbers from 0 to 1: many clients do not come back at one moment.

        Returns:
            Seconds; not less than what was asked for.
        """
        longest = min(self.most, self.first * 2.0 ** min(attempt - 1, _MOST_DOUBLINGS))
        return max(longest * random(), asked or 0.0)


def _is_count(attempts: object) -> bool:
    return isinstance(attempts, int) and not isinstance(attempts, bool) and attempts >= 1


def retry_after(headers: Mapping[str, str], now: Callable[[], datetime]) -> float | None:
    """Read `Retry-After`, seconds or a date (RFC 9110, 10.2.3).

    Args:
        headers: Headers of an answer, names in lower case.
        now: The time, aware.

    Returns:
        Seconds, not negative; None if it is absent or not readable.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        digits = text.lstrip("0")
        return float(digits or 0) if len(digits) <= _MOST_DIGITS else _CENTURY
    try:
        moment = parsedate_to_datetime(text if len(text) <= _LONGEST_TEXT else "")
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now()).total_seconds())

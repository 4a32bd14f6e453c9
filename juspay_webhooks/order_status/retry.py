"""Own whether and when one question is asked again after it failed. It neither waits nor reads a clock."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import attrs

from juspay_webhooks.errors import ConfigurationError

__all__ = ["RetryPolicy", "retry_after"]


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """How often and after which pauses one question is asked again: exponential backoff with full jitter."""

    attempts: int = 4
    """Most requests for one question, the first included; 1 means no retry."""

    first: float = 0.5
    """Longest pause before the second request, in seconds; it doubles with each further one."""

    most: float = 8.0
    """Longest pause at all, in seconds, unless Juspay asks for a longer one."""

    def __attrs_post_init__(self) -> None:
        """Refuse what makes no sense."""
        if self.attempts < 1 or not 0 <= self.first <= self.most:
            message = "a RetryPolicy has at least one attempt, and 0 <= first <= most seconds"
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
        longest = min(self.most, self.first * 2.0 ** min(attempt - 1, 60))
        return max(longest * random(), asked or 0.0)


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
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now()).total_seconds())

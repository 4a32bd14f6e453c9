"""Own when a thing is in which of its states: the next at each question, or each at its time. It reads no clock."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import attrs

from juspay_webhooks.errors import ConfigurationError

__all__ = ["Pace", "Statuses", "pace_of"]

Statuses: TypeAlias = Sequence[str] | Mapping[float, str]
"""Status words in their order, one for each question, the last for all that follow; or seconds after the thing was
added -> status word, and before the first of them it is not known."""


@attrs.frozen
class Pace:
    """The states of a thing, and when each of them is shown."""

    words: tuple[str | None, ...]
    """Status words; None is the sample's own."""

    starts: tuple[float, ...] | None = None
    """Seconds after which each state begins; None: the next at each question."""

    def index(self, *, asked: int, elapsed: float) -> int | None:
        """Find the state that is shown.

        Args:
            asked: How often the thing was shown before.
            elapsed: Seconds since it was added.

        Returns:
            Position in `words`; None as long as the thing is not known.
        """
        if self.starts is None:
            return min(asked, len(self.words) - 1)
        begun = bisect_right(self.starts, elapsed)
        return begun - 1 if begun else None


def pace_of(status: str | None, statuses: Statuses | None) -> Pace | None:
    """Read what a test says about the states of a thing.

    Args:
        status: The only one.
        statuses: Several.

    Returns:
        The pace; None if nothing is said.

    Raises:
        ConfigurationError: Both are given, or what is given names no states.
    """
    if statuses is None:
        return None if status is None else Pace((str(status),))
    if status is not None:
        message = "give status or statuses, not both"
        raise ConfigurationError(message)
    if isinstance(statuses, str) or not statuses:
        message = 'statuses is a list such as ["NEW", "CHARGED"], or {0: "NEW", 30: "CHARGED"} in seconds'
        raise ConfigurationError(message)
    if isinstance(statuses, Mapping):
        starts = tuple(sorted(statuses))
        return Pace(tuple(str(statuses[start]) for start in starts), starts)
    return Pace(tuple(map(str, statuses)))

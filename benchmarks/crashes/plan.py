"""Own when processes die: at every boundary in turn, and at random moments. Nothing here kills."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Final

import attrs

from benchmarks.crashes.processes import End

__all__ = ["Death", "Plan", "again"]

_AT_RANDOM: Final = 0.2
"""Share of the deaths that come at a random moment."""

_KILLED_AGAIN: Final = 0.4
"""How often, of the times that a first request is killed, one that repeats a killed one is killed too."""

_MISSING_FIRST: Final = 0.5
"""How often a boundary is chosen at which nobody has died: some are passed but seldom."""

_LATE: Final = 1.1
"""A random death comes within so many times the usual duration: some come too late."""

_MEMORY: Final = 0.9
"""Weight of what was known before in a usual duration."""

_AGAIN: Final = ", again"


def again(kind: str) -> str:
    """Name the kind of a request that repeats one of another kind: what it passes depends on how far that one came."""
    return f"{kind.partition(',')[0]}{_AGAIN}"


@attrs.frozen(kw_only=True)
class Death:
    """When a process dies; never, if both are None."""

    fatal: int | None = None
    """Number of the boundary, from 1."""

    delay: float | None = None
    """Seconds after the request."""


class Plan:
    """Decides on deaths. Requests of one kind pass about the same boundaries; the first of a kind is left alone."""

    def __init__(self, random: Random, *, kills: float) -> None:
        """Take the chances.

        Args:
            random: Where chance comes from.
            kills: Share of the requests in which a process dies.
        """
        self._random = random
        self._kills = kills
        self._known: dict[str, int] = {}
        self._chosen: Counter[tuple[str, int]] = Counter()
        self._usual: dict[str, float] = {}
        self._hit: set[tuple[str, int]] = set()
        self.at_boundaries = 0
        self.at_random = 0

    @property
    def known(self) -> int:
        """Boundaries of all kinds."""
        return sum(self._known.values())

    @property
    def hit(self) -> int:
        """Boundaries at which a process has died."""
        return len(self._hit)

    def decide(self, kind: str) -> Death:
        """Decide on the next request of a kind."""
        known = self._known.get(kind)
        chance = self._kills * (_KILLED_AGAIN if kind.endswith(_AGAIN) else 1)
        if known is None or self._random.random() >= chance:
            return Death()
        if self._random.random() < _AT_RANDOM:
            return Death(delay=self._random.uniform(0, _LATE * self._usual[kind]))
        return Death(fatal=self._boundary(kind, known))

    def _boundary(self, kind: str, known: int) -> int:
        """Choose a boundary: the one that was chosen least often, every second time of those that killed nobody yet."""
        numbers: Sequence[int] = range(1, known + 1)
        if self._random.random() < _MISSING_FIRST:
            numbers = [number for number in numbers if (kind, number) not in self._hit] or numbers
        number = min(numbers, key=lambda number: (self._chosen[kind, number], self._random.random()))
        self._chosen[kind, number] += 1
        return number

    def learn(self, kind: str, death: Death, end: End, seconds: float) -> None:
        """Remember how a request ended.

        Args:
            kind: Its kind; empty if it does not count.
            death: What was decided.
            end: How it ended.
            seconds: How long it took.
        """
        if end.is_random:
            self.at_random += 1
        elif end.is_killed:
            self.at_boundaries += 1
            self._hit.add((kind, death.fatal or 0))
        if end.reply is not None and kind:
            self._known[kind] = max(self._known.get(kind, 0), len(end.reply.passed) + 1)
            before = self._usual.get(kind, seconds)
            self._usual[kind] = _MEMORY * before + (1 - _MEMORY) * seconds

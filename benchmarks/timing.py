"""Own how contenders are timed: in interleaved rounds within one run, each as a ratio to the first of them.

A machine that is slow for a while is slow for all contenders of that round, so ratios hold where microseconds do not.
Nothing here knows what is timed.
"""

import gc
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from math import ceil
from statistics import median, quantiles
from time import perf_counter
from typing import Final, TypeVar

import attrs

__all__ = ["FULL", "QUICK", "Contender", "Effort", "Timing", "race", "rotated", "without_collector"]

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Effort:
    """How long to measure."""

    rounds: int
    """Rounds, in each of which every contender runs once."""

    seconds: float
    """Least time that the first contender works in a round."""

    processes: int
    """Processes started per contender of the cold start."""

    entries: int
    """Most entries of an inbox in memory."""


FULL: Final = Effort(rounds=60, seconds=0.02, processes=21, entries=10_000)
"""What is published: some minutes."""

QUICK: Final = Effort(rounds=7, seconds=0.005, processes=3, entries=500)
"""A look while one works: some seconds."""


@attrs.frozen(kw_only=True)
class Contender:
    """One way to read a body."""

    name: str
    """How reports call it."""

    read: Callable[[bytes], object]
    """Reads one body."""

    read_all: Callable[[Sequence[bytes]], object] | None = None
    """Reads many bodies, where that is another thing than to read one after the other."""


@attrs.frozen(kw_only=True)
class Timing:
    """What was measured of one contender."""

    name: str
    """Name of the contender."""

    microseconds: float
    """Median over the rounds of the mean time per body."""

    ratios: tuple[float, ...]
    """Per round: its time as a multiple of the first contender's."""

    @property
    def ratio(self) -> float:
        """Median of the ratios."""
        return median(self.ratios)

    @property
    def middle(self) -> tuple[float, float]:
        """Ratios between which half of the rounds lie: far apart on a machine that does other work."""
        if len(self.ratios) == 1:
            return self.ratio, self.ratio
        lower, _, upper = quantiles(self.ratios, n=4)
        return lower, upper


def rotated(items: Sequence[T], start: int) -> Iterator[T]:
    """Go through all items once, from another start each round: nobody is always first, or always after a slow one.

    Args:
        items: What to go through.
        start: Number of the round.

    Yields:
        The items.
    """
    for index in range(len(items)):
        yield items[(start + index) % len(items)]


def race(contenders: Sequence[Contender], bodies: Sequence[bytes], effort: Effort) -> tuple[Timing, ...]:
    """Time contenders on the same bodies.

    Args:
        contenders: The first is what the others are compared with.
        bodies: What each of them reads, all in each pass.
        effort: How long.

    Returns:
        One timing per contender, in their order.
    """
    for contender in contenders:
        _pass_over(contender, bodies, passes=1)  # what is made on first use is made now
    first = contenders[0]
    passes = ceil(effort.seconds / _pass_over(first, bodies, passes=1)) or 1
    rounds: list[dict[str, float]] = []
    for number in range(effort.rounds):
        with without_collector():
            rounds.append(
                {
                    contender.name: _pass_over(contender, bodies, passes=passes)
                    for contender in rotated(contenders, number)
                }
            )
    return tuple(
        Timing(
            name=contender.name,
            microseconds=median(times[contender.name] for times in rounds) / passes / len(bodies) * 1e6,
            ratios=tuple(times[contender.name] / times[first.name] for times in rounds),
        )
        for contender in contenders
    )


def _pass_over(contender: Contender, bodies: Sequence[bytes], *, passes: int) -> float:
    """Read all bodies some times; seconds that it took."""
    read, read_all = contender.read, contender.read_all
    start = perf_counter()
    for _ in repeat(None, passes):
        if read_all is not None:
            read_all(bodies)
            continue
        for body in bodies:
            read(body)
    return perf_counter() - start


@contextmanager
def without_collector() -> Generator[None]:
    """Keep the garbage collector out: it would bill one contender for what all have left.

    Yields:
        Nothing.
    """
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

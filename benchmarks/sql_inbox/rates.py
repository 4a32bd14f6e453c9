"""Own the benchmark of rates: how many deliveries a second are received, stored and worked off, on each database."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from math import ceil
from typing import Final

import attrs

from benchmarks.report import Report
from benchmarks.sql_inbox.places import KINDS, MISSING, Extent, Store, figures, is_received, opened, receiver
from benchmarks.timing import rotated
from juspay_webhooks import AnswerOutcome, Receiver
from juspay_webhooks.worker import Worker

__all__ = ["rates"]

_THREADS: Final = (1, 8)
"""How many receive at a time."""


_ROUNDS: Final = 0.1
"""Rounds, as a part of those in which two are compared."""

_DELIVERIES: Final = 4
"""Deliveries of a thread in a round, as a multiple of those: threads have to get going."""

_DRAINED: Final = "Worker.drain, 4 threads"


@attrs.define(kw_only=True)
class _Tally:
    """What was measured of one way."""

    rates: list[float] = attrs.field(factory=list[float])
    """Deliveries a second, round by round."""

    wrong: int = 0
    """Deliveries that were not handled, or not stored."""

    total: int = 0
    """All of them."""


def rates(extent: Extent) -> Report:
    """Receive, store and work off on each database.

    Args:
        extent: How much.
    """
    lines: list[Sequence[str]] = []
    for kind in KINDS:
        with opened(kind) as store:
            if store is None:
                lines.append((kind, *[MISSING] * 4))
                continue
            tallies = _measured(store, extent)
        lines += [
            (kind, name, *figures(tally.rates, ",.0f"), f"{tally.wrong:,} of {tally.total:,}")
            for name, tally in tallies.items()
        ]
    return Report(
        title="Rates: new deliveries of 3.7 KB with one effect, one process",
        headings=("Database", "How", "Deliveries per second", "Half of the rounds within", "Not right"),
        lines=lines,
        bars=[],
    )


def _measured(store: Store, extent: Extent) -> Mapping[str, _Tally]:
    """Go through all ways in turn; the worker handles what was stored in the same round."""
    rounds, deliveries = ceil(extent.rounds * _ROUNDS), extent.deliveries * _DELIVERIES
    inline, deferred = receiver(store.inbox), receiver(store.inbox, is_deferred=True)
    worker = Worker(store.inbox, deferred)
    numbers = count()
    with ExitStack() as stack:
        ways: list[tuple[str, Callable[[], tuple[int, int]]]] = []
        for by, said in ((inline, "Receiver.handle"), (deferred, "Receiver.handle, deferred (stored)")):
            for threads in _THREADS:
                pool = stack.enter_context(ThreadPoolExecutor(threads))
                name = f"{said}, {threads} thread{'s' * (threads > 1)}"
                ways.append((name, _way(by, numbers, pool, deliveries * threads)))
        tallies = {name: _Tally() for name in [name for name, _ in ways] + [_DRAINED]}
        for number in range(rounds):
            for name, receive in rotated(ways, number):
                _add(tallies[name], receive)
            _add(tallies[_DRAINED], lambda: _drained(worker))
    return tallies


def _way(by: Receiver, numbers: Iterator[int], pool: Executor, deliveries: int) -> Callable[[], tuple[int, int]]:
    def receive() -> tuple[int, int]:
        mine = [next(numbers) for _ in range(deliveries)]
        return sum(pool.map(lambda number: is_received(by, number), mine)), deliveries

    return receive


def _drained(worker: Worker) -> tuple[int, int]:
    ended = worker.drain()
    return ended[AnswerOutcome.HANDLED], ended.total()


def _add(tally: _Tally, run: Callable[[], tuple[int, int]]) -> None:
    start = time.perf_counter()
    right, total = run()
    tally.rates.append(total / (time.perf_counter() - start))
    tally.wrong += total - right
    tally.total += total

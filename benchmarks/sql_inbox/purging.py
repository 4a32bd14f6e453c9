"""Own the benchmark of a purge: how long its batches take, and what those wait who receive meanwhile."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import count, islice
from statistics import median, quantiles
from threading import Event
from typing import Final

import attrs

from benchmarks.load.delivery import delivery
from benchmarks.report import Report
from benchmarks.sql_inbox.places import KINDS, MISSING, Extent, Store, filled, is_received, opened, receiver
from juspay_webhooks import Receiver

__all__ = ["purging"]

_THREADS: Final = 4
"""How many receive at a time."""

_BATCH: Final = 500
"""Rows of one transaction."""

_TURNS: Final = 10
"""How often it is purged for a while, and not purged for as long."""

_AGE: Final = 100
_KEPT: Final = timedelta(days=90)
"""Days that the old rows have been done, and how long those are kept."""


@attrs.define(kw_only=True)
class _Tally:
    """What was measured in one kind of turns."""

    latencies: list[float] = attrs.field(factory=list[float])
    """Seconds that each delivery took."""

    seconds: float = 0
    """How long all turns took."""

    wrong: int = 0
    """Deliveries that were not handled."""


def purging(extent: Extent) -> Report:
    """Receive with and without a purge, in turn.

    Args:
        extent: How much.
    """
    lines: list[Sequence[str]] = []
    for kind in KINDS:
        with opened(kind) as store:
            lines += [(kind, *[MISSING] * 6)] if store is None else _measured(kind, store, extent)
    return Report(
        title=f"Receiving by {_THREADS} threads while {extent.old:,} old deliveries are purged in batches of {_BATCH}",
        headings=("Database", "Meanwhile", "Per second", "p50 ms", "p99 ms", "Not handled", "ms per batch"),
        lines=lines,
        bars=[],
    )


def _measured(kind: str, store: Store, extent: Extent) -> Sequence[Sequence[str]]:
    filled(store, extent.old, body=delivery(0), days=_AGE)
    purge = store.inbox.purge(_KEPT, batch=_BATCH)
    by, numbers = receiver(store.inbox), count(1)
    batches: list[float] = []
    busy, quiet = _Tally(), _Tally()
    share = max(1, extent.old // _BATCH // _TURNS)
    for _ in range(_TURNS):
        before = busy.seconds
        _receive(by, numbers, busy, partial(batches.extend, islice(_timed(purge), share)))
        _receive(by, numbers, quiet, partial(time.sleep, busy.seconds - before))
    return (
        (kind, "nothing else", *_figures(quiet), ""),
        (kind, "a purge", *_figures(busy), f"{median(batches) * 1e3:.1f}"),
    )


def _timed(purge: Iterator[int]) -> Iterator[float]:
    """Give the seconds that each batch takes."""
    while True:
        start = time.perf_counter()
        if next(purge, None) is None:
            return
        yield time.perf_counter() - start


def _receive(by: Receiver, numbers: Iterator[int], tally: _Tally, meanwhile: Callable[[], object]) -> None:
    """Receive on all threads until something else is done."""
    is_over = Event()

    def receive() -> list[tuple[float, bool]]:
        found: list[tuple[float, bool]] = []
        while not (found and is_over.is_set()):
            start = time.perf_counter()
            is_right = is_received(by, next(numbers))
            found.append((time.perf_counter() - start, is_right))
        return found

    start = time.perf_counter()
    with ThreadPoolExecutor(_THREADS) as pool:
        threads = [pool.submit(receive) for _ in range(_THREADS)]
        try:
            meanwhile()
        finally:
            is_over.set()
        for thread in threads:
            found = thread.result()
            tally.latencies += [seconds for seconds, _ in found]
            tally.wrong += sum(not is_right for _, is_right in found)
    tally.seconds += time.perf_counter() - start


def _figures(tally: _Tally) -> Sequence[str]:
    most = quantiles(tally.latencies, n=100)[-1]
    number = len(tally.latencies)
    return (
        f"{number / tally.seconds:,.0f}",
        f"{median(tally.latencies) * 1e3:.1f}",
        f"{most * 1e3:.1f}",
        f"{tally.wrong:,} of {number:,}",
    )

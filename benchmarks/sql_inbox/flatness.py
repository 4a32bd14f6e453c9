"""Own the benchmark of claims in a table that has grown, to a million rows and with few; and its bar."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import count
from typing import Final

from benchmarks.report import Bar, Report
from benchmarks.sql_inbox.places import KINDS, MISSING, SMALL_BODY, Extent, Store, figures, filled, opened, record
from benchmarks.timing import Contender, Effort, Timing, race
from juspay_webhooks.inbox import Verdict

__all__ = ["claiming", "flatness"]

_MOST: Final = 1.2
"""Time in a large table, as a multiple of that in a small one."""

_STEP: Final = 7_919
"""A prime: what is met again is not what stands side by side."""


def flatness(extent: Extent) -> Report:
    """Claim in a small and in a large table, in turn.

    Args:
        extent: How much.
    """
    lines: list[Sequence[str]] = []
    bars: list[Bar] = []
    effort = Effort(rounds=extent.rounds, seconds=0, processes=0, entries=0)
    for kind in KINDS:
        with ExitStack() as stack:
            stores = [stack.enter_context(opened(kind)) for _ in range(2)]
            small, large = stores
            if small is None or large is None:
                lines.append((kind, *[MISSING] * 5))
                continue
            sizes = [(small, extent.small), (large, extent.large)]
            known = [filled(store, number, body=SMALL_BODY, days=1) for store, number in sizes]
            for what, verdict in (("a new delivery", Verdict.CLAIMED), ("a duplicate", Verdict.DUPLICATE)):
                pairs = zip(sizes, known, strict=True)
                rivals = [
                    Contender(name=f"{number:,}", read=claiming(store, verdict, many))
                    for (store, number), many in pairs
                ]
                timings = race(rivals, [b""] * extent.deliveries, effort)
                lines.append(_line(kind, what, timings))
                bars.append(_bar(kind, what, timings))
    return Report(
        title="Claims in a table that has grown, deliveries of 200 bytes",
        headings=(
            *("Database", "Claim of", f"µs, {extent.small:,} rows", f"µs, {extent.large:,} rows"),
            *("Large / small", "Half of the rounds within"),
        ),
        lines=lines,
        bars=bars,
    )


def claiming(store: Store, verdict: Verdict, known: int) -> Callable[[bytes], object]:
    """Make what claims a delivery.

    Args:
        store: Where.
        verdict: What the inbox must say: CLAIMED for new ones, DUPLICATE for those that are there.
        known: How many are there by name.

    Returns:
        What claims one, and raises if the inbox says anything else.
    """
    numbers = count()
    is_new = verdict is Verdict.CLAIMED

    def claim(_: bytes) -> None:
        number = next(numbers)
        one = record(number if is_new else number * _STEP % known, body=SMALL_BODY, name="new" if is_new else "old")
        said = store.inbox.claim(one).verdict
        if said is not verdict:
            message = f"the inbox says {said}, not {verdict}"
            raise RuntimeError(message)

    return claim


def _line(kind: str, what: str, timings: Sequence[Timing]) -> Sequence[str]:
    return kind, what, *(f"{timing.microseconds:,.0f}" for timing in timings), *figures(timings[-1].ratios, ".2f")


def _bar(kind: str, what: str, timings: Sequence[Timing]) -> Bar:
    small, large = timings
    return Bar(
        what=f"`SqlInbox.claim` of {what}, {kind}: {large.name} rows",
        measured=f"{large.ratio:.2f} x the time with {small.name} rows",
        bar=f"at most {_MOST} x",
        holds=large.ratio <= _MOST,
    )

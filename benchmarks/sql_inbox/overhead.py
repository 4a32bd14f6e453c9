"""Own the benchmark of what SqlInbox costs around its statements, beside SQLAlchemy Core and the driver; and its bar.

Each has a SQLite file of its own, all in one directory. Every delivery is new, and no two share an order.
"""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Final

from benchmarks.load.delivery import delivery
from benchmarks.report import Bar, Report
from benchmarks.sql_inbox.bare import Deliver, core, planned, raw
from benchmarks.sql_inbox.places import Extent, figures, is_received, paid, receiver, record
from benchmarks.timing import Contender, Effort, Timing, race
from juspay_webhooks.inbox import Settlement, SqlInbox, State

__all__ = ["Work", "contenders", "overhead"]

_LEAST: Final = 0.8
"""Part of the rate of SQLAlchemy Core."""

_BODY: Final = delivery(0)


class Work(StrEnum):
    """What is done with a delivery."""

    CLAIMED = "claimed, settled"
    """Two transactions."""

    ACTED = "claimed, one effect, settled"
    """Three of them."""

    RECEIVED = "the same, and its order remembered"
    """A whole call of a receiver, which also checks who calls, reads the body, and calls a handler."""


def overhead(extent: Extent) -> Report:
    """Compare the inbox with the same statements in the same transactions.

    Args:
        extent: How much.
    """
    lines: list[Sequence[str]] = []
    bars: list[Bar] = []
    effort = Effort(rounds=extent.rounds, seconds=0, processes=0, entries=0)
    for work in Work:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            timings = race(contenders(work, Path(folder), stack), [b""] * extent.deliveries, effort)
        lines += [_line(timing, work) for timing in timings]
        bars += [_bar(timing, work) for timing in timings if timing.name == "SqlInbox"]
    return Report(
        title=f"One delivery of {len(_BODY):,} bytes in a SQLite file, on disk with each commit",
        headings=("Delivery", "Through", "µs", "Per second", "x the rate of Core", "Half of the rounds within"),
        lines=lines,
        bars=bars,
    )


def contenders(work: Work, folder: Path, stack: ExitStack) -> Sequence[Contender]:
    """Make those who do the same work.

    Args:
        work: The work.
        folder: Where their files are; these are named by who writes them.
        stack: Closes them.

    Returns:
        SQLAlchemy Core, the driver, and the inbox or a receiver with it.
    """
    inbox = stack.enter_context(SqlInbox(f"sqlite:///{folder / 'inbox.db'}"))
    inbox.prepare()
    by_core, by_driver = stack.enter_context(core(folder / "core.db")), stack.enter_context(raw(folder / "raw.db"))
    if work is Work.RECEIVED:
        last = Contender(name="Receiver.handle", read=_receiving(inbox))
    else:
        last = Contender(name="SqlInbox", read=_remembering(inbox, work))
    return (
        Contender(name="SQLAlchemy Core", read=_bare(by_core, work)),
        Contender(name="sqlite3", read=_bare(by_driver, work)),
        last,
    )


def _bare(deliver: Deliver, work: Work) -> Callable[[bytes], object]:
    numbers = count()
    has_effect, has_order = work is not Work.CLAIMED, work is Work.RECEIVED

    def read(_: bytes) -> None:
        number = next(numbers)
        effect = paid(number) if has_effect else None
        deliver(planned(record(number, body=_BODY), effect, has_order=has_order))

    return read


def _remembering(inbox: SqlInbox, work: Work) -> Callable[[bytes], object]:
    numbers = count()

    def read(_: bytes) -> None:
        number = next(numbers)
        claim = inbox.claim(record(number, body=_BODY))
        if work is Work.ACTED:
            unit = inbox.begin("shop")
            unit.once(paid(number))
            unit.commit(Settlement(claim=claim, state=State.DONE))
        else:
            inbox.settle(claim, State.DONE)

    return read


def _receiving(inbox: SqlInbox) -> Callable[[bytes], object]:
    numbers, by = count(), receiver(inbox)
    return lambda _: is_received(by, next(numbers))


def _line(timing: Timing, work: Work) -> Sequence[str]:
    middle = figures([1 / ratio for ratio in timing.ratios], ".2f")
    return work, timing.name, f"{timing.microseconds:.0f}", f"{1e6 / timing.microseconds:,.0f}", *middle


def _bar(timing: Timing, work: Work) -> Bar:
    rate = 1 / timing.ratio
    return Bar(
        what=f"`SqlInbox`, SQLite file: {work}",
        measured=f"{rate:.2f} x the rate of the same statements through SQLAlchemy Core",
        bar=f"at least {_LEAST} x",
        holds=rate >= _LEAST,
    )

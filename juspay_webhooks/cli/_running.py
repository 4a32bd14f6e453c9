"""Own how a command goes on until it is told to end: its work in a thread, signals, and how it stands meanwhile.

Signals only leave a note: what they ask for is done in the main thread, which waits for notes and nothing else.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from enum import StrEnum
from queue import Empty, SimpleQueue
from threading import Event
from types import FrameType
from typing import Any, Final, Protocol, TypeAlias

import attrs

from juspay_webhooks.cli._drawing import show_facts
from juspay_webhooks.cli._line import Line
from juspay_webhooks.cli._streams import write
from juspay_webhooks.cli._terminal import complain, json_line
from juspay_webhooks.inbox.protocol import InboxUnavailable

__all__ = ["Note", "Progress", "Run", "run_until_told", "sum_up", "told_by_signals"]

_ENDED_BY: Final = 128
"""What a shell adds to the number of a signal that ended a command."""

_TICK: Final = 1.0
"""Seconds between two looks of the line on a terminal."""

_PAUSE: Final = 30.0
"""Seconds between two lines elsewhere."""

_COUNTING: Final = 10.0
"""Seconds between two questions how much waits: the database counts it."""

_SHARE: Final = 20
"""How many times as long as such a question took it is not asked again."""

Ended: TypeAlias = Counter[Any]
"""How many ended how."""

Note: TypeAlias = Ended | signal.Signals | None
"""What the main thread is told: how it stands, a signal, or that it is over."""


class Service(Protocol):
    """What goes on until it is told to end: a worker, a reconciler."""

    def drain(self, stop: Event) -> Counter[Any]:
        """Do what is due now."""
        ...

    def run(self, stop: Event) -> Counter[Any]:
        """Do what is due until told to stop."""
        ...


class Progress:
    """Says how it stands: a line that changes on a terminal; elsewhere a line now and then, if anything has ended."""

    def __init__(
        self,
        line: Line,
        kinds: Iterable[StrEnum],
        waiting: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin.

        Args:
            line: Where it is said.
            kinds: All ways to end, in the order in which they are said.
            waiting: Counts what waits; it may raise `InboxUnavailable`.
            clock: Seconds that never go back.
        """
        self._line = line
        self._kinds = tuple(kinds)
        self._count = waiting
        self._clock = clock
        self._ended: Ended = Counter()
        self._said: Ended = Counter()
        self._waiting = ""
        self._counts_at = clock()
        self._says_at = clock() + (0 if line.is_live else _PAUSE)

    def saw(self, ended: Ended) -> None:
        """Take note of how it stands.

        Args:
            ended: How many ended how so far.
        """
        self._ended = ended

    def stops(self, told: signal.Signals) -> None:
        """Say that it is about to end.

        Args:
            told: The signal that asked for it.
        """
        self._line.above(f"juspay-webhooks: {told.name}: finishing what is begun; once more, and it ends at once\n")

    def look(self) -> None:
        """Say how it stands, if it is time."""
        now = self._clock()
        if now < self._says_at:
            return
        if self._line.is_live:
            self._line.draw(self._words())
            self._says_at = now + _TICK
        elif self._ended != self._said:
            self._line.above(f"juspay-webhooks: {self._words()}\n")
            self._said = self._ended
            self._says_at = now + _PAUSE

    def _words(self) -> str:
        now = self._clock()
        if now >= self._counts_at:
            try:
                self._waiting = str(self._count())
            except InboxUnavailable:
                self._waiting = "unknown"
            took = self._clock() - now
            self._counts_at = now + max(_COUNTING, _SHARE * took)
        ended = (f"{words} {number}" for words, number in _rows(self._ended, self._kinds))
        return ", ".join([*ended, f"waiting {self._waiting}"])


def _rows(ended: Ended, kinds: Iterable[StrEnum]) -> list[tuple[str, int]]:
    return [(kind.value, ended[kind]) for kind in kinds if ended[kind]]


@contextmanager
def told_by_signals(notes: "SimpleQueue[Note]", *, leave: Callable[[int], object] = os._exit) -> Generator[None]:
    """Note the first signal that asks the process to end; end it at the second one.

    Args:
        notes: Where it is noted.
        leave: Ends the process with a status, whatever else runs.
    """
    seen: list[signal.Signals] = []

    def end(number: int, _frame: FrameType | None) -> None:
        if seen:
            leave(_ENDED_BY + number)
        seen.append(signal.Signals(number))
        notes.put(seen[0])  # nothing else is safe here: the main thread may hold any lock at this moment

    # Whoever starts it in the background of a script means Ctrl-C for somebody else.
    numbers = [one for one in (signal.SIGTERM, signal.SIGINT) if signal.getsignal(one) is not signal.SIG_IGN]
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@attrs.frozen(kw_only=True)
class Run:
    """How it ended."""

    ended: Ended
    """How many ended how."""

    stopped_by: signal.Signals | None
    """The signal that stopped it; None if it was done."""

    seconds: float
    """How long it ran."""


def run_until_told(
    service: Service, notes: "SimpleQueue[Note]", progress: Progress, *, is_drain: bool, greeting: str
) -> Run:
    """Run a service in a thread, and do what the notes ask for.

    Args:
        service: The service; it puts notes of how it stands.
        notes: The notes.
        progress: Says how it stands.
        is_drain: Whether to end when nothing more is due.
        greeting: Said at the beginning of what does not end by itself.

    Returns:
        How it ended; what the service raises is raised.
    """
    stop, begun, stopped_by = Event(), time.monotonic(), None
    with told_by_signals(notes), ThreadPoolExecutor(1, "juspay-work") as pool:
        if not is_drain:
            complain(greeting)
        running = pool.submit(service.drain if is_drain else service.run, stop)
        running.add_done_callback(lambda _: notes.put(None))
        try:
            while not running.done():
                note = _next(notes)
                if isinstance(note, signal.Signals):
                    stopped_by = note
                    stop.set()
                    progress.stops(note)
                elif note is not None:
                    progress.saw(note)
                progress.look()
        finally:
            stop.set()
    return Run(ended=running.result(), stopped_by=stopped_by, seconds=time.monotonic() - begun)


def _next(notes: "SimpleQueue[Note]") -> Note:
    """Wait for a note, and for a tick at most: elsewhere than on POSIX a signal does not wake who waits."""
    try:
        return notes.get(timeout=_TICK)
    except Empty:
        return None


def sum_up(run: Run, kinds: Iterable[StrEnum], *, receiver: str, nouns: tuple[str, str], as_json: bool) -> None:
    """Say how it ended, on standard output.

    Args:
        run: How it ended.
        kinds: All ways to end.
        receiver: Name of the receiver.
        nouns: What is counted: one, several.
        as_json: Whether a program reads it.
    """
    name = None if run.stopped_by is None else run.stopped_by.name
    found = _rows(run.ended, kinds)
    if as_json:
        members = {"receiver": receiver, "stopped_by": name, "seconds": round(run.seconds, 3)}
        write(json_line(members | {"ended": dict(found)}) + "\n")
        return
    heading = "nothing more is due" if name is None else f"stopped by {name}"
    number = run.ended.total()
    words = f"{number} {nouns[number != 1]} in {run.seconds:.1f} s"
    show_facts(heading, words, [(outcome, str(count)) for outcome, count in found])

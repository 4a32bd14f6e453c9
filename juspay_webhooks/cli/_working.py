"""Own what the command `work` does: a worker in a thread, signals that end it, and how it stands meanwhile.

Signals only leave a note: what they ask for is done in the main thread, which waits for notes and nothing else.
"""

import argparse
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Event
from types import FrameType
from typing import Final, TypeAlias, cast

import attrs

from juspay_webhooks.cli._drawing import show_facts
from juspay_webhooks.cli._finding import find_receiver
from juspay_webhooks.cli._line import Line, logged
from juspay_webhooks.cli._streams import write
from juspay_webhooks.cli._terminal import complain, json_line
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.inbox.protocol import Inbox, InboxUnavailable, WorkInbox
from juspay_webhooks.receiver.answer import AnswerOutcome
from juspay_webhooks.worker import Worker

__all__ = ["Progress", "told_by_signals", "work"]

_FAILED: Final = 1
_MISUSE: Final = 2
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

Ended: TypeAlias = Counter[AnswerOutcome]
"""How many deliveries ended how."""

Note: TypeAlias = Ended | signal.Signals | None
"""What the main thread is told: how it stands, a signal, or that it is over."""


class Progress:
    """Says how it stands: a line that changes on a terminal; elsewhere a line now and then, if anything has ended."""

    def __init__(self, line: Line, inbox: Inbox, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin.

        Args:
            line: Where it is said.
            inbox: What is asked how much waits.
            clock: Seconds that never go back.
        """
        self._line = line
        self._inbox = inbox
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
            self._waiting = _waiting(self._inbox)
            took = self._clock() - now
            self._counts_at = now + max(_COUNTING, _SHARE * took)
        return ", ".join([*(f"{words} {number}" for words, number in _rows(self._ended)), f"waiting {self._waiting}"])


def _waiting(inbox: Inbox) -> str:
    """Count what is not settled and that nobody has begun with."""
    try:
        stats = inbox.stats()
    except InboxUnavailable:
        return "unknown"
    return str(stats.received + stats.failed)


def _rows(ended: Ended) -> list[tuple[str, int]]:
    return [(outcome.value, ended[outcome]) for outcome in AnswerOutcome if ended[outcome]]


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
class _Run:
    """How the worker ended."""

    ended: Ended
    """How many deliveries ended how."""

    stopped_by: signal.Signals | None
    """The signal that stopped it; None if it was done."""

    seconds: float
    """How long it ran."""


def work(arguments: argparse.Namespace) -> int:
    """Run a worker until a signal stops it, or until nothing is due.

    Args:
        arguments: As `_work` defines them.

    Returns:
        Exit status.
    """
    receiver = find_receiver(arguments.receiver)
    if receiver is None:
        return _MISUSE
    notes: SimpleQueue[Note] = SimpleQueue()
    inbox = cast("WorkInbox", receiver.inbox)  # if not, the worker says so
    with Line() as line, logged(line):
        try:
            worker = Worker(
                inbox,
                receiver,
                threads=arguments.threads,
                attempts=arguments.attempts,
                first_pause=timedelta(seconds=arguments.first_pause),
                longest_pause=timedelta(seconds=arguments.longest_pause),
                idle=arguments.idle,
                on_progress=notes.put,
            )
            getattr(inbox, "prepare", lambda: None)()
            run = _run(worker, notes, Progress(line, inbox), arguments)
        except ConfigurationError as error:
            complain(f"{arguments.receiver}: {error}")
            return _MISUSE
        except InboxUnavailable as error:
            complain(
                f"{arguments.receiver}: {error}", "next: check that the database runs, and the URL; nothing is lost"
            )
            return _FAILED
        except SystemExit:
            complain(f"{arguments.receiver}: a handler ended the process (sys.exit)", "next: let it raise an error")
            return _FAILED
    _sum_up(run, arguments)
    return 0


def _run(worker: Worker, notes: "SimpleQueue[Note]", progress: Progress, arguments: argparse.Namespace) -> _Run:
    """Run the worker in a thread, and do what the notes ask for."""
    stop, begun, stopped_by = Event(), time.monotonic(), None
    with told_by_signals(notes), ThreadPoolExecutor(1, "juspay-work") as pool:
        if not arguments.drain:
            complain(f"{arguments.receiver} works, {arguments.threads} at a time, until SIGTERM or Ctrl-C")
        running = pool.submit(worker.drain if arguments.drain else worker.run, stop)
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
    return _Run(ended=running.result(), stopped_by=stopped_by, seconds=time.monotonic() - begun)


def _next(notes: "SimpleQueue[Note]") -> Note:
    """Wait for a note, and for a tick at most: elsewhere than on POSIX a signal does not wake who waits."""
    try:
        return notes.get(timeout=_TICK)
    except Empty:
        return None


def _sum_up(run: _Run, arguments: argparse.Namespace) -> None:
    name = None if run.stopped_by is None else run.stopped_by.name
    if arguments.json:
        members = {"receiver": arguments.receiver, "stopped_by": name, "seconds": round(run.seconds, 3)}
        write(json_line(members | {"ended": dict(_rows(run.ended))}) + "\n")
        return
    heading = "nothing more is due" if name is None else f"stopped by {name}"
    number = run.ended.total()
    words = f"{number} {'delivery' if number == 1 else 'deliveries'} in {run.seconds:.1f} s"
    show_facts(heading, words, [(outcome, str(count)) for outcome, count in _rows(run.ended)])

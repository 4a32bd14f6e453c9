"""Own the worker: it comes for what a deferred receiver has stored, what failed, and what crashed, and handles it.

Any number of workers on any number of machines may share an inbox: the inbox gives each delivery to one of them.
"""

import logging
import random as random_
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Event
from typing import Final

from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.inbox.protocol import Claim, InboxUnavailable, Record, State, WorkInbox
from juspay_webhooks.receiver.answer import AnswerOutcome
from juspay_webhooks.receiver.receiver import Receiver

__all__ = ["Worker"]

_log: Final = logging.getLogger("juspay_webhooks.worker")

_DAY: Final = 86_400
"""Seconds."""

_FRESH: Final = 0.1
"""Share of a lease that may be over when a handler begins; else the lease begins anew first."""

_MOST_DOUBLINGS: Final = 30
"""After so many the pause is at its longest whatever it began with."""


def _check_parts(inbox: object, receiver: object) -> None:
    if isinstance(inbox, type) or not all(hasattr(inbox, name) for name in ("take", "extend", "release", "lease")):
        message = "a worker needs an inbox that outlives the process, such as SqlInbox"
        raise ConfigurationError(message)
    if getattr(receiver, "inbox", None) is not inbox:
        message = "a worker needs a receiver with the very same inbox: Receiver(auth, inbox=inbox)"
        raise ConfigurationError(message)


def _check_settings(counts: tuple[object, ...], pauses: tuple[object, ...], idle: object) -> None:
    if not all(type(count) is int and count > 0 for count in counts):
        message = "threads and attempts are whole numbers above 0"
        raise ConfigurationError(message)
    if not all(isinstance(pause, timedelta) and pause >= timedelta(0) for pause in pauses):
        message = "first_pause and longest_pause are timedeltas, such as timedelta(seconds=10)"
        raise ConfigurationError(message)
    if not isinstance(idle, int | float) or not 0 < idle <= _DAY:
        message = "idle is a number of seconds above 0"
        raise ConfigurationError(message)


class Worker:
    """Handles what is due in an inbox, with the handlers of a receiver.

    ```python
    worker = Worker(inbox, receiver)
    worker.run(stop)  # until the event is set
    ```
    """

    def __init__(  # noqa: PLR0913 - its settings, by name
        self,
        inbox: WorkInbox,
        receiver: Receiver,
        *,
        threads: int = 4,
        attempts: int = 10,
        first_pause: timedelta = timedelta(seconds=10),
        longest_pause: timedelta = timedelta(hours=1),
        idle: float = 1.0,
        random: Callable[[], float] = random_.random,
        on_progress: Callable[[Counter[AnswerOutcome]], object] | None = None,
    ) -> None:
        """Take the inbox and the handlers.

        Args:
            inbox: An inbox that outlives the process, such as `SqlInbox`.
            receiver: The receiver with the handlers; its inbox is the same.
            threads: Deliveries handled at a time.
            attempts: How often a delivery is begun before it counts as dead.
            first_pause: Longest pause before the second attempt; it doubles with each further one.
            longest_pause: Longest pause at all, unless a handler asks for a longer one (`Retryable`).
            idle: Seconds to wait before the inbox is asked again when nothing was due.
            random: Numbers from 0 to 1: what failed together does not come back at one moment.
            on_progress: Called when deliveries have ended, with a copy of how many ended how so far, from the thread of
                `run` or `drain`; what it raises is logged.

        Raises:
            ConfigurationError: The parts do not fit.
        """
        _check_parts(inbox, receiver)
        _check_settings((threads, attempts), (first_pause, longest_pause), idle)
        self._inbox: WorkInbox = inbox
        self._receiver = receiver
        self._threads = threads
        self._attempts = attempts
        self._first, self._longest = first_pause, longest_pause
        self._idle = idle
        self._random = random
        self._on_progress = on_progress

    def drain(self, stop: Event | None = None) -> Counter[AnswerOutcome]:
        """Handle what is due now, and what becomes due meanwhile; then return.

        Args:
            stop: Set it to stop earlier, as in `run`.

        Returns:
            How many ended how.

        Raises:
            InboxUnavailable: The inbox failed.
        """
        return self._work(Event() if stop is None else stop, is_endless=False)

    def run(self, stop: Event) -> Counter[AnswerOutcome]:
        """Handle what is due until told to stop; what was begun is finished, the rest is handed back.

        Args:
            stop: Set it to stop, e.g. in a handler of SIGTERM.

        Returns:
            How many ended how.
        """
        return self._work(stop, is_endless=True)

    def _work(self, stop: Event, *, is_endless: bool) -> Counter[AnswerOutcome]:
        ended: Counter[AnswerOutcome] = Counter()
        running: set[Future[AnswerOutcome | None]] = set()
        with ThreadPoolExecutor(self._threads, "juspay-worker") as pool:
            while not stop.is_set():
                taken = self._taken(self._threads - len(running), is_endless=is_endless)
                begun = time.monotonic()
                running |= {pool.submit(self._one, claim, record, begun, stop) for claim, record in taken}
                if not running:
                    if not is_endless:
                        break
                    stop.wait(self._idle)
                    continue
                done, running = wait(running, timeout=self._idle, return_when=FIRST_COMPLETED)
                self._count(ended, done)
            self._count(ended, running)
        return ended

    def _count(self, ended: Counter[AnswerOutcome], done: set[Future[AnswerOutcome | None]]) -> None:
        """Add deliveries that have ended, and tell who wants to know; those that were handed back do not count."""
        outcomes = [outcome for outcome in (one.result() for one in done) if outcome is not None]
        ended.update(outcomes)
        if outcomes and self._on_progress is not None:
            try:
                self._on_progress(ended.copy())
            except Exception:  # noqa: BLE001 - the caller's; it is logged
                _log.exception("the on_progress hook raised")

    def _taken(self, free: int, *, is_endless: bool) -> list[tuple[Claim, Record]]:
        if not free:
            return []
        try:
            return self._inbox.take(free, labels=self._receiver.labels)
        except InboxUnavailable:
            if not is_endless:
                raise
            _log.exception("the inbox failed; the worker asks again")
            return []

    def _one(self, claim: Claim, record: Record, taken_at: float, stop: Event) -> AnswerOutcome | None:
        """Handle one delivery; None if it was handed back or somebody else has it."""
        is_fresh = time.monotonic() - taken_at < self._inbox.lease.total_seconds() * _FRESH
        try:
            if stop.is_set():
                self._inbox.release(claim)
                return None
            if claim.attempt > self._attempts:  # every handler of it took its process down, or was cut off
                _log.error("event %s was begun %d times and never ended", shown(record.event_id or ""), self._attempts)
                self._inbox.settle(claim, State.DEAD, error="TooManyAttempts")
                return AnswerOutcome.DEAD
            if not is_fresh and not self._inbox.extend(claim):
                return None
        except InboxUnavailable:
            _log.exception("the inbox failed; a claim that stays behind expires")
            return None
        return self._receiver.resume(claim, record, pause=self._pause).outcome

    def _pause(self, attempt: int, asked: float | None) -> timedelta | None:
        """Say when a delivery that failed is tried again; None if it was tried often enough."""
        if attempt >= self._attempts:
            return None
        longest = min(self._longest, self._first * float(2 ** min(attempt - 1, _MOST_DOUBLINGS)))
        return max(longest * self._random(), timedelta(seconds=asked or 0))

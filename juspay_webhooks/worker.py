"""Own the worker: it comes for what a deferred receiver has stored, what failed, and what crashed, and handles it.

Any number of workers on any number of machines may share an inbox: the inbox gives each delivery to one of them.
"""

import logging
import random as random_
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import Final, TypeAlias

from juspay_webhooks.crew import Crew, check_counts, check_idle
from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.inbox.protocol import Claim, InboxUnavailable, Record, State, WorkInbox
from juspay_webhooks.receiver.answer import AnswerOutcome
from juspay_webhooks.receiver.receiver import Receiver

__all__ = ["Worker"]

_log: Final = logging.getLogger("juspay_webhooks.worker")

_Piece: TypeAlias = tuple[Claim, Record, float]
"""A delivery that was claimed, and when, by a clock of seconds that never goes back."""

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


def _check_pauses(*pauses: object) -> None:
    if not all(isinstance(pause, timedelta) and pause >= timedelta(0) for pause in pauses):
        message = "first_pause and longest_pause are timedeltas, such as timedelta(seconds=10)"
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
        check_counts("threads and attempts", threads, attempts)
        _check_pauses(first_pause, longest_pause)
        check_idle(idle)
        self._inbox: WorkInbox = inbox
        self._receiver = receiver
        self._attempts = attempts
        self._first, self._longest = first_pause, longest_pause
        self._random = random
        self._crew = Crew(self._taken, self._one, threads=threads, idle=idle, on_progress=on_progress)

    def drain(self, stop: Event | None = None) -> Counter[AnswerOutcome]:
        """Handle what is due now, and what becomes due meanwhile; then return.

        Args:
            stop: Set it to stop earlier, as in `run`.

        Returns:
            How many ended how.

        Raises:
            InboxUnavailable: The inbox failed.
        """
        return self._crew.work(Event() if stop is None else stop, is_endless=False)

    def run(self, stop: Event) -> Counter[AnswerOutcome]:
        """Handle what is due until told to stop; what was begun is finished, the rest is handed back.

        Args:
            stop: Set it to stop, e.g. in a handler of SIGTERM.

        Returns:
            How many ended how.
        """
        return self._crew.work(stop, is_endless=True)

    def _taken(self, free: int) -> list[_Piece]:
        """Fetch deliveries that are due, and note when."""
        taken = self._inbox.take(free, labels=self._receiver.labels)
        now = time.monotonic()
        return [(claim, record, now) for claim, record in taken]

    def _one(self, piece: _Piece, stop: Event) -> AnswerOutcome | None:
        """Handle one delivery; None if it was handed back or somebody else has it."""
        claim, record, taken_at = piece
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

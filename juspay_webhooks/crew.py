"""Own how threads share work that is fetched from an inbox: so many at a time, until there is none or all must stop."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event
from typing import Final, Generic, TypeVar

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.inbox.protocol import InboxUnavailable

__all__ = ["Crew", "check_counts", "check_idle", "told"]

P = TypeVar("P")
R = TypeVar("R")

_log: Final = logging.getLogger("juspay_webhooks.worker")

_DAY: Final = 86_400
"""Seconds."""


def check_counts(names: str, *counts: object) -> None:
    """Refuse what is no whole number above 0.

    Args:
        names: What the numbers are.
        counts: The numbers.

    Raises:
        ConfigurationError: One is not.
    """
    if not all(type(count) is int and count > 0 for count in counts):
        message = f"{names} are whole numbers above 0"
        raise ConfigurationError(message)


def check_idle(idle: object) -> None:
    """Refuse what is no number of seconds to wait.

    Args:
        idle: The number.

    Raises:
        ConfigurationError: It is none.
    """
    if not isinstance(idle, int | float) or not 0 < idle <= _DAY:
        message = "idle is a number of seconds above 0"
        raise ConfigurationError(message)


def told(on_progress: Callable[[Counter[R]], object] | None, ended: Counter[R]) -> None:
    """Tell who wants to know how it stands; what that raises is logged.

    Args:
        on_progress: Whom to tell.
        ended: How many ended how so far.
    """
    if on_progress is not None:
        try:
            on_progress(ended.copy())
        except Exception:  # noqa: BLE001 - the caller's; it is logged
            _log.exception("the on_progress hook raised")


class Crew(Generic[P, R]):
    """So many threads, and what they do with a piece of work."""

    def __init__(
        self,
        take: Callable[[int], Sequence[P]],
        one: Callable[[P, Event], R | None],
        *,
        threads: int,
        idle: float,
        on_progress: Callable[[Counter[R]], object] | None,
    ) -> None:
        """Take what there is to do.

        Args:
            take: Fetches at most so many pieces; it may raise `InboxUnavailable`.
            one: Does a piece, and says how it ended; None if that does not count. It hands it back once the event is
                set. What it raises ends everything.
            threads: Pieces at a time.
            idle: Seconds to wait before work is fetched again when there was none.
            on_progress: Called when pieces have ended, with how many ended how so far.
        """
        self._take = take
        self._one = one
        self._threads = threads
        self._idle = idle
        self._on_progress = on_progress

    def work(self, stop: Event, *, is_endless: bool) -> Counter[R]:
        """Do what there is.

        Args:
            stop: Says that it is to end: what is begun is finished.
            is_endless: Whether to go on when there is nothing to do; a failing inbox is asked again then.

        Returns:
            How many ended how.

        Raises:
            InboxUnavailable: The inbox failed, and it is not endless.
        """
        ended: Counter[R] = Counter()
        running: set[Future[R | None]] = set()
        with ThreadPoolExecutor(self._threads, "juspay-worker") as pool:
            while not stop.is_set():
                taken = self._taken(self._threads - len(running), is_endless=is_endless)
                running |= {pool.submit(self._one, piece, stop) for piece in taken}
                if not running:
                    if not is_endless:
                        break
                    stop.wait(self._idle)
                    continue
                done, running = wait(running, timeout=self._idle, return_when=FIRST_COMPLETED)
                self._count(ended, done)
            self._count(ended, running)
        return ended

    def _taken(self, free: int, *, is_endless: bool) -> Sequence[P]:
        if not free:
            return ()
        try:
            return self._take(free)
        except InboxUnavailable:
            if not is_endless:
                raise
            _log.exception("the inbox failed; it is asked again")
            return ()

    def _count(self, ended: Counter[R], done: set[Future[R | None]]) -> None:
        """Add what has ended, and tell who wants to know."""
        results = [result for result in (one.result() for one in done) if result is not None]
        ended.update(results)
        if results:
            told(self._on_progress, ended)

"""Own what a person sees while the command waits: one line that changes on a terminal, a line a wait elsewhere.

It goes to standard error, so that standard output has the result alone.
"""

import time
from collections.abc import Callable
from math import ceil
from types import TracebackType
from typing import Final, Self

import attrs

from juspay_webhooks.cli._facts import text_of
from juspay_webhooks.cli._line import Line
from juspay_webhooks.cli._streams import say
from juspay_webhooks.cli._terminal import safe
from juspay_webhooks.models.open_enum import OpenEnum

__all__ = ["REAL", "Time", "Watch"]

_TICK: Final = 1.0
"""Seconds between two looks of the line."""


@attrs.frozen
class Time:
    """A clock, and a way to wait."""

    clock: Callable[[], float]
    """Seconds that never go back."""

    sleep: Callable[[float], object]
    """Waits some seconds."""


REAL: Final = Time(time.monotonic, time.sleep)
"""The real ones."""


class Watch:
    """Says how it stands while the command waits; a context manager, which leaves no half of a line behind."""

    def __init__(self, about: str, when: Time) -> None:
        """Begin.

        Args:
            about: What is waited for; it is escaped here.
            when: Clock and sleep.
        """
        self._about = safe(about)
        self._when = when
        self._begun = when.clock()
        self._state = "no answer yet"
        self._line = Line()

    @property
    def clock(self) -> Callable[[], float]:
        """Seconds that never go back."""
        return self._when.clock

    def saw(self, status: OpenEnum) -> None:
        """Take note of a status.

        Args:
            status: As Juspay gave it.
        """
        self._state = safe(text_of(status))

    def wait(self, seconds: float) -> None:
        """Wait, and say for how long.

        Args:
            seconds: How long.
        """
        if not self._line.is_live:
            say(f"juspay-webhooks: {self._words(seconds)}\n")
            self._when.sleep(seconds)
            return
        end = self._when.clock() + seconds
        while (left := end - self._when.clock()) > 0:
            self._line.draw(self._words(left))
            self._when.sleep(min(left, _TICK))
        self._line.draw(f"{self._about}: {self._state}; asking")

    def _words(self, seconds: float) -> str:
        elapsed = self._when.clock() - self._begun
        return f"{self._about}: {self._state} after {elapsed:.0f} s; asks again in {ceil(seconds)} s"

    def __enter__(self) -> Self:
        """Say that it begins, where a line can be taken away again."""
        self._line.draw(f"{self._about}: asking")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Take the line away."""
        self._line.__exit__()

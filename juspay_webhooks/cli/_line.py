"""Own what is written to standard error while a command runs: a line that changes on a terminal, and lines of the log.

They do not run into each other, whichever thread they come from.
"""

import logging
import os
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from threading import RLock
from typing import Final, Self

from juspay_webhooks.cli._streams import say
from juspay_webhooks.cli._terminal import safe

__all__ = ["Line", "logged"]

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class Line:
    """One line that changes, where standard error is a terminal; a context manager, which takes it away at the end."""

    def __init__(self) -> None:
        """Look where standard error goes."""
        self.is_live: Final = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._lock = RLock()
        self._width = 0

    def draw(self, text: str) -> None:
        """Write over what the line says; elsewhere than on a terminal nothing is written.

        Args:
            text: What it says now; it is escaped and cut here.
        """
        if self.is_live:
            with self._lock:
                line = safe(text)[: shutil.get_terminal_size().columns - 1]
                say(f"\r{line.ljust(self._width)}")
                self._width = len(line)

    def above(self, text: str) -> None:
        """Write whole lines in place of the line, which is drawn anew below them the next time.

        Args:
            text: Whole lines, harmless to a terminal.
        """
        with self._lock:
            self._take_away()
            say(text)

    def _take_away(self) -> None:
        """Blanks take it away, as not every terminal has a code for that."""
        if self._width:
            say(f"\r{' ' * self._width}\r")
            self._width = 0

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the line away."""
        with self._lock:
            self._take_away()


class _Plain(logging.Formatter):
    """Escapes what handlers put into their exceptions."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record, each line of it escaped."""
        return "\n".join(map(safe, super().format(record).split("\n")))


class _Above(logging.Handler):
    """Writes the log above the line."""

    def __init__(self, line: Line) -> None:
        """Take the line."""
        super().__init__(logging.WARNING)
        self._line = line
        self.setFormatter(_Plain(_FORMAT))

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        self._line.above(f"{self.format(record)}\n")


@contextmanager
def logged(line: Line) -> Generator[None]:
    """Show warnings and errors of the library, unless the application has said where its log goes.

    Args:
        line: What they must not run into.
    """
    log = logging.getLogger("juspay_webhooks")
    if log.hasHandlers():
        yield
        return
    handler = _Above(line)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)

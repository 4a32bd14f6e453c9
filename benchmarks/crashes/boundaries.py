"""Own the places at which a process dies: before and after whatever it does; they are counted, and one kills."""

import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

__all__ = ["Boundaries"]


_BEFORE_A_TABLE: Final = ("FROM", "INTO", "UPDATE")


class Boundaries:
    """Counts the boundaries that one request passes, and kills the process at the one that it is told."""

    def __init__(self) -> None:
        """Begin with none."""
        self.passed: list[str] = []
        self._fatal: int | None = None
        self._lock = Lock()
        self._dialects: set[int] = set()

    def begin(self, fatal: int | None) -> None:
        """Count anew.

        Args:
            fatal: Number of the boundary that kills, from 1; None if none does.
        """
        self.passed, self._fatal = [], fatal

    def reach(self, name: str) -> None:
        """Pass a boundary, or die at it, as if the power had failed: nothing is closed, flushed or rolled back."""
        with self._lock:
            self.passed.append(name)
            if len(self.passed) == self._fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def around(self, statement: str) -> Generator[None]:
        """Let what is done with a statement, or with an end of a transaction, be between two boundaries."""
        name = _short(statement)
        self.reach(f"before {name}")
        yield
        self.reach(f"after {name}")

    def watched(self, name: str, function: Callable[..., None]) -> Callable[..., None]:
        """Put a boundary before and after each call of a function."""

        def call(*arguments: Any) -> None:  # noqa: ANN401 - passed on
            with self.around(name):
                function(*arguments)

        return call

    def watch(self) -> None:
        """Let every statement, COMMIT and ROLLBACK of SQLAlchemy's engines in this process be two boundaries."""
        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)
        event.listen(Engine, "engine_connect", self._connected)

    def _before(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.reach(f"before {_short(statement)}")

    def _after(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.reach(f"after {_short(statement)}")

    def _connected(self, connection: Connection) -> None:
        dialect = connection.dialect
        if id(dialect) not in self._dialects:
            self._dialects.add(id(dialect))
            for name in ("do_commit", "do_rollback"):
                # SQLAlchemy has an event before them only.
                setattr(dialect, name, self.watched(name.removeprefix("do_").upper(), getattr(dialect, name)))


def _short(statement: str) -> str:
    """Name a statement by its verb and its table."""
    words = statement.replace("\n", " ").split()
    table = next((word for word, before in zip(words[1:], words, strict=False) if before in _BEFORE_A_TABLE), "")
    return f"{words[0]} {table}".strip()

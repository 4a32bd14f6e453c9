"""Own the connections of an inbox: ready to use, one pool a process, errors without values."""

import os
import secrets
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final
from weakref import WeakSet

from sqlalchemy import URL, Connection, Dialect, Engine, Pool, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.inbox.protocol import InboxUnavailable
from juspay_webhooks.inbox.sql.engines import backend_of, check_version, engine_of, place_of
from juspay_webhooks.inbox.sql.schema import Tables

__all__ = ["TRIES", "Database", "new_token"]

TRIES: Final = 5
"""How often what vanished between two looks is looked for again."""

_CREATIONS: Final = 5
"""How often tables that others are making at the same moment are looked for."""

_PAUSE: Final = 0.2
"""Seconds between two looks."""


def new_token() -> int:
    """Draw the number of a claim: 62 random bits, never 0, so none is ever met again."""
    return secrets.randbelow(2**62 - 1) + 1


def _said(error: Exception) -> str:
    """Name an error by its class and the database's code: its text may hold values."""
    cause = getattr(error, "orig", None) or error
    number = next((part for part in cause.args[:1] if isinstance(part, int)), None)  # MySQL, MariaDB
    code = number or getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or ""
    return f"{type(cause).__name__} {code}".strip()


class Database:
    """Gives connections to the tables of an inbox."""

    def __init__(
        self, place: str | URL | Engine, *, tables: Tables, create: bool, wait: float, clock: Callable[[], float]
    ) -> None:
        """Take the place; nothing is connected yet.

        Args:
            place: URL or engine.
            tables: The tables.
            create: Whether to make them if they are not there.
            wait: Seconds to wait for a lock or a free connection.
            clock: Seconds since 1970.

        Raises:
            ConfigurationError: The place cannot be an inbox.
        """
        self._engine, self._is_own = engine_of(place, wait=wait)
        self.tables = tables
        self._create = create
        self._clock = clock
        self._is_ready = False
        self._pid = os.getpid()
        self._inherited: list[Pool] = []
        if self._engine.dialect.name == "sqlite":
            _IN_FILES.add(self)

    def __repr__(self) -> str:
        """Name the database."""
        return place_of(self._engine)

    @property
    def dialect(self) -> Dialect:
        """How SQLAlchemy speaks to it."""
        return self._engine.dialect

    def now(self) -> int:
        """Read the clock: microseconds since 1970."""
        return round(self._clock() * 1_000_000)

    def close(self) -> None:
        """Close the connections that are ours and idle."""
        if self._is_own:
            self._engine.dispose()

    @contextmanager
    def connection(self) -> Generator[Connection]:
        """Lend a connection; what is not committed at the end is rolled back.

        Raises:
            InboxUnavailable: The database is away, busy, or refuses.
            ConfigurationError: It is too old, or has no tables.
        """
        with self.told():
            connection = self.open()
            try:
                yield connection
            finally:
                connection.close()

    @contextmanager
    def told(self) -> Generator[None]:
        """Let no error of the database or its driver out: they may show values.

        Raises:
            InboxUnavailable: In place of it.
        """
        try:
            yield
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as error:
            message = f"the database of the inbox failed: {_said(error)}"
            raise InboxUnavailable(message) from None

    def open(self) -> Connection:
        """Open a connection; whoever calls it closes it, under `told`."""
        if self._pid != os.getpid():
            # A fork may not speak on its parent's connections, nor close them: closing says good-bye on the line.
            self._inherited.append(self._engine.pool)
            self._engine.dispose(close=False)
            self._pid = os.getpid()
        if not self._is_ready:
            self._prepare()
            self._is_ready = True
        return self._connect()

    def make_ready(self) -> None:
        """Look once whether the tables are there, before a transaction of somebody else's needs them.

        Raises:
            InboxUnavailable: The database is away; or it is SQLite, and that transaction has written already.
            ConfigurationError: It is too old, or has no tables.
        """
        if not self._is_ready:
            with self.connection():
                pass

    def _connect(self) -> Connection:
        """Connect; whatever a driver or a hook of the merchant's raises, the database is away.

        Raises:
            InboxUnavailable: It raised what is no error of a database.
        """
        try:
            return self._engine.connect()
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error):
            raise
        except Exception as error:
            message = f"connecting to the database of the inbox failed: {type(error).__name__}"
            raise InboxUnavailable(message) from error

    def _prepare(self) -> None:
        """Look whether the server will do and the tables are there; make them. Many may do so at once."""
        left = _CREATIONS
        while True:
            try:
                opened = self._connect()
            except self._engine.dialect.loaded_dbapi.Error as error:
                left -= 1
                if not left or "SQLITE_BUSY" not in _said(error):
                    raise
                time.sleep(_PAUSE)  # others begin with the same file: who turns its log on waits for nobody
                continue
            with opened as connection:
                check_version(self._engine.dialect.name, str(connection.scalar(text(backend_of(self._engine).version))))
                seen = inspect(connection)
                missing = [table.name for table in self.tables.metadata.sorted_tables if not seen.has_table(table.name)]
                if not missing:
                    return
                if not self._create:
                    message = (
                        f"the database has no {' and no '.join(missing)}: make them with a migration (SqlInbox.ddl and "
                        "SqlInbox.alembic write it), or let the inbox make them with create=True"
                    )
                    raise ConfigurationError(message)
                try:
                    self.tables.metadata.create_all(connection)
                    connection.commit()
                except SQLAlchemyError:  # others make them right now; if not, the last look says what is wrong
                    left -= 1
                    if not left:
                        raise
                else:
                    return
            time.sleep(_PAUSE)

    def _before_fork(self) -> None:
        """Close what is idle.

        SQLite counts locks per process: a child of one that has a file open believes that it holds the lock of its
        parent. When the parent ends, nobody holds it: the next one who closes the file takes itself for the last, and
        deletes the log that the child goes on writing to.
        """
        self._engine.dispose()


_IN_FILES: Final = WeakSet[Database]()
"""Those of this process that are files."""


def _before_fork() -> None:
    for database in list(_IN_FILES):
        database._before_fork()  # noqa: SLF001 - a module knows its own


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no forks
    os.register_at_fork(before=_before_fork)

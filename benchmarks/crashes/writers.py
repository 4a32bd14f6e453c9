"""Own how a merchant's handler writes its row: with `delivery.tx`, or in a transaction of its own that it joins.

Every statement, COMMIT and ROLLBACK passes a boundary before and after it. No connection is open between two writes:
a process is a fork, and must not speak on its parent's.
"""

import importlib
import sqlite3
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Final, TypeAlias

from sqlalchemy import NullPool, Table, create_engine, insert, make_url

from benchmarks.crashes.boundaries import Boundaries
from benchmarks.crashes.links import django_settings, raw
from juspay_webhooks import Delivery

__all__ = ["WRITERS", "Join", "Write", "writer"]

Write: TypeAlias = Callable[[Delivery, Mapping[str, object]], None]
"""Writes a row of the merchant's table."""

Join: TypeAlias = Callable[[Delivery, object], None]
"""Lets a transaction keep that the effect was acted on; or forgets to, if that is the fault."""


def _with_tx(_place: str, table: Table, _boundaries: Boundaries, _join: Join) -> Write:
    """Write with the inbox's own transaction."""
    statement = insert(table)

    def write(delivery: Delivery, row: Mapping[str, object]) -> None:
        tx: Any = delivery.tx
        tx.execute(statement, row)

    return write


def _with_sqlalchemy(place: str, table: Table, _boundaries: Boundaries, join: Join) -> Write:
    """Write with a connection of SQLAlchemy's; all of its engines are watched."""
    engine, statement = create_engine(place, poolclass=NullPool), insert(table)

    def write(delivery: Delivery, row: Mapping[str, object]) -> None:
        with engine.begin() as connection:
            join(delivery, connection)
            connection.execute(statement, row)

    return write


def _with_django(place: str, table: Table, boundaries: Boundaries, join: Join) -> Write:
    """Write in an `atomic` block of Django's."""
    django = importlib.import_module("django")
    settings = importlib.import_module("django.conf").settings
    if not settings.configured:
        settings.configure(DATABASES={"default": django_settings(place)})
        django.setup()
    connection: Any = importlib.import_module("django.db").connection
    atomic: Any = importlib.import_module("django.db.transaction").atomic
    statement = _written(table)

    def run(execute: Callable[..., object], line: str, *more: object) -> object:
        with boundaries.around(line):
            return execute(line, *more)

    def write(delivery: Delivery, row: Mapping[str, object]) -> None:
        with closing(connection), _watched_ends(connection, boundaries), connection.execute_wrapper(run), atomic():
            join(delivery, connection)
            with connection.cursor() as cursor:
                cursor.execute(statement, [row["effect"], row["request"]])

    return write


@contextmanager
def _watched_ends(connection: Any, boundaries: Boundaries) -> Generator[None]:  # noqa: ANN401 - Django's
    """Let COMMIT and ROLLBACK of a connection of Django's be boundaries: it has no hook for them."""
    wrapper = connection._connections[connection._alias]  # noqa: SLF001 - what stands for the one of a thread
    own = {name: getattr(wrapper, name) for name in ("_commit", "_rollback")}
    for name, end in own.items():
        setattr(wrapper, name, boundaries.watched(name.removeprefix("_").upper(), end))
    try:
        yield
    finally:
        for name in own:
            delattr(wrapper, name)


def _with_driver(place: str, table: Table, boundaries: Boundaries, join: Join) -> Write:
    """Write with a connection of the driver's."""
    connect = _connecting(place, boundaries)
    statement = (
        _written(table).replace("%s", "?") if make_url(place).get_backend_name() == "sqlite" else _written(table)
    )

    def write(delivery: Delivery, row: Mapping[str, object]) -> None:
        with closing(connect()) as connection:
            join(delivery, connection)
            with closing(connection.cursor()) as cursor:
                cursor.execute(statement, (row["effect"], row["request"]))
            connection.commit()

    return write


def _written(table: Table, mark: str = "%s") -> str:
    return f"INSERT INTO {table.name} (effect, request) VALUES ({mark}, {mark})"  # noqa: S608 - ours


def _connecting(place: str, boundaries: Boundaries) -> Callable[[], Any]:
    """Make what connects with a driver whose cursors and connections are watched."""
    name = make_url(place).get_backend_name()
    if name == "sqlite":
        lite = _watched(sqlite3.Connection, sqlite3.Cursor, boundaries)
        return lambda: raw(place, factory=lite)
    if name == "postgresql":
        psycopg = importlib.import_module("psycopg")
        elephant = _watched(psycopg.Connection, psycopg.Cursor, boundaries)
        return lambda: raw(place, "postgresql+psycopg", make=elephant.connect)
    pymysql = importlib.import_module("pymysql")
    seal = _watched(pymysql.connections.Connection, pymysql.cursors.Cursor, boundaries)
    return lambda: raw(place, "mysql+pymysql", make=seal)


def _watched(connection: Any, cursor: Any, boundaries: Boundaries) -> Any:  # noqa: ANN401 - a driver's
    """Derive a class of connections that passes boundaries; what an inbox joins is one of the driver's still."""

    class Cursor(cursor):  # type: ignore[misc] # known when it runs
        """Passes a boundary before and after each statement."""

        def execute(self, line: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as the driver's
            """Run a statement."""
            with boundaries.around(line):
                return super().execute(line, *arguments, **named)

    class Connection(connection):  # type: ignore[misc] # known when it runs
        """Passes a boundary before and after each end of a transaction."""

        def cursor(self) -> Any:  # noqa: ANN401 - as the driver's
            """Open a cursor."""
            return Cursor(self)

        def commit(self) -> None:
            """End the transaction."""
            with boundaries.around("COMMIT"):
                super().commit()

        def rollback(self) -> None:
            """Take the transaction back."""
            with boundaries.around("ROLLBACK"):
                super().rollback()

    return Connection


WRITERS: Final[Mapping[str, Callable[[str, Table, Boundaries, Join], Write]]] = {
    "tx": _with_tx,
    "sqlalchemy": _with_sqlalchemy,
    "django": _with_django,
    "dbapi": _with_driver,
}
"""Name of a way to write -> what makes it."""


def writer(name: str, place: str, *, table: Table, boundaries: Boundaries, joins: bool) -> Write:
    """Make what a handler writes with.

    Args:
        name: Name of the way to write.
        place: URL of the database.
        table: The merchant's table.
        boundaries: Where the process dies.
        joins: Whether the handler joins its own transaction, as it must.

    Returns:
        What writes a row.
    """

    def join(delivery: Delivery, connection: object) -> None:
        if joins:
            delivery.join(connection)

    return WRITERS[name](place, table, boundaries, join)

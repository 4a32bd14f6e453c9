"""Own how the statements of an inbox are run in a transaction of the merchant's, whatever it is made with.

What the merchant's driver raises is the merchant's: it ends the transaction, and who began that must see it.
"""

import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from inspect import iscoroutinefunction
from typing import Any, Final, Protocol, TypeAlias, cast

import attrs
from sqlalchemy import Connection, Dialect, Select, Update
from sqlalchemy.sql.base import Executable

from juspay_webhooks.errors import ConfigurationError, shown

__all__ = ["Changed", "Joined", "joined"]


class Changed(Protocol):
    """What came of a statement."""

    @property
    def rowcount(self) -> int:
        """Rows that it changed."""
        ...

    def first(self) -> object | None:
        """Give a row that it found; None if it found none."""
        ...


class Joined(Protocol):
    """A transaction that somebody else ends."""

    def execute(self, statement: Any, parameters: Mapping[str, Any], /) -> Changed:  # noqa: ANN401 - SQLAlchemy's
        """Run a statement."""
        ...


_Values: TypeAlias = Sequence[object] | Mapping[str, object]

_KINDS: Final[Mapping[str, str]] = {
    "sqlite3": "sqlite",
    "sqlite": "sqlite",
    "psycopg": "postgresql",
    "psycopg2": "postgresql",
    "pg8000": "postgresql",
    "postgresql": "postgresql",
    "pymysql": "mysql",
    "MySQLdb": "mysql",
    "mariadb": "mysql",
    "mysql": "mysql",
}
"""Driver, or what SQLAlchemy and Django call a database -> the kind of database."""

_IN_TRANSACTION: Final = 1
"""Bit of what MySQL and MariaDB say of a connection."""

_ADVICE: Final = (
    "connection is a SQLAlchemy Session or Connection, a Django connection, or one of a DB-API driver: the one that "
    "your own writes go through"
)


def joined(connection: object, dialect: Dialect, /) -> Joined:
    """Look at what a merchant hands over, and make something of it that runs statements.

    Args:
        connection: A SQLAlchemy `Session` or `Connection`, a Django connection, or one of a driver.
        dialect: How the inbox's own database is spoken to.

    Returns:
        The merchant's transaction.

    Raises:
        ConfigurationError: It is nothing of that kind, no transaction that could be shared, or another kind of
            database than the inbox's.
    """
    given: Any = connection
    if isinstance(connection, type):
        message = f"{_ADVICE}; not the class {shown(connection.__name__)}"
        raise ConfigurationError(message)
    if callable(getattr(given, "run_sync", None)) or _is_async(given):
        message = (
            "connection is async: await delivery.join_async(session), or inbox.once_async(..., connection=session)"
        )
        raise ConfigurationError(message)
    if callable(getattr(given, "get_bind", None)):  # Session, and what stands for the one of a thread
        given = given.connection()
    if isinstance(given, Connection):
        _demand_kind(given.dialect.name, dialect)
        return _begun(given)
    if hasattr(given, "in_atomic_block"):
        _demand_kind(given.vendor, dialect)
        if not given.in_atomic_block and given.get_autocommit():
            message = "the Django connection is in no transaction: call it within `with transaction.atomic():`"
            raise ConfigurationError(message)
        return _Driver(given, dialect, "format")
    raw = getattr(given, "dbapi_connection", given)  # one that SQLAlchemy lent
    driver = _driver_of(raw)
    if driver is None:
        message = f"{_ADVICE}; not {shown(type(connection).__name__)}"
        raise ConfigurationError(message)
    name, paramstyle = driver
    _demand_kind(name, dialect)
    _demand_transaction(raw)
    return _Driver(raw, dialect, paramstyle)


def _is_async(given: object) -> bool:
    if hasattr(given, "get_bind"):
        return iscoroutinefunction(getattr(given, "connection", None))  # an `async_scoped_session`
    return hasattr(given, "cursor") and hasattr(given, "__aenter__") and not hasattr(given, "__enter__")


def _begun(connection: Connection) -> Joined:
    """Begin the transaction that the first statement would begin, to see whether it is one."""
    if not connection.in_transaction():
        connection.begin()
    fairy = connection.connection
    _demand_transaction(getattr(fairy, "driver_connection", None))
    _demand_transaction(fairy.dbapi_connection)
    return cast("Joined", connection)


def _demand_kind(name: str, dialect: Dialect) -> None:
    theirs, ours = _KINDS.get(name, name), _KINDS.get(dialect.name, dialect.name)
    if theirs != ours and name in _KINDS:
        message = (
            f"the inbox is in {ours}, and the connection leads to {theirs}: one transaction needs both in one database"
        )
        raise ConfigurationError(message)


def _driver_of(raw: object) -> tuple[str, str] | None:
    """Tell which driver made a connection, and how it wants values marked."""
    if not (hasattr(raw, "cursor") and hasattr(raw, "commit")):
        return None
    for kind in type(raw).__mro__:
        name = kind.__module__.partition(".")[0]
        style = getattr(sys.modules.get(name), "paramstyle", None)
        if isinstance(style, str):
            return name, style
    return None


def _demand_transaction(raw: Any) -> None:  # noqa: ANN401 - any driver's
    """Refuse a connection on which each statement is a transaction of its own, or is not run at once.

    Raises:
        ConfigurationError: It is one.
    """
    if getattr(getattr(raw, "pgconn", None), "pipeline_status", 0):
        message = "the connection is in a pipeline, which does not say at once what came of a statement: leave it first"
        raise ConfigurationError(message)
    if _is_lone(raw):
        message = (
            "the connection commits each statement by itself (autocommit): begin a transaction first, so that your "
            "writes and the effect are kept together"
        )
        raise ConfigurationError(message)


def _is_lone(raw: Any) -> bool:  # noqa: ANN401 - as above
    if getattr(raw, "in_transaction", False) is True:  # sqlite3
        return False
    if hasattr(raw, "in_transaction") and hasattr(raw, "isolation_level"):
        return raw.isolation_level is None or getattr(raw, "autocommit", None) is True
    if str(getattr(raw, "isolation_level", "")).lower() == "autocommit":  # asyncpg under SQLAlchemy
        return True
    if hasattr(raw, "get_autocommit"):  # PyMySQL, mysqlclient
        return bool(raw.get_autocommit()) and not getattr(raw, "server_status", 0) & _IN_TRANSACTION
    is_idle = not getattr(getattr(raw, "info", None), "transaction_status", 0)  # psycopg, psycopg2
    return getattr(raw, "autocommit", False) is True and is_idle


@lru_cache(maxsize=256)
def _compiled(statement: Executable, kind: Any, paramstyle: str, names: tuple[str, ...]) -> Any:  # noqa: ANN401 - SQLAlchemy's
    """Write a statement as a driver wants it; there are few, and each inbox has its own."""
    return cast("Any", statement).compile(dialect=kind(paramstyle=paramstyle), column_keys=names)


@attrs.frozen
class _Done:
    """What a driver says of a statement."""

    rowcount: int
    """Rows that it changed."""

    row: object | None
    """A row that it found."""

    def first(self) -> object | None:
        """Give it."""
        return self.row


class _Driver:
    """A transaction of a driver, or of Django, which speaks like one."""

    def __init__(self, connection: Any, dialect: Dialect, paramstyle: str) -> None:  # noqa: ANN401 - any driver's
        self._connection = connection
        self._kind: Any = type(dialect)
        self._paramstyle = paramstyle

    def execute(self, statement: Executable, parameters: Mapping[str, Any], /) -> _Done:
        """Run a statement.

        Raises:
            ConfigurationError: The driver keeps to itself what came of it.
        """
        compiled = _compiled(statement, self._kind, self._paramstyle, tuple(parameters))
        named = compiled.construct_params(dict(parameters))
        values: _Values = [named[name] for name in compiled.positiontup] if compiled.positional else named
        with closing(self._connection.cursor()) as cursor:
            cursor.execute(str(compiled), values)
            if cursor.rowcount < 0 and isinstance(statement, Update):
                message = "the driver does not say how many rows a statement changed: roll back, and use another one"
                raise ConfigurationError(message)
            return _Done(cursor.rowcount, cursor.fetchone() if isinstance(statement, Select) else None)

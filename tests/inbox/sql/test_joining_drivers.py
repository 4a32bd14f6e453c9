"""What an inbox asks of a driver before it joins, shown with stand-ins: no server answers here."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final

import psycopg
import psycopg2  # type: ignore[import-untyped] # it has no types
import pymysql  # type: ignore[import-untyped] # it has no types
import pytest
from sqlalchemy import Dialect, make_url

from juspay_webhooks import ConfigurationError
from juspay_webhooks.inbox import SqlInbox
from juspay_webhooks.inbox.sql.joining import joined
from tests.inbox.records import FAILED, PAID, counts

DIALECTS: Final[dict[ModuleType, str]] = {
    sqlite3: "sqlite",
    psycopg: "postgresql",
    psycopg2: "postgresql",
    pymysql: "mysql",
}
"""Drivers, each with a database that it leads to."""


def dialect_of(name: str) -> Dialect:
    """Make what SQLAlchemy speaks with."""
    return make_url(f"{name}://").get_dialect()()


class StandIn:
    """A connection as far as an inbox looks before its first statement."""

    def cursor(self) -> None:
        """Be there."""

    def commit(self) -> None:
        """Be there."""


def stand_in(driver: ModuleType, said: dict[str, object]) -> object:
    """Make a connection of a driver's that says this of itself."""
    kind = type("Connection", (StandIn,), {"__module__": driver.__name__, **said})
    return kind()


def postgresql_says(status: int, **said: object) -> dict[str, object]:
    """Say it as psycopg does."""
    return {"info": SimpleNamespace(transaction_status=status), **said}


def mysql_says(status: int, *, is_lone: bool) -> dict[str, object]:
    """Say it as PyMySQL does."""
    return {"server_status": status, "get_autocommit": lambda _self: is_lone}


TRANSACTIONS: Final[dict[str, tuple[ModuleType, dict[str, object]]]] = {
    "SQLite, begun": (sqlite3, {"in_transaction": True, "isolation_level": None}),
    "SQLite, begins by itself": (sqlite3, {"in_transaction": False, "isolation_level": ""}),
    "SQLite, begins as in old times": (sqlite3, {"in_transaction": False, "isolation_level": "", "autocommit": -1}),
    "psycopg, begins by itself": (psycopg, postgresql_says(0, autocommit=False)),
    "psycopg, begun": (psycopg, postgresql_says(2, autocommit=True)),
    "psycopg, no pipeline": (psycopg, postgresql_says(0, pgconn=SimpleNamespace(pipeline_status=0))),
    "psycopg2, begun": (psycopg2, postgresql_says(2, autocommit=True, isolation_level=None)),
    "MariaDB, begins by itself": (pymysql, mysql_says(0, is_lone=False)),
    "MariaDB, begun": (pymysql, mysql_says(3, is_lone=True)),
}
"""Connections whose statements end together."""

LONE: Final[dict[str, tuple[ModuleType, dict[str, object]]]] = {
    "SQLite": (sqlite3, {"in_transaction": False, "isolation_level": None}),
    "SQLite, as in new times": (sqlite3, {"in_transaction": False, "isolation_level": "", "autocommit": True}),
    "psycopg": (psycopg, postgresql_says(0, autocommit=True)),
    "psycopg2": (psycopg2, postgresql_says(0, autocommit=True, isolation_level=None)),
    "under SQLAlchemy": (psycopg, {"isolation_level": "autocommit"}),
    "MariaDB": (pymysql, mysql_says(2, is_lone=True)),
}
"""Connections that commit each statement."""


@pytest.mark.parametrize(("driver", "said"), TRANSACTIONS.values(), ids=list(TRANSACTIONS))
def test_a_transaction(driver: ModuleType, said: dict[str, object]) -> None:
    """It may be joined, whether it has begun or the first statement begins it."""
    assert hasattr(joined(stand_in(driver, said), dialect_of(DIALECTS[driver])), "execute")


@pytest.mark.parametrize(("driver", "said"), LONE.values(), ids=list(LONE))
def test_no_transaction(driver: ModuleType, said: dict[str, object]) -> None:
    """It may not: the effect would be kept, whatever becomes of the merchant's writes."""
    with pytest.raises(ConfigurationError, match="begin a transaction first"):
        joined(stand_in(driver, said), dialect_of(DIALECTS[driver]))


def test_a_pipeline() -> None:
    """It tells later what came of a statement: nobody would know who was first."""
    given = stand_in(psycopg, postgresql_says(2, pgconn=SimpleNamespace(pipeline_status=1)))
    with pytest.raises(ConfigurationError, match="in a pipeline"):
        joined(given, dialect_of("postgresql"))


@pytest.mark.parametrize("driver", [psycopg, psycopg2, pymysql])
def test_another_kind_of_database(driver: ModuleType) -> None:
    """It is refused before anything is asked of it."""
    with pytest.raises(ConfigurationError, match="the inbox is in sqlite, and the connection leads to"):
        joined(stand_in(driver, {}), dialect_of("sqlite"))


# --- A driver that nobody knows ---


class Wrapped:
    """A connection to a file by a driver that speaks otherwise."""

    def __init__(self, file: str, *, counts: bool) -> None:
        """Open the file."""
        self._connection = sqlite3.connect(file)
        self._counts = counts
        self.commit = self._connection.commit
        self.rollback = self._connection.rollback
        self.close = self._connection.close

    def cursor(self) -> Any:  # noqa: ANN401 - as a driver's
        """Give a cursor, which may be one that does not count."""
        cursor = self._connection.cursor()
        return cursor if self._counts else _Uncounted(cursor)


class _Uncounted:
    """A cursor that does not say what it changed."""

    rowcount = -1

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.execute = cursor.execute
        self.fetchone = cursor.fetchone
        self.close = cursor.close


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[SqlInbox]:
    """An inbox in a file."""
    with SqlInbox(f"sqlite:///{tmp_path / 'inbox.db'}") as inbox:
        inbox.prepare()
        yield inbox


def wrapped(tmp_path: Path, patch: pytest.MonkeyPatch, style: str, *, counts: bool = True) -> Wrapped:
    """Connect with a driver that wants values marked in a style."""
    driver = ModuleType("a_driver_of_ones_own")
    driver.paramstyle = style  # type: ignore[attr-defined]
    patch.setitem(sys.modules, driver.__name__, driver)
    kind: Any = type("Connection", (Wrapped,), {"__module__": f"{driver.__name__}.connections"})
    connection: Wrapped = kind(str(tmp_path / "inbox.db"), counts=counts)
    return connection


@pytest.mark.parametrize("style", ["named", "qmark"])
def test_a_driver_that_nobody_knows(
    inbox: SqlInbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    """It says itself how it wants values marked; which database it leads to shows when it is asked."""
    with closing(wrapped(tmp_path, monkeypatch, style)) as given:
        assert inbox.once(PAID, namespace="shop", connection=given)
        assert not inbox.once(PAID, namespace="shop", connection=given)
        assert not inbox.once(FAILED, namespace="shop", connection=given)
        given.rollback()
        assert inbox.once(FAILED, namespace="shop", connection=given)
        assert inbox.once(PAID, namespace="shop", connection=given)
        given.commit()

    assert {"effects": 2} == counts(inbox)


def test_a_driver_that_does_not_count(inbox: SqlInbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the merchant was first is not known: the transaction must not be committed."""
    unit = inbox.begin("another")
    unit.once(PAID)
    with closing(wrapped(tmp_path, monkeypatch, "qmark", counts=False)) as given:
        with pytest.raises(ConfigurationError, match="does not say how many rows"):
            inbox.once(PAID, namespace="shop", connection=given)
        given.rollback()
        with pytest.raises(ConfigurationError, match="does not say how many rows"):
            unit.join(given)
        given.rollback()

    unit.rollback()
    assert {} == counts(inbox)


def test_what_looks_like_a_connection(inbox: SqlInbox) -> None:
    """No module speaks for it."""
    with pytest.raises(ConfigurationError, match="not StandIn"):
        inbox.once(PAID, namespace="shop", connection=StandIn())

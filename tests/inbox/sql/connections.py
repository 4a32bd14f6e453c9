"""Own the connections that a merchant writes with, of every kind, each with what begins and ends its transactions."""

import importlib
import sqlite3
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from typing import Any, Final, TypeAlias

import attrs
import psycopg
import psycopg.rows
import psycopg2  # type: ignore[import-untyped] # it has no types
import psycopg2.extras  # type: ignore[import-untyped] # it has no types
import pymysql  # type: ignore[import-untyped] # it has no types
import pymysql.cursors  # type: ignore[import-untyped] # it has no types
import pytest
from django.apps import apps  # type: ignore[import-untyped] # Django has no types
from django.conf import settings  # type: ignore[import-untyped] # Django has no types
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from benchmarks.crashes.links import django_settings, raw

__all__ = ["WAYS", "Opened", "Shop", "Way", "django", "engine_for", "opened", "shop_in", "ways"]


def _nothing() -> None:
    """Begin nothing: the first statement does."""


@attrs.frozen(kw_only=True)
class Opened:
    """An open connection of a merchant's."""

    given: Any
    """What is handed to the inbox."""

    run: Callable[[str], object]
    """Runs a statement."""

    commit: Callable[[], object]
    """Commits."""

    rollback: Callable[[], object]
    """Rolls back."""

    begin: Callable[[], object] = _nothing
    """Begins, where the first statement does not."""


Opening: TypeAlias = Callable[[str], AbstractContextManager[Opened]]
"""Opens a connection to the database at a URL."""


@attrs.frozen(kw_only=True)
class Way:
    """A way to write into a database."""

    kind: str
    """Kind of the database."""

    name: str
    """Its name."""

    @property
    def id(self) -> str:
        """Name it among all."""
        return f"{self.kind}, {self.name}"

    @property
    def param(self) -> Any:  # noqa: ANN401 - pytest does not name its type
        """Make a parameter of it."""
        marks = () if self.kind == "sqlite" else (pytest.mark.server,)
        return pytest.param(self, id=self.id, marks=marks)


@contextmanager
def engine_for(place: str, **settings: Any) -> Generator[Any]:  # noqa: ANN401 - SQLAlchemy's
    """Make an engine that is gone at the end."""
    engine = create_engine(place, **settings)
    try:
        yield engine
    finally:
        engine.dispose()


def _run_by_sqlalchemy(given: Any) -> Opened:  # noqa: ANN401 - a connection or a session
    return Opened(given=given, run=lambda line: given.execute(text(line)), commit=given.commit, rollback=given.rollback)


@contextmanager
def _connection(place: str) -> Generator[Opened]:
    with engine_for(place) as engine, engine.connect() as given:
        yield _run_by_sqlalchemy(given)


@contextmanager
def _session(place: str, make: Callable[[Any], Any] = Session) -> Generator[Opened]:
    with engine_for(place) as engine, closing(make(engine)) as given:
        yield _run_by_sqlalchemy(given)


def _scoped(engine: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's
    return scoped_session(sessionmaker(engine))


def _spoken(given: Any) -> Opened:  # noqa: ANN401 - any driver's
    def run(line: str) -> None:
        with closing(given.cursor()) as cursor:
            cursor.execute(line)

    return Opened(given=given, run=run, commit=given.commit, rollback=given.rollback)


@contextmanager
def _lent(place: str) -> Generator[Opened]:
    with engine_for(place) as engine, closing(engine.raw_connection()) as given:
        yield _spoken(given)


@contextmanager
def _driven(place: str, driver: str | None = None, make: Any = None, **settings: Any) -> Generator[Opened]:  # noqa: ANN401 - any driver's
    with closing(raw(place, driver, make=make, **settings)) as given:
        yield _spoken(given)


@contextmanager
def _rows(place: str) -> Generator[Opened]:
    with closing(raw(place)) as given:
        given.row_factory = sqlite3.Row
        yield _spoken(given)


class _Lite(sqlite3.Connection):
    """A connection of a merchant's own class."""


class _Elephant(psycopg.Connection[tuple[Any, ...]]):
    """A connection of a merchant's own class."""


class _Seal(pymysql.Connection):  # type: ignore[misc] # it has no types
    """A connection of a merchant's own class."""


@contextmanager
def django(place: str, *, is_atomic: bool = True) -> Generator[Opened]:
    """Open a connection of Django's, which no settings know: neither does any other test.

    Args:
        place: URL of the database.
        is_atomic: Whether transactions are `atomic` blocks; else autocommit is off.
    """
    if not settings.configured:  # once in a process, whichever module comes first
        settings.configure()
    transaction: Any = importlib.import_module("django.db.transaction")
    handler: Any = importlib.import_module("django.db").ConnectionHandler({"default": django_settings(place)})
    given = handler["default"]
    spoken = _spoken(given)
    blocks: list[Any] = []
    with closing(given), pytest.MonkeyPatch.context() as patch:
        patch.setattr(apps, "ready", True)  # there are none
        patch.setattr(transaction, "connections", handler)  # where `atomic` looks for the default
        if not is_atomic:
            given.set_autocommit(False)
            yield spoken
            given.rollback()
            return

        def begin() -> None:
            blocks.append(transaction.atomic())
            blocks[-1].__enter__()

        def commit() -> None:
            blocks.pop().__exit__(None, None, None)

        def rollback() -> None:
            if blocks:
                transaction.set_rollback(True)
                commit()

        try:
            yield attrs.evolve(spoken, begin=begin, commit=commit, rollback=rollback)
        finally:
            rollback()


_EVERYWHERE: Final[Mapping[str, Opening]] = {
    "Connection": _connection,
    "Session": _session,
    "scoped_session": partial(_session, make=_scoped),
    "raw_connection": _lent,
    "Django": django,
    "Django without autocommit": partial(django, is_atomic=False),
}

_DRIVERS: Final[Mapping[str, Mapping[str, Opening]]] = {
    "sqlite": {
        "sqlite3": _driven,
        "sqlite3 with rows": _rows,
        "sqlite3 of one's own": partial(_driven, factory=_Lite),
    },
    "postgresql": {
        "psycopg": _driven,
        "psycopg with dicts": partial(_driven, row_factory=psycopg.rows.dict_row),
        "psycopg of one's own": partial(_driven, make=_Elephant.connect),
        "psycopg2": partial(_driven, driver="postgresql+psycopg2"),
        "psycopg2 with dicts": partial(
            _driven, driver="postgresql+psycopg2", cursor_factory=psycopg2.extras.RealDictCursor
        ),
    },
    "mariadb": {
        "PyMySQL": _driven,
        "PyMySQL with dicts": partial(_driven, cursorclass=pymysql.cursors.DictCursor),
        "PyMySQL unbuffered": partial(_driven, cursorclass=pymysql.cursors.SSCursor),
        "PyMySQL of one's own": partial(_driven, make=_Seal),
    },
}

_OPENINGS: Final[Mapping[str, Mapping[str, Opening]]] = {kind: {**_EVERYWHERE, **own} for kind, own in _DRIVERS.items()}

WAYS: Final = tuple(Way(kind=kind, name=name) for kind, names in _OPENINGS.items() for name in names)
"""Every way to write into every database."""


def ways(*names: str) -> list[Any]:
    """Make parameters of ways.

    Args:
        names: Those that are meant, on every database or on one ("sqlite, Session"), and databases whose ways are all
            meant; all if none is given.

    Returns:
        The parameters.
    """
    return [way.param for way in WAYS if not names or {way.name, way.kind, way.id} & set(names)]


@contextmanager
def opened(way: Way, place: str) -> Generator[Opened]:
    """Open a connection; what is not committed is rolled back at the end."""
    with _OPENINGS[way.kind][way.name](place) as found:
        try:
            yield found
        finally:
            found.rollback()


@attrs.frozen(kw_only=True)
class Shop:
    """A merchant's own table."""

    line: str
    """What the merchant writes: a statement that inserts one row."""

    rows: Callable[[], int]
    """Counts the rows."""


@contextmanager
def shop_in(engine: Engine, prefix: str) -> Generator[Shop]:
    """Make a merchant's table, which is gone at the end; it would take a row twice."""
    name = f"{prefix}shop"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {name} (id VARCHAR(50))"))

    def rows() -> int:
        with engine.connect() as connection:
            return connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0  # noqa: S608 - ours

    yield Shop(line=f"INSERT INTO {name} VALUES ('Shop-1')", rows=rows)  # noqa: S608 - ours
    with engine.begin() as connection:
        connection.execute(text(f"DROP TABLE {name}"))

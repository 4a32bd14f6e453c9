"""What no inbox can join: nothing is written with it, and the message says what to do."""

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import aiosqlite
import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import (
    AsyncSession,
    async_scoped_session,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.crashes.links import raw
from juspay_webhooks import ConfigurationError
from juspay_webhooks.inbox import InboxUnavailable, MemoryInbox, SqlInbox
from juspay_webhooks.inbox.sql.joining import joined
from tests.inbox.records import PAID, counts
from tests.inbox.sql.connections import WAYS, django, engine_for, opened
from tests.inbox.sql.places import SERVERS, Make, place_of

Alone = Callable[[str], AbstractContextManager[Any]]
"""Opens a connection that commits each statement by itself."""


@contextmanager
def alone_on_an_engine(place: str) -> Generator[Any]:
    """SQLAlchemy's own way to say so."""
    with engine_for(place, isolation_level="AUTOCOMMIT") as engine, engine.connect() as connection:
        yield connection


@contextmanager
def alone_in_a_session(place: str) -> Generator[Any]:
    """The same in a session."""
    with engine_for(place, isolation_level="AUTOCOMMIT") as engine, Session(engine) as session:
        yield session


@contextmanager
def alone_in_django(place: str) -> Generator[Any]:
    """Outside of an `atomic` block."""
    with django(place) as shop:
        yield shop.given


def alone_with(**settings: Any) -> Alone:  # noqa: ANN401 - a driver's
    """Make the connection of a driver."""
    return lambda place: closing(raw(place, **settings))


ALONE: Final[dict[str, dict[str, Alone]]] = {
    "sqlite": {"sqlite3": alone_with(isolation_level=None)},
    "postgresql": {
        "psycopg": alone_with(autocommit=True),
        "psycopg2": lambda place: closing(_autocommitting(raw(place, "postgresql+psycopg2"))),
    },
    "mariadb": {"PyMySQL": alone_with(autocommit=True)},
}
EVERYWHERE: Final[dict[str, Alone]] = {
    "SQLAlchemy": alone_on_an_engine,
    "Session": alone_in_a_session,
    "Django": alone_in_django,
}


def _autocommitting(connection: Any) -> Any:  # noqa: ANN401 - psycopg2 has no types
    connection.autocommit = True
    return connection


CASES: Final = [
    pytest.param(kind, found, id=f"{kind}, {name}", marks=() if kind == "sqlite" else (pytest.mark.server,))
    for kind, own in ALONE.items()
    for name, found in {**EVERYWHERE, **own}.items()
]


@pytest.mark.parametrize(("kind", "alone"), CASES, indirect=["kind"])
def test_a_connection_that_commits_by_itself(inbox: SqlInbox, place: str, alone: Alone) -> None:
    """What is written with it and the effect would not be kept together."""
    unit = inbox.begin("shop")
    unit.once(PAID)
    with alone(place) as given:
        with pytest.raises(ConfigurationError, match=r"begin a transaction first|in no transaction"):
            unit.join(given)
        with pytest.raises(ConfigurationError, match=r"begin a transaction first|in no transaction"):
            inbox.once(PAID, namespace="another", connection=given)

    unit.rollback()
    assert {} == counts(inbox)


BEGINNINGS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "sqlite": ("BEGIN IMMEDIATE", {"isolation_level": None}),
    "postgresql": ("BEGIN", {"autocommit": True}),
    "mariadb": ("BEGIN", {"autocommit": True}),
}


def test_a_transaction_that_was_begun_by_hand(kind: str, inbox: SqlInbox, place: str) -> None:
    """A driver that commits each statement by itself does not if it was told to begin."""
    word, settings = BEGINNINGS[kind]
    inbox.prepare()
    with closing(raw(place, **settings)) as given, closing(given.cursor()) as cursor:
        cursor.execute(word)
        assert inbox.once(PAID, namespace="shop", connection=given)
        cursor.execute("ROLLBACK")
        assert {} == counts(inbox)
        cursor.execute(word)
        assert inbox.once(PAID, namespace="shop", connection=given)
        cursor.execute("COMMIT")
    assert {"effects": 1} == counts(inbox)


@pytest.mark.parametrize("kind", [*SERVERS], indirect=True)
def test_another_kind_of_database(kind: str, inbox: SqlInbox, place: str, tmp_path: Path) -> None:
    """However it is connected to, either way round."""
    inbox.prepare()
    named = {"postgresql": "postgresql", "mariadb": "mysql"}[kind]
    for way in WAYS:
        if way.kind == "sqlite":
            with (
                opened(way, place_of("sqlite", tmp_path)) as shop,
                pytest.raises(ConfigurationError, match=f"in {named}, and .* leads to sqlite"),
            ):
                inbox.once(PAID, namespace="shop", connection=shop.given)
    with closing(raw(place)) as given, pytest.raises(ConfigurationError, match=f"in sqlite, and .* leads to {named}"):
        joined(given, sqlite.dialect())
    assert {} == counts(inbox)


# --- Nonsense ---


NONSENSE: Final[dict[str, object]] = {
    "number": 5,
    "text": "postgresql://shop:hunter2@db/shop",
    "engine": create_engine("sqlite://"),
    "maker of sessions": sessionmaker(),
    "class of sessions": Session,
    "class of connections": Connection,
    "class of a driver's": sqlite3.Connection,
    "module": sqlite3,
    "async engine": create_async_engine("sqlite+aiosqlite://"),
    "class of async sessions": AsyncSession,
    "maker of async sessions": async_sessionmaker(),
    "many async sessions": async_scoped_session(async_sessionmaker(), scopefunc=int),
}
nonsense: Final = pytest.mark.parametrize("given", NONSENSE.values(), ids=list(NONSENSE))


@nonsense
def test_nonsense(tmp_path_factory: pytest.TempPathFactory, given: object) -> None:
    """It is named by its class, and no value of it is shown."""
    with SqlInbox(f"sqlite:///{tmp_path_factory.mktemp('inbox') / 'inbox.db'}") as inbox:
        unit = inbox.begin("shop")
        unit.once(PAID)
        with pytest.raises(ConfigurationError, match="connection is ") as raised:
            unit.join(given)
        assert "hunter2" not in str(raised.value)
        with pytest.raises(ConfigurationError, match="connection is "):
            inbox.once(PAID, namespace="another", connection=given)
        with pytest.raises(ConfigurationError, match="connection is a SQLAlchemy AsyncSession or AsyncConnection, not"):
            asyncio.run(inbox.once_async(PAID, namespace="another", connection=given))
        with pytest.raises(ConfigurationError, match="connection is "):
            unit.join(None)
        unit.rollback()
        assert {} == counts(inbox)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_async_connections_where_others_are_wanted(inbox: SqlInbox, place: str) -> None:
    """The message names the call that takes them."""

    async def come() -> None:
        engine = create_async_engine(place.replace("sqlite:", "sqlite+aiosqlite:"))
        async with AsyncSession(engine) as session, engine.connect() as connection:
            for given in (session, connection):
                with pytest.raises(ConfigurationError, match=r"await delivery\.join_async\(session\)"):
                    inbox.once(PAID, namespace="shop", connection=given)
        await engine.dispose()
        async with aiosqlite.connect(place.removeprefix("sqlite:///")) as given_raw:
            with pytest.raises(ConfigurationError, match=r"await delivery\.join_async\(session\)"):
                inbox.once(PAID, namespace="shop", connection=given_raw)
            with pytest.raises(ConfigurationError, match="AsyncSession or AsyncConnection, not Connection"):
                await inbox.once_async(PAID, namespace="shop", connection=given_raw)

    inbox.prepare()
    asyncio.run(come())
    assert {} == counts(inbox)


def test_a_session_where_an_async_one_is_wanted(inbox: SqlInbox, place: str) -> None:
    """The message says that the other call takes it."""
    with (
        engine_for(place) as engine,
        Session(engine) as session,
        pytest.raises(ConfigurationError, match="not Session: with one that is not async, call the method that is not"),
    ):
        asyncio.run(inbox.once_async(PAID, namespace="shop", connection=session))


def test_an_inbox_in_memory_shares_no_transaction() -> None:
    """It says so, whatever it is given."""
    with pytest.raises(ConfigurationError, match="an inbox in memory shares no transaction: SqlInbox does"):
        MemoryInbox().once(PAID, namespace="shop", connection=object())


# --- What a database is that is not ready ---


def test_the_tables_are_made_first(make: Make, place: str) -> None:
    """A merchant's transaction may be the first thing that an inbox in a new database sees."""
    inbox = make()
    with closing(raw(place)) as given:
        assert inbox.once(PAID, namespace="shop", connection=given)
        given.commit()
    assert {"effects": 1} == counts(inbox)


def test_the_tables_are_missing(make: Make, place: str) -> None:
    """Nobody makes them: the merchant's transaction is as it was."""
    inbox = make(create=False)
    with closing(raw(place)) as given:
        with pytest.raises(ConfigurationError, match="make them with a migration"):
            inbox.once(PAID, namespace="shop", connection=given)
        given.rollback()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_file_that_the_merchant_has_locked(make: Make, place: str) -> None:
    """SQLite has one writer: an inbox that was not ready before cannot look any more, and waits no longer than told."""
    make().prepare()
    inbox = make(wait=timedelta(milliseconds=20))
    with closing(raw(place)) as given:
        given.execute("BEGIN IMMEDIATE")
        with pytest.raises(InboxUnavailable, match="SQLITE_BUSY"):
            inbox.once(PAID, namespace="shop", connection=given)
        given.rollback()
        assert inbox.once(PAID, namespace="shop", connection=given)
        given.commit()
    assert {"effects": 1} == counts(inbox)

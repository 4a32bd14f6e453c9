"""Own the inboxes of these tests: each test has tables of its own, which are gone afterwards."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from juspay_webhooks.inbox import SqlInbox
from juspay_webhooks.inbox.sql.schema import tables_of
from tests.inbox.records import LEASE, Clock
from tests.inbox.sql.places import KINDS, Make, place_of


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Every database in turn."""
    return str(request.param)


@pytest.fixture
def place(kind: str, tmp_path: Path) -> str:
    """URL of the database."""
    return place_of(kind, tmp_path)


@pytest.fixture
def prefix() -> str:
    """How the tables of this test are named."""
    return f"t{secrets.token_hex(6)}_"


@pytest.fixture
def engine(place: str, prefix: str) -> Iterator[Engine]:
    """A merchant's own engine; the tables go at the end."""
    engine = create_engine(place)
    yield engine
    engine.dispose()
    cleaner = create_engine(place)
    tables_of(prefix).metadata.drop_all(cleaner)
    cleaner.dispose()


@pytest.fixture
def make(place: str, prefix: str, clock: Clock, engine: Engine) -> Iterator[Make]:
    """Make inboxes that share the test's tables."""
    assert engine.url.database
    made = list[SqlInbox]()

    def make(**settings: object) -> SqlInbox:
        given = {"table_prefix": prefix, "clock": clock, "lease": timedelta(seconds=LEASE), **settings}
        made.append(SqlInbox(given.pop("place", place), **given))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for inbox in made:
        inbox.close()


@pytest.fixture
def inbox(make: Make) -> SqlInbox:
    """An inbox."""
    return make()

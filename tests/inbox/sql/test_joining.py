"""`once` in a transaction of the merchant's own: remembered if that commits, and only then."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Final

import psycopg
import pymysql  # type: ignore[import-untyped] # it has no types
import pytest
from sqlalchemy import Engine, text

from juspay_webhooks.inbox import InboxUnavailable, SqlInbox, Verdict
from tests.inbox.records import FAILED, LEASE, PAID, Clock, counts
from tests.inbox.sql.connections import Opened, Shop, Way, opened, shop_in, ways

SECONDS: Final = 60.0
"""How long anything here may take."""


@pytest.fixture(params=ways())
def way(request: pytest.FixtureRequest) -> Way:
    """Every kind of connection to every database in turn."""
    way: Way = request.param
    return way


@pytest.fixture
def kind(way: Way) -> str:
    """The database of the connection."""
    return way.kind


@pytest.fixture
def table(engine: Engine, prefix: str) -> Iterator[Shop]:
    """The merchant's own table."""
    with shop_in(engine, prefix) as table:
        yield table


@pytest.fixture
def shop(way: Way, place: str, inbox: SqlInbox) -> Iterator[Opened]:
    """The merchant's connection; the inbox is ready before it writes."""
    inbox.prepare()
    with opened(way, place) as shop:
        yield shop


def test_a_commit_keeps_it_and_a_rollback_forgets_it(inbox: SqlInbox, shop: Opened, table: Shop) -> None:
    """The merchant's row and the effect are there together, or neither is."""
    shop.begin()
    assert inbox.once(PAID, namespace="shop", connection=shop.given)
    shop.run(table.line)
    shop.rollback()
    assert (0, {}) == (table.rows(), counts(inbox))

    shop.begin()
    shop.run(table.line)
    assert inbox.once(PAID, namespace="shop", connection=shop.given)
    assert not inbox.once(PAID, namespace="shop", connection=shop.given)
    assert inbox.once(PAID, namespace="another", connection=shop.given)
    shop.commit()
    shop.begin()
    assert not inbox.once(PAID, namespace="shop", connection=shop.given)
    shop.rollback()

    assert (1, {"effects": 2}) == (table.rows(), counts(inbox))
    assert Verdict.DUPLICATE is inbox.begin("shop").once(PAID)


def test_a_receiver_that_is_at_it_comes_first(inbox: SqlInbox, shop: Opened, clock: Clock) -> None:
    """While its claim lives nobody else acts; when it has expired the merchant does; the receiver comes too late."""
    unit = inbox.begin("shop")
    unit.once(PAID)
    unit.tx.execute(text("SELECT 1"))
    unit.tx.rollback()
    shop.begin()
    assert not inbox.once(PAID, namespace="shop", connection=shop.given)
    shop.rollback()

    clock.seconds += LEASE
    shop.begin()
    assert inbox.once(PAID, namespace="shop", connection=shop.given)
    shop.commit()

    unit.tx.execute(text("SELECT 1"))
    with pytest.raises(InboxUnavailable, match="somebody else took over"):
        unit.commit()
    unit.rollback()
    assert {"effects": 1} == counts(inbox)


def test_a_failed_attempt_is_overtaken(inbox: SqlInbox, shop: Opened, clock: Clock) -> None:
    """Once the order is paid, or somebody is at that; not while nobody is."""
    shop.begin()
    assert inbox.once(FAILED, namespace="shop", connection=shop.given)
    shop.rollback()
    unit = inbox.begin("shop")
    unit.once(PAID)
    shop.begin()
    assert not inbox.once(FAILED, namespace="shop", connection=shop.given)
    shop.rollback()

    clock.seconds += LEASE
    shop.begin()
    assert inbox.once(PAID, namespace="shop", connection=shop.given)
    assert not inbox.once(FAILED, namespace="shop", connection=shop.given)
    shop.commit()
    shop.begin()
    assert not inbox.once(FAILED, namespace="shop", connection=shop.given)
    shop.commit()

    unit.rollback()
    assert {"effects": 1} == counts(inbox)


# --- Two at once ---


ON_SERVERS: Final = ways(
    *("psycopg", "psycopg2", "PyMySQL", "postgresql, Session", "mariadb, Session"),
    *("postgresql, Django without autocommit", "mariadb, Django without autocommit"),
)
"""Some kinds of connections."""

WAITING: Final = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE :found",
    "mariadb": "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
    " AND trx_query LIKE :found",
}
"""Counts statements that wait for a lock, among those that name a table of the test's."""


def wait_for(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    until = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.3)  # MariaDB looks again only if nobody has asked for a tenth of a second


@pytest.mark.parametrize("first_commits", [True, False])
@pytest.mark.parametrize("way", ON_SERVERS, indirect=True)
def test_the_second_waits_for_the_first(  # noqa: PLR0913, PLR0917 - the sides, and how they are watched
    inbox: SqlInbox, shop: Opened, way: Way, place: str, prefix: str, engine: Engine, *, first_commits: bool
) -> None:
    """Two at the same time: whether the second acts depends on the end of the first."""

    def is_waiting() -> bool:
        with engine.connect() as connection:
            found = connection.scalar(text(WAITING[way.kind]), {"found": f"%INSERT INTO {prefix}effects%"})
        return bool(found)

    def come() -> bool:
        with opened(way, place) as other:
            other.begin()
            is_first = inbox.once(PAID, namespace="shop", connection=other.given)
            other.commit()
            return is_first

    with ThreadPoolExecutor(1) as pool:
        shop.begin()
        assert inbox.once(PAID, namespace="shop", connection=shop.given)
        second: Future[bool] = pool.submit(come)
        try:
            wait_for(lambda: is_waiting() or second.done())
            assert not second.done()
        finally:
            (shop.commit if first_commits else shop.rollback)()
        assert first_commits is not second.result(SECONDS)
    assert {"effects": 1} == counts(inbox)


def acted_on(inbox: SqlInbox, shop: Opened, number: int) -> bool:
    """Act on an effect as one of many; every third one changes its mind. Gives whether it was acted on."""
    shop.begin()
    try:
        is_first = inbox.once(PAID, namespace=f"shop {number // 6}", connection=shop.given)
        if number % 3:
            shop.commit()
            return is_first
    except (pymysql.OperationalError, psycopg.OperationalError) as error:
        assert "deadlock" in str(error).lower()  # noqa: PT017 - those who waited may meet in the rolled back row's place
    shop.rollback()
    return False


@pytest.mark.parametrize("way", ways("PyMySQL", "psycopg"), indirect=True)
def test_of_many_at_once_one_acts(inbox: SqlInbox, way: Way, place: str) -> None:
    """Each effect is acted on once at most, however many come; and the inbox remembers what was done, no more."""
    inbox.prepare()
    barrier = Barrier(6)

    def come(place_in_line: int) -> list[bool]:
        found = list[bool]()
        with opened(way, place) as other:
            for number in range(place_in_line, 6 * 20, 6):
                barrier.wait(SECONDS)
                found.append(acted_on(inbox, other, number))
        return found

    with ThreadPoolExecutor(6) as pool:
        rounds = list(zip(*pool.map(come, range(6)), strict=True))

    assert {1} >= {sum(found) for found in rounds} - {0}
    assert sum(map(sum, rounds)) == inbox.stats().effects > 0


@pytest.mark.parametrize("way", ways("mariadb"), indirect=True)
def test_an_older_view_of_the_database_hides_nothing(inbox: SqlInbox, shop: Opened, prefix: str) -> None:
    """MariaDB's transactions read what was there when they began to; what others did since counts all the same."""
    unit = inbox.begin("another")
    shop.begin()
    shop.run(f"SELECT * FROM {prefix}effects")  # noqa: S608 - ours
    inbox.once(PAID, namespace="shop")
    unit.once(PAID)

    assert not inbox.once(PAID, namespace="shop", connection=shop.given)
    assert not inbox.once(PAID, namespace="another", connection=shop.given)
    assert inbox.once(PAID, namespace="a third", connection=shop.given)
    shop.commit()
    assert {"effects": 2} == counts(inbox)

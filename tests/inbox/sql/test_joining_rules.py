"""Which handler may join, once, and what it may not do besides."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Engine, text

from juspay_webhooks import BasicAuth, ConfigurationError, Delivery, OrderSucceeded, Receiver, Retryable
from juspay_webhooks.inbox import MemoryInbox, SqlInbox
from tests.inbox.records import PAID, counts
from tests.inbox.sql.connections import Opened, Shop, Way, opened, shop_in, ways
from tests.inbox.sql.places import Make
from tests.inbox.sql.shipping import rolls_back, shipping, told, well
from tests.receiver.arrivals import AUTH

WAIT: Final = timedelta(milliseconds=200)
"""How long an inbox here waits for a lock."""

PLAIN: Final = ways("sqlite3", "psycopg", "PyMySQL")
"""One kind of connection to each database."""


@pytest.fixture(params=PLAIN)
def way(request: pytest.FixtureRequest) -> Way:
    """One kind of connection to each database; a test may ask for others."""
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
def inbox(make: Make) -> SqlInbox:
    """An inbox that does not wait for long."""
    return make(wait=WAIT)


@pytest.fixture
def shop(way: Way, place: str, inbox: SqlInbox) -> Iterator[Opened]:
    """The merchant's connection."""
    inbox.prepare()
    with opened(way, place) as shop:
        yield shop


# --- Twice, and with `tx` ---


def test_joined_twice(inbox: SqlInbox, shop: Opened, table: Shop) -> None:
    """The second time is a mistake, which says so; nothing is kept unless the handler hides it."""

    def ship(delivery: Delivery, shop: Opened, table: Shop) -> None:
        delivery.join(shop.given)
        shop.run(table.line)
        try:
            delivery.join(shop.given)
        except Retryable as error:
            assert "the transaction was joined before" in str(error)  # noqa: PT017 - and it goes on
            shop.rollback()
            raise

    assert (503, "retry") == told(shipping(inbox, shop, table, ship))
    assert (0, {"failed": 1}) == (table.rows(), counts(inbox))
    assert (200, "handled") == told(shipping(inbox, shop, table, well))


def test_it_writes_with_tx_first(inbox: SqlInbox, shop: Opened, table: Shop) -> None:
    """Two transactions cannot be kept together: joining is refused, and nothing of either is kept."""

    def ship(delivery: Delivery, shop: Opened, table: Shop) -> None:
        tx: Any = delivery.tx
        tx.execute(text(table.line))
        with pytest.raises(ConfigurationError, match=r"has written with delivery\.tx"):
            delivery.join(shop.given)
        raise RuntimeError

    assert (500, "failed") == told(shipping(inbox, shop, table, ship))
    assert (0, {"failed": 1}) == (table.rows(), counts(inbox))


def test_it_takes_back_what_it_wrote_with_tx(inbox: SqlInbox, shop: Opened, table: Shop) -> None:
    """Then it may join."""

    def ship(delivery: Delivery, shop: Opened, table: Shop) -> None:
        tx: Any = delivery.tx
        tx.execute(text(table.line))
        tx.rollback()
        well(delivery, shop, table)

    assert (200, "handled") == told(shipping(inbox, shop, table, ship))
    assert (1, {"done": 1, "effects": 1}) == (table.rows(), counts(inbox))


def test_it_writes_with_tx_afterwards(inbox: SqlInbox, shop: Opened, table: Shop) -> None:
    """It is told, however often it joined, and what it did in its own transaction counts."""

    def ship(delivery: Delivery, shop: Opened, table: Shop) -> None:
        rolls_back(delivery, shop, table)
        shop.begin()
        well(delivery, shop, table)
        tx: Any = delivery.tx
        with pytest.raises(ConfigurationError, match=r"write with that, not with delivery\.tx"):
            tx.execute(text(table.line))

    assert (200, "handled") == told(shipping(inbox, shop, table, ship))
    assert (1, {"done": 1, "effects": 1}) == (table.rows(), counts(inbox))


def test_tx_that_is_asked_for_afterwards(inbox: SqlInbox, shop: Opened, table: Shop) -> None:
    """It is refused as well, or what is written with it would be lost without a word."""
    unit = inbox.begin("shop")
    unit.once(PAID)
    shop.begin()
    unit.join(shop.given)
    shop.commit()
    with pytest.raises(ConfigurationError, match=r"write with that, not with delivery\.tx"):
        unit.tx.execute(text(table.line))

    assert unit.commit()
    assert (0, {"effects": 1}) == (table.rows(), counts(inbox))


# --- Who may join ---


def test_an_observer_may_not_join(inbox: SqlInbox, shop: Opened, table: Shop) -> None:
    """An event is remembered when its handlers have returned."""
    receiver = Receiver(BasicAuth(*AUTH), inbox=inbox)

    def look(_event: OrderSucceeded, delivery: Delivery) -> None:
        with pytest.raises(ConfigurationError, match="only a handler of an effect can join"):
            delivery.join(shop.given)
        with pytest.raises(ConfigurationError, match="only a handler of an effect can join"):
            asyncio.run(delivery.join_async(Passing()))

    receiver.on(OrderSucceeded)(look)
    assert (200, "handled") == told(receiver)
    assert (0, {"done": 1}) == (table.rows(), counts(inbox))


class Passing:
    """Looks async, and calls at once."""

    async def run_sync(self, function: Callable[[object], object]) -> object:
        """Call it."""
        return function(self)


@pytest.mark.parametrize("remembers", [False, True])
@pytest.mark.parametrize("way", ways("sqlite3"), indirect=True)
def test_without_a_lasting_inbox_it_joins_nothing(shop: Opened, table: Shop, *, remembers: bool) -> None:
    """The same handler runs in a test with an inbox in memory, or none; observers too, if there is none."""
    receiver = shipping(MemoryInbox() if remembers else None, shop, table, well)

    def look(_event: OrderSucceeded, delivery: Delivery) -> None:
        if not remembers:
            delivery.join(shop.given)
            asyncio.run(delivery.join_async(Passing()))

    receiver.on(OrderSucceeded)(look)
    assert [(200, "handled"), (200, "duplicate" if remembers else "handled")] == [told(receiver), told(receiver)]
    assert (1 if remembers else 2) == table.rows()

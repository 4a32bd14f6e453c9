"""A handler that joins a transaction of its own: its writes, and that the effect was acted on, share one fate."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import Engine

from juspay_webhooks import (
    BasicAuth,
    Delivery,
    OrderPaid,
    Receiver,
)
from juspay_webhooks.inbox import InboxUnavailable, SqlInbox, Verdict
from juspay_webhooks.worker import Worker
from tests.inbox.records import LEASE, PAID, Clock, counts
from tests.inbox.sql.connections import Opened, Shop, Way, opened, shop_in, ways
from tests.inbox.sql.places import Make, place_of
from tests.inbox.sql.shipping import (
    Ship,
    before,
    fails_after,
    fails_inside,
    leaves_open,
    rolls_back,
    shipping,
    told,
    tries_again,
    well,
)
from tests.receiver.arrivals import AUTH, Receive, fetched
from tests.receiver.arrivals import ways as receivings

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


# --- What becomes of both ---


@pytest.mark.parametrize("way", ways(), indirect=True)
def test_both_are_kept(inbox: SqlInbox, shop: Opened, table: Shop) -> None:
    """With every kind of connection; what comes again is a duplicate."""
    receiver = shipping(inbox, shop, table, well)

    assert [(200, "handled"), (200, "duplicate")] == [told(receiver), told(receiver)]
    assert (1, {"done": 1, "effects": 1}) == (table.rows(), counts(inbox))
    assert not inbox.once(PAID, namespace="shop")


@pytest.mark.parametrize("way", ways(), indirect=True)
def test_neither_is_kept(inbox: SqlInbox, shop: Opened, table: Shop) -> None:
    """The handler raises: the next delivery acts."""
    assert (500, "failed") == told(shipping(inbox, shop, table, fails_inside))
    assert (0, {"failed": 1}) == (table.rows(), counts(inbox))
    assert (200, "handled") == told(shipping(inbox, shop, table, well))
    assert (1, {"done": 1, "effects": 1}) == (table.rows(), counts(inbox))


def test_what_is_committed_stays(inbox: SqlInbox, shop: Opened, table: Shop) -> None:
    """The handler raises afterwards: the sender comes again, and nobody acts again."""
    receiver = shipping(inbox, shop, table, fails_after)

    assert [(500, "failed"), (200, "duplicate")] == [told(receiver), told(receiver)]
    assert (1, {"done": 1, "effects": 1}) == (table.rows(), counts(inbox))


@pytest.mark.parametrize("ship", [before, tries_again])
def test_when_it_joins_does_not_matter(inbox: SqlInbox, shop: Opened, table: Shop, ship: Ship) -> None:
    """Before or after its own writes, and again in another transaction if the first one came to nothing."""
    receiver = shipping(inbox, shop, table, ship)

    assert [(200, "handled"), (200, "duplicate")] == [told(receiver), told(receiver)]
    assert (1, {"done": 1, "effects": 1}) == (table.rows(), counts(inbox))


@pytest.mark.parametrize("ship", [rolls_back, leaves_open])
def test_a_handler_that_keeps_nothing(  # noqa: PLR0913, PLR0917 - the sides, and what is looked at
    inbox: SqlInbox, shop: Opened, table: Shop, clock: Clock, ship: Ship, caplog: pytest.LogCaptureFixture
) -> None:
    """It returns as if all were well: it is not done, and after the lease at the latest somebody acts."""
    assert (503, "unavailable") == told(shipping(inbox, shop, table, ship))
    shop.rollback()
    assert (0, 0, 0) == (table.rows(), inbox.stats().effects, inbox.stats().done)
    assert "the transaction that the handler joined was rolled back, or is still open" in caplog.text or (
        "SQLITE_BUSY" in caplog.text
    )
    clock.seconds += LEASE
    assert (200, "handled") == told(shipping(inbox, shop, table, well))
    assert (1, {"done": 1, "effects": 1}) == (table.rows(), counts(inbox))


def test_a_transaction_that_is_committed_late(inbox: SqlInbox, shop: Opened, table: Shop, clock: Clock) -> None:
    """It was still open when the sender was asked to come again: who comes again finds it done."""
    assert (503, "unavailable") == told(shipping(inbox, shop, table, leaves_open))
    shop.commit()
    clock.seconds += LEASE

    assert (200, "duplicate") == told(shipping(inbox, shop, table, well))
    assert (1, {"done": 1, "effects": 1}) == (table.rows(), counts(inbox))


@pytest.mark.parametrize("is_done", [True, False], ids=["done", "at it"])
def test_somebody_took_over(  # noqa: PLR0913, PLR0917 - the sides, and what is looked at
    make: Make,
    inbox: SqlInbox,
    shop: Opened,
    table: Shop,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    *,
    is_done: bool,
) -> None:
    """A handler that was slower than the lease is told before it writes, whether the other is done or still at it."""
    other = make().begin("shop")

    def ship(delivery: Delivery, shop: Opened, table: Shop) -> None:
        clock.seconds += LEASE
        assert Verdict.CLAIMED is other.once(PAID)
        if is_done:
            other.commit()
        try:
            well(delivery, shop, table)
        finally:
            shop.rollback()

    assert (503, "retry") == told(shipping(inbox, shop, table, ship))
    assert "it expired and somebody took over" in caplog.text
    assert (0, {"failed": 1, "effects": 1} if is_done else {"failed": 1}) == (table.rows(), counts(inbox))
    assert ((200, "duplicate") if is_done else (503, "busy")) == told(shipping(inbox, shop, table, well))
    other.commit()
    assert (0, 1) == (table.rows(), inbox.stats().effects)


def test_a_lease_that_is_over_alone_takes_nothing_away(
    inbox: SqlInbox, shop: Opened, table: Shop, clock: Clock
) -> None:
    """Nobody took over: it may join."""

    def ship(delivery: Delivery, shop: Opened, table: Shop) -> None:
        clock.seconds += LEASE
        well(delivery, shop, table)

    assert (200, "handled") == told(shipping(inbox, shop, table, ship))
    assert (1, {"done": 1, "effects": 1}) == (table.rows(), counts(inbox))


@pytest.mark.parametrize("way", ways("sqlite"), indirect=True)
def test_another_database_of_the_same_kind(
    make: Make, shop: Opened, table: Shop, tmp_path_factory: pytest.TempPathFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """There is no claim of ours in it: nothing is kept, and the message names what it may be."""
    elsewhere = make(place=place_of("sqlite", tmp_path_factory.mktemp("elsewhere")))

    def ship(delivery: Delivery, shop: Opened, table: Shop) -> None:
        shop.run(table.line)
        try:
            delivery.join(shop.given)
        finally:
            shop.rollback()

    assert (503, "retry") == told(shipping(elsewhere, shop, table, ship))
    assert (0, {"failed": 1}) == (table.rows(), counts(elsewhere))
    assert "the connection leads to another database than the inbox's" in caplog.text


# --- However it is called ---


@receivings
@pytest.mark.parametrize("is_async", [False, True], ids=["plain handler", "async handler"])
def test_however_it_is_called(  # noqa: PLR0913 - the sides
    inbox: SqlInbox, place: str, way: Way, table: Shop, receive: Receive, *, is_async: bool
) -> None:
    """At once or on an event loop, by a handler that is async or one that is not, in whichever thread."""
    receiver = Receiver(BasicAuth(*AUTH), inbox=inbox)

    def ship(_paid: OrderPaid, delivery: Delivery) -> None:
        with opened(way, place) as shop:
            well(delivery, shop, table)

    async def ship_async(paid: OrderPaid, delivery: Delivery) -> None:
        ship(paid, delivery)

    receiver.on_effect(OrderPaid)(ship_async if is_async else ship)
    assert [(200, "handled"), (200, "duplicate")] == [told(receiver, receive), told(receiver, receive)]
    assert (1, {"done": 1, "effects": 1}) == (table.rows(), counts(inbox))


@pytest.mark.parametrize("ship", [well, fails_inside, rolls_back])
def test_a_worker(  # noqa: PLR0913, PLR0917 - the sides
    inbox: SqlInbox, place: str, way: Way, table: Shop, clock: Clock, ship: Ship
) -> None:
    """What was stored is handled once; what came to nothing is handled when its pause or its lease is over."""
    receiver = Receiver(BasicAuth(*AUTH), inbox=inbox, mode="deferred")
    ships = iter([ship, well])

    def act(_paid: OrderPaid, delivery: Delivery) -> None:
        with opened(way, place) as shop:
            next(ships)(delivery, shop, table)

    receiver.on_effect(OrderPaid)(act)
    worker = Worker(inbox, receiver, threads=1)
    assert (200, "stored") == told(receiver)
    ends = Counter[str](worker.drain())
    clock.seconds += LEASE
    ends += Counter[str](worker.drain())

    first = {"fails_inside": ["failed"], "rolls_back": ["unavailable"]}.get(ship.__name__, [])
    assert Counter([*first, "handled"]) == ends
    assert (1, {"done": 1, "effects": 1}) == (table.rows(), counts(inbox))


def test_an_order_that_was_observed(inbox: SqlInbox, shop: Opened, table: Shop) -> None:
    """A return page's order is no delivery: the effect is kept all the same, and the webhook finds it done."""
    receiver = shipping(inbox, shop, table, well)

    assert [(200, "handled"), (200, "duplicate")] == [
        (answer.status, answer.outcome.value)
        for answer in (receiver.observe(fetched(), source="return_url") for _ in range(2))
    ]
    assert (200, "duplicate") == told(receiver)
    assert (1, {"done": 1, "effects": 1}) == (table.rows(), counts(inbox))


def test_the_database_is_away_when_the_handler_returns(
    inbox: SqlInbox, shop: Opened, table: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is committed is committed: the sender comes again, and finds it done."""
    receiver = shipping(inbox, shop, table, well)

    def away(*_: object) -> bool:
        message = "away"
        raise InboxUnavailable(message)

    with monkeypatch.context() as patch:
        patch.setattr("juspay_webhooks.inbox.sql.effects.Effects.are_kept", away)
        assert (503, "unavailable") == told(receiver)
    clock.seconds += LEASE

    assert (200, "duplicate") == told(receiver)
    assert (1, {"done": 1, "effects": 1}) == (table.rows(), counts(inbox))

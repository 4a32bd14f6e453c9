"""`once_async` and `join_async` with SQLAlchemy's async connections, over every driver that runs here."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final

import attrs
import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from juspay_webhooks import BasicAuth, ConfigurationError, Delivery, OrderPaid, Receiver
from juspay_webhooks.inbox import SqlInbox, Verdict
from juspay_webhooks.testing import make_webhook
from tests.inbox.records import FAILED, LEASE, PAID, Clock, counts
from tests.inbox.sql.connections import Shop, shop_in
from tests.inbox.sql.places import Make
from tests.receiver.arrivals import AUTH, received, received_async

DRIVERS: Final = {
    "sqlite": ("sqlite+aiosqlite",),
    "postgresql": ("postgresql+psycopg", "postgresql+asyncpg"),
    "mariadb": ("mysql+aiomysql",),
}
"""Kind of database -> what SQLAlchemy calls its async drivers."""


@attrs.frozen
class Way:
    """An async way to write into a database."""

    kind: str
    """Kind of the database."""

    driver: str
    """What SQLAlchemy calls the driver."""

    is_session: bool
    """Whether it is an `AsyncSession`; else an `AsyncConnection`."""

    @asynccontextmanager
    async def engine(self, place: str, **settings: Any) -> AsyncGenerator[AsyncEngine]:  # noqa: ANN401 - SQLAlchemy's
        """Make an engine that is gone at the end."""
        engine = create_async_engine(make_url(place).set(drivername=self.driver), **settings)
        try:
            yield engine
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def opened(self, place: str, **settings: Any) -> AsyncGenerator[Any]:  # noqa: ANN401 - SQLAlchemy's
        """Open a connection or a session."""
        async with (
            self.engine(place, **settings) as engine,
            AsyncSession(engine) if self.is_session else engine.connect() as given,
        ):
            yield given


@pytest.fixture(
    params=[
        pytest.param(
            Way(kind, driver, is_session),
            id=f"{driver}, {'session' if is_session else 'connection'}",
            marks=() if kind == "sqlite" else (pytest.mark.server,),
        )
        for kind, drivers in DRIVERS.items()
        for driver in drivers
        for is_session in (False, True)
    ]
)
def way(request: pytest.FixtureRequest) -> Way:
    """Every async way to write into every database in turn."""
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


def test_a_commit_keeps_it_and_a_rollback_forgets_it(way: Way, inbox: SqlInbox, place: str, table: Shop) -> None:
    """The merchant's row and the effect are there together, or neither is; the tables are made first."""

    async def come() -> None:
        async with way.opened(place) as given:
            assert await inbox.once_async(PAID, namespace="shop", connection=given)
            await given.execute(text(table.line))
            await given.rollback()
            assert (0, {}) == (table.rows(), counts(inbox))
            await given.execute(text(table.line))
            assert await inbox.once_async(PAID, namespace="shop", connection=given)
            assert not await inbox.once_async(PAID, namespace="shop", connection=given)
            assert not await inbox.once_async(FAILED, namespace="shop", connection=given)
            await given.commit()
        assert not await inbox.once_async(PAID, namespace="shop")
        assert await inbox.once_async(PAID, namespace="another")

    asyncio.run(come())
    assert (1, {"effects": 2}) == (table.rows(), counts(inbox))
    assert Verdict.DUPLICATE is inbox.begin("shop").once(PAID)


def test_a_receiver_that_is_at_it_comes_first(way: Way, inbox: SqlInbox, place: str, clock: Clock) -> None:
    """While its claim lives nobody else acts; when it has expired the merchant does."""
    inbox.begin("shop").once(PAID)

    async def come() -> bool:
        async with way.opened(place) as given:
            is_first = await inbox.once_async(PAID, namespace="shop", connection=given)
            await given.commit()
            return is_first

    assert not asyncio.run(come())
    clock.seconds += LEASE
    assert asyncio.run(come())
    assert {"effects": 1} == counts(inbox)


def test_a_connection_that_commits_by_itself(way: Way, inbox: SqlInbox, place: str) -> None:
    """It is refused, and nothing is written."""

    async def come() -> None:
        async with way.opened(place, isolation_level="AUTOCOMMIT") as given:
            with pytest.raises(ConfigurationError, match="begin a transaction first"):
                await inbox.once_async(PAID, namespace="shop", connection=given)

    asyncio.run(come())
    assert {} == counts(inbox)


@pytest.mark.parametrize("ending", ["commit", "rollback", "raise", "commit and raise"])
@pytest.mark.parametrize("is_on_loop", [False, True])
def test_a_handler_joins(  # noqa: PLR0913 - the sides, and what is looked at
    way: Way, make: Make, place: str, table: Shop, ending: str, *, is_on_loop: bool
) -> None:
    """What it wrote and the effect share one fate, however the receiver is called."""
    inbox = make()
    receiver = Receiver(BasicAuth(*AUTH), inbox=inbox)

    @receiver.on_effect(OrderPaid)
    async def ship(_paid: OrderPaid, delivery: Delivery) -> None:
        async with way.opened(place) as given:
            await delivery.join_async(given)
            await given.execute(text(table.line))
            await (given.commit if "commit" in ending else given.rollback)()
        if "raise" in ending:
            raise RuntimeError

    webhook = make_webhook("ORDER_SUCCEEDED", auth=AUTH)

    def come() -> tuple[int, str]:
        answer = asyncio.run(received_async(receiver, webhook)) if is_on_loop else received(receiver, webhook)
        return answer.status, answer.outcome.value

    kept = "commit" in ending
    first = {"commit": (200, "handled"), "rollback": (503, "unavailable")}.get(ending, (500, "failed"))
    second = (200, "duplicate") if kept else first
    assert [first, second] == [come(), come()]
    assert kept == table.rows()
    assert ({"done": 1, "effects": 1} if kept else {"failed": 1}) == counts(inbox)

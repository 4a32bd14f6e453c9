"""Many orders without webhooks, a Juspay that fails at random, processes that are killed: all end right, once."""

import asyncio
import multiprocessing
import os
import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final

import attrs
import pytest
from sqlalchemy import Column, Connection, MetaData, String, Table, create_engine, insert, select

from juspay_webhooks import (
    AsyncOrderStatusClient,
    BasicAuth,
    Delivery,
    OrderPaid,
    OrderStatusClient,
    PaymentFailed,
    Receiver,
    RefundSettled,
)
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox import SqlInbox
from juspay_webhooks.inbox.sql.schema import tables_of
from juspay_webhooks.reconcile import AsyncReconciler, Reconciler
from tests.inbox.sql.places import place_of
from tests.reconcile.crowd import Tally, answer, fate_of, names
from tests.reconcile.shop import CREDENTIAL, KEY, MERCHANT, ONCE

pytestmark = pytest.mark.skipif(os.name == "nt", reason="allowed: sends the signals of POSIX")

SPAWN: Final = multiprocessing.get_context("spawn")

SCHEDULE: Final = (0.2, 0.5, 1.0, 1.0, 2.0, 2.0)
"""Pauses; more than any order meets faults."""

WIDTH: Final = 8
"""Orders asked about at a time."""

LEASE: Final = timedelta(seconds=8)
"""Longer than a question and its handler take on a slow machine; what was killed waits for it."""

TIMEOUT: Final = 4.0
"""Seconds for a question."""

PATIENCE: Final = 1_800.0
"""Seconds after which a test fails that waits for something."""


@attrs.frozen
class Shop:
    """A merchant whose reconcilers are processes."""

    place: str
    """URL of the database."""

    prefix: str
    """How its tables are named."""

    url: str
    """Where the fake listens."""

    def inbox(self) -> SqlInbox:
        """Make the inbox."""
        return SqlInbox(self.place, table_prefix=self.prefix, lease=LEASE, wait=timedelta(minutes=1))

    def told(self) -> Table:
        """Describe the merchant's own table: nothing in it keeps an effect from being there twice."""
        columns = (Column("effect", String(64), nullable=False), Column("order_id", String(64), nullable=False))
        return Table(f"{self.prefix}told", MetaData(), *columns)

    def receiver(self, inbox: SqlInbox) -> Receiver:
        """Make a receiver that writes down each effect."""
        table = self.told()

        def note(effect: Effect, delivery: Delivery) -> None:
            assert isinstance(delivery.tx, Connection)
            assert isinstance(effect, OrderPaid | PaymentFailed | RefundSettled)
            row = {"effect": type(effect).__name__, "order_id": effect.order_id}
            delivery.tx.execute(insert(table), row)

        receiver = Receiver(BasicAuth(*CREDENTIAL), inbox=inbox)
        for kind in (OrderPaid, PaymentFailed, RefundSettled):
            receiver.on_effect(kind)(note)
        return receiver


def reconcile(shop: Shop) -> None:
    """Reconcile on threads until told to stop."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    client = OrderStatusClient(
        KEY, merchant_id=MERCHANT, base_url=shop.url, retry=ONCE, timeout=TIMEOUT, pool_size=WIDTH
    )
    with shop.inbox() as inbox, client:
        Reconciler(client, shop.receiver(inbox), schedule=SCHEDULE, threads=WIDTH, idle=0.1).run(stop)


def reconcile_async(shop: Shop) -> None:
    """Reconcile on an event loop until told to stop."""

    async def work(inbox: SqlInbox) -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        client = AsyncOrderStatusClient(
            KEY, merchant_id=MERCHANT, base_url=shop.url, retry=ONCE, timeout=TIMEOUT, pool_size=4
        )
        async with client:
            receiver = shop.receiver(inbox)
            await AsyncReconciler(client, receiver, schedule=SCHEDULE, concurrency=WIDTH, idle=0.1).run(stop)

    with shop.inbox() as inbox:
        asyncio.run(work(inbox))


def begun(target: Callable[..., None], *arguments: object) -> SpawnProcess:
    """Begin a process."""
    process = SPAWN.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def wait_for(inbox: SqlInbox, waiting: int) -> None:
    """Wait until no more orders than that are to be asked about."""
    deadline = time.monotonic() + PATIENCE
    while inbox.agenda.stats(namespace="shop").waiting > waiting:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@attrs.frozen
class Plan:
    """How many there are of everything."""

    orders: int
    """Orders without webhooks."""

    processes: int
    """Processes that share the work."""

    kills: int
    """How many times all of them are killed in the middle."""

    @property
    def interrupted(self) -> int:
        """Most questions that were under way when a process was killed."""
        return self.kills * self.processes * WIDTH


def carry_out(shop: Shop, work: Callable[[Shop], None], order_ids: list[str], plan: Plan) -> None:
    """Add the orders and reconcile them, in processes that are killed now and then in the middle."""
    with shop.inbox() as inbox:
        assert plan.orders == inbox.agenda.add(order_ids, namespace="shop")
        for left in reversed(range(plan.kills + 1)):
            running = [begun(work, shop) for _ in range(plan.processes)]
            wait_for(inbox, plan.orders * left // (plan.kills + 1))
            for process in running:
                (process.kill if left else process.terminate)()
            for process in running:
                process.join(PATIENCE)
            assert {-signal.SIGKILL if left else 0} == {process.exitcode for process in running}


def check(shop: Shop, tally: Tally, order_ids: list[str], plan: Plan) -> None:
    """Compare what the handlers were told and the fake was asked with what is right."""
    effects = Counter((fate_of(one).effect, one) for one in order_ids if fate_of(one).effect)
    open_ones = {one for one in order_ids if not fate_of(one).effect}
    engine = create_engine(shop.place)
    with engine.connect() as connection:
        told = Counter((row.effect, row.order_id) for row in connection.execute(select(shop.told())))
    engine.dispose()
    most = len(SCHEDULE) + 1
    needed = {one: most if one in open_ones else len(fate_of(one).words) for one in order_ids}
    again = sum(max(0, number - needed[one]) for one, number in tally.answered.items())

    assert effects == told
    with shop.inbox() as inbox:
        assert open_ones == {one.order_id for one in inbox.agenda.given_up(namespace="shop", limit=plan.orders)}
        assert len(effects) == inbox.stats().effects
        assert 0 == inbox.agenda.stats(namespace="shop").waiting
    assert set(order_ids) == set(tally.asked)
    assert tally.asked.total() <= most * plan.orders + plan.interrupted
    assert again <= plan.interrupted  # whoever got a true answer is not asked about without need, but for the killed


SMALL: Final = Plan(300, 1, 1)

LARGE: Final = Plan(2_000, 2, 2)

CASES: Final = (
    pytest.param("sqlite", reconcile, SMALL, id="sqlite-sync-300"),
    pytest.param("sqlite", reconcile_async, SMALL, id="sqlite-async-300"),
    pytest.param("sqlite", reconcile_async, LARGE, id="sqlite-async-2000", marks=pytest.mark.server),
    pytest.param("mariadb", reconcile_async, LARGE, id="mariadb-async-2000", marks=pytest.mark.server),
    pytest.param("postgresql", reconcile, Plan(20_000, 2, 2), id="postgresql-sync-20000", marks=pytest.mark.server),
)


@pytest.mark.parametrize(("kind", "work", "plan"), CASES)
def test_all_end_right(kind: str, work: Callable[[Shop], None], plan: Plan, tmp_path: Path) -> None:
    """Each effect is in the merchant's table once, and only those orders are given up that stay open."""
    place, order_ids = place_of(kind, tmp_path), names(plan.orders)
    ours, theirs = SPAWN.Pipe()
    juspay = begun(answer, theirs)
    assert ours.poll(PATIENCE)
    shop = Shop(place, f"t{secrets.token_hex(6)}_", ours.recv())
    engine = create_engine(place)
    shop.told().create(engine)
    try:
        carry_out(shop, work, order_ids, plan)
        ours.send(None)
        assert ours.poll(PATIENCE)
        check(shop, ours.recv(), order_ids, plan)
    finally:
        juspay.kill()
        juspay.join()
        ours.close()
        theirs.close()
        shop.told().drop(engine)
        tables_of(shop.prefix).metadata.drop_all(engine)
        engine.dispose()

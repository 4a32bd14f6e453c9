"""Many worker processes on one inbox: each delivery is handled once, also if they are killed or told to stop."""

import itertools
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Final

import attrs
import pytest
from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, insert, select

from juspay_webhooks import BasicAuth, Delivery, OrderPaid, Receiver
from juspay_webhooks.inbox import SqlInbox
from juspay_webhooks.inbox.sql.schema import tables_of
from juspay_webhooks.testing import make_webhook
from juspay_webhooks.worker import Worker
from tests.inbox.records import counts

pytestmark = pytest.mark.skipif(os.name == "nt", reason="allowed: sends the signals of POSIX")

CREDENTIAL: Final = ("shop", "secret")

SPAWN: Final = multiprocessing.get_context("spawn")

THREADS: Final = 4

PATIENCE: Final = 3_000.0
"""Seconds after which a process counts as stuck."""

LEASE: Final = timedelta(hours=1)
"""So long that no worker loses a claim because the machine is slow; clocks are ahead where it has to be over."""


@attrs.frozen
class Shop:
    """A merchant whose workers are processes."""

    place: str
    """URL of the database."""

    prefix: str
    """How its tables are named."""

    log: Path
    """Where a handler writes which order it has in hand, and its process."""

    ahead: timedelta = timedelta(0)
    """How much the clock is ahead."""

    def inbox(self) -> SqlInbox:
        """Make the inbox."""
        return SqlInbox(
            self.place,
            table_prefix=self.prefix,
            lease=LEASE,
            wait=timedelta(seconds=60),
            clock=lambda: time.time() + self.ahead.total_seconds(),
        )

    def shipped(self) -> Table:
        """Describe the merchant's own table: nothing in it keeps an order from being there twice."""
        return Table(f"{self.prefix}shipped", MetaData(), Column("order_id", String(64), nullable=False))

    def note(self, order_id: str) -> None:
        """Write what is in hand, at once and for good: the process may be killed."""
        file = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{order_id} {os.getpid()}\n".encode())
        os.close(file)

    def ship(self, paid: OrderPaid, delivery: Delivery) -> None:
        """Write into the merchant's own table."""
        assert isinstance(delivery.tx, Connection)
        delivery.tx.execute(insert(self.shipped()), {"order_id": paid.order_id})

    def noted(self) -> dict[str, list[int]]:
        """Read which processes had an order in hand, in turn."""
        found = defaultdict[str, list[int]](list)
        for line in self.log.read_text().splitlines():
            order_id, process = line.split()
            found[order_id].append(int(process))
        return found

    def work(self, handler: Callable[[OrderPaid, Delivery], None], stop: threading.Event | None = None) -> None:
        """Work in this process until nothing is due, or until told to stop."""
        with self.inbox() as inbox:
            receiver = Receiver(BasicAuth(*CREDENTIAL), inbox=inbox, mode="deferred")
            receiver.on_effect(OrderPaid)(handler)
            worker = Worker(inbox, receiver, threads=THREADS)
            if stop is None:
                worker.drain()
            else:
                worker.run(stop)


@pytest.fixture(name="shop")
def _shop(place: str, prefix: str, tmp_path: Path, engine: Engine) -> Iterator[Shop]:
    shop = Shop(place, prefix, tmp_path / "log")
    shop.shipped().create(engine)
    yield shop
    shop.shipped().drop(engine)


@cache
def bodies(number: int) -> list[bytes]:
    """Make the bodies of as many orders that are paid."""
    names = [f"o{index}" for index in range(number)]
    return [make_webhook("ORDER_SUCCEEDED", id=f"evt-{name}", order={"order_id": name}).body for name in names]


def fill(shop: Shop, engine: Engine, number: int) -> None:
    """Receive one delivery and write as many rows like it, for that is faster than to receive them all."""
    headers = make_webhook("ORDER_SUCCEEDED", auth=CREDENTIAL).headers
    with shop.inbox() as inbox:
        receiver = Receiver(BasicAuth(*CREDENTIAL), inbox=inbox, mode="deferred")
        assert "stored" == receiver.handle(headers=headers, body=bodies(number)[0]).outcome
        (entry,) = inbox.entries()
        first = entry.record
    table = tables_of(shop.prefix).deliveries
    with engine.begin() as connection:
        row = dict(connection.execute(select(table)).mappings().one())
        rows = list[dict[str, object]]()
        for index, body in enumerate(bodies(number)):
            record = attrs.evolve(first, event_id=f"evt-o{index}", body=body)
            own = {"key": record.key, "event_id": record.event_id, "body": body, "body_digest": record.body_digest}
            rows.append({**row, **own, "due_at": row["due_at"] - number + index})
        assert row["key"] == rows[0]["key"]
        for some in range(1, number, 1_000):
            connection.execute(insert(table), rows[some : some + 1_000])


def begun(target: Callable[..., None], *arguments: object) -> SpawnProcess:
    """Begin a process."""
    process = SPAWN.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def ended(*processes: SpawnProcess) -> list[int | None]:
    """Wait until processes have ended; gives how."""
    for process in processes:
        process.join(PATIENCE)
    return [process.exitcode for process in processes]


def drain(shop: Shop, together: Barrier | None = None) -> None:
    """Note each order; the first ones not before all threads of all processes have one."""
    own = threading.local()

    def ship(paid: OrderPaid, delivery: Delivery) -> None:
        if together is not None and not hasattr(own, "has_met"):
            own.has_met = True
            together.wait(PATIENCE)
        shop.note(paid.order_id)
        if together is None:
            shop.ship(paid, delivery)

    shop.work(ship)


def drain_and_die(shop: Shop, handled: int) -> None:
    """Be killed in the middle of a handler, between its write and the end of its transaction."""
    number = itertools.count(1)

    def ship(paid: OrderPaid, delivery: Delivery) -> None:
        shop.note(paid.order_id)
        shop.ship(paid, delivery)
        if next(number) == handled:
            os.kill(os.getpid(), signal.SIGKILL)

    shop.work(ship)


def run(shop: Shop, handled: int, middle: Event) -> None:
    """Work until told to stop; from some order on a handler waits for that."""
    number, stop = itertools.count(1), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())

    def ship(paid: OrderPaid) -> None:
        shop.note(paid.order_id)
        if next(number) >= handled:
            middle.set()
            stop.wait(PATIENCE)

    shop.work(lambda paid, _delivery: ship(paid), stop)


def test_each_of_many_deliveries_is_handled_once(shop: Shop, engine: Engine, kind: str) -> None:
    """Processes of four threads share 20,000; on SQLite, which has one writer at a time, 400."""
    number, processes = (400, 2) if kind == "sqlite" else (20_000, 4)
    fill(shop, engine, number)
    together = SPAWN.Barrier(processes * THREADS)

    assert [0] * processes == ended(*[begun(drain, shop, together) for _ in range(processes)])
    noted = shop.noted()
    assert {f"o{index}": 1 for index in range(number)} == {name: len(by) for name, by in noted.items()}
    assert processes == len({process for (process,) in noted.values()})
    with shop.inbox() as inbox:
        assert {"done": number, "effects": number} == counts(inbox)


def test_what_a_killed_process_had_in_hand_is_taken_over(shop: Shop, engine: Engine, kind: str) -> None:
    """Three times two are killed, with what the ones before had in hand; nothing but that is handled again."""
    number = 200 if kind == "sqlite" else 500
    fill(shop, engine, number)
    killed = set[int | None]()
    for lap in range(3):
        later = attrs.evolve(shop, ahead=lap * 2 * LEASE)
        doomed = [begun(drain_and_die, later, 20) for _ in range(2)]
        assert [-signal.SIGKILL] * 2 == ended(*doomed)
        killed |= {process.pid for process in doomed}
    last = attrs.evolve(shop, ahead=6 * LEASE)

    assert [0, 0] == ended(*[begun(drain, last) for _ in range(2)])
    noted = shop.noted()
    again = Counter(process for by in noted.values() for process in by[:-1])
    assert killed == set(again)  # each had at least one in hand, and nobody else
    assert max(again.values()) <= THREADS
    with shop.inbox() as inbox:
        assert {"done": number, "effects": number} == counts(inbox)
    with engine.connect() as connection:
        shipped = connection.scalars(select(shop.shipped().c.order_id)).all()
    assert sorted(noted) == sorted(shipped)
    assert number == len(shipped)


def test_who_is_told_to_stop_leaves_the_rest_to_others(shop: Shop, engine: Engine) -> None:
    """SIGTERM in the middle: what is in hand is finished, nothing stays claimed, another one does the rest at once."""
    fill(shop, engine, 200)
    middle = SPAWN.Event()
    process = begun(run, shop, 20, middle)
    assert middle.wait(PATIENCE)
    process.terminate()

    assert [0] == ended(process)
    done = len(shop.noted())
    assert 20 <= done < 20 + THREADS
    with shop.inbox() as inbox:
        assert {"done": done, "effects": done, "received": 200 - done} == counts(inbox)
    assert [0] == ended(begun(drain, shop))
    assert {f"o{index}": 1 for index in range(200)} == {name: len(by) for name, by in shop.noted().items()}
    with shop.inbox() as inbox:
        assert {"done": 200, "effects": 200} == counts(inbox)

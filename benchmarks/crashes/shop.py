"""Own the merchant: an inbox, a receiver with its handlers, a worker, and the loop of a process that serves them.

What handlers do is written down twice: in a table, with `delivery.tx` or in a transaction that they join, where each
effect must be there once; and in a file, where it is there at least once.
"""

import logging
import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection as Line
from pathlib import Path
from typing import Final

import attrs
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, create_engine

from benchmarks.crashes.boundaries import Boundaries
from benchmarks.crashes.deliveries import AUTH, paid, refunded
from benchmarks.crashes.faults import ANSWERS_FIRST, FAULTS, JOINS_NOTHING
from benchmarks.crashes.writers import writer
from juspay_webhooks import BasicAuth, Delivery, OrderPaid, Receiver, RefundSettled
from juspay_webhooks.inbox import SqlInbox
from juspay_webhooks.inbox.sql.schema import tables_of
from juspay_webhooks.worker import Worker

__all__ = ["LEASE", "Reply", "Request", "Shop"]

LEASE: Final = timedelta(minutes=5)
"""Lease of a claim, by a clock that Juspay's side moves: nobody waits for it."""


@attrs.frozen(kw_only=True)
class Request:
    """What a process is asked to do."""

    number: int
    """Its number."""

    now: float
    """What the clock says: seconds since 1970."""

    fatal: int | None
    """Number of the boundary at which the process dies, from 1; None if it lives."""

    headers: dict[str, str]
    """Headers of a webhook."""

    body: bytes | None
    """Body of a webhook; None asks the worker to handle what is due."""


@attrs.frozen(kw_only=True)
class Reply:
    """What a process did."""

    status: int
    """HTTP status of the answer; 200 of a worker that has handled what is due."""

    outcome: str
    """Outcome of the answer."""

    passed: tuple[str, ...]
    """Boundaries that were passed until here; one more follows when the reply is sent."""


class Shop:
    """A merchant's side. Its processes are forks of the one that made it."""

    def __init__(  # noqa: PLR0913 - its settings, by name
        self, place: str, *, prefix: str, folder: Path, is_deferred: bool, threads: int, writes: str, fault: str | None
    ) -> None:
        """Take the place.

        Args:
            place: URL of the database.
            prefix: How the tables are named.
            folder: Where files go.
            is_deferred: Whether a worker handles what the receiver stores.
            threads: Those of the worker.
            writes: How handlers write into the table.
            fault: Name of a fault that is built in.
        """
        self.place = place
        self.side_effects = folder / "side-effects"
        self.log = folder / "log"
        self.clock = 1_800_000_000.0
        self._tables = tables_of(prefix).metadata
        self.table = Table(
            f"{prefix}merchant", MetaData(), Column("effect", String(200)), Column("request", Integer, nullable=False)
        )
        self._request = 0
        self._file = -1
        self._fault = fault
        self._boundaries = Boundaries()
        self._write = writer(writes, place, table=self.table, boundaries=self._boundaries, joins=fault != JOINS_NOTHING)
        kind, lease = FAULTS[fault] if fault else (SqlInbox, LEASE)
        self.inbox = kind(place, lease=lease, table_prefix=prefix, clock=lambda: self.clock)
        self.receiver = Receiver(BasicAuth(*AUTH), inbox=self.inbox, mode="deferred" if is_deferred else "inline")
        self.worker = Worker(self.inbox, self.receiver, threads=threads)
        self._register()

    def _register(self) -> None:
        @self.receiver.on_effect(OrderPaid)
        def ship(effect: OrderPaid, delivery: Delivery) -> None:
            self._act(paid(effect.order_id), delivery)

        @self.receiver.on_effect(RefundSettled)
        def refund(effect: RefundSettled, delivery: Delivery) -> None:
            self._act(refunded(effect.order_id, effect.unique_request_id), delivery)

    def _act(self, effect: str, delivery: Delivery) -> None:
        self._boundaries.reach("before the handler")
        os.write(self._file, f"{self._request}\t{effect}\n".encode())
        self._boundaries.reach("after the side effect")
        self._write(delivery, {"effect": effect, "request": self._request})
        self._boundaries.reach("after the handler")

    @contextmanager
    def opened(self) -> Generator[Engine]:
        """Make the tables; they are gone afterwards.

        Yields:
            An engine of the merchant's own.
        """
        engine = create_engine(self.place)
        try:
            self.table.create(engine)
            self.inbox.prepare()
            engine.dispose()
            yield engine
        finally:
            self.inbox.close()
            self.table.drop(engine)
            self._tables.drop_all(engine)
            engine.dispose()

    def handle(self, request: Request) -> Reply:
        """Do what is asked, in this process."""
        self.clock, self._request = request.now, request.number
        if self._file < 0:
            self._file = os.open(self.side_effects, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._boundaries.begin(request.fatal)
        self._boundaries.reach("at the beginning")
        if request.body is None:
            ended = self.worker.drain()
            status, outcome = 200, ", ".join(f"{count} {name}" for name, count in sorted(ended.items()))
        else:
            answer = self.receiver.handle(headers=request.headers, body=request.body)
            status, outcome = answer.status, answer.outcome.value
        self._boundaries.reach("before the answer")
        return Reply(status=status, outcome=outcome, passed=tuple(self._boundaries.passed))

    def serve(self, line: Line) -> None:
        """Do what is asked until nobody asks any more: the life of a process.

        Args:
            line: Where requests come from and replies go to.
        """
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks ends first
        logging.basicConfig(filename=self.log, level=logging.WARNING, format="%(process)d %(message)s")
        self._boundaries.watch()
        while True:
            try:
                request: Request = line.recv()
            except EOFError:
                return
            if self._fault == ANSWERS_FIRST and request.body is not None:
                line.send(Reply(status=200, outcome="handled", passed=()))
                self.handle(request)
                continue
            line.send(self.handle(request))
            self._boundaries.reach("after the answer")

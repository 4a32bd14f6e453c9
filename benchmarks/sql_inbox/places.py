"""Own the databases, a file and the servers of this machine or those that the environment names; and what they get.

Nothing here is timed.
"""

import os
import secrets
import sqlite3
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import attrs
from sqlalchemy import Engine, create_engine, func, insert, select, text

from benchmarks.load.delivery import ENVIRONMENT, delivery, headers
from benchmarks.sql_inbox.bare import row_of
from juspay_webhooks import AnswerOutcome, BasicAuth, OrderPaid, Receiver
from juspay_webhooks.inbox import Record, SqlInbox
from juspay_webhooks.inbox.sql.schema import Tables, micros_of, tables_of
from scripts import servers

__all__ = [
    "FULL",
    "KINDS",
    "MISSING",
    "QUICK",
    "SMALL_BODY",
    "Extent",
    "Store",
    "figures",
    "filled",
    "is_received",
    "opened",
    "paid",
    "receiver",
    "record",
    "versions",
]

KINDS: Final = ("sqlite", *servers.KINDS)
"""Names of the databases."""

MISSING: Final = "not measured"
"""What stands in place of the figures of a server that does not answer."""

SMALL_BODY: Final = b'{"padding":"' + b"x" * 186 + b'"}'
"""200 bytes: a million of these fit on any disk."""

_DRIVERS: Final[Mapping[str, str]] = {"postgresql": "psycopg", "mariadb": "PyMySQL"}
"""Server -> driver that is spoken with, unless its URL names another."""

_SETTINGS: Final[Mapping[str, str]] = {
    "postgresql": "SELECT concat('shared_buffers ', current_setting('shared_buffers'), ', fsync ', "
    "current_setting('fsync'), ', synchronous_commit ', current_setting('synchronous_commit'))",
    "mariadb": "SELECT concat('innodb_buffer_pool_size ', @@innodb_buffer_pool_size DIV 1048576, "
    "'MB, innodb_flush_log_at_trx_commit ', @@innodb_flush_log_at_trx_commit)",
}
"""Server -> question for what its figures depend on."""

_TIDYING: Final[Mapping[str, str]] = {
    "sqlite": "PRAGMA wal_checkpoint(TRUNCATE)",
    "postgresql": "VACUUM ANALYZE {}",
    "mariadb": "ANALYZE TABLE {}",
}
"""What a server does by itself after many rows came, and must not do while it is measured."""

_AT_ONCE: Final = 500
"""Rows of one insert."""

_TYPED: Final = 20_000
"""Most rows that are made here; the rest the database makes of them."""


@attrs.frozen(kw_only=True)
class Extent:
    """How much is measured."""

    rounds: int
    """Rounds, in each of which everything that is compared runs once."""

    deliveries: int
    """Deliveries in a round: few, for a disk is slow at times, and rounds in which it is are to be few."""

    small: int
    """Rows of a small table."""

    large: int
    """Rows of a large one."""

    old: int
    """Old rows that are purged."""


FULL: Final = Extent(rounds=200, deliveries=5, small=10_000, large=1_000_000, old=100_000)
"""What is published: some minutes."""

QUICK: Final = Extent(rounds=10, deliveries=3, small=200, large=2_000, old=1_000)
"""A look while one works: some seconds."""


@attrs.frozen(kw_only=True)
class Store:
    """An inbox with tables of its own."""

    kind: str
    """Which database it is in, as in `KINDS`."""

    inbox: SqlInbox
    """The inbox."""

    engine: Engine
    """Another way to its database, to fill and to look."""

    tables: Tables
    """Its tables."""


@contextmanager
def opened(kind: str) -> Generator[Store | None]:
    """Make an inbox with tables of its own, which are gone afterwards.

    Args:
        kind: One of `KINDS`.

    Yields:
        The inbox; None if its server does not answer.
    """
    with tempfile.TemporaryDirectory() as folder:
        engine = _engine(kind, Path(folder))
        if engine is None:
            yield None
            return
        prefix = f"b{secrets.token_hex(6)}_"
        tables = tables_of(prefix)
        try:
            with SqlInbox(engine.url, table_prefix=prefix) as inbox:
                inbox.prepare()
                yield Store(kind=kind, inbox=inbox, engine=engine, tables=tables)
        finally:
            tables.metadata.drop_all(engine)
            engine.dispose()


def _engine(kind: str, folder: Path) -> Engine | None:
    """Reach a database; None if no server answers, or its driver is not there."""
    if kind == "sqlite":
        return create_engine(f"sqlite:///{folder / 'inbox.db'}")
    row = servers.KINDS[kind]
    place = os.environ.get(row.variable, row.usual)
    try:
        return create_engine(place) if servers.answers(place) else None
    except ImportError:
        return None


def versions() -> Sequence[tuple[str, str]]:
    """Tell which databases were there, and what was spoken with."""
    return ("sqlite", sqlite3.sqlite_version), *((kind, _version(kind)) for kind in servers.KINDS)


def _version(kind: str) -> str:
    engine = _engine(kind, Path())
    if engine is None:
        return MISSING
    with engine.connect() as connection:
        server = ".".join(map(str, connection.dialect.server_version_info or ()))
        settings = connection.scalar(text(_SETTINGS[kind]))
    engine.dispose()
    return f"{server} ({settings}), {_DRIVERS[kind]} {version(_DRIVERS[kind])}"


def record(number: int, *, body: bytes, name: str = "new") -> Record:
    """Make a delivery.

    Args:
        number: Number of the event.
        body: Its body.
        name: What its id begins with.

    Returns:
        What an inbox is given.
    """
    return Record(
        namespace="shop",
        event_id=f"evt_{name}_{number:032d}",
        name="ORDER_SUCCEEDED",
        body=body,
        source="webhook",
        received_at=datetime.now(UTC),
        headers={"content-type": "application/json", "user-agent": "sender/1.0"},
    )


def paid(number: int) -> OrderPaid:
    """Make the effect of a delivery.

    Args:
        number: Number of the order.
    """
    return OrderPaid(order_id=f"shop-{number:032d}", amount=Decimal(5), currency="INR")


def receiver(inbox: SqlInbox, *, is_deferred: bool = False) -> Receiver:
    """Make a receiver with one handler of effects, which does nothing.

    Args:
        inbox: What it remembers in.
        is_deferred: Whether it only stores.
    """
    auth = BasicAuth.from_env(environ=ENVIRONMENT)
    made = Receiver(auth, inbox=inbox, mode="deferred" if is_deferred else "inline")

    @made.on_effect(OrderPaid)
    def act(effect: OrderPaid) -> None:
        """Do nothing."""

    return made


_HEADERS: Final = headers()


def is_received(by: Receiver, number: int) -> bool:
    """Hand a delivery to a receiver.

    Args:
        by: The receiver.
        number: Number of the event and of its order.

    Returns:
        Whether it was handled, or stored; nothing else is right for a new one.
    """
    answer = by.handle(headers=_HEADERS, body=delivery(number))
    return answer.outcome in {AnswerOutcome.HANDLED, AnswerOutcome.STORED}


def filled(store: Store, number: int, *, body: bytes, days: int) -> int:
    """Put deliveries that are done into a store.

    Args:
        store: The store.
        number: How many.
        body: Body of each.
        days: For how long they have been done.

    Returns:
        How many of them are `record(0, name="old")` and those that follow: their keys are as an inbox makes them. The
        keys of the others are these, turned by some digits, and so as evenly spread.
    """
    table, typed, turns = store.tables.deliveries, number, 0
    while typed > _TYPED and typed % 2 == 0:
        typed, turns = typed // 2, turns + 1
    done = {"state": "done", "due_at": None, "since": micros_of(datetime.now(UTC) - timedelta(days=days))}
    with store.engine.begin() as connection:
        for first in range(0, typed, _AT_ONCE):
            records = (record(one, body=body, name="old") for one in range(first, min(first + _AT_ONCE, typed)))
            connection.execute(insert(table), [row_of(each) | done for each in records])
    names = [column.name for column in table.c]
    for turn in range(turns):
        digits = 2**turn
        turned = func.substr(table.c.key, digits + 1).concat(func.substr(table.c.key, 1, digits))
        columns = [turned if column is table.c.key else column for column in table.c]
        with store.engine.begin() as connection:
            # In the order of the index: a page of it that does not fit into memory is read once.
            connection.execute(insert(table).from_select(names, select(*columns).order_by(turned)))
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(_TIDYING[store.kind].format(table.name))).close()
    return typed


def figures(numbers: Sequence[float], form: str) -> tuple[str, str]:
    """Sum up what was measured round by round.

    Args:
        numbers: One per round.
        form: How each is written, as `format` has it.

    Returns:
        The median, and between which half of the rounds lie.
    """
    lower, _, upper = quantiles(numbers, n=4) if len(numbers) > 1 else (*numbers, 0, *numbers)
    return format(median(numbers), form), f"{lower:{form}} to {upper:{form}}"

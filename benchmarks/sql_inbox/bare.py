"""Own what SqlInbox is compared with: its statements, in its transactions, on a SQLite file, with nothing around them.

A test holds all of them against each other, word for word. Nothing here is timed.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import Connection, Executable, bindparam, create_engine, event, insert, select, update
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql import ClauseElement

from juspay_webhooks import OrderPaid
from juspay_webhooks.inbox import Record
from juspay_webhooks.inbox.sql.database import new_token
from juspay_webhooks.inbox.sql.effects import Named
from juspay_webhooks.inbox.sql.engines import backend_of
from juspay_webhooks.inbox.sql.schema import PREFIX, Tables, insert_if_absent, micros_of, tables_of

__all__ = ["Deliver", "Transaction", "core", "planned", "raw", "row_of"]

Transaction: TypeAlias = Sequence[tuple[str, Mapping[str, object]]]
"""Names of statements, each with its values."""

Deliver: TypeAlias = Callable[[Sequence[Transaction]], None]
"""Carries out transactions."""

_LEASE: Final = 300_000_000
"""Microseconds."""

_WAIT: Final = 5
"""Seconds to wait for a lock."""

_STATE: Final = b" " * 400
"""About as many bytes as an inbox keeps of an order."""


def row_of(record: Record, *, token: int = 0) -> dict[str, object]:
    """Write the row of a delivery that is claimed.

    Args:
        record: The delivery.
        token: Number of the claim.
    """
    now = round(time.time() * 1_000_000)
    return {
        "key": record.key,
        "namespace": record.namespace,
        "event_id": record.event_id,
        "name": record.name,
        "source": record.source,
        "headers": json.dumps(dict(record.headers)),
        "body": record.body,
        "body_digest": record.body_digest,
        "state": "processing",
        "id_conflict": False,
        "attempt": 1,
        "token": token,
        "received_at": micros_of(record.received_at),
        "since": now,
        "due_at": now + _LEASE,
        "error": "",
    }


def planned(record: Record, effect: OrderPaid | None, *, has_order: bool = False) -> Sequence[Transaction]:
    """Plan what is done with a delivery that is new: claimed, its effect acted on, settled.

    Args:
        record: The delivery.
        effect: Its effect, if there is a handler for it.
        has_order: Whether the order that it shows is remembered, too, as a receiver has it.

    Returns:
        The transactions.
    """
    row = row_of(record, token=new_token())
    now = row["since"]
    ours = {"at_key": row["key"], "at_token": row["token"], "at_state": "processing"}
    settled = ("settle", {**ours, "state": "done", "since": now, "due_at": None, "error": ""})
    if effect is None:
        return [[("claim", row)], [settled]]
    key = Named(record.namespace, effect.key).key
    texts = {"namespace": record.namespace, "name": effect.key}
    held = {"key": key, "token": row["token"], "lease_until": row["due_at"], "done_at": None}
    begun: Transaction = [("look", {"at_key": key, "at_other": key}), ("begin", {**texts, **held})]
    kept = ("keep", {"at_key": key, "lease_until": None, "done_at": now})
    seen: Transaction = []
    if has_order:
        order = sha256(effect.order_id.encode()).hexdigest()
        known = {"status": "CHARGED", "outcome": "PAID", "state": _STATE, "source": record.source, "seen_at": now}
        names = {"namespace": record.namespace, "order_id": effect.order_id}
        compare = ("compare", {"at_key": order})
        seen = [compare, ("see", {"key": order, **names, **known}), compare]
    return [[("claim", row)], begun, [kept, *seen, settled]]


def _statements(tables: Tables) -> Mapping[str, Executable]:
    """Make the statements once."""
    deliveries, effects, orders = tables.deliveries, tables.effects, tables.orders
    looked_at = (effects.c.key, effects.c.token, effects.c.lease_until, effects.c.done_at)
    is_ours = (deliveries.c.token == bindparam("at_token"), deliveries.c.state == bindparam("at_state"))
    return {
        "claim": insert(deliveries),
        "look": select(*looked_at)
        .where(effects.c.key.in_([bindparam("at_key"), bindparam("at_other")]))
        .order_by(effects.c.key),
        "begin": insert(effects),
        "keep": update(effects).where(effects.c.key == bindparam("at_key"), effects.c.done_at.is_(None)),
        "compare": select(orders).where(orders.c.key == bindparam("at_key")),
        "see": insert_if_absent(orders, "sqlite"),
        "settle": update(deliveries).where(deliveries.c.key == bindparam("at_key"), *is_ours),
    }


@contextmanager
def core(path: Path) -> Generator[Deliver]:
    """Work with SQLAlchemy Core alone, as one would write it.

    Args:
        path: The file.

    Yields:
        What carries out transactions.
    """
    tables = tables_of(PREFIX)
    engine = create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT")  # begins no transaction by itself
    settings, begin = _words(path)

    def prepare(connection: sqlite3.Connection, _: object) -> None:
        for word in settings:
            connection.execute(word).close()

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", start)
    tables.metadata.create_all(engine)
    statements = _statements(tables)

    def deliver(transactions: Sequence[Transaction]) -> None:
        for transaction in transactions:
            with engine.begin() as connection:
                for name, values in transaction:
                    result = connection.execute(statements[name], values)
                    if result.returns_rows:
                        result.all()

    yield deliver
    engine.dispose()


@contextmanager
def raw(path: Path) -> Generator[Deliver]:
    """Work with the driver alone, on one connection.

    Args:
        path: The file.

    Yields:
        What carries out transactions.
    """
    with core(path):
        pass  # it has made the tables
    settings, begin = _words(path)
    statements = _statements(tables_of(PREFIX))
    texts: dict[str, str] = {}

    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for word in settings:
            connection.execute(word).close()
        cursor = connection.cursor()

        def deliver(transactions: Sequence[Transaction]) -> None:
            for transaction in transactions:
                cursor.execute(begin)
                for name, values in transaction:
                    if name not in texts:
                        texts[name] = _text_of(statements[name], values)
                    cursor.execute(texts[name], values)
                    cursor.fetchall()
                connection.commit()

        yield deliver


def _words(path: Path) -> tuple[Sequence[str], str]:
    """Give what an inbox says once on each connection, and what begins a transaction."""
    backend = backend_of(create_engine(f"sqlite:///{path}"))
    return [setting.format(ms=_WAIT * 1_000, s=_WAIT) for setting in backend.settings], backend.begin or ""


def _text_of(statement: Executable, values: Mapping[str, object]) -> str:
    """Write a statement as SQLAlchemy does, but for the names of its values."""
    assert isinstance(statement, ClauseElement)  # noqa: S101 - for the type checkers
    return str(statement.compile(dialect=SQLiteDialect_pysqlite(paramstyle="named"), column_keys=list(values)))

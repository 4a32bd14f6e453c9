"""Own what is remembered of orders in the database: the last known state of each, which never goes backwards."""

import json
import logging
from typing import Final

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from juspay_webhooks.errors import PayloadError
from juspay_webhooks.inbox.keys import order_key
from juspay_webhooks.inbox.sightings import Sighting, outline, replaces
from juspay_webhooks.inbox.sql.database import Database
from juspay_webhooks.inbox.sql.schema import fitted, insert_if_absent, micros_of, moment
from juspay_webhooks.models.order import Order
from juspay_webhooks.parsing._events import parse_order
from juspay_webhooks.parsing._wire import to_wire

__all__ = ["Orders"]

_log: Final = logging.getLogger("juspay_webhooks.inbox")

_LARGEST: Final = 2**31
"""Bytes; what was read once is not too large to be read again."""


class Orders:
    """The orders of an inbox."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        table = database.tables.orders
        is_it = table.c.key == bindparam("at_key")
        self._look = select(table).where(is_it)
        self._lock = self._look.with_for_update()
        self._insert = insert_if_absent(table, database.dialect.name)
        self._update = update(table).where(is_it)

    def write(self, connection: Connection, sighting: Sighting) -> None:
        """Remember a state of an order, unless a newer one is remembered; the caller commits.

        Args:
            connection: The caller's transaction.
            sighting: The state.
        """
        key = sighting.key
        row = connection.execute(self._lock, {"at_key": key}).mappings().first()
        if row is None:
            names = {"namespace": fitted(sighting.namespace), "order_id": fitted(sighting.order.order_id)}
            connection.execute(self._insert, {**_values_of(sighting), **names, "key": key})
            row = connection.execute(self._lock, {"at_key": key}).mappings().one()  # ours, or that of who was faster
        if replaces(sighting.order, _order_of(row)):
            connection.execute(self._update, {**_values_of(sighting), "at_key": key})

    def last(self, order_id: str, *, namespace: str) -> Sighting | None:
        """Find the last known state of an order."""
        with self._database.connection() as connection:
            row = connection.execute(self._look, {"at_key": order_key(namespace, order_id)}).mappings().first()
        return None if row is None else _sighting_of(row)


def _values_of(sighting: Sighting) -> dict[str, object]:
    return {
        "status": fitted(sighting.order.status),
        "outcome": sighting.order.outcome.value,
        "state": json.dumps(to_wire(outline(sighting.order)), default=str).encode(),
        "source": fitted(sighting.source),
        "seen_at": micros_of(sighting.seen_at),
    }


def _order_of(row: RowMapping) -> Order | None:
    """Read a state; one that cannot be read must not keep newer ones out."""
    try:
        return parse_order(bytes(row["state"]), max_bytes=_LARGEST)
    except PayloadError:
        _log.exception("a stored state of an order cannot be read: it is replaced")
        return None


def _sighting_of(row: RowMapping) -> Sighting:
    return Sighting(
        namespace=row["namespace"],
        order=parse_order(bytes(row["state"]), max_bytes=_LARGEST),
        source=row["source"],
        seen_at=moment(row["seen_at"]),
    )

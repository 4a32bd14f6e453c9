"""Own the orders that are to be asked about, in the database: whose turn it is, who asks, and what came of it."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from typing import Final

from sqlalchemy import Connection, RowMapping, and_, bindparam, delete, func, or_, select, update

from juspay_webhooks.catalog import Outcome
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.inbox.keys import order_key
from juspay_webhooks.inbox.pending import AgendaStats, PendingOrder
from juspay_webhooks.inbox.sql.checks import check_count
from juspay_webhooks.inbox.sql.database import Database, new_token
from juspay_webhooks.inbox.sql.schema import fitted, insert_if_absent, micros, micros_of, moment

__all__ = ["SqlAgenda"]

_BATCH: Final = 500
"""Orders in one transaction."""

_OPEN: Final = (Outcome.PENDING.value, Outcome.UNKNOWN.value)
"""Outcomes that are no end."""

_NOBODY: Final = 0
"""Token of no claim."""

_TICK: Final = 1
"""Microsecond by which an order is younger that was added once more while it was asked about."""


class SqlAgenda:
    """The orders of an inbox that are to be asked about."""

    def __init__(self, database: Database, *, lease: timedelta) -> None:
        """Take the database.

        Args:
            database: The database.
            lease: How long a claim lives.
        """
        self._database = database
        self._lease = micros(lease)
        self._table = table = database.tables.pending
        columns = table.c
        self._insert = insert_if_absent(table, database.dialect.name)
        due = select(table).where(columns.due_at <= bindparam("now"), columns.namespace == bindparam("of"))
        self._due = due.order_by(columns.due_at).limit(bindparam("most")).with_for_update(skip_locked=True)
        self._claim = update(table).where(columns.key.in_(bindparam("keys", expanding=True)))
        is_ours = columns.key == bindparam("at_key"), columns.token == bindparam("at_token")
        self._update = update(table).where(*is_ours)
        self._delete = delete(table).where(*is_ours, columns.added_at == bindparam("at_added"))

    def add(self, order_ids: Iterable[str], /, *, namespace: str, again: bool = False) -> int:
        """Add orders, due now, 500 in one transaction; those that are there already stay as they are.

        One that is being asked about right now is asked about once more if that question ends it: the answer may be
        older than this call.

        Args:
            order_ids: Your ids; drawn as they are added.
            namespace: Label of the merchant's credential.
            again: Whether those that were given up begin anew.

        Returns:
            How many were added, or begin anew.

        Raises:
            ConfigurationError: An id is none.
            InboxUnavailable: The database failed; the batches before are kept.
        """
        given: object = order_ids
        if isinstance(given, str | bytes) or not isinstance(given, Iterable):
            message = "add takes several order ids, e.g. a list; for one: [order_id]"
            raise ConfigurationError(message)
        number = 0
        for batch in _batches(order_ids):
            keys = {order_key(namespace, _checked(order_id)): order_id for order_id in batch}
            with self._database.connection() as connection:
                number += self._added(connection, keys, namespace)
                if again:
                    number += self._revived(connection, list(keys))
                connection.commit()
        return number

    def _added(self, connection: Connection, keys: dict[str, str], namespace: str) -> int:
        columns, now = self._table.c, self._database.now()
        known = set(connection.scalars(select(columns.key).where(columns.key.in_(list(keys)))))
        new = [
            {
                "key": key,
                "namespace": fitted(namespace),
                "order_id": order_id,
                "asked": 0,
                "token": _NOBODY,
                "added_at": now,
                "due_at": now,
                "given_up_at": None,
                "said": "",
            }
            for key, order_id in sorted(keys.items())
            if key not in known
        ]
        if new:
            connection.execute(self._insert, new)
        if known:
            held = update(self._table).where(columns.key.in_(sorted(known)), columns.token != _NOBODY)
            connection.execute(held.values(added_at=columns.added_at + _TICK))
        return len(new)

    def _revived(self, connection: Connection, keys: list[str]) -> int:
        columns, now = self._table.c, self._database.now()
        given_up = update(self._table).where(columns.key.in_(keys), columns.given_up_at.is_not(None))
        return connection.execute(given_up.values(due_at=now, given_up_at=None, asked=0)).rowcount

    def add_seen(self, *, namespace: str, older_than: timedelta, newer_than: timedelta) -> int:
        """Add orders whose last known state is no end: pending, or unknown.

        Args:
            namespace: Label of the merchant's credential.
            older_than: How long nothing was heard of them, at least.
            newer_than: How long nothing was heard of them, at most.

        Returns:
            How many were added.

        Raises:
            InboxUnavailable: The database failed; the batches before are kept.
        """
        seen, pending, now = self._database.tables.orders.c, self._table.c, self._database.now()
        found = select(seen.key, seen.order_id, seen.seen_at).where(
            seen.outcome.in_(_OPEN),
            seen.seen_at > now - micros(newer_than),
            seen.seen_at <= now - micros(older_than),
            seen.namespace == fitted(namespace),
            ~select(pending.key).where(pending.key == seen.key).exists(),
        )
        found = found.order_by(seen.seen_at, seen.key).limit(_BATCH)
        total, page = 0, found
        while True:
            with self._database.connection() as connection:
                rows = connection.execute(page).all()
                # An id that did not fit into its column is none that Juspay could be asked about.
                keys = {row.key: row.order_id for row in rows if row.key == order_key(namespace, row.order_id)}
                total += self._added(connection, keys, namespace)
                connection.commit()
            if len(rows) < _BATCH:
                return total
            last = rows[-1]
            page = found.where(
                seen.seen_at >= last.seen_at,
                or_(seen.seen_at > last.seen_at, and_(seen.seen_at == last.seen_at, seen.key > last.key)),
            )

    def take(self, limit: int, /, *, namespace: str) -> list[PendingOrder]:
        """Claim orders that are due, what waits longest first.

        Args:
            limit: Most of them.
            namespace: Label of the merchant's credential.

        Returns:
            The orders.

        Raises:
            ConfigurationError: The limit is no whole number above 0.
            InboxUnavailable: The database failed.
        """
        check_count("limit", limit)
        now, token = self._database.now(), new_token()
        with self._database.connection() as connection:
            due = {"now": now, "of": fitted(namespace), "most": limit}
            rows = connection.execute(self._due, due).mappings().all()
            if rows:
                held = {"token": token, "due_at": now + self._lease, "keys": [row["key"] for row in rows]}
                connection.execute(self._claim, held)
            connection.commit()
        return [_order(row, token) for row in rows]

    def later(self, order: PendingOrder, said: str, /, *, due_in: timedelta, is_counted: bool = True) -> bool:
        """Ask about a claimed order again later.

        Args:
            order: The order.
            said: What came of it.
            due_in: How much later.
            is_counted: Whether it was asked about.

        Returns:
            False if somebody else holds it: nothing was changed.

        Raises:
            InboxUnavailable: The database failed.
        """
        due_at = self._database.now() + micros(due_in)
        return self._change(order, {"due_at": due_at, "said": fitted(said), "asked": order.asked + is_counted})

    def give_up(self, order: PendingOrder, said: str, /) -> bool:
        """Ask no more about a claimed order, and keep it for a person; False if somebody else holds it."""
        now = self._database.now()
        return self._change(order, {"due_at": None, "given_up_at": now, "said": fitted(said), "asked": order.asked + 1})

    def end(self, order: PendingOrder, /) -> bool:
        """Forget a claimed order, unless it was added once more meanwhile; False if somebody else holds it."""
        ours = {"at_key": order.key, "at_token": order.token}
        with self._database.connection() as connection:
            is_same = {**ours, "at_added": micros_of(order.added_at)}
            is_ours = connection.execute(self._delete, is_same).rowcount == 1
            if not is_ours:
                anew = {"due_at": self._database.now(), "asked": 0, "token": _NOBODY}
                is_ours = connection.execute(self._update, {**anew, **ours}).rowcount == 1
            connection.commit()
            return is_ours

    def given_up(self, *, namespace: str, limit: int = 100) -> list[PendingOrder]:
        """List orders that were given up, the latest first."""
        check_count("limit", limit)
        columns = self._table.c
        found = select(self._table).where(columns.given_up_at.is_not(None), columns.namespace == fitted(namespace))
        found = found.order_by(columns.given_up_at.desc(), columns.key).limit(limit)
        with self._database.connection() as connection:
            return [_order(row, _NOBODY) for row in connection.execute(found).mappings()]

    def forget(self, older_than: timedelta, /) -> int:
        """Forget orders that were given up so long ago; those that are added anew are asked about anew."""
        columns, until = self._table.c, self._database.now() - micros(older_than)
        some = select(columns.key).where(columns.given_up_at <= until).limit(_BATCH)
        total = 0
        while True:
            with self._database.connection() as connection:
                keys = connection.scalars(some.with_for_update(skip_locked=True)).all()
                connection.execute(delete(self._table).where(columns.key.in_(keys)))
                connection.commit()
            total += len(keys)
            if not keys:
                return total

    def stats(self, *, namespace: str) -> AgendaStats:
        """Count the orders of a merchant."""
        columns = self._table.c
        counted = select(func.count(columns.due_at), func.count(columns.given_up_at))
        with self._database.connection() as connection:
            waiting, given_up = connection.execute(counted.where(columns.namespace == fitted(namespace))).one()
        return AgendaStats(waiting=waiting, given_up=given_up)

    def _change(self, order: PendingOrder, values: dict[str, object]) -> bool:
        with self._database.connection() as connection:
            ours = {"at_key": order.key, "at_token": order.token}
            is_ours = connection.execute(self._update, {**values, **ours, "token": _NOBODY}).rowcount == 1
            connection.commit()
            return is_ours


def _batches(order_ids: Iterable[str]) -> Iterable[tuple[str, ...]]:
    """Draw ids, so many at a time."""
    coming = iter(order_ids)
    while batch := tuple(islice(coming, _BATCH)):
        yield batch


def _checked(order_id: object) -> str:
    """Refuse what cannot be the id of an order: it would be asked about in vain for a day."""
    if isinstance(order_id, str) and order_id and fitted(order_id) == order_id:
        return order_id
    message = "an order id is a text of 1 to 255 characters, without NUL"
    raise ConfigurationError(message)


def _order(row: RowMapping, token: int) -> PendingOrder:
    return PendingOrder(
        key=row["key"],
        namespace=row["namespace"],
        order_id=row["order_id"],
        asked=row["asked"],
        token=token,
        added_at=moment(row["added_at"]),
        said=row["said"],
    )

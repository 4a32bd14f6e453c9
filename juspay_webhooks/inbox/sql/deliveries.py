"""Own what becomes of deliveries in the database: stored, claimed, settled, each in one short transaction.

A new delivery is inserted without a look before: what is there already makes that fail, and is then looked at under a
lock. The database alone decides who was first.
"""

import json
from collections.abc import Collection, Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import attrs
from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from juspay_webhooks.inbox.protocol import Claim, InboxUnavailable, Record, Settlement, State, Verdict
from juspay_webhooks.inbox.sql.database import TRIES, Database, new_token
from juspay_webhooks.inbox.sql.orders import Orders
from juspay_webhooks.inbox.sql.schema import fitted, micros, micros_of, moment

__all__ = ["Deliveries", "record_of"]

_ENDED: Final = {State.DONE.value: Verdict.DUPLICATE, State.DEAD.value: Verdict.DEAD}

_LATE: Final = timedelta(hours=1)
"""After so long a worker, if there is one, comes for what failed and was left to its sender, who may have been told by
another receiver that it is stored."""

_PROCESSING: Final = State.PROCESSING.value


def record_of(row: RowMapping, body: bytes) -> Record:
    """Read what is remembered of a delivery; its texts as they were stored."""
    return Record(
        namespace=row["namespace"],
        event_id=row["event_id"],
        name=row["name"],
        body=body,
        source=row["source"],
        received_at=moment(row["received_at"]),
        headers=json.loads(row["headers"]),
    )


@attrs.frozen(kw_only=True)
class _Found:
    """A delivery that was inserted, or looked at under a lock; nothing is committed yet."""

    connection: Connection
    """The transaction."""

    key: str
    """Its key."""

    is_conflict: bool
    """Whether its id belongs to another body."""

    row: RowMapping | None
    """How it stood; None if it is new."""


class Deliveries:
    """The deliveries of an inbox."""

    def __init__(self, database: Database, orders: Orders, *, lease: timedelta, keep_bodies: bool) -> None:
        """Take the database.

        Args:
            database: The database.
            orders: Its orders.
            lease: How long a claim lives.
            keep_bodies: Whether the body of what is done stays.
        """
        self._database = database
        self._orders = orders
        self._lease = micros(lease)
        self._keep_bodies = keep_bodies
        table = database.tables.deliveries
        columns = table.c
        is_it = columns.key == bindparam("at_key")
        self._insert = insert(table)
        looked_at = select(columns.state, columns.attempt, columns.due_at, columns.body_digest)
        self._look = looked_at.where(is_it).with_for_update()
        self._update = update(table).where(is_it)
        self._update_ours = self._update.where(columns.token == bindparam("at_token"), columns.state == _PROCESSING)
        due = select(table).where(columns.due_at <= bindparam("now")).order_by(columns.due_at)
        self._due = due.limit(bindparam("most")).with_for_update(skip_locked=True)
        self._take = update(table).where(columns.key.in_(bindparam("keys", expanding=True)))
        self._take = self._take.values(attempt=columns.attempt + 1)

    def store(self, record: Record) -> Verdict:
        """Keep a delivery for later."""
        now = self._database.now()
        to_do = {"state": State.RECEIVED.value, "since": now, "due_at": now}
        with self._arriving(record, {**to_do, "token": 0, "attempt": 0}) as found:
            if found.row is None:
                return Verdict.CLAIMED
            # The one can be read now; the other failed elsewhere, and nobody but a worker will come for it any more.
            if found.row["state"] in {State.QUARANTINED.value, State.FAILED.value}:
                found.connection.execute(self._update, {**to_do, "at_key": found.key})
                return Verdict.CLAIMED
            return _ENDED.get(found.row["state"], Verdict.BUSY)

    def claim(self, record: Record) -> Claim:
        """Keep a delivery and claim it."""
        now, token = self._database.now(), new_token()
        held = {"state": _PROCESSING, "since": now, "due_at": now + self._lease, "token": token}
        verdict, attempt = Verdict.CLAIMED, 1
        with self._arriving(record, {**held, "attempt": attempt}) as found:
            if found.row is not None:
                row = found.row
                is_held = row["state"] == _PROCESSING and row["due_at"] > now
                verdict = Verdict.BUSY if is_held else _ENDED.get(row["state"], Verdict.CLAIMED)
                attempt = row["attempt"]
            if found.row is not None and verdict is Verdict.CLAIMED:
                attempt += 1
                found.connection.execute(self._update, {**held, "attempt": attempt, "at_key": found.key})
        return Claim(
            verdict=verdict,
            key=found.key,
            token=token if verdict is Verdict.CLAIMED else 0,
            attempt=attempt,
            id_conflict=found.is_conflict,
        )

    def quarantine(self, record: Record) -> None:
        """Keep a body that cannot be read."""
        kept = {"state": State.QUARANTINED.value, "since": self._database.now(), "due_at": None}
        with self._arriving(record, {**kept, "token": 0, "attempt": 0}):
            pass

    def settle(self, connection: Connection, settlement: Settlement) -> bool:
        """Say how the handling of a claim ended, and remember the order that was seen; the caller commits.

        Args:
            connection: The caller's transaction.
            settlement: How it ended.

        Returns:
            False if the claim had expired and somebody else holds the delivery.
        """
        now, state = self._database.now(), settlement.state
        retry_in = _LATE if settlement.retry_in is None else settlement.retry_in
        due = {State.RECEIVED: now, State.PROCESSING: now + self._lease, State.FAILED: now + micros(retry_in)}
        values: dict[str, object] = {"state": state.value, "since": now, "due_at": due.get(state)}
        values["error"] = fitted(settlement.error)
        if state is State.DONE and not self._keep_bodies:
            values["body"] = b""
        if settlement.sighting is not None:
            self._orders.write(connection, settlement.sighting)
        return self._changed(connection, settlement.claim, values)

    def extend(self, claim: Claim) -> bool:
        """Begin the lease of a claim anew."""
        return self._change(claim, {"due_at": self._database.now() + self._lease})

    def release(self, claim: Claim, retry_in: timedelta) -> bool:
        """Hand a delivery back as if it had not been claimed."""
        now, before = self._database.now(), claim.attempt - 1
        state = State.FAILED if before else State.RECEIVED
        due = now + micros(retry_in)
        return self._change(claim, {"state": state.value, "since": now, "due_at": due, "attempt": before})

    def take(self, most: int, labels: Collection[str] | None) -> list[tuple[Claim, Record]]:
        """Claim what is due, what waits longest first."""
        now, token = self._database.now(), new_token()
        due = self._due
        if labels is not None:
            due = due.where(self._database.tables.deliveries.c.namespace.in_(sorted(map(fitted, labels))))
        with self._database.connection() as connection:
            rows = connection.execute(due, {"now": now, "most": most}).mappings().all()
            if rows:
                held = {"state": _PROCESSING, "since": now, "due_at": now + self._lease, "token": token}
                connection.execute(self._take, {**held, "keys": [row["key"] for row in rows]})
            connection.commit()
        return [
            (
                Claim(
                    verdict=Verdict.CLAIMED,
                    key=row["key"],
                    token=token,
                    attempt=row["attempt"] + 1,
                    id_conflict=row["id_conflict"],
                ),
                record_of(row, row["body"]),
            )
            for row in rows
        ]

    def _change(self, claim: Claim, values: dict[str, object]) -> bool:
        with self._database.connection() as connection:
            is_ours = self._changed(connection, claim, values)
            connection.commit()
            return is_ours

    def _changed(self, connection: Connection, claim: Claim, values: dict[str, object]) -> bool:
        """Change a delivery if the claim on it is still the last one and not settled."""
        done = connection.execute(self._update_ours, {**values, "at_key": claim.key, "at_token": claim.token})
        return done.rowcount == 1

    @contextmanager
    def _arriving(self, record: Record, values: dict[str, object]) -> Generator[_Found]:
        """Insert a delivery, or find how it stands; commit what is done with it."""
        row = {
            **values,
            "namespace": fitted(record.namespace),
            "event_id": None if record.event_id is None else fitted(record.event_id),
            "name": fitted(record.name),
            "source": fitted(record.source),
            "headers": json.dumps(dict(record.headers)),
            "body": record.body,
            "body_digest": record.body_digest,
            "received_at": micros_of(record.received_at),
            "error": "",
        }
        with self._database.connection() as connection:
            found = self._found(connection, record, row)
            yield found
            connection.commit()

    def _found(self, connection: Connection, record: Record, values: dict[str, object]) -> _Found:
        for _ in range(TRIES):
            found = self._met(connection, values, record.key, is_conflict=False)
            if found and found.row and found.row["body_digest"] != values["body_digest"]:
                found = self._met(connection, values, record.conflict_key, is_conflict=True)
            if found:
                return found
        message = "a delivery appeared and vanished while it was looked at"
        raise InboxUnavailable(message)

    def _met(self, connection: Connection, values: dict[str, object], key: str, *, is_conflict: bool) -> _Found | None:
        """Insert a delivery, or look at the one that has its key; None if that was purged between the two."""
        try:
            connection.execute(self._insert, {**values, "key": key, "id_conflict": is_conflict})
            return _Found(connection=connection, key=key, is_conflict=is_conflict, row=None)
        except IntegrityError:
            connection.rollback()
        row = connection.execute(self._look, {"at_key": key}).mappings().first()
        if row is None:
            connection.rollback()
            return None
        return _Found(connection=connection, key=key, is_conflict=is_conflict, row=row)

"""Own what a person asks of an inbox in a database: what is there, handle it again, forget what is old."""

import re
from collections.abc import Collection, Generator
from datetime import datetime, timedelta
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, RowMapping, Select, and_, delete, func, or_, select, update

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.inbox.protocol import Record, State, Stats
from juspay_webhooks.inbox.sql.database import Database
from juspay_webhooks.inbox.sql.deliveries import record_of
from juspay_webhooks.inbox.sql.schema import micros, micros_of, moment

__all__ = ["Entry", "Operations"]

_AGAIN: Final = (State.DEAD, State.FAILED, State.QUARANTINED)
"""States out of which a delivery may be handled again."""

_OLD: Final = (State.DONE, *_AGAIN)
"""States in which a delivery may be forgotten."""

_MOST_FOUND: Final = 10
"""Deliveries that are found by the beginning of their keys: whoever asks means one."""


@attrs.frozen(kw_only=True, slots=False)
class Entry:
    """One delivery as it stands in the database."""

    key: str
    """Its key: 64 hex digits."""

    record: Record
    """What is remembered of it; without the body in a list."""

    state: State
    """Where it stands."""

    id_conflict: bool
    """Whether its event id belongs to another body, which came before."""

    attempt: int
    """How many times it was claimed."""

    since: datetime
    """Since when it stands there, aware, UTC."""

    due_at: datetime | None
    """When a worker may claim it, aware, UTC; None if never."""

    error: str
    """Kind of the exception that ended the last attempt; empty if there is none."""


def _entry(row: RowMapping, body: bytes) -> Entry:
    return Entry(
        key=row["key"],
        record=record_of(row, body),
        state=State(row["state"]),
        id_conflict=row["id_conflict"],
        attempt=row["attempt"],
        since=moment(row["since"]),
        due_at=None if row["due_at"] is None else moment(row["due_at"]),
        error=row["error"],
    )


class Operations:
    """The calls of an operator; see `SqlInbox` for each."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        self._deliveries = database.tables.deliveries
        self._effects = database.tables.effects
        self._listed = select(*(column for column in self._deliveries.c if column.name != "body"))

    def entries(self, state: State | None, *, most: int, before: Entry | None) -> list[Entry]:
        """List deliveries, the latest first: each state by its index."""
        with self._database.connection() as connection:
            rows = [
                row
                for one in ([state] if state else State)
                for row in connection.execute(self._page(one, before).limit(most)).mappings()
            ]
        rows.sort(key=lambda row: (row["since"], row["key"]), reverse=True)
        return [_entry(row, b"") for row in rows[:most]]

    def _page(self, state: State, before: Entry | None) -> Select[Any]:
        columns = self._deliveries.c
        page = self._listed.where(columns.state == state.value)
        if before is not None:
            since = micros_of(before.since)
            is_earlier = or_(columns.since < since, and_(columns.since == since, columns.key < before.key))
            page = page.where(is_earlier)
        return page.order_by(columns.since.desc(), columns.key.desc())

    def entry(self, key: str) -> Entry | None:
        """Find one delivery, with its body."""
        with self._database.connection() as connection:
            row = connection.execute(select(self._deliveries).where(self._deliveries.c.key == key)).mappings().first()
        return None if row is None else _entry(row, row["body"])

    def find(self, prefix: str) -> list[Entry]:
        """Find deliveries by how their keys begin."""
        given: object = prefix
        if not isinstance(given, str) or not re.fullmatch(r"[0-9a-f]{1,64}", given):
            message = "find takes the first hex digits of a key, in small letters, such as 'e3b0c44298fc'"
            raise ConfigurationError(message)
        key = self._deliveries.c.key
        found = self._listed.where(key >= prefix, key < f"{prefix}g").order_by(key).limit(_MOST_FOUND)
        with self._database.connection() as connection:
            return [_entry(row, b"") for row in connection.execute(found).mappings()]

    def retry(self, what: str | State) -> int:
        """Let deliveries be handled again."""
        columns, now = self._deliveries.c, self._database.now()
        if isinstance(what, State) and what not in _AGAIN:
            message = f"retry takes a key, or one of State.{', State.'.join(state.name for state in _AGAIN)}"
            raise ConfigurationError(message)
        wanted: ColumnElement[bool] = columns.key == what
        if isinstance(what, State):
            wanted = columns.state == what.value
        again = update(self._deliveries).where(wanted, columns.state.in_([state.value for state in _AGAIN]))
        again = again.values(state=State.RECEIVED.value, since=now, due_at=now, attempt=0, error="")
        with self._database.connection() as connection:
            done = connection.execute(again)
            connection.commit()
            return done.rowcount

    def purge(self, older_than: timedelta, *, batch: int, states: Collection[State]) -> Generator[int]:
        """Forget old deliveries, a bounded number in each transaction."""
        given: Collection[object] = states
        if not given or not all(state in _OLD for state in given):
            message = f"purge forgets deliveries that are {', '.join(_OLD)}: a delivery that is not settled stays"
            raise ConfigurationError(message)
        return self._purged(self._database.now() - micros(older_than), batch, [state.value for state in states])

    def _purged(self, until: int, batch: int, states: list[str]) -> Generator[int]:
        columns = self._deliveries.c
        for state in states:
            is_old = and_(columns.state == state, columns.since <= until)
            some = select(columns.key).where(is_old).order_by(columns.since).limit(batch)
            number = batch
            while number == batch:
                with self._database.connection() as connection:
                    keys = connection.scalars(some.with_for_update(skip_locked=True)).all()
                    number = len(keys)
                    connection.execute(delete(self._deliveries).where(columns.key.in_(keys)))
                    connection.commit()
                if number:
                    yield number

    def stats(self) -> Stats:
        """Count what is there."""
        columns = self._deliveries.c
        with self._database.connection() as connection:
            counted = connection.execute(select(columns.state, func.count().label("number")).group_by(columns.state))
            states = {str(row["state"]): int(row["number"]) for row in counted.mappings()}
            done = select(func.count()).select_from(self._effects).where(self._effects.c.done_at.is_not(None))
            effects = connection.scalar(done) or 0
        return Stats(**{state.value: states.get(state.value, 0) for state in State}, effects=effects)

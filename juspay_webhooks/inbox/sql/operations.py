"""Own what a person asks of an inbox in a database: what is there, handle it again, forget what is old."""

import re
from collections.abc import Collection, Generator, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, delete, func, or_, select, update

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.inbox.protocol import Record, State, Stats
from juspay_webhooks.inbox.sql.checks import check_count, check_kind, check_span
from juspay_webhooks.inbox.sql.database import Database
from juspay_webhooks.inbox.sql.deliveries import record_of
from juspay_webhooks.inbox.sql.schema import PREFIX, alembic_of, ddl_of, micros, micros_of, moment

__all__ = ["Entry", "Operations"]

_AGAIN: Final = (State.DEAD, State.FAILED, State.QUARANTINED)
"""States out of which a delivery may be handled again."""

_OLD: Final = (State.DONE, *_AGAIN)
"""States in which a delivery may be forgotten."""

_LARGEST_BATCH: Final = 10_000

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
    """The calls of an operator."""

    _database: Database
    """The database; whoever inherits sets it."""

    @property
    def _table(self) -> Table:
        return self._database.tables.deliveries

    @staticmethod
    def ddl(dialect: str, /, *, table_prefix: str = PREFIX) -> str:
        """Write the statements that make the tables, for a migration of your own.

        Args:
            dialect: `sqlite`, `postgresql`, `mariadb` or `mysql`.
            table_prefix: How the names of the tables begin.

        Returns:
            SQL.

        Raises:
            ConfigurationError: It is another dialect, or no such prefix.
        """
        return ddl_of(dialect, table_prefix)

    @staticmethod
    def alembic(*, table_prefix: str = PREFIX) -> str:
        """Write the body of an Alembic migration, to be put under the header of a new revision.

        Args:
            table_prefix: How the names of the tables begin.

        Returns:
            Python: `upgrade` and `downgrade`.

        Raises:
            ConfigurationError: It is no such prefix.
        """
        return alembic_of(table_prefix)

    def entries(self, state: State | None = None, /, *, limit: int = 100, before: Entry | None = None) -> list[Entry]:
        """List deliveries without their bodies, the latest first.

        Args:
            state: Where they stand; anywhere if None.
            limit: Most of them.
            before: Last one of the page before.

        Returns:
            The entries.

        Raises:
            ConfigurationError: The limit is no whole number above 0, or the state is none.
        """
        check_count("limit", limit)
        if state is not None:
            check_kind("state", state, State)
        with self._database.connection() as connection:
            rows = [
                row
                for one in ([state] if state else State)
                for row in connection.execute(self._page(one, before).limit(limit)).mappings()
            ]
        rows.sort(key=lambda row: (row["since"], row["key"]), reverse=True)
        return [_entry(row, b"") for row in rows[:limit]]

    def _listed(self) -> Select[Any]:
        return select(*(column for column in self._table.c if column.name != "body"))

    def _page(self, state: State, before: Entry | None) -> Select[Any]:
        columns = self._table.c
        page = self._listed().where(columns.state == state.value)
        if before is not None:
            since = micros_of(before.since)
            is_earlier = or_(columns.since < since, and_(columns.since == since, columns.key < before.key))
            page = page.where(is_earlier)
        return page.order_by(columns.since.desc(), columns.key.desc())

    def entry(self, key: str, /) -> Entry | None:
        """Find one delivery, with its body; None if there is none."""
        with self._database.connection() as connection:
            row = connection.execute(select(self._table).where(self._table.c.key == key)).mappings().first()
        return None if row is None else _entry(row, row["body"])

    def find(self, prefix: str, /) -> list[Entry]:
        """List deliveries whose key begins with these hex digits (small letters), 10 at most, without their bodies."""
        given: object = prefix
        if not isinstance(given, str) or not re.fullmatch(r"[0-9a-f]{1,64}", given):
            message = "find takes the first hex digits of a key, in small letters, such as 'e3b0c44298fc'"
            raise ConfigurationError(message)
        key = self._table.c.key
        found = self._listed().where(key >= prefix, key < f"{prefix}g").order_by(key).limit(_MOST_FOUND)
        with self._database.connection() as connection:
            return [_entry(row, b"") for row in connection.execute(found).mappings()]

    def retry(self, what: str | State, /) -> int:
        """Let deliveries that are dead, failed or quarantined be handled again: received, due now, no attempt counted.

        Args:
            what: Key of one, or the state of all that are meant.

        Returns:
            How many.

        Raises:
            ConfigurationError: Nothing in that state is handled again.
        """
        columns, now = self._table.c, self._database.now()
        if isinstance(what, State) and what not in _AGAIN:
            message = f"retry takes a key, or one of State.{', State.'.join(state.name for state in _AGAIN)}"
            raise ConfigurationError(message)
        wanted: ColumnElement[bool] = columns.key == what
        if isinstance(what, State):
            wanted = columns.state == what.value
        again = update(self._table).where(wanted, columns.state.in_([state.value for state in _AGAIN]))
        again = again.values(state=State.RECEIVED.value, since=now, due_at=now, attempt=0, error="")
        with self._database.connection() as connection:
            done = connection.execute(again)
            connection.commit()
            return done.rowcount

    def purge(
        self, older_than: timedelta, /, *, batch: int = 500, states: Collection[State] = (State.DONE,)
    ) -> Iterator[int]:
        """Forget settled deliveries, batch by batch: `for number in inbox.purge(timedelta(days=90)): ...`.

        A delivery that was forgotten is new when it comes again; effects are never forgotten, so it runs no
        handler of an effect a second time.

        Args:
            older_than: How long they have stood in their state.
            batch: Most of them in one transaction.
            states: Which.

        Returns:
            The number of each batch, as it is forgotten.

        Raises:
            ConfigurationError: An argument is of another type, or a state is not a settled one.
        """
        check_span("older_than", older_than, least=timedelta(0))
        check_count("batch", batch)
        if batch > _LARGEST_BATCH:
            message = f"batch is at most {_LARGEST_BATCH}: each is one transaction"
            raise ConfigurationError(message)
        given: Collection[object] = states
        if not given or not all(state in _OLD for state in given):
            message = f"purge forgets deliveries that are {', '.join(_OLD)}: a delivery that is not settled stays"
            raise ConfigurationError(message)
        return self._purged(self._database.now() - micros(older_than), batch, [state.value for state in states])

    def _purged(self, until: int, batch: int, states: list[str]) -> Generator[int]:
        columns = self._table.c
        for state in states:
            is_old = and_(columns.state == state, columns.since <= until)
            some = select(columns.key).where(is_old).order_by(columns.since).limit(batch)
            number = batch
            while number == batch:
                with self._database.connection() as connection:
                    keys = connection.scalars(some.with_for_update(skip_locked=True)).all()
                    number = len(keys)
                    connection.execute(delete(self._table).where(columns.key.in_(keys)))
                    connection.commit()
                if number:
                    yield number

    def stats(self) -> Stats:
        """Count what is there."""
        columns, acted_on = self._table.c, self._database.tables.effects
        with self._database.connection() as connection:
            counted = connection.execute(select(columns.state, func.count().label("number")).group_by(columns.state))
            states = {str(row["state"]): int(row["number"]) for row in counted.mappings()}
            done = select(func.count()).select_from(acted_on).where(acted_on.c.done_at.is_not(None))
            effects = connection.scalar(done) or 0
        return Stats(**{state.value: states.get(state.value, 0) for state in State}, effects=effects)

"""Own the inbox in a database: what many processes on many machines have received and done, remembered for good."""

import time
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from typing import Final, Self

from sqlalchemy import URL, Engine

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox.protocol import Claim, Record, Settlement, State, Stats, Verdict
from juspay_webhooks.inbox.sightings import Sighting
from juspay_webhooks.inbox.sql.checks import check_count, check_kind, check_span
from juspay_webhooks.inbox.sql.database import Database
from juspay_webhooks.inbox.sql.deliveries import Deliveries
from juspay_webhooks.inbox.sql.effects import Effects
from juspay_webhooks.inbox.sql.operations import Entry, Operations
from juspay_webhooks.inbox.sql.orders import Orders
from juspay_webhooks.inbox.sql.schema import PREFIX, alembic_of, ddl_of, micros, tables_of
from juspay_webhooks.inbox.sql.unit import SqlUnit

__all__ = ["SqlInbox"]


_MOMENT: Final = timedelta(milliseconds=1)

_LARGEST_BATCH: Final = 10_000


class SqlInbox:
    """Remembers in SQLite (a file), PostgreSQL, MariaDB or MySQL.

    Example: `Receiver(auth, inbox=SqlInbox("postgresql+psycopg://shop@db/shop"))`.

    Any number of processes and machines may share it; their clocks must agree within seconds. It may be used from many
    threads at once, and after a fork. When the database is away its calls raise `InboxUnavailable`, and the next one
    works as soon as the database is back.
    """

    def __init__(  # noqa: PLR0913 - its settings, by name
        self,
        place: str | URL | Engine,
        /,
        *,
        lease: timedelta = timedelta(minutes=5),
        create: bool = True,
        keep_bodies: bool = True,
        table_prefix: str = PREFIX,
        wait: timedelta = timedelta(seconds=5),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the place; it is connected to at the first call, or by `prepare`.

        Args:
            place: URL of the database, or a SQLAlchemy engine that you have: its pool and its timeouts are kept.
            lease: How long a handler may take before its claim counts as crashed.
            create: Whether to make the tables if they are not there; many processes may do so at once.
            keep_bodies: Whether the body of a delivery that is done stays until it is purged.
            table_prefix: How the names of the tables begin.
            wait: How long to wait for a lock of somebody else's or a free connection; the call then fails.
            clock: Seconds since 1970.

        Raises:
            ConfigurationError: An argument is of another type, or the place cannot be an inbox.
        """
        for name, span in (("lease", lease), ("wait", wait)):
            check_span(name, span, least=_MOMENT)
        for name, flag in (("create", create), ("keep_bodies", keep_bodies)):
            check_kind(name, flag, bool)
        if not callable(clock):
            message = "clock is a function that gives seconds since 1970"
            raise ConfigurationError(message)
        tables = tables_of(table_prefix)
        self._database = Database(place, tables=tables, create=create, wait=wait.total_seconds(), clock=clock)
        self._lease = lease
        self._orders = Orders(self._database)
        self._deliveries = Deliveries(self._database, self._orders, lease=lease, keep_bodies=keep_bodies)
        self._effects = Effects(self._database, lease=micros(lease))
        self._operations = Operations(self._database)

    def __repr__(self) -> str:
        """Name the database, without user and password."""
        return f"SqlInbox({str(self._database)!r})"

    def __enter__(self) -> Self:
        """Use it in a `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @property
    def lease(self) -> timedelta:
        """How long a handler may take before its claim counts as crashed."""
        return self._lease

    @property
    def durable(self) -> bool:
        """True: what is stored outlives the process."""
        return True

    @property
    def blocking(self) -> bool:
        """True: calls talk to the database."""
        return True

    def close(self) -> None:
        """Close the idle connections, unless the engine is yours; a later call opens new ones."""
        self._database.close()

    def prepare(self) -> None:
        """Connect now, so that a wrong URL, an old server or missing tables stop a process when it starts.

        Raises:
            ConfigurationError: The server is too old, or the tables are missing and `create` is False.
            InboxUnavailable: The database is away.
        """
        with self._database.connection():
            pass

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

    # --- For a receiver ---

    def store(self, record: Record, /) -> Verdict:
        """Keep a delivery for later: CLAIMED if it is new, else what became of it."""
        return self._deliveries.store(record)

    def claim(self, record: Record, /) -> Claim:
        """Keep a delivery and claim it for handling now."""
        return self._deliveries.claim(record)

    def settle(
        self,
        claim: Claim,
        state: State,
        /,
        *,
        error: str = "",
        retry_in: timedelta | None = None,
        sighting: Sighting | None = None,
    ) -> bool:
        """Say how the handling ended; False if the claim had expired and somebody else holds the delivery.

        Args:
            claim: The claim.
            state: The end.
            error: Kind of the exception, if there was one; no text of a customer's.
            retry_in: When a worker may try again what failed; None leaves that to the sender, who comes again, for an
                hour.
            sighting: The order that the delivery shows, if it does: remembered in the same transaction.

        Returns:
            Whether the delivery was changed.
        """
        settlement = Settlement(claim=claim, state=state, error=error, retry_in=retry_in, sighting=sighting)
        with self._database.connection() as connection:
            is_ours = self._deliveries.settle(connection, settlement)
            connection.commit()
            return is_ours

    def quarantine(self, record: Record, /) -> None:
        """Keep a body that cannot be read."""
        self._deliveries.quarantine(record)

    def begin(self, namespace: str, /) -> SqlUnit:
        """Begin with an effect of a merchant; nothing is asked of the database yet."""
        return SqlUnit(self._database, self._effects, self._deliveries, namespace)

    def once(self, effect: Effect, /, *, namespace: str) -> bool:
        """Remember an effect outside of a receiver; True the first time."""
        unit = self.begin(namespace)
        is_first = unit.once(effect) is Verdict.CLAIMED
        unit.commit()
        return is_first

    def see(self, sighting: Sighting, /) -> None:
        """Remember an order that was seen outside of a delivery, unless a newer state of it is known."""
        with self._database.connection() as connection:
            self._orders.write(connection, sighting)
            connection.commit()

    def order(self, order_id: str, /, *, namespace: str) -> Sighting | None:
        """Find the last known state of an order, whichever event or question it came from.

        Args:
            order_id: Your id of the order; compared without case, as Juspay does.
            namespace: Label of the merchant's credential.

        Returns:
            The order with its ids, status, amounts, times and refunds, and when and where it was seen; None if never.
        """
        return self._orders.last(order_id, namespace=namespace)

    # --- For a worker ---

    def take(self, limit: int, /, *, labels: Collection[str] | None = None) -> list[tuple[Claim, Record]]:
        """Claim deliveries that are due: stored ones, failed ones whose time has come, crashed ones.

        Args:
            limit: Most of them.
            labels: Labels of the merchants whose deliveries are meant; None for all.

        Returns:
            Claims and what they are on, what waits longest first. The texts of a record are as they were stored: cut at
            255 characters.

        Raises:
            ConfigurationError: The limit is no whole number above 0.
        """
        check_count("limit", limit)
        return self._deliveries.take(limit, labels)

    def extend(self, claim: Claim, /) -> bool:
        """Begin the lease of a claim anew; False if somebody else took over."""
        return self._deliveries.extend(claim)

    def release(self, claim: Claim, /, *, retry_in: timedelta = timedelta(0)) -> bool:
        """Hand a delivery back as if it had not been claimed, due at once or later; False if it was taken over."""
        return self._deliveries.release(claim, retry_in)

    # --- For a person ---

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
        return self._operations.entries(state, most=limit, before=before)

    def entry(self, key: str, /) -> Entry | None:
        """Find one delivery, with its body; None if there is none."""
        return self._operations.entry(key)

    def find(self, prefix: str, /) -> list[Entry]:
        """List deliveries whose key begins with these hex digits (small letters), 10 at most, without their bodies."""
        return self._operations.find(prefix)

    def retry(self, what: str | State, /) -> int:
        """Let deliveries that are dead, failed or quarantined be handled again: received, due now, no attempt counted.

        Args:
            what: Key of one, or the state of all that are meant.

        Returns:
            How many.

        Raises:
            ConfigurationError: Nothing in that state is handled again.
        """
        return self._operations.retry(what)

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
        return self._operations.purge(older_than, batch=batch, states=states)

    def stats(self) -> Stats:
        """Count what is there."""
        return self._operations.stats()

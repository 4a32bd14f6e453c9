"""Own the inbox in a database: what many processes on many machines have received and done, remembered for good."""

import asyncio
import time
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final, Self

from sqlalchemy import URL, Engine

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox.protocol import Claim, Record, Settlement, State, Verdict
from juspay_webhooks.inbox.sightings import Sighting
from juspay_webhooks.inbox.sql.agenda import SqlAgenda
from juspay_webhooks.inbox.sql.checks import check_count, check_kind, check_span
from juspay_webhooks.inbox.sql.database import Database
from juspay_webhooks.inbox.sql.deliveries import Deliveries
from juspay_webhooks.inbox.sql.effects import Effects
from juspay_webhooks.inbox.sql.joining import joined
from juspay_webhooks.inbox.sql.operations import Operations
from juspay_webhooks.inbox.sql.orders import Orders
from juspay_webhooks.inbox.sql.schema import PREFIX, micros, tables_of
from juspay_webhooks.inbox.sql.unit import SqlUnit
from juspay_webhooks.inbox.within import within

__all__ = ["SqlInbox"]


_MOMENT: Final = timedelta(milliseconds=1)

_LARGEST_BATCH: Final = 10_000


class SqlInbox(Operations):
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
        self._agenda = SqlAgenda(self._database, lease=lease)

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

    @property
    def agenda(self) -> SqlAgenda:
        """The orders that a `Reconciler` is to ask about."""
        return self._agenda

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

    def once(self, effect: Effect, /, *, namespace: str, connection: object = None) -> bool:
        """Remember an effect outside of a receiver.

        Args:
            effect: What happened.
            namespace: Label of the merchant's credential: that of the receiver, or both would act.
            connection: What you write with: a SQLAlchemy `Session` or `Connection`, a Django connection, or one of a
                driver, to the inbox's database and in a transaction. The effect is remembered if that commits, and only
                then. None remembers it at once.

        Returns:
            True the first time; False if it was acted on, is being acted on, or was overtaken, as far as the
            transaction sees (on MariaDB and MySQL it may see an older state: REPEATABLE READ).

        Raises:
            ConfigurationError: The connection is none of these, in no transaction, or to another kind of database.
            InboxUnavailable: The database failed. What your connection raises is not changed.
        """
        if connection is not None:
            self._database.make_ready()
            return self._effects.keep_first(joined(connection, self._database.dialect), effect, namespace=namespace)
        unit = self.begin(namespace)
        is_first = unit.once(effect) is Verdict.CLAIMED
        unit.commit()
        return is_first

    async def once_async(self, effect: Effect, /, *, namespace: str, connection: object = None) -> bool:
        """Remember an effect outside of a receiver, on an event loop; see `once`.

        Args:
            effect: As in `once`.
            namespace: As in `once`.
            connection: A SQLAlchemy `AsyncSession` or `AsyncConnection`. None asks on a thread.

        Returns:
            As `once` does.

        Raises:
            ConfigurationError: As `once` does.
            InboxUnavailable: As `once` does.
        """
        if connection is None:
            return await asyncio.to_thread(self.once, effect, namespace=namespace)
        await asyncio.to_thread(self._database.make_ready)
        return await within(connection, lambda behind: self.once(effect, namespace=namespace, connection=behind))

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

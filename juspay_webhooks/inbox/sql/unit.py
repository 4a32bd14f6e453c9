"""Own the handling of one effect: the claim on it, and the transaction that a handler may write with."""

import logging
import time
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection, event
from sqlalchemy.exc import SQLAlchemyError

from juspay_webhooks.errors import ConfigurationError, Retryable
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox.protocol import InboxUnavailable, Settlement, Verdict
from juspay_webhooks.inbox.sql.database import Database, new_token
from juspay_webhooks.inbox.sql.deliveries import Deliveries
from juspay_webhooks.inbox.sql.effects import Effects, Named
from juspay_webhooks.inbox.sql.joining import joined

__all__ = ["SqlUnit"]

_log: Final = logging.getLogger("juspay_webhooks.inbox")

_PAUSES: Final = (0.1, 0.5, 1.0)
"""Seconds before each further attempt to remember what was done."""


class SqlUnit:
    """The handling of one effect.

    The claim is committed at once, so that others see it. What the handler writes with `tx` is committed together with
    the mark that the effect is done and with the end of the delivery, or not at all.
    """

    def __init__(self, database: Database, effects: Effects, deliveries: Deliveries, namespace: str) -> None:
        """Take the place; nothing is asked of it yet.

        Args:
            database: The database.
            effects: Its effects.
            deliveries: Its deliveries.
            namespace: Label of the merchant's credential.
        """
        self._database = database
        self._effects = effects
        self._deliveries = deliveries
        self._namespace = namespace
        self._token = new_token()
        self._claimed: list[Named] = []
        self._connection: Connection | None = None
        self._is_ending = False
        self._is_undone = False
        self._is_joined = False

    @property
    def tx(self) -> Connection:
        """A SQLAlchemy connection for the handler's writes; its transaction begins with the first statement.

        The unit commits it once the handler has returned; who else tries to is refused.
        """
        if self._connection is None:
            with self._database.told():
                self._connection = self._database.open()
            self._is_undone = False
            event.listen(self._connection, "commit", self._refuse)
            event.listen(self._connection, "rollback", self._note)
            if self._is_joined:
                event.listen(self._connection, "begin", _refuse_tx)
        return self._connection

    def _refuse(self, connection: Connection) -> None:
        """Let nobody else commit: a crash right after it would leave writes without the mark that they are done."""
        if not self._is_ending:
            connection.invalidate()  # SQLAlchemy would take it for committed, and give it back as it is
            message = "delivery.tx is committed by the inbox once the handler has returned: do not commit it"
            raise ConfigurationError(message)

    def _note(self, _connection: Connection) -> None:
        self._is_undone = True

    def join(self, connection: object, /) -> None:
        """Let a transaction of the merchant's mark the effect as done: it is if that commits, and only then.

        Args:
            connection: What the merchant writes with; see `juspay_webhooks.inbox.sql.joining.joined`.

        Raises:
            ConfigurationError: It is nothing that could be joined, or the handler has written with `tx`.
            Retryable: The claim had expired, and somebody else took over.
        """
        if self._connection is not None and self._connection.in_transaction():
            message = "the handler has written with delivery.tx: use that, or a transaction of your own, not both"
            raise ConfigurationError(message)
        if not self._effects.keep_ours(joined(connection, self._database.dialect), self._token, self._claimed):
            message = (
                "the inbox holds no claim on this effect for the transaction to end: it expired and somebody took "
                "over, the transaction was joined before, or the connection leads to another database than the inbox's"
            )
            raise Retryable(message)
        if self._connection is not None and not self._is_joined:
            event.listen(self._connection, "begin", _refuse_tx)
        self._is_joined = True

    def once(self, effect: Effect, /) -> Verdict:
        """Ask whether an effect may be acted on."""
        verdict = self._effects.claim(self._token, effect, namespace=self._namespace)
        if verdict is Verdict.CLAIMED:
            self._claimed.append(Named(self._namespace, effect.key))
        return verdict

    def commit(self, settlement: Settlement | None = None, /) -> bool:
        """Keep what was done, and settle the delivery in the same transaction.

        Args:
            settlement: How the delivery ended, if this ends it.

        Returns:
            False if the claim on the delivery had expired and somebody else holds it.

        Raises:
            InboxUnavailable: The database failed, or somebody else took over and the handler wrote with `tx`: nothing
                of what it wrote is kept.
        """
        connection = self._connection
        if self._is_joined:
            self._close()
            return self._kept_elsewhere(settlement)
        if connection is not None and self._is_lost(connection):
            self._close()
            message = (
                "the handler closed delivery.tx or rolled it back, so what it wrote is lost: leave both to the inbox"
            )
            raise InboxUnavailable(message)
        if connection is None or not connection.in_transaction():
            self._close()
            return self._keep(settlement)
        try:
            with self._database.told():
                if not self._effects.keep_ours(connection, self._token, self._claimed):
                    message = "the claim on an effect expired while its handler ran, and somebody else took over"
                    raise InboxUnavailable(message)
                return self._ended(connection, settlement)
        finally:
            self._close()

    def _is_lost(self, connection: Connection) -> bool:
        """Tell whether nothing is left of what may have been written."""
        is_over = self._is_undone and not connection.in_transaction()
        return connection.closed or connection.invalidated or is_over

    def _keep(self, settlement: Settlement | None) -> bool:
        """Keep what was done elsewhere than in `tx`: nothing undoes it, so whatever fails, nobody may do it again."""
        claimed, self._claimed = self._claimed, []
        try:
            with self._database.connection() as own:
                self._effects.keep(own, claimed)
                return self._ended(own, settlement)
        except InboxUnavailable:
            if claimed and self._is_kept_at_last(claimed) and settlement is None:
                return True
            raise

    def _kept_elsewhere(self, settlement: Settlement | None) -> bool:
        """Look whether the transaction that was joined has marked the effect, and end the delivery."""
        with self._database.connection() as own:
            if not self._effects.are_kept(own, self._token, self._claimed):
                message = (
                    "the transaction that the handler joined was rolled back, or is still open: commit it before the "
                    "handler returns (a Django view that runs handlers: @transaction.non_atomic_requests)"
                )
                raise InboxUnavailable(message)
            return self._ended(own, settlement)

    def _is_kept_at_last(self, claimed: list[Named]) -> bool:
        """Try again to keep effects, without the end of the delivery, which may be what fails."""
        for pause in _PAUSES:
            time.sleep(pause)
            with suppress(InboxUnavailable), self._database.connection() as own:
                self._effects.keep(own, claimed)
                own.commit()
                return True
        _log.error("an effect was acted on and could not be remembered: after the lease it may be acted on again")
        return False

    def _ended(self, connection: Connection, settlement: Settlement | None) -> bool:
        is_ours = settlement is None or self._deliveries.settle(connection, settlement)
        self._is_ending = True
        connection.commit()
        return is_ours

    def rollback(self) -> None:
        """Forget what was done; the effect may be claimed again."""
        self._close()
        claimed, self._claimed = self._claimed, []
        if claimed:
            self._effects.release(self._token, claimed)

    def _close(self) -> None:
        """Give the connection back; what is not committed is rolled back, by the server if the line is dead."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.close()


def _refuse_tx(_connection: Connection) -> None:
    message = "the handler has joined a transaction of its own: write with that, not with delivery.tx"
    raise ConfigurationError(message)

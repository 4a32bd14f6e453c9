"""Own what a handler is told beside the event: who sent it, when, for which time, and with which transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

import attrs

from juspay_webhooks.auth.basic import Sender
from juspay_webhooks.inbox.within import within
from juspay_webhooks.models.order import Order

if TYPE_CHECKING:
    from juspay_webhooks.events.payouts import AnyEvent

__all__ = ["Delivery", "Joining", "joins_nothing"]

Joining: TypeAlias = Callable[[object], None]
"""Lets a transaction of the merchant's keep that an effect was acted on."""


def joins_nothing(_connection: object) -> None:
    """Join nothing: nothing is remembered, or it ends with the process."""


@attrs.frozen(kw_only=True, slots=False)
class Delivery:
    """The circumstances of an event or of an effect: the second argument of a handler that takes two."""

    source: str
    """How it came: `webhook`, `queue`, or what `Receiver.observe` was told, e.g. `return_url`."""

    received_at: datetime
    """When it came, aware, UTC."""

    label: str = ""
    """Label of the merchant whose event or order it is; empty for requests that were refused."""

    sender: Sender | None = None
    """Whose credential it came with; None for what was not received by HTTP, and for requests that were refused."""

    client_ip: str | None = None
    """Address that the request came from: the client's where an address policy knows the proxies, else the peer's."""

    attempt: int = 1
    """How many times it was begun, this one included."""

    id_conflict: bool = False
    """Whether another body came under the same event id before: one of the two may be forged or edited."""

    event: "AnyEvent | None" = attrs.field(default=None, repr=False)
    """The event; None for an order that was observed, and for requests that were refused."""

    order: Order | None = attrs.field(default=None, repr=False)
    """The order that the event carries, or that was observed."""

    tx: object = attrs.field(default=None, repr=False)
    """Transaction of the inbox, if it has one: what is written with it is kept only if the handler returns."""

    _join: Joining = attrs.field(default=joins_nothing, repr=False, eq=False, alias="join")

    def join(self, connection: object, /) -> None:
        """Let your own transaction remember that the effect was acted on: exactly once, whatever dies.

        ```python
        with transaction.atomic():
            delivery.join(connection)
            Shipment.objects.create(order_id=paid.order_id)
        ```

        Your writes and the memory of the effect are in the database together, or neither is. The transaction is yours:
        commit it before the handler returns. With an inbox that is no `SqlInbox` this does nothing.

        Args:
            connection: What you write with, to the inbox's database and in a transaction: a SQLAlchemy `Session` or
                `Connection`, a Django connection, or one of a driver (`sqlite3`, psycopg, PyMySQL, ...).

        Raises:
            ConfigurationError: The connection is none of these, in no transaction, or to another kind of database; the
                handler has written with `tx`; or it is a handler of events, which have nothing to remember.
            Retryable: Somebody else took over, for the handler took longer than the inbox's lease.
        """
        self._join(connection)

    async def join_async(self, connection: object, /) -> None:
        """Let your own transaction remember that the effect was acted on, on an event loop; see `join`.

        Args:
            connection: A SQLAlchemy `AsyncSession` or `AsyncConnection`.

        Raises:
            ConfigurationError: As in `join`.
            Retryable: As in `join`.
        """
        await within(connection, self._join)

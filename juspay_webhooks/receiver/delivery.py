"""Own what a handler is told beside the event: who sent it, when, for which time, and with which transaction."""

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from juspay_webhooks.auth.basic import Sender
from juspay_webhooks.models.order import Order

if TYPE_CHECKING:
    from juspay_webhooks.events.payouts import AnyEvent

__all__ = ["Delivery"]


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

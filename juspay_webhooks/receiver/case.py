"""Own what is known of one delivery while it is received: it grows from the request to the claim on its event."""

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from juspay_webhooks.auth.basic import Sender
from juspay_webhooks.inbox.protocol import Claim, Record
from juspay_webhooks.models.order import Order
from juspay_webhooks.receiver.delivery import Delivery

if TYPE_CHECKING:
    from juspay_webhooks.events.payouts import AnyEvent

__all__ = ["Case"]


@attrs.define
class Case:
    """One delivery on its way."""

    source: str
    """How it came."""

    received_at: datetime
    """When it came."""

    started: float
    """Reading of a clock of seconds when it came."""

    label: str = ""
    """Label of the merchant; empty until the sender is known."""

    raw: bytes = attrs.field(default=b"", repr=False)
    """The body, once it is known to be small enough."""

    client_ip: str | None = None
    """Address that it came from."""

    sender: Sender | None = None
    """Whose credential it came with."""

    event: "AnyEvent | None" = None
    """The event, once it is read."""

    order: Order | None = None
    """The order, if one was observed."""

    claim: Claim | None = None
    """The inbox's claim on it."""

    def delivery(self, tx: object = None) -> Delivery:
        """Make what a handler is told."""
        claim = self.claim
        return Delivery(
            source=self.source,
            received_at=self.received_at,
            label=self.label,
            client_ip=self.client_ip,
            sender=self.sender,
            event=self.event,
            order=self.order or getattr(self.event, "order", None),
            attempt=1 if claim is None else claim.attempt,
            id_conflict=claim is not None and claim.id_conflict,
            tx=tx,
        )

    def record(self, *, name: str = "", event_id: str | None = None) -> Record:
        """Make what an inbox keeps; without an id it goes by its body."""
        return Record(
            namespace=self.label,
            event_id=event_id,
            name=name,
            body=self.raw,
            source=self.source,
            received_at=self.received_at,
        )

"""Own what is known of one delivery while it is received: it grows from the request to the claim on its event."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from juspay_webhooks.auth.basic import Sender
from juspay_webhooks.auth.headers import Headers, header_values
from juspay_webhooks.inbox.protocol import Claim, Record, Settlement
from juspay_webhooks.inbox.sightings import Sighting
from juspay_webhooks.models.order import Order
from juspay_webhooks.receiver.delivery import Delivery, Joining, joins_nothing

if TYPE_CHECKING:
    from juspay_webhooks.events.payouts import AnyEvent

__all__ = ["Case"]

_KEPT: Final = ("content-type", "user-agent", "x-request-id", "x-forwarded-for", "traceparent")
"""Headers that help to find out what happened. No others are kept: any may be a merchant's secret."""

_LONGEST: Final = 255
"""Characters of a header that are kept."""


class Case:
    """One delivery on its way.

    Written out, for it is made for every request: attrs would set all of it at once.
    """

    raw: bytes = b""
    """The body, once it is known to be small enough."""

    client_ip: str | None = None
    """Address that it came from."""

    headers: Headers = None
    """Headers that it came with."""

    sender: Sender | None = None
    """Whose credential it came with."""

    event: "AnyEvent | None" = None
    """The event, once it is read."""

    order: Order | None = None
    """The order, if one was observed."""

    claim: Claim | None = None
    """The inbox's claim on it."""

    settlement: Settlement | None = None
    """How it was settled together with its last effect; None if it was not."""

    is_ours: bool | None = None
    """Whether the claim still held when the delivery was settled; None if it is not settled yet."""

    error: str = ""
    """Class of what a handler raised last."""

    def __init__(self, source: str, received_at: datetime, started: float, label: str) -> None:
        """Begin.

        Args:
            source: How it came.
            received_at: When it came.
            started: Reading of a clock of seconds when it came.
            label: Label of the merchant; empty until the sender is known.
        """
        self.source: str = source
        self.received_at: datetime = received_at
        self.started: float = started
        self.label: str = label

    def delivery(self, tx: object = None, join: Joining = joins_nothing) -> Delivery:
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
            join=join,
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
            headers=_kept(self.headers),
        )

    @property
    def sighting(self) -> Sighting | None:
        """The order that it shows, for an inbox to remember; None if it shows none."""
        order = self.order or getattr(self.event, "order", None)
        if not isinstance(order, Order) or not order.order_id:
            return None
        return Sighting(namespace=self.label, order=order, source=self.source, seen_at=self.received_at)


def _kept(headers: Headers) -> dict[str, str]:
    """Choose the headers that are worth keeping."""
    found = {name: header_values(headers, name) for name in _KEPT}
    return {name: b", ".join(values).decode("latin-1")[:_LONGEST] for name, values in found.items() if values}

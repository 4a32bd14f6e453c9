"""Own a merchant to send webhooks to: a receiver with a handler that notes what it was called with."""

from base64 import b64encode
from typing import Final

import attrs

from juspay_webhooks import BasicAuth, Delivery, OrderPaid, Receiver
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing import make_webhook

__all__ = ["AUTH", "BASIC", "BODY", "MOST", "WRONG", "Shop", "shop"]

AUTH: Final = ("shop", "secret")
BASIC: Final = "Basic " + b64encode(b"shop:secret").decode()
WRONG: Final = "Basic " + b64encode(b"shop:wrong").decode()
BODY: Final = make_webhook("ORDER_SUCCEEDED", order={"order_id": "Shop-1"}).body
MOST: Final = len(BODY) + 100
"""Largest body that the shop takes."""

_KNOWN: Final = BasicAuth(*AUTH)


@attrs.frozen
class Shop:
    """A receiver, and what came of it."""

    receiver: Receiver
    """The receiver."""

    paid: list[str]
    """Ids of the orders that were handled."""

    deliveries: list[Delivery]
    """How they came."""


def shop(auth: BasicAuth | None = _KNOWN, **more: Json) -> Shop:
    """Open a shop; it remembers nothing from one test to the next."""
    parts: dict[str, Json] = {"inbox": MemoryInbox(), "max_bytes": MOST, **more}
    made = Shop(Receiver(auth, **parts), [], [])

    @made.receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid, delivery: Delivery) -> None:
        made.paid.append(paid.order_id)
        made.deliveries.append(delivery)

    return made

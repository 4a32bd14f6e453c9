"""Own what handlers do that join a transaction of their own: well, badly, or too late."""

from collections.abc import Callable
from typing import Final, TypeAlias

from juspay_webhooks import BasicAuth, Delivery, OrderPaid, Receiver
from juspay_webhooks.inbox.protocol import Inbox
from tests.inbox.sql.connections import Opened, Shop
from tests.receiver.arrivals import AUTH, Receive, received, succeeded

__all__ = [
    "WEBHOOK",
    "Ship",
    "before",
    "fails_after",
    "fails_inside",
    "leaves_open",
    "rolls_back",
    "shipping",
    "told",
    "tries_again",
    "well",
]

WEBHOOK: Final = succeeded()
"""Says that `PAID` has happened."""

Ship: TypeAlias = Callable[[Delivery, Opened, Shop], None]
"""What a handler does with an open connection."""


def shipping(inbox: Inbox | None, shop: Opened, table: Shop, ship: Ship) -> Receiver:
    """Make a receiver that ships in a transaction of the merchant's own."""
    receiver = Receiver(BasicAuth(*AUTH), inbox=inbox)

    def act(_paid: OrderPaid, delivery: Delivery) -> None:
        shop.begin()
        ship(delivery, shop, table)

    receiver.on_effect(OrderPaid)(act)
    return receiver


def told(receiver: Receiver, receive: Receive = received) -> tuple[int, str]:
    """Send the webhook; gives what it was answered."""
    answer = receive(receiver, WEBHOOK)
    return answer.status, answer.outcome.value


def well(delivery: Delivery, shop: Opened, table: Shop) -> None:
    """Join, write, commit."""
    delivery.join(shop.given)
    shop.run(table.line)
    shop.commit()


def before(delivery: Delivery, shop: Opened, table: Shop) -> None:
    """Write, join, commit."""
    shop.run(table.line)
    delivery.join(shop.given)
    shop.commit()


def fails_inside(delivery: Delivery, shop: Opened, table: Shop) -> None:
    """Raise, as a block of a transaction does that is rolled back."""
    delivery.join(shop.given)
    shop.run(table.line)
    shop.rollback()
    raise RuntimeError


def fails_after(delivery: Delivery, shop: Opened, table: Shop) -> None:
    """Raise when all is kept."""
    well(delivery, shop, table)
    raise RuntimeError


def rolls_back(delivery: Delivery, shop: Opened, table: Shop) -> None:
    """Return as if all were well."""
    delivery.join(shop.given)
    shop.run(table.line)
    shop.rollback()


def leaves_open(delivery: Delivery, shop: Opened, table: Shop) -> None:
    """Forget to commit."""
    delivery.join(shop.given)
    shop.run(table.line)


def tries_again(delivery: Delivery, shop: Opened, table: Shop) -> None:
    """Begin anew after a transaction that came to nothing, as one does after a deadlock."""
    rolls_back(delivery, shop, table)
    shop.begin()
    well(delivery, shop, table)

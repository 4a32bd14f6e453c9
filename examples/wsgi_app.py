"""Receive Juspay's webhooks with any WSGI server, without a framework.

Run it: `python examples/wsgi_app.py`, with JUSPAY_WEBHOOK_USERNAME and JUSPAY_WEBHOOK_PASSWORD set.
"""

from decimal import Decimal
from typing import Final
from wsgiref.simple_server import make_server

from juspay_webhooks import BasicAuth, OrderPaid, Permanent, Receiver, Retryable
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.web.wsgi import WsgiApp

ORDERS: Final = {"shop-2001": (Decimal("1499.50"), "INR")}
"""Stands for your database: id of an order -> amount and currency that you asked for."""

SHIPPED: Final[list[str]] = []
"""Stands for your warehouse."""

# Remembers in this process and until it ends: where money moves, give an inbox that is durable.
receiver = Receiver(BasicAuth.from_env(), inbox=MemoryInbox())


@receiver.on_effect(OrderPaid)
def ship(paid: OrderPaid) -> None:
    """Ship an order once, and only if what was paid is what you asked for."""
    asked = ORDERS.get(paid.order_id)
    if asked is None:
        message = f"{paid.order_id} is not known yet: the webhook may be faster than your own database"
        raise Retryable(message)
    if asked != (paid.amount, paid.currency):
        message = f"{paid.order_id} is paid with another amount than you asked for: a person must look"
        raise Permanent(message)
    SHIPPED.append(paid.order_id)


application = WsgiApp(receiver, path="/juspay")

if __name__ == "__main__":
    with make_server("127.0.0.1", 8000, application) as server:
        server.serve_forever()

"""Show customers who come back from the payment page how their order stands, and ship it if the webhook has not yet.

Run it: `flask --app examples/return_page run`, with JUSPAY_WEBHOOK_USERNAME and JUSPAY_WEBHOOK_PASSWORD set.
"""

from decimal import Decimal
from typing import Final

from flask import Flask, Response, request

from juspay_webhooks import BasicAuth, Order, OrderPaid, Outcome, PayloadError, Permanent, Receiver, parse_order
from juspay_webhooks.inbox import MemoryInbox

ORDERS: Final = {"shop-2001": (Decimal("1499.50"), "INR")}
"""Stands for your database: id of an order -> amount and currency that you asked for."""

SHIPPED: Final[list[str]] = []
"""Stands for your warehouse."""

AT_JUSPAY: Final = {
    "shop-2001": b'{"order_id": "shop-2001", "status": "CHARGED", "amount": 1499.5, "currency": "INR"}',
}
"""Stands for Juspay: id of an order -> answer of the order-status call."""

SHOWN: Final = {
    Outcome.PAID: "paid",
    Outcome.FAILED: "failed",
    Outcome.VOIDED: "failed",
    Outcome.AUTO_REFUNDED: "failed",
}
"""What the customer reads; "pending" where nothing is said."""

# Remembers in this process and until it ends: where money moves, give an inbox that is durable.
receiver = Receiver(BasicAuth.from_env(), inbox=MemoryInbox())
app = Flask(__name__)


@receiver.on_effect(OrderPaid)
def ship(paid: OrderPaid) -> None:
    """Ship an order once, whether its webhook or its customer comes first."""
    if ORDERS.get(paid.order_id) != (paid.amount, paid.currency):
        message = f"{paid.order_id} is not your order, or not your amount"
        raise Permanent(message)
    SHIPPED.append(paid.order_id)


def fetch_order(order_id: str) -> bytes:
    """Replace this by the order-status call, `GET /orders/{order_id}` with your API key, made by your HTTP client."""
    return AT_JUSPAY[order_id]


def shown(order: Order, order_id: str) -> str:
    """Say how an order stands; one that is not what you asked for waits for a person."""
    amount, currency = ORDERS[order_id]
    is_ours = order.matches(order_id=order_id, amount=amount, currency=currency)
    return SHOWN.get(order.outcome, "pending") if is_ours else "pending"


@app.route("/return", methods=["GET", "POST"])
def returned() -> tuple[str, int]:
    """Ask Juspay: what the browser brings proves nothing, and says only which order to ask for."""
    order_id = request.values.get("order_id", "")
    if order_id not in ORDERS:  # a shop with log-in asks as well whether it is this customer's
        return "no such order", 404
    try:
        order = parse_order(fetch_order(order_id))
    except (OSError, PayloadError):  # no answer says nothing about the payment
        return "pending", 200
    receiver.observe(order, source="return_url")
    return shown(order, order_id), 200


@app.post("/juspay")
def juspay() -> Response:
    """Take the webhooks with the same receiver: whoever comes first ships, the other finds it done."""
    answer = receiver.handle(headers=request.headers, body=request.get_data(), client_ip=request.remote_addr)
    return Response(answer.body, answer.status, answer.headers)

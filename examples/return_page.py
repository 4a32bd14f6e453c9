"""Show customers who come back from the payment page how their order stands, and ship it if the webhook has not yet.

Run it: `flask --app examples/return_page run`, with JUSPAY_WEBHOOK_USERNAME and JUSPAY_WEBHOOK_PASSWORD set, and
JUSPAY_API_KEY, JUSPAY_MERCHANT_ID and JUSPAY_BASE_URL.
"""

import os
from decimal import Decimal
from typing import Final

from flask import Flask, Response, request

from juspay_webhooks import (
    BasicAuth,
    Decision,
    Order,
    OrderPaid,
    OrderStatusClient,
    OrderStatusError,
    OutcomeUnknown,
    Permanent,
    Receiver,
    Retryable,
    confirm,
)
from juspay_webhooks.inbox import MemoryInbox

ORDERS: Final = {"shop-2001": (Decimal("1499.50"), "INR")}
"""Stands for your database: id of an order -> amount and currency that you asked for."""

SHIPPED: Final[list[str]] = []
"""Stands for your warehouse."""

PATIENCE: Final = 5.0
"""Seconds that a customer looks at an empty page before it says "pending"."""

SHOWN: Final = {
    Decision.CONFIRMED: "paid",
    Decision.FAILED: "failed",
    Decision.VOIDED: "failed",
    Decision.AUTO_REFUNDED: "failed",
}
"""What the customer reads; "pending" where nothing is said: time or a person will tell."""

# Remembers in this process and until it ends: where money moves, give an inbox that is durable.
receiver = Receiver(BasicAuth.from_env(), inbox=MemoryInbox())
client = OrderStatusClient(
    os.environ["JUSPAY_API_KEY"],
    merchant_id=os.environ["JUSPAY_MERCHANT_ID"],
    base_url=os.environ["JUSPAY_BASE_URL"],
)
app = Flask(__name__)


@receiver.on_effect(OrderPaid)
def ship(paid: OrderPaid) -> None:
    """Ship an order once, whether its webhook or its customer comes first."""
    asked = ORDERS.get(paid.order_id)
    if asked is None:
        message = f"{paid.order_id} is not known yet: the webhook may be faster than your own database"
        raise Retryable(message)
    if asked != (paid.amount, paid.currency):
        message = f"{paid.order_id} is paid with another amount than you asked for: a person must look"
        raise Permanent(message)
    SHIPPED.append(paid.order_id)


def ask_juspay(order_id: str) -> Order | None:
    """Ask until the order has settled, or as long as a customer waits; None if nobody can say how it stands."""
    try:
        return client.poll(order_id, seconds=PATIENCE)
    except OutcomeUnknown as unknown:
        return unknown.order  # as it was last seen, most often pending
    except OrderStatusError as error:  # the API key or the id is wrong: the customer can do nothing about it
        app.logger.error("cannot ask for an order: %s", error)  # noqa: TRY400 - what happened is said in the error
        return None


@app.route("/return", methods=["GET", "POST"])
def returned() -> tuple[str, int]:
    """Ask Juspay: what the browser brings proves nothing, and says only which order to ask for."""
    order_id = request.values.get("order_id", "")
    if order_id not in ORDERS:  # a shop with log-in asks as well whether it is this customer's
        return "no such order", 404
    order = ask_juspay(order_id)
    if order is None:
        return "pending", 200
    receiver.observe(order, source="return_url")
    amount, currency = ORDERS[order_id]
    found = confirm(order, order_id=order_id, amount=amount, currency=currency)
    return SHOWN.get(found.decision, "pending"), 200


@app.post("/juspay")
def juspay() -> Response:
    """Take the webhooks with the same receiver: whoever comes first ships, the other finds it done."""
    answer = receiver.handle(headers=request.headers, body=request.get_data(), client_ip=request.remote_addr)
    return Response(answer.body, answer.status, answer.headers)

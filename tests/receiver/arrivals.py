"""Own what comes in about an order, webhooks and what a return page fetches, and the receiver that takes it."""

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Final, TypeAlias, cast

import attrs
import pytest

from juspay_webhooks import Answer, BasicAuth, Order, OrderSucceeded, Receiver
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.testing import Webhook, make_webhook

__all__ = [
    "AUTH",
    "Arrival",
    "Receive",
    "charged",
    "counts",
    "failed",
    "fetched",
    "made",
    "on_loop",
    "received",
    "received_async",
    "refunded",
    "succeeded",
    "ways",
]

AUTH: Final = ("shop", "secret")

Arrival: TypeAlias = Webhook | Order
"""What comes in: a webhook, or an order that was fetched for the return page."""


def received(receiver: Receiver, arrival: Arrival) -> Answer:
    """Let it come in."""
    if isinstance(arrival, Order):
        return receiver.observe(arrival, source="return_url")
    return receiver.handle(headers=arrival.headers, body=arrival.body)


async def received_async(receiver: Receiver, arrival: Arrival) -> Answer:
    """Let it come in on an event loop."""
    if isinstance(arrival, Order):
        return await receiver.observe_async(arrival, source="return_url")
    return await receiver.handle_async(headers=arrival.headers, body=arrival.body)


def on_loop(receiver: Receiver, arrival: Arrival) -> Answer:
    """Let it come in on an event loop of its own."""
    return asyncio.run(received_async(receiver, arrival))


Receive: TypeAlias = Callable[[Receiver, Arrival], Answer]
ways = pytest.mark.parametrize("receive", [received, on_loop], ids=["sync", "async"])


def made(inbox: MemoryInbox | None = None) -> Receiver:
    """Make a receiver."""
    return Receiver(BasicAuth(*AUTH), inbox=inbox or MemoryInbox())


def counts(inbox: MemoryInbox) -> dict[str, int]:
    """Count what is there; what is not is left out."""
    return {name: number for name, number in attrs.asdict(inbox.stats()).items() if number}


@cache
def _template(name: str) -> Webhook:
    told = {"order_id": "Order-ID"}
    if name == "TXN_CHARGED":
        return make_webhook(name, id="evt_ID", auth=AUTH, txn=told)
    return make_webhook(name, id="evt_ID", auth=AUTH, order=told)


def _written(name: str, order_id: str, event_id: str) -> Webhook:
    """Write ids into a webhook that was made once: tests need thousands of them."""
    template = _template(name)
    body = template.body.replace(b"evt_ID", event_id.encode()).replace(b"Order-ID", order_id.encode())
    return Webhook(headers=template.headers, body=body)


def succeeded(order_id: str = "Shop-1", event_id: str = "evt_1") -> Webhook:
    """Make the webhook of a paid order."""
    return _written("ORDER_SUCCEEDED", order_id, event_id)


def charged(order_id: str = "Shop-1", event_id: str = "evt_2") -> Webhook:
    """Make the webhook of the transaction that paid it."""
    return _written("TXN_CHARGED", order_id, event_id)


def fetched(order_id: str = "Shop-1") -> Order:
    """Make the paid order as the return page fetches it."""
    return cast("OrderSucceeded", succeeded(order_id).event).order


def failed(name: str, attempt: str = "m-1", event_id: str = "evt_3") -> Webhook:
    """Make the webhook of an attempt that failed."""
    told = {"order_id": "Shop-1", "txn_uuid": attempt}
    if name == "ORDER_FAILED":
        return make_webhook(name, id=event_id, auth=AUTH, order=told)
    return make_webhook(name, id=event_id, auth=AUTH, txn=told)


def refunded(*ids: str, event_id: str = "evt_4", status: str = "SUCCESS") -> Webhook:
    """Make the webhook of an order with refunds."""
    refunds = [{"unique_request_id": id_, "status": status, "amount": 5} for id_ in ids]
    return make_webhook("ORDER_REFUNDED", id=event_id, auth=AUTH, order={"order_id": "Shop-1", "refunds": refunds})

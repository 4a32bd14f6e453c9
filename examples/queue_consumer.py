"""Receive Juspay's webhooks through a queue: one side checks the sender and queues the body, the other handles it.

Run it: `python examples/queue_consumer.py`, with JUSPAY_WEBHOOK_USERNAME and JUSPAY_WEBHOOK_PASSWORD set.
"""

from decimal import Decimal
from pathlib import Path
from queue import Queue
from typing import Final

from juspay_webhooks import AuthenticationError, BasicAuth, Headers, OrderPaid, Permanent, Receiver, Retryable
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.web.queue import Action, take_unverified

ORDERS: Final = {"shop-2001": (Decimal("1499.50"), "INR")}
"""Stands for your database: id of an order -> amount and currency that you asked for."""

SHIPPED: Final[list[str]] = []
"""Stands for your warehouse."""

QUEUE: Final[Queue[tuple[str, bytes]]] = Queue()
"""Stands for SQS, RabbitMQ and the like: label of the merchant, and body of the webhook."""

DEAD_LETTERS: Final[list[bytes]] = []
"""Stands for the queue of what can never be handled: a person looks at it."""

auth = BasicAuth.from_env()
# Remembers in this process and until it ends: where money moves, give an inbox that is durable.
receiver = Receiver(None, inbox=MemoryInbox())


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


def accept(headers: Headers, body: bytes) -> int:
    """Check the sender, queue the body, and give the status to answer: behind the queue nobody can check any more."""
    try:
        sender = auth.verify(headers)
    except AuthenticationError:
        return 401
    QUEUE.put((sender.label, body))
    return 200


def consume() -> Action:
    """Handle the next webhook of the queue."""
    label, body = QUEUE.get()
    disposition = take_unverified(receiver, body=body, label=label)
    if disposition.action is Action.RETRY:
        QUEUE.put((label, body))  # a real queue waits for `disposition.retry_after` seconds
    elif disposition.action is Action.REJECT:
        DEAD_LETTERS.append(body)
    return disposition.action


if __name__ == "__main__":
    for file in sorted((Path(__file__).parent / "bodies").iterdir()):
        QUEUE.put(("shop", file.read_bytes()))
    for _ in range(QUEUE.qsize()):
        print(consume())
    print("shipped:", *SHIPPED)

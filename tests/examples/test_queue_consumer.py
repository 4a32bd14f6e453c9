"""Demand that the queue example lets nobody in unchecked, loses nothing and ships once."""

import os
import subprocess
import sys
from types import ModuleType
from typing import Final

import pytest

from juspay_webhooks import OrderFailed
from juspay_webhooks.testing import make_webhook
from juspay_webhooks.web.queue import Action
from tests.examples.serving import AUTH, EXAMPLES, load

ORDER: Final = {"order_id": "shop-2001", "amount": "1499.50"}


@pytest.fixture
def example() -> ModuleType:
    """Load the example anew."""
    return load("queue_consumer")


def test_a_paid_order_is_shipped_once(example: ModuleType) -> None:
    """The same webhook queued twice ships once, and both messages are done."""
    webhook = make_webhook("ORDER_SUCCEEDED", auth=AUTH, order=ORDER)
    statuses = [example.accept(webhook.headers, webhook.body) for _ in range(2)]
    actions = [example.consume() for _ in range(2)]

    assert [200, 200] == statuses
    assert [Action.ACK, Action.ACK] == actions
    assert ["shop-2001"] == example.SHIPPED


@pytest.mark.parametrize("auth", [None, (AUTH[0], "guessed")], ids=["no credentials", "wrong password"])
def test_nothing_of_a_stranger_is_queued(example: ModuleType, auth: tuple[str, str] | None) -> None:
    """The side that faces the network checks the credentials before it queues anything."""
    webhook = make_webhook("ORDER_SUCCEEDED", auth=auth, order=ORDER)

    assert 401 == example.accept(webhook.headers, webhook.body)
    assert example.QUEUE.empty()


def test_what_is_no_webhook_goes_to_the_dead_letters(example: ModuleType) -> None:
    """A body that can never be handled does not block the queue, and is not lost."""
    example.accept(make_webhook("ORDER_SUCCEEDED", auth=AUTH).headers, b"garbage")

    assert Action.REJECT == example.consume()
    assert [b"garbage"] == example.DEAD_LETTERS
    assert example.QUEUE.empty()


def test_what_failed_stays_in_the_queue(example: ModuleType) -> None:
    """While a handler raises, the message is given back; it is handled once the handler has recovered."""
    faults = [LookupError(), LookupError()]

    def recover(_event: OrderFailed) -> None:
        if faults:
            raise faults.pop()

    example.receiver.on(OrderFailed)(recover)
    webhook = make_webhook("ORDER_FAILED", auth=AUTH)
    example.accept(webhook.headers, webhook.body)

    assert [Action.RETRY, Action.RETRY, Action.ACK] == [example.consume() for _ in range(3)]
    assert example.QUEUE.empty()


def test_it_runs() -> None:
    """Started as its head says, it handles the bodies beside it: three webhooks and one that is broken."""
    names = ("JUSPAY_WEBHOOK_USERNAME", "JUSPAY_WEBHOOK_PASSWORD")
    done = subprocess.run(
        [sys.executable, EXAMPLES / "queue_consumer.py"],
        env={**os.environ, **dict(zip(names, AUTH, strict=True))},
        capture_output=True,
        check=True,
        text=True,
    )

    assert "ack\nack\nack\nreject\nshipped: shop-2001\n" == done.stdout

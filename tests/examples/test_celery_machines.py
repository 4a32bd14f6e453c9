"""Demand that a shop on many machines ships each order once, whichever of them die: web, Celery, Redis, PostgreSQL."""

import os
from collections import Counter
from concurrent.futures import Future, wait
from typing import Final

import pytest
from sqlalchemy import text

from juspay_webhooks.inbox import SqlInbox
from juspay_webhooks.testing import FakeJuspay, Webhook, make_webhook
from tests.examples.machines import PATIENCE, Shop, shop_on_machines, wait_until
from tests.examples.serving import AUTH, ENVIRON
from tests.inbox.records import counts

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(os.name == "nt", reason="allowed: sends the signals of POSIX"),
]

ORDERS: Final = [f"shop-{number}" for number in range(100)]
"""Orders that webhooks tell of."""

SILENT: Final = [f"silent-{number}" for number in range(10)]
"""Orders that are paid, and of which no webhook ever comes."""


def webhooks_of(order_id: str) -> list[Webhook]:
    """Make two webhooks of different events about one payment."""
    order = {"order_id": order_id, "amount": 500, "currency": "INR"}
    txn = {"order_id": order_id, "txn_amount": 500, "currency": "INR"}
    return [
        make_webhook("ORDER_SUCCEEDED", auth=AUTH, id=f"evt_order_{order_id}", order=order),
        make_webhook("TXN_CHARGED", auth=AUTH, id=f"evt_txn_{order_id}", txn=txn),
    ]


def again(webhooks: list[Webhook]) -> list[Webhook]:
    """Have every other webhook come twice, once more soon after the first time."""
    return [webhook for pair in zip(webhooks[::2], webhooks[1::2], strict=True) for webhook in (*pair, pair[0])]


def taken(sent: list[Future[None]]) -> None:
    """Wait until all that is under way has been answered with 200."""
    wait(sent, PATIENCE)
    for one in sent:
        one.result(0)


def test_each_order_is_shipped_once_whatever_dies() -> None:
    """Every event ends as done and every parcel is there once, after each machine but the web died in the middle."""
    webhooks = [webhook for order_id in ORDERS for webhook in webhooks_of(order_id)]
    parts = [webhooks[begin : begin + 40] for begin in range(0, len(webhooks), 40)]
    with (
        FakeJuspay(api_key=ENVIRON["JUSPAY_API_KEY"], merchant_id=ENVIRON["JUSPAY_MERCHANT_ID"]) as juspay,
        shop_on_machines(ORDERS + SILENT, juspay=juspay.url) as shop,
    ):
        for order_id in ORDERS + SILENT:
            juspay.add_order(order_id, status="CHARGED", amount=500, currency="INR")
        taken(shop.send(again(parts[0])))
        a_worker_dies(shop, parts[1])
        the_broker_dies(shop, parts[2])
        assert {200} == set(shop.answered)  # neither is the sender's concern
        the_database_dies(shop, parts[3])
        the_children_of_a_worker_die(shop, parts[4])
        taken(shop.send(webhooks[::7]))  # long after they were answered

        everything = {"done": 2 * len(ORDERS), "effects": len(ORDERS + SILENT)}
        with SqlInbox(shop.place) as inbox:
            wait_until(lambda: counts(inbox) == everything, "every event and every effect is done, and nothing else")
        for name in ("beat", "worker-1", "worker-2", "web"):
            assert 0 == shop.machines[name].end()

        assert dict.fromkeys(ORDERS + SILENT, 1) == shipped(shop)


def a_worker_dies(shop: Shop, webhooks: list[Webhook]) -> None:
    """Its machine dies when handlers have written; another one takes over, and it comes back."""
    with shop.held_up():
        taken(shop.send(webhooks))
        shop.await_handler("worker-1")
        shop.machines["worker-1"].kill()
    sent = shop.send(webhooks[::2])
    shop.machines["worker-1"].begin()
    taken(sent)


def the_broker_dies(shop: Shop, webhooks: list[Webhook]) -> None:
    """It comes back empty; meanwhile webhooks are answered as ever."""
    webhooks = again(webhooks)
    half = len(webhooks) // 2
    sent = shop.send(webhooks[:half])
    shop.machines["redis"].kill()
    taken(sent + shop.send(webhooks[half:]))
    shop.machines["web"].await_words("nobody was woken up")
    for name in ("beat", "worker-1", "worker-2"):
        shop.machines[name].await_words("Connection refused")
    shop.machines["redis"].begin()


def the_database_dies(shop: Shop, webhooks: list[Webhook]) -> None:
    """It stops when handlers have written; until it is back, webhooks are refused, and come again."""
    half = len(webhooks) // 2
    with shop.held_up():
        taken(shop.send(webhooks[:half]))
        shop.await_handler("worker-2")
        shop.machines["postgresql"].kill()
        sent = shop.send(webhooks[half:])
        wait_until(lambda: shop.answered[503] > 0, "a webhook is refused")
        shop.machines["postgresql"].begin()
    taken(sent + shop.send(webhooks[::2]))


def the_children_of_a_worker_die(shop: Shop, webhooks: list[Webhook]) -> None:
    """As if the machine had too little memory; Celery starts others."""
    with shop.held_up():
        taken(shop.send(webhooks))
        shop.await_handler("worker-2")
        assert shop.machines["worker-2"].kill_children() >= 2
    taken(shop.send(webhooks[::2]))


def shipped(shop: Shop) -> Counter[str]:
    """Count the parcels of each order."""
    with shop.engine.connect() as connection:
        return Counter(connection.scalars(text("SELECT order_id FROM parcels")))

"""Demand that the example of Celery answers first and handles later, broker or none; the rest is in real processes."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import Final

import pytest
from celery import _state  # type: ignore[import-untyped] # pyright: ignore[reportMissingTypeStubs] - it has no types
from sqlalchemy import select

from juspay_webhooks.testing import FakeJuspay, Webhook, make_webhook
from tests.examples.machines import wait_until
from tests.examples.serving import AUTH, ENVIRON, Running, development, load
from tests.examples.test_pages import HOWTO, answer_to, calls
from tests.inbox.records import counts

PAGE: Final = HOWTO / "celery.md"

SECONDS: Final = 30
"""How long a nudge may take on a slow machine before it counts as endless."""


@pytest.fixture(name="silent")
def _silent() -> Iterator[str]:
    """Give the URL of a broker that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


@pytest.fixture(name="shop")
def _shop(tmp_path: Path, juspay: FakeJuspay) -> Iterator[ModuleType]:
    """Load the example with a file for a database, and let Celery run each task where it is sent."""
    database = f"sqlite:///{tmp_path / 'shop.db'}"
    own = {"SHOP_DATABASE_URL": database, "SHOP_BROKER_URL": "memory://", "SHOP_LEASE_SECONDS": "300"}
    with pytest.MonkeyPatch.context() as patch:
        # An application gets the tasks of all before it, and here each is the same once more.
        known = set(_state._on_app_finalizers)  # noqa: SLF001 - there is no public way
        patch.setattr(_state, "_on_app_finalizers", known)
        for name, value in own.items():
            patch.setenv(name, value)
        module = load("celery_app", environ={**ENVIRON, "JUSPAY_BASE_URL": juspay.url})
        module.app.finalize()
    module.app.conf.task_always_eager = True
    module.SHOP.create_all(module.engine)
    yield module
    module.app.close()
    module.client.close()
    module.inbox.close()


@pytest.fixture(name="running")
def _running(shop: ModuleType) -> Iterator[Running]:
    """Serve the example."""
    with development(shop.web) as port:
        yield Running(module=shop, port=port, failed=[])


def paid(order_id: str = "shop-1", *, amount: object = 500, number: int = 1) -> Webhook:
    """Make a webhook that says that an order is paid."""
    order = {"order_id": order_id, "amount": amount, "currency": "INR"}
    return make_webhook("ORDER_SUCCEEDED", auth=AUTH, id=f"evt_{number}", order=order)


def shipped(shop: ModuleType) -> list[str]:
    """List the parcels by their orders."""
    with shop.engine.connect() as connection:
        return [*connection.scalars(select(shop.PARCELS.c.order_id))]


def await_counts(shop: ModuleType, **expected: int) -> None:
    """Wait until the inbox holds so many of each."""
    wait_until(lambda: counts(shop.inbox) == expected, f"the inbox holds {expected}")


def test_an_order_is_shipped_once(running: Running, shop: ModuleType) -> None:
    """Each event is stored, answered and then handled; the same one again is a duplicate, and another ships no more."""
    shop.check_out("shop-1", 50_000)
    first = running.send(paid().body, headers=paid().headers)
    await_counts(shop, done=1, effects=1)
    again = running.send(paid().body, headers=paid().headers)
    other = running.send(paid(number=2).body, headers=paid().headers)
    await_counts(shop, done=2, effects=1)

    assert [200, 200, 200] == [answer.status for answer in (first, again, other)]
    assert [b'{"outcome":"stored"}', b'{"outcome":"duplicate"}', b'{"outcome":"stored"}'] == [
        answer.body for answer in (first, again, other)
    ]
    assert ["shop-1"] == shipped(shop)


def test_what_the_shop_did_not_ask_for_is_not_shipped(running: Running, shop: ModuleType) -> None:
    """Another amount is for a person to look at; an order that the shop does not know yet is tried again."""
    shop.check_out("shop-1", 50_000)
    running.send(paid(amount=499).body, headers=paid().headers)
    await_counts(shop, dead=1)
    running.send(paid("shop-2", number=2).body, headers=paid().headers)
    await_counts(shop, dead=1, failed=1)

    assert [] == shipped(shop)


def test_the_sender_waits_for_no_broker(running: Running, shop: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is there while the nudge is still under way."""
    is_answered, is_nudged = Event(), Event()

    def nudge() -> None:
        assert is_answered.wait(SECONDS)
        is_nudged.set()

    monkeypatch.setattr(shop, "nudge", nudge)
    answer = running.send(paid().body, headers=paid().headers)
    is_answered.set()

    assert b'{"outcome":"stored"}' == answer.body
    assert is_nudged.wait(SECONDS)


@pytest.mark.parametrize("broker", ["refuses", "says nothing"])
def test_a_nudge_that_fails_is_soon_over(
    shop: ModuleType, silent: str, broker: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether the broker refuses or is silent, a nudge ends, raises nothing and is logged."""
    shop.app.conf.update(task_always_eager=False, broker_url="redis://127.0.0.1:1/0" if broker == "refuses" else silent)
    begun = time.monotonic()
    shop.nudge()

    assert time.monotonic() - begun < SECONDS
    assert ["nobody was woken up (OperationalError): the event is stored, and beat comes for it"] == caplog.messages


def test_what_no_webhook_told_is_asked_for(shop: ModuleType, juspay: FakeJuspay) -> None:
    """An order that Juspay says is paid is shipped, and its webhook, if it comes at last, ships nothing."""
    shop.check_out("shop-1", 50_000)
    juspay.add_order("shop-1", status="CHARGED", amount=500, currency="INR")
    shop.reconcile.apply().get()

    assert ["shop-1"] == shipped(shop)
    shop.receiver.handle(headers=paid().headers, body=paid().body)
    shop.handle_due.apply().get()
    assert {"done": 1, "effects": 1} == counts(shop.inbox)
    assert ["shop-1"] == shipped(shop)


def test_beat_sends_tasks_that_there_are(shop: ModuleType) -> None:
    """A name that is misspelt in the schedule would be found by nobody."""
    names = {row["task"] for row in shop.app.conf.beat_schedule.values()}

    assert {"shop.handle_due", "shop.reconcile"} == names
    assert names <= shop.app.tasks.keys()


def test_a_task_has_its_share_of_time(shop: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told to stop when that is over."""
    monkeypatch.setattr(shop, "SHARE", 0.0)
    with shop.share() as stop:
        assert stop.wait(SECONDS)


def test_the_page_tells_the_truth(running: Running, shop: ModuleType) -> None:
    """The commands of the how-to page, one after the other, print what it says."""
    shop.check_out("shop-2001", 149_950)
    found = [*calls(PAGE)]

    assert found
    for asked, printed in found:
        assert printed == answer_to(running, asked)
        wait_until(lambda: counts(shop.inbox).keys() <= {"done", "effects"}, "what was stored is handled")
    assert ["shop-2001"] == shipped(shop)

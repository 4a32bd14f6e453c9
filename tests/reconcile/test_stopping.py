"""Told to stop, cancelled or many at a time: what was begun is finished or expires, the rest is left to others."""

import asyncio
import itertools
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from juspay_webhooks import AsyncOrderStatusClient, ConfigurationError, OrderNotFound, OrderPaid, OrderStatusClient
from juspay_webhooks.models.order import Order
from juspay_webhooks.reconcile import Reconciled
from juspay_webhooks.testing import FakeJuspay
from juspay_webhooks.testing.fake import Asked, Latency
from tests.reconcile.shop import KEY, LEASE, MERCHANT, Async, Shop, Sync, Way

ENDED, LATER, GIVEN_UP = Reconciled


def test_what_was_begun_is_finished(way: Way, shop: Shop) -> None:
    """The rest is due at once, for others; nothing stays claimed."""
    names = [f"o{index:02}" for index in range(40)]
    for name in names:
        shop.juspay.add_order(name)
    shipped: list[str] = []
    stops = list[Callable[[], None]]()

    @shop.receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        shipped.append(paid.order_id)
        if len(shipped) == 5:
            stops[0]()

    with way(shop) as each:
        stops.append(each.stop)
        each.add(*names)
        ended = each.run()
        assert {ENDED: len(shipped)} == ended
        assert 5 <= len(shipped) < 40
        assert Counter() == each.drain_until_stopped()
    assert sorted(names) == sorted([*shipped, *shop.due()])


def test_it_waits_for_orders(way: Way, shop: Shop) -> None:
    """One that is added later, from another thread, is asked about as well."""
    shop.takes_notes().juspay.add_order("o1")
    stops = list[Callable[[], None]]()

    def add() -> None:
        shop.inbox.agenda.add(["o1"], namespace="shop")

    with way(shop, on_progress=lambda _ended: stops[0]()) as each:
        stops.append(each.stop)
        later = threading.Timer(0.2, add)
        later.start()
        assert {ENDED: 1} == each.run()
        later.join()
    assert [("OrderPaid", "o1")] == shop.told


def test_it_takes_no_more_than_it_can_ask_about(way: Way, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are due, and whatever the client could bear."""
    names = [f"o{index}" for index in range(60)]
    now, seen = list[str](), list[int]()
    for name in names:
        shop.juspay.fail(name, Latency(0.02))
    fetch, fetch_async = OrderStatusClient.fetch, AsyncOrderStatusClient.fetch

    def watched(client: OrderStatusClient, order_id: str, **more: Any) -> Order:  # noqa: ANN401 - as the client
        now.append(order_id)
        seen.append(len(now))
        try:
            return fetch(client, order_id, **more)
        finally:
            now.remove(order_id)

    async def watched_async(client: AsyncOrderStatusClient, order_id: str, **more: Any) -> Order:  # noqa: ANN401
        now.append(order_id)
        seen.append(len(now))
        try:
            return await fetch_async(client, order_id, **more)
        finally:
            now.remove(order_id)

    monkeypatch.setattr(OrderStatusClient, "fetch", watched)
    monkeypatch.setattr(AsyncOrderStatusClient, "fetch", watched_async)
    with way(shop, at_a_time=7, schedule=()) as each:
        each.add(*names)
        assert {GIVEN_UP: 60} == each.drain()
    assert 7 == max(seen)


# --- On an event loop ---


def test_thousands_at_a_time(shop: Shop) -> None:
    """One task for each, as many as it is told; each is asked about once."""
    names = [f"o{index}" for index in range(1_200)]
    with Async(shop, at_a_time=1_000, pool_size=4, schedule=(), timeout=300.0) as each:
        each.add(*names)
        assert {GIVEN_UP: 1_200} == each.drain()
    assert Counter(names) == shop.asked()


def test_a_task_that_is_cancelled(shop: Shop) -> None:
    """What it had begun is claimed until the lease is over, and then somebody else's."""
    names = [f"o{index}" for index in range(6)]
    asked, number = threading.Event(), itertools.count(1)

    def see(_asked: Asked) -> None:
        if next(number) == 4:
            asked.set()

    with (
        FakeJuspay(api_key=KEY, merchant_id=MERCHANT, on_request=see) as shop.juspay,
        Async(shop, at_a_time=4) as each,
    ):
        shop.juspay.fail_next(Latency(60), times=None)
        each.add(*names)

        async def work() -> None:
            task = asyncio.create_task(each.reconciler.run(asyncio.Event()))
            await asyncio.to_thread(asked.wait, 60)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            assert task.cancelled()

        each.runner.run(work())
    rest = shop.due()
    assert 2 == len(rest)
    shop.clock.now += LEASE / 2
    assert [] == shop.due()
    shop.clock.now += LEASE / 2
    assert names == shop.due()


def test_a_task_that_is_cancelled_in_a_handler(shop: Shop) -> None:
    """A handler on a thread is finished, and counts; the order ends when somebody asks again."""
    shop.juspay.add_order("o1")
    begun, go_on = threading.Event(), threading.Event()
    shipped: list[str] = []

    @shop.receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        begun.set()
        assert go_on.wait(60)
        shipped.append(paid.order_id)

    with Async(shop) as each:
        each.add("o1")

        async def work() -> None:
            task = asyncio.create_task(each.reconciler.run(asyncio.Event()))
            await asyncio.to_thread(begun.wait, 60)
            task.cancel()
            await asyncio.sleep(0)
            go_on.set()
            with suppress(asyncio.CancelledError):
                await task

        each.runner.run(work())
        assert (1, 0) == each.stats()
        shop.clock.now += LEASE
        assert {ENDED: 1} == each.drain()
    assert ["o1"] == shipped


def test_another_event_loop(shop: Shop) -> None:
    """A client belongs to the first: that is said, and no order is given up."""
    with Async(shop) as each:
        each.add("o1", "o2")
        with pytest.raises(OrderNotFound):
            each.runner.run(each.client.fetch("o1"))
        with pytest.raises(ConfigurationError, match="event loop"):
            asyncio.run(each.reconciler.drain())
        assert (2, 0) == each.stats()
    assert ["o1", "o2"] == shop.due()


# --- Several ---


def test_two_in_one_process_share_the_orders(way: Way, shop: Shop) -> None:
    """Each question is asked by one of them, each effect acted on once."""
    names = [f"o{index}" for index in range(60)]
    shop.takes_notes()
    for index, name in enumerate(names):
        shop.juspay.add_order(name, status="NEW" if index % 3 == 0 else "CHARGED")
    ended: list[Counter[Reconciled]] = []

    def work() -> None:
        with way(shop, schedule=()) as each:
            ended.append(each.drain())

    with Sync(shop) as first:
        first.add(*names)
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {ENDED: 40, GIVEN_UP: 20} == sum(ended, Counter())
    assert Counter(names) == shop.asked()
    assert sorted(("OrderPaid", name) for index, name in enumerate(names) if index % 3) == sorted(shop.told)

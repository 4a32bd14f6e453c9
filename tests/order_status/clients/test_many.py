"""Both clients: many orders at a time, each answered once, ids drawn as they are needed, and an end at any time."""

import asyncio
import gc
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import aclosing, closing
from itertools import count, repeat
from typing import Any, Final

import pytest

from juspay_webhooks import (
    LADDER,
    AsyncOrderStatusClient,
    ConfigurationError,
    Misconfigured,
    Order,
    OrderNotFound,
    OrderStatusClient,
    OutcomeUnknown,
    UnexpectedResponse,
)
from juspay_webhooks.catalog import Outcome
from juspay_webhooks.testing import FakeJuspay, fake
from tests.order_status.clients.both import KEY, MERCHANT, Async, Sync
from tests.order_status.clients.conftest import Way
from tests.order_status.clients.servers import Relay

REAL: Final = {Sync: time.sleep, Async: asyncio.sleep}
"""Way to ask -> the sleep that its clients have by default."""


def pollers() -> list[str]:
    """List the threads that poll."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("juspay-poll")]


@pytest.mark.parametrize("concurrency", [1, 3, 100])
def test_each_is_answered_once(concurrency: int, juspay: FakeJuspay, asking: Sync | Async) -> None:
    """Every id has its answer, the order or the error, as often as it was given."""
    for number in range(12):
        juspay.add_order(f"shop-{number}", statuses=["NEW", "PENDING_VBV", "CHARGED"][number % 3 :])
    juspay.add_order("shop-stuck", status="PENDING_VBV")
    juspay.fail("shop-odd", fake.Truncated(), times=None)
    juspay.fail("shop-3", fake.Reset(), fake.HalfBody())
    good = [f"shop-{number}" for number in range(12)]
    bad = {
        "shop-404": OrderNotFound,
        "shop-stuck": OutcomeUnknown,
        "shop-odd": UnexpectedResponse,
        "": ConfigurationError,
    }
    ids = [*good, *bad, "shop-1", "shop-404", "shop-1"]
    # One clock for all: the pauses of each make time pass for the others.
    found = asking.poll_many(iter(ids), concurrency=concurrency, seconds=2_000)

    assert Counter(ids) == Counter(each.order_id for each in found)
    assert dict.fromkeys(good, Outcome.PAID) == {each.order_id: each.order.outcome for each in found if each.order}
    assert bad == {each.order_id: type(each.error) for each in found if each.error}
    assert all((each.order is None) != (each.error is None) for each in found)
    assert [] == pollers()


def test_the_unsettled_is_kept(juspay: FakeJuspay, asking: Sync | Async) -> None:
    """An order that does not settle is in the error, as it was last seen."""
    juspay.add_order("shop-1002", status="PENDING_VBV")
    (found,) = asking.poll_many(["shop-1002"], seconds=5)

    assert isinstance(found.error, OutcomeUnknown)
    assert found.error.order is not None
    assert "PENDING_VBV" == found.error.order.status


def test_how_they_are_polled(juspay: FakeJuspay, asking: Sync | Async) -> None:
    """Schedule, time and condition are the caller's, for each order anew."""
    for name in ("shop-1", "shop-2"):
        juspay.add_order(name, statuses=["NEW", "PENDING_VBV", "CHARGED"])
    found = asking.poll_many(["shop-1", "shop-2"], concurrency=1, schedule=lambda: iter([7.0, 9.0, 11.0]), seconds=50)
    seen = asking.poll_many(["shop-1", "shop-2"], until=lambda order: order.status == "CHARGED")

    assert [7.0, 9.0, 7.0, 9.0] == asking.pauses
    assert ["CHARGED"] * 4 == [each.order.status for each in (*found, *seen) if each.order]


def test_ids_are_drawn_as_they_are_needed(juspay: FakeJuspay, asking: Sync | Async) -> None:
    """Of endless ids no more are drawn than are asked about, and none once the caller has enough."""
    juspay.add_order("shop-1")
    drawn: list[int] = []

    def ids() -> Iterator[str]:
        for number in count():
            drawn.append(number)
            yield "shop-1"

    found = asking.poll_many(ids(), concurrency=4, most=10)

    assert (10, 13) == (len(found), len(drawn))
    assert [] == pollers()


def test_no_ids_at_all(juspay: FakeJuspay, asking: Sync | Async) -> None:
    """Nothing is asked, and nothing comes."""
    assert [] == asking.poll_many([])
    assert () == juspay.requests


def test_whoever_stops_ends_the_rest(way: Way, juspay: FakeJuspay) -> None:
    """Orders that are in the middle of a long pause, or wait for a connection, end at once when the caller stops."""
    juspay.add_order("shop-1")
    juspay.add_order("shop-2", status="PENDING_VBV")
    begun = time.monotonic()
    with Relay(juspay.url) as relay, way(relay.url, sleep=REAL[way], pool_size=2) as asking:
        ids = ["shop-2"] * 30 + ["shop-1"]
        found = asking.poll_many(ids, concurrency=31, schedule=lambda: repeat(50.0), most=1)
        asked = len(juspay.requests)

        assert "shop-1" == asking.fetch("shop-1").order_id
        assert relay.most <= 2
    assert ["shop-1"] == [each.order_id for each in found]
    assert time.monotonic() - begun < 20
    assert asked <= 31
    assert [] == pollers()


def test_requests_on_their_way_end_first(juspay: FakeJuspay) -> None:
    """A sync caller that stops waits for the requests that are on their way, and no further one is sent."""
    juspay.add_order("shop-1")
    juspay.add_order("shop-2")
    juspay.fail("shop-2", fake.Latency(0.5), times=None)
    with Sync(juspay.url, pool_size=1) as asking:
        found = asking.poll_many(["shop-1", *["shop-2"] * 20], concurrency=21, most=1)

        assert 1 == len(found)
        assert len(juspay.requests) < 10
        assert [] == pollers()


def test_what_nobody_holds_any_more_ends() -> None:
    """A caller that forgets to close leaves nothing behind either."""
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT) as juspay:
        juspay.add_order("shop-1")
        juspay.add_order("shop-2", status="PENDING_VBV")
        options: dict[str, Any] = {"merchant_id": MERCHANT, "base_url": juspay.url}
        ids = ["shop-1", "shop-2", "shop-2"]

        async def ask() -> int:
            async with AsyncOrderStatusClient(KEY, **options) as client:
                async for _ in client.poll_many(ids, schedule=lambda: repeat(50.0)):
                    break
                await asyncio.sleep(0)  # the loop is told of what was forgotten
                _, left = await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()}, timeout=20)
                return len(left)

        with OrderStatusClient(KEY, **options) as client:
            for _ in client.poll_many(ids, schedule=lambda: repeat(50.0)):
                break
            gc.collect()

            assert [] == pollers()
        assert 0 == asyncio.run(ask())


class Fault(Exception):
    """A fault of the caller's."""


def _until(order: Order) -> bool:
    raise Fault(order.order_id)


def _schedule() -> list[float]:
    raise Fault


def _ids() -> Iterator[str]:
    yield "shop-1001"
    raise Fault


CALLERS_FAULTS: Final[Mapping[str, tuple[Callable[[], Iterable[str]], dict[str, Any]]]] = {
    "until": (lambda: ["shop-1001"] * 5, {"until": _until}),
    "schedule": (lambda: ["shop-1001"] * 5, {"schedule": _schedule}),
    "ids": (_ids, {}),
}


@pytest.mark.parametrize("name", CALLERS_FAULTS)
def test_a_fault_of_the_callers_ends_everything(name: str, asking: Sync | Async) -> None:
    """What ids, schedule or condition raise comes out as it is, and nothing goes on behind it."""
    ids, given = CALLERS_FAULTS[name]
    with pytest.raises(Fault):
        asking.poll_many(ids(), concurrency=2, **given)

    assert [] == pollers()


@pytest.mark.parametrize("concurrency", [1, 2, 10])
def test_ids_that_end_in_a_fault(concurrency: int, juspay: FakeJuspay, asking: Sync | Async) -> None:
    """The orders that were drawn before are answered first, however many there are at a time."""
    found: list[str] = []
    juspay.fail_next(fake.Latency(0.05), times=None)

    def ids() -> Iterator[str]:
        yield from ["shop-1001", "shop-404", "shop-1001"]
        raise Fault

    with pytest.raises(Fault):
        asking.poll_many(ids(), concurrency=concurrency, seen=found.append)

    assert ["shop-1001", "shop-1001", "shop-404"] == sorted(found)
    assert [] == pollers()


MISTAKES: Final[Mapping[str, tuple[Any, dict[str, Any], str]]] = {
    "one id": ("shop-1001", {}, "order_ids is an iterable of ids"),
    "no ids": (None, {}, "order_ids is an iterable of ids"),
    "none at a time": ([], {"concurrency": 0}, "concurrency is a whole number"),
    "half of one": ([], {"concurrency": 0.5}, "concurrency is a whole number"),
    "a schedule in place of its maker": ([], {"schedule": LADDER}, "schedule makes the pauses"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name: str, asking: Sync | Async) -> None:
    """A mistake is an error when it is made, not when the first answer is awaited."""
    ids, given, said = MISTAKES[name]
    poll_many: Any = asking.orders().poll_many
    with pytest.raises(ConfigurationError, match=said):
        poll_many(ids, **given)


WRONG: Final[Mapping[str, dict[str, Any]]] = {
    "pauses that are none": {"schedule": lambda: [-1.0]},
    "a schedule that is none": {"schedule": lambda: 5},
}


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_that_show_at_once(name: str, juspay: FakeJuspay, asking: Sync | Async) -> None:
    """What is wrong with the polling of one order is the error of each."""
    juspay.add_order("shop-1002", status="NEW")
    found = asking.poll_many(["shop-1002"] * 3, **WRONG[name])

    assert [ConfigurationError] * 3 == [type(each.error) for each in found]


def test_waiting_for_a_connection_is_no_failure(way: Way, juspay: FakeJuspay) -> None:
    """Far more orders than connections are polled to their end, though each waits longer than a request may take."""
    juspay.add_order("shop-1")
    juspay.fail_next(fake.Latency(0.02), times=None)
    with Relay(juspay.url) as relay, way(relay.url, pool_size=2, timeout=0.3) as asking:
        found = asking.poll_many(["shop-1"] * 60, concurrency=60)

    assert [Outcome.PAID] * 60 == [each.order.outcome for each in found if each.order]
    assert relay.most <= 2


def test_a_key_that_is_not_let_in(way: Way, juspay: FakeJuspay) -> None:
    """What concerns all orders is said of each of them, after one request each."""
    with way(juspay.url, api_key="another") as asking:
        found = asking.poll_many(["shop-1001"] * 5)

    assert [Misconfigured] * 5 == [type(each.error) for each in found]
    assert 5 == len(juspay.requests)


def test_results_can_be_closed(juspay: FakeJuspay) -> None:
    """What is given works with `closing` and `aclosing`, before the first answer too."""
    options: dict[str, Any] = {"merchant_id": MERCHANT, "base_url": juspay.url}

    async def ask() -> None:
        async with AsyncOrderStatusClient(KEY, **options) as client, aclosing(client.poll_many(["shop-1001"])):
            pass

    with OrderStatusClient(KEY, **options) as client, closing(client.poll_many(["shop-1001"])):
        pass
    asyncio.run(ask())

    assert () == juspay.requests

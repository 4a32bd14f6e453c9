"""All clients: an argument of the wrong kind is refused when it is given, and nothing is asked."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import pytest

from juspay_webhooks import (
    AsyncOrderStatusClient,
    AsyncPayoutStatusClient,
    ConfigurationError,
    Order,
    OrderStatusClient,
    PayoutStatusClient,
    RetryPolicy,
    Surroundings,
)
from juspay_webhooks.testing import FakeJuspay
from tests.order_status.clients.both import KEY, MERCHANT, Async, Sync

HUGE: Final = 10**400
"""A number that is no float, and more than anything can hold."""

ORDERS: Final[tuple[Callable[..., object], ...]] = (OrderStatusClient, AsyncOrderStatusClient)
SYNC: Final[tuple[Callable[..., object], ...]] = (OrderStatusClient, PayoutStatusClient)
ALL: Final = (*SYNC, AsyncOrderStatusClient, AsyncPayoutStatusClient)


async def paid(order: Order) -> bool:
    """Tell something, to whoever awaits it."""
    return order.outcome == "PAID"


class Paid:
    """Tells the same, by being called."""

    async def __call__(self, order: Order) -> bool:
        """Tell."""
        return await paid(order)


CONSTRUCTORS: Final[tuple[tuple[tuple[Callable[..., object], ...], str, tuple[object, ...], str], ...]] = (
    (ORDERS, "surroundings", (None, 5, {}), "surroundings are Surroundings"),
    (ALL, "retry", ("x", 4), "retry is a RetryPolicy"),
    (ORDERS, "retry", (0, "", []), "retry is a RetryPolicy"),
    (ALL, "timeout", (None, "10", 0, -1, True, HUGE, float("nan"), 1e300), "timeout is a number of seconds"),
    (ALL, "pool_size", (None, "10", 0, True, 2.5, 100_001, HUGE), "pool_size is a whole number"),
    (ALL, "sleep", (None, 5, "x"), "sleep is a function"),
    (SYNC, "sleep", (asyncio.sleep, partial(asyncio.sleep, 1)), "sleep is a plain function"),
    (ALL, "key_with_colon", (None, 0, "no"), "key_with_colon is True or False"),
    (ALL, "routing_id", (0, [], {}, False, " "), "x-routing-id"),
    (ORDERS, "headers", (0, "", [], False), "headers are a mapping"),
    (ORDERS, "version", (0, "", []), "version"),
)


@pytest.mark.parametrize(("clients", "name", "values", "said"), CONSTRUCTORS, ids=lambda row: str(row)[:20])
def test_a_client_is_not_made(
    clients: tuple[Callable[..., object], ...], name: str, values: tuple[object, ...], said: str
) -> None:
    """What would fail or mislead later is an error at once, and what is false is not taken for what is absent."""
    options: dict[str, Any] = {"merchant_id": MERCHANT, "base_url": "https://api.juspay.in"}
    for client in clients:
        for value in values:
            with pytest.raises(ConfigurationError, match=said):
                client(KEY, **{**options, name: value})


def test_what_may_be_left_out() -> None:
    """None, and a routing id that is empty, are as nothing."""
    options: dict[str, Any] = {"merchant_id": MERCHANT, "base_url": "https://api.juspay.in"}
    for client in ORDERS:
        assert client(KEY, **options, routing_id="", headers=None, retry=None, version=None)


@pytest.mark.parametrize("name", ["clock", "now", "random"])
@pytest.mark.parametrize("value", [None, 5, asyncio.sleep])
def test_surroundings_can_be_called(name: str, value: Any) -> None:  # noqa: ANN401 - some are no functions
    """A clock that is none is refused before a client is made."""
    with pytest.raises(ConfigurationError, match=f"{name} is a"):
        Surroundings(**{name: value})


@pytest.mark.parametrize("attempts", [True, 0, 1.5, "4", None])
def test_attempts_are_a_number(attempts: Any) -> None:  # noqa: ANN401 - some are no numbers
    """Also True is no number of attempts."""
    with pytest.raises(ConfigurationError, match="at least one attempt"):
        RetryPolicy(attempts=attempts)


POLLS: Final[Mapping[str, tuple[str, tuple[object, ...], str]]] = {
    "seconds": ("seconds", ("x", None, True, HUGE, -HUGE, 1e300, float("nan"), float("inf")), "a poll comes to an end"),
    "until that is none": ("until", (None, 5, "x", True), "until is a function"),
    "until that is async": (
        "until",
        (paid, Paid(), partial(paid), partial(partial(Paid()))),
        "until is a plain function, not an async one",
    ),
}


@pytest.mark.parametrize("name", POLLS)
def test_a_poll_is_not_begun(name: str, juspay: FakeJuspay, asking: Sync | Async) -> None:
    """Of one order as of many, it is refused at the call, before an id is drawn."""
    argument, values, said = POLLS[name]
    poll_many: Any = asking.orders().poll_many
    for value in values:
        given: dict[str, Any] = {argument: value}
        with pytest.raises(ConfigurationError, match=said):
            asking.poll("shop-1001", **given)
        with pytest.raises(ConfigurationError, match=said):
            poll_many(iter(["shop-1001"]), **given)

    assert () == juspay.requests


@pytest.mark.parametrize("schedule", [5, b"xy", bytearray(b"x"), "", "15", {}, {1.0: 2.0}])
def test_a_schedule_that_holds_no_pauses(schedule: object, juspay: FakeJuspay, asking: Sync | Async) -> None:
    """Bytes are numbers and an empty text is an iterable; neither is a schedule."""
    with pytest.raises(ConfigurationError, match="a schedule is an iterable of seconds"):
        asking.poll("shop-1001", schedule=schedule)

    assert () == juspay.requests


@pytest.mark.parametrize("pause", [HUGE, 1e300, True, -1, float("nan"), "1"])
def test_a_pause_that_nobody_can_wait_for(pause: object, juspay: FakeJuspay, asking: Sync | Async) -> None:
    """It is an error of ours, and no overflow somewhere below."""
    juspay.add_order("shop-2", status="NEW")
    with pytest.raises(ConfigurationError, match="a schedule holds numbers of seconds"):
        asking.poll("shop-2", schedule=[pause], seconds=1e9)
    (found,) = asking.poll_many(["shop-2"], schedule=lambda: [pause], seconds=1e9)

    assert ConfigurationError is type(found.error)


@pytest.mark.parametrize("order_ids", [b"ab", bytearray(b"ab"), memoryview(b"ab"), "ab", 5])
def test_ids_that_are_none(order_ids: object, asking: Sync | Async) -> None:
    """Bytes give numbers, and a text gives letters."""
    poll_many: Any = asking.orders().poll_many
    with pytest.raises(ConfigurationError, match="order_ids is an iterable of ids"):
        poll_many(order_ids)


@pytest.mark.parametrize("concurrency", [True, HUGE, 100_001, "10"])
def test_a_concurrency_that_is_none(concurrency: object, asking: Sync | Async) -> None:
    """A number that no machine can do is refused."""
    poll_many: Any = asking.orders().poll_many
    with pytest.raises(ConfigurationError, match="concurrency is a whole number"):
        poll_many([], concurrency=concurrency)


def answers_late(order: Order) -> Any:  # noqa: ANN401 - the mistake is that it is not bool
    """Give what has to be awaited, without looking like it."""
    return paid(order)


@pytest.mark.parametrize("until", [answers_late, lambda order: order.order_id, lambda _: None, lambda _: 1])
def test_a_condition_that_says_neither_yes_nor_no(
    until: Callable[[Order], Any], juspay: FakeJuspay, asking: Sync | Async
) -> None:
    """What is not True or False ends the poll, and never with an order that is still pending."""
    juspay.add_order("shop-2", status="PENDING_VBV")
    with pytest.raises(ConfigurationError, match="until says True or False"):
        asking.poll("shop-2", until=until)

    assert 1 == len(juspay.requests)


@pytest.mark.parametrize("routing_id", [0, [], {}, False])
def test_a_routing_id_of_a_call(routing_id: object, juspay: FakeJuspay, asking: Sync | Async) -> None:
    """A wrong one is not replaced by that of the client."""
    with pytest.raises(ConfigurationError, match="x-routing-id"):
        asking.fetch("shop-1001", routing_id=routing_id)

    assert () == juspay.requests

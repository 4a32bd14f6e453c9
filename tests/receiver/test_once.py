"""Exactly once, through the receiver: races, one fact from several sides, events in any order."""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from threading import Barrier
from typing import Final, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks import (
    Answer,
    BasicAuth,
    Credential,
    Delivery,
    Effect,
    OrderPaid,
    OrderSucceeded,
    PaymentFailed,
    Receiver,
    RefundFailed,
    RefundSettled,
)
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.testing import Webhook, make_webhook
from tests.receiver.arrivals import (
    AUTH,
    Arrival,
    Receive,
    charged,
    failed,
    fetched,
    made,
    received,
    received_async,
    refunded,
    succeeded,
    ways,
)

ROUNDS: Final = 1_000

# --- Races ---


@pytest.fixture
def restless() -> Iterator[None]:
    """Let threads take turns as often as the interpreter can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


PAIRS: Final[dict[str, Callable[[str], tuple[Arrival, Arrival]]]] = {
    "webhook and return page": lambda id_: (succeeded(id_, f"evt_{id_}"), fetched(id_)),
    "order and transaction": lambda id_: (succeeded(id_, f"evt_{id_}"), charged(id_, f"evt_t{id_}")),
    "one webhook twice": lambda id_: (succeeded(id_, f"evt_{id_}"), succeeded(id_, f"evt_{id_}")),
}
pairs = pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)


def check_race(receiver: Receiver, arrivals: Sequence[Arrival], answers: Sequence[Answer], runs: Sequence[str]) -> None:
    """Check that each order was handled once, that nobody was told anything wrong, and that this is for good."""
    outcomes = Counter(answer.outcome.value for answer in answers)

    assert [str(number) for number in range(ROUNDS)] == sorted(runs, key=int)
    assert (ROUNDS, 2 * ROUNDS) == (outcomes["handled"], outcomes.total())
    assert ROUNDS == outcomes["busy"] + outcomes["duplicate"]
    assert {"duplicate"} == {received(receiver, arrival).outcome for arrival in arrivals}
    assert ROUNDS == len(runs)


@pairs
@pytest.mark.usefixtures("restless")
def test_two_threads(pair: Callable[[str], tuple[Arrival, Arrival]]) -> None:
    """What comes in on two threads at the same time runs its handler once."""
    runs = list[str]()
    receiver = made()
    receiver.on_effect(OrderPaid)(lambda paid: runs.append(paid.order_id))
    sides = list(zip(*[pair(str(number)) for number in range(ROUNDS)], strict=True))
    barrier = Barrier(2)

    def come(arrivals: Sequence[Arrival]) -> list[Answer]:
        answers = list[Answer]()
        for arrival in arrivals:
            barrier.wait()
            answers.append(received(receiver, arrival))
        return answers

    with ThreadPoolExecutor(2) as pool:
        answers = [answer for found in pool.map(come, sides) for answer in found]

    check_race(receiver, [arrival for side in sides for arrival in side], answers, runs)


@pairs
@pytest.mark.parametrize("kind", ["async handler", "handler on a thread"])
@pytest.mark.usefixtures("restless")
def test_two_tasks(pair: Callable[[str], tuple[Arrival, Arrival]], kind: str) -> None:
    """What comes in on two tasks at the same time runs its handler once, whichever kind it is."""
    runs = list[str]()
    receiver = made()

    async def ship(paid: OrderPaid) -> None:
        await asyncio.sleep(0)
        runs.append(paid.order_id)

    receiver.on_effect(OrderPaid)(ship if kind == "async handler" else lambda paid: runs.append(paid.order_id))
    arrivals = [pair(str(number)) for number in range(ROUNDS)]

    async def come() -> list[Answer]:
        answers = list[Answer]()
        for number, both in enumerate(arrivals):
            order = both if number % 2 else both[::-1]
            answers += await asyncio.gather(*(received_async(receiver, arrival) for arrival in order))
        return answers

    check_race(receiver, [arrival for both in arrivals for arrival in both], asyncio.run(come()), runs)


@ways
@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (succeeded(), (503, "busy", "30")),
        (charged(), (503, "busy", "30")),
        (fetched(), (503, "busy", "30")),
        (failed("ORDER_FAILED"), (503, "busy", "30")),
        (failed("TXN_FAILED"), (503, "busy", "30")),
        (refunded("a"), (200, "handled", None)),
        (succeeded("Shop-2", "evt_9"), (200, "handled", None)),
    ],
    ids=["same", "transaction", "return page", "failed order", "failed attempt", "refund", "other order"],
)
def test_busy(receive: Receive, second: Arrival, expected: tuple[int, str, str | None]) -> None:
    """While a handler runs, the same fact, and one that it overtakes, is answered with 503; others are handled."""
    runs, answers = list[str](), list[Answer]()
    receiver = made()

    def act(effect: OrderPaid | PaymentFailed | RefundSettled) -> None:
        runs.append(effect.key)
        if len(runs) == 1:
            answers.append(receive(receiver, second))

    receiver.on_effect(OrderPaid, PaymentFailed, RefundSettled)(act)

    assert "handled" == receive(receiver, succeeded()).outcome
    assert [expected] == [(one.status, one.outcome, one.headers.get("Retry-After")) for one in answers]
    assert "duplicate" == receive(receiver, second).outcome
    assert (2 if expected[0] == 200 else 1) == len(runs)


def test_a_full_inbox_asks_the_sender_to_come_again() -> None:
    """It has room for one delivery, and that one is being handled."""
    answers = list[Answer]()
    receiver = made(MemoryInbox(max_entries=1))
    receiver.on_effect(OrderPaid)(lambda _paid: answers.append(received(receiver, charged("Shop-2"))))

    assert "handled" == received(receiver, succeeded()).outcome
    assert [(503, "unavailable", "30")] == [(one.status, one.outcome, one.headers["Retry-After"]) for one in answers]


# --- One fact from several sides ---


@ways
@pytest.mark.parametrize("order", list(permutations(["order", "transaction", "return page"])), ids="-".join)
def test_a_payment_is_one_fact(receive: Receive, order: Sequence[str]) -> None:
    """ORDER_SUCCEEDED, TXN_CHARGED and the order that was fetched: the first one acts."""
    arrivals: dict[str, Arrival] = {"order": succeeded(), "transaction": charged(), "return page": fetched()}
    sources = list[str]()

    def ship(_paid: OrderPaid, delivery: Delivery) -> None:
        sources.append(delivery.source)

    receiver = made()
    receiver.on_effect(OrderPaid)(ship)
    outcomes = [receive(receiver, arrivals[name]).outcome for name in (*order, *order)]

    assert ["return_url" if order[0] == "return page" else "webhook"] == sources
    assert ["handled", *["duplicate"] * 5] == outcomes


@ways
def test_a_second_refund_is_another_fact(receive: Receive) -> None:
    """An event carries all refunds of its order: the new ones run, the others not again."""
    runs = list[str]()
    receiver = made()
    receiver.on_effect(RefundSettled)(lambda refund: runs.append(refund.unique_request_id))
    arrivals = [
        refunded("a", event_id="evt_1"),
        refunded("b", "a", event_id="evt_2"),
        refunded("A", "b", event_id="evt_3"),
        refunded("a", "c", "b", event_id="evt_4"),
    ]
    outcomes = [receive(receiver, arrival).outcome for arrival in arrivals]

    assert ["a", "b", "c"] == runs
    assert ["handled", "handled", "duplicate", "handled"] == outcomes


@ways
@pytest.mark.parametrize("name", ["ORDER_FAILED", "TXN_FAILED"])
def test_a_late_failure_runs_nothing(receive: Receive, name: str) -> None:
    """News of an attempt that failed, after another one has paid the order, is answered with 200."""
    runs = list[Effect]()
    receiver = made()
    receiver.on_effect(OrderPaid, PaymentFailed)(runs.append)
    answers = [receive(receiver, arrival) for arrival in (charged(), failed(name), failed(name))]

    assert [OrderPaid] == [type(effect) for effect in runs]
    assert [(200, "handled"), (200, "duplicate"), (200, "duplicate")] == [(one.status, one.outcome) for one in answers]


@ways
def test_an_early_failure_does_not_stop_the_payment(receive: Receive) -> None:
    """Both reports of an attempt are one fact, another attempt is another, and then the order is paid."""
    runs = list[Effect]()
    receiver = made()
    receiver.on_effect(OrderPaid, PaymentFailed)(runs.append)
    arrivals = [
        failed("TXN_FAILED", "m-1", "evt_1"),
        failed("ORDER_FAILED", "m-1", "evt_2"),
        failed("ORDER_FAILED", "m-2", "evt_3"),
        succeeded(event_id="evt_4"),
    ]
    outcomes = [receive(receiver, arrival).outcome for arrival in arrivals]

    assert ["handled", "duplicate", "handled", "handled"] == outcomes
    assert [PaymentFailed, PaymentFailed, OrderPaid] == [type(effect) for effect in runs]


@ways
def test_two_merchants_with_equal_ids(receive: Receive) -> None:
    """Equal ids of orders and events under two labels are two orders; two credentials of one label are one merchant."""
    runs = list[str]()
    people = {"old": "shop-a", "new": "shop-a", "other": "shop-b"}
    receiver = Receiver(
        BasicAuth([Credential(name, "secret", label=label) for name, label in people.items()]), inbox=MemoryInbox()
    )

    def ship(_paid: OrderPaid, delivery: Delivery) -> None:
        assert delivery.sender
        runs.append(delivery.sender.label)

    receiver.on_effect(OrderPaid)(ship)
    outcomes = [
        receive(receiver, make_webhook("ORDER_SUCCEEDED", auth=(name, "secret"))).outcome for name in (*people, *people)
    ]

    assert ["shop-a", "shop-b"] == runs
    assert ["handled", "duplicate", "handled", "duplicate", "duplicate", "duplicate"] == outcomes
    order = cast("OrderSucceeded", make_webhook("ORDER_SUCCEEDED").event).order
    assert "duplicate" == receiver.observe(order, source="return_url", label="shop-b").outcome


@ways
def test_an_id_with_another_body(receive: Receive) -> None:
    """It is handled and flagged; what it says anew is acted on, and what it repeats is not."""
    flags, runs = list[bool](), list[str]()
    receiver = made()
    receiver.on_effect(OrderPaid)(lambda paid: runs.append(paid.order_id))

    def watch(_event: OrderSucceeded, delivery: Delivery) -> None:
        flags.append(delivery.id_conflict)

    receiver.on(OrderSucceeded)(watch)
    arrivals = [
        succeeded(),
        make_webhook("ORDER_SUCCEEDED", id="evt_1", auth=AUTH, order={"order_id": "Shop-1", "amount": 1}),
        succeeded("Shop-2"),
    ]
    outcomes = [receive(receiver, arrival).outcome for arrival in (*arrivals, *arrivals)]

    assert ["Shop-1", "Shop-2"] == runs
    assert [False, True, True] == flags
    assert ["handled"] * 3 + ["duplicate"] * 3 == outcomes


# --- Any order ---

NEWS: Final[dict[str, Arrival]] = {
    "an attempt failed": failed("ORDER_FAILED", "m-1", "evt_1"),
    "the same attempt": failed("TXN_FAILED", "m-1", "evt_2"),
    "another attempt": failed("TXN_FAILED", "m-2", "evt_3"),
    "paid": succeeded("Shop-1", "evt_4"),
    "charged": charged("Shop-1", "evt_5"),
    "return page": fetched("Shop-1"),
    "a refund": refunded("a", event_id="evt_6"),
    "two refunds": refunded("b", "a", event_id="evt_7"),
    "a refund that failed": refunded("c", event_id="evt_8", status="FAILURE"),
    "the same refunds again": refunded("a", "b", event_id="evt_9"),
}
"""What is told of one order."""

KEYS: Final = {
    name: [effect.key for effect in arrival.event.effects] if isinstance(arrival, Webhook) else ["/OrderPaid/shop-1"]
    for name, arrival in NEWS.items()
}
"""The facts in each of them."""

PAID_KEY: Final = "/OrderPaid/shop-1"

ALL: Final = sorted({key for keys in KEYS.values() for key in keys})
"""All of the facts."""


def acted_on(order: Sequence[str]) -> list[str]:
    """Say what is to be acted on, and when: each fact once, and no attempt that failed once the order is paid."""
    keys = list[str]()
    for key in (key for name in order for key in KEYS[name]):
        is_late = "PaymentFailed" in key and PAID_KEY in keys
        keys += [] if key in keys or is_late else [key]
    return keys


ORDERS: Final = st.lists(st.sampled_from(sorted(NEWS)), max_size=6).flatmap(
    lambda again: st.permutations([*NEWS, *again])
)
"""Everything at least once, in any order."""


@given(ORDERS)
def test_events_in_any_order(order: list[str]) -> None:
    """Each effect's handler runs once, and an attempt that failed is none after the payment."""
    runs = list[str]()
    receiver = made()
    receiver.on_effect(OrderPaid, PaymentFailed, RefundSettled)(lambda effect: runs.append(effect.key))
    receiver.on_effect(RefundFailed)(lambda effect: runs.append(effect.key))
    answers = [received(receiver, NEWS[name]) for name in order]

    assert acted_on(order) == runs
    assert {200} == {answer.status for answer in answers}
    assert {"handled", "duplicate"} == {answer.outcome for answer in answers}


@given(ORDERS, st.sets(st.sampled_from(ALL)))
def test_handlers_that_fail_once_in_any_order(order: list[str], faults: set[str]) -> None:
    """Everything that is refused comes again, as Juspay does it: each effect's handler returns once, in order."""
    runs, waiting = list[str](), set(faults)
    receiver = made()

    def act(effect: OrderPaid | PaymentFailed | RefundSettled | RefundFailed) -> None:
        if effect.key in waiting:
            waiting.remove(effect.key)
            raise ValueError
        runs.append(effect.key)

    receiver.on_effect(OrderPaid, PaymentFailed, RefundSettled)(act)
    receiver.on_effect(RefundFailed)(act)
    rounds, left = 0, order
    while left:
        rounds += 1
        left = [name for name in left if received(receiver, NEWS[name]).status != 200]

    assert len(set(runs)) == len(runs)
    assert {key for key in ALL if "PaymentFailed" not in key} == {key for key in runs if "PaymentFailed" not in key}
    assert not any("PaymentFailed" in key for key in runs[runs.index(PAID_KEY) :])
    assert rounds <= len(faults) + 1

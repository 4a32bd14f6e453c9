"""Mistakes that do something twice, drop something, or let old news undo what is true."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from threading import Event
from typing import Any, Final, cast

import pytest

from juspay_webhooks import (
    Answer,
    AnswerOutcome,
    BasicAuth,
    Delivery,
    Order,
    OrderPaid,
    OrderStatus,
    Permanent,
    Receiver,
    RefundSettled,
    Retryable,
    supersedes,
)
from juspay_webhooks.catalog import ORDER_STATUSES, Outcome
from juspay_webhooks.inbox import MemoryInbox, Record, State, Stats
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing import REMOVE, make_webhook
from tests.receiver.mistakes.lessons import lesson
from tests.receiver.mistakes.shop import AUTH, LABEL, Shop, order_of

NOTHING: Final = Stats(received=0, processing=0, done=0, failed=0, dead=0, quarantined=0, effects=0)

LONG: Final = 10.0
"""Seconds after which a test that hangs gives up; a sound one waits for nothing."""


def refund(number: int, status: str = "SUCCESS") -> dict[str, Any]:
    """Make one entry of `refunds`."""
    return {"unique_request_id": f"r{number}", "status": status, "amount": 10 * number}


# --- The identity of an event ---


@lesson("D1", "F7")
def test_a_second_partial_refund_is_not_dropped() -> None:
    """Same order, same event name, another id: another event, and another refund."""
    shop = Shop()
    first = shop.send("ORDER_REFUNDED", id="evt_1", order={"refunds": [refund(1)]})
    second = shop.send("ORDER_REFUNDED", id="evt_2", order={"refunds": [refund(2), refund(1)]})
    again = shop.send("ORDER_REFUNDED", id="evt_2", order={"refunds": [refund(2), refund(1)]})

    assert [AnswerOutcome.HANDLED, AnswerOutcome.HANDLED, AnswerOutcome.DUPLICATE] == [
        answer.outcome for answer in (first, second, again)
    ]
    assert ["/RefundSettled/shop-1001/r1", "/RefundSettled/shop-1001/r2"] == shop.keys
    assert [False, False] == [delivery.id_conflict for delivery in shop.deliveries]


@lesson("D1", "F7")
def test_an_event_without_an_id_is_known_by_its_body() -> None:
    """The same bytes are the same event; another amount is another one."""
    shop = Shop()
    bodies = [make_webhook("ORDER_FAILED", id=REMOVE, order={"amount": amount}).body for amount in (1, 1, 2)]
    outcomes = [shop.post(body).outcome for body in bodies]

    assert [AnswerOutcome.HANDLED, AnswerOutcome.DUPLICATE, AnswerOutcome.HANDLED] == outcomes
    assert [sha256(bodies[0]).hexdigest(), sha256(bodies[2]).hexdigest()] == [one.dedupe_key for one in shop.events]


@lesson("D1", "F7")
def test_an_id_that_comes_with_another_body_is_not_a_repeat() -> None:
    """It is handled, the handler is told of the conflict, and the payment itself is still acted on once."""
    shop = Shop()
    outcomes = [shop.send("ORDER_SUCCEEDED", id="evt_1", order={"udf1": text}).outcome for text in ("a", "b")]

    assert [AnswerOutcome.HANDLED] * 2 == outcomes
    assert [False, True] == [delivery.id_conflict for delivery in shop.deliveries]
    assert ["/OrderPaid/shop-1001"] == shop.keys


# --- The identity of what happened ---


@lesson("D2")
def test_the_same_payment_under_another_id_is_acted_on_once() -> None:
    """ORDER_SUCCEEDED, TXN_CHARGED and an order that was fetched report one fact."""
    shop = Shop()
    shop.send("ORDER_SUCCEEDED")
    shop.send("TXN_CHARGED")
    shop.send("ORDER_SUCCEEDED", id="evt_later")
    observed = shop.receiver.observe(order_of("ORDER_SUCCEEDED"), source="return_url")

    assert ["/OrderPaid/shop-1001"] == shop.keys
    assert AnswerOutcome.DUPLICATE == observed.outcome


SAME_FACT: Final = {
    "an attempt that failed": ("ORDER_FAILED", "TXN_FAILED"),
    "a mandate that changed": ("MANDATE_ACTIVATED", "MANDATE_ACTIVATED"),
    "a notification that was sent": ("NOTIFICATION_SUCCEEDED", "NOTIFICATION_SUCCEEDED"),
    "a refund": ("ORDER_REFUNDED", "REFUND_MANUAL_REVIEW_NEEDED"),
}


@lesson("D2")
@pytest.mark.parametrize(("first", "second"), SAME_FACT.values(), ids=SAME_FACT)
def test_every_fact_has_a_key_of_its_own(first: str, second: str) -> None:
    """An attempt by its txn_uuid, a refund by its request, a mandate by its state, a notification by its reference."""
    shop = Shop()
    same: dict[str, dict[str, Any]] = {
        "ORDER_FAILED": {"order": {"order_id": "o1", "txn_uuid": "moz1"}},
        "TXN_FAILED": {"txn": {"order_id": "o1", "txn_uuid": "moz1"}},
        "ORDER_REFUNDED": {"order": {"order_id": "o1", "refunds": [refund(1)]}},
        "REFUND_MANUAL_REVIEW_NEEDED": {
            "order": {"order_id": "o1", "refunds": [refund(2, "MANUAL_REVIEW"), refund(1)]}
        },
    }
    for number, name in enumerate((first, second)):
        shop.send(name, id=f"evt_{number}", **same.get(name, {}))

    assert 2 == len(shop.events)
    assert 1 == len(shop.facts)


@lesson("D2")
def test_another_attempt_another_period_and_another_refund_are_other_facts() -> None:
    """What is alike in all but its own id is not mistaken for a repeat."""
    shop = Shop()
    for number in (1, 2):
        shop.send("ORDER_FAILED", id=f"evt_a{number}", order={"txn_uuid": f"moz{number}"})
        shop.send("MANDATE_PAUSED", id=f"evt_b{number}", mandate={"last_updated": f"2025-06-0{number}T04:00:00Z"})
        shop.send(
            "NOTIFICATION_SUCCEEDED", id=f"evt_c{number}", notification={"object_reference_id": f"notify-{number}"}
        )
        shop.send("ORDER_REFUNDED", id=f"evt_d{number}", order={"refunds": [refund(number)]})

    assert 8 == len(set(shop.keys)) == len(shop.keys)


@lesson("D3")
def test_an_order_that_is_paid_can_be_refunded() -> None:
    """What is remembered is the fact, not the state of the order."""
    shop = Shop()
    shop.send("ORDER_SUCCEEDED")
    shop.send("ORDER_REFUNDED", order={"order_id": "shop-1001", "refunds": [refund(1)]})
    shop.send("ORDER_REFUND_FAILED", order={"order_id": "shop-1001", "refunds": [refund(2, "FAILURE"), refund(1)]})

    assert [
        "/OrderPaid/shop-1001",
        "/RefundSettled/shop-1001/r1",
        "/RefundFailed/shop-1001/r2",
    ] == shop.keys


# --- Races and crashes ---


@contextmanager
def slow_handler(shop: Receiver) -> Generator[Callable[[Callable[[], Answer]], Answer]]:
    """Register a handler that works until the block ends; give a way to start something and wait until it runs."""
    begun, may_end = Event(), Event()

    @shop.on_effect(OrderPaid)
    def work(_paid: OrderPaid) -> None:
        begun.set()
        assert may_end.wait(LONG)

    with ThreadPoolExecutor(1) as pool:
        try:

            def during(other: Callable[[], Answer]) -> Answer:
                running = pool.submit(send, shop)
                assert begun.wait(LONG)
                answer = other()
                may_end.set()
                assert AnswerOutcome.HANDLED == running.result(LONG).outcome
                return answer

            yield during
        finally:
            may_end.set()


def send(to: Receiver, name: str = "ORDER_SUCCEEDED", **changes: Json) -> Answer:
    """Send a webhook."""
    webhook = make_webhook(name, auth=AUTH, **changes)
    return to.handle(headers=webhook.headers, body=webhook.body)


def observe(to: Receiver) -> Answer:
    """Observe the same order on the return page."""
    return to.observe(order_of("ORDER_SUCCEEDED"), source="return_url")


RIVALS: Final[dict[str, Callable[[Receiver], Answer]]] = {
    "the same delivery": send,
    "the same payment under another id": lambda to: send(to, id="evt_other"),
    "TXN_CHARGED": lambda to: send(to, "TXN_CHARGED"),
    "the return page": observe,
}


@lesson("D4", "D7")
@pytest.mark.parametrize("rival", RIVALS.values(), ids=RIVALS)
def test_the_loser_of_a_race_is_told_to_come_again(rival: Callable[[Receiver], Answer]) -> None:
    """While the winner works the loser gets 503 and a time; once the winner is done, 200 for a repeat."""
    receiver = Receiver(BasicAuth(*AUTH), inbox=MemoryInbox(), retry_after=7)
    with slow_handler(receiver) as during:
        lost = during(lambda: rival(receiver))
    again = rival(receiver)

    assert (503, AnswerOutcome.BUSY, "7") == (lost.status, lost.outcome, lost.headers.get("Retry-After"))
    assert (200, AnswerOutcome.DUPLICATE) == (again.status, again.outcome)


@lesson("D7")
def test_webhook_and_return_page_ship_the_order_once() -> None:
    """Whichever comes first acts, and nobody sleeps to let the other one win."""
    for first, second in ((send, observe), (observe, send)):
        shop = Shop()
        outcomes = [first(shop.receiver).status, second(shop.receiver).status]

        assert [200, 200] == outcomes
        assert ["/OrderPaid/shop-1001"] == shop.keys


def claimed_by_a_process_that_died(inbox: MemoryInbox, body: bytes, event_id: str | None) -> None:
    """Claim a delivery, and never say how it ended."""
    inbox.claim(
        Record(
            namespace=LABEL,
            event_id=event_id,
            name="ORDER_SUCCEEDED",
            body=body,
            source="webhook",
            received_at=order_of("ORDER_SUCCEEDED").date_created or pytest.fail("the sample has a date"),
        )
    )


@lesson("D4", "D5")
def test_a_lock_of_a_crashed_process_ends() -> None:
    """Within the lease the sender is asked to come again; after it, the event is handled, as its second attempt."""
    now = [1000.0]
    shop = Shop(inbox=MemoryInbox(clock=lambda: now[0]))
    webhook = make_webhook("ORDER_SUCCEEDED")
    claimed_by_a_process_that_died(shop.inbox, webhook.body, webhook.event.id)
    early = shop.post(webhook.body)
    now[0] += 301
    late = shop.post(webhook.body)

    assert [(503, AnswerOutcome.BUSY), (200, AnswerOutcome.HANDLED)] == [
        (answer.status, answer.outcome) for answer in (early, late)
    ]
    assert [2] == [delivery.attempt for delivery in shop.deliveries]
    assert ["/OrderPaid/shop-1001"] == shop.keys


class Killed(BaseException):
    """Stands for the end of the process while a handler runs."""


@lesson("D5")
@pytest.mark.parametrize("end", [Killed(), KeyboardInterrupt(), SystemExit(1)])
def test_a_crash_while_handling_does_not_lose_the_event(end: BaseException) -> None:
    """It is not done, so it is handled when it comes again."""
    shop = Shop()
    shop.trouble = cast("Exception", end)
    with pytest.raises(type(end)):
        shop.send("ORDER_SUCCEEDED")
    shop.trouble = None
    again = shop.send("ORDER_SUCCEEDED")

    assert AnswerOutcome.HANDLED == again.outcome
    assert ["/OrderPaid/shop-1001"] == shop.keys
    assert [2] == [delivery.attempt for delivery in shop.deliveries]


@lesson("D5")
@pytest.mark.parametrize(
    ("trouble", "state", "answer"),
    [
        (None, State.DONE, (200, AnswerOutcome.HANDLED)),
        (RuntimeError("the database is away"), State.FAILED, (500, AnswerOutcome.FAILED)),
        (Retryable("not now"), State.FAILED, (503, AnswerOutcome.RETRY)),
        (Permanent("never"), State.DEAD, (200, AnswerOutcome.DEAD)),
    ],
)
def test_an_inbox_knows_states_and_not_only_keys(
    trouble: Exception | None, state: State, answer: tuple[int, AnswerOutcome]
) -> None:
    """What came but was not done is told from what was done, and only a failure is tried again."""
    shop = Shop()
    shop.trouble = trouble
    first = shop.send("ORDER_SUCCEEDED")
    stats = shop.inbox.stats()
    shop.trouble = None
    shop.send("ORDER_SUCCEEDED")

    assert answer == (first.status, first.outcome)
    assert 1 == getattr(stats, state.value)
    assert (1 if trouble is None else 0) == stats.effects
    assert (0 if state is State.DEAD else 1) == len(shop.facts)


@lesson("D5")
def test_while_a_handler_runs_the_event_is_stored() -> None:
    """A repeat is told apart from a first delivery before anything is done."""
    inbox, seen = MemoryInbox(), list[Stats]()
    receiver = Receiver(BasicAuth(*AUTH), inbox=inbox)

    @receiver.on_effect(OrderPaid)
    def look(_paid: OrderPaid) -> None:
        seen.append(inbox.stats())

    send(receiver)

    assert [1] == [stats.processing for stats in seen]
    assert NOTHING != inbox.stats()
    assert (1, 0, 1) == (inbox.stats().done, inbox.stats().processing, inbox.stats().effects)


# --- Old news ---


@lesson("D6", "F9")
@pytest.mark.parametrize("final", ["CHARGED", "AUTO_REFUNDED"])
@pytest.mark.parametrize("late", [*ORDER_STATUSES, "TOMORROW"])
def test_late_news_never_takes_a_payment_back(final: str, late: str) -> None:
    """What is paid or sent back gives way to nothing but the other of these two, whatever the times say."""
    stored = order_of("ORDER_SUCCEEDED", status=final, last_updated="2025-06-02T09:00:00Z", txn_uuid="moz1")
    for attempt in ("moz1", "moz2"):
        came = order_of("ORDER_SUCCEEDED", status=late, last_updated="2025-06-02T10:00:00Z", txn_uuid=attempt)

        is_final = OrderStatus(late).outcome in {Outcome.PAID, Outcome.AUTO_REFUNDED}

        assert is_final or not supersedes(stored, came)


LATE: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "ORDER_FAILED": ("ORDER_FAILED", {"order": {"order_id": "shop-1001", "txn_uuid": "moz-earlier"}}),
    "TXN_FAILED": ("TXN_FAILED", {"txn": {"order_id": "shop-1001", "txn_uuid": "moz-earlier"}}),
    "an order still pending": ("TXN_CREATED", {"order": {"order_id": "shop-1001"}}),
    "an order that is new": ("ORDER_CREATED", {"order": {"order_id": "shop-1001"}}),
}


@lesson("D6", "F9")
@pytest.mark.parametrize(("name", "changes"), LATE.values(), ids=LATE)
def test_a_late_failure_is_not_told_after_the_payment(name: str, changes: dict[str, Any]) -> None:
    """News of an earlier attempt that arrives after the order was paid is answered with 200 and acted on by nobody."""
    shop = Shop()
    shop.send("ORDER_SUCCEEDED")
    late = shop.send(name, id="evt_late", **changes)

    assert 200 == late.status
    assert ["/OrderPaid/shop-1001"] == shop.keys


@lesson("D6")
def test_a_payment_after_a_failure_counts() -> None:
    """The guard works one way only: a customer may try again."""
    shop = Shop()
    shop.send("ORDER_FAILED", order={"order_id": "shop-1001", "txn_uuid": "moz1"})
    shop.send("ORDER_SUCCEEDED")

    assert ["/PaymentFailed/shop-1001/moz1", "/OrderPaid/shop-1001"] == shop.keys


# --- Faster than the merchant's own database ---


@lesson("D8")
def test_a_webhook_that_overtakes_the_merchants_own_write_is_not_lost() -> None:
    """The handler asks for another attempt, and gets it, together with what was written in the meantime."""
    orders: set[str] = set()
    shipped: list[tuple[str, int]] = []
    receiver = Receiver(BasicAuth(*AUTH), inbox=MemoryInbox())

    @receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid, delivery: Delivery) -> None:
        if paid.order_id not in orders:
            message = "this order is not written yet"
            raise Retryable(message, retry_after=3)
        shipped.append((paid.order_id, delivery.attempt))

    early = send(receiver)
    orders.add("shop-1001")
    later = send(receiver)

    assert (503, AnswerOutcome.RETRY, "3") == (early.status, early.outcome, early.headers.get("Retry-After"))
    assert (200, AnswerOutcome.HANDLED) == (later.status, later.outcome)
    assert [("shop-1001", 2)] == shipped


@lesson("D8", "K3")
def test_a_stored_webhook_is_acknowledged_before_the_merchant_knows_the_order() -> None:
    """In deferred mode the answer is 200 at once: a handler that must wait makes nobody send again."""

    class DurableInbox(MemoryInbox):
        """Claims to outlive the process, which deferred handling needs."""

        @property
        def durable(self) -> bool:
            """True, for this test."""
            return True

    shop = Shop(inbox=DurableInbox(), mode="deferred")
    shop.trouble = Retryable("this order is not written yet")
    first, again = shop.send("ORDER_SUCCEEDED"), shop.send("ORDER_SUCCEEDED")

    assert [(200, AnswerOutcome.STORED)] * 2 == [(answer.status, answer.outcome) for answer in (first, again)]
    assert (1, []) == (shop.inbox.stats().received, shop.events)


@lesson("D2", "D3")
def test_what_is_remembered_outside_of_a_receiver_is_known_inside() -> None:
    """A job that acted on a fact keeps the webhook from acting on it again."""
    shop = Shop()
    order: Order = order_of("ORDER_SUCCEEDED")
    paid = OrderPaid(order_id=order.order_id, amount=order.amount, currency=order.currency)
    is_first = shop.inbox.once(paid, namespace=LABEL)
    shop.send("ORDER_SUCCEEDED")
    shop.send("ORDER_REFUNDED", order={"order_id": "shop-1001", "refunds": [refund(1)]})

    assert is_first
    assert [RefundSettled] == [type(fact) for fact in shop.facts]

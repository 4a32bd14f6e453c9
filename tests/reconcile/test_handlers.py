"""What the handlers make of an answer decides when an order has ended; whoever brings the news, it is acted on once."""

import threading
from collections import Counter

import pytest

from juspay_webhooks import Delivery, OrderPaid, PaymentFailed, Permanent, RefundSettled, Retryable
from juspay_webhooks.reconcile import Reconciled
from juspay_webhooks.testing.fake import Asked, FakeJuspay
from tests.reconcile.shop import KEY, MERCHANT, Shop, Way

ENDED, LATER, GIVEN_UP = Reconciled

EXTRA = 10
"""Questions beyond the schedule about an order on which the handlers have not acted."""

HOUR = 3_600


@pytest.mark.parametrize("error", [ZeroDivisionError, Retryable])
def test_a_handler_that_fails_for_ever(way: Way, shop: Shop, error: type[Exception]) -> None:
    """It is tried by the schedule, no pause longer than an hour, then ten times more; only then it is given up."""
    shop.juspay.add_order("o1")
    tried: list[str] = []

    @shop.receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        tried.append(paid.order_id)
        raise error

    with way(shop, schedule=[10, 2 * HOUR]) as each:
        each.add("o1")
        for pause in (10, *[HOUR] * (1 + EXTRA)):
            assert {LATER: 1} == each.drain()
            shop.clock.now += pause - 1
            assert Counter() == each.drain()
            shop.clock.now += 1
        assert {GIVEN_UP: 1} == each.drain()
        assert [f"o1: CHARGED, {'retry' if error is Retryable else 'failed'}"] == each.given_up()
    assert 3 + EXTRA == len(tried)


@pytest.mark.parametrize("failures", [1, 3 + EXTRA - 1])
def test_a_handler_that_recovers(way: Way, shop: Shop, failures: int) -> None:
    """With the last attempt, if need be."""
    shop.juspay.add_order("o1")
    left = [ZeroDivisionError] * failures
    shipped: list[str] = []

    @shop.receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        if left:
            raise left.pop()
        shipped.append(paid.order_id)

    with way(shop, schedule=[10, 20]) as each:
        each.add("o1")
        ended = Counter[Reconciled]()
        for _ in range(failures + 1):
            ended += each.drain()
            shop.clock.now += HOUR
        assert {LATER: failures, ENDED: 1} == ended
    assert ["o1"] == shipped


@pytest.mark.parametrize("status", ["CHARGED", "NEW"])
def test_a_handler_that_can_never_do_it(way: Way, shop: Shop, status: str) -> None:
    """There is no delivery to keep for a person, so the order is kept; unless it has no end yet."""
    refund = {"unique_request_id": "r1", "status": "SUCCESS", "amount": 1}
    shop.juspay.add_order("o1", status=status, refunds=[refund])

    @shop.receiver.on_effect(RefundSettled)
    def book(_settled: RefundSettled) -> None:
        raise Permanent

    with way(shop, schedule=[10]) as each:
        each.add("o1")
        assert {GIVEN_UP if status == "CHARGED" else LATER: 1} == each.drain()
        assert (["o1: CHARGED, dead"] if status == "CHARGED" else []) == each.given_up()


def test_somebody_else_is_at_it(way: Way, shop: Shop) -> None:
    """The order is asked about until they have done it, or left it."""
    shop.takes_notes().juspay.add_order("o1")
    with way(shop, schedule=[1, 1]) as each:
        each.add("o1")
        holder = shop.inbox.begin("shop")
        holder.once(make_paid())
        for _ in range(2):
            assert {LATER: 1} == each.drain()
            shop.clock.now += 1
        assert [] == shop.told
        holder.rollback()
        assert {ENDED: 1} == each.drain()
    assert [("OrderPaid", "o1")] == shop.told


def make_paid() -> OrderPaid:
    """Make the effect of the order that the tests ask about."""
    from decimal import Decimal  # noqa: PLC0415

    return OrderPaid(order_id="O1", amount=Decimal(1), currency="INR")


def test_what_was_acted_on_before(way: Way, shop: Shop) -> None:
    """By a webhook, or in the merchant's own code: the order has ended, and nothing runs."""
    shop.takes_notes().juspay.add_order("o1")
    shop.juspay.add_order("o2")
    assert "handled" == shop.webhook("o2")
    assert shop.inbox.once(make_paid(), namespace="shop")
    with way(shop) as each:
        each.add("o1", "o2")
        assert {ENDED: 2} == each.drain()
    assert [("OrderPaid", "o2")] == shop.told


def test_an_attempt_that_failed_and_one_that_paid(way: Way, shop: Shop) -> None:
    """Old news of the first stays unsaid once the second is known."""
    shop.takes_notes().juspay.add_order("o1", status="AUTHENTICATION_FAILED")
    assert "handled" == shop.webhook("o1")
    with way(shop) as each:
        each.add("o1")
        assert {ENDED: 1} == each.drain()
    assert [("OrderPaid", "o1")] == shop.told
    assert PaymentFailed.__name__ not in dict(shop.told)


# --- A webhook at the same time ---


def test_a_webhook_that_comes_while_juspay_answers(way: Way, shop: Shop) -> None:
    """It is handled; the answer finds all done."""
    came: list[str] = []
    with FakeJuspay(
        api_key=KEY, merchant_id=MERCHANT, on_request=lambda _asked: came.append(shop.webhook("o1"))
    ) as juspay:
        shop.juspay = juspay
        shop.takes_notes().juspay.add_order("o1")
        with way(shop) as each:
            each.add("o1")
            assert {ENDED: 1} == each.drain()
    assert ["handled"] == came
    assert [("OrderPaid", "o1")] == shop.told


def test_a_webhook_that_comes_while_the_handler_runs(way: Way, shop: Shop) -> None:
    """It is asked to come again, and is a duplicate then."""
    shop.juspay.add_order("o1")
    came: list[str] = []
    shipped: list[str] = []

    @shop.receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        shipped.append(paid.order_id)
        thread = threading.Thread(target=lambda: came.append(shop.webhook("o1")))
        thread.start()
        thread.join()

    with way(shop) as each:
        each.add("o1")
        assert {ENDED: 1} == each.drain()
    came.append(shop.webhook("o1"))
    assert ["busy", "duplicate"] == came
    assert ["o1"] == shipped


def test_an_order_that_is_added_while_it_is_asked_about(way: Way, shop: Shop) -> None:
    """The customer pays again after an attempt that failed: the order is asked about once more."""
    shop.juspay.add_order("o1", statuses=["AUTHENTICATION_FAILED", "CHARGED"])
    shop.juspay.add_order("o2", statuses=["AUTHENTICATION_FAILED", "CHARGED"])
    shipped: list[str] = []

    @shop.receiver.on_effect(PaymentFailed)
    def offer(failed: PaymentFailed) -> None:
        if failed.order_id == "o1":
            shop.inbox.agenda.add(["o1"], namespace="shop")

    @shop.receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        shipped.append(paid.order_id)

    with way(shop) as each:
        each.add("o1", "o2")
        assert {ENDED: 3} == each.drain()
        assert (0, 0) == each.stats()
    assert ["o1"] == shipped
    assert {"o1": 2, "o2": 1} == shop.asked()


def test_webhooks_of_all_orders_come_while_they_are_asked_about(way: Way, shop: Shop) -> None:
    """Each order is shipped once, whoever was first."""
    names = [f"o{index}" for index in range(40)]
    shipped: list[str] = []
    begun = threading.Event()

    def see(_asked: Asked) -> None:
        begun.set()

    def post() -> None:
        assert begun.wait(60)
        for name in names:
            while shop.webhook(name) not in {"handled", "duplicate"}:
                pass  # as Juspay: until it gets a 200

    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT, on_request=see) as juspay:
        shop.juspay = juspay
        for name in names:
            juspay.add_order(name)

        @shop.receiver.on_effect(OrderPaid)
        def ship(paid: OrderPaid, _delivery: Delivery) -> None:
            shipped.append(paid.order_id)

        sender = threading.Thread(target=post)
        sender.start()
        with way(shop, schedule=[0] * 100) as each:
            each.add(*reversed(names))
            while each.drain() or shop.waiting():
                shop.clock.now += 1
        sender.join()
    assert Counter(names) == Counter(shipped)

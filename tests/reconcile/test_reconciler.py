"""Orders of which no webhook came: each is asked about by the schedule, acted on once, and ends or is given up."""

import logging
import re
from collections import Counter
from datetime import timedelta

import pytest

from juspay_webhooks import OrderPaid
from juspay_webhooks.order_status.schedules import LADDER
from juspay_webhooks.reconcile import Reconciled
from juspay_webhooks.testing import make_webhook
from tests.reconcile.shop import CREDENTIAL, Shop, Way

ENDED, LATER, GIVEN_UP = Reconciled


def test_each_order_ends_with_what_has_happened(way: Way, shop: Shop) -> None:
    """Paid, failed, refunded, or nothing that a handler waits for; asked about once, acted on once."""
    shop.takes_notes().juspay.add_order("paid")
    shop.juspay.add_order("failed", status="AUTHENTICATION_FAILED")
    shop.juspay.add_order("refunded", sample="ORDER_REFUNDED")
    shop.juspay.add_order("held", status="AUTHORIZED")
    names = ("paid", "failed", "refunded", "held")

    with way(shop) as each:
        assert 4 == each.add(*names)
        assert (4, 0) == each.stats()
        assert {ENDED: 4} == each.drain()
        assert Counter() == each.drain()
        assert (0, 0) == each.stats()

    expected = [("OrderPaid", "paid"), ("PaymentFailed", "failed"), ("RefundSettled", "refunded")]
    assert sorted(expected) == sorted(shop.told)
    assert dict.fromkeys(names, 1) == shop.asked()
    assert {"AUTHORIZED"} == {str(one.order.status) for one in [shop.inbox.order("held", namespace="shop")] if one}


def test_handlers_may_be_async(way: Way, shop: Shop) -> None:
    """With either reconciler."""
    shop.juspay.add_order("o1")
    shipped: list[str] = []

    @shop.receiver.on_effect(OrderPaid)
    async def ship(paid: OrderPaid) -> None:
        shipped.append(paid.order_id)

    with way(shop) as each:
        each.add("o1")
        assert {ENDED: 1} == each.drain()
    assert ["o1"] == shipped


def test_an_order_that_pays_later(way: Way, shop: Shop) -> None:
    """It is asked about until then."""
    shop.takes_notes().juspay.add_order("o1", statuses=["NEW", "PENDING_VBV", "CHARGED"])
    with way(shop, schedule=[10, 20]) as each:
        each.add("o1")
        assert {LATER: 1} == each.drain()
        shop.clock.now += 10
        assert {LATER: 1} == each.drain()
        shop.clock.now += 20
        assert {ENDED: 1} == each.drain()
        assert [] == each.given_up()

    assert [("OrderPaid", "o1")] == shop.told


def test_the_schedule_is_kept(way: Way, shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """No question is early; at its end the order is given up, and the log has nothing of the customer."""
    shop.takes_notes().juspay.add_order("o1", status="PENDING_VBV", customer_email="kanarienvogel@example.com")
    with way(shop) as each:
        each.add("o1")
        for number, pause in enumerate(LADDER, start=1):
            assert {LATER: 1} == each.drain()
            shop.clock.now += pause - 1
            assert Counter() == each.drain()
            assert number == shop.asked()["o1"]
            shop.clock.now += 1
        assert [] == each.given_up()
        assert {GIVEN_UP: 1} == each.drain()
        shop.clock.now += 1_000_000
        assert Counter() == each.drain()

        assert ["o1: PENDING_VBV"] == each.given_up()
        assert (0, 1) == each.stats()
    assert {"o1": len(LADDER) + 1} == shop.asked()
    assert [] == shop.told
    said = [(one.levelname, one.getMessage()) for one in caplog.records if one.levelno > logging.INFO]
    assert [("WARNING", "order o1 is given up (PENDING_VBV): a person must look")] == said
    assert "kanarienvogel" not in caplog.text


def test_what_was_given_up_may_begin_anew(way: Way, shop: Shop) -> None:
    """Only if that is said; the whole schedule is before it then."""
    shop.takes_notes().juspay.add_order("o1", statuses=["NEW", "NEW", "NEW", "CHARGED"])
    with way(shop, schedule=[10]) as each:
        each.add("o1")
        each.drain()
        shop.clock.now += 10
        assert {GIVEN_UP: 1} == each.drain()

        assert 0 == each.add("o1")
        assert Counter() == each.drain()
        assert 1 == each.add("O1", again=True)
        assert {LATER: 1} == each.drain()
        shop.clock.now += 10
        assert {ENDED: 1} == each.drain()
        assert [] == each.given_up()
    assert [("OrderPaid", "o1")] == shop.told


def test_a_schedule_without_pauses(way: Way, shop: Shop) -> None:
    """One question."""
    shop.juspay.add_order("o1", status="NEW")
    with way(shop, schedule=()) as each:
        each.add("o1")
        assert {GIVEN_UP: 1} == each.drain()


def test_pauses_of_nothing(way: Way, shop: Shop) -> None:
    """What becomes due meanwhile is asked about in the same run."""
    shop.juspay.add_order("o1", status="NEW")
    with way(shop, schedule=[0, 0.0]) as each:
        each.add("o1")
        assert {LATER: 2, GIVEN_UP: 1} == each.drain()


@pytest.mark.parametrize("order_id", [".", "..", " ", "\t"])
def test_an_id_that_cannot_be_sent(way: Way, shop: Shop, order_id: str) -> None:
    """It is given up at once, and holds up nobody."""
    shop.juspay.add_order("o1")
    with way(shop) as each:
        each.add(order_id, "o1")
        assert {GIVEN_UP: 1, ENDED: 1} == each.drain()
        assert [f"{order_id}: ConfigurationError"] == each.given_up()
    assert {"o1": 1} == shop.asked()


def test_what_was_given_up_long_ago_is_forgotten(way: Way, shop: Shop) -> None:
    """After thirty days, when somebody looks."""
    shop.juspay.add_order("o1", status="NEW")
    with way(shop, schedule=()) as each:
        each.add("o1")
        each.drain()
        for days, expected in ((29, (0, 1)), (1, (0, 0))):
            shop.clock.now += days * 86_400
            each.drain()
            assert expected == each.stats()


def test_strange_orders_of_juspay(way: Way, shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """A status that nobody knows is no end; one that is an attack breaks no line of a log."""
    evil = "NEW\n2030-01-01 CRITICAL all is lost " + "x" * 500
    shop.juspay.add_order("o\n1", status=evil)
    shop.juspay.add_order("o2", status="SOMETHING_NEW")
    with way(shop, schedule=()) as each:
        each.add("o\n1", "o2")
        assert {GIVEN_UP: 2} == each.drain()
    first, second = sorted((one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING), key=len)[
        ::-1
    ]
    assert re.fullmatch(r"order o\\n1 is given up \(NEW\\n2030-01-01 CRITICAL all is lost x+\.\.\.\): .*", first)
    assert "order o2 is given up (SOMETHING_NEW): a person must look" == second


# --- What the inbox has seen ---


@pytest.mark.parametrize("seen_after", [None, 900])
def test_an_order_that_a_webhook_showed_as_pending(way: Way, shop: Shop, seen_after: int | None) -> None:
    """It is asked about once nothing was heard of it for so long, and only if that is wanted."""
    shop.takes_notes().juspay.add_order("o1")
    hook = make_webhook("TXN_CREATED", order={"order_id": "o1"}, auth=CREDENTIAL)
    assert 200 == shop.receiver.handle(headers=hook.headers, body=hook.body).status
    with way(shop, seen_after=None if seen_after is None else timedelta(seconds=seen_after)) as each:
        assert Counter() == each.drain()
        shop.clock.now += 899
        assert Counter() == each.drain()
        shop.clock.now += 61
        assert ({} if seen_after is None else {ENDED: 1}) == each.drain()
        shop.clock.now += 61
        assert Counter() == each.drain()
    assert ([] if seen_after is None else [("OrderPaid", "o1")]) == shop.told


def test_looks_are_not_taken_at_each_turn(way: Way, shop: Shop) -> None:
    """Once a minute is enough: what was seen pending a moment later waits for the next look."""
    shop.juspay.add_order("o1", status="NEW")
    with way(shop, seen_after=timedelta(0)) as each:
        assert Counter() == each.drain()
        hook = make_webhook("TXN_CREATED", order={"order_id": "o1"}, auth=CREDENTIAL)
        shop.receiver.handle(headers=hook.headers, body=hook.body)
        shop.clock.now += 59
        assert Counter() == each.drain()
        shop.clock.now += 1
        assert {LATER: 1} == each.drain()


def test_one_that_is_given_up_is_not_picked_up_again(way: Way, shop: Shop) -> None:
    """Although the inbox still knows it as pending."""
    shop.juspay.add_order("o1", status="NEW")
    with way(shop, seen_after=timedelta(0), schedule=()) as each:
        each.add("o1")
        assert {GIVEN_UP: 1} == each.drain()
        for _ in range(5):
            shop.clock.now += 60
            assert Counter() == each.drain()


@pytest.mark.parametrize("is_open", [True, False])
def test_an_answer_that_is_older_than_what_a_webhook_said(way: Way, shop: Shop, is_open: bool) -> None:  # noqa: FBT001
    """Another attempt is under way: the order has no end, and is asked about by the schedule, not at each look."""
    attempt = {"created": "2040-01-01T00:00:00Z", "last_updated": "2040-01-01T00:00:00Z"}
    order = {"order_id": "o1", "txn_id": "m-o1-2", "txn_uuid": "second", "txn_detail": attempt}
    name = "TXN_CREATED" if is_open else "ORDER_FAILED"
    hook = make_webhook(name, order={**order, "last_updated": attempt["last_updated"]}, auth=CREDENTIAL)
    shop.receiver.handle(headers=hook.headers, body=hook.body)
    shop.juspay.add_order("o1", status="VOIDED")

    with way(shop, seen_after=timedelta(0), schedule=[100]) as each:
        each.add("o1")
        assert {LATER if is_open else ENDED: 1} == each.drain()
        for result in ({}, {GIVEN_UP: 1} if is_open else {}, {}, {}):
            shop.clock.now += 60
            assert result == each.drain()
        assert (["o1: VOIDED, and PENDING_VBV is newer"] if is_open else []) == each.given_up()
    assert {"o1": 1 + is_open} == shop.asked()

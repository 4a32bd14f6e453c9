"""Juspay, the network and the inbox fail in every way: no order is lost, none is asked about more than is right."""

from collections import Counter
from collections.abc import Callable

import pytest

from juspay_webhooks import ConfigurationError, Misconfigured
from juspay_webhooks.inbox import InboxUnavailable
from juspay_webhooks.reconcile import Reconciled
from juspay_webhooks.testing.fake import (
    EmptyBody,
    Fault,
    HalfBody,
    HangUp,
    HugeBody,
    Latency,
    Redirect,
    Reset,
    Respond,
    SlowDown,
    Truncated,
    WrongOrder,
)
from tests.reconcile.shop import KEY, LEASE, Lock, Shop, Way

ENDED, LATER, GIVEN_UP = Reconciled

STEPS: dict[str, Fault | None] = {
    "OrderNotFound": None,
    "RequestRefused": Respond.named("invalid_request"),
    "OutcomeUnknown reset": Reset(),
    "OutcomeUnknown hung up": HangUp(),
    "OutcomeUnknown half": HalfBody(),
    "OutcomeUnknown 500": Respond(500),
    "OutcomeUnknown 503": Respond(503, b"<html>", {"Content-Type": "text/html"}),
    "OutcomeUnknown late": Latency(30),
    "UnexpectedResponse empty": EmptyBody(),
    "UnexpectedResponse cut": Truncated(),
    "UnexpectedResponse redirect": Redirect(),
    "UnexpectedResponse another": WrongOrder(),
    "OutcomeUnknown huge": HugeBody(),
    "UnexpectedResponse garbage": Respond(200, b"\xff\x00{"),
}
"""What is said -> what is answered; an order that is not known if None."""


def spoil(shop: Shop, fault: Fault | None, times: int) -> None:
    """Let the next questions about o1 fail; afterwards it is paid."""
    if fault is not None:
        shop.juspay.add_order("o1")
        shop.juspay.fail("o1", fault, times=times)


# --- Answers that are none ---


@pytest.mark.parametrize("said", STEPS)
def test_no_answer_is_a_step(way: Way, shop: Shop, said: str) -> None:
    """The next question comes by the schedule; with the last the order is given up."""
    fault = STEPS[said]
    spoil(shop, fault, 2)
    with way(shop, schedule=[10], timeout=0.3 if isinstance(fault, Latency) else 20.0) as each:
        each.add("o1")
        assert {LATER: 1} == each.drain()
        shop.clock.now += 9
        assert Counter() == each.drain()
        shop.clock.now += 1
        assert {GIVEN_UP: 1} == each.drain()
        assert [f"o1: {said.split(maxsplit=1)[0]}"] == each.given_up()
    assert {"o1": 2} == shop.asked()


@pytest.mark.parametrize("said", ["OrderNotFound", "OutcomeUnknown 500", "UnexpectedResponse cut"])
def test_an_answer_that_comes_after_all(way: Way, shop: Shop, said: str) -> None:
    """It counts."""
    spoil(shop.takes_notes(), STEPS[said], 1)
    with way(shop, schedule=[10]) as each:
        each.add("o1")
        assert {LATER: 1} == each.drain()
        shop.juspay.add_order("o1")
        shop.clock.now += 10
        assert {ENDED: 1} == each.drain()
    assert [("OrderPaid", "o1")] == shop.told


@pytest.mark.parametrize(("asked", "rest"), [("5", 10), ("100", 100), ("99999", 3600)])
def test_a_fault_may_ask_for_a_longer_pause(way: Way, shop: Shop, asked: str, rest: int) -> None:
    """The pause of the schedule is the least; an hour is the most that Juspay may ask for."""
    shop.juspay.add_order("o1")
    shop.juspay.fail("o1", Respond(503, b"", {"Retry-After": asked}))
    with way(shop, schedule=[10]) as each:
        each.add("o1")
        assert {LATER: 1} == each.drain()
        shop.clock.now += rest - 1
        assert Counter() == each.drain()
        shop.clock.now += 1
        assert {ENDED: 1} == each.drain()


@pytest.mark.parametrize(("asked", "rest"), [(None, 15), (0, 1), (40, 40), (9_999, 300)])
def test_too_many_requests(way: Way, shop: Shop, asked: int | None, rest: int) -> None:
    """All rest for as long as Juspay says, a second at least; the question does not count."""
    shop.takes_notes().juspay.add_order("o1")
    shop.juspay.add_order("o2")
    shop.juspay.fail("o1", SlowDown(asked), times=3)
    with way(shop, schedule=(), at_a_time=1) as each:
        each.add("o1")
        for lap in range(3):
            assert Counter({LATER: 1, ENDED: min(lap, 1)}) == each.drain()
            each.add("o2")  # it is asked about first, as soon as anybody may ask
            shop.clock.now += rest - 1
            assert Counter() == each.drain()  # although o2 is due
            shop.clock.now += 1
        assert {ENDED: 2} == each.drain()
        assert (0, 0) == each.stats()
    assert {"o1": 4, "o2": 3} == shop.asked()


@pytest.mark.parametrize("name", ["invalid_api_key", "foreign_address", "blocked_page", None])
def test_who_is_not_let_in(way: Way, shop: Shop, name: str | None) -> None:
    """It is raised, whatever else is under way; every order stays, and is due at once."""
    names = [f"o{index:02}" for index in range(20)]
    for one in names:
        shop.juspay.add_order(one)
    if name is not None:
        shop.juspay.fail_next(Respond.named(name), times=None)
    with way(shop, key="another_key_0123456789" if name is None else KEY) as each:
        each.add(*names)
        for run in (each.drain, each.run):
            with pytest.raises(Misconfigured):
                run()
        assert (20, 0) == each.stats()
    assert names == shop.due()


def test_what_is_under_way_is_finished_first(way: Way, shop: Shop) -> None:
    """One answer that ends all does not leave the others claimed."""
    shop.takes_notes().juspay.add_order("slow")
    shop.juspay.fail("slow", Latency(0.5))
    shop.juspay.fail("wrong", Respond(401), times=None)
    with way(shop) as each:
        each.add("slow", "wrong")
        with pytest.raises(Misconfigured):
            each.drain()
    assert ["wrong"] == shop.due()
    assert [("OrderPaid", "slow")] == shop.told


def test_a_client_that_is_closed(way: Way, shop: Shop) -> None:
    """It says nothing of any order: none is given up."""
    with way(shop) as each:
        each.add("o1", "o2")
        each.close_client()
        with pytest.raises(ConfigurationError, match="closed"):
            each.drain()
        assert (2, 0) == each.stats()
    assert ["o1", "o2"] == shop.due()


# --- The inbox fails ---


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Read what the reconciler said."""
    names = {"juspay_webhooks.reconcile", "juspay_webhooks.worker"}
    return [one.getMessage() for one in caplog.records if one.name in names]


def test_who_asks_for_all_is_told_that_the_inbox_is_away(way: Way, shop: Shop, lock: Lock) -> None:
    """Nobody knows whether anything is left."""
    with way(shop) as each:
        each.add("o1")
        lock.lock()
        with pytest.raises(InboxUnavailable):
            each.drain()
        lock.unlock()
    assert ["o1"] == shop.due()


def test_who_runs_for_ever_goes_on(way: Way, shop: Shop, lock: Lock, caplog: pytest.LogCaptureFixture) -> None:
    """The inbox is asked again, until it answers."""
    shop.takes_notes().juspay.add_order("o1")
    turns = list[float]()

    def clock() -> float:
        turns.append(shop.clock.now)
        if len(turns) == 5:
            lock.unlock()
        return shop.clock.now

    stops = list[Callable[[], None]]()
    with way(shop, clock=clock, on_progress=lambda _ended: stops[0]()) as each:
        stops.append(each.stop)
        each.add("o1")
        lock.lock()
        assert {ENDED: 1} == each.run()
    assert {"the inbox failed; it is asked again"} == set(messages(caplog))
    assert [("OrderPaid", "o1")] == shop.told


@pytest.mark.parametrize(
    ("status", "effect", "result"),
    [
        ("CHARGED", "OrderPaid", ENDED),
        ("AUTHENTICATION_FAILED", "PaymentFailed", ENDED),
        (None, None, LATER),
        (None, None, GIVEN_UP),
    ],
)
def test_what_cannot_be_written_down_is_taken_up_later(  # noqa: PLR0913, PLR0917 - what it is given
    way: Way,
    shop: Shop,
    lock: Lock,
    caplog: pytest.LogCaptureFixture,
    status: str | None,
    effect: str | None,
    result: Reconciled,
) -> None:
    """As if the process had crashed there: the order is asked about again when the lease is over, acted on once."""
    crashes = [True]
    shop.receiver = shop.new_receiver(on_answer=lambda *_: lock.lock() if crashes else None)
    shop.takes_notes()
    if status is not None:
        shop.juspay.add_order("o1", status=status)
    with way(shop, schedule=[10] if result is LATER else ()) as each:
        each.add("o1")
        (order,) = shop.inbox.agenda.take(1, namespace="shop")
        if status is None:
            lock.lock()
        assert each.begin(order) is LATER
        lock.unlock()
        crashes.clear()
        assert ["the inbox failed; the order is asked about again when the lease is over"] == messages(caplog)
        assert Counter() == each.drain()
        shop.clock.now += LEASE
        assert {result: 1} == each.drain()
    assert ([] if effect is None else [(effect, "o1")]) == shop.told
    assert {"o1": 2} == shop.asked()


@pytest.mark.parametrize("is_away", [False, True])
def test_what_is_handed_back(way: Way, shop: Shop, lock: Lock, is_away: bool) -> None:  # noqa: FBT001
    """It is due at once and was not asked about; if the inbox is away, when the lease is over."""
    with way(shop) as each:
        each.add("o1")
        (order,) = shop.inbox.agenda.take(1, namespace="shop")
        each.stop()
        if is_away:
            lock.lock()
        assert each.begin(order) is None
        lock.unlock()
    if is_away:
        assert [] == shop.due()
        shop.clock.now += LEASE
    (again,) = shop.inbox.agenda.take(1, namespace="shop")
    assert ("o1", 0, "") == (again.order_id, again.asked, again.said)
    assert Counter() == shop.asked()


@pytest.mark.parametrize("result", Reconciled)
def test_a_lease_that_is_too_short(way: Way, shop: Shop, caplog: pytest.LogCaptureFixture, result: Reconciled) -> None:
    """Who comes late changes nothing, gives nothing up, and says what to do."""
    if result is ENDED:
        shop.juspay.add_order("o1")
    with way(shop, schedule=[10] if result is LATER else ()) as each:
        each.add("o1")
        (order,) = shop.inbox.agenda.take(1, namespace="shop")
        shop.clock.now += LEASE
        (other,) = shop.inbox.agenda.take(1, namespace="shop")

        assert each.begin(order) is (ENDED if result is ENDED else LATER)
        assert (1, 0) == each.stats()
        assert [] == each.given_up()
    assert ["the claim on order o1 expired while it was asked about"] == [
        one.partition(",")[0] for one in messages(caplog)
    ]
    assert "raise the inbox's lease" in caplog.text
    assert shop.inbox.agenda.end(other)

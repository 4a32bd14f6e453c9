"""What an inbox knows of orders: the last state of each, whoever reported it, never an older one."""

from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks import Order, supersedes, to_wire
from juspay_webhooks.inbox import Inbox, MemoryInbox, Sighting, State
from juspay_webhooks.inbox.sightings import outline
from juspay_webhooks.testing import make_webhook
from juspay_webhooks.testing.strategies import orders
from tests.inbox.records import NOW, Clock, record, small


def order(name: str = "ORDER_SUCCEEDED", order_id: str = "Shop-1") -> Order:
    """Make an order as an event shows it."""
    found = make_webhook(name, order={"order_id": order_id}).event
    return found.order  # type: ignore[union-attr,return-value]


def sighting(one: Order, *, namespace: str = "shop", source: str = "webhook", seconds: float = 0) -> Sighting:
    """Make the report of an order."""
    return Sighting(namespace=namespace, order=one, source=source, seen_at=NOW + timedelta(seconds=seconds))


def known(inbox: Inbox, order_id: str = "Shop-1", namespace: str = "shop") -> tuple[str, str, str, float] | None:
    """Tell what is known of an order."""
    found = inbox.order(order_id, namespace=namespace)
    if found is None:
        return None
    assert found.namespace == namespace
    return found.order.order_id, str(found.order.status), found.source, (found.seen_at - NOW).total_seconds()


def test_an_order_never_goes_backwards(inbox: MemoryInbox) -> None:
    """What comes late changes nothing; what is newer does."""
    assert known(inbox) is None
    for seconds, name in enumerate(["TXN_CREATED", "ORDER_SUCCEEDED", "ORDER_FAILED", "TXN_CREATED"]):
        inbox.see(sighting(order(name), seconds=seconds))

    assert ("Shop-1", "CHARGED", "webhook", 1) == known(inbox)
    assert known(inbox, "Shop-2") is None
    inbox.see(sighting(order("AUTO_REFUND_SUCCEEDED"), source="return_url", seconds=9))
    assert ("Shop-1", "AUTO_REFUNDED", "return_url", 9) == known(inbox)


def test_merchants_know_their_own_orders(inbox: MemoryInbox) -> None:
    """Ids differ by label; Juspay compares them without case."""
    inbox.see(sighting(order()))
    inbox.see(sighting(order("ORDER_FAILED"), namespace="other"))

    assert ("Shop-1", "CHARGED", "webhook", 0) == known(inbox, "SHOP-1")
    found = known(inbox, namespace="other")
    assert found is not None
    assert "CHARGED" != found[1]


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.DEAD])
def test_a_delivery_shows_an_order(inbox: MemoryInbox, state: State) -> None:
    """However its handling ended, and also if somebody else took over: what it reports is true."""
    claim = inbox.claim(record())

    assert inbox.settle(claim, state, sighting=sighting(order()))
    assert ("Shop-1", "CHARGED", "webhook", 0) == known(inbox)
    assert not inbox.settle(claim, state, sighting=sighting(order(order_id="Shop-2")))
    assert ("Shop-2", "CHARGED", "webhook", 0) == known(inbox, "Shop-2")


@pytest.mark.parametrize("order_id", ["x" * 50_000, "a\0b", "নমস্কার", "' OR 1=1 --", "Shop-1 "])
def test_hostile_ids(inbox: MemoryInbox, order_id: str) -> None:
    """Each is an order of its own."""
    for one in (order(), order("TXN_CREATED", order_id)):
        inbox.see(sighting(one))

    found = known(inbox, order_id)
    assert found is not None
    assert order_id == found[0]
    assert "CHARGED" != found[1]


def test_what_is_remembered_holds_nothing_of_the_customer(inbox: MemoryInbox) -> None:
    """No name, no address, no number; but all that tells how it stands."""
    whole = order("ORDER_REFUNDED")
    inbox.see(sighting(whole))
    found = inbox.order("Shop-1", namespace="shop")
    assert found is not None

    assert whole.customer_email
    assert [None] * 4 == [found.order.customer_email, found.order.customer_phone, found.order.udf1, found.order.card]
    assert (whole.outcome, whole.refunded_amount) == (found.order.outcome, found.order.refunded_amount)
    assert whole.refunds is not None
    assert [refund.unique_request_id for refund in whole.refunds] == [
        refund.unique_request_id for refund in found.order.all_refunds
    ]


def test_the_oldest_are_forgotten(clock: Clock) -> None:
    """The room is bounded; an order that changes stays."""
    inbox = small(clock, 10, effects=2)
    for name, order_id in [("TXN_CREATED", "Shop-1"), ("TXN_CREATED", "Shop-2"), ("ORDER_SUCCEEDED", "Shop-1")]:
        inbox.see(sighting(order(name, order_id)))
    inbox.see(sighting(order(order_id="Shop-3")))

    assert [True, False, True] == [known(inbox, f"Shop-{number}") is not None for number in (1, 2, 3)]


@given(first=orders(), second=orders())
def test_an_outline_supersedes_as_the_whole_does(first: Order, second: Order) -> None:
    """Nothing that decides is left away."""
    second = attrs.evolve(second, order_id=first.order_id)
    wholes, outlines = (first, second), (outline(first), outline(second))

    if first.order_id:
        assert supersedes(*wholes) == supersedes(*outlines)
    assert outlines[0] == outline(outlines[0])
    assert set(to_wire(outlines[0])) <= set(to_wire(first))


@given(seen=st.permutations(["TXN_CREATED", "ORDER_SUCCEEDED", "ORDER_FAILED", "ORDER_REFUNDED"]))
def test_the_order_of_arrival_changes_nothing(seen: list[str]) -> None:
    """Late, early, twice: the end is the same."""
    inbox = MemoryInbox()
    for name in seen:
        inbox.see(sighting(order(name)))

    found = inbox.order("Shop-1", namespace="shop")
    assert found is not None
    assert ("CHARGED", 1) == (str(found.order.status), len(found.order.all_refunds))

"""Exactly once, long after: pages that are opened again, labels, and who else shares the inbox."""

from datetime import timedelta
from typing import Final

import pytest

from juspay_webhooks import ConfigurationError, OrderPaid, PaymentFailed, RefundSettled
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.models.fields import Json
from tests.receiver.arrivals import AUTH, Receive, charged, failed, fetched, made, received, refunded, succeeded, ways

WEEK: Final = timedelta(days=7).total_seconds()
"""How long an inbox remembers deliveries unless told otherwise."""


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        """Begin anywhere."""
        self.seconds = 1_000.0

    def __call__(self) -> float:
        """Read it."""
        return self.seconds


@ways
@pytest.mark.parametrize("first", [succeeded(), charged(), fetched()], ids=["order", "transaction", "return page"])
def test_a_customer_who_reloads_the_page_after_a_week(receive: Receive, first: Json) -> None:
    """The order is paid still: nothing ships again, though the delivery is forgotten, for any who report it."""
    runs, clock = list[str](), Clock()
    inbox = MemoryInbox(clock=clock)
    receiver = made(inbox)
    receiver.on_effect(OrderPaid)(lambda paid: runs.append(paid.order_id))
    outcomes = [receive(receiver, first).outcome]
    for seconds in (WEEK - 1, 1, 52 * WEEK):
        clock.seconds += seconds
        outcomes.append(receive(receiver, fetched()).outcome)
    is_forgotten = inbox.stats().done == 0
    outcomes += [receive(receiver, arrival).outcome for arrival in (succeeded(), charged())]

    assert is_forgotten
    assert ["handled", *["duplicate"] * 5] == outcomes
    assert ["Shop-1"] == runs


@ways
def test_a_customer_who_reloads_the_page_after_many_attempts_that_failed(receive: Receive) -> None:
    """However many customers' cards are declined meanwhile, they push no payment and no refund out of memory."""
    runs = list[str]()
    inbox = MemoryInbox(max_entries=5, max_effects=5)
    receiver = made(inbox)
    receiver.on_effect(OrderPaid, RefundSettled)(lambda effect: runs.append(effect.key))
    receiver.on_effect(PaymentFailed)(lambda attempt: runs.append(attempt.attempt or ""))
    attempts = [f"m-{number}" for number in range(20)]
    for arrival in (succeeded("Shop-2"), refunded("a")):
        receive(receiver, arrival)
    for attempt in attempts:
        receive(receiver, failed("TXN_FAILED", attempt, f"evt_{attempt}"))
    outcomes = [receive(receiver, arrival).outcome for arrival in (fetched("Shop-2"), refunded("a", event_id="evt_9"))]

    assert ["duplicate"] * 2 == outcomes
    assert ["/OrderPaid/shop-2", "/RefundSettled/shop-1/a", *attempts] == runs
    assert 3 == inbox.stats().effects


@ways
def test_an_attempt_that_failed_is_told_once_after_many_others(receive: Receive) -> None:
    """Both events about one attempt come together: the second is no news, although memory is full of attempts."""
    runs = list[str]()
    receiver = made(MemoryInbox(max_effects=3))
    receiver.on_effect(PaymentFailed)(lambda attempt: runs.append(attempt.attempt or ""))
    for number in range(10):
        for name in ("TXN_FAILED", "ORDER_FAILED"):
            receive(receiver, failed(name, f"m-{number}", f"evt_{name}_{number}"))

    assert [f"m-{number}" for number in range(10)] == runs


@pytest.mark.parametrize("label", ["shpo", "SHOP", "shop ", "", " ", 5, b"shop"])
def test_a_label_that_nobody_has_is_misuse(label: Json) -> None:
    """Under a misspelt label a page would ship what a webhook has shipped: it raises, and nothing runs."""
    runs = list[str]()
    receiver = made()
    receiver.on_effect(OrderPaid)(lambda paid: runs.append(paid.order_id))
    received(receiver, succeeded())

    with pytest.raises(ConfigurationError, match="label is that of one of the receiver's credentials"):
        receiver.observe(fetched(), source="return_url", label=label)
    with pytest.raises(ConfigurationError, match="label is that of one of the receiver's credentials"):
        receiver.handle_unverified(body=succeeded(event_id="evt_2").body, label=label)
    assert ["Shop-1"] == runs
    assert "duplicate" == receiver.observe(fetched(), source="return_url", label=AUTH[0]).outcome


@ways
def test_one_of_two_receivers_acts(receive: Receive) -> None:
    """Two that share an inbox, as the threads of one process may: the fact is acted on by the one that comes first."""
    runs, inbox = list[str](), MemoryInbox()
    one, other = made(inbox), made(inbox)
    one.on_effect(OrderPaid)(lambda _paid: runs.append("one"))
    other.on_effect(OrderPaid)(lambda _paid: runs.append("other"))
    outcomes = [
        receive(receiver, arrival).outcome
        for receiver, arrival in ((one, succeeded()), (other, succeeded()), (other, charged()), (one, fetched()))
    ]

    assert ["handled", *["duplicate"] * 3] == outcomes
    assert ["one"] == runs


@ways
@pytest.mark.parametrize("is_first", [True, False])
def test_ones_own_code_and_a_receiver_act_once(receive: Receive, is_first: bool) -> None:  # noqa: FBT001 - a table
    """Under the label of the credential they are one merchant; under another one they are two, so it must be said."""
    runs, inbox = list[str](), MemoryInbox()
    receiver = made(inbox)
    seen = list[OrderPaid]()
    receiver.on_effect(OrderPaid)(lambda paid: runs.append(paid.order_id))
    probe = made()
    probe.on_effect(OrderPaid)(seen.append)
    received(probe, succeeded())
    if is_first:
        outcome, is_new = receive(receiver, succeeded()).outcome, inbox.once(seen[0], namespace=AUTH[0])
    else:
        is_new, outcome = inbox.once(seen[0], namespace=AUTH[0]), receive(receiver, succeeded()).outcome

    assert (("handled", False) if is_first else ("duplicate", True)) == (outcome, is_new)
    assert (["Shop-1"] if is_first else []) == runs
    assert inbox.once(seen[0], namespace="another label")

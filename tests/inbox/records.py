"""Own what the tests of an inbox remember, with invented values, and the clock that they move."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import attrs

from juspay_webhooks import OrderPaid, PaymentFailed
from juspay_webhooks.inbox import Claim, Inbox, MemoryInbox, Record, State

__all__ = [
    "DAY",
    "ENDS",
    "FAILED",
    "LEASE",
    "NOW",
    "PAID",
    "Clock",
    "counts",
    "large",
    "paid",
    "record",
    "settled",
    "small",
]

LEASE: Final = 300.0
"""Seconds that a claim lives in the inboxes made here."""

DAY: Final = 86_400.0
"""Seconds for which the inboxes made here remember a delivery that is settled."""

ENDS: Final = (State.DONE, State.FAILED, State.DEAD)
"""How a claim is settled."""

NOW: Final = datetime(2025, 12, 1, 12, tzinfo=UTC)

FAILED: Final = PaymentFailed(order_id="Shop-1", attempt="m-1", status="DECLINED")
"""An attempt of the order that `PAID` pays."""


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        """Begin anywhere, as a monotonic clock does."""
        self.seconds = 1_000.0

    def __call__(self) -> float:
        """Read it."""
        return self.seconds


def record(event_id: str | None = "evt_1", body: bytes = b"{}", *, namespace: str = "shop") -> Record:
    """Make a delivery."""
    return Record(
        namespace=namespace,
        event_id=event_id,
        name="ORDER_SUCCEEDED",
        body=body,
        source="webhook",
        received_at=NOW,
        headers={"user-agent": "hyper/1.0"},
    )


def paid(order_id: str = "Shop-1") -> OrderPaid:
    """Make the effect of a paid order."""
    return OrderPaid(order_id=order_id, amount=Decimal(5), currency="INR")


PAID: Final = paid()


def small(clock: Clock, entries: int, *, effects: int | None = None) -> MemoryInbox:
    """Make an inbox with room for a few deliveries, and as many effects unless told otherwise."""
    return MemoryInbox(
        max_entries=entries,
        max_effects=effects or entries,
        clock=clock,
        lease=timedelta(seconds=LEASE),
        max_age=timedelta(seconds=DAY),
    )


def large(clock: Clock) -> MemoryInbox:
    """Make an inbox that is larger than any test."""
    return small(clock, 10_000)


def counts(inbox: Inbox) -> dict[str, int]:
    """Count what is there; what is not is left out."""
    return {name: number for name, number in attrs.asdict(inbox.stats()).items() if number}


def settled(inbox: Inbox, one: Record, state: State = State.DONE) -> Claim:
    """Handle a delivery."""
    claim = inbox.claim(one)
    inbox.settle(claim, state)
    return claim

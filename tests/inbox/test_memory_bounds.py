"""What the inbox in memory forgets: by number, by age, and the bodies of what is done."""

import gc
import weakref
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from juspay_webhooks import ConfigurationError
from juspay_webhooks.inbox import InboxUnavailable, MemoryInbox, Record, State, Verdict
from tests.inbox.records import DAY, ENDS, Clock, counts, record, settled, small


@pytest.mark.parametrize(
    "bounds",
    [
        {"max_entries": 0},
        {"max_entries": -1},
        {"max_age": timedelta(0)},
        {"max_age": timedelta(seconds=-1)},
        {"lease": timedelta(0)},
        {"lease": timedelta(seconds=-1)},
    ],
    ids=str,
)
def test_bounds_are_positive(bounds: dict[str, Any]) -> None:
    """An inbox that remembers nothing is refused."""
    with pytest.raises(ConfigurationError, match="max_entries, max_age and lease are positive"):
        MemoryInbox(**bounds)


def test_bounds_that_nobody_gave(clock: Clock) -> None:
    """Ten thousand deliveries, a week, and five minutes for a handler."""
    inbox = MemoryInbox(clock=clock)
    settled(inbox, record("evt_first"))
    verdicts = list[Verdict]()
    for seconds in (0, 299, 1):
        clock.seconds += seconds
        verdicts.append(inbox.claim(record()).verdict)
    clock.seconds += 7 * DAY - 301
    a_week = counts(inbox)
    clock.seconds += 1

    assert [Verdict.CLAIMED, Verdict.BUSY, Verdict.CLAIMED] == verdicts
    assert [{"processing": 1, "done": 1}, {"processing": 1}] == [a_week, counts(inbox)]
    for number in range(10_001):
        inbox.quarantine(record(None, b"%d" % number))
    assert {"processing": 1, "quarantined": 9_999} == counts(inbox)


@pytest.mark.parametrize("state", ENDS)
@pytest.mark.parametrize("later", ENDS)
def test_what_was_settled_longest_ago_makes_room(clock: Clock, state: State, later: State) -> None:
    """Whichever way it was settled, and whenever it came."""
    inbox = small(clock, 3)
    last = inbox.claim(record("evt_last"))
    settled(inbox, record("evt_first"), state)
    settled(inbox, record("evt_second"), later)
    inbox.settle(last, later)

    inbox.store(record("evt_3"))
    inbox.store(record("evt_4"))

    assert {later.value: 1, "received": 2} == counts(inbox)
    assert [1, 1] == [inbox.claim(record(id_)).attempt for id_ in ("evt_first", "evt_3")]


def test_what_failed_does_not_crowd_out_what_is_done(clock: Clock) -> None:
    """After many failures a delivery that is handled is remembered as before: the failures go first, being older."""
    inbox = small(clock, 10)
    for number in range(10):
        settled(inbox, record(f"evt_{number}"), State.FAILED)
    for number in range(10, 15):
        settled(inbox, record(f"evt_{number}"))

    assert [Verdict.DUPLICATE] * 5 == [inbox.claim(record(f"evt_{number}")).verdict for number in range(10, 15)]


def test_quarantined_bodies_make_room_as_well(clock: Clock) -> None:
    """An inbox full of them takes new deliveries."""
    inbox = small(clock, 2)
    for body in (b"1", b"2", b"3"):
        inbox.quarantine(record(None, body))

    assert Verdict.CLAIMED is inbox.claim(record()).verdict
    assert {"processing": 1, "quarantined": 1} == counts(inbox)


@pytest.mark.parametrize("call", [MemoryInbox.claim, MemoryInbox.store, MemoryInbox.quarantine])
@pytest.mark.parametrize("start", [MemoryInbox.claim, MemoryInbox.store])
def test_a_full_inbox_refuses(
    clock: Clock, start: Callable[[MemoryInbox, Record], object], call: Callable[[MemoryInbox, Record], object]
) -> None:
    """What is not settled is never forgotten, not even when its lease is over; what it knows it still serves."""
    inbox = small(clock, 2)
    start(inbox, record("evt_1"))
    start(inbox, record("evt_2"))
    clock.seconds += 30 * DAY

    with pytest.raises(InboxUnavailable, match="the inbox is full: 2 deliveries wait for their handlers"):
        call(inbox, record("evt_3"))
    assert inbox.settle(inbox.claim(record("evt_1")), State.DONE)
    call(inbox, record("evt_3"))
    assert 2 == sum(counts(inbox).values())


@pytest.mark.parametrize("state", [*ENDS, State.QUARANTINED])
def test_what_is_settled_ages(inbox: MemoryInbox, clock: Clock, state: State) -> None:
    """It is remembered for as long as was said, from the moment on in which it was settled."""
    if state is State.QUARANTINED:
        inbox.quarantine(record())
    else:
        claim = inbox.claim(record())
        clock.seconds += DAY
        inbox.settle(claim, state)

    clock.seconds += DAY - 1
    before = counts(inbox)
    clock.seconds += 1

    assert {state.value: 1} == before
    assert {} == counts(inbox)
    assert (Verdict.CLAIMED, 1) == (inbox.claim(record()).verdict, inbox.claim(record()).attempt)


def test_only_what_is_old_is_forgotten(inbox: MemoryInbox, clock: Clock) -> None:
    """What was settled later stays."""
    settled(inbox, record("evt_1"))
    clock.seconds += DAY / 2
    settled(inbox, record("evt_2"))
    clock.seconds += DAY / 2

    assert {"done": 1} == counts(inbox)
    assert [Verdict.DUPLICATE, Verdict.CLAIMED] == [inbox.claim(record(id_)).verdict for id_ in ("evt_2", "evt_1")]


def test_one_that_waits_keeps_no_others(inbox: MemoryInbox, clock: Clock) -> None:
    """A delivery that is never settled was there first; those after it age all the same."""
    inbox.store(record("evt_0"))
    for number in range(1, 4):
        settled(inbox, record(f"evt_{number}"))
        clock.seconds += DAY / 2

    assert {"received": 1, "done": 1} == counts(inbox)


@pytest.mark.parametrize("state", ENDS)
def test_bodies_of_what_is_done_are_dropped(inbox: MemoryInbox, state: State) -> None:
    """Nobody will want them again; a person may want those that failed."""
    one = record()
    claim, kept = inbox.claim(one), weakref.ref(one)
    del one
    gc.collect()
    before = kept()
    inbox.settle(claim, state)
    del claim
    is_alive = before is not None
    del before
    gc.collect()

    assert is_alive
    assert (state is State.DONE) == (kept() is None)


def test_another_body_is_known_after_the_first_was_dropped(inbox: MemoryInbox) -> None:
    """The digest of a body outlives it."""
    settled(inbox, record(body=b"first"))

    assert [False, True, True] == [inbox.claim(record(body=body)).id_conflict for body in (b"first", b"", b"other")]

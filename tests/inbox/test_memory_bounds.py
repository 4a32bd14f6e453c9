"""What the inbox in memory forgets: by number, by age, and the bodies of what is done."""

import gc
import weakref
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import product
from typing import Any, Final

import pytest

from juspay_webhooks import ConfigurationError
from juspay_webhooks.inbox import InboxUnavailable, MemoryInbox, Record, State, Verdict
from tests.inbox.records import DAY, ENDS, Clock, counts, record, settled, small

FORGOTTEN: Final = (State.DONE, State.FAILED)
"""States that make room first."""

WAITING: Final = (State.DEAD,)
"""The state of a claim that ended and waits for a person."""

NUMBERS: Final = "max_entries and max_effects are whole numbers above 0"
TIMES: Final = "max_age and lease are timedeltas above 0"
CLOCK: Final = "clock is a function that gives seconds"


@pytest.mark.parametrize(
    ("says", "names", "values"),
    [
        (NUMBERS, ("max_entries", "max_effects"), (0, -1, 10.0, "10", True, None)),
        (TIMES, ("max_age", "lease"), (timedelta(0), timedelta(seconds=-1), 0, 300, 300.0, "300", None)),
        (CLOCK, ("clock",), (0, 1_000.0, None)),
    ],
    ids=["numbers", "times", "clock"],
)
def test_bounds_that_are_none(says: str, names: Sequence[str], values: Sequence[Any]) -> None:
    """An inbox that remembers nothing, or whose first delivery would fail, is refused."""
    for name, value in product(names, values):
        with pytest.raises(ConfigurationError, match=says):
            MemoryInbox(**{name: value})


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


@pytest.mark.parametrize(("state", "later"), [*product(FORGOTTEN, repeat=2), *product(WAITING, repeat=2)])
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


@pytest.mark.parametrize("state", [State.DEAD, State.QUARANTINED])
@pytest.mark.parametrize("other", FORGOTTEN)
def test_what_waits_for_a_person_makes_room_last(
    clock: Clock, caplog: pytest.LogCaptureFixture, state: State, other: State
) -> None:
    """However much comes after it: it is forgotten only if all else waits as well, and not in silence."""
    inbox = small(clock, 2)
    if state is State.DEAD:
        settled(inbox, record("evt_waits"), state)
    else:
        inbox.quarantine(record("evt_waits"))
    for number in range(5):
        settled(inbox, record(f"evt_{number}"), other)
    before = counts(inbox)

    assert {state.value: 1, other.value: 1} == before
    assert [] == caplog.records
    inbox.store(record("evt_5"))
    inbox.store(record("evt_6"))
    assert {"received": 2} == counts(inbox)
    assert [
        ("juspay_webhooks.inbox", "ERROR", f"forgot a delivery that was {state}: nobody has looked at it in time")
    ] == [(entry.name, entry.levelname, entry.getMessage()) for entry in caplog.records]


@pytest.mark.parametrize("state", [*ENDS, State.QUARANTINED])
def test_what_is_forgotten_by_age_is_told_if_it_waited_for_a_person(
    inbox: MemoryInbox, clock: Clock, caplog: pytest.LogCaptureFixture, state: State
) -> None:
    """Once for each; what is done, or failed and did not come again, is forgotten in silence."""
    for name in ("evt_1", "evt_2"):
        if state is State.QUARANTINED:
            inbox.quarantine(record(name))
        else:
            settled(inbox, record(name), state)
    clock.seconds += DAY

    assert {} == counts(inbox) == counts(inbox)
    assert (["ERROR"] * 2 if state in {State.DEAD, State.QUARANTINED} else []) == [
        entry.levelname for entry in caplog.records
    ]


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

"""The inbox in memory: states, leases, claims that come too late, ids used twice, merchants."""

from collections.abc import Callable
from typing import Literal, TypeAlias

import pytest

from juspay_webhooks.inbox import MemoryInbox, Record, State, Verdict
from tests.inbox.records import ENDS, LEASE, PAID, Clock, counts, record, settled, small

Start: TypeAlias = State | Literal["new", "expired"]


def begun(inbox: MemoryInbox, clock: Clock, one: Record, start: Start) -> None:
    """Bring a delivery where a test begins."""
    if start is State.RECEIVED:
        inbox.store(one)
    elif start is State.QUARANTINED:
        inbox.quarantine(one)
    elif start in ENDS:
        settled(inbox, one, State(start))
    elif start != "new":
        inbox.claim(one)
        clock.seconds += LEASE if start == "expired" else 0


# --- States ---


@pytest.mark.parametrize(
    ("start", "expected", "state"),
    [
        ("new", (Verdict.CLAIMED, 1), "processing"),
        (State.RECEIVED, (Verdict.CLAIMED, 1), "processing"),
        (State.PROCESSING, (Verdict.BUSY, 1), "processing"),
        ("expired", (Verdict.CLAIMED, 2), "processing"),
        (State.DONE, (Verdict.DUPLICATE, 1), "done"),
        (State.FAILED, (Verdict.CLAIMED, 2), "processing"),
        (State.DEAD, (Verdict.DEAD, 1), "dead"),
        (State.QUARANTINED, (Verdict.CLAIMED, 1), "processing"),
    ],
)
def test_claim(inbox: MemoryInbox, clock: Clock, start: Start, expected: tuple[Verdict, int], state: str) -> None:
    """What is new, failed, stored or given up by its holder is claimed; the rest is left as it stands."""
    begun(inbox, clock, record(), start)

    claim = inbox.claim(record())

    assert (*expected, False) == (claim.verdict, claim.attempt, claim.id_conflict)
    assert {state: 1} == counts(inbox)
    assert record().key == claim.key
    assert (claim.token > 0) == (claim.verdict is Verdict.CLAIMED)


@pytest.mark.parametrize(
    ("start", "verdict", "state"),
    [
        ("new", Verdict.CLAIMED, "received"),
        (State.RECEIVED, Verdict.BUSY, "received"),
        (State.PROCESSING, Verdict.BUSY, "processing"),
        ("expired", Verdict.BUSY, "processing"),
        (State.DONE, Verdict.DUPLICATE, "done"),
        (State.FAILED, Verdict.CLAIMED, "received"),
        (State.DEAD, Verdict.DEAD, "dead"),
        (State.QUARANTINED, Verdict.CLAIMED, "received"),
    ],
)
def test_store(inbox: MemoryInbox, clock: Clock, start: Start, verdict: Verdict, state: str) -> None:
    """What is new, failed, or can be read at last, is stored; the rest is left as it stands."""
    begun(inbox, clock, record(), start)

    assert verdict is inbox.store(record())
    assert {state: 1} == counts(inbox)


@pytest.mark.parametrize("start", ["new", *State])
def test_quarantine(inbox: MemoryInbox, clock: Clock, start: Start) -> None:
    """What cannot be read is kept once; what is known already stays as it stands."""
    begun(inbox, clock, record(None), start)

    inbox.quarantine(record(None))

    assert {"quarantined" if start == "new" else str(start): 1} == counts(inbox)


@pytest.mark.parametrize("state", ENDS)
def test_settle(inbox: MemoryInbox, state: State) -> None:
    """A claim is settled once."""
    claim = inbox.claim(record())

    assert inbox.settle(claim, state, error="ValueError")
    assert {state.value: 1} == counts(inbox)
    assert [False] * 3 == [inbox.settle(claim, other) for other in ENDS]
    assert {state.value: 1} == counts(inbox)


@pytest.mark.parametrize("state", [State.RECEIVED, State.PROCESSING])
def test_a_claim_may_be_given_back_or_renewed(inbox: MemoryInbox, clock: Clock, state: State) -> None:
    """A delivery that is put back is claimed anew; one whose lease begins anew is busy."""
    claim = inbox.claim(record())
    clock.seconds += LEASE - 1

    assert inbox.settle(claim, state)
    clock.seconds += 1
    assert (state is State.RECEIVED) == (inbox.claim(record()).verdict is Verdict.CLAIMED)


def test_attempts_are_counted(inbox: MemoryInbox) -> None:
    """Each claim of a delivery that fails is one more."""
    attempts = [settled(inbox, record(), State.FAILED).attempt for _ in range(4)]

    assert [1, 2, 3, 4] == attempts
    assert 5 == settled(inbox, record()).attempt
    assert (Verdict.DUPLICATE, 5) == (inbox.claim(record()).verdict, inbox.claim(record()).attempt)


# --- Leases ---


def test_a_lease_ends(inbox: MemoryInbox, clock: Clock) -> None:
    """A moment before its end the delivery is busy; at its end it is claimed anew, with a lease of its own."""
    inbox.claim(record())

    verdicts = list[Verdict]()
    for seconds in (LEASE - 0.5, 0.5, LEASE - 0.5, 0.5):
        clock.seconds += seconds
        verdicts.append(inbox.claim(record()).verdict)

    assert [Verdict.BUSY, Verdict.CLAIMED] * 2 == verdicts


@pytest.mark.parametrize("state", ENDS)
def test_a_claim_that_was_taken_over_changes_nothing(inbox: MemoryInbox, clock: Clock, state: State) -> None:
    """Its holder is told so, and the one who took over settles."""
    late = inbox.claim(record())
    clock.seconds += LEASE
    claim = inbox.claim(record())

    assert not inbox.settle(late, state)
    assert {"processing": 1} == counts(inbox)
    assert inbox.settle(claim, State.DONE)
    assert not inbox.settle(late, state)
    assert {"done": 1} == counts(inbox)


def test_a_claim_that_nobody_took_over_settles_late(inbox: MemoryInbox, clock: Clock) -> None:
    """An expired lease alone takes nothing away."""
    claim = inbox.claim(record())
    clock.seconds += 10 * LEASE

    assert inbox.settle(claim, State.DONE)
    assert Verdict.DUPLICATE is inbox.claim(record()).verdict


def test_one_who_was_told_busy_cannot_settle(inbox: MemoryInbox) -> None:
    """The claim that it was refused is not the holder's."""
    claim, busy = inbox.claim(record()), inbox.claim(record())

    assert not inbox.settle(busy, State.FAILED)
    assert inbox.settle(claim, State.DONE)


def test_a_claim_on_what_was_forgotten_changes_nothing(clock: Clock) -> None:
    """The delivery came anew meanwhile: the late claim is not mistaken for the new one, first attempts both."""
    inbox = small(clock, 1)
    late = inbox.claim(record())
    clock.seconds += LEASE
    settled(inbox, record())
    settled(inbox, record("evt_2"))

    claim = inbox.claim(record())

    assert (1, 1) == (late.attempt, claim.attempt)
    assert not inbox.settle(late, State.DEAD)
    assert inbox.settle(claim, State.DONE)


# --- Ids ---


@pytest.mark.parametrize("start", ["expired", *State])
def test_another_body_under_an_id(inbox: MemoryInbox, clock: Clock, start: Start) -> None:
    """It is flagged, has a key of its own, and is never answered as a duplicate of the first."""
    begun(inbox, clock, record(body=b"first"), start)

    claim = inbox.claim(record(body=b"other"))

    assert (Verdict.CLAIMED, 1, True) == (claim.verdict, claim.attempt, claim.id_conflict)
    assert record(body=b"other").conflict_key == claim.key
    assert 2 == sum(counts(inbox).values())


def test_another_body_has_states_of_its_own(inbox: MemoryInbox) -> None:
    """It is busy, done and a duplicate for itself; a third body is flagged too, and the first stays the first."""
    first, other, third = (record(body=body) for body in (b"first", b"other", b"third"))
    settled(inbox, first)
    claim = inbox.claim(other)

    assert (Verdict.BUSY, True) == (inbox.claim(other).verdict, inbox.claim(other).id_conflict)
    assert inbox.settle(claim, State.FAILED)
    assert (2, True) == (settled(inbox, other).attempt, settled(inbox, other).id_conflict)
    assert Verdict.DUPLICATE is inbox.claim(other).verdict
    assert (Verdict.CLAIMED, True) == (inbox.claim(third).verdict, inbox.claim(third).id_conflict)
    assert (Verdict.DUPLICATE, False) == (inbox.claim(first).verdict, inbox.claim(first).id_conflict)


@pytest.mark.parametrize("call", [MemoryInbox.store, MemoryInbox.quarantine])
def test_another_body_is_kept_whichever_way(inbox: MemoryInbox, call: Callable[[MemoryInbox, Record], object]) -> None:
    """Storing and quarantining tell bodies apart as claiming does."""
    settled(inbox, record(body=b"first"))

    answers = [call(inbox, record(body=b"other")) for _ in range(2)]

    assert answers in ([Verdict.CLAIMED, Verdict.BUSY], [None, None])
    assert 2 == sum(counts(inbox).values())


def test_merchants_do_not_meet(inbox: MemoryInbox) -> None:
    """Equal ids, bodies and effects under two labels are two."""
    verdicts = [settled(inbox, record(id_, namespace=name)).verdict for id_ in ("evt_1", None) for name in ("a", "b")]

    assert [Verdict.CLAIMED] * 4 == verdicts
    assert [True, True, False] == [inbox.once(PAID, namespace=name) for name in ("a", "b", "a")]

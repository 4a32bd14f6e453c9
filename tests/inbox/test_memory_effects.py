"""The effects that the inbox in memory keeps: once, claims on them, what is overtaken, what comes too late, bounds."""

import pytest

from juspay_webhooks.inbox import InboxUnavailable, MemoryInbox, Verdict
from tests.inbox.records import DAY, FAILED, LEASE, PAID, Clock, counts, paid, small


def test_once_in_ones_own_code(inbox: MemoryInbox) -> None:
    """True the first time; an effect that a unit is at, or that was overtaken, is none of ours."""
    unit = inbox.begin("")
    unit.once(paid("Shop-2"))

    assert [True, False, False] == [inbox.once(effect) for effect in (PAID, PAID, paid("SHOP-1"))]
    assert [False, True] == [inbox.once(effect) for effect in (paid("Shop-2"), paid("Shop-3"))]
    assert not inbox.once(FAILED)
    assert {"effects": 2} == counts(inbox)


def test_a_unit_claims_keeps_and_forgets(inbox: MemoryInbox) -> None:
    """Others are told busy while it is at it, duplicate once it is kept, and may go ahead once it is forgotten."""
    unit, other = inbox.begin("shop"), inbox.begin("shop")

    assert [Verdict.CLAIMED] * 2 == [unit.once(PAID), unit.once(PAID)]
    assert Verdict.BUSY is other.once(PAID)
    assert {} == counts(inbox)
    unit.rollback()
    assert Verdict.CLAIMED is other.once(PAID)
    assert Verdict.BUSY is unit.once(PAID)
    unit.commit()
    assert Verdict.BUSY is unit.once(PAID)
    other.commit()
    assert [Verdict.DUPLICATE] * 2 == [unit.once(PAID), other.once(PAID)]
    other.rollback()
    assert {"effects": 1} == counts(inbox)


def test_a_unit_keeps_all_that_it_claimed_and_nothing_else(inbox: MemoryInbox) -> None:
    """What it was refused is not its own."""
    unit, other = inbox.begin("shop"), inbox.begin("shop")
    other.once(paid("c"))
    for name in "abc":
        unit.once(paid(name))
    unit.commit()

    assert {"effects": 2} == counts(inbox)
    assert [Verdict.DUPLICATE, Verdict.DUPLICATE, Verdict.BUSY] == [unit.once(paid(name)) for name in "abc"]


def test_an_attempt_that_failed_is_overtaken(inbox: MemoryInbox) -> None:
    """Before the order is paid it is news, while that is acted on it waits, and afterwards it is none."""
    early, unit, late = (inbox.begin("shop") for _ in range(3))

    assert Verdict.CLAIMED is early.once(FAILED)
    early.rollback()
    assert Verdict.CLAIMED is unit.once(PAID)
    assert [Verdict.BUSY] * 2 == [late.once(FAILED), unit.once(FAILED)]
    unit.commit()
    assert Verdict.DUPLICATE is late.once(FAILED)
    assert Verdict.CLAIMED is inbox.begin("other").once(FAILED)


def test_a_payment_that_was_forgotten_overtakes_nothing(inbox: MemoryInbox) -> None:
    """The handler of the payment raised: the attempt that failed is news still."""
    unit = inbox.begin("shop")
    unit.once(PAID)
    unit.rollback()

    assert Verdict.CLAIMED is inbox.begin("shop").once(FAILED)


def test_the_lease_of_an_effect_ends(inbox: MemoryInbox, clock: Clock) -> None:
    """Whoever comes then takes over; asking again before renews it."""
    unit, other = inbox.begin("shop"), inbox.begin("shop")
    unit.once(PAID)
    clock.seconds += LEASE - 1
    unit.once(PAID)
    unit.once(paid("Shop-2"))
    clock.seconds += LEASE - 1

    assert [Verdict.BUSY] * 2 == [other.once(PAID), other.once(paid("Shop-2"))]
    clock.seconds += 1
    assert [Verdict.CLAIMED] * 2 == [other.once(PAID), other.once(paid("Shop-2"))]
    assert Verdict.BUSY is unit.once(PAID)


@pytest.mark.parametrize("taker", ["nobody", "at it", "failed", "done"])
def test_what_was_acted_on_too_late_was_acted_on(inbox: MemoryInbox, clock: Clock, taker: str) -> None:
    """A holder that outlived its lease keeps the effect: even if the one who took over fails, no third one acts."""
    unit, other, third = (inbox.begin("shop") for _ in range(3))
    unit.once(PAID)
    clock.seconds += LEASE
    if taker != "nobody":
        other.once(PAID)
    if taker == "failed":
        other.rollback()
    if taker == "done":
        other.commit()
    unit.commit()
    other.rollback()

    assert Verdict.DUPLICATE is third.once(PAID)
    assert {"effects": 1} == counts(inbox)


def test_one_that_fails_too_late_takes_nothing_away(inbox: MemoryInbox, clock: Clock) -> None:
    """It gives up its own claim, never that of the one who took over, nor what that one has done."""
    unit, other, third = (inbox.begin("shop") for _ in range(3))
    unit.once(PAID)
    clock.seconds += LEASE
    other.once(PAID)
    unit.rollback()

    assert Verdict.BUSY is third.once(PAID)
    other.commit()
    unit.rollback()
    assert Verdict.DUPLICATE is third.once(PAID)


def test_effects_age(inbox: MemoryInbox, clock: Clock) -> None:
    """They are remembered for as long as was said, from the moment on in which they were done, asked for or not."""
    unit = inbox.begin("shop")
    unit.once(PAID)
    clock.seconds += LEASE / 2
    unit.commit()
    clock.seconds += DAY - 1
    before = unit.once(PAID)
    clock.seconds += 1

    assert Verdict.DUPLICATE is before
    assert {} == counts(inbox)
    assert Verdict.CLAIMED is unit.once(PAID)


def test_only_what_is_old_is_forgotten(inbox: MemoryInbox, clock: Clock) -> None:
    """Effects that are younger, and claims that live, stay while others go."""
    unit, other = inbox.begin(""), inbox.begin("")
    inbox.once(paid("a"))
    clock.seconds += DAY - LEASE
    inbox.once(paid("b"))
    unit.once(paid("c"))
    clock.seconds += LEASE / 2
    unit.once(paid("d"))
    clock.seconds += LEASE / 2

    assert [Verdict.CLAIMED, Verdict.DUPLICATE] == [other.once(paid("a")), other.once(paid("b"))]
    assert [Verdict.CLAIMED, Verdict.BUSY] == [other.once(paid("c")), other.once(paid("d"))]


def test_effects_age_without_webhooks(inbox: MemoryInbox, clock: Clock) -> None:
    """Those of orders that are polled alone are forgotten too."""
    inbox.once(PAID)
    clock.seconds += DAY

    assert inbox.once(PAID)


def test_the_oldest_effect_makes_room(clock: Clock) -> None:
    """There are never more of them than was said."""
    inbox = small(clock, 3)
    for name in "abcd":
        inbox.once(paid(name))

    assert {"effects": 3} == counts(inbox)
    assert [False, False, False, True] == [inbox.once(paid(name)) for name in "bcda"]
    inbox.begin("").once(paid("e"))
    assert {"effects": 2} == counts(inbox)


def test_an_inbox_full_of_claimed_effects(clock: Clock) -> None:
    """It refuses a new one, not one that it knows; a claim that is over makes room."""
    inbox = small(clock, 2)
    units = [inbox.begin("shop") for _ in range(3)]
    units[0].once(paid("a"))
    units[1].once(paid("b"))

    with pytest.raises(InboxUnavailable, match="the inbox is full: 2 effects are being acted on"):
        units[2].once(paid("c"))
    with pytest.raises(InboxUnavailable, match="the inbox is full"):
        inbox.once(paid("c"))
    assert [Verdict.CLAIMED, Verdict.BUSY] == [units[0].once(paid("a")), units[2].once(paid("b"))]
    clock.seconds += LEASE
    assert Verdict.CLAIMED is units[2].once(paid("c"))


def test_late_effects_do_not_break_the_bounds(clock: Clock) -> None:
    """What is kept after its room was given away makes room itself."""
    inbox = small(clock, 1)
    late, unit = inbox.begin("shop"), inbox.begin("shop")
    late.once(paid("a"))
    clock.seconds += LEASE
    unit.once(paid("b"))

    late.commit()

    assert {} == counts(inbox)
    unit.commit()
    assert {"effects": 1} == counts(inbox)
    assert Verdict.DUPLICATE is late.once(paid("b"))


def test_the_oldest_effect_makes_room_for_a_late_one(clock: Clock) -> None:
    """Not the one that was done just now."""
    inbox = small(clock, 2)
    late, unit = inbox.begin("shop"), inbox.begin("shop")
    late.once(paid("late"))
    clock.seconds += LEASE
    inbox.once(paid("old"), namespace="shop")
    unit.once(paid("now"))

    late.commit()

    assert {"effects": 1} == counts(inbox)
    assert Verdict.DUPLICATE is unit.once(paid("late"))


def test_an_effect_that_is_kept_twice_ages_once(inbox: MemoryInbox, clock: Clock) -> None:
    """It goes by the first time, and those done after it age as they would."""
    unit, late = inbox.begin("shop"), inbox.begin("shop")
    late.once(PAID)
    clock.seconds += LEASE
    unit.once(PAID)
    unit.commit()
    inbox.once(paid("Shop-2"), namespace="shop")
    clock.seconds += DAY - 1
    late.commit()
    before = counts(inbox)
    clock.seconds += 1

    assert [{"effects": 2}, {}] == [before, counts(inbox)]

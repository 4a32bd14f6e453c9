"""The effects that the inbox in memory keeps: once, claims on them, what is overtaken, what comes too late, bounds."""

import pytest

from juspay_webhooks import OrderPaid, PaymentFailed
from juspay_webhooks.inbox import InboxUnavailable, MemoryInbox, Verdict
from tests.inbox.records import DAY, FAILED, LEASE, PAID, Clock, counts, paid, small


def test_once_in_ones_own_code(inbox: MemoryInbox) -> None:
    """True the first time; an effect that a unit is at, or that was overtaken, is none of ours."""
    unit = inbox.begin("shop")
    unit.once(paid("Shop-2"))

    assert [True, False, False] == [inbox.once(effect, namespace="shop") for effect in (PAID, PAID, paid("SHOP-1"))]
    assert [False, True] == [inbox.once(effect, namespace="shop") for effect in (paid("Shop-2"), paid("Shop-3"))]
    assert not inbox.once(FAILED, namespace="shop")
    assert {"effects": 2} == counts(inbox)
    assert inbox.once(PAID, namespace="other")


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


@pytest.mark.parametrize("effect", [PAID, FAILED], ids=["paid", "failed"])
def test_effects_do_not_age(inbox: MemoryInbox, clock: Clock, effect: OrderPaid | PaymentFailed) -> None:
    """A customer who opens the page of a paid order years later sets nothing going."""
    unit = inbox.begin("shop")
    unit.once(effect)
    unit.commit()
    clock.seconds += 3_650 * DAY

    assert Verdict.DUPLICATE is unit.once(effect)
    assert not inbox.once(effect, namespace="shop")
    assert {"effects": 1} == counts(inbox)


def test_only_claims_that_are_over_are_forgotten(inbox: MemoryInbox, clock: Clock) -> None:
    """Effects that are done, and claims that live, stay."""
    unit, other = inbox.begin("shop"), inbox.begin("shop")
    inbox.once(paid("a"), namespace="shop")
    unit.once(paid("b"))
    clock.seconds += LEASE / 2
    unit.once(paid("c"))
    clock.seconds += LEASE / 2

    assert [Verdict.DUPLICATE, Verdict.CLAIMED, Verdict.BUSY] == [other.once(paid(name)) for name in "abc"]


def test_a_hundred_thousand_effects_are_remembered_unless_told_otherwise() -> None:
    """However few deliveries are."""
    inbox = MemoryInbox(max_entries=1)
    for number in range(100_001):
        inbox.once(paid(str(number)), namespace="shop")

    assert {"effects": 100_000} == counts(inbox)
    assert [True, False] == [inbox.once(paid(str(number)), namespace="shop") for number in (0, 2)]


def test_the_oldest_effect_makes_room(clock: Clock) -> None:
    """There are never more of them than was said, and one that is begun takes none away."""
    inbox = small(clock, 3)
    for name in "abcd":
        inbox.once(paid(name), namespace="shop")

    assert {"effects": 3} == counts(inbox)
    assert [False, False, False, True] == [inbox.once(paid(name), namespace="shop") for name in "bcda"]
    inbox.begin("shop").once(paid("e"))
    assert {"effects": 3} == counts(inbox)


def is_done(inbox: MemoryInbox, effect: OrderPaid | PaymentFailed) -> bool:
    """Tell whether an effect was acted on, and leave it at that."""
    unit = inbox.begin("shop")
    verdict = unit.once(effect)
    unit.rollback()
    return verdict is Verdict.DUPLICATE


def test_attempts_that_failed_make_room_first(clock: Clock) -> None:
    """However many fail, the payments stay: of the attempts the oldest goes, and a payment only for a payment."""
    inbox = small(clock, 3)  # and one attempt that failed
    attempts = [PaymentFailed(order_id="Shop-2", attempt=f"m-{number}", status="DECLINED") for number in range(1_000)]
    inbox.once(PAID, namespace="shop")
    for attempt in attempts:
        inbox.once(attempt, namespace="shop")

    assert attempts[-1:] == [attempt for attempt in attempts if is_done(inbox, attempt)]
    inbox.once(paid("Shop-3"), namespace="shop")
    assert attempts[-1:] == [attempt for attempt in attempts if is_done(inbox, attempt)]
    inbox.once(paid("Shop-4"), namespace="shop")
    assert [False] * 3 == [inbox.once(one, namespace="shop") for one in (PAID, paid("Shop-3"), paid("Shop-4"))]
    inbox.once(paid("Shop-5"), namespace="shop")
    assert [False, True] == [inbox.once(one, namespace="shop") for one in (paid("Shop-3"), PAID)]


def test_an_inbox_full_of_claimed_effects(clock: Clock) -> None:
    """It refuses a new one, not one that it knows; a claim that is over makes room."""
    inbox = small(clock, 2)
    units = [inbox.begin("shop") for _ in range(3)]
    units[0].once(paid("a"))
    units[1].once(paid("b"))

    with pytest.raises(InboxUnavailable, match="the inbox is full: 2 effects are being acted on"):
        units[2].once(paid("c"))
    with pytest.raises(InboxUnavailable, match="the inbox is full"):
        inbox.once(paid("c"), namespace="shop")
    assert [Verdict.CLAIMED, Verdict.BUSY] == [units[0].once(paid("a")), units[2].once(paid("b"))]
    clock.seconds += LEASE
    assert Verdict.CLAIMED is units[2].once(paid("c"))


def test_late_effects_do_not_break_the_bounds(clock: Clock) -> None:
    """What is kept after its claim was over takes the place of one that is done, of no claim that lives."""
    inbox = small(clock, 1)
    late, unit = inbox.begin("shop"), inbox.begin("shop")
    late.once(paid("a"))
    clock.seconds += LEASE
    unit.once(paid("b"))

    late.commit()

    assert {"effects": 1} == counts(inbox)
    assert [Verdict.DUPLICATE, Verdict.BUSY] == [late.once(paid(name)) for name in "ab"]
    unit.commit()
    assert {"effects": 1} == counts(inbox)
    assert Verdict.DUPLICATE is late.once(paid("b"))


def test_an_effect_that_is_kept_twice_has_one_place(clock: Clock) -> None:
    """It goes by the first time, and makes room before those that were done after it."""
    inbox = small(clock, 2)
    unit, late = inbox.begin("shop"), inbox.begin("shop")
    late.once(paid("a"))
    clock.seconds += LEASE
    unit.once(paid("a"))
    unit.commit()
    inbox.once(paid("b"), namespace="shop")
    late.commit()
    before = counts(inbox)
    inbox.once(paid("c"), namespace="shop")

    assert {"effects": 2} == before
    assert [Verdict.CLAIMED, Verdict.DUPLICATE, Verdict.DUPLICATE] == [unit.once(paid(name)) for name in "abc"]

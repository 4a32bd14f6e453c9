"""What holds for the inbox in memory holds for that in a database: the same tests, on each."""

from collections.abc import Callable

import pytest

from juspay_webhooks.inbox import Inbox, Record, SqlInbox, Unit, Verdict
from tests.inbox.records import record, settled
from tests.inbox.test_memory import (
    test_a_claim_may_be_given_back_or_renewed,
    test_a_claim_that_nobody_took_over_settles_late,
    test_a_claim_that_was_taken_over_changes_nothing,
    test_a_lease_ends,
    test_another_body_has_states_of_its_own,
    test_another_body_under_an_id,
    test_attempts_are_counted,
    test_claim,
    test_merchants_do_not_meet,
    test_one_who_was_told_busy_cannot_settle,
    test_quarantine,
    test_settle,
    test_store,
)
from tests.inbox.test_memory_effects import (
    test_a_payment_that_was_forgotten_overtakes_nothing,
    test_a_unit_claims_keeps_and_forgets,
    test_a_unit_keeps_all_that_it_claimed_and_nothing_else,
    test_an_attempt_that_failed_is_overtaken,
    test_effects_do_not_age,
    test_once_in_ones_own_code,
    test_one_that_fails_too_late_takes_nothing_away,
    test_only_claims_that_are_over_are_forgotten,
    test_the_lease_of_an_effect_ends,
    test_what_was_acted_on_too_late_was_acted_on,
)
from tests.inbox.test_memory_orders import (
    test_a_delivery_shows_an_order,
    test_an_order_never_goes_backwards,
    test_hostile_ids,
    test_merchants_know_their_own_orders,
    test_what_is_remembered_holds_nothing_of_the_customer,
)

__all__ = [
    "test_a_claim_may_be_given_back_or_renewed",
    "test_a_claim_that_nobody_took_over_settles_late",
    "test_a_claim_that_was_taken_over_changes_nothing",
    "test_a_delivery_shows_an_order",
    "test_a_lease_ends",
    "test_a_payment_that_was_forgotten_overtakes_nothing",
    "test_a_unit_claims_keeps_and_forgets",
    "test_a_unit_keeps_all_that_it_claimed_and_nothing_else",
    "test_an_attempt_that_failed_is_overtaken",
    "test_an_order_never_goes_backwards",
    "test_another_body_has_states_of_its_own",
    "test_another_body_under_an_id",
    "test_attempts_are_counted",
    "test_claim",
    "test_effects_do_not_age",
    "test_hostile_ids",
    "test_merchants_do_not_meet",
    "test_merchants_know_their_own_orders",
    "test_once_in_ones_own_code",
    "test_one_that_fails_too_late_takes_nothing_away",
    "test_one_who_was_told_busy_cannot_settle",
    "test_only_claims_that_are_over_are_forgotten",
    "test_quarantine",
    "test_settle",
    "test_store",
    "test_the_lease_of_an_effect_ends",
    "test_what_is_remembered_holds_nothing_of_the_customer",
    "test_what_was_acted_on_too_late_was_acted_on",
]


@pytest.mark.parametrize("call", [SqlInbox.store, SqlInbox.quarantine])
def test_another_body_is_kept_whichever_way(inbox: SqlInbox, call: Callable[[SqlInbox, Record], object]) -> None:
    """Storing and quarantining tell bodies apart as claiming does."""
    settled(inbox, record(body=b"first"))

    answers = [call(inbox, record(body=b"other")) for _ in range(2)]

    assert answers in ([Verdict.CLAIMED, Verdict.BUSY], [None, None])
    assert 2 == inbox.stats().done + inbox.stats().received + inbox.stats().quarantined


def test_it_is_an_inbox(inbox: SqlInbox) -> None:
    """It and its units have the protocol's shape (the type checkers compare them); it does I/O and outlives us."""
    one: Inbox = inbox
    unit: Unit = inbox.begin("shop")

    assert (True, True) == (one.durable, one.blocking)
    unit.rollback()

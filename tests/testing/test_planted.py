"""The scenarios find what merchants get wrong: a right merchant passes all of them, and each planted bug fails some."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

import pytest

from juspay_webhooks import (
    MandateChanged,
    NotificationResult,
    OrderPaid,
    PaymentFailed,
    PayoutResult,
    RefundFailed,
    RefundSettled,
    ValidationResult,
)
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.testing import Scenario, make_scenario, scenario_names
from tests.testing.planted import AUTH, Bug, Fact, Merchant

SEEDS: Final = range(3)
PAYING: Final = frozenset({"ORDER_SUCCEEDED", "TXN_CHARGED"})
STRANGERS: Final = {"no header": None, "empty": ("", ""), "wrong password": ("juspay", "guess")}


def trials(name: str) -> Iterator[tuple[str, Scenario]]:
    """List what a merchant is put through with one scenario: a word for it, and the webhooks."""
    for seed in SEEDS:
        scenario = make_scenario(name, seed=seed, auth=AUTH)
        names = list(dict.fromkeys(step.name for step in scenario.steps))
        yield "as told", scenario
        yield "duplicated", scenario.duplicated()
        yield "delayed", scenario.delayed(seed)
        yield "corrupted", scenario.corrupted(seed)
        for order in range(5):
            yield "shuffled", scenario.duplicated().shuffled(order)
        for lost in names:
            yield f"without {lost}", scenario.without(lost)
        if PAYING <= set(names):
            yield "never paid", scenario.without(*PAYING)


def fact_of(effect: Effect) -> Fact:
    """Say what the merchant does about an effect."""
    fact: Fact
    match effect:
        case OrderPaid():
            fact = ("ship", effect.order_id, effect.amount)
        case PaymentFailed():
            fact = ("fail", effect.order_id, effect.attempt)
        case RefundSettled():
            fact = ("refund", effect.order_id, effect.unique_request_id, effect.amount)
        case RefundFailed():
            fact = ("refund failed", effect.order_id, effect.unique_request_id, effect.amount)
        case MandateChanged():
            fact = ("mandate", effect.mandate_id, effect.status)
        case NotificationResult():
            fact = ("notice", effect.object_reference_id, effect.status)
        case PayoutResult():
            fact = ("payout", effect.label, effect.id, effect.status, effect.amount)
        case ValidationResult():
            fact = ("validation", effect.unique_id, effect.status)
    return fact


def passes(merchant: Merchant, scenario: Scenario) -> bool:
    """Tell whether a merchant acts on each effect once and on nothing else, and takes every whole webhook.

    A failed attempt may be acted on before its order is paid, and not after.
    """
    answers = [merchant.receive(step.webhook.headers, step.webhook.body) for step in scenario.steps]
    required = {fact_of(effect) for effect in scenario.effects}
    stated = {fact_of(effect) for step in scenario.steps if step.is_intact for effect in step.webhook.event.effects}
    ships = [index for index, fact in enumerate(merchant.facts) if fact[0] == "ship"]
    late = [fact for fact in merchant.facts[min(ships, default=0) :] if fact in stated - required]
    done = Counter(merchant.facts)
    return (
        all(answer == 200 for answer, step in zip(answers, scenario.steps, strict=True) if step.is_intact)
        and required <= done.keys() <= stated
        and set(done.values()) <= {1}
        and not late
    )


def failures(name: str, *bugs: Bug) -> set[str]:
    """List the words of the trials that a merchant fails with one scenario."""
    failed = {word for word, scenario in trials(name) if not passes(Merchant(*bugs), scenario)}
    for word, auth in STRANGERS.items():
        merchant = Merchant(*bugs)
        webhooks = make_scenario(name, auth=auth).webhooks
        answers = {merchant.receive(webhook.headers, webhook.body) for webhook in webhooks}
        if merchant.facts or answers != {401}:
            failed.add(word)
    return failed


FOUND: Final = [
    (Bug.RUNS_TWICE_ON_A_DUPLICATE, "paid", "duplicated"),
    (Bug.ACTS_ON_BOTH_EVENTS, "paid", "as told"),
    (Bug.TRUSTS_REFUNDED, "auto_refunded", "without AUTO_REFUND_SUCCEEDED"),
    (Bug.UNDOES_CHARGED, "paid_late", "as told"),
    (Bug.IGNORES_THE_SECOND_REFUND, "partly_refunded_twice", "as told"),
    (Bug.TAKES_THE_FIRST_REFUND, "partly_refunded_twice", "as told"),
    (Bug.ACCEPTS_EMPTY_CREDENTIALS, "paid", "empty"),
    (Bug.COUNTS_WITH_FLOATS, "paid", "as told"),
    (Bug.KNOWS_ONLY_FAILED, "failed_then_paid", "never paid"),
    (Bug.CRASHES_ON_THE_UNKNOWN, "authorized_then_voided", "as told"),
    (Bug.BOOKS_PENDING_REFUNDS, "refund_failed", "as told"),
    (Bug.SHIPS_AUTO_REFUNDED, "auto_refunded", "as told"),
]
"""Bug, a scenario that finds it, and the trial in which it does."""


@pytest.mark.parametrize("name", scenario_names())
def test_a_right_merchant_passes_everything(name: str) -> None:
    """No scenario blames code that is right."""
    assert set() == failures(name)


@pytest.mark.parametrize(("bug", "name", "word"), FOUND, ids=[bug.name for bug, _, _ in FOUND])
def test_each_bug_is_found(bug: Bug, name: str, word: str) -> None:
    """A scenario finds each bug that merchants are known to have."""
    assert word in failures(name, bug)


def test_every_planted_bug_has_a_row() -> None:
    """No bug is planted that nothing has to find."""
    assert list(Bug) == [bug for bug, _, _ in FOUND]


@pytest.mark.parametrize("name", ["failed_then_paid", "refund_failed"])
def test_both_words_for_failure_are_missed(name: str) -> None:
    """Who waits for FAILED misses failed payments and failed refunds."""
    assert failures(name, Bug.KNOWS_ONLY_FAILED)


@pytest.mark.parametrize("name", ["split_payment", "authorized_then_voided"])
def test_new_fields_and_new_events_crash(name: str) -> None:
    """A closed list of fields breaks on a split payment, a closed list of events on a void."""
    assert "as told" in failures(name, Bug.CRASHES_ON_THE_UNKNOWN)

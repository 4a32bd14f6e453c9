"""The stories: what each tells, and that its ids, sums and times fit together."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

import pytest

from juspay_webhooks import parse_event, unknown_fields
from juspay_webhooks.catalog import DOCUMENTS, RefundOutcome
from juspay_webhooks.events.payments import MandateEvent, OrderEvent, PaymentFamily, RefundEvent, TransactionEvent
from juspay_webhooks.events.payouts import AnyEvent
from juspay_webhooks.models.fields import Json
from juspay_webhooks.models.order import Order
from juspay_webhooks.testing import make_scenario, scenario_names
from juspay_webhooks.testing.scenarios.scenario import Scenario
from juspay_webhooks.testing.scenarios.stories import STORIES

SEEDS: Final = range(3)
PAID: Final = ["ORDER_CREATED", "TXN_CREATED", "ORDER_SUCCEEDED", "TXN_CHARGED"]
SENT: Final = [
    "ORDER/READY_FOR_FULFILLMENT",
    "ORDER/FULFILLMENTS_SCHEDULED",
    "FULFILLMENT_ORDER/INITIATED",
    "FULFILLMENT_TXN/INITIATED",
]
ARRIVED: Final = [*SENT, "FULFILLMENT_TXN/SUCCESS", "FULFILLMENT_ORDER/SUCCESS", "ORDER/FULFILLMENTS_SUCCESSFUL"]

TOLD: Final[dict[str, tuple[list[str], list[str]]]] = {
    "paid": (PAID, ["OrderPaid"]),
    "failed_then_paid": ([*PAID[:2], "ORDER_FAILED", "TXN_FAILED", *PAID[1:]], ["OrderPaid"]),
    "paid_late": ([*PAID[:2], *PAID[1:], "ORDER_FAILED", "TXN_FAILED"], ["OrderPaid"]),
    "refunded": ([*PAID, "REFUND_INITIATED", "ORDER_REFUNDED"], ["OrderPaid", "RefundSettled"]),
    "partly_refunded_twice": (
        [*PAID, *["REFUND_INITIATED", "ORDER_REFUNDED"] * 2],
        ["OrderPaid", "RefundSettled", "RefundSettled"],
    ),
    "refund_failed": ([*PAID, "REFUND_INITIATED", "ORDER_REFUND_FAILED"], ["OrderPaid", "RefundFailed"]),
    "auto_refunded": ([*PAID[:2], "AUTO_REFUND_INITIATED", "AUTO_REFUND_SUCCEEDED"], ["RefundSettled"]),
    "authorized_then_captured": ([*PAID[:2], "ORDER_AUTHORIZED", *PAID[2:]], ["OrderPaid"]),
    "authorized_then_voided": ([*PAID[:2], "ORDER_AUTHORIZED", "ORDER_VOIDED"], []),
    "mandate": (
        [
            "MANDATE_CREATED",
            "ORDER_SUCCEEDED",
            "MANDATE_ACTIVATED",
            "NOTIFICATION_SUCCEEDED",
            "ORDER_SUCCEEDED",
            "MANDATE_REVOKED",
        ],
        ["MandateChanged", "OrderPaid", "MandateChanged", "NotificationResult", "OrderPaid", "MandateChanged"],
    ),
    "split_payment": (["ORDER_CREATED", "ORDER_PARTIAL_CHARGED", "ORDER_SUCCEEDED"], ["OrderPaid"]),
    "abandoned": (PAID[:2], []),
    "payout_succeeded": (ARRIVED, ["PayoutResult"] * 3),
    "payout_reversed": ([*ARRIVED, "FULFILLMENT_TXN/REVERSED"], ["PayoutResult"] * 4),
    "payout_conflicted": (
        [
            *SENT,
            "FULFILLMENT_TXN/FAILURE",
            "FULFILLMENT_ORDER/FAILURE",
            "ORDER/FULFILLMENTS_FAILURE",
            "FULFILLMENT_TXN/CONFLICTED",
        ],
        ["PayoutResult"] * 4,
    ),
    "beneficiary_valid": (["VALIDATION_V2/VALID"], ["ValidationResult"]),
    "beneficiary_invalid": (["VALIDATION_V2/INVALID"], ["ValidationResult"]),
}
"""Scenario -> its events in the order in which they come, and the effects that must be acted on."""

every_scenario: Final = pytest.mark.parametrize("name", scenario_names())
every_telling: Final = pytest.mark.parametrize(("name", "seed"), [(name, seed) for name in TOLD for seed in SEEDS])


def events_of(scenario: Scenario) -> list[AnyEvent]:
    """Parse the webhooks, strictly."""
    return [parse_event(webhook.body, strict=True) for webhook in scenario.webhooks]


def orders_of(scenario: Scenario) -> list[Order]:
    """List the orders that the webhooks carry."""
    return [event.order for event in events_of(scenario) if isinstance(event, OrderEvent | RefundEvent)]


def leaves(value: Json, path: str = "") -> Iterator[tuple[str, Any]]:
    """List the texts and numbers of decoded JSON with their places."""
    for key, member in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(member, dict | list):
            yield from leaves(member, f"{path}/{key}")
        else:
            yield f"{path}/{key}", member


def test_every_scenario_is_in_the_table() -> None:
    """Whoever adds a story says here what it must tell."""
    assert tuple(TOLD) == scenario_names()


@every_telling
def test_a_scenario_tells_its_story(name: str, seed: int) -> None:
    """The events come as the table says, each body parses strictly, and the effects are those of the table."""
    scenario = make_scenario(name, seed=seed)

    assert TOLD[name][0] == [event.name for event in events_of(scenario)] == [step.name for step in scenario.steps]
    assert TOLD[name][1] == [type(effect).__name__ for effect in scenario.effects]
    assert list(range(len(scenario.steps))) == [step.number for step in scenario.steps]
    assert all(step.is_intact for step in scenario.steps)
    assert not any(unknown_fields(event) for event in events_of(scenario))


@every_scenario
def test_rows_say_what_happens_and_who_says_so(name: str) -> None:
    """A row has a meaning in one line, and sources that the catalog knows."""
    story = STORIES[name]

    assert make_scenario(name).meaning == story.meaning
    assert story.meaning.endswith(".")
    assert "\n" not in story.meaning
    assert story.sources
    assert set() == set(story.sources) - DOCUMENTS.keys()


@every_scenario
def test_the_same_seed_tells_the_same(name: str) -> None:
    """Byte for byte, headers and times included."""
    first, second = (make_scenario(name, seed=5, auth=("u", "p")) for _ in range(2))

    assert first == second
    assert [webhook.body for webhook in first.webhooks] == [webhook.body for webhook in second.webhooks]
    assert all(webhook.headers["Authorization"] == "Basic dTpw" for webhook in first.webhooks)


@every_scenario
def test_another_seed_has_other_ids(name: str) -> None:
    """No id, reference or time of one telling comes in another one: not even with the opposite seed."""
    told = [make_scenario(name, seed=seed) for seed in (-1, 0, 1, 2)]
    keys = {"id", "order_id", "txn_id", "txn_uuid", "unique_request_id", "rrn", "epg_txn_id", "mandate_id", "uniqueId"}
    ids = [
        {
            value
            for webhook in scenario.webhooks
            for path, value in leaves(json.loads(webhook.body))
            if path.rpartition("/")[2] in keys and value
        }
        for scenario in told
    ]

    assert all(ids)
    assert len(set().union(*ids)) == sum(map(len, ids))
    assert len({scenario.order_id for scenario in told}) in {4, 1 if STORIES[name].prefix is None else 4}
    assert not any(b"2025-" in webhook.body for scenario in told for webhook in scenario.webhooks)


@every_telling
def test_webhooks_have_ids_of_their_own(name: str, seed: int) -> None:
    """No two webhooks of a story have one id: only copies do."""
    ids = [event.id for event in events_of(make_scenario(name, seed=seed))]

    assert None not in ids
    assert len(set(ids)) == len(ids)


@every_telling
def test_webhooks_are_about_one_thing(name: str, seed: int) -> None:
    """The orders have the id of the story, and of its debits; each attempt keeps its ids from event to event."""
    scenario = make_scenario(name, seed=seed)
    events = events_of(scenario)
    named = {event.order_id for event in events if isinstance(event, PaymentFamily)} - {None}
    ids: dict[str, set[str | None]] = {}
    for event in events:
        attempts = event.order.transactions if isinstance(event, OrderEvent | RefundEvent) else ()
        for attempt in (event.txn,) if isinstance(event, TransactionEvent) else attempts:
            ids.setdefault(attempt.txn_id, set()).add(attempt.txn_uuid)

    assert named <= {scenario.order_id, f"{scenario.order_id}-debit-1"}
    assert all(len(uuids) == 1 for uuids in ids.values())
    assert len(ids) == len({uuid for uuids in ids.values() for uuid in uuids})
    assert all(f"-{scenario.order_id}-" in txn_id for txn_id in ids)


@every_telling
def test_sums_agree(name: str, seed: int) -> None:
    """Every order has the amount of the story; its parts and its refunds add up to what it says."""
    scenario = make_scenario(name, seed=seed)
    orders = orders_of(scenario)
    amounts = {order.amount for order in orders}
    for order in orders:
        listed = order.refunds or ()
        asked = sum(
            (refund.amount for refund in listed if refund.status.outcome is not RefundOutcome.FAILED), Decimal()
        )
        legs = [leg.txn_detail for leg in order.txn_list or () if leg.txn_detail is not None]

        assert asked == order.amount_refunded
        assert order.maximum_eligible_refund_amount in {None, order.amount - asked, 0}
        assert order.effective_amount == order.amount
        assert order.txn_detail is None or order.txn_detail.txn_amount == order.txn_detail.net_amount == order.amount
        assert not legs or sum(leg.txn_amount for leg in legs) == order.amount
        assert all(leg.net_amount == order.amount for leg in legs)

    assert len(amounts) == (1 if orders else 0)
    assert {event.txn.txn_amount for event in events_of(scenario) if isinstance(event, TransactionEvent)} <= amounts


@every_telling
def test_no_other_number_is_left_of_a_sample(name: str, seed: int) -> None:
    """Wherever a body repeats an amount, it is the story's: nothing has the sample's."""
    scenario = make_scenario(name, seed=seed, amount="777.77") if STORIES[name].prefix else make_scenario(name)
    known = {Decimal("777.77"), Decimal("1555.54"), Decimal(0)}
    found = {
        Decimal(str(value))
        for webhook in scenario.webhooks
        for path, value in leaves(json.loads(webhook.body, parse_float=Decimal))
        if "amount" in path.rpartition("/")[2] and not isinstance(value, str | None) and "/refunds/" not in path
    }

    if name == "split_payment":
        parts = found - known

        assert sum(parts) == Decimal("777.77")
        assert len(parts) == 2
    else:
        assert found <= known | {amount for amount in found if "partly" in name}


@every_telling
def test_times_grow(name: str, seed: int) -> None:
    """An event is made before it is sent, and each after the one before it; only late news is older."""
    scenario = make_scenario(name, seed=seed)
    afters = [step.after for step in scenario.steps]
    sent = [event.date_created for event in events_of(scenario) if isinstance(event, PaymentFamily)]
    made = [when for when in sent if when is not None]
    if name == "paid_late":
        late, made = made[-2:], made[:-2]

        assert max(late) < made[-2]
    for order in orders_of(scenario):
        assert order.date_created is not None
        assert order.last_updated is not None
        assert order.date_created < order.last_updated

    assert afters[0] > timedelta(0)
    assert all(earlier < later for earlier, later in pairwise(afters))
    assert all(earlier < later for earlier, later in pairwise(made))
    if made:
        beginning = made[0] - afters[0]

        assert [beginning + after for after in afters[: len(made)]] == made
        assert datetime(2026, 3, 1, tzinfo=UTC) <= beginning < datetime(2026, 4, 1, tzinfo=UTC)


@every_telling
def test_updates_are_as_old_as_their_events(name: str, seed: int) -> None:
    """What an event says of its order or mandate was true when the event was made, and not after."""
    for event in events_of(make_scenario(name, seed=seed)):
        if isinstance(event, OrderEvent | RefundEvent):
            updated, listed = event.order.last_updated, event.order.refunds or ()

            assert event.date_created == updated
            assert updated is not None
            assert all(refund.last_updated is not None and refund.last_updated <= updated for refund in listed)
        elif isinstance(event, MandateEvent):
            assert event.mandate.last_updated is not None
            assert event.date_created == event.mandate.last_updated + timedelta(seconds=1)


@every_scenario
def test_effects_are_all_there(name: str) -> None:
    """Each effect of each webhook must be acted on, unless another effect of the story overtakes it."""
    scenario = make_scenario(name)
    stated = {effect.key: effect for event in events_of(scenario) for effect in event.effects}
    due = [effect.key for effect in scenario.effects]

    assert len(set(due)) == len(due)
    assert set(due) == {key for key, effect in stated.items() if effect.overtaken_by not in stated}


def test_a_failure_counts_if_nothing_pays() -> None:
    """Without the webhooks that say paid, the failed attempt is what must be acted on."""
    scenario = make_scenario("failed_then_paid").without("ORDER_SUCCEEDED", "TXN_CHARGED")

    assert ["PaymentFailed"] == [type(effect).__name__ for effect in scenario.effects]


@pytest.mark.parametrize("seed", range(20))
def test_floats_lose_a_paisa(seed: int) -> None:
    """Drawn amounts cannot be counted with floats, and drawn parts cannot be added with them."""
    scenario = make_scenario("partly_refunded_twice", seed=seed)
    order = orders_of(scenario)[-1]
    first, second = (refund.amount for refund in order.refunds or ())

    assert int(float(order.amount) * 100) != order.amount * 100
    assert float(first) + float(second) != float(first + second)


def test_the_list_of_refunds_has_no_fixed_order() -> None:
    """Some seeds list the latest refund first, others last: neither place can be relied on."""
    orders = [orders_of(make_scenario("partly_refunded_twice", seed=seed))[-1] for seed in range(20)]
    firsts = [[refund.created for refund in order.refunds or ()] for order in orders]

    assert {True, False} == {created == sorted(created, key=str) for created in firsts}

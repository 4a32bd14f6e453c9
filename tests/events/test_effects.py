"""What an event says has happened, and the key by which the same fact is known again."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import pytest

from juspay_webhooks import (
    AnyEvent,
    Effect,
    MandateChanged,
    MandateStatus,
    NotificationResult,
    NotificationStatus,
    OrderPaid,
    OrderStatus,
    PayloadError,
    PaymentFailed,
    PayoutOutcome,
    PayoutResult,
    RefundFailed,
    RefundSettled,
    UnknownEvent,
    UnknownPayoutEvent,
    UnreadableEvent,
    ValidationResult,
    ValidationStatus,
    parse_event,
    parse_order,
)
from juspay_webhooks.catalog import (
    MANDATE_STATUSES,
    NOTIFICATION_STATUSES,
    ORDER_STATUSES,
    PAYMENT_EVENTS,
    REFUND_STATUSES,
    VALIDATION_STATUSES,
    Family,
    NotificationOutcome,
    Outcome,
    RefundOutcome,
)
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing import sample_body
from tests.events.bodies import payment, payment_body, payout, refund

PAID: Final = OrderPaid(order_id="Shop-1", amount=Decimal(5), currency="INR")

SILENT: Final = [
    name for name, row in PAYMENT_EVENTS.items() if row.family not in {Family.ORDER, Family.TXN, Family.LOAN}
]
"""Names that never speak of a payment: refunds, disputes, mandates, and everything that is no payment at all."""


def keys(event: AnyEvent) -> list[str]:
    """Give the keys of an event's effects."""
    return [effect.key for effect in event.effects]


def settled(number: int) -> RefundSettled:
    """Make the effect of a refund that succeeded."""
    return RefundSettled(order_id="Shop-1", unique_request_id=f"R-{number}", amount=Decimal(number))


def failed(number: int) -> RefundFailed:
    """Make the effect of a refund that failed."""
    return RefundFailed(order_id="Shop-1", unique_request_id=f"R-{number}", amount=Decimal(number))


# --- Paid ---


@pytest.mark.parametrize("status", [*ORDER_STATUSES, "SENT_BY_PIGEON"])
def test_only_paid_is_paid(status: str) -> None:
    """Of all words only those with the outcome PAID pay an order or a transaction; FAILED ones fail an attempt."""
    outcome = OrderStatus(status).outcome
    failure = PaymentFailed(order_id="Shop-1", attempt=None, status=status)
    expected: dict[Outcome, tuple[Effect, ...]] = {Outcome.PAID: (PAID,), Outcome.FAILED: (failure,)}

    assert expected.get(outcome, ()) == payment("ORDER_UPDATED", order={"status": status}).effects
    assert (outcome is Outcome.PAID) == (PAID in payment("TXN_CHARGED", txn={"status": status}).effects)


@pytest.mark.parametrize("status", [*REFUND_STATUSES, "SENT_BY_PIGEON"])
def test_an_order_with_a_refund_is_not_paid(status: str) -> None:
    """Any refund takes the payment back, one in a state that nobody knows as well; one that failed does not."""
    row = REFUND_STATUSES.get(status)

    event = payment("ORDER_SUCCEEDED", order={"refunds": [refund(1, "FAILURE"), refund(2, status)]})

    assert (PAID in event.effects) is (row is not None and row.outcome is RefundOutcome.FAILED)


def test_the_refund_of_one_leg_takes_the_payment_back() -> None:
    """A refund counts wherever the body has it."""
    leg = {"txn_id": "m-Shop-1-1-1", "status": "CHARGED", "refunds": [refund(1, "PENDING")]}

    assert () == payment("ORDER_SUCCEEDED", order={"txn_list": [leg]}).effects


def test_one_payment_has_one_key() -> None:
    """The order's event, the transaction's event and one of a new name are about one and the same fact."""
    order = {"amount": "5.00", "date_created": "2024-01-31T09:30:00Z"}
    events = [
        payment("ORDER_SUCCEEDED", order=order),
        payment("TXN_CHARGED", txn={"txn_uuid": "moz1"}),
        payment("BRAND_NEW", order={"order_id": "SHOP-1", "currency": "BRL"}),
        parse_event(sample_body("ORDER_SUCCEEDED").replace(b"shop-1001", b"shop-1")),
    ]

    assert [["/OrderPaid/shop-1"]] * 4 == [keys(event) for event in events]


@pytest.mark.parametrize(
    ("txn_id", "order_id", "is_paid"),
    [
        ("m-Shop-1-1", "Shop-1", True),
        ("m-Shop-1-1-1", "Shop-1", False),
        ("m-Shop-1-12-34", "Shop-1", False),
        ("m-Shop-1-1-1", "Shop-1-1", True),
        ("m-Shop-1-1-1-1", "Shop-1-1", False),
        ("m-1-2-3", "1", False),
        ("m-a.b-1-1", "a.b", False),
        ("m-axb-1-1", "a.b", True),
        ("m-Shop-1-1-1-silent", "Shop-1", True),
        ("my-own-id-1-1", "Shop-1", True),
    ],
)
def test_one_leg_of_a_split_payment_pays_nothing(txn_id: str, order_id: str, is_paid: bool) -> None:  # noqa: FBT001
    """A transaction `<order id>-<attempt>-<leg>` is a part; whether the order is paid, only the order's event says."""
    event = payment("TXN_CHARGED", txn={"txn_id": txn_id, "order_id": order_id})

    assert is_paid is bool(event.effects)


def test_the_order_beside_a_transaction_knows_more() -> None:
    """A transaction knows of no refund and of no other leg; the order in the same body does."""
    refunded = payment("TXN_CHARGED", txn={}, order={"refunds": [refund(1, "SUCCESS")]})
    partial = payment("TXN_CHARGED", txn={"txn_id": "my-own-id"}, order={"status": "PARTIAL_CHARGED"})

    assert (settled(1),) == refunded.effects
    assert () == partial.effects


def test_a_failed_leg_is_a_failed_attempt() -> None:
    """It need not fail the whole order, and `PaymentFailed` does not say so."""
    event = payment("TXN_FAILED", txn={"txn_id": "m-Shop-1-1-1", "status": "AUTHORIZATION_FAILED"})

    assert ["/PaymentFailed/shop-1/m-shop-1-1-1"] == keys(event)


@pytest.mark.parametrize("name", SILENT)
@pytest.mark.parametrize("content", ["order", "txn", "mandate order txn", "notification order txn"])
def test_other_events_never_speak_of_a_payment(name: str, content: str) -> None:
    """An order inside a refund, a dispute or a mandate event is CHARGED still, and no news."""
    found: list[Effect] = []
    for status in ("CHARGED", "AUTHORIZATION_FAILED"):
        objects = {key: {"status": status} if key in {"order", "txn"} else {} for key in content.split()}
        found += payment(name, **objects).effects

    assert [] == [effect for effect in found if isinstance(effect, OrderPaid | PaymentFailed)]


@pytest.mark.parametrize("name", ["ORDER_SUCCEEDED", "TXN_CREATED", "ORDER_VOIDED", "LOAN_ACTIVE", "BRAND_NEW"])
def test_events_about_orders_speak_of_payment(name: str) -> None:
    """Orders, loans and names that nobody knows yet say what their order says."""
    assert (PAID,) == payment(name, order={}).effects


# --- Failed ---


@pytest.mark.parametrize(
    ("ids", "attempt"),
    [
        ({}, ""),
        ({"txn_id": "m-Shop-1-1"}, "m-shop-1-1"),
        ({"txn_id": "m-Shop-1-1", "txn_uuid": "mozA"}, "moza"),
        ({"txn_id": "m-Shop-1-1", "txn_uuid": ""}, "m-shop-1-1"),
        ({"txn_id": "m-Shop-1-2"}, "m-shop-1-2"),
    ],
)
def test_a_failure_belongs_to_one_attempt(ids: dict[str, Json], attempt: str) -> None:
    """Each attempt fails once: the key has its `txn_uuid`, else its `txn_id`."""
    event = payment("ORDER_FAILED", order={"status": "JUSPAY_DECLINED", **ids})

    assert [f"/PaymentFailed/shop-1/{attempt}"] == keys(event)


def test_order_and_transaction_fail_once() -> None:
    """ORDER_FAILED and TXN_FAILED of one attempt give one key, and what the effect says is the same."""
    ids = {"txn_id": "m-Shop-1-1", "txn_uuid": "mozA", "status": "AUTHENTICATION_FAILED"}
    effect = PaymentFailed(order_id="Shop-1", attempt="mozA", status="AUTHENTICATION_FAILED")

    assert (effect,) == payment("ORDER_FAILED", order=ids).effects == payment("TXN_FAILED", txn=ids).effects


# --- Refunds ---


@pytest.mark.parametrize("name", ["ORDER_REFUNDED", "ORDER_REFUND_FAILED", "REFUND_SUCCEEDED", "ORDER_SUCCEEDED"])
@pytest.mark.parametrize(
    ("refunds", "expected"),
    [
        ([refund(1, "SUCCESS"), refund(2, "SUCCESS")], (settled(1), settled(2))),
        ([refund(2, "SUCCESS"), refund(1, "FAILURE")], (settled(2), failed(1))),
        ([refund(1, "Failure"), refund(2, "TXN_FAILURE"), refund(3, "SUCCESS")], (failed(1), failed(2), settled(3))),
        ([refund(1, "SUCCESS"), refund(1, "PENDING")], (settled(1),)),
        ([refund(1, "SUCCESS"), refund(2, "PENDING"), refund(3, "MANUAL_REVIEW"), refund(4, "NEW")], (settled(1),)),
    ],
)
def test_every_refund_that_ended(name: str, refunds: list[Json], expected: tuple[Effect, ...]) -> None:
    """Each entry counts by its own status, wherever it stands and whatever the event is called."""
    assert expected == payment(name, order={"refunds": refunds}).effects


def test_two_refunds_give_both() -> None:
    """A published shape: the second refund's event carries the first one, too."""
    event = parse_event(sample_body("ORDER_REFUNDED", variant="two_refunds"))

    assert [
        "/RefundSettled/shop-1012/refund-1012-a",
        "/RefundSettled/shop-1012/refund-1012-b",
    ] == sorted(keys(event))


def test_success_and_failure_of_one_refund_are_two_facts() -> None:
    """A refund that failed and then succeeded has both keys, each once."""
    both = [payment("ORDER_REFUNDED", order={"refunds": [refund(1, word)]}) for word in ("FAILURE", "SUCCESS")]

    assert [["/RefundFailed/shop-1/r-1"], ["/RefundSettled/shop-1/r-1"]] == [keys(event) for event in both]


# --- Mandates and notifications ---


@pytest.mark.parametrize("status", [*MANDATE_STATUSES, "SENT_BY_PIGEON"])
def test_a_mandate_reached_a_state(status: str) -> None:
    """Every state is a fact, an unknown one too."""
    event = payment("MANDATE_UPDATED", mandate={"status": status})

    assert (MandateChanged(mandate_id="Man-1", status=MandateStatus(status), changed_at=None),) == event.effects


def test_a_mandate_may_pause_twice() -> None:
    """The time of the change is part of the key, the same in whichever zone it is written; the event's name is not."""
    times = [
        "2024-01-31T09:30:00Z",
        "2024-01-31T15:00:00+05:30",
        "31/01/2024 15:00:00",
        "1706693400",
        "2024-02-01T09:30:00Z",
        None,
    ]
    found = [keys(payment("MANDATE_PAUSED", mandate={"status": "PAUSED", "last_updated": time})) for time in times]
    first = ["/MandateChanged/man-1/paused/2024-01-31t09:30:00+00:00"]

    assert [first] * 4 == found[:4]
    assert [["/MandateChanged/man-1/paused/2024-02-01t09:30:00+00:00"], ["/MandateChanged/man-1/paused/"]] == found[4:]
    assert first == keys(payment("MANDATE_UPDATED", mandate={"status": "Paused", "last_updated": times[0]}))


@pytest.mark.parametrize("status", [*NOTIFICATION_STATUSES, "SENT_BY_PIGEON"])
def test_a_notification_ends_once(status: str) -> None:
    """Delivered or failed is a fact; under way is none. The order beside it is none either."""
    word = NotificationStatus(status)
    result = NotificationResult(object_reference_id="Ref-1", status=word)
    expected = (result,) if word.outcome in {NotificationOutcome.SUCCESS, NotificationOutcome.FAILED} else ()

    assert expected == payment("NOTIFICATION_SUCCEEDED", notification={"status": status}, order={}).effects
    assert f"/NotificationResult/ref-1/{status.lower()}" == result.key


# --- Payouts ---


@pytest.mark.parametrize(
    ("label", "status", "outcome"),
    [
        ("ORDER", "READY_FOR_FULFILLMENT", None),
        ("ORDER", "FULFILLED_PARTIALLY", None),
        ("ORDER", "FULFILLMENTS_SUCCESSFUL", PayoutOutcome.SUCCESS),
        ("ORDER", "FULFILLMENTS_FAILURE", PayoutOutcome.FAILED),
        ("ORDER", "FULFILLMENTS_MANUAL_REVIEW", PayoutOutcome.REVIEW),
        ("ORDER", "FULFILLMENTS_CANCELLED", PayoutOutcome.CANCELLED),
        ("ORDER", "SUCCESS", None),
        ("FULFILLMENT_ORDER", "PENDING", None),
        ("FULFILLMENT_ORDER", "SUCCESS", PayoutOutcome.SUCCESS),
        ("FULFILLMENT_ORDER", "DISCARDED", PayoutOutcome.CANCELLED),
        ("FULFILLMENT_ORDER", "SENT_BY_PIGEON", None),
        ("FULFILLMENT_TXN", "INITIATED", None),
        ("FULFILLMENT_TXN", "SUCCESS", PayoutOutcome.SUCCESS),
        ("FULFILLMENT_TXN", "FAILURE", PayoutOutcome.FAILED),
        ("FULFILLMENT_TXN", "REVERSED", PayoutOutcome.REVERSED),
        ("FULFILLMENT_TXN", "CONFLICTED", PayoutOutcome.SUCCESS),
        ("FULFILLMENT_TXN", "MANUAL_REVIEW", PayoutOutcome.REVIEW),
    ],
)
def test_payouts(label: str, status: str, outcome: PayoutOutcome | None) -> None:
    """What ended, was taken back or waits for a person is a fact; `info.status` decides, whatever `value` announces."""
    found = payout(label, "INITIATED", id="P-1", status=status, amount="2.50")
    result = PayoutResult(
        label=label, id="P-1", status=status, outcome=outcome or PayoutOutcome.UNKNOWN, amount=Decimal("2.50")
    )

    assert (() if outcome is None else (result,)) == found.effects
    assert f"/PayoutResult/{label.lower()}/p-1/{status.lower()}" == result.key


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ({"id": "F1-t1", "transactionRef": "ref"}, ["/PayoutResult/fulfillment_txn/f1-t1/success"]),
        ({"transactionRef": "Ref"}, ["/PayoutResult/fulfillment_txn/ref/success"]),
        ({"id": "", "transactionRef": "ref"}, ["/PayoutResult/fulfillment_txn/ref/success"]),
        ({}, []),
    ],
)
def test_an_attempt_goes_by_its_id_or_reference(ids: dict[str, Json], expected: list[str]) -> None:
    """Without either it cannot be known again, and gives no fact."""
    assert expected == keys(payout("FULFILLMENT_TXN", "SUCCESS", status="SUCCESS", amount=1, **ids))


def test_a_reversal_is_a_fact_of_its_own() -> None:
    """SUCCESS then REVERSED, FAILURE then CONFLICTED: four keys."""
    words = ["SUCCESS", "REVERSED", "FAILURE", "CONFLICTED"]
    found = {key for word in words for key in keys(payout("FULFILLMENT_TXN", word, id="t", status=word, amount=1))}

    assert {f"/PayoutResult/fulfillment_txn/t/{word.lower()}" for word in words} == found


@pytest.mark.parametrize("label", ["VALIDATION", "VALIDATION_V2"])
@pytest.mark.parametrize("status", [*VALIDATION_STATUSES, "SENT_BY_PIGEON"])
def test_a_validation_ends(label: str, status: str) -> None:
    """VALID, INVALID and ERROR are its ends."""
    result = ValidationResult(unique_id="Bene-1", status=ValidationStatus(status), created_at=None)
    expected = (result,) if status in {"VALID", "INVALID", "ERROR"} else ()

    assert expected == payout(label, status, uniqueId="Bene-1", status=status).effects
    assert f"/ValidationResult/bene-1/{status.lower()}/" == result.key


@pytest.mark.parametrize("info", [{}, {"uniqueId": "b"}, {"status": "VALID"}, {"uniqueId": "", "status": "VALID"}])
def test_a_validation_of_nobody(info: Mapping[str, Json]) -> None:
    """Without the beneficiary or the status there is no fact."""
    assert () == payout("VALIDATION_V2", "VALID", **info).effects


def test_a_beneficiary_may_be_validated_again() -> None:
    """The time at which a validation was made is part of the key, in whichever zone it is written."""
    info = {"uniqueId": "Bene-1", "status": "VALID"}
    first = ["/ValidationResult/bene-1/valid/2024-10-09t14:53:22+00:00"]
    times = ["2024-10-09T14:53:22Z", "09/10/2024 20:23:22"]

    assert [first] * 2 == [keys(payout("VALIDATION_V2", "VALID", **info, createdAt=time)) for time in times]
    assert first != keys(payout("VALIDATION_V2", "VALID", **info, createdAt="2024-10-10T14:53:22Z"))


# --- Nothing ---


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"event_name": "CHARGEBACK_RECEIVED", "content": {"chargeback": {"status": "CHARGED"}}}, UnknownEvent),
        ({"event_name": "ORDER_SUCCEEDED", "content": {"order": {"status": "CHARGED"}}}, UnreadableEvent),
        ({"label": "BRAND_NEW", "value": "SUCCESS", "info": {"id": "1", "status": "SUCCESS"}}, UnknownPayoutEvent),
        ({"label": "ORDER", "value": "FULFILLMENTS_SUCCESSFUL", "info": {"id": "1"}}, UnreadableEvent),
    ],
)
def test_what_is_not_understood_states_no_fact(body: dict[str, Json], expected: type[AnyEvent]) -> None:
    """Unknown and unreadable events have no effects."""
    event = parse_event(json.dumps(body))

    assert expected is type(event)
    assert () == event.effects


def test_routing_states_no_fact() -> None:
    """A gateway that was switched changes nothing for a merchant's books."""
    assert () == payout("SR_BASED_ROUTING", "GATEWAY_SWITCHED", status="SUCCESS", uniqueId="1").effects


# --- Keys ---


def test_keys_are_distinct() -> None:
    """An id that holds a slash, a tilde or another's separator is not mistaken for two parts."""
    pairs = [("a/b", "c"), ("a", "b/c"), ("a~1b", "c"), ("a~b", "c"), ("a", "b"), ("ab", "")]
    found = {RefundSettled(order_id=order, unique_request_id=id_, amount=Decimal(1)).key for order, id_ in pairs}

    assert len(pairs) == len(found)
    assert "/RefundSettled/a~1b/c" in found


def test_a_key_rests_on_ids_alone() -> None:
    """Amounts and currencies are what the event says; they are not what the fact is known by."""
    others = [OrderPaid(order_id=id_, amount=Decimal(7), currency=None) for id_ in ("shop-1", "SHOP-1")]

    assert {PAID.key} == {other.key for other in others}
    assert PAID not in others


HIDDEN: Final = {
    "a refund without an amount": {"refunds": [refund(1, "SUCCESS") | {"amount": "FILTERED"}]},
    "a refund without a status": {"refunds": [refund(1, "SUCCESS") | {"status": None}]},
    "refunds masked": {"refunds": "FILTERED"},
    "refunds by name": {"refunds": {"0": refund(1, "SUCCESS")}},
    "a leg that cannot be read": {"txn_list": [{"txn_id": "a", "status": None, "refunds": [refund(1, "SUCCESS")]}]},
    "legs masked": {"txn_list": "FILTERED"},
    "a split refund": {"split_refund_details": [{"unique_request_id": "r", "status": "SUCCESS", "amount": 5}]},
    "a part captured": {"captured_amount": 4},
    "a capture masked": {"captured_amount": "FILTERED"},
    "captures and voids masked": {"txn_sub_details": "FILTERED"},
    "refunded, without a refund": {"refunded": True},
    "less than nothing": {"amount": -5},
}


@pytest.mark.parametrize("order", HIDDEN.values(), ids=HIDDEN)
def test_paid_is_never_said_in_doubt(order: dict[str, Json]) -> None:
    """A refund that may be there, or money that is not: no `OrderPaid`."""
    event = payment("ORDER_SUCCEEDED", order=order)

    assert [] == [effect for effect in event.effects if isinstance(effect, OrderPaid)]


@pytest.mark.parametrize(
    "order", [{"captured_amount": 5}, {"captured_amount": 4, "effective_amount": 4}, {"amount": 0}]
)
def test_what_is_due_is_paid(order: dict[str, Json]) -> None:
    """All of it captured, less an offer, or nothing to pay at all."""
    assert 1 == len(payment("ORDER_SUCCEEDED", order=order).effects)


@pytest.mark.parametrize(
    "txn",
    [
        {"txn_id": "m-SHOP-1-1-1"},
        {"txn_id": "my-own-id", "net_amount": 100},
        {"txn_object_type": "PARTIAL_CAPTURE"},
        {"txn_object_type": "VOID"},
        {"txn_amount": -5},
    ],
    ids=str,
)
def test_a_part_of_a_payment_pays_nothing(txn: dict[str, Json]) -> None:
    """A leg, whichever case its id is in, a part of a capture, and what the whole order's net amount betrays."""
    assert () == payment("TXN_CHARGED", txn=txn).effects


@pytest.mark.parametrize("name", ["REFUND_REVERSED", "DISPUTE_LOST", "ORDER_PARTIALLY_REFUNDED", "TXN_REFUNDED"])
def test_a_new_name_that_takes_back_never_says_paid(name: str) -> None:
    """Names without a row: what sounds like a refund or a dispute is taken for one."""
    assert () == payment(name, order={}).effects
    assert () == payment(name, txn={}).effects


def test_split_payments_fail_attempt_by_attempt() -> None:
    """The attempt stands in the legs; two attempts are two facts."""
    events = [
        payment("ORDER_FAILED", order={"status": "DECLINED", "txn_list": [{"txn_id": txn, "status": "DECLINED"}]})
        for txn in ("a", "b")
    ]

    assert [["/PaymentFailed/shop-1/a"], ["/PaymentFailed/shop-1/b"]] == [keys(event) for event in events]


def test_a_mandate_without_a_time_goes_by_the_events() -> None:
    """Older bodies have no `last_updated`."""
    body = payment_body("MANDATE_PAUSED", mandate={"status": "PAUSED"})
    times = ["2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z"]

    assert len({keys(parse_event(json.dumps(body | {"date_created": time})))[0] for time in times}) == 2


def test_a_refund_may_be_behind_the_problems_that_are_not_listed() -> None:
    """So many unreadable places that not all are listed: nobody can say that no refund is among them."""
    found = json.loads(sample_body("ORDER_SUCCEEDED"))
    found["content"]["order"]["basket"] = [{"id": {}} for _ in range(1200)]
    event = parse_event(json.dumps(found))

    assert "" in {problem.path for problem in event.problems}
    assert () == event.effects
    with pytest.raises(PayloadError):
        parse_order(json.dumps(found["content"]["order"]))

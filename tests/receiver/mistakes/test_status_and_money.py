"""Mistakes that take unpaid for paid, paid for unpaid, or one amount for another."""

import json
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeAlias

import pytest

from juspay_webhooks import (
    AnswerOutcome,
    BasicAuth,
    ConfigurationError,
    Delivery,
    MandateStatus,
    NotificationStatus,
    Order,
    OrderPaid,
    OrderStatus,
    PaymentFailed,
    PayoutTransactionStatus,
    Permanent,
    Receiver,
    RefundFailed,
    RefundSettled,
    RefundStatus,
    UnreadableEvent,
    ValidationStatus,
    supersedes,
)
from juspay_webhooks.catalog import (
    MandateOutcome,
    NotificationOutcome,
    Outcome,
    PayoutOutcome,
    RefundOutcome,
)
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing import REMOVE, make_webhook, sample_body
from tests.receiver.mistakes.lessons import lesson
from tests.receiver.mistakes.shop import AUTH, Shop, encoded, order_of

# --- Status ---

FAILURES: Final = ("AUTHENTICATION_FAILED", "AUTHORIZATION_FAILED", "JUSPAY_DECLINED", "DECLINED")
"""Words of a payment that failed; `FAILED` is none of them."""


def _about(key: str, **changes: Json) -> dict[str, Json]:
    """Write the keyword of a webhook's object, whose name is a case."""
    return {key: changes}


@lesson("S1", "F5")
@pytest.mark.parametrize("status", FAILURES)
@pytest.mark.parametrize(("name", "key"), [("ORDER_FAILED", "order"), ("TXN_FAILED", "txn")])
def test_a_failure_is_not_looked_for_by_one_word(name: str, key: str, status: str) -> None:
    """Every word for a failure fails the attempt; no handler has to know the words."""
    shop = Shop()
    shop.send(name, **_about(key, status=status))

    assert [PaymentFailed] == [type(fact) for fact in shop.facts]
    assert [status] == [fact.status for fact in shop.facts if isinstance(fact, PaymentFailed)]


@lesson("S1", "S5")
@pytest.mark.parametrize("word", ["FAILED", "CANCELLED", "EXPIRED", "PAID", "CAPTURED", "SUCCESSFUL", "TOMORROW", ""])
def test_a_word_that_juspay_never_sends_decides_nothing(word: str) -> None:
    """It is uncertain: neither paid nor failed, whatever it means in English, and it replaces nothing that is known."""
    shop = Shop()
    answer = shop.send("ORDER_SUCCEEDED", order={"status": word})
    stored = order_of("ORDER_SUCCEEDED")

    assert (200, AnswerOutcome.HANDLED) == (answer.status, answer.outcome)
    assert (Outcome.UNKNOWN, False) == (OrderStatus(word).outcome, OrderStatus(word).is_terminal)
    assert [] == shop.facts
    assert not supersedes(stored, order_of("ORDER_SUCCEEDED", status=word))


@lesson("S2")
@pytest.mark.parametrize("number", [20, 21, 22, 23, 26, 27, 35, 36, 37, -3001, 9999, None, "21", "x"])
@pytest.mark.parametrize("status", ["CHARGED", "AUTHORIZATION_FAILED", "PENDING_VBV", "TOMORROW"])
def test_the_number_beside_the_status_decides_nothing(status: str, number: Json) -> None:
    """Published bodies have (CHARGED, 27): the word counts, the number is shown and never used."""
    facts: dict[str, list[type]] = {"CHARGED": [OrderPaid], "AUTHORIZATION_FAILED": [PaymentFailed]}
    shop = Shop()
    shop.send("ORDER_SUCCEEDED", order={"status": status, "status_id": number})
    event: Any = shop.events[0]

    assert facts.get(status, []) == [type(fact) for fact in shop.facts]
    assert status == event.order.status
    assert {"21": 21, "x": None}.get(str(number), number) == event.order.status_id


@lesson("S2")
def test_no_state_is_taken_from_a_number_alone() -> None:
    """An order with the number of CHARGED and no word cannot be read, and pays nothing."""
    shop = Shop()
    body = json.loads(sample_body("ORDER_SUCCEEDED"))
    del body["content"]["order"]["status"]

    assert isinstance(shop.read(body), UnreadableEvent)
    assert [] == shop.facts


@lesson("S3", "P11")
@pytest.mark.parametrize(
    "name", ["ORDER_SUCCEEDED", "ORDER_FAILED", "TXN_CREATED", "ORDER_PARTIAL_CHARGED", "ORDER_UPDATED"]
)
@pytest.mark.parametrize(
    ("status", "facts"), [("CHARGED", [OrderPaid]), ("AUTHORIZATION_FAILED", [PaymentFailed]), ("NEW", [])]
)
def test_the_state_is_not_taken_from_the_name_of_the_event(name: str, status: str, facts: list[type]) -> None:
    """Whatever an event about an order is called, the status of its order says what has happened."""
    shop = Shop()
    body = json.loads(make_webhook("ORDER_SUCCEEDED", order={"status": status}).body)
    shop.read({**body, "event_name": name})

    assert facts == [type(fact) for fact in shop.facts]


Word: TypeAlias = (
    OrderStatus | RefundStatus | MandateStatus | NotificationStatus | PayoutTransactionStatus | ValidationStatus
)


@lesson("S4")
@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (OrderStatus.CHARGED, Outcome.PAID),
        (RefundStatus.FAILURE, RefundOutcome.FAILED),
        (MandateStatus.REVOKED, MandateOutcome.ENDED),
        (NotificationStatus.FAILURE, NotificationOutcome.FAILED),
        (PayoutTransactionStatus.FAILURE, PayoutOutcome.FAILED),
        (ValidationStatus.VALID, PayoutOutcome.SUCCESS),
    ],
)
def test_a_raw_status_is_no_outcome(raw: Word, outcome: StrEnum) -> None:
    """The word and what it comes down to are values of two types, and the word stays what it was."""
    assert outcome is raw.outcome
    assert raw != outcome  # type: ignore[comparison-overlap]  # a type checker sees the mistake
    assert not isinstance(raw, type(outcome))
    assert not isinstance(outcome, type(raw))


@lesson("S4")
def test_a_classified_order_still_says_charged() -> None:
    """The refund of an order that was classified as paid finds the word of Juspay, not one of ours."""
    shop = Shop()
    shop.send("ORDER_SUCCEEDED")
    order: Order = next(delivery.order for delivery in shop.deliveries if delivery.order is not None)

    assert Outcome.PAID is order.outcome
    assert OrderStatus.CHARGED is order.status


@lesson("S5")
@pytest.mark.parametrize("status", ["TOMORROW", "NOT_FOUND", "ERROR", "SUCCESS", "AUTO_REFUND_FAILED"])
@pytest.mark.parametrize(
    ("name", "key"), [("ORDER_SUCCEEDED", "order"), ("TXN_CHARGED", "txn"), ("ORDER_FAILED", "order")]
)
def test_an_unknown_status_is_uncertain(name: str, key: str, status: str) -> None:
    """Neither pending nor failed nor paid: no fact, no error, and an outcome that says to ask again."""
    shop = Shop()
    answer = shop.send(name, **_about(key, status=status))
    event: Any = shop.events[0]

    assert 200 == answer.status
    assert Outcome.UNKNOWN is getattr(event, key).status.outcome
    assert [] == shop.facts


OUTCOMES: Final[dict[Outcome, tuple[str, ...]]] = {
    Outcome.PAID: ("CHARGED",),
    Outcome.PARTLY_PAID: ("PARTIAL_CHARGED",),
    Outcome.CASH_ON_DELIVERY: ("COD_INITIATED",),
    Outcome.AUTO_REFUNDED: ("AUTO_REFUNDED",),
    Outcome.AUTHORIZED: ("AUTHORIZED", "CAPTURE_FAILED", "VOID_FAILED"),
    Outcome.PENDING: (
        *("NEW", "CREATED", "STARTED", "PENDING_VBV", "PENDING_AUTHENTICATION", "AUTHORIZING"),
        *("CAPTURE_INITIATED", "VOID_INITIATED"),
    ),
    Outcome.ACTION_NEEDED: ("TO_BE_CHARGED",),
    Outcome.FAILED: FAILURES,
    Outcome.VOIDED: ("VOIDED", "AUTO_VOIDED", "MERCHANT_VOIDED"),
    Outcome.UNKNOWN: ("NOT_FOUND", "ERROR", "AUTO_REFUND_REQUEST", "AUTO_REFUND_FAILED"),
}
"""What each word comes down to: the answers that merchants' code gives in as many ways as there are programs."""


@lesson("S6")
@pytest.mark.parametrize(("outcome", "words"), OUTCOMES.items())
def test_the_words_between_paid_and_failed_are_neither(outcome: Outcome, words: tuple[str, ...]) -> None:
    """Held, partly paid, cash on delivery and sent back each have a group; only paid pays, only failed fails."""
    facts: dict[Outcome, list[type]] = {Outcome.PAID: [OrderPaid], Outcome.FAILED: [PaymentFailed]}
    for word in words:
        shop = Shop()
        shop.send("ORDER_SUCCEEDED", order={"status": word})

        assert outcome is OrderStatus(word).outcome
        assert facts.get(outcome, []) == [type(fact) for fact in shop.facts]


# --- Money ---


@lesson("M1")
@pytest.mark.parametrize(
    "written", ["0.1", "1499.10", "1234567.89", "9007199254740993", "90071992547409.93", "1e2", '"0.30"', '"1499"']
)
@pytest.mark.parametrize(
    ("name", "key", "field"), [("ORDER_SUCCEEDED", "order", "amount"), ("TXN_CHARGED", "txn", "txn_amount")]
)
def test_an_amount_is_no_binary_float(name: str, key: str, field: str, written: str) -> None:
    """A handler gets the digits of the body, as a number that decimal arithmetic is exact with."""
    shop = Shop()
    mark = 876543210
    body = make_webhook(name, **_about(key, **{field: mark})).body.replace(b"%d" % mark, written.encode())
    shop.post(body)
    amounts = [fact.amount for fact in shop.facts if isinstance(fact, OrderPaid)]

    assert [Decimal(written.strip('"'))] == amounts
    assert [str(Decimal(written.strip('"')))] == [str(amount) for amount in amounts]


@lesson("M1")
def test_sums_of_refunds_are_exact() -> None:
    """Ten refunds of a tenth are one, which no float can say."""
    refunds = [
        {"unique_request_id": f"r{number}", "status": "SUCCESS", "amount": Decimal("0.1")} for number in range(10)
    ]
    order = order_of("ORDER_REFUNDED", amount=1, refunds=refunds)

    assert Decimal(1) == order.refunded_amount
    with pytest.raises(ConfigurationError, match="not float"):
        order.matches(order_id=order.order_id, amount=0.1, currency="INR")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - the mistake


@lesson("M2")
@pytest.mark.parametrize(
    ("amount", "expected"),
    [(1499, True), ("1499.00", True), (Decimal(1499), True), (149900, False), ("14.99", False), ("1499.01", False)],
)
def test_rupees_are_not_paise(amount: Decimal | int | str, expected: bool) -> None:  # noqa: FBT001 - a case
    """An amount is in major units everywhere and nothing multiplies it: a hundred times as much does not match."""
    shop = Shop()
    shop.send("ORDER_SUCCEEDED")
    order = shop.deliveries[0].order

    assert order is not None
    assert expected is order.matches(order_id="shop-1001", amount=amount, currency="INR")
    assert [Decimal(1499)] == [fact.amount for fact in shop.facts if isinstance(fact, OrderPaid)]


@lesson("M3")
@pytest.mark.parametrize("effective", [1399, 1599, None])
def test_the_amount_is_not_the_effective_amount(effective: int | None) -> None:
    """Both are there; what is compared and what a handler is told is the amount that was asked for."""
    shop = Shop()
    shop.send("ORDER_SUCCEEDED", order={"amount": 1499, "effective_amount": effective})
    event: Any = shop.events[0]

    assert (Decimal(1499), effective) == (event.order.amount, event.order.effective_amount)
    assert [Decimal(1499)] == [fact.amount for fact in shop.facts if isinstance(fact, OrderPaid)]
    assert event.order.matches(order_id="shop-1001", amount=1499, currency="INR")
    assert effective is None or not event.order.matches(order_id="shop-1001", amount=effective, currency="INR")


@lesson("M4")
@pytest.mark.parametrize(
    "change", [{"amount": 1}, {"amount": "1498.99"}, {"currency": "USD"}, {"currency": None}, {"currency": REMOVE}]
)
def test_a_wrong_amount_does_not_mark_the_order_paid(change: dict[str, Json]) -> None:
    """The comparison is a decision: a handler that refuses leaves a dead letter, and no payment is remembered."""
    paid: list[str] = []
    inbox = MemoryInbox()
    receiver = Receiver(BasicAuth(*AUTH), inbox=inbox)

    @receiver.on_effect(OrderPaid)
    def ship(fact: OrderPaid, delivery: Delivery) -> None:
        order = delivery.order
        if order is None or not order.matches(order_id=fact.order_id, amount="1499.00", currency="INR"):
            message = "amount or currency is not what was asked for"
            raise Permanent(message)
        paid.append(fact.order_id)

    wrong = make_webhook("ORDER_SUCCEEDED", auth=AUTH, order=change)
    right = make_webhook("ORDER_SUCCEEDED", auth=AUTH, id="evt_right")
    refused = receiver.handle(headers=wrong.headers, body=wrong.body)
    effects = inbox.stats().effects
    shipped = receiver.handle(headers=right.headers, body=right.body)

    assert (200, AnswerOutcome.DEAD, 0, 1) == (refused.status, refused.outcome, effects, inbox.stats().dead)
    assert (AnswerOutcome.HANDLED, ["shop-1001"]) == (shipped.outcome, paid)


@lesson("M5")
@pytest.mark.parametrize("zero", [0, "0", "0.00", Decimal("0.0")])
def test_an_amount_of_zero_is_an_amount(zero: Json) -> None:
    """A free order is paid, and it matches an amount of zero."""
    shop = Shop()
    shop.send("ORDER_SUCCEEDED", order={"amount": zero})
    order = shop.deliveries[0].order

    assert [Decimal(0)] == [fact.amount for fact in shop.facts if isinstance(fact, OrderPaid)]
    assert order is not None
    assert order.matches(order_id="shop-1001", amount=0, currency="INR")


@lesson("M5")
@pytest.mark.parametrize("amount", [REMOVE, None, "", "NA", "FILTERED"])
def test_an_amount_that_is_absent_is_not_zero(amount: Json) -> None:
    """Without an amount the event is kept as unreadable: nobody is told that nothing was paid."""
    shop = Shop()
    answer = shop.send("ORDER_SUCCEEDED", order={"amount": amount})

    assert (200, AnswerOutcome.UNREADABLE) == (answer.status, answer.outcome)
    assert ([], [UnreadableEvent]) == (shop.facts, [type(event) for event in shop.events])


# --- Refunds ---

REFUND_EVENTS: Final = (
    *("ORDER_REFUNDED", "ORDER_REFUND_FAILED", "REFUND_INITIATED", "REFUND_MANUAL_REVIEW_NEEDED"),
    *("AUTO_REFUND_INITIATED", "AUTO_REFUND_SUCCEEDED", "AUTO_REFUND_FAILED"),
)


def refund(name: str, status: str, amount: Json = 10, **more: Json) -> dict[str, Json]:
    """Make one entry of `refunds`."""
    return {"unique_request_id": name, "status": status, "amount": amount, **more}


@lesson("R1")
@pytest.mark.parametrize("name", [*REFUND_EVENTS, "REFUND_SUCCEEDED", "ORDER_AUTO_REFUNDED", "REFUND_ARN_CAPTURED"])
@pytest.mark.parametrize(
    "refunds", [[], [refund("r1", "FAILURE")], [refund("r1", "PENDING")], [refund("r1", "SUCCESS")]]
)
def test_a_refund_event_never_pays_an_order(name: str, refunds: list[Json]) -> None:
    """Its order still says CHARGED, and that is not news of a payment; names without a class of their own included."""
    shop = Shop()
    body = json.loads(make_webhook("ORDER_REFUNDED", order={"status": "CHARGED", "refunds": refunds}).body)
    shop.read({**body, "event_name": name})

    assert not any(isinstance(fact, OrderPaid | PaymentFailed) for fact in shop.facts)


@lesson("R1")
@pytest.mark.parametrize("status", ["SUCCESS", "PENDING", "MANUAL_REVIEW", "TOMORROW"])
def test_an_order_with_a_refund_is_not_paid_again(status: str) -> None:
    """Neither by another event about it, nor by a look on the return page: part of its money may be gone."""
    shop = Shop()
    shop.send("ORDER_SUCCEEDED", order={"refunds": [refund("r1", status)]})
    shop.receiver.observe(order_of("ORDER_SUCCEEDED", refunds=[refund("r1", status)]), source="return_url")

    assert not any(isinstance(fact, OrderPaid) for fact in shop.facts)


@lesson("R1")
@pytest.mark.parametrize(("amounts", "expected"), [([75], 75), ([75, 25], 100), ([1499], 1499), ([], 0)])
def test_how_much_was_refunded_is_not_in_the_status(amounts: list[int], expected: int) -> None:
    """CHARGED stays CHARGED; the view of the refunds tells a part from the whole."""
    refunds = [refund(f"r{number}", "SUCCESS", amount) for number, amount in enumerate(amounts)]
    order = order_of("ORDER_REFUNDED", amount=1499, refunds=refunds)

    assert (Outcome.PAID, Decimal(expected)) == (order.outcome, order.refunded_amount)


@lesson("R2")
@pytest.mark.parametrize("step", [1, -1])
def test_a_refund_is_never_found_by_its_place(step: int) -> None:
    """Newest first or last: a refund is looked up by its request, and every one that ended is reported."""
    refunds = [refund("r3", "MANUAL_REVIEW"), refund("r2", "FAILURE"), refund("r1", "SUCCESS")][::step]
    shop = Shop()
    shop.send("REFUND_MANUAL_REVIEW_NEEDED", order={"order_id": "o1", "refunds": refunds})
    order = order_of("REFUND_MANUAL_REVIEW_NEEDED", refunds=refunds)
    found = [order.refund(name) for name in ("r1", "r2", "r3")]

    assert {"/RefundSettled/o1/r1", "/RefundFailed/o1/r2"} == set(shop.keys)
    assert ["SUCCESS", "FAILURE", "MANUAL_REVIEW"] == [one.status for one in found if one is not None]


@lesson("R3")
@pytest.mark.parametrize("refunds", [REMOVE, None, [], [refund("r1", "PENDING")]])
def test_a_refund_that_is_not_there_is_not_a_refund_of_everything(refunds: Json) -> None:
    """Looking it up gives None, nothing is refunded, and an event without one reports nothing."""
    shop = Shop()
    shop.send("ORDER_REFUNDED", order={"refunds": refunds})
    order = order_of("ORDER_REFUNDED", refunds=refunds)

    assert order.refund("r9") is None
    assert (Decimal(0), []) == (order.refunded_amount, shop.facts)


@lesson("R4")
@pytest.mark.parametrize("status", ["PENDING", "MANUAL_REVIEW", "FAILURE", "TXN_FAILURE", "TOMORROW"])
def test_an_amount_that_is_asked_back_is_not_refunded(status: str) -> None:
    """`refunded` and `amount_refunded` are set as soon as a refund is asked for: neither is believed."""
    order = {"amount": 5, "refunded": True, "amount_refunded": 5, "refunds": [refund("r1", status, 5)]}
    shop = Shop()
    shop.send("REFUND_INITIATED", order=order)

    assert Decimal(0) == order_of("REFUND_INITIATED", **order).refunded_amount
    assert not any(isinstance(fact, RefundSettled) for fact in shop.facts)


@lesson("R4")
def test_a_refund_may_be_larger_than_the_order() -> None:
    """With a surcharge more goes back than the amount of the order; it is neither cut nor refused."""
    refunds = [refund("r1", "SUCCESS", Decimal("665.34"))]
    shop = Shop()
    shop.send("ORDER_REFUNDED", order={"amount": 650, "refunds": refunds})

    assert [Decimal("665.34")] == [fact.amount for fact in shop.facts if isinstance(fact, RefundSettled)]
    assert Decimal("665.34") == order_of("ORDER_REFUNDED", amount=650, refunds=refunds).refunded_amount


@lesson("R5")
@pytest.mark.parametrize("ref", [None, "2.0250529111212802e+34", 2.0250529111212802e34, ""])
def test_a_refund_is_known_without_the_ids_of_a_gateway(ref: Json) -> None:
    """`id` and `ref` may be null or a number nobody can use; the merchant's own request id tells refunds apart."""
    body = json.loads(make_webhook("ORDER_REFUNDED", order={"order_id": "o1"}).body)
    states = ("SUCCESS", "FAILURE")
    body["content"]["order"]["refunds"] = [
        refund(f"r{number}", status, id=None, ref=ref) for number, status in enumerate(states)
    ]
    shop = Shop()
    event: Any = shop.read(body)

    assert [RefundSettled, RefundFailed] == [type(fact) for fact in shop.facts]
    assert ["/RefundSettled/o1/r0", "/RefundFailed/o1/r1"] == shop.keys
    assert list(states) == [event.order.refund(f"r{number}").status for number in range(2)]
    assert encoded(body) == event.raw

"""Twelve probes that other vendors' SDKs were put to, in the form that Juspay's webhooks give them: what comes in.

Here are 7 to 11; the others are in `test_probes`. Probe 12, what type checkers must find in a handler, is
`tests/typing/check_handlers.py`. `Stage.send` judges every answer, and looks for words that nobody may see.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pytest

from juspay_webhooks import (
    AnswerOutcome,
    FulfillmentOrderEvent,
    FulfillmentTransactionEvent,
    MandateCreated,
    OrderEvent,
    OrderPaid,
    OrderRefunded,
    OrderSucceeded,
    PayloadError,
    Permanent,
    Retryable,
    UnknownEvent,
    UnknownPayoutEvent,
    UnreadableEvent,
    parse_event,
    unknown_fields,
)
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.testing import REMOVE, EventName, sample_body, sample_names, variants
from tests.probes.stage import PERSONAL, Path, Stage, changed, leaks, said

ORDER: Final = ("content", "order")
PAYOUT: Final = ("FULFILLMENT_ORDER", "SUCCESS")


NEW_EVENTS: Final[dict[str, tuple[bytes, type[BaseEvent], str]]] = {
    "a new name with new content": (
        b'{"id": "evt_1", "event_name": "BRAND_NEW", "content": {"thing": {"mail": "asha@example.com"}}}',
        UnknownEvent,
        "BRAND_NEW",
    ),
    "a new name with no content": (
        b'{"id": "evt_1", "event_name": "BRAND_NEW", "content": {}}',
        UnknownEvent,
        "BRAND_NEW",
    ),
    "a new name with an order": (changed("ORDER_SUCCEEDED", ("event_name",), "BRAND_NEW"), OrderEvent, "BRAND_NEW"),
    "a new label": (changed(PAYOUT, ("label",), "BRAND_NEW"), UnknownPayoutEvent, "BRAND_NEW/SUCCESS"),
    "a new value": (changed(PAYOUT, ("value",), "BRAND_NEW"), FulfillmentOrderEvent, "FULFILLMENT_ORDER/BRAND_NEW"),
}


@pytest.mark.parametrize(("body", "kind", "name"), NEW_EVENTS.values(), ids=NEW_EVENTS)
def test_new_events_are_never_another_class(stage: Stage, body: bytes, kind: type, name: str) -> None:
    """Probe 7: name, id and the whole body are there, and the class says what is known of it."""
    assert AnswerOutcome.HANDLED == stage.send(body)
    (event,) = stage.events

    assert kind is type(event)
    assert (name, json.loads(body)["id"]) == (getattr(event, "name", None), event.id)
    assert (body, json.loads(body)) == (event.raw, event.payload)


@pytest.mark.parametrize(("body", "kind", "name"), NEW_EVENTS.values(), ids=NEW_EVENTS)
def test_new_events_without_a_handler_are_delivered(bare_stage: Stage, body: bytes, kind: type, name: str) -> None:
    """Probe 7: nobody asked for them, and the sender must not repeat them."""
    expected = AnswerOutcome.UNKNOWN if kind in {UnknownEvent, UnknownPayoutEvent} else AnswerOutcome.IGNORED

    assert expected == bare_stage.send(body), name


NEW_WORDS: Final[dict[str, tuple[EventName, Path, type[BaseEvent], Callable[[Any], str]]]] = {
    "order status": ("ORDER_SUCCEEDED", (*ORDER, "status"), OrderSucceeded, lambda event: event.order.status),
    "transaction status": (
        "ORDER_SUCCEEDED",
        (*ORDER, "txn_detail", "status"),
        OrderSucceeded,
        lambda event: event.order.txn_detail.status,
    ),
    "refund status": (
        "ORDER_REFUNDED",
        (*ORDER, "refunds", 0, "status"),
        OrderRefunded,
        lambda event: event.order.refunds[0].status,
    ),
    "mandate status": (
        "MANDATE_CREATED",
        ("content", "mandate", "status"),
        MandateCreated,
        lambda event: event.mandate.status,
    ),
    "mandate frequency": (
        "MANDATE_CREATED",
        ("content", "mandate", "frequency"),
        MandateCreated,
        lambda event: event.mandate.frequency,
    ),
    "payment method type": (
        "ORDER_SUCCEEDED",
        (*ORDER, "payment_method_type"),
        OrderSucceeded,
        lambda event: event.order.payment_method_type,
    ),
    "currency": ("ORDER_SUCCEEDED", (*ORDER, "currency"), OrderSucceeded, lambda event: event.order.currency),
    "category": (PAYOUT, ("category",), FulfillmentOrderEvent, lambda event: event.category),
    "payout status": (PAYOUT, ("info", "status"), FulfillmentOrderEvent, lambda event: event.info.status),
    "payout value": (
        ("FULFILLMENT_TXN", "SUCCESS"),
        ("value",),
        FulfillmentTransactionEvent,
        lambda event: event.value,
    ),
}


@pytest.mark.parametrize(("name", "path", "kind", "read"), NEW_WORDS.values(), ids=NEW_WORDS)
def test_new_words_are_kept(
    stage: Stage, name: EventName, path: Path, kind: type, read: Callable[[object], str]
) -> None:
    """Probe 8: the event keeps its class, and the word is readable as text."""
    assert AnswerOutcome.HANDLED == stage.send(changed(name, path, "BRAND_NEW"))
    (event,) = stage.events

    assert (kind, ()) == (type(event), event.problems)
    assert "BRAND_NEW" == read(event)


def test_new_keys_are_kept(stage: Stage) -> None:
    """Probe 9: at every level they can be reached, and the raw body is the one that came."""
    body = json.loads(sample_body("ORDER_REFUNDED"), parse_float=Decimal)
    order = body["content"]["order"]
    for number, place in enumerate((body, body["content"], order, order["card"], order["refunds"][0])):
        place["brand_new"] = {"number": number, "customer": "Asha Verma"}
    raw = json.dumps(body, indent=1).encode()
    keys = ("", "/content", "/content/order", "/content/order/card", "/content/order/refunds/0")
    expected = {f"{key}/brand_new": {"number": number, "customer": "Asha Verma"} for number, key in enumerate(keys)}

    assert AnswerOutcome.HANDLED == stage.send(raw)
    (event,) = stage.events
    assert (OrderRefunded, ()) == (type(event), event.problems)
    assert expected == unknown_fields(event)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - it is one
    assert (raw, body) == (event.raw, event.payload)


DAMAGE: Final[dict[str, tuple[EventName, Path, object, type[BaseEvent]]]] = {
    "text for an amount": ("ORDER_SUCCEEDED", (*ORDER, "effective_amount"), "abc", OrderSucceeded),
    "text for a flag": ("ORDER_SUCCEEDED", (*ORDER, "refunded"), "perhaps", OrderSucceeded),
    "text for a time": ("ORDER_SUCCEEDED", (*ORDER, "date_created"), "yesterday", OrderSucceeded),
    "text for the event's time": ("ORDER_SUCCEEDED", ("date_created",), "yesterday", OrderSucceeded),
    "text for a card": ("ORDER_SUCCEEDED", (*ORDER, "card"), "FILTERED", OrderSucceeded),
    "an object for refunds": ("ORDER_REFUNDED", (*ORDER, "refunds"), {"amount": 1}, OrderRefunded),
    "a list for an e-mail": ("ORDER_SUCCEEDED", (*ORDER, "customer_email"), ["abc"], OrderSucceeded),
    "text for the amount": ("ORDER_SUCCEEDED", (*ORDER, "amount"), "abc", UnreadableEvent),
    "an object for the status": ("ORDER_SUCCEEDED", (*ORDER, "status"), {"abc": 1}, UnreadableEvent),
    "no order id": ("ORDER_SUCCEEDED", (*ORDER, "order_id"), REMOVE, UnreadableEvent),
    "text for the order": ("ORDER_SUCCEEDED", ORDER, "FILTERED", UnreadableEvent),
    "no mandate id": ("MANDATE_CREATED", ("content", "mandate", "mandate_id"), REMOVE, UnreadableEvent),
    "text for a payout's amount": (PAYOUT, ("info", "amount"), "abc", UnreadableEvent),
}
"""Name of an event, a place in its sample, what stands there, and the class that it has then."""


@pytest.mark.parametrize(("name", "path", "value", "kind"), DAMAGE.values(), ids=DAMAGE)
def test_damage_costs_only_what_is_damaged(
    stage: Stage, name: EventName, path: Path, value: object, kind: type
) -> None:
    """Probe 10: the event is kept, and the place is named; without a required part it is one that cannot be read."""
    body = changed(name, path, value)
    is_lost = kind is UnreadableEvent
    expected = AnswerOutcome.HANDLED
    if is_lost:
        expected = AnswerOutcome.NOT_KEPT if stage.inbox is None else AnswerOutcome.UNREADABLE

    assert expected == stage.send(body)
    (event,) = stage.events
    assert (kind, body) == (type(event), event.raw)
    assert ["/" + "/".join(map(str, path))] == [problem.path for problem in event.problems]
    assert ({} if stage.inbox is None else {"quarantined" if is_lost else "done": 1}) == stage.kept()


@pytest.mark.parametrize(("name", "path", "value", "kind"), DAMAGE.values(), ids=DAMAGE)
def test_damage_is_described_without_what_stands_there(
    stage: Stage, name: EventName, path: Path, value: object, kind: type
) -> None:
    """Probe 11: a customer's data at the wrong place is not shown, by the receiver or by strict reading."""
    held = dict.fromkeys(PERSONAL, PERSONAL) if isinstance(value, dict | list) else " ".join(PERSONAL)
    body = changed(name, path, REMOVE if value is REMOVE else held)
    with pytest.raises(PayloadError) as caught:
        parse_event(body, strict=True)

    assert [] == leaks(said(caught.value))
    assert (AnswerOutcome.HANDLED == stage.send(body)) is (kind is not UnreadableEvent)


def test_unreadable_event_is_reported(stage: Stage) -> None:
    """Probe 11: the log says which event and which place, so that its silence on the rest is not for lack of words."""
    stage.send(changed("ORDER_SUCCEEDED", (*ORDER, "amount"), "asha@example.com"))

    assert "ORDER_SUCCEEDED" in stage.logged
    assert "/content/order/amount" in stage.logged


def test_samples_show_nothing_of_a_customer(stage: Stage) -> None:
    """Probe 11: no event of any name shows a customer's data, in its own text, in the log or in the answer."""
    bodies = [sample_body(name, variant=variant) for name in sample_names() for variant in variants(name)]

    assert {AnswerOutcome.HANDLED} == {stage.send(body) for body in bodies}
    assert [] == [word for word in PERSONAL if not any(word.encode() in body for body in bodies)]


FAILURES: Final[dict[str, tuple[type[Exception], AnswerOutcome]]] = {
    "a bug": (KeyError, AnswerOutcome.FAILED),
    "not now": (Retryable, AnswerOutcome.RETRY),
    "never": (Permanent, AnswerOutcome.DEAD),
}


@pytest.mark.parametrize(("error", "expected"), FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("kind", [OrderPaid, OrderSucceeded])
def test_failing_handlers_are_logged_without_the_event(
    bare_stage: Stage,
    error: type[Exception],
    expected: AnswerOutcome,
    kind: type[OrderPaid] | type[OrderSucceeded],
) -> None:
    """Probe 11: the traceback of a handler names the handler, and shows no event, no body and no credential."""

    def fails(event: OrderPaid | OrderSucceeded) -> None:
        raise error(type(event).__name__)

    register = bare_stage.receiver.on_effect(OrderPaid) if kind is OrderPaid else bare_stage.receiver.on(OrderSucceeded)
    register(fails)

    assert expected == bare_stage.send(sample_body("ORDER_SUCCEEDED"))
    assert "in fails" in bare_stage.logged

"""The sample bodies: one for every published event, clean, consistent, and with nothing in them that is real."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import pytest

from juspay_webhooks import parse_event, unknown_fields
from juspay_webhooks.catalog import ORDER_STATUSES, PAYMENT_EVENTS, PAYOUT_EVENTS
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.events.dispatch import PAYMENT_CLASSES
from juspay_webhooks.events.payments import OrderEvent, RefundEvent
from juspay_webhooks.events.payouts import PAYOUT_CLASSES, AnyEvent
from juspay_webhooks.models.fields import Json
from juspay_webhooks.models.order import Order
from juspay_webhooks.testing import EventName, sample_body, sample_names, variants

SAMPLES: Final = [(name, variant) for name in sample_names() for variant in variants(name)]
every_sample: Final = pytest.mark.parametrize(("name", "variant"), SAMPLES, ids=str)


def objects_in(value: Json) -> Iterator[dict[str, Json]]:
    """Walk every object of a decoded body."""
    if isinstance(value, dict):
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects_in(member)


def order_of(event: AnyEvent) -> Order:
    """Give the order of an event that carries one."""
    assert isinstance(event, OrderEvent | RefundEvent)
    return event.order


ORDERS: Final = [
    pytest.param(order_of(event), id=f"{name}-{variant}")
    for name, variant in SAMPLES
    if isinstance(event := parse_event(sample_body(name, variant=variant)), OrderEvent | RefundEvent)
]
every_order: Final = pytest.mark.parametrize("order", ORDERS)


def test_every_published_payment_event_has_a_sample() -> None:
    """The payment events with a class of their own and the samples of payments are the same names."""
    modelled = {row.name for row in PAYMENT_EVENTS.values() if row.is_modelled}

    assert modelled == {name for name in sample_names() if isinstance(name, str)}


def test_every_published_payout_event_has_a_sample() -> None:
    """The pairs of the catalog and the samples of payouts are the same."""
    assert PAYOUT_EVENTS.keys() == {name for name in sample_names() if isinstance(name, tuple)}


@every_sample
def test_sample_is_clean(name: EventName, variant: str) -> None:
    """A sample parses strictly into the class of its own event, and every key of it has a typed home."""
    event = parse_event(sample_body(name, variant=variant), strict=True)

    if isinstance(name, tuple):
        assert PAYOUT_CLASSES[name[0]] is type(event)
        assert "/".join(name) == event.name
    else:
        assert PAYMENT_CLASSES[name] is type(event)
        assert name == event.name
    assert () == event.problems
    assert {} == unknown_fields(event)


@every_sample
def test_sample_is_tidy(name: EventName, variant: str) -> None:
    """A sample is ASCII, indented by two, and has its event's name in its envelope."""
    body = sample_body(name, variant=variant)
    decoded = json.loads(body)
    named = (decoded["label"], decoded["value"]) if isinstance(name, tuple) else decoded["event_name"]

    fractions = re.compile(r"\.\d+")  # 1499.50 would come back as 1499.5

    assert body.isascii()
    assert fractions.sub("", body.decode()) == fractions.sub("", json.dumps(decoded, indent=2) + "\n")
    assert name == named


@every_sample
def test_sample_shows_nothing_real(name: EventName, variant: str) -> None:
    """Addresses are of example.com, nothing is masked, and phone numbers are of the invented kind."""
    text = sample_body(name, variant=variant).decode()
    hosts = re.findall(r"https?://(?:shop\.|payments\.)?([^/\"]+)", text)
    people = re.findall(r"[\w.]+@[\w.]+", text)
    phones = re.findall(r"[pP]hone\W+(\d+)", text)

    assert {"example.com"} >= set(hosts)
    assert {"asha@example.com", "asha@examplebank"} >= set(people)
    assert {"9000000001"} >= set(phones)
    assert "FILTERED" not in text
    assert "1111111" not in text


def test_every_sample_has_an_id_of_its_own() -> None:
    """No two samples share the id of the event, so that one inbox can take them all."""
    ids = Counter(parse_event(sample_body(name, variant=variant)).id for name, variant in SAMPLES)

    assert [] == [found for found, count in ids.items() if count > 1]


@every_sample
def test_status_numbers_fit_their_words(name: EventName, variant: str) -> None:
    """Where a number stands beside a status, it is the one of the catalog."""
    for found in objects_in(json.loads(sample_body(name, variant=variant))):
        if "status_id" in found:
            assert ORDER_STATUSES[found["status"]].id == int(found["status_id"])


@every_order
def test_order_and_transaction_agree(order: Order) -> None:
    """An order and its transactions tell of the same order, currency, status and amount."""
    for leg in order.transactions:
        detail = leg.txn_detail
        if detail is not None:
            assert (order.order_id, leg.txn_id) == (detail.order_id, detail.txn_id)
            assert order.currency == detail.currency
            assert leg.status == detail.status
            assert order.effective_amount == detail.net_amount


@every_order
def test_refunds_fit_the_order(order: Order) -> None:
    """The refunds of an order add up to its `amount_refunded`, failed ones left out."""
    counted = [refund.amount for refund in order.refunds or () if refund.status != "FAILURE"]

    assert sum(counted, Decimal(0)) == (order.amount_refunded or 0)


def test_one_order_lives_through_its_events() -> None:
    """The default samples of a card payment that is refunded later are about one and the same order."""
    names = ["ORDER_CREATED", "TXN_CREATED", "TXN_CHARGED", "ORDER_SUCCEEDED", "REFUND_INITIATED", "ORDER_REFUNDED"]
    events = [parse_event(sample_body(name)) for name in names]

    assert {"shop-1001"} == {event.order_id for event in events}
    assert sorted(names, key=names.index) == [
        event.name for event in sorted(events, key=lambda event: str(event.payload["date_created"]))
    ]


@pytest.mark.parametrize(
    ("name", "first", "known"),
    [
        ("ORDER_SUCCEEDED", "card", "decimal_amounts"),
        ("ORDER_FAILED", "card", "upi_qr"),
        ("ORDER_REFUNDED", "full", "two_refunds"),
        ("ORDER_AUTHORIZED", "default", "default"),
        (("ORDER", "READY_FOR_FULFILLMENT"), "default", "default"),
        ("ORDER/READY_FOR_FULFILLMENT", "default", "default"),
    ],
)
def test_default_variant_comes_first(name: EventName, first: str, known: str) -> None:
    """The first variant is the one that is read when none is named."""
    assert first == variants(name)[0]
    assert known in variants(name)
    assert sample_body(name) == sample_body(name, variant=first)


@pytest.mark.parametrize(
    ("name", "variant", "words"),
    [
        ("ORDER_SUCEEDED", None, ["no sample of ORDER_SUCEEDED; did you mean ORDER_SUCCEEDED?", "sample_names()"]),
        ("", None, ["no sample of . A payment event is a text"]),
        (("ORDER", "READY_FOR_FULFILMENT"), None, ["did you mean ORDER/READY_FOR_FULFILLMENT?"]),
        (("VALIDATION",), None, ["no sample of VALIDATION"]),
        (
            "ORDER_SUCCEEDED",
            "upi_qrr",
            ["has no variant upi_qrr; did you mean upi_qr?", "It has: card, decimal_amounts"],
        ),
        (
            ("ORDER", "FULFILLMENTS_FAILURE"),
            "card",
            ["ORDER/FULFILLMENTS_FAILURE has no variant card. It has: default"],
        ),
    ],
)
def test_names_the_nearest(name: EventName, variant: str | None, words: list[str]) -> None:
    """A name or a variant that does not exist is refused with the nearest one and a way to see them all."""
    with pytest.raises(ConfigurationError) as caught:
        sample_body(name, variant=variant)

    assert [] == [word for word in words if word not in str(caught.value)]

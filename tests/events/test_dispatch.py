"""The class of an event follows from its name and from what its content holds, whichever engine reads it."""

import json
from itertools import combinations, permutations
from typing import Final

import pytest

import juspay_webhooks
from juspay_webhooks import (
    AnyEvent,
    MandateEvent,
    NotificationEvent,
    OrderEvent,
    OrderSucceeded,
    PayloadError,
    Problem,
    RefundEvent,
    TransactionEvent,
    TxnCharged,
    UnknownEvent,
    UnreadableEvent,
    parse_event,
)
from juspay_webhooks.catalog import PAYMENT_EVENTS, PaymentEventRow
from juspay_webhooks.events.dispatch import CONTENT_KEYS, OBJECT_KEY, PAYMENT_CLASSES
from juspay_webhooks.models.fields import Json
from tests.events.bodies import OBJECTS, payment_body

MODELLED: Final = [pytest.param(row, id=row.name) for row in PAYMENT_EVENTS.values() if row.is_modelled]

FAMILIES: Final[dict[str, type[AnyEvent]]] = {
    "order": OrderEvent,
    "mandate": MandateEvent,
    "notification": NotificationEvent,
    "txn": TransactionEvent,
}
"""Key of `content` -> the family that it selects; the keys stand in the order in which they take precedence."""

both_engines: Final = pytest.mark.parametrize(
    "envelope", [{}, {"date_created": "FILTERED"}], ids=["fast engine", "tolerant engine"]
)


def parsed(name: str, keys: str, envelope: dict[str, Json]) -> AnyEvent:
    """Parse a body whose content has these keys."""
    return parse_event(json.dumps(payment_body(name, **{key: {} for key in keys.split()}) | envelope))


@both_engines
@pytest.mark.parametrize("row", MODELLED)
def test_every_published_name_has_its_class(row: PaymentEventRow, envelope: dict[str, Json]) -> None:
    """`ORDER_SUCCEEDED` with an order is an `OrderSucceeded`, and so on for each of the 23 names."""
    assert row.content_key is not None

    event = parsed(row.name, row.content_key, envelope)

    assert row.name == event.name
    assert getattr(juspay_webhooks, row.name.title().replace("_", "")) is type(event)
    assert getattr(event, row.content_key) is not None


def test_names_classes_and_objects_are_those_of_the_catalog() -> None:
    """No row without a class, no class without a row, and the object that a class needs is the one of its row."""
    rows = {row.name: row.content_key for row in PAYMENT_EVENTS.values() if row.is_modelled}

    assert 23 == len(rows)
    assert rows == {name: OBJECT_KEY[cls] for name, cls in PAYMENT_CLASSES.items()}


@both_engines
@pytest.mark.parametrize(
    ("name", "keys", "expected"),
    [
        # A class of its own, but not its object: what is there decides.
        ("ORDER_SUCCEEDED", "txn", TransactionEvent),
        ("ORDER_REFUNDED", "mandate", MandateEvent),
        ("TXN_CREATED", "txn", TransactionEvent),
        ("TXN_CHARGED", "order", OrderEvent),
        ("MANDATE_CREATED", "notification txn", NotificationEvent),
        ("NOTIFICATION_FAILED", "txn order", OrderEvent),
        # A row without a class: the family of the row, if its object is there.
        ("ORDER_VOIDED", "order", OrderEvent),
        ("ORDER_VOIDED", "mandate order", OrderEvent),
        ("ORDER_VOIDED", "txn", TransactionEvent),
        ("REFUND_SUCCEEDED", "order", RefundEvent),
        ("REFUND_SUCCEEDED", "txn", TransactionEvent),
        ("TRANSACTION_AUTHORIZED", "order txn", TransactionEvent),
        ("MANDATE_UPDATED", "mandate", MandateEvent),
        ("MANDATE_UPDATED", "order mandate", MandateEvent),
        ("MANDATE_UPDATED", "order", OrderEvent),
        # A row of a family without a class: the key decides.
        ("LOAN_ACTIVE", "order", OrderEvent),
        ("CHARGEBACK_RECEIVED", "order", OrderEvent),
        ("CHARGEBACK_RECEIVED", "txn", TransactionEvent),
        ("CHARGEBACK_RECEIVED", "chargeback", UnknownEvent),
        # Nothing typed.
        ("ORDER_VOIDED", "", UnknownEvent),
        ("MANDATE_UPDATED", "subscription", UnknownEvent),
        ("BRAND_NEW", "", UnknownEvent),
        ("BRAND_NEW", "brand_new", UnknownEvent),
        # Names are compared as they stand.
        ("order_succeeded", "order", OrderEvent),
        (" ORDER_SUCCEEDED", "order", OrderEvent),
    ],
)
def test_other_names(name: str, keys: str, expected: type[AnyEvent], envelope: dict[str, Json]) -> None:
    """A name without a class of its own, or without its object, keeps its name and gets a family."""
    event = parsed(name, keys, envelope)

    assert name == event.name
    assert expected is type(event)


@both_engines
@pytest.mark.parametrize("keys", [" ".join(keys) for count in (1, 2, 3, 4) for keys in permutations(FAMILIES, count)])
def test_the_first_key_by_precedence_decides(keys: str, envelope: dict[str, Json]) -> None:
    """Of several objects it is order, mandate, notification, txn, in this order, wherever they stand in the body."""
    event = parsed("BRAND_NEW", keys, envelope)

    assert next(family for key, family in FAMILIES.items() if key in keys.split()) is type(event)
    assert set(keys.split()) == {key for key in FAMILIES if getattr(event, key) is not None}


@pytest.mark.parametrize(("first", "second"), [*combinations(FAMILIES, 2)])
def test_the_primary_object_counts_even_if_it_is_unreadable(first: str, second: str) -> None:
    """A masked object is still what the event is about; a second one never takes its place."""
    body = payment_body("BRAND_NEW", **{second: {}})
    body["content"][first] = "FILTERED"

    event = parse_event(json.dumps(body))

    assert UnreadableEvent is type(event)
    assert (Problem(path=f"/content/{first}", expected="object", got="text"),) == event.problems


def test_the_precedence_is_that_of_the_package() -> None:
    """The table of these tests and the one of the package agree, order included."""
    assert list(FAMILIES.items()) == list(CONTENT_KEYS.items())
    assert list(FAMILIES) == list(OBJECTS)


@both_engines
@pytest.mark.parametrize(("name", "expected"), [("ORDER_SUCCEEDED", OrderSucceeded), ("TXN_CHARGED", TxnCharged)])
def test_null_is_not_there(name: str, expected: type[AnyEvent], envelope: dict[str, Json]) -> None:
    """An object that is null does not count; beside its own object nothing else changes the class."""
    key = OBJECT_KEY[PAYMENT_CLASSES[name]]
    objects = {other: None for other in FAMILIES if other != key}

    event = parse_event(json.dumps(payment_body(name, **objects, **{key: {}}) | envelope))

    assert expected is type(event)


@pytest.mark.parametrize("row", MODELLED)
def test_a_known_event_without_any_object_is_unreadable(row: PaymentEventRow) -> None:
    """What a published event cannot be without is missing: that is wrong, not new."""
    event = parsed(row.name, "brand_new", {})

    assert UnreadableEvent is type(event)
    assert (Problem(path=f"/content/{row.content_key}", expected="object", got="nothing"),) == event.problems


@both_engines
@pytest.mark.parametrize("name", ["<event_name>", "<ORDER_SUCCEEDED", "", " "])
@pytest.mark.parametrize("keys", ["order", ""])
def test_a_placeholder_is_no_name(name: str, keys: str, envelope: dict[str, Json]) -> None:
    """A skeleton out of a document is refused, whatever its content is."""
    with pytest.raises(PayloadError, match="which event it is") as caught:
        parsed(name, keys, envelope)

    assert "/event_name" == caught.value.path

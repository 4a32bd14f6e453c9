"""Payment events as rows."""

from collections import Counter
from datetime import date
from typing import Final

import attrs
import pytest

from juspay_webhooks.catalog import ALL_VERSIONS, PAYMENT_EVENTS, Evidence, Family, PaymentEventRow

MODELLED: Final = (
    ("ORDER_SUCCEEDED", Family.ORDER, "order", Evidence.DOCUMENTED),
    ("ORDER_FAILED", Family.ORDER, "order", Evidence.DOCUMENTED),
    ("ORDER_AUTHORIZED", Family.ORDER, "order", Evidence.DOCUMENTED),
    ("ORDER_PARTIAL_CHARGED", Family.ORDER, "order", Evidence.PUBLISHED_SAMPLE),
    ("ORDER_CREATED", Family.ORDER, "order", Evidence.CODE_ONLY),
    ("TXN_CREATED", Family.TXN, "order", Evidence.DOCUMENTED),
    ("TXN_CHARGED", Family.TXN, "txn", Evidence.DOCUMENTED),
    ("TXN_FAILED", Family.TXN, "txn", Evidence.DOCUMENTED),
    ("ORDER_REFUNDED", Family.REFUND, "order", Evidence.DOCUMENTED),
    ("ORDER_REFUND_FAILED", Family.REFUND, "order", Evidence.DOCUMENTED),
    ("REFUND_MANUAL_REVIEW_NEEDED", Family.REFUND, "order", Evidence.DOCUMENTED),
    ("REFUND_INITIATED", Family.REFUND, "order", Evidence.DOCUMENTED),
    ("AUTO_REFUND_SUCCEEDED", Family.REFUND, "order", Evidence.DOCUMENTED),
    ("AUTO_REFUND_FAILED", Family.REFUND, "order", Evidence.DOCUMENTED),
    ("AUTO_REFUND_INITIATED", Family.REFUND, "order", Evidence.PUBLISHED_SAMPLE),
    ("MANDATE_CREATED", Family.MANDATE, "mandate", Evidence.DOCUMENTED),
    ("MANDATE_ACTIVATED", Family.MANDATE, "mandate", Evidence.DOCUMENTED),
    ("MANDATE_FAILED", Family.MANDATE, "mandate", Evidence.DOCUMENTED),
    ("MANDATE_REVOKED", Family.MANDATE, "mandate", Evidence.DOCUMENTED),
    ("MANDATE_PAUSED", Family.MANDATE, "mandate", Evidence.PUBLISHED_SAMPLE),
    ("MANDATE_EXPIRED", Family.MANDATE, "mandate", Evidence.PUBLISHED_SAMPLE),
    ("NOTIFICATION_SUCCEEDED", Family.NOTIFICATION, "notification", Evidence.DOCUMENTED),
    ("NOTIFICATION_FAILED", Family.NOTIFICATION, "notification", Evidence.DOCUMENTED),
)


def test_the_modelled_events_come_first() -> None:
    """The 23 events that have a class of their own open the table, in a fixed order."""
    rows = [row for row in PAYMENT_EVENTS.values() if row.is_modelled]

    assert list(MODELLED) == [(row.name, row.family, row.content_key, row.evidence) for row in rows]
    assert rows == list(PAYMENT_EVENTS.values())[: len(rows)]


def test_every_family_has_its_number_of_events() -> None:
    """No event that is known by name is lost."""
    expected = {
        Family.ORDER: 5 + 6,
        Family.REFUND: 7 + 4,
        Family.TXN: 3 + 1,
        Family.MANDATE: 6 + 3,
        Family.NOTIFICATION: 2,
        Family.CHARGEBACK: 8,
        Family.TOKEN: 2,
        Family.SUBSCRIPTION: 4,
        Family.INVOICE: 5,
        Family.BILLING: 7,
        Family.UPI_STACK: 23,
        Family.LOAN: 1,
        Family.UNKNOWN: 1,
    }

    assert expected == Counter(row.family for row in PAYMENT_EVENTS.values())


@pytest.mark.parametrize(
    "name",
    [
        "CHARGEBACK_CANCELED",
        "CHARGEBACK_RESOLVED_IN_MERCHANT_FAVOUR",
        "INVOICE_PAYMENT_CANCELLED",
        "MANDATE_UNPAUSED",
        "MERCHANT_CUSTOMER_INCOMING_PRE_PAYMENT_NOTIFICATION_MANDATE_RECEIVED",
        "SUBSCRIPTION_CANCELLED",
    ],
)
def test_odd_spellings_are_kept(name: str) -> None:
    """Names are spelt as Juspay spells them, one L or two."""
    assert name == PAYMENT_EVENTS[name].name


@pytest.mark.parametrize(
    "name",
    [
        "ORDER_CANCELLED",
        "ORDER_CHARGED",
        "ORDER_PAID",
        "PAYMENT_SUCCESS",
        "PAYMENT_CAPTURED",
        "CHARGE_SUCCEEDED",
        "MANDATE_NOTIFICATION_SUCCEEDED",
        "MANDATE_NOTIFICATION_FAILED",
    ],
)
def test_names_that_merchants_invented_have_no_row(name: str) -> None:
    """A name that no source of Juspay has is not in the table."""
    assert name not in PAYMENT_EVENTS


@pytest.mark.parametrize("row", PAYMENT_EVENTS.values(), ids=lambda row: row.name)
def test_a_row_is_complete(row: PaymentEventRow) -> None:
    """A row says what happened in one sentence, and a gate is a published date or all versions."""
    assert row is PAYMENT_EVENTS[row.name]
    assert row.meaning.endswith(".")
    assert row.since in {None, ALL_VERSIONS} or type(row.since) is date
    assert row.documents or row.note
    assert row.since is None or row.evidence is Evidence.DOCUMENTED


@pytest.mark.parametrize(
    "row",
    [row for row in PAYMENT_EVENTS.values() if not row.is_modelled and row.content_key is not None],
    ids=lambda row: row.name,
)
def test_a_guessed_content_key_is_called_assumed(row: PaymentEventRow) -> None:
    """A content key that no published body shows carries its doubt."""
    assert (row.evidence is not Evidence.PUBLISHED_SAMPLE) == ("assumed" in row.note)


def test_the_table_is_read_only() -> None:
    """Neither the table nor a row can be changed."""
    with pytest.raises(TypeError):
        PAYMENT_EVENTS["ORDER_PAID"] = PAYMENT_EVENTS["ORDER_SUCCEEDED"]  # type: ignore[index]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        PAYMENT_EVENTS["ORDER_SUCCEEDED"].since = None  # type: ignore[misc]

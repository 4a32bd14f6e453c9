"""Sources of the facts."""

import re

import pytest

from juspay_webhooks.catalog import (
    DOCUMENTS,
    FULFILLMENT_STATUSES,
    MANDATE_STATUSES,
    NOTIFICATION_STATUSES,
    ORDER_STATUSES,
    PAYMENT_EVENTS,
    PAYOUT_EVENTS,
    PAYOUT_ORDER_STATUSES,
    PAYOUT_TRANSACTION_STATUSES,
    REFUND_STATUSES,
    VALIDATION_STATUSES,
)


def cited() -> set[str]:
    """Collect every short name that a row cites."""
    sources = [
        row.source
        for vocabulary in (
            ORDER_STATUSES,
            REFUND_STATUSES,
            MANDATE_STATUSES,
            NOTIFICATION_STATUSES,
            PAYOUT_ORDER_STATUSES,
            FULFILLMENT_STATUSES,
            PAYOUT_TRANSACTION_STATUSES,
            VALIDATION_STATUSES,
        )
        for row in vocabulary.values()
    ]
    names = {name for source in sources for name in re.findall(r"\b[A-Z][A-Z0-9-]+\b", source)}
    names |= {name for row in PAYMENT_EVENTS.values() for name in row.documents}
    return names | {name for row in PAYOUT_EVENTS.values() for name in row.documents}


def test_every_cited_source_has_an_address_and_the_reverse() -> None:
    """No row cites a source that cannot be found, and no address is there for nothing."""
    assert set(DOCUMENTS) == cited()


@pytest.mark.parametrize("address", DOCUMENTS.values())
def test_an_address_is_a_web_address(address: str) -> None:
    """An address can be opened in a browser as it stands."""
    assert re.fullmatch(r"https://[a-z.]+/[\w./?=&-]+", address)


def test_addresses_differ() -> None:
    """Two sources are two places."""
    assert len(DOCUMENTS) == len(set(DOCUMENTS.values()))

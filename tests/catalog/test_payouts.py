"""Payout events as rows."""

from collections import Counter

import pytest

from juspay_webhooks.catalog import PAYOUT_EVENTS, Evidence, PayoutEventRow


def test_every_label_has_its_level() -> None:
    """A label belongs to one level of the dashboard; both validation labels share theirs."""
    expected = {
        ("ORDER", "order"): 7,
        ("FULFILLMENT_ORDER", "fulfillment"): 6,
        ("FULFILLMENT_TXN", "transaction"): 6,
        ("VALIDATION_V2", "validation"): 3,
        ("VALIDATION", "validation"): 3,
        ("SR_BASED_ROUTING", "routing"): 1,
    }

    assert expected == Counter((row.label, row.level) for row in PAYOUT_EVENTS.values())


def test_ten_events_have_a_published_body() -> None:
    """The rows with a sample are those of the ten published bodies."""
    expected = {
        ("ORDER", "READY_FOR_FULFILLMENT"),
        ("ORDER", "FULFILLMENTS_SCHEDULED"),
        ("ORDER", "FULFILLMENTS_SUCCESSFUL"),
        ("FULFILLMENT_ORDER", "INITIATED"),
        ("FULFILLMENT_ORDER", "SUCCESS"),
        ("FULFILLMENT_TXN", "INITIATED"),
        ("FULFILLMENT_TXN", "SUCCESS"),
        ("VALIDATION_V2", "VALID"),
        ("VALIDATION_V2", "INVALID"),
        ("VALIDATION_V2", "ERROR"),
    }

    assert expected == {pair for pair, row in PAYOUT_EVENTS.items() if row.has_sample}


def test_pages_are_cited_as_far_as_they_were_seen() -> None:
    """Of three regions only one page was seen to its end."""
    expected = {"SEA-WH": 26, "IN-WH": 22, "BR-WH": 13}

    assert expected == Counter(page for row in PAYOUT_EVENTS.values() for page in row.documents)


@pytest.mark.parametrize("row", PAYOUT_EVENTS.values(), ids=lambda row: f"{row.label}/{row.value}")
def test_a_row_is_complete(row: PayoutEventRow) -> None:
    """A row stands under its own pair, is documented, and says what happened in one sentence."""
    assert row is PAYOUT_EVENTS[row.label, row.value]
    assert row.evidence is Evidence.DOCUMENTED
    assert row.meaning.endswith(".")


def test_the_table_is_read_only() -> None:
    """The table cannot be changed."""
    with pytest.raises(TypeError):
        PAYOUT_EVENTS["ORDER", "NEW"] = PAYOUT_EVENTS["ORDER", "FULFILLMENTS_SCHEDULED"]  # type: ignore[index]

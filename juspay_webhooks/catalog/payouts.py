"""Own the payout events as rows: the published pairs of label and value, and who says so.

A payout event is the pair: the same value stands under several labels. The list is open, and payout events know no
webhook API version; which of them come depends on the levels that are switched on in the dashboard. This module must
never list a status: `value` may differ from the status inside the body, and `statuses` owns those.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import attrs

from juspay_webhooks.catalog.documents import Evidence

__all__ = ["PAYOUT_EVENTS", "PayoutEventRow"]

_Level: TypeAlias = Literal["order", "fulfillment", "transaction", "validation", "routing"]


@attrs.frozen(kw_only=True)
class PayoutEventRow:
    """One payout event as published."""

    label: str
    """`label` on the wire; the pages call it event type."""

    value: str
    """`value` on the wire; the pages call it event name."""

    meaning: str
    """What has happened."""

    level: _Level
    """Level at which the dashboard switches it on or off."""

    evidence: Evidence
    """How well it is attested."""

    documents: tuple[str, ...]
    """Short names in `DOCUMENTS` of the pages on which the row was seen."""

    has_sample: bool
    """A sample body is published."""

    note: str = ""
    """What is doubtful about the row."""


_LEVELS: Final[Mapping[str, _Level]] = {
    "ORDER": "order",
    "FULFILLMENT_ORDER": "fulfillment",
    "FULFILLMENT_TXN": "transaction",
    "VALIDATION_V2": "validation",
    "VALIDATION": "validation",
    "SR_BASED_ROUTING": "routing",
}
_SEA: Final = ("SEA-WH",)
_SEA_IN: Final = ("SEA-WH", "IN-WH")
_SEA_IN_BR: Final = ("SEA-WH", "IN-WH", "BR-WH")


def _listed(label: str, value: str, meaning: str, documents: tuple[str, ...], *, note: str = "") -> PayoutEventRow:
    """Write a row of an event that a page lists, without a published body."""
    return PayoutEventRow(
        label=label,
        value=value,
        meaning=meaning,
        level=_LEVELS[label],
        evidence=Evidence.DOCUMENTED,
        documents=documents,
        has_sample=False,
        note=note,
    )


def _sampled(label: str, value: str, meaning: str, documents: tuple[str, ...]) -> PayoutEventRow:
    """Write a row of an event that a page lists and of which a body is published."""
    return attrs.evolve(_listed(label, value, meaning, documents), has_sample=True)


_ROWS: Final = (
    _sampled("ORDER", "READY_FOR_FULFILLMENT", "Accepted by Juspay, nothing attempted yet.", _SEA),
    _sampled("ORDER", "FULFILLMENTS_SCHEDULED", "Queued for processing.", _SEA_IN_BR),
    _listed("ORDER", "FULFILLED_PARTIALLY", "At least one of several fulfillments is done.", _SEA_IN_BR),
    _sampled("ORDER", "FULFILLMENTS_SUCCESSFUL", "The money is sent.", _SEA_IN_BR),
    _listed("ORDER", "FULFILLMENTS_FAILURE", "All attempts failed.", _SEA_IN_BR),
    _listed("ORDER", "FULFILLMENTS_MANUAL_REVIEW", "A fulfillment needs a person.", _SEA_IN_BR),
    _listed("ORDER", "FULFILLMENTS_CANCELLED", "Cancelled by the merchant.", _SEA_IN_BR),
    _sampled("FULFILLMENT_ORDER", "INITIATED", "A fulfillment was made; its status is PENDING.", _SEA_IN_BR),
    _sampled("FULFILLMENT_ORDER", "SUCCESS", "A fulfillment is done.", _SEA_IN_BR),
    _listed("FULFILLMENT_ORDER", "FAILURE", "A fulfillment failed.", _SEA_IN_BR),
    _listed("FULFILLMENT_ORDER", "DISCARDED", "A fulfillment was dropped by the merchant.", _SEA_IN_BR),
    _listed("FULFILLMENT_ORDER", "MANUAL_REVIEW", "A fulfillment needs a person.", _SEA_IN_BR),
    _listed("FULFILLMENT_ORDER", "CANCELLED", "A fulfillment was cancelled by the merchant.", _SEA_IN_BR),
    _sampled("FULFILLMENT_TXN", "INITIATED", "An attempt was sent to the gateway.", _SEA_IN_BR),
    _sampled("FULFILLMENT_TXN", "SUCCESS", "An attempt succeeded.", _SEA_IN),
    _listed("FULFILLMENT_TXN", "FAILURE", "An attempt failed.", _SEA_IN),
    _listed("FULFILLMENT_TXN", "REVERSED", "The gateway turned success into failure.", _SEA_IN),
    _listed("FULFILLMENT_TXN", "CONFLICTED", "The gateway turned failure into success.", _SEA_IN),
    _listed("FULFILLMENT_TXN", "MANUAL_REVIEW", "An attempt is stuck pending.", _SEA_IN),
    _sampled("VALIDATION_V2", "VALID", "The beneficiary is good.", _SEA_IN),
    _sampled("VALIDATION_V2", "INVALID", "The beneficiary is bad.", _SEA_IN),
    _sampled("VALIDATION_V2", "ERROR", "The beneficiary could not be validated.", _SEA_IN),
    _listed("VALIDATION", "VALID", "The beneficiary is good (first version).", _SEA_IN),
    _listed("VALIDATION", "INVALID", "The beneficiary is bad (first version).", _SEA),
    _listed("VALIDATION", "ERROR", "The beneficiary could not be validated (first version).", _SEA),
    _listed(
        "SR_BASED_ROUTING",
        "GATEWAY_SWITCHED",
        "Juspay's router moved to another gateway.",
        _SEA,
        note="No page names a dashboard switch for this label.",
    ),
)

PAYOUT_EVENTS: Final[Mapping[tuple[str, str], PayoutEventRow]] = MappingProxyType(
    {(row.label, row.value): row for row in _ROWS}
)
"""(label, value) of a payout event -> its row."""

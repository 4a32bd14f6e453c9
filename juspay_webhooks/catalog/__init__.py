"""Own the published facts: events, statuses and what they come down to, as rows that each name their source.

Code elsewhere reads these tables and never repeats them. The package does no I/O and reads no clock.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from juspay_webhooks.catalog.documents import DOCUMENTS, Evidence
from juspay_webhooks.catalog.outcomes import MandateOutcome, NotificationOutcome, Outcome, PayoutOutcome, RefundOutcome
from juspay_webhooks.catalog.payments import ALL_VERSIONS, PAYMENT_EVENTS, Family, PaymentEventRow
from juspay_webhooks.catalog.statuses import (
    FULFILLMENT_STATUSES,
    MANDATE_STATUSES,
    NOTIFICATION_STATUSES,
    ORDER_STATUSES,
    PAYOUT_ORDER_STATUSES,
    PAYOUT_TRANSACTION_STATUSES,
    REFUND_STATUSES,
    VALIDATION_STATUSES,
    StatusRow,
)

if TYPE_CHECKING:
    from juspay_webhooks.catalog.addresses import (
        SOURCE_ADDRESSES,
        Certainty,
        Environment,
        SourceAddress,
        source_addresses,
    )
    from juspay_webhooks.catalog.eligibility import eligible_events, explain, is_eligible, minimum_version
    from juspay_webhooks.catalog.payouts import PAYOUT_EVENTS, PayoutEventRow

__all__ = [
    "ALL_VERSIONS",
    "DOCUMENTS",
    "FULFILLMENT_STATUSES",
    "MANDATE_STATUSES",
    "NOTIFICATION_STATUSES",
    "ORDER_STATUSES",
    "PAYMENT_EVENTS",
    "PAYOUT_EVENTS",
    "PAYOUT_ORDER_STATUSES",
    "PAYOUT_TRANSACTION_STATUSES",
    "REFUND_STATUSES",
    "SOURCE_ADDRESSES",
    "VALIDATION_STATUSES",
    "Certainty",
    "Environment",
    "Evidence",
    "Family",
    "MandateOutcome",
    "NotificationOutcome",
    "Outcome",
    "PaymentEventRow",
    "PayoutEventRow",
    "PayoutOutcome",
    "RefundOutcome",
    "SourceAddress",
    "StatusRow",
    "eligible_events",
    "explain",
    "is_eligible",
    "minimum_version",
    "source_addresses",
]

_LAZY: Final = {
    "Certainty": "addresses",
    "Environment": "addresses",
    "SOURCE_ADDRESSES": "addresses",
    "SourceAddress": "addresses",
    "source_addresses": "addresses",
    "PAYOUT_EVENTS": "payouts",
    "PayoutEventRow": "payouts",
    "eligible_events": "eligibility",
    "explain": "eligibility",
    "is_eligible": "eligibility",
    "minimum_version": "eligibility",
}


def __getattr__(name: str) -> object:
    """Load what reading a payment event never asks for."""
    if name not in _LAZY:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return globals().setdefault(name, getattr(import_module(f"{__name__}.{_LAZY[name]}"), name))

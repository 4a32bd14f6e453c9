"""Own the flat answer of the call that makes a refund; no webhook carries it."""

from datetime import datetime

import attrs

from juspay_webhooks.models.fields import Model, Money, Personal, shape
from juspay_webhooks.models.statuses import RefundStatus

__all__ = ["RefundAnswer"]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class RefundAnswer(Model):
    """The flat answer to a refund call that names a transaction (`POST /refunds`): one refund, no order around it."""

    unique_request_id: str
    """Merchant's id of the refund request, the stable key."""

    status: RefundStatus
    """State of this refund, not of the order. Decide on `status.outcome`."""

    amount: Money
    """Amount of this refund in major units of `currency` (rupees, not paise)."""

    txn_id: str | None = None
    """Juspay's id of the refunded transaction, `<merchant>-<order_id>-<n>`."""

    order_id: str | None = None
    """Merchant's id of the order."""

    currency: str | None = None
    """ISO 4217 code, e.g. INR."""

    created: datetime | None = None
    """When the refund was requested."""

    refund_type: str | None = None
    """STANDARD, INSTANT and rarer words."""

    refund_source: str | None = None
    """Gateway that refunds, e.g. RAZORPAY."""

    gateway: str | None = None
    """Gateway of the transaction, e.g. RAZORPAY."""

    initiated_by: Personal | None = None
    """Who asked for it: API, DASHBOARD, or the name of a dashboard user (hence masked)."""

    sent_to_gateway: bool | None = None
    """Whether Juspay has handed the refund to the gateway; False right after the call."""

    epg_txn_id: str | None = None
    """Gateway's transaction id; null until the gateway answers."""

    reference_id: str | None = None
    """Gateway's reference of the refund; null until the gateway answers."""

    refund_arn: str | None = None
    """Acquirer's reference number; null or "" in every published answer."""

    authorization_id: str | None = None
    """Gateway's authorisation id; null in every published answer."""

    response_code: str | None = None
    """Gateway's code; null in every published answer."""

    error_message: str | None = None
    """Gateway's text; null in every published answer."""

    expected_refund_credit_time: datetime | None = None
    """When the customer may expect the credit; documented, in no published answer."""

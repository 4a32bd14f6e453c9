"""Own one refund of an order, wherever it stands: in a list of refunds, as the answer to a refund call, or as a split.

It must never say which refund of a list an event is about: nothing in a body does.
"""

from datetime import datetime

import attrs

from juspay_webhooks.models.fields import FreeForm, Model, Money, Personal, shape
from juspay_webhooks.models.statuses import RefundStatus

__all__ = ["Refund", "RefundAttempt", "SplitRefundDetail"]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class RefundAttempt(Model):
    """An earlier attempt of a refund at the gateway (source: Juspay's published API description; no body shows one)."""

    id: str | None = None
    """Id of the attempt."""

    ref: str | None = None
    """Gateway's reference of the attempt."""

    created: datetime | None = None
    """When the attempt was made."""

    lastModified: datetime | None = None
    """When the attempt last changed; the vendor spells it in camelCase."""

    errorCode: str | None = None
    """Gateway's code; codes such as "00" keep their zeros."""

    errorMessage: str | None = None
    """Gateway's text."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class Refund(Model):
    """One refund of an order (`order.refunds[]`, `txn_list[].refunds[]`).

    Find a refund by `unique_request_id`, never by its position: published bodies list them in either order.
    """

    unique_request_id: str
    """Merchant's id of the refund request, the stable key. Automatic refunds start with "AR"; the legs of a split
    payment add "-1"."""

    status: RefundStatus
    """State of this refund: SUCCESS, FAILURE, PENDING, MANUAL_REVIEW and rarer words. Decide on `status.outcome`."""

    amount: Money
    """Amount of this refund in major units of the order's currency; with a surcharge it may exceed the order's."""

    id: str | None = None
    """Gateway's refund id; null until the gateway answers (13 of 30 published bodies)."""

    ref: str | None = None
    """Gateway's reference, null until known; one published body prints a number, `2.0220408111212802e+34`."""

    created: datetime | None = None
    """When the refund was requested."""

    last_updated: datetime | None = None
    """When the refund last changed; only newer bodies have it."""

    initiated_by: Personal | None = None
    """Who asked for it: API, DASHBOARD, AUTO_REFUNDED, or the name of a dashboard user (hence masked)."""

    refund_type: str | None = None
    """STANDARD or INSTANT in published bodies; INSTANT_WITH_FALLBACK and GATEWAY are documented."""

    refund_source: str | None = None
    """Gateway that refunds, e.g. RAZORPAY; "" seen."""

    sent_to_gateway: bool | None = None
    """Whether Juspay has handed the refund to the gateway."""

    arn: str | None = None
    """Acquirer's reference number, by which the customer's bank finds the credit."""

    error_code: str | None = None
    """Gateway's code, set on success as well ("00", "processed"); it keeps its zeros."""

    error_message: str | None = None
    """Gateway's text, set on success as well; "" and "NA" seen."""

    metadata: FreeForm | None = None
    """What the gateway adds, e.g. Razorpay's `speed_*` or loyalty points."""

    pg_processed_at: datetime | None = None
    """When the gateway processed the refund."""

    pg_declined_at: datetime | None = None
    """When the gateway declined the refund."""

    bank_processed_at: datetime | None = None
    """When the bank processed the refund; seen in order-status answers."""

    expected_refund_credit_time: datetime | None = None
    """When the customer may expect the credit."""

    previous_attempts: tuple[RefundAttempt, ...] | None = None
    """Earlier attempts at the gateway; masked in every published body."""

    reversal_type: str | None = None
    """VOIDED or SETTLED by Juspay's API description; masked in every published body."""

    gateway_refund_response: FreeForm | None = None
    """Gateway's raw answer, e.g. with `refund_break_up_details`; seen in order-status answers of split payments."""

    gateway: str | None = None
    """Gateway of the refund. Source: public consumers' code, for `refunds[]`; published in flat refund answers."""

    epg_txn_id: str | None = None
    """Gateway's transaction id. Source: as `gateway`."""

    refund_arn: str | None = None
    """Acquirer's reference number under its other name. Source: as `gateway`."""

    response_code: str | None = None
    """Gateway's code. Source: as `gateway`."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class SplitRefundDetail(Model):
    """The share of one leg in a refund of a split payment (`split_refund_details[]`)."""

    unique_request_id: str
    """Merchant's id of the refund request; the second leg adds "-1"."""

    status: RefundStatus
    """State of this share. Decide on `status.outcome`."""

    amount: Money
    """Amount of this share in major units of the order's currency (rupees, not paise)."""

    gateway: str | None = None
    """Gateway of the leg."""

    txn_id: str | None = None
    """Juspay's id of the leg."""

    refund_type: str | None = None
    """STANDARD, INSTANT and rarer words."""

    refund_source: str | None = None
    """Gateway that refunds."""

    sent_to_gateway: bool | None = None
    """Whether Juspay has handed this share to the gateway."""

    reference_id: str | None = None
    """Gateway's reference of the refund; null until the gateway answers."""

    epg_txn_id: str | None = None
    """Gateway's transaction id; null in every published answer."""

    authorization_id: str | None = None
    """Gateway's authorisation id; null in every published answer."""

    refund_arn: str | None = None
    """Acquirer's reference number; null in every published answer."""

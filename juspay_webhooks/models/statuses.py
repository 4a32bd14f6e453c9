"""Own the status words as open enumerations; what a word means is its row in the catalog."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from juspay_webhooks.catalog import (
    FULFILLMENT_STATUSES,
    MANDATE_STATUSES,
    NOTIFICATION_STATUSES,
    ORDER_STATUSES,
    PAYOUT_ORDER_STATUSES,
    PAYOUT_TRANSACTION_STATUSES,
    REFUND_STATUSES,
    VALIDATION_STATUSES,
    MandateOutcome,
    NotificationOutcome,
    Outcome,
    PayoutOutcome,
    RefundOutcome,
    StatusRow,
)
from juspay_webhooks.models.open_enum import OpenEnum

__all__ = [
    "FulfillmentStatus",
    "MandateStatus",
    "NotificationStatus",
    "OrderStatus",
    "PayoutOrderStatus",
    "PayoutTransactionStatus",
    "RefundStatus",
    "ValidationStatus",
]


OutcomeT = TypeVar("OutcomeT", bound=StrEnum)


def _outcome(word: OpenEnum, rows: Mapping[str, StatusRow[OutcomeT]], unknown: OutcomeT) -> OutcomeT:
    row = rows.get(word)
    return unknown if row is None else row.outcome


def _is_terminal(word: OpenEnum, rows: Mapping[str, StatusRow[OutcomeT]]) -> bool:
    row = rows.get(word)
    return row is not None and row.is_terminal


class OrderStatus(OpenEnum):
    """State of an order or of one of its transactions.

    Decide on `outcome`; the words and their sources are the rows of `catalog.ORDER_STATUSES`.
    """

    CREATED = "CREATED"
    NEW = "NEW"
    PENDING_AUTHENTICATION = "PENDING_AUTHENTICATION"
    STARTED = "STARTED"
    CHARGED = "CHARGED"
    JUSPAY_DECLINED = "JUSPAY_DECLINED"
    PENDING_VBV = "PENDING_VBV"
    VBV_SUCCESSFUL = "VBV_SUCCESSFUL"
    AUTHORIZED = "AUTHORIZED"
    AUTHENTICATION_FAILED = "AUTHENTICATION_FAILED"
    AUTHORIZATION_FAILED = "AUTHORIZATION_FAILED"
    AUTHORIZING = "AUTHORIZING"
    COD_INITIATED = "COD_INITIATED"
    VOIDED = "VOIDED"
    VOID_INITIATED = "VOID_INITIATED"
    CAPTURE_INITIATED = "CAPTURE_INITIATED"
    CAPTURE_FAILED = "CAPTURE_FAILED"
    VOID_FAILED = "VOID_FAILED"
    AUTO_REFUNDED = "AUTO_REFUNDED"
    PARTIAL_CHARGED = "PARTIAL_CHARGED"
    NOT_FOUND = "NOT_FOUND"
    TO_BE_CHARGED = "TO_BE_CHARGED"
    ERROR = "ERROR"
    SUCCESS = "SUCCESS"
    DECLINED = "DECLINED"
    MERCHANT_VOIDED = "MERCHANT_VOIDED"
    AUTO_VOIDED = "AUTO_VOIDED"
    NOP = "NOP"
    PENDING = "PENDING"
    FAILURE = "FAILURE"
    COMPLETED = "COMPLETED"
    AUTO_REFUND_REQUEST = "AUTO_REFUND_REQUEST"
    AUTO_REFUND_FAILED = "AUTO_REFUND_FAILED"

    @property
    def outcome(self) -> Outcome:
        """What the word means to a merchant; a word without a row is `UNKNOWN`."""
        return _outcome(self, ORDER_STATUSES, Outcome.UNKNOWN)

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more is expected to happen by itself; False for a word without a row."""
        return _is_terminal(self, ORDER_STATUSES)


class RefundStatus(OpenEnum):
    """State of one refund.

    Decide on `outcome`; the words and their sources are the rows of `catalog.REFUND_STATUSES`.
    """

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    MANUAL_REVIEW = "MANUAL_REVIEW"
    TXN_FAILURE = "TXN_FAILURE"
    TRANSFER_SCHEDULED = "TRANSFER_SCHEDULED"
    REFUNDED = "REFUNDED"

    @property
    def outcome(self) -> RefundOutcome:
        """What the word means to a merchant; a word without a row is `UNKNOWN`."""
        return _outcome(self, REFUND_STATUSES, RefundOutcome.UNKNOWN)

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more is expected to happen by itself; False for a word without a row."""
        return _is_terminal(self, REFUND_STATUSES)


class MandateStatus(OpenEnum):
    """State of a mandate.

    Decide on `outcome`; the words and their sources are the rows of `catalog.MANDATE_STATUSES`.
    """

    CREATED = "CREATED"
    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    REVOKED = "REVOKED"
    FAILURE = "FAILURE"
    EXPIRED = "EXPIRED"

    @property
    def outcome(self) -> MandateOutcome:
        """What the word means to a merchant; a word without a row is `UNKNOWN`."""
        return _outcome(self, MANDATE_STATUSES, MandateOutcome.UNKNOWN)

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more is expected to happen by itself; False for a word without a row."""
        return _is_terminal(self, MANDATE_STATUSES)


class NotificationStatus(OpenEnum):
    """State of a pre-debit notification.

    Decide on `outcome`; the words and their sources are the rows of `catalog.NOTIFICATION_STATUSES`.
    """

    CREATED = "CREATED"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"

    @property
    def outcome(self) -> NotificationOutcome:
        """What the word means to a merchant; a word without a row is `UNKNOWN`."""
        return _outcome(self, NOTIFICATION_STATUSES, NotificationOutcome.UNKNOWN)

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more is expected to happen by itself; False for a word without a row."""
        return _is_terminal(self, NOTIFICATION_STATUSES)


class PayoutOrderStatus(OpenEnum):
    """State of a payout order.

    Decide on `outcome`; the words and their sources are the rows of `catalog.PAYOUT_ORDER_STATUSES`.
    """

    CREATED = "CREATED"
    READY_FOR_FULFILLMENT = "READY_FOR_FULFILLMENT"
    FULFILLMENTS_SCHEDULED = "FULFILLMENTS_SCHEDULED"
    FULFILLED_PARTIALLY = "FULFILLED_PARTIALLY"
    FULFILLMENTS_MANUAL_REVIEW = "FULFILLMENTS_MANUAL_REVIEW"
    FULFILLMENTS_SUCCESSFUL = "FULFILLMENTS_SUCCESSFUL"
    FULFILLMENTS_FAILURE = "FULFILLMENTS_FAILURE"
    FULFILLMENTS_CANCELLED = "FULFILLMENTS_CANCELLED"

    @property
    def outcome(self) -> PayoutOutcome:
        """What the word means to a merchant; a word without a row is `UNKNOWN`."""
        return _outcome(self, PAYOUT_ORDER_STATUSES, PayoutOutcome.UNKNOWN)

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more is expected to happen by itself; False for a word without a row."""
        return _is_terminal(self, PAYOUT_ORDER_STATUSES)


class FulfillmentStatus(OpenEnum):
    """State of one fulfillment of a payout order.

    Decide on `outcome`; the words and their sources are the rows of `catalog.FULFILLMENT_STATUSES`.
    """

    CREATED = "CREATED"
    INITIATED = "INITIATED"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    MANUAL_REVIEW = "MANUAL_REVIEW"
    CANCELLED = "CANCELLED"
    DISCARDED = "DISCARDED"

    @property
    def outcome(self) -> PayoutOutcome:
        """What the word means to a merchant; a word without a row is `UNKNOWN`."""
        return _outcome(self, FULFILLMENT_STATUSES, PayoutOutcome.UNKNOWN)

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more is expected to happen by itself; False for a word without a row."""
        return _is_terminal(self, FULFILLMENT_STATUSES)


class PayoutTransactionStatus(OpenEnum):
    """State of one attempt to send money.

    Decide on `outcome`; the words and their sources are the rows of `catalog.PAYOUT_TRANSACTION_STATUSES`.
    """

    CREATED = "CREATED"
    INITIATED = "INITIATED"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    MANUAL_REVIEW = "MANUAL_REVIEW"
    REVERSED = "REVERSED"
    CONFLICTED = "CONFLICTED"

    @property
    def outcome(self) -> PayoutOutcome:
        """What the word means to a merchant; a word without a row is `UNKNOWN`."""
        return _outcome(self, PAYOUT_TRANSACTION_STATUSES, PayoutOutcome.UNKNOWN)

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more is expected to happen by itself; False for a word without a row."""
        return _is_terminal(self, PAYOUT_TRANSACTION_STATUSES)


class ValidationStatus(OpenEnum):
    """Result of the validation of a beneficiary.

    Decide on `outcome`; the words and their sources are the rows of `catalog.VALIDATION_STATUSES`.
    """

    VALID = "VALID"
    INVALID = "INVALID"
    ERROR = "ERROR"
    TIMEOUT = "TIMEOUT"
    PENDING = "PENDING"
    CREATED = "CREATED"

    @property
    def outcome(self) -> PayoutOutcome:
        """What the word means to a merchant; a word without a row is `UNKNOWN`."""
        return _outcome(self, VALIDATION_STATUSES, PayoutOutcome.UNKNOWN)

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more is expected to happen by itself; False for a word without a row."""
        return _is_terminal(self, VALIDATION_STATUSES)

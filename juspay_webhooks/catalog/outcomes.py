"""Own the outcomes: the few closed answers that Juspay's many open status words come down to.

An outcome says what a merchant may conclude; which word leads to which outcome is a row in `statuses`. This module
must never list a word of Juspay's. `UNKNOWN` always means: neither success nor failure, ask again, then ask a person.
"""

from enum import StrEnum

__all__ = ["MandateOutcome", "NotificationOutcome", "Outcome", "PayoutOutcome", "RefundOutcome"]


class Outcome(StrEnum):
    """What the status of an order or of a transaction comes down to."""

    PAID = "PAID"
    """The money is taken in full; a later refund does not change this."""

    PARTLY_PAID = "PARTLY_PAID"
    """Some of the money is taken: never fulfil as if all of it were."""

    AUTHORIZED = "AUTHORIZED"
    """Money is held, not taken: capture it or void it."""

    CASH_ON_DELIVERY = "CASH_ON_DELIVERY"
    """Accepted, to be paid in cash on delivery: no money yet."""

    PENDING = "PENDING"
    """Under way: wait or ask again."""

    ACTION_NEEDED = "ACTION_NEEDED"
    """The merchant must act before the payment can go on."""

    FAILED = "FAILED"
    """This attempt failed; the customer may try again on the same order."""

    AUTO_REFUNDED = "AUTO_REFUNDED"
    """Juspay is sending the money back by itself: do not fulfil."""

    VOIDED = "VOIDED"
    """The held money was released: do not fulfil."""

    UNKNOWN = "UNKNOWN"
    """Neither paid nor failed, as far as anyone can say."""


class RefundOutcome(StrEnum):
    """What the status of one refund comes down to."""

    SUCCESS = "SUCCESS"
    """The gateway refunded; the customer's bank may credit later."""

    PENDING = "PENDING"
    """Under way, for up to ten days."""

    REVIEW = "REVIEW"
    """The gateway's answer was ambiguous: a person must reconcile."""

    FAILED = "FAILED"
    """This request failed; a new one needs a new `unique_request_id`."""

    UNKNOWN = "UNKNOWN"
    """Neither refunded nor failed, as far as anyone can say."""


class MandateOutcome(StrEnum):
    """What the status of a mandate comes down to."""

    PENDING = "PENDING"
    """Being registered."""

    ACTIVE = "ACTIVE"
    """May be debited."""

    PAUSED = "PAUSED"
    """May not be debited until the payer resumes it."""

    FAILED = "FAILED"
    """Registration failed."""

    ENDED = "ENDED"
    """Revoked or expired: register a new one."""

    UNKNOWN = "UNKNOWN"
    """May not be relied on."""


class NotificationOutcome(StrEnum):
    """What the status of a pre-debit notification comes down to."""

    PENDING = "PENDING"
    """Not yet delivered."""

    SUCCESS = "SUCCESS"
    """Delivered to the payer: the debit may follow."""

    FAILED = "FAILED"
    """Not delivered: the debit may not follow."""

    UNKNOWN = "UNKNOWN"
    """Neither delivered nor failed, as far as anyone can say."""


class PayoutOutcome(StrEnum):
    """What the status of a payout order, fulfillment, transaction or beneficiary validation comes down to.

    Terminal is not final here: a gateway may still turn success into failure (REVERSED) and the reverse.
    """

    SUCCESS = "SUCCESS"
    """Money sent; for a validation: the beneficiary is good."""

    PENDING = "PENDING"
    """Under way, wholly or in part."""

    REVIEW = "REVIEW"
    """Stuck: a person must look. Never pay again by machine."""

    FAILED = "FAILED"
    """Money not sent; for a validation: the beneficiary is bad."""

    CANCELLED = "CANCELLED"
    """The merchant withdrew it before any money left."""

    REVERSED = "REVERSED"
    """The gateway first said success, then failure: the money came back."""

    UNKNOWN = "UNKNOWN"
    """Neither sent nor failed, as far as anyone can say. Never refund by machine."""

"""Own the status words of Juspay as rows: what each one means, what it comes down to, and who says so.

Orders and transactions share one vocabulary; every other thing has its own. All vocabularies are open: a word without
a row is new, not wrong. Decide on the word, never on its number. This module must never hold a word that only
merchants' code invented (CANCELLED, FAILED or EXPIRED are no order statuses).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Generic, TypeVar

import attrs

from juspay_webhooks.catalog.outcomes import MandateOutcome, NotificationOutcome, Outcome, PayoutOutcome, RefundOutcome

__all__ = [
    "FULFILLMENT_STATUSES",
    "MANDATE_STATUSES",
    "NOTIFICATION_STATUSES",
    "ORDER_STATUSES",
    "PAYOUT_ORDER_STATUSES",
    "PAYOUT_TRANSACTION_STATUSES",
    "REFUND_STATUSES",
    "VALIDATION_STATUSES",
    "StatusRow",
]

OutcomeT = TypeVar("OutcomeT", bound=StrEnum)


@attrs.frozen(kw_only=True)
class StatusRow(Generic[OutcomeT]):
    """One status word of one vocabulary."""

    name: str
    """The word as it stands on the wire."""

    id: int | None
    """Number beside the word (`status_id`) in orders and transactions, None where none is known.

    Informational: published bodies contradict the tables, e.g. (CHARGED, 27) and (PARTIAL_CHARGED, 21).
    """

    outcome: OutcomeT
    """What the word comes down to."""

    is_terminal: bool
    """Waiting changes nothing: this attempt, refund, mandate or payout is over.

    A new attempt may still change an order, and a reversal a payout.
    """

    meaning: str
    """What it means for a merchant, and what is doubtful about it."""

    source: str
    """Who says so: short names of `DOCUMENTS`, or plain words where no public page is known."""


def _final(name: str, number: int | None, outcome: OutcomeT, source: str, meaning: str) -> StatusRow[OutcomeT]:
    """Write a row of a status after which waiting changes nothing."""
    return StatusRow(name=name, id=number, outcome=outcome, is_terminal=True, meaning=meaning, source=source)


def _passing(name: str, number: int | None, outcome: OutcomeT, source: str, meaning: str) -> StatusRow[OutcomeT]:
    """Write a row of a status that another one should follow."""
    return StatusRow(name=name, id=number, outcome=outcome, is_terminal=False, meaning=meaning, source=source)


def _table(*rows: StatusRow[OutcomeT]) -> Mapping[str, StatusRow[OutcomeT]]:
    """Index rows by word, read-only, in the order given."""
    return MappingProxyType({row.name: row for row in rows})


# Tables from here on: two lines a row read better than the eight that the formatter would make of it.
# fmt: off
ORDER_STATUSES: Final[Mapping[str, StatusRow[Outcome]]] = _table(
    _passing("NEW", 10, Outcome.PENDING, "APPX, TXNST",
             "No payment attempt yet; there are no transaction fields."),
    _passing("CREATED", 1, Outcome.PENDING, "SKILLS, old server code",
             "As NEW; only older sources know it."),
    _passing("STARTED", 20, Outcome.PENDING, "APPX",
             "An attempt was made, no gateway is chosen yet. SKILLS does not count it, the documentation does."),
    _passing("PENDING_AUTHENTICATION", 15, Outcome.PENDING, "SALEOR, old server code",
             "Waiting for the customer's authentication."),
    _passing("PENDING_VBV", 23, Outcome.PENDING, "APPX, DEMO",
             "The customer is authenticating."),
    _passing("VBV_SUCCESSFUL", 24, Outcome.PENDING, "UPICODES",
             "Authenticated; the authorisation is running."),
    _passing("AUTHORIZING", 28, Outcome.PENDING, "APPX",
             "The bank has not answered yet: neither fulfil nor fail."),
    _passing("TO_BE_CHARGED", 40, Outcome.ACTION_NEEDED, "DEMO, SKILLS",
             "The merchant must charge its own wallet and report. The number is doubtful: 40 belongs to NOT_FOUND, one "
             "sample shows it here."),
    _final("CHARGED", 21, Outcome.PAID, "APPX, DEMO",
           "Paid: compare order id, amount and currency, then fulfil once. Stays so after a full refund."),
    _passing("PARTIAL_CHARGED", 37, Outcome.PARTLY_PAID, "PARTPAY, DEMO",
             "Part of a split payment or of held money is taken. Terminal or not is disputed (documentation: no, "
             "SKILLS: yes); keep asking. One sample shows 21 as the number."),
    _final("COD_INITIATED", 29, Outcome.CASH_ON_DELIVERY, "DEMO, SKILLS",
           "Cash on delivery was accepted: the merchant's own rules apply."),
    _passing("AUTHORIZED", 25, Outcome.AUTHORIZED, "DEMO",
             "Money is held. Also the answer to a capture or a void that timed out. Old server code has 30."),
    _passing("CAPTURE_INITIATED", 33, Outcome.PENDING, "UPICODES",
             "A capture of held money is running."),
    _passing("CAPTURE_FAILED", 34, Outcome.AUTHORIZED, "UPICODES",
             "A capture failed; the money is still held: capture again or void."),
    _passing("VOID_INITIATED", 32, Outcome.PENDING, "UPICODES, DEMO",
             "A release of held money is running."),
    _passing("VOID_FAILED", 35, Outcome.AUTHORIZED, "UPICODES",
             "A release failed; the money is still held: void again. One list has 33 as the number."),
    _final("VOIDED", 31, Outcome.VOIDED, "UPICODES, DEMO",
           "The held money was released."),
    _final("AUTO_VOIDED", None, Outcome.VOIDED, "PRISM, SKILLS",
           "Released without the merchant's asking."),
    _final("MERCHANT_VOIDED", None, Outcome.VOIDED, "PRISM, SKILLS",
           "Released at the merchant's wish."),
    _final("AUTHENTICATION_FAILED", 26, Outcome.FAILED, "APPX, DEMO",
           "The customer did not authenticate: offer another attempt."),
    _final("AUTHORIZATION_FAILED", 27, Outcome.FAILED, "APPX, DEMO",
           "The bank refused: show the reason, offer another attempt or another method."),
    _final("JUSPAY_DECLINED", 22, Outcome.FAILED, "APPX, DEMO",
           "Refused before the bank: wrong input, risk, or a mandate debit that the merchant stopped. Old server code "
           "has 23."),
    _final("DECLINED", None, Outcome.FAILED, "SALEOR, SKILLS",
           "Refused; no documentation page has it."),
    _final("AUTO_REFUNDED", 36, Outcome.AUTO_REFUNDED, "UPICODES, DEMO",
           "Juspay sends the money back: do not fulfil, or revoke. Read the refund for its own status: it may fail."),
    _passing("AUTO_REFUND_REQUEST", None, Outcome.UNKNOWN, "SALEOR",
             "One program treats it as an order status. Whether the money is on its way back is doubtful: ask again."),
    _passing("AUTO_REFUND_FAILED", None, Outcome.UNKNOWN, "SALEOR",
             "One program treats it as an order status; in every sample it is the name of an event. Where the money is "
             "stays doubtful: ask again."),
    _passing("NOT_FOUND", 40, Outcome.UNKNOWN, "UPICODES, ERRCODES",
             "The word of an error answer: Juspay does not know this order id. No state of a payment."),
    _passing("ERROR", -1, Outcome.UNKNOWN, "ERRCODES, SKILLS",
             "The word of an error answer. No state of a payment."),
    _passing("SUCCESS", 3, Outcome.UNKNOWN, "HYPERCREDIT, DEMO",
             "The word of another product (loans), no proof of payment. Old server code has 30."),
    _passing("PENDING", None, Outcome.UNKNOWN, "SALEOR, PRISM",
             "A word of other products, not of order status."),
    _passing("FAILURE", None, Outcome.UNKNOWN, "SALEOR, PRISM",
             "A word of other products, not of order status: no proof of failure."),
    _passing("COMPLETED", None, Outcome.UNKNOWN, "SALEOR, PRISM",
             "A word of other products, not of order status: no proof of payment."),
    _passing("NOP", None, Outcome.UNKNOWN, "SALEOR, PRISM",
             "A word of other products, not of order status."),
)
"""Statuses of orders and transactions."""

REFUND_STATUSES: Final[Mapping[str, StatusRow[RefundOutcome]]] = _table(
    _passing("PENDING", None, RefundOutcome.PENDING, "DEMO",
             "Always the first; up to 15 minutes at Juspay, then up to ten days at the gateway."),
    _final("SUCCESS", None, RefundOutcome.SUCCESS, "DEMO",
           "Refunded by the gateway."),
    _final("FAILURE", None, RefundOutcome.FAILED, "DEMO",
           "This request failed. Also written `Failure`."),
    _passing("MANUAL_REVIEW", None, RefundOutcome.REVIEW, "PAYV3, DEMO",
             "Ambiguous, or pending for more than ten days: reconcile with the gateway."),
    _final("TXN_FAILURE", None, RefundOutcome.FAILED, "old documentation",
           "As FAILURE; a legacy word."),
    _passing("TRANSFER_SCHEDULED", None, RefundOutcome.PENDING, "PRISM",
             "Will be sent; only one program has it."),
    _passing("REFUNDED", None, RefundOutcome.UNKNOWN, "refund page for Brazil",
             "Stands in the wording of one page, in no sample and no list: doubtful, ask again."),
)
"""Statuses of one refund."""

MANDATE_STATUSES: Final[Mapping[str, StatusRow[MandateOutcome]]] = _table(
    _passing("CREATED", None, MandateOutcome.PENDING, "APPX, DEMO",
             "Waiting for the gateway."),
    _passing("PENDING", None, MandateOutcome.PENDING, "an old page of developer.juspay.in",
             "As CREATED; newer pages do not have it."),
    _passing("ACTIVE", None, MandateOutcome.ACTIVE, "APPX, DEMO",
             "May be debited. Called terminal by the documentation, yet PAUSED, REVOKED and EXPIRED follow it."),
    _passing("PAUSED", None, MandateOutcome.PAUSED, "APPX, DEMO",
             "The payer paused it and may resume it."),
    _final("FAILURE", None, MandateOutcome.FAILED, "APPX, DEMO",
           "Registration failed: register again."),
    _final("REVOKED", None, MandateOutcome.ENDED, "APPX, DEMO",
           "Revoked: register again."),
    _final("EXPIRED", None, MandateOutcome.ENDED, "APPX, DEMO",
           "Its end date has passed: register again."),
)
"""Statuses of a mandate."""

NOTIFICATION_STATUSES: Final[Mapping[str, StatusRow[NotificationOutcome]]] = _table(
    _passing("CREATED", None, NotificationOutcome.PENDING, "APPX", "Made at Juspay, not sent yet."),
    _passing("PENDING", None, NotificationOutcome.PENDING, "APPX", "On its way to the payer."),
    _final("SUCCESS", None, NotificationOutcome.SUCCESS, "APPX, DEMO", "Delivered to the payer."),
    _final("FAILURE", None, NotificationOutcome.FAILED, "APPX, DEMO", "Not delivered."),
)
"""Statuses of a pre-debit notification."""

PAYOUT_ORDER_STATUSES: Final[Mapping[str, StatusRow[PayoutOutcome]]] = _table(
    _passing("CREATED", None, PayoutOutcome.PENDING, "OLD-OS",
             "Made at Juspay; only older pages have it."),
    _passing("READY_FOR_FULFILLMENT", None, PayoutOutcome.PENDING, "SEA-WH",
             "Accepted by Juspay, nothing attempted yet."),
    _passing("FULFILLMENTS_SCHEDULED", None, PayoutOutcome.PENDING, "SEA-WH",
             "Queued for processing."),
    _passing("FULFILLED_PARTIALLY", None, PayoutOutcome.PENDING, "SEA-WH",
             "Some of several fulfillments are done and the rest is under way: the order has neither succeeded nor "
             "failed, so it is pending."),
    _passing("FULFILLMENTS_MANUAL_REVIEW", None, PayoutOutcome.REVIEW, "SEA-WH",
             "A fulfillment needs a person."),
    _final("FULFILLMENTS_SUCCESSFUL", None, PayoutOutcome.SUCCESS, "SEA-WH",
           "Money sent; a transaction may still be REVERSED."),
    _final("FULFILLMENTS_FAILURE", None, PayoutOutcome.FAILED, "SEA-WH",
           "All attempts failed; a transaction may still turn out CONFLICTED, that is, sent."),
    _final("FULFILLMENTS_CANCELLED", None, PayoutOutcome.CANCELLED, "SEA-WH",
           "Cancelled by the merchant."),
)
"""Statuses of a payout order."""

FULFILLMENT_STATUSES: Final[Mapping[str, StatusRow[PayoutOutcome]]] = _table(
    _passing("CREATED", None, PayoutOutcome.PENDING, "IN-OS", "Made at Juspay."),
    _passing("INITIATED", None, PayoutOutcome.PENDING, "SEA-WH", "Made at Juspay; seen in webhooks only."),
    _passing("PENDING", None, PayoutOutcome.PENDING, "SEA-WH", "Under way; an INITIATED webhook carries it."),
    _passing("MANUAL_REVIEW", None, PayoutOutcome.REVIEW, "SEA-WH", "Needs a person."),
    _final("SUCCESS", None, PayoutOutcome.SUCCESS, "SEA-WH", "Money sent; its transaction may still be REVERSED."),
    _final("FAILURE", None, PayoutOutcome.FAILED, "SEA-WH", "Failed; its transaction may still turn out CONFLICTED."),
    _final("DISCARDED", None, PayoutOutcome.CANCELLED, "SEA-WH", "Dropped by the merchant; seen in webhooks only."),
    _final("CANCELLED", None, PayoutOutcome.CANCELLED, "SEA-WH", "Cancelled by the merchant."),
)
"""Statuses of one fulfillment of a payout order."""

PAYOUT_TRANSACTION_STATUSES: Final[Mapping[str, StatusRow[PayoutOutcome]]] = _table(
    _passing("CREATED", None, PayoutOutcome.PENDING, "BR-OS", "Made at Juspay."),
    _passing("INITIATED", None, PayoutOutcome.PENDING, "SEA-WH", "Sent to the gateway."),
    _passing("PENDING", None, PayoutOutcome.PENDING, "BR-OS", "Under way at the gateway."),
    _passing("MANUAL_REVIEW", None, PayoutOutcome.REVIEW, "SEA-WH", "Stuck pending: needs a person."),
    _final("SUCCESS", None, PayoutOutcome.SUCCESS, "SEA-WH", "Money sent; may still be REVERSED."),
    _final("FAILURE", None, PayoutOutcome.FAILED, "SEA-WH", "Failed; may still turn out CONFLICTED."),
    _final("REVERSED", None, PayoutOutcome.REVERSED, "SEA-WH", "The gateway turned success into failure."),
    _final("CONFLICTED", None, PayoutOutcome.SUCCESS, "SEA-WH", "The gateway turned failure into success: money sent."),
)
"""Statuses of one payout transaction, that is, of one attempt at a gateway."""

VALIDATION_STATUSES: Final[Mapping[str, StatusRow[PayoutOutcome]]] = _table(
    _passing("CREATED", None, PayoutOutcome.PENDING, "BR-BC", "Made at Juspay; Brazil only."),
    _passing("PENDING", None, PayoutOutcome.PENDING, "IN-BVS", "Under way; status call only."),
    _final("VALID", None, PayoutOutcome.SUCCESS, "SEA-WH", "The beneficiary is good."),
    _final("INVALID", None, PayoutOutcome.FAILED, "SEA-WH", "The beneficiary is bad."),
    _final("ERROR", None, PayoutOutcome.UNKNOWN, "SEA-WH", "Over without an answer: validate anew."),
    _passing("TIMEOUT", None, PayoutOutcome.UNKNOWN, "IN-BVS", "No answer in time, status call only: ask again."),
)
"""Statuses of a beneficiary validation."""
# fmt: on

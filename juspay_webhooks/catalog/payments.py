"""Own the payment events as rows: what each one is, since which webhook API version it is sent, and who says so.

The list is open: a name without a row is new, not wrong. A `since` of None means that nobody published a gate; it
never means "always". This module must never decide anything: `eligibility` reads the rows.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

import attrs

from juspay_webhooks.catalog.documents import Evidence

__all__ = ["ALL_VERSIONS", "PAYMENT_EVENTS", "Family", "PaymentEventRow"]

ALL_VERSIONS: Final = "all versions"
"""The gate of an event that is sent whatever the webhook API version is."""


class Family(StrEnum):
    """What an event is about. The object that its `content` holds may be another one: see `content_key`."""

    ORDER = "order"
    """An order, and the payment of it."""

    REFUND = "refund"
    """A refund; the body holds the whole order with all of its refunds."""

    TXN = "txn"
    """One transaction, that is, one attempt to pay."""

    MANDATE = "mandate"
    """A mandate for recurring debits."""

    NOTIFICATION = "notification"
    """A pre-debit notification to the payer of a mandate."""

    CHARGEBACK = "chargeback"
    """A dispute."""

    TOKEN = "token"  # noqa: S105 - no secret
    """A network token of a card."""

    SUBSCRIPTION = "subscription"
    """A subscription."""

    INVOICE = "invoice"
    """An invoice of a subscription."""

    BILLING = "billing"
    """The Juspay Billing product, whose events come beside the normal ones."""

    UPI_STACK = "upi_stack"
    """A customer of a merchant's own UPI app."""

    LOAN = "loan"
    """The HyperCredit lending product."""

    UNKNOWN = "unknown"
    """Nobody says."""


@attrs.frozen(kw_only=True)
class PaymentEventRow:
    """One payment event as published."""

    name: str
    """`event_name` on the wire."""

    family: Family
    """What it is about."""

    meaning: str
    """What has happened. Of code-only events only the name is known, and this is a reading of it."""

    since: date | Literal["all versions"] | None
    """First webhook API version that sends it, `ALL_VERSIONS`, or None where no gate is published."""

    content_key: str | None
    """Key of `content` that holds the object, None where nobody says."""

    evidence: Evidence
    """How well it is attested."""

    documents: tuple[str, ...]
    """Short names in `DOCUMENTS` of the pages that list it; where no page does, of the samples and the code."""

    is_modelled: bool
    """It has an event class of its own."""

    note: str = ""
    """What is doubtful about the row."""


_PAGES_OF_15: Final = ("UPIPLUGIN", "UPITPAP", "DEVJP")
_PAGES: Final = ("PAYV3", *_PAGES_OF_15)


def _modelled(  # noqa: PLR0913 - one argument per column of the table
    name: str,
    family: Family,
    content_key: str,
    since: date | Literal["all versions"] | None,
    meaning: str,
    *documents: str,
    evidence: Evidence = Evidence.DOCUMENTED,
    note: str = "",
) -> PaymentEventRow:
    """Write a row of an event that has a class of its own."""
    return PaymentEventRow(
        name=name,
        family=family,
        meaning=meaning,
        since=since,
        content_key=content_key,
        evidence=evidence,
        documents=documents,
        is_modelled=True,
        note=note,
    )


def _named(  # noqa: PLR0913 - one argument per column of the table
    name: str,
    family: Family,
    meaning: str,
    *documents: str,
    content_key: str | None = None,
    evidence: Evidence = Evidence.CODE_ONLY,
    note: str = "",
) -> PaymentEventRow:
    """Write a row of an event that is accepted by name only: nobody published its gate."""
    return PaymentEventRow(
        name=name,
        family=family,
        meaning=meaning,
        since=None,
        content_key=content_key,
        evidence=evidence,
        documents=documents,
        is_modelled=False,
        note=note,
    )


def _chargeback(name: str, meaning: str, *code: str) -> PaymentEventRow:
    """Write a row of a dispute event."""
    note = "AGODA lists it in words, without its name; no body is published."
    return _named(name, Family.CHARGEBACK, meaning, *code, "AGODA", note=note)


def _billing(name: str, meaning: str) -> PaymentEventRow:
    """Write a row of an event of Juspay Billing."""
    note = "The page gives BILLING as the event's value; it has no body, and its list is not complete."
    return _named(name, Family.BILLING, meaning, "BILLING", evidence=Evidence.DOCUMENTED, note=note)


def _upi_stack(name: str, meaning: str, *, page: str = "") -> PaymentEventRow:
    """Write a row of an event about a customer of a merchant's own UPI app."""
    evidence, note = Evidence.CODE_ONLY, "The spelling of the content key is assumed."
    if page:
        evidence, note = Evidence.DOCUMENTED, f"{note} A callbacks page of the {page} documentation shows the event."
    return _named(
        name, Family.UPI_STACK, meaning, "SALEOR", content_key="merchant_customer", evidence=evidence, note=note
    )


# Tables from here on: two lines a row read better than the eight that the formatter would make of it.
# fmt: off
_MODELLED: Final = (
    _modelled("ORDER_SUCCEEDED", Family.ORDER, "order", ALL_VERSIONS,
              "The order is paid.", *_PAGES, "PPE", "AGODA", "AUTOPAY"),
    _modelled("ORDER_FAILED", Family.ORDER, "order", date(2016, 7, 19),
              "An attempt to pay failed; the customer may try again.", *_PAGES, "PPE", "AGODA"),
    _modelled("ORDER_AUTHORIZED", Family.ORDER, "order", ALL_VERSIONS,
              "Money is held for the order, to be captured or voided.", *_PAGES),
    _modelled("ORDER_PARTIAL_CHARGED", Family.ORDER, "order", None,
              "Some children of a split payment are charged, others are not.", "DEMO", "SALEOR",
              evidence=Evidence.PUBLISHED_SAMPLE),
    _modelled("ORDER_CREATED", Family.ORDER, "order", None,
              "The order was made at Juspay; no payment yet.", "SALEOR", "MCP", "SKILLS",
              evidence=Evidence.CODE_ONLY, note="Pages speak of it in prose only; one real body is public."),
    _modelled("TXN_CREATED", Family.TXN, "order", date(2016, 10, 27),
              "An attempt to pay was started.", *_PAGES, "PPE",
              note="Holds the order, unlike TXN_CHARGED and TXN_FAILED."),
    _modelled("TXN_CHARGED", Family.TXN, "txn", date(2020, 10, 31),
              "One transaction was charged.", *_PAGES),
    _modelled("TXN_FAILED", Family.TXN, "txn", date(2020, 10, 31),
              "One transaction failed.", *_PAGES),
    _modelled("ORDER_REFUNDED", Family.REFUND, "order", ALL_VERSIONS,
              "A refund succeeded, perhaps of a part only.", *_PAGES, "PPE", "AGODA"),
    _modelled("ORDER_REFUND_FAILED", Family.REFUND, "order", ALL_VERSIONS,
              "A refund failed.", *_PAGES, "PPE"),
    _modelled("REFUND_MANUAL_REVIEW_NEEDED", Family.REFUND, "order", ALL_VERSIONS,
              "The state of a refund is unclear: reconcile it with the gateway.", *_PAGES, "PPE"),
    _modelled("REFUND_INITIATED", Family.REFUND, "order", ALL_VERSIONS,
              "A refund was started.", "PAYV3"),
    _modelled("AUTO_REFUND_SUCCEEDED", Family.REFUND, "order", date(2019, 11, 11),
              "A refund that Juspay started by itself succeeded.", *_PAGES),
    _modelled("AUTO_REFUND_FAILED", Family.REFUND, "order", date(2019, 11, 11),
              "A refund that Juspay started by itself failed.", *_PAGES),
    _modelled("AUTO_REFUND_INITIATED", Family.REFUND, "order", None,
              "Juspay started a refund by itself.", "DEMO", "SALEOR", "NY",
              evidence=Evidence.PUBLISHED_SAMPLE),
    _modelled("MANDATE_CREATED", Family.MANDATE, "mandate", ALL_VERSIONS,
              "A mandate was made at Juspay; it is not active yet.", *_PAGES),
    _modelled("MANDATE_ACTIVATED", Family.MANDATE, "mandate", ALL_VERSIONS,
              "A mandate was registered and may be debited.", *_PAGES),
    _modelled("MANDATE_FAILED", Family.MANDATE, "mandate", ALL_VERSIONS,
              "The registration of a mandate failed.", *_PAGES),
    _modelled("MANDATE_REVOKED", Family.MANDATE, "mandate", ALL_VERSIONS,
              "A mandate was revoked.", *_PAGES,
              note="The pages say by the merchant; a revocation by the payer is not excluded."),
    _modelled("MANDATE_PAUSED", Family.MANDATE, "mandate", None,
              "The payer paused a mandate.", "DEMO", "SALEOR", "NY",
              evidence=Evidence.PUBLISHED_SAMPLE),
    _modelled("MANDATE_EXPIRED", Family.MANDATE, "mandate", None,
              "The end date of a mandate has passed.", "DEMO", "SALEOR", "NY",
              evidence=Evidence.PUBLISHED_SAMPLE),
    _modelled("NOTIFICATION_SUCCEEDED", Family.NOTIFICATION, "notification", ALL_VERSIONS,
              "A pre-debit notification reached the payer.", "PAYV3"),
    _modelled("NOTIFICATION_FAILED", Family.NOTIFICATION, "notification", ALL_VERSIONS,
              "A pre-debit notification failed.", "PAYV3"),
)

_NAMED: Final = (
    _named("ORDER_VOIDED", Family.ORDER, "Held money was released.", "SALEOR", "SKILLS",
           content_key="order", note="The content key is assumed."),
    _named("ORDER_VOID_FAILED", Family.ORDER, "A release of held money failed.", "SALEOR", "SKILLS",
           content_key="order", note="The content key is assumed."),
    _named("ORDER_CAPTURE_FAILED", Family.ORDER, "A capture of held money failed.", "SALEOR", "SKILLS",
           content_key="order", note="The content key is assumed."),
    _named("ORDER_UPDATED", Family.ORDER, "An order was changed.", "SALEOR", "SKILLS"),
    _named("ORDER_COD_INITIATED", Family.ORDER, "Cash on delivery was accepted.", "SALEOR", "SKILLS"),
    _named("ORDER_TO_BE_CHARGED", Family.ORDER, "The merchant must charge its own wallet.", "SALEOR", "SKILLS"),
    _named("REFUND_ARN_CAPTURED", Family.REFUND, "The acquirer's reference of a refund became known.", "SALEOR"),
    _named("REFUND_SUCCEEDED", Family.REFUND, "A refund succeeded.", "SKILLS",
           note="Perhaps another name of ORDER_REFUNDED."),
    _named("REFUND_FAILED", Family.REFUND, "A refund failed.", "SKILLS",
           note="Perhaps another name of ORDER_REFUND_FAILED."),
    _named("ORDER_AUTO_REFUNDED", Family.REFUND, "Juspay refunded an order by itself.", "SKILLS",
           note="Named by one unofficial source only."),
    _named("TRANSACTION_AUTHORIZED", Family.TXN, "Money is held by one transaction.", "SKILLS",
           note="Named by one unofficial source only."),
    _named("MANDATE_UPDATED", Family.MANDATE, "A mandate was changed.", "SALEOR",
           content_key="mandate", note="The content key is assumed."),
    _named("MANDATE_UNPAUSED", Family.MANDATE, "The payer resumed a mandate.", "SALEOR",
           content_key="mandate", note="The content key is assumed."),
    _chargeback("CHARGEBACK_RECEIVED", "A dispute was opened.", "SALEOR"),
    _chargeback("CHARGEBACK_UNDER_REVIEW", "A dispute is being looked at.", "SALEOR"),
    _chargeback("CHARGEBACK_EVIDENCE_REQUIRED", "The merchant must give evidence.", "SALEOR"),
    _chargeback("CHARGEBACK_RESOLVED_IN_MERCHANT_FAVOUR", "The merchant keeps the money.", "SALEOR"),
    _chargeback("CHARGEBACK_RESOLVED_IN_CUSTOMER_FAVOUR", "The customer gets the money.", "SALEOR"),
    _chargeback("CHARGEBACK_CANCELED", "A dispute was withdrawn.", "SALEOR"),
    _chargeback("CHARGEBACK_ALREADY_REFUNDED", "The disputed money was refunded before.", "SALEOR", "MCP"),
    _chargeback("CHARGEBACK_EXPIRED", "A dispute ran out of time.", "SALEOR"),
    _named("TOKEN_STATUS_UPDATED", Family.TOKEN, "The state of a network token changed.", "MCP", "SALEOR"),
    _named("TOKEN_STATUS_CREATED", Family.TOKEN, "A network token was made.", "MCP"),
    _named("SUBSCRIPTION_CREATED", Family.SUBSCRIPTION, "A subscription was made.", "SALEOR"),
    _named("SUBSCRIPTION_ACTIVATED", Family.SUBSCRIPTION, "A subscription became active.", "SALEOR"),
    _named("SUBSCRIPTION_EXPIRED", Family.SUBSCRIPTION, "A subscription ran out.", "SALEOR"),
    _named("SUBSCRIPTION_CANCELLED", Family.SUBSCRIPTION, "A subscription was cancelled.", "SALEOR"),
    _named("INVOICE_CREATED", Family.INVOICE, "An invoice was made.", "SALEOR"),
    _named("INVOICE_PAYMENT_SUCCEEDED", Family.INVOICE, "An invoice was paid.", "SALEOR"),
    _named("INVOICE_PAYMENT_FAILED", Family.INVOICE, "The payment of an invoice failed.", "SALEOR"),
    _named("INVOICE_PAYMENT_OVERDUE", Family.INVOICE, "An invoice is overdue.", "SALEOR"),
    _named("INVOICE_PAYMENT_CANCELLED", Family.INVOICE, "The payment of an invoice was cancelled.", "SALEOR"),
    _billing("BILLING", "Some event of the billing product."),
    _billing("BILLING_EXECUTION_CREATED", "An execution was made."),
    _billing("BILLING_EXECUTION_ACTIVATED", "An execution became active."),
    _billing("BILLING_EXECUTION_DEACTIVATED", "An execution was switched off."),
    _billing("BILLING_EXECUTION_CREDIT_EVENT", "An execution was credited."),
    _billing("BILLING_EXECUTION_DEBIT_EVENT", "An execution was debited."),
    _billing("BILLING_EXECUTION_AMOUNT_BREACHED_LIMIT", "The amount of an execution passed its limit."),
    _upi_stack("MERCHANT_CUSTOMER_COLLECT_REQUEST_RECEIVED", "A customer was asked to pay.", page="upi-inapp"),
    _upi_stack("MERCHANT_CUSTOMER_COLLECT_REQUEST_SENT", "A customer asked somebody to pay."),
    _upi_stack("MERCHANT_CUSTOMER_COMPLAINT_RAISED", "A complaint was raised."),
    _upi_stack("MERCHANT_CUSTOMER_COMPLAINT_RESOLVED", "A complaint was resolved."),
    _upi_stack("MERCHANT_CUSTOMER_CREDITED_VIA_COLLECT", "A customer got money that was asked for."),
    _upi_stack("MERCHANT_CUSTOMER_DEBITED_VIA_COLLECT", "A customer paid on request."),
    _upi_stack("MERCHANT_CUSTOMER_DEBITED_VIA_PAY", "A customer sent money."),
    _upi_stack("MERCHANT_CUSTOMER_DEBITED_FOR_MERCHANT_VIA_COLLECT", "A customer paid a merchant on request."),
    _upi_stack("MERCHANT_CUSTOMER_DEBITED_FOR_MERCHANT_VIA_PAY", "A customer paid a merchant."),
    _upi_stack("MERCHANT_CUSTOMER_INCOMING_MANDATE_CREATE_REQUEST_RECEIVED", "A customer was asked for a mandate."),
    _upi_stack("MERCHANT_CUSTOMER_INCOMING_MANDATE_CREATED", "A mandate towards a customer was made."),
    _upi_stack("MERCHANT_CUSTOMER_INCOMING_MANDATE_UPDATE_REQUEST_RECEIVED", "A change of a mandate was asked."),
    _upi_stack("MERCHANT_CUSTOMER_INCOMING_MANDATE_UPDATED", "A mandate towards a customer was changed."),
    _upi_stack("MERCHANT_CUSTOMER_INCOMING_PRE_PAYMENT_NOTIFICATION_MANDATE_RECEIVED", "A debit was announced."),
    _upi_stack("MERCHANT_CUSTOMER_LINKED_BANK_ACCOUNT", "A customer linked a bank account."),
    _upi_stack("MERCHANT_CUSTOMER_MANDATE_STATUS_UPDATE", "The state of a mandate changed."),
    _upi_stack("MERCHANT_CUSTOMER_OUTGOING_MANDATE_CREATED", "A customer made a mandate."),
    _upi_stack("MERCHANT_CUSTOMER_OUTGOING_MANDATE_PAUSED", "A customer paused a mandate."),
    _upi_stack("MERCHANT_CUSTOMER_OUTGOING_MANDATE_UPDATED", "A customer changed a mandate.", page="upi-tpap-sdk"),
    _upi_stack("MERCHANT_CUSTOMER_PORTED_UPI_NUMBER", "A customer moved a UPI number."),
    _upi_stack("MERCHANT_CUSTOMER_RECEIVED_MONEY", "A customer got money."),
    _upi_stack("MERCHANT_CUSTOMER_UPI_LITE_DEREGISTRATION", "A customer left UPI Lite."),
    _upi_stack("MERCHANT_CUSTOMER_UPI_LITE_TOPUP", "A customer topped UPI Lite up."),
    _named("UNKNOWN", Family.UNKNOWN, "Catch-all member of Juspay's own list of names.", "SALEOR"),
    _named("MANDATE_REGISTERED", Family.MANDATE, "A mandate was registered.",
           note="The code of one merchant tests for it; probably a guess."),
    _named("LOAN_ACTIVE", Family.LOAN, "A loan became active.", "DEMO",
           content_key="order", evidence=Evidence.PUBLISHED_SAMPLE,
           note="HYPERCREDIT says that the normal order events are the ones to expect."),
)
# fmt: on

PAYMENT_EVENTS: Final[Mapping[str, PaymentEventRow]] = MappingProxyType({row.name: row for row in _MODELLED + _NAMED})
"""Name of a payment event -> its row; the modelled ones first."""

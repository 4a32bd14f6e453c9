"""Own one payment attempt: the transaction, and the leg of a split payment.

`Transaction` is what `content.txn`, `txn_detail` and `txn_sub_details[]` have between them; a leg (`txn_list[]`) holds
the payment part of an order instead. Nothing here may derive a status from a code: CHARGED is an error code, too.
"""

from datetime import datetime

import attrs

from juspay_webhooks.catalog import Outcome
from juspay_webhooks.models.fields import FreeForm, Model, Money, Personal, shape
from juspay_webhooks.models.gateway_response import GatewayResponse
from juspay_webhooks.models.instruments import Card, Upi, Wallet
from juspay_webhooks.models.mandate import OrderMandate
from juspay_webhooks.models.offers import Offer
from juspay_webhooks.models.order_parts import PaymentLinks
from juspay_webhooks.models.refund import Refund
from juspay_webhooks.models.statuses import OrderStatus

__all__ = ["AmountBreakup", "Transaction", "TransactionLeg"]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class AmountBreakup(Model):
    """One line of the sum that makes up a transaction's amount."""

    name: str | None = None
    """BASE or OFFER in published bodies; SURCHARGE and TAX are plausible."""

    method: str | None = None
    """ADD or SUBTRACT."""

    amount: Money | None = None
    """Amount of the line in major units of the transaction's currency (rupees, not paise)."""

    value: Money | None = None
    """The same under the name that it has where the whole list arrives as JSON text."""

    sno: int | None = None
    """Number of the line: 1, 2, …"""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class Transaction(Model):
    """One payment attempt: `content.txn`, `order.txn_detail`, or a partial capture or void in `txn_sub_details[]`."""

    txn_id: str
    """Juspay's id of the attempt, `<merchant>-<order_id>-<n>`, of a split `-<n>-<m>`; merchants may set their own."""

    order_id: str
    """Merchant's id of the order; digits stay text."""

    status: OrderStatus
    """State of this attempt, in the words of an order. Decide on `status.outcome`."""

    txn_amount: Money
    """Amount of this attempt in major units of `currency` (rupees, not paise)."""

    currency: str
    """ISO 4217 code, e.g. INR."""

    txn_uuid: str | None = None
    """Juspay's opaque id of the attempt (`moz…`, `eul…`)."""

    net_amount: Money | None = None
    """Net amount in major units of `currency`; in the legs of one published split it is the sum of the legs."""

    surcharge_amount: Money | None = None
    """Surcharge on the attempt, in major units of `currency`."""

    tax_amount: Money | None = None
    """Tax on the attempt, in major units of `currency`."""

    offer_deduction_amount: Money | None = None
    """What offers took off, in major units of `currency`."""

    txn_amount_breakup: tuple[AmountBreakup, ...] | None = None
    """Lines of the sum that makes up `txn_amount`."""

    remaining_refundable_amount: Money | None = None
    """What may still be refunded, in major units of `currency`. Source: real UPI bodies; no sample has it."""

    gateway: str | None = None
    """Gateway's name, e.g. RAZORPAY; "" on some failures."""

    gateway_id: int | None = None
    """Juspay's number of the gateway, e.g. 23 for RAZORPAY; 0 and null seen."""

    error_code: str | None = None
    """Gateway's code, set on success as well ("00"); it keeps its leading zeros (03, 0399)."""

    error_message: str | None = None
    """Gateway's text."""

    response_code: str | None = None
    """Juspay's unified code on newer bodies, e.g. TXN_SUCCESS, USER_DECLINED."""

    response_message: str | None = None
    """Juspay's text for `response_code`."""

    express_checkout: bool | None = None
    """Whether Juspay's express checkout took the payment."""

    redirect: bool | None = None
    """Whether the customer is redirected to pay."""

    is_cvv_less_txn: bool | None = None
    """Whether a card was charged without its CVV; seen within `txn_list`."""

    created: datetime | None = None
    """When the attempt was made."""

    last_updated: datetime | None = None
    """When the attempt last changed; only newer bodies have it."""

    txn_flow_type: str | None = None
    """How the customer pays: INTENT, COLLECT, QR, REDIRECT, DIRECT_DEBIT, EMI, CARD_TRANSACTION and more."""

    txn_object_type: str | None = None
    """Purpose: MANDATE_REGISTER, MANDATE_PAYMENT, PARTIAL_CAPTURE, …; absent for a plain payment."""

    source_object: str | None = None
    """What caused the attempt: MANDATE, UPI_PAY, UPI_COLLECT, PG_FAILURE_FALLBACK_TO_THREE_DS, TXN_SUB_DETAIL, …"""

    source_object_id: str | None = None
    """Id of that object; digits stay text."""

    metadata: FreeForm | None = None
    """E.g. `payment_channel` (WEB, ANDROID, IOS, MWEB, at times with quotes inside the text) and `microapp`."""

    settlement: FreeForm | None = None
    """Seen only as null, within `txn_list`: its form is not known."""

    utr: str | None = None
    """Unique transaction reference of the settlement; seen only as null, within `txn_list`."""

    status_id: int | None = None
    """Number beside the status; informational, it contradicts the word in published bodies. Only in `content.txn`."""

    payment_method_type: str | None = None
    """CARD, NB, WALLET, UPI, … Only in `content.txn`."""

    payment_method: str | None = None
    """Brand, bank, wallet or app, e.g. VISA. Only in `content.txn`."""

    card: Card | None = None
    """The card; masked as a whole in every published `content.txn`."""

    payment_gateway_response: GatewayResponse | None = None
    """What the gateway answered. Only in `content.txn` and `txn_sub_details[]`."""

    order_amount: Money | None = None
    """Amount of the whole order in major units of `currency`. Only in `txn_sub_details[]`."""

    additional_info: FreeForm | None = None
    """What the merchant's account adds. Source: one merchant's production code, for `content.txn`; no sample has it."""

    payer_vpa: Personal | None = None
    """Payer's UPI address. Source: as `additional_info`."""

    upi: Upi | None = None
    """The UPI payment. Source: as `additional_info`."""

    @property
    def outcome(self) -> Outcome:
        """What the status of this attempt comes down to."""
        return self.status.outcome


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class TransactionLeg(Model):
    """One leg of a split, part or gift-card payment (`txn_list[]`): the payment part of an order.

    An order with legs has no transaction of its own at the top level.
    """

    txn_id: str
    """Juspay's id of the leg, often `<merchant>-<order_id>-<n>-<m>`."""

    status: OrderStatus
    """State of this leg; one published leg is PENDING_VBV around a `txn_detail` that is CHARGED."""

    txn_uuid: str | None = None
    """Juspay's opaque id of the leg."""

    payment_method: str | None = None
    """Brand, bank, wallet or app, or the flow of UPI."""

    payment_method_type: str | None = None
    """CARD, NB, WALLET, UPI, MERCHANT_CONTAINER, …"""

    txn_detail: Transaction | None = None
    """The attempt itself: amount, gateway, times."""

    payment_gateway_response: GatewayResponse | None = None
    """What the gateway answered."""

    upi: Upi | None = None
    """The UPI payment."""

    card: Card | None = None
    """The card; gift cards stand here too."""

    wallet: Wallet | None = None
    """The wallet; not seen in `txn_list`, filled when the leg is made from an order's top level."""

    mandate: OrderMandate | None = None
    """The mandate that the leg registers or executes."""

    offers: tuple[Offer, ...] | None = None
    """Offers applied to the leg."""

    refunds: tuple[Refund, ...] | None = None
    """Refunds of the leg; null in some bodies."""

    metadata: FreeForm | None = None
    """What the merchant and the gateway add."""

    refunded: bool | None = None
    """Never trust it: true while the only refund is PENDING, in review or failed, in published answers."""

    effective_amount: Money | None = None
    """Amount of the leg after offers and surcharge, in major units of the order's currency."""

    amount_refunded: Money | None = None
    """Never trust it: published legs show refunds that are pending, or the other leg's (998 on a leg of 2)."""

    gateway_id: int | None = None
    """Juspay's number of the gateway."""

    gateway_reference_id: str | None = None
    """Merchant's account reference at the gateway."""

    auth_type: str | None = None
    """How the payer was authenticated: THREE_DS, OTP, NO_THREE_DS, …; "" seen."""

    bank_error_code: str | None = None
    """Bank's code, set on success as well ("00"); it keeps its zeros."""

    bank_error_message: str | None = None
    """Bank's text."""

    resp_category: str | None = None
    """Juspay's class of failure: USER_DROPPED, BUSINESS_ERROR, TECHNICAL_ERROR, …"""

    resp_code: str | None = None
    """Juspay's unified code, e.g. INSUFFICIENT_BALANCE."""

    resp_message: str | None = None
    """Juspay's text for `resp_code`."""

    payer_vpa: Personal | None = None
    """Payer's UPI address."""

    payer_app_name: Personal | None = None
    """Payer's UPI app: a package name, or a link scheme such as `phonepe://pay`."""

    captured_amount: Money | None = None
    """Amount captured of a pre-authorised leg, in major units of the order's currency."""

    refundable_amount: Money | None = None
    """What may still be refunded of a pre-authorised leg, in major units of the order's currency."""

    emi_bank: str | None = None
    """Bank of the EMI; seen only as null."""

    emi_tenure: int | None = None
    """Months of the EMI; seen only as null."""

    payment_links: PaymentLinks | None = None
    """Links to pay; seen only as null."""

    txn_type: str | None = None
    """LOANPAYMENT in the one published loan body."""

    sub_status: str | None = None
    """Lender's word for the state of a loan, e.g. "Loan Active"."""

    txn_intent_id: str | None = None
    """Lender's id of the payment intent."""

    txn_intent_amount: Money | None = None
    """Amount of that intent in major units of the order's currency; a number in a string, "80000.0"."""

    @property
    def outcome(self) -> Outcome:
        """What the status of this leg comes down to."""
        return self.status.outcome

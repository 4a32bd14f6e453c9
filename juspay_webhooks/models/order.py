"""Own the order, the centre of Juspay's bodies: `content.order` of a webhook and the answer to an order-status call.

The fields stand here, what is derived from them in `order_views`. A body shows the order as it was when it was written;
this module must never decide which of two bodies is the newer.
"""

from datetime import datetime

import attrs

from juspay_webhooks.models.fields import FreeForm, Model, Money, Personal, shape
from juspay_webhooks.models.gateway_response import GatewayResponse
from juspay_webhooks.models.instruments import Card, EmiDetails, Upi, Wallet
from juspay_webhooks.models.mandate import OrderMandate
from juspay_webhooks.models.notification import Notification
from juspay_webhooks.models.offers import Offer
from juspay_webhooks.models.order_parts import BasketItem, PaymentLinks, RiskCheck
from juspay_webhooks.models.order_views import OrderViews
from juspay_webhooks.models.refund import Refund, SplitRefundDetail
from juspay_webhooks.models.settlement import Risk, SplitSettlementResponse
from juspay_webhooks.models.statuses import OrderStatus
from juspay_webhooks.models.transaction import Transaction, TransactionLeg

__all__ = ["Order"]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class Order(OrderViews, Model):
    """An order with its latest payment attempt, or with all legs of a split payment, and its refunds.

    Decide on `outcome`, compare with your own record by `matches`, and count refunds by `refunded_amount`.
    """

    order_id: str
    """Merchant's id of the order; digits stay text. Juspay compares it without case."""

    status: OrderStatus
    """State of the order; CHARGED stays CHARGED after a full refund. Decide on `outcome`."""

    amount: Money
    """Amount of the order in major units of `currency` (rupees, not paise)."""

    id: str | None = None
    """Juspay's id of the order, `ordeh_` and other prefixes: never validate its form."""

    merchant_id: str | None = None
    """Merchant's account at Juspay; its case varies."""

    status_id: int | None = None
    """Number beside the status; informational, (CHARGED, 27) and (PARTIAL_CHARGED, 21) are published."""

    effective_amount: Money | None = None
    """Amount after offers and surcharge, in major units of `currency`; refunds do not change it."""

    currency: str | None = None
    """ISO 4217 code; INR, BRL, SGD and JPY seen."""

    amount_refunded: Money | None = None
    """Never trust it: refunds that are only requested count (5 with a PENDING refund). See `refunded_amount`."""

    refunded: bool | None = None
    """Never trust it: true while the only refund is PENDING, in review or failed, in nine published answers."""

    maximum_eligible_refund_amount: Money | None = None
    """What may still be refunded, in major units of `currency`."""

    amount_debited: Money | None = None
    """Amount debited in major units of `currency`; in pre-authorisations and payments with reward points."""

    captured_amount: Money | None = None
    """Amount captured of a pre-authorisation, in major units of `currency`; order-status answers only."""

    refundable_amount: Money | None = None
    """What may be refunded of a pre-authorisation, in major units of `currency`; order-status answers only."""

    date_created: datetime | None = None
    """When the order was created; masked or damaged in 40 published bodies."""

    last_updated: datetime | None = None
    """When the order last changed; only newer bodies have it."""

    order_expiry: datetime | None = None
    """When the order expires; in samples it stands in `metadata`."""

    customer_id: str | None = None
    """Merchant's id of the customer."""

    customer_email: Personal | None = None
    """Customer's e-mail address; "1111111" is a placeholder of samples."""

    customer_phone: Personal | None = None
    """Customer's phone number; digits stay text."""

    product_id: str | None = None
    """Merchant's id of the product; nearly always ""."""

    return_url: Personal | None = None
    """Where the customer returns to; not always an address with a scheme."""

    udf1: Personal | None = None
    """Merchant's own text; "" when unset."""

    udf2: Personal | None = None
    """Merchant's own text; "" when unset."""

    udf3: Personal | None = None
    """Merchant's own text; "" when unset."""

    udf4: Personal | None = None
    """Merchant's own text; "" when unset."""

    udf5: Personal | None = None
    """Merchant's own text; "" when unset."""

    udf6: Personal | None = None
    """Merchant's own text; "" when unset."""

    udf7: Personal | None = None
    """Merchant's own text; "" when unset."""

    udf8: Personal | None = None
    """Merchant's own text; "" when unset."""

    udf9: Personal | None = None
    """Merchant's own text; "" when unset."""

    udf10: Personal | None = None
    """Merchant's own text; "" when unset."""

    payment_links: PaymentLinks | None = None
    """Pages on which the customer can pay."""

    metadata: FreeForm | None = None
    """What merchant and gateway add, e.g. `merchant_payload`, `webhook_url`, `<GATEWAY>:gateway_reference_id`."""

    additional_info: FreeForm | None = None
    """What the merchant's account adds, e.g. retry data; {} in samples."""

    conflicted: bool | None = None
    """False in the one real body that has it; undocumented, presumably a later charge after a failure."""

    txn_id: str | None = None
    """Juspay's id of the attempt, `<merchant>-<order_id>-<n>`; "" seen, absent for split payments."""

    txn_uuid: str | None = None
    """Juspay's opaque id of the attempt (`moz…`, `eul…`)."""

    gateway_id: int | None = None
    """Juspay's number of the gateway, e.g. 23 for RAZORPAY; 0 and null seen."""

    gateway_reference_id: str | None = None
    """Merchant's account reference at the gateway."""

    payment_method_type: str | None = None
    """CARD, NB, WALLET, UPI, CONSUMER_FINANCE, REWARD, CASH and more; "" seen on charged orders."""

    payment_method: str | None = None
    """Brand, bank, wallet or app, or the flow of UPI; "COLLECT/PAY/INAPP" is a placeholder of the documents."""

    auth_type: str | None = None
    """How the payer was authenticated: THREE_DS, THREE_DS_2, OTP, NO_THREE_DS, …; "" seen."""

    bank_pg: str | None = None
    """Kind of gateway that a bank runs: UPI-PG, CC-PG, EMI-PG."""

    bank_error_code: str | None = None
    """Bank's code; it keeps its zeros (00, 0399) and is set on success as well (00, CHARGED)."""

    bank_error_message: str | None = None
    """Bank's text."""

    resp_category: str | None = None
    """Juspay's class of failure: USER_DROPPED, BUSINESS_ERROR, TECHNICAL_ERROR, GENERIC_ERROR, …"""

    resp_code: str | None = None
    """Juspay's unified code, e.g. INSUFFICIENT_BALANCE, TXN_EXPIRED."""

    resp_message: str | None = None
    """Juspay's text for `resp_code`."""

    payer_vpa: Personal | None = None
    """Payer's UPI address; the text "null" seen."""

    payer_app_name: Personal | None = None
    """Payer's UPI app: a package name such as com.phonepe.app, or a link scheme."""

    emi_bank: str | None = None
    """Bank of the EMI: HDFC, HDFCDC, JPMORGAN, …"""

    emi_tenure: int | None = None
    """Months of the EMI."""

    emi_type: str | None = None
    """STANDARD_EMI, NO_COST_EMI, LOW_COST_EMI and more."""

    rewards_breakup: FreeForm | None = None
    """Parts paid with reward points; masked or null in every published body, so its form is not known."""

    txn_detail: Transaction | None = None
    """The attempt itself: amount, gateway, times; absent for split payments."""

    payment_gateway_response: GatewayResponse | None = None
    """What the gateway answered; absent before it did."""

    txn_list: tuple[TransactionLeg, ...] | None = None
    """Legs of a split, part or gift-card payment. `transactions` is the same for every order."""

    refunds: tuple[Refund, ...] | None = None
    """All refunds of the order in no fixed order; absent when there are none. Look one up by `refund`."""

    card: Card | None = None
    """The card; masked as a whole in 44 of 52 published webhook bodies."""

    upi: Upi | None = None
    """The UPI payment."""

    wallet: Wallet | None = None
    """The wallet."""

    mandate: OrderMandate | None = None
    """The mandate that the order registers or executes."""

    offers: tuple[Offer, ...] | None = None
    """Offers applied to the order."""

    emi_details: EmiDetails | None = None
    """Terms of the EMI; real bodies have an object of nulls."""

    risk: Risk | None = None
    """Verdict of the risk engine."""

    split_settlement_response: SplitSettlementResponse | None = None
    """How the money is shared among the merchant's vendors."""

    notification: Notification | None = None
    """Pre-debit notification of a mandate; one published body has it."""

    txn_sub_details: tuple[Transaction, ...] | None = None
    """Partial captures and voids; order-status answers only."""

    basket: tuple[BasketItem, ...] | None = None
    """What is bought; order-status answers only."""

    risk_checks: tuple[RiskCheck, ...] | None = None
    """Verdicts of several risk checks; one published order-status answer has them."""

    payout_links: FreeForm | None = None
    """Seen only as null: its form is not known."""

    split_refund_details: tuple[SplitRefundDetail, ...] | None = None
    """Shares of the legs in a refund; two published answers have them."""

    source_object: str | None = None
    """MANDATE for the execution of a mandate; one published answer has it."""

    source_object_id: str | None = None
    """Id of that object; digits stay text."""

    order_status: str | None = None
    """Second copy of the status in the one published loan answer; decide on `status`."""

    error: str | None = None
    """Null inside that answer, a success."""

    error_code: str | None = None
    """Null inside that answer."""

    error_message: str | None = None
    """Null inside that answer."""

    user_message: str | None = None
    """Null inside that answer."""

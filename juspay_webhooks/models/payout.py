"""Own what payout events are about (`info`): the order, its fulfillments, the attempts to send money, the routing.

On the wire the names are camelCase. A status here is never final: a gateway may reverse it (REVERSED, CONFLICTED).
Nothing here may shorten an id or check its form; lengths differ.
"""

from datetime import datetime
from typing import Annotated

import attrs

from juspay_webhooks.models.fields import FreeForm, Money, PayoutModel, Personal, Wire, shape
from juspay_webhooks.models.statuses import FulfillmentStatus, PayoutOrderStatus, PayoutTransactionStatus

__all__ = [
    "Beneficiary",
    "BeneficiaryDetails",
    "FulfillmentOrderInfo",
    "FulfillmentTransactionInfo",
    "PayeeDetails",
    "PayeeDocument",
    "PayoutOrderInfo",
    "RoutingInfo",
]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class PayeeDocument(PayoutModel):
    """One identity document of a payee (Brazil)."""

    doc_id: Personal | None = None
    """Number of the document, partly replaced by X on the wire."""

    doc_type: Personal | None = None
    """Kind of document."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class PayeeDetails(PayoutModel):
    """Who owns a wallet (Brazil)."""

    name: Personal | None = None
    """Name of the payee, partly replaced by X on the wire."""

    country: Personal | None = None
    """Country of the payee."""

    documents: tuple[PayeeDocument, ...] | None = None
    """Identity documents of the payee."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class BeneficiaryDetails(PayoutModel):
    """Where the money goes; which fields are set depends on the beneficiary's type. All of it is personal data."""

    name: Personal | None = None
    """Name of the beneficiary; absent in validations."""

    account: Personal | None = None
    """Account number: in full in fulfillments, asterisks of varying number in validations (ACCOUNT_IFSC)."""

    ifsc: Personal | None = None
    """Code of the bank's branch in India (ACCOUNT_IFSC, IFSC)."""

    vpa: Personal | None = None
    """UPI address (UPI_ID)."""

    mobile_no: Personal | None = None
    """Phone number (UPI_ID, PAYOUT_LINK); digits stay text."""

    mobile: Personal | None = None
    """Phone number under its other name; it may replace `vpa` where an address is to be found (UPI_ID)."""

    brand: Personal | None = None
    """Card network (CARD, PLAIN_CARD), or PAYTM, PIX_KEY, PAYPAL, VENMO, … (WALLET)."""

    card_type: Personal | None = None
    """Kind of card (CARD, PLAIN_CARD)."""

    card_reference: Personal | None = None
    """Juspay's reference of a stored card (CARD)."""

    bank_code: Personal | None = None
    """Juspay's code of the issuing bank (CARD, PLAIN_CARD)."""

    last4of_card: Personal | None = None
    """Last four digits, only if the beneficiary was made from a card number (PLAIN_CARD); `last4ofCard` on the wire."""

    wallet_identifier: Personal | None = None
    """Phone number, e-mail address or key that names the wallet (WALLET)."""

    payee_additional_details: PayeeDetails | None = None
    """Who owns the wallet (WALLET, Brazil)."""

    id: Personal | None = None
    """Id of a stored beneficiary (BENE_ID)."""

    payout_link: Personal | None = None
    """Page on which the beneficiary says where the money should go (PAYOUT_LINK)."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class Beneficiary(PayoutModel):
    """Who gets the money."""

    type: str | None = None
    """ACCOUNT_IFSC, UPI_ID, CARD, PLAIN_CARD, WALLET, BENE_ID, PAYOUT_LINK, IFSC or BANK_TRANSFER; PIX is WALLET."""

    details: BeneficiaryDetails | None = None
    """Where the money goes; a key that is not known stays in the raw body."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class PayoutOrderInfo(PayoutModel):
    """A payout order (label ORDER)."""

    id: str
    """Juspay's id of the order, 30 hexadecimal digits in samples; the ids of its fulfillments start with it."""

    status: PayoutOrderStatus
    """State of the order, the event's `value` in samples. Decide on `status.outcome`."""

    amount: Money
    """Sum of the fulfillments in major units of the account's currency (rupees, not paise)."""

    order_type: str | None = None
    """FULFILL_ONLY, or PAY_AND_FULFILL (collect, then pay out); see `kind`."""

    type: str | None = None
    """The same under the name that one merchant's production code reads; see `kind`."""

    merchant_order_id: str | None = None
    """Merchant's id of the order, `orderId` in API answers."""

    merchant_customer_id: str | None = None
    """Merchant's id of the customer, `customerId` in API answers."""

    created_at: datetime | None = None
    """When the order was made; one specification shows it without a zone."""

    updated_at: datetime | None = None
    """When the order last changed."""

    udf1: Personal | None = None
    """Merchant's own text. Source: one merchant's specification; no sample has it."""

    udf2: Personal | None = None
    """Merchant's own text. Source: as `udf1`."""

    udf3: Personal | None = None
    """Merchant's own text. Source: as `udf1`."""

    udf4: Personal | None = None
    """Merchant's own text. Source: as `udf1`."""

    udf5: Personal | None = None
    """Merchant's own text. Source: as `udf1`."""

    @property
    def kind(self) -> str | None:
        """Type of the order, whichever name it came under."""
        return self.order_type or self.type


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class FulfillmentTransactionInfo(PayoutModel):
    """One attempt to send money (label FULFILLMENT_TXN); it names neither the merchant's order nor the customer."""

    status: PayoutTransactionStatus
    """State of the attempt; REVERSED and CONFLICTED overturn an earlier word. Decide on `status.outcome`."""

    amount: Money
    """Amount of the attempt in major units of the account's currency (rupees, not paise)."""

    id: str | None = None
    """Juspay's id of the attempt, `<fulfillment>-t<n>`; only webhooks have it."""

    fulfillment_id: Annotated[str, Wire(("FulfillmentId", "fulfillmentId"))] | None = None
    """Juspay's id of the fulfillment, `<order>-f<n>`; webhooks spell it with a capital F."""

    transaction_ref: str | None = None
    """Reference that Juspay gave to the gateway."""

    gateway_ref_id: str | None = None
    """Gateway's own reference; 30 hexadecimal digits of the dummy gateway, 12 digits of real ones."""

    fulfillment_method: str | None = None
    """Gateway and rail, e.g. DUMMY_IMPS, YESBIZ_UPI; the vocabulary is open."""

    txn_response: FreeForm | None = None
    """Gateway's raw answer; no key is common to all, and its status may lag behind `status`."""

    attempted: bool | None = None
    """Whether the attempt reached the gateway; only webhooks have it."""

    created_at: datetime | None = None
    """When the attempt was made."""

    updated_at: datetime | None = None
    """When the attempt last changed."""

    response_code: str | None = None
    """Juspay's code of the result; in API answers."""

    response_message: str | None = None
    """Juspay's text of the result; in API answers."""

    response_description: str | None = None
    """Longer text of the result; in one API answer."""

    epg_txn_id: str | None = None
    """Gateway's transaction id; in API answers."""

    time_stamp: datetime | None = None
    """Repeats `updated_at`; in API answers."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class FulfillmentOrderInfo(PayoutModel):
    """One fulfillment of a payout order (label FULFILLMENT_ORDER); it does not name the merchant's order."""

    id: str
    """Juspay's id of the fulfillment, `<order>-f<n>`; see `order_id`."""

    status: FulfillmentStatus
    """State of the fulfillment; PENDING under the event's value INITIATED. Decide on `status.outcome`."""

    amount: Money
    """Amount of the fulfillment in major units of `fulfillment_currency` (rupees, not paise)."""

    type: str | None = None
    """Always "ORDER": not a type of order."""

    beneficiary_details: Beneficiary | None = None
    """Who gets the money; the account number is not masked on the wire."""

    preferred_method_list: tuple[str, ...] | None = None
    """Methods that the merchant prefers, e.g. YESBANK_IMPS; [] seen."""

    merchant_customer_id: str | None = None
    """Merchant's id of the customer."""

    updated_by: Personal | None = None
    """Who changed it last; DEFAULT in every body."""

    created_at: datetime | None = None
    """When the fulfillment was made."""

    updated_at: datetime | None = None
    """When the fulfillment last changed."""

    status_updated_at: datetime | None = None
    """When `status` last changed."""

    transactions: tuple[FulfillmentTransactionInfo, ...] | None = None
    """Attempts to send the money, newest first; in API answers, [] while paused."""

    fulfillment_method_list: tuple[str, ...] | None = None
    """Methods that Juspay chose; in API answers, [] until scheduled."""

    udf1: Personal | None = None
    """Merchant's own text, not the order's; in API answers."""

    udf2: Personal | None = None
    """Merchant's own text, not the order's; in API answers."""

    udf3: Personal | None = None
    """Merchant's own text, not the order's; in API answers."""

    udf4: Personal | None = None
    """Merchant's own text, not the order's; in API answers."""

    udf5: Personal | None = None
    """Merchant's own text, not the order's; in API answers."""

    additional_info: FreeForm | None = None
    """What the merchant asked for: `webhookDetails`, `remark`, `isRetriable`, …; in API answers."""

    sub_status: str | None = None
    """PAUSED while payouts are paused; in API answers."""

    sub_status_description: str | None = None
    """Sentence that names the time when the pause ends; in API answers."""

    fulfillment_currency: str | None = None
    """ISO 4217 code; in answers for Brazil (BRL)."""

    ready_for_submit: bool | None = None
    """Whether a payout by link may be sent; in answers for PAYOUT_LINK."""

    @property
    def order_id(self) -> str | None:
        """Juspay's id of the payout order: `id` without `-f<n>`, None if it does not end so."""
        order_id, _, number = self.id.rpartition("-f")
        return order_id if order_id and number.isdecimal() else None


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class RoutingInfo(PayoutModel):
    """What the router says (label SR_BASED_ROUTING). Its form was never published: these keys are a guess.

    Read the rest from the raw body.
    """

    status: str | None = None
    """State, in words that are not known."""

    unique_id: str | None = None
    """Id of what the event is about, presumably."""

    created_at: datetime | None = None
    """When it was made."""

    updated_at: datetime | None = None
    """When it last changed."""

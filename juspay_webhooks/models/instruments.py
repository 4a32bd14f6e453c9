"""Own what a customer pays with: the card and its tokens, the UPI payment, the wallet, the terms of an EMI.

Published bodies mask most of this as a whole. Nothing here may hold a full card number: bodies never carry one.
"""

from decimal import Decimal

import attrs

from juspay_webhooks.models.fields import FreeForm, Model, Money, Personal, shape

__all__ = [
    "Card",
    "CardToken",
    "CardTokenCreated",
    "EmiDetails",
    "EmiFeeInfo",
    "EmiInterest",
    "EmiSubvention",
    "EmiTenure",
    "Upi",
    "Wallet",
]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class CardToken(Model):
    """The network's or the issuer's token that stood in for the card number."""

    card_reference: Personal | None = None
    """Juspay's opaque reference of the tokenised card; opens the stored card, hence masked."""

    par: Personal | None = None
    """Payment account reference: the same for every token of one card account."""

    provider: str | None = None
    """Who issued the token: VISA and MASTERCARD seen."""

    provider_category: str | None = None
    """NETWORK or ISSUER by the documents; masked in every published body."""

    tokenization_status: str | None = None
    """State of the token; ACTIVE is the only word seen."""

    card_isin: Personal | None = None
    """First digits of the token, not of the card; 7 digits in one published answer, so never assume 6."""

    last_four_digits: Personal | None = None
    """Last four digits of the token; they may differ from the card's."""

    expiry_month: Personal | None = None
    """Month in which the token expires, two digits in text, e.g. "04"."""

    expiry_year: Personal | None = None
    """Year in which the token expires, four digits in text, e.g. "2027"."""

    card_fingerprint: Personal | None = None
    """Opaque text, the same for the same card; it links payments of one customer, hence masked."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class CardTokenCreated(Model):
    """The token that this payment created; only order-status answers show it unmasked."""

    card_reference: Personal | None = None
    """Juspay's opaque reference of the new stored card; needed to charge it later, hence masked."""

    card_fingerprint: Personal | None = None
    """Opaque text, the same for the same card."""

    tokenization_status: str | None = None
    """State of the new token; ACTIVE is the only word seen."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class Card(Model):
    """The card of a payment; gift cards stand here too. 44 of 52 published webhook bodies mask it as a whole."""

    card_brand: str | None = None
    """VISA, MASTERCARD, RUPAY, AMEX, DINERS, MAESTRO, …; a gift card says QWIKCILVER."""

    card_type: str | None = None
    """CREDIT or DEBIT; some published answers wrongly hold a brand ("VISA", "MAST")."""

    extended_card_type: str | None = None
    """CREDIT, DEBIT, and once MASTERCARD: no safer than `card_type`."""

    card_sub_type: str | None = None
    """Finer kind of card; null in the one answer that has it."""

    card_issuer: str | None = None
    """Name of the issuing bank in no fixed spelling ("HDFC BANK", "HDFC Bank"); "" seen."""

    card_issuer_country: str | None = None
    """Country in capitals, not a code: INDIA, SINGAPORE, POLAND; "" seen."""

    juspay_bank_code: str | None = None
    """Juspay's code of the issuer: JP_HDFC, JP_ICICI, JP_SBI, JP_JPM, …; "" seen."""

    card_isin: Personal | None = None
    """First digits of the card number (BIN), usually 6; "" seen."""

    last_four_digits: Personal | None = None
    """Last four digits of the card number; "" in most bodies."""

    expiry_month: Personal | None = None
    """Month in which the card expires, two digits in text, e.g. "06"."""

    expiry_year: Personal | None = None
    """Year in which the card expires, four digits in text, e.g. "2027"."""

    name_on_card: Personal | None = None
    """Name of the card holder as typed by the customer; not checked by anyone."""

    card_reference: Personal | None = None
    """Juspay's opaque reference of the stored card; "" when the card was not saved."""

    card_fingerprint: Personal | None = None
    """Opaque text, the same for the same card, whoever uses it; "" seen."""

    payment_account_reference: Personal | None = None
    """Payment account reference (PAR): the same for a card and all its tokens; nearly always ""."""

    saved_to_locker: bool | None = None
    """Whether Juspay stored the card with this payment; "true" in text is read too."""

    using_saved_card: bool | None = None
    """Whether the customer paid with a card stored earlier."""

    using_token: bool | None = None
    """Whether a token stood in for the card number."""

    tokenization_user_consent: bool | None = None
    """Whether the customer agreed to tokenise the card."""

    token_type: str | None = None
    """What was sent to the gateway: CARD, TOKEN or ALT_ID."""

    tokens: tuple[CardToken, ...] | None = None
    """Tokens of the card; masked or [] in every published body, so the form of an item is presumed that of `token`."""

    token: CardToken | None = None
    """The token that paid; only when one was used."""

    token_created: CardTokenCreated | None = None
    """The token that this payment created, if it did."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class Upi(Model):
    """The UPI payment: how it was started, and by whom."""

    txn_flow_type: str | None = None
    """How the payer was asked: INTENT, COLLECT, QR or PAY."""

    payer_app: str | None = None
    """Payer's UPI app: a package name such as com.phonepe.app, or a link scheme such as `phonepe://pay`."""

    payer_vpa: Personal | None = None
    """Payer's UPI address, `name@bank`."""

    payer_app_name: Personal | None = None
    """Payer's UPI app by its other name. Source: one merchant's production code; no sample has it here."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class Wallet(Model):
    """The wallet payment."""

    txn_flow_type: str | None = None
    """How the wallet was debited: DIRECT_DEBIT, INAPP_DEBIT, INTENT, REDIRECT or REDIRECT_DEBIT."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class EmiInterest(Model):
    """Interest of an EMI; one published order-status answer shows it."""

    rate: Decimal | None = None
    """Interest per year in percent; a whole number in the one answer, fractions are read."""

    amount: Money | None = None
    """Interest over the whole term in major units of the order's currency; a number in a string."""

    tax: Money | None = None
    """Tax on the interest in major units of the order's currency; null in the one answer."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class EmiTenure(Model):
    """Term of an EMI."""

    duration: int | None = None
    """Length of the term, counted in `unit`."""

    unit: str | None = None
    """Unit of `duration`; "months" is the only word seen."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class EmiFeeInfo(Model):
    """What the bank charges for setting an EMI up."""

    fee: Money | None = None
    """Processing fee in major units of the order's currency; a number in a string."""

    tax: Money | None = None
    """Tax on the fee in major units of the order's currency; a number in a string."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class EmiSubvention(Model):
    """One share of an EMI's interest that somebody else bears.

    No published body fills the list, so no field of an item is known: what comes stays in the raw body.
    """


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class EmiDetails(Model):
    """Terms of a payment in monthly instalments; other payments carry an object of nulls."""

    bank: str | None = None
    """Bank that grants the EMI."""

    emi_type: str | None = None
    """STANDARD_EMI, NO_COST_EMI, LOW_COST_EMI, JUSPAY_NO_COST_EMI or JUSPAY_NO_COST_EMI_SPLIT."""

    monthly_payment: Money | None = None
    """One instalment in major units of the order's currency; a number in a string, e.g. "22041.13"."""

    principal_amount: Money | None = None
    """Sum that is lent, in major units of the order's currency; null in every published body."""

    interest: EmiInterest | None = None
    """Interest of the whole term."""

    tenure: EmiTenure | None = None
    """Length of the term."""

    additional_processing_fee_info: EmiFeeInfo | None = None
    """What the bank charges for setting the EMI up."""

    conversion_details: FreeForm | None = None
    """Seen only as null: its form is not known."""

    processed_by: str | None = None
    """Who turns the payment into an EMI; null in every published body."""

    subvention_info: tuple[EmiSubvention, ...] | None = None
    """Shares of the interest that somebody else bears; [] in every published body."""

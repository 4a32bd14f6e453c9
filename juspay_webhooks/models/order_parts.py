"""Own the small parts of an order: its payment links, the items of its basket, the verdicts of risk checks.

Basket keys stay in the vendor's camelCase. Nothing here may follow a link: published ones lead to http://localhost.
"""

import attrs

from juspay_webhooks.models.fields import FreeForm, Model, Money, Personal, shape

__all__ = ["BasketItem", "PaymentLinks", "RiskCheck"]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class PaymentLinks(Model):
    """Pages on which the customer can pay the order: whoever has a link can open it."""

    web: Personal | None = None
    """Link for a browser; some bodies have this one only."""

    mobile: Personal | None = None
    """Link for a phone."""

    iframe: Personal | None = None
    """Link to be embedded in the merchant's page."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class BasketItem(Model):
    """One item of the basket that the merchant sent with the order; seen in order-status answers only."""

    id: str | None = None
    """Merchant's id of the item; digits stay text."""

    sku: str | None = None
    """Merchant's stock-keeping unit; digits stay text."""

    quantity: int | None = None
    """Number of pieces."""

    unitPrice: Money | None = None
    """Price of one piece in major units of the order's currency (rupees, not paise)."""

    category: str | None = None
    """Merchant's word for the kind of goods."""

    description: Personal | None = None
    """Merchant's text."""

    customParams: FreeForm | None = None
    """What else the merchant says of the item."""

    productUrl: Personal | None = None
    """Address of the item in the merchant's shop."""

    sellerType: str | None = None
    """Who sells it, e.g. VENDOR."""

    imeiDetails: Personal | None = None
    """Device numbers; null in every published answer, so its form is not known."""

    passenger: Personal | None = None
    """Traveller; null in every published answer, so its form is not known."""

    productCode: str | None = None
    """Code of the product; null in every published answer."""

    productName: str | None = None
    """Name of the product; null in every published answer."""

    productRisk: str | None = None
    """Risk class of the product; null in every published answer."""

    shippingDestinationType: str | None = None
    """Kind of destination; null in every published answer."""

    cashbackAmount: str | None = None
    """Cashback on the item, as text; null in every published answer, so its form is not known."""

    discountAmount: str | None = None
    """Discount on the item, as text; null in every published answer, so its form is not known."""

    emiCashbackAmount: str | None = None
    """Cashback for paying by EMI, as text; null in every published answer, so its form is not known."""

    emiDiscountAmount: str | None = None
    """Discount for paying by EMI, as text; null in every published answer, so its form is not known."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class RiskCheck(Model):
    """Verdict of one risk check; one published order-status answer has a list of them."""

    provider: str | None = None
    """Who checked."""

    status: str | None = None
    """State of the check itself, not of the payment."""

    flagged: bool | None = None
    """Whether the check found a risk."""

    recommended_action: str | None = None
    """What the provider advises, e.g. reject."""

    invocation_mode: str | None = None
    """How the check was invoked."""

    txn_id: str | None = None
    """Juspay's id of the transaction that was checked."""

"""Own the offers on an order: what was promised, how it was worked out, what it takes off.

Nothing here may be added up to an order's price: `effective_amount` and `offer_deduction_amount` are the vendor's sums.
"""

from decimal import Decimal

import attrs

from juspay_webhooks.models.fields import FreeForm, Model, Money, shape

__all__ = ["CalculationInfo", "EmiDiscount", "Offer", "OfferBenefit", "ProductDiscount"]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class CalculationInfo(Model):
    """How the amount of a benefit was worked out."""

    calculation_rule: str | None = None
    """Meaning of `value`: ABSOLUTE or PERCENTAGE."""

    value: Decimal | None = None
    """Major units of the order's currency under ABSOLUTE, percent under PERCENTAGE."""

    max_amount: Money | None = None
    """Cap of the benefit in major units of the order's currency; order-status answers only."""

    emi_type: str | None = None
    """Kind of EMI that the benefit needs; NO_COST in the one answer that has it."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class OfferBenefit(Model):
    """One benefit of an offer."""

    type: str | None = None
    """CASHBACK (paid later), DISCOUNT (taken off now) or EMI_DISCOUNT."""

    amount: Money | None = None
    """Worth of the benefit in major units of the order's currency (rupees, not paise)."""

    calculation_info: CalculationInfo | None = None
    """How `amount` was worked out."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class EmiDiscount(Model):
    """What an offer takes off one product when it is paid by EMI."""

    emi_discount_amount: Money | None = None
    """Taken off now, in major units of the order's currency; a number in a string."""

    emi_cashback_amount: Money | None = None
    """Paid later, in major units of the order's currency; a number in a string."""

    interest_rate: Decimal | None = None
    """Interest per year in percent; a whole number in the one answer, fractions are read."""

    tenure: int | None = None
    """Months of the EMI."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class ProductDiscount(Model):
    """What an offer takes off one product of the basket; one published order-status answer has the list."""

    product_id: str | None = None
    """Merchant's id of the product; digits stay text."""

    product_quantity: int | None = None
    """Number of pieces in the basket."""

    product_applicable_quantity: int | None = None
    """Number of pieces that the offer counts for."""

    unit_price: Money | None = None
    """Price of one piece in major units of the order's currency; a number in a string."""

    discount_amount: Money | None = None
    """Taken off now, in major units of the order's currency; a number in a string."""

    cashback_amount: Money | None = None
    """Paid later, in major units of the order's currency; a number in a string."""

    merchant_discount_amount: Money | None = None
    """Part that the merchant bears, in major units of the order's currency; a number in a string."""

    emi_discount: EmiDiscount | None = None
    """What is taken off when the product is paid by EMI."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class Offer(Model):
    """One offer that was applied, or tried, on an order or on a leg of it."""

    offer_id: str | None = None
    """Juspay's id of the offer (a UUID in samples)."""

    offer_code: str | None = None
    """Merchant's code of the offer, e.g. BOID."""

    status: str | None = None
    """INITIATED, AVAILED, REFUNDED, PARTIALLY_REFUNDED or FAILED: only AVAILED was granted."""

    benefits: tuple[OfferBenefit, ...] | None = None
    """What the offer gives; a discount larger than the order's amount is published."""

    metadata: FreeForm | None = None
    """What the merchant adds: an object in half of the published bodies, JSON text in the others."""

    error_code: str | None = None
    """Why the offer was not granted, e.g. JP706."""

    error_message: str | None = None
    """Juspay's text for `error_code`."""

    product_discounts: tuple[ProductDiscount, ...] | None = None
    """What is taken off each product of the basket."""

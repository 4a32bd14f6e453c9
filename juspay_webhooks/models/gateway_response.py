"""Own what a gateway answered to a payment attempt.

Nothing here may be read as a status: success has codes too, and each gateway has its own.
"""

from datetime import datetime

import attrs

from juspay_webhooks.models.fields import FreeForm, Model, Money, Personal, shape

__all__ = ["GatewayResponse"]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class GatewayResponse(Model):
    """What the gateway answered (`payment_gateway_response`), in its own codes and words."""

    txn_id: str | None = None
    """Id of the transaction as it was sent to the gateway."""

    epg_txn_id: str | None = None
    """Gateway's transaction id, the key for reconciliation; digits stay text."""

    rrn: str | None = None
    """Bank's retrieval reference number; it keeps its leading zeros; "" and "NA" mean none."""

    auth_id_code: str | None = None
    """Bank's authorisation code; "", "NA" and "null" mean none."""

    resp_code: str | None = None
    """Gateway's own code: 0, 00, 0399, captured, success, True, and `"SUCCESS"` with quotes inside the text."""

    resp_message: Personal | None = None
    """Gateway's text, masked as personal: one lender puts JSON text with the customer's name and e-mail here."""

    created: datetime | None = None
    """When the gateway answered; damaged in several published bodies, and once written `2024-... UTC`."""

    debit_amount: Money | None = None
    """Amount debited in major units of the order's currency (rupees, not paise); a number in a string."""

    discount_amount: Money | None = None
    """Discount given by the gateway, in major units of the order's currency."""

    current_blocked_amount: Money | None = None
    """Amount still held, in major units of the order's currency; null in the bodies that have it."""

    merchant_subvention_amount_interest: Money | None = None
    """Interest of an EMI that the merchant bears, in major units of the order's currency; e.g. 196.53."""

    arn: str | None = None
    """Acquirer's reference number; null in published bodies."""

    auth_ref_num: str | None = None
    """Reference number of the authentication; null in published bodies."""

    eci: str | None = None
    """Electronic commerce indicator of a card payment; null in published bodies."""

    umrn: str | None = None
    """Unique mandate reference number of the bank; null in published bodies."""

    gateway_merchant_id: str | None = None
    """Merchant's account at the gateway."""

    network_error_code: str | None = None
    """Card network's or UPI's code."""

    network_error_message: str | None = None
    """Card network's or UPI's text."""

    gateway_response: FreeForm | None = None
    """Gateway's raw answer, if the account has it switched on; dates and flags inside follow no rule."""

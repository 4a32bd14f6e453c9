"""Own what happens around a payment: how the money is split among vendors, and what the risk engine said.

Texts that hold JSON stay texts; the parsed views beside them are for people and reports. No decision on money may rest
on either.
"""

import attrs

from juspay_webhooks.models.fields import Json, Model, Money, Personal, shape
from juspay_webhooks.models.json_text import parsed_text

__all__ = ["Risk", "SplitDetail", "SplitSettlementResponse"]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class SplitDetail(Model):
    """Share of one vendor in a payment."""

    sub_vendor_id: str | None = None
    """Merchant's id of the vendor."""

    gateway_sub_account_id: str | None = None
    """Vendor's account at the gateway; masked in every published body."""

    epg_txn_id: str | None = None
    """Gateway's id of the transfer to the vendor, e.g. `trf_…`."""

    amount: Money | None = None
    """Vendor's share in major units of the order's currency (rupees, not paise)."""

    merchant_commission: Money | None = None
    """What the merchant keeps of the share, in major units of the order's currency; 0 in samples."""

    refunded_amount: Money | None = None
    """What of the share was refunded, in major units of the order's currency; order-status answers only."""

    notes: Personal | None = None
    """Merchant's notes for the gateway as JSON text; masked in `repr`, as free-form content is."""

    unique_split_id: str | None = None
    """Merchant's id of the share. Source: one merchant's production code; no sample has it."""

    @property
    def notes_parsed(self) -> Json | None:
        """What `notes` holds, read-only; None if there are none or they are not JSON."""
        return None if self.notes is None else parsed_text(self.notes)


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class SplitSettlementResponse(Model):
    """How the money of an order is shared among the merchant's vendors."""

    split_applied: bool | None = None
    """Whether the gateway took the split over."""

    split_details: tuple[SplitDetail, ...] | None = None
    """Share of each vendor; masked as a whole in one published body."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class Risk(Model):
    """Verdict of the risk engine on an order."""

    provider: str | None = None
    """Who checked, e.g. JUSPAYFRM."""

    status: str | None = None
    """State of the check itself, not of the payment; COMPLETED is the only word seen."""

    flagged: bool | None = None
    """Whether the engine found a risk; a flagged order may be paid all the same."""

    recommended_action: str | None = None
    """What the engine advises, e.g. reject; nobody has acted on it yet."""

    message: Personal | None = None
    """The rules that spoke, as JSON text of a list; masked in `repr`, as free-form content is."""

    @property
    def message_parsed(self) -> Json | None:
        """What `message` holds, read-only; None if there is none or it is not JSON."""
        return None if self.message is None else parsed_text(self.message)

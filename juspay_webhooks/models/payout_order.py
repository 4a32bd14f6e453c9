"""Own the payout order as the status call answers it: the order with its fulfillments and their attempts."""

from datetime import datetime
from typing import Annotated

import attrs

from juspay_webhooks.models.fields import Money, PayoutModel, Personal, Wire, shape
from juspay_webhooks.models.payout import FulfillmentOrderInfo
from juspay_webhooks.models.statuses import PayoutOrderStatus

__all__ = ["PayoutOrder"]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class PayoutOrder(PayoutModel):
    """A payout order as the status call answers it; the webhook's `PayoutOrderInfo` has other names for the same."""

    order_id: str
    """Merchant's id of the order; the webhook's `merchant_order_id`."""

    status: PayoutOrderStatus
    """State of the order. Decide on `status.outcome`; a gateway may reverse it even after SUCCESS."""

    amount: Money
    """Sum of the fulfillments in major units of the account's currency (rupees, not paise)."""

    kind: Annotated[str, Wire(("type",))] | None = None
    """FULFILL_ONLY, or PAY_AND_FULFILL (collect, then pay out); `type` on the wire."""

    customer_id: str | None = None
    """Merchant's id of the customer."""

    fulfillments: tuple[FulfillmentOrderInfo, ...] | None = None
    """The payments out, each with its attempts, newest attempt first."""

    created_at: datetime | None = None
    """When the order was made; absent in answers to its creation."""

    updated_at: datetime | None = None
    """When the order last changed."""

    udf1: Personal | None = None
    """Merchant's own text."""

    udf2: Personal | None = None
    """Merchant's own text."""

    udf3: Personal | None = None
    """Merchant's own text."""

    udf4: Personal | None = None
    """Merchant's own text."""

    udf5: Personal | None = None
    """Merchant's own text."""

"""Own the payout order as the status call answers it: the order with its fulfillments and their attempts.

What an order comes down to must never rest on its own word alone: a gateway reverses an attempt (REVERSED, CONFLICTED)
after the order has ended.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

import attrs

from juspay_webhooks.catalog import PayoutOutcome
from juspay_webhooks.models.fields import Money, PayoutModel, Personal, Wire, shape
from juspay_webhooks.models.payout import FulfillmentOrderInfo
from juspay_webhooks.models.statuses import PayoutOrderStatus

__all__ = ["PayoutOrder"]

_SENT: Final = PayoutOutcome.SUCCESS
_NOT_SENT: Final = frozenset({PayoutOutcome.FAILED, PayoutOutcome.CANCELLED, PayoutOutcome.REVERSED})


def _outcome_of(fulfillment: FulfillmentOrderInfo) -> PayoutOutcome:
    """Say what a fulfillment comes down to, with its attempts; without any it is taken at its word."""
    own = fulfillment.status.outcome
    attempts = [attempt.status.outcome for attempt in fulfillment.transactions or ()]
    sent = attempts.count(_SENT)
    under_way = sum(outcome not in _NOT_SENT for outcome in attempts) - sent
    if sent and sent + under_way > 1:  # it was paid twice, or may be
        return PayoutOutcome.REVIEW
    if not attempts or not fulfillment.status.is_terminal:
        return own
    return own if not under_way and sent == (own is _SENT) else PayoutOutcome.REVIEW


def _agree(own: PayoutOutcome, parts: Sequence[PayoutOutcome]) -> bool:
    """Tell whether the fulfillments of an order that ended say what it says; that money was sent, one has to say."""
    if own is _SENT:
        return bool(parts) and all(part is _SENT for part in parts)
    return all(part in _NOT_SENT for part in parts)


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class PayoutOrder(PayoutModel):
    """A payout order as the status call answers it; the webhook's `PayoutOrderInfo` has other names for the same."""

    order_id: str
    """Merchant's id of the order; the webhook's `merchant_order_id`."""

    status: PayoutOrderStatus
    """State of the order, its own word. Decide on `outcome`: a gateway may have reversed an attempt since."""

    amount: Money
    """Sum of the fulfillments in major units of the account's currency (rupees, not paise)."""

    kind: Annotated[str, Wire(("type",))] | None = None
    """FULFILL_ONLY, or PAY_AND_FULFILL (collect, then pay out); `type` on the wire."""

    customer_id: str | None = None
    """Merchant's id of the customer."""

    fulfillments: tuple[FulfillmentOrderInfo, ...] | None = None
    """The payments out, each with its attempts, newest attempt first; the clients always ask for them."""

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

    @property
    def outcome(self) -> PayoutOutcome:
        """What the order comes down to, with its fulfillments and their attempts; the word alone is `status.outcome`.

        An order that has ended counts only if everything below says the same: SUCCESS needs fulfillments that all
        succeeded, each by exactly one attempt, and FAILED or CANCELLED that nothing was sent, or may still be. Else it
        is REVIEW, as is one with a fulfillment in review, or that was or may be paid twice: a person must look, and
        nothing may be paid again before.
        """
        own = self.status.outcome
        parts = [_outcome_of(fulfillment) for fulfillment in self.fulfillments or ()]
        is_doubtful = PayoutOutcome.REVIEW in parts or (self.status.is_terminal and not _agree(own, parts))
        return PayoutOutcome.REVIEW if is_doubtful else own

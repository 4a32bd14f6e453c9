"""Own the error in which a poll of a payout order or of a validation ends that came to no end."""

from typing import Any

from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.models.validation import ValidationV2Info
from juspay_webhooks.order_status.errors import OutcomeUnknown

__all__ = ["PayoutOutcomeUnknown"]


class PayoutOutcomeUnknown(OutcomeUnknown):
    """A poll of a payout order or of a validation ended before it had settled. It has *not* failed: never pay again.

    Attributes:
        payout: The payout order as it was last seen, if one was polled and seen.
        validation: The validation as it was last seen, if one was polled and seen.
    """

    payout: PayoutOrder | None
    validation: ValidationV2Info | None

    def __init__(
        self,
        message: str,
        *,
        payout: PayoutOrder | None = None,
        validation: ValidationV2Info | None = None,
        **more: Any,  # noqa: ANN401 - as the base
    ) -> None:
        """Hold what was seen last.

        Args:
            message: What happened and what to do.
            payout: The payout order as it was last seen.
            validation: The validation as it was last seen.
            **more: As in `OutcomeUnknown`.
        """
        super().__init__(message, **more)
        self.payout = payout
        self.validation = validation

"""Own what both clients of payouts ask, as steps, and when a payout order or a validation has settled."""

from collections.abc import Callable, Iterable
from typing import Final

import attrs

from juspay_webhooks.catalog import PayoutOutcome
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.models.validation import ValidationV2Info
from juspay_webhooks.order_status.answer import decipher_payout, decipher_validation
from juspay_webhooks.order_status.asking import Means, Steps, asking, not_in_time, polling
from juspay_webhooks.order_status.payout_errors import PayoutOutcomeUnknown
from juspay_webhooks.order_status.request import Target, payout_request, validation_request
from juspay_webhooks.order_status.schedules import interactive

__all__ = ["PayoutQuestions", "is_payout_settled", "is_validation_settled"]

_OPEN: Final = frozenset({PayoutOutcome.PENDING, PayoutOutcome.UNKNOWN})


def is_payout_settled(payout: PayoutOrder, /) -> bool:
    """Tell whether a payout order has come to an end, or to where a person must look: neither pending nor unknown."""
    return payout.outcome not in _OPEN


def is_validation_settled(validation: ValidationV2Info, /) -> bool:
    """Tell whether a validation is over: VALID, INVALID, or ERROR, which is an end without an answer."""
    return validation.status is not None and validation.status.is_terminal


@attrs.frozen
class PayoutQuestions:
    """The questions about payout orders and validations, as steps."""

    target: Target
    """Where to ask."""

    means: Means
    """What asking needs."""

    def fetch(self, order_id: str, routing_id: str | None) -> Steps[PayoutOrder]:
        """Ask once how a payout order stands."""
        return asking(payout_request(self.target, order_id, routing_id=routing_id), decipher_payout, self.means)

    def poll(
        self,
        order_id: str,
        routing_id: str | None,
        *,
        schedule: Iterable[float] | None,
        seconds: float,
        until: Callable[[PayoutOrder], bool],
    ) -> Steps[PayoutOrder]:
        """Ask until a payout order has settled."""
        request = payout_request(self.target, order_id, routing_id=routing_id)
        return polling(
            request,
            decipher_payout,
            self.means,
            schedule=interactive() if schedule is None else schedule,
            seconds=seconds,
            until=until,
            unsettled=_payout_unsettled,
        )

    def fetch_validation(self, customer_id: str, beneficiary_id: str) -> Steps[ValidationV2Info]:
        """Ask once how a validation stands."""
        return asking(validation_request(self.target, customer_id, beneficiary_id), decipher_validation, self.means)

    def poll_validation(
        self,
        customer_id: str,
        beneficiary_id: str,
        *,
        schedule: Iterable[float] | None,
        seconds: float,
        until: Callable[[ValidationV2Info], bool],
    ) -> Steps[ValidationV2Info]:
        """Ask until a validation is over."""
        request = validation_request(self.target, customer_id, beneficiary_id)
        return polling(
            request,
            decipher_validation,
            self.means,
            schedule=interactive() if schedule is None else schedule,
            seconds=seconds,
            until=until,
            unsettled=_validation_unsettled,
        )


def _payout_unsettled(last: PayoutOrder | None, trouble: str) -> PayoutOutcomeUnknown:
    message = not_in_time("payout order", None if last is None else last.outcome, trouble)
    return PayoutOutcomeUnknown(message, payout=last)


def _validation_unsettled(last: ValidationV2Info | None, trouble: str) -> PayoutOutcomeUnknown:
    message = not_in_time("validation", None if last is None else last.outcome, trouble)
    return PayoutOutcomeUnknown(message, validation=last)

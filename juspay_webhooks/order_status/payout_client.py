"""Own the client that asks how payouts and beneficiaries stand, in the calling thread."""

import time
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Self

import requests

from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.models.validation import ValidationV2Info
from juspay_webhooks.order_status.payout_questions import PayoutQuestions, is_payout_settled, is_validation_settled
from juspay_webhooks.order_status.questions import REAL, Surroundings, means_of
from juspay_webhooks.order_status.request import Target
from juspay_webhooks.order_status.retry import RetryPolicy
from juspay_webhooks.order_status.secret import ApiKey
from juspay_webhooks.order_status.transport import Transport

__all__ = ["PayoutStatusClient"]


class PayoutStatusClient:
    """Asks Juspay how payout orders and validations of beneficiaries stand. It is used as `OrderStatusClient`.

    The API key of payouts is another than that of payments.
    """

    def __init__(  # noqa: PLR0913 - by name
        self,
        api_key: str,
        *,
        merchant_id: str,
        base_url: str,
        routing_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        key_with_colon: bool = True,
        timeout: float = 10.0,
        retry: RetryPolicy | None = None,
        pool_size: int = 10,
        session: requests.Session | None = None,
        sleep: Callable[[float], object] = time.sleep,
        surroundings: Surroundings = REAL,
    ) -> None:
        """Take where to ask, and as whom.

        Args:
            api_key: The API key of payouts.
            merchant_id: Your merchant id.
            base_url: One of `BaseUrl`, or any other.
            routing_id: Value of `x-routing-id`, the customer's id; else the id that is asked for is sent.
            headers: More headers.
            key_with_colon: As Basic auth demands.
            timeout: Seconds that one request may take, with the waiting for a connection; a poll waits longer.
            retry: Retries of one question.
            pool_size: Requests at a time, and connections that are kept open; more threads than these wait for one.
            session: A session of your own; it must not retry.
            sleep: Waits some seconds.
            surroundings: Clock, time and chance.

        Raises:
            ConfigurationError: Something cannot be sent, or would be sent in clear.
        """
        try:
            key = ApiKey(api_key, with_colon=key_with_colon)
            target = Target(
                base_url=base_url,
                merchant_id=merchant_id,
                routing_id=routing_id,
                version=None,
                headers=headers,
            )
        finally:
            del api_key, base_url, headers  # a key may stand in each, and error trackers show variables
        self._ask = PayoutQuestions(target, means_of(surroundings, retry, timeout))
        self._transport = Transport(key, session=session, pool_size=pool_size, clock=surroundings.clock, sleep=sleep)

    def fetch(self, order_id: str, *, routing_id: str | None = None) -> PayoutOrder:
        """Ask how a payout order stands, with its fulfillments and their attempts.

        Args:
            order_id: Your id of the payout order, not of a fulfillment or an attempt.
            routing_id: Value of `x-routing-id` for this question.

        Returns:
            The payout order. Decide on `outcome`, which looks at fulfillments and attempts too.

        Raises:
            OrderStatusError: Its leaf says what can be done.
            ConfigurationError: The id cannot be sent.
        """
        return self._transport.run(self._ask.fetch(order_id, routing_id))

    def poll(
        self,
        order_id: str,
        *,
        schedule: Iterable[float] | None = None,
        seconds: float = 120.0,
        until: Callable[[PayoutOrder], bool] = is_payout_settled,
        routing_id: str | None = None,
    ) -> PayoutOrder:
        """Ask how a payout order stands until it has settled.

        Args:
            order_id: Your id of the payout order.
            schedule: Pauses between questions, in seconds; `interactive()` if None.
            seconds: When to stop.
            until: Tells whether a payout order is what is waited for; by default, one whose `outcome` is neither
                pending nor unknown.
            routing_id: Value of `x-routing-id`.

        Returns:
            The payout order. It may be one in review: settled is not sent.

        Raises:
            PayoutOutcomeUnknown: It did not settle in time; that is not a failure. It holds the order as last seen.
            OrderStatusError: The question will never be answered.
            ConfigurationError: The id cannot be sent.
        """
        steps = self._ask.poll(order_id, routing_id, schedule=schedule, seconds=seconds, until=until)
        return self._transport.run(steps, seconds=seconds)

    def fetch_validation(self, customer_id: str, beneficiary_id: str) -> ValidationV2Info:
        """Ask how the validation of a beneficiary stands.

        Args:
            customer_id: Your id of the customer.
            beneficiary_id: Your id of the beneficiary, the webhook's `unique_id`.

        Returns:
            The validation.

        Raises:
            OrderStatusError: Its leaf says what can be done.
            ConfigurationError: An id cannot be sent.
        """
        return self._transport.run(self._ask.fetch_validation(customer_id, beneficiary_id))

    def poll_validation(
        self,
        customer_id: str,
        beneficiary_id: str,
        *,
        schedule: Iterable[float] | None = None,
        seconds: float = 120.0,
        until: Callable[[ValidationV2Info], bool] = is_validation_settled,
    ) -> ValidationV2Info:
        """Ask how the validation of a beneficiary stands until it is over.

        Args:
            customer_id: Your id of the customer.
            beneficiary_id: Your id of the beneficiary.
            schedule: Pauses between questions, in seconds; `interactive()` if None.
            seconds: When to stop.
            until: Tells whether a validation is what is waited for; by default, one that is VALID, INVALID or ERROR.

        Returns:
            The validation. Decide on `outcome`; ERROR is an end without an answer, so validate anew.

        Raises:
            PayoutOutcomeUnknown: It was not over in time; that is not a failure. It holds the validation as last seen.
            OrderStatusError: The question will never be answered.
            ConfigurationError: An id cannot be sent.
        """
        steps = self._ask.poll_validation(customer_id, beneficiary_id, schedule=schedule, seconds=seconds, until=until)
        return self._transport.run(steps, seconds=seconds)

    def close(self) -> None:
        """Close the connections; a session of your own stays open."""
        self._transport.close()

    def __enter__(self) -> Self:
        """Give the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def __repr__(self) -> str:
        """Show where it asks, and no key."""
        return f"PayoutStatusClient({self._ask.target.base_url!r}, merchant_id={self._ask.target.merchant_id!r})"

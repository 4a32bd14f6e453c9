"""Own what can go wrong when Juspay is asked: one leaf for each thing that a caller can do about it.

No error holds the API key, or a word out of an answer but its code and the id of the request.
"""

from typing import Any

from juspay_webhooks.errors import JuspayWebhooksError, shown
from juspay_webhooks.models.order import Order

__all__ = [
    "Misconfigured",
    "OrderNotFound",
    "OrderStatusError",
    "OutcomeUnknown",
    "RequestRefused",
    "SlowDown",
    "UnexpectedResponse",
]


class OrderStatusError(JuspayWebhooksError):
    """Juspay was asked and gave no good answer; the leaf says what can be done.

    Attributes:
        status: HTTP status of the answer; None if there was none.
        code: Juspay's code of the error, e.g. `RESOURCE_NOT_FOUND`, cut and escaped; None if the answer has none that
            may be shown: a sentence could name a customer.
        request_id: Juspay's id of the request, for its support; None if the answer has none.
    """

    retryable: bool = False
    """Whether asking again may give another answer."""

    status: int | None
    code: str | None
    request_id: str | None

    def __init__(
        self, message: str, *, status: int | None = None, code: str | None = None, request_id: str | None = None
    ) -> None:
        """Hold what came back.

        Args:
            message: What happened and what to do.
            status: HTTP status.
            code: Juspay's code.
            request_id: Juspay's id of the request.
        """
        super().__init__(message)
        self.status = status
        self.code = None if code is None else shown(code)
        self.request_id = None if request_id is None else shown(request_id)

    def __str__(self) -> str:
        """Say it with status, code and request id."""
        known = {"HTTP": self.status, "code": self.code, "request": self.request_id}
        said = ", ".join(f"{name} {value}" for name, value in known.items() if value is not None)
        return f"{super().__str__()} ({said})" if said else super().__str__()


class OrderNotFound(OrderStatusError):
    """Juspay does not know the id: another environment, another merchant, a typing error, or created a moment ago."""


class RequestRefused(OrderStatusError):
    """Juspay refuses the request as it is: `code` says why. The same request will be refused again."""


class Misconfigured(OrderStatusError):
    """The API key, the merchant id or your address is not let in: an operator must act."""


class SlowDown(OrderStatusError):
    """Juspay asks for fewer requests.

    Attributes:
        retry_after: Seconds that it asks to wait; None if it does not say.
    """

    retryable = True
    retry_after: float | None

    def __init__(self, message: str, *, retry_after: float | None = None, **more: Any) -> None:  # noqa: ANN401 - as the base
        """Hold how long to wait.

        Args:
            message: What happened and what to do.
            retry_after: Seconds.
            **more: As in `OrderStatusError`.
        """
        super().__init__(message, **more)
        self.retry_after = retry_after


class OutcomeUnknown(OrderStatusError):
    """Nobody can say how the order stands: no answer in time, or a fault at Juspay. It has *not* failed: ask later.

    Attributes:
        order: The order as it was last seen, if it was seen.
        retry_after: Seconds that Juspay asks to wait; None if it does not say.
    """

    retryable = True
    order: Order | None
    retry_after: float | None

    def __init__(
        self,
        message: str,
        *,
        order: Order | None = None,
        retry_after: float | None = None,
        **more: Any,  # noqa: ANN401 - as the base
    ) -> None:
        """Hold what was seen last.

        Args:
            message: What happened and what to do.
            order: The order as it was last seen.
            retry_after: Seconds.
            **more: As in `OrderStatusError`.
        """
        super().__init__(message, **more)
        self.order = order
        self.retry_after = retry_after


class UnexpectedResponse(OrderStatusError):
    """The answer is none that Juspay gives: a proxy's page, a cut body, another order. It says nothing of the order.

    Attributes:
        retryable: Whether asking again may give another answer: yes after what is no JSON object at all, no after
            another order, an answer of the wrong type, or a redirect.
    """

    def __init__(self, message: str, *, retryable: bool = False, **more: Any) -> None:  # noqa: ANN401 - as the base
        """Hold whether to ask again.

        Args:
            message: What happened and what to do.
            retryable: Whether asking again may help.
            **more: As in `OrderStatusError`.
        """
        super().__init__(message, **more)
        self.retryable = retryable

"""Own the client that asks how orders stand, in the calling thread.

Proxies and certificates that the environment names (HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE) are used, as requests
does; they are looked up once, at the first question. A netrc file is never read. After a fork each process has its own
connections.
"""

import time
from collections.abc import Callable, Generator, Iterable, Mapping
from threading import Event
from types import TracebackType
from typing import Self

import requests

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import Money
from juspay_webhooks.models.order import Order
from juspay_webhooks.order_status.asking import is_settled
from juspay_webhooks.order_status.checks import check_many
from juspay_webhooks.order_status.confirm import Against, Confirmation, confirm
from juspay_webhooks.order_status.errors import OrderStatusError
from juspay_webhooks.order_status.many import on_threads
from juspay_webhooks.order_status.questions import REAL, OrderQuestions, Surroundings, means_of
from juspay_webhooks.order_status.request import VERSION, Target
from juspay_webhooks.order_status.retry import RetryPolicy
from juspay_webhooks.order_status.schedules import interactive
from juspay_webhooks.order_status.secret import ApiKey
from juspay_webhooks.order_status.subject import Polled, Subject, order_id_of
from juspay_webhooks.order_status.transport import Transport

__all__ = ["OrderStatusClient"]


class OrderStatusClient:
    """Asks Juspay how orders stand. Threads may share one; use it as a context manager, or `close` it.

    ```python
    with OrderStatusClient("api key", merchant_id="shop", base_url=BaseUrl.INDIA) as client:
        order = client.fetch("shop-1001")
    ```
    """

    def __init__(  # noqa: PLR0913 - by name
        self,
        api_key: str,
        *,
        merchant_id: str,
        base_url: str,
        routing_id: str | None = None,
        version: str | None = VERSION,
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
            api_key: The API key. It is not the password of your webhooks.
            merchant_id: Your merchant id.
            base_url: One of `BaseUrl`, or any other.
            routing_id: Value of `x-routing-id`, the customer's id; where neither this nor a call has one, the order's
                id is sent.
            version: API version; None sends none.
            headers: More headers, e.g. `{"x-resellerid": ...}` for HDFC.
            key_with_colon: As Basic auth demands. A few bank hosts want the key without the colon.
            timeout: Seconds that one request may take, with the waiting for a connection; a poll waits longer.
            retry: Retries of one question.
            pool_size: Requests at a time, and connections that are kept open; more threads than these wait for one.
            session: A session of your own; its adapters must not retry.
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
                version=version,
                headers=headers,
            )
        finally:
            del api_key, base_url, headers  # a key may stand in each, and error trackers show variables
        self._ask = OrderQuestions(target, means_of(surroundings, retry, timeout))
        self._transport = Transport(key, session=session, pool_size=pool_size, clock=surroundings.clock, sleep=sleep)

    def fetch(self, order_id: str, *, routing_id: str | None = None, full_gateway_response: bool = False) -> Order:
        """Ask how an order stands, once; again only if there was no answer.

        Args:
            order_id: Your id of the order; for a mandate, of the order that registered it.
            routing_id: Value of `x-routing-id` for this question.
            full_gateway_response: Whether the gateway's own answer is wanted too.

        Returns:
            The order.

        Raises:
            OrderStatusError: Its leaf says what can be done.
            ConfigurationError: The id cannot be sent.
        """
        return self._transport.run(self._ask.fetch(order_id, routing_id, full_gateway_response=full_gateway_response))

    def poll(
        self,
        order_id: str,
        *,
        schedule: Iterable[float] | None = None,
        seconds: float = 120.0,
        until: Callable[[Order], bool] = is_settled,
        routing_id: str | None = None,
    ) -> Order:
        """Ask how an order stands until it has settled.

        Args:
            order_id: Your id of the order.
            schedule: Pauses between questions, in seconds; `interactive()` if None.
            seconds: When to stop.
            until: Tells whether an order is what is waited for; by default, one that is neither pending nor unknown.
            routing_id: Value of `x-routing-id`.

        Returns:
            The order.

        Raises:
            OutcomeUnknown: It did not settle in time; that is not a failure. It holds the order as last seen.
            OrderStatusError: The question will never be answered.
            ConfigurationError: The id cannot be sent.
        """
        steps = self._ask.poll(order_id, routing_id, schedule=schedule, seconds=seconds, until=until)
        return self._transport.run(steps, seconds=seconds)

    def poll_many(
        self,
        order_ids: Iterable[str],
        *,
        concurrency: int = 10,
        schedule: Callable[[], Iterable[float]] = interactive,
        seconds: float = 120.0,
        until: Callable[[Order], bool] = is_settled,
    ) -> Generator[Polled, None, None]:
        """Poll many orders, some at a time; each id is answered exactly once, in the order in which they settle.

        Whoever stops before the end closes what this gives (`contextlib.closing`): the others end, and those requests
        that are on the way come to their own end first.

        Args:
            order_ids: Your ids; drawn one by one as others are done, so an endless iterable is fine.
            concurrency: Orders polled at a time, each on a thread; requests at a time are bounded by `pool_size`.
            schedule: Makes the pauses of one order.
            seconds: When to stop with one order.
            until: As in `poll`; what it raises ends everything.

        Returns:
            The order, or the error, of each id.

        Raises:
            ConfigurationError: An argument is not usable.
        """
        check_many(order_ids, concurrency, schedule, seconds, until)

        def one(order_id: str, stop: Event) -> Polled:
            try:
                steps = self._ask.poll(order_id, None, schedule=schedule(), seconds=seconds, until=until)
                order = self._transport.run(steps, seconds=seconds, stop=stop)
            except (OrderStatusError, ConfigurationError) as error:
                return Polled(order_id=order_id, error=error)
            return Polled(order_id=order_id, order=order)

        return on_threads(order_ids, one, concurrency)

    def confirm(
        self, subject: Subject, *, amount: Money | int | str, currency: str, against: Against = "amount"
    ) -> Confirmation:
        """Ask how an order stands and decide whether it may be fulfilled.

        Args:
            subject: Your id of the order, or an event or an order that carries it: only the id is taken from it.
            amount: What you asked for, in major units of `currency`; never a float.
            currency: ISO 4217 code that you asked for.
            against: Which amount of the order is compared.

        Returns:
            The decision, with the order.

        Raises:
            OrderStatusError: Its leaf says what can be done.
            ConfigurationError: An argument is not usable.
        """
        order_id = order_id_of(subject)
        return confirm(self.fetch(order_id), order_id=order_id, amount=amount, currency=currency, against=against)

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
        return f"OrderStatusClient({self._ask.target.base_url!r}, merchant_id={self._ask.target.merchant_id!r})"

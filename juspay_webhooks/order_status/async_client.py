"""Own the client that asks how orders stand, on an event loop. What it means is said in `client`, once for both.

Proxies and certificates that the environment names (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE) are used, as httpx does; they
are looked up once, when the client is made. A netrc file is never read.
A task that is cancelled leaves at once; its request goes on until its time is up, for httpx would lose the connection.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from types import TracebackType
from typing import Self

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import Money
from juspay_webhooks.models.order import Order
from juspay_webhooks.order_status.asking import is_settled
from juspay_webhooks.order_status.async_transport import AsyncSession, AsyncTransport
from juspay_webhooks.order_status.checks import check_many
from juspay_webhooks.order_status.confirm import Against, Confirmation, confirm
from juspay_webhooks.order_status.errors import OrderStatusError
from juspay_webhooks.order_status.many import in_tasks
from juspay_webhooks.order_status.questions import REAL, OrderQuestions, Surroundings, means_of
from juspay_webhooks.order_status.request import VERSION, Target
from juspay_webhooks.order_status.retry import RetryPolicy
from juspay_webhooks.order_status.schedules import interactive
from juspay_webhooks.order_status.secret import ApiKey
from juspay_webhooks.order_status.subject import Polled, Subject, order_id_of

__all__ = ["AsyncOrderStatusClient"]


class AsyncOrderStatusClient:
    """Asks Juspay how orders stand. Tasks of one event loop share it; use it as a context manager, or `close` it.

    ```python
    async with AsyncOrderStatusClient("api key", merchant_id="shop", base_url=BaseUrl.INDIA) as client:
        order = await client.fetch("shop-1001")
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
        pool_size: int = 20,
        session: AsyncSession | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        surroundings: Surroundings = REAL,
    ) -> None:
        """Take where to ask, and as whom; the arguments are those of `OrderStatusClient`.

        Args:
            api_key: The API key. It is not the password of your webhooks.
            merchant_id: Your merchant id.
            base_url: One of `BaseUrl`, or any other.
            routing_id: Value of `x-routing-id`.
            version: API version; None sends none.
            headers: More headers.
            key_with_colon: As Basic auth demands.
            timeout: Seconds that one request may take, with the waiting for a connection; a poll waits longer.
            retry: Retries of one question.
            pool_size: Requests at a time, those of cancelled tasks included, and connections that are kept open; more
                tasks than these wait for one.
            session: A client of your own; its transport must not retry.
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
        self._transport = AsyncTransport(key, session=session, pool_size=pool_size, sleep=sleep)

    async def fetch(
        self, order_id: str, *, routing_id: str | None = None, full_gateway_response: bool = False
    ) -> Order:
        """Ask how an order stands, once; as `OrderStatusClient.fetch`.

        Args:
            order_id: Your id of the order.
            routing_id: Value of `x-routing-id` for this question.
            full_gateway_response: Whether the gateway's own answer is wanted too.

        Returns:
            The order.

        Raises:
            OrderStatusError: Its leaf says what can be done.
            ConfigurationError: The id cannot be sent.
        """
        return await self._transport.run(
            self._ask.fetch(order_id, routing_id, full_gateway_response=full_gateway_response)
        )

    async def poll(
        self,
        order_id: str,
        *,
        schedule: Iterable[float] | None = None,
        seconds: float = 120.0,
        until: Callable[[Order], bool] = is_settled,
        routing_id: str | None = None,
    ) -> Order:
        """Ask how an order stands until it has settled; as `OrderStatusClient.poll`.

        Args:
            order_id: Your id of the order.
            schedule: Pauses between questions, in seconds; `interactive()` if None.
            seconds: When to stop.
            until: Tells whether an order is what is waited for.
            routing_id: Value of `x-routing-id`.

        Returns:
            The order.

        Raises:
            OutcomeUnknown: It did not settle in time; that is not a failure.
            OrderStatusError: The question will never be answered.
            ConfigurationError: The id cannot be sent.
        """
        steps = self._ask.poll(order_id, routing_id, schedule=schedule, seconds=seconds, until=until)
        return await self._transport.run(steps, seconds=seconds)

    def poll_many(
        self,
        order_ids: Iterable[str],
        *,
        concurrency: int = 1000,
        schedule: Callable[[], Iterable[float]] = interactive,
        seconds: float = 120.0,
        until: Callable[[Order], bool] = is_settled,
    ) -> AsyncGenerator[Polled, None]:
        """Poll many orders, some at a time; as `OrderStatusClient.poll_many`, in tasks of the running event loop.

        Whoever stops before the end closes what this gives (`contextlib.aclosing`): the others are cancelled.

        Args:
            order_ids: Your ids; drawn one by one as others are done.
            concurrency: Orders polled at a time, each in a task; requests at a time are bounded by `pool_size`.
            schedule: Makes the pauses of one order.
            seconds: When to stop with one order.
            until: As in `poll`; what it raises ends everything.

        Returns:
            The order, or the error, of each id.

        Raises:
            ConfigurationError: An argument is not usable.
        """
        check_many(order_ids, concurrency, schedule, seconds, until)

        async def one(order_id: str) -> Polled:
            try:
                order = await self.poll(order_id, schedule=schedule(), seconds=seconds, until=until)
            except (OrderStatusError, ConfigurationError) as error:
                return Polled(order_id=order_id, error=error)
            return Polled(order_id=order_id, order=order)

        return in_tasks(order_ids, one, concurrency)

    async def confirm(
        self, subject: Subject, *, amount: Money | int | str, currency: str, against: Against = "amount"
    ) -> Confirmation:
        """Ask how an order stands and decide whether it may be fulfilled; as `OrderStatusClient.confirm`.

        Args:
            subject: Your id of the order, or an event or an order that carries it.
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
        order = await self.fetch(order_id)
        return confirm(order, order_id=order_id, amount=amount, currency=currency, against=against)

    async def close(self) -> None:
        """Close the connections once the requests on their way have ended; a client of your own stays open."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        """Give the client."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()

    def __repr__(self) -> str:
        """Show where it asks, and no key."""
        return f"AsyncOrderStatusClient({self._ask.target.base_url!r}, merchant_id={self._ask.target.merchant_id!r})"

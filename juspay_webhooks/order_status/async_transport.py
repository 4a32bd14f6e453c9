"""Own how a question is sent with httpx, on the running event loop; bounded as in `transport`."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import TypeVar, cast

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.order_status.asking import Ask, Pause, Steps
from juspay_webhooks.order_status.request import Failure, Response
from juspay_webhooks.order_status.secret import ApiKey
from juspay_webhooks.order_status.wire import MOST_BYTES, TOO_LARGE, lower_names, response_of

try:
    import httpx
except ImportError:
    MESSAGE = "the async clients need httpx: pip install 'juspay-webhooks[async]'"
    raise ConfigurationError(MESSAGE) from None

__all__ = ["AsyncTransport"]

T = TypeVar("T")


class _Auth(httpx.Auth):
    """Puts the key into a request."""

    def __init__(self, key: ApiKey) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Set the header."""
        request.headers["Authorization"] = self._key.header
        yield request


class AsyncTransport:
    """Carries out the steps of asking; many tasks of one event loop may share it."""

    def __init__(
        self,
        key: ApiKey,
        *,
        session: httpx.AsyncClient | None,
        pool_size: int,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        """Take the means.

        Args:
            key: The API key.
            session: A client of the caller's, which stays open; None makes one.
            pool_size: Connections of a client made here.
            sleep: Waits some seconds.
        """
        self._is_ours = session is None
        self._session = _session(pool_size) if session is None else session
        self._auth = _Auth(key)
        self._sleep = sleep

    async def run(self, steps: Steps[T]) -> T:
        """Carry out steps."""
        try:
            step = next(steps)
            while True:
                if isinstance(step, Pause):
                    await self._sleep(step.seconds)
                    step = next(steps)
                else:
                    step = steps.send(await self._sent(step))
        except StopIteration as end:
            return cast("T", end.value)

    async def close(self) -> None:
        """Close the connections, if they are ours."""
        if self._is_ours:
            await self._session.aclose()

    async def _sent(self, ask: Ask) -> Response | Failure:
        try:
            async with asyncio.timeout(ask.seconds):
                return await self._received(ask)
        except (TimeoutError, httpx.TimeoutException):
            return Failure("it took too long")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError):
            return Failure("the URL or a header is not usable", retryable=False)
        except httpx.HTTPError as error:
            if "CERTIFICATE" in str(error).upper():
                return Failure("the connection is not secure (certificate or TLS)", retryable=False)
            return Failure("the connection failed")

    async def _received(self, ask: Ask) -> Response | Failure:
        headers = {**ask.request.headers, "accept-encoding": "identity"}
        pieces: list[bytes] = []
        size = 0
        async with self._session.stream(
            "GET", ask.request.url, headers=headers, auth=self._auth, follow_redirects=False, timeout=None
        ) as response:
            async for piece in response.aiter_raw():
                pieces.append(piece)
                size += len(piece)
                if size > MOST_BYTES:
                    return TOO_LARGE
            return response_of(response.status_code, lower_names(response.headers.multi_items()), b"".join(pieces))


def _session(pool_size: int) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=pool_size, max_keepalive_connections=pool_size)
    return httpx.AsyncClient(limits=limits, timeout=None)  # noqa: S113 - each request has a deadline of its own

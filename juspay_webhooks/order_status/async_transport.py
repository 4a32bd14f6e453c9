"""Own how a question is sent with httpx, on the running event loop; bounded as in `transport`."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final, TypeAlias, TypeVar, cast

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.order_status.asking import Ask, Pause, Steps
from juspay_webhooks.order_status.failures import BROKEN, NO_CONNECTION, NO_PASSAGE, TOO_LATE, UNUSABLE, tls_failure
from juspay_webhooks.order_status.many import check_count
from juspay_webhooks.order_status.request import Failure, Response
from juspay_webhooks.order_status.secret import ApiKey
from juspay_webhooks.order_status.wire import MOST_BYTES, TOO_LARGE, lower_names, response_of

try:
    import httpx
except ImportError:
    MESSAGE = 'the async clients need httpx: pip install "juspay-webhooks[async]"'
    raise ConfigurationError(MESSAGE) from None

__all__ = ["AsyncSession", "AsyncTransport"]

T = TypeVar("T")

AsyncSession: TypeAlias = httpx.AsyncClient
"""What sends: httpx is named in this module alone, so that there is one place that says how to install it."""

_KEPT: Final = 30.0
"""Seconds that an idle connection is kept: longer than the usual pauses of a poll, shorter than servers keep it."""


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
        session: AsyncSession | None,
        pool_size: int,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        """Take the means.

        Args:
            key: The API key.
            session: A client of the caller's, which stays open; None makes one.
            pool_size: Requests at a time, and connections that a client made here keeps open.
            sleep: Waits some seconds.

        Raises:
            ConfigurationError: The session is none, the size is no count, or the environment names a proxy or a file of
                certificates that is not usable.
        """
        check_count(pool_size, "pool_size")
        if not isinstance(session, AsyncSession | None):
            message = f"session is an httpx.AsyncClient, not {type(session).__name__}"
            raise ConfigurationError(message)
        self._is_ours = session is None
        self._session = _session(pool_size) if session is None else session
        self._slots = asyncio.Semaphore(pool_size)  # httpx would look through all that wait whenever one is done
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False
        self._auth = _Auth(key)
        self._sleep = sleep

    async def run(self, steps: Steps[T], *, seconds: float | None = None) -> T:
        """Carry out steps.

        Args:
            steps: The steps.
            seconds: How long a request may wait for a free connection, from now on: as long as all steps may take.
                None: as long as it may take itself, all in all.

        Returns:
            What they come to.

        Raises:
            ConfigurationError: The client is closed, or belongs to another event loop.
        """
        loop = asyncio.get_running_loop()
        if self._loop not in {None, loop}:
            message = "an async client belongs to the event loop that used it first: make one for each loop"
            raise ConfigurationError(message)
        self._loop = loop
        try:
            step = next(steps)
            deadline = None if seconds is None else loop.time() + seconds
            while True:
                if isinstance(step, Pause):
                    await self._sleep(step.seconds)
                    step = next(steps)
                else:
                    step = steps.send(await self._sent(step, deadline, loop))
        except StopIteration as end:
            return cast("T", end.value)

    async def close(self) -> None:
        """Close the connections, if they are ours; what is asked for later is refused."""
        self._is_closed = True
        if self._is_ours:
            await self._session.aclose()

    async def _sent(self, ask: Ask, deadline: float | None, loop: asyncio.AbstractEventLoop) -> Response | Failure:
        """Wait for a free connection, and ask."""
        end = loop.time() + ask.seconds if deadline is None else deadline
        late = NO_CONNECTION
        try:
            async with asyncio.timeout_at(end) as limit, self._slots:
                late = TOO_LATE
                limit.reschedule(min(end, loop.time() + ask.seconds))
                return await self._asked(ask)
        except TimeoutError:
            return late

    async def _asked(self, ask: Ask) -> Response | Failure:
        if self._is_closed or self._session.is_closed:
            message = "the client is closed: make another"
            raise ConfigurationError(message)
        try:
            return await self._received(ask)
        except httpx.ProxyError:
            return NO_PASSAGE
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            return UNUSABLE
        except httpx.HTTPError as error:
            return tls_failure(error) or BROKEN

    async def _received(self, ask: Ask) -> Response | Failure:
        pieces: list[bytes] = []
        size = 0
        async with self._session.stream(
            "GET",
            ask.request.url,
            headers={**ask.request.headers, "accept-encoding": "identity"},
            auth=self._auth,
            follow_redirects=False,
            timeout=None,
        ) as response:
            async for piece in response.aiter_raw():
                pieces.append(piece)
                size += len(piece)
                if size > MOST_BYTES:
                    return TOO_LARGE
            return response_of(response.status_code, lower_names(response.headers.multi_items()), b"".join(pieces))


async def _stay(response: httpx.Response) -> None:
    """Take a redirect for an answer like any other: httpx would look for the way, and fail where there is none."""
    response.headers.pop("location", None)


def _session(pool_size: int) -> AsyncSession:
    """Make a client. It looks at the environment, where a URL may hold a password: no error of its own goes further."""
    limits = httpx.Limits(max_connections=pool_size, max_keepalive_connections=pool_size, keepalive_expiry=_KEPT)
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))  # no question depends on another
    try:
        return httpx.AsyncClient(
            limits=limits,
            timeout=None,  # noqa: S113 - each request has a deadline of its own
            cookies=no_cookies,
            event_hooks={"response": [_stay]},
        )
    except (OSError, ValueError, ImportError, httpx.InvalidURL):
        pass
    message = (
        "the environment names a proxy or a file of certificates that is not usable: "
        "see HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR"
    )
    raise ConfigurationError(message)

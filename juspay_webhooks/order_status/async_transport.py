"""Own how a question is sent with httpx, on the running event loop; bounded as in `transport`."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final, TypeAlias, TypeVar, cast

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.order_status.asking import Ask, Pause, Steps
from juspay_webhooks.order_status.checks import check_callable, check_count
from juspay_webhooks.order_status.failures import BROKEN, NO_CONNECTION, NO_PASSAGE, TOO_LATE, UNUSABLE, tls_failure
from juspay_webhooks.order_status.request import Failure, Response
from juspay_webhooks.order_status.secret import ApiKey
from juspay_webhooks.order_status.undisturbed import Undisturbed, Until
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
            ConfigurationError: The session or the sleep is none, the size is no count, or the environment names a proxy
                or a file of certificates that is not usable.
        """
        check_count(pool_size, "pool_size")
        check_callable(sleep, "sleep")
        if not isinstance(session, AsyncSession | None):
            message = f"session is an httpx.AsyncClient, not {type(session).__name__}"
            raise ConfigurationError(message)
        self._is_ours = session is None
        self._session = _session(pool_size) if session is None else session
        self._user_agent = self._session.headers.get("user-agent", "")
        self._slots = asyncio.Semaphore(pool_size)  # httpx would look through all that wait whenever one is done
        self._loop: asyncio.AbstractEventLoop | None = None
        self._requests: Undisturbed[Response | Failure] = Undisturbed()
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
        """Close the connections, if they are ours, once the requests on their way have ended; none is sent later."""
        self._is_closed = True
        if self._is_ours:
            if self._loop is asyncio.get_running_loop():
                await self._requests.end()
            await self._session.aclose()

    async def _sent(self, ask: Ask, deadline: float | None, loop: asyncio.AbstractEventLoop) -> Response | Failure:
        """Wait for a free connection, and ask."""
        end = loop.time() + ask.seconds if deadline is None else deadline
        try:
            await self._take_slot(end)
        except TimeoutError:
            return NO_CONNECTION
        if self._is_closed or self._session.is_closed:
            self._slots.release()
            message = "the client is closed: make another"
            raise ConfigurationError(message)
        now = loop.time()
        left = Until(min(ask.seconds, end - now), min(now + ask.seconds, end))
        try:
            return await self._requests.do(self._asked(ask, left), left.deadline, self._slots.release)
        except TimeoutError:
            return TOO_LATE

    async def _take_slot(self, end: float) -> None:
        """Take the place of a request; raise TimeoutError if none is free before a reading of the loop's clock."""
        if not self._slots.locked():
            await self._slots.acquire()  # at once: no timer is needed
            return
        async with asyncio.timeout_at(end):
            await self._slots.acquire()

    async def _asked(self, ask: Ask, left: Until) -> Response | Failure:
        try:
            return await self._received(ask, left)
        except httpx.TimeoutException:
            return TOO_LATE
        except httpx.ProxyError:
            return NO_PASSAGE
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            return UNUSABLE
        except httpx.HTTPError as error:
            return tls_failure(error) or BROKEN

    def _request(self, ask: Ask, left: Until) -> httpx.Request:
        headers = {**ask.request.headers, "accept-encoding": "identity"}
        # A question fits into the buffers of any connection, and slots take the place of the pool's own queue.
        timeout = httpx.Timeout(left, write=None, pool=None)
        if not self._is_ours:
            return self._session.build_request("GET", ask.request.url, headers=headers, timeout=timeout)
        # What a session of ours would add is known; looking for it costs a twentieth of a question.
        headers = {"user-agent": self._user_agent, "connection": "keep-alive", **headers}
        return httpx.Request("GET", ask.request.url, headers=headers, extensions={"timeout": timeout.as_dict()})

    async def _received(self, ask: Ask, left: Until) -> Response | Failure:
        request = self._request(ask, left)
        response = await self._session.send(request, stream=True, auth=self._auth, follow_redirects=False)
        pieces: list[bytes] = []
        size = 0
        try:
            async for piece in response.aiter_raw():
                pieces.append(piece)
                size += len(piece)
                if size > MOST_BYTES:
                    return TOO_LARGE
        finally:
            await response.aclose()
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

"""Own how a question is sent with requests: bounded in time and size, no redirects, no netrc, no retries of its own."""

import os
import time
import traceback
from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from threading import TIMEOUT_MAX, BoundedSemaphore, Event
from typing import Any, Final, TypeVar, cast

import requests
from requests.auth import AuthBase
from requests.utils import select_proxy
from urllib3 import Timeout
from urllib3.exceptions import HTTPError, LocationValueError, ReadTimeoutError
from urllib3.util import parse_url

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.order_status.asking import Ask, Pause, Steps
from juspay_webhooks.order_status.checks import check_callable, check_count
from juspay_webhooks.order_status.failures import (
    BROKEN,
    NO_CONNECTION,
    NO_FILE,
    NO_PASSAGE,
    TOO_LATE,
    UNUSABLE,
    tls_failure,
)
from juspay_webhooks.order_status.patience import PatientAdapter
from juspay_webhooks.order_status.request import Failure, Response
from juspay_webhooks.order_status.secret import ApiKey
from juspay_webhooks.order_status.wire import MOST_BYTES, TOO_LARGE, lower_names, response_of

__all__ = ["Stopped", "Transport"]

T = TypeVar("T")

_CHUNK: Final = 65_536
_FIRST_FINAL: Final = 200
"""The least HTTP status that ends an answer (RFC 9110, 15.2)."""


class Stopped(Exception):
    """The steps were stopped from outside; no caller of a client ever sees it."""


class _Auth(AuthBase):
    """Puts the key into a request; given as `auth`, it also keeps a netrc file from doing so."""

    def __init__(self, key: ApiKey) -> None:
        self._key = key

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the header."""
        r.headers["Authorization"] = self._key.header
        return r


class _Lines:
    """What the requests of one process go over, and how many of them may at a time."""

    def __init__(self, session: requests.Session | None, pool_size: int) -> None:
        self.session = _session(pool_size) if session is None else session
        self.slots = BoundedSemaphore(pool_size)
        self.settings: Mapping[str, Any] | None = None
        self.process: int | None = None

    @property
    def is_foreign(self) -> bool:
        """Whether another process has used them: the one that this one was forked from."""
        return self.process is not None and self.process != os.getpid()


class Transport:
    """Carries out the steps of asking, in this thread; many threads may share it."""

    def __init__(
        self,
        key: ApiKey,
        *,
        session: requests.Session | None,
        pool_size: int,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        """Take the means.

        Args:
            key: The API key.
            session: A session of the caller's, which stays open; None makes one.
            pool_size: Requests at a time, and connections that a session made here keeps open.
            clock: Seconds that never go back.
            sleep: Waits some seconds.

        Raises:
            ConfigurationError: The session or the sleep is none, or the size is no count.
        """
        check_count(pool_size, "pool_size")
        check_callable(sleep, "sleep", is_plain=True)
        if not isinstance(session, requests.Session | None):
            message = f"session is a requests.Session, not {type(session).__name__}"
            raise ConfigurationError(message)
        self._is_ours = session is None
        self._pool_size = pool_size
        self._lines = _Lines(session, pool_size)
        self._is_closed = False
        self._auth = _Auth(key)
        self._clock = clock
        self._sleep = sleep

    def run(self, steps: Steps[T], *, seconds: float | None = None, stop: Event | None = None) -> T:
        """Carry out steps.

        Args:
            steps: The steps.
            seconds: How long a request may wait for a free connection, from now on: as long as all steps may take.
                None: as long as it may take itself, all in all.
            stop: Ends the steps before the next request, and cuts short a pause if `sleep` is that of Python.

        Returns:
            What they come to.

        Raises:
            ConfigurationError: The client is closed.
            Stopped: Somebody stopped them.
        """
        try:
            step = next(steps)
            deadline = None if seconds is None else self._clock() + seconds
            while True:
                if isinstance(step, Pause):
                    self._pause(step.seconds, stop)
                    step = next(steps)
                else:
                    step = steps.send(self._sent(step, deadline, stop))
        except StopIteration as end:
            return cast("T", end.value)

    def close(self) -> None:
        """Close the connections, if they are ours; what is asked for later is refused."""
        self._is_closed = True
        if self._is_ours and not self._lines.is_foreign:
            self._lines.session.close()

    def _own_lines(self) -> "_Lines":
        """Give the lines of this process: over those of before a fork each would get answers meant for the other."""
        if self._lines.is_foreign:
            if not self._is_ours:
                message = "a session that was used before a fork belongs to the other process: make both anew after it"
                raise ConfigurationError(message)
            self._lines = _Lines(None, self._pool_size)  # the old ones are left alone: a lock of theirs may be held
        lines = self._lines
        lines.process = os.getpid()
        return lines

    def _pause(self, seconds: float, stop: Event | None) -> None:
        if stop is not None and self._sleep is time.sleep:  # which nothing can interrupt
            stop.wait(seconds)
        else:
            self._sleep(seconds)

    def _sent(self, ask: Ask, deadline: float | None, stop: Event | None) -> Response | Failure:
        """Wait for a free connection, and ask."""
        now = self._clock()
        end = now + ask.seconds if deadline is None else deadline
        lines = self._own_lines()
        if not lines.slots.acquire(timeout=min(end - now, TIMEOUT_MAX)):
            return NO_CONNECTION
        try:
            if stop is not None and stop.is_set():
                raise Stopped
            left = min(ask.seconds, end - self._clock())
            return self._asked(ask, lines, left) if left > 0 else NO_CONNECTION
        finally:
            lines.slots.release()

    def _asked(self, ask: Ask, lines: "_Lines", seconds: float) -> Response | Failure:
        if self._is_closed:
            message = "the client is closed: make another"
            raise ConfigurationError(message)
        try:
            with self._begun(ask, lines, seconds) as response:
                return self._read(response, self._clock() + seconds)
        except (requests.exceptions.Timeout, ReadTimeoutError):
            return TOO_LATE
        except requests.exceptions.ProxyError:
            return NO_PASSAGE
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, LocationValueError):
            return UNUSABLE
        except (requests.exceptions.RequestException, HTTPError, ConnectionError) as error:
            return tls_failure(error) or BROKEN
        except OSError:  # the only one that requests lets through
            return NO_FILE

    def _begun(self, ask: Ask, lines: "_Lines", seconds: float) -> requests.Response:
        """Send a question and await the head of its answer."""
        url = ask.request.url
        # Compressed answers would have to be bounded once more; a session of the caller's may ask for them.
        headers = {**ask.request.headers, "accept-encoding": "identity"}
        prepared = lines.session.prepare_request(requests.Request("GET", url, headers=headers, auth=self._auth))
        prepared.hooks["response"].append(_stay)  # last: the hooks of the caller's session see the answer as it came
        settings = self._settings(url, lines)
        try:
            return lines.session.send(
                prepared,
                timeout=cast("float", Timeout(total=seconds)),  # which the stubs do not know
                allow_redirects=False,
                **settings,
            )
        except BaseException as error:
            _forget_frames(error)
            raise

    def _settings(self, url: str, lines: "_Lines") -> Mapping[str, Any]:
        """Look up proxies and certificates: once for a session of ours, as the look-up costs as much as a question."""
        if lines.settings is not None:
            return lines.settings
        found = lines.session.merge_environment_settings(url, {}, stream=True, verify=None, cert=None)
        proxy = select_proxy(url, found["proxies"])
        if proxy is not None and not parse_url(proxy).host:
            raise requests.exceptions.InvalidProxyURL  # requests would stumble over it with a TypeError
        if self._is_ours:
            lines.settings = found
        return found

    def _read(self, response: requests.Response, deadline: float) -> Response | Failure:
        """Read a body piece by piece, so that a server that dribbles does not hold us."""
        if response.status_code < _FIRST_FINAL:
            return BROKEN  # the answer proper may come behind it, and the next question must not get it
        pieces: list[bytes] = []
        size = 0
        raw = response.raw
        read = getattr(raw, "read1", raw.read)  # older urllib3: a piece is awaited whole
        while piece := read(_CHUNK, decode_content=False):
            pieces.append(piece)
            size += len(piece)
            if size > MOST_BYTES:
                return TOO_LARGE
            if self._clock() > deadline:
                return TOO_LATE
        if raw.length_remaining:
            return BROKEN
        return response_of(response.status_code, lower_names(response.headers.items()), b"".join(pieces))


def _forget_frames(error: BaseException | None) -> None:
    """Empty the frames below: interrupted while it sends, the standard library holds the header as plain bytes."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__


def _stay(response: requests.Response, **_settings: object) -> None:
    """Take a redirect for an answer like any other: requests would read all of its body to find the way."""
    response.headers.pop("location", None)


def _session(pool_size: int) -> requests.Session:
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))  # no question depends on another
    for scheme in ("https://", "http://"):
        session.mount(scheme, PatientAdapter(pool_connections=1, pool_maxsize=pool_size, max_retries=0))
    return session

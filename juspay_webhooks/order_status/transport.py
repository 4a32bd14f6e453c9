"""Own how a question is sent with requests: bounded in time and size, no redirects, no netrc, no retries of its own."""

from collections.abc import Callable
from typing import Final, TypeVar, cast

import requests
from requests.auth import AuthBase
from urllib3 import Timeout
from urllib3.exceptions import HTTPError, ReadTimeoutError

from juspay_webhooks.order_status.asking import Ask, Pause, Steps
from juspay_webhooks.order_status.patience import PatientAdapter
from juspay_webhooks.order_status.request import Failure, Response
from juspay_webhooks.order_status.secret import ApiKey
from juspay_webhooks.order_status.wire import MOST_BYTES, TOO_LARGE, lower_names, response_of

__all__ = ["Transport"]

T = TypeVar("T")

_CHUNK: Final = 65_536


class _Auth(AuthBase):
    """Puts the key into a request; given as `auth`, it also keeps a netrc file from doing so."""

    def __init__(self, key: ApiKey) -> None:
        self._key = key

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the header."""
        r.headers["Authorization"] = self._key.header
        return r


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
            pool_size: Connections kept open by a session made here.
            clock: Seconds that never go back.
            sleep: Waits some seconds.
        """
        self._is_ours = session is None
        self._session = _session(pool_size) if session is None else session
        self._auth = _Auth(key)
        self._clock = clock
        self._sleep = sleep

    def run(self, steps: Steps[T]) -> T:
        """Carry out steps."""
        try:
            step = next(steps)
            while True:
                if isinstance(step, Pause):
                    self._sleep(step.seconds)
                    step = next(steps)
                else:
                    step = steps.send(self._sent(step))
        except StopIteration as end:
            return cast("T", end.value)

    def close(self) -> None:
        """Close the connections, if they are ours."""
        if self._is_ours:
            self._session.close()

    def _sent(self, ask: Ask) -> Response | Failure:
        deadline = self._clock() + ask.seconds
        try:
            with self._session.get(
                ask.request.url,
                headers=dict(ask.request.headers),
                auth=self._auth,
                timeout=cast("float", Timeout(total=ask.seconds)),  # counts from the first connection on
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._read(response, deadline)
        except requests.exceptions.SSLError:
            return Failure("the connection is not secure (certificate or TLS)", retryable=False)
        except (requests.exceptions.Timeout, ReadTimeoutError):
            return Failure("it took too long")
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.InvalidHeader):
            return Failure("the URL or a header is not usable", retryable=False)
        except (requests.exceptions.RequestException, HTTPError, OSError):
            return Failure("the connection failed")

    def _read(self, response: requests.Response, deadline: float) -> Response | Failure:
        """Read a body piece by piece, so that a server that dribbles does not hold us."""
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
                return Failure("it took too long")
        if raw.length_remaining:
            return Failure("the answer is cut")
        return response_of(response.status_code, lower_names(response.headers.items()), b"".join(pieces))


def _session(pool_size: int) -> requests.Session:
    session = requests.Session()
    session.headers["Accept-Encoding"] = "identity"
    for scheme in ("https://", "http://"):
        session.mount(
            scheme,
            PatientAdapter(pool_connections=1, pool_maxsize=pool_size, max_retries=0, pool_block=True),
        )
    return session

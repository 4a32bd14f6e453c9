"""Own the connections that give up in time: a timeout of requests bounds each address and each read, and not the whole.

A response is read through a file that knows when the time is up, headers and body alike. What cannot be bounded is how
long the system takes to look up a name.
"""

import io
import sys
import time
from http.client import HTTPResponse, RemoteDisconnected, parse_headers
from socket import SOCK_STREAM, getaddrinfo, socket
from typing import IO, Any, Final, cast

from requests.adapters import HTTPAdapter
from urllib3 import PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import allowed_gai_family, create_connection

__all__ = ["PatientAdapter"]

_MOMENT: Final = 0.001
"""Seconds: a timeout of zero would mean not to wait at all, which is another error."""

_EARLY: Final = range(102, 200)
"""Statuses before the answer proper, e.g. 103 Early Hints (RFC 9110, 15.2); 101 is the end of HTTP."""

_FOREVER: Final = 86_400.0
"""Seconds for an address, if nobody bounds them."""


class _Bounded(io.RawIOBase):
    """Reads from a socket until the time is up that its timeout leaves now."""

    def __init__(self, sock: socket) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)
        seconds = sock.gettimeout()
        self._deadline = None if seconds is None else time.monotonic() + seconds

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int | None:  # noqa: ANN401 - as io has it
        """Read what is there."""
        if self._deadline is not None:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._sock.settimeout(left)
        return cast("io.RawIOBase", self._file).readinto(buffer)

    def close(self) -> None:
        """Let the socket go."""
        self._file.close()
        super().close()


class _Whole(io.BufferedReader):
    """Reads whole lines: `http.client` takes a connection that breaks off inside a head for the end of the head."""

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line, or as much of it as was asked for."""
        line = super().readline(size)
        is_asked = size is not None and 0 <= size <= len(line)
        if not (line.endswith(b"\n") or is_asked):
            message = "the connection broke off"
            raise RemoteDisconnected(message)
        return line


class _Socket:
    """What a response takes for a socket: it only asks for a file."""

    def __init__(self, sock: socket) -> None:
        self._sock = sock

    def makefile(self, _mode: str) -> IO[bytes]:
        """Give the file."""
        return cast("IO[bytes]", _Whole(_Bounded(self._sock)))


class _Response(HTTPResponse):
    """A response that is read in time."""

    def __init__(self, sock: socket, *arguments: Any, **more: Any) -> None:  # noqa: ANN401 - as http.client calls it
        super().__init__(cast("socket", _Socket(sock)), *arguments, **more)

    def _read_status(self) -> tuple[str, int, str]:
        """Read the first line of the answer proper: of what may come before it, `http.client` only knows 100."""
        while True:
            found: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
            if found[1] not in _EARLY:
                return found
            parse_headers(cast("Any", self.fp))


class _Connection(HTTPConnection):
    response_class = _Response

    def _new_conn(self) -> socket:
        return _connected(self)


class _SecureConnection(HTTPSConnection):
    response_class = _Response

    def _new_conn(self) -> socket:
        return _connected(self)


def _connected(connection: HTTPConnection) -> socket:
    """Connect to one of the addresses of a host: all together have the time that urllib3 would give to each."""
    seconds = connection.timeout
    deadline = time.monotonic() + (_FOREVER if seconds is None else seconds)
    sys.audit("http.client.connect", connection, connection.host, connection.port)
    problem: OSError | UnicodeError | None = None
    try:
        found = getaddrinfo(connection.host, connection.port, allowed_gai_family(), SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        found, problem = [], error
    addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
    for number, address in enumerate(addresses):
        share = (deadline - time.monotonic()) / (len(addresses) - number)
        try:
            sock = create_connection(
                (address, connection.port),
                max(share, _MOMENT),
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        except OSError as error:
            problem = error
        else:
            sock.settimeout(None if seconds is None else max(deadline - time.monotonic(), _MOMENT))  # for TLS
            return sock
    if isinstance(problem, TimeoutError):
        message = "no address answered in time"
        raise ConnectTimeoutError(connection, message)
    message = "no address lets us connect, or the name is not known"
    raise NewConnectionError(connection, message)


class _Pool(HTTPConnectionPool):
    ConnectionCls: Any = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls: Any = _SecureConnection


_POOLS: Final[dict[str, Any]] = {"http": _Pool, "https": _SecurePool}


class PatientAdapter(HTTPAdapter):
    """Keeps connections, never retries, and bounds an answer as a whole by the timeout; behind a proxy as well."""

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:  # noqa: ANN401, FBT001, FBT002 - as requests has it
        """Make the pools."""
        super().init_poolmanager(connections, maxsize, block, **more)
        cast("PoolManager", self.poolmanager).pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **more: Any) -> ProxyManager:  # noqa: ANN401 - as requests has it
        """Make the pools behind a proxy."""
        manager = cast("ProxyManager", super().proxy_manager_for(proxy, **more))
        if not proxy.lower().startswith("socks"):  # whose connections are made in another way
            manager.pool_classes_by_scheme = _POOLS
        return manager

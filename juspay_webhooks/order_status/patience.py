"""Own the connections that give up in time: a timeout of requests bounds each read, and a server may dribble for ever.

A response is read through a file that knows when the time is up, headers and body alike.
"""

import io
import time
from http.client import HTTPResponse
from socket import socket
from typing import IO, TYPE_CHECKING, Any, Final, cast

from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["PatientAdapter"]


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

    def readinto(self, buffer: "WriteableBuffer", /) -> int | None:
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


class _Socket:
    """What a response takes for a socket: it only asks for a file."""

    def __init__(self, sock: socket) -> None:
        self._sock = sock

    def makefile(self, _mode: str) -> IO[bytes]:
        """Give the file."""
        return cast("IO[bytes]", io.BufferedReader(_Bounded(self._sock)))


class _Response(HTTPResponse):
    """A response that is read in time."""

    def __init__(self, sock: socket, *arguments: Any, **more: Any) -> None:  # noqa: ANN401 - as http.client calls it
        super().__init__(cast("socket", _Socket(sock)), *arguments, **more)


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls: Any = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls: Any = _SecureConnection


_POOLS: Final[dict[str, Any]] = {"http": _Pool, "https": _SecurePool}


class PatientAdapter(HTTPAdapter):
    """Keeps connections, never retries, and bounds the whole of a response by the timeout; behind a proxy each read."""

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:  # noqa: ANN401, FBT001, FBT002 - as requests has it
        """Make the pools."""
        super().init_poolmanager(connections, maxsize, block, **more)
        cast("PoolManager", self.poolmanager).pool_classes_by_scheme = _POOLS

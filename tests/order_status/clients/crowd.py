"""Own a server that knows any order, lean enough for many thousands: each settles at its third question.

`FakeJuspay` makes each order from samples, which takes milliseconds; here only the id differs.
"""

import asyncio
from collections import Counter
from threading import Thread
from types import TracebackType
from typing import Final, Self

from tests.order_status.asked import order_body

__all__ = ["QUESTIONS", "Crowd"]

STATUSES: Final = ("NEW", "PENDING_VBV", "CHARGED")
QUESTIONS: Final = len(STATUSES)
"""How often each order is asked about until it has settled."""

_BODIES: Final = {status: order_body(status=status, order_id="ORDER", description="x" * 3000) for status in STATUSES}


class Crowd:
    """Answers on an event loop in a thread, and counts."""

    def __init__(self) -> None:
        """Begin with no question."""
        self.asked: Counter[bytes] = Counter()
        self.open = 0
        self.most = 0
        self.total = 0
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="crowd", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def __enter__(self) -> Self:
        """Listen."""
        self._server = self._loop.run_until_complete(
            self._loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=1024)
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End; the clients have gone before."""
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class _Connection(asyncio.Protocol):
    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._crowd.total += 1
        self._crowd.open += 1
        self._crowd.most = max(self._crowd.most, self._crowd.open)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - as the base
        """Count."""
        self._crowd.open -= 1

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        *heads, self._received = (self._received + data).split(b"\r\n\r\n")
        for head in heads:
            order_id = head.split(b" ", 2)[1].rpartition(b"/")[2]
            status = STATUSES[min(self._crowd.asked[order_id], QUESTIONS - 1)]
            self._crowd.asked[order_id] += 1
            body = _BODIES[status].replace(b"ORDER", order_id)
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

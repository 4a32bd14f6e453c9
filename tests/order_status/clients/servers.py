"""Own what stands between a client and the fake: a relay that counts connections, and a server that says anything."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Thread
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

__all__ = ["Relay", "Script", "Tunnel"]

PATIENCE: Final = 20.0
"""Seconds after which a test fails that waits for something."""


class _Listener:
    """Serves connections on an event loop in a thread, and counts them."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.total = 0
        self.open = 0
        self.most = 0
        self._tls = tls
        self._changed = Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="listener", daemon=True)
        self._port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self._port}"

    def wait(self, condition: Callable[[], bool]) -> bool:
        """Wait until something holds for the counts."""
        with self._changed:
            return self._changed.wait_for(condition, PATIENCE)

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close every connection."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._tls)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        await _turns()  # asyncio forgets a connection that was accepted just before the server is closed
        self._server.close()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(others, timeout=0.01)
        await _turns()  # transports close in several steps

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._count(1)
        try:
            with suppress(ConnectionError, asyncio.CancelledError):  # a cancelled handler would be reported
                await self.serve(reader, writer)
        finally:
            writer.transport.abort()
            self._count(-1)
            self._tasks.discard(task)

    def _count(self, change: int) -> None:
        with self._changed:
            self.total += max(change, 0)
            self.open += change
            self.most = max(self.most, self.open)
            self._changed.notify_all()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection, to its end."""
        raise NotImplementedError


async def _turns() -> None:
    """Let the event loop do what is due."""
    for _ in range(10):
        await asyncio.sleep(0)


class Relay(_Listener):
    """Hands everything to another server and back; over TLS to the client if there is a context."""

    def __init__(self, url: str, tls: ssl.SSLContext | None = None) -> None:
        """Take where to."""
        super().__init__(tls)
        parts = urlsplit(url)
        self._target = parts.hostname, parts.port

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry bytes both ways until one side ends."""
        await _join(reader, writer, *await asyncio.open_connection(*self._target))


class Tunnel(_Listener):
    """A proxy that opens tunnels."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Open a tunnel to where the client says."""
        head = await reader.readuntil(b"\r\n\r\n")
        host, _, port = head.split()[1].decode().partition(":")
        ends = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await _join(reader, writer, *ends)


async def _join(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    other_reader: asyncio.StreamReader,
    other_writer: asyncio.StreamWriter,
) -> None:
    """Carry bytes both ways until one side ends."""
    ways = [asyncio.create_task(_carry(reader, other_writer)), asyncio.create_task(_carry(other_reader, writer))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        other_writer.transport.abort()  # before anything is awaited: this may be cancelled once more
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65_536):
        writer.write(piece)
        await writer.drain()


class Script(_Listener):
    """Answers each request with the next of some answers; after the last it ends the connection."""

    def __init__(self, *answers: tuple[bytes, ...]) -> None:
        """Take the answers; each is sent in as many packets as it has pieces."""
        super().__init__()
        self.answers = deque(answers)
        self.requests: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer until there is nothing more to say, or to hear."""
        with suppress(asyncio.IncompleteReadError):
            while self.answers:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                for piece in self.answers.popleft():
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.001)

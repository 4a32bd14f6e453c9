"""Own the sockets: a threaded HTTP/1.1 server on the loopback, which ends at once even in the middle of a pause.

It knows neither orders nor faults: it sends what it is told to. Nothing that a request holds is logged.
"""

import logging
import os
import socket
import struct
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from threading import Event, Thread
from time import monotonic
from typing import Any, Final, TypeAlias, cast

import attrs

from juspay_webhooks.testing.fake.delivery import End, Step, steps
from juspay_webhooks.testing.fake.faults import Fault
from juspay_webhooks.testing.fake.reply import Reply

__all__ = ["LOOPBACK", "Server"]

LOOPBACK: Final = "127.0.0.1"
"""The only address that is listened on: keys travel in clear."""

_LONGEST_LINE: Final = 65_536
_MOST_DRAINED: Final = 1_048_576
"""Bytes of a request's body that are read and thrown away, so that the connection can stay."""

_SECONDS_TO_CLOSE: Final = 1.0
_LINGER_FOR_NOTHING: Final = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""`SO_LINGER` on, zero seconds: closing sends RST."""

_log: Final = logging.getLogger("juspay_webhooks.testing.fake")

_Answer: TypeAlias = Callable[[str, str, Mapping[str, str]], tuple[Reply, Fault | None]]


class Server(ThreadingMixIn, TCPServer):
    """Listens from the moment it is made; `start` answers, `stop` ends it for good."""

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, answer: _Answer) -> None:
        """Listen.

        Args:
            port: Port on the loopback; 0 is any free one.
            answer: Answers method, target and headers; it is called on many threads.

        Raises:
            OSError: The port is taken.
        """
        self.answer = answer
        self.closing: Event = Event()
        self._serving: dict[Any, Thread] = {}
        self._accepting = Thread(target=self._accept, name="fake-juspay", daemon=True)
        super().__init__((LOOPBACK, port), _Connection)

    @property
    def port(self) -> int:
        """The port."""
        return int(self.server_address[1])

    def start(self) -> None:
        """Answer requests, on threads of its own."""
        self._accepting.start()

    def stop(self) -> None:
        """Close every connection and wait for all threads, at most a second."""
        deadline = monotonic() + _SECONDS_TO_CLOSE
        self.closing.set()
        with suppress(OSError), socket.create_connection((LOOPBACK, self.port), _SECONDS_TO_CLOSE):
            self._accepting.join(_SECONDS_TO_CLOSE)  # the connection woke it
        self.server_close()
        for connection in self._serving:
            with suppress(OSError):  # it may have gone by itself
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._serving.values():
            thread.join(max(0.0, deadline - monotonic()))

    def _accept(self) -> None:
        while not self.closing.is_set():
            self.handle_request()

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ANN401, ARG002 - as in the base
        """Take no connection once the server is closing."""
        return not self.closing.is_set()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base
        """Serve a connection on a thread that is known."""
        thread = Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        # A thread is forgotten only once it has ended, so that `stop` misses none.
        self._serving = {each: serving for each, serving in self._serving.items() if serving.is_alive()}
        thread.start()
        self._serving[request] = thread

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as in the base
        """End a connection; without the FIN of the base, which would come before a reset."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401, ARG002 - as in the base
        """Let a client go that went; report anything else, which is a fault of the fake or of what it was given."""
        if not isinstance(sys.exception(), OSError):
            _log.error("the fake could not answer a request", exc_info=True)


class _Connection(BaseHTTPRequestHandler):
    """Reads the requests of one connection and sends what is to be sent."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.1"  # or a refusal of what is no HTTP has no status line
    disable_nagle_algorithm = True  # or a small answer waits 40 ms for the acknowledgement of the one before

    def handle_one_request(self) -> None:
        """Answer the next request, whatever its method."""
        self.raw_requestline = self.rfile.readline(_LONGEST_LINE)
        if not self.raw_requestline.endswith(b"\n"):  # the client is done, or it is no HTTP
            self.close_connection = True
        elif self.parse_request():
            self._drain()
            server = cast("Server", self.server)
            reply, fault = server.answer(self.command, self.path, self._lower_headers())
            if self.command == "HEAD":
                reply = attrs.evolve(reply, body=b"")
            self._carry_out(steps(reply, fault, is_last=self.close_connection), server.closing)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so in the standard library
        """Say nothing: ids of orders and customers stand in the line."""

    def _lower_headers(self) -> dict[str, str]:
        names = {name.lower() for name in self.headers}
        return {name: ", ".join(self.headers.get_all(name, ())) for name in sorted(names)}

    def _drain(self) -> None:
        """Read the body away; if it is long, or of unknown length, the connection ends after the answer."""
        length = self.headers.get("Content-Length", "0")
        is_number = length.isascii() and length.isdigit() and len(length) <= len(str(_MOST_DRAINED))
        if is_number and int(length) <= _MOST_DRAINED and "Transfer-Encoding" not in self.headers:
            self.rfile.read(int(length))
        else:
            self.close_connection = True

    def _carry_out(self, planned: Iterable[Step], closing: Event) -> None:
        for step in planned:
            if isinstance(step, bytes):
                self.wfile.write(step)
            elif isinstance(step, End) or closing.wait(step.seconds):
                self.close_connection = True
                if step is End.RESET:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_FOR_NOTHING)
                return

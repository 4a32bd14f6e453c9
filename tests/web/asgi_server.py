"""Own a server that runs an ASGI application without sockets, and fails at every message out of order."""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Any, Final

import attrs

from juspay_webhooks.web.asgi import AsgiApp

__all__ = ["GONE", "SILENCE", "Exchange", "part", "run"]

Message = dict[str, Any]

GONE: Final[Message] = {"type": "http.disconnect"}
"""The sender went away."""

SILENCE: Final[Message] = {}
"""Nothing comes any more, ever."""


def part(body: bytes, *, more: bool = False) -> Message:
    """Make the message for a part of a body."""
    return {"type": "http.request", "body": body, "more_body": more}


@attrs.define
class Exchange:
    """One request on its way through an application."""

    scope: Message
    """What the server knows of it."""

    inbound: deque[Message]
    """What comes from the sender."""

    breaks: bool = False
    """Whether sending fails, as it does when the sender went away."""

    asked: int = 0
    """How many messages the application has asked for."""

    outbound: list[Message] = attrs.Factory(list)
    """What the application has sent."""

    async def receive(self) -> Message:
        """Give the next message; after the last there is none to ask for."""
        assert self.inbound, "the application asks for more than there is"
        self.asked += 1
        message = self.inbound.popleft()
        if message is SILENCE:
            await asyncio.Event().wait()
        return message

    async def send(self, message: Message) -> None:
        """Take a message, if it is in order: one start, one body."""
        if self.breaks:
            raise BrokenPipeError
        expected = ("http.response.start", "http.response.body")[len(self.outbound)]
        assert expected == message["type"]
        if expected == "http.response.start":
            assert {"type", "status", "headers"} == message.keys()
            assert type(message["status"]) is int
            for name, value in message["headers"]:
                assert type(name) is type(value) is bytes
                assert name == name.lower().strip()
                assert name not in {b"transfer-encoding", b"keep-alive"}
        else:
            assert {"type", "body"} == message.keys()
            assert type(message["body"]) is bytes
            assert str(len(message["body"])).encode() == self.headers[b"content-length"]
        self.outbound.append(message)

    @property
    def headers(self) -> dict[bytes, bytes]:
        """Headers of the answer, each of them once."""
        pairs = self.outbound[0]["headers"]
        assert len(pairs) == len(dict(pairs))
        return dict(pairs)

    @property
    def status(self) -> int | None:
        """Status of the answer; None if there is none."""
        if not self.outbound:
            return None
        start, _ = self.outbound
        status = start["status"]
        assert isinstance(status, int)
        return status


def run(app: AsgiApp, scope: Message, messages: Iterable[Message], *, breaks: bool = False) -> Exchange:
    """Run an application on one request to its end."""
    exchange = Exchange(scope, deque(messages), breaks)
    asyncio.run(app(exchange.scope, exchange.receive, exchange.send))
    return exchange

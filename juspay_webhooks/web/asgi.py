"""Own the ASGI application of a receiver. It reads no more of a body than the receiver takes, and not for ever."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.receiver.answer import Answer
from juspay_webhooks.receiver.receiver import Receiver
from juspay_webhooks.web._asgi_body import Receive, read_body
from juspay_webhooks.web._refusal import Refusal, refusal

__all__ = ["AsgiApp"]

_Scope = Mapping[str, Any]
_Send = Callable[[Any], Awaitable[None]]  # servers differ in how they write the type of a message


class AsgiApp:
    """A receiver as an ASGI application, on asyncio: `app = AsgiApp(receiver)`."""

    def __init__(self, receiver: Receiver, *, path: str | None = None, body_seconds: float = 10.0) -> None:
        """Take the receiver, the whole path of its URL (None: every path), and the seconds that a body may take."""
        if not body_seconds > 0:
            message = "body_seconds is more than 0: the seconds that a whole body may take to come"
            raise ConfigurationError(message)
        self._receiver, self._path, self._body_seconds = receiver, path, body_seconds

    async def __call__(self, scope: _Scope, receive: Receive, send: _Send) -> None:
        """Answer one request, or follow the lifespan of a server, as ASGI 3 has it."""
        kind = scope.get("type")
        if kind == "lifespan":
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
        elif kind == "websocket":
            await send({"type": "websocket.close"})
        elif kind != "http":
            message = "an AsgiApp speaks HTTP; ASGI demands that it refuses other protocols"
            raise ConfigurationError(message)
        elif (answer := await self._answer(scope, receive)) is not None:
            headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
            if isinstance(answer, Refusal) and scope.get("http_version") in ("1.0", "1.1"):
                headers.append((b"connection", b"close"))  # or what is left of the body would hold the connection
            with suppress(OSError):  # the sender went away
                await send({"type": "http.response.start", "status": answer.status, "headers": headers})
                await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: _Scope, receive: Receive) -> Answer | Refusal | None:
        if self._path not in (None, scope.get("path")):
            return refusal(404)
        if scope.get("method") != "POST":
            return refusal(405)
        body = await read_body(receive, max_bytes=self._receiver.max_bytes, seconds=self._body_seconds)
        if body is None or isinstance(body, Refusal):
            return body
        headers, client = tuple(scope.get("headers") or ()), scope.get("client") or (None,)
        return await self._receiver.handle_async(headers=headers, body=body, client_ip=client[0])

"""Own the reading of a body from an ASGI server: no more than is wanted, and not for ever."""

from asyncio import timeout
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from juspay_webhooks.web._refusal import Refusal, refusal

__all__ = ["Receive", "read_body"]

Receive: TypeAlias = Callable[[], Awaitable[Mapping[str, Any]]]
"""What an ASGI server gives its next message with."""


async def read_body(receive: Receive, /, *, max_bytes: int, seconds: float) -> bytearray | Refusal | None:
    """Read a body to its end.

    Args:
        receive: Gives the next message.
        max_bytes: Largest body; the message that exceeds it is the last that is asked for.
        seconds: Time in which the whole body has to come.

    Returns:
        The body; why it is refused; or None if the sender went away.
    """
    body, has_more = bytearray(), True
    try:
        async with timeout(seconds):
            while has_more:
                message = await receive()
                if message["type"] != "http.request":
                    return None
                body += message.get("body") or b""
                if len(body) > max_bytes:
                    return refusal(413)
                has_more = message.get("more_body", False)
    except TimeoutError:
        return refusal(408)
    return body

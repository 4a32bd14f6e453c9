"""Own what the fake answers, before it is sent: status, headers, body, and the head that they make on the wire.

Nothing here is sent, and no answer is chosen.
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import attrs

from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing._json import json_text

__all__ = ["HTML", "JSON", "Reply", "bodiless", "head", "json_reply"]

JSON: Final[Mapping[str, str]] = MappingProxyType({"Content-Type": "application/json;charset=utf-8"})
"""Headers of a body that is JSON."""

HTML: Final[Mapping[str, str]] = MappingProxyType({"Content-Type": "text/html"})
"""Headers of a page that something in front of Juspay wrote."""

_BODILESS: Final = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


@attrs.frozen
class Reply:
    """One answer."""

    status: int
    """HTTP status."""

    headers: Mapping[str, str]
    """Headers, without those that say how long the body is."""

    body: bytes
    """Body as it is to travel."""


def json_reply(status: int, value: Json) -> Reply:
    """Answer with JSON.

    Args:
        status: HTTP status.
        value: What to write.

    Returns:
        The answer.
    """
    return Reply(status, JSON, json_text(value).encode())


def bodiless(status: int) -> bool:
    """Tell whether an answer of this status has no body by its nature (RFC 9110, 6.4.1)."""
    return status in _BODILESS


def head(reply: Reply, framing: Mapping[str, str]) -> bytes:
    """Write the head of an answer.

    Args:
        reply: The answer.
        framing: More headers: how long the body is, and whether the connection stays.

    Returns:
        Status line and headers, with the empty line that ends them.
    """
    phrase = HTTPStatus(reply.status).phrase if reply.status in set(HTTPStatus) else ""
    lines = [f"HTTP/1.1 {reply.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in {**reply.headers, **framing}.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")

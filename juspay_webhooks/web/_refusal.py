"""Own the refusals that an adapter makes by itself, before a receiver sees the request. They tell nothing of it."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import attrs

__all__ = ["Refusal", "refusal", "status_line"]

_log: Final = logging.getLogger("juspay_webhooks.web")

_REASONS: Final = {
    400: "its body cannot be read, or ends early",
    404: "it is for another path",
    405: "webhooks are sent with POST",
    408: "its body came too slowly",
    411: "it does not say how long its body is",
    413: "its body is larger than the receiver accepts",
}

_EVERYDAY: Final = frozenset({404, 405})
"""What scanners and health checks get, all day long."""


@attrs.frozen(kw_only=True)
class Refusal:
    """What to answer, in the shape of an `Answer`. The body is empty, as an answer to HEAD must be."""

    status: int
    """HTTP status code."""

    headers: Mapping[str, str]
    """Headers; names as HTTP/1.1 writes them."""

    body: bytes = b""
    """Nothing."""


def refusal(status: int, /) -> Refusal:
    """Refuse a request for one of the reasons above, and log it."""
    _log.log(logging.INFO if status in _EVERYDAY else logging.WARNING, "refused a request: %s", _REASONS[status])
    headers = {"Content-Type": "text/plain", "Content-Length": "0"}
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = "POST"
    return Refusal(status=status, headers=MappingProxyType(headers))


def status_line(status: int, /) -> str:
    """Give a status as HTTP/1.1 writes it, e.g. `200 OK`."""
    return f"{status} {HTTPStatus(status).phrase}"

"""Own how the tests ask the fake: over real sockets, each with a deadline, as a client of a merchant would."""

import http.client
import socket
from base64 import b64encode
from collections.abc import Mapping
from contextlib import closing
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import attrs

from juspay_webhooks.models.fields import Json
from juspay_webhooks.models.json_exact import decode_exact
from juspay_webhooks.testing import FakeJuspay

KEY: Final = "test-key"
MERCHANT: Final = "test-shop"
SECONDS: Final = 10
"""How long to wait for an answer before a test fails."""


def basic(text: str) -> str:
    """Write a header of Basic auth."""
    return "Basic " + b64encode(text.encode()).decode()


HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {"Authorization": basic(f"{KEY}:"), "x-merchantid": MERCHANT, "x-routing-id": "cst_asha01"}
)
"""What a client of the shop sends."""

PAYOUT: Final = "/payout/merchant/v1/orders/po-1?expand=fulfillment,payment,refund"
VALIDATION: Final = "/payout/merchant/v2/benedetails/cst_asha01/bene-1"


@attrs.frozen
class Got:
    """What came back."""

    status: int
    """HTTP status."""

    headers: Mapping[str, str]
    """Headers, names in lower case."""

    body: bytes
    """Body."""

    @property
    def json(self) -> Json:
        """The body, decoded; exact."""
        return decode_exact(self.body.decode())


def address(juspay: FakeJuspay) -> tuple[str, int]:
    """Tell where a fake listens."""
    parts = urlsplit(juspay.url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


def connect(juspay: FakeJuspay) -> http.client.HTTPConnection:
    """Make a connection to a fake; it opens by itself and has to be closed."""
    return http.client.HTTPConnection(*address(juspay), timeout=SECONDS)


def ask_on(
    connection: http.client.HTTPConnection,
    path: str,
    *,
    headers: Mapping[str, str] = HEADERS,
    method: str = "GET",
    body: bytes | None = None,
) -> Got:
    """Ask on a connection that is open already."""
    connection.request(method, path, body, dict(headers))
    answer = connection.getresponse()
    named = {name.lower(): value for name, value in answer.getheaders()}
    return Got(answer.status, named, answer.read())


def ask(juspay: FakeJuspay, path: str, *, headers: Mapping[str, str] = HEADERS, method: str = "GET") -> Got:
    """Ask on a connection of its own."""
    with closing(connect(juspay)) as connection:
        return ask_on(connection, path, headers=headers, method=method)


def order(juspay: FakeJuspay, order_id: str = "shop-1001") -> Json:
    """Ask for an order, and decode the answer."""
    return ask(juspay, f"/orders/{order_id}").json


def raw(juspay: FakeJuspay, path: str = "/orders/shop-1001", *, headers: Mapping[str, str] = HEADERS) -> socket.socket:
    """Send a request by hand and give the socket, to see what comes back byte by byte."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    connection = socket.create_connection(address(juspay), SECONDS)
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    return connection


def rest(connection: socket.socket) -> bytes:
    """Receive until the other side ends the connection."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))

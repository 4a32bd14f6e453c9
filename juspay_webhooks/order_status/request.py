"""Own the requests: paths, parameters and headers of every question. Nothing here is sent, and no key is known."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, urlsplit

import attrs

from juspay_webhooks.errors import ConfigurationError, shown

__all__ = [
    "VERSION",
    "Failure",
    "Request",
    "Response",
    "Target",
    "order_request",
    "payout_request",
    "validation_request",
]

VERSION: Final = "2023-06-30"
"""API version that is asked for: the one of most published samples. A moving date would let answers change any day."""

_LONGEST_ID: Final = 255
"""Characters of an id; Juspay recommends fewer than 21 for orders, and payouts have up to 64."""


@attrs.frozen(slots=False)
class Request:
    """One GET, without its credentials."""

    url: str
    """Where."""

    headers: Mapping[str, str]
    """With which headers."""

    subject: str
    """Id that the answer must be about."""


@attrs.frozen(slots=False)
class Response:
    """What came back."""

    status: int
    """HTTP status."""

    headers: Mapping[str, str] = attrs.field(repr=False)
    """Headers, names in lower case."""

    body: bytes = attrs.field(repr=False)
    """Body, decompressed."""


@attrs.frozen(slots=False)
class Failure:
    """Nothing came back, or not all of it."""

    reason: str
    """Why, in plain words, without an address or a header."""

    retryable: bool = True
    """Whether another attempt may do better: not when certificates are wrong."""


def _read_only(headers: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(headers))


@attrs.frozen(kw_only=True)
class Target:
    """Where to ask, and as whom."""

    base_url: str
    """Scheme and host of the API, e.g. one of `BaseUrl`."""

    merchant_id: str
    """Merchant id as the dashboard shows it; case counts."""

    routing_id: str | None = None
    """Value of `x-routing-id` where a question names none: the customer's id. None: the id that is asked for."""

    version: str | None = VERSION
    """API version, an ISO date; None sends none."""

    headers: Mapping[str, str] = attrs.field(default=MappingProxyType({}), converter=_read_only)
    """More headers, or others in place of ours; e.g. `x-resellerid` for HDFC."""

    def __attrs_post_init__(self) -> None:
        """Refuse what could not be sent, or would send the key in clear over the internet."""
        parts = urlsplit(self.base_url)
        is_local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if not parts.hostname or parts.query or parts.fragment or parts.username is not None:
            message = "base_url is scheme and host, such as BaseUrl.INDIA or https://api.juspay.in"
            raise ConfigurationError(message)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
            message = "base_url begins with https: the API key would travel in clear otherwise"
            raise ConfigurationError(message)
        for name, value in (("x-merchantid", self.merchant_id), *self.headers.items()):
            _sendable(name, value)
        if "authorization" in {name.lower() for name in self.headers}:
            message = "the client sets Authorization itself, from the API key"
            raise ConfigurationError(message)


def _sendable(name: str, value: object) -> str:
    """Refuse what would break a header, or add one."""
    if isinstance(value, str) and value.strip() and value.isascii() and value.isprintable():
        return value
    message = f"the header {shown(name)} takes printable ASCII, and is not empty"
    raise ConfigurationError(message)


def _path_part(subject: object, what: str) -> str:
    """Encode an id as one part of a path."""
    if not isinstance(subject, str) or not subject.strip() or len(subject) > _LONGEST_ID or subject in {".", ".."}:
        message = f"{what} is a text of 1 to {_LONGEST_ID} characters, your own id"
        raise ConfigurationError(message)
    try:
        return quote(subject, safe="")
    except UnicodeEncodeError:
        pass
    message = f"{what} is not Unicode text: it holds half of a surrogate pair"
    raise ConfigurationError(message)


def _headers(target: Target, routing_id: str, version: str | None) -> Mapping[str, str]:
    ours = {
        "accept": "application/json",
        "x-merchantid": target.merchant_id,
        "x-routing-id": _sendable("x-routing-id", routing_id),
    }
    if version is not None:
        ours["version"] = version
    return MappingProxyType(ours | {name.lower(): value for name, value in target.headers.items()})


def order_request(
    target: Target, order_id: str, *, routing_id: str | None = None, full_gateway_response: bool = False
) -> Request:
    """Build the question how an order stands.

    Args:
        target: Where to ask.
        order_id: Your id of the order; for a mandate, of the order that registered it.
        routing_id: Value of `x-routing-id` for this question.
        full_gateway_response: Whether the gateway's own answer is wanted too.

    Returns:
        The request.

    Raises:
        ConfigurationError: The id or a header cannot be sent.
    """
    path = f"{target.base_url.rstrip('/')}/orders/{_path_part(order_id, 'order_id')}"
    query = "?options.add_full_gateway_response=true" if full_gateway_response else ""
    routing = routing_id or target.routing_id or quote(order_id, safe=" ")
    return Request(path + query, _headers(target, routing, target.version), order_id)


def payout_request(target: Target, order_id: str, *, routing_id: str | None = None) -> Request:
    """Build the question how a payout order stands.

    Args:
        target: Where to ask.
        order_id: Your id of the payout order.
        routing_id: Value of `x-routing-id` for this question.

    Returns:
        The request.

    Raises:
        ConfigurationError: The id or a header cannot be sent.
    """
    path = f"{target.base_url.rstrip('/')}/payout/merchant/v1/orders/{_path_part(order_id, 'order_id')}"
    routing = routing_id or target.routing_id or quote(order_id, safe=" ")
    return Request(path + "?expand=fulfillment,payment,refund", _headers(target, routing, None), order_id)


def validation_request(target: Target, customer_id: str, beneficiary_id: str) -> Request:
    """Build the question how the validation of a beneficiary stands.

    Args:
        target: Where to ask.
        customer_id: Your id of the customer.
        beneficiary_id: Your id of the beneficiary.

    Returns:
        The request.

    Raises:
        ConfigurationError: An id or a header cannot be sent.
    """
    parts = f"{_path_part(customer_id, 'customer_id')}/{_path_part(beneficiary_id, 'beneficiary_id')}"
    path = f"{target.base_url.rstrip('/')}/payout/merchant/v2/benedetails/{parts}"
    routing = target.routing_id or quote(customer_id, safe=" ")
    return Request(path, _headers(target, routing, None), beneficiary_id)

"""Own the requests: paths, parameters and headers of every question. Nothing here is sent, and no key is known."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import AddressValueError, IPv6Address
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

import attrs

from juspay_webhooks.errors import ConfigurationError, shown

__all__ = [
    "ROUTING_ID",
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

ROUTING_ID: Final = "{routing_id}"
"""Value of a header that stands for the routing id of each question."""

_LONGEST_ID: Final = 255
"""Characters of an id; Juspay recommends fewer than 21 for orders, and payouts have up to 64."""

_BASE_URL: Final = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?:/+[a-z0-9_~-][a-z0-9._~-]*)*/*",
    re.ASCII | re.IGNORECASE,
)
"""Scheme, host, port and plain path; whatever else a URL may hold, a name and password first of all, is refused."""

_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_LAST_PORT: Final = 65_535

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""Name of a header (RFC 9110, 5.6.2)."""

_NOT_OURS: Final = frozenset({"authorization", "content-length", "transfer-encoding"})
"""Headers that the client sets itself, or that belong to a body that no question has."""

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@attrs.frozen(slots=False)
class Request:
    """One GET, without its credentials."""

    url: str
    """Where."""

    headers: Mapping[str, str] = attrs.field(repr=False)
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


@attrs.frozen(init=False)
class Target:
    """Where to ask, and as whom."""

    base_url: str
    """Scheme and host of the API, e.g. one of `BaseUrl`; a path before Juspay's own may follow."""

    merchant_id: str
    """Merchant id as the dashboard shows it; case counts."""

    routing_id: str | None
    """Value of `x-routing-id` where a question names none: the customer's id. None: the id that is asked for."""

    version: str | None
    """API version, an ISO date; None sends none."""

    headers: Mapping[str, str] = attrs.field(repr=False)
    """More headers, or others in place of ours, names in lower case; a value `ROUTING_ID` is filled in."""

    def __init__(
        self,
        *,
        base_url: str,
        merchant_id: str,
        routing_id: str | None = None,
        version: str | None = VERSION,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Refuse what could not be sent, or would send the key in clear over the internet.

        Args:
            base_url: Scheme and host.
            merchant_id: Merchant id.
            routing_id: Routing id of questions that name none.
            version: API version.
            headers: More headers; None for none.

        Raises:
            ConfigurationError: One of these is not usable.
        """
        headers = _NONE if headers is None else headers
        faults = (
            _url_fault(base_url),
            _value_fault("x-merchantid", merchant_id),
            _value_fault("x-routing-id", _first_given(routing_id, ROUTING_ID)),
            _value_fault("version", VERSION if version is None else version),
            _headers_fault(headers),
        )
        message = next(filter(None, faults), None)
        if message is not None:
            # A key may stand in these by mistake, and error trackers show the variables of every frame.
            del base_url, headers
            raise ConfigurationError(message)
        lower = MappingProxyType({name.lower(): value for name, value in headers.items()})
        given = {"base_url": base_url, "merchant_id": merchant_id, "routing_id": routing_id, "version": version}
        for name, value in {**given, "headers": lower}.items():
            object.__setattr__(self, name, value)


def _url_fault(base_url: object) -> str | None:
    """Say what is wrong with a base URL, without a word of it."""
    parts = _BASE_URL.fullmatch(base_url) if isinstance(base_url, str) else None
    if parts is None or not _is_host(parts["host"]) or not 0 < int(parts["port"] or 1) <= _LAST_PORT:
        return "base_url is scheme, host and at most a path, such as BaseUrl.INDIA or https://api.juspay.in"
    if parts["scheme"].lower() != "https" and parts["host"].lower() not in _LOCAL:
        return "base_url begins with https: the API key would travel in clear otherwise"
    return None


def _is_host(host: str) -> bool:
    if not host.startswith("["):
        return True
    try:
        IPv6Address(host[1:-1])
    except AddressValueError:
        return False
    return True


def _headers_fault(headers: object) -> str | None:
    """Say what is wrong with more headers."""
    if not isinstance(headers, Mapping):
        return f"headers are a mapping of names to values, not {type(headers).__name__}"
    return next(filter(None, _header_faults(headers)), None)


def _header_faults(headers: Mapping[object, object]) -> Iterator[str | None]:
    known: set[str] = set()
    for name, value in headers.items():
        if not isinstance(name, str) or _TOKEN.fullmatch(name) is None:
            yield "the name of a header is one word of letters, digits and dashes, e.g. x-resellerid"
        elif name.lower() in known:
            yield f"the header {shown(name)} is there twice: which value would it have?"
        elif name.lower() in _NOT_OURS:
            yield f"the header {shown(name)} is not yours to set: the client sets it from the API key, or sends no body"
        else:
            yield _value_fault(name, value)
            known.add(name.lower())


def _first_given(*values: str | None) -> str:
    """Give the first that is there, and be it of the wrong type: the next one in its place would hide the mistake."""
    return next(each for each in values if each is not None and each != "")


def _value_fault(name: str, value: object) -> str | None:
    """Say what is wrong with the value of a header: it would break the header, or add one."""
    return (
        None if _is_value(value) else f"the header {shown(name)} takes printable ASCII, not blank, no space around it"
    )


def _is_value(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and value == value.strip() != ""


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


def _headers(target: Target, routing_id: str | None, subject: str, version: str | None) -> Mapping[str, str]:
    # An id that fits is sent as it is, for the merchant's other calls about the order send it so.
    subject = subject if _is_value(subject) else quote(subject, safe="")
    routing = _first_given(routing_id, target.routing_id, subject)
    message = _value_fault("x-routing-id", routing)
    if message is not None:
        raise ConfigurationError(message)
    ours = {"accept": "application/json", "x-merchantid": target.merchant_id, "x-routing-id": routing}
    if version is not None:
        ours["version"] = version
    more = {name: routing if value == ROUTING_ID else value for name, value in target.headers.items()}
    return MappingProxyType(ours | more)


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
    return Request(path + query, _headers(target, routing_id, order_id, target.version), order_id)


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
    headers = _headers(target, routing_id, order_id, None)
    return Request(path + "?expand=fulfillment,payment,refund", headers, order_id)


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
    return Request(path, _headers(target, None, customer_id, None), beneficiary_id)

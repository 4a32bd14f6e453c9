"""Own the errors that Juspay is known to answer, as rows: shapes as published, every value invented.

Code reads these rows; nothing is sent from here. Messages stand in up to three places of a body, codes in up to four.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import attrs

from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing.fake.reply import HTML, JSON, Reply, json_reply

__all__ = ["ERROR_BODIES", "ErrorBody", "order_not_found", "payout_error"]


@attrs.frozen(kw_only=True)
class ErrorBody:
    """One error, as it is answered."""

    status: int
    """HTTP status that it comes under."""

    headers: Mapping[str, str]
    """Headers, without those that say how long the body is."""

    body: bytes
    """The body; not always JSON."""

    source: str
    """Who shows this shape: a short name of `catalog.DOCUMENTS`, or plain words."""


_TEXT: Final[Mapping[str, str]] = MappingProxyType({"Content-Type": "text/plain;charset=utf-8"})

_ID: Final = "shop-404"
"""The order that errors are about."""

_REQUEST: Final = "3c1e9a54-0b7d-4c5e-9f21-6d8a7b4e2f10"
"""An id of a request."""

_UNKNOWN: Final[Json] = {
    "user_message": "Order Not Found",
    "developer_message": "Order Not Found",
    "code": "RESOURCE_NOT_FOUND",
    "category": "USER_ERROR",
}
_UNAUTHORIZED: Final[Json] = {
    "user_message": "Unauthorized.",
    "developer_message": "Invalid API Key. Please pass a valid and active api key.",
    "code": "UNAUTHORIZED",
    "category": "USER_ERROR",
}


def order_not_found(order_id: str, *, status: int = 400) -> Reply:
    """Say that an order is unknown. The body under 400 looks like an order at first sight.

    Args:
        order_id: The id that was asked for.
        status: 400 as in the documents, or 404 as newer reports have it; their bodies differ.

    Returns:
        The answer.
    """
    if status == 400:  # noqa: PLR2004 - the other form has another body
        found = {"status": "NOT_FOUND", "error_info": _UNKNOWN, "status_id": 40, "order_id": order_id}
        return json_reply(status, found)
    message = "Order not found"
    return json_reply(status, {"status": "error", "error_code": "order_not_found", "error_message": message})


_PAYOUT_ERRORS: Final[Mapping[str, tuple[int, str, str]]] = MappingProxyType(
    {
        "E01": (400, "Validation failure", "Bad Request"),
        "E02": (401, "Invalid API key", "Unauthorized"),
        "E03": (400, "Invalid signature", "Bad Request"),
        "E04": (401, "API key header is missing", "Unauthorized"),
        "E05": (400, "Bad route or query", "Bad Request"),
        "E06": (500, "Internal error", "Internal Server Error"),
        "E07": (401, "Unauthorized", "Unauthorized"),
        "E08": (403, "Forbidden", "Forbidden"),
        "E09": (404, "Could not find resource", "Not Found"),
        "E90": (500, "Something went wrong", "Internal Server Error"),
    }
)
"""Code of payouts -> HTTP status, message for developers, message for users. Source: list of payout error codes."""


def payout_error(code: str, *, is_flat: bool = False) -> Reply:
    """Say what payouts say.

    Args:
        code: E01 to E09, or E90.
        is_flat: The form of the field tables and of merchants' code, in place of the wrapped one of the sample.

    Returns:
        The answer.
    """
    status, message, user_message = _PAYOUT_ERRORS[code]
    flat = {"errorMessage": message, "error": True, "userMessage": user_message, "errorCode": code}
    return json_reply(status, flat if is_flat else {"response": flat, "code": status})


_REFUSALS: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("missing_field", "Bad Request", "mandatory.fields.missing", "SKILLS"),
    ("missing_field_in_words", "Bad Request", "Mandatory fields are missing", "old documentation"),
    ("invalid_amount", "error", "invalid.amount", "SKILLS"),
    ("invalid_amount_in_words", "Bad Request", "invalid amount", "old documentation"),
    ("no_transaction", "ERROR", "No txn Found", "DEMO"),
    ("bad_request", "error", "bad_request", "DEMO"),
    ("invalid", "Invalid Request", "Invalid", "DEMO"),
    ("invalid_in_lower_case", "Invalid Request", "invalid", "DEMO"),
    ("nullable", "Invalid Request", "nullable", "DEMO"),
    ("invalid_range", "Invalid Request", "invalidRange", "DEMO"),
    ("invalid_start_date", "ERROR", "INVALID_START_DATE", "DEMO"),
    ("invalid_block_funds", "ERROR", "INVALID_BLOCK_FUNDS", "DEMO"),
    ("invalid_request_error", "invalid_request_error", "invalid_request_error", "DEMO"),
    ("refund_too_large", "ERROR", "invalid.amount.exceeded", "old documentation"),
    ("refund_of_unpaid", "ERROR", "invalid.order.not_successful", "old documentation"),
    ("refund_too_often", "ERROR", "request.exceeded", "old documentation"),
)
"""Name, `status`, `error_code`, source of errors that say no more: all of them are 400."""


def _objects() -> Iterator[tuple[str, int, Json, str]]:
    """Give the errors that are JSON objects: name, HTTP status, body, source."""
    yield "order_not_found_short", 400, {"status_id": 40, "status": "NOT_FOUND", "order_id": _ID}, "old documentation"
    access = {"status": "error", "error_code": "access_denied"}
    yield "invalid_api_key", 401, {**access, "error_info": _UNAUTHORIZED}, "DEMO"
    info_only = {**_UNAUTHORIZED, "request_id": f"NOREQID-{_REQUEST.replace('-', '')}"}
    yield "unauthorized_info_only", 401, {"error_info": info_only}, "DEMO"
    yield "foreign_address", 403, {**access, "error_info": {**_UNAUTHORIZED, "code": "BAD_ORIGIN"}}, "ERRCODES"
    for name, word, code, source in _REFUSALS:
        body = {"status": word, "error_code": code, "error_message": f"The request was refused: {name}."}
        yield name, 400, body, source
    refused = {"status": "ERROR", "status_id": -1, "error_code": "invalid_request"}
    yield "invalid_request", 400, {**refused, "error_message": "The request is not valid."}, "DEMO"
    duplicate = {"status_id": "-1", "status": "ERROR", "error_code": "duplicate.call"}
    yield "status_id_in_text", 400, {**duplicate, "error_message": "This call is running already."}, "DEMO"
    gateways = ", ".join(f"GATEWAY_{number:03}" for number in range(140))
    yield "long_message", 400, {**refused, "error_message": f"gateway must be one of {gateways}"}, "DEMO"
    fields = [{"field_name": "order.amount", "reason": "Invalid Value"}]
    info = {"code": "UNKNOWN_ERROR", "category": "UNKNOWN", "request_id": _REQUEST, "href": "NA", "fields": fields}
    texts = {"developer_message": "A field is out of range.", "user_message": "INVALID_REQUEST"}
    capital = {**refused, "error_code": "INVALID_REQUEST", "error_message": "A field is out of range."}
    yield "with_fields", 400, {**capital, "error_info": {**info, **texts}}, "DEMO"
    feature = {"code": "FEATURE_NOT_ENABLED", "category": "CONFIG_ERROR", **texts}
    yield "feature_not_enabled", 400, {"error_info": feature}, "ERRCODES"
    yield "info_without_category", 400, {"error_info": {"code": "INVALID_INPUT", **texts}}, "DEMO"
    command = {"session_id": f"NOREQID-{_REQUEST.replace('-', '')}", "user_message": "This is not allowed now."}
    kind = {"code": "INVALID_REQUEST", "type": "INVALID_REQUEST_ERROR", "message": "There is nothing to cancel."}
    yield "bare_command", 400, {**command, **kind}, "DEMO"
    token = {"error": True, "error_message": "Maintenance of files", "user_message": "The network gave no value."}
    invalid = {"code": "INVALID_INPUT", "category": "USER_ERROR", "request_id": _REQUEST, **texts}
    yield "tokenisation", 400, {**token, "error_info": invalid}, "DEMO"
    yield "placeholder", 200, {"success": False, "message": "The page could not be loaded."}, "a page of the documents"
    server = {"code": "NETWORK_ERROR_CODE", "category": "SERVER_ERROR", "request_id": _REQUEST, **texts}
    yield "server_error", 500, {"error_info": server}, "DEMO"
    yield (
        "too_many_requests",
        429,
        {"status": "error", "error_code": "too_many_requests"},
        "invented: no document has it",
    )


def _page(status: int, title: str) -> tuple[int, Mapping[str, str], bytes]:
    """Write a page of something in front of Juspay."""
    html = f"<html><head><title>{status} {title}</title></head><body><h1>{status} {title}</h1></body></html>\n"
    return status, HTML, html.encode()


def _others() -> Iterator[tuple[str, tuple[int, Mapping[str, str], bytes], str]]:
    """Give the errors that are no JSON objects: name, what comes, source."""
    proxy = "invented: any proxy"
    curly = f"{{ “status_id”: 40, “status”: “NOT_FOUND”, “order_id”: “{_ID}” }}"
    yield "curly_quotes", (400, JSON, curly.encode()), "DEMO"
    yield "order_not_found_in_words", (404, _TEXT, b"Order not found"), "SKILLS"
    yield "wrong_path", _page(404, "Not Found"), proxy
    yield "blocked_page", _page(403, "Forbidden"), proxy
    yield "bad_gateway_page", _page(502, "Bad Gateway"), proxy
    yield "unavailable_page", _page(503, "Service Unavailable"), proxy
    yield "unavailable_empty", (503, {"Retry-After": "1"}, b""), proxy
    yield "gateway_timeout_empty", (504, _TEXT, b""), proxy
    yield "login_page", _page(200, "Sign In"), "invented: any captive portal"


def _rows() -> Iterator[tuple[str, ErrorBody]]:
    def row(name: str, reply: Reply, source: str) -> tuple[str, ErrorBody]:
        error = ErrorBody(
            status=reply.status, headers=MappingProxyType(dict(reply.headers)), body=reply.body, source=source
        )
        return name, error

    yield row("order_not_found", order_not_found(_ID), "DEMO")
    yield row("order_not_found_404", order_not_found(_ID, status=404), "SKILLS")
    for name, status, value, source in _objects():
        yield row(name, json_reply(status, value), source)
    for name, came, source in _others():
        yield row(name, Reply(*came), source)
    for code in _PAYOUT_ERRORS:
        yield row(f"payout_{code}", payout_error(code), "DEMO")
        yield row(f"payout_{code}_flat", payout_error(code, is_flat=True), "list of payout error codes")


ERROR_BODIES: Final[Mapping[str, ErrorBody]] = MappingProxyType(dict(_rows()))
"""Name -> an error that Juspay, or something in front of it, is known to answer."""

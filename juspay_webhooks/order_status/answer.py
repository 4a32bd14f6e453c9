"""Own what an answer means: the HTTP status first, then the body. Nothing here is sent.

An unknown order has a body that looks like an order (`status`, `order_id`), so a body is believed only under a 200.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final, NoReturn, TypeVar

from juspay_webhooks.errors import PayloadError
from juspay_webhooks.models.json_exact import Json, decode_exact
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.models.validation import ValidationV2Info
from juspay_webhooks.order_status.errors import (
    Misconfigured,
    OrderNotFound,
    OutcomeUnknown,
    RequestRefused,
    SlowDown,
    UnexpectedResponse,
)
from juspay_webhooks.order_status.request import Request, Response
from juspay_webhooks.order_status.retry import retry_after
from juspay_webhooks.parsing._body import json_bytes
from juspay_webhooks.parsing._events import parse_order
from juspay_webhooks.parsing._payout_answers import parse_payout_order, parse_validation

__all__ = ["decipher_order", "decipher_payout", "decipher_validation", "raise_for"]

T = TypeVar("T")

_OK: Final = 200
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404
_TIMEOUT: Final = 408
_EARLY: Final = 425
_TOO_MANY: Final = 429
_FIRST_REDIRECT: Final = 300
_FIRST_CLIENT_ERROR: Final = 400
_FIRST_SERVER_ERROR: Final = 500
_LAST: Final = 599

_UNKNOWN_ORDER: Final = frozenset({"NOT_FOUND", "RESOURCE_NOT_FOUND", "ORDER_NOT_FOUND", "E09"})
"""Words by which Juspay says that it does not know an id. Source: order status API errors; payout errors (E09)."""

_ERROR_WORDS: Final = frozenset({"ERROR", "NOT_FOUND", "BAD REQUEST", "INVALID REQUEST", "INVALID_REQUEST_ERROR"})
"""Words in `status` that make a body an error, whatever else it holds."""


def decipher_order(request: Request, response: Response, now: Callable[[], datetime]) -> Order:
    """Read the answer to the question how an order stands.

    Args:
        request: The question.
        response: The answer.
        now: The time, aware, for a `Retry-After` that is a date.

    Returns:
        The order that was asked for.

    Raises:
        OrderStatusError: It is not that; the leaf says what can be done.
    """
    if response.status != _OK:
        raise_for(response, now)
    try:
        order = _parsed(_whole_order, response)
    except UnexpectedResponse:
        raise_for(response, now)
        raise
    if order.status.upper() in _ERROR_WORDS or b'"error_info"' in response.body:
        raise_for(response, now)
    _check_subject(order.order_id, request, response)
    return order


def _whole_order(body: bytes) -> Order:
    return parse_order(body, max_bytes=max(len(body), 1))


def decipher_payout(request: Request, response: Response, now: Callable[[], datetime]) -> PayoutOrder:
    """Read the answer to the question how a payout order stands.

    Args:
        request: The question.
        response: The answer.
        now: The time, aware.

    Returns:
        The payout order that was asked for.

    Raises:
        OrderStatusError: It is not that; the leaf says what can be done.
    """
    raise_for(response, now)
    found = _parsed(parse_payout_order, response)
    _check_subject(found.order_id, request, response)
    return found


def decipher_validation(request: Request, response: Response, now: Callable[[], datetime]) -> ValidationV2Info:
    """Read the answer to the question how the validation of a beneficiary stands.

    Args:
        request: The question.
        response: The answer.
        now: The time, aware.

    Returns:
        The validation that was asked for.

    Raises:
        OrderStatusError: It is not that; the leaf says what can be done.
    """
    raise_for(response, now)
    found = _parsed(parse_validation, response)
    if found.unique_id is not None:  # not every answer names the beneficiary
        _check_subject(found.unique_id, request, response)
    return found


def _parsed(parse: Callable[[bytes], T], response: Response) -> T:
    try:
        return parse(response.body)
    except PayloadError as error:
        reason = str(error)
    message = f"the answer cannot be read ({reason}); a proxy may have answered in Juspay's place"
    raise UnexpectedResponse(message, status=response.status)


def _check_subject(found: str, request: Request, response: Response) -> None:
    """Refuse an answer about something else; ids compare without case."""
    if found.lower() != request.subject.lower():
        message = "the answer is about something else than what was asked for"
        raise UnexpectedResponse(message, status=response.status)


def raise_for(response: Response, now: Callable[[], datetime]) -> None:
    """Raise the error that an answer is, if it is one.

    Args:
        response: The answer.
        now: The time, aware.

    Raises:
        OrderStatusError: The answer is an error, or none of Juspay's.
    """
    body = _error_body(response.body)
    status = response.status
    if status == _OK:
        if _is_error(body):
            _raise_refusal(status, body)
        return
    code, request_id = next(_codes(body), None), _request_id(body)
    wait = retry_after(response.headers, now)
    if status == _TOO_MANY:
        message = "Juspay asks for fewer requests"
        raise SlowDown(message, retry_after=wait, status=status, code=code, request_id=request_id)
    if _FIRST_SERVER_ERROR <= status <= _LAST or status in {_TIMEOUT, _EARLY}:
        message = "a fault at Juspay or on the way; nobody can say how the order stands"
        raise OutcomeUnknown(message, retry_after=wait, status=status, code=code, request_id=request_id)
    if _FIRST_CLIENT_ERROR <= status < _FIRST_SERVER_ERROR:
        _raise_refusal(status, body)
    kind = (
        "a redirect, which is not followed: check the base URL"
        if status >= _FIRST_REDIRECT
        else "no answer of Juspay's"
    )
    message = f"the answer is {kind}"
    raise UnexpectedResponse(message, status=status)


def _raise_refusal(status: int, body: Mapping[str, Json]) -> NoReturn:
    codes = [*_codes(body)]
    code, request_id = next(iter(codes), None), _request_id(body)
    if status in {_UNAUTHORIZED, _FORBIDDEN}:
        message = (
            "Juspay does not let you in: check API key, merchant id, environment, and whether your address is allowed"
        )
        raise Misconfigured(message, status=status, code=code, request_id=request_id)
    if status == _NOT_FOUND or any(word.upper() in _UNKNOWN_ORDER for word in codes) or _says_not_found(body):
        message = "Juspay does not know this id: check the environment and the merchant, or ask again if it is new"
        raise OrderNotFound(message, status=status, code=code, request_id=request_id)
    message = "Juspay refuses the request as it is"
    raise RequestRefused(message, status=status, code=code, request_id=request_id)


def _error_body(body: bytes) -> Mapping[str, Json]:
    """Decode an answer as far as an error needs it; anything else is an empty object."""
    try:
        found = decode_exact(json_bytes(body).decode())
    except (PayloadError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    wrapped = found.get("response")  # payouts: {"response": {"errorCode": …}, "code": 404}
    return wrapped if isinstance(wrapped, dict) and "errorCode" in wrapped else found


def _is_error(body: Mapping[str, Json]) -> bool:
    """Tell whether a body says that it is an error. A success may carry `error_code` and `error` as null."""
    status = body.get("status")
    return (
        (isinstance(status, str) and status.strip().upper() in _ERROR_WORDS)
        or isinstance(body.get("error_info"), dict)
        or body.get("error") is True
        or body.get("success") is False
    )


def _codes(body: Mapping[str, Json]) -> Iterator[str]:
    """List the codes of an error, the best first: they stand in up to four places."""
    info = body.get("error_info")
    places = (info.get("code") if isinstance(info, dict) else None, *map(body.get, _PLACES))
    yield from (place for place in places if isinstance(place, str) and place.strip())


_PLACES: Final = ("error_code", "errorCode", "code", "status")


def _request_id(body: Mapping[str, Json]) -> str | None:
    info = body.get("error_info")
    found = info.get("request_id") if isinstance(info, dict) else None
    return found if isinstance(found, str) and found.strip() else None


def _says_not_found(body: Mapping[str, Json]) -> bool:
    """Tell whether a 400 says in words that an order is unknown (code "No txn Found" in one published body)."""
    return any(word.upper() == "NO TXN FOUND" for word in _codes(body))

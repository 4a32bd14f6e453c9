"""Own what an answer means: the HTTP status first, then the body. Nothing here is sent.

An unknown order has a body that looks like an order (`status`, `order_id`), so a body is believed only under a 200.
Errors are raised where nothing of a body is at hand: error trackers show the variables of every frame between.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar

from juspay_webhooks.errors import PayloadError
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.models.validation import ValidationV2Info
from juspay_webhooks.order_status.errors import (
    Misconfigured,
    OrderNotFound,
    OrderStatusError,
    OutcomeUnknown,
    RequestRefused,
    SlowDown,
    UnexpectedResponse,
)
from juspay_webhooks.order_status.refusal import (
    ERROR_WORDS,
    MARKS,
    Meaning,
    Said,
    read_said,
    says_unknown_order,
)
from juspay_webhooks.order_status.request import Request, Response
from juspay_webhooks.order_status.retry import retry_after
from juspay_webhooks.parsing._events import parse_order
from juspay_webhooks.parsing._payout_answers import parse_payout_order, parse_validation

__all__ = ["decipher_order", "decipher_payout", "decipher_validation"]

T = TypeVar("T", Order, PayoutOrder, ValidationV2Info)

_OK: Final = 200
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404
_PROXY: Final = 407
_TIMEOUT: Final = 408
_EARLY: Final = 425
_TOO_MANY: Final = 429
_REDIRECTS: Final = range(300, 400)
_CLIENT_ERRORS: Final = range(400, 500)
_SERVER_ERRORS: Final = range(500, 600)


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
    return _raised(_judged(_whole_order, request, response, now))


def _whole_order(body: bytes) -> Order:
    return parse_order(body, max_bytes=len(body))


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
    return _raised(_judged(parse_payout_order, request, response, now))


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
    return _raised(_judged(parse_validation, request, response, now))


def _raised(found: T | OrderStatusError) -> T:
    """Give what was found, or raise it: here and not where it was made, for the reason at the head of the module."""
    if isinstance(found, OrderStatusError):
        raise found
    return found


def _judged(
    parse: Callable[[bytes], T], request: Request, response: Response, now: Callable[[], datetime]
) -> T | OrderStatusError:
    """Read an answer, or make the error that it is in place of one."""
    status = response.status
    if status != _OK:
        return _error_of(request, response, now)
    found, reason = _parsed(parse, response.body)
    if found is None or _is_suspect(found, response.body):
        said = read_said(response.body, request.subject)
        if found is None or _is_error(found, said):
            if said.meaning is not None and (said.is_marked or not said.has_other_status):
                return _refusal(said, response, now)
            message = f"the answer cannot be read ({reason}); a proxy may have answered in Juspay's place"
            return UnexpectedResponse(message, status=status, retryable=not said.is_object)
    if not _is_about(found, request.subject):
        message = "the answer is about something else than what was asked for"
        return UnexpectedResponse(message, status=status)
    return found


def _parsed(parse: Callable[[bytes], T], body: bytes) -> tuple[T | None, str]:
    """Read a body, or say why it cannot be read."""
    try:
        return parse(body), "it says that it is an error"
    except PayloadError as error:
        return None, str(error)


def _is_suspect(found: Order | PayoutOrder | ValidationV2Info, body: bytes) -> bool:
    """Tell at a low price whether a second look is due; nearly never it is."""
    return str(found.status).upper() in ERROR_WORDS or MARKS.search(body) is not None


def _is_error(found: Order | PayoutOrder | ValidationV2Info, said: Said) -> bool:
    """Tell whether what could be read is an error all the same."""
    return said.is_marked or (said.has_error_status and not _is_result(found))


def _is_result(found: Order | PayoutOrder | ValidationV2Info) -> bool:
    """Tell whether ERROR is how a validation ended, and not the word of an error."""
    if not isinstance(found, ValidationV2Info) or found.status != "ERROR":
        return False
    return any((found.unique_id, found.response_code, found.transactions))


def _is_about(found: Order | PayoutOrder | ValidationV2Info, subject: str) -> bool:
    """Tell whether an answer is about what was asked for; ids compare without case."""
    if isinstance(found, ValidationV2Info):
        return found.unique_id is None or found.unique_id.lower() == subject.lower()  # not every answer has it
    return found.order_id.lower() == subject.lower()


def _error_of(request: Request, response: Response, now: Callable[[], datetime]) -> OrderStatusError:
    """Make the error that an answer is which is no 200."""
    status = response.status
    said = read_said(response.body, request.subject)
    if status in {_UNAUTHORIZED, _FORBIDDEN}:
        return _not_let_in(said, status)
    if status == _PROXY:
        message = "a proxy on the way wants a name and a password: see HTTPS_PROXY"
        return Misconfigured(message, status=status)
    if status == _TOO_MANY:
        message = "Juspay asks for fewer requests"
        wait = retry_after(response.headers, now)
        return SlowDown(message, retry_after=wait, status=status, code=said.code, request_id=said.request_id)
    if status in _SERVER_ERRORS or status in {_TIMEOUT, _EARLY}:
        return _fault(said, response, now)
    if status in _CLIENT_ERRORS:
        return _refusal(said, response, now)
    is_redirect = status in _REDIRECTS
    kind = "a redirect, which is not followed: check the base URL" if is_redirect else "none of Juspay's"
    message = f"the answer is {kind}"
    return UnexpectedResponse(message, status=status, retryable=not (is_redirect or said.is_object))


def _refusal(said: Said, response: Response, now: Callable[[], datetime]) -> OrderStatusError:
    """Make the error that a refusal is, by its status if that says enough, else by its words."""
    status = response.status
    is_unknown = status == _NOT_FOUND and (said.meaning is not None or says_unknown_order(response.body))
    if is_unknown or said.meaning is Meaning.UNKNOWN_ID:
        message = "Juspay does not know this id: check the environment and the merchant, or ask again if it is new"
        return OrderNotFound(message, status=status, code=said.code, request_id=said.request_id)
    if not said.is_object or (status == _NOT_FOUND and said.meaning is None):
        message = "the answer has no word of Juspay's: check the base URL, or what a proxy on the way has against it"
        return UnexpectedResponse(message, status=status)
    if said.meaning is Meaning.NOT_LET_IN:
        return _not_let_in(said, status)
    if said.meaning is Meaning.FAULT and status == _OK:
        return _fault(said, response, now)
    message = "Juspay refuses the request as it is"
    return RequestRefused(message, status=status, code=said.code, request_id=said.request_id)


def _not_let_in(said: Said, status: int) -> Misconfigured:
    message = "Juspay does not let you in: check API key, merchant id, environment, and whether your address is allowed"
    return Misconfigured(message, status=status, code=said.code, request_id=said.request_id)


def _fault(said: Said, response: Response, now: Callable[[], datetime]) -> OutcomeUnknown:
    message = "a fault at Juspay or on the way; nobody can say how the order stands"
    wait = retry_after(response.headers, now)
    return OutcomeUnknown(message, retry_after=wait, status=response.status, code=said.code, request_id=said.request_id)

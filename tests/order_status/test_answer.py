"""Answers about orders: the HTTP status first, then the body; an order, or the leaf that says what can be done."""

import json
from decimal import Decimal
from typing import Any, Final

import pytest

from juspay_webhooks.catalog import Outcome
from juspay_webhooks.order_status.answer import decipher_order
from juspay_webhooks.order_status.errors import (
    Misconfigured,
    OrderNotFound,
    OrderStatusError,
    OutcomeUnknown,
    RequestRefused,
    SlowDown,
    UnexpectedResponse,
)
from juspay_webhooks.order_status.request import Response, order_request
from juspay_webhooks.testing import sample_body, sample_names
from tests.order_status.asked import (
    CANARY,
    QUESTION,
    TARGET,
    answer,
    locals_of,
    now,
    order_body,
    raised,
)

PAGE: Final = b"<html><head><title>Order not found</title></head><body>404 Not Found</body></html>"

DATE: Final = "Sat, 01 Mar 2025 12:00:30 GMT"
"""Thirty seconds from now."""


def refused(response: Response, order_id: str = "shop-1001") -> OrderStatusError:
    """Give the error that an answer is."""
    error = raised(lambda: decipher_order(order_request(TARGET, order_id), response, now))
    assert isinstance(error, OrderStatusError)
    return error


# --- Orders ---


def test_an_order() -> None:
    """A 200 with an order is the order, its amounts exact."""
    order = decipher_order(QUESTION, answer(order_body(amount=1499.10)), now)

    assert ("shop-1001", Decimal("1499.1"), Outcome.PAID) == (order.order_id, order.amount, order.outcome)


ORDERS: Final[list[dict[str, Any]]] = [
    body["content"]["order"]
    for body in (json.loads(sample_body(name)) for name in sample_names())
    if "order" in body.get("content", {})
]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: str(order["status"]))
def test_every_sample_order(order: dict[str, Any]) -> None:
    """What webhooks carry as an order is read as an answer too."""
    found = decipher_order(order_request(TARGET, order["order_id"]), answer(order), now)

    assert (order["order_id"], order["status"]) == (found.order_id, found.status)


@pytest.mark.parametrize("body", [b"\xef\xbb\xbf" + order_body(), b"\n " + order_body() + b"\r\n"])
def test_an_order_with_something_around_it(body: bytes) -> None:
    """A byte order mark and white space mean nothing."""
    assert "shop-1001" == decipher_order(QUESTION, answer(body), now).order_id


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("shop-1001", "SHOP-1001"), ("Shop-1001", "shop-1001"), ("zoë", "ZOË")],
)
def test_ids_compare_without_case(asked: str, answered: str) -> None:
    """Juspay's ids are the same in capitals."""
    order = decipher_order(order_request(TARGET, asked), answer(order_body(order_id=answered)), now)

    assert answered == order.order_id


@pytest.mark.parametrize("answered", ["shop-1002", "", "shop-1001 ", "shop-10011", "null"])
def test_another_order(answered: str) -> None:
    """The answer about another order is never given out; neither id is said."""
    error = refused(answer(order_body(order_id=answered, customer_email=CANARY)))

    assert UnexpectedResponse is type(error)
    assert "the answer is about something else than what was asked for (HTTP 200)" == str(error)
    assert "kanarie" not in locals_of(error)


@pytest.mark.parametrize(
    "more",
    [
        {"error": None, "error_code": None, "error_message": None, "user_message": None},
        {"error_code": "00", "error_message": "success"},
        {"error_info": None},
        {"error_info": {}},
        {"error_info": {"code": None, "user_message": "", "fields": []}},
        {"error_info": "none"},
        {"error": False, "success": True},
        {"error": "", "success": "yes"},
        {"risk": {"error": True, "success": False, "error_info": {"code": "E06"}}},
        {"response": {"note": "merchant's"}},
    ],
)
def test_an_order_may_speak_of_errors(more: dict[str, object]) -> None:
    """An order of which the parts about errors are empty, or about something inside it, is an order."""
    assert Outcome.PAID is decipher_order(QUESTION, answer(order_body(**more)), now).outcome


@pytest.mark.parametrize("word", ["SOMETHING_NEW", "SUCCESS", "charged", ""])
def test_a_status_that_is_new(word: str) -> None:
    """A word that nobody knows is an order's; it proves nothing."""
    order = decipher_order(QUESTION, answer(order_body(status=word)), now)

    assert (Outcome.PAID if word == "charged" else Outcome.UNKNOWN) is order.outcome


# --- A 200 that is none ---


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \r\n",
        b"null",
        b"true",
        b"7",
        b'"CHARGED"',
        b"[]",
        b"[" + order_body() + b"]",
        order_body()[:-1],
        order_body()[: len(order_body()) // 2],
        order_body() + b"}",
        order_body() * 2,
        b"\xff\xfe" + order_body().decode().encode("utf-16-le"),
        order_body().replace(b"INR", b"\xff"),
        PAGE,
        b"<?xml version='1.0'?><order/>",
        b"order_id=shop-1001&status=CHARGED",
        b"\x1f\x8b\x08\x00\x00",
        b"\x00" * 100,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"[" * 100_000,
        b'{"order_id": NaN}',
    ],
)
def test_a_200_that_is_no_answer(body: object) -> None:
    """What is no JSON object at all, Juspay never said: the next answer may be another, and this says nothing."""
    error = refused(answer(body))

    assert (UnexpectedResponse, 200, None, None, True) == (
        type(error),
        error.status,
        error.code,
        error.request_id,
        error.retryable,
    )


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"order": ' + order_body() + b"}",
        order_body(amount=...),
        order_body(amount=None),
        order_body(amount="a lot"),
        order_body(amount=[1499.5]),
        order_body(amount={"value": 1499.5}),
        order_body(amount=True),
        order_body(amount="NaN"),
        order_body(status=...),
        order_body(status={"name": "CHARGED"}),
        order_body(order_id=...),
        order_body(order_id=["shop-1001"]),
        order_body(refunds="FILTERED"),
        order_body(refunds=[{"status": "SUCCESS", "unique_request_id": "r1"}]),
        order_body(amount=..., error_code="invalid_request"),
        order_body(amount=..., status="AUTHORIZATION_FAILED", error_code="access_denied"),
        {"success": False, "message": "The page could not be loaded."},
        {"header": "a", "encryptedKey": "b", "iv": "c", "encryptedPayload": "d", "tag": "e"},
        {"error": True, "error_message": CANARY},
        {"error_info": {"user_message": CANARY}},
        order_body(error=True),
        order_body(success=False),
        order_body(error_info={"user_message": CANARY}),
    ],
)
def test_a_200_that_is_no_order(body: object) -> None:
    """Whatever comes under a 200 and is neither the order nor a documented error says nothing of the order."""
    error = refused(answer(body))

    assert (UnexpectedResponse, 200, None, None, False) == (
        type(error),
        error.status,
        error.code,
        error.request_id,
        error.retryable,
    )
    assert "kanarie" not in str(error)


@pytest.mark.parametrize(
    ("body", "leaf", "code"),
    [
        ({"status": "NOT_FOUND", "status_id": 40, "order_id": "shop-1001"}, OrderNotFound, "NOT_FOUND"),
        (order_body(status="NOT_FOUND", status_id=40), OrderNotFound, "NOT_FOUND"),
        (order_body(status="not_found"), OrderNotFound, "not_found"),
        ({"error_info": {"code": "RESOURCE_NOT_FOUND"}}, OrderNotFound, "RESOURCE_NOT_FOUND"),
        ({"status": "error", "error_code": "access_denied"}, Misconfigured, "access_denied"),
        ({"error_info": {"code": "UNAUTHORIZED", "category": "USER_ERROR"}}, Misconfigured, "UNAUTHORIZED"),
        ({"error_info": {"code": "BAD_ORIGIN"}}, Misconfigured, "BAD_ORIGIN"),
        ({"error_info": {"code": "SOME_CODE", "category": "SERVER_ERROR"}}, OutcomeUnknown, "SOME_CODE"),
        ({"error_info": {"category": "SERVER_ERROR"}}, OutcomeUnknown, None),
        ({"error_info": {"code": "E09", "category": "SERVER_ERROR"}}, OrderNotFound, "E09"),
        ({"status": "ERROR", "status_id": -1, "error_code": "invalid_request"}, RequestRefused, "invalid_request"),
        ({"code": "INVALID_REQUEST", "type": "INVALID_REQUEST_ERROR"}, RequestRefused, "INVALID_REQUEST"),
        (order_body(status="ERROR", status_id=-1), RequestRefused, "ERROR"),
        (order_body(error_info={"code": "UNAUTHORIZED"}), Misconfigured, "UNAUTHORIZED"),
        (order_body(error_info={"code": "SOME_CODE"}), RequestRefused, "SOME_CODE"),
        (order_body(error=True, error_code="invalid_request"), RequestRefused, "invalid_request"),
    ],
)
def test_a_200_that_is_a_documented_error(body: object, leaf: type[OrderStatusError], code: str | None) -> None:
    """A 200 with the body of an error is the error that the body names, also where an order could be read out of it."""
    error = refused(answer(body))

    assert (leaf, 200, code) == (type(error), error.status, code)


# --- Other statuses ---


@pytest.mark.parametrize("body", [b"", b"{}", order_body(), PAGE, b"\xff", {"status": "NOT_FOUND"}])
@pytest.mark.parametrize(
    ("status", "leaf"),
    [
        (401, Misconfigured),
        (403, Misconfigured),
        (408, OutcomeUnknown),
        (425, OutcomeUnknown),
        (429, SlowDown),
        (500, OutcomeUnknown),
        (502, OutcomeUnknown),
        (503, OutcomeUnknown),
        (504, OutcomeUnknown),
        (520, OutcomeUnknown),
        (599, OutcomeUnknown),
        (-1, UnexpectedResponse),
        (0, UnexpectedResponse),
        (100, UnexpectedResponse),
        (201, UnexpectedResponse),
        (202, UnexpectedResponse),
        (204, UnexpectedResponse),
        (206, UnexpectedResponse),
        (301, UnexpectedResponse),
        (302, UnexpectedResponse),
        (304, UnexpectedResponse),
        (307, UnexpectedResponse),
        (600, UnexpectedResponse),
        (999, UnexpectedResponse),
    ],
)
def test_the_status_decides_first(status: int, leaf: type[OrderStatusError], body: object) -> None:
    """These statuses say enough: whatever the body is, an order too, changes nothing."""
    error = refused(answer(body, status=status))

    assert (leaf, status) == (type(error), error.status)


@pytest.mark.parametrize("status", [400, 402, 404, 405, 409, 410, 413, 418, 422, 451, 499])
@pytest.mark.parametrize("body", [b"", PAGE, b"Not Found", b"404 page not found", b"[]", b"\xff", b'"Bad Request"'])
def test_a_refusal_of_somebody_else(status: int, body: bytes) -> None:
    """A 4xx without a word of Juspay's does not say that an order is unknown: a proxy, or a wrong path."""
    error = refused(answer(body, status=status))

    assert UnexpectedResponse is type(error)
    assert (
        "the answer has no word of Juspay's: check the base URL, or what a proxy on the way has against it "
        f"(HTTP {status})"
    ) == str(error)


@pytest.mark.parametrize("body", [b"Order not found", b"order_not_found", b'"Order Not Found"\n'])
def test_an_unknown_order_in_words(body: bytes) -> None:
    """Under 404 a plain text may say that the order is not found; under 400 it says nothing."""
    leaves = [type(refused(answer(body, status=status))) for status in (404, 400)]

    assert [OrderNotFound, UnexpectedResponse] == leaves


@pytest.mark.parametrize(
    ("body", "leaf"),
    [
        (b"Order not found".ljust(255), OrderNotFound),
        (b"Order not found".ljust(256), UnexpectedResponse),
        (b"No such order", UnexpectedResponse),
        (b"Page not found", UnexpectedResponse),
        (b"<p>Order not found", UnexpectedResponse),
        (b"Order <b>not found", UnexpectedResponse),
        (b"the order_id shop-1 was not found", OrderNotFound),
        (b"orders: not found", UnexpectedResponse),
        (b"/order: not found", UnexpectedResponse),
        (b"not found: this order", UnexpectedResponse),
    ],
)
def test_what_words_say(body: bytes, leaf: type[OrderStatusError]) -> None:
    """Only one short sentence about an order is believed, and no page."""
    assert leaf is type(refused(answer(body, status=404)))


@pytest.mark.parametrize(
    ("status", "what"),
    [
        (299, "none of Juspay's"),
        (300, "a redirect, which is not followed: check the base URL"),
        (399, "a redirect, which is not followed: check the base URL"),
        (600, "none of Juspay's"),
    ],
)
def test_a_redirect_is_not_followed(status: int, what: str) -> None:
    """A redirect would take the key elsewhere; the error says what to look at."""
    assert f"the answer is {what} (HTTP {status})" == str(refused(answer(order_body(), status=status)))


@pytest.mark.parametrize("status", [400, 404])
def test_an_unknown_order_looks_like_an_order(status: int) -> None:
    """The body of an unknown order has `status` and `order_id`; under either status it is found out."""
    body = {"status": "NOT_FOUND", "status_id": 40, "order_id": "shop-1001", "amount": 5}
    error = refused(answer(body, status=status))

    assert (OrderNotFound, False) == (type(error), error.retryable)
    assert (
        "Juspay does not know this id: check the environment and the merchant, or ask again if it is new"
        f" (HTTP {status}, code NOT_FOUND)"
    ) == str(error)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({}, None), ({"retry_after": "7"}, 7.0), ({"retry_after": DATE}, 30.0), ({"retry_after": "soon"}, None)],
)
@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
def test_how_long_to_wait(status: int, headers: dict[str, str], seconds: float | None) -> None:
    """What may be tried again says when, if Juspay does."""
    error = refused(answer(b"", status=status, **headers))

    assert isinstance(error, SlowDown | OutcomeUnknown)
    assert (True, seconds) == (error.retryable, error.retry_after)


@pytest.mark.parametrize("body", [{"error_info": {"category": "SERVER_ERROR"}}, {"errorCode": "E06"}])
def test_a_fault_under_a_refusal(body: object) -> None:
    """The status decides: a 400 that speaks of the server's fault is a refusal still."""
    assert RequestRefused is type(refused(answer(body, status=400)))


def test_the_leaves() -> None:
    """Only what may be better next time can be tried again."""
    leaves = (OrderNotFound, RequestRefused, Misconfigured, SlowDown, OutcomeUnknown, UnexpectedResponse)

    assert [False, False, False, True, True, False] == [leaf.retryable for leaf in leaves]

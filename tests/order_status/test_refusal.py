"""Errors in every published shape: which leaf each is, and which of its words may be shown."""

import json
from collections.abc import Callable
from typing import Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks.order_status.answer import decipher_order, decipher_payout, decipher_validation
from juspay_webhooks.order_status.errors import (
    Misconfigured,
    OrderNotFound,
    OrderStatusError,
    OutcomeUnknown,
    RequestRefused,
    UnexpectedResponse,
)
from juspay_webhooks.order_status.refusal import Meaning, Said, read_said
from juspay_webhooks.order_status.request import Request, Response, order_request
from tests.order_status.asked import CANARY, QUESTION, TARGET, answer, locals_of, now, raised

UUID: Final = "3c1e9a54-0b7d-4c5e-9f21-6d8a7b4e2f10"
NO_ID: Final = "NOREQID-3c1e9a540b7d4c5e9f216d8a7b4e2f10"


@attrs.frozen
class Row:
    """One error as Juspay is known to answer it, with invented values."""

    name: str
    status: int
    body: object
    leaf: type[OrderStatusError]
    code: str | None = None
    request_id: str | None = None


def info(code: str, category: str = "USER_ERROR", **more: object) -> dict[str, object]:
    """Make the part that newer errors have."""
    return {
        "error_info": {"user_message": CANARY, "developer_message": CANARY, "code": code, "category": category, **more}
    }


def refusal(name: str, status: str, code: str, *, shown: str | None = None) -> Row:
    """Make an old error: a word in `status`, a word or a sentence as the code."""
    body = {"status": status, "error_code": code, "error_message": CANARY}
    return Row(name, 400, body, RequestRefused, shown or code)


ROWS: Final = [
    Row(
        "unknown order",
        400,
        {"status": "NOT_FOUND", "status_id": 40, "order_id": "shop-1001", **info("RESOURCE_NOT_FOUND")},
        OrderNotFound,
        "RESOURCE_NOT_FOUND",
    ),
    Row(
        "unknown order, old",
        400,
        {"status_id": 40, "status": "NOT_FOUND", "order_id": "shop-1001"},
        OrderNotFound,
        "NOT_FOUND",
    ),
    Row("unknown order, 404", 404, {"error_code": "order_not_found"}, OrderNotFound, "order_not_found"),
    Row("no word, 404", 404, {}, UnexpectedResponse),
    Row("a gateway's, 404", 404, {"message": "no Route matched with those values"}, UnexpectedResponse),
    Row("a path's, 404", 404, {"status": 404, "error": "Not Found", "path": "/orders/order-1"}, UnexpectedResponse),
    Row("a route's, 404", 404, {"message": "Route GET:/orders/order-1 not found"}, UnexpectedResponse),
    Row("a message, 404", 404, {"message": "Order shop-1001 not found"}, OrderNotFound),
    Row("another code, 404", 404, {"error_code": "invalid.order"}, OrderNotFound, "invalid.order"),
    Row("unknown transaction", 400, {"error_code": "No txn Found"}, OrderNotFound, "No txn Found"),
    Row(
        "wrong key",
        401,
        {"status": "error", "error_code": "access_denied", **info("UNAUTHORIZED")},
        Misconfigured,
        "UNAUTHORIZED",
    ),
    Row("wrong key, info alone", 401, info("UNAUTHORIZED", request_id=NO_ID), Misconfigured, "UNAUTHORIZED", NO_ID),
    Row("foreign address", 403, info("BAD_ORIGIN"), Misconfigured, "BAD_ORIGIN"),
    Row("wrong key under 400", 400, info("UNAUTHENTICATED"), Misconfigured, "UNAUTHENTICATED"),
    Row(
        "status_id in text",
        400,
        {"status_id": "-1", "status": "ERROR", "error_message": CANARY, "error_code": "duplicate.call"},
        RequestRefused,
        "duplicate.call",
    ),
    Row(
        "info with fields",
        400,
        {
            "status": "ERROR",
            "status_id": -1,
            "error_code": "INVALID_REQUEST",
            "error_message": CANARY,
            **info("UNKNOWN_ERROR", "UNKNOWN", request_id=UUID, href="NA", fields=[{"field_name": "a", "reason": "b"}]),
        },
        RequestRefused,
        "UNKNOWN_ERROR",
        UUID,
    ),
    Row("not switched on", 400, info("FEATURE_NOT_ENABLED", "CONFIG_ERROR"), RequestRefused, "FEATURE_NOT_ENABLED"),
    Row("info without category", 400, {"error_info": {"code": "INVALID_INPUT"}}, RequestRefused, "INVALID_INPUT"),
    Row(
        "command",
        400,
        {
            "session_id": NO_ID,
            "user_message": CANARY,
            "code": "INVALID_REQUEST",
            "type": "INVALID_REQUEST_ERROR",
            "message": CANARY,
        },
        RequestRefused,
        "INVALID_REQUEST",
    ),
    Row(
        "tokenisation",
        400,
        {"error": True, "error_message": CANARY, "user_message": CANARY, **info("INVALID_INPUT", request_id=UUID)},
        RequestRefused,
        "INVALID_INPUT",
        UUID,
    ),
    Row("server", 500, info("NETWORK_ERROR_CODE", "SERVER_ERROR"), OutcomeUnknown, "NETWORK_ERROR_CODE"),
    Row("long message", 400, {"status": "ERROR", "error_message": CANARY * 100}, RequestRefused, "ERROR"),
    refusal("missing field", "Bad Request", "mandatory.fields.missing"),
    refusal("missing field in words", "Bad Request", "Mandatory fields are missing"),
    refusal("invalid amount", "error", "invalid.amount"),
    refusal("invalid amount in words", "Bad Request", "invalid amount"),
    refusal("bad request", "error", "bad_request"),
    refusal("invalid", "Invalid Request", "Invalid"),
    refusal("nullable", "Invalid Request", "nullable"),
    refusal("camel case", "Invalid Request", "invalidRange"),
    refusal("capitals", "ERROR", "INVALID_START_DATE"),
    refusal("type as status", "invalid_request_error", "invalid_request_error"),
    refusal("two dots", "ERROR", "invalid.order.not_successful"),
    refusal("null", "ERROR", "null"),
    refusal("number in the code", "ERROR", "JP_852"),
    refusal("new sentence", "Bad Request", f"{CANARY} is missing", shown="Bad Request"),
]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS])
def test_error(row: Row) -> None:
    """Each published shape is its leaf with code and request id, and says nothing else out of the body."""
    error = raised(lambda: decipher_order(QUESTION, answer(row.body, status=row.status), now))

    assert isinstance(error, OrderStatusError)
    assert (row.leaf, row.status, row.code, row.request_id) == (
        type(error),
        error.status,
        error.code,
        error.request_id,
    )
    assert "kanarie" not in f"{error}{error!r}{error.__dict__}"
    assert "kanarie" not in locals_of(error)


PAYOUT_CODES: Final = {
    "E01": (400, RequestRefused),
    "E02": (401, Misconfigured),
    "E03": (400, RequestRefused),
    "E04": (401, Misconfigured),
    "E05": (400, RequestRefused),
    "E06": (500, OutcomeUnknown),
    "E07": (401, Misconfigured),
    "E08": (403, Misconfigured),
    "E09": (404, OrderNotFound),
    "E90": (500, OutcomeUnknown),
}


@pytest.mark.parametrize("is_wrapped", [True, False], ids=["wrapped", "flat"])
@pytest.mark.parametrize("is_ok", [True, False], ids=["under 200", "under its status"])
@pytest.mark.parametrize("decipher", [decipher_payout, decipher_validation, decipher_order])
@pytest.mark.parametrize("code", PAYOUT_CODES)
def test_payout_error(
    decipher: Callable[[Request, Response, object], object], code: str, *, is_ok: bool, is_wrapped: bool
) -> None:
    """Payouts wrap their errors or do not; a code means the same under a 200."""
    status, leaf = PAYOUT_CODES[code]
    flat = {"errorMessage": CANARY, "error": True, "userMessage": CANARY, "errorCode": code}
    body = {"response": flat, "code": status} if is_wrapped else flat
    error = raised(lambda: decipher(QUESTION, answer(body, status=200 if is_ok else status), now))

    assert isinstance(error, OrderStatusError)
    assert (leaf, 200 if is_ok else status, code) == (type(error), error.status, error.code)
    assert "kanarie" not in f"{error}{error!r}{error.__dict__}"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("RESOURCE_NOT_FOUND", "RESOURCE_NOT_FOUND"),
        (" E09 ", "E09"),
        ("a", "a"),
        ("A" * 64, "A" * 64),
        ("A" * 65, None),
        ("A" * 1_000_000, None),
        ("A_" * 30, None),
        ("_A", None),
        ("A..B", None),
        ("1A", None),
        ("A1234", None),
        ("A_12_34", None),
        ("9000099999", None),
        ("shop-1001", None),
        ("SHOP-1001", None),
        ("order shop-1001 is missing", None),
        ("Could not find resource", None),
        (CANARY, None),
        ("customer@upi", None),
        ("a\nb", None),
        ("\x1b[31mred", None),
        ("Zoë", None),
        ("\u0967", None),
        ("<b>", None),
        ("", None),
        (" ", None),
        (None, None),
        (404, None),
        (-1.5, None),
        (True, None),
        (["A"], None),
        ({"code": "A"}, None),
    ],
)
@pytest.mark.parametrize("place", ["error_info", "error_code", "errorCode", "code"])
def test_what_may_be_shown_as_a_code(place: str, code: object, shown: str | None) -> None:
    """A code is one word of letters, a few digits, dots and underscores, wherever it stands; nothing else is shown."""
    body = {"error_info": {"code": code}} if place == "error_info" else {place: code}

    assert shown == read_said(json.dumps(body).encode(), "shop-1001").code


@pytest.mark.parametrize(
    ("order_id", "code", "shown"),
    [
        ("my_order", "my_order", None),
        ("MY_ORDER", "my_order", None),
        ("my_order", "missing.my_order", None),
        ("abc", "abc", None),
        ("abc", "abcdef", "abcdef"),
        ("abcd", "abcdef", None),
        ("ERROR", "ERROR", "ERROR"),
        ("NOT_FOUND", "RESOURCE_NOT_FOUND", "RESOURCE_NOT_FOUND"),
    ],
)
def test_an_order_id_is_no_code(order_id: str, code: str, shown: str | None) -> None:
    """The id that was asked for is not shown as a code, unless the code is one of Juspay's own."""
    assert shown == read_said(json.dumps({"error_code": code}).encode(), order_id).code


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (UUID, UUID),
        (NO_ID, NO_ID),
        ("a" * 80, "a" * 80),
        ("a" * 81, None),
        ("shop-1001", None),
        ("SHOP-1001", None),
        (CANARY, None),
        ("customer@upi", None),
        ("a b", None),
        ("a\n", None),
        ("", None),
        (None, None),
        (7, None),
        ([UUID], None),
    ],
)
def test_request_id(found: object, shown: str | None) -> None:
    """A request id is a word of letters, digits and dashes; an echo of the order's id is none."""
    assert shown == read_said(json.dumps({"error_info": {"request_id": found}}).encode(), "shop-1001").request_id


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"error_info": {"code": "A"}, "error_code": "B", "errorCode": "C", "code": "D", "status": "ERROR"}, "A"),
        ({"error_info": {"code": ""}, "error_code": "B", "errorCode": "C", "code": "D", "status": "ERROR"}, "B"),
        ({"error_info": {"code": CANARY}, "error_code": CANARY, "errorCode": "C", "code": "D"}, "C"),
        ({"error_info": None, "error_code": None, "code": "D", "status": "ERROR"}, "D"),
        ({"error_info": "A", "code": 400, "status": "Bad Request"}, "Bad Request"),
        ({"error_info": ["A"], "status": "CHARGED"}, None),
        ({"status": ["ERROR"]}, None),
    ],
)
def test_the_best_code_is_taken(body: object, code: str | None) -> None:
    """Of several places the first with a code counts; `status` only if its word is an error's."""
    assert code == read_said(json.dumps(body).encode(), "shop-1001").code


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"response": {"errorCode": "E09"}, "code": "A"}, Said(is_object=True, code="E09", meaning=Meaning.UNKNOWN_ID)),
        ({"response": {"error": True}, "code": "A"}, Said(is_object=True, is_marked=True)),
        ({"response": {"error": False}, "code": "A"}, Said(is_object=True)),
        ({"response": {"note": "B"}, "code": "A"}, Said(is_object=True, code="A", meaning=Meaning.REFUSED)),
        ({"response": "errorCode", "code": "A"}, Said(is_object=True, code="A", meaning=Meaning.REFUSED)),
        ({"error_code": " ", "error_info": {"user_message": " ", "code": ""}}, Said(is_object=True)),
        ({"status": "CHARGED"}, Said(is_object=True, has_other_status=True)),
        ({"status": 5}, Said(is_object=True, has_other_status=True)),
        ({"status": None}, Said(is_object=True)),
    ],
)
def test_what_is_said(body: object, said: Said) -> None:
    """A payout error may be wrapped in `response`; what is blank says nothing."""
    assert said == read_said(json.dumps(body).encode(), "shop-1001")


def test_a_meaning_is_found_behind_another_code() -> None:
    """The first code that means something decides, though another one is shown."""
    body = {"error_info": {"code": "SOME_CODE"}, "error_code": "access_denied", "status": "NOT_FOUND"}
    error = raised(lambda: decipher_order(QUESTION, answer(body, status=400), now))

    assert isinstance(error, Misconfigured)
    assert "SOME_CODE" == error.code


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"\xff", b"{", b"{" * 5000, b'{"a": NaN}', b"{" + b'"a":{' * 200])
def test_a_body_that_says_nothing(body: bytes) -> None:
    """What is no JSON object says nothing."""
    assert Said() == read_said(body, "shop-1001")


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.just(CANARY),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["status", "error_info", "code", "request_id", "category", "error", "success", "response", "errorCode"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(JSON, st.sampled_from([200, 400, 401, 404, 429, 500]), st.sampled_from(["shop-1001", "E", "kanarie"]))
def test_nested_junk(body: object, status: int, order_id: str) -> None:
    """Whatever stands where errors have their words, the error shows none that is not a code."""
    request = order_request(TARGET, order_id)
    error = raised(lambda: decipher_order(request, answer(body, status=status), now))

    assert isinstance(error, OrderStatusError)
    assert "@" not in f"{error}{error!r}{error.__dict__}"


def test_a_very_large_error() -> None:
    """A body of megabytes is one error with a short text."""
    junk = "A" * 1_000_000
    body = {"status": junk, "error_code": junk, "error_info": {"code": junk, "request_id": junk, "user_message": junk}}
    error = raised(lambda: decipher_order(QUESTION, answer(body, status=400), now))

    assert isinstance(error, RequestRefused)
    assert (None, None) == (error.code, error.request_id)
    assert len(str(error)) < 200


def test_no_error_hides_another() -> None:
    """An error is not chained to one that holds a body."""
    error = raised(lambda: decipher_order(QUESTION, answer(b'{"order_id": "shop-1001"}'), now))

    assert isinstance(error, UnexpectedResponse)
    assert (None, None) == (error.__cause__, error.__context__)

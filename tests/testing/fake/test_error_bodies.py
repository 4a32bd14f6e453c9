"""The catalogue of errors: every shape that was ever published is there."""

import json
from collections.abc import Mapping
from typing import Final

import pytest

from juspay_webhooks.catalog import DOCUMENTS
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing.fake import ERROR_BODIES

NO_JSON: Final = {
    "curly_quotes",
    "order_not_found_in_words",
    "wrong_path",
    "blocked_page",
    "bad_gateway_page",
    "unavailable_page",
    "unavailable_empty",
    "gateway_timeout_empty",
    "login_page",
}
OBJECTS: Final[Mapping[str, Json]] = {
    name: json.loads(error.body) for name, error in ERROR_BODIES.items() if name not in NO_JSON
}
ABSENT: Final = "(absent)"


def forms(key: str, *, inside: str | None = None) -> set[Json]:
    """List what stands under a key in all bodies, or in an object inside of them."""
    holders = [
        body if inside is None else body[inside] for body in OBJECTS.values() if inside is None or inside in body
    ]
    return {holder.get(key, ABSENT) for holder in holders}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            "status",
            {"error", "ERROR", "NOT_FOUND", "Bad Request", "Invalid Request", "invalid_request_error", ABSENT},
        ),
        ("status_id", {-1, "-1", 40, ABSENT}),
        (
            "error_code",
            {
                *("access_denied", "invalid_request", "INVALID_REQUEST", "invalid_request_error", "bad_request"),
                *("Invalid", "invalid", "nullable", "invalidRange", "INVALID_START_DATE", "INVALID_BLOCK_FUNDS"),
                *("No txn Found", "Mandatory fields are missing", "invalid amount", "duplicate.call"),
                *("invalid.amount.exceeded", "invalid.order.not_successful", "request.exceeded", ABSENT),
                *("order_not_found", "mandatory.fields.missing", "invalid.amount"),
            },
        ),
    ],
)
def test_every_published_form_is_there(key: str, expected: set[Json]) -> None:
    """Each form that was seen on the wire stands in some body."""
    assert expected <= forms(key)


def test_every_form_of_the_details_is_there() -> None:
    """`error_info` is absent, alone, and with and without each of its members."""
    infos = [body["error_info"] for body in OBJECTS.values() if "error_info" in body]

    assert len(infos) < len(OBJECTS)
    assert any({"error_info"} == body.keys() for body in OBJECTS.values())
    for member in ("category", "request_id", "href", "fields"):
        assert {True, False} == {member in info for info in infos}
    assert {"USER_ERROR", "CONFIG_ERROR", "SERVER_ERROR", "UNKNOWN", ABSENT} <= forms("category", inside="error_info")


def test_the_odd_ones_are_there() -> None:
    """Errors of commands, tokens, payouts and of a page of the documents have shapes of their own."""
    assert {"session_id", "user_message", "code", "type", "message"} == OBJECTS["bare_command"].keys()
    assert OBJECTS["tokenisation"]["error"] is True
    assert (200, {"success", "message"}) == (ERROR_BODIES["placeholder"].status, set(OBJECTS["placeholder"]))
    assert len(OBJECTS["long_message"]["error_message"]) > 1_500


PAYOUTS: Final = (
    *(("E01", 400), ("E02", 401), ("E03", 400), ("E04", 401), ("E05", 400)),
    *(("E06", 500), ("E07", 401), ("E08", 403), ("E09", 404), ("E90", 500)),
)
"""Codes of payouts with their HTTP statuses, as published."""


@pytest.mark.parametrize(("code", "status"), PAYOUTS)
def test_errors_of_payouts_have_two_shapes(code: str, status: int) -> None:
    """The wrapped one repeats the HTTP status; what is inside is the flat one."""
    wrapped, flat = OBJECTS[f"payout_{code}"], OBJECTS[f"payout_{code}_flat"]

    assert {status} == {ERROR_BODIES[f"payout_{code}"].status, ERROR_BODIES[f"payout_{code}_flat"].status}
    assert {"response": flat, "code": status} == wrapped
    assert {"errorMessage", "errorCode", "userMessage", "error"} == flat.keys()
    assert (code, True) == (flat["errorCode"], flat["error"])


@pytest.mark.parametrize("name", sorted(NO_JSON))
def test_some_are_no_json(name: str) -> None:
    """A proxy's page, an empty body and a body with printer's quotes cannot be decoded."""
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(ERROR_BODIES[name].body)


def test_every_http_status_is_there() -> None:
    """The statuses that were published, and those that a proxy may add."""
    assert {200, 400, 401, 403, 404, 429, 500, 502, 503, 504} == {error.status for error in ERROR_BODIES.values()}


@pytest.mark.parametrize("name", ERROR_BODIES)
def test_every_error_names_its_source(name: str) -> None:
    """A short name of the catalog, or plain words."""
    source = ERROR_BODIES[name].source

    assert source in DOCUMENTS or " " in source

"""Both clients over real sockets: what each answer becomes, how often it was asked for, and how long was waited."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

import pytest

from juspay_webhooks import (
    Misconfigured,
    OrderNotFound,
    OrderStatusError,
    OutcomeUnknown,
    RequestRefused,
    SlowDown,
    UnexpectedResponse,
)
from juspay_webhooks.catalog import ORDER_STATUSES, PAYOUT_ORDER_STATUSES, VALIDATION_STATUSES
from juspay_webhooks.testing import FakeJuspay
from juspay_webhooks.testing.fake import ERROR_BODIES, Respond
from tests.order_status.clients.both import BOTH, KEY, MERCHANT, Async, Sync
from tests.order_status.clients.conftest import Way

Leaf: TypeAlias = type[OrderStatusError]

# --- Answers ---


ERROR_WORDS: Final = ("NOT_FOUND", "ERROR")
"""Statuses with which an order is none, under whatever HTTP status it comes."""


def test_every_status_of_an_order(way: Way) -> None:
    """An order comes with the status that it has, and its outcome follows; what no table has is kept."""
    words = [*(word for word in ORDER_STATUSES if word not in ERROR_WORDS), "SOMETHING_NEW"]
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT) as juspay, way(juspay.url) as asking:
        for word in words:
            juspay.add_order(f"shop-{word}", status=word)
        found = [asking.fetch(f"shop-{word}") for word in words]

    assert words == [order.status for order in found]
    assert [f"shop-{word}" for word in words] == [order.order_id for order in found]
    assert [ORDER_STATUSES[word].outcome for word in words[:-1]] == [order.outcome for order in found[:-1]]


@pytest.mark.parametrize("word", ERROR_WORDS)
def test_an_error_in_the_place_of_a_status(word: str, juspay: FakeJuspay, asking: Sync | Async) -> None:
    """What looks like an order and says that it is none is an error, under HTTP 200 too."""
    juspay.add_order("shop-1002", status=word)
    with pytest.raises(OrderNotFound if word == "NOT_FOUND" else RequestRefused) as caught:
        asking.fetch("shop-1002")

    assert (200, word, 1) == (caught.value.status, caught.value.code, len(juspay.requests))


def test_every_status_of_a_payout(way: Way) -> None:
    """A payout order comes with the status that it has, and its fulfillments."""
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT) as juspay, way(juspay.url) as asking:
        for word in PAYOUT_ORDER_STATUSES:
            juspay.add_payout(f"po-{word}", status=word)
        found = [asking.fetch_payout(f"po-{word}") for word in PAYOUT_ORDER_STATUSES]

    assert list(PAYOUT_ORDER_STATUSES) == [payout.status for payout in found]
    assert [row.outcome for row in PAYOUT_ORDER_STATUSES.values()] == [payout.status.outcome for payout in found]
    assert all(payout.fulfillments for payout in found)


def test_every_status_of_a_validation(way: Way) -> None:
    """A validation comes with the status that it has."""
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT) as juspay, way(juspay.url) as asking:
        for word in VALIDATION_STATUSES:
            juspay.add_validation("cst_asha01", f"bene-{word}", status=word)
        found = [asking.fetch_validation("cst_asha01", f"bene-{word}") for word in VALIDATION_STATUSES]

    assert list(VALIDATION_STATUSES) == [validation.status for validation in found]
    assert [f"bene-{word}" for word in VALIDATION_STATUSES] == [validation.unique_id for validation in found]


def test_an_order_in_full(juspay: FakeJuspay, asking: Sync | Async) -> None:
    """Amounts are exact, the gateway's own answer comes when it is asked for, and nothing was waited for."""
    juspay.add_order("shop-1002", amount=Decimal("1499.10"))
    brief = asking.fetch("SHOP-1002")
    full = asking.fetch("shop-1002", full_gateway_response=True)

    assert Decimal("1499.10") == brief.amount
    assert brief.payment_gateway_response is not None
    assert brief.payment_gateway_response.gateway_response is None
    assert full.payment_gateway_response is not None
    assert full.payment_gateway_response.gateway_response is not None
    assert [] == asking.pauses


# --- Errors ---

FOREVER: Final = [0.5, 1.0, 2.0]
"""Pauses between the four attempts at what does not get better."""

NO_CODE: Final = None

ERRORS: Final[Mapping[str, tuple[Leaf, str | None]]] = {
    "order_not_found": (OrderNotFound, "RESOURCE_NOT_FOUND"),
    "order_not_found_404": (OrderNotFound, "order_not_found"),
    "order_not_found_short": (OrderNotFound, "NOT_FOUND"),
    "order_not_found_in_words": (OrderNotFound, NO_CODE),
    "no_transaction": (OrderNotFound, "No txn Found"),
    "invalid_api_key": (Misconfigured, "UNAUTHORIZED"),
    "unauthorized_info_only": (Misconfigured, "UNAUTHORIZED"),
    "foreign_address": (Misconfigured, "BAD_ORIGIN"),
    "blocked_page": (Misconfigured, NO_CODE),
    "missing_field": (RequestRefused, "mandatory.fields.missing"),
    "missing_field_in_words": (RequestRefused, "Mandatory fields are missing"),
    "invalid_amount": (RequestRefused, "invalid.amount"),
    "invalid_amount_in_words": (RequestRefused, "invalid amount"),
    "bad_request": (RequestRefused, "bad_request"),
    "invalid": (RequestRefused, "Invalid"),
    "invalid_in_lower_case": (RequestRefused, "invalid"),
    "nullable": (RequestRefused, "nullable"),
    "invalid_range": (RequestRefused, "invalidRange"),
    "invalid_start_date": (RequestRefused, "INVALID_START_DATE"),
    "invalid_block_funds": (RequestRefused, "INVALID_BLOCK_FUNDS"),
    "invalid_request_error": (RequestRefused, "invalid_request_error"),
    "refund_too_large": (RequestRefused, "invalid.amount.exceeded"),
    "refund_of_unpaid": (RequestRefused, "invalid.order.not_successful"),
    "refund_too_often": (RequestRefused, "request.exceeded"),
    "invalid_request": (RequestRefused, "invalid_request"),
    "status_id_in_text": (RequestRefused, "duplicate.call"),
    "long_message": (RequestRefused, "invalid_request"),
    "with_fields": (RequestRefused, "UNKNOWN_ERROR"),
    "feature_not_enabled": (RequestRefused, "FEATURE_NOT_ENABLED"),
    "info_without_category": (RequestRefused, "INVALID_INPUT"),
    "bare_command": (RequestRefused, "INVALID_REQUEST"),
    "tokenisation": (RequestRefused, "INVALID_INPUT"),
    "placeholder": (UnexpectedResponse, NO_CODE),
    "curly_quotes": (UnexpectedResponse, NO_CODE),
    "wrong_path": (UnexpectedResponse, NO_CODE),
    "login_page": (UnexpectedResponse, NO_CODE),
    "too_many_requests": (SlowDown, "too_many_requests"),
    "server_error": (OutcomeUnknown, "NETWORK_ERROR_CODE"),
    "bad_gateway_page": (OutcomeUnknown, NO_CODE),
    "unavailable_page": (OutcomeUnknown, NO_CODE),
    "unavailable_empty": (OutcomeUnknown, NO_CODE),
    "gateway_timeout_empty": (OutcomeUnknown, NO_CODE),
}
"""Name of an error body -> leaf and code that it becomes, whatever was asked about."""

PAYOUT_ERRORS: Final[Mapping[str, Leaf]] = {
    "E01": RequestRefused,
    "E02": Misconfigured,
    "E03": RequestRefused,
    "E04": Misconfigured,
    "E05": RequestRefused,
    "E06": OutcomeUnknown,
    "E07": Misconfigured,
    "E08": Misconfigured,
    "E09": OrderNotFound,
    "E90": OutcomeUnknown,
}
"""Code of payouts -> leaf, in both forms."""

ALL_ERRORS: Final[Mapping[str, tuple[Leaf, str | None]]] = {
    **ERRORS,
    **{f"payout_{code}": (leaf, code) for code, leaf in PAYOUT_ERRORS.items()},
    **{f"payout_{code}_flat": (leaf, code) for code, leaf in PAYOUT_ERRORS.items()},
}

REQUEST_IDS: Final[Mapping[str, str]] = {
    "unauthorized_info_only": "NOREQID-3c1e9a540b7d4c5e9f216d8a7b4e2f10",
    "with_fields": "3c1e9a54-0b7d-4c5e-9f21-6d8a7b4e2f10",
    "tokenisation": "3c1e9a54-0b7d-4c5e-9f21-6d8a7b4e2f10",
    "server_error": "3c1e9a54-0b7d-4c5e-9f21-6d8a7b4e2f10",
}
"""Name of an error body -> the id of the request in it."""

WAITS: Final[Mapping[str, list[float]]] = {"unavailable_empty": [1.0, 1.0, 2.0]}
"""Name of an error body -> pauses, where the answer asks for some."""


def test_every_error_has_its_row() -> None:
    """The table holds the errors that Juspay is known to answer, and no other."""
    assert ERROR_BODIES.keys() == ALL_ERRORS.keys()


Question: TypeAlias = Callable[[Any], object]
"""Asks in one way or the other."""

QUESTIONS: Final[Mapping[str, Question]] = {
    "order": lambda asking: asking.fetch("shop-1001"),
    "payout": lambda asking: asking.fetch_payout("po-1"),
    "validation": lambda asking: asking.fetch_validation("cst_asha01", "bene-1"),
}


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("each_way", BOTH, ids=lambda each: each.__name__.lower())
def test_every_error(each_way: Way, name: str, juspay: FakeJuspay) -> None:
    """Each error is its leaf, with status, code and request id; what may get better is asked four times, else once."""
    ask = QUESTIONS[name]
    for error, (leaf, code) in ALL_ERRORS.items():
        juspay.heal()
        juspay.fail_next(Respond.named(error), times=None)
        before = len(juspay.requests)
        with each_way(juspay.url) as asking, pytest.raises(OrderStatusError) as caught:
            ask(asking)

        found = caught.value
        said = (error, type(found), found.status, found.code, found.request_id)
        assert (error, leaf, ERROR_BODIES[error].status, code, REQUEST_IDS.get(error)) == said
        is_asked_again = leaf.retryable or error == "login_page"  # no JSON under 200: a page somewhere on the way
        pauses = WAITS.get(error, FOREVER) if is_asked_again else []
        assert (error, pauses, len(pauses) + 1) == (error, asking.pauses, len(juspay.requests) - before)


REFUSED: Final[Mapping[str, tuple[Question, Mapping[str, Any], Leaf, int]]] = {
    "unknown order": (lambda asking: asking.fetch("shop-404"), {}, OrderNotFound, 400),
    "unknown payout": (lambda asking: asking.fetch_payout("po-404"), {}, OrderNotFound, 404),
    "unknown validation": (lambda asking: asking.fetch_validation("cst_asha01", "b-404"), {}, OrderNotFound, 404),
    "wrong key": (lambda asking: asking.fetch("shop-1001"), {"api_key": "another"}, Misconfigured, 401),
    "wrong key of payouts": (lambda asking: asking.fetch_payout("po-1"), {"api_key": "another"}, Misconfigured, 401),
    "wrong merchant": (lambda asking: asking.fetch("shop-1001"), {"merchant_id": "Test-Shop"}, Misconfigured, 401),
    "colon left out": (lambda asking: asking.fetch("shop-1001"), {"key_with_colon": False}, Misconfigured, 401),
    "wrong path": (lambda asking: asking.fetch("shop-1001"), {"path": "/v9"}, UnexpectedResponse, 404),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_fake_refuses_by_itself(name: str, way: Way, juspay: FakeJuspay) -> None:
    """An id, a key, a merchant or a path that is wrong is told apart, after one request."""
    ask, given, leaf, status = REFUSED[name]
    options = dict(given)
    with way(juspay.url + options.pop("path", ""), **options) as asking, pytest.raises(leaf) as caught:
        ask(asking)

    assert status == caught.value.status
    assert 1 == len(juspay.requests)

"""Errors of asking: what they hold, what they say, and that they survive pickle and copy."""

import copy
import pickle
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks.errors import JuspayWebhooksError
from juspay_webhooks.order_status.errors import (
    Misconfigured,
    OrderNotFound,
    OrderStatusError,
    OutcomeUnknown,
    RequestRefused,
    SlowDown,
    UnexpectedResponse,
)
from juspay_webhooks.parsing._events import parse_order
from tests.order_status.asked import CANARY, order_body

SAID: Final[dict[str, Any]] = {"status": 400, "code": "invalid_request", "request_id": "r-1"}

ERRORS: Final = [
    OrderNotFound("message", **SAID),
    RequestRefused("message", **SAID),
    Misconfigured("message", **SAID),
    SlowDown("message", retry_after=7.0, **SAID),
    OutcomeUnknown("message", retry_after=7.0, order=parse_order(order_body(customer_email=CANARY)), **SAID),
    UnexpectedResponse("message", **SAID),
    UnexpectedResponse("message", retryable=True, **SAID),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("copied", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])  # noqa: S301 - our own bytes
def test_errors_survive(error: OrderStatusError, copied: Callable[[OrderStatusError], OrderStatusError]) -> None:
    """Pickled or copied, an error is the same: a queue may carry it to another process."""
    found = copied(error)

    assert (type(error), str(error), error.__dict__) == (type(found), str(found), found.__dict__)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_one_root(error: OrderStatusError) -> None:
    """Every leaf is caught as the root, and says what came back."""
    assert isinstance(error, JuspayWebhooksError)
    assert "message (HTTP 400, code invalid_request, request r-1)" == str(error)
    assert "kanarie" not in f"{error}{error!r}"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({}, "message"),
        ({"status": 503}, "message (HTTP 503)"),
        ({"code": "E09"}, "message (code E09)"),
        ({"status": 400, "request_id": "r-1"}, "message (HTTP 400, request r-1)"),
    ],
)
def test_what_is_not_known_is_not_said(said: dict[str, Any], text: str) -> None:
    """Only what came back is said."""
    assert text == str(OrderStatusError("message", **said))


@given(st.text(st.characters()), st.text(st.characters()))
def test_foreign_words_are_cut_and_escaped(code: str, request_id: str) -> None:
    """Whatever is given as code or request id, one short line of printable ASCII is said."""
    error = OrderStatusError("message", code=code, request_id=request_id)

    assert str(error).isascii()
    assert str(error).isprintable()
    assert len(str(error)) < 200


def test_what_leaves_hold() -> None:
    """What nobody said is None."""
    slow, unknown = SlowDown("message"), OutcomeUnknown("message")

    assert (None, None, None, None) == (slow.retry_after, slow.status, slow.code, slow.request_id)
    assert (None, None) == (unknown.retry_after, unknown.order)

"""Answers about payout orders and beneficiaries: nothing of a payment out is lost unseen."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pytest

from juspay_webhooks.catalog import PayoutOutcome
from juspay_webhooks.catalog.statuses import PAYOUT_ORDER_STATUSES, VALIDATION_STATUSES
from juspay_webhooks.errors import PayloadError
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.order_status.answer import decipher_payout, decipher_validation
from juspay_webhooks.order_status.errors import (
    Misconfigured,
    OrderNotFound,
    OrderStatusError,
    OutcomeUnknown,
    RequestRefused,
    SlowDown,
    UnexpectedResponse,
)
from juspay_webhooks.order_status.request import Request, Response, payout_request, validation_request
from juspay_webhooks.parsing._payout_answers import parse_payout_order, parse_validation
from juspay_webhooks.testing import sample_body
from tests.order_status.asked import CANARY, TARGET, answer, locals_of, now, raised

PAYOUT: Final = payout_request(TARGET, "pay-1")
BENEFICIARY: Final = validation_request(TARGET, "cust-1", "bene-1")

ATTEMPT: Final[dict[str, Any]] = {"status": "SUCCESS", "amount": 5, "transactionRef": "t-2", "timeStamp": "1741000000"}
FULFILLMENT: Final[dict[str, Any]] = {
    "id": "f0-f1",
    "status": "SUCCESS",
    "amount": 5,
    "beneficiaryDetails": {"type": "UPI_ID", "details": {"name": CANARY, "vpa": CANARY}},
    "transactions": [ATTEMPT, ATTEMPT | {"status": "FAILURE", "transactionRef": "t-1"}],
}
ORDER: Final[dict[str, Any]] = {
    "orderId": "pay-1",
    "status": "FULFILLMENTS_SUCCESSFUL",
    "amount": 5,
    "type": "FULFILL_ONLY",
    "customerId": "cust-1",
    "udf1": CANARY,
    "createdAt": "2025-03-01T12:00:00Z",
    "updatedAt": "2025-03-01T12:00:05Z",
    "payments": [],
    "refunds": [],
    "fulfillments": [FULFILLMENT],
}
VALIDATION: Final[dict[str, Any]] = json.loads(sample_body(("VALIDATION_V2", "VALID")))["info"] | {"uniqueId": "bene-1"}


def payout(**changes: object) -> dict[str, Any]:
    """Change some members of a payout order; `...` takes one away."""
    return {key: value for key, value in (ORDER | changes).items() if value is not ...}


def fulfillment(**changes: object) -> dict[str, Any]:
    """Change some members of a fulfillment."""
    return {key: value for key, value in (FULFILLMENT | changes).items() if value is not ...}


def attempt(**changes: object) -> dict[str, Any]:
    """Change some members of an attempt."""
    return {key: value for key, value in (ATTEMPT | changes).items() if value is not ...}


def read(body: object) -> PayoutOrder:
    """Read the answer about the payout order."""
    return decipher_payout(PAYOUT, answer(body), now)


# --- Payout orders ---


def test_a_payout_order() -> None:
    """The order, its fulfillments and their attempts, newest first; who gets the money is masked."""
    found = read(ORDER)
    assert found.fulfillments is not None
    (only,) = found.fulfillments

    assert ("pay-1", Decimal(5), "FULFILL_ONLY", "cust-1") == (
        found.order_id,
        found.amount,
        found.kind,
        found.customer_id,
    )
    assert PayoutOutcome.SUCCESS is found.status.outcome
    assert ["t-2", "t-1"] == [one.transaction_ref for one in only.transactions or ()]
    assert "kanarie" not in repr(found)


@pytest.mark.parametrize("status", [*PAYOUT_ORDER_STATUSES, "SOMETHING_NEW", "ERRORED"])
def test_every_payout_status(status: str) -> None:
    """Every status is one, a new word too."""
    found = read(payout(status=status))
    row = PAYOUT_ORDER_STATUSES.get(status)

    assert (PayoutOutcome.UNKNOWN if row is None else row.outcome) is found.status.outcome


@pytest.mark.parametrize(
    ("changes", "fulfillments"),
    [
        ({"fulfillments": ...}, None),
        ({"fulfillments": None}, None),
        ({"fulfillments": "null"}, None),
        ({"fulfillments": []}, ()),
        ({"orderId": "PAY-1", "fulfillments": []}, ()),
        ({"createdAt": ..., "updatedAt": "FILTERED", "udf1": ..., "fulfillments": []}, ()),
        ({"type": 5, "customerId": 7, "newField": {"a": [1]}, "fulfillments": []}, ()),
    ],
)
def test_what_may_be_missing(changes: dict[str, object], fulfillments: object) -> None:
    """An answer without fulfillments, or with optional parts that cannot be read, is one."""
    assert fulfillments == read(payout(**changes)).fulfillments


@pytest.mark.parametrize(
    "changes",
    [
        {"transactions": ...},
        {"transactions": None},
        {"transactions": []},
        {"transactions": "null"},
        {"transactions": [attempt(timeStamp="FILTERED", txnResponse="a", gatewayRefId=5)]},
        {"beneficiaryDetails": "FILTERED"},
        {"preferredMethodList": "FILTERED", "additionalInfo": 7, "createdAt": "yesterday"},
        {"subStatus": "PAUSED", "fulfillmentCurrency": "BRL", "readyForSubmit": "true"},
        {"id": 17},
    ],
)
def test_what_a_fulfillment_may_lack(changes: dict[str, object]) -> None:
    """What is optional in a fulfillment or an attempt costs nothing else."""
    found = read(payout(fulfillments=[fulfillment(**changes), FULFILLMENT]))

    assert found.fulfillments is not None
    assert 2 == len(found.fulfillments)


@pytest.mark.parametrize(
    "changes",
    [
        {"fulfillments": "FILTERED"},
        {"fulfillments": {}},
        {"fulfillments": 5},
        {"fulfillments": json.dumps([FULFILLMENT])},
        {"fulfillments": [FULFILLMENT, "FILTERED"]},
        {"fulfillments": [FULFILLMENT, None]},
        {"fulfillments": [fulfillment(id=...)]},
        {"fulfillments": [fulfillment(status=None)]},
        {"fulfillments": [fulfillment(status={}), FULFILLMENT]},
        {"fulfillments": [fulfillment(amount="FILTERED")]},
        {"fulfillments": [FULFILLMENT, fulfillment(transactions="FILTERED")]},
        {"fulfillments": [fulfillment(transactions=[ATTEMPT, 5])]},
        {"fulfillments": [fulfillment(transactions=[attempt(status=...)])]},
        {"fulfillments": [fulfillment(transactions=[attempt(amount="a lot")])]},
        {"fulfillments": [fulfillment(createdAt="never")] * 1001 + [fulfillment(status=...)]},
    ],
)
def test_a_payment_out_is_never_lost(changes: dict[str, object]) -> None:
    """An order of which a payment out, or an attempt of one, cannot be read is refused: money may have been sent."""
    error = raised(lambda: read(payout(**changes)))

    assert UnexpectedResponse is type(error)
    assert "kanarie" not in f"{error}{locals_of(error)}"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"orderId": ...}, "/orderId: expected text, got nothing"),
        ({"status": 5.5, "amount": None}, "/amount: expected number, got nothing"),
        ({"amount": "a lot"}, "/amount: expected number, got text"),
        ({"orderId": ["pay-1"]}, "/orderId: expected text, got list"),
    ],
)
def test_what_a_payout_order_needs(changes: dict[str, object], problem: str) -> None:
    """Id, status and amount make a payout order; the error names what is wrong, by its place."""
    with pytest.raises(UnexpectedResponse) as caught:
        read(payout(**changes))

    assert problem in str(caught.value)


# --- Validations ---


def test_a_validation() -> None:
    """The validation of the beneficiary that was asked for."""
    found = decipher_validation(BENEFICIARY, answer(VALIDATION), now)

    assert ("bene-1", PayoutOutcome.SUCCESS) == (found.unique_id, found.status and found.status.outcome)


@pytest.mark.parametrize("status", VALIDATION_STATUSES)
@pytest.mark.parametrize("changes", [{}, {"responseCode": None}, {"transactions": []}])
def test_every_validation_status(status: str, changes: dict[str, object]) -> None:
    """Every status is one; ERROR, too, is how a validation ends, and no error of the call."""
    found = decipher_validation(BENEFICIARY, answer(VALIDATION | {"status": status} | changes), now)

    assert status == found.status


@pytest.mark.parametrize("unique_id", ["BENE-1", None])
def test_a_validation_need_not_name_the_beneficiary(unique_id: str | None) -> None:
    """Ids compare without case, and an answer may lack it."""
    found = decipher_validation(BENEFICIARY, answer(VALIDATION | {"uniqueId": unique_id}), now)

    assert unique_id == found.unique_id


@pytest.mark.parametrize(
    ("body", "leaf"),
    [
        (VALIDATION | {"uniqueId": "bene-2"}, UnexpectedResponse),
        (VALIDATION | {"status": None}, UnexpectedResponse),
        (VALIDATION | {"status": ["VALID"]}, UnexpectedResponse),
        (VALIDATION | {"error_info": {"code": "UNAUTHORIZED"}}, Misconfigured),
        (VALIDATION | {"status": "NOT_FOUND"}, OrderNotFound),
        ({"status": "ERROR"}, RequestRefused),
        ({"status": "ERROR", "error_code": "invalid_request", "error_message": CANARY}, RequestRefused),
        ({"status": "error", "error_code": "access_denied"}, Misconfigured),
        ({"status": "NOT_FOUND"}, OrderNotFound),
        ({"status": "NOT_FOUND", "status_id": 40, "order_id": "bene-1"}, OrderNotFound),
    ],
)
def test_what_is_no_validation(body: object, leaf: type[OrderStatusError]) -> None:
    """Another beneficiary, no status, or an error of the call."""
    with pytest.raises(leaf) as caught:
        decipher_validation(BENEFICIARY, answer(body), now)

    assert leaf is type(caught.value)


# --- Both ---


@pytest.mark.parametrize(
    ("decipher", "request_"),
    [(decipher_payout, PAYOUT), (decipher_validation, BENEFICIARY)],
    ids=["payout", "validation"],
)
@pytest.mark.parametrize(
    ("came", "leaf"),
    [
        (answer(b""), UnexpectedResponse),
        (answer(b"ACK"), UnexpectedResponse),
        (answer(b"<html>"), UnexpectedResponse),
        (answer(b"[]"), UnexpectedResponse),
        (answer({}), UnexpectedResponse),
        (answer(b'{"orderId": "pay-1"'), UnexpectedResponse),
        (answer({"orderId": "pay-2", "status": "CREATED", "amount": 5, "uniqueId": "b2"}), UnexpectedResponse),
        (answer({"success": False, "message": CANARY}), UnexpectedResponse),
        (answer(ORDER | VALIDATION, status=201), UnexpectedResponse),
        (answer(b"", status=401), Misconfigured),
        (answer(b"", status=403), Misconfigured),
        (answer({"errorCode": "E09"}, status=404), OrderNotFound),
        (answer({}, status=404), UnexpectedResponse),
        (answer(b"", status=404), UnexpectedResponse),
        (answer({"status": "ERROR", "error_code": "A"}, status=400), RequestRefused),
        (answer(b"", status=429), SlowDown),
        (answer(ORDER | VALIDATION, status=500), OutcomeUnknown),
    ],
)
def test_what_is_no_answer(
    decipher: Callable[[Request, Response, object], object],
    request_: Request,
    came: Response,
    leaf: type[OrderStatusError],
) -> None:
    """Payout calls have the leaves of payment calls."""
    error = raised(lambda: decipher(request_, came, now))

    assert leaf is type(error)
    assert "kanarie" not in f"{error}{locals_of(error)}"


@pytest.mark.parametrize("parse", [parse_payout_order, parse_validation])
@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"{", b'{"a": NaN}', b"{}"])
def test_a_body_that_is_neither(parse: Callable[[bytes], object], body: bytes) -> None:
    """The readers refuse with one error of their own."""
    with pytest.raises(PayloadError):
        parse(body)


def test_a_text_that_is_no_text() -> None:
    """Half of a surrogate pair costs an optional field, and a payout order its id."""
    body = json.dumps(payout(udf1="\ud800")).encode()
    found = parse_payout_order(body)

    assert found.udf1 is None
    with pytest.raises(PayloadError, match="/orderId"):
        parse_payout_order(json.dumps(payout(orderId="\ud800")).encode())

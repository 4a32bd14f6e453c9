"""Transactions, legs and gateway answers: required fields, what is refused, what is masked."""

import copy
import pickle
from decimal import Decimal

import attrs
import pytest

from juspay_webhooks.catalog import Outcome
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import FreeForm, Json, Model, is_personal
from juspay_webhooks.models.gateway_response import GatewayResponse
from juspay_webhooks.models.refund import Refund
from juspay_webhooks.models.statuses import OrderStatus
from juspay_webhooks.models.transaction import AmountBreakup, Transaction, TransactionLeg


def transaction(**more: Json) -> Transaction:
    """Build a small transaction by hand."""
    fields: dict[str, Json] = {"txn_id": "shop-o1-1", "order_id": "o1", "status": "CHARGED"}
    fields |= {"txn_amount": "5", "currency": "INR", **more}
    return Transaction(**fields)


@pytest.mark.parametrize(
    ("kind", "required"),
    [
        (Transaction, {"txn_id", "order_id", "status", "txn_amount", "currency"}),
        (TransactionLeg, {"txn_id", "status"}),
        (GatewayResponse, set[str]()),
        (AmountBreakup, set[str]()),
    ],
)
def test_required_fields(kind: type[Model], required: set[str]) -> None:
    """Only what every published body has is required."""
    assert required == {field.name for field in attrs.fields(kind) if field.default is attrs.NOTHING}


def test_converts_what_is_written_by_hand() -> None:
    """Text becomes status and exact amount, so a fixture equals what is parsed."""
    exact = transaction(
        status=OrderStatus.CHARGED,
        txn_amount=Decimal(5),
        txn_amount_breakup=(AmountBreakup(name="BASE", amount=Decimal(5)),),
    )

    assert exact == transaction(txn_amount="5.0", txn_amount_breakup=[AmountBreakup(name="BASE", amount=Decimal(5))])


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("CHARGED", Outcome.PAID),
        ("AUTHORIZATION_FAILED", Outcome.FAILED),
        ("PENDING_VBV", Outcome.PENDING),
        ("SENT_BY_PIGEON", Outcome.UNKNOWN),
    ],
)
def test_outcome(status: str, outcome: Outcome) -> None:
    """Attempt and leg say what their status comes down to, and a new word is neither paid nor failed."""
    leg: dict[str, Json] = {"txn_id": "t", "status": status}

    assert outcome is transaction(status=status).outcome
    assert outcome is TransactionLeg(**leg).outcome


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("txn_amount", 5.0),
        ("net_amount", "Infinity"),
        ("tax_amount", 10**19),
        ("created", "2024-01-31T09:30:00"),
        ("last_updated", "1970-01-01T00:00:00Z"),
    ],
)
def test_refuses_what_cannot_be(name: str, value: object) -> None:
    """Floats, amounts that are no number or absurd, and times without a zone or out of range are refused."""
    with pytest.raises(ConfigurationError):
        transaction(**{name: value})


def test_hashes_pickles_and_copies() -> None:
    """An attempt with everything nested in it is a value."""
    refund: dict[str, Json] = {"unique_request_id": "r-1", "status": "PENDING", "amount": 1}
    leg: dict[str, Json] = {
        "txn_id": "shop-o1-1-1",
        "status": "CHARGED",
        "txn_detail": transaction(metadata={"payment_channel": "WEB"}),
        "payment_gateway_response": GatewayResponse(rrn="000012", gateway_response=FreeForm({"captured": "true"})),
        "refunds": [Refund(**refund)],
    }
    found = TransactionLeg(**leg)

    assert hash(found) == hash(copy.deepcopy(found))
    assert [found] * 3 == [pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)]  # noqa: S301


def test_repr_masks_people_and_free_form() -> None:
    """The payer's address and free-form content never show."""
    found = transaction(payer_vpa="jane@upi", metadata={"phone": "999"})
    shown = (
        "Transaction(txn_id='shop-o1-1', order_id='o1', status=OrderStatus.CHARGED, txn_amount=Decimal('5'), "
        "currency='INR', metadata=***, payer_vpa=***)"
    )

    assert shown == repr(found)


@pytest.mark.parametrize(
    ("kind", "masked"),
    [
        (Transaction, {"metadata", "settlement", "additional_info", "payer_vpa"}),
        (TransactionLeg, {"metadata", "payer_vpa", "payer_app_name"}),
        (GatewayResponse, {"gateway_response", "resp_message"}),
    ],
)
def test_masked_fields(kind: type[Model], masked: set[str]) -> None:
    """The masked fields of each kind are these; cards and UPI payments mask their own."""
    assert masked == {field.name for field in attrs.fields(kind) if is_personal(field)}

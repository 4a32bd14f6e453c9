"""Refunds: required fields, what is refused, what is masked."""

import copy
import pickle
from decimal import Decimal
from typing import Any

import attrs
import pytest

from juspay_webhooks.catalog import RefundOutcome
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import Json, Model, is_personal
from juspay_webhooks.models.refund import Refund, RefundAttempt, SplitRefundDetail
from juspay_webhooks.models.refund_answer import RefundAnswer
from juspay_webhooks.models.statuses import RefundStatus

KINDS = [Refund, RefundAnswer, SplitRefundDetail]


def fields(**more: Json) -> dict[str, Json]:
    """Give the fields of a small refund."""
    return {"unique_request_id": "r-1", "status": "SUCCESS", "amount": "2.50", **more}


@pytest.mark.parametrize("kind", KINDS)
def test_required_fields(kind: type[Model]) -> None:
    """A refund is its request id, its status and its amount; nothing else is promised."""
    required = {field.name for field in attrs.fields(kind) if field.default is attrs.NOTHING}

    assert {"unique_request_id", "status", "amount"} == required


@pytest.mark.parametrize("kind", KINDS)
def test_converts_what_is_written_by_hand(kind: type[Any]) -> None:
    """Text becomes the status and the exact amount, so a fixture equals what is parsed."""
    refund = kind(**fields())

    assert RefundStatus.SUCCESS is refund.status
    assert RefundOutcome.SUCCESS is refund.status.outcome
    assert Decimal("2.50") == refund.amount
    assert kind(**fields(status=RefundStatus.SUCCESS, amount=Decimal("2.5"))) == refund


def test_keeps_a_new_status() -> None:
    """A status word that nobody knows yet stays readable, and is neither success nor failure."""
    refund = Refund(**fields(status="SENT_BY_PIGEON"))

    assert refund.status == "SENT_BY_PIGEON"
    assert RefundOutcome.UNKNOWN is refund.status.outcome


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", 2.5),
        ("amount", Decimal("NaN")),
        ("amount", 10**19),
        ("created", "2024-01-31T09:30:00"),
        ("pg_processed_at", "1970-01-01T00:00:00Z"),
    ],
)
def test_refuses_what_cannot_be(name: str, value: object) -> None:
    """Floats, amounts that are no number or absurd, and times without a zone or out of range are refused."""
    with pytest.raises(ConfigurationError):
        Refund(**fields(**{name: value}))


def test_hashes_pickles_and_copies() -> None:
    """A refund with everything nested in it is a value."""
    refund = Refund(
        **fields(
            metadata={"speed_processed": "optimum"},
            previous_attempts=[RefundAttempt(id="a-1", errorCode="00")],
            gateway_refund_response={"refund_break_up_details": [{"rrn": "000012"}]},
        )
    )

    assert hash(refund) == hash(copy.deepcopy(refund))
    assert [refund] * 3 == [pickle.loads(pickle.dumps(refund)), copy.copy(refund), copy.deepcopy(refund)]  # noqa: S301


def test_repr_masks_people_and_free_form() -> None:
    """A dashboard user's name and what the gateway wrote never show; ids and states do."""
    refund = Refund(**fields(initiated_by="Jane Doe", metadata={"card": "4111"}))
    shown = (
        "Refund(unique_request_id='r-1', status=RefundStatus.SUCCESS, amount=Decimal('2.50'), "
        "initiated_by=***, metadata=***)"
    )

    assert shown == repr(refund)


@pytest.mark.parametrize(
    ("kind", "masked"),
    [
        (Refund, {"initiated_by", "metadata", "gateway_refund_response"}),
        (RefundAnswer, {"initiated_by"}),
        (SplitRefundDetail, set[str]()),
        (RefundAttempt, set[str]()),
    ],
)
def test_masked_fields(kind: type[Model], masked: set[str]) -> None:
    """The masked fields of each kind are these."""
    assert masked == {field.name for field in attrs.fields(kind) if is_personal(field)}

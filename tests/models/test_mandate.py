"""Mandates: the two spellings of the status, what a status comes down to, what is masked."""

import copy
import pickle
from datetime import UTC, datetime
from decimal import Decimal

import attrs
import pytest

from juspay_webhooks.catalog import MandateOutcome
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import Model, is_personal
from juspay_webhooks.models.instruments import Upi
from juspay_webhooks.models.json_exact import Json
from juspay_webhooks.models.mandate import BankDetails, Mandate, OrderMandate, PaymentInfo, PgResponse
from juspay_webhooks.models.statuses import MandateStatus


def mandate(**more: Json) -> Mandate:
    """Build a small mandate by hand."""
    fields: dict[str, Json] = {"mandate_id": "m-1", "status": "ACTIVE", **more}
    return Mandate(**fields)


@pytest.mark.parametrize(
    ("kind", "required", "masked"),
    [
        (Mandate, "mandate_id status", "mandate_token mandate_debit_token"),
        (OrderMandate, "mandate_id", "mandate_token"),
        (PaymentInfo, "", ""),
        (BankDetails, "", "account_number ifsc bank_name beneficiary_name"),
        (PgResponse, "", ""),
    ],
)
def test_required_and_masked_fields(kind: type[Model], required: str, masked: str) -> None:
    """Only what every published body has is required; tokens and the payer's account never show."""
    found = attrs.fields(kind)

    assert set(required.split()) == {field.name for field in found if field.default is attrs.NOTHING}
    assert set(masked.split()) == {field.name for field in found if is_personal(field)}


@pytest.mark.parametrize(
    ("words", "state", "outcome"),
    [
        ({"mandate_status": "ACTIVE"}, "ACTIVE", MandateOutcome.ACTIVE),
        ({"status": "FAILURE"}, "FAILURE", MandateOutcome.FAILED),
        ({"mandate_status": "PAUSED", "status": "ACTIVE"}, "PAUSED", MandateOutcome.PAUSED),
        ({"mandate_status": "", "status": "REVOKED"}, "REVOKED", MandateOutcome.ENDED),
        ({"mandate_status": "ON_HOLIDAY"}, "ON_HOLIDAY", MandateOutcome.UNKNOWN),
        ({}, None, MandateOutcome.UNKNOWN),
    ],
)
def test_state_inside_an_order(words: dict[str, str], state: str | None, outcome: MandateOutcome) -> None:
    """An order spells the status `mandate_status`, one specification `status`; without either nothing is known."""
    fields: dict[str, Json] = {"mandate_id": "m-1", **words}
    found = OrderMandate(**fields)

    assert (state, outcome) == (found.state, found.outcome)


@pytest.mark.parametrize("word", MandateStatus)
def test_outcome_is_that_of_the_status(word: MandateStatus) -> None:
    """A mandate comes down to what its word comes down to."""
    assert word.outcome is mandate(status=word.value).outcome


def test_converts_what_is_written_by_hand() -> None:
    """Text becomes exact money and aware times, so a fixture equals what is parsed."""
    found = mandate(
        max_amount="43538.34", start_date="2020-08-30T00:00:00+00:00", pause_end_date="2030-01-01T00:00:00Z"
    )

    assert Decimal("43538.34") == found.max_amount
    assert datetime(2020, 8, 30, tzinfo=UTC) == found.start_date
    assert datetime(2030, 1, 1, tzinfo=UTC) == found.pause_end_date


@pytest.mark.parametrize("end_date", ["160***10", "1602244799", "2068-01-12T00:00:00", "2101-01-01T00:00:00Z"])
def test_refuses_a_time_that_cannot_be(end_date: str) -> None:
    """Built by hand, a mandate takes neither masked times nor bare seconds nor times without a zone."""
    with pytest.raises(ConfigurationError):
        mandate(end_date=end_date)


def test_is_a_value_and_hides_the_payer() -> None:
    """A mandate with everything nested in it hashes, pickles and copies, and its tokens do not show."""
    info = PaymentInfo(payment_method_type="UPI", upi=Upi(payer_vpa="payer@bank"), bank_details=BankDetails(ifsc="X"))
    found = mandate(mandate_token="t-1", payment_info=info, pg_response=PgResponse(response_code="00"))
    shown = (
        "Mandate(mandate_id='m-1', status=MandateStatus.ACTIVE, mandate_token=***, "
        "payment_info=PaymentInfo(payment_method_type='UPI', upi=Upi(payer_vpa=***), "
        "bank_details=BankDetails(ifsc=***)), pg_response=PgResponse(response_code='00'))"
    )

    assert hash(found) == hash(copy.deepcopy(found))
    assert [found] * 3 == [pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)]  # noqa: S301
    assert shown == repr(found)

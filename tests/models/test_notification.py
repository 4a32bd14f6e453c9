"""Pre-debit notifications: outcome, error from either place, the key that holds a dot."""

import copy
import pickle
from datetime import UTC, datetime
from decimal import Decimal

import attrs
import pytest

from juspay_webhooks.catalog import NotificationOutcome
from juspay_webhooks.models.fields import Model, is_personal, wire_names
from juspay_webhooks.models.json_exact import Json
from juspay_webhooks.models.notification import Notification, NotificationMandate, NotificationSource, ProviderResponse
from juspay_webhooks.models.statuses import NotificationStatus


def notification(**more: Json) -> Notification:
    """Build a small notification by hand."""
    fields: dict[str, Json] = {"id": "1957069", "object_reference_id": "n-1", "status": "FAILURE", **more}
    return Notification(**fields)


@pytest.mark.parametrize(
    ("kind", "required", "masked"),
    [
        (Notification, "id object_reference_id status", "metadata"),
        (NotificationSource, "", ""),
        (NotificationMandate, "", ""),
        (ProviderResponse, "", ""),
    ],
)
def test_required_and_masked_fields(kind: type[Model], required: str, masked: str) -> None:
    """Only what every published body has is required; what the merchant adds never shows."""
    found = attrs.fields(kind)

    assert set(required.split()) == {field.name for field in found if field.default is attrs.NOTHING}
    assert set(masked.split()) == {field.name for field in found if is_personal(field)}


@pytest.mark.parametrize(
    ("top", "provider", "error"),
    [
        ({}, None, (None, None)),
        ({}, {}, (None, None)),
        (
            {"response_code": "JP_852", "response_message": "Gateway not supported."},
            None,
            ("JP_852", "Gateway not supported."),
        ),
        ({}, {"provider_response_code": "U31", "provider_response_message": "no"}, ("U31", "no")),
        (
            {"response_code": "JP_852", "response_message": ""},
            {"provider_response_code": "U31", "provider_response_message": "no"},
            ("JP_852", "no"),
        ),
    ],
)
def test_error_stands_in_one_of_two_places(
    top: dict[str, str], provider: dict[str, str] | None, error: tuple[str | None, str | None]
) -> None:
    """Juspay's own word comes first, the provider's second; an empty text is none."""
    response = None if provider is None else ProviderResponse(**provider)  # type: ignore[arg-type]
    found = notification(**top, provider_response=response)

    assert error == (found.error_code, found.error_message)


@pytest.mark.parametrize("word", [*NotificationStatus, NotificationStatus("LOST_IN_THE_POST")])
def test_outcome_is_that_of_the_status(word: NotificationStatus) -> None:
    """A notification comes down to what its word comes down to."""
    assert word.outcome is notification(status=word.value).outcome
    assert word.is_known is not (word.outcome is NotificationOutcome.UNKNOWN)


def test_the_invoice_number_has_a_dot_on_the_wire() -> None:
    """No attribute can have the name of that key."""
    assert ("mandate.display_invoice_number",) == wire_names(NotificationSource)["mandate_display_invoice_number"]


def test_is_a_value() -> None:
    """A notification with everything nested in it hashes, pickles and copies."""
    source = NotificationSource(
        amount=Decimal("1.0"), txn_date=datetime(2023, 8, 12, tzinfo=UTC), mandate_display_invoice_number="INV-7"
    )
    found = notification(source_info=source, mandate=NotificationMandate(mandate_id="m-1"), metadata={"a": [1]})

    assert hash(found) == hash(copy.deepcopy(found))
    assert [found] * 3 == [pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)]  # noqa: S301

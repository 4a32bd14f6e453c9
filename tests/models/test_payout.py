"""Payout objects and beneficiary validations: names on the wire, ids, outcomes, what is masked."""

import copy
import pickle
from decimal import Decimal

import attrs
import pytest

from juspay_webhooks.catalog import PayoutOutcome
from juspay_webhooks.models.fields import PayoutModel, core_type, is_personal, wire_names
from juspay_webhooks.models.json_exact import Json
from juspay_webhooks.models.payout import (
    Beneficiary,
    BeneficiaryDetails,
    FulfillmentOrderInfo,
    FulfillmentTransactionInfo,
    PayeeDetails,
    PayeeDocument,
    PayoutOrderInfo,
    RoutingInfo,
)
from juspay_webhooks.models.validation import ValidationInfo, ValidationTransaction, ValidationV2Info

UDFS = "udf1 udf2 udf3 udf4 udf5"


def fulfillment(**more: Json) -> FulfillmentOrderInfo:
    """Build a small fulfillment by hand."""
    fields: dict[str, Json] = {"id": "95eb-f1", "status": "SUCCESS", "amount": 10, **more}
    return FulfillmentOrderInfo(**fields)


@pytest.mark.parametrize(
    ("kind", "required", "masked"),
    [
        (PayoutOrderInfo, "id status amount", UDFS),
        (FulfillmentOrderInfo, "id status amount", f"{UDFS} additional_info updated_by"),
        (FulfillmentTransactionInfo, "status amount", "txn_response"),
        (RoutingInfo, "", ""),
        (ValidationInfo, "", ""),
        (ValidationV2Info, "", "name_at_bank"),
        (ValidationTransaction, "", "name_at_bank validate_resp"),
        (Beneficiary, "", ""),
    ],
)
def test_required_and_masked_fields(kind: type[PayoutModel], required: str, masked: str) -> None:
    """Only what every published body has is required; names and what merchant and gateway add never show."""
    found = attrs.fields(kind)

    assert set(required.split()) == {field.name for field in found if field.default is attrs.NOTHING}
    assert set(masked.split()) == {field.name for field in found if is_personal(field)}


@pytest.mark.parametrize("kind", [BeneficiaryDetails, PayeeDetails, PayeeDocument])
def test_everything_about_a_beneficiary_is_personal(kind: type[PayoutModel]) -> None:
    """Masking on the wire is uneven, so no text about a beneficiary ever shows."""
    texts = [field for field in attrs.fields(kind) if core_type(field.type) is str]

    assert texts
    assert all(is_personal(field) for field in texts)


@pytest.mark.parametrize(
    ("kind", "name", "wire"),
    [
        (PayoutOrderInfo, "merchant_order_id", ("merchantOrderId",)),
        (PayoutOrderInfo, "udf1", ("udf1",)),
        (FulfillmentOrderInfo, "status_updated_at", ("statusUpdatedAt",)),
        (FulfillmentTransactionInfo, "fulfillment_id", ("FulfillmentId", "fulfillmentId")),
        (FulfillmentTransactionInfo, "time_stamp", ("timeStamp",)),
        (BeneficiaryDetails, "last4of_card", ("last4ofCard",)),
        (ValidationV2Info, "bene_details", ("beneDetails",)),
    ],
)
def test_names_on_the_wire(kind: type[PayoutModel], name: str, wire: tuple[str, ...]) -> None:
    """Names are camelCase on the wire, and one key has two spellings."""
    assert wire == wire_names(kind)[name]


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        ({"order_type": "FULFILL_ONLY"}, "FULFILL_ONLY"),
        ({"type": "PAY_AND_FULFILL"}, "PAY_AND_FULFILL"),
        ({"order_type": "FULFILL_ONLY", "type": "ORDER"}, "FULFILL_ONLY"),
        ({}, None),
    ],
)
def test_kind_of_an_order(types: dict[str, str], kind: str | None) -> None:
    """The type of an order comes under one of two names."""
    fields: dict[str, Json] = {"id": "95eb", "status": "FULFILLMENTS_SUCCESSFUL", "amount": "10.50", **types}
    order = PayoutOrderInfo(**fields)

    assert (kind, Decimal("10.50")) == (order.kind, order.amount)


@pytest.mark.parametrize(
    ("id_", "order_id"),
    [
        ("95eb968ccdd4f2d9ef31c3e972ca40-f1", "95eb968ccdd4f2d9ef31c3e972ca40"),
        ("95eb-f12", "95eb"),
        ("shop-f1-f2", "shop-f1"),
        ("95eb", None),
        ("95eb-f", None),
        ("95eb-fx", None),
        ("95eb-f1-t1", None),
        ("-f1", None),
        ("", None),
    ],
)
def test_order_of_a_fulfillment(id_: str, order_id: str | None) -> None:
    """A fulfillment names its order only through its own id."""
    assert order_id == fulfillment(id=id_).order_id


def test_each_level_has_words_of_its_own() -> None:
    """One word may mean something on one level and nothing on another."""
    order = PayoutOrderInfo(id="95eb", status="SUCCESS", amount=10)  # type: ignore[arg-type]
    attempt = FulfillmentTransactionInfo(status="CONFLICTED", amount=10)  # type: ignore[arg-type]
    check = ValidationV2Info(status="INVALID", response_message="VALIDATION_SUCCESSFULL")  # type: ignore[arg-type]

    assert (PayoutOutcome.UNKNOWN, PayoutOutcome.SUCCESS) == (order.status.outcome, fulfillment().status.outcome)
    assert PayoutOutcome.SUCCESS is attempt.status.outcome
    assert check.status is not None
    assert PayoutOutcome.FAILED is check.status.outcome


def test_a_fulfillment_is_a_value_and_hides_the_beneficiary() -> None:
    """A fulfillment with everything nested in it hashes, pickles and copies; no detail of the beneficiary shows."""
    payee = PayeeDetails(name="Test Customer", documents=(PayeeDocument(doc_id="XX7"),))
    details = BeneficiaryDetails(account="000000000000000", payee_additional_details=payee)
    attempt = FulfillmentTransactionInfo(status="SUCCESS", amount=10, txn_response={"a": [1]})  # type: ignore[arg-type]
    found = fulfillment(
        beneficiary_details=Beneficiary(type="WALLET", details=details),
        preferred_method_list=["DUMMY_IMPS"],
        transactions=[attempt],
    )
    shown = (
        "FulfillmentOrderInfo(id='95eb-f1', status=FulfillmentStatus.SUCCESS, amount=Decimal('10'), "
        "beneficiary_details=Beneficiary(type='WALLET', details=BeneficiaryDetails(account=***, "
        "payee_additional_details=PayeeDetails(name=***, documents=(PayeeDocument(doc_id=***),)))), "
        "preferred_method_list=('DUMMY_IMPS',), transactions=(FulfillmentTransactionInfo("
        "status=PayoutTransactionStatus.SUCCESS, amount=Decimal('10'), txn_response=***),))"
    )

    assert hash(found) == hash(copy.deepcopy(found))
    assert [found] * 3 == [pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)]  # noqa: S301
    assert shown == repr(found)

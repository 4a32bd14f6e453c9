"""Instruments, offers, risk and split settlement: what is masked, what stays exact, what may be absent."""

import copy
import pickle
from decimal import Decimal

import attrs
import pytest

from juspay_webhooks.models.fields import Model, is_personal
from juspay_webhooks.models.free_form import FreeForm
from juspay_webhooks.models.instruments import (
    Card,
    CardToken,
    CardTokenCreated,
    EmiDetails,
    EmiFeeInfo,
    EmiInterest,
    EmiSubvention,
    EmiTenure,
    Upi,
    Wallet,
)
from juspay_webhooks.models.json_exact import Json
from juspay_webhooks.models.offers import CalculationInfo, EmiDiscount, Offer, OfferBenefit, ProductDiscount
from juspay_webhooks.models.settlement import Risk, SplitDetail, SplitSettlementResponse

NUMBERS_ON_A_CARD = "card_isin last_four_digits expiry_month expiry_year card_reference card_fingerprint"

MASKED = [
    (Card, f"{NUMBERS_ON_A_CARD} name_on_card payment_account_reference"),
    (CardToken, f"{NUMBERS_ON_A_CARD} par"),
    (CardTokenCreated, "card_reference card_fingerprint"),
    (Upi, "payer_vpa payer_app_name"),
    (Wallet, ""),
    (EmiDetails, "conversion_details"),
    (EmiInterest, ""),
    (EmiTenure, ""),
    (EmiFeeInfo, ""),
    (EmiSubvention, ""),
    (Offer, "metadata"),
    (OfferBenefit, ""),
    (CalculationInfo, ""),
    (ProductDiscount, ""),
    (EmiDiscount, ""),
    (Risk, "message"),
    (SplitSettlementResponse, ""),
    (SplitDetail, "notes"),
]


@pytest.mark.parametrize(("kind", "names"), MASKED)
def test_masked_fields(kind: type[Model], names: str) -> None:
    """Brand, type, issuer and country of a card may show; what names a card, a person or an account never does."""
    assert set(names.split()) == {field.name for field in attrs.fields(kind) if is_personal(field)}


@pytest.mark.parametrize(("kind", "names"), MASKED)
def test_nothing_is_required(kind: type[Model], names: str) -> None:
    """Published bodies leave any of these out: an empty object is one, and shows nothing."""
    assert isinstance(names, str)
    assert f"{kind.__name__}()" == repr(kind())


def test_a_card_shows_its_kind_alone() -> None:
    """A log line tells the brand and nothing by which the card could be found, tokens included."""
    card = Card(
        card_brand="VISA",
        card_isin="411111",
        name_on_card="Test Customer",
        using_token=True,
        tokens=(CardToken(par="V0010013", tokenization_status="ACTIVE"),),
        token_created=CardTokenCreated(card_reference="ref-1"),
    )
    shown = (
        "Card(card_brand='VISA', card_isin=***, name_on_card=***, using_token=True, "
        "tokens=(CardToken(par=***, tokenization_status='ACTIVE'),), "
        "token_created=CardTokenCreated(card_reference=***))"
    )

    assert shown == repr(card)


def test_terms_of_an_emi_are_exact() -> None:
    """Money and rates keep the digits that were written; a rate may have a fraction."""
    terms: dict[str, Json] = {"monthly_payment": "22041.13", "subvention_info": [EmiSubvention()]}
    interest: dict[str, Json] = {"rate": "13.50", "amount": "250.10"}
    emi = EmiDetails(**terms, interest=EmiInterest(**interest), tenure=EmiTenure(duration=12, unit="months"))

    assert emi.interest is not None
    assert ["22041.13", "13.50", "250.10"] == list(
        map(str, (emi.monthly_payment, emi.interest.rate, emi.interest.amount))
    )
    assert (EmiSubvention(),) == emi.subvention_info


@pytest.mark.parametrize("metadata", [{"campaign": 7}, '{"campaign": 7}'])
def test_metadata_of_an_offer_comes_as_an_object_or_as_text(metadata: Json) -> None:
    """Half of the published bodies have JSON text there: both forms are read alike and compare equal."""
    offer = Offer(offer_id="o-1", metadata=metadata)

    assert offer.metadata is not None
    assert 7 == offer.metadata["campaign"]
    assert Offer(offer_id="o-1", metadata=FreeForm({"campaign": 7})) == offer
    assert metadata == offer.metadata.to_json()


def test_an_offer_is_a_value() -> None:
    """An offer with everything nested in it hashes, pickles and copies."""
    benefit: dict[str, Json] = {"type": "DISCOUNT", "amount": 5}
    product: dict[str, Json] = {"unit_price": "10.0", "emi_discount": EmiDiscount(interest_rate=Decimal(14), tenure=6)}
    lists: dict[str, Json] = {
        "benefits": [OfferBenefit(**benefit, calculation_info=CalculationInfo(value=Decimal(10)))],
        "product_discounts": [ProductDiscount(**product)],
        "metadata": {"tags": ["a"]},
    }
    offer = Offer(offer_id="o-1", **lists)

    assert hash(offer) == hash(copy.deepcopy(offer))
    assert [offer] * 3 == [pickle.loads(pickle.dumps(offer)), copy.copy(offer), copy.deepcopy(offer)]  # noqa: S301

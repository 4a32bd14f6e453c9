"""Orders: what is derived from their fields, what is refused, what is masked."""

import copy
import decimal
import pickle
from decimal import Decimal

import attrs
import pytest

from juspay_webhooks.catalog import Outcome
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import FreeForm, Json, Model, is_personal
from juspay_webhooks.models.instruments import Upi, Wallet
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.order_parts import BasketItem, PaymentLinks, RiskCheck
from juspay_webhooks.models.refund import Refund
from juspay_webhooks.models.statuses import OrderStatus
from juspay_webhooks.models.transaction import Transaction, TransactionLeg


def order(**more: Json) -> Order:
    """Build a small order by hand."""
    fields: dict[str, Json] = {"order_id": "o1", "status": "CHARGED", "amount": "5", "currency": "INR", **more}
    return Order(**fields)


def leg(txn_id: str = "shop-o1-1-1", **more: Json) -> TransactionLeg:
    """Build a small leg by hand."""
    fields: dict[str, Json] = {"txn_id": txn_id, "status": "CHARGED", **more}
    return TransactionLeg(**fields)


def refund(unique_request_id: str = "r-1", status: str = "SUCCESS", amount: str = "2") -> Refund:
    """Build a small refund by hand."""
    fields: dict[str, Json] = {"unique_request_id": unique_request_id, "status": status, "amount": amount}
    return Refund(**fields)


def detail(flow: str) -> Transaction:
    """Build a small transaction by hand."""
    fields: dict[str, Json] = {"txn_id": "t", "order_id": "o1", "status": "CHARGED", "txn_amount": 5, "currency": "INR"}
    return Transaction(**fields, txn_flow_type=flow)


@pytest.mark.parametrize(
    ("kind", "required"),
    [
        (Order, {"order_id", "status", "amount"}),
        (PaymentLinks, set[str]()),
        (BasketItem, set[str]()),
        (RiskCheck, set[str]()),
    ],
)
def test_required_fields(kind: type[Model], required: set[str]) -> None:
    """Only what every published body has is required."""
    assert required == {field.name for field in attrs.fields(kind) if field.default is attrs.NOTHING}


def test_converts_what_is_written_by_hand() -> None:
    """Text becomes status and exact amount, so a fixture equals what is parsed."""
    assert Order(order_id="o1", status=OrderStatus.CHARGED, amount=Decimal(5), currency="INR") == order()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", 5.0),
        ("amount", Decimal("NaN")),
        ("effective_amount", 10**19),
        ("amount_refunded", "a lot"),
        ("date_created", "2024-01-31T09:30:00"),
        ("last_updated", "1970-01-01T00:00:00Z"),
        ("order_expiry", "tomorrow"),
    ],
)
def test_refuses_what_cannot_be(name: str, value: object) -> None:
    """Floats, amounts that are no number or absurd, and times without a zone or out of range are refused."""
    with pytest.raises(ConfigurationError):
        order(**{name: value})


def test_hashes_pickles_and_copies() -> None:
    """An order with everything nested in it is a value."""
    found = order(
        metadata={"merchant_payload": {"cart": [1, 2]}},
        payment_links=PaymentLinks(web="https://shop.example/pay"),
        basket=[BasketItem(id="7", quantity=2, customParams=FreeForm({"colour": "blue"}))],
        risk_checks=[RiskCheck(provider="P", flagged=False)],
        txn_list=[leg(refunds=[refund()], upi=Upi(txn_flow_type="COLLECT"))],
        txn_sub_details=[detail("REDIRECT")],
    )

    assert hash(found) == hash(copy.deepcopy(found))
    assert [found] * 3 == [pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)]  # noqa: S301


def test_repr_masks_people_links_and_free_form() -> None:
    """E-mail, phone, links and the merchant's own texts never show, at any depth; ids and states do."""
    found = order(
        customer_id="c1",
        customer_email="jane@shop.example",
        udf1="Jane",
        payment_links=PaymentLinks(web="https://shop.example/pay"),
        metadata={"phone": "999"},
    )
    shown = (
        "Order(order_id='o1', status=OrderStatus.CHARGED, amount=Decimal('5'), currency='INR', customer_id='c1', "
        "customer_email=***, udf1=***, payment_links=PaymentLinks(web=***), metadata=***)"
    )

    assert shown == repr(found)


@pytest.mark.parametrize(
    ("kind", "masked"),
    [
        (
            Order,
            {"customer_email", "customer_phone", "return_url", "payer_vpa", "payer_app_name"}
            | {"metadata", "additional_info", "rewards_breakup", "payout_links"}
            | {f"udf{number}" for number in range(1, 11)},
        ),
        (PaymentLinks, {"web", "mobile", "iframe"}),
        (BasketItem, {"customParams", "productUrl", "imeiDetails", "passenger", "description"}),
        (RiskCheck, set[str]()),
    ],
)
def test_masked_fields(kind: type[Model], masked: set[str]) -> None:
    """The masked fields of each kind are these; nested parts mask their own."""
    assert masked == {field.name for field in attrs.fields(kind) if is_personal(field)}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("CHARGED", Outcome.PAID),
        ("PARTIAL_CHARGED", Outcome.PARTLY_PAID),
        ("AUTHENTICATION_FAILED", Outcome.FAILED),
        ("AUTO_REFUNDED", Outcome.AUTO_REFUNDED),
        ("SENT_BY_PIGEON", Outcome.UNKNOWN),
    ],
)
def test_outcome(status: str, outcome: Outcome) -> None:
    """The outcome follows from the word alone, whatever number stands beside it."""
    assert outcome is order(status=status, status_id=21).outcome


def test_transactions_are_the_legs_of_a_split_payment() -> None:
    """Legs are given as they stand, in their order."""
    legs = (leg("a"), leg("b"))

    assert legs == order(txn_list=legs, txn_id="ignored").transactions


@pytest.mark.parametrize("more", [{}, {"txn_id": None}, {"txn_id": ""}, {"txn_list": []}])
def test_transactions_are_none_before_the_first_attempt(more: dict[str, Json]) -> None:
    """A new order has no attempt; published bodies also say so with an empty id."""
    assert not order(**more).transactions


def test_transactions_are_one_leg_made_from_the_top_level() -> None:
    """The payment part of a plain order is read as one leg, field by field."""
    shared: dict[str, Json] = {
        "txn_id": "shop-o1-1",
        "status": OrderStatus.AUTHORIZATION_FAILED,
        "txn_uuid": "mozA",
        "payment_method": "UPI",
        "txn_detail": detail("COLLECT"),
        "upi": Upi(txn_flow_type="COLLECT"),
        "wallet": Wallet(txn_flow_type="REDIRECT"),
        "refunds": (refund(),),
        "metadata": FreeForm({"a": 1}),
        "gateway_id": 23,
        "resp_code": "TXN_EXPIRED",
        "payer_vpa": "jane@upi",
    }

    assert (TransactionLeg(**shared),) == order(**shared, customer_id="c1").transactions


def test_every_field_of_a_leg_but_those_of_a_loan_is_one_of_an_order() -> None:
    """A leg made from the top level misses only what an order never has."""
    own = attrs.fields_dict(TransactionLeg).keys() - attrs.fields_dict(Order).keys()

    assert {"txn_type", "sub_status", "txn_intent_id", "txn_intent_amount"} == own


def test_refunds_are_gathered_once_from_the_order_and_its_legs() -> None:
    """The order's come first, then the legs'; a request id that repeats is the same refund."""
    found = order(
        refunds=[refund("r-1"), refund("r-2")],
        txn_list=[
            leg("a", refunds=[refund("r-2", "PENDING"), refund("r-3")]),
            leg("b"),
            leg("c", refunds=[refund("r-4")]),
        ],
    )
    once = (refund("r-1"), refund("r-2"), refund("r-3"), refund("r-4"))

    assert once == found.all_refunds
    assert not order().all_refunds


@pytest.mark.parametrize(
    ("unique_request_id", "found"),
    [
        ("r-1", refund("r-1", "MANUAL_REVIEW")),
        ("r-2", refund("r-2")),
        ("r-3", refund("r-3")),
        ("r-9", None),
        ("", None),
    ],
)
def test_refund_is_found_by_its_request_id_alone(unique_request_id: str, found: Refund | None) -> None:
    """Neither the first nor the last entry stands in for a refund that is not there."""
    refunded = order(refunds=[refund("r-1", "MANUAL_REVIEW"), refund("r-2")], txn_list=[leg(refunds=[refund("r-3")])])

    assert found == refunded.refund(unique_request_id)


@pytest.mark.parametrize(
    ("refunds", "amount"),
    [
        ([], "0"),
        ([refund(status="PENDING"), refund("r-2", "MANUAL_REVIEW"), refund("r-3", "FAILURE")], "0"),
        ([refund(), refund("r-2", "PENDING"), refund("r-3", amount="0.10")], "2.10"),
        ([refund(amount="665.34")], "665.34"),
    ],
)
def test_refunded_amount_counts_what_succeeded(refunds: list[Refund], amount: str) -> None:
    """Requested refunds do not count, whatever the order's own total and flag say."""
    found = order(refunds=refunds, amount_refunded=4, refunded=True)

    assert Decimal(amount) == found.refunded_amount


def test_refunded_amount_keeps_every_digit() -> None:
    """The sum is exact even where the caller's own context is not."""
    found = order(refunds=[refund(amount="1000000000000000000"), refund("r-2", amount="0.000000000000000001")])

    with decimal.localcontext(prec=3):
        assert Decimal("1000000000000000000.000000000000000001") == found.refunded_amount


@pytest.mark.parametrize(
    ("more", "flow"),
    [
        ({}, None),
        ({"txn_detail": detail("REDIRECT"), "upi": Upi(txn_flow_type="COLLECT")}, "REDIRECT"),
        ({"txn_detail": detail(""), "upi": Upi(txn_flow_type="COLLECT")}, "COLLECT"),
        ({"wallet": Wallet(txn_flow_type="DIRECT_DEBIT")}, "DIRECT_DEBIT"),
        ({"txn_list": [leg(txn_detail=detail("INTENT"))]}, "INTENT"),
        ({"txn_list": [leg(upi=Upi(txn_flow_type="QR"))]}, "QR"),
        ({"txn_list": [leg("a", txn_detail=detail("INTENT")), leg("b")]}, None),
    ],
)
def test_txn_flow_type(more: dict[str, Json], flow: str | None) -> None:
    """The flow is read where the body has it; several legs have no common one."""
    assert flow == order(**more).txn_flow_type


@pytest.mark.parametrize(
    ("metadata", "payload"),
    [
        (None, None),
        ({}, None),
        ({"merchant_payload": None}, None),
        ({"merchant_payload": "FILTERED"}, None),
        ({"merchant_payload": '{"cart": {"total": 1.10}}'}, {"cart": {"total": Decimal("1.10")}}),
        ({"merchant_payload": {"phone": 999}}, {"phone": 999}),
        ({"merchant_payload": "[1, 2]"}, (1, 2)),
    ],
)
def test_merchant_payload(metadata: dict[str, Json] | None, payload: object) -> None:
    """Text and object are one and the same payload; what is no JSON is None."""
    assert payload == order(metadata=metadata).merchant_payload


@pytest.mark.parametrize("payload", ['{"cart": 1}', {"cart": 1}])
def test_merchant_payload_is_read_only(payload: object) -> None:
    """The payload cannot be changed, in whichever form it came."""
    assert isinstance(order(metadata={"merchant_payload": payload}).merchant_payload, FreeForm)


@pytest.mark.parametrize(
    ("asked", "matching"),
    [
        ({}, True),
        ({"order_id": "O1"}, True),
        ({"order_id": "o2"}, False),
        ({"amount": 5}, True),
        ({"amount": "5.00"}, True),
        ({"amount": Decimal("5.01")}, False),
        ({"amount": 500}, False),
        ({"currency": "JPY"}, False),
    ],
)
def test_matches(asked: dict[str, Json], matching: bool) -> None:  # noqa: FBT001
    """Id, amount and currency must all agree; paise are not rupees."""
    record: dict[str, Json] = {"order_id": "o1", "amount": Decimal(5), "currency": "INR", **asked}

    assert matching is order().matches(**record)


@pytest.mark.parametrize("currency", [None, ""])
def test_an_order_without_currency_matches_nothing(currency: Json) -> None:
    """A missing currency is no agreement, not even with a missing one."""
    assert not order(currency=currency).matches(order_id="o1", amount=5, currency=currency)


@pytest.mark.parametrize("amount", [5.0, True, None, "five", "NaN", Decimal("sNaN"), "Infinity"])
def test_matches_refuses_what_is_no_amount(amount: Json) -> None:
    """A float cannot be compared with money, nor can what is no finite number."""
    with pytest.raises(ConfigurationError):
        order().matches(order_id="o1", amount=amount, currency="INR")

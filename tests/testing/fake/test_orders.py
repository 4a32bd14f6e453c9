"""Orders of the fake: the samples of the package, a test's changes, and one state after the other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import pytest

from juspay_webhooks import ConfigurationError, OrderStatus, parse_order
from juspay_webhooks.catalog import ORDER_STATUSES
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing import REMOVE, FakeJuspay
from juspay_webhooks.testing.fake import Chunked, Compressed, HalfBody, Latency, Reset, Respond
from tests.testing.fake.asking import HEADERS, KEY, MERCHANT, ask, order, raw, rest

CLOSE: Final = {**HEADERS, "Connection": "close"}
THREE: Final = ["NEW", "PENDING_VBV", "CHARGED"]


class Clock:
    """Tells the seconds that a test sets."""

    def __init__(self) -> None:
        """Begin somewhere."""
        self.seconds = 100.0

    def __call__(self) -> float:
        """Tell the seconds."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """Make a clock."""
    return Clock()


@pytest.fixture
def timed(clock: Clock) -> Iterator[FakeJuspay]:
    """Run a fake that goes by that clock."""
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT, clock=clock) as fake:
        yield fake


def picked(found: Json, place: str) -> Json:
    """Pick one place of an order."""
    for step in place.split("."):
        found = found[int(step) if isinstance(found, list) else step]
    return found


@pytest.mark.parametrize("status", [*ORDER_STATUSES, "SOMETHING_NEW"])
def test_every_status_is_an_order_that_reads(juspay: FakeJuspay, status: str) -> None:
    """Whatever the status, the answer is an order of this shop in this status, and nothing of it is unreadable."""
    juspay.add_order("shop-7", status=status)

    got = ask(juspay, "/orders/shop-7")
    read = parse_order(got.body)

    assert 200 == got.status
    assert ("application/json;charset=utf-8", str(len(got.body))) == (
        got.headers["content-type"],
        got.headers["content-length"],
    )
    assert ("shop-7", status, MERCHANT) == (read.order_id, read.status, read.merchant_id)


def test_an_order_without_a_word_is_charged(juspay: FakeJuspay) -> None:
    """What a test most often needs needs no argument."""
    assert "CHARGED" == order(juspay)["status"]


@pytest.mark.parametrize(
    ("fields", "place", "expected"),
    [
        ({"amount": Decimal("1499.00")}, "amount", Decimal("1499.00")),
        ({"amount": Decimal("1499.00")}, "txn_detail.txn_amount", Decimal("1499.00")),
        ({"amount": Decimal("0.10")}, "amount", Decimal("0.10")),
        ({"amount": "1499.00"}, "amount", "1499.00"),
        ({"amount": 5}, "effective_amount", 5),
        ({"status": OrderStatus.AUTHORIZING}, "status_id", 28),
        ({"card": {"card_brand": "RUPAY"}}, "card.card_brand", "RUPAY"),
        ({"card": {"card_brand": "RUPAY"}}, "card.card_type", "CREDIT"),
        ({"date_created": datetime(2025, 7, 1, tzinfo=UTC)}, "date_created", "2025-07-01T00:00:00Z"),
        ({"refunds": [{"unique_request_id": "r-1", "amount": 5, "status": "PENDING"}]}, "refunds.0.status", "PENDING"),
        ({"order_id": "shop-2"}, "order_id", "shop-2"),
        ({"merchant_id": "another"}, "merchant_id", "another"),
        ({"id": 'an"id'}, "id", 'an"id'),
        ({"id": 'an"id'}, "payment_links.web", 'https://payments.example.com/payment-page/order/an"id'),
        ({"id": None}, "id", None),
        ({"sample": "ORDER_REFUNDED"}, "refunds.0.status", "SUCCESS"),
        ({"sample": "ORDER_REFUNDED", "variant": "two_refunds"}, "refunds.1.status", "SUCCESS"),
        ({"sample": "ORDER_FAILED"}, "status", "AUTHORIZATION_FAILED"),
        ({"sample": "ORDER_FAILED", "status": "JUSPAY_DECLINED"}, "status", "JUSPAY_DECLINED"),
        ({"sample": "ORDER_SUCCEEDED", "variant": "minimal"}, "merchant_id", MERCHANT),
    ],
)
def test_changes(juspay: FakeJuspay, fields: dict[str, Any], place: str, expected: Json) -> None:
    """An order is changed as a webhook is: deep, exact, and what repeats a changed field follows."""
    juspay.add_order("shop-1001", **fields)

    found = picked(order(juspay), place)

    assert expected == found
    assert type(expected) is type(found)


def test_a_field_can_be_left_out(juspay: FakeJuspay) -> None:
    """`REMOVE` leaves a key out."""
    juspay.add_order("shop-1001", customer_email=REMOVE, id=REMOVE)

    found = order(juspay)

    assert frozenset() == {"customer_email", "id"} & found.keys()
    assert "customer_phone" in found


@pytest.mark.parametrize("asked", ["shop-1001", "SHOP-1001", "%73hop-1001", "Shop%2D1001"])
def test_ids_are_decoded_and_have_no_case(juspay: FakeJuspay, asked: str) -> None:
    """An id is URL-decoded and compared without case; the answer has it as it was added."""
    assert "shop-1001" == order(juspay, asked)["order_id"]


@pytest.mark.parametrize(
    ("order_id", "asked"), [("a/b", "a%2Fb"), ("é 1", "%C3%A9%201"), ("a?b#c", "a%3Fb%23c"), ("..", "%2E%2E")]
)
def test_odd_ids(juspay: FakeJuspay, order_id: str, asked: str) -> None:
    """An id may hold anything that can be encoded."""
    juspay.add_order(order_id)

    assert order_id == order(juspay, asked)["order_id"]


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("", False),
        ("?options.add_full_gateway_response=true", True),
        ("?options.add_full_gateway_response=TRUE", True),
        ("?options.add_full_gateway_response=1", True),
        ("?options.add_full_gateway_response=false", False),
        ("?options.add_full_gateway_response", False),
        ("?other=true", False),
    ],
)
def test_the_full_gateway_response_is_an_option(juspay: FakeJuspay, query: str, is_there: bool) -> None:  # noqa: FBT001 - a column
    """The gateway's own answer comes only when asked for; the rest of its block always comes."""
    found = ask(juspay, f"/orders/shop-1001{query}").json["payment_gateway_response"]

    assert is_there == ("gateway_response" in found)
    assert "SUCCESS" == found["resp_code"]


def test_the_gateway_responses_of_a_split_payment_are_an_option_too(juspay: FakeJuspay) -> None:
    """They stand in each part of the payment."""
    part = {
        "txn_id": "t-1",
        "status": "CHARGED",
        "payment_gateway_response": {"resp_code": "00", "gateway_response": {"a": 1}},
    }
    juspay.add_order("shop-1001", txn_list=[part, {**part, "payment_gateway_response": None}])

    bare = order(juspay)["txn_list"]
    full = ask(juspay, "/orders/shop-1001?options.add_full_gateway_response=true").json["txn_list"]

    assert [{"resp_code": "00"}, None] == [each["payment_gateway_response"] for each in bare]
    assert [part["payment_gateway_response"], None] == [each["payment_gateway_response"] for each in full]


def test_statuses_come_one_at_each_question(juspay: FakeJuspay) -> None:
    """Each question shows the next status, the last one stays; what does not change is the same in all of them."""
    juspay.add_order("shop-1002", statuses=THREE, amount=Decimal("10.50"), currency="USD")

    found = [order(juspay, "shop-1002") for _ in range(4)]
    ages = [each["last_updated"] for each in found]

    assert [*THREE, "CHARGED"] == [each["status"] for each in found]
    assert [10, 23, 21, 21] == [each["status_id"] for each in found]
    assert 1 == len({(each["id"], each["date_created"], each["amount"], each["currency"]) for each in found})
    assert sorted(ages[:3]) == sorted(set(ages))


def test_a_later_state_never_looks_older() -> None:
    """Even where the samples are of another day, `last_updated` goes on, and the first amount stays."""
    statuses = ["AUTHORIZED", "CAPTURE_INITIATED", "CHARGED", "AUTO_REFUNDED", "NEW"]
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT) as juspay:
        juspay.add_order("shop-1001", statuses=statuses)
        found = [order(juspay) for _ in statuses]

    ages = [datetime.fromisoformat(each["last_updated"]) for each in found]

    assert sorted(set(ages)) == ages
    assert {2500} == {each["amount"] for each in found}


def test_each_status_is_shown_once_to_many_threads(juspay: FakeJuspay) -> None:
    """Questions at the same moment get different states."""
    statuses = [f"STEP_{number}" for number in range(40)]
    juspay.add_order("shop-1002", statuses=statuses)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: order(juspay, "shop-1002")["status"], statuses))

    assert sorted(statuses) == sorted(found)


def test_statuses_come_at_their_time(timed: FakeJuspay, clock: Clock) -> None:
    """With a clock, questions change nothing; before its first status an order is not known."""
    timed.add_order("shop-1001", statuses={30: "CHARGED", 5: "NEW"})
    found: list[str] = []
    for seconds in (104.9, 105.0, 129.9, 130.0, 500.0):
        clock.seconds = seconds
        found.append(order(timed)["status"])

    assert ["NOT_FOUND", "NEW", "NEW", "CHARGED", "CHARGED"] == found


def test_a_question_that_is_refused_does_not_count(juspay: FakeJuspay) -> None:
    """Only an answer moves an order on."""
    juspay.add_order("shop-1001", statuses=THREE)
    ask(juspay, "/orders/shop-1001", headers={})

    assert "NEW" == order(juspay)["status"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Latency(0), "PENDING_VBV"),
        (Chunked(), "PENDING_VBV"),
        (Compressed(), "PENDING_VBV"),
        (Compressed(damaged=True), "NEW"),
        (Respond(503), "NEW"),
        (HalfBody(), "NEW"),
        (Reset(), "NEW"),
    ],
)
def test_only_a_whole_answer_moves_an_order_on(juspay: FakeJuspay, fault: Any, expected: str) -> None:  # noqa: ANN401 - a column
    """Who must ask again because of a fault misses no status."""
    juspay.add_order("shop-1001", statuses=THREE)
    juspay.fail_next(fault)
    with raw(juspay, headers=CLOSE) as connection:
        try:
            rest(connection)
        except ConnectionResetError:
            assert Reset() == fault

    assert expected == order(juspay)["status"]


def test_an_order_can_be_changed(juspay: FakeJuspay) -> None:
    """Changes go on top of earlier ones, and the order gets younger with each."""
    refund = {"unique_request_id": "r-1", "amount": 5, "status": "PENDING"}
    juspay.add_order("shop-1001", card={"card_brand": "RUPAY"}, udf1="a")
    first = order(juspay)
    juspay.set_order("SHOP-1001", refunds=[refund], card={"card_type": "DEBIT"})
    second = order(juspay)
    juspay.set_order("shop-1001", udf1=REMOVE)
    third = order(juspay)

    assert [refund] == second["refunds"]
    assert ("RUPAY", "DEBIT", "a") == (second["card"]["card_brand"], second["card"]["card_type"], second["udf1"])
    assert "udf1" not in third
    assert first["last_updated"] < second["last_updated"] < third["last_updated"]


def test_a_change_keeps_the_pace(juspay: FakeJuspay) -> None:
    """Without a new status the statuses go on; with one they begin anew."""
    juspay.add_order("shop-1001", statuses=THREE)
    order(juspay)
    juspay.set_order("shop-1001", udf1="b")
    second = order(juspay)
    juspay.set_order("shop-1001", status="AUTHORIZATION_FAILED")
    third = order(juspay)
    juspay.set_order("shop-1001", statuses=THREE)

    assert ("PENDING_VBV", "b") == (second["status"], second["udf1"])
    assert ("AUTHORIZATION_FAILED", "b") == (third["status"], third["udf1"])
    assert THREE == [order(juspay)["status"] for _ in THREE]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({}, {"last_updated": "2025-01-01T00:00:00Z"}, "2025-01-01T00:00:00Z"),
        ({"last_updated": "yesterday"}, {}, "yesterday"),
        ({"last_updated": "yesterday"}, {"last_updated": "now"}, "now"),
        ({"last_updated": None}, {"udf1": "a"}, None),
    ],
)
def test_a_test_may_say_when_an_order_changed(
    juspay: FakeJuspay, first: dict[str, Json], second: dict[str, Json], expected: Json
) -> None:
    """What a test gives as `last_updated` stays as it is."""
    juspay.add_order("shop-1001", **first)
    juspay.set_order("shop-1001", **second)

    assert expected == order(juspay)["last_updated"]


def test_an_order_that_is_not_shown_yet_can_be_changed(timed: FakeJuspay, clock: Clock) -> None:
    """There is no earlier state then."""
    timed.add_order("shop-1001", statuses={5: "NEW"})
    timed.set_order("shop-1001", udf1="a")
    clock.seconds += 5

    assert ("NEW", "a") == (order(timed)["status"], order(timed)["udf1"])


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"ammount": 5}, "did you mean amount"),
        ({"sample": "ORDER_SUCCEDED"}, "did you mean ORDER_SUCCEEDED"),
        ({"sample": "MANDATE_CREATED"}, "has no field order"),
        ({"sample": "ORDER_SUCCEEDED", "variant": "cards"}, "did you mean card"),
        ({"udf1": object()}, "cannot hold a value of type object"),
        ({"status": "NEW", "statuses": ["NEW"]}, "not both"),
        ({"statuses": []}, "statuses is a list"),
        ({"statuses": {}}, "statuses is a list"),
        ({"statuses": "NEW"}, "statuses is a list"),
    ],
)
def test_a_slip_of_the_pen_is_refused_at_once(juspay: FakeJuspay, arguments: dict[str, Any], match: str) -> None:
    """The test that made it fails, not the server's thread; the order stays as it was."""
    with pytest.raises(ConfigurationError, match=match):
        juspay.add_order("shop-1001", **arguments)

    assert "CHARGED" == order(juspay)["status"]


def test_an_order_that_is_not_there_cannot_be_changed(juspay: FakeJuspay) -> None:
    """It would be a slip of the pen too."""
    with pytest.raises(ConfigurationError, match="no order shop-9 to change: add_order comes first"):
        juspay.set_order("shop-9", udf1="a")

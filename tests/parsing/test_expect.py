"""What a caller demands of an event or an order, and the error that says why it is not so."""

import copy
import json
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, TypeAlias

import pytest

import juspay_webhooks
from juspay_webhooks import (
    AnyEvent,
    BaseEvent,
    ConfigurationError,
    Event,
    FulfillmentOrderEvent,
    MandateEvent,
    Order,
    OrderEvent,
    OrderFailed,
    OrderSucceeded,
    PayloadError,
    PayoutOrderEvent,
    Problem,
    RefundEvent,
    TransactionEvent,
    UnknownEvent,
    UnknownPayoutEvent,
    UnreadableEvent,
    parse_event,
    parse_order,
)
from juspay_webhooks.models.fields import Json
from tests.parsing.places import all_samples

Read: TypeAlias = Callable[[], object]

CANARY: Final = "canary-7f3a"

ORDER: Final[dict[str, Json]] = {"order_id": "o1", "status": "CHARGED", "amount": 5}
"""The least order."""

LONG: Final = "12345678901234567.890"
"""More digits than a float holds."""

every_sample: Final = pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in all_samples()])


def payment(name: str = "ORDER_SUCCEEDED", **order: Json) -> str:
    """Write a payment event with more members in its order."""
    return json.dumps({"id": "e", "event_name": name, "content": {"order": {**ORDER, **order}}})


def payout(value: Json = "READY_FOR_FULFILLMENT", label: str = "ORDER", **info: Json) -> str:
    """Write a payout event with more members in its `info`."""
    return json.dumps({"label": label, "value": value, "info": {"id": "i", "status": "S", "amount": 5, **info}})


def refused(read: Read) -> PayloadError:
    """Give the error that a reading ends in."""
    with pytest.raises(PayloadError) as caught:
        read()
    return caught.value


DAMAGED: Final = payment(amount_refunded=CANARY, card=CANARY, refunds=[CANARY], udf1=5)
"""An event with four problems."""

PROBLEMS: Final = (
    Problem(path="/content/order/amount_refunded", expected="number", got="text"),
    Problem(path="/content/order/card", expected="object", got="text"),
    Problem(path="/content/order/refunds/0", expected="object", got="text"),
    Problem(path="/content/order/udf1", expected="text", got="number"),
)

UNREADABLE: Final = payment(amount=CANARY, card=CANARY, order_id=None)
"""An event without what it cannot be without."""

MISSING: Final = (
    Problem(path="/content/order/amount", expected="number", got="text"),
    Problem(path="/content/order/card", expected="object", got="text"),
    Problem(path="/content/order/order_id", expected="text", got="nothing"),
)


# --- strict ---


def test_a_lenient_reading_lists_problems_on_the_event() -> None:
    """Without a demand the event is there, with every problem in the order of the body."""
    event = parse_event(DAMAGED)

    assert isinstance(event, OrderSucceeded)
    assert PROBLEMS == event.problems


def test_a_strict_reading_raises_them() -> None:
    """All problems are in the error, and the message says them, never what stands there."""
    error = refused(lambda: parse_event(DAMAGED, strict=True))

    assert (PROBLEMS, "ORDER_SUCCEEDED", PROBLEMS[0].path) == (error.problems, error.event_name, error.path)
    assert f"strict reading found problems: {'; '.join(map(str, PROBLEMS))}" == str(error)


@pytest.mark.parametrize(
    "body",
    [
        payment(),
        payment("BRAND_NEW", status="BRAND_NEW", brand_new=1),
        payout(),
        payout("BRAND_NEW", "BRAND_NEW"),
        '{"event_name":"BRAND_NEW","content":{}}',
    ],
)
def test_what_is_new_is_not_wrong(body: str) -> None:
    """New names, labels, words and keys are no problems: `strict` accepts them."""
    assert parse_event(body) == parse_event(body, strict=True)


@pytest.mark.parametrize(
    ("body", "name", "path"),
    [
        (UNREADABLE, "ORDER_SUCCEEDED", "/content/order/amount"),
        ('{"event_name":"ORDER_SUCCEEDED","content":{}}', "ORDER_SUCCEEDED", "/content/order"),
        (payout(id=None), "ORDER/READY_FOR_FULFILLMENT", "/info/id"),
        (payout(None), "ORDER/", "/value"),
        (payout(None, "BRAND_NEW"), "BRAND_NEW/", "/value"),
    ],
)
@pytest.mark.parametrize("demand", [{"strict": True}, {"expect": OrderEvent}, {"strict": True, "expect": BaseEvent}])
def test_an_unreadable_event_meets_no_demand(demand: dict[str, Any], body: str, name: str, path: str) -> None:
    """Without a demand it is an `UnreadableEvent`; with one it is an error with the same problems."""
    event = parse_event(body)
    error = refused(lambda: parse_event(body, **demand))

    assert isinstance(event, UnreadableEvent)
    assert (event.problems, name, path) == (error.problems, error.event_name, error.path)
    assert name == event.name
    assert str(error).startswith("the event cannot be read: " + path)
    assert CANARY not in str(error)


# --- expect ---


@every_sample
def test_a_sample_meets_its_own_class(body: bytes) -> None:
    """The class itself, its family and the base of all events are met."""
    event = parse_event(body)
    classes = [cls for cls in type(event).__mro__ if issubclass(cls, BaseEvent)]

    assert [event] * len(classes) == [parse_event(body, expect=cls) for cls in classes]
    assert {2, 3} >= {len(classes)}


@pytest.mark.parametrize(
    ("body", "expect", "got"),
    [
        (payment(), OrderFailed, "OrderSucceeded"),
        (payment(), RefundEvent, "OrderSucceeded"),
        (payment(), UnknownEvent, "OrderSucceeded"),
        (payment(), UnreadableEvent, "OrderSucceeded"),
        (payment(), PayoutOrderEvent, "OrderSucceeded"),
        (payment("ORDER_REFUNDED"), OrderEvent, "OrderRefunded"),
        (payment("ORDER_VOIDED"), OrderSucceeded, "OrderEvent"),
        (payment("TXN_CREATED"), TransactionEvent, "TxnCreated"),
        ('{"event_name":"BRAND_NEW","content":{}}', MandateEvent, "UnknownEvent"),
        (payout(), FulfillmentOrderEvent, "PayoutOrderEvent"),
        (payout("V", "BRAND_NEW"), UnknownEvent, "UnknownPayoutEvent"),
    ],
)
def test_another_class_is_refused(body: str, expect: type[BaseEvent], got: str) -> None:
    """The error names both classes; problems need there be none."""
    error = refused(lambda: parse_event(body, expect=expect))

    assert f"expected {expect.__name__}, got {got}" == str(error)
    assert ((), "", parse_event(body).name) == (error.problems, error.path, error.event_name)


def test_expect_alone_accepts_problems() -> None:
    """Damage beside the point is no reason to refuse, unless `strict` is said as well; another class keeps them."""
    assert PROBLEMS == parse_event(DAMAGED, expect=OrderSucceeded).problems
    assert PROBLEMS == refused(lambda: parse_event(DAMAGED, expect=OrderSucceeded, strict=True)).problems
    assert PROBLEMS == refused(lambda: parse_event(DAMAGED, expect=OrderFailed)).problems


def test_an_unreadable_event_may_be_expected() -> None:
    """Whoever keeps a folder of such bodies can demand that they still are unreadable; not in a strict way."""
    assert MISSING == parse_event(UNREADABLE, expect=UnreadableEvent).problems
    assert MISSING == refused(lambda: parse_event(UNREADABLE, expect=UnreadableEvent, strict=True)).problems


def test_unknown_events_may_be_expected() -> None:
    """They are classes like any other."""
    body = '{"event_name":"BRAND_NEW","content":{"thing":1}}'

    assert "BRAND_NEW" == parse_event(body, expect=UnknownEvent, strict=True).name
    assert "V" == parse_event(payout("V", "BRAND_NEW"), expect=UnknownPayoutEvent).value


@pytest.mark.parametrize(
    "expect",
    [
        Event,
        AnyEvent,
        juspay_webhooks.PayoutEvent,
        (OrderSucceeded, OrderFailed),
        "OrderSucceeded",
        Order,
        dict,
        object,
        Exception,
        parse_event(payment()),
        0,
        (),
    ],
    ids=lambda value: getattr(value, "__name__", None) or str(value)[:30],
)
@pytest.mark.parametrize("body", [payment(), UNREADABLE, payout()], ids=["whole", "unreadable", "payout"])
def test_only_one_event_class_can_be_expected(body: str, expect: Any) -> None:  # noqa: ANN401 - anything may come
    """A union, a tuple, a name or another class is a mistake in the call, whatever the body is."""
    with pytest.raises(ConfigurationError, match="expect takes an event class"):
        parse_event(body, expect=expect)


# --- The error itself ---


@pytest.mark.parametrize(
    "read",
    [
        lambda: parse_event(DAMAGED, strict=True),
        lambda: parse_event(UNREADABLE, strict=True),
        lambda: parse_event(payment(), expect=OrderFailed),
        lambda: parse_event(payment(CANARY)[:-1]),
        lambda: parse_event('{"event_name":"ORDER_SUCCEEDED","content":"canary-7f3a"}'),
        lambda: parse_order('{"order_id":"canary-7f3a"}'),
    ],
)
def test_errors_travel(read: Read) -> None:
    """An error survives pickle and copy with all it knows, has nothing behind it, and shows no value."""
    error = refused(read)
    told = (type(error), str(error), error.problems, error.event_name, error.path)
    copies = [pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)]  # noqa: S301

    assert [told] * 3 == [(type(e), str(e), e.problems, e.event_name, e.path) for e in copies]
    assert (None, None) == (error.__cause__, error.__context__)
    assert CANARY not in f"{error!r}{error.problems}"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("{", None),
        ("[]", None),
        ('{"event_name": 5, "content": {}}', None),
        ('{"event_name": "ORDER_SUCCEEDED"}', "ORDER_SUCCEEDED"),
        ('{"event_name": "ORDER_SUCCEEDED", "content": "FILTERED"}', "ORDER_SUCCEEDED"),
        ('{"event_name": "line\\nbreak\\u001b", "content": 5}', "line\\nbreak\\x1b"),
        (json.dumps({"event_name": "A" * 5_000, "content": 5}), "A" * 77 + "..."),
    ],
)
def test_the_name_as_far_as_it_is_readable(body: str, name: str | None) -> None:
    """An error knows the event's name if the body has one, made fit to print."""
    assert name == refused(lambda: parse_event(body)).event_name


# --- Orders ---


def test_an_order() -> None:
    """The answer of the order-status call is read as `content.order` of a webhook is."""
    body = json.dumps({**ORDER, "udf1": "x", "brand_new": [1], "card": "FILTERED", "refunds": []})
    event = parse_event(json.dumps({"event_name": "NEW", "content": {"order": json.loads(body)}}), expect=OrderEvent)

    assert (
        event.order == parse_order(body) == parse_order(body.encode()) == parse_order(b"\xef\xbb\xbf" + body.encode())
    )
    assert ((), None) == (parse_order(body).refunds, parse_order(body).card)


def test_amounts_of_an_order_are_exact() -> None:
    """A number and a text keep every digit."""
    texts = [json.dumps({**ORDER, "amount": 0}).replace(": 0", ": " + amount) for amount in (LONG, f'"{LONG}"')]

    assert [Decimal(LONG)] * 2 == [parse_order(text).amount for text in texts]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        # Answers that Juspay gives instead of an order.
        ({"status": "NOT_FOUND", "status_id": 40, "order_id": "o1"}, "/amount"),
        ({"status": "NOT_FOUND", "error_code": "order_not_found", "error_message": "no such order"}, "/order_id"),
        ({"status": "ERROR", "error_code": "access_denied", "error_message": "", "error_info": {}}, "/order_id"),
        ({"error_info": {"category": "USER_ERROR", "code": "x"}}, "/order_id"),
        # Parts of the order are not there, or not readable.
        ({**ORDER, "amount": None}, "/amount"),
        ({**ORDER, "amount": CANARY}, "/amount"),
        ({**ORDER, "order_id": {}}, "/order_id"),
        ({**ORDER, "status": [CANARY]}, "/status"),
        # Other bodies of Juspay's.
        (json.loads(payment()), "/order_id"),
        (json.loads(payout()), "/order_id"),
        ({}, "/order_id"),
    ],
)
def test_what_is_no_order(body: dict[str, Json], path: str) -> None:
    """What an order cannot be without is listed, and nothing of the body is shown."""
    error = refused(lambda: parse_order(json.dumps(body)))

    assert str(error).startswith("the body is not an order: " + path)
    assert (path, None) == (error.path, error.event_name)
    assert CANARY not in str(error)


def test_every_problem_of_an_order_is_listed() -> None:
    """First what cannot be read, in the order of the body; then what is missing."""
    error = refused(lambda: parse_order('{"status": [], "amount_refunded": "x", "card": {"token": 5}}'))

    assert (
        Problem(path="/status", expected="text", got="list"),
        Problem(path="/amount_refunded", expected="number", got="text"),
        Problem(path="/card/token", expected="object", got="number"),
        Problem(path="/order_id", expected="text", got="nothing"),
        Problem(path="/amount", expected="number", got="nothing"),
    ) == error.problems


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "empty"),
        ("[]", "list"),
        (f"[{json.dumps(ORDER)}]", "list"),
        ('"o1"', "text"),
        ("null", "nothing"),
        ("<html>", "not JSON"),
        ('{"order_id": "o1", ', "not JSON"),
        (b"\xff", "UTF-8"),
        ("[" * 200, "nested deeper"),
    ],
)
def test_what_is_not_even_an_object(body: str | bytes, says: str) -> None:
    """An array, a page of a proxy or an answer that breaks off is refused, and no order is made of it."""
    assert says in str(refused(lambda: parse_order(body)))


def test_the_size_of_an_order() -> None:
    """The limit is inclusive and may be chosen."""
    body = json.dumps(ORDER)

    assert "o1" == parse_order(body, max_bytes=len(body)).order_id
    assert "max_bytes" in str(refused(lambda: parse_order(body, max_bytes=len(body) - 1)))


@pytest.mark.parametrize("body", [ORDER, None, 5, [ORDER]])
def test_an_order_is_read_from_a_body(body: Any) -> None:  # noqa: ANN401 - anything may come
    """Decoded JSON is a mistake in the call."""
    with pytest.raises(ConfigurationError, match="a body is bytes"):
        parse_order(body)


@pytest.mark.parametrize(
    ("members", "is_lost"),
    [
        ({"refunds": "FILTERED"}, True),
        ({"refunds": [{"unique_request_id": "r", "status": "SUCCESS", "amount": "FILTERED"}]}, True),
        ({"refunds": [{"unique_request_id": "r", "status": "SUCCESS", "amount": 1, "created": "FILTERED"}]}, False),
        ({"txn_list": "FILTERED"}, True),
        ({"txn_list": [{"txn_id": "t"}]}, True),
        ({"txn_list": [{"txn_id": "t", "status": "CHARGED", "card": "FILTERED"}]}, False),
        ({"txn_list": [{"txn_id": "t", "status": "CHARGED", "refunds": [{}]}]}, True),
        ({"split_refund_details": [7]}, True),
        ({"card": "FILTERED"}, False),
    ],
)
def test_an_order_never_loses_a_refund_in_silence(members: dict[str, Json], is_lost: bool) -> None:  # noqa: FBT001
    """An order that looks paid because its refund could not be read is refused; other parts may be missing."""
    body = json.dumps({"order_id": "o", "status": "CHARGED", "amount": 5} | members)

    if is_lost:
        with pytest.raises(PayloadError, match="refunds, legs or captures"):
            parse_order(body)
    else:
        assert "o" == parse_order(body).order_id

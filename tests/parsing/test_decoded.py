"""Decoded JSON becomes the event that its body would become; what JSON cannot hold is the caller's mistake."""

import hashlib
import json
from collections import OrderedDict, UserDict
from datetime import UTC, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, Final

import attrs
import pytest

from juspay_webhooks import (
    ConfigurationError,
    FreeForm,
    OrderEvent,
    OrderFailed,
    OrderStatus,
    OrderSucceeded,
    PayloadError,
    Problem,
    UnknownEvent,
    UnreadableEvent,
    parse_decoded,
    parse_event,
    unknown_fields,
)
from juspay_webhooks.errors import pointer
from juspay_webhooks.models.fields import Json
from tests.parsing.places import all_samples, leaves

every_sample: Final = pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in all_samples()])

CANARY: Final = "canary-7f3a"


class Text(str):
    """A text of somebody else's class."""

    __slots__ = ()

    def __str__(self) -> str:
        """Lie."""
        return "a lie"


class Float(float):
    """A float of somebody else's class, as numpy has one."""


class Amount(Decimal):
    """A decimal of somebody else's class."""


class Word(StrEnum):
    """Words of the caller's own."""

    PAID = "CHARGED"


class Number(IntEnum):
    """Numbers of the caller's own."""

    PAID = 21


def payment(**order: Json) -> dict[str, Json]:
    """Make a decoded payment event with more members in its order."""
    return {
        "id": "e",
        "event_name": "ORDER_SUCCEEDED",
        "content": {"order": {"order_id": "o1", "status": "CHARGED", "amount": 5, **order}},
    }


def problem(key: str, expected: str, got: str) -> Problem:
    """Make the problem of one member of the order."""
    return Problem(path=f"/content/order/{key}", expected=expected, got=got)


# --- The same meaning ---


@every_sample
def test_exact_numbers_mean_the_same(body: bytes) -> None:
    """Decoded with exact numbers, a body gives the event that it gives undecoded."""
    event = parse_event(body)

    assert event == parse_decoded(json.loads(body, parse_float=Decimal), strict=True)


@every_sample
def test_floats_mean_the_same_with_problems(body: bytes) -> None:
    """Decoded as most programs do, amounts with a fraction are told of, and only these."""
    decoded = json.loads(body)
    event = parse_decoded(decoded)
    floats = {pointer(path) for path, leaf in leaves(decoded) if isinstance(leaf, float)}

    assert parse_event(body) == attrs.evolve(event, problems=())
    assert {Problem(path=path, expected="exact number", got="binary float") for path in floats} == {*event.problems}


@pytest.mark.parametrize(
    ("key", "value", "meaning", "problems"),
    [
        ("amount", 7, Decimal(7), ()),
        ("amount", "7.10", Decimal("7.10"), ()),
        ("amount", Decimal("7.10"), Decimal("7.10"), ()),
        ("amount", 7.1, Decimal("7.1"), (problem("amount", "exact number", "binary float"),)),
        ("amount", 0.1 + 0.2, Decimal("0.30000000000000004"), (problem("amount", "exact number", "binary float"),)),
        ("amount_refunded", 1e30, None, (problem("amount_refunded", "number", "binary float"),)),
        ("amount_refunded", True, None, (problem("amount_refunded", "number", "true or false"),)),
        ("status_id", 21.0, 21, ()),
        ("status_id", Number.PAID, 21, ()),
        ("status_id", 21.5, None, (problem("status_id", "whole number", "binary float"),)),
        ("udf1", 1.5, "1.5", (problem("udf1", "text", "binary float"),)),
        ("udf1", Text("Asha"), "Asha", ()),
        ("status", Word.PAID, OrderStatus.CHARGED, ()),
        ("status", OrderStatus("BRAND_NEW"), OrderStatus("BRAND_NEW"), ()),
        ("refunded", False, False, ()),
        ("date_created", 1706693400, datetime(2024, 1, 31, 9, 30, tzinfo=UTC), ()),
        ("metadata", {"a": (1, MappingProxyType({"b": Text("c")}))}, FreeForm({"a": [1, {"b": "c"}]}), ()),
        ("metadata", FreeForm({"a": [Decimal("1.10")]}), FreeForm({"a": [Decimal("1.10")]}), ()),
        ("metadata", {Text("a"): 10**300}, FreeForm({"a": 10**300}), ()),
        ("refunds", (), (), ()),
    ],
)
def test_values(key: str, value: Json, meaning: Json, problems: tuple[Problem, ...]) -> None:
    """Each kind of value that Python has for JSON is read as on the wire; of a float it is said that it is one."""
    event: Any = parse_decoded(payment(**{key: value}))
    found = getattr(event.order, key)

    assert problems == event.problems
    assert (type(meaning), meaning) == (type(found), found)


@pytest.mark.parametrize("wrap", [MappingProxyType, OrderedDict, UserDict, FreeForm])
def test_any_mapping_is_a_body(wrap: Any) -> None:  # noqa: ANN401 - a mapping is what is asked for
    """What a framework hands over need not be a dict, at any level."""
    body = payment(metadata={"a": 1})
    wrapped = wrap({**body, "content": wrap({"order": wrap(body["content"]["order"])})})

    assert parse_event(json.dumps(body)) == parse_decoded(wrapped)


def test_the_event_is_its_own() -> None:
    """Changing the mapping afterwards does not change the event."""
    metadata = {"cart": [1]}
    event = parse_decoded(payment(metadata=metadata), expect=OrderSucceeded)
    metadata["cart"].append(2)

    assert FreeForm({"cart": [1]}) == event.order.metadata


@pytest.mark.parametrize("number", [1, Decimal("1.10"), 1.5, 10**300, Decimal("1E+30")])
def test_raw_is_the_body_encoded_anew(number: Json) -> None:
    """It is JSON with exact numbers, from which payload, unknown fields and key are taken as from any body."""
    event = parse_decoded({"event_name": "BRAND_NEW", "content": {"thing": number, "text": "आ"}})
    exact = Decimal(str(number)) if isinstance(number, float) else number

    assert {"event_name": "BRAND_NEW", "content": {"thing": exact, "text": "आ"}} == event.payload
    assert {"/content/thing": exact, "/content/text": "आ"} == unknown_fields(event)
    assert hashlib.sha256(event.raw).hexdigest() == event.dedupe_key
    assert event == parse_event(event.raw)


def test_a_float_in_a_free_form_object_is_no_float() -> None:
    """A free-form object holds exact numbers, wherever it came from."""
    event = parse_decoded(payment(metadata={"a": 1.1}), expect=OrderSucceeded)

    assert FreeForm({"a": Decimal("1.1")}) == event.order.metadata


# --- Refused ---


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (float("nan"), "float"),
        (float("inf"), "float"),
        (Decimal("NaN"), "Decimal"),
        (Decimal("-Infinity"), "Decimal"),
        (datetime(2024, 1, 31, tzinfo=UTC), "datetime"),
        (CANARY.encode(), "bytes"),
        (bytearray(CANARY.encode()), "bytearray"),
        ({CANARY}, "set"),
        (frozenset({CANARY}), "frozenset"),
        (object(), "object"),
        (iter([CANARY]), "list_iterator"),
        (1j, "complex"),
        ({CANARY.encode(): 1}, "bytes"),
        ({frozenset({CANARY}): 1}, "frozenset"),
    ],
)
@pytest.mark.parametrize("key", ["udf1", "metadata", "brand_new"])
def test_what_json_cannot_hold(key: str, value: Json, kind: str) -> None:
    """The caller is told which type it was, in a known field or not, and never the value."""
    with pytest.raises(ConfigurationError, match=f"holds {kind}") as caught:
        parse_decoded(payment(**{key: [value]}))

    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        Decimal("sNaN"),
        {7: 1},
        {None: 1},
        {True: 1},
        {1.5: 1},
        {(1, 2): 1},
    ],
    ids=repr,
)
def test_other_things_that_json_cannot_hold(value: Json) -> None:
    """Keys are text, and a number that signals is no number."""
    with pytest.raises(ConfigurationError):
        parse_decoded(payment(metadata=value))


@pytest.mark.parametrize(
    "value",
    [
        Float(1.5),
        Amount("1.5"),
        Decimal("1E+400"),
        10**5_000,
    ],
    ids=lambda value: type(value).__name__,
)
def test_other_numbers(value: Json) -> None:
    """A number is read whatever its class and its size are."""
    event = parse_decoded(payment(metadata={"a": value}), expect=OrderSucceeded)

    assert event.order.metadata is not None
    assert Decimal(value) == event.order.metadata["a"]


@pytest.mark.parametrize("order", [{"udf1": "\ud800"}, {"metadata": {"\ud800": 1}}, {"brand_new": ["\udfff"]}])
def test_half_of_a_pair_is_no_text(order: dict[str, Json]) -> None:
    """Text that UTF-8 cannot hold is refused in values and keys."""
    with pytest.raises(ConfigurationError, match="not Unicode"):
        parse_decoded(payment(**order))


def nested(levels: int) -> dict[str, Json]:
    """Make an object inside an object, and so on."""
    found: dict[str, Json] = {}
    for _ in range(levels):
        found = {"a": found}
    return found


def test_depth_has_the_limit_of_a_body() -> None:
    """A hundred levels are read, one more is not."""
    assert "e" == parse_decoded(payment(metadata=nested(96)), strict=True).id
    with pytest.raises(PayloadError, match="nested deeper than 100 levels"):
        parse_decoded(payment(metadata=nested(97)))


def test_what_has_no_end_is_refused() -> None:
    """Neither a mapping of a hundred thousand levels nor one that holds itself ends in a `RecursionError`."""
    circle = payment()
    circle["content"]["order"]["metadata"] = circle

    for body in (payment(metadata=nested(100_000)), circle):
        with pytest.raises(ConfigurationError, match="nested deeper"):
            parse_decoded(body)


@pytest.mark.parametrize("body", [None, [payment()], (payment(),), json.dumps(payment()), b"{}", 5, {"a"}])
def test_only_a_mapping_is_a_body(body: Any) -> None:  # noqa: ANN401 - anything may come
    """Text and bytes go to `parse_event`."""
    with pytest.raises(ConfigurationError):
        parse_decoded(body)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "neither event_name"),
        ({"JWT": "a.b.c"}, "encrypted"),
        ({"event_name": "ORDER_SUCCEEDED", "content": [1]}, "/content"),
        ({"event_name": "<event_name>", "content": {}}, "/event_name"),
        ({"order_id": "o", "status": "NEW"}, "parse_order"),
    ],
)
def test_what_is_no_event(body: dict[str, Json], says: str) -> None:
    """A mapping that is no webhook is refused as its body is."""
    with pytest.raises(PayloadError, match=says) as caught:
        parse_decoded(body)
    with pytest.raises(PayloadError) as undecoded:
        parse_event(json.dumps(body))

    assert str(undecoded.value) == str(caught.value)
    assert undecoded.value.problems == caught.value.problems


# --- Demands ---


def test_strict() -> None:
    """A float is a problem, and `strict` refuses problems."""
    assert "e" == parse_decoded(payment(amount=5), strict=True).id
    with pytest.raises(PayloadError, match="exact number") as caught:
        parse_decoded(payment(amount=5.0), strict=True)

    assert (problem("amount", "exact number", "binary float"),) == caught.value.problems


def test_expect() -> None:
    """A leaf and its family are accepted, any other class and an unreadable event are not."""
    unreadable = payment(amount=None)

    assert "o1" == parse_decoded(payment(), expect=OrderSucceeded).order_id
    assert "o1" == parse_decoded(payment(), expect=OrderEvent).order_id
    assert "ORDER_SUCCEEDED" == parse_decoded(unreadable, expect=UnreadableEvent).name
    for body, expected in ((payment(), OrderFailed), (payment(), UnknownEvent), (unreadable, OrderSucceeded)):
        with pytest.raises(PayloadError):
            parse_decoded(body, expect=expected)

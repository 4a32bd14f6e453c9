"""What every model shares: free-form mappings, open words, converters, checks, masks, names on the wire."""

import copy
import json
import pickle
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Final, Optional

import attrs
import pytest
from rich.pretty import pretty_repr

from juspay_webhooks import catalog, parse_order
from juspay_webhooks.catalog import Outcome
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models import statuses
from juspay_webhooks.models.fields import (
    Epoch,
    FreeForm,
    Json,
    Model,
    Money,
    PayoutModel,
    Personal,
    Wire,
    core_type,
    is_epoch,
    is_personal,
    shape,
    wire_names,
)
from juspay_webhooks.models.open_enum import OpenEnum
from juspay_webhooks.models.statuses import OrderStatus
from juspay_webhooks.models.values import sound_instant, sound_money, to_instant, to_money

VOCABULARIES: Final[list[tuple[type[OpenEnum], Mapping[str, catalog.StatusRow[Any]]]]] = [
    (statuses.OrderStatus, catalog.ORDER_STATUSES),
    (statuses.RefundStatus, catalog.REFUND_STATUSES),
    (statuses.MandateStatus, catalog.MANDATE_STATUSES),
    (statuses.NotificationStatus, catalog.NOTIFICATION_STATUSES),
    (statuses.PayoutOrderStatus, catalog.PAYOUT_ORDER_STATUSES),
    (statuses.FulfillmentStatus, catalog.FULFILLMENT_STATUSES),
    (statuses.PayoutTransactionStatus, catalog.PAYOUT_TRANSACTION_STATUSES),
    (statuses.ValidationStatus, catalog.VALIDATION_STATUSES),
]

SEVEN: Final = datetime(2024, 1, 31, 7, tzinfo=UTC)


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class Parcel(Model):
    """A model with one field of each sort."""

    number: str
    """Plain text."""

    price: Money | None = None
    """Money."""

    sent_at: Epoch | None = None
    """An instant in epoch seconds."""

    seen_at: datetime | None = None
    """An instant."""

    state: OrderStatus | None = None
    """An open word."""

    owner: Personal | None = None
    """A person."""

    door: Annotated[Personal, Wire(("door.code", "doorCode"))] | None = None
    """A secret under two spellings."""

    content: FreeForm | None = None
    """A free-form mapping."""

    parts: tuple[str, ...] | None = None
    """A list."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class PaidParcel(PayoutModel):
    """A model with camelCase names on the wire."""

    parcel_number: str | None = None
    """A name of two words."""

    udf1: str | None = None
    """A name of one word."""

    kept_by: Annotated[str, Wire(("KeptBy",))] | None = None
    """A name that does not follow the rule."""


# --- Free-form mappings ---


def nested() -> dict[str, Json]:
    """Give an object with objects and lists inside."""
    return {"a": {"b": [1, {"c": "2"}]}, "d": None}


@pytest.mark.parametrize("build", [FreeForm, FreeForm.adopt, lambda data: FreeForm.adopt(json.dumps(data))])
def test_free_form_is_read_only_at_every_depth(build: Callable[[Json], FreeForm]) -> None:
    """Objects come out as read-only mappings, lists as tuples, inside lists too; other values as they are."""
    found = build(nested())

    assert ["a", "d"] == list(found)
    assert (2, None) == (len(found), found["d"])
    assert isinstance(found["a"], FreeForm)
    assert isinstance(found["a"]["b"], tuple)
    assert isinstance(found["a"]["b"][1], FreeForm)
    with pytest.raises(TypeError):
        found["a"]["new"] = 1  # type: ignore[index]
    with pytest.raises(KeyError):
        found["missing"]


def test_free_form_keeps_its_own_copy() -> None:
    """Whoever built the mapping may go on changing the object, and whoever asked for a plain one may change that."""
    data = nested()
    found = FreeForm(data)
    data["a"]["b"].append("late")
    found.to_json()["a"]["b"].clear()

    assert nested() == found.to_json()


@pytest.mark.parametrize(
    "build", [FreeForm, lambda data: FreeForm(FreeForm(data)), lambda data: FreeForm({**FreeForm(data)})]
)
def test_free_form_equals_the_same_members(build: Callable[[Json], FreeForm]) -> None:
    """Members count, not the way they were written: objects, JSON text, plain mappings, read-only parts."""
    found = build(nested())

    assert found == FreeForm(json.dumps(nested()))
    assert found == nested()
    assert nested() == found
    assert found != FreeForm({})
    assert found != {"a": 1}
    assert found != [("a", 1)]


def test_free_form_keeps_the_text_that_it_came_as() -> None:
    """What came as JSON text goes back as that text, to the letter; numbers inside are exact."""
    text = '{"rate":  1.10, "gone": null}'
    found = FreeForm(text)

    assert (text, text) == (found.text, found.to_json())
    assert Decimal("1.10") == found["rate"]
    assert FreeForm({"rate": 1}).text is None


@pytest.mark.parametrize("data", ["secret", '["secret"]', '"secret"', "", "[" * 100_000, 7, None, ["secret"]])
def test_free_form_refuses_what_is_no_object(data: Json) -> None:
    """The refusal says what was expected, and shows nothing of the text."""
    with pytest.raises(ConfigurationError, match="expected") as caught:
        FreeForm(data)

    assert "secret" not in str(caught.value)
    assert (None, None) == (caught.value.__cause__, caught.value.__context__)


@pytest.mark.parametrize("data", [nested(), json.dumps(nested())])
def test_free_form_survives_pickle_and_copy(data: Json) -> None:
    """Copies are equal and remember whether it was a text."""
    found = FreeForm(data)
    copies = [pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)]  # noqa: S301

    assert [found] * 3 == copies
    assert [found.text] * 3 == [each.text for each in copies]


def test_free_form_shows_nothing_and_has_no_hash() -> None:
    """Its values may be anybody's data, and may be unhashable."""
    found = FreeForm({"name": "Jane Doe", "also": 1})

    assert "FreeForm(<2 members>)" == repr(found)
    with pytest.raises(TypeError):
        hash(found)


# --- Open words ---


@pytest.mark.parametrize(("kind", "rows"), VOCABULARIES)
def test_every_word_has_one_row(kind: type[OpenEnum], rows: Mapping[str, catalog.StatusRow[Any]]) -> None:
    """The words of the enumeration and the rows of the catalog are the same, and each word tells its row's facts."""
    members: dict[str, Any] = dict(kind.__members__)

    assert set(rows) == set(members)
    assert list(members) == [member.value for member in members.values()]
    assert [(row.outcome, row.is_terminal) for row in rows.values()] == [
        (members[name].outcome, members[name].is_terminal) for name in rows
    ]


@pytest.mark.parametrize(("kind", "rows"), VOCABULARIES)
def test_a_new_word_is_a_member_of_its_own(kind: type[Any], rows: Mapping[str, catalog.StatusRow[Any]]) -> None:
    """A word of tomorrow keeps its text, means nothing yet, and does not change the vocabulary."""
    found = kind("Brand_new")

    assert ("Brand_new", "Brand_new", False) == (found.value, found.name, found.is_known)
    assert ("UNKNOWN", False) == (found.outcome.name, found.is_terminal)
    assert len(rows) == len(kind.__members__)
    assert kind("Brand_new") == found
    assert kind("Other_new") != found


@pytest.mark.parametrize("word", ["CHARGED", "Charged", "charged"])
def test_a_known_word_is_known_in_any_case(word: str) -> None:
    """One published refund says `Failure`."""
    assert OrderStatus.CHARGED is OrderStatus(word)
    assert OrderStatus(word).is_known


@pytest.mark.parametrize("word", ["CHARGED", "BRAND_NEW", ""])
def test_a_word_is_its_text(word: str) -> None:
    """It compares, hashes, prints and goes into JSON as the text, and survives pickle and copy."""
    found = OrderStatus(word)
    copies = [pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)]  # noqa: S301

    assert found == word
    assert {word} == {found}
    assert [word, word, f'"{word}"'] == [str(found), f"{found}", json.dumps(found)]
    assert [found] * 3 == copies
    assert [OrderStatus] * 3 == [type(each) for each in copies]


@pytest.mark.parametrize("value", [21, None, b"CHARGED", 1.5])
def test_only_a_text_is_a_word(value: Json) -> None:
    """A number is no word: `status_id` must never be taken for a status."""
    with pytest.raises(ValueError, match="not a valid OrderStatus"):
        OrderStatus(value)


@pytest.mark.parametrize("word", ["A" * 5_000, "line\nbreak\x1b[31m", "\u202eevil"])
def test_repr_of_a_foreign_word_is_short_and_printable(word: str) -> None:
    """A hostile word neither floods a log nor forges a line in it."""
    shown = repr(OrderStatus(word))

    assert shown.startswith("OrderStatus('")
    assert len(shown) < 100
    assert shown.isascii()
    assert shown.isprintable()
    assert "OrderStatus.CHARGED" == repr(OrderStatus.CHARGED)


# --- Converters and checks ---


@pytest.mark.parametrize(
    ("value", "money"),
    [(None, None), (Decimal("1.10"), Decimal("1.10")), (7, Decimal(7)), ("1499.50", Decimal("1499.50"))],
)
def test_money_is_exact(value: Json, money: Decimal | None) -> None:
    """Whole numbers, text and `Decimal` are amounts."""
    assert money == to_money(value)
    assert str(money) == str(Parcel(number="p", price=value).price)


@pytest.mark.parametrize("value", [1.5, True, "ten", "", b"1", [1]])
def test_a_float_is_no_money(value: Json) -> None:
    """A float has lost its last digits already, and a flag is no number."""
    with pytest.raises(ConfigurationError, match="amount"):
        Parcel(number="p", price=value)


@pytest.mark.parametrize(
    ("amount", "is_sound"),
    [
        ("0", True),
        ("-3.5", True),
        ("9999999999999999999", True),
        ("1E-18", True),
        ("10000000000000000000", False),
        ("1E-19", False),
        ("NaN", False),
        ("Infinity", False),
    ],
)
def test_an_amount_has_bounds(amount: str, is_sound: bool) -> None:  # noqa: FBT001
    """What no currency needs is refused, before somebody's sum or column chokes on it."""
    assert is_sound is sound_money(Decimal(amount))
    if not is_sound:
        with pytest.raises(ConfigurationError, match="price: expected an amount"):
            Parcel(number="p", price=Decimal(amount))


@pytest.mark.parametrize("value", [SEVEN, "2024-01-31T07:00:00Z", "2024-01-31T12:30:00+05:30", None])
def test_an_instant_is_aware(value: Json) -> None:
    """A `datetime` or ISO text with a zone is an instant."""
    expected = None if value is None else SEVEN

    assert expected == to_instant(value)
    assert expected == Parcel(number="p", seen_at=value, sent_at=value).sent_at


@pytest.mark.parametrize("value", ["1598745600", 1598745600, "31/01/2024", "", b"2024-01-31T07:00:00Z"])
def test_an_instant_by_hand_is_iso(value: Json) -> None:
    """Forms that only bodies have are refused where somebody writes a model by hand."""
    with pytest.raises(ConfigurationError, match="an instant is"):
        Parcel(number="p", seen_at=value)


@pytest.mark.parametrize(
    ("instant", "is_sound"),
    [
        (datetime(2010, 1, 1, tzinfo=UTC), True),
        (datetime(2100, 12, 31, 23, tzinfo=timezone(timedelta(hours=5, minutes=30))), True),
        (datetime(2009, 12, 31, tzinfo=UTC), False),
        (datetime(2101, 1, 1, tzinfo=UTC), False),
        (datetime(2024, 1, 31), False),  # noqa: DTZ001
    ],
)
def test_an_instant_has_a_zone_and_bounds(instant: datetime, is_sound: bool) -> None:  # noqa: FBT001
    """Times without a zone, and times before Juspay or after every mandate, are refused."""
    assert is_sound is sound_instant(instant)
    if not is_sound:
        with pytest.raises(ConfigurationError, match="sent_at: expected a time with a zone"):
            Parcel(number="p", sent_at=instant)


def test_converters_make_what_the_parser_makes() -> None:
    """Plain values by hand equal typed ones: words, mappings, lists; None stays None."""
    by_hand = Parcel(number="p", state="charged", content={"a": [1]}, parts=["x", "y"])  # type: ignore[arg-type]
    typed = Parcel(number="p", state=OrderStatus.CHARGED, content=FreeForm({"a": [1]}), parts=("x", "y"))
    absent = Parcel(number="p", state=None, content=None, parts=None)

    assert typed == by_hand
    assert OrderStatus.CHARGED is by_hand.state
    assert (None, None, None) == (absent.state, absent.content, absent.parts)


@pytest.mark.parametrize(("name", "value"), [("state", 21), ("content", 7), ("content", "no object")])
def test_converters_refuse_what_cannot_be(name: str, value: Json) -> None:
    """A number is no word and a text that holds no object no mapping: `ValueError`, as for every other wrong value."""
    wrong: dict[str, Json] = {name: value}
    with pytest.raises(ValueError, match=r"expected|is text"):
        Parcel(number="p", **wrong)


# --- The base ---


def test_a_model_is_an_immutable_value() -> None:
    """It compares by its fields, hashes without its free-form mappings, pickles and copies, and never changes."""
    parcel = Parcel(number="p", price=1, content={"a": [1]}, parts=["x"])  # type: ignore[arg-type]

    assert parcel == copy.deepcopy(parcel) == pickle.loads(pickle.dumps(parcel))  # noqa: S301
    assert hash(parcel) == hash(attrs.evolve(parcel, content=None))
    assert attrs.evolve(parcel, content=None) != parcel
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        parcel.number = "q"  # type: ignore[misc]


def test_models_of_two_classes_are_never_equal() -> None:
    """Two kinds of things are not the same for having the same fields."""
    assert Parcel(number="p") != PaidParcel()
    assert Parcel(number="p") != "p"
    assert Parcel(number="p") == Parcel(number="p", price=None)


def test_an_absent_field_is_none_without_being_stored() -> None:
    """Defaults stand on the class: the parser pays nothing for a field that a body lacks."""
    parcel = object.__new__(Parcel)

    assert parcel.price is None
    assert not hasattr(parcel, "number")


def test_repr_shows_set_fields_and_masks_people() -> None:
    """Fields that are None are left out; personal data, secrets and free-form content show as stars."""
    parcel = Parcel(number="p", owner="Jane Doe", door="1234", content=FreeForm({"pin": 7}), state=OrderStatus.NEW)

    assert "Parcel(number='p', state=OrderStatus.NEW, owner=***, door=***, content=***)" == repr(parcel)


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (str, str),
        (str | None, str),
        (None | str, str),
        (Optional[int], int),  # noqa: UP045
        (Personal, str),
        (Personal | None, str),
        (attrs.fields_dict(Parcel)["door"].type, str),
        (Epoch | None, datetime),
        (Money | None, Decimal),
        (tuple[Parcel, ...] | None, tuple[Parcel, ...]),
    ],
)
def test_core_type(annotation: Json, kind: Json) -> None:
    """Marks and `| None` are stripped; a list stays whole."""
    assert kind == core_type(annotation)


def test_marks_of_a_field() -> None:
    """Personal are the marked and the free-form; in epoch seconds is what says so."""
    found = attrs.fields(Parcel)

    assert ["owner", "door", "content"] == [field.name for field in found if is_personal(field)]
    assert ["sent_at"] == [field.name for field in found if is_epoch(field)]


def test_names_on_the_wire() -> None:
    """Payments keep the vendor's names, payouts are camelCase on the wire, and a mark overrules both."""
    assert ("door.code", "doorCode") == wire_names(Parcel)["door"]
    assert ("sent_at",) == wire_names(Parcel)["sent_at"]
    assert {"parcel_number": ("parcelNumber",), "udf1": ("udf1",), "kept_by": ("KeptBy",)} == wire_names(PaidParcel)


def test_an_unknown_word_is_matched_by_its_outcome() -> None:
    """`match` on the closed outcome covers words that nobody knows yet."""
    assert [Outcome.PAID, Outcome.UNKNOWN] == [OrderStatus(word).outcome for word in ("CHARGED", "TELEPORTED")]


def test_free_form_cannot_be_changed() -> None:
    """Not by its text either."""
    found: Any = FreeForm('{"a": [1, {"b": 2}]}')
    with pytest.raises(AttributeError):
        found.text = "evil"

    assert '{"a": [1, {"b": 2}]}' == found.to_json()


def test_free_form_equals_its_own_members() -> None:
    """Lists come out as tuples, and a mapping of these is still the same."""
    found = FreeForm({"a": [1, {"b": (2, 3)}]})

    assert found == dict(found)
    assert found == {"a": [1, {"b": [2, 3]}]}


@pytest.mark.parametrize("value", [5, "abc", {"a": 1}, b"ab"])
def test_a_list_field_takes_a_list(value: Json) -> None:
    """What is no list by mistake is said at once, not when the list is read."""
    wrong: dict[str, Json] = {"parts": value}
    with pytest.raises(ConfigurationError, match="a list or a tuple"):
        Parcel(number="p", **wrong)


def test_rich_shows_what_repr_shows() -> None:
    """A traceback that rich draws takes no model apart: people stay masked there too."""
    order = parse_order(b'{"order_id":"a","status":"CHARGED","amount":1,"customer_email":"x@example.com"}')
    shown = pretty_repr(order, max_width=200)

    assert "x@example.com" not in shown
    assert "customer_email='***'" in shown
    assert "offers" not in shown

"""Two engines, one meaning: what the fast engine accepts, the tolerant one reads in the same way."""

import json
from collections import Counter
from functools import cache
from typing import Any, Final

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juspay_webhooks import FulfillmentTransactionEvent, parse_event
from juspay_webhooks.models.fields import wire_names
from juspay_webhooks.parsing._envelope import decoded, event_of, order_of
from juspay_webhooks.parsing._fast import fast_event, fast_order
from tests.parsing.places import Place, all_samples, leaves, places, replaced

NUMBERS: Final = [
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "7",
    "26",
    "1.5",
    "1.50",
    "-3.25",
    "0.0",
    "-0.0",
    "1e3",
    "1E3",
    "1.5e2",
    "1e-5",
    "1e-19",
    "1e18",
    "1e19",
    "1e400",
    "1e-400",
    "1e999999999",
    "0e-30",
    "123456789012345678901234567890",
    "1706693400",
    "1706693400.5",
    "253402300800",
    "-62135596801",
    "18446744073709551616",
]

WORDS: Final = [
    "NA",
    "null",
    "NULL",
    "Null",
    "nULL",
    "N/A",
    "na",
    "none",
    "true",
    "True",
    "TRUE",
    "false",
    "1",
    "0",
    "01",
    "026",
    "5.5",
    "5.",
    ".5",
    "+5",
    "1e5",
    "1E-3",
    "NaN",
    "nan",
    "sNaN",
    "Infinity",
    "-Infinity",
    "inf",
    "１２",
    "٣",
    "1_000",
    "1,000",
    "2024-01-31T09:30:00Z",
    "2024-01-31t09:30:00z",
    "2024-01-31T09:30:00+05:30",
    "2024-01-31T09:30:00-00:00",
    "2024-01-31T09:30:00",
    "2024-01-31T09:30:00.123456789Z",
    "2024-01-31T24:00:00Z",
    "2024-01-31",
    "2024-02-30T00:00:00Z",
    "1111111T07:00:40Z",
    "RIPPIFILTEREDT14:32:05Z",
    "160***10",
    "1969-12-31T23:59:59Z",
    "2101-01-01T00:00:00Z",
    "0001-01-01T00:00:00+05:30",
    "9999-12-31T23:59:59Z",
    "1706693400",
    "1706693400.5",
    "1706693400000",
    "10",
    "1111111",
    "253402300800",
    "Sep",
    "FILTERED",
    "CHARGED",
    "charged",
    "Failure",
    "SOMETHING_NEW",
    "{}",
    '{"a":1.10}',
    "[]",
    "[1]",
    '"quoted"',
    "<HIDDEN>",
]

TEXTS: Final = (
    *WORDS,
    "",
    " ",
    " 5 ",
    "2024-01-31 09:30:00Z",
    "2024-01-31 09:30:00",
    "09/10/2024 20:23:23",
    "31/02/2024 20:23:23",
    "2024-03-30 05:00:48.023988093 UTC",
    "2024-11-24 16:25:52.0",
    "2023-05-19T10: 54: 23Z",
    "2023-05-19T10: 54: 23+05:30",
    "0000-00-00 00:00:00",
    "2024-01-31T25:00:00",
    '{"a": {"b": [1.10, null]}}',
    '[{"name": "BASE", "value": 5}]',
    "é",
    "😀",
    "\u0000",
)

TOKENS: Final = (
    "null",
    "true",
    "false",
    *NUMBERS,
    "9" * 5000,
    "0." + "1" * 5000,
    *(json.dumps(text) for text in TEXTS),
    '"\\ud800"',
    '"\\ud83d\\ude00"',
    "[]",
    "[null]",
    "[1]",
    '["a","b"]',
    "[[]]",
    "{}",
    '{"a":1.10,"b":[{"c":1e2}],"d":99999999999999999999}',
    "[{}]",
    '[{"amount":5,"value":"7.50","name":"BASE","sno":"1"}]',
)


def outcome(body: bytes) -> str:
    """Read a body with both engines, and demand that they agree."""
    fast = fast_event(body, body)
    if fast is None:
        return "refused"
    tolerant = event_of(decoded(body), body)

    assert (fast, type(fast), ()) == (tolerant, type(tolerant), tolerant.problems)

    return "accepted"


@cache
def outcomes(place: Place) -> Counter[str]:
    """Put every token into every field of a model, and count what the fast engine says."""
    count: Counter[str] = Counter()
    for field in attrs.fields(place.model):
        for key in wire_names(place.model)[field.name]:
            for token in TOKENS:
                count[outcome(place.body({key: token}))] += 1
    return count


PLACES: Final = [pytest.param(place, id=place.model.__name__) for place in places()]


@pytest.mark.parametrize("place", PLACES)
def test_engines_agree_on_every_scalar_in_every_field(place: Place) -> None:
    """Every field of every model, with a hundred values each."""
    fields = sum(len(keys) for keys in wire_names(place.model).values())

    assert fields * len(TOKENS) == outcomes(place).total()


def test_the_exhaustive_comparison_compares() -> None:
    """The fast engine accepts at least a quarter of the bodies and refuses at least a quarter."""
    total = sum((outcomes(place) for place in places()), Counter[str]())

    assert min(total["accepted"], total["refused"]) / total.total() >= 0.25


@pytest.mark.parametrize("token", TOKENS, ids=range(len(TOKENS)))
@pytest.mark.parametrize("key", ["id", "date_created", "event_name", "content", "label", "value", "category", "info"])
def test_engines_agree_on_the_envelope(key: str, token: str) -> None:
    """Every key of either envelope, with a hundred values each: the engines agree, or refuse together."""
    payment = {
        "id": '"e1"',
        "event_name": '"ORDER_CREATED"',
        "content": '{"order":{"order_id":"o","status":"NEW","amount":1}}',
    }
    payout = {"id": '"p1"', "label": '"ORDER"', "value": '"S"', "info": '{"id":"i","status":"S","amount":1}'}
    for envelope in (payment, payout):
        text = ",".join(f'"{name}":{member}' for name, member in (envelope | {key: token}).items())

        assert outcome(f"{{{text}}}".encode()) in {"accepted", "refused"}


SAMPLES: Final = [json.loads(body) for _, body in all_samples()]


@st.composite
def mutated_bodies(draw: st.DrawFn) -> bytes:
    """Change up to three leaves of a sample, drop or add a key, or double one."""
    body = draw(st.sampled_from(SAMPLES))
    marks: dict[str, str] = {}
    for number in range(draw(st.integers(1, 3))):
        path, _ = draw(st.sampled_from(list(leaves(body))))
        mark = f"\ue000{number}\ue000"
        marks[mark] = draw(st.sampled_from(TOKENS))
        body = replaced(body, path, mark)
    text = json.dumps(body, ensure_ascii=False)
    for mark, token in marks.items():
        text = text.replace(f'"{mark}"', token)
    return text.encode("utf-8", "surrogatepass")


def test_engines_agree_on_mutated_samples() -> None:
    """Whole samples with a few places changed; at least a quarter accepted and a quarter refused."""
    count: Counter[str] = Counter()

    @settings(max_examples=1500)
    @given(mutated_bodies())
    def compare(body: bytes) -> None:
        count[outcome(body)] += 1

    compare()

    assert min(count["accepted"], count["refused"]) / count.total() >= 0.25


@pytest.mark.parametrize(("name", "body"), list(all_samples()), ids=[name for name, _ in all_samples()])
def test_samples_are_read_by_the_fast_engine(name: str, body: bytes) -> None:
    """A body as Juspay documents it never needs the tolerant engine."""
    assert outcome(body) == "accepted", name


def test_orders_are_read_alike() -> None:
    """The order of every sample, as the order-status call answers it, in both engines."""
    orders = [sample["content"]["order"] for sample in SAMPLES if "order" in sample.get("content", {})]
    for order in orders:
        text = json.dumps(order).encode()

        assert fast_order(text) == order_of(decoded(text), text)


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ('{"mandate.display_invoice_number":"INV1"}', "INV1"),
        ('{"mandate\\u002edisplay_invoice_number":"INV1"}', "INV1"),
        ('{"mandate_display_invoice_number":"INV1"}', None),
        ('{"mandate_display_invoice_number":"INV1","mandate.display_invoice_number":"INV2"}', "INV2"),
        ('{"mandate.display_invoice_number":null}', None),
        ('{"amount":"1"}', None),
    ],
)
@pytest.mark.parametrize(
    "frame",
    [
        '{"event_name":"NOTIFICATION_FAILED","content":{"notification":%s}}',
        '{"event_name":"ORDER_FAILED","content":{"order":{"order_id":"o","status":"NEW","amount":1,"notification":%s}}}',
    ],
)
def test_the_dotted_key_is_read_by_both_engines(frame: str, source: str, number: str | None) -> None:
    """`mandate.display_invoice_number` is one key; the attribute's own name is no key at all."""
    text = frame % ('{"id":"1","status":"SUCCESS","object_reference_id":"r","source_info":%s}' % source)
    event: Any = parse_event(text)
    notification = event.notification if "NOTIFICATION" in frame else event.order.notification

    assert number == notification.source_info.mandate_display_invoice_number
    assert outcome(text.encode()) == "accepted"


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ('"FulfillmentId":"a"', "a"),
        ('"fulfillmentId":"b"', "b"),
        ('"FulfillmentId":"a","fulfillmentId":"b"', "a"),
        ('"fulfillmentId":"b","FulfillmentId":"a"', "a"),
        ('"FulfillmentId":null,"fulfillmentId":"b"', "b"),
    ],
)
@pytest.mark.parametrize("trouble", ["", ',"attempted":"FILTERED"'], ids=["fast", "tolerant"])
def test_of_two_spellings_the_first_wins(members: str, expected: str, trouble: str) -> None:
    """`FulfillmentId` is the webhook's spelling, `fulfillmentId` another API's; their order in the body is nothing."""
    text = '{"label":"FULFILLMENT_TXN","value":"SUCCESS","info":{"status":"SUCCESS","amount":1,%s%s}}' % (
        members,
        trouble,
    )
    event = parse_event(text, expect=FulfillmentTransactionEvent)

    assert expected == event.info.fulfillment_id
    assert bool(trouble) == bool(event.problems)


@pytest.mark.parametrize("word", ["null", "NULL"])
@pytest.mark.parametrize("key", ["order", "txn", "mandate", "notification"])
@pytest.mark.parametrize("other", ["order", "txn", "mandate", "notification"])
def test_engines_agree_on_the_word_null_beside_an_object(key: str, other: str, word: str) -> None:
    """A member of `content` that is the word "null" is none, in both engines."""
    objects = {
        "order": '{"order_id":"o","status":"CHARGED","amount":5}',
        "txn": '{"txn_id":"t","order_id":"o","status":"CHARGED","txn_amount":5,"currency":"INR"}',
        "mandate": '{"mandate_id":"m","status":"ACTIVE"}',
        "notification": '{"id":"1","status":"SUCCESS","object_reference_id":"r"}',
    }
    members = {other: objects[other], key: f'"{word}"'}
    for name in ("ORDER_SUCCEEDED", "TXN_CHARGED", "MANDATE_PAUSED", "BRAND_NEW"):
        text = ",".join(f'"{member}":{value}' for member, value in members.items())
        body = f'{{"event_name":"{name}","content":{{{text}}}}}'.encode()
        masked = body.replace(b"{", b'{"date_created":"FILTERED",', 1)

        assert outcome(body) == ("refused" if key == other else "accepted")
        assert type(parse_event(body)) is type(parse_event(masked))

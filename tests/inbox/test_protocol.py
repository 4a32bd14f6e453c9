"""What makes a delivery the same one again, and the words that an inbox stores."""

import copy
import pickle
from hashlib import sha256
from itertools import combinations
from typing import Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks import JuspayWebhooksError
from juspay_webhooks.inbox import Claim, Inbox, InboxUnavailable, MemoryInbox, State, Stats, Unit, Verdict
from juspay_webhooks.inbox.keys import digest
from tests.inbox.records import record

PARTS: Final = st.lists(st.text(st.characters()) | st.binary(), max_size=4)


@given(PARTS, PARTS)
def test_digests_tell_parts_apart(one: list[str | bytes], other: list[str | bytes]) -> None:
    """Equal parts give one key; others another, wherever their borders lie, and halves of surrogate pairs are text."""

    def octets(parts: list[str | bytes]) -> list[bytes]:
        return [part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in parts]

    assert (octets(one) == octets(other)) == (digest(*one) == digest(*other))


@pytest.mark.parametrize("one", [("ab", ""), ("a", "b"), ("", "ab"), ("ab",), ("2:ab",), ("1:a1:b",), ()])
def test_the_borders_of_parts_count(one: tuple[str, ...]) -> None:
    """The same characters in other parts are another key, 64 characters of ASCII."""
    others = [("ab", ""), ("a", "b"), ("", "ab"), ("ab",), ("2:ab",), ("1:a1:b",), ()]

    assert [one] == [other for other in others if digest(*one) == digest(*other)]
    assert (64, True) == (len(digest(*one)), digest(*one).isascii())


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (b"2:id4:shop5:evt_1", record().key),
        (b"4:body4:shop2:{}", record(None).key),
        (b"8:conflict4:shop5:evt_12:{}", record().conflict_key),
        (b"8:conflict4:shop0:2:{}", record(None).conflict_key),
        (b"2:{}", record().body_digest),
    ],
    ids=["id", "body", "conflict", "conflict without an id", "digest"],
)
def test_keys_are_what_they_were(written: bytes, key: str) -> None:
    """They are stored: a change would forget everything that was done."""
    assert sha256(written).hexdigest() == key


@pytest.mark.parametrize("event_id", [None, ""])
def test_without_an_id_the_body_is_the_key(event_id: str | None) -> None:
    """The same body again is the same delivery."""
    assert record(None, b"a").key == record(event_id, b"a").key
    assert record(event_id, b"a").key != record(event_id, b"b").key


def test_keys_never_meet() -> None:
    """Another id, merchant or body, a conflict, and an id that looks like a body are deliveries of their own."""
    made = [
        record("evt_1"),
        record("evt_2"),
        record("EVT_1"),
        record("evt_1", namespace="shop2"),
        record("hopevt_1", namespace="s"),
        record(None),
        record(None, b"evt_1"),
        record(None, namespace="shop2"),
    ]
    keys = [key for one in made for key in (one.key, one.conflict_key)]

    assert [] == [pair for pair in combinations(keys, 2) if pair[0] == pair[1]]
    assert record("evt_1", b"a").key == record("evt_1", b"b").key
    assert record("evt_1", b"a").conflict_key != record("evt_1", b"b").conflict_key


def test_a_record_does_not_show_its_body() -> None:
    """Bodies hold customers' data, and error reporters print variables."""
    assert "asha@example.com" not in repr(record(body=b"asha@example.com"))


def test_words_are_what_is_stored() -> None:
    """States and verdicts are stored and compared as text; each state has its count."""
    states = ["received", "processing", "done", "failed", "dead", "quarantined"]

    assert states == list(State)
    assert ["claimed", "duplicate", "dead", "busy"] == list(Verdict)
    assert [*states, "effects"] == [field.name for field in attrs.fields(Stats)]


def test_an_unavailable_inbox_survives_pickle_and_copy() -> None:
    """It is an error of the library, and keeps its message."""
    error = InboxUnavailable("the inbox is full")

    assert isinstance(error, JuspayWebhooksError)
    assert ["the inbox is full"] * 2 == [str(copy.copy(error)), str(pickle.loads(pickle.dumps(error)))]  # noqa: S301 - made here


def test_claims_and_records_survive_pickle() -> None:
    """A worker may hand them to another process."""
    claim = Claim(verdict=Verdict.CLAIMED, key=record().key, token=1, attempt=1, id_conflict=False)

    assert (claim, record()) == pickle.loads(pickle.dumps((claim, record())))  # noqa: S301 - made here


def test_the_inbox_in_memory_is_one() -> None:
    """It and its units have the protocol's shape (the type checkers compare them), do no I/O and outlive nothing."""
    inbox: Inbox = MemoryInbox()
    unit: Unit = inbox.begin("shop")

    assert (False, False, None) == (inbox.durable, inbox.blocking, unit.tx)

"""Ids and bodies that a database might fold, cut, pad or refuse: kept apart, and kept."""

from typing import Final

import attrs
import pytest

from juspay_webhooks.inbox import SqlInbox, State, Verdict
from juspay_webhooks.inbox.sql.schema import fitted
from tests.inbox.records import paid, record

LOOKALIKES: Final = (
    "evt_a",
    "EVT_A",
    "evt_a ",
    " evt_a",
    "evt_\xe4",
    "evt_a\u0308",
    "evt_a\0",
    "evt_\uff41",
    "evt_\xdf",
)
"""Ids that some collation takes for one another."""


def test_ids_that_look_alike_are_told_apart(inbox: SqlInbox) -> None:
    """Case, blanks at the end, accents, width, NUL: each is an id of its own."""
    for one in LOOKALIKES:
        assert Verdict.CLAIMED is inbox.store(record(one))

    assert len(LOOKALIKES) == inbox.stats().received
    assert {fitted(one) for one in LOOKALIKES} == {one.event_id for _, one in inbox.take(100)}


@pytest.mark.parametrize(
    ("event_id", "stored"),
    [
        ("x" * 1_000_000, "x" * 255),
        ("a\0b", "a\\x00b"),
        ("a\ud800b", "a\\ud800b"),
        ("\0" * 255, ("\\x00" * 255)[:255]),
        ("\U0001f4b8" * 300, "\U0001f4b8" * 255),
        ("'; DROP TABLE x; --", "'; DROP TABLE x; --"),
        ("%s %(key)s :key ?", "%s %(key)s :key ?"),
        (None, None),
        ("", ""),
    ],
    ids=["long", "nul", "surrogate", "nuls", "emoji", "quote", "marks", "none", "empty"],
)
def test_ids_of_all_kinds(inbox: SqlInbox, event_id: str | None, stored: str | None) -> None:
    """Stored as far as they fit; the same again is a duplicate, another one is not."""
    one = record(event_id)
    inbox.settle(inbox.claim(one), State.DONE)
    other = record((event_id or "") + "!", b"other")

    assert (Verdict.DUPLICATE, Verdict.CLAIMED) == (inbox.claim(one).verdict, inbox.claim(other).verdict)
    entry = inbox.entry(one.key)
    assert entry is not None
    assert (stored, one.key) == (entry.record.event_id, entry.key)


def test_all_that_is_known_comes_back(inbox: SqlInbox) -> None:
    """To the byte and the microsecond, large bodies too."""
    body = bytes(range(256)) * 3_600
    one = record("evt_\u20b9", body, namespace="L\xe4den \U0001f6d2")

    inbox.store(one)
    [(claim, other)] = inbox.take(1)

    assert one == other
    assert (one.key, 1, False, Verdict.CLAIMED) == (claim.key, claim.attempt, claim.id_conflict, claim.verdict)


def test_two_senders_with_one_id(inbox: SqlInbox) -> None:
    """Labels are compared as they are; the same holds for effects."""
    senders = ["shop", "SHOP", "shop ", "sho\u0440"]

    claims = [inbox.claim(record(namespace=sender)) for sender in senders]

    assert {(Verdict.CLAIMED, False)} == {(claim.verdict, claim.id_conflict) for claim in claims}
    assert [True] * 4 == [inbox.once(paid(), namespace=sender) for sender in senders]
    assert [False] * 4 == [inbox.once(paid(), namespace=sender) for sender in senders]


def test_effects_with_hostile_ids(inbox: SqlInbox) -> None:
    """Long ones, and such as no database stores, are effects of their own."""
    names = ["x" * 1_000_000, "x" * 1_000_001, "a\0", "a\\x00", "a\ud800"]

    assert [True] * 5 == [inbox.once(paid(name), namespace="shop") for name in names]
    assert [False] * 5 == [inbox.once(paid(name), namespace="shop") for name in names]
    assert 5 == inbox.stats().effects


def test_times_are_kept_to_the_microsecond(inbox: SqlInbox) -> None:
    """Whichever zone they were given in."""
    one = record()
    moved = attrs.evolve(one, received_at=one.received_at.replace(microsecond=999_999).astimezone())

    inbox.quarantine(moved)
    [entry] = inbox.entries()

    assert moved.received_at == entry.record.received_at

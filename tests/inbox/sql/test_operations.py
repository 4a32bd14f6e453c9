"""What a worker and a person ask of the inbox in a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from juspay_webhooks import ConfigurationError
from juspay_webhooks.inbox import SqlInbox, State, Verdict
from juspay_webhooks.inbox.sql import Entry
from juspay_webhooks.inbox.sql.schema import tables_of
from tests.inbox.records import DAY, ENDS, LEASE, PAID, Clock, counts, record, settled
from tests.inbox.sql.places import Make


def ids(inbox: SqlInbox, limit: int = 100) -> list[str | None]:
    """Take what is due, by id."""
    return [one.event_id for _, one in inbox.take(limit)]


# --- A worker ---


def test_what_waits_longest_is_taken_first(inbox: SqlInbox, clock: Clock) -> None:
    """Stored deliveries, once each; at most as many as were asked for."""
    for name in ("evt_b", "evt_a", "evt_c"):
        inbox.store(record(name))
        clock.seconds += 1

    assert [["evt_b", "evt_a"], ["evt_c"], []] == [ids(inbox, 2) for _ in range(3)]
    assert {"processing": 3} == counts(inbox)


def test_only_what_is_due_is_taken(inbox: SqlInbox, clock: Clock) -> None:
    """What is settled, kept for a person, or held, is none of it; a crashed claim is, once its lease is over."""
    for state in ENDS:
        settled(inbox, record(state), state)
    inbox.quarantine(record("quarantined"))
    inbox.claim(record("crashed"))

    assert [] == ids(inbox)
    clock.seconds += LEASE
    [(claim, one)] = inbox.take(9)
    assert ("crashed", 2) == (one.event_id, claim.attempt)
    assert inbox.settle(claim, State.DONE)


def test_what_failed_is_taken_when_its_time_has_come(inbox: SqlInbox, clock: Clock) -> None:
    """Not before; and an attempt more is counted."""
    inbox.store(record())
    [(claim, _)] = inbox.take(1)
    inbox.settle(claim, State.FAILED, error="ValueError", retry_in=timedelta(seconds=30))

    assert [] == inbox.take(1)
    clock.seconds += 30
    [(claim, _)] = inbox.take(1)
    assert 2 == claim.attempt


def test_a_heartbeat(inbox: SqlInbox, clock: Clock) -> None:
    """It begins the lease anew; after somebody took over it says so and takes nothing back."""
    inbox.store(record())
    [(claim, _)] = inbox.take(1)
    for _ in range(3):
        clock.seconds += LEASE - 1
        assert inbox.extend(claim)
    clock.seconds += LEASE - 1

    assert [] == inbox.take(1)
    clock.seconds += 1
    [(other, _)] = inbox.take(1)
    assert [False, False, True] == [inbox.extend(claim), inbox.release(claim), inbox.extend(other)]


@pytest.mark.parametrize("attempts", [1, 3])
def test_a_delivery_is_handed_back(inbox: SqlInbox, attempts: int) -> None:
    """It is due at once, and as if it had not been claimed."""
    for _ in range(attempts - 1):
        settled(inbox, record(), State.FAILED)
    claim = inbox.claim(record())

    assert inbox.release(claim)
    assert {"received" if attempts == 1 else "failed": 1} == counts(inbox)
    [(other, _)] = inbox.take(1)
    assert (attempts, attempts) == (claim.attempt, other.attempt)
    assert not inbox.release(claim)


def test_a_conflict_is_taken_as_one(inbox: SqlInbox) -> None:
    """The claim says so, as that of a receiver does."""
    inbox.store(record(body=b"first"))
    inbox.store(record(body=b"other"))

    taken = {one.body: claim.id_conflict for claim, one in inbox.take(2)}

    assert {b"first": False, b"other": True} == taken


# --- A person ---


def test_a_delivery_is_shown(inbox: SqlInbox, clock: Clock) -> None:
    """With its body when it is asked for by key."""
    settled(inbox, record(), State.DONE)
    inbox.store(record(body=b"other"))
    claim = inbox.claim(record("evt_2"))
    clock.seconds += 2
    inbox.settle(claim, State.FAILED, error="ValueError", retry_in=timedelta(seconds=8))

    entry = inbox.entry(claim.key)

    expected = Entry(
        key=claim.key,
        record=record("evt_2"),
        state=State.FAILED,
        id_conflict=False,
        attempt=1,
        since=datetime.fromtimestamp(1_002, UTC),
        due_at=datetime.fromtimestamp(1_010, UTC),
        error="ValueError",
    )
    assert expected == entry
    assert inbox.entry("0" * 64) is None
    assert [b""] * 3 == [one.record.body for one in inbox.entries()]
    assert [True] == [one.id_conflict for one in inbox.entries(State.RECEIVED)]
    assert [None] == [one.due_at for one in inbox.entries(State.DONE)]


def test_deliveries_are_found_by_how_their_keys_begin(inbox: SqlInbox, engine: Engine, prefix: str) -> None:
    """Those alone, in order, without their bodies, at most 10; what another database would match with is refused."""
    deliveries = tables_of(prefix).deliveries
    keys = [f"{beginning}{'0' * (64 - len(beginning))}" for beginning in ("abce", "abcf", "abd", "ab", "aaf")]
    keys += [f"{'f' * 62}{number:02x}" for number in range(12)]
    for number, key in enumerate(keys):
        one = record(f"evt_{number}", b"body")
        settled(inbox, one)
        with engine.begin() as connection:
            connection.execute(deliveries.update().where(deliveries.c.key == one.key).values(key=key))

    def found(beginning: str) -> list[str]:
        entries = inbox.find(beginning)
        assert {b""} >= {entry.record.body for entry in entries}
        return [entry.key for entry in entries]

    assert [keys[0], keys[1]] == found("abc")
    assert [keys[1]] == found("abcf") == found(keys[1])
    assert [keys[4], keys[3], keys[0], keys[1], keys[2]] == found("a")
    assert keys[5:15] == found("ff")
    assert [] == found("0") == found("abcff")
    assert [inbox.entries(limit=20)[-1].state] == [entry.state for entry in inbox.find(keys[0])]
    wrongs: list[Any] = ["", "ABC", "ab%", "ab_", "abg", "a" * 65, "ab\n", b"ab", None]
    for wrong in wrongs:
        with pytest.raises(ConfigurationError, match="find takes the first hex digits of a key"):
            inbox.find(wrong)


def test_deliveries_are_listed_page_by_page(inbox: SqlInbox, clock: Clock) -> None:
    """The latest first, each once, those of one moment too."""
    for number in range(12):
        clock.seconds += number % 3 == 0
        one = record(f"evt_{number}")
        (inbox.store if number % 2 else inbox.quarantine)(one)

    for state, expected in ((None, 12), (State.RECEIVED, 6), (State.QUARANTINED, 6), (State.DONE, 0)):
        seen = list[Entry]()
        while page := inbox.entries(state, limit=5, before=seen[-1] if seen else None):
            seen += page
        assert expected == len({one.key for one in seen}) == len(seen)
        assert sorted((one.since for one in seen), reverse=True) == [one.since for one in seen]
        assert {one.state for one in seen} <= ({state} if state else set(State))


@pytest.mark.parametrize("state", State)
def test_a_delivery_is_handled_again(inbox: SqlInbox, state: State) -> None:
    """Dead, failed and unreadable ones are; what is open or done stays as it stands."""
    one = record()
    if state is State.QUARANTINED:
        inbox.quarantine(one)
    elif state is State.RECEIVED:
        inbox.store(one)
    elif state is State.PROCESSING:
        inbox.claim(one)
    else:
        inbox.settle(inbox.claim(one), state, error="ValueError")
    is_again = state in {State.DEAD, State.FAILED, State.QUARANTINED}

    assert is_again == inbox.retry(one.key)
    assert {"received" if is_again else state.value: 1} == counts(inbox)
    entry = inbox.entry(one.key)
    assert entry is not None
    assert not is_again or ("", 0) == (entry.error, entry.attempt)
    assert (is_again or state is State.RECEIVED) == bool(ids(inbox))


def test_all_in_a_state_are_handled_again(inbox: SqlInbox) -> None:
    """And no others."""
    for number in range(3):
        settled(inbox, record(f"dead_{number}"), State.DEAD)
    settled(inbox, record("failed"), State.FAILED)

    assert 3 == inbox.retry(State.DEAD)
    assert ["dead_0", "dead_1", "dead_2"] == sorted(map(str, ids(inbox)))
    assert {"processing": 3, "failed": 1} == counts(inbox)
    assert [0, 0] == [inbox.retry(State.DEAD), inbox.retry("nothing")]


def test_what_is_old_is_forgotten_in_batches(inbox: SqlInbox, clock: Clock) -> None:
    """Only what is done, unless told otherwise; what comes again afterwards is new."""
    for number in range(7):
        settled(inbox, record(f"evt_{number}"), State.DONE)
    late = inbox.claim(record("evt_late"))
    for state in (State.DEAD, State.FAILED):
        settled(inbox, record(state), state)
    inbox.once(PAID, namespace="shop")
    clock.seconds += DAY
    settled(inbox, record("evt_new"))

    assert [] == list(inbox.purge(timedelta(days=2)))
    assert [3, 3, 1] == list(inbox.purge(timedelta(days=1), batch=3))
    assert {"done": 1, "processing": 1, "dead": 1, "failed": 1, "effects": 1} == counts(inbox)
    assert [1, 1] == list(inbox.purge(timedelta(days=1), states={State.DEAD, State.FAILED}))
    assert [1] == list(inbox.purge(timedelta(0), batch=1))
    assert (Verdict.CLAIMED, 1) == (inbox.claim(record("evt_new")).verdict, inbox.stats().effects)
    assert inbox.settle(late, State.DONE)


def test_the_claim_on_what_was_forgotten_changes_nothing(inbox: SqlInbox, clock: Clock) -> None:
    """The delivery came anew meanwhile: the late claim is not mistaken for the new one, first attempts both."""
    late = inbox.claim(record())
    clock.seconds += LEASE
    settled(inbox, record())
    assert [1] == list(inbox.purge(timedelta(0)))
    claim = inbox.claim(record())

    assert (1, 1) == (late.attempt, claim.attempt)
    assert [False, True] == [inbox.settle(one, State.DONE) for one in (late, claim)]


@pytest.mark.parametrize("is_kept", [True, False])
def test_bodies_of_what_is_done(make: Make, *, is_kept: bool) -> None:
    """They stay unless told otherwise; without them a duplicate is still one, and another body a conflict."""
    inbox = make(keep_bodies=is_kept)
    for state in ENDS:
        settled(inbox, record(state, b"body"), state)

    entries = {one.state: inbox.entry(one.key) for one in inbox.entries()}
    bodies = {state: entry.record.body for state, entry in entries.items() if entry}
    assert {State.DONE: b"body" if is_kept else b"", State.FAILED: b"body", State.DEAD: b"body"} == bodies
    assert Verdict.DUPLICATE is inbox.claim(record(State.DONE, b"body")).verdict
    assert inbox.claim(record(State.DONE, b"other")).id_conflict


# --- Misuse ---


@pytest.mark.parametrize(
    ("call", "arguments", "settings", "says"),
    [
        *(("take", (limit,), {}, "limit is a whole number above 0") for limit in (0, -1, 1.0, True, "1", None)),
        *(("entries", (), {"limit": limit}, "limit is a whole number above 0") for limit in (0, "9")),
        ("entries", ("dead",), {}, "state is a State, not str"),
        *(("retry", (state,), {}, "retry takes a key, or one of") for state in ("D", "P", "R")),
        *(("purge", (old,), {}, "older_than is a timedelta") for old in (90, None, timedelta(-1))),
        ("purge", (timedelta(1),), {"batch": 0}, "batch is a whole number above 0"),
        ("purge", (timedelta(1),), {"batch": 10_001}, "batch is at most 10000: each is one transaction"),
        *(
            ("purge", (timedelta(1),), {"states": states}, "a delivery that is not settled stays")
            for states in ((), [State.RECEIVED], [State.DONE, State.PROCESSING], "done")
        ),
    ],
)
def test_misuse(call: str, arguments: tuple[Any, ...], settings: dict[str, Any], says: str) -> None:
    """It is said at once, before the database is asked."""
    inbox = SqlInbox("sqlite:////nowhere/inbox.db")
    states = {"D": State.DONE, "P": State.PROCESSING, "R": State.RECEIVED}

    with pytest.raises(ConfigurationError, match=says):
        getattr(inbox, call)(*(states.get(one, one) for one in arguments), **settings)

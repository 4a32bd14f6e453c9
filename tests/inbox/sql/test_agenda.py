"""The orders that are to be asked about: each is given to one, at its time, until it has an end or is given up."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import attrs
import pytest
from sqlalchemy import Engine, insert

from juspay_webhooks import ConfigurationError
from juspay_webhooks.inbox import SqlInbox
from juspay_webhooks.inbox.keys import order_key
from juspay_webhooks.inbox.pending import AgendaStats, PendingOrder
from juspay_webhooks.inbox.sql.schema import fitted, tables_of
from tests.inbox.records import LEASE, Clock
from tests.inbox.sql.places import Make

SHOP: Final = "shop"

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

BATCH: Final = 500
"""Orders in one transaction."""


def take(inbox: SqlInbox, limit: int = 10_000, namespace: str = SHOP) -> list[PendingOrder]:
    """Claim what is due."""
    return inbox.agenda.take(limit, namespace=namespace)


def ids(orders: list[PendingOrder]) -> list[str]:
    """Name orders."""
    return [order.order_id for order in orders]


def add_one(inbox: SqlInbox, order_id: str = "o1") -> PendingOrder:
    """Add an order and claim it."""
    assert inbox.agenda.add([order_id], namespace=SHOP) == 1
    (order,) = take(inbox)
    return order


def stats(inbox: SqlInbox, namespace: str = SHOP) -> tuple[int, int]:
    """Count those that wait, and those that were given up."""
    counted = inbox.agenda.stats(namespace=namespace)
    assert AgendaStats(waiting=counted.waiting, given_up=counted.given_up) == counted
    return counted.waiting, counted.given_up


def see(engine: Engine, prefix: str, clock: Clock, *orders: tuple[str, str, timedelta]) -> None:
    """Let the inbox have seen orders: id, outcome, and how long ago; as many at once as a test likes."""
    table = tables_of(prefix).orders
    rows = [
        {
            "key": order_key(SHOP, order_id),
            "namespace": SHOP,
            "order_id": fitted(order_id),
            "status": "NEW",
            "outcome": outcome,
            "state": b"{}",
            "source": "webhook",
            "seen_at": round((clock.seconds - ago.total_seconds()) * 1_000_000),
        }
        for order_id, outcome, ago in orders
    ]
    with engine.begin() as connection:
        connection.execute(insert(table), rows)


def look(inbox: SqlInbox, namespace: str = SHOP) -> int:
    """Add what was seen: older than a minute, newer than an hour."""
    return inbox.agenda.add_seen(namespace=namespace, older_than=MINUTE, newer_than=HOUR)


# --- To add ---


def test_what_is_added_is_due_at_once(inbox: SqlInbox, clock: Clock) -> None:
    """As nobody has asked about it."""
    assert 2 == inbox.agenda.add(["o1", "ö/2 ☂ 😀 "], namespace=SHOP)
    first, second = sorted(take(inbox), key=lambda order: order.order_id)

    expected = PendingOrder(
        key=order_key(SHOP, "o1"),
        namespace=SHOP,
        order_id="o1",
        asked=0,
        token=first.token,
        added_at=datetime.fromtimestamp(clock.seconds, UTC),
        said="",
    )
    assert expected == first
    assert first.token
    assert "ö/2 ☂ 😀 " == second.order_id


@pytest.mark.parametrize("number", [0, 1, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH + 3])
def test_many_are_added(inbox: SqlInbox, number: int) -> None:
    """Batch by batch, whether the last is full or not; a second time they are there."""
    names = [f"o{index}" for index in range(number)]

    assert number == inbox.agenda.add(iter(names), namespace=SHOP)
    assert 0 == inbox.agenda.add(names, namespace=SHOP)
    assert (number, 0) == stats(inbox)
    assert sorted(names) == sorted(ids(take(inbox)))


def test_ids_are_drawn_as_they_are_added(inbox: SqlInbox) -> None:
    """No more than a batch is held; what fails while it is drawn costs that batch only."""
    added = list[int]()

    def names() -> Iterator[str]:
        for index in range(10**9):
            if index % BATCH == 0:
                added.append(stats(inbox)[0])
            if index == 3 * BATCH - 1:
                raise ZeroDivisionError
            yield f"o{index}"

    with pytest.raises(ZeroDivisionError):
        inbox.agenda.add(names(), namespace=SHOP)

    assert [0, BATCH, 2 * BATCH] == added
    assert (2 * BATCH, 0) == stats(inbox)


def test_the_same_order_in_other_case(inbox: SqlInbox) -> None:
    """It is one, in a batch and in two, as at Juspay."""
    agenda = inbox.agenda

    assert 1 == agenda.add(["Shop-1", "SHOP-1", "shop-1"], namespace=SHOP)
    assert 1 == agenda.add(["sHOP-1", "shop-2"], namespace=SHOP)
    assert 2 == len(take(inbox))


def test_what_is_there_stays_as_it_is(inbox: SqlInbox, clock: Clock) -> None:
    """Its turn, what was said and how often it was asked about."""
    order = add_one(inbox)
    assert inbox.agenda.later(order, "NEW", due_in=HOUR)

    assert [0, 0] == [inbox.agenda.add(["o1"], namespace=SHOP, again=again) for again in (False, True)]
    assert [] == take(inbox)
    clock.seconds += 3_600
    (same,) = take(inbox)
    assert attrs.evolve(order, token=same.token, asked=1, said="NEW") == same


@pytest.mark.parametrize("again", [False, True])
def test_what_was_given_up_begins_anew_only_if_told_to(inbox: SqlInbox, clock: Clock, again: bool) -> None:  # noqa: FBT001
    """It is then due at once, with the whole schedule before it; those that wait are left alone."""
    order = add_one(inbox)
    assert inbox.agenda.give_up(order, "NEW")
    clock.seconds += 60

    assert again + 1 == inbox.agenda.add(["O1", "o2"], namespace=SHOP, again=again)
    assert (1 + again, not again) == stats(inbox)
    assert sorted([*["o1"] * again, "o2"]) == sorted(ids(found := take(inbox)))
    assert {0} == {one.asked for one in found}


@pytest.mark.parametrize("wrong", ["", 5, None, b"o1", True, "x" * 256, "a\0b", "half \ud800", ["o1"]])
def test_what_is_no_id(inbox: SqlInbox, wrong: Any) -> None:  # noqa: ANN401 - it is wrong
    """Refused, with its batch; those before are kept."""
    names = [f"o{index}" for index in range(BATCH)]

    with pytest.raises(ConfigurationError, match="an order id is a text of 1 to 255 characters"):
        inbox.agenda.add([*names, "good", wrong], namespace=SHOP)

    assert (BATCH, 0) == stats(inbox)


@pytest.mark.parametrize("wrong", ["o1", b"o1", 5, None])
def test_what_holds_no_ids(inbox: SqlInbox, wrong: Any) -> None:  # noqa: ANN401 - it is wrong
    """A text is not taken for a list of its characters."""
    with pytest.raises(ConfigurationError, match="several order ids"):
        inbox.agenda.add(wrong, namespace=SHOP)


def test_the_longest_id(inbox: SqlInbox) -> None:
    """255 characters of four octets each."""
    assert "😀" * 255 == add_one(inbox, "😀" * 255).order_id


def test_many_add_the_same_at_once(make: Make) -> None:
    """Each is there once, whoever added it."""
    together = threading.Barrier(4)
    failed = list[BaseException]()
    names = [f"o{index}" for index in range(700)]
    inbox = make(wait=timedelta(minutes=1))
    inbox.prepare()

    def add(mine: list[str]) -> None:
        together.wait()
        try:
            inbox.agenda.add(mine, namespace=SHOP, again=True)
        except BaseException as error:  # noqa: BLE001 - the test fails
            failed.append(error)

    threads = [threading.Thread(target=add, args=(order,)) for order in (names, names[::-1]) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failed
    assert sorted(names) == sorted(ids(take(inbox)))


# --- To add what was seen ---


def test_only_open_ones_of_the_right_age_are_added(inbox: SqlInbox, engine: Engine, prefix: str, clock: Clock) -> None:
    """Pending and unknown, heard of last in the span; what is there already is not counted."""
    inbox.prepare()
    assert inbox.agenda.give_up(add_one(inbox, "given-up"), "NEW")
    add_one(inbox, "held")
    ten = timedelta(minutes=10)
    see(
        engine,
        prefix,
        clock,
        ("Pending", "PENDING", ten),
        ("unknown", "UNKNOWN", ten),
        *((outcome, outcome, ten) for outcome in ("PAID", "FAILED", "AUTHORIZED", "VOIDED", "ACTION_NEEDED")),
        ("old", "PENDING", HOUR),
        ("less-old", "PENDING", HOUR - timedelta(seconds=1)),
        ("less-young", "PENDING", MINUTE),
        ("young", "PENDING", MINUTE - timedelta(seconds=1)),
        ("given-up", "PENDING", ten),
        ("Held", "PENDING", ten),
    )

    assert [4, 0] == [look(inbox), look(inbox)]
    assert 0 == look(inbox, "other")
    assert {"Pending", "unknown", "less-old", "less-young"} == set(ids(take(inbox)))


def test_ids_that_do_not_fit_stand_in_nobodys_way(inbox: SqlInbox, engine: Engine, prefix: str, clock: Clock) -> None:
    """Juspay could not be asked about what is left of them; the others are found behind any number of such."""
    inbox.prepare()
    ten = timedelta(minutes=10)
    odd = [*(f"{index:03}" + "x" * 255 for index in range(2 * BATCH + 1)), "a\0b", "half \ud800"]
    good = [f"o{index}" for index in range(BATCH + 7)]
    see(engine, prefix, clock, *((name, "PENDING", ten + ten) for name in odd))
    see(engine, prefix, clock, *((name, "PENDING", ten) for name in good), ("x" * 255, "PENDING", ten))

    assert [BATCH + 8, 0] == [look(inbox), look(inbox)]
    assert {*good, "x" * 255} == set(ids(take(inbox)))


# --- To take ---


def test_what_is_due_longest_is_taken_first(inbox: SqlInbox, clock: Clock) -> None:
    """At most as many as were asked for; nobody gets one that is held."""
    for name in ("b", "a", "c"):
        inbox.agenda.add([name], namespace=SHOP)
        clock.seconds += 1

    assert [["b", "a"], ["c"], []] == [ids(take(inbox, 2)) for _ in range(3)]
    assert (3, 0) == stats(inbox)


@pytest.mark.parametrize("limit", [0, -1, 1.5, "1", None, True])
def test_a_limit_that_is_none(inbox: SqlInbox, limit: Any) -> None:  # noqa: ANN401 - it is wrong
    """Refused."""
    with pytest.raises(ConfigurationError, match="limit"):
        take(inbox, limit)
    with pytest.raises(ConfigurationError, match="limit"):
        inbox.agenda.given_up(namespace=SHOP, limit=limit)


def test_takers_at_once_get_different_ones(make: Make) -> None:
    """All of them, each once."""
    inboxes = [make(wait=timedelta(minutes=1)) for _ in range(4)]
    names = [f"o{index}" for index in range(300)]
    inboxes[0].agenda.add(names, namespace=SHOP)
    together = threading.Barrier(4)
    taken = list[PendingOrder]()

    def work(own: SqlInbox) -> None:
        together.wait()
        while stats(own) != (0, 0):
            for order in take(own, 7):
                taken.append(order)
                assert own.agenda.end(order)

    threads = [threading.Thread(target=work, args=(inbox,)) for inbox in inboxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(names) == sorted(ids(taken))


def test_a_claim_expires(inbox: SqlInbox, clock: Clock) -> None:
    """Another one takes it up, with another number; a question that nobody answered does not count."""
    first = add_one(inbox)
    clock.seconds += LEASE - 1
    assert [] == take(inbox)
    clock.seconds += 1
    (second,) = take(inbox)

    assert attrs.evolve(first, token=second.token) == second
    assert first.token != second.token


# --- What becomes of one ---


def test_one_is_asked_about_later(inbox: SqlInbox, clock: Clock) -> None:
    """Not before its time; the question counts unless it is said not to. What was said may be anything."""
    order = add_one(inbox)

    for asked, (said, counted) in enumerate((("NEW", True), ("x" * 300 + "\0\ud800", False), ("a\0b", True))):
        assert inbox.agenda.later(order, said, due_in=MINUTE, is_counted=counted)
        clock.seconds += 59.999_999
        assert [] == take(inbox)
        clock.seconds += 0.000_001
        (order,) = take(inbox)
        assert ((1, 1, 2)[asked], fitted(said)) == (order.asked, order.said)


def test_one_is_given_up(inbox: SqlInbox, clock: Clock) -> None:
    """It is kept for a person, the latest first, and never due again."""
    for name in ("a", "b", "c"):
        assert inbox.agenda.give_up(add_one(inbox, name), f"said {name}")
        clock.seconds += 10
    clock.seconds += 10 * DAY.total_seconds()

    assert [] == take(inbox)
    assert (0, 3) == stats(inbox)
    found = inbox.agenda.given_up(namespace=SHOP, limit=2)
    assert [("c", 1, 0, "said c"), ("b", 1, 0, "said b")] == [
        (one.order_id, one.asked, one.token, one.said) for one in found
    ]
    assert ["c", "b", "a"] == ids(inbox.agenda.given_up(namespace=SHOP))


def test_one_is_ended(inbox: SqlInbox) -> None:
    """Nothing is left of it, and it may be added anew."""
    order = add_one(inbox)

    assert inbox.agenda.end(order)
    assert not inbox.agenda.end(order)
    assert (0, 0) == stats(inbox)
    assert "o1" == add_one(inbox).order_id


def test_one_that_is_added_while_it_is_asked_about_is_asked_about_once_more(inbox: SqlInbox) -> None:
    """The answer may be older than whoever added it: the customer may just have begun to pay again."""
    order = add_one(inbox)
    assert inbox.agenda.later(order, "NEW", due_in=timedelta(0))
    (order,) = take(inbox)
    assert 0 == inbox.agenda.add(["o1"], namespace=SHOP)

    assert inbox.agenda.end(order)
    (again,) = take(inbox)
    assert ("o1", 0) == (again.order_id, again.asked)
    assert inbox.agenda.end(again)
    assert (0, 0) == stats(inbox)


def test_one_that_is_added_while_it_waits_is_not(inbox: SqlInbox, clock: Clock) -> None:
    """It will be asked about after that anyway."""
    order = add_one(inbox)
    assert inbox.agenda.later(order, "NEW", due_in=MINUTE)
    inbox.agenda.add(["o1"], namespace=SHOP)
    clock.seconds += 60
    (order,) = take(inbox)

    assert inbox.agenda.end(order)
    assert (0, 0) == stats(inbox)


@pytest.mark.parametrize("now", ["held", "waiting", "given up", "gone"])
def test_who_lost_the_claim_changes_nothing(inbox: SqlInbox, clock: Clock, now: str) -> None:
    """Whatever became of the order meanwhile."""
    late = add_one(inbox)
    clock.seconds += LEASE
    (order,) = take(inbox)
    agenda = inbox.agenda
    ends: dict[str, Callable[[], bool]] = {
        "held": lambda: True,
        "waiting": lambda: agenda.later(order, "NEW", due_in=MINUTE),
        "given up": lambda: agenda.give_up(order, "NEW"),
        "gone": lambda: agenda.end(order),
    }
    assert ends[now]()
    before = stats(inbox), ids(agenda.given_up(namespace=SHOP))

    assert not agenda.later(late, "late", due_in=timedelta(0))
    assert not agenda.give_up(late, "late")
    assert not agenda.end(late)
    assert before == (stats(inbox), ids(agenda.given_up(namespace=SHOP)))
    assert [] == take(inbox)
    if now == "held":
        assert agenda.end(order)


def test_those_that_were_given_up_are_forgotten_in_time(inbox: SqlInbox, clock: Clock) -> None:
    """Only they, and only what is old enough; in more than one batch, of every merchant."""
    agenda = inbox.agenda
    agenda.add([f"o{index}" for index in range(BATCH + 1)], namespace=SHOP)
    agenda.add(["o0"], namespace="other")
    for order in (*take(inbox), *take(inbox, namespace="other")):
        assert agenda.give_up(order, "NEW")
    clock.seconds += 60
    assert agenda.give_up(add_one(inbox, "younger"), "NEW")
    agenda.add(["waits"], namespace=SHOP)
    clock.seconds += 59

    assert 0 == agenda.forget(2 * MINUTE)
    clock.seconds += 1
    assert [BATCH + 2, 0] == [agenda.forget(2 * MINUTE), agenda.forget(2 * MINUTE)]
    assert (1, 1) == stats(inbox)
    assert (0, 0) == stats(inbox, "other")
    assert ["younger"] == ids(agenda.given_up(namespace=SHOP))


# --- Two merchants ---


def test_merchants_do_not_meet(inbox: SqlInbox) -> None:
    """Each has orders of its own, under the same id as well."""
    agenda = inbox.agenda
    merchants = (SHOP, "Shop", "other")
    for merchant in merchants:
        assert 1 == agenda.add(["o1"], namespace=merchant)

    first, second, third = (take(inbox, namespace=merchant)[0] for merchant in merchants)
    assert 3 == len({first.key, second.key, third.key})
    assert agenda.give_up(first, "NEW")
    assert agenda.end(second)
    assert [(0, 1), (0, 0), (1, 0)] == [stats(inbox, merchant) for merchant in merchants]
    assert [["o1"], [], []] == [ids(agenda.given_up(namespace=merchant)) for merchant in merchants]
    assert [1, 1, 0] == [agenda.add(["o1"], namespace=merchant, again=True) for merchant in merchants]

"""What a reconciler is made of, and what is refused, in clear words."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from juspay_webhooks import (
    AsyncOrderStatusClient,
    BasicAuth,
    ConfigurationError,
    Credential,
    OrderPaid,
    OrderStatusClient,
    PayoutStatusClient,
    Receiver,
    exponential,
    interactive,
    reconcile,
)
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.reconcile import AsyncReconciler, Reconciled, Reconciler
from tests.reconcile.shop import KEY, MERCHANT, Shop, Way

ENDED, LATER, GIVEN_UP = Reconciled

SCHEDULES: tuple[Any, ...] = (
    interactive(),
    exponential(1, most=2),
    iter([1.0]),
    "12",
    b"12",
    ["1"],
    [-1],
    [float("nan")],
    [float("inf")],
    [True],
    [None],
    None,
    5,
    {1: 2},
)


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: type(schedule).__name__)
def test_schedules_that_are_none(way: Way, shop: Shop, schedule: object) -> None:
    """Not a list of pauses, or one without an end."""
    with pytest.raises(
        ConfigurationError, match="schedule is a list of pauses in seconds, such as LADDER: it must end"
    ):
        way(shop, schedule=schedule)


@pytest.mark.parametrize("seen_after", [timedelta(days=3), timedelta(seconds=-1), 900, "900", True])
def test_spans_that_are_none(way: Way, shop: Shop, seen_after: object) -> None:
    """Negative, too long to find anything, or no span."""
    with pytest.raises(ConfigurationError, match="seen_after is a timedelta below 3 days"):
        way(shop, seen_after=seen_after)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        *(({name: wrong}, f"{name} are whole") for name in ("threads",) for wrong in (0, -1, True, 1.5, "8", None)),
        *(({"idle": wrong}, "idle is a number of seconds") for wrong in (0, -1, "1", 100_000, float("nan"), None)),
    ],
    ids=str,
)
def test_numbers_that_are_none(shop: Shop, setting: dict[str, Any], said: str) -> None:
    """Of threads, tasks and seconds."""
    client = OrderStatusClient(KEY, merchant_id=MERCHANT, base_url=shop.juspay.url)
    with pytest.raises(ConfigurationError, match=said):
        Reconciler(client, shop.receiver, **setting)
    settings = {"concurrency" if name == "threads" else name: wrong for name, wrong in setting.items()}
    asking = AsyncOrderStatusClient(KEY, merchant_id=MERCHANT, base_url=shop.juspay.url)
    with pytest.raises(ConfigurationError, match=said.replace("threads", "concurrency")):
        AsyncReconciler(asking, shop.receiver, **settings)


def test_clients_of_another_kind(shop: Shop) -> None:
    """Each reconciler names the one that it takes; a client of payouts is none of orders."""
    place: dict[str, Any] = {"merchant_id": MERCHANT, "base_url": shop.juspay.url}
    payouts = PayoutStatusClient(KEY, **place)
    wrongs: list[Any] = [AsyncOrderStatusClient(KEY, **place), payouts, OrderStatusClient, None, "client"]
    for wrong in wrongs:
        with pytest.raises(ConfigurationError, match="a reconciler needs an OrderStatusClient"):
            Reconciler(wrong, shop.receiver)
    with OrderStatusClient(KEY, **place) as client:
        others: list[Any] = [client, payouts, AsyncOrderStatusClient, None]
        for wrong in others:
            with pytest.raises(ConfigurationError, match="an AsyncReconciler needs an AsyncOrderStatusClient"):
                AsyncReconciler(wrong, shop.receiver)
    payouts.close()


@pytest.mark.parametrize("inbox", [None, MemoryInbox()], ids=["none", "memory"])
def test_receivers_that_forget(way: Way, shop: Shop, inbox: MemoryInbox | None) -> None:
    """Nobody would know tomorrow which orders are to be asked about."""
    shop.receiver = Receiver(BasicAuth("shop", "secret"), inbox=inbox)
    with pytest.raises(ConfigurationError, match="whose inbox outlives the process"):
        way(shop)


@pytest.mark.parametrize("label", ["", " ", "stranger", 5, "SHOP"])
def test_labels_of_nobody(way: Way, shop: Shop, label: object) -> None:
    """Under a misspelt one everything would be done once more."""
    with pytest.raises(ConfigurationError, match="label"):
        way(shop, label=label)


def test_two_merchants_have_one_receiver(way: Way, shop: Shop) -> None:
    """Each has a reconciler with a client of its own; they do not touch each other's orders."""
    receiver = Receiver(
        BasicAuth([Credential("a", "secret", label="a"), Credential("b", "secret", label="b")]), inbox=shop.inbox
    )
    shop.receiver = receiver
    shipped: list[tuple[str, str]] = []
    receiver.on_effect(OrderPaid)(lambda paid, delivery: shipped.append((delivery.label, paid.order_id)))
    with pytest.raises(ConfigurationError, match="label"):
        way(shop)
    shop.juspay.add_order("o1")
    with way(shop, label="a") as first, way(shop, label="b") as second:
        assert [1, 1] == [first.add("o1"), second.add("O1")]
        assert {ENDED: 1} == first.drain()
        assert [(0, 0), (1, 0)] == [first.stats(), second.stats()]
        assert {ENDED: 1} == second.drain()
    assert [("a", "o1"), ("b", "o1")] == shipped


def test_what_holds_no_ids(way: Way, shop: Shop) -> None:
    """A text is refused, and what cannot be gone through."""
    wrongs: list[Any] = ["o1", b"o1", 5, None]
    with way(shop) as each:
        for wrong in wrongs:
            with pytest.raises(ConfigurationError, match="several order ids"):
                each.add_all(wrong)


def test_ids_are_drawn_as_they_are_needed(way: Way, shop: Shop) -> None:
    """Any number, from anywhere: each batch is there before the next one is drawn."""
    waiting: list[int] = []

    def names() -> Iterator[str]:
        for index in range(1_001):
            if index % 500 == 0:
                waiting.append(shop.waiting())
            yield f"o{index}"

    with way(shop) as each:
        assert 1_001 == each.add_all(names())
    assert [0, 500, 1_000] == waiting


# --- Progress ---


def test_it_tells_how_it_stands(way: Way, shop: Shop) -> None:
    """In copies, which may be changed; to the last order."""
    for index in range(5):
        shop.juspay.add_order(f"o{index}", status="NEW" if index == 3 else "CHARGED")
    seen: list[Counter[Reconciled]] = []

    def note(ended: Counter[Reconciled]) -> None:
        seen.append(ended.copy())
        ended.clear()

    with way(shop, on_progress=note, at_a_time=1) as each:
        each.add(*(f"o{index}" for index in range(5)))
        ended = each.drain()

    assert {ENDED: 4, LATER: 1} == ended == seen[-1]
    assert [1, 2, 3, 4, 5] == [one.total() for one in seen]


def test_who_is_told_may_fail(way: Way, shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and the work goes on."""

    def note(_ended: Counter[Reconciled]) -> None:
        raise ZeroDivisionError

    with way(shop, on_progress=note, at_a_time=1, schedule=()) as each:
        each.add("o1", "o2")
        assert {GIVEN_UP: 2} == each.drain()
    assert 2 == [one.getMessage() for one in caplog.records].count("the on_progress hook raised")


def test_what_is_handed_back_is_no_progress(way: Way, shop: Shop) -> None:
    """Nobody is told of it."""
    told: list[object] = []
    with way(shop, on_progress=told.append) as each:
        each.add("o1")
        each.stop()
        assert Counter() == each.run()
    assert [] == told
    assert ["o1"] == shop.due()


# --- Without httpx ---


def test_the_one_on_threads_needs_no_httpx() -> None:
    """Only the other one does, and says what to install."""
    program = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "httpx":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Blocker())
from juspay_webhooks.reconcile import Reconciler
print(Reconciler.__name__)
try:
    from juspay_webhooks.reconcile import AsyncReconciler
except Exception as error:
    print(type(error).__name__, error)
"""
    command = [sys.executable, "-P", "-W", "error", "-c", program]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()

    expected = 'ConfigurationError the async clients need httpx: pip install "juspay-webhooks[async]"'
    assert ["Reconciler", expected] == said


def test_names_that_are_not_there() -> None:
    """As any module."""
    with pytest.raises(AttributeError, match="no attribute 'Reconcilor'"):
        getattr(reconcile, "Reconcilor")  # noqa: B009 - the name is wrong

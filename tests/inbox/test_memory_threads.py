"""The inbox in memory under threads: one of them gets it, and the bounds hold."""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident
from typing import Final, TypeVar

import pytest

from juspay_webhooks.inbox import MemoryInbox, State, Verdict
from tests.inbox.records import counts, paid, record

T = TypeVar("T")

ROUNDS: Final = 400


@pytest.fixture(autouse=True)
def restless() -> Iterator[None]:
    """Let threads take turns as often as the interpreter can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def together(number: int, work: Callable[[int], T]) -> list[T]:
    """Let threads do something at the same time."""
    barrier = Barrier(number)

    def begin(index: int) -> T:
        barrier.wait()
        return work(index)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(begin, range(number)))


def rounds_of(work: Callable[[int], T]) -> list[list[T]]:
    """Let two threads do one thing after the other, each at the same time; what came of it, thing by thing."""
    barrier = Barrier(2)

    def begin(_index: int) -> list[T]:
        found = list[T]()
        for number in range(ROUNDS):
            barrier.wait()
            found.append(work(number))
        return found

    return [list(found) for found in zip(*together(2, begin), strict=True)]


def test_one_thread_gets_a_delivery() -> None:
    """Of two that come at once one claims it, the other is told busy."""
    inbox = MemoryInbox()

    found = rounds_of(lambda number: inbox.claim(record(f"evt_{number}")).verdict)

    assert [[Verdict.BUSY, Verdict.CLAIMED]] * ROUNDS == [sorted(verdicts) for verdicts in found]
    assert {"processing": ROUNDS} == counts(inbox)


def test_one_thread_stores_a_delivery() -> None:
    """Of two that come at once one is told that it is new."""
    inbox = MemoryInbox()

    found = rounds_of(lambda number: inbox.store(record(f"evt_{number}")))

    assert [[Verdict.BUSY, Verdict.CLAIMED]] * ROUNDS == [sorted(verdicts) for verdicts in found]
    assert {"received": ROUNDS} == counts(inbox)


def test_one_thread_gets_an_effect() -> None:
    """Of two that ask at once one is told to go ahead."""
    inbox = MemoryInbox()

    found = rounds_of(lambda number: inbox.once(paid(str(number)), namespace="shop"))

    assert [[False, True]] * ROUNDS == [sorted(answers) for answers in found]
    assert {"effects": ROUNDS} == counts(inbox)


def test_one_thread_settles() -> None:
    """Of two that settle one claim at once one is told that it did."""
    inbox = MemoryInbox()
    claims = [inbox.claim(record(f"evt_{number}")) for number in range(ROUNDS)]

    found = rounds_of(lambda number: inbox.settle(claims[number], State.DONE))

    assert [[False, True]] * ROUNDS == [sorted(answers) for answers in found]
    assert {"done": ROUNDS} == counts(inbox)


class Turnstile:
    """A clock that notices when two threads read it at a time; every call reads it once it may change something."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.inside = list[int]()
        self.most = 0

    def __call__(self) -> float:
        """Read it, and let another thread try meanwhile."""
        self.inside.append(get_ident())
        time.sleep(0)
        self.most = max(self.most, len(self.inside))
        self.inside.remove(get_ident())
        return 0


@pytest.mark.parametrize(
    "call",
    [
        lambda inbox, number: inbox.claim(record(f"evt_{number}")),
        lambda inbox, number: inbox.store(record(f"evt_{number}")),
        lambda inbox, number: inbox.quarantine(record(None, b"%d" % number)),
        lambda inbox, _number: inbox.settle(inbox.claim(record("evt_x")), State.FAILED),
        lambda inbox, number: inbox.once(paid(str(number)), namespace="shop"),
        lambda inbox, _number: inbox.stats(),
    ],
    ids=["claim", "store", "quarantine", "settle", "once", "stats"],
)
def test_one_thread_at_a_time(call: Callable[[MemoryInbox, int], object]) -> None:
    """No call looks or changes while another one does."""
    clock = Turnstile()
    inbox = MemoryInbox(clock=clock)

    rounds_of(lambda number: call(inbox, number))

    assert 1 == clock.most


def test_threads_keep_the_bounds() -> None:
    """Threads claim, fail, settle, quarantine, roll back: no claim is lost, and nothing is kept beyond the bounds."""
    inbox = MemoryInbox(max_entries=20, max_effects=20)
    rounds, threads = 300, 4

    def work(index: int) -> int:
        settles = 0
        for number in range(rounds):
            inbox.quarantine(record(None, b"%d" % (index * rounds + number)))
            claim = inbox.claim(record(f"evt_{(number * (index + 1)) % 40}"))
            unit = inbox.begin("shop")
            unit.once(paid(str(number % 40)))
            (unit.rollback if number % 3 else unit.commit)()
            stats = inbox.stats()
            assert stats.done + stats.failed + stats.processing + stats.quarantined <= 20
            assert stats.effects <= 20
            if claim.verdict is Verdict.CLAIMED:
                assert inbox.settle(claim, State.FAILED if number % 5 else State.DONE)
                settles += 1
        return settles

    settles = together(threads, work)

    assert 0 not in settles
    assert 0 == inbox.stats().processing


def test_bodies_that_cannot_be_read_come_at_once() -> None:
    """An inbox that is full by one of them keeps one."""
    bodies = [[record(None, b"%d %d" % (index, number)) for number in range(1_000)] for index in range(2)]
    inbox = MemoryInbox(max_entries=1)

    def work(index: int) -> None:
        for one in bodies[index]:
            inbox.quarantine(one)

    together(2, work)

    assert {"quarantined": 1} == counts(inbox)


def test_counting_while_others_come() -> None:
    """What is counted may change meanwhile."""
    inbox = MemoryInbox()
    for number in range(500):
        inbox.claim(record(f"evt_{number}"))

    def work(index: int) -> list[int]:
        if index == 0:
            return [inbox.stats().processing for _ in range(50)]
        return [inbox.claim(record(f"evt_{500 + number}")).attempt for number in range(500)]

    numbers, attempts = together(2, work)

    assert sorted(numbers) == numbers
    assert [1] * 500 == attempts

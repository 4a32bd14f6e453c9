"""The worker: what was stored is handled once, what failed is tried again, what cannot be is put aside."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from juspay_webhooks import AnswerOutcome, BasicAuth, Credential, Delivery, OrderPaid, Permanent, Receiver, Retryable
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.inbox import InboxUnavailable, MemoryInbox, SqlInbox, State
from juspay_webhooks.testing import make_webhook
from juspay_webhooks.worker import Worker

CREDENTIAL = ("shop", "secret")
AUTH = BasicAuth(*CREDENTIAL)

LONG_AGO = -1e9
"""Reading of the monotonic clock: when a lease was begun that is nearly over."""


class Clock:
    """Seconds since 1970 that stand still until they are moved."""

    def __init__(self) -> None:
        """Begin at some time."""
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """Read it."""
        return self.now


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="inbox")
def _inbox(tmp_path: Path, clock: Clock) -> Iterator[SqlInbox]:
    with SqlInbox(f"sqlite:///{tmp_path / 'inbox.db'}", lease=timedelta(minutes=1), clock=clock) as inbox:
        yield inbox


def deferred(inbox: SqlInbox) -> Receiver:
    """Make a receiver that stores."""
    return Receiver(AUTH, inbox=inbox, mode="deferred")


def worker(inbox: SqlInbox, receiver: Receiver, **more: Any) -> Worker:  # noqa: ANN401 - as `Worker`
    """Make a worker of one thread whose pauses are at their longest."""
    settings: dict[str, Any] = {"threads": 1, "random": lambda: 1.0, **more}
    return Worker(inbox, receiver, **settings)


def receive(receiver: Receiver, *numbers: int) -> list[str]:
    """Receive an order that is paid for each number."""
    hooks = [
        make_webhook("ORDER_SUCCEEDED", id=f"evt-{n}", order={"order_id": f"o{n}"}, auth=CREDENTIAL) for n in numbers
    ]
    return [receiver.handle(headers=hook.headers, body=hook.body).outcome for hook in hooks]


def states(inbox: SqlInbox) -> Counter[State]:
    """Count what stands where."""
    return Counter(entry.state for entry in inbox.entries())


def test_what_was_stored_is_handled_once(inbox: SqlInbox) -> None:
    """The web process stores; the worker handles; a duplicate that comes later is one."""
    receiver = deferred(inbox)
    shipped: list[tuple[str, str, int]] = []

    @receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid, delivery: Delivery) -> None:
        shipped.append((paid.order_id, delivery.source, delivery.attempt))

    assert ["stored"] * 3 == receive(receiver, 1, 2, 2)
    assert {"handled": 2} == worker(inbox, receiver).drain()
    assert [("o1", "webhook", 1), ("o2", "webhook", 1)] == shipped
    assert ["duplicate"] == receive(receiver, 1)
    assert {} == worker(inbox, receiver).drain()


def test_async_handlers_run_too(inbox: SqlInbox) -> None:
    """A worker has no event loop of its own; a handler gets one."""
    receiver = deferred(inbox)
    shipped: list[str] = []

    @receiver.on_effect(OrderPaid)
    async def ship(paid: OrderPaid) -> None:
        await asyncio.sleep(0)
        shipped.append(paid.order_id)

    receive(receiver, 1)

    assert {"handled": 1} == worker(inbox, receiver).drain()
    assert ["o1"] == shipped


@pytest.mark.parametrize(
    ("error", "pauses"),
    [
        (ZeroDivisionError(), [10, 20, 40]),
        (Retryable("busy"), [10, 20, 40]),
        (Retryable("busy", retry_after=30), [30, 30, 40]),
    ],
)
def test_what_failed_is_tried_again_later_and_later(
    inbox: SqlInbox, clock: Clock, error: Exception, pauses: list[int]
) -> None:
    """Exponential pauses, not less than the handler asks for; after the last attempt a person must look."""
    receiver = deferred(inbox)
    tried: list[float] = []

    @receiver.on_effect(OrderPaid)
    def ship(_paid: OrderPaid) -> None:
        tried.append(clock.now)
        raise error

    begun = clock.now
    receive(receiver, 1)
    patient = worker(inbox, receiver, attempts=4)
    for _ in range(200):
        patient.drain()
        clock.now += 1

    assert [sum(pauses[:n]) for n in range(4)] == [round(at - begun) for at in tried]
    assert {State.DEAD: 1} == states(inbox)
    assert [type(error).__name__] == [entry.error for entry in inbox.entries()]


def test_a_pause_does_not_grow_for_ever(inbox: SqlInbox) -> None:
    """However often it was tried."""
    one = worker(inbox, deferred(inbox), attempts=10_000, longest_pause=timedelta(minutes=2))

    assert timedelta(minutes=2) == one._pause(9_999, None)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def test_what_can_never_be_done_is_given_up_at_once(inbox: SqlInbox) -> None:
    """`Permanent` is a dead letter."""
    receiver = deferred(inbox)

    @receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        raise Permanent(paid.order_id)

    receive(receiver, 1)

    assert {"dead": 1} == worker(inbox, receiver).drain()
    assert {State.DEAD: 1} == states(inbox)


@pytest.mark.parametrize("body", [b'{"event_name":"ORDER_SUCCEEDED","content":{"order":{"order_id":"o1"}}}', b"{}"])
def test_what_cannot_be_read_stays_aside(inbox: SqlInbox, body: bytes) -> None:
    """Read again when a person asks for it, e.g. after an upgrade, it is put aside again if it still cannot be read."""
    receiver = deferred(inbox)
    seen: list[object] = []
    receiver.on_unreadable(seen.append)
    headers = make_webhook("ORDER_SUCCEEDED", auth=CREDENTIAL).headers
    receiver.handle(headers=headers, body=body)
    told = len(seen)

    assert {State.QUARANTINED: 1} == states(inbox)
    assert 1 == inbox.retry(State.QUARANTINED)
    assert {"unreadable": 1} == worker(inbox, receiver).drain()
    assert {State.QUARANTINED: 1} == states(inbox)
    assert 2 * told == len(seen)


def test_what_crashed_is_taken_over(inbox: SqlInbox, clock: Clock) -> None:
    """A claim that nobody settled expires."""
    receiver = deferred(inbox)
    shipped: list[int] = []

    @receiver.on_effect(OrderPaid)
    def ship(_paid: OrderPaid, delivery: Delivery) -> None:
        shipped.append(delivery.attempt)

    receive(receiver, 1)
    assert 1 == len(inbox.take(1))  # and its process is killed

    assert {} == worker(inbox, receiver).drain()
    clock.now += 61
    assert {"handled": 1} == worker(inbox, receiver).drain()
    assert [2] == shipped


def test_stopped_by_something_worse_than_an_error_it_is_due_again(inbox: SqlInbox) -> None:
    """A handler in which the process is told to end."""
    receiver = deferred(inbox)

    @receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        raise KeyboardInterrupt(paid.order_id)

    receive(receiver, 1)
    with pytest.raises(KeyboardInterrupt):
        worker(inbox, receiver).drain()

    assert {State.FAILED: 1} == states(inbox)
    assert 1 == len(inbox.take(1))


@pytest.mark.parametrize("threads", [1, 3])
def test_it_tells_how_it_stands(inbox: SqlInbox, threads: int) -> None:
    """In the thread that works, with each batch, in copies; to the last delivery."""
    receiver = deferred(inbox)
    seen: list[tuple[int, Counter[AnswerOutcome]]] = []

    @receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        if paid.order_id == "o3":
            raise Permanent

    def note(ended: Counter[AnswerOutcome]) -> None:
        seen.append((threading.get_ident(), ended.copy()))
        ended.clear()

    receive(receiver, *range(7))
    ended = worker(inbox, receiver, threads=threads, on_progress=note).drain()
    totals = [one.total() for _, one in seen]

    assert {"handled": 6, "dead": 1} == ended == seen[-1][1]
    assert {threading.get_ident()} == {thread for thread, _ in seen}
    assert sorted(set(totals)) == totals
    assert threads > 1 or [1, 2, 3, 4, 5, 6, 7] == totals
    assert 7 == totals[-1]


def test_who_is_told_how_it_stands_may_fail(inbox: SqlInbox, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and the work goes on."""

    def note(_ended: Counter[AnswerOutcome]) -> None:
        raise ZeroDivisionError

    receive(deferred(inbox), 1, 2)

    assert {"ignored": 2} == worker(inbox, deferred(inbox), on_progress=note).drain()
    assert ["the on_progress hook raised"] * 2 == [one.getMessage() for one in caplog.records]


def test_what_is_handed_back_is_no_progress(inbox: SqlInbox, clock: Clock) -> None:
    """Nobody is told of it."""
    receiver, stop = deferred(inbox), threading.Event()
    told: list[object] = []

    @receiver.on_effect(OrderPaid)
    def ship(_paid: OrderPaid) -> None:
        stop.set()
        clock.now += 61

    receive(receiver, 1, 2)
    ended = worker(inbox, receiver, threads=1, on_progress=told.append).run(stop)

    assert {"handled": 1} == ended
    assert [ended] == told


def test_two_workers_of_several_threads_share_the_work(inbox: SqlInbox) -> None:
    """Each delivery goes to one of them."""
    receiver = deferred(inbox)
    shipped: list[str] = []

    @receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        shipped.append(paid.order_id)

    receive(receiver, *range(60))
    ended: list[Counter[Any]] = []
    threads = [
        threading.Thread(target=lambda: ended.append(worker(inbox, receiver, threads=3).drain())) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {"handled": 60} == sum(ended, Counter())
    assert sorted(f"o{n}" for n in range(60)) == sorted(shipped)


def test_it_runs_until_it_is_told_to_stop(inbox: SqlInbox) -> None:
    """What comes later is handled as well; at the end what was not begun is handed back."""
    receiver, stop = deferred(inbox), threading.Event()
    shipped: list[str] = []

    @receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        shipped.append(paid.order_id)
        if len(shipped) == 1:
            receive(receiver, 2)
        else:
            receive(receiver, 3)
            stop.set()

    receive(receiver, 1)

    assert {"handled": 2} == worker(inbox, receiver, idle=0.01).run(stop)
    assert ["o1", "o2"] == shipped
    assert {State.DONE: 2, State.RECEIVED: 1} == states(inbox)


def test_it_waits_for_work(inbox: SqlInbox) -> None:
    """An inbox with nothing in it is asked again and again."""
    receiver, stop = deferred(inbox), threading.Event()

    @receiver.on_effect(OrderPaid)
    def ship(_paid: OrderPaid) -> None:
        stop.set()

    later = threading.Timer(0.1, receive, (receiver, 1))
    later.start()

    assert {"handled": 1} == worker(inbox, receiver, idle=0.01).run(stop)
    later.join()


def test_what_was_taken_when_it_was_told_to_stop_is_handed_back(inbox: SqlInbox) -> None:
    """As if nobody had claimed it."""
    receiver, stop = deferred(inbox), threading.Event()
    receive(receiver, 1)
    ((claim, record),) = inbox.take(1)
    stop.set()

    assert worker(inbox, receiver)._one((claim, record, LONG_AGO), stop) is None  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    assert {State.RECEIVED: 1} == states(inbox)


def test_what_somebody_else_took_over_is_left_to_them(inbox: SqlInbox, clock: Clock) -> None:
    """A worker that slept longer than its lease."""
    receiver = deferred(inbox)
    receive(receiver, 1)
    ((claim, record),) = inbox.take(1)
    clock.now += 61
    assert 1 == len(inbox.take(1))

    one = worker(inbox, receiver)
    assert one._one((claim, record, LONG_AGO), threading.Event()) is None  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    assert {State.PROCESSING: 1} == states(inbox)


class Failing(SqlInbox):
    """An inbox whose database is away for some calls."""

    failing: frozenset[str] = frozenset()
    times = 0

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - as object's
        """Fail where told to."""
        failing = object.__getattribute__(self, "failing")
        if name in failing and object.__getattribute__(self, "times") > 0:

            def fail(*_: object, **__: object) -> None:
                self.times -= 1
                message = "away"
                raise InboxUnavailable(message)

            return fail
        return object.__getattribute__(self, name)


@pytest.mark.parametrize("name", ["take", "settle", "begin"])
def test_a_database_that_is_away_loses_nothing(tmp_path: Path, clock: Clock, name: str) -> None:
    """The worker goes on, and the delivery is handled once the claim has expired."""
    inbox, stop = (
        Failing(f"sqlite:///{tmp_path / 'inbox.db'}", lease=timedelta(minutes=1), clock=clock),
        threading.Event(),
    )
    receiver = Receiver(AUTH, inbox=inbox, mode="deferred", on_answer=lambda *_: later())
    shipped: list[str] = []

    def later() -> None:
        clock.now += 61
        if inbox.stats().done:
            stop.set()

    @receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        shipped.append(paid.order_id)

    receive(receiver, 1)
    inbox.failing, inbox.times = frozenset({name}), 1
    timer = threading.Timer(0.2, later)
    timer.start()
    worker(inbox, receiver, idle=0.01).run(stop)
    timer.join()

    assert ["o1"] == shipped
    assert {State.DONE: 1} == states(inbox)
    inbox.close()


def test_a_lease_that_is_partly_over_begins_anew(tmp_path: Path, clock: Clock) -> None:
    """Not for each delivery: that would be one more transaction. A claim that cannot be extended is left alone."""
    inbox = Failing(f"sqlite:///{tmp_path / 'inbox.db'}", lease=timedelta(minutes=1), clock=clock)
    receiver = deferred(inbox)
    shipped: list[str] = []

    @receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        shipped.append(paid.order_id)

    receive(receiver, 1)
    ((claim, record),) = inbox.take(1)
    inbox.failing, inbox.times = frozenset({"extend"}), 1
    one = worker(inbox, receiver)

    for taken_at, outcome in ((LONG_AGO, None), (time.monotonic(), "handled")):
        ended = one._one((claim, record, taken_at), threading.Event())  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        assert outcome == ended
    assert (0, ["o1"]) == (inbox.times, shipped)
    inbox.close()


def test_who_asks_for_all_is_told_that_the_database_is_away(tmp_path: Path) -> None:
    """`drain` ends with the error: nobody knows whether anything is left."""
    inbox = Failing(f"sqlite:///{tmp_path / 'inbox.db'}")
    inbox.failing, inbox.times = frozenset({"take"}), 1

    with pytest.raises(InboxUnavailable):
        worker(inbox, deferred(inbox)).drain()
    inbox.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"threads": 0},
        {"threads": True},
        {"attempts": 0},
        {"attempts": "1"},
        {"first_pause": 10},
        {"longest_pause": timedelta(seconds=-1)},
        {"idle": 0},
        {"idle": "1"},
        {"idle": 100_000},
    ],
)
def test_settings_that_make_no_sense(inbox: SqlInbox, wrong: dict[str, Any]) -> None:
    """Refused when it is made."""
    with pytest.raises(ConfigurationError):
        worker(inbox, deferred(inbox), **wrong)


@pytest.mark.parametrize("first", ["inline fails", "inline fails late"])
def test_what_was_answered_as_stored_is_handled(inbox: SqlInbox, clock: Clock, first: str) -> None:
    """Also if another receiver had tried, or was trying, to handle it at once, and failed: someone was told 200."""
    inline, later = Receiver(AUTH, inbox=inbox), deferred(inbox)
    shipped: list[str] = []
    told: list[list[str]] = []

    @inline.on_effect(OrderPaid)
    def fail(_paid: OrderPaid) -> None:
        if first == "inline fails late":
            told.append(receive(later, 1))
        raise ZeroDivisionError

    @later.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        shipped.append(paid.order_id)

    assert ["failed"] == receive(inline, 1)
    if first == "inline fails":
        told.append(receive(later, 1))
    assert [["stored"]] == told
    if first == "inline fails late":
        assert {} == worker(inbox, later).drain()
        clock.now += 3_600
    assert {"handled": 1} == worker(inbox, later).drain()
    assert ["o1"] == shipped


def test_merchants_have_workers_of_their_own(inbox: SqlInbox) -> None:
    """Two receivers share an inbox; each worker takes what came with its receiver's credentials."""
    receivers = [
        Receiver(BasicAuth([Credential(*CREDENTIAL, label=label)]), inbox=inbox, mode="deferred")
        for label in ("a", "b")
    ]
    shipped: list[tuple[int, str]] = []
    for number, one in enumerate(receivers):
        one.on_effect(OrderPaid)(lambda paid, number=number: shipped.append((number, paid.order_id)))  # type: ignore[misc]
        receive(one, number)

    assert [frozenset({"a"}), frozenset({"b"})] == [one.labels for one in receivers]
    assert {"handled": 1} == worker(inbox, receivers[0]).drain()
    assert [(0, "o0")] == shipped
    ((claim, record),) = inbox.take(1)
    with pytest.raises(ConfigurationError, match="label"):
        receivers[0].resume(claim, record, pause=lambda _attempt, _asked: None)
    anybody = Receiver(None, inbox=inbox)
    anybody.on_effect(OrderPaid)(lambda paid: shipped.append((9, paid.order_id)))
    assert anybody.labels is None
    assert inbox.release(claim)
    assert {"handled": 1} == worker(inbox, anybody).drain()
    assert [(0, "o0"), (9, "o1")] == shipped


@pytest.mark.parametrize("attempts", [1, 3])
def test_somebody_else_at_the_effect_is_no_attempt(inbox: SqlInbox, clock: Clock, attempts: int) -> None:
    """However long another one holds it, the delivery waits for it, and does not die."""
    receiver = deferred(inbox)
    shipped: list[int] = []

    @receiver.on_effect(OrderPaid)
    def ship(_paid: OrderPaid, delivery: Delivery) -> None:
        shipped.append(delivery.attempt)

    effect = make_webhook("ORDER_SUCCEEDED", order={"order_id": "o1"}).event.effects[0]
    holder = inbox.begin("shop")
    holder.once(effect)
    receive(receiver, 1)
    patient = worker(inbox, receiver, attempts=attempts)
    for _ in range(5):
        assert {"busy": 1} == patient.drain()
        assert {} == patient.drain()
        clock.now += 11
    assert {State.RECEIVED: 1} == states(inbox)
    clock.now += 60
    assert {"handled": 1} == patient.drain()
    assert [1] == shipped


def test_a_handler_that_takes_its_process_down_is_not_begun_for_ever(inbox: SqlInbox, clock: Clock) -> None:
    """Nobody could settle it, so the attempts are counted by those who claimed it."""
    receiver = deferred(inbox)
    receiver.on_effect(OrderPaid)(lambda _paid: pytest.fail("it is not begun"))
    receive(receiver, 1)
    for _ in range(3):
        assert 1 == len(inbox.take(1))  # and its process is killed
        clock.now += 61

    assert {"dead": 1} == worker(inbox, receiver, attempts=3).drain()
    assert [(State.DEAD, "TooManyAttempts")] == [(entry.state, entry.error) for entry in inbox.entries()]


def test_parts_that_do_not_fit(inbox: SqlInbox) -> None:
    """An inbox that forgets, a receiver with another inbox, and one without."""
    memory: Any = MemoryInbox()
    wrongs: list[Any] = [memory, None, SqlInbox]
    for wrong in wrongs:
        with pytest.raises(ConfigurationError):
            Worker(wrong, Receiver(AUTH, inbox=memory))
    for receiver in (Receiver(AUTH, inbox=memory), Receiver(AUTH, inbox=None)):
        with pytest.raises(ConfigurationError):
            Worker(inbox, receiver)
    receive(deferred(inbox), 1)
    ((claim, record),) = inbox.take(1)
    with pytest.raises(ConfigurationError):
        Receiver(AUTH, inbox=None).resume(claim, record, pause=lambda _attempt, _asked: None)


def test_async_handlers_need_the_thread_for_themselves(inbox: SqlInbox) -> None:
    """Under a running event loop they would block it for ever."""
    receiver = deferred(inbox)

    @receiver.on_effect(OrderPaid)
    async def ship(paid: OrderPaid) -> None:
        assert paid.order_id

    receive(receiver, 1)
    ((claim, record),) = inbox.take(1)

    async def resume() -> None:
        receiver.resume(claim, record, pause=lambda _attempt, _asked: None)

    with pytest.raises(ConfigurationError):
        asyncio.run(resume())

"""Exactly once, though handlers fail: what they raise, and what stops them in the middle."""

import asyncio
from contextlib import suppress
from threading import Event, get_ident

import pytest

from juspay_webhooks import (
    Answer,
    ConfigurationError,
    Delivery,
    OrderPaid,
    OrderSucceeded,
    Permanent,
    Receiver,
    RefundSettled,
    Retryable,
)
from juspay_webhooks.inbox import MemoryInbox
from tests.receiver.arrivals import (
    Arrival,
    Receive,
    counts,
    fetched,
    made,
    on_loop,
    received_async,
    refunded,
    succeeded,
    ways,
)

# --- Handlers that fail ---


@ways
@pytest.mark.parametrize(
    ("error", "first", "state", "second"),
    [
        (ValueError("no"), (500, "failed", None), "failed", ("handled", 2)),
        (TimeoutError(), (500, "failed", None), "failed", ("handled", 2)),
        (StopIteration(), (500, "failed", None), "failed", ("handled", 2)),
        (Retryable(), (503, "retry", "30"), "failed", ("handled", 2)),
        (Retryable(retry_after=6.5), (503, "retry", "7"), "failed", ("handled", 2)),
        (Permanent("no"), (200, "dead", None), "dead", ("dead", 1)),
    ],
    ids=repr,
)
def test_a_handler_that_raises(
    receive: Receive, error: Exception, first: tuple[int, str, str | None], state: str, second: tuple[str, int]
) -> None:
    """The effect is not kept; the next delivery runs the handler again, unless it gave up for good."""
    runs = list[int]()
    inbox = MemoryInbox()
    receiver = made(inbox)

    def ship(_paid: OrderPaid, delivery: Delivery) -> None:
        runs.append(delivery.attempt)
        if len(runs) == 1:
            raise error

    receiver.on_effect(OrderPaid)(ship)
    answer = receive(receiver, succeeded())

    assert first == (answer.status, answer.outcome, answer.headers.get("Retry-After"))
    assert {state: 1} == counts(inbox)
    again = receive(receiver, succeeded())
    assert second == (again.outcome, len(runs))
    assert list(range(1, second[1] + 1)) == runs
    assert (1 if second[0] == "handled" else 0) == inbox.stats().effects


@ways
def test_the_return_page_does_what_the_webhook_could_not(receive: Receive) -> None:
    """A payment whose handler failed is acted on by whoever comes next, and the webhook that comes again is content."""
    runs = list[str]()
    inbox = MemoryInbox()
    receiver = made(inbox)

    def ship(_paid: OrderPaid, delivery: Delivery) -> None:
        runs.append(delivery.source)
        if len(runs) == 1:
            message = "the shop's database is away"
            raise OSError(message)

    receiver.on_effect(OrderPaid)(ship)
    outcomes = [receive(receiver, arrival).outcome for arrival in (succeeded(), fetched(), succeeded())]

    assert ["webhook", "return_url"] == runs
    assert ["failed", "handled", "duplicate"] == outcomes
    assert {"done": 1, "effects": 1} == counts(inbox)


@ways
@pytest.mark.parametrize("bad", ["a", "b", "c"])
@pytest.mark.parametrize(
    ("error", "first", "second"),
    [
        (ValueError, (500, "failed"), (200, "handled")),
        (Retryable, (503, "retry"), (200, "handled")),
        (Permanent, (200, "dead"), (200, "dead")),
    ],
)
def test_one_effect_of_several_fails(
    receive: Receive, bad: str, error: type[Exception], first: tuple[int, str], second: tuple[int, str]
) -> None:
    """The others run and are kept; when the event comes again, only the one that failed runs again."""
    runs = list[str]()
    inbox = MemoryInbox()
    receiver = made(inbox)

    def book(refund: RefundSettled) -> None:
        runs.append(refund.unique_request_id)
        if refund.unique_request_id == bad and runs.count(bad) == 1:
            raise error

    receiver.on_effect(RefundSettled)(book)
    answers = [receive(receiver, refunded("a", "b", "c")) for _ in range(2)]

    assert [first, second] == [(answer.status, answer.outcome) for answer in answers]
    again = [bad] if second == (200, "handled") else []
    assert ["a", "b", "c", *again] == runs
    assert {"dead" if error is Permanent else "done": 1, "effects": 2 + len(again)} == counts(inbox)


@ways
def test_the_one_handler_of_a_fact_runs_again_as_a_whole(receive: Receive) -> None:
    """A second one, which would be skipped when only the first had run, is refused; observers may be many."""
    runs = list[str]()
    receiver = made()

    def act(_paid: OrderPaid) -> None:
        runs.append("first step")
        if runs.count("first step") == 1:
            raise ValueError
        runs.append("second step")

    receiver.on_effect(OrderPaid)(act)
    with pytest.raises(ConfigurationError, match=r"act is registered for this effect already"):
        receiver.on_effect(RefundSettled, OrderPaid)(lambda _effect: runs.append("another"))
    receiver.on(OrderSucceeded)(lambda _event: runs.append("observer"))
    receiver.on(OrderSucceeded)(lambda _event: runs.append("other observer"))
    outcomes = [receive(receiver, succeeded()).outcome for _ in range(3)]

    assert ["failed", "handled", "duplicate"] == outcomes
    observed = ["observer", "other observer"]
    assert ["first step", *observed, "first step", "second step", *observed] == runs


# --- Handlers that are killed ---


def stopped(receive: Receive, receiver: Receiver, arrival: Arrival, error: type[BaseException]) -> None:
    """Let something come in whose handler stops the process."""

    async def scene() -> None:
        with pytest.raises(error):
            await received_async(receiver, arrival)

    if receive is on_loop:
        with suppress(error):  # what stops a thread is raised by the event loop as well
            asyncio.run(scene())
    else:
        with pytest.raises(error):
            receive(receiver, arrival)


@ways
@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
@pytest.mark.parametrize(
    ("arrival", "before", "after", "attempts"),
    [
        (succeeded(), {"failed": 1}, {"done": 1, "effects": 1}, [1, 2]),
        (fetched(), {}, {"effects": 1}, [1, 1]),
    ],
    ids=["webhook", "return page"],
)
def test_a_process_that_is_stopped(  # noqa: PLR0913, PLR0917 - one of each
    receive: Receive,
    kind: str,
    error: type[BaseException],
    arrival: Arrival,
    before: dict[str, int],
    after: dict[str, int],
    attempts: list[int],
) -> None:
    """What stops a handler stops the caller too; nothing is kept or left claimed, and the next delivery runs it."""
    runs = list[int]()
    inbox = MemoryInbox()
    receiver = made(inbox)

    def ship(_paid: OrderPaid, delivery: Delivery) -> None:
        runs.append(delivery.attempt)
        if len(runs) == 1:
            raise error

    async def ship_async(paid: OrderPaid, delivery: Delivery) -> None:
        await asyncio.sleep(0)
        ship(paid, delivery)

    receiver.on_effect(OrderPaid)(ship if kind == "sync" else ship_async)
    stopped(receive, receiver, arrival, error)

    assert before == counts(inbox)
    assert "handled" == receive(receiver, arrival).outcome
    assert attempts == runs
    assert after == counts(inbox)


@pytest.mark.parametrize("arrival", [succeeded(), fetched()], ids=["webhook", "return page"])
def test_an_async_handler_that_is_cancelled(arrival: Arrival) -> None:
    """It ends where it waits; nothing is kept or left claimed, and the next delivery runs it again."""
    runs = list[str]()
    inbox = MemoryInbox()
    receiver = made(inbox)

    async def scene() -> Answer:
        begun = asyncio.Event()

        async def ship(paid: OrderPaid) -> None:
            runs.append(paid.order_id)
            if len(runs) == 1:
                begun.set()
                await asyncio.Event().wait()

        receiver.on_effect(OrderPaid)(ship)
        task = asyncio.ensure_future(received_async(receiver, arrival))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await received_async(receiver, arrival)

    assert "handled" == asyncio.run(scene()).outcome
    assert 2 == len(runs)
    assert 1 == inbox.stats().effects


@pytest.mark.parametrize("arrival", [succeeded(), fetched()], ids=["webhook", "return page"])
@pytest.mark.parametrize("ending", ["returns", "raises"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_handler_on_a_thread_when_its_task_is_cancelled(arrival: Arrival, ending: str, times: int) -> None:
    """It cannot be stopped: it is waited for, others are told busy meanwhile, and what it did counts."""
    runs = list[int]()
    inbox = MemoryInbox()
    receiver = made(inbox)

    async def scene() -> tuple[bool, list[str]]:
        loop, begun, may_end = asyncio.get_running_loop(), asyncio.Event(), Event()

        def ship(_paid: OrderPaid) -> None:
            runs.append(get_ident())
            if len(runs) == 1:
                loop.call_soon_threadsafe(begun.set)
                assert may_end.wait(timeout=60)
                if ending == "raises":
                    raise ValueError

        receiver.on_effect(OrderPaid)(ship)
        task = asyncio.ensure_future(received_async(receiver, arrival))
        await begun.wait()
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        outcomes = [(await received_async(receiver, arrival)).outcome.value]
        is_waited_for = not task.done()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        outcomes.append((await received_async(receiver, arrival)).outcome)
        return is_waited_for, outcomes

    found = asyncio.run(scene())

    assert (True, ["busy", "duplicate" if ending == "returns" else "handled"]) == found
    assert (1 if ending == "returns" else 2) == len(runs)
    assert get_ident() not in runs
    assert 1 == inbox.stats().effects
    assert 0 == inbox.stats().processing


@pytest.mark.parametrize("arrival", [succeeded(), fetched()], ids=["webhook", "return page"])
@pytest.mark.parametrize("ending", ["returns", "raises"])
def test_a_server_that_shuts_down_while_a_handler_runs_on_a_thread(arrival: Arrival, ending: str) -> None:
    """It cancels every task and asks no task to wait: what the thread does still counts, and it is done once."""
    runs, spoken = list[str](), list[bool]()
    inbox, begun, may_end = MemoryInbox(), Event(), Event()
    receiver = made(inbox)

    def ship(paid: OrderPaid) -> None:
        runs.append(paid.order_id)
        if len(runs) == 1:
            begun.set()
            assert may_end.wait(timeout=60)
            if ending == "raises":
                raise ValueError

    async def serve() -> None:
        pending = asyncio.ensure_future(received_async(receiver, arrival))
        pending.add_done_callback(lambda _: spoken.append(may_end.is_set()))
        assert await asyncio.to_thread(begun.wait, 60)
        # The server ends here; the thread only after every task was cancelled.
        ending_task = asyncio.ensure_future(end_after_cancellation(may_end))
        await asyncio.sleep(0)
        assert not ending_task.done()

    receiver.on_effect(OrderPaid)(ship)
    asyncio.run(serve())
    left = counts(inbox)
    outcome = on_loop(receiver, arrival).outcome

    assert [True] == spoken
    assert 0 == left.get("processing", 0)
    assert (1 if ending == "returns" else 0) == left.get("effects", 0)
    assert ("duplicate", 1) if ending == "returns" else ("handled", 2) == (outcome, len(runs))


async def end_after_cancellation(may_end: Event) -> None:
    """Wait to be cancelled, as all tasks are at once, let the others notice, and let the thread end."""
    try:
        await asyncio.Event().wait()
    finally:
        for _ in range(10):
            await asyncio.sleep(0)
        may_end.set()

"""Steps are carried out alike on a thread and on an event loop."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Final

import pytest

from juspay_webhooks.receiver.driving import Call, Steps, run, run_async

DRIVERS: Final[dict[str, Callable[[Steps[object]], object]]] = {
    "thread": run,
    "loop": lambda steps: asyncio.run(run_async(steps)),
}
drivers = pytest.mark.parametrize("drive", DRIVERS.values(), ids=DRIVERS)


def calls(*made: Call) -> Steps[list[object]]:
    """Do things one after the other; their results and exceptions."""
    found: list[object] = []
    for call in made:
        try:
            found.append((yield call))
        except Exception as error:  # noqa: BLE001 - what is looked at
            found.append(type(error))
    return found


async def wait() -> str:
    """Wait a little."""
    await asyncio.sleep(0)
    return "waited"


def stop() -> None:
    """Raise what generators and futures cannot carry."""
    raise StopIteration


@drivers
def test_nothing_to_do(drive: Callable[[Steps[object]], object]) -> None:
    """Steps may end at once."""
    assert [] == drive(calls())


@drivers
@pytest.mark.parametrize("blocks", [False, True])
def test_results_and_exceptions(drive: Callable[[Steps[object]], object], *, blocks: bool) -> None:
    """Results come back, exceptions are thrown in, coroutines are awaited."""
    made = [
        Call(len, ("abc",), blocks),
        Call(wait, (), blocks),
        Call(int, ("x",), blocks),
    ]

    assert [3, "waited", ValueError] == drive(calls(*made))


@drivers
def test_stop_iteration(drive: Callable[[Steps[object]], object]) -> None:
    """A handler that raises StopIteration raises; no event loop waits for ever."""
    found = drive(calls(Call(stop, (), blocks=True)))

    assert found in ([StopIteration], [RuntimeError])


def test_blocking_calls_leave_the_loop() -> None:
    """What may block runs on another thread, what does not on the loop's."""
    found = asyncio.run(
        run_async(calls(Call(threading.get_ident, (), blocks=True), Call(threading.get_ident, (), blocks=False)))
    )

    assert [False, True] == [ident == threading.get_ident() for ident in found]


def test_interrupt_is_thrown_in_and_goes_on() -> None:
    """An interrupt reaches the steps, which tidy up, and then the caller."""
    tidied: list[str] = []

    def interrupt() -> None:
        raise KeyboardInterrupt

    def steps() -> Steps[None]:
        try:
            yield Call(interrupt, (), blocks=True)
        except BaseException:
            yield Call(tidied.append, ("tidied",), blocks=False)
            raise

    with pytest.raises(KeyboardInterrupt):
        run(steps())

    assert ["tidied"] == tidied


def cancelled_while(begin: Callable[[threading.Event, threading.Event], Awaitable[object]]) -> BaseException | None:
    """Begin, cancel twice once it has started, let it go on; what it ends with."""

    async def main() -> BaseException | None:
        started, go = threading.Event(), threading.Event()
        task = asyncio.ensure_future(begin(started, go))
        await asyncio.to_thread(started.wait)
        for _ in range(2):
            task.cancel()
            for _ in range(3):
                await asyncio.sleep(0)
        go.set()
        await asyncio.wait([task])
        return asyncio.CancelledError() if task.cancelled() else task.exception()

    return asyncio.run(main())


def begin(started: threading.Event, go: threading.Event) -> None:
    """Tell that it has started, and wait."""
    started.set()
    go.wait()


def test_cancelled_on_a_thread() -> None:
    """A thread cannot be stopped: it is waited for, what follows is done, and then the cancellation counts."""
    done: list[str] = []

    def steps(started: threading.Event, go: threading.Event) -> Steps[None]:
        yield Call(begin, (started, go), blocks=True)
        yield Call(done.append, ("settled",), blocks=False)

    found = cancelled_while(lambda started, go: run_async(steps(started, go)))

    assert isinstance(found, asyncio.CancelledError)
    assert ["settled"] == done


def test_cancelled_in_a_coroutine() -> None:
    """A coroutine is cancelled, and the steps are told."""
    told: list[type[BaseException]] = []

    def steps(started: threading.Event) -> Steps[None]:
        try:
            started.set()
            yield Call(asyncio.sleep, (60,), blocks=False)
        except BaseException as error:
            told.append(type(error))
            raise

    found = cancelled_while(lambda started, _go: run_async(steps(started)))

    assert isinstance(found, asyncio.CancelledError)
    assert [asyncio.CancelledError] == told

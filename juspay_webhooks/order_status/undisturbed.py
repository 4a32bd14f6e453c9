"""Own work on an event loop that nobody cancels in the middle: who waits for it may be cancelled, the work goes on.

httpcore takes and frees a connection in steps. Cancelled between two of them it forgets the connection, which counts as
busy for ever then, and the places in its pool run out one by one. So each request is a task of its own that ends by
itself, at its deadline at the latest.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, Generic, Self, TypeVar

__all__ = ["Undisturbed", "Until"]

T = TypeVar("T")

_TURNS: Final = 1000
"""Turns of the event loop, some milliseconds, that work has for ending by itself at its deadline; it takes a dozen."""


class Until(float):
    """Seconds that are left, however often somebody begins to wait for them: added to the time they give the deadline.

    A timeout of httpx bounds each wait for the network anew, and not the whole. This one does.
    """

    deadline: float

    def __new__(cls, seconds: float, deadline: float) -> Self:
        """Take the seconds that are left now, and the reading of the loop's clock when they are over."""
        made = super().__new__(cls, seconds)
        made.deadline = deadline
        return made

    def __radd__(self, _now: float) -> float:
        """Give the deadline."""
        return self.deadline


class Undisturbed(Generic[T]):
    """Does work in tasks, on one event loop."""

    def __init__(self) -> None:
        """Begin with none."""
        self._running: set[asyncio.Task[T]] = set()
        self._forsaken: set[asyncio.Task[T]] = set()

    async def do(self, work: Coroutine[Any, Any, T], deadline: float, ended: Callable[[], object]) -> T:
        """Begin work, and wait until it has ended.

        Args:
            work: The work; it ends by itself at the deadline.
            deadline: Reading of the loop's clock. Work that does not end by itself is cancelled a moment later.
            ended: Called when it has ended, which may be long after the caller was cancelled.

        Returns:
            What comes of it.

        Raises:
            TimeoutError: It did not end by itself.
        """
        loop = asyncio.get_running_loop()
        task = loop.create_task(work)
        self._running.add(task)
        waiting: asyncio.Future[None] = loop.create_future()
        timer = loop.call_at(deadline, _end, task, _TURNS)

        def let_go(_task: asyncio.Task[T]) -> None:
            timer.cancel()
            self._running.discard(task)
            self._forsaken.discard(task)
            _ = task.cancelled() or task.exception()  # looked at: if nobody waits any more, asyncio would log it
            ended()
            if not waiting.done():
                waiting.set_result(None)

        task.add_done_callback(let_go)
        try:
            await waiting  # nobody else can cancel this future: if it is cancelled, so is the caller
        except asyncio.CancelledError:
            if not task.done():
                self._forsaken.add(task)
            raise
        if task.cancelled() and loop.time() >= deadline:
            raise TimeoutError
        return task.result()

    async def end(self) -> None:
        """Wait until all work has ended; what nobody waits for is cancelled, wherever it is."""
        for task in self._forsaken:
            task.cancel()
        while self._running:
            await asyncio.wait(tuple(self._running))


def _end(task: asyncio.Task[Any], turns: int) -> None:
    """Cancel work that does not end by itself, some turns of the loop later: it may be about to."""
    if turns and not task.done():
        task.get_loop().call_soon(_end, task, turns - 1)
    else:
        task.cancel()

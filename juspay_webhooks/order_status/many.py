"""Own how many orders are asked about at a time: so many and no more, each answered once, ids drawn one by one.

It asks nobody itself. Whoever stops listening ends the rest. If the ids end in an error, it comes after the answers to
those that were drawn before.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from queue import SimpleQueue
from threading import Event
from typing import TypeVar

__all__ = ["in_tasks", "on_threads"]

T = TypeVar("T")


def on_threads(ids: Iterable[str], one: Callable[[str, Event], T], concurrency: int) -> Generator[T, None, None]:
    """Do one thing for each id, each on a thread.

    Args:
        ids: What to do it for; endless or not.
        one: Does it, and gives up once its event is set.
        concurrency: How many at a time.

    Yields:
        What came of each, as it ends.
    """
    coming = iter(ids)
    ended: SimpleQueue[Future[T]] = SimpleQueue()
    stop = Event()
    running, free = 0, concurrency
    problem: Exception | None = None
    with ThreadPoolExecutor(concurrency, "juspay-poll") as pool:
        try:
            while True:
                try:
                    for each in islice(coming, free):
                        pool.submit(one, each, stop).add_done_callback(ended.put)
                        running += 1
                except Exception as error:  # noqa: BLE001 - the caller's; it is raised when those under way are answered
                    problem = error
                if not running:
                    break
                found = ended.get()
                running, free = running - 1, int(problem is None)
                yield found.result()
        finally:
            stop.set()
    if problem is not None:
        raise problem


async def in_tasks(
    ids: Iterable[str], one: Callable[[str], Coroutine[object, object, T]], concurrency: int
) -> AsyncGenerator[T, None]:
    """Do one thing for each id, each in a task of the running event loop.

    Args:
        ids: What to do it for; endless or not.
        one: Does it.
        concurrency: How many at a time.

    Yields:
        What came of each, as it ends.
    """
    coming = iter(ids)
    ended: asyncio.Queue[asyncio.Task[T]] = asyncio.Queue()
    running: set[asyncio.Task[T]] = set()
    free = concurrency
    problem: Exception | None = None
    try:
        while True:
            try:
                for each in islice(coming, free):
                    task = asyncio.create_task(one(each))
                    task.add_done_callback(ended.put_nowait)
                    running.add(task)
            except Exception as error:  # noqa: BLE001 - as above
                problem = error
            if not running:
                break
            found = await ended.get()
            running.remove(found)
            free = int(problem is None)
            yield found.result()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    if problem is not None:
        raise problem

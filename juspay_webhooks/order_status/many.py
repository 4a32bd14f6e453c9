"""Own how many orders are asked about at a time: so many and no more, each answered once, ids drawn one by one.

It asks nobody itself. Whoever stops listening ends the rest.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from queue import SimpleQueue
from threading import Event
from typing import TypeVar

from juspay_webhooks.errors import ConfigurationError

__all__ = ["check_count", "check_many", "in_tasks", "on_threads"]

T = TypeVar("T")


def check_count(count: object, name: str) -> None:
    """Refuse what is no number of things.

    Args:
        count: The number.
        name: How the caller knows it.

    Raises:
        ConfigurationError: It is none.
    """
    if not isinstance(count, int) or count < 1:
        message = f"{name} is a whole number, at least 1"
        raise ConfigurationError(message)


def check_many(order_ids: object, concurrency: object, schedule: object) -> None:
    """Refuse arguments with which many orders cannot be polled.

    Args:
        order_ids: The ids.
        concurrency: How many at a time.
        schedule: Makes the pauses of one order.

    Raises:
        ConfigurationError: One of them is not usable.
    """
    check_count(concurrency, "concurrency")
    if isinstance(order_ids, str) or not isinstance(order_ids, Iterable):
        message = "order_ids is an iterable of ids; for a single one there is poll"
        raise ConfigurationError(message)
    if not callable(schedule):
        message = "schedule makes the pauses of one order, such as interactive or lambda: LADDER; without brackets"
        raise ConfigurationError(message)


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
    with ThreadPoolExecutor(concurrency, "juspay-poll") as pool:
        try:
            while True:
                for each in islice(coming, free):
                    pool.submit(one, each, stop).add_done_callback(ended.put)
                    running += 1
                if not running:
                    return
                found = ended.get()
                running, free = running - 1, 1
                yield found.result()
        finally:
            stop.set()


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
    try:
        while True:
            for each in islice(coming, free):
                task = asyncio.create_task(one(each))
                task.add_done_callback(ended.put_nowait)
                running.add(task)
            if not running:
                return
            found = await ended.get()
            running.remove(found)
            free = 1
            yield found.result()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

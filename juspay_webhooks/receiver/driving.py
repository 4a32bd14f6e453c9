"""Own how the steps of a receiver are carried out: one after the other, or on an event loop.

What is to be done is decided elsewhere, once for both: a generator yields calls, and gets their results or exceptions.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from inspect import isawaitable
from typing import Any, TypeAlias, TypeVar, cast

import attrs

__all__ = ["Call", "Steps", "run", "run_async"]

T = TypeVar("T")


@attrs.define
class Call:
    """One thing to do."""

    function: Callable[..., object]
    """What to call."""

    arguments: tuple[object, ...]
    """With what."""

    blocks: bool
    """Whether it may take long: an event loop calls it on a thread."""


Steps: TypeAlias = Generator[Call, Any, T]
"""Things to do, one after the other, and what comes of it."""


def run(steps: Steps[T], /) -> T:
    """Carry out steps in this thread; a coroutine gets an event loop of its own.

    Args:
        steps: The steps.

    Returns:
        What the steps return.
    """
    try:
        call = next(steps)
        while True:
            try:
                result = _result(call)
            except BaseException as error:  # noqa: BLE001 - the steps decide; what is not theirs they raise again
                call = steps.throw(error)
            else:
                call = steps.send(result)
    except StopIteration as end:
        return cast("T", end.value)


def _result(call: Call) -> object:
    result = call.function(*call.arguments)
    return asyncio.run(_awaited(result)) if result is not None and isawaitable(result) else result


async def _awaited(awaitable: Awaitable[object]) -> object:
    return await awaitable


async def run_async(steps: Steps[T], /) -> T:
    """Carry out steps on the running event loop; what may block goes to a thread.

    Args:
        steps: The steps.

    Returns:
        What the steps return.

    Raises:
        asyncio.CancelledError: It was cancelled. What ran on a thread then was waited for, and counts.
    """
    cancelled: asyncio.CancelledError | None = None
    try:
        call = next(steps)
        while True:
            try:
                if call.blocks:
                    done, cancellation = await _on_thread(call)
                    cancelled = cancelled or cancellation
                    result = done.result()
                else:
                    result = call.function(*call.arguments)
                if result is not None and isawaitable(result):
                    result = await result
            except BaseException as error:  # noqa: BLE001 - the steps decide; what is not theirs they raise again
                call = steps.throw(error)
            else:
                call = steps.send(result)
    except StopIteration as end:
        if cancelled is not None:
            raise cancelled from None
        return cast("T", end.value)


async def _on_thread(call: Call) -> tuple[asyncio.Task[object], asyncio.CancelledError | None]:
    """Call on a thread, and wait for it even when cancelled: it cannot be stopped, and would go on unseen."""
    task = asyncio.create_task(asyncio.to_thread(_called, call))
    cancelled: asyncio.CancelledError | None = None
    while True:
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
        else:
            return task, cancelled


def _called(call: Call) -> object:
    try:
        return call.function(*call.arguments)
    except StopIteration as error:
        # A future cannot carry it: the event loop would wait for ever.
        message = "a handler raised StopIteration"
        raise RuntimeError(message) from error

"""Own how the steps of a receiver are carried out: one after the other, or on an event loop.

What is to be done is decided elsewhere, once for both: a generator yields calls, and gets their results or exceptions.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import Executor
from contextvars import copy_context
from inspect import isawaitable
from typing import Any, Final, TypeAlias, TypeVar, cast

import attrs

__all__ = ["Call", "Steps", "run", "run_async", "settled"]

T = TypeVar("T")

_UNDONE: Final = (Generator, AsyncGenerator, BaseException)
"""What a function returns that was meant to do something, and has not: a `yield` or a `raise` in the wrong place."""


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
                result = call.function(*call.arguments)
                if result is not None:
                    result = settled(result)
            except BaseException as error:  # noqa: BLE001 - the steps decide; what is not theirs they raise again
                call = steps.throw(error)
            else:
                call = steps.send(result)
    except StopIteration as end:
        return cast("T", end.value)


def settled(result: object, /) -> object:
    """Await what a function promised, on an event loop of its own.

    Args:
        result: What the function returned, if it is not None.

    Returns:
        The result.

    Raises:
        TypeError: It is what was meant to be run or raised.
    """
    return _checked(asyncio.run(_awaited(result)) if isawaitable(result) else result)


async def _awaited(result: object) -> object:
    """Await until there is nothing to await: a function may return what another one promises."""
    while isawaitable(result):
        result = await result
    return result


async def run_async(steps: Steps[T], /, executor: Executor | None = None) -> T:
    """Carry out steps on the running event loop; what may block goes to a thread.

    Args:
        steps: The steps.
        executor: Whose thread; None for those of the event loop.

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
                    done, cancellation = await _on_thread(call, executor)
                    cancelled = cancelled or cancellation
                    result = done.result()
                else:
                    result = call.function(*call.arguments)
                if result is not None:
                    result = _checked(await _awaited(result))
            except BaseException as error:  # noqa: BLE001 - the steps decide; what is not theirs they raise again
                call = steps.throw(error)
            else:
                call = steps.send(result)
    except StopIteration as end:
        if cancelled is not None:
            raise cancelled from None
        return cast("T", end.value)


async def _on_thread(
    call: Call, executor: Executor | None
) -> tuple[asyncio.Future[object], asyncio.CancelledError | None]:
    """Call on a thread, and wait for it even when cancelled: it cannot be stopped, and would go on unseen.

    No task of its own: an event loop that shuts down cancels every task, and would take the thread for stopped.
    """
    context = copy_context()
    future = asyncio.get_running_loop().run_in_executor(executor, lambda: context.run(_called, call))
    cancelled: asyncio.CancelledError | None = None
    while True:
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError as error:
            cancelled = error
        else:
            return future, cancelled


def _called(call: Call) -> object:
    try:
        return call.function(*call.arguments)
    except StopIteration as error:
        # A future cannot carry it: the event loop would wait for ever.
        message = "a handler raised StopIteration"
        raise RuntimeError(message) from error


def _checked(result: object) -> object:
    """Refuse what a function returns that has not done its work."""
    if isinstance(result, _UNDONE):
        message = f"it returned {type(result).__name__}, which nobody runs or raises"
        raise TypeError(message)
    return result

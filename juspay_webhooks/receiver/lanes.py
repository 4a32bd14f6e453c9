"""Own the threads on which an event loop has deliveries talk to an inbox that does I/O.

A delivery may hold a connection between two steps, and needs a thread for the next one. Were all threads taken by
others that wait for a connection, each would wait for the other. So fewer deliveries are under way than there are
threads.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

__all__ = ["Lanes"]

_THREADS: Final = 16

_INSIDE: Final = ContextVar("inside", default=False)
"""Whether this task is part of a delivery: one that a handler begins must not wait for its own."""


class Lanes:
    """Threads for each event loop, and places for deliveries: one less."""

    def __init__(self) -> None:
        """Begin with none: most receivers never need one."""
        self._lock = Lock()
        self._process = os.getpid()
        self._lanes: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[Executor, asyncio.Semaphore]]
        self._lanes = WeakKeyDictionary()

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[Executor]:
        """Wait for a place, and give the threads."""
        executor, places = self._here()
        if _INSIDE.get():
            yield executor
            return
        async with places:
            token = _INSIDE.set(True)
            try:
                yield executor
            finally:
                _INSIDE.reset(token)

    def _here(self) -> tuple[Executor, asyncio.Semaphore]:
        loop = asyncio.get_running_loop()
        with self._lock:
            if self._process != os.getpid():  # threads do not outlive a fork
                self._lanes.clear()
                self._process = os.getpid()
            if loop not in self._lanes:
                self._lanes[loop] = ThreadPoolExecutor(_THREADS, "juspay-inbox"), asyncio.Semaphore(_THREADS - 1)
            return self._lanes[loop]

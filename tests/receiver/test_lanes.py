"""Threads of an event loop: some for each loop, and for each process."""

import asyncio
import os

import pytest

from juspay_webhooks.receiver.lanes import Lanes


def test_each_process_has_threads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a parent are not there after a fork."""
    lanes = Lanes()

    async def work() -> None:
        async with lanes.place() as first, lanes.place() as again:
            assert first is again
        monkeypatch.setattr("juspay_webhooks.receiver.lanes.os.getpid", os.getppid)
        async with lanes.place() as other:
            assert first is not other
            assert await asyncio.get_running_loop().run_in_executor(other, lambda: 5) == 5

    asyncio.run(work())

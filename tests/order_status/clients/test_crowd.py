"""Both clients: thousands of pending orders polled to their end by one process, within bounds."""

import json
import os
import subprocess
import sys
from typing import Any, Final

import pytest

from tests.order_status.clients.crowd import QUESTIONS, Crowd

PROGRAM: Final = """\
import asyncio, json, re, sys
from collections import Counter
from itertools import repeat
from pathlib import Path
from juspay_webhooks import AsyncOrderStatusClient, OrderStatusClient

kind, url, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
ids = (f"shop-{each}" for each in range(number))
options = {"merchant_id": "test-shop", "base_url": url, "timeout": 60.0}
given = {"schedule": lambda: repeat(0.01), "seconds": 600.0}
found, answered, paid = Counter(), Counter(), 0


def take(polled):
    answered[polled.order_id] += 1
    found["paid" if polled.order is not None and polled.order.status == "CHARGED" else str(polled.error)] += 1


def warm_up():  # what is made once is no matter of how many orders there are
    with OrderStatusClient("key", **options) as client:
        for _ in client.poll_many(["warm-1", "warm-2"], **given):
            pass


def by_threads():
    with OrderStatusClient("key", pool_size=10, **options) as client:
        for polled in client.poll_many(ids, concurrency=50, **given):
            take(polled)


async def by_tasks():
    async with AsyncOrderStatusClient("key", pool_size=20, **options) as client:
        async for polled in client.poll_many(ids, concurrency=1000, **given):
            take(polled)


def most_memory():  # kilobytes; what getrusage has is that of the parent, if it was more
    status = Path("/proc/self/status")
    return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) if status.exists() else 0


warm_up()
before = most_memory()
by_threads() if kind == "threads" else asyncio.run(by_tasks())
print(json.dumps({"found": found, "answered": Counter(answered.values()), "kilobytes": most_memory() - before}))
"""
"""Polls in a process of its own, whose memory is nobody else's."""

CONNECTIONS: Final = {"threads": 10, "tasks": 20}
MOST_MEMORY: Final = 64 * 1024
"""Kilobytes more than before: a thousand tasks and their answers, and by far not ten thousand orders."""

CASES: Final = [
    pytest.param(kind, number, id=f"{kind}-{number}", marks=[pytest.mark.server] if number == 10_000 else [])
    for kind in CONNECTIONS
    for number in (1_000, 10_000)
]


@pytest.mark.parametrize(("kind", "number"), CASES)
def test_thousands_of_orders(kind: str, number: int) -> None:
    """Each order is answered once, asked about as often as it takes, with few connections and little memory."""
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with Crowd() as crowd:
        command = [sys.executable, "-P", "-c", PROGRAM, kind, crowd.url, str(number)]
        done = subprocess.run(command, capture_output=True, check=False, text=True, env=environment)
        counts = {count for order, count in crowd.asked.items() if not order.startswith(b"warm")}
        orders = sum(not order.startswith(b"warm") for order in crowd.asked)

    assert "" == done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert ({"paid": number}, {"1": number}) == (said["found"], said["answered"])
    assert (number, {QUESTIONS}) == (orders, counts)
    assert crowd.most <= CONNECTIONS[kind]
    assert crowd.total <= 10 * CONNECTIONS[kind]  # kept, though one that is idle for long is opened anew
    assert said["kilobytes"] < MOST_MEMORY

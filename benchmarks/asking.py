"""Own the benchmark of asking: one question, and many, beside the bare calls of requests and httpx; and its bars.

All ask the same constant server, which is a process of its own, over the loopback: there the work of a client weighs
more than anywhere else.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Coroutine, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import repeat
from math import ceil
from typing import IO, Any, Final, cast

import attrs
import httpx
import requests

from benchmarks import bodies
from benchmarks.report import Bar, Report
from benchmarks.timing import Contender, Effort, Timing, race
from juspay_webhooks import AsyncOrderStatusClient, OrderStatusClient
from juspay_webhooks.order_status.request import VERSION
from juspay_webhooks.testing import sample_body

__all__ = ["ORDER", "ORDER_ID", "asking", "fetchers", "pollers", "serving"]

_MOST: Final = 1.15
"""Multiple of the bare call."""

_QUESTIONS: Final = 20
"""Questions of one pass."""

_THREADS: Final = 10
_TASKS: Final = 20
"""How many of the many are asked at a time: as many as the clients do by default."""

ORDER: Final = json.dumps(
    json.loads(bodies.compact(sample_body("ORDER_SUCCEEDED")))["content"]["order"], separators=(",", ":")
).encode()
"""What the server answers."""

ORDER_ID: Final[str] = json.loads(ORDER)["order_id"]
_KEY: Final = "benchmark_key_0123456789"
_MERCHANT: Final = "benchmark-shop"
_HEADERS: Final = {
    "Accept": "application/json",
    "x-merchantid": _MERCHANT,
    "x-routing-id": ORDER_ID,
    "version": VERSION,
}

_SERVER: Final = """\
import asyncio

head = f"HTTP/1.1 200 OK\\r\\nContent-Type: application/json;charset=utf-8\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n"
answer = head.encode() + body


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.received = transport, b""

    def data_received(self, data):
        *requests, self.received = (self.received + data).split(b"\\r\\n\\r\\n")
        for _ in requests:
            self.transport.write(answer)


async def serve():
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
"""
"""Answers every request with `body`, without a look at it."""


@contextmanager
def serving() -> Generator[str]:
    """Run the constant server while the context lasts.

    Yields:
        Its URL.
    """
    command = [sys.executable, "-P", "-c", f"body = {ORDER!r}\n{_SERVER}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - a program of this module
        try:
            port = int(cast("IO[bytes]", process.stdout).readline())
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def asking(effort: Effort) -> Report:
    """Compare both clients with bare calls: questions one after the other, and many orders at a time.

    Args:
        effort: How long.
    """
    several = attrs.evolve(effort, rounds=ceil(effort.rounds / 6))  # passes that are as long as several
    orders = [b""] * max(_QUESTIONS, effort.entries // 50)
    with serving() as url, ExitStack() as stack:
        one = fetchers(url, stack)
        many = pollers(url, stack)
        timings = [
            *race(one[:2], [b""] * _QUESTIONS, effort),
            *race(one[2:], [b""] * _QUESTIONS, effort),
            *race(many[:2], orders, several),
            *race(many[2:], orders, several),
        ]
    return Report(
        title=f"Asking over the loopback: an order of {len(ORDER):,} bytes",
        headings=("Call", "µs per order", "Orders per second", "x the bare call", "Half of the rounds within"),
        lines=[_line(timing) for timing in timings],
        bars=[_bar(timings[1], "requests"), _bar(timings[3], "httpx")],
    )


def _line(timing: Timing) -> Sequence[str]:
    return (
        timing.name,
        f"{timing.microseconds:.0f}",
        f"{1e6 / timing.microseconds:,.0f}",
        f"{timing.ratio:.2f}",
        f"{timing.middle[0]:.2f} to {timing.middle[1]:.2f}",
    )


def _bar(timing: Timing, library: str) -> Bar:
    return Bar(
        what=f"`{timing.name}` over the loopback",
        measured=f"{timing.ratio:.2f} x a bare GET of {library} and json.loads",
        bar=f"at most {_MOST} x a bare GET of {library} and json.loads",
        holds=timing.ratio <= _MOST,
    )


def fetchers(url: str, stack: ExitStack) -> tuple[Contender, Contender, Contender, Contender]:
    """Make what asks one question after the other.

    Args:
        url: Where the server listens.
        stack: Closes them.

    Returns:
        requests and the sync client, httpx and the async client.
    """
    client = stack.enter_context(OrderStatusClient(_KEY, merchant_id=_MERCHANT, base_url=url))
    runner = stack.enter_context(asyncio.Runner())
    asynchronous = _client(url, runner, stack)
    return (
        Contender(name="requests: Session.get, json.loads", read=_bare(url, stack)),
        Contender(name="OrderStatusClient.fetch", read=lambda _: client.fetch(ORDER_ID)),
        _awaiting("httpx: AsyncClient.get, json.loads", _bare_async(url, runner, stack), runner),
        _awaiting("AsyncOrderStatusClient.fetch", lambda: asynchronous.fetch(ORDER_ID), runner),
    )


def pollers(url: str, stack: ExitStack) -> tuple[Contender, Contender, Contender, Contender]:
    """Make what asks about many orders at a time, each of which has settled.

    Args:
        url: Where the server listens.
        stack: Closes them.

    Returns:
        Threads and the sync client, tasks and the async client.
    """
    client = stack.enter_context(OrderStatusClient(_KEY, merchant_id=_MERCHANT, base_url=url, pool_size=_THREADS))
    runner = stack.enter_context(asyncio.Runner())
    asynchronous = _client(url, runner, stack)
    get, get_async = _bare(url, stack), _bare_async(url, runner, stack)

    def by_threads(orders: Sequence[bytes]) -> list[object]:
        with ThreadPoolExecutor(_THREADS) as pool:
            return list(pool.map(get, orders))

    def poll(orders: Sequence[bytes]) -> list[object]:
        return [each.order for each in client.poll_many(repeat(ORDER_ID, len(orders)), concurrency=_THREADS)]

    async def by_tasks(number: int) -> list[object]:
        free = asyncio.Semaphore(_TASKS)

        async def get_one() -> object:
            async with free:
                return await get_async()

        return await asyncio.gather(*(get_one() for _ in range(number)))

    async def poll_async(number: int) -> list[object]:
        return [each.order async for each in asynchronous.poll_many(repeat(ORDER_ID, number))]

    return (
        _all(f"requests: Session.get, json.loads on {_THREADS} threads", by_threads),
        _all(f"OrderStatusClient.poll_many, concurrency={_THREADS}", poll),
        _all(f"httpx: AsyncClient.get, json.loads, {_TASKS} at a time", lambda all_: runner.run(by_tasks(len(all_)))),
        _all("AsyncOrderStatusClient.poll_many", lambda all_: runner.run(poll_async(len(all_)))),
    )


def _bare(url: str, stack: ExitStack) -> Callable[[bytes], object]:
    """Ask with requests alone, as one would write it."""
    session = stack.enter_context(requests.Session())
    place = f"{url}/orders/{ORDER_ID}"
    return lambda _: json.loads(session.get(place, headers=_HEADERS, auth=(_KEY, ""), timeout=10).content)


def _bare_async(url: str, runner: asyncio.Runner, stack: ExitStack) -> Callable[[], Coroutine[Any, Any, object]]:
    """Ask with httpx alone, as one would write it."""
    limits = httpx.Limits(max_connections=_TASKS, max_keepalive_connections=_TASKS)
    session = httpx.AsyncClient(limits=limits)
    stack.callback(lambda: runner.run(session.aclose()))
    place = f"{url}/orders/{ORDER_ID}"

    async def get() -> object:
        return json.loads((await session.get(place, headers=_HEADERS, auth=(_KEY, ""), timeout=10)).content)

    return get


def _client(url: str, runner: asyncio.Runner, stack: ExitStack) -> AsyncOrderStatusClient:
    """Make an async client that is closed on its loop."""
    client = AsyncOrderStatusClient(_KEY, merchant_id=_MERCHANT, base_url=url, pool_size=_TASKS)
    stack.callback(lambda: runner.run(client.close()))
    return client


def _all(name: str, read_all: Callable[[Sequence[bytes]], list[object]]) -> Contender:
    return Contender(name=name, read=lambda order: read_all([order])[0], read_all=read_all)


def _awaiting(name: str, ask: Callable[[], Coroutine[Any, Any, object]], runner: asyncio.Runner) -> Contender:
    """Ask all questions of a pass in one task: starting a loop and a task is not what is measured."""

    async def ask_all(number: int) -> list[object]:
        return [await ask() for _ in range(number)]

    return _all(name, lambda all_: runner.run(ask_all(len(all_))))

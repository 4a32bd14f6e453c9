"""The async clients: who asks may be cancelled at any moment; no connection, task or cancellation is lost."""

import asyncio
import gc
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from itertools import repeat
from typing import Any, Final

import anyio
import httpx
import pytest

from juspay_webhooks import AsyncOrderStatusClient, OutcomeUnknown
from juspay_webhooks.order_status.undisturbed import Undisturbed, Until
from juspay_webhooks.testing import FakeJuspay, fake
from tests.order_status.clients.both import KEY, MERCHANT, ONCE
from tests.order_status.clients.servers import Relay

SOON: Final = 0.3
"""Seconds after which a request ends that would take a minute."""


def client_of(url: str, **options: Any) -> AsyncOrderStatusClient:  # noqa: ANN401 - as the client has it
    """Make a client with one connection that asks once."""
    given: dict[str, Any] = {"retry": ONCE, "pool_size": 1, "timeout": 20.0}
    return AsyncOrderStatusClient(KEY, merchant_id=MERCHANT, base_url=url, **{**given, **options})


class Traced(httpx.AsyncHTTPTransport):
    """A transport with one connection that does something when httpcore is at a certain step."""

    def __init__(self, step: str, do: Callable[[], object]) -> None:
        """Take the step, and what is done there, once."""
        super().__init__(limits=httpx.Limits(max_connections=1))
        self.step: str | None = step
        self.do = do

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Look at each step."""

        async def trace(name: str, _info: object) -> None:
            if name == self.step:
                self.step = None
                self.do()

        request.extensions["trace"] = trace
        return await super().handle_async_request(request)


STEPS: Final = (
    "connection.connect_tcp.started",
    "connection.connect_tcp.complete",
    *(
        f"http11.{part}.{state}"
        for part in (
            "send_request_headers",
            "send_request_body",
            "receive_response_headers",
            "receive_response_body",
            "response_closed",
        )
        for state in ("started", "complete")
    ),
)
"""Steps of one request over a new connection, in all of which httpcore may be when a caller is cancelled."""


@pytest.mark.parametrize("turns", [0, 1, 2])
@pytest.mark.parametrize("step", STEPS)
def test_a_caller_cancelled_at_any_step(step: str, turns: int, juspay: FakeJuspay) -> None:
    """Wherever the request is when its caller is cancelled, the one connection of the pool is of use afterwards."""

    async def main() -> list[str]:
        loop = asyncio.get_running_loop()

        def cancel(left: int = turns) -> None:
            if left:
                loop.call_soon(cancel, left - 1)
            else:
                caller.cancel()

        transport = Traced(step, cancel)
        async with httpx.AsyncClient(transport=transport) as session, client_of(juspay.url, session=session) as client:
            caller = asyncio.create_task(client.fetch("shop-1001"))
            with suppress(asyncio.CancelledError):  # after the last steps the answer may be there first
                await caller
            assert transport.step is None
            return [(await client.fetch("shop-1001")).order_id for _ in range(2)]

    assert ["shop-1001"] * 2 == asyncio.run(main())


def test_all_connections_outlive_many_cancellations(juspay: FakeJuspay) -> None:
    """After many callers left in the middle, each place of the pool is there: as many ask at a time as may."""
    juspay.add_order("shop-2", status="PENDING_VBV")

    async def main(relay: Relay) -> int:
        async with client_of(relay.url, pool_size=8) as client:
            for _ in range(25):
                async with aclosing(client.poll_many(["shop-1001", *["shop-2"] * 20])) as answers:
                    async for _answer in answers:
                        break
            juspay.fail_next(fake.Latency(0.2), times=8)
            begun = time.monotonic()
            await asyncio.gather(*(client.fetch("shop-1001") for _ in range(8)))
            assert time.monotonic() - begun < 10
        assert relay.wait(lambda: relay.open == 0)
        return relay.most

    with Relay(juspay.url) as relay:
        assert asyncio.run(main(relay)) <= 8


def test_a_scope_of_anyio_ends(juspay: FakeJuspay) -> None:
    """A web framework cancels by scopes, which cancel again and again: the caller leaves at once."""
    juspay.fail_next(fake.Latency(2))

    async def main() -> str:
        async with client_of(juspay.url) as client:
            begun = time.monotonic()
            with anyio.move_on_after(0.1) as scope:
                await client.fetch("shop-1001")
            assert scope.cancelled_caught
            assert time.monotonic() - begun < 1.5
            return (await client.fetch("shop-1001")).order_id

    assert "shop-1001" == asyncio.run(main())


def test_a_timeout_of_the_callers(juspay: FakeJuspay) -> None:
    """It is the caller's error, after which the caller counts as not cancelled, and the client goes on."""
    juspay.fail_next(fake.Latency(1))

    async def main() -> int:
        async with client_of(juspay.url) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await client.fetch("shop-1001")
            await client.fetch("shop-1001")
        task = asyncio.current_task()
        assert task is not None
        return task.cancelling()

    assert 0 == asyncio.run(main())


# --- Ends ---


def test_a_loop_that_ends_in_the_middle(juspay: FakeJuspay, caplog: pytest.LogCaptureFixture) -> None:
    """When the event loop ends with requests on their way, nothing is left behind and nothing is said of it."""
    juspay.fail_next(fake.Latency(60), times=None)

    async def main() -> None:
        client = client_of(juspay.url, pool_size=3)
        callers = [asyncio.create_task(client.fetch("shop-1001")) for _ in range(5)]
        await asyncio.sleep(0.1)
        callers[0].cancel()
        await asyncio.sleep(0)

    caplog.set_level(logging.WARNING)
    asyncio.run(main())
    gc.collect()

    assert [] == caplog.records


def test_requests_on_their_way_end_before_the_client_is_closed(juspay: FakeJuspay) -> None:
    """Who asked before gets the answer; only what is asked later is refused, as in threads."""
    juspay.fail_next(fake.Latency(0.3), times=3)

    async def main(relay: Relay) -> list[str]:
        client = client_of(relay.url, pool_size=3)
        callers = [asyncio.create_task(client.fetch("shop-1001")) for _ in range(3)]
        await asyncio.to_thread(relay.wait, lambda: relay.open == 3)
        await client.close()
        assert await asyncio.to_thread(relay.wait, lambda: relay.open == 0)
        return [(await each).order_id for each in callers]

    with Relay(juspay.url) as relay:
        assert ["shop-1001"] * 3 == asyncio.run(main(relay))


def test_nobody_waits_for_forsaken_requests(juspay: FakeJuspay) -> None:
    """A closed client does not wait for answers that nobody wants any more."""
    juspay.fail_next(fake.Latency(60))

    async def main(relay: Relay) -> float:
        client = client_of(relay.url, timeout=60.0)
        caller = asyncio.create_task(client.fetch("shop-1001"))
        await asyncio.to_thread(relay.wait, lambda: relay.open == 1)
        caller.cancel()
        with suppress(asyncio.CancelledError):
            await caller
        begun = time.monotonic()
        await client.close()
        assert await asyncio.to_thread(relay.wait, lambda: relay.open == 0)
        return time.monotonic() - begun

    with Relay(juspay.url) as relay:
        assert asyncio.run(main(relay)) < 15


def test_a_client_may_be_closed_on_another_loop(juspay: FakeJuspay) -> None:
    """Where its own loop has ended there is nothing to wait for."""
    client = client_of(juspay.url)
    asyncio.run(client.close())


# --- Transports of others ---


class Odd(httpx.AsyncBaseTransport):
    """A transport that knows no time, and does what it wants."""

    def __init__(self, do: Callable[[], Awaitable[object]]) -> None:
        """Take what it does."""
        self.do = do

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Do it."""
        await self.do()
        raise RuntimeError(request.method)


async def odd(do: Callable[[], Awaitable[object]], *, patience: float | None = None) -> str:
    """Ask with such a transport and tell what is raised."""
    async with httpx.AsyncClient(transport=Odd(do)) as session:
        client = client_of("https://juspay.example", session=session, timeout=SOON)
        try:
            async with asyncio.timeout(patience):
                await client.fetch("shop-1001")
        except (OutcomeUnknown, RuntimeError, TimeoutError, asyncio.CancelledError) as error:
            await asyncio.sleep(SOON / 2)
            return f"{type(error).__name__}: {error}"
    raise AssertionError


def test_a_transport_that_knows_no_time() -> None:
    """What does not end by itself is ended."""
    begun = time.monotonic()
    said = asyncio.run(odd(lambda: asyncio.sleep(60)))

    assert "OutcomeUnknown: no answer of Juspay: it took too long; nobody can say how the order stands" == said
    assert time.monotonic() - begun < 20


def test_a_transport_that_cancels_itself() -> None:
    """What was cancelled before its time was is no matter of time."""

    async def cancel() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    assert "CancelledError: " == asyncio.run(odd(cancel))


def test_a_fault_that_nobody_waits_for(caplog: pytest.LogCaptureFixture) -> None:
    """What a transport raises after its caller was cancelled is nobody's, and nobody is told."""
    said = asyncio.run(odd(lambda: asyncio.sleep(SOON / 3), patience=SOON / 6))
    gc.collect()

    assert "TimeoutError: " == said
    assert [] == caplog.records


# --- The parts ---


def test_seconds_until() -> None:
    """However late somebody begins to wait, the deadline is the same; as a number it is what was left at first."""
    left = Until(5, 1005.0)

    assert [1005.0] * 3 == [1000.0 + left, 1004.9 + left, 2000.0 + left]
    assert (5.0, True) == (float(left), left > 0)


def test_a_caller_cancelled_when_the_work_has_just_ended() -> None:
    """A cancellation is never swallowed, though the answer is there."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        callers: list[asyncio.Task[str]] = []
        ended: list[bool] = []
        undisturbed: Undisturbed[str] = Undisturbed()

        async def work() -> str:
            loop.call_soon(callers[0].cancel)
            return "answer"

        callers.append(asyncio.create_task(undisturbed.do(work(), loop.time() + 60, lambda: ended.append(True))))
        with pytest.raises(asyncio.CancelledError):
            await callers[0]
        await undisturbed.end()

        assert [True] == ended

    asyncio.run(main())


def test_polls_that_are_cancelled_leave_their_connections(juspay: FakeJuspay) -> None:
    """Customers who leave while their orders are polled do not wear the pool out."""
    juspay.add_order("shop-2", status="PENDING_VBV")

    async def main() -> str:
        async with client_of(juspay.url, pool_size=3) as client:
            for number in range(60):
                polls = [client.poll("shop-2", schedule=repeat(0.001)) for _ in range(4)]
                callers = [asyncio.create_task(each) for each in polls]
                await asyncio.sleep(number % 7 * 0.003)
                for caller in callers:
                    caller.cancel()
                await asyncio.gather(*callers, return_exceptions=True)
            found = await asyncio.gather(*(client.fetch("shop-1001") for _ in range(3)))
            return " ".join(each.order_id for each in found)

    assert "shop-1001 shop-1001 shop-1001" == asyncio.run(main())

"""Both clients: connections are kept, bounded, let go after trouble, and closed; sessions of the caller's stay open."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from socket import AF_INET, SOCK_STREAM, socket
from threading import Event
from typing import Any, Final

import httpx
import pytest
import requests

from juspay_webhooks import (
    AsyncOrderStatusClient,
    AsyncPayoutStatusClient,
    ConfigurationError,
    OrderStatusClient,
    OrderStatusError,
    OutcomeUnknown,
    PayoutStatusClient,
)
from juspay_webhooks.order_status import patience
from juspay_webhooks.testing import FakeJuspay, fake
from juspay_webhooks.testing.fake import Fault, Respond
from tests.order_status.clients.both import KEY, MERCHANT, ONCE, Sync
from tests.order_status.clients.conftest import Way
from tests.order_status.clients.servers import Relay

SOON: Final = 0.5
"""Seconds after which a request ends that would take a minute."""

# --- Kept and bounded ---


def test_one_connection_for_many_questions(way: Way, juspay: FakeJuspay) -> None:
    """A connection is kept: questions one after the other share it, errors of Juspay's among them."""
    with Relay(juspay.url) as relay, way(relay.url) as asking:
        for _ in range(10):
            asking.fetch("shop-1001")
            with pytest.raises(OrderStatusError):
                asking.fetch("shop-404")

    assert (20, 1) == (len(juspay.requests), relay.total)


def test_many_threads_share_a_client(juspay: FakeJuspay) -> None:
    """Each thread gets the orders that it asks for, over no more connections than the pool has."""
    ids = [f"shop-{number}" for number in range(20)]
    for order_id in ids:
        juspay.add_order(order_id)

    def ask(thread: int) -> list[str]:
        return [client.fetch(ids[(thread + number) % 20]).order_id for number in range(20)]

    with (
        Relay(juspay.url) as relay,
        OrderStatusClient(KEY, merchant_id=MERCHANT, base_url=relay.url, pool_size=4, timeout=60) as client,
        ThreadPoolExecutor(16) as pool,
    ):
        found = list(pool.map(ask, range(16)))

    assert [[ids[(thread + number) % 20] for number in range(20)] for thread in range(16)] == found
    assert 320 == len(juspay.requests)
    assert relay.total <= 4


def test_many_tasks_share_a_client(juspay: FakeJuspay) -> None:
    """Each task gets the order that it asks for, over no more connections than the pool has."""
    ids = [f"shop-{number}" for number in range(20)] * 10
    for order_id in ids[:20]:
        juspay.add_order(order_id)

    async def ask(url: str) -> list[str]:
        async with AsyncOrderStatusClient(KEY, merchant_id=MERCHANT, base_url=url, pool_size=4, timeout=60) as client:
            return [order.order_id for order in await asyncio.gather(*map(client.fetch, ids))]

    with Relay(juspay.url) as relay:
        found = asyncio.run(ask(relay.url))

    assert ids == found
    assert relay.total <= 4


class Held(requests.Session):
    """A session that answers when it is allowed to."""

    def __init__(self) -> None:
        """Hold everything."""
        super().__init__()
        self.begun = Event()
        self.allowed = Event()

    def send(self, request: requests.PreparedRequest, **more: Any) -> requests.Response:  # noqa: ANN401 - as the base
        """Wait, and send."""
        self.begun.set()
        self.allowed.wait()
        return super().send(request, **more)


def test_threads_wait_for_a_connection_in_bounds(juspay: FakeJuspay) -> None:
    """A question that finds no free connection in its time, or in that of its poll, says so; then all is as before."""
    with (
        Held() as session,
        Sync(juspay.url, pool_size=1, timeout=SOON, retry=ONCE, session=session) as asking,
        ThreadPoolExecutor(1) as pool,
    ):
        client = asking.orders()
        held = pool.submit(client.fetch, "shop-1001")
        session.begun.wait()
        with pytest.raises(OutcomeUnknown, match="no connection was free"):
            client.fetch("shop-1001")
        with pytest.raises(OutcomeUnknown, match="never seen"):
            client.poll("shop-1001", seconds=SOON)
        assert () == juspay.requests

        session.allowed.set()
        assert ["shop-1001"] * 2 == [each.order_id for each in (held.result(), client.fetch("shop-1001"))]


class HeldTransport(httpx.AsyncHTTPTransport):
    """A transport that answers when it is allowed to, and lets nobody out before."""

    def __init__(self) -> None:
        """Hold everything."""
        super().__init__()
        self.begun = asyncio.Event()
        self.allowed = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Wait, and send."""
        self.begun.set()
        while not self.allowed.is_set():
            with suppress(asyncio.CancelledError):
                await self.allowed.wait()
        return await super().handle_async_request(request)


def test_tasks_wait_for_a_connection_in_bounds(juspay: FakeJuspay) -> None:
    """As threads do."""

    async def ask() -> None:
        transport = HeldTransport()
        async with (
            httpx.AsyncClient(transport=transport) as session,
            AsyncOrderStatusClient(
                KEY, merchant_id=MERCHANT, base_url=juspay.url, pool_size=1, timeout=SOON, retry=ONCE, session=session
            ) as client,
        ):
            held = asyncio.create_task(client.fetch("shop-1001"))
            await transport.begun.wait()
            with pytest.raises(OutcomeUnknown, match="no connection was free"):
                await client.fetch("shop-1001")
            with pytest.raises(OutcomeUnknown, match="never seen"):
                await client.poll("shop-1001", seconds=SOON)
            assert () == juspay.requests

            transport.allowed.set()
            with pytest.raises(OutcomeUnknown, match="took too long"):
                await held
            assert "shop-1001" == (await client.fetch("shop-1001")).order_id

    asyncio.run(ask())


# --- Let go ---

ENDED: Final[Mapping[str, Fault]] = {
    "late": fake.Latency(60),
    "headers dribble": fake.SlowHeaders(0.1),
    "body dribbles": fake.SlowBody(0.1),
    "half a body": fake.HalfBody(),
    "reset": fake.Reset(),
    "hang up": fake.HangUp(),
    "huge": fake.HugeBody(),
}
"""After these the connection is of no use any more."""

KEPT: Final[Mapping[str, Fault]] = {
    "unavailable": Respond(503),
    "unknown": Respond.named("order_not_found"),
    "a page": Respond.named("bad_gateway_page"),
    "redirect": fake.Redirect(),
    "slow down": fake.SlowDown(1),
    "damaged": fake.Compressed(damaged=True),
    "truncated": fake.Truncated(),
    "empty": fake.EmptyBody(),
}
"""After these it is as good as before."""


@pytest.mark.parametrize("name", [*ENDED, *KEPT])
def test_no_connection_is_lost(name: str, way: Way, juspay: FakeJuspay) -> None:
    """After trouble the one connection of the pool is free again, and what cannot be used any more is closed."""
    with Relay(juspay.url) as relay, way(relay.url, pool_size=1, timeout=SOON, retry=ONCE) as asking:
        juspay.fail_next({**ENDED, **KEPT}[name])
        with pytest.raises(OrderStatusError):
            asking.fetch("shop-1001")
        found = asking.fetch("shop-1001")

        assert "shop-1001" == found.order_id
        assert relay.wait(lambda: relay.open == 1)
        assert (2 if name in ENDED else 1) == relay.total


@pytest.mark.parametrize("fault", [fake.Latency(60), fake.SlowHeaders(0.1), fake.SlowBody(0.1)], ids=str)
def test_a_cancelled_question_closes_its_connection(fault: Fault) -> None:
    """A task that is cancelled while it waits or reads leaves a connection behind until its time is up, no longer."""
    asked = Event()
    options: dict[str, Any] = {"merchant_id": MERCHANT, "pool_size": 1, "timeout": SOON, "retry": ONCE}

    async def ask(relay: Relay) -> None:
        async with AsyncOrderStatusClient(KEY, base_url=relay.url, **options) as client:
            task = asyncio.create_task(client.fetch("shop-1001"))
            await asyncio.to_thread(asked.wait)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(relay.wait, lambda: relay.open == 0)

            assert "shop-1001" == (await client.fetch("shop-1001")).order_id

    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT, on_request=lambda _: asked.set()) as juspay:
        juspay.add_order("shop-1001")
        juspay.fail_next(fault)
        with Relay(juspay.url) as relay:
            asyncio.run(ask(relay))


# --- Closed ---


def test_a_client_closes_its_connections(way: Way, juspay: FakeJuspay) -> None:
    """A closed client has no connection open, and refuses to ask; closing again does no harm."""
    with Relay(juspay.url) as relay, way(relay.url) as asking:
        asking.fetch("shop-1001")
        asking.close()
        asking.close()

        assert relay.wait(lambda: relay.open == 0)
        with pytest.raises(ConfigurationError, match="closed"):
            asking.fetch("shop-1001")
        with pytest.raises(ConfigurationError, match="closed"):
            asking.poll("shop-1001")
        assert 1 == len(juspay.requests)


def test_with_ends_with_closing(juspay: FakeJuspay) -> None:
    """The clients are context managers that give themselves, for orders and payouts."""
    options: dict[str, Any] = {"merchant_id": MERCHANT, "base_url": juspay.url}

    async def ask() -> None:
        async with AsyncOrderStatusClient(KEY, **options) as orders, AsyncPayoutStatusClient(KEY, **options) as payouts:
            await orders.fetch("shop-1001")
            await payouts.fetch("po-1")
        with pytest.raises(ConfigurationError, match="closed"):
            await orders.fetch("shop-1001")
        with pytest.raises(ConfigurationError, match="closed"):
            await payouts.fetch("po-1")

    asyncio.run(ask())
    with OrderStatusClient(KEY, **options) as orders, PayoutStatusClient(KEY, **options) as payouts:
        orders.fetch("shop-1001")
        payouts.fetch("po-1")
    with pytest.raises(ConfigurationError, match="closed"):
        orders.fetch("shop-1001")
    with pytest.raises(ConfigurationError, match="closed"):
        payouts.fetch("po-1")

    assert 4 == len(juspay.requests)


def test_an_async_client_has_one_loop(juspay: FakeJuspay) -> None:
    """A client that another event loop has used says so; its connections would hang there."""
    client = AsyncOrderStatusClient(KEY, merchant_id=MERCHANT, base_url=juspay.url)

    async def ask() -> str:
        return (await client.fetch("shop-1001")).order_id

    async def end() -> None:
        await client.close()

    with asyncio.Runner() as runner:
        assert "shop-1001" == runner.run(ask())
        with pytest.raises(ConfigurationError, match="event loop"):
            asyncio.run(ask())

        runner.run(end())


# --- Sessions of the caller's ---


def test_a_session_of_your_own(juspay: FakeJuspay) -> None:
    """It sends, with what it is set to; it stays open, and neither its key nor its redirects count."""
    seen: list[int] = []
    juspay.fail_next(fake.Redirect("/orders/shop-1001"))
    with Relay(juspay.url) as relay, requests.Session() as session:
        session.auth = ("another", "key")
        session.headers["x-shop"] = "17"
        session.params = {"tenant": "a b"}
        session.hooks["response"].append(lambda response, **_: seen.append(response.status_code))
        with OrderStatusClient(KEY, merchant_id=MERCHANT, base_url=relay.url, session=session) as client:
            with pytest.raises(OrderStatusError, match="redirect"):
                client.fetch("shop-1001")
            client.fetch("shop-1001")

        assert (1, 1) == (relay.open, relay.total)
        assert 401 == session.get(f"{relay.url}/orders/shop-1001").status_code
    assert [302, 200, 401] == seen
    assert ("17", "identity") == tuple(juspay.requests[0].headers[name] for name in ("x-shop", "accept-encoding"))
    assert "/orders/shop-1001?tenant=a+b" == juspay.requests[1].path


def test_an_async_session_of_your_own(juspay: FakeJuspay) -> None:
    """As with threads; closed by its owner it is refused."""

    async def ask(relay: Relay) -> None:
        async with httpx.AsyncClient(
            auth=("another", "key"), headers={"x-shop": "17"}, follow_redirects=True
        ) as session:
            client = AsyncOrderStatusClient(KEY, merchant_id=MERCHANT, base_url=relay.url, session=session)
            async with client:
                with pytest.raises(OrderStatusError, match="redirect"):
                    await client.fetch("shop-1001")
                await client.fetch("shop-1001")

            assert (1, 1) == (relay.open, relay.total)
            assert 401 == (await session.get(f"{relay.url}/orders/shop-1001")).status_code
        with pytest.raises(ConfigurationError, match="closed"):
            await AsyncOrderStatusClient(KEY, merchant_id=MERCHANT, base_url=relay.url, session=session).fetch("shop-1")

    juspay.fail_next(fake.Redirect("/orders/shop-1001"))
    with Relay(juspay.url) as relay:
        asyncio.run(ask(relay))

    assert ("17", "identity") == tuple(juspay.requests[0].headers[name] for name in ("x-shop", "accept-encoding"))


def test_a_session_of_your_own_is_bounded_too(juspay: FakeJuspay) -> None:
    """Its adapters bound each read alone; a body that dribbles ends in time all the same."""
    juspay.fail_next(fake.SlowBody(0.05, 10))
    with (
        requests.Session() as session,
        Sync(juspay.url, session=session, timeout=SOON, retry=ONCE) as asking,
        pytest.raises(OutcomeUnknown, match="took too long"),
    ):
        asking.fetch("shop-1001")


class Lenient(requests.Session):
    """A session that takes half a body for a whole one, as urllib3 1.26 does."""

    def send(self, request: requests.PreparedRequest, **more: Any) -> requests.Response:  # noqa: ANN401 - as the base
        """Send, and look at no length."""
        response = super().send(request, **more)
        response.raw.enforce_content_length = False
        return response


def test_half_a_body_is_none(juspay: FakeJuspay) -> None:
    """A body that is shorter than was promised is not used, whatever the session thinks of it."""
    juspay.fail_next(fake.HalfBody())
    with (
        Lenient() as session,
        Sync(juspay.url, session=session, retry=ONCE) as asking,
        pytest.raises(OutcomeUnknown, match="broke off"),
    ):
        asking.fetch("shop-1001")


def test_sessions_are_not_mixed_up(juspay: FakeJuspay) -> None:
    """What is no session of the right kind, and a pool of no size, are refused when a client is made."""
    options: dict[str, Any] = {"merchant_id": MERCHANT, "base_url": juspay.url}
    with httpx.Client() as client, requests.Session() as session:
        mistakes: list[tuple[Callable[..., object], dict[str, Any], str]] = [
            *(
                (each, wrong, said)
                for each in (OrderStatusClient, PayoutStatusClient)
                for wrong, said in (
                    ({"session": client}, r"session is a requests\.Session, not Client"),
                    ({"pool_size": 0}, "pool_size is a whole number"),
                )
            ),
            *(
                (each, wrong, said)
                for each in (AsyncOrderStatusClient, AsyncPayoutStatusClient)
                for wrong, said in (
                    ({"session": session}, r"session is an httpx\.AsyncClient, not Session"),
                    ({"pool_size": 2.5}, "pool_size is a whole number"),
                )
            ),
        ]
        for make, wrong, said in mistakes:
            with pytest.raises(ConfigurationError, match=said):
                make(KEY, **options, **wrong)


# --- Addresses ---


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Give a port where nothing answers: whoever knocks waits in a queue that is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket(AF_INET, SOCK_STREAM))
        listener.bind(("0.0.0.0", 0))  # noqa: S104 - on each address of the loopback
        listener.listen(0)
        port = int(listener.getsockname()[1])
        for _ in range(4):
            waiting = stack.enter_context(socket(AF_INET, SOCK_STREAM))
            waiting.setblocking(False)  # noqa: FBT003 - as sockets have it
            waiting.connect_ex(("127.0.0.1", port))
        yield port


def found(*addresses: str) -> Any:  # noqa: ANN401 - as `getaddrinfo`
    """Make a look-up that finds these."""
    return lambda _host, port, *_: [(AF_INET, SOCK_STREAM, 6, "", (address, port)) for address in addresses]


def test_all_addresses_share_the_time(silent_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host with many addresses of which none answers takes no longer than one with a single address."""
    monkeypatch.setattr(patience, "getaddrinfo", found(*(f"127.0.0.{number}" for number in range(1, 61))))
    begun = time.monotonic()
    with (
        Sync(f"http://localhost:{silent_port}", timeout=SOON, retry=ONCE) as asking,
        pytest.raises(OutcomeUnknown, match="took too long"),
    ):
        asking.fetch("shop-1001")

    assert time.monotonic() - begun < 30 * SOON


def test_the_next_address_is_tried(juspay: FakeJuspay, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address where nothing listens does not hinder the others."""
    monkeypatch.setattr(patience, "getaddrinfo", found("127.0.0.9", "127.0.0.1"))
    with Sync(juspay.url) as asking:
        assert "shop-1001" == asking.fetch("shop-1001").order_id


def test_a_host_may_have_no_address(juspay: FakeJuspay, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up that finds nothing is a failed connection."""
    monkeypatch.setattr(patience, "getaddrinfo", found())
    with Sync(juspay.url, retry=ONCE) as asking, pytest.raises(OutcomeUnknown, match="connection failed"):
        asking.fetch("shop-1001")


def test_connections_without_a_bound(juspay: FakeJuspay) -> None:
    """The adapter waits as long as it takes, where nobody gives a time."""
    with requests.Session() as session:
        session.mount("http://", patience.PatientAdapter())

        assert 401 == session.get(f"{juspay.url}/orders/shop-1001", timeout=None).status_code

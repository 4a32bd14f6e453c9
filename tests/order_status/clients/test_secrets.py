"""Both clients: the API key is in no text, no log and no variable of ours that an error tracker could show."""

import asyncio
import logging
import signal
import threading
import traceback
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import partial
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
    PayoutStatusClient,
    RetryPolicy,
)
from juspay_webhooks.testing import FakeJuspay, fake
from juspay_webhooks.testing.fake import Fault, Respond
from tests.cli.fakes import interruptible
from tests.order_status.asked import locals_of
from tests.order_status.clients.both import KEY, MERCHANT, ONCE, Async, Sync
from tests.order_status.clients.conftest import Way

SHAPES: Final = (KEY, b64encode(KEY.encode()).decode().rstrip("="), b64encode(f"{KEY}:".encode()).decode())
"""The key, and what it looks like on the wire."""

URL: Final = "https://api.juspay.in"


def shown(text: str) -> list[str]:
    """Give what a text has of the key."""
    return [shape for shape in SHAPES if shape in text]


def told(error: BaseException) -> str:
    """Tell all that anyone could see of an error."""
    known = traceback.TracebackException.from_exception(error, capture_locals=False)
    return "".join([*known.format(), repr(error), str(error), repr(vars(error)), locals_of(error)])


# --- Constructors ---

CLIENTS: Final[tuple[Callable[..., object], ...]] = (
    OrderStatusClient,
    AsyncOrderStatusClient,
    PayoutStatusClient,
    AsyncPayoutStatusClient,
)

MISTAKES: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "line break behind the key": (f"{KEY}\n", {}),
    "colon behind the key": (f"{KEY}:", {}),
    "header in place of the key": (f"Basic {KEY}", {}),
    "key in the URL": (KEY, {"base_url": f"https://{KEY}@api.juspay.in"}),
    "URL in clear": (KEY, {"base_url": "http://api.juspay.in"}),
    "key in a header": (KEY, {"headers": {"Authorization": f"Basic {KEY}"}}),
    "header with a line break": (KEY, {"headers": {"x-key": f"{KEY}\r\n"}}),
    "headers that are none": (KEY, {"headers": [("x-key", KEY)]}),
    "no merchant": (KEY, {"merchant_id": ""}),
    "no time": (KEY, {"timeout": 0}),
    "no policy": (KEY, {"retry": RetryPolicy(attempts=1), "timeout": float("nan")}),
    "no pool": (KEY, {"pool_size": 0}),
    "no session": (KEY, {"session": object()}),
}


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
@pytest.mark.parametrize("name", MISTAKES)
def test_a_client_that_cannot_be_made(name: str, client: Callable[..., object]) -> None:
    """Whatever is wrong with the arguments, the key is not in what is seen of the error."""
    key, wrong = MISTAKES[name]
    make = partial(client, key, **({"merchant_id": MERCHANT, "base_url": URL} | wrong))
    with pytest.raises(ConfigurationError) as caught:
        make()

    assert [] == shown(told(caught.value))


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_a_client_shows_no_key(client: Callable[..., object]) -> None:
    """A client shows where it asks; neither it nor its parts show the key."""
    made = client(KEY, merchant_id=MERCHANT, base_url=URL)
    parts = [made, *vars(made).values(), *vars(vars(made)["_transport"]).values()]

    assert f"{client.__name__}('{URL}', merchant_id='{MERCHANT}')" == repr(made)
    assert [] == shown("".join(map(repr, parts)))


# --- Questions ---

FAULTS: Final[Mapping[str, Fault]] = {
    "refused": Respond.named("invalid_api_key"),
    "unknown": Respond.named("order_not_found"),
    "slow down": fake.SlowDown(1000),
    "fault": Respond(503),
    "reset": fake.Reset(),
    "late": fake.Latency(60),
    "body dribbles": fake.SlowBody(0.05),
    "half a body": fake.HalfBody(),
    "damaged": fake.Compressed(damaged=True),
    "truncated": fake.Truncated(),
    "redirect": fake.Redirect(),
    "another order": fake.WrongOrder(),
}

CALLS: Final[Mapping[str, Callable[[Any], object]]] = {
    "fetch": lambda asking: asking.fetch("shop-1001"),
    "poll": lambda asking: asking.poll("shop-1001", seconds=0.1),
    "confirm": lambda asking: asking.confirm("shop-1001", amount=1, currency="INR"),
    "fetch payout": lambda asking: asking.fetch_payout("po-1"),
    "fetch validation": lambda asking: asking.fetch_validation("cst_asha01", "bene-1"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_question_without_an_answer(
    fault: Fault, way: Way, juspay: FakeJuspay, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes wrong with whichever call, the key is neither in the error nor in a log of any level."""
    caplog.set_level(logging.DEBUG)
    juspay.fail_next(fault, times=None)
    with way(juspay.url, timeout=0.1, retry=ONCE) as asking:
        for call in CALLS.values():
            with pytest.raises(OrderStatusError) as caught:
                call(asking)

            assert [] == shown(told(caught.value))
        for polled in asking.poll_many(["shop-1001"], seconds=0.1):
            assert polled.error is not None
            assert [] == shown(told(polled.error) + repr(polled))
    assert [] == shown(caplog.text)


def test_an_answer_shows_no_key(asking: Sync | Async, caplog: pytest.LogCaptureFixture) -> None:
    """What comes back, and what is logged about it at any level, has nothing of the key."""
    caplog.set_level(logging.DEBUG)
    found = [call(asking) for name, call in CALLS.items() if name != "poll"]

    assert [] == shown(repr(found))
    assert "127.0.0.1" in caplog.text  # the libraries do log
    assert [] == shown(caplog.text)


def test_a_question_that_is_interrupted() -> None:
    """Ctrl-C, or a signal of the server's, in the middle of a request shows no key in any frame, ours or another's."""
    main = threading.main_thread().ident
    assert main is not None
    assert threading.get_ident() == main
    with FakeJuspay(
        api_key=KEY, merchant_id=MERCHANT, on_request=lambda _: signal.pthread_kill(main, signal.SIGINT)
    ) as juspay:
        juspay.add_order("shop-1001")
        juspay.fail_next(fake.Latency(5), times=None)
        with interruptible(), Sync(juspay.url, retry=ONCE) as asking, pytest.raises(KeyboardInterrupt) as caught:
            asking.fetch("shop-1001")

    said = told(caught.value)
    assert "urlopen" in said
    assert [] == shown(said)


def test_a_question_that_is_interrupted_while_it_is_sent(juspay: FakeJuspay, monkeypatch: pytest.MonkeyPatch) -> None:
    """At that moment the standard library holds the header as bytes, which nothing masks."""

    def send(_connection: object, data: bytes) -> None:
        raise KeyboardInterrupt(len(data)) from SystemError()

    monkeypatch.setattr("http.client.HTTPConnection.send", send)
    with Sync(juspay.url, retry=ONCE) as asking, pytest.raises(KeyboardInterrupt) as caught:
        asking.fetch("shop-1001")

    said = told(caught.value)
    assert ", in send" in said
    assert [] == shown(said)


@pytest.mark.parametrize("leave", ["cancelled", "timeout"])
def test_a_task_that_is_cancelled(leave: str, juspay: FakeJuspay) -> None:
    """A caller that leaves in the middle of a request shows no key either."""
    juspay.fail_next(fake.Latency(1), times=None)

    async def ask() -> None:
        async with AsyncOrderStatusClient(KEY, merchant_id=MERCHANT, base_url=juspay.url) as client:
            if leave == "timeout":
                async with asyncio.timeout(0.1):
                    await client.fetch("shop-1001")
            task = asyncio.create_task(client.fetch("shop-1001"))
            await asyncio.sleep(0.1)
            task.cancel()
            await task

    with pytest.raises((TimeoutError, asyncio.CancelledError)) as caught:
        asyncio.run(ask())

    cause = caught.value.__cause__ or caught.value
    assert [] == shown(told(cause))


WRONG_IDS: Final[Mapping[str, Callable[[Any], object]]] = {
    "empty id": lambda asking: asking.fetch(""),
    "no id": lambda asking: asking.confirm(None, amount=1, currency="INR"),
    "routing id": lambda asking: asking.fetch("shop-1001", routing_id="a\nb"),
    "no amount": lambda asking: asking.confirm("shop-1001", amount=0.5, currency="INR"),
    "no schedule": lambda asking: asking.poll("shop-1001", schedule=7),
    "closed": lambda asking: (asking.close(), asking.fetch("shop-1001")),
}


@pytest.mark.parametrize("name", WRONG_IDS)
def test_a_question_that_cannot_be_asked(name: str, asking: Sync | Async) -> None:
    """A mistake in a call shows no key either."""
    with pytest.raises(ConfigurationError) as caught:
        WRONG_IDS[name](asking)

    assert [] == shown(told(caught.value))


# --- Faults of others, in the middle of a request ---


class _Session(requests.Session):
    def send(self, request: requests.PreparedRequest, **_more: Any) -> requests.Response:  # noqa: ANN401 - as the base
        """Fail."""
        raise RuntimeError(request.method)


class _Transport(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Fail."""
        raise RuntimeError(request.method)


def test_a_fault_of_a_session_of_your_own() -> None:
    """What a session of the caller's raises comes out as it is; our own variables show no key even then."""
    with _Session() as session, pytest.raises(RuntimeError) as caught:
        OrderStatusClient(KEY, merchant_id=MERCHANT, base_url=URL, session=session).fetch("shop-1001")

    async def ask() -> None:
        async with httpx.AsyncClient(transport=_Transport()) as other:
            await AsyncOrderStatusClient(KEY, merchant_id=MERCHANT, base_url=URL, session=other).fetch("shop-1001")

    with pytest.raises(RuntimeError) as caught_too:
        asyncio.run(ask())

    assert [[], []] == [shown(told(each.value)) for each in (caught, caught_too)]

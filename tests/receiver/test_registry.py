"""Handlers: what may be registered, what they are called with, and in which order."""

import functools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final

import pytest

from juspay_webhooks import (
    BasicAuth,
    ConfigurationError,
    Delivery,
    OrderEvent,
    OrderFailed,
    OrderPaid,
    OrderSucceeded,
    Receiver,
    RefundSettled,
    UnknownEvent,
    UnknownPayoutEvent,
    UnreadableEvent,
)
from juspay_webhooks.testing import make_webhook

AUTH: Final = ("shop", "secret")


def receiver() -> Receiver:
    """Make one without handlers."""
    return Receiver(BasicAuth(*AUTH), inbox=None)


def send(to: Receiver, name: str = "ORDER_SUCCEEDED") -> str:
    """Send a webhook; how it ended."""
    webhook = make_webhook(name, auth=AUTH)
    return to.handle(headers=webhook.headers, body=webhook.body).outcome.value


def one(_event: object) -> None:
    """Take the event."""


def both(_event: object, _delivery: Delivery) -> None:
    """Take the event and the delivery."""


class Callee:
    """An object that is a handler."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.seen: list[object] = []

    def __call__(self, event: object) -> None:
        """Take the event."""
        self.seen.append(event)

    def method(self, event: object, delivery: Delivery) -> None:
        """Take both."""
        self.seen += [event, delivery]


def optional(event: object, delivery: Delivery | None = None) -> object:
    """Take the delivery, by its name."""
    return event, delivery


def retries(_event: object, retries: int = 3) -> None:
    """Take an argument of its own."""
    assert retries == 3


def keyword(_event: object, *, key: str) -> str:
    """Take what nobody gives."""
    return key


@functools.wraps(both)
def wrapped(event: object, delivery: Delivery) -> None:
    """Pass on what it gets."""
    both(event, delivery)


@pytest.mark.parametrize(
    "function",
    [one, both, Callee(), Callee().method, functools.partial(both), optional, retries, wrapped, lambda *_: None],
)
def test_forms_of_handlers(function: Callable[..., object]) -> None:
    """A handler is anything that can be called with the event, or with the event and the delivery."""
    made = receiver()
    made.on(OrderSucceeded)(function)

    assert send(made) == "handled"


def test_optional_delivery_is_given_by_its_name() -> None:
    """A second parameter with a default is the delivery only if it is called so."""
    seen: list[object] = []
    made = receiver()

    @made.on(OrderSucceeded)
    def keep(_event: OrderSucceeded, delivery: Delivery | None = None) -> None:
        seen.append(delivery)

    send(made)

    assert [Delivery] == [type(item) for item in seen]


@pytest.mark.parametrize(
    ("register", "says"),
    [
        (lambda to: to.on(OrderSucceeded)(lambda: None), "a handler takes the event"),
        (lambda to: to.on(OrderSucceeded)(lambda _a, _b, _c: None), "a handler takes the event"),
        (lambda to: to.on(OrderSucceeded)(keyword), "a handler takes the event"),
        (lambda to: to.on(OrderSucceeded)("ship"), "a handler is a function, not str"),
        (lambda to: to.on()(one), "say what the handler is for"),
        (lambda to: to.on_effect()(one), "say what the handler is for"),
        (lambda to: to.on(OrderPaid)(one), "an event class such as OrderSucceeded"),
        (lambda to: to.on("ORDER_SUCCEEDED")(one), "an event class such as OrderSucceeded"),
        (lambda to: to.on_effect(OrderSucceeded)(one), "an effect class such as OrderPaid"),
        (lambda to: to.on_effect(object)(one), "an effect class such as OrderPaid"),
    ],
)
def test_registration_that_is_refused(register: Callable[[Any], object], says: str) -> None:
    """What can never be called is refused when it is registered."""
    with pytest.raises(ConfigurationError, match=says):
        register(receiver())


@pytest.mark.parametrize("way", ["on", "on_unknown", "on_unreadable", "fallback"])
def test_one_handler_twice(way: str) -> None:
    """The same function for the same thing would run twice."""
    made = receiver()
    kinds = {"on": (OrderSucceeded,)}.get(way)

    def register() -> None:
        decorator = getattr(made, way)
        (decorator(*kinds) if kinds else decorator)(one)

    register()
    with pytest.raises(ConfigurationError, match="the handler one is registered twice"):
        register()


def test_one_handler_of_an_effect() -> None:
    """What a fact asks for is one function: of two, the first would run again whenever the second fails."""
    made = receiver()
    made.on_effect(OrderPaid, RefundSettled)(one)
    with pytest.raises(ConfigurationError, match="one is registered for this effect already"):
        made.on_effect(OrderPaid)(both)


def test_a_family_and_its_leaf() -> None:
    """The same function for a family and one of its events would run twice for that."""
    made = receiver()
    made.on(OrderSucceeded)(one)
    made.on(OrderEvent)(both)
    with pytest.raises(ConfigurationError, match="registered twice"):
        made.on(OrderEvent)(one)
    with pytest.raises(ConfigurationError, match="registered twice"):
        made.on(OrderSucceeded)(both)


@pytest.mark.parametrize("way", ["on_unknown", "on_unreadable", "fallback"])
def test_decorators_without_brackets(way: str) -> None:
    """Brackets behind a decorator that has none are named."""
    with pytest.raises(ConfigurationError, match=r"write the decorator without \(\)"):
        getattr(receiver(), way)()


def generating(_event: object) -> Iterator[None]:
    """Yield."""
    yield


async def generating_async(_event: object) -> AsyncIterator[None]:
    """Yield."""
    yield


@pytest.mark.parametrize("function", [generating, generating_async, functools.partial(generating)])
def test_a_handler_that_yields(function: Callable[..., object]) -> None:
    """It would run nothing, and count as handled."""
    with pytest.raises(ConfigurationError, match="must not hold a yield"):
        receiver().on(OrderSucceeded)(function)


@pytest.mark.parametrize("result", [ValueError(), (letter for letter in "abc")])
def test_a_handler_that_returns_what_it_was_to_do(result: object) -> None:
    """An exception that is returned, or a generator that nobody runs, is a failure."""
    made = receiver()
    made.on(OrderSucceeded)(lambda _event: result)

    assert send(made) == "failed"


def test_a_handler_that_returns_a_promise_of_a_promise() -> None:
    """What an async function returns without awaiting it is awaited."""
    seen: list[str] = []

    async def inner() -> None:
        seen.append("inner")

    async def outer(_event: object) -> object:
        return inner()

    made = receiver()
    made.on(OrderSucceeded)(outer)

    assert send(made) == "handled"
    assert ["inner"] == seen


def test_one_handler_for_two_things() -> None:
    """The same function for another thing is fine."""
    made = receiver()
    made.on(OrderSucceeded)(one)
    made.on(OrderFailed)(one)
    made.on_effect(OrderPaid, RefundSettled)(one)

    assert send(made, "ORDER_FAILED") == "handled"


def test_after_the_first_event() -> None:
    """Half of the events would miss a handler that is registered while they come."""
    made = receiver()
    send(made)

    for register in (made.on(OrderSucceeded), made.on_effect(OrderPaid), made.on_unknown, made.fallback):
        with pytest.raises(ConfigurationError, match="before the first event"):
            register(one)


def test_order_of_handlers() -> None:
    """Effects come before events, and within each the order of registration holds; families see their leaves."""
    seen: list[str] = []
    made = receiver()
    made.on(OrderEvent)(lambda _event: seen.append("family"))
    made.on(OrderSucceeded)(lambda _event: seen.append("leaf"))
    made.on(OrderFailed)(lambda _event: seen.append("another leaf"))
    made.on_effect(OrderPaid)(lambda _effect: seen.append("effect"))
    made.fallback(lambda _event: seen.append("fallback"))
    send(made)

    assert ["effect", "family", "leaf"] == seen


def test_fallback_takes_what_is_left() -> None:
    """An event without a handler goes to the fallback, an unknown one too."""
    seen: list[type] = []
    made = receiver()
    made.on(OrderFailed)(one)
    made.fallback(lambda event: seen.append(type(event)))
    unknown = b'{"event_name":"CHARGEBACK_RECEIVED","content":{"chargeback":{}}}'

    assert send(made) == "handled"
    assert made.handle_unverified(body=unknown, label="shop").outcome == "handled"
    assert [OrderSucceeded, UnknownEvent] == seen


def test_unknown_events_have_a_handler() -> None:
    """Unknown payments and unknown payouts go to one handler."""
    seen: list[object] = []
    made = receiver()
    made.on_unknown(seen.append)
    bodies = (
        b'{"event_name":"CHARGEBACK_RECEIVED","content":{"chargeback":{}}}',
        b'{"label":"NEW_LABEL","value":"NEW","info":{}}',
    )

    assert ["handled", "handled"] == [made.handle_unverified(body=body, label="shop").outcome for body in bodies]
    assert [UnknownEvent, UnknownPayoutEvent] == [type(event) for event in seen]


def test_unreadable_events_have_a_handler() -> None:
    """It is told, and the answer stays that nobody kept the event; what it raises is logged."""
    seen: list[object] = []
    made = receiver()
    made.on_unreadable(seen.append)

    @made.on_unreadable
    def fail(_event: UnreadableEvent) -> None:
        raise KeyError

    answer = made.handle_unverified(body=b'{"event_name":"ORDER_SUCCEEDED","content":{"order":{}}}', label="shop")

    assert (400, "not kept") == (answer.status, answer.outcome)
    assert [UnreadableEvent] == [type(event) for event in seen]


def test_a_function_that_hides_its_signature() -> None:
    """A function of C that does not tell its parameters gets the event."""
    made = receiver()
    made.on(OrderSucceeded)(vars)

    assert send(made) == "handled"

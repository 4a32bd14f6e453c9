"""The receiver: the order of things, every answer, observing, copying, hooks, logging, and an inbox that fails."""

import asyncio
import copy
import logging
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias, cast

import pytest

from juspay_webhooks import (
    AddressPolicy,
    Answer,
    AnswerOutcome,
    BasicAuth,
    ConfigurationError,
    Credential,
    Delivery,
    Order,
    OrderPaid,
    OrderSucceeded,
    Permanent,
    Receiver,
    RefundSettled,
    Retryable,
    Sender,
    parse_order,
)
from juspay_webhooks.inbox import Inbox, MemoryInbox, Verdict
from juspay_webhooks.receiver.answer import STATUSES, answer_of
from juspay_webhooks.testing import make_webhook

AUTH: Final = ("shop", "secret")
NOW: Final = datetime(2025, 12, 1, 12, tzinfo=UTC)
UNREADABLE: Final = b'{"id":"evt_1","event_name":"ORDER_SUCCEEDED","content":{"order":{}}}'
NO_EVENT: Final = b"{}"

Send: TypeAlias = Callable[..., Answer]
Anything: TypeAlias = Any
"""What a caller may pass by mistake, or change in a body."""


def send(to: Receiver, name: str = "ORDER_SUCCEEDED", **changes: Anything) -> Answer:
    """Send a webhook."""
    webhook = make_webhook(name, auth=AUTH, **changes)
    return to.handle(headers=webhook.headers, body=webhook.body)


def send_async(to: Receiver, name: str = "ORDER_SUCCEEDED", **changes: Anything) -> Answer:
    """Send a webhook to an event loop."""
    webhook = make_webhook(name, auth=AUTH, **changes)
    return asyncio.run(to.handle_async(headers=webhook.headers, body=webhook.body))


senders = pytest.mark.parametrize("sending", [send, send_async])


def receiver(inbox: Inbox | None = None, **more: Anything) -> Receiver:
    """Make one with a clock that stands."""
    return Receiver(BasicAuth(*AUTH), inbox=inbox, clock=lambda: NOW, **more)


def order(**changes: Anything) -> Order:
    """Make an order as it is fetched."""
    return cast("OrderSucceeded", make_webhook("ORDER_SUCCEEDED", order=changes).event).order


@pytest.mark.parametrize("outcome", AnswerOutcome)
def test_every_outcome_has_an_answer(outcome: AnswerOutcome) -> None:
    """Status, headers and body of every outcome; the body holds the outcome alone."""
    answer = answer_of(outcome, retry_after=0.2)
    is_later = answer.status == 503

    assert STATUSES[outcome] == answer.status
    assert f'{{"outcome":"{outcome.value}"}}'.encode() == answer.body
    assert str(len(answer.body)) == answer.headers["Content-Length"]
    assert ("1" if is_later else None) == answer.headers.get("Retry-After")
    assert (answer.status == 401) == ("WWW-Authenticate" in answer.headers)


@senders
def test_a_handler_is_told_the_circumstances(sending: Send) -> None:
    """A handler that takes two gets the delivery: sender, time, attempt, event and order."""
    seen: list[tuple[object, Delivery]] = []
    made = receiver()
    made.on_effect(OrderPaid)(lambda effect, delivery: seen.append((effect, delivery)))

    assert sending(made).outcome == "handled"
    ((effect, delivery),) = seen
    event = cast("OrderSucceeded", delivery.event)
    assert isinstance(effect, OrderPaid)
    assert (Sender(username="shop", label="shop"), NOW, 1, "webhook") == (
        delivery.sender,
        delivery.received_at,
        delivery.attempt,
        delivery.source,
    )
    assert event.order is delivery.order
    assert event.order.order_id == effect.order_id


@senders
@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        ([None], (200, "handled", None)),
        ([KeyError("x")], (500, "failed", None)),
        ([Permanent("no such product")], (200, "dead", None)),
        ([Retryable()], (503, "retry", "30")),
        ([Retryable(retry_after=2.5)], (503, "retry", "3")),
        ([Permanent(), None], (200, "dead", None)),
        ([Retryable(retry_after=90), Permanent()], (503, "retry", "90")),
        ([Retryable(), ValueError(), None], (500, "failed", None)),
        ([StopIteration()], (500, "failed", None)),
    ],
)
def test_what_handlers_raise(
    sending: Send, raised: list[Exception | None], expected: tuple[int, str, str | None]
) -> None:
    """All handlers run, whatever the others raise, and the worst end is the answer."""
    ran: list[int] = []
    made = receiver()
    for number, error in enumerate(raised):

        def handler(_event: object, number: int = number, error: Exception | None = error) -> None:
            ran.append(number)
            if error is not None:
                raise error

        made.on(OrderSucceeded)(handler)
    answer = sending(made)

    assert expected == (answer.status, answer.outcome, answer.headers.get("Retry-After"))
    assert [*range(len(raised))] == ran


@pytest.mark.parametrize("seconds", [-1, float("inf"), float("nan"), 86_401, "soon"])
def test_seconds_that_nobody_can_wait(seconds: Anything) -> None:
    """A handler that asks for an impossible pause has failed, like one that raises anything else."""

    def fail(_event: object) -> None:
        raise Retryable(retry_after=seconds)

    made = receiver()
    made.on(OrderSucceeded)(fail)

    assert send(made).outcome == "failed"


@senders
def test_handlers_of_either_kind(sending: Send) -> None:
    """Async handlers run under both ways to receive, and what they raise counts."""
    ran: list[str] = []
    made = receiver()

    @made.on_effect(OrderPaid)
    async def ship(_paid: OrderPaid) -> None:
        await asyncio.sleep(0)
        ran.append("async")

    @made.on(OrderSucceeded)
    async def fail(_event: OrderSucceeded) -> None:
        await asyncio.sleep(0)
        raise KeyError

    assert sending(made).outcome == "failed"
    assert ["async"] == ran


def test_async_handlers_under_a_running_loop() -> None:
    """The sync ways to receive would block the loop for ever, and say so; without async handlers they do not."""
    made = receiver()

    @made.on(OrderSucceeded)
    async def ship(_event: OrderSucceeded) -> None:
        """Do nothing."""

    async def main() -> None:
        calls: list[Callable[[], Answer]] = [
            lambda: send(made),
            lambda: made.observe(order(), source="poll"),
            lambda: made.handle_unverified(body=NO_EVENT, label="shop"),
        ]
        for call in calls:
            with pytest.raises(ConfigurationError, match="await handle_async"):
                call()
        assert send(receiver()).status == 200

    asyncio.run(main())


@pytest.mark.parametrize(
    ("more", "body", "headers", "expected"),
    [
        ({"max_bytes": 10}, b"x" * 11, {}, (413, "too large")),
        ({}, b"x", {}, (401, "unauthenticated")),
        ({"addresses": AddressPolicy(["192.0.2.1"])}, b"x", {}, (403, "forbidden")),
        ({}, NO_EVENT, None, (400, "invalid")),
        ({}, UNREADABLE, None, (400, "not kept")),
        ({}, b'{"event_name":"NEWS","content":{"news":{}}}', None, (200, "unknown")),
        ({}, b'{"label":"NEWS","value":"NEW","info":{}}', None, (200, "unknown")),
        ({}, make_webhook("ORDER_FAILED").body, None, (200, "ignored")),
        ({}, make_webhook(("ORDER", "FULFILLMENTS_SUCCESSFUL")).body, None, (200, "ignored")),
    ],
)
def test_answers_without_a_handler(
    more: dict[str, Any], body: bytes, headers: dict[str, str] | None, expected: tuple[int, str]
) -> None:
    """Size comes first, then the address, then the credentials, and only then the body."""
    given = make_webhook("ORDER_SUCCEEDED", auth=AUTH).headers if headers is None else headers
    answer = receiver(**more).handle(headers=given, body=body, client_ip="198.51.100.1")

    assert expected == (answer.status, answer.outcome)


def test_an_address_that_is_let_in() -> None:
    """The address policy finds the client behind the proxies that it trusts."""
    seen: list[str | None] = []
    policy = AddressPolicy(["192.0.2.1"], trusted_proxies=["10.0.0.1"])
    made = receiver(addresses=policy)
    made.on(OrderSucceeded)(lambda _event, delivery: seen.append(delivery.client_ip))
    webhook = make_webhook("ORDER_SUCCEEDED", auth=AUTH)
    headers = {**webhook.headers, "X-Forwarded-For": "198.51.100.9, 192.0.2.1"}

    assert made.handle(headers=headers, body=webhook.body, client_ip="10.0.0.1").outcome == "handled"
    assert ["192.0.2.1"] == seen


def test_headers_that_can_be_read_once() -> None:
    """An iterator of headers serves the address policy and the credentials alike."""
    policy = AddressPolicy(["192.0.2.1"], trusted_proxies=["10.0.0.1"])
    webhook = make_webhook("ORDER_SUCCEEDED", auth=AUTH)
    pairs = iter([*webhook.headers.items(), ("X-Forwarded-For", "192.0.2.1")])

    assert receiver(addresses=policy).handle(headers=pairs, body=webhook.body, client_ip="10.0.0.1").status == 200


@pytest.mark.parametrize(
    ("body", "expected"), [(NO_EVENT, (400, "invalid")), (UNREADABLE, (200, "unreadable")), (b"\xff", (400, "invalid"))]
)
def test_an_inbox_keeps_what_cannot_be_read(body: bytes, expected: tuple[int, str]) -> None:
    """Bodies that are no event, and events that cannot be read, wait in quarantine; the same one waits once."""
    inbox = MemoryInbox()
    made = receiver(inbox)
    answers = [made.handle_unverified(body=body, label="shop") for _ in range(2)]

    assert [expected] * 2 == [(answer.status, answer.outcome) for answer in answers]
    assert inbox.stats().quarantined == 1


async def send_async_hook(*_: object) -> None:
    """Be a hook that nobody awaits."""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"auth": "secret", "inbox": None}, "needs a BasicAuth"),
        ({"auth": None, "inbox": None, "mode": "later"}, "mode is one of inline, deferred"),
        ({"auth": None, "inbox": None, "mode": "deferred"}, "outlives the process"),
        ({"auth": None, "inbox": MemoryInbox(), "mode": "deferred"}, "outlives the process"),
        ({"auth": None, "inbox": None, "api_version": "v2"}, "2"),
        ({"auth": None, "inbox": None, "max_bytes": 0}, "max_bytes is a whole number"),
        ({"auth": None, "inbox": None, "max_bytes": 1e6}, "max_bytes is a whole number"),
        ({"auth": None, "inbox": None, "max_bytes": True}, "max_bytes is a whole number"),
        ({"auth": None, "inbox": None, "retry_after": "30"}, "retry_after is a number of seconds"),
        ({"auth": None, "inbox": None, "mode": []}, "mode is one of inline, deferred"),
        ({"auth": None, "inbox": None, "addresses": ["192.0.2.1"]}, "addresses is an AddressPolicy"),
        ({"auth": None, "inbox": None, "clock": None}, "clock is a function"),
        ({"auth": None, "inbox": None, "clock": lambda: 1.0}, "clock is a function"),
        ({"auth": None, "inbox": None, "clock": lambda: datetime(2025, 1, 1)}, "clock is a function"),  # noqa: DTZ001
        ({"auth": None, "inbox": None, "on_answer": 5}, "on_answer is a function"),
        ({"auth": None, "inbox": None, "on_answer": send_async_hook}, "on_answer is a function"),
        ({"auth": None, "inbox": MemoryInbox}, "inbox is an inbox"),
        ({"auth": None, "inbox": "sql"}, "inbox is an inbox"),
        ({"auth": None, "inbox": None, "retry_after": 0}, "retry_after is a number of seconds"),
        ({"auth": None, "inbox": None, "retry_after": float("inf")}, "retry_after is a number of seconds"),
        ({"auth": None, "inbox": None, "retry_after": float("nan")}, "retry_after is a number of seconds"),
    ],
)
def test_parts_that_do_not_fit(arguments: dict[str, Any], says: str) -> None:
    """A receiver that could not work is not built."""
    with pytest.raises(ConfigurationError, match=says):
        Receiver(arguments.pop("auth"), **arguments)


def test_without_auth_nobody_comes_in() -> None:
    """A receiver for a queue takes no requests."""
    made = Receiver(None, inbox=None)

    with pytest.raises(ConfigurationError, match="takes no requests"):
        send(made)
    with pytest.raises(ConfigurationError, match="takes no requests"):
        send_async(made)


@pytest.mark.parametrize("way", ["sync", "async"])
def test_bodies_of_a_queue(way: Literal["sync", "async"]) -> None:
    """A body that somebody else verified goes the same way, with the source that was named."""
    seen: list[Delivery] = []
    made = Receiver(None, inbox=MemoryInbox(), max_bytes=10_000)
    made.on(OrderSucceeded)(lambda _event, delivery: seen.append(delivery))

    def put(body: bytes) -> str:
        if way == "sync":
            return made.handle_unverified(body=body, label="shop", source="sqs").outcome
        return asyncio.run(made.handle_unverified_async(body=body, label="shop", source="sqs")).outcome

    body = make_webhook("ORDER_SUCCEEDED").body
    outcomes = [put(body), put(body), put(b"x" * 10_001)]

    assert ["handled", "duplicate", "too large"] == outcomes
    assert [("sqs", None)] == [(delivery.source, delivery.sender) for delivery in seen]


@pytest.mark.parametrize("way", ["sync", "async"])
def test_observing_an_order(way: Literal["sync", "async"]) -> None:
    """An order that was fetched acts like a webhook: once, with its refunds, and without an event."""
    seen: list[tuple[object, Delivery]] = []
    made = receiver(MemoryInbox())
    made.on_effect(OrderPaid, RefundSettled)(lambda effect, delivery: seen.append((effect, delivery)))

    def see(found: Order) -> str:
        if way == "sync":
            return made.observe(found, source="poll").outcome
        return asyncio.run(made.observe_async(found, source="poll")).outcome

    paid = order()
    outcomes = [see(paid), send(made).outcome, see(order(status="PENDING_VBV"))]

    assert ["handled", "duplicate", "ignored"] == outcomes
    ((effect, delivery),) = seen
    assert isinstance(effect, OrderPaid)
    assert ("poll", None, paid) == (delivery.source, delivery.event, delivery.order)


def test_whose_it_is() -> None:
    """With several merchants the label has to be named; with none, any will do."""
    two: Anything = Receiver(BasicAuth([("a", "1"), Credential("b", "2", label="shop-b")]), inbox=None)
    none: Anything = Receiver(None, inbox=None)

    for made, label in ((two, None), (two, "b"), (none, None), (none, ""), (two, ["a"]), (two, b"a"), (two, 5)):
        with pytest.raises(ConfigurationError, match="say whose it is"):
            made.observe(order(), source="poll", label=label)
        with pytest.raises(ConfigurationError, match="say whose it is"):
            made.handle_unverified(body=NO_EVENT, label=label)
    with pytest.raises(ConfigurationError, match="observe takes an Order"):
        two.observe(cast("Order", {}), source="poll", label="a")

    assert two.observe(order(), source="poll", label="shop-b").status == 200
    assert none.observe(order(), source="poll", label="shop").status == 200


def test_observe_takes_what_parse_order_gives() -> None:
    """The answer of the order-status call is an order."""
    seen: list[OrderPaid] = []
    made = receiver()
    made.on_effect(OrderPaid)(seen.append)
    made.observe(parse_order('{"order_id":"a","status":"CHARGED","amount":1}'), source="poll")

    assert ["a"] == [paid.order_id for paid in seen]


def test_a_copy_is_another_receiver() -> None:
    """A copy has the handlers, takes more, remembers on its own, and may have other credentials."""
    seen: list[str] = []
    inbox = MemoryInbox()
    made = receiver(inbox)
    made.on(OrderSucceeded)(lambda _event: seen.append("first"))
    send(made)
    another = made.copy(auth=BasicAuth("other", "other"))
    other = Credential("other", "other").label
    another.on(OrderSucceeded)(lambda _event: seen.append("second"))
    body = make_webhook("ORDER_SUCCEEDED").body

    assert another.handle_unverified(body=body, label=other).outcome == "handled"
    assert ["first", "first", "second"] == seen
    assert send(another).outcome == "unauthenticated"
    assert send(made.copy(inbox=inbox)).outcome == "duplicate"


def test_the_hook_sees_every_answer() -> None:
    """`on_answer` gets the delivery, the outcome and the seconds; what it raises is logged and changes nothing."""
    seen: list[tuple[Delivery, AnswerOutcome, float]] = []

    def hook(delivery: Delivery, outcome: AnswerOutcome, seconds: float) -> None:
        seen.append((delivery, outcome, seconds))
        raise KeyError

    made = receiver(on_answer=hook)
    made.on(OrderSucceeded)(lambda _event: None)
    statuses = [send(made).status, made.handle(headers=None, body=b"").status]

    assert [200, 401] == statuses
    assert ["handled", "unauthenticated"] == [outcome for _, outcome, _ in seen]
    assert [True, False] == [delivery.event is not None for delivery, _, _ in seen]
    assert all(seconds >= 0 for _, _, seconds in seen)


def test_success_is_logged_for_those_who_debug(caplog: pytest.LogCaptureFixture) -> None:
    """A line per answer at DEBUG, with id and name, cut and escaped."""
    made = receiver()
    made.on(OrderSucceeded)(lambda _event: None)
    with caplog.at_level(logging.DEBUG, "juspay_webhooks"):
        send(made, id="evt_\n" + "x" * 100)
        made.handle(headers=None, body=b"")
    (line, _refused, last) = [record.getMessage() for record in caplog.records]

    assert line.startswith("handled: ORDER_SUCCEEDED evt_\\nxxx")
    assert len(line) < 120
    assert last == "unauthenticated:  "


def test_an_event_that_the_version_does_not_send(caplog: pytest.LogCaptureFixture) -> None:
    """One warning per name: the dashboard has another version than the code was told."""
    made = receiver(api_version="2016-07-19")
    for name in ("TXN_CHARGED", "TXN_CHARGED", "ORDER_SUCCEEDED", "ORDER_FAILED", "TXN_CREATED", "ORDER_CREATED"):
        send(made, name)

    assert [("TXN_CHARGED", "WARNING"), ("TXN_CREATED", "WARNING")] == [
        (record.getMessage().split()[0], record.levelname) for record in caplog.records
    ]


class Broken(MemoryInbox):
    """An inbox whose database goes away at one call."""

    def __init__(self, call: str, *, blocking: bool) -> None:
        """Take the call that fails."""
        super().__init__()
        self.call = call
        self.blocks = blocking

    @property
    def blocking(self) -> bool:
        """Tell whether an event loop makes calls on a thread."""
        return self.blocks

    def __getattribute__(self, name: str) -> Anything:
        """Fail at the call."""
        if name == object.__getattribute__(self, "__dict__").get("call"):
            return self.gone
        return super().__getattribute__(name)

    def gone(self, *_: object, **__: object) -> None:
        """Raise what a driver raises."""
        message = "connection lost"
        raise OSError(message)


@senders
@pytest.mark.parametrize("blocking", [False, True])
@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("claim", None),
        ("settle", None),
        ("begin", None),
        ("claim_effect", None),
        ("end_effects", None),
        ("quarantine", NO_EVENT),
        ("quarantine", UNREADABLE),
    ],
)
def test_an_inbox_that_fails(sending: Send, call: str, body: bytes | None, *, blocking: bool) -> None:
    """Whatever an inbox raises, the sender is asked to come again."""
    made = receiver(Broken(call, blocking=blocking))
    made.on_effect(OrderPaid)(lambda _paid: None)
    answer = sending(made) if body is None else made.handle_unverified(body=body, label="shop")

    assert (503, "unavailable", "30") == (answer.status, answer.outcome, answer.headers["Retry-After"])


@pytest.mark.parametrize("call", ["settle", "end_effects"])
def test_an_interrupt_goes_on_although_the_inbox_fails(call: str) -> None:
    """Whoever stops the process stops it, whatever the inbox says to that."""

    def interrupt(_paid: OrderPaid) -> None:
        raise KeyboardInterrupt

    made = receiver(Broken(call, blocking=False))
    made.on_effect(OrderPaid)(interrupt)

    with pytest.raises(KeyboardInterrupt):
        send(made)


def test_an_inbox_that_fails_while_observing() -> None:
    """The caller is told that it is unknown whether the order was acted on."""
    made = receiver(Broken("begin", blocking=False))
    made.on_effect(OrderPaid)(lambda _paid: None)

    assert made.observe(order(), source="poll").outcome == "unavailable"


class Durable(MemoryInbox):
    """An inbox that claims to outlive the process."""

    @property
    def durable(self) -> bool:
        """Claim it."""
        return True


def test_deferred() -> None:
    """The event is stored and nothing runs; the same one is told so again, a finished one is a duplicate."""
    inbox = Durable()
    made = receiver(inbox, mode="deferred")
    made.on(OrderSucceeded)(lambda _event: pytest.fail("it runs before the answer"))
    outcomes = [send(made).outcome, send(made).outcome]

    assert ["stored", "stored"] == outcomes
    assert (1, Verdict.BUSY) == (inbox.stats().received, Verdict.BUSY)


def test_deferred_duplicate_of_a_done_event() -> None:
    """What was handled before is a duplicate in deferred mode too."""
    inbox = Durable()
    inline = receiver(inbox)
    inline.on(OrderSucceeded)(lambda _event: None)
    send(inline)

    assert send(receiver(inbox, mode="deferred")).outcome == "duplicate"


@senders
def test_a_claim_that_expired_is_warned_of(sending: Send, caplog: pytest.LogCaptureFixture) -> None:
    """A handler that outlives its lease may have run twice: somebody is told."""

    class Lost(MemoryInbox):
        def settle(self, *_: object, **__: object) -> bool:
            """Belong to somebody else."""
            return False

    made = receiver(Lost())
    made.on(OrderSucceeded)(lambda _event: None)

    assert sending(made).outcome == "handled"
    assert "raise the inbox's lease" in caplog.text


@pytest.mark.parametrize(
    ("change", "outcome", "level", "kept"),
    [
        ({"refunds": [{}]}, "unreadable", "ERROR", 1),
        ({"status": "CHARGED_V2"}, "ignored", "WARNING", 0),
        ({"captured_amount": 0}, "ignored", "WARNING", 0),
    ],
)
def test_a_success_that_is_none(
    change: dict[str, Anything], outcome: str, level: str, kept: int, caplog: pytest.LogCaptureFixture
) -> None:
    """ORDER_SUCCEEDED whose content does not say paid: nothing ships, somebody is told, what is unread is kept."""
    inbox = MemoryInbox()
    made = receiver(inbox)
    made.on_effect(OrderPaid)(lambda _paid: pytest.fail("it is not paid"))
    found = send(made, order=change).outcome

    assert (outcome, kept) == (found, inbox.stats().quarantined)
    assert [level] == [record.levelname for record in caplog.records]


def test_a_success_that_is_none_and_cannot_be_kept() -> None:
    """Who cannot keep what may be a paid order asks for it again."""
    made = receiver(Broken("quarantine", blocking=False))
    made.on_effect(OrderPaid)(lambda _paid: pytest.fail("it is not paid"))

    assert send(made, order={"refunds": [{}]}).outcome == "unavailable"


def test_answers_are_copied_and_pickled() -> None:
    """An answer survives a queue between processes."""
    answer = answer_of(AnswerOutcome.BUSY, retry_after=float("nan"))
    copies = [copy.copy(answer), copy.deepcopy(answer), pickle.loads(pickle.dumps(answer))]  # noqa: S301

    assert [answer] * 3 == copies
    assert "86400" == answer.headers["Retry-After"]


@senders
def test_at_once_is_at_once(sending: Send) -> None:
    """A handler that asks for no pause gets the shortest one."""

    def fail(_event: object) -> None:
        raise Retryable(retry_after=0)

    made = receiver()
    made.on(OrderSucceeded)(fail)

    assert "1" == sending(made).headers["Retry-After"]


def test_a_copy_of_a_durable_receiver() -> None:
    """Whether what is answered with 200 outlives the process depends on the inbox."""
    made = receiver(Durable())

    assert [True, False, False] == [one.is_durable for one in (made, made.copy(), made.copy(inbox=MemoryInbox()))]


@senders
@pytest.mark.parametrize("inbox", [None, MemoryInbox()])
def test_a_fault_of_the_library(
    sending: Send, inbox: Inbox | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug of ours takes nobody's server down: 500, and a line that says whose fault it is."""

    def fault(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("juspay_webhooks.receiver.steps.event_of", fault)

    assert sending(receiver(inbox)).outcome == "failed"
    assert "please report it" in caplog.text


@pytest.mark.parametrize(("headers", "body"), [({}, {"event_name": "x"}), ({}, None), (5, b"")])
def test_misuse(headers: Anything, body: Anything) -> None:
    """A decoded body, no body, or headers that are none: the caller is told, for no sender can cause it."""
    with pytest.raises(ConfigurationError):
        receiver().handle(headers=headers, body=body)

"""Messages of a queue: what to do with each, whatever becomes of its body."""

import asyncio
from collections.abc import Callable
from typing import Final

import pytest

from juspay_webhooks import (
    AnswerOutcome,
    BasicAuth,
    ConfigurationError,
    OrderPaid,
    Permanent,
    Receiver,
    Retryable,
)
from juspay_webhooks.inbox import Claim, Inbox, MemoryInbox, Record
from juspay_webhooks.models.fields import Json
from juspay_webhooks.receiver.answer import STATUSES
from juspay_webhooks.testing import make_webhook
from juspay_webhooks.web.queue import Action, Disposition, take_unverified, take_unverified_async
from tests.web.shop import AUTH, BASIC, BODY, shop

Take = Callable[..., Disposition]

UNREADABLE: Final = b'{"id":"evt_1","event_name":"ORDER_SUCCEEDED","content":{"order":{}}}'
UNKNOWN: Final = b'{"id":"evt_1","event_name":"SOMETHING_NEW","content":{"something":{}}}'
OTHER: Final = make_webhook("ORDER_FAILED").body


def take_on_a_loop(receiver: Receiver, **arguments: Json) -> Disposition:
    """Take a message on an event loop."""
    return asyncio.run(take_unverified_async(receiver, **arguments))


takes: Final = pytest.mark.parametrize("take", [take_unverified, take_on_a_loop])


class Durable(MemoryInbox):
    """An inbox that claims to outlive the process."""

    @property
    def durable(self) -> bool:
        """Claim it."""
        return True


class Away(MemoryInbox):
    """An inbox whose database is away."""

    def claim(self, record: Record, /) -> Claim:
        """Fail, whatever is asked."""
        message = f"no route to host for {record.name}"
        raise OSError(message)


def receiver(inbox: Inbox | None, raised: Exception | None = None, **more: Json) -> Receiver:
    """Make a receiver that never sees HTTP."""
    made = Receiver(None, inbox=inbox, max_bytes=len(BODY), **more)

    @made.on_effect(OrderPaid)
    def ship(_paid: OrderPaid) -> None:
        if raised is not None:
            raise raised

    return made


@takes
@pytest.mark.parametrize(
    ("make", "body", "expected"),
    [
        (lambda: receiver(MemoryInbox()), BODY, ("ack", "handled", None)),
        (lambda: receiver(MemoryInbox()), BODY.decode(), ("ack", "handled", None)),
        (lambda: receiver(MemoryInbox()), bytearray(BODY), ("ack", "handled", None)),
        (lambda: receiver(MemoryInbox()), OTHER[: len(BODY)], ("reject", "invalid", None)),
        (lambda: receiver(MemoryInbox()), UNKNOWN, ("ack", "unknown", None)),
        (lambda: receiver(MemoryInbox()), UNREADABLE, ("reject", "unreadable", None)),
        (lambda: receiver(Durable()), UNREADABLE, ("ack", "unreadable", None)),
        (lambda: receiver(None), UNREADABLE, ("reject", "not kept", None)),
        (lambda: receiver(None), b"", ("reject", "invalid", None)),
        (lambda: receiver(None), "\ud800", ("reject", "invalid", None)),
        (lambda: receiver(None), BODY + b" ", ("reject", "too large", None)),
        (lambda: Receiver(None, inbox=None), BODY, ("ack", "ignored", None)),
        (lambda: receiver(Durable(), mode="deferred"), BODY, ("ack", "stored", None)),
        (lambda: receiver(None, Permanent("no such product")), BODY, ("reject", "dead", None)),
        (lambda: receiver(MemoryInbox(), Permanent("no such product")), BODY, ("reject", "dead", None)),
        (lambda: receiver(Durable(), Permanent("no such product")), BODY, ("ack", "dead", None)),
        (lambda: receiver(None, KeyError("x")), BODY, ("retry", "failed", None)),
        (lambda: receiver(None, Retryable()), BODY, ("retry", "retry", 30)),
        (lambda: receiver(None, Retryable(retry_after=6.5)), BODY, ("retry", "retry", 7)),
        (lambda: receiver(None, Retryable(retry_after=0)), BODY, ("retry", "retry", 1)),
        (lambda: receiver(Away(), retry_after=5), BODY, ("retry", "unavailable", 5)),
    ],
)
def test_what_becomes_of_a_message(
    take: Take, make: Callable[[], Receiver], body: bytes | str, expected: tuple[str, str, int | None]
) -> None:
    """Deleted, given back, or put among the dead letters; nothing is lost, nothing comes for ever."""
    found = take(make(), body=body, label="shop")

    assert expected == (found.action, found.outcome, found.retry_after)


@takes
def test_a_message_that_comes_twice(take: Take) -> None:
    """Once while the first is being handled: it is busy; once after that: it is a duplicate."""
    found: list[Disposition] = []
    made = Receiver(None, inbox=MemoryInbox())

    @made.on_effect(OrderPaid)
    def ship(_paid: OrderPaid) -> None:
        found.append(take(made, body=BODY, label="shop"))

    found.append(take(made, body=BODY, label="shop"))
    found.append(take(made, body=BODY, label="shop"))

    assert [("retry", "busy", 30), ("ack", "handled", None), ("ack", "duplicate", None)] == [
        (one.action, one.outcome, one.retry_after) for one in found
    ]


def test_every_status_has_an_action() -> None:
    """An outcome that is added later is no surprise."""
    assert {2, 4, 5} == {STATUSES[outcome] // 100 for outcome in AnswerOutcome}
    assert ["ack", "retry", "reject"] == [*Action]


@takes
def test_the_label_is_the_merchant(take: Take) -> None:
    """The same event of another merchant is another event, and handlers are told how it came."""
    made = shop(None)
    outcomes = [take(made.receiver, body=BODY, label=label).outcome for label in ("shop", "other", "shop")]
    take(made.receiver, body=make_webhook("ORDER_SUCCEEDED", id="evt_2").body, label="third", source="replay")

    assert ["handled", "handled", "duplicate"] == outcomes
    assert ["queue", "queue", "replay"] == [delivery.source for delivery in made.deliveries]
    assert {None} == {delivery.sender for delivery in made.deliveries}


@takes
def test_a_message_is_a_body(take: Take) -> None:
    """Decoded JSON is none: the bytes that Juspay sent are."""
    with pytest.raises(ConfigurationError, match="a body is bytes"):
        take(receiver(None), body={}, label="shop")


@takes
def test_a_dead_letter_is_not_lost_with_the_process(take: Take) -> None:
    """Without a durable inbox the queue keeps it, each time it comes again; with one it is deleted there."""
    runs = list[str]()

    def dispositions(inbox: Inbox | None) -> list[tuple[str, str]]:
        made = Receiver(None, inbox=inbox)

        @made.on_effect(OrderPaid)
        def ship(paid: OrderPaid) -> None:
            runs.append(paid.order_id)
            raise Permanent

        found = [take(made, body=BODY, label="shop") for _ in range(2)]
        return [(one.action, one.outcome) for one in found]

    assert [("reject", "dead")] * 2 == dispositions(MemoryInbox())
    assert [("ack", "dead")] * 2 == dispositions(Durable())
    assert 2 == len(runs)
    assert [("reject", "dead")] * 2 == dispositions(None)
    assert 4 == len(runs)


@takes
@pytest.mark.parametrize("label", ["shpo", "SHOP", "shop ", "", " ", b"shop"])
def test_a_label_that_nobody_has_is_misuse(take: Take, label: Json) -> None:
    """Under a misspelt label everything would be done once more: nothing runs, and nothing is remembered."""
    made = shop(BasicAuth(*AUTH))
    take(made.receiver, body=BODY, label="shop")

    with pytest.raises(ConfigurationError, match="label is that of one of the receiver's credentials"):
        take(made.receiver, body=BODY, label=label)
    assert ["Shop-1"] == made.paid


@takes
@pytest.mark.parametrize("label", ["", " ", None, b"shop"])
def test_a_message_of_nobody_is_misuse(take: Take, label: Json) -> None:
    """Without credentials labels are not known, but one must be there."""
    made = shop(None)

    with pytest.raises(ConfigurationError, match="say whose it is"):
        take(made.receiver, body=BODY, label=label)
    assert [] == made.paid


@takes
def test_one_of_two_receivers_acts(take: Take) -> None:
    """An endpoint and a consumer of a queue that share an inbox: what one has done, the other does not do again."""
    inbox = MemoryInbox()
    endpoint, consumer = shop(inbox=inbox), shop(None, inbox=inbox)
    endpoint.receiver.handle(headers={"Authorization": BASIC}, body=BODY)
    again = take(consumer.receiver, body=BODY, label="shop")
    other = make_webhook("TXN_CHARGED", id="evt_2", txn={"order_id": "Shop-1"}).body
    same = take(consumer.receiver, body=other, label="shop")

    assert [("ack", "duplicate")] * 2 == [(one.action, one.outcome) for one in (again, same)]
    assert (["Shop-1"], []) == (endpoint.paid, consumer.paid)

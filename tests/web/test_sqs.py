"""The Lambda function for batches of SQS messages: which of them SQS is told to keep."""

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks import BasicAuth, ConfigurationError, OrderPaid, Permanent, Receiver, Retryable
from juspay_webhooks.inbox import Inbox, MemoryInbox
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing import REMOVE, make_webhook
from juspay_webhooks.web.sqs import unverified_sqs_handler
from tests.web.shop import AUTH, shop

STANDARD: Final = "arn:aws:sqs:ap-south-1:000000000000:juspay"
FIFO: Final = f"{STANDARD}.fifo"
LATER: Final = "Shop-3"
"""Id of the order that cannot be handled yet."""


def record(number: int, body: object, *, queue: str = STANDARD) -> dict[str, object]:
    """Make a message of a batch."""
    return {
        "messageId": f"message-{number}",
        "receiptHandle": "handle",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": queue,
    }


def body(number: int) -> str:
    """Make the body of a webhook."""
    return make_webhook("ORDER_SUCCEEDED", id=f"evt_{number}", order={"order_id": f"Shop-{number}"}).body.decode()


def receiver(shipped: list[str]) -> Receiver:
    """Make a receiver that cannot handle every order yet."""
    made = Receiver(None, inbox=MemoryInbox())

    @made.on_effect(OrderPaid)
    async def ship(paid: OrderPaid) -> None:
        if paid.order_id == LATER:
            raise Retryable
        shipped.append(paid.order_id)

    return made


@pytest.mark.parametrize(
    ("queue", "bodies", "failed", "shipped"),
    [
        (STANDARD, [], [], []),
        (STANDARD, [body(1), body(2), body(1)], [], ["Shop-1", "Shop-2"]),
        (STANDARD, [body(1), body(3), body(2)], [2], ["Shop-1", "Shop-2"]),
        (STANDARD, [body(3), "{}", None, {}, "", body(1)], [1, 2, 3, 4, 5], ["Shop-1"]),
        (FIFO, [body(1), body(2)], [], ["Shop-1", "Shop-2"]),
        (FIFO, [body(1), body(3), body(2), body(4)], [2, 3, 4], ["Shop-1"]),
    ],
)
def test_what_failed_is_kept(queue: str, bodies: list[object], failed: list[int], shipped: list[str]) -> None:
    """Only that comes again; in a queue that keeps the order, all that came behind it too."""
    ran: list[str] = []
    records = [record(number, one, queue=queue) for number, one in enumerate(bodies, 1)]

    answer = unverified_sqs_handler(receiver(ran), label="shop")({"Records": records}, None)

    assert {"batchItemFailures": [{"itemIdentifier": f"message-{number}"} for number in failed]} == answer
    assert shipped == ran


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        {},
        {"Records": None},
        {"Records": {}},
        {"Records": [None]},
        {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": body(1)}}]},
        {"Records": [record(1, body(1)), {"body": body(2)}]},
        {"httpMethod": "POST", "headers": {}, "body": body(1)},
    ],
)
def test_what_is_no_batch_is_misuse(event: Json) -> None:
    """Behind an API it would answer success to anybody, behind another source messages would be lost."""
    made = shop(None)

    with pytest.raises(ConfigurationError, match="no batch of SQS messages"):
        unverified_sqs_handler(made.receiver, label="shop")(event, None)
    assert [] == made.paid


class Durable(MemoryInbox):
    """An inbox that claims to outlive the process."""

    @property
    def durable(self) -> bool:
        """Claim it."""
        return True


@pytest.mark.parametrize(("inbox", "is_kept"), [(MemoryInbox, True), (Durable, False), (lambda: None, True)])
def test_what_a_person_must_look_at_goes_to_the_dead_letters(inbox: Callable[[], Inbox | None], is_kept: bool) -> None:  # noqa: FBT001 - a table
    """What was given up, and what cannot be read, stays in the queue unless the inbox keeps it for good."""
    made = Receiver(None, inbox=inbox())

    @made.on_effect(OrderPaid)
    def ship(_paid: OrderPaid) -> None:
        raise Permanent

    unreadable = make_webhook("ORDER_SUCCEEDED", id="evt_2", order={"amount": REMOVE}).body.decode()
    records = [record(1, body(1)), record(2, unreadable)]
    handler = unverified_sqs_handler(made, label="shop")
    expected = [{"itemIdentifier": "message-1"}, {"itemIdentifier": "message-2"}] if is_kept else []

    assert [{"batchItemFailures": expected}] * 2 == [handler({"Records": records}, None) for _ in range(2)]


def test_a_label_that_nobody_has_keeps_the_batch() -> None:
    """The function fails, so that SQS keeps every message; nothing is done under a name that no merchant has."""
    made = shop(BasicAuth(*AUTH))

    with pytest.raises(ConfigurationError, match="label is that of one of the receiver's credentials"):
        unverified_sqs_handler(made.receiver, label="shpo")({"Records": [record(1, body(1))]}, None)
    assert [] == made.paid


HANDLER: Final = unverified_sqs_handler(shop(None).receiver, label="shop")
VALUES: Final[st.SearchStrategy[Json]] = (
    st.none() | st.integers() | st.text(max_size=6) | st.lists(st.text(max_size=2)) | st.just({})
)


@given(
    records=st.lists(
        st.fixed_dictionaries(
            {"messageId": st.text(min_size=1, max_size=5)},
            optional={"body": VALUES, "eventSourceARN": VALUES | st.just(FIFO)},
        )
    )
)
def test_no_batch_makes_it_raise(records: list[dict[str, object]]) -> None:
    """A message that is no webhook is kept for the dead letters, each of them."""
    expected = [{"itemIdentifier": one["messageId"]} for one in records]

    assert {"batchItemFailures": expected} == HANDLER({"Records": records}, None)

"""Mistakes in what Juspay is answered: an event that is lost, or one that comes again for ever."""

import inspect
from typing import Any, Final, cast

import attrs
import pytest

from juspay_webhooks import (
    AnswerOutcome,
    BaseEvent,
    BasicAuth,
    ConfigurationError,
    OrderPaid,
    Permanent,
    Receiver,
    Retryable,
)
from juspay_webhooks.inbox import MemoryInbox, State, Verdict
from juspay_webhooks.receiver.answer import STATUSES
from juspay_webhooks.testing import REMOVE, EventName, make_webhook, sample_body
from tests.receiver.mistakes.lessons import lesson
from tests.receiver.mistakes.shop import AUTH, LABEL, Shop, basic, encoded

PAID: Final = make_webhook("ORDER_SUCCEEDED")
UNREADABLE: Final = make_webhook("ORDER_SUCCEEDED", order={"amount": REMOVE}).body

OK: Final = 200


class Broken(MemoryInbox):
    """An inbox of which one call fails."""

    def __init__(self, call: str) -> None:
        """Break one call."""
        super().__init__()
        self._call = call

    def __getattribute__(self, name: str) -> object:
        """Give a call, or one that fails in its place."""
        if name != object.__getattribute__(self, "__dict__").get("_call"):
            return super().__getattribute__(name)

        def fail(*_arguments: object, **_more: object) -> None:
            message = "the database is away"
            raise OSError(message)

        return fail


@lesson("K1")
@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("claim", PAID.body),
        ("begin", PAID.body),
        ("settle", PAID.body),
        ("quarantine", UNREADABLE),
        ("quarantine", b"{}"),
    ],
)
def test_an_event_that_could_not_be_stored_is_not_acknowledged(call: str, body: bytes) -> None:
    """503 and a time to come again: what nobody remembers must be sent again, whatever it is."""
    shop = Shop(inbox=Broken(call), retry_after=9)
    answer = shop.post(body)

    assert (503, AnswerOutcome.UNAVAILABLE, "9") == (
        answer.status,
        answer.outcome,
        answer.headers.get("Retry-After"),
    )


@lesson("K1")
def test_what_could_not_be_stored_is_not_done_either() -> None:
    """No handler runs for an event that the inbox did not take."""
    shop = Shop(inbox=Broken("claim"))
    shop.post(PAID.body)

    assert ([], []) == (shop.facts, shop.events)


@lesson("K1")
def test_a_full_inbox_is_not_acknowledged() -> None:
    """It refuses what is new instead of forgetting what waits."""
    receiver = Receiver(BasicAuth(*AUTH), inbox=MemoryInbox(max_entries=1))
    outer: list[tuple[int, AnswerOutcome]] = []

    @receiver.on_effect(OrderPaid)
    def while_the_first_is_handled(_paid: OrderPaid) -> None:
        outer.append(post(receiver, sample_body("ORDER_FAILED")))

    first = post(receiver, PAID.body)

    assert [(503, AnswerOutcome.UNAVAILABLE)] == outer
    assert (OK, AnswerOutcome.HANDLED) == first


@lesson("K1")
@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (RuntimeError("a bug"), (500, AnswerOutcome.FAILED)),
        (KeyError("order"), (500, AnswerOutcome.FAILED)),
        (StopIteration(), (500, AnswerOutcome.FAILED)),
        (Retryable("not now"), (503, AnswerOutcome.RETRY)),
    ],
)
def test_an_internal_error_is_not_a_success(trouble: Exception, expected: tuple[int, AnswerOutcome]) -> None:
    """The event comes again, and is handled when the trouble is over."""
    shop = Shop()
    shop.trouble = trouble
    failed = shop.post(PAID.body)
    shop.trouble = None
    again = shop.post(PAID.body)

    assert expected == (failed.status, failed.outcome)
    assert (OK, AnswerOutcome.HANDLED) == (again.status, again.outcome)
    assert ["/OrderPaid/shop-1001"] == shop.keys


def bare() -> Receiver:
    """Make a receiver without handlers."""
    return Receiver(BasicAuth(*AUTH), inbox=MemoryInbox(), max_bytes=10_000)


def post(to: Receiver, body: bytes, *, password: str = AUTH[1]) -> tuple[int, AnswerOutcome]:
    """Send a body, and give how it ended."""
    answer = to.handle(headers={"Authorization": basic(AUTH[0], password)}, body=body)
    return answer.status, answer.outcome


@lesson("K2", "F1")
@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (PAID.body, AnswerOutcome.IGNORED),
        (sample_body("MANDATE_PAUSED"), AnswerOutcome.IGNORED),
        (sample_body("NOTIFICATION_FAILED"), AnswerOutcome.IGNORED),
        (sample_body(("ORDER", "FULFILLMENTS_SUCCESSFUL")), AnswerOutcome.IGNORED),
        (b'{"event_name":"ORDER_CANCELLED","content":{"order":{}}}', AnswerOutcome.UNREADABLE),
        (b'{"event_name":"CHARGEBACK_RECEIVED","content":{"x":{}}}', AnswerOutcome.UNKNOWN),
        (b'{"event_name":"TOMORROW","content":{}}', AnswerOutcome.UNKNOWN),
        (UNREADABLE, AnswerOutcome.UNREADABLE),
    ],
)
def test_an_event_that_nobody_waits_for_is_acknowledged(body: bytes, outcome: AnswerOutcome) -> None:
    """Unknown, not subscribed to, about no order, or not readable here: an error would bring it back for ever."""
    assert (OK, outcome) == post(bare(), body)


@lesson("K2")
def test_a_repeated_event_is_acknowledged() -> None:
    """Juspay sends an event again until it gets its 200, so a repeat gets it as well."""
    shop = Shop()
    answers = [shop.post(PAID.body) for _ in range(3)]

    assert [OK] * 3 == [answer.status for answer in answers]
    assert [AnswerOutcome.DUPLICATE] * 2 == [answer.outcome for answer in answers[1:]]


@lesson("K2")
@pytest.mark.parametrize("way", ["returns", "gives up"])
def test_an_order_of_somebody_else_is_acknowledged(way: str) -> None:
    """A handler that does not know the order returns, or says that it never will: 200 both times, and no repeat."""
    receiver = bare()

    @receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        if way == "gives up":
            message = f"no order {paid.order_id} here"
            raise Permanent(message)

    answers = [post(receiver, PAID.body), post(receiver, PAID.body)]

    assert [OK, OK] == [status for status, _ in answers]
    assert {
        "returns": [AnswerOutcome.HANDLED, AnswerOutcome.DUPLICATE],
        "gives up": [AnswerOutcome.DEAD, AnswerOutcome.DEAD],
    }[way] == [outcome for _, outcome in answers]


@lesson("K2")
@pytest.mark.parametrize(
    ("body", "password", "expected"),
    [
        (PAID.body, "guessed", (401, AnswerOutcome.UNAUTHENTICATED)),
        (b"{}", "guessed", (401, AnswerOutcome.UNAUTHENTICATED)),
        (b"{}", AUTH[1], (400, AnswerOutcome.INVALID)),
        (b"", AUTH[1], (400, AnswerOutcome.INVALID)),
        (b'{"event_name":', AUTH[1], (400, AnswerOutcome.INVALID)),
        (b"\xff", AUTH[1], (400, AnswerOutcome.INVALID)),
        (b" " * 10_001, AUTH[1], (413, AnswerOutcome.TOO_LARGE)),
    ],
)
def test_each_fault_has_its_own_answer(body: bytes, password: str, expected: tuple[int, AnswerOutcome]) -> None:
    """401 for credentials, 400 for what is no event, 413 for what is too large; never a server error."""
    assert expected == post(bare(), body, password=password)


@lesson("K2")
def test_an_unreadable_event_without_an_inbox_is_not_acknowledged() -> None:
    """With nobody to keep it, a 200 would lose it."""
    receiver = Receiver(BasicAuth(*AUTH), inbox=None)

    assert (400, AnswerOutcome.NOT_KEPT) == post(receiver, UNREADABLE)


class DurableInbox(MemoryInbox):
    """Claims to outlive the process, which deferred handling needs."""

    @property
    def durable(self) -> bool:
        """True, for these tests."""
        return True


@lesson("K3")
def test_the_answer_does_not_wait_for_the_work() -> None:
    """In deferred mode an event is stored and answered; not one handler has run."""
    shop = Shop(inbox=DurableInbox(), mode="deferred")
    answer = shop.post(PAID.body)

    assert (OK, AnswerOutcome.STORED, 1) == (answer.status, answer.outcome, shop.inbox.stats().received)
    assert ([], []) == (shop.facts, shop.events)


@lesson("K3")
def test_what_is_only_in_memory_is_not_answered_before_the_work() -> None:
    """A 200 for an event that ends with the process would lose it."""
    for inbox in (MemoryInbox(), None):
        with pytest.raises(ConfigurationError, match="outlives the process"):
            Receiver(BasicAuth(*AUTH), inbox=inbox, mode="deferred")


@lesson("K3")
def test_an_event_is_stored_before_the_first_handler_runs() -> None:
    """The inbox has it, byte for byte, while the work is being done."""
    inbox, seen = MemoryInbox(), list[tuple[int, Verdict]]()
    receiver = Receiver(BasicAuth(*AUTH), inbox=inbox)

    @receiver.on(BaseEvent)
    def work(event: BaseEvent) -> None:
        again = post(receiver, event.raw)
        seen.append((again[0], Verdict.BUSY if again[1] is AnswerOutcome.BUSY else Verdict.CLAIMED))

    post(receiver, PAID.body)

    assert [(503, Verdict.BUSY)] == seen
    assert (1, 0) == (getattr(inbox.stats(), State.DONE.value), inbox.stats().processing)


SUCCESSES: Final = {
    *(AnswerOutcome.HANDLED, AnswerOutcome.DUPLICATE, AnswerOutcome.IGNORED, AnswerOutcome.UNKNOWN),
    *(AnswerOutcome.STORED, AnswerOutcome.DEAD, AnswerOutcome.UNREADABLE),
}


@lesson("K4")
def test_success_is_exactly_200() -> None:
    """Juspay takes 202 and 204 for a failure; whatever need not come again is 200, and nothing else is."""
    assert SUCCESSES == {outcome for outcome, status in STATUSES.items() if status == OK}
    assert set(AnswerOutcome) == STATUSES.keys()
    assert {400, 401, 403, 413, 500, 503} == {status for status in STATUSES.values() if status != OK}


@lesson("K5", "P5")
@pytest.mark.parametrize("name", ["ORDER_SUCCEEDED", "ORDER_REFUNDED", ("FULFILLMENT_ORDER", "SUCCESS")])
def test_what_a_queue_delivers_without_headers_is_received(name: EventName) -> None:
    """By a name that says what is missing, and with a label that says whose event it is."""
    over_http, over_queue = Shop(), Shop()
    over_http.send(name)
    answer = over_queue.receiver.handle_unverified(body=make_webhook(name).body, label=LABEL, source="queue")

    assert (OK, AnswerOutcome.HANDLED) == (answer.status, answer.outcome)
    assert over_http.facts == over_queue.facts
    assert [("queue", None)] == [(delivery.source, delivery.sender) for delivery in over_queue.deliveries]
    assert AnswerOutcome.DUPLICATE == over_queue.send(name).outcome


@lesson("K5", "A2")
def test_a_queue_has_to_say_whose_event_it_is() -> None:
    """There is no default: events of two merchants must not be taken for one another's."""
    parameters = inspect.signature(Receiver.handle_unverified).parameters

    assert inspect.Parameter.empty is parameters["label"].default
    with pytest.raises(TypeError):
        cast("Any", bare()).handle_unverified(body=PAID.body)


@lesson("K5")
def test_a_queue_is_told_what_must_not_be_forgotten() -> None:
    """From 400 on the message has to stay: a failure, a body that is no event, one that is too large."""
    shop = Shop(max_bytes=10_000)
    shop.trouble = RuntimeError("a bug")
    statuses = [
        shop.receiver.handle_unverified(body=body, label=LABEL).status
        for body in (PAID.body, b"{}", encoded("x" * 10_001), sample_body("ORDER_CREATED"))
    ]

    assert [500, 400, 413, OK] == statuses
    assert 1 == attrs.asdict(shop.inbox.stats())["failed"]

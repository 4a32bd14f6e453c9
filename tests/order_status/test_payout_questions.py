"""What both clients of payouts ask, as steps: payout orders and validations are polled as orders are."""

import copy
import pickle
from collections.abc import Callable
from itertools import repeat
from typing import Any, Final

import pytest

from juspay_webhooks.catalog import PAYOUT_ORDER_STATUSES, VALIDATION_STATUSES, PayoutOutcome
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.models.validation import ValidationV2Info
from juspay_webhooks.order_status.asking import Ask
from juspay_webhooks.order_status.errors import OrderNotFound, OutcomeUnknown, SlowDown
from juspay_webhooks.order_status.payout_errors import PayoutOutcomeUnknown
from juspay_webhooks.order_status.payout_questions import PayoutQuestions, is_payout_settled, is_validation_settled
from juspay_webhooks.order_status.request import Failure, Request, Response
from juspay_webhooks.testing.fake.payouts import payout_snapshot, validation_snapshot
from tests.order_status.asked import CANARY, TARGET, Clock, answer, driven, locals_of, raised

EVERYTHING: Final = frozenset({"fulfillment", "payment", "refund"})
FAULT: Final = answer(b"", status=503)
GONE: Final = Failure("the connection failed")


def payout(status: str = "FULFILLMENTS_SUCCESSFUL", **changes: Any) -> Response:  # noqa: ANN401 - any member
    """Write an answer about a payout order."""
    return answer(payout_snapshot("po-1", status, changes).body(EVERYTHING))


def validation(status: str = "VALID") -> Response:
    """Write an answer about a validation."""
    return answer(validation_snapshot("bene-1", status, {}).body(frozenset()))


def poll(clock: Clock, *answers: Response | Failure | None, **more: Any) -> PayoutOrder:  # noqa: ANN401 - as `poll`
    """Poll a payout order; the last answer comes for ever."""
    given: dict[str, Any] = {"schedule": repeat(5.0), "seconds": 60.0, "until": is_payout_settled} | more
    steps = PayoutQuestions(TARGET, clock.means()).poll("po-1", None, **given)
    return clock.run(steps, [*answers, *[answers[-1]] * 1000])


def poll_validation(clock: Clock, *answers: Response | Failure | None, **more: Any) -> ValidationV2Info:  # noqa: ANN401
    """Poll a validation; the last answer comes for ever."""
    given: dict[str, Any] = {"schedule": repeat(5.0), "seconds": 60.0, "until": is_validation_settled} | more
    steps = PayoutQuestions(TARGET, clock.means()).poll_validation("cust-1", "bene-1", **given)
    return clock.run(steps, [*answers, *[answers[-1]] * 1000])


def test_fetching() -> None:
    """One question each, with what it needs."""
    questions = PayoutQuestions(TARGET, Clock().means())
    asked = next(questions.fetch("po-1", "customer 1"))

    assert isinstance(asked, Ask)
    assert asked.request.url.endswith("/payout/merchant/v1/orders/po-1?expand=fulfillment,payment,refund")
    assert "customer 1" == asked.request.headers["x-routing-id"]
    assert "po-1" == driven(questions.fetch("po-1", None), payout()).order_id
    assert "bene-1" == driven(questions.fetch_validation("cust-1", "bene-1"), validation()).unique_id


# --- When it ends well ---


def test_until_a_payout_has_settled() -> None:
    """It asks at once, then after each pause of the schedule for somebody who waits, until the order has settled."""
    clock = Clock()
    found = poll(
        clock, payout("READY_FOR_FULFILLMENT"), payout("FULFILLMENTS_SCHEDULED"), FAULT, GONE, payout(), schedule=None
    )

    assert (PayoutOutcome.SUCCESS, 5, [1.0, 1.0, 2.0, 2.0]) == (found.outcome, clock.asks, clock.waited)


def test_until_a_validation_is_over() -> None:
    """The same for a validation; a timeout at the bank is no end."""
    clock = Clock()
    found = poll_validation(clock, validation("PENDING"), FAULT, validation("TIMEOUT"), validation(), schedule=None)

    assert (PayoutOutcome.SUCCESS, 4, [1.0, 1.0, 2.0]) == (found.outcome, clock.asks, clock.waited)


@pytest.mark.parametrize("status", [*PAYOUT_ORDER_STATUSES, "A_NEW_WORD"])
def test_when_a_payout_has_settled(status: str) -> None:
    """Settled is what the catalog calls terminal, and what waits for a person."""
    steps = PayoutQuestions(TARGET, Clock().means()).fetch("po-1", None)
    found = driven(steps, payout(status))
    row = PAYOUT_ORDER_STATUSES.get(status)
    is_end = row is not None and (row.is_terminal or row.outcome is PayoutOutcome.REVIEW)

    assert is_end == is_payout_settled(found)


@pytest.mark.parametrize("status", [*VALIDATION_STATUSES, "A_NEW_WORD"])
def test_when_a_validation_is_over(status: str) -> None:
    """Over is what the catalog calls terminal, ERROR too."""
    found = driven(PayoutQuestions(TARGET, Clock().means()).fetch_validation("cust-1", "bene-1"), validation(status))

    assert (status in {"VALID", "INVALID", "ERROR"}) == is_validation_settled(found)
    assert not is_validation_settled(ValidationV2Info())


def test_a_payout_that_was_reversed_is_not_waited_for() -> None:
    """The order says that money was sent and an attempt that it came back: somebody has to look, now."""
    clock = Clock()
    attempt = {"status": "REVERSED", "amount": 5}
    reversed_ = [{"id": "f0-f1", "status": "SUCCESS", "amount": 5, "transactions": [attempt]}]
    found = poll(clock, payout(fulfillments=reversed_))

    assert (PayoutOutcome.SUCCESS, PayoutOutcome.REVIEW, 1) == (found.status.outcome, found.outcome, clock.asks)


def test_until_something_else() -> None:
    """The caller may wait for something else."""
    clock = Clock()
    found = poll(clock, payout("READY_FOR_FULFILLMENT"), until=lambda payout: payout.amount > 0)

    assert (PayoutOutcome.PENDING, 1) == (found.outcome, clock.asks)


@pytest.mark.parametrize("error", [SlowDown("mine"), OutcomeUnknown("mine"), PayoutOutcomeUnknown("mine")])
def test_until_may_raise(error: Exception) -> None:
    """An error of the caller's own function is the caller's, also if it looks like one of ours."""

    def until(_payout: PayoutOrder) -> bool:
        raise error

    clock = Clock()
    with pytest.raises(type(error)) as caught:
        poll(clock, payout("READY_FOR_FULFILLMENT"), until=until)
    assert (error, 1) == (caught.value, clock.asks)


@pytest.mark.parametrize(("retry_after", "waited"), [("3", 5.0), ("20", 20.0)])
def test_a_pause_is_as_long_as_juspay_asks(retry_after: str, waited: float) -> None:
    """Juspay decides, if it asks for more than the schedule."""
    clock = Clock()
    poll(clock, answer(b"", status=429, retry_after=retry_after), payout())

    assert [waited] == clock.waited


async def _later(_found: object) -> bool:
    """Say it too late: nobody awaits it."""
    return True


@pytest.mark.parametrize("until", [_later, lambda found: _later([found]), lambda _: 1, None])
@pytest.mark.parametrize(("ask", "seen"), [(poll, payout("CREATED")), (poll_validation, validation("PENDING"))])
def test_an_until_that_does_not_say_true_or_false(ask: Callable[..., object], seen: Response, until: object) -> None:
    """A coroutine counts as true, and would end the poll with a payout order that has not settled."""
    with pytest.raises(ConfigurationError, match="until"):
        ask(Clock(), seen, until=until)


# --- When it does not ---


def test_the_deadline() -> None:
    """When the time is up the outcome is unknown, and what was seen last is in the error, whatever came after."""
    clock = Clock()
    error = raised(lambda: poll(clock, payout("FULFILLMENTS_SCHEDULED", udf1=CANARY), FAULT, seconds=12))

    assert isinstance(error, PayoutOutcomeUnknown)
    assert error.payout is not None
    assert ("FULFILLMENTS_SCHEDULED", 3, [5.0, 5.0]) == (error.payout.status, clock.asks, clock.waited)
    assert (None, None) == (error.order, error.validation)
    assert (
        "the payout order did not settle in time, it was PENDING when last seen; that is not a failure: ask again later"
    ) == str(error)
    assert "kanarie" not in f"{error}{locals_of(error)}"


def test_the_deadline_of_a_validation() -> None:
    """The same for a validation."""
    clock = Clock()
    error = raised(lambda: poll_validation(clock, validation("PENDING"), FAULT, schedule=[1, 2.5]))

    assert isinstance(error, PayoutOutcomeUnknown)
    assert error.validation is not None
    assert ("PENDING", 3, [1.0, 2.5]) == (error.validation.status, clock.asks, clock.waited)
    assert str(error).startswith("the validation did not settle in time, it was PENDING when last seen; ")
    assert (None, None) == (error.order, error.payout)


@pytest.mark.parametrize("bad", [FAULT, GONE, None, answer(b"", status=429)])
@pytest.mark.parametrize("ask", [poll, poll_validation])
def test_what_was_never_seen(ask: Callable[..., object], bad: Response | Failure | None) -> None:
    """If no question was answered there is nothing in the error."""
    error = raised(lambda: ask(Clock(), bad))

    assert isinstance(error, PayoutOutcomeUnknown)
    assert (None, None, None) == (error.order, error.payout, error.validation)
    what = "payout order" if ask is poll else "validation"
    assert str(error).startswith(f"the {what} did not settle in time, it was never seen")


@pytest.mark.parametrize("ask", [poll, poll_validation])
def test_what_stays_wrong_ends_it(ask: Callable[..., object]) -> None:
    """An id that Juspay does not know is raised at once, as with orders."""
    clock = Clock()
    error = raised(lambda: ask(clock, FAULT, answer({"errorCode": "E09", "error": True}, status=404)))

    assert (OrderNotFound, 2) == (type(error), clock.asks)


@pytest.mark.parametrize(
    "misuse", [{"seconds": None}, {"seconds": float("nan")}, {"schedule": 5}, {"schedule": [-1.0]}], ids=str
)
@pytest.mark.parametrize("ask", [poll, poll_validation])
def test_misuse(ask: Callable[..., object], misuse: dict[str, object]) -> None:
    """What is no time or no schedule is refused, as with orders, and nothing is asked."""
    clock = Clock()
    with pytest.raises(ConfigurationError):
        ask(clock, FAULT, **misuse)
    assert 0 == clock.asks


@pytest.mark.parametrize("subject", ["", "..", None])
def test_an_id_is_looked_at_before_anything_else(subject: Any) -> None:  # noqa: ANN401 - one is no text
    """A question that cannot be asked is refused when it is made."""
    questions = PayoutQuestions(TARGET, Clock().means())
    wait: dict[str, Any] = {"schedule": None, "seconds": 60.0, "until": is_payout_settled}
    for make in (
        lambda: questions.fetch(subject, None),
        lambda: questions.poll(subject, None, **wait),
        lambda: questions.fetch_validation(subject, "bene-1"),
        lambda: questions.poll_validation("cust-1", subject, **wait),
    ):
        with pytest.raises(ConfigurationError):
            make()


def test_each_question_of_a_poll_is_the_same() -> None:
    """The routing id that was given goes with each."""
    clock = Clock()
    steps = PayoutQuestions(TARGET, clock.means()).poll(
        "po-1", "customer 1", schedule=None, seconds=60.0, until=is_payout_settled
    )
    clock.run(steps, [payout("FULFILLMENTS_SCHEDULED"), payout()])

    asked = [step for step in clock.did if isinstance(step, Request)]
    assert ["customer 1"] * 2 == [request.headers["x-routing-id"] for request in asked]


@pytest.mark.parametrize("copied", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])  # noqa: S301 - our own bytes
def test_the_error_survives(copied: Callable[[PayoutOutcomeUnknown], PayoutOutcomeUnknown]) -> None:
    """Pickled or copied, it is the same, and it can be caught as its base."""
    seen = driven(PayoutQuestions(TARGET, Clock().means()).fetch("po-1", None), payout(udf1=CANARY))
    error = PayoutOutcomeUnknown("message", payout=seen, retry_after=7.0, status=503)
    found = copied(error)

    assert isinstance(found, OutcomeUnknown)
    assert (type(error), str(error), error.__dict__) == (type(found), str(found), found.__dict__)
    assert (True, 7.0) == (found.retryable, found.retry_after)
    assert "kanarie" not in f"{found}{found!r}"

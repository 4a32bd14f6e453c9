"""Both clients of payouts over real sockets: a poll asks until a payout order or a validation has settled."""

from collections.abc import Callable, Coroutine, Iterator
from inspect import Parameter, signature
from typing import Any, Final, TypeAlias

import pytest

from juspay_webhooks import (
    AsyncPayoutStatusClient,
    ConfigurationError,
    OrderNotFound,
    OrderStatusError,
    OutcomeUnknown,
    PayoutOrder,
    PayoutOutcome,
    PayoutOutcomeUnknown,
    PayoutStatusClient,
    RequestRefused,
    UnexpectedResponse,
    ValidationV2Info,
)
from juspay_webhooks.testing import FakeJuspay
from juspay_webhooks.testing.fake import Chunked, Fault, Reset, Respond, SlowDown, WrongOrder
from tests.order_status.clients.both import ONCE, Async, Sync
from tests.order_status.clients.conftest import Way

SENT: Final = ["READY_FOR_FULFILLMENT", "FULFILLMENTS_SCHEDULED", "FULFILLED_PARTIALLY", "FULFILLMENTS_SUCCESSFUL"]


class Polls:
    """Polls with one kind of client."""

    def __init__(self, asking: Sync | Async) -> None:
        """Take what asks."""
        self.asking = asking
        self.client = asking.payouts()

    def _done(self, found: object) -> Any:  # noqa: ANN401 - one thing or the other
        return self.asking.run(found) if isinstance(self.asking, Async) and isinstance(found, Coroutine) else found

    def payout(self, order_id: str, **more: Any) -> PayoutOrder:  # noqa: ANN401 - as the clients have it
        """Poll a payout order."""
        found: PayoutOrder = self._done(self.client.poll(order_id, **more))
        return found

    def validation(self, beneficiary_id: str, **more: Any) -> ValidationV2Info:  # noqa: ANN401 - as the clients have it
        """Poll a validation."""
        found: ValidationV2Info = self._done(self.client.poll_validation("cst_asha01", beneficiary_id, **more))
        return found


@pytest.fixture
def polls(asking: Sync | Async) -> Polls:
    """Poll the fake in each way."""
    return Polls(asking)


@pytest.fixture
def impatient(way: Way, juspay: FakeJuspay) -> Iterator[Polls]:
    """Poll the fake in each way, with one request for each question."""
    with way(juspay.url, retry=ONCE) as asking:
        yield Polls(asking)


Poll: TypeAlias = Callable[[Polls], PayoutOrder | ValidationV2Info]

EACH: Final[dict[str, Poll]] = {
    "payout": lambda polls: polls.payout("po-2"),
    "validation": lambda polls: polls.validation("bene-2"),
}


@pytest.fixture(params=EACH)
def poll(request: pytest.FixtureRequest) -> Poll:
    """Poll each thing."""
    return EACH[request.param]


def test_both_clients_have_the_same_methods() -> None:
    """Who knows the one knows the other: names, arguments and their kinds are the same."""

    def surface(client: type) -> dict[str, list[tuple[str, object, object]]]:
        methods = {name: found for name, found in vars(client).items() if callable(found) and not name.startswith("_")}
        return {name: list(map(described, signature(found).parameters.values())) for name, found in methods.items()}

    def described(each: Parameter) -> tuple[str, object, object]:
        return each.name, each.kind, each.default

    assert {"fetch", "fetch_validation", "poll", "poll_validation", "close"} == surface(PayoutStatusClient).keys()
    assert surface(PayoutStatusClient) == surface(AsyncPayoutStatusClient)


def test_until_a_payout_has_settled(juspay: FakeJuspay, polls: Polls) -> None:
    """It asks at once, then after each pause, until money was sent; each question asks for the fulfillments."""
    juspay.add_payout("po-2", statuses=SENT)
    found = polls.payout("po-2", routing_id="customer 1")

    assert ("FULFILLMENTS_SUCCESSFUL", PayoutOutcome.SUCCESS) == (found.status, found.outcome)
    assert found.fulfillments
    assert [1.0, 1.0, 2.0] == polls.asking.pauses
    assert ["customer 1"] * 4 == [asked.headers["x-routing-id"] for asked in juspay.requests]


def test_until_a_validation_is_over(juspay: FakeJuspay, polls: Polls) -> None:
    """The same for the validation of a beneficiary."""
    juspay.add_validation("cst_asha01", "bene-2", statuses=["PENDING", "TIMEOUT", "INVALID"])
    found = polls.validation("bene-2", schedule=[0.5, 0.25])

    assert ("INVALID", PayoutOutcome.FAILED, [0.5, 0.25]) == (found.status, found.outcome, polls.asking.pauses)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("FULFILLMENTS_FAILURE", "FAILED"),
        ("FULFILLMENTS_CANCELLED", "CANCELLED"),
        ("FULFILLMENTS_MANUAL_REVIEW", "REVIEW"),
    ],
)
def test_other_ends(juspay: FakeJuspay, polls: Polls, status: str, outcome: str) -> None:
    """Failed and cancelled are ends, and so is what waits for a person."""
    juspay.add_payout("po-2", statuses=["FULFILLMENTS_SCHEDULED", status])

    assert PayoutOutcome(outcome) is polls.payout("po-2").outcome
    assert 2 == len(juspay.requests)


@pytest.mark.parametrize(
    ("fulfillment", "attempt"), [("SUCCESS", "REVERSED"), ("FAILURE", "FAILURE"), ("SUCCESS", "FAILURE")]
)
def test_a_success_that_its_parts_deny_ends_in_review(
    juspay: FakeJuspay, polls: Polls, fulfillment: str, attempt: str
) -> None:
    """It is given at once, and never as a success."""
    parts = [{"id": "f1", "status": fulfillment, "amount": 5, "transactions": [{"status": attempt, "amount": 5}]}]
    juspay.add_payout("po-2", fulfillments=parts)
    found = polls.payout("po-2")

    assert (PayoutOutcome.SUCCESS, PayoutOutcome.REVIEW) == (found.status.outcome, found.outcome)
    assert [] == polls.asking.pauses


@pytest.mark.parametrize(
    "fault", [Respond(503), Reset(), SlowDown(), Respond.named("payout_E06")], ids=lambda fault: type(fault).__name__
)
def test_trouble_on_the_way_does_not_end_it(juspay: FakeJuspay, impatient: Polls, poll: Poll, fault: Fault) -> None:
    """Before it was seen and after."""
    juspay.add_payout("po-2", statuses=["FULFILLMENTS_SCHEDULED", "FULFILLMENTS_SUCCESSFUL"])
    juspay.add_validation("cst_asha01", "bene-2", statuses=["PENDING", "VALID"])
    juspay.fail_next(fault, fault)

    assert PayoutOutcome.SUCCESS is poll(impatient).outcome
    assert 4 == len(juspay.requests)


def test_a_pause_that_juspay_asks_for(juspay: FakeJuspay, impatient: Polls) -> None:
    """It is kept, though the schedule says less."""
    juspay.add_payout("po-2")
    juspay.fail_next(SlowDown(retry_after=40))
    impatient.payout("po-2")

    assert [40.0] == impatient.asking.pauses


def test_the_time_is_up(juspay: FakeJuspay, impatient: Polls, poll: Poll) -> None:
    """Nobody can say how it ends, and what was seen last is in the error, though the last questions failed."""
    juspay.add_payout("po-2", status="FULFILLMENTS_SCHEDULED")
    juspay.add_validation("cst_asha01", "bene-2", status="PENDING")
    juspay.fail_next(Chunked())  # a whole answer
    juspay.fail_next(Reset(), times=None)
    with pytest.raises(OutcomeUnknown) as caught:
        poll(impatient)

    error = caught.value
    assert isinstance(error, PayoutOutcomeUnknown)
    seen = error.payout or error.validation
    assert seen is not None
    assert PayoutOutcome.PENDING is seen.outcome
    assert 117 == sum(impatient.asking.pauses)


def test_what_was_never_seen(juspay: FakeJuspay, impatient: Polls, poll: Poll) -> None:
    """If no question was answered there is nothing in the error."""
    juspay.fail_next(Reset(), times=None)
    with pytest.raises(PayoutOutcomeUnknown, match="it was never seen") as caught:
        poll(impatient)

    assert (None, None, None) == (caught.value.payout, caught.value.validation, caught.value.order)


@pytest.mark.parametrize(
    ("fault", "leaf"),
    [
        (Respond.named("payout_E09"), OrderNotFound),
        (Respond.named("payout_E05"), RequestRefused),
        (WrongOrder(), UnexpectedResponse),
    ],
    ids=str,
)
def test_what_stays_wrong_ends_it(
    juspay: FakeJuspay, polls: Polls, poll: Poll, fault: Fault, leaf: type[OrderStatusError]
) -> None:
    """What no further question can mend is raised at once, as with orders."""
    juspay.add_payout("po-2", status="FULFILLMENTS_SCHEDULED")
    juspay.add_validation("cst_asha01", "bene-2", status="PENDING")
    juspay.fail_next(fault)
    with pytest.raises(leaf):
        poll(polls)

    assert (1, []) == (len(juspay.requests), polls.asking.pauses)


def test_the_callers_own_end(juspay: FakeJuspay, polls: Polls) -> None:
    """`until` says what is waited for, and `seconds` how long."""
    juspay.add_payout("po-2", statuses=SENT)
    found = polls.payout("po-2", until=lambda payout: payout.status == "FULFILLED_PARTIALLY")
    with pytest.raises(PayoutOutcomeUnknown) as caught:
        polls.payout("po-2", until=lambda _: False, seconds=0.5)

    assert "FULFILLED_PARTIALLY" == found.status
    assert caught.value.payout is not None
    assert "FULFILLMENTS_SUCCESSFUL" == caught.value.payout.status


async def _later(_found: object) -> bool:
    """Say it too late: nobody awaits it."""
    return True


@pytest.mark.parametrize("misuse", [{"seconds": None}, {"schedule": 5}, {"until": _later}, {"until": 5}])
def test_misuse(juspay: FakeJuspay, polls: Polls, misuse: dict[str, object]) -> None:
    """What is no time or no schedule is refused, and nothing is asked."""
    for ask in (polls.payout, polls.validation):
        with pytest.raises(ConfigurationError):
            ask("po-1", **misuse)
    with pytest.raises(ConfigurationError):
        polls.payout("")

    assert () == juspay.requests

"""Asking until an order has settled: schedules, deadlines, what was seen last."""

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import count, repeat
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks.catalog import Outcome
from juspay_webhooks.catalog.statuses import ORDER_STATUSES
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.order import Order
from juspay_webhooks.order_status.answer import decipher_order
from juspay_webhooks.order_status.asking import Steps, is_settled, polling, unsettled_order
from juspay_webhooks.order_status.errors import (
    Misconfigured,
    OrderNotFound,
    OrderStatusError,
    OutcomeUnknown,
    SlowDown,
    UnexpectedResponse,
)
from juspay_webhooks.order_status.request import Failure, Response
from juspay_webhooks.order_status.retry import RetryPolicy
from juspay_webhooks.order_status.schedules import LADDER, interactive
from juspay_webhooks.parsing._events import parse_order
from tests.order_status.asked import QUESTION, Clock, answer, order_body

PAID: Final = answer(order_body())
PENDING: Final = answer(order_body(status="PENDING_VBV"))
NEW: Final = answer(order_body(status="NEW"))
FAULT: Final = answer(b"", status=503)
GONE: Final = Failure("the connection failed")


def poll(clock: Clock, *answers: Response | Failure | None, **more: Any) -> Order:  # noqa: ANN401 - as `polling`
    """Poll; the last answer comes for ever."""
    given: dict[str, Any] = {"schedule": repeat(5.0), "seconds": 60.0, "until": is_settled} | more
    coming = iter([*answers, *[answers[-1]] * 1000])
    means = given.pop("means", clock.means())
    steps: Steps[Order] = polling(QUESTION, decipher_order, means, unsettled=unsettled_order, **given)
    return clock.run(steps, coming)


def unknown(clock: Clock, *answers: Response | Failure | None, **more: Any) -> OutcomeUnknown:  # noqa: ANN401 - as above
    """Give the error in which a poll ends without an end."""
    with pytest.raises(OutcomeUnknown) as caught:
        poll(clock, *answers, **more)
    return caught.value


# --- When it ends well ---


def test_until_it_has_settled() -> None:
    """It asks at once, then after each pause, until the order has settled."""
    clock = Clock()
    order = poll(clock, NEW, PENDING, PENDING, PAID, schedule=interactive())

    assert (Outcome.PAID, 4, [1.0, 1.0, 2.0]) == (order.outcome, clock.asks, clock.waited)


@pytest.mark.parametrize("status", ORDER_STATUSES)
def test_what_has_settled(status: str) -> None:
    """Settled is every outcome but pending and unknown."""
    order = parse_order(order_body(status=status))

    assert (order.outcome not in {Outcome.PENDING, Outcome.UNKNOWN}) == is_settled(order)


def test_a_new_word_has_not_settled() -> None:
    """A status that nobody knows is neither the one nor the other: ask again."""
    assert not is_settled(parse_order(order_body(status="SOMETHING_NEW")))


def test_until_something_else() -> None:
    """The caller may wait for something else."""
    clock = Clock()
    settled = answer(order_body(refunds=[{"unique_request_id": "r1", "status": "SUCCESS", "amount": 5}]))
    order = poll(clock, PAID, PAID, settled, until=lambda order: order.refunded_amount > 0)

    assert (Decimal(5), 3) == (order.refunded_amount, clock.asks)


def test_until_may_raise() -> None:
    """An error of the caller's own function is the caller's, also if it looks like one of ours."""

    def until(_order: Order) -> bool:
        raise SlowDown("mine")  # noqa: EM101 - a stand-in

    clock = Clock()
    with pytest.raises(SlowDown, match="mine"):
        poll(clock, PENDING, until=until)
    assert 1 == clock.asks


def test_what_passes_is_tolerated() -> None:
    """Faults and silence on the way do not end a poll."""
    clock = Clock()
    bad = [answer(b"<html>"), answer(b""), answer(order_body()[:-5]), answer(b"", status=204), answer(b"", status=429)]
    order = poll(clock, FAULT, PENDING, GONE, None, *bad, PAID)

    assert (Outcome.PAID, 10, [5.0] * 9) == (order.outcome, clock.asks, clock.waited)


def test_retries_within_a_poll() -> None:
    """Each question of a poll is retried by the policy."""
    clock = Clock()
    order = poll(clock, FAULT, GONE, PENDING, FAULT, PAID, means=clock.means(policy=RetryPolicy()))

    assert (Outcome.PAID, 5, [0.5, 1.0, 5.0, 0.5]) == (order.outcome, clock.asks, clock.waited)


@pytest.mark.parametrize(("retry_after", "waited"), [("3", 5.0), ("20", 20.0)])
def test_a_pause_is_as_long_as_juspay_asks(retry_after: str, waited: float) -> None:
    """Between questions too Juspay decides, if it asks for more than the schedule."""
    clock = Clock()
    poll(clock, answer(b"", status=429, retry_after=retry_after), PAID)

    assert [waited] == clock.waited


# --- When it does not ---


@pytest.mark.parametrize(
    ("bad", "leaf"),
    [
        (answer({"error_code": "order_not_found"}, status=404), OrderNotFound),
        (answer(b"", status=401), Misconfigured),
        (answer({}), UnexpectedResponse),
        (answer(order_body(order_id="other")), UnexpectedResponse),
        (answer(b"", status=302), UnexpectedResponse),
        (Failure("the certificate is wrong", retryable=False), Misconfigured),
    ],
)
def test_what_stays_wrong_ends_it(bad: Response | Failure, leaf: type[OrderStatusError]) -> None:
    """An error that no further question can mend is raised at once."""
    clock = Clock()
    with pytest.raises(leaf):
        poll(clock, PENDING, bad)

    assert (2, [5.0]) == (clock.asks, clock.waited)


def test_the_deadline() -> None:
    """When the time is up the outcome is unknown, and what was seen last is in the error."""
    clock = Clock()
    error = unknown(clock, NEW, PENDING, seconds=12)

    assert error.order is not None
    assert ("PENDING_VBV", 3, [5.0, 5.0]) == (error.order.status, clock.asks, clock.waited)
    assert (
        "the order did not settle in time, it was PENDING when last seen; that is not a failure: ask again later"
    ) == str(error)


def test_what_was_seen_last_outlives_faults() -> None:
    """Faults after the last answer do not make it forgotten."""
    error = unknown(Clock(), PENDING, FAULT, GONE, seconds=30)

    assert error.order is not None
    assert "PENDING_VBV" == error.order.status


@pytest.mark.parametrize("bad", [FAULT, GONE, None, answer(b"", status=429)])
def test_an_order_that_was_never_seen(bad: Response | Failure | None) -> None:
    """If no question was answered there is no order in the error."""
    error = unknown(Clock(), bad)

    assert error.order is None
    assert "it was never seen: " in str(error)


def test_why_an_order_was_never_seen() -> None:
    """Who asks at a wrong place for two minutes is told what was there."""
    error = unknown(Clock(), answer(b"<html>"))

    assert "it was never seen: the answer cannot be read (the body is not JSON" in str(error)
    assert "a proxy may have answered in Juspay's place (HTTP 200)" in str(error)


def test_the_schedule_ends() -> None:
    """After the last pause there is one more question, and then no more, though time is left."""
    clock = Clock()
    error = unknown(clock, PENDING, schedule=[1, 2.5], seconds=1000)

    assert error.order is not None
    assert (3, [1.0, 2.5]) == (clock.asks, clock.waited)


def test_no_pause_at_all() -> None:
    """An empty schedule is one question; what Juspay asks for does not prolong it."""
    clock = Clock()
    unknown(clock, answer(b"", status=429, retry_after="3"), schedule=())

    assert (1, []) == (clock.asks, clock.waited)


def test_the_whole_ladder() -> None:
    """The published schedule runs to its end, a day later."""
    clock = Clock()
    unknown(clock, PENDING, schedule=LADDER, seconds=86_401)

    assert (16, list(LADDER)) == (clock.asks, clock.waited)


@pytest.mark.parametrize("seconds", [0, -5])
def test_no_time_at_all(seconds: float) -> None:
    """Who has no time left is told so, and nothing is asked."""
    clock = Clock()
    error = unknown(clock, PAID, seconds=seconds)

    assert (None, 0) == (error.order, clock.asks)


def test_a_pause_never_reaches_the_deadline() -> None:
    """A pause that would end at the deadline or later is not made."""
    clock = Clock()
    unknown(clock, PENDING, seconds=5)
    assert (1, []) == (clock.asks, clock.waited)

    clock = Clock()
    unknown(clock, PENDING, answer(b"", status=429, retry_after="600"), seconds=60)

    assert (2, [5.0]) == (clock.asks, clock.waited)


def test_schedules_are_not_drained() -> None:
    """Of an endless schedule not one pause more is drawn than is needed."""
    drawn: list[int] = []

    def endless() -> Iterator[float]:
        for number in count():
            drawn.append(number)
            yield 1.0

    poll(Clock(), PENDING, PENDING, PAID, schedule=endless())

    assert [0, 1, 2] == drawn


ANSWERS: Final = st.sampled_from(
    [PENDING, NEW, FAULT, GONE, None, answer(b"", status=429, retry_after="9"), answer(order_body(status="NEW_WORD"))]
)


@given(
    st.lists(ANSWERS, min_size=1, max_size=20),
    st.lists(st.floats(0.1, 100), max_size=20),
    st.floats(0, 200),
    st.floats(0, 20),
    st.integers(1, 4),
)
def test_it_always_ends(
    answers: list[Response | Failure | None], pauses: list[float], seconds: float, cost: float, attempts: int
) -> None:
    """However questions end, a poll is over by its deadline, and holds the order if it was seen."""
    clock = Clock(cost=cost)
    start = clock.reading
    means = clock.means(policy=RetryPolicy(attempts=attempts))
    error = unknown(clock, *answers, schedule=pauses, seconds=seconds, means=means)
    came = (answers + [answers[-1]] * 1000)[: clock.asks]
    orders = [json.loads(one.body)["status"] for one in came if isinstance(one, Response) and one.status == 200]

    assert clock.reading <= start + seconds + 1e-6
    assert orders[-1:] == ([] if error.order is None else [error.order.status])


# --- Misuse ---


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), None, "60"])
def test_a_time_that_is_none(seconds: object) -> None:
    """A poll without an end is refused."""
    with pytest.raises(ConfigurationError, match="a poll comes to an end"):
        poll(Clock(), PAID, seconds=seconds)


@pytest.mark.parametrize("pause", [-1, float("nan"), float("inf"), None, "5"])
def test_a_pause_that_is_none(pause: object) -> None:
    """A pause that nobody can wait for is refused."""
    with pytest.raises(ConfigurationError, match="a schedule holds numbers of seconds"):
        poll(Clock(), PENDING, schedule=[1.0, pause])


@pytest.mark.parametrize("schedule", [None, 5, interactive])
def test_a_schedule_that_is_none(schedule: object) -> None:
    """The function in place of its pauses is refused."""
    with pytest.raises(ConfigurationError, match="a schedule is an iterable of seconds"):
        poll(Clock(), PAID, schedule=schedule)

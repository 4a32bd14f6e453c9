"""One question: asked again where that may help, never past a deadline, and never for long without the caller."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.order import Order
from juspay_webhooks.order_status.answer import decipher_order
from juspay_webhooks.order_status.asking import Ask, Means, Steps, asking
from juspay_webhooks.order_status.errors import (
    Misconfigured,
    OrderNotFound,
    OrderStatusError,
    OutcomeUnknown,
    RequestRefused,
    SlowDown,
    UnexpectedResponse,
)
from juspay_webhooks.order_status.request import Failure, Response
from juspay_webhooks.order_status.retry import RetryPolicy
from tests.order_status.asked import QUESTION, Clock, answer, driven, order_body

GOOD: Final = answer(order_body())
FAULT: Final = answer(b"", status=503)
GONE: Final = Failure("the connection failed")
PAGE: Final = answer(b"<html>Sign in")
CUT: Final = answer(order_body()[:-5])


def ask(means: Means, *, deadline: float | None = None) -> Steps[Order]:
    """Ask how the order stands."""
    return asking(QUESTION, decipher_order, means, deadline=deadline)


def failed(clock: Clock, steps: Steps[Order], *answers: Response | Failure | None) -> OrderStatusError:
    """Give the error in which asking ends."""
    with pytest.raises(OrderStatusError) as caught:
        clock.run(steps, answers)
    return caught.value


def test_one_answer() -> None:
    """A good answer is the end; the whole timeout was there for it."""
    steps = ask(Clock().means(timeout=7))

    assert Ask(QUESTION, 7) == next(steps)
    with pytest.raises(StopIteration) as end:
        steps.send(GOOD)
    assert "shop-1001" == end.value.value.order_id


@pytest.mark.parametrize(
    "bad",
    [FAULT, GONE, None, PAGE, answer(b""), CUT, answer(b"", status=429), answer(b"", status=408)],
    ids=lambda bad: repr(bad)[:30],
)
def test_what_passes_is_tried_again(bad: Response | Failure | None) -> None:
    """A fault, no answer, none of Juspay's, or too many questions: the next attempt may do better."""
    clock = Clock()
    order = clock.run(ask(clock.means(policy=RetryPolicy())), [bad, bad, bad, GOOD])

    assert ("shop-1001", 4, [0.5, 1.0, 2.0]) == (order.order_id, clock.asks, clock.waited)


@pytest.mark.parametrize(
    ("bad", "leaf"),
    [
        (FAULT, OutcomeUnknown),
        (GONE, OutcomeUnknown),
        (None, OutcomeUnknown),
        (answer(b"", status=429), SlowDown),
        (PAGE, UnexpectedResponse),
        (CUT, UnexpectedResponse),
    ],
)
def test_the_last_error_is_raised(bad: Response | Failure | None, leaf: type[OrderStatusError]) -> None:
    """After the last attempt its error is raised, without another pause."""
    clock = Clock()
    error = failed(clock, ask(clock.means(policy=RetryPolicy(attempts=3))), GONE, FAULT, bad)

    assert (leaf, 3, [0.5, 1.0]) == (type(error), clock.asks, clock.waited)


@pytest.mark.parametrize(
    ("bad", "leaf"),
    [
        (answer({"error_code": "order_not_found"}, status=404), OrderNotFound),
        (answer({}, status=404), UnexpectedResponse),
        (answer({}, status=400), RequestRefused),
        (answer(b"", status=401), Misconfigured),
        (answer(b"", status=302), UnexpectedResponse),
        (answer({}), UnexpectedResponse),
        (answer(order_body(order_id="other")), UnexpectedResponse),
        (Failure("the certificate is wrong", retryable=False), Misconfigured),
    ],
)
def test_what_stays_wrong_is_raised_at_once(bad: Response | Failure, leaf: type[OrderStatusError]) -> None:
    """Asking again would change nothing, so nobody waits for it."""
    clock = Clock()
    error = failed(clock, ask(clock.means(policy=RetryPolicy())), bad)

    assert (leaf, False, 1, []) == (type(error), error.retryable, clock.asks, clock.waited)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (GONE, "no answer of Juspay: the connection failed; nobody can say how the order stands"),
        (None, "no answer of Juspay: nothing came back; nobody can say how the order stands"),
        (Failure("the certificate is wrong", retryable=False), "Juspay could not be reached: the certificate is wrong"),
    ],
)
def test_no_answer_in_words(bad: Failure | None, message: str) -> None:
    """Without an answer there is neither status nor code."""
    clock = Clock()
    error = failed(clock, ask(clock.means()), bad)

    assert (message, None, None, None) == (str(error), error.status, error.code, error.request_id)


# --- Waiting ---


def test_chance_shortens_pauses() -> None:
    """Many clients do not come back at one moment."""
    clock = Clock()
    clock.run(ask(clock.means(policy=RetryPolicy(), random=0.25)), [FAULT, FAULT, GOOD])

    assert [0.125, 0.25] == clock.waited


@pytest.mark.parametrize("retry_after", ["7", "Sat, 01 Mar 2025 12:00:07 GMT"])
@pytest.mark.parametrize("status", [429, 503])
def test_no_earlier_than_juspay_asks(status: int, retry_after: str) -> None:
    """The next attempt comes when Juspay wants it, though the policy would come earlier."""
    clock = Clock()
    clock.run(ask(clock.means(policy=RetryPolicy())), [answer(b"", status=status, retry_after=retry_after), GOOD])

    assert [7.0] == clock.waited


@pytest.mark.parametrize(("patience", "waited"), [(59.9, []), (60.0, [60.0]), (120.0, [60.0])])
def test_nobody_waits_longer_than_patience(patience: float, waited: list[float]) -> None:
    """Where Juspay asks for a longer pause than the caller grants, the error comes at once and says how long."""
    clock = Clock()
    slow = answer(b"", status=429, retry_after="60")
    error = failed(clock, ask(clock.means(policy=RetryPolicy(attempts=2, patience=patience))), slow, slow)

    assert isinstance(error, SlowDown)
    assert (60.0, waited) == (error.retry_after, clock.waited)


@pytest.mark.parametrize("retry_after", ["86400", "9" * 30, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_huge_retry_after(retry_after: str) -> None:
    """By default nobody sleeps for a day because an answer says so."""
    clock = Clock()
    error = failed(clock, ask(clock.means(policy=RetryPolicy())), answer(b"", status=503, retry_after=retry_after))

    assert (OutcomeUnknown, []) == (type(error), clock.waited)


# --- Deadlines ---


@pytest.mark.parametrize(("left", "seconds"), [(100.0, 10.0), (10.0, 10.0), (3.0, 3.0), (0.001, 0.001)])
def test_a_request_ends_with_the_deadline(left: float, seconds: float) -> None:
    """A request may take its timeout, or what is left."""
    clock = Clock()
    step = next(ask(clock.means(), deadline=clock.reading + left))

    assert isinstance(step, Ask)
    assert seconds == pytest.approx(step.seconds)


@pytest.mark.parametrize("left", [0.0, -1.0])
def test_nothing_is_asked_after_the_deadline(left: float) -> None:
    """When the time is up nothing is asked; the outcome is unknown, not failed."""
    clock = Clock()
    error = failed(clock, ask(clock.means(), deadline=clock.reading + left))

    assert (OutcomeUnknown, 0) == (type(error), clock.asks)
    assert "the time was up before Juspay gave an answer" == str(error)


@pytest.mark.parametrize(("left", "waited"), [(2.0, []), (7.0, []), (7.1, [7.0])])
def test_no_pause_reaches_the_deadline(left: float, waited: list[float]) -> None:
    """A pause that would end at the deadline or later is not made: the error comes at once."""
    clock = Clock()
    slow = answer(b"", status=429, retry_after="7")
    steps = ask(clock.means(policy=RetryPolicy()), deadline=clock.reading + left)
    error = failed(clock, steps, slow, slow)

    assert (SlowDown, waited) == (type(error), clock.waited)


def test_a_wait_that_took_too_long() -> None:
    """If the machine slept through the deadline, nothing more is asked."""
    clock = Clock()
    steps = ask(clock.means(policy=RetryPolicy()), deadline=clock.reading + 5)
    next(steps)
    steps.send(FAULT)
    clock.reading += 60

    with pytest.raises(OutcomeUnknown, match="time was up"):
        next(steps)


ANSWERS: Final = st.sampled_from(
    [GOOD, FAULT, GONE, None, answer(b"", status=429, retry_after="3"), answer(b"", status=503, retry_after="86400")]
)


@given(
    st.lists(ANSWERS, min_size=30, max_size=30),
    st.floats(0, 60),
    st.floats(0, 20),
    st.integers(1, 8),
    st.floats(0, 1),
)
def test_never_past_the_deadline(
    answers: list[Response | Failure | None], left: float, cost: float, attempts: int, chance: float
) -> None:
    """However questions end and however long they take, everything is over by the deadline."""
    clock = Clock(cost=cost)
    start = clock.reading
    means = clock.means(policy=RetryPolicy(attempts=attempts, patience=1e9), random=chance)
    with suppress(OutcomeUnknown, SlowDown):
        clock.run(ask(means, deadline=start + left), answers)

    assert clock.reading <= start + left + 1e-6
    assert clock.asks <= attempts


# --- Surroundings ---


@pytest.mark.parametrize("timeout", [0, -1, 86_400, float("inf"), float("nan"), None, "10"])
def test_a_timeout_is_demanded(timeout: Any) -> None:  # noqa: ANN401 - some are no numbers
    """A request without a bound may hang for ever."""
    with pytest.raises(ConfigurationError, match="timeout is a number of seconds above 0"):
        Clock().means(timeout=timeout)


@pytest.mark.parametrize("timeout", [0.001, 1, 86_399])
def test_a_timeout_has_bounds(timeout: float) -> None:
    """A fraction of a second and most of a day are timeouts."""
    assert timeout == Clock().means(timeout=timeout).timeout


def test_another_decipherer() -> None:
    """Any question can be asked: what reads its answer is an argument."""

    def read(_request: object, response: Response, _now: Callable[[], datetime]) -> bytes:
        return response.body

    assert b"ACK" == driven(asking(QUESTION, read, Clock().means()), answer(b"ACK"))

"""What both clients ask, as steps, and the real surroundings."""

from datetime import timedelta
from itertools import repeat
from typing import Any, Final

import pytest

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.order_status.asking import Ask, Pause, is_settled
from juspay_webhooks.order_status.errors import OutcomeUnknown
from juspay_webhooks.order_status.questions import REAL, OrderQuestions
from juspay_webhooks.order_status.request import Request
from juspay_webhooks.order_status.retry import RetryPolicy
from tests.order_status.asked import TARGET, Clock, answer, driven, order_body

POLLED: Final[dict[str, Any]] = {"schedule": None, "seconds": 60.0, "until": is_settled}


def test_fetching() -> None:
    """One question, with what it needs."""
    steps = OrderQuestions(TARGET, Clock().means()).fetch("shop-1001", "customer 1", full_gateway_response=True)
    step = next(steps)

    assert isinstance(step, Ask)
    assert step.request.url.endswith("/orders/shop-1001?options.add_full_gateway_response=true")
    assert "customer 1" == step.request.headers["x-routing-id"]


def test_fetching_to_the_end() -> None:
    """The answer is the order."""
    steps = OrderQuestions(TARGET, Clock().means()).fetch("shop-1001", None, full_gateway_response=False)

    assert "shop-1001" == driven(steps, answer(order_body())).order_id


@pytest.mark.parametrize(("schedule", "waited"), [(None, [1.0, 1.0, 2.0]), (repeat(7.0), [7.0] * 3)])
def test_polling(schedule: Any, waited: list[float]) -> None:  # noqa: ANN401 - an iterable
    """Without a schedule, the one for a customer who waits is taken."""
    clock = Clock()
    steps = OrderQuestions(TARGET, clock.means()).poll("shop-1001", "c", **(POLLED | {"schedule": schedule}))
    pending = answer(order_body(status="NEW"))

    assert "CHARGED" == clock.run(steps, [pending, pending, pending, answer(order_body())]).status
    assert waited == clock.waited
    assert {"c"} == {step.headers["x-routing-id"] for step in clock.did if isinstance(step, Request)}


def test_an_empty_schedule_is_a_schedule() -> None:
    """Nothing to wait for is not the same as nothing said."""
    clock = Clock()
    no_pause: dict[str, Any] = POLLED | {"schedule": ()}
    steps = OrderQuestions(TARGET, clock.means()).poll("shop-1001", None, **no_pause)
    with pytest.raises(OutcomeUnknown):
        clock.run(steps, [answer(order_body(status="NEW"))])

    assert 1 == clock.asks


@pytest.mark.parametrize("order_id", ["", "..", None])
def test_an_id_is_looked_at_before_anything_else(order_id: Any) -> None:  # noqa: ANN401 - one is no text
    """A question that cannot be asked is refused when it is made."""
    questions = OrderQuestions(TARGET, Clock().means())
    with pytest.raises(ConfigurationError):
        questions.fetch(order_id, None, full_gateway_response=False)
    with pytest.raises(ConfigurationError):
        questions.poll(order_id, None, **POLLED)


def test_the_real_surroundings() -> None:
    """A clock that never goes back, an aware time, chance from 0 to 1, and a policy if none is given."""
    means = REAL.means(None, 5.0)

    assert RetryPolicy() == means.policy
    assert means.clock() <= means.clock()
    assert timedelta(0) == means.now().utcoffset()
    assert 0 <= means.random() < 1
    assert RetryPolicy(attempts=2) == REAL.means(RetryPolicy(attempts=2), 5.0).policy


def test_steps_are_values() -> None:
    """Tests compare steps."""
    assert Pause(1.0) == Pause(1.0)
    assert Pause(1.0) != Pause(2.0)

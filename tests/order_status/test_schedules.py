"""Schedules: when to ask again, endless or not."""

from itertools import accumulate, islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.order_status.schedules import LADDER, exponential, interactive, is_pause


def test_the_published_ladder() -> None:
    """Every 15 seconds for 90, then 2, 5, 10, 20 minutes and 1, 2, 6, 12, 24 hours after the first question."""
    minutes = [2, 5, 10, 20, 60, 2 * 60, 6 * 60, 12 * 60, 24 * 60]

    assert [15, 30, 45, 60, 75, 90, *(60 * minute for minute in minutes)] == list(accumulate(LADDER))


def test_for_a_customer_who_waits() -> None:
    """Pauses grow to five seconds and never end; each call starts anew."""
    assert [1, 1, 2, 2, 3, 3, 5, 5, 5] == list(islice(interactive(), 9))
    assert [1, 1] == list(islice(interactive(), 2))


def test_pauses_that_grow() -> None:
    """Each pause is a multiple of the one before, up to a bound, for ever."""
    assert [1, 2, 4, 5, 5] == list(islice(exponential(1, most=5), 5))
    assert [2, 3, 4.5, 6.75, 10] == list(islice(exponential(2, most=10, factor=1.5), 5))
    assert [3, 3, 3] == list(islice(exponential(3, most=3, factor=1), 3))


@given(st.floats(1e-3, 1e3), st.floats(0, 1e6), st.floats(1, 1e3))
def test_growing_keeps_within_bounds(first: float, more: float, factor: float) -> None:
    """No pause is shorter than the first or longer than the longest, however many are drawn."""
    drawn = list(islice(exponential(first, most=first + more, factor=factor), 50))

    assert sorted(drawn) == drawn
    assert (first, True) == (drawn[0], drawn[-1] <= first + more)


@pytest.mark.parametrize(
    ("first", "more"),
    [
        (0, {"most": 5}),
        (-1, {"most": 5}),
        (6, {"most": 5}),
        (float("nan"), {"most": 5}),
        ("1", {"most": 5}),
        (1, {"most": float("nan")}),
        (1, {"most": float("inf")}),
        (1, {"most": None}),
        (1, {"most": 5, "factor": 0.9}),
        (1, {"most": 5, "factor": float("nan")}),
        (1, {"most": 5, "factor": float("inf")}),
        (1, {"most": 5, "factor": "2"}),
    ],
)
def test_growing_that_makes_no_sense(first: Any, more: dict[str, Any]) -> None:  # noqa: ANN401 - some are no numbers
    """Numbers out of range are refused at the call, not at the first pause."""
    with pytest.raises(ConfigurationError, match="exponential takes 0 < first <= most seconds"):
        exponential(first, **more)


@pytest.mark.parametrize(
    ("seconds", "is_one"),
    [
        (0, True),
        (0.5, True),
        (1e9, True),
        (1e9 + 1, False),
        (10**400, False),
        (-(10**400), False),
        (True, False),
        (float("nan"), False),
        (-0.0, True),
        (-1, False),
        (float("inf"), False),
        (None, False),
        ("1", False),
    ],
)
def test_what_can_be_waited_for(seconds: object, *, is_one: bool) -> None:
    """A pause is a number from nothing up."""
    assert is_one == is_pause(seconds)

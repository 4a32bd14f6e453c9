"""Whether and when one question is asked again: full jitter, and what Juspay asks for in `Retry-After`."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.order_status.retry import RetryPolicy, retry_after
from tests.order_status.asked import now

SECONDS: Final = st.floats(0, 1e6)
CHANCE: Final = st.floats(0, 1, exclude_max=True)


@given(st.integers(1, 10_000), SECONDS, SECONDS, CHANCE)
def test_jitter_is_full(attempt: int, first: float, more: float, chance: float) -> None:
    """A pause lies anywhere between nothing and a bound that doubles up to the longest."""
    policy = RetryPolicy(first=first, most=first + more)
    bound = min(first * 2.0 ** (min(attempt, 61) - 1), first + more)

    assert 0 <= policy.pause(attempt, asked=None, random=lambda: chance) <= bound
    assert 0.0 == policy.pause(attempt, asked=None, random=lambda: 0.0)
    assert bound == policy.pause(attempt, asked=None, random=lambda: 1.0)


@given(st.integers(1, 10), SECONDS, CHANCE)
def test_no_earlier_than_asked(attempt: int, asked: float, chance: float) -> None:
    """What Juspay asks for is the least."""
    policy = RetryPolicy()
    pause = policy.pause(attempt, asked=asked, random=lambda: chance)

    assert max(asked, policy.pause(attempt, asked=None, random=lambda: chance)) == pause


def test_what_is_taken_without_a_word() -> None:
    """Four attempts within a few seconds, and half a minute for Juspay to ask for."""
    policy = RetryPolicy()

    assert (4, 0.5, 8.0, 30.0) == (policy.attempts, policy.first, policy.most, policy.patience)


def test_the_bound_doubles() -> None:
    """By default half a second, then twice as much each time, up to eight."""
    pauses = [RetryPolicy().pause(attempt, asked=None, random=lambda: 1.0) for attempt in range(1, 8)]

    assert [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0] == pauses


@pytest.mark.parametrize(
    "changes",
    [
        {"attempts": 0},
        {"attempts": -1},
        {"attempts": 1.5},
        {"attempts": "3"},
        {"attempts": None},
        {"first": -0.1},
        {"first": 9.0},
        {"first": "1"},
        {"first": float("nan")},
        {"most": 0.4},
        {"most": None},
        {"most": float("nan")},
        {"most": float("inf")},
        {"first": float("inf"), "most": float("inf")},
        {"patience": -1.0},
        {"patience": float("inf")},
        {"patience": float("nan")},
        {"patience": "1"},
    ],
)
def test_a_policy_that_makes_no_sense(changes: dict[str, Any]) -> None:
    """Numbers that are none, negative, endless or in the wrong order are refused."""
    with pytest.raises(ConfigurationError, match="a RetryPolicy has at least one attempt"):
        RetryPolicy(**changes)


def test_the_shortest_policy() -> None:
    """One attempt, and no pause at all, is a policy."""
    policy = RetryPolicy(attempts=1, first=0, most=0, patience=0)

    assert 0.0 == policy.pause(1, asked=None, random=lambda: 1.0)


# --- Retry-After ---


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("5", 5.0),
        (" 120 ", 120.0),
        ("007", 7.0),
        ("00000000000000000005", 5.0),
        ("000", 0.0),
        ("999999999", 999_999_999.0),
        ("1000000000", 999_999_999.0),
        ("9" * 1_000_000, 999_999_999.0),
        ("Sat, 01 Mar 2025 12:00:30 GMT", 30.0),
        ("Sat, 01 Mar 2025 12:00:30 +0000", 30.0),
        ("Sat, 01 Mar 2025 17:30:30 +0530", 30.0),
        ("01 Mar 2025 12:00:30 GMT", 30.0),
        ("Saturday, 01-Mar-25 12:00:30 GMT", 30.0),
        ("Sat Mar  1 12:00:30 2025", 30.0),
        ("sat, 01 mar 2025 12:00:30 gmt", 30.0),
        ("Sat, 01 Mar 2025 12:00:30", 30.0),
        ("Sat, 01 Mar 2025 11:00:00 GMT", 0.0),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 0.0),
        ("Sun Nov  6 08:49:37 1994", 0.0),
        ("Sun, 02 Mar 2025 12:00:00 GMT", 86_400.0),
    ],
)
def test_when_to_come_back(text: str, seconds: float) -> None:
    """Seconds, and a date in each of its three forms, are read; what is over means now."""
    assert seconds == retry_after({"retry-after": text}, now)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "soon",
        "-5",
        "+5",
        "1.5",
        "1e3",
        "0x10",
        "5s",
        "5, 10",
        "٥",
        "²",
        "inf",
        "nan",
        "null",
        "2025-03-01T12:00:30Z",
        "Sat, 01 Mar 2025",
        "Sat, 31 Feb 2025 12:00:30 GMT",
        "Sat, 01 Mar 2025 25:00:30 GMT",
        "Sat, 01 Mar 2025 12:00:30 +9999999999",
        "Sat, 01 Mar 99999 12:00:30 GMT",
        "Sat,",
        ", , , ,",
        "\x00",
        "Sat, 01 Mar 2025 12:00:30 GMT" + " " * 40 + "x",
        "Sat, " + "1" * 1_000_000,
    ],
)
def test_what_cannot_be_read(text: str) -> None:
    """Anything else says nothing."""
    assert retry_after({"retry-after": text}, now) is None


def test_no_header() -> None:
    """Mostly there is none."""
    assert retry_after({}, now) is None


@given(st.integers(-(10**8), 10**9))
def test_any_date(seconds: int) -> None:
    """A date becomes the seconds until then."""
    text = format_datetime(now() + timedelta(seconds=seconds))

    assert max(0.0, seconds) == retry_after({"retry-after": text}, now)


WORDS: Final = st.sampled_from(
    ["Sat", "Sat,", "Saturday,", "01", "Mar", "2025", "25", "12:00:30", "12:00", "12.00.30", "GMT", "+0530", "-", ":"]
)


@given(st.text(st.characters()) | st.lists(WORDS | st.text(max_size=3), max_size=8).map(" ".join))
def test_any_text(text: str) -> None:
    """Whatever stands there, it gives seconds that can be waited for, or nothing."""
    found = retry_after({"retry-after": text}, lambda: datetime.max.replace(tzinfo=UTC))

    assert found is None or 0 <= found < 1e12

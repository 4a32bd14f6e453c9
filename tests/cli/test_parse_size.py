"""Demand that the command `parse` shows a body of any size at once, and no more of it than a person reads."""

import json
from pathlib import Path
from time import process_time
from typing import Final

import pytest

from tests.cli.running import run

ORDER: Final = {"order_id": "o1", "status": "CHARGED", "amount": 1, "currency": "INR"}
REFUNDS: Final = [{"unique_request_id": f"r{index}", "status": "SUCCESS", "amount": 1} for index in range(53)]


@pytest.fixture
def body(tmp_path: Path) -> Path:
    """Name a file for one body."""
    return tmp_path / "body.json"


@pytest.mark.parametrize(
    ("order", "title", "rows"),
    [
        ({"refunds": REFUNDS}, "refunds", 53),
        ({"refunds": REFUNDS}, "effects: act once on each key", 53),
        ({"refunds": [7] * 53}, "problems: places that could not be read", 53),
        ({f"new_{index}": 1 for index in range(53)}, "unknown fields: kept in event.payload", 53),
        ({"refunds": REFUNDS[:50]}, "refunds", 50),
    ],
    ids=["refunds", "effects", "problems", "unknown fields", "just as many"],
)
def test_long_lists_are_cut(
    capsys: pytest.CaptureFixture[str], body: Path, order: dict[str, object], title: str, rows: int
) -> None:
    """The first 50 rows of a list are shown, then how many there are beyond them."""
    body.write_text(json.dumps({"id": "e1", "event_name": "ORDER_REFUNDED", "content": {"order": ORDER | order}}))
    _, _, rest = run(capsys, "parse", body).out.partition(f"\n  {title}\n")
    _, *shown = rest.partition("\n\n")[0].splitlines()

    assert 50 == len([line for line in shown if not line.startswith("    and ")])
    assert (["    and 3 more (see --json)"] if rows == 53 else []) == shown[50:]


@pytest.mark.parametrize(
    "order",
    [
        {"refunds": [{}] * 100_000},
        {"refunds": [{"unique_request_id": "r", "status": "SUCCESS", "amount": 1}] * 15_000},
        {f"new_{index}": 1 for index in range(60_000)},
        {"bank_error_message": "x" * 1_000_000},
    ],
    ids=["problems", "refunds", "unknown fields", "one long text"],
)
def test_a_large_hostile_body_is_shown_at_once(
    capsys: pytest.CaptureFixture[str], body: Path, order: dict[str, object]
) -> None:
    """A large body takes seconds, not the minutes that a table of all its places took; the bound is generous."""
    body.write_text(json.dumps({"id": "e1", "event_name": "ORDER_REFUNDED", "content": {"order": ORDER | order}}))
    start = process_time()
    run(capsys, "parse", body)

    assert 8 > process_time() - start


def test_strict_says_as_much_as_it_shows(capsys: pytest.CaptureFixture[str], body: Path) -> None:
    """A complaint lists 50 problems, then how many more there are."""
    order = ORDER | {"refunds": [7] * 53}
    body.write_text(json.dumps({"id": "e1", "event_name": "ORDER_REFUNDED", "content": {"order": order}}))
    _, *places, more, _ = run(capsys, "parse", "--strict", body).err.splitlines()

    assert (50, "  and 3 more") == (len(places), more)

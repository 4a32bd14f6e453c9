"""Compare the rows with the tables that Juspay published, one by one."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from juspay_webhooks.catalog import ALL_VERSIONS, PAYMENT_EVENTS, PAYOUT_EVENTS

TABLES: Final = tomllib.loads(Path(__file__).with_name("published_tables.toml").read_text(encoding="utf-8"))


def gate(printed: str) -> date | str:
    """Read a gate as a page prints it; the pages differ in blanks and quotes."""
    found = re.fullmatch(r"""For all the versions(?: >= ?["'](\d{4}-\d\d-\d\d)["'])?""", printed)
    assert found is not None, printed
    return date.fromisoformat(found[1]) if found[1] else ALL_VERSIONS


@pytest.mark.parametrize(("table", "size"), [("fifteen", 15), ("eighteen", 18), ("payouts", 26)])
def test_a_table_has_the_size_of_its_page(table: str, size: int) -> None:
    """No row of a page is missing and none stands twice."""
    rows = [tuple(row) for row in TABLES[table]["rows"]]

    assert [size, size] == [len(rows), len(set(rows))]


@pytest.mark.parametrize(
    ("page", "name", "printed"),
    [
        (page, name, printed)
        for table in ("fifteen", "eighteen")
        for page in TABLES[table]["pages"]
        for name, printed, _ in TABLES[table]["rows"]
    ],
)
def test_a_published_payment_event_has_its_row_and_its_gate(page: str, name: str, printed: str) -> None:
    """Every row of a page is a row of the catalog that cites the page and has the same gate."""
    row = PAYMENT_EVENTS[name]

    assert (True, gate(printed)) == (page in row.documents, row.since)


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (page, {name for name, _, _ in TABLES[table]["rows"]})
        for table in ("fifteen", "eighteen")
        for page in TABLES[table]["pages"]
    ],
)
def test_a_page_is_cited_for_nothing_else(page: str, names: set[str]) -> None:
    """A row that cites a page stands on that page."""
    assert names == {row.name for row in PAYMENT_EVENTS.values() if page in row.documents}


def test_a_gate_comes_from_a_published_table() -> None:
    """A row has a gate if and only if a page publishes one."""
    published = {name for name, _, _ in TABLES["eighteen"]["rows"]}

    assert published == {row.name for row in PAYMENT_EVENTS.values() if row.since is not None}


def test_the_tables_differ_by_three_events() -> None:
    """The shorter table is the longer one without three names."""
    longer, shorter = ({row[0] for row in TABLES[table]["rows"]} for table in ("eighteen", "fifteen"))

    assert {"REFUND_INITIATED", "NOTIFICATION_SUCCEEDED", "NOTIFICATION_FAILED"} == longer - shorter
    assert longer > shorter


def test_the_payout_pairs_are_those_of_the_page() -> None:
    """The catalog has each published pair of label and value, and no other."""
    assert {(label, value) for label, value, _ in TABLES["payouts"]["rows"]} == set(PAYOUT_EVENTS)


@pytest.mark.parametrize("pair", [(label, value) for label, value, _ in TABLES["payouts"]["rows"]], ids="/".join)
def test_a_payout_row_cites_the_page(pair: tuple[str, str]) -> None:
    """Each row stands under its own pair and cites the page that is complete."""
    row = PAYOUT_EVENTS[pair]

    assert (*pair, "SEA-WH") == (row.label, row.value, row.documents[0])

"""Bodies that a release has read are read alike by every later one: class, problems, key and effects stay.

A folder of `corpus/frozen` belongs to the release that it is named after and never changes; a release adds its own.
"""

import tomllib
from pathlib import Path
from typing import Final, TypedDict

import pytest

from juspay_webhooks import parse_event

FOLDER: Final = Path(__file__).parent / "corpus" / "frozen"
TABLES: Final = sorted(FOLDER.glob("*/expectations.toml"))

Row = TypedDict("Row", {"class": str, "problems": int, "dedupe_key": str, "effects": list[str]})

ROWS: Final[dict[Path, Row]] = {
    table.parent / name: row
    for table in TABLES
    for name, row in tomllib.loads(table.read_text(encoding="utf-8")).items()
}


def test_every_body_has_a_row() -> None:
    """A file without a row and a row without a file are both mistakes; no release is without a table."""
    assert {table.parent for table in TABLES} == {*FOLDER.iterdir()}
    assert ROWS.keys() == {path for path in FOLDER.rglob("*") if path.is_file()} - {*TABLES}


@pytest.mark.parametrize(
    ("path", "row"), [pytest.param(path, row, id=str(path.relative_to(FOLDER))) for path, row in ROWS.items()]
)
def test_a_frozen_body(path: Path, row: Row) -> None:
    """A body means what it meant when it was frozen: after an upgrade nothing is handled twice, and nothing is lost."""
    event = parse_event(path.read_bytes())
    found: Row = {
        "class": type(event).__name__,
        "problems": len(event.problems),
        "dedupe_key": event.dedupe_key,
        "effects": [effect.key for effect in event.effects],
    }

    assert row == found

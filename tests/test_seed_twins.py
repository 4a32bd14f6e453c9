"""Twins of the bodies that Juspay's webhook pages print: same shape, same damage, invented values."""

import tomllib
from pathlib import Path
from typing import Final

import pytest

from juspay_webhooks import parse_event
from juspay_webhooks.errors import PayloadError

FOLDER: Final = Path(__file__).parent / "corpus" / "seed_twins"
ROWS: Final[dict[str, str]] = tomllib.loads((FOLDER / "expectations.toml").read_text(encoding="utf-8"))


def test_every_twin_has_a_row() -> None:
    """A file without a row and a row without a file are both mistakes."""
    assert ROWS.keys() == {path.name for path in FOLDER.iterdir()} - {"expectations.toml"}


@pytest.mark.parametrize(("name", "expected"), ROWS.items(), ids=ROWS)
def test_twin(name: str, expected: str) -> None:
    """A twin becomes what its row says: an event in spite of its masks, or an error if it is no JSON or no webhook."""
    try:
        found: object = parse_event((FOLDER / name).read_bytes())
    except PayloadError as error:
        found = error

    assert expected == type(found).__name__

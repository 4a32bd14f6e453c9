"""Juspay's published bodies, read where they are at hand: each becomes the class, or raises the error, of its row.

The bodies are Juspay's and not part of this repository. They are looked for in the folder that
JUSPAY_WEBHOOKS_PAYLOADS names, else beside the checkout in `shared/payloads`.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from juspay_webhooks import parse_event, parse_order
from juspay_webhooks.errors import PayloadError

TESTS: Final = Path(__file__).parent
FOLDER: Final = Path(os.environ.get("JUSPAY_WEBHOOKS_PAYLOADS") or TESTS.parent.parent / "shared" / "payloads")
READERS: Final[Mapping[str, Callable[[bytes], object]]] = {"parse_event": parse_event, "parse_order": parse_order}
ROWS: Final[dict[str, dict[str, str]]] = {
    f"{folder}/{name}": row
    for folder, rows in tomllib.loads((TESTS / "expectations.toml").read_text(encoding="utf-8")).items()
    for name, row in rows.items()
}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="allowed: published bodies are not here")


def test_every_file_has_a_row() -> None:
    """A file without a row and a row without a file are both mistakes."""
    assert ROWS.keys() == {str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*")}


@pytest.mark.parametrize(("name", "row"), ROWS.items(), ids=ROWS)
def test_published_body(name: str, row: dict[str, str]) -> None:
    """A published body becomes what its row says."""
    body = (FOLDER / name).read_bytes()
    try:
        found: object = READERS[row["read"]](body)
    except PayloadError as error:
        found = error

    assert row["gives"] == type(found).__name__

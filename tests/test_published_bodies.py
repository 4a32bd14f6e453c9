"""Juspay's published bodies, read where they are at hand: each becomes the class, or raises the error, of its row.

The bodies are Juspay's and not part of this repository. They are looked for in the folder that
JUSPAY_WEBHOOKS_PAYLOADS names, else beside the checkout in `shared/payloads`.
"""

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

from juspay_webhooks import parse_event, parse_order
from juspay_webhooks.errors import PayloadError
from juspay_webhooks.order_status.answer import decipher_order, decipher_payout
from juspay_webhooks.order_status.errors import OrderStatusError
from juspay_webhooks.order_status.request import Response, Target, order_request, payout_request

Row: TypeAlias = tuple[str, dict[str, str]]

TESTS: Final = Path(__file__).parent
FOLDER: Final = Path(os.environ.get("JUSPAY_WEBHOOKS_PAYLOADS") or TESTS.parent.parent / "shared" / "payloads")
TARGET: Final = Target(base_url="https://api.juspay.in", merchant_id="shop")


def subject_of(body: bytes) -> str:
    """Find the id that a body is about; a question must have asked for it."""
    try:
        found: dict[str, Any] = json.loads(body)
    except ValueError:
        return "any"
    return found.get("order_id") or found.get("orderId") or "any"


def as_order_status(status: int, body: bytes) -> object:
    """Read a body as the answer to the question how an order stands."""
    request = order_request(TARGET, subject_of(body))
    return decipher_order(request, Response(status, {}, body), lambda: datetime.now(UTC))


def as_payout_status(status: int, body: bytes) -> object:
    """Read a body as the answer to the question how a payout order stands."""
    request = payout_request(TARGET, subject_of(body))
    return decipher_payout(request, Response(status, {}, body), lambda: datetime.now(UTC))


READERS: Final[Mapping[str, Callable[[bytes], object]]] = {"parse_event": parse_event, "parse_order": parse_order}
CALLS: Final[Mapping[str, Callable[[int, bytes], object]]] = {
    "order_status": as_order_status,
    "payout_status": as_payout_status,
}


def rows_of(table: Mapping[str, Mapping[str, dict[str, str]]]) -> list[Row]:
    """List the rows of a table of folders by the path of their file."""
    return [(f"{folder}/{name}", row) for folder, rows in table.items() for name, row in rows.items()]


TABLE: Final[dict[str, Any]] = tomllib.loads((TESTS / "expectations.toml").read_text(encoding="utf-8"))
ANSWERS: Final = rows_of(TABLE.pop("answers"))
ROWS: Final = rows_of(TABLE)

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="allowed: published bodies are not here")


def files() -> set[str]:
    """List the files that are at hand."""
    return {str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*")}


def test_every_file_has_a_row() -> None:
    """A file without a row and a row without a file are both mistakes."""
    assert files() == {name for name, _ in ROWS}


def test_every_answer_has_a_row() -> None:
    """What is an answer, and not a webhook, is read as the answer that it is."""
    asked = {name for name in files() if name.startswith(("order_status/", "payouts/"))}

    assert {name for name in asked if "/webhook_" not in name} == {name for name, _ in ANSWERS}


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[name for name, _ in ROWS])
def test_published_body(name: str, row: dict[str, str]) -> None:
    """A published body becomes what its row says."""
    body = (FOLDER / name).read_bytes()
    try:
        found: object = READERS[row["read"]](body)
    except PayloadError as error:
        found = error

    assert row["gives"] == type(found).__name__


@pytest.mark.parametrize(("name", "row"), ANSWERS, ids=[name for name, _ in ANSWERS])
def test_published_answer(name: str, row: dict[str, str]) -> None:
    """A published answer becomes what its row says, under the HTTP status that belongs to it."""
    call, _, status = row["read"].rpartition("_")
    try:
        found = CALLS[call](int(status), (FOLDER / name).read_bytes())
    except OrderStatusError as error:
        found = error

    assert row["gives"] == type(found).__name__

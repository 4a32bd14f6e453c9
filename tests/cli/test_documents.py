"""Demand that the documents show what the command really writes."""

from pathlib import Path
from typing import Final

import pytest

from tests.cli.running import run

ROOT: Final = Path(__file__).parents[2]
SHOWN: Final = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "command",
    [
        "parse examples/bodies/3-order-refunded.json",
        "parse examples/bodies/cut-off.broken.txt",
        "events --version 2019-11-11 --family txn",
        "events --version 2020-10-31 --family txn --dashboard-map",
    ],
)
def test_output_is_as_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """What stands below a command in the documents is its output, whole."""
    monkeypatch.chdir(ROOT)
    done = run(capsys, *command.split())

    assert f"$ juspay-webhooks {command}" in SHOWN
    assert done.out + done.err in SHOWN

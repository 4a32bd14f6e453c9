"""What holds for every adapter."""

from pathlib import Path
from typing import Final

import pytest

from juspay_webhooks import web

MODULES: Final = sorted(Path(web.__path__[0]).glob("*.py"))


@pytest.mark.parametrize("module", [pytest.param(module, id=module.stem) for module in MODULES])
def test_adapters_are_thin(module: Path) -> None:
    """An adapter is read at one sight; what needs more belongs into the receiver."""
    assert len(module.read_text(encoding="utf-8").splitlines()) < 60

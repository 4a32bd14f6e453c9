"""Own the environment in which the command is tested: what the machine says about colours and width does not count."""

from collections.abc import Iterator

import pytest

from juspay_webhooks.cli import _watch
from juspay_webhooks.testing import FakeJuspay
from tests.cli.fakes import API_KEY, MERCHANT_ID, Clock

SETTINGS = ("JUSPAY_API_KEY", "JUSPAY_PAYOUT_API_KEY", "JUSPAY_MERCHANT_ID", "JUSPAY_BASE_URL")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what would change the output."""
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", *SETTINGS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def juspay(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeJuspay]:
    """Run a fake Juspay, with its settings in the environment."""
    with FakeJuspay(api_key=API_KEY, merchant_id=MERCHANT_ID) as fake:
        for name, value in zip(SETTINGS, (API_KEY, API_KEY, MERCHANT_ID, fake.url), strict=True):
            monkeypatch.setenv(name, value)
        yield fake


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let `status` wait in no time."""
    clock = Clock()
    monkeypatch.setattr(_watch, "REAL", _watch.Time(clock.clock, clock.sleep))
    return clock

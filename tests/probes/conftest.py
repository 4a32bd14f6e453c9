"""Own the stage of each probe: every way to a receiver, with an inbox and without."""

import pytest

from juspay_webhooks.inbox import MemoryInbox
from tests.probes.stage import Inbox, Stage
from tests.probes.ways import WAYS, Way


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    """Take each way in turn."""
    return WAYS[request.param]


@pytest.fixture(params=["inbox", "no inbox"])
def inbox(request: pytest.FixtureRequest) -> Inbox:
    """Take an inbox in memory, then none."""
    return MemoryInbox() if request.param == "inbox" else None


@pytest.fixture
def bare_stage(way: Way, inbox: Inbox, caplog: pytest.LogCaptureFixture) -> Stage:
    """Build a stage without handlers."""
    return Stage(way, inbox, caplog)


@pytest.fixture
def stage(bare_stage: Stage) -> Stage:
    """Build a stage whose handler takes every event."""
    return bare_stage.observe()

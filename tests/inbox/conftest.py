"""Own the inbox that most tests begin with, and its clock."""

import pytest

from juspay_webhooks.inbox import MemoryInbox
from tests.inbox.records import Clock, large


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def inbox(clock: Clock) -> MemoryInbox:
    """An inbox that is larger than any test."""
    return large(clock)

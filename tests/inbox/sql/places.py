"""Own the databases of these tests: a file, and the servers of this machine or those that the environment names."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from juspay_webhooks.inbox import SqlInbox
from scripts import servers

__all__ = ["KINDS", "SERVERS", "Make", "place_of"]

Make: TypeAlias = Callable[..., SqlInbox]
"""Makes an inbox of the test's tables; keywords are those of `SqlInbox`."""

SERVERS: Final = tuple(pytest.param(name, marks=pytest.mark.server) for name in servers.KINDS)
"""Databases that are servers."""

KINDS: Final = ("sqlite", *SERVERS)
"""All databases."""


def place_of(kind: str, folder: Path) -> str:
    """Find a database; the test is skipped if its server does not answer, or fails where servers are required."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'inbox.db'}"
    row = servers.KINDS[kind]
    place = os.environ.get(row.variable, row.usual)
    if not servers.answers(place):
        reason = f"no {kind} answers: set {row.variable} to the URL of one, or run under scripts/servers.py"
        if os.environ.get(servers.REQUIRED) == "required":
            pytest.fail(reason)
        pytest.skip(f"allowed: {reason}")
    return place

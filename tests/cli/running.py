"""Own the way in which tests run the command: in this process, as a user would type it."""

import io
from typing import NamedTuple

import pytest

from juspay_webhooks.cli import main


class Done(NamedTuple):
    """What the command did."""

    status: int
    out: str
    err: str


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> Done:
    """Run the command and collect what it wrote."""
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return Done(status, out, err)


class Screen(io.StringIO):
    """A terminal that remembers what was written to it."""

    def isatty(self) -> bool:
        """Say that it is a terminal."""
        return True

"""Demand that closed and failing standard streams end the command with a status of their own, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from juspay_webhooks.cli import main
from juspay_webhooks.testing import sample_body

FULL: Final = "/dev/full"
CLOSED_OUT: Final = "juspay-webhooks: standard output is closed\n"
FULL_OUT: Final = "juspay-webhooks: cannot write to standard output: No space left on device\n"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="closes streams as a POSIX shell does")
needs_full = pytest.mark.skipif(not Path(FULL).exists(), reason="the system has no device that is always full")


@pytest.fixture
def body(tmp_path: Path) -> Path:
    """Make a file with one good body."""
    file = tmp_path / "body.json"
    file.write_bytes(sample_body("ORDER_SUCCEEDED"))
    return file


def shell(body: Path, command: str) -> tuple[int, str]:
    """Run the command as a shell does, in a process of its own; give its status and what it said on standard error."""
    line = 'python="$1" body="$2"; shift 2; juspay() { "$python" -m juspay_webhooks "$@"; }; ' + command
    done = subprocess.run(
        ["/bin/sh", "-c", line, "sh", sys.executable, str(body)], stderr=subprocess.PIPE, check=False, text=True
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("juspay parse - <&-", "juspay-webhooks: standard input is closed\n"),
        ("juspay parse - 0>/dev/null", "juspay-webhooks: cannot read standard input: Bad file descriptor\n"),
        ('juspay parse "$body" >&-', CLOSED_OUT),
        ('juspay parse --json "$body" >&-', CLOSED_OUT),
        ("juspay events >&-", CLOSED_OUT),
        ("juspay fake --port 0 >&-", CLOSED_OUT),
        ("juspay --version >&-", CLOSED_OUT),
        ("juspay --help >&-", CLOSED_OUT),
        pytest.param(f'juspay parse "$body" >{FULL}', FULL_OUT, marks=needs_full),
        pytest.param(f'juspay parse --json "$body" >{FULL}', FULL_OUT, marks=needs_full),
        pytest.param(f"juspay events >{FULL}", FULL_OUT, marks=needs_full),
        pytest.param(f"juspay fake --port 0 >{FULL}", FULL_OUT, marks=needs_full),
        pytest.param(f"PYTHONUNBUFFERED=1 juspay events >{FULL}", FULL_OUT, marks=needs_full),
        pytest.param(f"juspay --version >{FULL}", FULL_OUT, marks=needs_full),
        pytest.param(f"juspay --help >{FULL}", FULL_OUT, marks=needs_full),
        pytest.param(f"juspay parse --help >{FULL}", FULL_OUT, marks=needs_full),
        pytest.param(f"juspay --help >{FULL} 2>{FULL}", "", marks=needs_full),
        ("juspay --help >&- 2>&-", ""),
    ],
)
def test_a_failing_stream_has_its_own_status(body: Path, command: str, said: str) -> None:
    """Status 74 and one line say that input or output failed; nothing is printed after it, not even by Python."""
    assert (74, said) == shell(body, command)


@pytest.mark.parametrize("to", ["2>&-", pytest.param(f"2>{FULL}", marks=needs_full)])
@pytest.mark.parametrize(
    ("command", "status"), [("juspay parse missing.json", 2), ("juspay parse /dev/null", 1), ("juspay pars", 2)]
)
def test_where_nothing_can_be_said_the_status_tells(body: Path, command: str, status: int, to: str) -> None:
    """A complaint that cannot be written does not change the status."""
    assert (status, "") == shell(body, f"{command} {to}")


@pytest.mark.parametrize(
    ("name", "arguments", "status"),
    [("stdin", ["parse", "-"], 74), ("stdout", ["events"], 74), ("stderr", ["parse", "/dev/null"], 1)],
)
def test_a_closed_stream(monkeypatch: pytest.MonkeyPatch, name: str, arguments: list[str], status: int) -> None:
    """Python has None in the place of a stream that was closed before it started."""
    monkeypatch.setattr(sys, name, None)

    assert status == main(arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "status"),
    [("stdin", ["parse", "-"], 74), ("stdout", ["events"], 74), ("stderr", ["parse", "/dev/null"], 1)],
)
def test_a_failing_stream(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, arguments: list[str], status: int
) -> None:
    """A descriptor that is open the wrong way round fails as a full disk does."""
    file = tmp_path / "stream"
    file.touch()
    descriptor = os.open(file, os.O_WRONLY if name == "stdin" else os.O_RDONLY)
    with os.fdopen(descriptor, "r" if name == "stdin" else "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, name, stream)

        assert status == main(arguments)

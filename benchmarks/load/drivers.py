"""Own the programs that put load on a server: wrk, or hey where there is no wrk. They know no server."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs

from benchmarks.load.delivery import EXPECTED, ORDERS, TEMPLATE, delivery, headers

__all__ = ["CONNECTIONS", "Driver", "Slice", "find_driver", "read_hey", "read_wrk"]

CONNECTIONS: Final = 16
"""Connections that send one request after the other."""

_SCRIPT: Final = Path(__file__).parent / "wrk.lua"
_PATIENCE: Final = 60
"""Seconds after which a program that should have ended is given up."""

_MEASURED: Final = re.compile(r"^measured (.+)$", re.MULTILINE)
_STATUS: Final = re.compile(r"^\s+\[(\d+)\]\s+(\d+) responses", re.MULTILINE)
_FAILED: Final = re.compile(r"^\s+\[(\d+)\]\t(?!\d+ responses)", re.MULTILINE)
_TOTAL: Final = re.compile(r"^\s+Total:\s+([\d.]+) secs", re.MULTILINE)
_PERCENTILE: Final = r"^\s+{}%+ in ([\d.]+) secs"


@attrs.frozen(kw_only=True)
class Slice:
    """What was measured in some seconds."""

    requests: int
    """Requests that were answered."""

    seconds: float
    """How long it took."""

    p50: float
    """Milliseconds that half of the requests took at most."""

    p99: float
    """Milliseconds that 99 of 100 requests took at most."""

    errors: int
    """Requests that were not answered, not in time, or not as they must be."""

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds


@attrs.frozen(kw_only=True)
class Driver:
    """A program that puts load on a server."""

    name: str
    """Name of the program."""

    says: str
    """What to know of it when its figures are read."""

    drive: Callable[[str, int, int], Slice]
    """Puts load on a URL, for some seconds, with deliveries from a number on."""


def _wrk(url: str, seconds: int, first: int) -> Slice:
    with tempfile.NamedTemporaryFile(suffix=".json") as template:
        template.write(TEMPLATE.encode())
        template.flush()
        arguments = (template.name, headers()["Authorization"], str(first), str(ORDERS), EXPECTED.body.decode())
        # One thread: it is far from busy with one process of Python, and the numbers of deliveries are its own.
        options = ("--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s")
        return read_wrk(_output(["wrk", *options, "--script", str(_SCRIPT), url, "--", *arguments]))


def read_wrk(output: str) -> Slice:
    """Read what `wrk.lua` prints when it is done.

    Args:
        output: Everything that was printed.

    Returns:
        What was measured.

    Raises:
        ValueError: It did not come to its end.
    """
    found = _MEASURED.search(output)
    if found is None:
        message = f"wrk measured nothing: {output}"
        raise ValueError(message)
    figures = {name: int(figure) for name, _, figure in (part.partition("=") for part in found[1].split())}
    return Slice(
        requests=figures["requests"],
        seconds=figures["microseconds"] / 1e6,
        p50=figures["p50"] / 1e3,
        p99=figures["p99"] / 1e3,
        errors=figures["errors"],
    )


def _hey(url: str, seconds: int, first: int) -> Slice:
    with tempfile.NamedTemporaryFile(suffix=".json") as body:
        body.write(delivery(first))
        body.flush()
        sent = [part for name, value in headers().items() for part in ("-H", f"{name}: {value}")]
        options = ("-z", f"{seconds}s", "-c", str(CONNECTIONS), "-m", "POST", "-T", "application/json", "-D", body.name)
        return read_hey(_output(["hey", *options, *sent, url]))


def read_hey(output: str) -> Slice:
    """Read the summary that hey prints.

    Args:
        output: Everything that was printed.

    Returns:
        What was measured; an answer with another status than 200 is an error.

    Raises:
        ValueError: It is no summary of requests that were answered.
    """
    total = _TOTAL.search(output)
    half, most = (re.search(_PERCENTILE.format(part), output, re.MULTILINE) for part in (50, 99))
    statuses = {int(status): int(number) for status, number in _STATUS.findall(output)}
    if total is None or half is None or most is None:
        message = f"hey measured nothing: {output}"
        raise ValueError(message)
    unanswered = sum(int(number) for number in _FAILED.findall(output))
    return Slice(
        requests=sum(statuses.values()),
        seconds=float(total[1]),
        p50=float(half[1]) * 1e3,
        p99=float(most[1]) * 1e3,
        errors=sum(statuses.values()) - statuses.get(200, 0) + unanswered,
    )


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(  # noqa: S603 - commands of this module
        command, capture_output=True, check=False, text=True, timeout=_PATIENCE
    )
    return done.stdout + done.stderr


_DRIVERS: Final[Mapping[str, Driver]] = {
    "wrk": Driver(
        name="wrk", says="each request is a new event about an order that is due, answered as `handled`", drive=_wrk
    ),
    "hey": Driver(
        name="hey",
        says="hey cannot change a body: all requests of a slice are one event, and all but the first are duplicates",
        drive=_hey,
    ),
}
"""The first that is there is taken."""


def find_driver(which: Callable[[str], str | None] = shutil.which) -> Driver:
    """Find a program to put load on a server with.

    Args:
        which: Finds a program.

    Returns:
        The program.

    Raises:
        LookupError: There is none; the message says what to install.
    """
    for name, driver in _DRIVERS.items():
        if which(name):
            return driver
    message = "wrk is not installed: `apt-get install wrk` (Debian, Ubuntu), `brew install wrk` (macOS); or hey"
    raise LookupError(message)

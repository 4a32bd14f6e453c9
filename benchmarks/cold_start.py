"""Own the benchmark of the first event: what a fresh process pays before it has one, and its bar."""

import os
import subprocess
import sys
from collections.abc import Mapping
from statistics import median
from time import perf_counter
from typing import Final

from benchmarks import bodies
from benchmarks.report import Bar, Report
from benchmarks.timing import Effort, rotated
from juspay_webhooks.testing import make_webhook, sample_body

__all__ = ["cold_start"]

_HEADERS: Final = make_webhook("ORDER_SUCCEEDED", auth=("username", "password")).headers
_EVENT: Final = f"""\
import sys
from juspay_webhooks import BasicAuth, parse_event
BasicAuth("username", "password").verify({_HEADERS})
parse_event(sys.stdin.buffer.read())
"""
_ANSWER: Final = f"""\
import sys
from juspay_webhooks import BasicAuth, OrderPaid, Receiver
receiver = Receiver(BasicAuth("username", "password"), inbox=None)
receiver.on_effect(OrderPaid)(lambda paid: None)
answer = receiver.handle(headers={_HEADERS}, body=sys.stdin.buffer.read())
sys.exit(answer.outcome != "handled")
"""
_BARE: Final = "bare interpreter"
_PAYMENT: Final = "import juspay_webhooks, verify, first payment event"
_MOST: Final = 90
"""Milliseconds above the bare interpreter."""


def _programs() -> Mapping[str, tuple[str, bytes]]:
    """List the contenders: name -> program, and what it finds on its standard input."""
    return {
        _BARE: ("", b""),
        "import attrs, msgspec": ("import attrs, msgspec", b""),
        "import juspay_webhooks": ("import juspay_webhooks", b""),
        _PAYMENT: (_EVENT, sample_body("ORDER_SUCCEEDED")),
        "import juspay_webhooks, verify, first payout event": (_EVENT, sample_body(("ORDER", "READY_FOR_FULFILLMENT"))),
        "import juspay_webhooks, verify, first masked event": (_EVENT, max(bodies.masked(), key=len)),
        "import juspay_webhooks, Receiver, first request answered": (_ANSWER, sample_body("ORDER_SUCCEEDED")),
    }


def cold_start(effort: Effort) -> Report:
    """Compare fresh processes, from their start to their end.

    Args:
        effort: How many.
    """
    programs = _programs()
    for program, body in programs.values():
        _seconds(program, body)  # compiled files are written, the disk is read
    rounds = [
        {name: _seconds(*programs[name]) * 1000 for name in rotated(tuple(programs), number)}
        for number in range(effort.processes)
    ]
    least = {name: min(times[name] for times in rounds) for name in programs}
    above = {name: median(times[name] - times[_BARE] for times in rounds) for name in programs}
    return Report(
        title=f"Cold start: {effort.processes} processes each",
        headings=("Program", "Median ms", "Median ms above bare", "Minimum ms above bare"),
        lines=[
            (
                name,
                f"{median(times[name] for times in rounds):.1f}",
                f"{above[name]:.1f}",
                f"{least[name] - least[_BARE]:.1f}",
            )
            for name in programs
        ],
        bars=[
            Bar(
                what="Cold start: import, verify, first payment event",
                measured=f"{above[_PAYMENT]:.0f} ms above a bare interpreter",
                bar=f"at most {_MOST} ms above a bare interpreter",
                holds=above[_PAYMENT] <= _MOST,
            )
        ],
    )


def _seconds(program: str, body: bytes) -> float:
    """Run a program in a fresh process that finds the package where this one found it."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-P", "-c", program]
    start = perf_counter()
    subprocess.run(command, input=body, env=environment, check=True)  # noqa: S603 - programs of this module
    return perf_counter() - start

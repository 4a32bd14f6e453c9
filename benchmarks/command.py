"""Own the command line of the benchmarks: which run, for how long, and where their figures go."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from benchmarks import parsing, receiving
from benchmarks.asking import asking
from benchmarks.cold_start import cold_start
from benchmarks.report import Report, drawn, inserted, results
from benchmarks.timing import FULL, QUICK, Effort
from benchmarks.verification import verification
from scripts.generate_docs import ROOT

__all__ = ["BENCHMARKS", "main"]

BENCHMARKS: Final[Mapping[str, Callable[[Effort], Report]]] = {
    "payments": parsing.payments,
    "payouts": parsing.payouts,
    "masked": parsing.masked,
    "receiving": receiving.receiving,
    "remembering": receiving.remembering,
    "asking": asking,
    "verification": verification,
    "cold-start": cold_start,
}
"""Name on the command line -> benchmark."""

_DOCUMENT: Final = ROOT / "docs" / "benchmarks.md"
_RESULTS: Final = ROOT / "benchmarks" / "results.json"


def main(arguments: Sequence[str]) -> None:
    """Measure, print, and publish the figures of a full run.

    Args:
        arguments: Those of the command line.
    """
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Compare the library with others, as ratios within one run. A full run (some minutes) writes its "
        "figures into docs/benchmarks.md and benchmarks/results.json: give it a machine that does nothing else.",
    )
    parser.add_argument("--quick", action="store_true", help="measure for some seconds and only print")
    parser.add_argument("--only", choices=BENCHMARKS, help="run one benchmark and only print")
    options = parser.parse_args(arguments)
    names = [options.only] if options.only else list(BENCHMARKS)
    reports = [BENCHMARKS[name](QUICK if options.quick else FULL) for name in names]
    text = drawn(reports)
    print(text)
    if options.quick or options.only:
        return
    _DOCUMENT.write_text(inserted(_DOCUMENT.read_text(encoding="utf-8"), f"\n{text}\n"), encoding="utf-8")
    _RESULTS.write_text(results(reports), encoding="utf-8")
    print("Written to docs/benchmarks.md and benchmarks/results.json; now run scripts/generate-docs.")

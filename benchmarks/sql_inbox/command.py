"""Own the command line of the benchmark of the inbox in a database: what is measured, and where figures go."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from benchmarks.report import Report, drawn, inserted, results
from benchmarks.sql_inbox.flatness import flatness
from benchmarks.sql_inbox.overhead import overhead
from benchmarks.sql_inbox.places import FULL, QUICK, Extent, versions
from benchmarks.sql_inbox.purging import purging
from benchmarks.sql_inbox.rates import rates
from scripts.generate_docs import ROOT

__all__ = ["BENCHMARKS", "main"]

BENCHMARKS: Final[Mapping[str, Callable[[Extent], Report]]] = {
    "overhead": overhead,
    "rates": rates,
    "flatness": flatness,
    "purging": purging,
}
"""Name on the command line -> benchmark."""

_DOCUMENT: Final = ROOT / "docs" / "benchmarks.md"
_RESULTS: Final = ROOT / "benchmarks" / "sql_inbox.json"


def main(arguments: Sequence[str]) -> None:
    """Measure, print, and publish the figures of a full run.

    Args:
        arguments: Those of the command line.
    """
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sql_inbox",
        description="Measure the inbox in SQLite, PostgreSQL and MariaDB; a server that does not answer is left out. A "
        "full run (some minutes, two gigabytes of disk for each database) writes its figures into docs/benchmarks.md "
        "and benchmarks/sql_inbox.json: give it a machine that does nothing else.",
    )
    parser.add_argument("--quick", action="store_true", help="measure for some seconds and only print")
    parser.add_argument("--only", choices=BENCHMARKS, help="run one benchmark and only print")
    options = parser.parse_args(arguments)
    names = [options.only] if options.only else list(BENCHMARKS)
    reports = [BENCHMARKS[name](QUICK if options.quick else FULL) for name in names]
    text = drawn(reports, packages=("SQLAlchemy",), more=versions())
    print(text)
    if options.quick or options.only:
        return
    document = _DOCUMENT.read_text(encoding="utf-8")
    _DOCUMENT.write_text(inserted(document, f"\n{text}\n", part="sql_inbox"), encoding="utf-8")
    _RESULTS.write_text(results(reports), encoding="utf-8")
    print("Written to docs/benchmarks.md and benchmarks/sql_inbox.json.")

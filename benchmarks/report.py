"""Own what becomes of measurements: tables for a terminal, docs/benchmarks.md, and results.json for README.md.

Nothing here measures.
"""

import json
import os
import platform
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import attrs

import juspay_webhooks
from scripts.generate_docs import ROOT, table

__all__ = ["Bar", "Report", "drawn", "inserted", "python", "results"]

_PACKAGES: Final = ("attrs", "cattrs", "httpx", "msgspec", "orjson", "pydantic", "requests", "urllib3")


@attrs.frozen(kw_only=True)
class Bar:
    """One bar, and what was measured against it."""

    what: str
    """What is measured."""

    measured: str
    """The figure, with its unit."""

    bar: str
    """What it has to be, with the unit."""

    holds: bool
    """Whether it is."""


@attrs.frozen(kw_only=True)
class Report:
    """What one benchmark found."""

    title: str
    """What was measured."""

    headings: Sequence[str]
    """Heads of the columns."""

    lines: Sequence[Sequence[str]]
    """One line per contender."""

    bars: Sequence[Bar]
    """What must hold."""


def drawn(
    reports: Iterable[Report], *, packages: Iterable[str] = _PACKAGES, more: Iterable[tuple[str, str]] = ()
) -> str:
    """Draw reports as Markdown: the bars, the details, the machine.

    Args:
        reports: One per benchmark.
        packages: Those whose versions matter.
        more: What else the figures depend on: its name, and what it was.

    Returns:
        The text.
    """
    found = list(reports)
    bars = table(
        ("What", "Measured", "Bar", "Holds"),
        ((bar.what, bar.measured, bar.bar, "yes" if bar.holds else "NO") for report in found for bar in report.bars),
    )
    details = (f"### {report.title}\n\n{table(report.headings, report.lines)}" for report in found)
    machine = table(("What", "Which"), (*_machine(packages), *more))
    return "\n\n".join(["### Bars", bars, *details, "### Measured on", machine]) + "\n"


def _machine(packages: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Tell on what and with what it was measured."""
    yield "Date", datetime.now(UTC).date().isoformat()
    yield "Processor", f"{_processor()}, {os.cpu_count()} cores"
    yield "System", f"{platform.system()} {platform.machine()}"
    yield "Python", python()
    yield "juspay_webhooks", "checkout" if Path(juspay_webhooks.__file__).is_relative_to(ROOT) else "installed"
    for package in packages:
        yield package, version(package)


def _processor() -> str:
    """Name the model of the processor; Linux alone says it in a file."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", info.read_text(encoding="utf-8")) if info.exists() else None
    return platform.processor() if found is None else found[1]


def python() -> str:
    """Name the Python that runs, e.g. "CPython 3.11.7"."""
    return f"{platform.python_implementation()} {platform.python_version()}"


def inserted(document: str, text: str, *, part: str = "measured") -> str:
    """Put measurements between the markers of a document.

    Args:
        document: The document.
        text: What was measured.
        part: Name that the markers have.

    Returns:
        The document with nothing else changed.

    Raises:
        ValueError: It has not exactly one pair of markers.
    """
    markers = re.compile(rf"(<!-- begin {part} -->\n).*?(<!-- end {part} -->)", re.DOTALL)
    fresh, parts = markers.subn(lambda found: found[1] + text + found[2], document)
    if parts != 1:
        message = f"docs/benchmarks.md needs one <!-- begin {part} --> and one <!-- end {part} -->"
        raise ValueError(message)
    return fresh


def results(reports: Iterable[Report]) -> str:
    """Write the bars as JSON, in the form that scripts/generate_docs.py reads.

    Args:
        reports: One per benchmark.

    Returns:
        JSON text.
    """
    rows = [{"what": bar.what, "measured": bar.measured, "bar": bar.bar} for report in reports for bar in report.bars]
    return json.dumps({"python": python(), "rows": rows}, indent=2, ensure_ascii=False) + "\n"

"""Own the command line of the benchmark under load: which applications, how many requests, and where figures go."""

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from statistics import median, quantiles
from typing import Final

import attrs

from benchmarks.load.drivers import CONNECTIONS, Driver, Slice, find_driver
from benchmarks.load.servers import APPLICATIONS, Application, serving
from benchmarks.report import Bar, Report, drawn, inserted, results
from scripts.generate_docs import ROOT

__all__ = ["Load", "main", "report"]

_DOCUMENT: Final = ROOT / "docs" / "benchmarks.md"
_RESULTS: Final = ROOT / "benchmarks" / "load.json"
_PACKAGES: Final = ("fastapi", "flask", "gunicorn", "starlette", "uvicorn", "werkzeug")

_REQUESTS: Final = 100_000
"""Requests to each application in a full run, at least."""

_QUICK_REQUESTS: Final = 1_000

_SECONDS: Final = 5
_QUICK_SECONDS: Final = 1
"""Length of a slice: wrk counts in whole seconds."""

_SPARE: Final = 1_000
"""Numbers of deliveries left out between two slices: more than may be on their way when a slice ends."""


@attrs.frozen(kw_only=True)
class Load:
    """What was measured of an application and its twin, slice by slice, in turn."""

    application: Application
    """The application."""

    slices: Sequence[Slice]
    """Those of the application."""

    twin: Sequence[Slice]
    """Those of the constant one."""

    @property
    def ratios(self) -> list[float]:
        """Rate of the application as a part of its twin's, turn by turn."""
        return [one.rate / other.rate for one, other in zip(self.slices, self.twin, strict=True)]


def main(arguments: Sequence[str]) -> None:
    """Measure, print, and publish the figures of a full run.

    Args:
        arguments: Those of the command line.
    """
    options = _parser().parse_args(arguments)
    requests = options.requests or (_QUICK_REQUESTS if options.quick else _REQUESTS)
    seconds = _QUICK_SECONDS if options.quick else _SECONDS
    try:
        driver = find_driver()
    except LookupError as error:
        sys.exit(str(error))
    names = [options.only] if options.only else list(APPLICATIONS)
    loads = [_measured(APPLICATIONS[name], driver, seconds=seconds, requests=requests) for name in names]
    found = report(loads, requests=requests)
    text = drawn([found], packages=_PACKAGES, more=_circumstances(driver, seconds))
    print(text)
    if options.quick or options.only or requests < _REQUESTS:
        return
    document = _DOCUMENT.read_text(encoding="utf-8")
    _DOCUMENT.write_text(inserted(document, f"\n{text}\n", part="load"), encoding="utf-8")
    _RESULTS.write_text(results([found]), encoding="utf-8")
    print("Written to docs/benchmarks.md and benchmarks/load.json.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.load",
        description="Put load on real servers, and compare each with the same server answering a constant 200. A full "
        "run (some minutes) writes its figures into docs/benchmarks.md and benchmarks/load.json: give it a machine "
        "that does nothing else. It needs wrk (or hey), uvicorn, gunicorn, FastAPI and Flask.",
    )
    parser.add_argument("--quick", action="store_true", help="measure for some seconds and only print")
    parser.add_argument(
        "--requests",
        type=int,
        metavar="N",
        help=f"requests to each application, at least (default: {_REQUESTS:,}, with --quick {_QUICK_REQUESTS:,}; "
        "a run with fewer than the first only prints)",
    )
    parser.add_argument("--only", choices=APPLICATIONS, help="put load on one application and only print")
    return parser


def _measured(application: Application, driver: Driver, *, seconds: int, requests: int) -> Load:
    """Put load on an application and its twin, in turn, until the application has answered enough."""
    slices: dict[str, list[Slice]] = {application.target: [], application.twin: []}
    answered, first = 0, 1
    with (
        serving(application.server, application.target) as url,
        serving(application.server, application.twin) as twin_url,
    ):
        turn = [(application.target, url), (application.twin, twin_url)]
        while answered < requests:
            for target, address in turn:
                slices[target].append(driver.drive(address, seconds, first))
            turn.reverse()
            last = slices[application.target][-1]
            answered, first = answered + last.requests, first + last.requests + _SPARE
            errors = sum(one.errors for one in slices[application.target])
            print(f"{application.name}: {answered:,} of {requests:,} requests, {errors} errors", file=sys.stderr)
    return Load(application=application, slices=slices[application.target], twin=slices[application.twin])


def report(loads: Sequence[Load], *, requests: int) -> Report:
    """Sum up what was measured.

    Args:
        loads: One per application.
        requests: Requests that each application had to answer, at least.
    """
    return Report(
        title="Under load",
        headings=("Application", "Requests/s", "x constant", "Half of the slices within", "p50 ms", "p99 ms", "Errors"),
        lines=[line for load in loads for line in _lines(load)],
        bars=[_bar(load, requests) for load in loads],
    )


def _lines(load: Load) -> Sequence[Sequence[str]]:
    ratios = load.ratios
    lower, _, upper = quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    return (
        (load.application.name, *_figures(load.slices, f"{median(ratios):.2f}", f"{lower:.2f} to {upper:.2f}")),
        ("the same server, a constant 200", *_figures(load.twin, "1.00", "1.00 to 1.00")),
    )


def _figures(slices: Sequence[Slice], ratio: str, middle: str) -> Sequence[str]:
    """Give the medians over the slices, and all errors."""
    return (
        f"{median(one.rate for one in slices):,.0f}",
        ratio,
        middle,
        f"{median(one.p50 for one in slices):.1f}",
        f"{median(one.p99 for one in slices):.1f}",
        f"{_sum_of_errors(slices):,} of {sum(one.requests for one in slices):,}",
    )


def _bar(load: Load, requests: int) -> Bar:
    answered, errors = sum(one.requests for one in load.slices), _sum_of_errors(load.slices)
    return Bar(
        what=f"{load.application.name}: under load",
        measured=f"{errors:,} errors in {answered:,} requests, {median(load.ratios):.2f} x the rate of a constant 200",
        bar=f"no error in at least {requests:,} requests",
        holds=not errors and answered >= requests,
    )


def _sum_of_errors(slices: Sequence[Slice]) -> int:
    return sum(one.errors for one in slices)


def _circumstances(driver: Driver, seconds: int) -> Sequence[tuple[str, str]]:
    """Tell what else the figures depend on."""
    loop, parser = ("uvloop" if find_spec("uvloop") else "asyncio"), ("httptools" if find_spec("httptools") else "h11")
    return (
        ("Load", f"{driver.name}, {CONNECTIONS} connections, slices of {seconds} s; {driver.says}"),
        ("How uvicorn runs", f"1 process, {loop}, {parser}"),
        ("How gunicorn runs", "1 process, 4 threads, connections kept"),
    )

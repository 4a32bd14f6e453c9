"""Own what holds for every test: the built wheel is tested, and no test is skipped without an allowed reason."""

import os
import sys
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

ROOT: Final = Path(__file__).parent.parent
"""The checkout."""

ALLOWED_SKIP: Final = "Skipped: allowed: "
"""How pytest reports `pytest.skip("allowed: ...")`."""

# At the end, so that `tests` and `scripts` can be imported and an installed package still comes first.
sys.path.append(str(ROOT))

# A shared machine has no reliable clock.
settings.register_profile("ci", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci")


def pytest_configure() -> None:
    """Refuse to test the checkout, unless PYTHONPATH asks for it."""
    spec = find_spec("juspay_webhooks")
    found = [] if spec is None else [Path(place).resolve() for place in spec.submodule_search_locations or ()]
    wanted = [Path(place).resolve() for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]
    if ROOT / "juspay_webhooks" in found and ROOT not in wanted:
        message = "this would test the checkout, not the built wheel: run scripts/test, or set PYTHONPATH=. on purpose"
        raise pytest.UsageError(message)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure, unless its reason says that it is allowed."""
    # A skip has a place and a reason; an expected failure has a traceback.
    if report.skipped and isinstance(report.longrepr, tuple) and not report.longrepr[2].startswith(ALLOWED_SKIP):
        report.outcome = "failed"
        report.longrepr = f'{report.longrepr[2]}\na skip needs a reason that starts with "allowed: "'


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge the skip of a test."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge the skip of a module."""
    report = yield
    _refuse_skip(report)
    return report

"""Demand that the benchmark under load sends new events to real servers, and counts every answer that is not right."""

import shutil
from collections.abc import Callable
from typing import Final

import pytest

from benchmarks.load.command import Load, main, report
from benchmarks.load.drivers import Slice, find_driver, read_hey, read_wrk
from benchmarks.load.servers import APPLICATIONS, Application, serving
from benchmarks.report import Bar
from scripts.generate_docs import ROOT

WRK: Final = """\
Running 1s test @ http://127.0.0.1:8000/juspay
  3000 requests in 1.50s, 400.00KB read
measured requests=3000 microseconds=1500000 p50=2500 p99=9000 errors=2
"""

HEY: Final = """\

Summary:
  Total:\t2.0000 secs
  Requests/sec:\t1500.0000

Response time histogram:
  0.001 [1]\t|
  0.002 [2998]\t|

Latency distribution:
  50% in 0.0025 secs
  99% in 0.0090 secs

Status code distribution:
  [200]\t2990 responses
  [503]\t6 responses

Error distribution:
  [4]\tPost "http://127.0.0.1:8000/juspay": connection reset by peer
"""


@pytest.mark.parametrize(
    ("read", "output", "expected"),
    [
        pytest.param(read_wrk, WRK, Slice(requests=3000, seconds=1.5, p50=2.5, p99=9.0, errors=2), id="wrk"),
        pytest.param(read_hey, HEY, Slice(requests=2996, seconds=2.0, p50=2.5, p99=9.0, errors=10), id="hey"),
    ],
)
def test_load_is_read(read: Callable[[str], Slice], output: str, expected: Slice) -> None:
    """What the programs print is read; what came to no end is refused."""
    with pytest.raises(ValueError, match="measured nothing"):
        read("unable to connect")

    assert expected == read(output)


def test_wrk_comes_before_hey() -> None:
    """The first program that is there is taken; if none is, the error says what to install."""
    assert "wrk" == find_driver(lambda _: "/usr/bin/it").name
    assert "hey" == find_driver(lambda name: name if name == "hey" else None).name
    with pytest.raises(LookupError, match="apt-get install wrk"):
        find_driver(lambda _: None)


@pytest.mark.parametrize(
    ("errors", "requests", "holds"),
    [(0, 400, True), (1, 400, False), (0, 401, False)],
    ids=["all answered", "one is not", "too few"],
)
def test_load_is_summed_up(errors: int, requests: int, holds: bool) -> None:  # noqa: FBT001 - a column of the table
    """Figures are medians over the slices, errors are all of them; one error, or too few requests, and no bar holds."""
    slices = [
        Slice(requests=100 * number, seconds=1.0, p50=number, p99=2.0, errors=errors * (number == 1))
        for number in (1, 3)
    ]
    twin = [Slice(requests=400, seconds=1.0, p50=0.5, p99=1.0, errors=0)] * 2
    found = report([Load(application=APPLICATIONS["asgi"], slices=slices, twin=twin)], requests=requests)

    assert [
        ("uvicorn, AsgiApp", "200", "0.50", "0.12 to 0.88", "2.0", "2.0", f"{errors} of 400"),
        ("the same server, a constant 200", "400", "1.00", "1.00 to 1.00", "0.5", "1.0", "0 of 800"),
    ] == list(found.lines)
    assert [
        Bar(
            what="uvicorn, AsgiApp: under load",
            measured=f"{errors} errors in 400 requests, 0.50 x the rate of a constant 200",
            bar=f"no error in at least {requests} requests",
            holds=holds,
        )
    ] == list(found.bars)


@pytest.fixture
def _servers() -> None:
    """Demand what is served."""
    for module in ("fastapi", "flask", "gunicorn", "uvicorn"):
        pytest.importorskip(module, reason=f"allowed: {module} is not installed")


@pytest.fixture
def _wrk(_servers: None) -> None:
    """Demand what puts load on it."""
    if shutil.which("wrk") is None:
        pytest.skip("allowed: wrk is not installed")


@pytest.mark.usefixtures("_servers")
@pytest.mark.parametrize("application", APPLICATIONS.values(), ids=APPLICATIONS)
def test_applications_and_their_twins_answer_the_same(application: Application) -> None:
    """Each application answers a new delivery as it must, and so does the constant one."""
    for target in (application.target, application.twin):
        with serving(application.server, target) as url:
            assert url.startswith("http://127.0.0.1:")


@pytest.mark.usefixtures("_wrk")
def test_deliveries_are_new() -> None:
    """Every delivery is handled, none twice: the same once more are duplicates, which count as errors."""
    application = APPLICATIONS["asgi"]
    drive = find_driver().drive
    with serving(application.server, application.target) as url:
        slices = [drive(url, 1, 1), drive(url, 1, 1)]

    assert [False, True] == [bool(one.errors) for one in slices]


@pytest.mark.usefixtures("_wrk")
def test_load_is_printed_and_the_document_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """A quick look prints its table, tells on standard error how far it is, and publishes nothing."""
    document = ROOT / "docs" / "benchmarks.md"
    before = document.read_text(encoding="utf-8")
    main(["--quick", "--only", "asgi", "--requests", "1"])
    printed, progress = capsys.readouterr()

    assert "| the same server, a constant 200 |" in printed
    assert progress.startswith("uvicorn, AsgiApp: ")
    assert before == document.read_text(encoding="utf-8")


@pytest.mark.usefixtures("_servers")
@pytest.mark.parametrize("server", ["uvicorn", "gunicorn"])
def test_a_server_that_does_not_start_tells_why(server: str) -> None:
    """The error of a server is in the error of the benchmark."""
    with pytest.raises(RuntimeError, match="no_such_module"), serving(server, "no_such_module:app"):
        pass

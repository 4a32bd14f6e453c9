"""Demand that the command explains itself, ends as a shell expects, and says what to install."""

import io
import os
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from juspay_webhooks.cli import main
from tests.cli.running import Done, run

ROOT: Final = Path(__file__).parents[2]
COMMANDS: Final[tuple[list[str], ...]] = (
    ["parse", "-"],
    ["events"],
    ["status", "shop-1001"],
    ["fake"],
    ["--help"],
    ["--version"],
    [],
)
HEAVY: Final = ("requests", "urllib3", "http.server", "socketserver", "httpx", "juspay_webhooks.testing")
"""What only asking and faking need."""


@pytest.mark.parametrize(
    "arguments",
    [["--help"], *([command, "--help"] for command in ("parse", "events", "status", "fake"))],
    ids=" ".join,
)
def test_help_teaches(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    """Help goes to standard output, shows examples, and is no failure."""
    done = run(capsys, *arguments)

    assert (0, "") == (done.status, done.err)
    assert "examples:\n  juspay-webhooks " in done.out


@pytest.mark.parametrize("arguments", [["--help"], ["status", "--help"], ["fake", "--help"], ["events"]], ids=" ".join)
def test_what_is_not_needed_is_not_loaded(arguments: list[str]) -> None:
    """Help and the commands that only read load neither an HTTP client nor a server: they start at once."""
    code = f"import sys; from juspay_webhooks.cli import main; main({arguments}); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert [] == [name for name in HEAVY if name in done.stderr.split()]


def test_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` tells the version that stands in pyproject.toml."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

    assert Done(0, f"juspay-webhooks {version}\n", "") == run(capsys, "--version")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "COMMAND"),
        (["parse"], "FILE"),
        (["pars", "x"], "invalid choice: 'pars'"),
        (["parse", "--jso", "x"], "unrecognized arguments: --jso"),
        (["events", "--family", "orders"], "invalid choice: 'orders'"),
        (["events", "--json", "--dashboard-map"], "not allowed with argument --json"),
        (["events", "--\x1b[31m"], r"unrecognized arguments: --\x1b[31m"),
    ],
    ids=str,
)
def test_misuse(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    """Wrong arguments end with status 2, the usage and what is wrong, escaped."""
    done = run(capsys, *arguments)

    assert (2, "") == (done.status, done.out)
    assert done.err.startswith("usage: juspay-webhooks ")
    assert words in done.err


def test_the_arguments_of_the_process_are_the_default(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without arguments of its own, the command takes those of the process."""
    monkeypatch.setattr(sys, "argv", ["juspay-webhooks", "events", "--family", "loan"])

    assert 0 == main()
    assert "LOAN_ACTIVE" in capsys.readouterr().out


def test_the_package_can_be_run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m juspay_webhooks` is the command."""
    monkeypatch.setattr(sys, "argv", ["juspay_webhooks", "events", "--family", "loan"])
    with pytest.raises(SystemExit) as leave:
        runpy.run_module("juspay_webhooks", run_name="__main__")

    assert 0 == leave.value.code
    assert "LOAN_ACTIVE" in capsys.readouterr().out


def test_the_installed_command_runs() -> None:
    """The console script is on PATH, reads standard input and hands its status to the shell."""
    command = Path(sys.executable).with_name("juspay-webhooks")
    done = subprocess.run([command, "parse", "-"], input=b"no JSON", capture_output=True, check=False)

    assert (1, b"") == (done.returncode, done.stdout)
    assert done.stderr.startswith(b"juspay-webhooks: standard input: the body is not JSON")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_without_the_extra_it_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    """Whatever is asked of it, the command needs rich, and says how to get it."""
    monkeypatch.setitem(sys.modules, "rich", None)

    assert Done(2, "", 'juspay-webhooks: the command needs an extra: pip install "juspay-webhooks[cli]"\n') == run(
        capsys, *arguments
    )


def test_without_the_extra_nothing_breaks_before_it_says_so() -> None:
    """In a fresh process that cannot import rich, there is one line and no traceback."""
    code = "import sys; sys.modules['rich'] = None; from juspay_webhooks.cli import main; sys.exit(main(['events']))"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=False, text=True)

    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
    assert 'pip install "juspay-webhooks[cli]"' in done.stderr


def test_a_reader_may_leave_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """When whoever reads the pipe is gone (`| head`), the command stops quietly, as other tools do."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)

        assert 141 == main(["events"])


class Interrupted(io.RawIOBase):
    """Standard input on which someone presses Ctrl-C."""

    def readall(self) -> bytes:
        """Be interrupted."""
        raise KeyboardInterrupt

    def readable(self) -> bool:
        """Say that it can be read."""
        return True


def test_it_can_be_interrupted(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends it with the status that shells use, without a traceback."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Interrupted())))

    assert Done(130, "", "") == run(capsys, "parse", "-")

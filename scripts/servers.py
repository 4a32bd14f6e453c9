"""Own the database servers of the tests: finds those that answer, starts private ones for the others, stops them.

A private server has its data and its socket in a folder of its own, opens no port, and is gone when the command has
ended. This program must never change a server that it did not start.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from glob import glob
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Final
from urllib.parse import quote

import attrs
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

__all__ = ["KINDS", "PROGRAMS", "REQUIRED", "Kind", "answers", "binaries_of", "owner_of"]

REQUIRED: Final = "JUSPAY_TEST_SERVERS"
"""Variable that says `required` when a test may not skip because its server does not answer."""

_DATABASE: Final = "test"
"""Name of the database that is made in a private server."""

_PATIENCE: Final = 120.0
"""Seconds that a server may take to begin or to end; then something is wrong with it."""

_PAUSE: Final = 0.1
"""Seconds between two looks."""

_ENDING: Final = ("SIGINT", "SIGTERM", "SIGHUP")
"""Signals that end a program; by name, for Windows, where the rows below are read as well, does not have them all."""


@attrs.frozen(kw_only=True)
class Kind:
    """One kind of database, a row of `servers.toml`."""

    variable: str
    """Variable of the environment that holds the URL."""

    usual: str
    """URL at which one may answer on a machine of a developer."""

    package: str
    """Package of apt that has the binaries."""

    owner: str
    """User for whom root starts it, if there is such a user: no server runs for root."""

    folders: Sequence[str]
    """Patterns of folders with binaries, which often are not on PATH."""

    makers: Sequence[str]
    """Names of the binary that makes its files."""

    making: Sequence[str]
    """Arguments of the maker."""

    servers: Sequence[str]
    """Names of the binary that serves."""

    serving: Sequence[str]
    """Arguments of the server. Nothing has to outlive it, so nothing waits for a disk."""

    url: str
    """URL of a private one; `{database}` is one of its databases."""

    first: str
    """Database that is there from the beginning."""

    end: str
    """Signal that ends it at once, open connections or not."""


_ROWS: Final = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")

KINDS: Final = {name: Kind(**row) for name, row in tomllib.loads(_ROWS).items()}
"""Name -> all that is known of one kind of database."""

PROGRAMS: Final = {"redis-server": "redis-server"}
"""Program that tests start by themselves -> package of apt that has it."""


class _FailedError(Exception):
    """There is no server; the text says why and what to do."""


class _StoppedError(Exception):
    """A signal came before the command had begun."""


def answers(place: str) -> bool:
    """Tell whether a database answers.

    Args:
        place: Its URL.

    Returns:
        Whether a connection can be opened.
    """
    try:
        engine = create_engine(place, poolclass=NullPool, connect_args={"connect_timeout": 5})
        engine.connect().close()
    except (SQLAlchemyError, ValueError):  # the latter for a port that is no number
        return False
    return True


def binaries_of(kind: Kind, *, folder: str | None = None) -> tuple[str, str] | None:
    """Find the binaries of a database.

    Args:
        kind: The database.
        folder: The only place to look in; None for PATH and where they are as a rule.

    Returns:
        The maker and the server; None if one of them is missing.
    """
    usual = (sorted(glob(pattern), key=_numbers, reverse=True) for pattern in kind.folders)  # noqa: PTH207 - absolute
    places = [os.environ.get("PATH", ""), *(place for found in usual for place in found)]
    path = os.pathsep.join(places) if folder is None else folder
    maker, server = (
        next(filter(None, (shutil.which(name, path=path) for name in names)), None)
        for names in (kind.makers, kind.servers)
    )
    return None if maker is None or server is None else (maker, server)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def _say(text: str) -> None:
    """Tell the person at the terminal; standard output belongs to the command."""
    print(f"servers: {text}", file=sys.stderr, flush=True)


class _Watch:
    """Hands the signals that end a program to the command; when that has cleaned up, the servers are stopped."""

    def __init__(self) -> None:
        """Begin to watch, except for signals that this program was started to ignore."""
        self.number = 0
        self._command: subprocess.Popen[bytes] | None = None
        for number in (signal.Signals[name] for name in _ENDING):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._told)

    def _told(self, number: int, _frame: FrameType | None) -> None:
        self.number = number
        if self._command is not None and not (number == signal.SIGINT and _is_in_front()):
            self._command.send_signal(number)

    def check(self) -> None:
        """Go on unless a signal came."""
        if self.number:
            raise _StoppedError

    def run(self, command: Sequence[str], variables: dict[str, str]) -> int:
        """Run the command to its end; gives its exit status, as a shell does."""
        self.check()
        try:
            self._command = subprocess.Popen(command, env={**os.environ, **variables})  # noqa: S603 - what we were told
        except OSError as error:
            message = f"{command[0]} cannot be started: {error.strerror}"
            raise _FailedError(message) from error
        if self.number:  # it came while the command was started
            self._command.send_signal(self.number)
        status = self._command.wait()
        return status if status >= 0 else 128 - status


def _is_in_front() -> bool:
    """Tell whether a terminal gives Ctrl-C to us and to the command alike."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    finally:
        os.close(terminal)


def owner_of(kind: Kind) -> tuple[int, int] | None:
    """Find for whom a server is started.

    Args:
        kind: The database.

    Returns:
        User and group; None for those who run this program.
    """
    import pwd  # noqa: PLC0415 - Windows has none, and the tests there read the rows above

    if os.geteuid():
        return None
    names = {entry.pw_name: (entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    return names.get(kind.owner) or names["nobody"]


@contextmanager
def _begun(command: Sequence[str], folder: str, owner: tuple[int, int] | None) -> Generator[subprocess.Popen[bytes]]:
    """Start a binary, out of reach of the terminal's Ctrl-C; what it says goes to a file."""
    user, group = owner or (None, None)
    with (
        Path(folder, "log").open("ab") as log,
        subprocess.Popen(  # noqa: S603 - of the rows above
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C", "HOME": folder, "TMPDIR": folder},
            user=user,
            group=group,
            extra_groups=None if owner is None else [],
            start_new_session=True,
        ) as process,
    ):
        yield process


def _failed(kind: Kind, folder: str) -> _FailedError:
    said = Path(folder, "log").read_text(encoding="utf-8", errors="replace").splitlines()[-60:]
    return _FailedError("\n    ".join([f"a private server did not begin; set {kind.variable}. It said:", *said]))


@contextmanager
def _private(kind: Kind, binaries: tuple[str, str], watch: _Watch) -> Generator[str]:
    """Run a private server; gives the URL of its empty database."""
    owner, (maker, server) = owner_of(kind), binaries
    with TemporaryDirectory(prefix="juspay-") as folder:
        if owner is not None:
            os.chown(folder, *owner)
        with _begun([maker, *(word.format(folder=folder) for word in kind.making)], folder, owner) as made:
            pass
        if made.returncode:
            raise _failed(kind, folder)
        watch.check()
        with _begun([server, *(word.format(folder=folder) for word in kind.serving)], folder, owner) as process:
            try:
                _await(kind, folder, process, watch)
                _say(f"{server} is process {process.pid}")
                yield kind.url.format(folder=quote(folder), database=_DATABASE)
            finally:
                process.send_signal(signal.Signals[kind.end])
                try:
                    process.wait(_PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()


def _await(kind: Kind, folder: str, process: subprocess.Popen[bytes], watch: _Watch) -> None:
    """Wait until a server answers, and make the database in it."""
    place = kind.url.format(folder=quote(folder), database=kind.first)
    until = time.monotonic() + _PATIENCE
    while not answers(place):
        watch.check()
        if process.poll() is not None or time.monotonic() > until:
            raise _failed(kind, folder)
        time.sleep(_PAUSE)
    engine = create_engine(place, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {_DATABASE}"))


def _install(package: str) -> None:
    """Install one of the system's packages, if we may; its own service is neither needed nor used."""
    apt, sudo, prefix = shutil.which("apt-get"), shutil.which("sudo"), list[str]()
    if os.geteuid():
        if sudo is None or subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode:  # noqa: S603 - found on PATH, as a shell would
            return
        prefix = [sudo, "-n"]
    if apt is None:
        return
    _say(f"installing the package {package}")
    options = ["--quiet", "--yes", "--option=DPkg::Lock::Timeout=300"]
    base = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", apt, *options]
    for words in (["update"], ["install", "--no-install-recommends", package]):
        subprocess.run([*base, *words], check=False, stdin=subprocess.DEVNULL, stdout=sys.stderr)  # noqa: S603 - as above


def _place(name: str, options: argparse.Namespace, watch: _Watch, running: ExitStack) -> str:
    """Find a database, or start one; gives its URL."""
    kind = KINDS[name]
    named = os.environ.get(kind.variable)
    if named and not options.private:
        if not answers(named):
            message = f"nothing answers at the URL in {kind.variable}: correct it, or unset it"
            raise _FailedError(message)
        return named
    if not options.private and answers(kind.usual):
        _say(f"{name} answers at {kind.usual}")
        return kind.usual
    binaries = binaries_of(kind, folder=options.binaries)
    if binaries is None and options.install:
        _install(kind.package)
        binaries = binaries_of(kind, folder=options.binaries)
    if binaries is None:
        message = (
            f"no {name} answers at {kind.usual}, and none is installed: install it (apt-get install {kind.package}), "
            f"or set {kind.variable} to the URL of an empty database"
        )
        raise _FailedError(message)
    return running.enter_context(_private(kind, binaries, watch))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="servers.py",
        allow_abbrev=False,
        usage="servers.py [options] -- command...",
        description=(
            "Runs a command with database servers for the tests. Each is looked for at the URL in the environment "
            f"({', '.join(kind.variable for kind in KINDS.values())}), then where it usually is; else a private one is "
            "started, which is gone when the command has ended. The command gets these variables, and "
            f"{REQUIRED}=required: a test whose server does not answer fails."
        ),
        epilog="Exit status: that of the command; 1 if there is no server; 2 for misuse; 128 + N after signal N.",
    )
    parser.add_argument("--only", choices=KINDS, action="append", help="this kind alone; may be repeated")
    parser.add_argument("--private", action="store_true", help="start private ones even if others answer")
    parser.add_argument("--install", action="store_true", help="install what is missing with apt-get, if we may")
    parser.add_argument("--binaries", metavar="FOLDER", help="where the binaries are, and nowhere else")
    return parser


def main(arguments: list[str]) -> int:
    """Run a command with servers; gives the exit status."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    parser = _parser()
    options, command = parser.parse_args(arguments[:end]), arguments[end + 1 :]
    if not command:
        parser.error("name a command after --")
    watch = _Watch()
    try:
        if options.install and not options.only:
            for package in (package for name, package in PROGRAMS.items() if shutil.which(name) is None):
                _install(package)
        with ExitStack() as running:
            places = {
                KINDS[name].variable: _place(name, options, watch, running) for name in options.only or list(KINDS)
            }
            return watch.run(command, {**places, REQUIRED: "required"})
    except _StoppedError:
        return 128 + watch.number
    except _FailedError as error:
        _say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

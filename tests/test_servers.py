"""The program that gives the tests their servers: private ones are begun, used, and gone afterwards."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from scripts.servers import KINDS, REQUIRED, binaries_of
from tests.conftest import ROOT
from tests.inbox.sql.places import SERVERS, place_of

pytestmark = pytest.mark.skipif(os.name == "nt", reason="allowed: scripts/ needs POSIX")

PROGRAM: Final = (sys.executable, "-P", str(ROOT / "scripts" / "servers.py"))

CONNECTING: Final = """
import os, sys
from sqlalchemy import NullPool, create_engine, text
place = os.environ[sys.argv[1]]
with create_engine(place, poolclass=NullPool).connect() as connection:
    connection.execute(text("CREATE TABLE one (two INT)"))
    connection.execute(text("INSERT INTO one VALUES (42)"))
    print(os.environ["JUSPAY_TEST_SERVERS"], connection.scalar(text("SELECT two FROM one")), place, flush=True)
"""
"""Prints what it finds in a database."""

LASTING: Final = f"""{CONNECTING}
sys.stdin.read()
"""
"""Prints, and goes on until its standard input ends."""

TIDY: Final = f"""
import select, signal
signal.signal(signal.SIGTERM, lambda *_: sys.exit(77))
{CONNECTING}
while not select.select([sys.stdin], [], [], 0.1)[0]:
    pass
"""
"""Goes on as well, and cleans up when it is told to end. A `read` begun right after a signal would not hear it."""

SECONDS: Final = 120
"""How long a program may take to end."""

NOWHERE: Final = {
    "postgresql": "postgresql+psycopg://postgres@127.0.0.1:1/test",
    "mariadb": "mysql+pymysql://root@127.0.0.1:1/test",
}
"""URLs at which nothing answers."""


@pytest.fixture(name="kind", params=SERVERS)
def _kind(request: pytest.FixtureRequest) -> str:
    """Every database whose binaries are here."""
    kind = str(request.param)
    if binaries_of(KINDS[kind]) is None:
        pytest.skip(f"allowed: no binaries of {kind} on this machine")
    return kind


@pytest.fixture(name="folder")
def _folder() -> Iterator[Path]:
    """A folder that the user of a server may look into; its name is short, as that of a socket has to be."""
    with tempfile.TemporaryDirectory(prefix="servers-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(name="environment")
def _environment(folder: Path) -> dict[str, str]:
    """An environment that names no server; private ones have their folders in a known place."""
    place = folder / "t"
    place.mkdir()
    own = {name: value for name, value in os.environ.items() if not name.startswith("JUSPAY_TEST_")}
    return {**own, "TMPDIR": str(place)}


def run(environment: dict[str, str], *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    command = [*PROGRAM, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, input=given)


@contextmanager
def in_front() -> Generator[None]:
    """Let every signal end those who are started: a job in the background begins with some of them ignored."""
    numbers = (signal.SIGINT, signal.SIGHUP)
    before = [signal.signal(number, signal.default_int_handler) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def begin(environment: dict[str, str], *words: str) -> "subprocess.Popen[str]":
    """Begin with the program, away from the terminal."""
    pipe = subprocess.PIPE
    with in_front():
        return subprocess.Popen(
            [*PROGRAM, *words], stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment, start_new_session=True
        )


def python(kind: str, code: str) -> list[str]:
    """Make the words that run code with a private server."""
    return ["--private", f"--only={kind}", "--", sys.executable, "-c", code, KINDS[kind].variable]


def write(place: Path, code: str) -> None:
    """Write a program for the shell."""
    place.write_text(f"#!/bin/sh\n{code}\n", encoding="utf-8")
    place.chmod(0o755)


def assert_gone(environment: dict[str, str], told: str) -> None:
    """One process was begun; it is gone, its folder and with it the socket too."""
    (process,) = re.findall(r" is process (\d+)", told)

    assert [] == list(Path(environment["TMPDIR"]).iterdir())
    with pytest.raises(ProcessLookupError):
        os.kill(int(process), 0)


def test_a_private_server_is_there_for_the_command_alone(kind: str, environment: dict[str, str]) -> None:
    """It is empty, takes tables, and is gone afterwards."""
    done = run(environment, *python(kind, CONNECTING))

    required, number, place = done.stdout.split()
    assert (0, "required", "42") == (done.returncode, required, number)
    assert environment["TMPDIR"] in place
    assert_gone(environment, done.stderr)


@pytest.mark.parametrize(
    ("status", "code"), [(7, "sys.exit(7)"), (1, "1 / 0"), (137, "import os; os.kill(os.getpid(), 9)")]
)
def test_what_the_command_says_is_passed_on(kind: str, environment: dict[str, str], status: int, code: str) -> None:
    """Its output, its input and its exit status are its own."""
    words = python(kind, f"import sys; print(sys.stdin.read(), sys.argv[2:]); sys.stdout.flush(); {code}")
    done = run(environment, *words, "--", "--private", given="said")

    assert (status, "said ['--', '--private']\n") == (done.returncode, done.stdout)
    assert_gone(environment, done.stderr)


@pytest.mark.parametrize(
    ("status", "name", "code"),
    [
        (143, "SIGTERM", LASTING),
        (130, "SIGINT", LASTING),
        (129, "SIGHUP", LASTING),
        (77, "SIGTERM", TIDY),
    ],
    ids=["term", "int", "hup", "tidy"],
)
def test_a_signal_ends_the_command_and_then_the_server(
    kind: str, environment: dict[str, str], status: int, name: str, code: str
) -> None:
    """The command may clean up; nothing stays behind."""
    with begin(environment, *python(kind, code)) as program:
        assert program.stdout is not None
        assert program.stdout.readline().startswith("required 42 ")
        program.send_signal(signal.Signals[name])
        program.wait(SECONDS)  # before its standard input ends, which would end the command as well
        _, told = program.communicate()

    assert status == program.returncode
    assert_gone(environment, told)


def test_a_signal_before_the_command_has_begun(kind: str, environment: dict[str, str]) -> None:
    """It never begins, and what was begun for it is gone."""
    folder = Path(environment["TMPDIR"])
    with begin(environment, *python(kind, LASTING)) as program:
        while not any(folder.iterdir()) and program.poll() is None:
            os.sched_yield()
        program.terminate()
        program.wait(SECONDS)
        program.communicate()

    assert 143 == program.returncode
    assert [] == list(folder.iterdir())


def test_a_server_that_is_named_is_taken(kind: str, environment: dict[str, str]) -> None:
    """The program in the program starts none of its own, and leaves that of others alone."""
    inner = [*PROGRAM, f"--only={kind}", "--", sys.executable, "-c", CONNECTING, KINDS[kind].variable]
    twice = f"import subprocess; print([subprocess.call({inner!r}[:n]) for n in (6, None)])"
    done = run(environment, *python(kind, twice))

    assert 0 == done.returncode
    assert_gone(environment, done.stderr)


@pytest.mark.parametrize("kind", NOWHERE)
def test_a_server_that_is_named_has_to_answer(environment: dict[str, str], kind: str) -> None:
    """Whoever names one does not want another one."""
    variable = KINDS[kind].variable
    done = run({**environment, variable: NOWHERE[kind]}, f"--only={kind}", "--", "echo", "begun")

    assert (1, "") == (done.returncode, done.stdout)
    assert variable in done.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_where_there_are_no_binaries_it_is_said_what_to_do(
    environment: dict[str, str], folder: Path, kind: str
) -> None:
    """Nothing is installed unless it is asked for, and the command does not begin."""
    words = ["--private", f"--only={kind}", f"--binaries={folder}", "--", "echo", "begun"]
    done = run(environment, *words)

    assert (1, "") == (done.returncode, done.stdout)
    assert KINDS[kind].variable in done.stderr
    assert f"apt-get install {KINDS[kind].package}" in done.stderr


def test_what_is_missing_is_installed_if_that_is_asked_for(
    kind: str, environment: dict[str, str], folder: Path
) -> None:
    """By apt-get, without questions, with the rights of root; then a private server is begun."""
    found = binaries_of(KINDS[kind])
    assert found
    (folder / "b").mkdir()
    for name in found:
        write(folder / Path(name).name, f'exec {name} "$@"')
    package = KINDS[kind].package
    move = " ".join(str(folder / Path(name).name) for name in found)
    move = f"mv {move} {folder / 'b'}"
    write(folder / "apt-get", f'case "$DEBIAN_FRONTEND $*" in noninteractive*" install "*" {package}") {move} ;; esac')
    write(folder / "sudo", 'shift; exec "$@"')
    path = os.pathsep.join([str(folder), environment["PATH"]])
    options = ["--install", f"--binaries={folder / 'b'}"]
    done = run({**environment, "PATH": path}, *options, *python(kind, CONNECTING))

    assert (0, "required 42") == (done.returncode, done.stdout[:11])
    assert_gone(environment, done.stderr)


@pytest.mark.parametrize("broken", ["maker", "server"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_does_not_begin_is_shown(
    environment: dict[str, str], folder: Path, kind: str, broken: str
) -> None:
    """With what it said."""
    write(folder / KINDS[kind].makers[0], "echo the maker is broken; exit 1" if broken == "maker" else "exit 0")
    write(folder / KINDS[kind].servers[0], "echo the server is broken; exit 0")
    done = run(environment, f"--binaries={folder}", *python(kind, CONNECTING))

    assert (1, "") == (done.returncode, done.stdout)
    assert f"the {broken} is broken" in done.stderr
    assert [] == list(Path(environment["TMPDIR"]).iterdir())


def test_a_command_that_cannot_be_started(kind: str, environment: dict[str, str]) -> None:
    """Is named, and the server is gone."""
    done = run(environment, "--private", f"--only={kind}", "--", "no-such-command")

    assert (1, "") == (done.returncode, done.stdout)
    assert "no-such-command cannot be started" in done.stderr
    assert_gone(environment, done.stderr)


@pytest.mark.parametrize(
    "words", ["", "--", "true", "--nonsense -- true", "--priv -- true", "--only=oracle -- true", "true -- true"]
)
def test_misuse(environment: dict[str, str], words: str) -> None:
    """Nothing begins."""
    done = run(environment, *words.split())

    assert (2, "") == (done.returncode, done.stdout)
    assert "usage: servers.py [options] -- command..." in done.stderr


def test_help_teaches(environment: dict[str, str]) -> None:
    """Which variables there are, and what the options do."""
    done = run(environment, "--help")

    assert 0 == done.returncode
    for word in ("--private", "--install", "--only", REQUIRED, *(kind.variable for kind in KINDS.values())):
        assert word in done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_where_servers_are_required_no_test_skips(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str) -> None:
    """Elsewhere it does, and says which variable to set."""
    monkeypatch.setenv(KINDS[kind].variable, NOWHERE[kind])
    monkeypatch.delenv(REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"^allowed: .*{KINDS[kind].variable}"):
        place_of(kind, tmp_path)

    monkeypatch.setenv(REQUIRED, "required")
    with pytest.raises(pytest.fail.Exception, match=KINDS[kind].variable):
        place_of(kind, tmp_path)

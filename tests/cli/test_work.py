"""Demand that `work` finds a receiver, handles what is stored, says how it stands, and ends as it is told to."""

import importlib
import json
import logging
import os
import re
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Final

import attrs
import pytest

import juspay_webhooks
from juspay_webhooks import AnswerOutcome, BasicAuth, Receiver
from juspay_webhooks.cli import _running, main
from juspay_webhooks.cli._line import Line, logged
from juspay_webhooks.cli._running import Note, Progress, told_by_signals
from juspay_webhooks.cli._working import waiting_in
from juspay_webhooks.inbox import MemoryInbox, SqlInbox
from juspay_webhooks.testing import make_webhook
from tests.cli.fakes import SECONDS, Clock, interruptible
from tests.cli.running import Done, Screen, run
from tests.test_docs import blocks_of

ROOT: Final = Path(__file__).parents[2]
CREDENTIAL: Final = ("shop", "secret")

SHOP: Final = """
import os, signal, sys, time
from pathlib import Path

from juspay_webhooks import BasicAuth, OrderPaid, Permanent, Receiver
from juspay_webhooks.inbox import MemoryInbox, SqlInbox

inbox = SqlInbox("sqlite:///inbox.db")
receiver = Receiver(BasicAuth("shop", "secret"), inbox=inbox, mode="deferred")
forgetful = Receiver(BasicAuth("shop", "secret"), inbox=MemoryInbox())
without = Receiver(BasicAuth("shop", "secret"), inbox=None)
away = Receiver(BasicAuth("shop", "secret"), inbox=SqlInbox("sqlite:////nowhere/inbox.db"))


class Shop:
    receiver = receiver


def make():
    return receiver


def make_for(shop):
    return receiver


@receiver.on_effect(OrderPaid)
def ship(paid):
    %s
"""
"""A module of a merchant; how an order is shipped is left open."""


@attrs.frozen
class App:
    """A merchant's module in the current directory."""

    name: str
    """Name of the module."""

    @property
    def receiver(self) -> str:
        """Its receiver, as the command takes it."""
        return f"{self.name}:receiver"

    def store(self, *orders: str) -> None:
        """Store a webhook for each order, as the web process does."""
        with SqlInbox("sqlite:///inbox.db") as inbox:
            receiver = Receiver(BasicAuth(*CREDENTIAL), inbox=inbox, mode="deferred")
            for order in orders:
                hook = make_webhook("ORDER_SUCCEEDED", id=order, order={"order_id": order}, auth=CREDENTIAL)
                receiver.handle(headers=hook.headers, body=hook.body)

    def states(self) -> Counter[str]:
        """Count what stands where."""
        with SqlInbox("sqlite:///inbox.db") as inbox:
            return Counter(entry.state.value for entry in inbox.entries())


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., App]]:
    """Make modules in a directory of their own, which is the current one; nothing of them is left behind."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [place for place in sys.path if place])
    monkeypatch.setenv("PYTHONPATH", str(Path(juspay_webhooks.__file__).parents[1]))
    names: list[str] = []

    def make(ship: str = "pass", *, source: str = SHOP) -> App:
        names.append(f"shop_{secrets.token_hex(6)}")
        Path(f"{names[-1]}.py").write_text(source % ship if "%s" in source else source, encoding="utf-8")
        importlib.invalidate_caches()
        return App(names[-1])

    yield make
    for name in names:
        module = sys.modules.pop(name, None)
        for inbox in vars(module).values() if module else ():
            if isinstance(inbox, SqlInbox):
                inbox.close()


@pytest.fixture
def app(make: Callable[..., App]) -> App:
    """A merchant whose handlers return."""
    return make()


# --- What it does ---


def test_what_is_due_is_handled(capsys: pytest.CaptureFixture[str], make: Callable[..., App]) -> None:
    """Until nothing is due; at the end it says how many ended how."""
    app = make("if paid.order_id == 'o3': raise Permanent")
    app.store("o1", "o2", "o3")
    done = run(capsys, "work", "--drain", app.receiver)

    assert (0, "") == (done.status, done.err)
    assert re.fullmatch(r"nothing more is due  3 deliveries in \d+\.\d s\n  handled   2\n  dead      1\n", done.out), (
        done.out
    )
    assert {"done": 2, "dead": 1} == app.states()


def test_for_a_program(capsys: pytest.CaptureFixture[str], make: Callable[..., App]) -> None:
    """One line of JSON, and nothing else on standard output."""
    app = make("raise ZeroDivisionError")
    app.store("o1", "o2")
    done = run(capsys, "work", "--drain", "--json", "--attempts", "1", app.receiver)
    said = json.loads(done.out)

    assert (0, 1) == (done.status, len(done.out.splitlines()))
    assert (app.receiver, None, {"dead": 2}) == (said["receiver"], said["stopped_by"], said["ended"])
    assert 0 <= said["seconds"] < SECONDS


def test_there_may_be_nothing_to_do(capsys: pytest.CaptureFixture[str], app: App) -> None:
    """Then that is what it says; the tables are made."""
    done = run(capsys, "work", "--drain", app.receiver)

    assert 0 == done.status
    assert done.out.startswith("nothing more is due  0 deliveries in ")


def test_one_delivery_is_one(capsys: pytest.CaptureFixture[str], app: App) -> None:
    """In good English."""
    app.store("o1")

    assert "  1 delivery in " in run(capsys, "work", "--drain", app.receiver).out


def test_a_signal_stops_it(capsys: pytest.CaptureFixture[str], make: Callable[..., App]) -> None:
    """In this process too: what is begun is finished, and the signals are as they were."""
    app = make("os.kill(os.getpid(), signal.SIGTERM)")
    app.store("o1")
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    done = run(capsys, "work", "--threads", "1", app.receiver)

    assert 0 == done.status
    assert done.out.startswith("stopped by SIGTERM  1 delivery in ")
    assert f"juspay-webhooks: {app.receiver} works, 1 at a time, until SIGTERM or Ctrl-C\n" in done.err
    assert "juspay-webhooks: SIGTERM: finishing what is begun; once more, and it ends at once\n" in done.err
    assert before == [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]


def test_all_in_one_go_can_be_stopped_too(capsys: pytest.CaptureFixture[str], make: Callable[..., App]) -> None:
    """`--drain` does not begin with what is left."""
    app = make("os.kill(os.getpid(), signal.SIGTERM); time.sleep(0.01)")
    app.store(*map(str, range(200)))
    done = run(capsys, "work", "--drain", "--json", "--threads", "1", app.receiver)

    assert (0, "SIGTERM") == (done.status, json.loads(done.out)["stopped_by"])
    assert 0 < app.states()["received"] < 200


@pytest.mark.parametrize(
    ("ship", "status", "said"),
    [("sys.exit()", 1, "a handler ended the process (sys.exit)"), ("raise KeyboardInterrupt", 130, "")],
)
def test_a_handler_that_wants_to_end_the_process(
    capsys: pytest.CaptureFixture[str], make: Callable[..., App], ship: str, status: int, said: str
) -> None:
    """It does, but not with an exit status that says that all is well."""
    app = make(ship)
    app.store("o1")
    done = run(capsys, "work", "--threads", "1", app.receiver)

    assert status == done.status
    assert said in done.err
    assert {"failed": 1} == app.states()


def test_a_database_that_is_away_at_the_start(capsys: pytest.CaptureFixture[str], app: App) -> None:
    """A wrong URL ends the process, rather than let it wait for ever."""
    done = run(capsys, "work", f"{app.name}:away")

    assert (1, "") == (done.status, done.out)
    assert f"{app.name}:away: the database of the inbox failed: OperationalError" in done.err
    assert "next: check that the database runs, and the URL" in done.err


# --- In a process of its own ---


def begun(app: App, *arguments: str) -> "subprocess.Popen[str]":
    """Start the command in a process of its own, where signals are those of the system."""
    with interruptible():
        return subprocess.Popen(
            [sys.executable, "-m", "juspay_webhooks", "work", *arguments, app.receiver],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def heard(process: "subprocess.Popen[str]", words: str) -> None:
    """Read standard error until it says something."""
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return
    pytest.fail(f"it never said: {words}")


SLOW: Final = """print('begun', file=sys.stderr, flush=True)
    while not Path('go').exists(): time.sleep(0.01)"""


@pytest.mark.skipif(os.name == "nt", reason="allowed: sends the signals of POSIX")
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_while_a_handler_runs(make: Callable[..., App], told: signal.Signals) -> None:
    """The handler ends, its delivery is done, the others wait for somebody else, the exit status is 0."""
    app = make(SLOW)
    app.store("o1", "o2", "o3")
    with begun(app, "--threads", "1") as process:
        try:
            heard(process, "begun")
            process.send_signal(told)
            heard(process, "finishing what is begun")
            Path("go").touch()
            out, err = process.communicate(timeout=SECONDS)
        finally:
            process.kill()

    assert (0, "") == (process.returncode, err)
    assert out.startswith(f"stopped by {told.name}  1 delivery in ")
    assert {"done": 1, "received": 2} == app.states()


@pytest.mark.skipif(os.name == "nt", reason="allowed: sends the signals of POSIX")
@pytest.mark.parametrize(("told", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["SIGTERM", "SIGINT"])
def test_a_second_signal_ends_it_at_once(make: Callable[..., App], told: signal.Signals, status: int) -> None:
    """Whatever the handler does; its delivery is taken over when its lease is over."""
    app = make(SLOW)
    app.store("o1")
    with begun(app) as process:
        try:
            heard(process, "begun")
            process.send_signal(signal.SIGTERM)
            heard(process, "finishing what is begun")
            process.send_signal(told)
            out, err = process.communicate(timeout=SECONDS)
        finally:
            process.kill()

    assert (status, "", "") == (process.returncode, out, err)
    assert {"processing": 1} == app.states()


def test_its_log_goes_to_standard_error(make: Callable[..., App]) -> None:
    """Unless the application says where: in the meantime nothing that fails goes unseen, nor reaches a terminal raw."""
    app = make("raise ValueError('\\x1b[31m')")
    app.store("o1")
    with begun(app, "--drain") as process:
        out, err = process.communicate(timeout=SECONDS)

    assert (0, "  failed   1") == (process.returncode, out.splitlines()[-1])
    assert re.search(
        r"^\d{4}-\d\d-\d\d [\d:,]+ ERROR juspay_webhooks\.receiver: handler ship raised$", err, re.MULTILINE
    )
    assert "\nValueError: \\x1b[31m\n" in err


# --- Signals ---


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_the_first_signal_is_noted_and_the_second_obeyed(told: signal.Signals) -> None:
    """With the exit status that a shell shows for it."""
    notes: SimpleQueue[Note] = SimpleQueue()
    left: list[int] = []
    with interruptible(), told_by_signals(notes, leave=left.append):
        signal.raise_signal(signal.SIGTERM)
        seen = list(left)
        signal.raise_signal(told)

    assert (signal.SIGTERM, [], [128 + told]) == (notes.get_nowait(), seen, left)


def test_ctrl_c_that_is_meant_for_others_is_left_to_them() -> None:
    """A shell's background job begins with it ignored."""
    with interruptible():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with told_by_signals(SimpleQueue()):
            seen = signal.getsignal(signal.SIGINT)

    assert signal.SIG_IGN is seen


# --- How it stands ---


def screened(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Let standard error be a terminal."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("COLUMNS", "60")
    return screen


def test_a_line_changes_on_a_terminal(make: Callable[..., App], monkeypatch: pytest.MonkeyPatch) -> None:
    """While handlers run; at the end it is gone."""
    screen = screened(monkeypatch)
    monkeypatch.setattr(_running, "_TICK", 0.01)
    app = make("while 'waiting' not in sys.stderr.getvalue(): time.sleep(0.01)")
    app.store("o1", "o2")
    monkeypatch.setattr(sys, "stdout", Screen())

    assert 0 == main(["work", "--drain", "--threads", "1", app.receiver])
    assert "\rwaiting " in screen.getvalue()
    assert "" == screen.getvalue().split("\r")[-1]


def test_how_it_stands_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each second; what waits is counted more rarely, for the database has to count it."""
    screen, clock = screened(monkeypatch), Clock()
    with Line() as line:
        progress = Progress(line, AnswerOutcome, lambda: waiting_in(MemoryInbox()), clock.clock)
        for ended in ({}, {AnswerOutcome.HANDLED: 12, AnswerOutcome.RETRY: 1}, {AnswerOutcome.HANDLED: 20}):
            progress.saw(Counter(ended))
            progress.look()
            progress.look()
            clock.sleep(1)
        clock.sleep(10)
        progress.look()

    drawn = ["waiting 0", "handled 12, retry 1, waiting 0", "handled 20, waiting 0         ", "handled 20, waiting 0"]
    assert ["", *drawn, " " * len(drawn[-1]), ""] == screen.getvalue().split("\r")


def test_how_it_stands_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    """A line now and then, and only if something has ended since."""
    clock = Clock()
    with SqlInbox("sqlite:////nowhere/inbox.db") as away, Line() as line:
        progress = Progress(line, AnswerOutcome, lambda: waiting_in(away), clock.clock)
        for handled in (1, 2, 2, 2, 3):
            progress.saw(Counter({AnswerOutcome.HANDLED: handled}))
            progress.look()
            clock.sleep(30)
        progress.look()

    assert [
        f"juspay-webhooks: handled {handled}, waiting unknown" for handled in (2, 3)
    ] == capsys.readouterr().err.splitlines()


def test_the_log_stands_above_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warning takes the line away; what is no warning is not shown."""
    screen = screened(monkeypatch)
    log = logging.getLogger("juspay_webhooks.receiver")
    monkeypatch.setattr(logging.getLogger("juspay_webhooks"), "propagate", False)
    with Line() as line, logged(line):
        line.draw("handled 1")
        log.info("quiet")
        log.warning("loud")
        line.draw("handled 2")
        log.warning("louder")

    assert re.fullmatch(
        r"\rhandled 1\r         \r[\d:, -]+WARNING juspay_webhooks\.receiver: loud\n"
        r"\rhandled 2\r         \r[\d:, -]+WARNING juspay_webhooks\.receiver: louder\n",
        screen.getvalue(),
    )
    assert not logging.getLogger("juspay_webhooks").handlers


def test_the_log_is_left_to_an_application_that_has_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is said twice."""
    log = logging.getLogger("juspay_webhooks")
    handler = logging.NullHandler()
    log.addHandler(handler)
    with Line() as line, logged(line):
        handlers = list(log.handlers)
        log.warning("loud")
    log.removeHandler(handler)

    assert ([handler], "") == (handlers, capsys.readouterr().err)


# --- The receiver ---


@pytest.mark.parametrize("path", ["receiver", "Shop.receiver", "make"])
def test_a_receiver_is_found(capsys: pytest.CaptureFixture[str], app: App, path: str) -> None:
    """As an attribute, in a class, and made by a function."""
    app.store("o1")

    assert 0 == run(capsys, "work", "--drain", f"{app.name}:{path}").status
    assert {"done": 1} == app.states()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("reciever", "{} has no reciever; its receivers: receiver, forgetful, without, away"),
        ("Shop.inbox", "{} has no Shop.inbox; its receivers: "),
        ("inbox", "{}:inbox is no Receiver, but of the type SqlInbox"),
        ("make_for", "{}:make_for is no Receiver, but of the type function"),
        ("Receiver", "{}:Receiver is no Receiver, but of the type type"),
        ("os.getpid", "{}:os.getpid is no Receiver, but of the type int"),
        ("os.nothing", "{} has no os.nothing"),
        ("forgetful", "{}:forgetful: a worker needs an inbox that outlives the process, such as SqlInbox"),
        ("without", "{}:without: a worker needs an inbox that outlives the process, such as SqlInbox"),
    ],
)
def test_no_receiver(capsys: pytest.CaptureFixture[str], app: App, path: str, says: str) -> None:
    """It is said what there is in its place."""
    done = run(capsys, "work", f"{app.name}:{path}")

    assert (2, "") == (done.status, done.out)
    assert f"juspay-webhooks: {says.format(app.name)}" in done.err


def test_a_module_without_a_receiver(capsys: pytest.CaptureFixture[str], make: Callable[..., App]) -> None:
    """It says what to do."""
    app = make(source="")

    assert Done(
        2,
        "",
        f"juspay-webhooks: {app.name} has no receiver\n"
        "  next: name a Receiver, or a function without parameters that returns one, e.g. shop.webhooks:receiver\n",
    ) == run(capsys, "work", app.receiver)


@pytest.mark.parametrize("more", ["", ".web", ".py"])
def test_no_such_module(capsys: pytest.CaptureFixture[str], app: App, more: str) -> None:
    """Its own name and that of its package alike."""
    name = f"{app.name}{more}" if more else "no_such_shop"
    done = run(capsys, "work", f"{name}:receiver")

    assert (
        Done(
            2,
            "",
            f"juspay-webhooks: there is no module {name}\n"
            "  next: start in the folder that holds it, and name it as `import` does, without .py and without /\n",
        )
        == done
    )


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import no_such_module", "ModuleNotFoundError"),
        ("raise ImportError", "ImportError"),
        ("raise ModuleNotFoundError", "ModuleNotFoundError"),
        ("from os import no_such_name", "ImportError"),
        ("receiver = 1 / 0  # \x7f", "ZeroDivisionError"),
        ("def receiver():\n    raise OSError('\\x1b[31m')", "OSError"),
        ("raise SystemExit", "SystemExit"),
        ("def", "SyntaxError"),
    ],
    ids=str,
)
def test_a_module_that_raises(
    capsys: pytest.CaptureFixture[str], make: Callable[..., App], source: str, error: str
) -> None:
    """Its traceback is shown from its own code on, nothing of it raw, and what to do."""
    app = make(source=source)
    done = run(capsys, "work", app.receiver)

    lines = done.err.splitlines()
    frames = [line for line in lines if line.startswith('  File "')]
    assert (2, "") == (done.status, done.out)
    assert all(f"{app.name}.py" in line for line in frames[:1])
    assert not any("_finding" in line or "importlib" in line for line in frames)
    assert f"juspay-webhooks: {app.receiver}: the code of {app.name} raised {error} (above)" == lines[-2]
    assert f'  next: make `python -c "import {app.name}"` run in this folder' == lines[-1]
    assert all(line.isprintable() for line in lines)


# --- How it is typed ---


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "MODULE:RECEIVER"),
        (["shop"], "for example shop.webhooks:receiver; not shop"),
        (["shop.webhooks:"], "for example shop.webhooks:receiver"),
        (["shop/webhooks.py:receiver"], "for example shop.webhooks:receiver"),
        (["shop:make()"], "for example shop.webhooks:receiver; not shop:make()"),
        (["shop:a:b\x1b"], r"not shop:a:b\x1b"),
        (["--threads", "0", "a:b"], "--threads: a whole number above 0"),
        (["--attempts", "1.5", "a:b"], "--attempts: a whole number above 0"),
        (["--threads", "9999999", "a:b"], "--threads: a whole number above 0"),
        (["--first-pause", "soon", "a:b"], "--first-pause: a number of seconds from 0 to 86400"),
        (["--longest-pause", "nan", "a:b"], "--longest-pause: a number of seconds from 0 to 86400"),
        (["--idle", "-1", "a:b"], "--idle: a number of seconds from 0 to 86400"),
    ],
    ids=str,
)
def test_misuse(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    """Wrong options are refused before anything is imported."""
    done = run(capsys, "work", *arguments)

    assert (2, "") == (done.status, done.out)
    assert words in done.err
    assert "\x1b" not in done.err


def test_settings_reach_the_worker(capsys: pytest.CaptureFixture[str], app: App) -> None:
    """What only the worker judges is said as it says it."""
    done = run(capsys, "work", "--idle", "0", app.receiver)

    assert Done(2, "", f"juspay-webhooks: {app.receiver}: idle is a number of seconds above 0\n") == done


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    """With examples, what a signal does, and the exit statuses."""
    done = run(capsys, "work", "--help")

    assert (0, "") == (done.status, done.err)
    assert "examples:\n  juspay-webhooks work " in done.out
    assert "SIGTERM" in done.out
    assert "exit status: 0 " in done.out


def test_the_current_directory_is_looked_in_once(capsys: pytest.CaptureFixture[str], app: App) -> None:
    """However often something is looked for."""
    for _ in range(2):
        run(capsys, "work", "--drain", app.receiver)

    assert 1 == sys.path.count("")


# --- The documents ---


def test_it_is_as_shown(capsys: pytest.CaptureFixture[str], make: Callable[..., App]) -> None:
    """What the documents show of `work` is what it says."""
    blocks = blocks_of(ROOT / "docs" / "cli.md", "text")
    (shown,) = (block.text for block in blocks if block.text.startswith("$ juspay-webhooks work"))
    command, _, expected = shown.partition("\n")
    app = make("if paid.order_id == 'o3': raise Permanent")
    app.store(*(f"o{number}" for number in range(120)))
    done = run(capsys, *command.removeprefix("$ juspay-webhooks ").replace("shop:receiver", app.receiver).split())

    assert expected.splitlines() == re.sub(r"in \d+\.\d s", "in 1.8 s", done.out).splitlines()

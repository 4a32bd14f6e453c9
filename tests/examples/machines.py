"""Own a shop that is spread over machines: the example of Celery as its processes, each of which may die.

A machine is a program with its children, in a process group of its own. PostgreSQL and Redis are private: they have
their files and sockets in a folder of the test's, open no port, and are gone afterwards.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Final
from urllib.parse import quote

import attrs
import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

import juspay_webhooks
from juspay_webhooks.testing import Webhook
from scripts.servers import KINDS, PROGRAMS, REQUIRED, answers, binaries_of, owner_of
from tests.examples.serving import ENVIRON, EXAMPLES, PATH

__all__ = ["PATIENCE", "Machine", "Shop", "shop_on_machines", "wait_until"]

PATIENCE: Final = 300.0
"""Seconds after which whatever is waited for counts as stuck; a loaded machine is slow."""

_PACKAGE: Final = Path(juspay_webhooks.__file__).resolve().parent.parent

_PAUSE: Final = 0.1
"""Seconds between two looks, and before a sender comes again."""

_LEASE: Final = 5
"""Seconds after which a delivery is taken from a process that died; a handler of the example takes milliseconds."""

_SENDERS: Final = 4
"""Webhooks that are under way at a time."""

_CHECKING_OUT: Final = """
import sys, celery_app
for order_id in sys.argv[1:]:
    celery_app.check_out(order_id, paise=50_000)
"""
"""Makes the orders that it is told."""

_HOLDING: Final = """
CREATE TABLE held_up (since TIMESTAMPTZ);
CREATE FUNCTION wait_while_held_up() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        WHILE EXISTS (SELECT FROM held_up) LOOP PERFORM pg_sleep(0.05); END LOOP;
        RETURN NEW;
    END
$$;
CREATE TRIGGER held_up BEFORE UPDATE ON juspay_inbox_deliveries
    FOR EACH ROW WHEN (NEW.state = 'done') EXECUTE FUNCTION wait_while_held_up();
"""
"""Lets the last statement of a delivery wait while there is a row in `held_up`."""

_HELD_UP: Final = text(
    "SELECT count(*) FROM pg_stat_activity JOIN pg_locks USING (pid)"
    " WHERE application_name = :name AND wait_event = 'PgSleep' AND relation = 'parcels'::regclass"
)
"""Counts the transactions of a machine that have written a parcel and wait."""


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for a condition.

    Args:
        is_so: The condition.
        what: What it is, for the failure of the test.
    """
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, f"waited in vain until {what}"
        time.sleep(_PAUSE)


@attrs.define(kw_only=True)
class Machine:
    """A program with its children."""

    name: str
    """Name; what it says is in the file of this name."""

    command: Sequence[str]
    """How it is started."""

    folder: Path
    """Where it runs."""

    environment: Mapping[str, str] = attrs.field(factory=dict)
    """Variables beside those of the test."""

    owner: tuple[int, int] | None = None
    """User and group who run it; None for those of the test."""

    listening: int | None = None
    """Number of a socket that it takes over."""

    death: int = signal.SIGKILL
    """Signal by which it dies with its children; those of PostgreSQL are in groups of their own, and it ends them."""

    is_up: Callable[[], bool] = attrs.field(default=lambda: True)
    """Whether it answers."""

    process: "subprocess.Popen[bytes] | None" = None
    """Its first process, while it runs."""

    @property
    def _log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def begin(self) -> None:
        """Start it, and wait until it answers."""
        user, group = self.owner or (None, None)
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**os.environ, "LC_ALL": "C.UTF-8", **self.environment},
                user=user,
                group=group,
                extra_groups=None if self.owner is None else [],
                pass_fds=() if self.listening is None else (self.listening,),
                start_new_session=True,
            )
        wait_until(self.is_up, f"{self.name} answers")

    def await_words(self, words: str) -> None:
        """Wait until it has said something."""
        wait_until(lambda: words in self.said(), f"{self.name} says {words!r}")

    def said(self) -> str:
        """Read what it said, over all of its lives."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def end(self) -> int:
        """Tell the program to end in good order; gives its exit status."""
        assert self.process is not None
        self.process.terminate()
        status = self.process.wait(PATIENCE)
        self.kill()  # what it left behind
        return status

    def kill(self) -> None:
        """Let the machine die: the program and all that it started, at once."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, self.death)
            self.process.wait(PATIENCE)
            self.process = None

    def show(self) -> None:
        """Print the last of what it said: pytest shows it if the test fails."""
        sys.stdout.write("\n".join([f"--- {self.name}", *self.said().splitlines()[-60:], ""]))

    def kill_children(self) -> int:
        """Kill what the program started, but not the program; gives how many they were."""
        assert self.process is not None
        listed = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, check=True, text=True)
        children = [int(word) for word in listed.stdout.split()]
        for child in children:
            os.kill(child, signal.SIGKILL)
        return len(children)


@attrs.define(kw_only=True)
class Shop:
    """The shop, as the test has it in hand."""

    machines: Mapping[str, Machine]
    """Name -> machine."""

    place: str
    """URL of the database."""

    engine: Engine
    """The test's own connections to it."""

    port: int
    """Where the web process listens, on the loopback."""

    senders: ThreadPoolExecutor
    """Stands for Juspay."""

    over: Event = attrs.field(factory=Event)
    """Set when the test has ended, well or not."""

    answered: Counter[int] = attrs.field(factory=Counter)
    """HTTP status -> how often it was answered; 0 for no answer."""

    def send(self, webhooks: Sequence[Webhook]) -> list[Future[None]]:
        """Begin to send webhooks, each until it is answered with 200."""
        return [self.senders.submit(self._deliver, webhook) for webhook in webhooks]

    def _deliver(self, webhook: Webhook) -> None:
        until = time.monotonic() + PATIENCE
        while (status := self._status(webhook)) != 200:
            assert time.monotonic() < until, f"a webhook was not taken; the last answer was {status}"
            if self.over.wait(_PAUSE):
                return

    def _status(self, webhook: Webhook) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", PATH, webhook.body, {**webhook.headers, "Connection": "close"})
            status = connection.getresponse().status
        except (OSError, HTTPException):
            status = 0
        finally:
            connection.close()
        self.answered[status] += 1
        return status

    @contextmanager
    def held_up(self) -> Generator[None]:
        """Hold every delivery up when its handler has written and returned, before that is committed.

        Such a delivery is locked: if it comes again meanwhile it is refused for a while, so send each once.
        """
        self._execute("INSERT INTO held_up VALUES (now())")
        yield
        self._execute("DELETE FROM held_up")

    def await_handler(self, machine: str) -> None:
        """Wait until a delivery on a machine is held up."""

        def is_held_up() -> bool:
            with self.engine.connect() as connection:
                return bool(connection.scalar(_HELD_UP, {"name": machine}))

        wait_until(is_held_up, f"a handler on {machine} has written")

    def _execute(self, words: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(words))


def _binary(name: str) -> str:
    """Find a program; without it the test is skipped, or fails where servers are required."""
    found = shutil.which(name)
    if found is None:
        reason = f"no {name} on PATH: install it (apt-get install {PROGRAMS[name]})"
        if os.environ.get(REQUIRED) == "required":
            pytest.fail(reason)
        pytest.skip(f"allowed: {reason}")
    return found


def _postgresql(folder: Path) -> tuple[Machine, str]:
    """Make a PostgreSQL that may be stopped; gives its URL as well."""
    kind = KINDS["postgresql"]
    binaries = binaries_of(kind)
    if binaries is None:
        pytest.skip("allowed: no binaries of postgresql on this machine")
    maker, server = binaries
    owner, url = owner_of(kind), kind.url.format(folder=quote(str(folder)), database=kind.first)
    if owner is not None:
        os.chown(folder, *owner)
    initdb = Machine(
        name="initdb",
        command=[maker, *(word.format(folder=folder) for word in kind.making)],
        folder=folder,
        owner=owner,
    )
    initdb.begin()
    assert initdb.process is not None
    assert initdb.process.wait(PATIENCE) == 0, initdb.said()
    serving = [word.format(folder=folder) for word in kind.serving]
    # As in the shop, what is committed outlives the server. The machine goes on, so nothing waits for its disk.
    serving.append("-csynchronous_commit=on")
    return Machine(
        name="postgresql",
        command=[server, *serving],
        folder=folder,
        owner=owner,
        death=signal.Signals[kind.end],
        is_up=lambda: answers(url),
    ), url


def _redis(folder: Path) -> tuple[Machine, str]:
    """Make a Redis that remembers nothing when it ends; gives its URL as well."""
    place = folder / "redis.sock"

    def is_up() -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            return connection.connect_ex(str(place)) == 0

    options = ["--port", "0", "--unixsocket", str(place), "--save", "", "--appendonly", "no"]
    return Machine(
        name="redis", command=[_binary("redis-server"), *options], folder=folder, is_up=is_up
    ), f"redis+socket://{place}"


def _programs(folder: Path, place: str, broker: str, listening: int, juspay: str) -> list[Machine]:
    """Make the web process, two workers and beat; the database knows each by its name."""
    (folder / "settings.py").write_text("control_socket_disable = True", encoding="utf-8")
    shutil.copy(EXAMPLES / "celery_app.py", folder)
    celery = [sys.executable, "-m", "celery", "--app=celery_app"]
    work = [*celery, "worker", "--concurrency=2", "--loglevel=INFO"]
    serve = [sys.executable, "-m", "gunicorn", "celery_app:web", f"--bind=fd://{listening}", "--config=settings.py"]
    commands = {
        "web": [*serve, "--workers=2", "--threads=4"],
        "worker-1": [*work, "--hostname=worker-1@shop"],
        "worker-2": [*work, "--hostname=worker-2@shop"],
        "beat": [*celery, "beat", "--loglevel=INFO"],
    }
    variables = {
        **ENVIRON,
        "JUSPAY_BASE_URL": juspay,
        "PYTHONPATH": str(_PACKAGE),
        "SHOP_BROKER_URL": broker,
        "SHOP_LEASE_SECONDS": str(_LEASE),
    }
    return [
        Machine(
            name=name,
            command=command,
            folder=folder,
            environment={**variables, "SHOP_DATABASE_URL": f"{place}&application_name={name}"},
            listening=listening if name == "web" else None,
        )
        for name, command in commands.items()
    ]


@contextmanager
def shop_on_machines(orders: Sequence[str], *, juspay: str) -> Generator[Shop]:
    """Run the shop, which has asked for 500 INR for each of its orders.

    Args:
        orders: Their ids.
        juspay: Where it asks how orders stand.

    Yields:
        The shop.
    """
    with ExitStack() as running:
        # Its name is short, as that of a socket has to be; and the user of a server may look into it.
        folder = Path(running.enter_context(TemporaryDirectory(prefix="juspay-")))
        folder.chmod(0o755)
        for name in ("p", "r", "shop"):
            (folder / name).mkdir()
        listening = running.enter_context(socket.create_server(("127.0.0.1", 0)))
        database, place = _postgresql(folder / "p")
        redis, broker = _redis(folder / "r")
        programs = _programs(folder / "shop", place, broker, listening.fileno(), juspay)
        machines = [database, redis, *programs]
        for machine in machines:
            running.callback(machine.show)
        for machine in machines:
            running.callback(machine.kill)
        database.begin()
        redis.begin()
        engine = create_engine(place, poolclass=NullPool)
        running.callback(engine.dispose)
        for words in (["celery_app.py"], ["-c", _CHECKING_OUT, *orders]):
            environment = {**os.environ, **programs[0].environment}
            subprocess.run([sys.executable, *words], cwd=folder / "shop", env=environment, check=True)
        with engine.begin() as connection:
            connection.exec_driver_sql(_HOLDING)
        for machine in programs:
            machine.begin()
        senders = running.enter_context(ThreadPoolExecutor(_SENDERS))
        named = {machine.name: machine for machine in machines}
        shop = Shop(machines=named, place=place, engine=engine, port=listening.getsockname()[1], senders=senders)
        running.callback(shop.over.set)
        yield shop

"""Demand that an order reported in four ways at once, by four processes, is acted on once."""

import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from sqlalchemy import Engine, create_engine, text

from juspay_webhooks.inbox import SqlInbox
from juspay_webhooks.inbox.sql.schema import tables_of
from tests.conftest import ROOT
from tests.inbox.records import counts
from tests.inbox.sql.places import SERVERS, place_of

REPORTS: Final = ("ORDER_SUCCEEDED", "TXN_CHARGED", "return_url", "poll")
"""The ways in which an order is reported: two webhooks, and two askings of the merchant's own."""

SECONDS: Final = 120.0
"""How long one round may take; then something is stuck."""

PROCESS: Final = """
import sys, time
from datetime import timedelta

root, place, prefix, report, seconds = sys.argv[1:]
sys.path.append(root)

from sqlalchemy import text
from juspay_webhooks import BasicAuth, OrderPaid, Receiver
from juspay_webhooks.inbox import SqlInbox
from tests.receiver.arrivals import AUTH, charged, fetched, succeeded

inbox = SqlInbox(place, table_prefix=prefix, wait=timedelta(seconds=30))
receiver = Receiver(BasicAuth(*AUTH), inbox=inbox)

@receiver.on_effect(OrderPaid)
def ship(paid, delivery):
    delivery.tx.execute(text(f"INSERT INTO {prefix}shop VALUES (:order_id)"), {"order_id": paid.order_id})

def told(order_id):
    if report in ("return_url", "poll"):
        return receiver.observe(fetched(order_id), source=report)
    make = {"ORDER_SUCCEEDED": succeeded, "TXN_CHARGED": charged}[report]
    webhook = make(order_id, f"evt-{report}-{order_id}")
    return receiver.handle(headers=webhook.headers, body=webhook.body)

def told_until_200(order_id):
    until = time.monotonic() + float(seconds)
    while True:
        answer = told(order_id)
        if answer.status == 200 or answer.status != 503 or time.monotonic() > until:
            return answer
        time.sleep(0.02)

inbox.prepare()
print("ready", flush=True)
for line in sys.stdin:
    answer = told_until_200(line.strip())
    print(answer.status, answer.outcome.value, flush=True)
inbox.close()
"""
"""A process that reports each order that it is told of, in its own way, until it is answered with 200."""


@attrs.frozen
class Reporter:
    """A process that reports orders."""

    process: subprocess.Popen[str]
    """The process."""

    def tell(self, order_id: str) -> None:
        """Let it report an order."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{order_id}\n")
        self.process.stdin.flush()

    def said(self) -> str:
        """Wait for what it says; nothing if it has died."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def reporting(report: str, place: str, prefix: str, folder: Path) -> Generator[Reporter]:
    """Run a process to its end; what it complains of is in a file."""
    command = (sys.executable, "-P", "-c", PROCESS, str(ROOT), place, prefix, report, str(SECONDS))
    pipe = subprocess.PIPE
    with (
        (folder / f"{report}.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, text=True) as process,
    ):
        try:
            yield Reporter(process)
        except BaseException:
            process.kill()
            raise


@pytest.fixture(name="engine")
def _engine(place: str, prefix: str) -> Iterator[Engine]:
    """The merchant's own engine, and a table that would take an order twice; the tables go at the end."""
    engine = create_engine(place)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {prefix}shop (order_id VARCHAR(50))"))
    yield engine
    with engine.begin() as connection:
        connection.execute(text(f"DROP TABLE {prefix}shop"))
        tables_of(prefix).metadata.drop_all(connection)
    engine.dispose()


@pytest.fixture(name="prefix")
def _prefix() -> str:
    """How the tables of this test are named."""
    return f"t{secrets.token_hex(6)}_"


@pytest.fixture(name="place")
def _place(kind: str, tmp_path: Path) -> str:
    """URL of the database."""
    return place_of(kind, tmp_path)


def rounds_of(reporters: Sequence[Reporter], rounds: int) -> list[list[str]]:
    """Let all report one order at once, then the next one; gives what each was answered."""
    answers = list[list[str]]()
    for number in range(rounds):
        for reporter in (*reporters[number % 4 :], *reporters[: number % 4]):
            reporter.tell(f"order-{number}")
        answers.append([reporter.said() for reporter in reporters])
    return answers


CASES: Final = [
    pytest.param("sqlite", 100, id="sqlite, 100 rounds"),
    pytest.param("sqlite", 1_000, id="sqlite, 1000 rounds", marks=pytest.mark.server),
    *(
        pytest.param(param.values[0], 1_000, id=f"{param.values[0]}, 1000 rounds", marks=param.marks)
        for param in SERVERS
    ),
]


@pytest.mark.parametrize(("kind", "rounds"), CASES)
def test_an_order_reported_in_four_ways_at_once_ships_once(
    engine: Engine, place: str, prefix: str, rounds: int, tmp_path: Path
) -> None:
    """Each process repeats what was not answered with 200; one row an order, one effect an order, nothing left over."""
    with ExitStack() as running:
        reporters = [running.enter_context(reporting(report, place, prefix, tmp_path)) for report in REPORTS]
        assert ["ready"] * 4 == [reporter.said() for reporter in reporters]
        answers = rounds_of(reporters, rounds)
        for reporter in reporters:
            assert reporter.process.stdin is not None
            reporter.process.stdin.close()
    with engine.connect() as connection:
        found: Any = connection.execute(text(f"SELECT order_id, count(*) FROM {prefix}shop GROUP BY order_id")).all()  # noqa: S608 - ours
    with SqlInbox(place, table_prefix=prefix) as inbox:
        kept = counts(inbox)

    assert [0] * 4 == [reporter.process.returncode for reporter in reporters]
    assert {"200 handled": 1, "200 duplicate": 3} == Counter(answers[0])
    assert {("200 duplicate", "200 duplicate", "200 duplicate", "200 handled")} == {
        tuple(sorted(one)) for one in answers
    }
    assert {f"order-{number}": 1 for number in range(rounds)} == {str(order_id): count for order_id, count in found}
    assert {"done": 2 * rounds, "effects": rounds} == kept

"""Demand that killed processes lose nothing and do nothing twice; and that the crash test would see it if they did."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import attrs
import pytest

from benchmarks.crashes.deliveries import sendings
from benchmarks.crashes.figures import Figures, merged, report
from juspay_webhooks import OrderPaid, RefundSettled, parse_event
from scripts.generate_docs import ROOT
from tests.inbox.sql.places import KINDS, place_of

FIGURES: Final = Figures(
    database="SQLite 3.40.1",
    mode="inline",
    deliveries=6_000,
    events=5_000,
    kills=4_000,
    random_kills=1_000,
    boundaries=400,
    known_boundaries=500,
    effects=4_500,
    doubles=70,
    lost=0,
    stuck=0,
    wrong=0,
    seconds=200.0,
    date="2026-11-21",
)
"""Half of a full run."""

DEFERRED: Final = attrs.evolve(FIGURES, mode="deferred")
"""The other half."""


def crash(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command; what it leaves behind is left in the folder."""
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.crashes", *arguments],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        check=False,
        text=True,
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="allowed: this system has no forks")
class TestRuns:
    """Runs of the command."""

    @pytest.mark.parametrize("writes", ["tx", "django", "dbapi"])
    @pytest.mark.parametrize("kind", KINDS)
    def test_nothing_is_lost_stuck_or_done_twice(self, kind: str, writes: str, tmp_path: Path) -> None:
        """Two hundred processes are killed, those of a receiver that handles, of one that stores, and of a worker."""
        arguments = ("--database", kind, "--url", place_of(kind, tmp_path), "--deliveries", "200", "--writes", writes)
        done = crash(tmp_path, *arguments, "--kills", "1")
        kills = [int(number) for number in re.findall(r"events, (\d+) kills", done.stdout)]

        assert (0, "") == (done.returncode, done.stderr), done.stdout
        assert 2 == done.stdout.count(" 0 lost, 0 stuck, 0 wrong, ")
        assert sum(kills) >= 200
        assert [] == list(tmp_path.glob("crashes-*"))

    @pytest.mark.parametrize(
        ("fault", "mode", "writes", "deliveries", "found"),
        [
            ("answers-first", "inline", "tx", 40, "answered with 200, and the inbox does not know it"),
            ("settles-first", "inline", "tx", 60, "the merchant has no row of it"),
            ("settles-first", "deferred", "tx", 60, "the merchant has no row of it"),
            ("commits-apart", "inline", "tx", 80, "the merchant has 2 rows of it"),
            ("forgets-effects", "inline", "tx", 40, "was not killed"),
            ("never-expires", "inline", "tx", 40, "is answered with 503 for ever"),
            ("never-expires", "deferred", "tx", 40, "it is processing"),
            ("joins-nothing", "inline", "dbapi", 100, "the merchant has 2 rows of it"),
            ("joins-nothing", "deferred", "django", 100, "the merchant has 2 rows of it"),
        ],
    )
    def test_a_fault_is_found(  # noqa: PLR0913, PLR0917 - columns of the table
        self, fault: str, mode: str, writes: str, deliveries: int, found: str, tmp_path: Path
    ) -> None:
        """An inbox, or a handler, that is broken on purpose is found out, and what repeats it is named."""
        arguments = ("--database", "sqlite", "--mode", mode, "--deliveries", str(deliveries), "--writes", writes)
        done = crash(tmp_path, *arguments, "--fault", fault)

        assert 1 == done.returncode, done.stdout + done.stderr
        assert re.search(rf"^VIOLATION .*{found}", done.stdout, re.MULTILINE), done.stdout
        assert f"violations with --seed 1 --database sqlite --mode {mode} --deliveries {deliveries} " in done.stdout
        assert f" --writes {writes}; files are in " in done.stdout

    def test_a_fault_that_needs_a_transaction_of_the_handlers_own(self, tmp_path: Path) -> None:
        """With `delivery.tx` there is nothing to join, and nothing would be found."""
        done = crash(tmp_path, "--database", "sqlite", "--fault", "joins-nothing")

        assert (2, "") == (done.returncode, done.stdout)
        assert "--fault joins-nothing needs --writes" in done.stderr


def test_the_same_seed_sends_the_same() -> None:
    """Another seed sends otherwise; a duplicate has the bytes of the first."""
    first, again, other = (list(sendings(100, seed=seed)) for seed in ("1", "1", "2"))
    bodies = {sending.event_id: sending.body for sending in first if not sending.is_duplicate}

    assert first == again != other
    assert 100 <= sum(1 + sending.is_pair for sending in first) <= 101
    assert all(bodies[sending.event_id] == sending.body for sending in first)
    assert any(sending.is_duplicate for sending in first)


def test_effects_are_those_of_the_bodies() -> None:
    """What the merchant must have done is what the events say."""
    for sending in sendings(100, seed="1"):
        found: list[str] = []
        for effect in parse_event(sending.body).effects:
            match effect:
                case OrderPaid():
                    found.append(f"paid {effect.order_id}")
                case RefundSettled():
                    found.append(f"refunded {effect.order_id} {effect.unique_request_id}")
                case _:
                    pass

        assert list(sending.effects) == found


def test_figures_replace_those_of_the_same_database_mode_and_writer(tmp_path: Path) -> None:
    """A run on one database leaves the figures of others, and of handlers that write otherwise, as they are."""
    file = tmp_path / "crashes.json"
    mariadb, joined = attrs.evolve(FIGURES, database="MariaDB 10.11.1"), attrs.evolve(FIGURES, writes="django")
    file.write_text(merged(file, [joined, mariadb, DEFERRED, FIGURES])[0], encoding="utf-8")
    newer = attrs.evolve(FIGURES, database="SQLite 3.50.0")
    text, runs = merged(file, [newer])

    assert [newer, DEFERRED, mariadb, joined] == runs
    assert [attrs.asdict(run) for run in runs] == json.loads(text)["runs"]


def test_older_figures_are_of_handlers_that_write_with_tx(tmp_path: Path) -> None:
    """There was no other way; the figures of this checkout can be read, too."""
    file, kept = tmp_path / "crashes.json", attrs.asdict(FIGURES)
    del kept["writes"]
    file.write_text(json.dumps({"runs": [kept]}), encoding="utf-8")

    assert [FIGURES] == merged(file, [])[1]
    assert {"tx"} <= {run.writes for run in merged(ROOT / "benchmarks" / "crashes.json", [])[1]}


@pytest.mark.parametrize(
    ("other", "holds"),
    [
        (DEFERRED, True),
        (attrs.evolve(DEFERRED, lost=1), False),
        (attrs.evolve(DEFERRED, stuck=1), False),
        (attrs.evolve(DEFERRED, wrong=1), False),
        (attrs.evolve(DEFERRED, deliveries=10), False),
    ],
    ids=["all is well", "lost", "stuck", "done twice", "too few"],
)
def test_one_violation_breaks_the_bar(other: Figures, holds: bool) -> None:  # noqa: FBT001 - a column of the table
    """The bar is about both modes of a database together."""
    (bar,) = report([FIGURES, other]).bars

    assert "SQLite: processes killed at every boundary" == bar.what
    assert holds == bar.holds


def test_handlers_that_write_otherwise_have_a_bar_of_their_own() -> None:
    """What was found with one way to write says nothing of another."""
    joined = [attrs.evolve(run, writes="dbapi", wrong=1) for run in (FIGURES, DEFERRED)]
    whats = {bar.what: bar.holds for bar in report([FIGURES, DEFERRED, *joined]).bars}

    assert {
        "SQLite: processes killed at every boundary": True,
        "SQLite (DB-API, joined): processes killed at every boundary": False,
    } == whats


def test_figures_are_drawn() -> None:
    """A row for each mode of each database."""
    found = report([FIGURES, DEFERRED])

    assert {len(found.headings)} == {len(line) for line in found.lines}
    beginning = ("SQLite 3.40.1", "inline", "delivery.tx", "6,000", "5,000", "1,000", "400 of 500")
    assert beginning == tuple(found.lines[0][:7])
    assert "0 lost, 0 stuck, 0 done twice in 12,000 deliveries with 10,000 kills" == found.bars[0].measured

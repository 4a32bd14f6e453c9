"""Demand that the benchmark of the inbox in a database compares like with like, and leaves nothing behind."""

import re
import sqlite3
import sys
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import inspect

from benchmarks.sql_inbox import places
from benchmarks.sql_inbox.command import BENCHMARKS, main
from benchmarks.sql_inbox.flatness import claiming
from benchmarks.sql_inbox.overhead import Work, contenders
from benchmarks.sql_inbox.places import KINDS, MISSING, SMALL_BODY, Extent, filled, opened, versions
from juspay_webhooks.inbox import Verdict
from scripts import servers
from scripts.generate_docs import ROOT
from tests.inbox.sql.places import place_of

LEAST: Final = Extent(rounds=1, deliveries=1, small=5, large=10, old=20)
VALUE: Final = re.compile(r"X'[0-9A-F]*'|'(?:[^']|'')*'|\b\d+\b")

NOWHERE: Final = {
    "postgresql": "postgresql+psycopg://nobody@127.0.0.1:1/none",
    "mariadb": "mysql+pymysql://nobody@127.0.0.1:1/none",
}
"""Places where nobody listens."""


@pytest.fixture
def traces(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What is said to SQLite from now on, by the name of the file."""
    found = defaultdict[str, list[str]](list)
    connect = sqlite3.connect

    def traced(database: str, *arguments: Any, **settings: Any) -> sqlite3.Connection:  # noqa: ANN401 - passed on
        connection: sqlite3.Connection = connect(database, *arguments, **settings)
        connection.set_trace_callback(found[Path(database).stem].append)
        return connection

    monkeypatch.setattr("sqlite3.connect", traced)
    monkeypatch.setattr("sqlite3.dbapi2.connect", traced)
    return found


@pytest.mark.parametrize("work", Work, ids=lambda work: work.name)
def test_statements_are_the_same(work: Work, traces: dict[str, list[str]], tmp_path: Path) -> None:
    """The inbox, SQLAlchemy Core and the driver say the same, in the same transactions: all but the values."""
    with ExitStack() as stack:
        rivals = contenders(work, tmp_path, stack)
        for rival in rivals:
            rival.read(b"")
        for trace in traces.values():
            trace.clear()
        for rival in rivals:
            rival.read(b"")
    core, raw, inbox = ([VALUE.sub("?", said) for said in traces[name]] for name in ("core", "raw", "inbox"))

    assert core == inbox
    assert raw == inbox
    assert (2 if work is Work.CLAIMED else 3) == inbox.count("BEGIN IMMEDIATE") == inbox.count("COMMIT")


@pytest.mark.parametrize("name", BENCHMARKS)
def test_it_runs_without_servers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each benchmark gives a table; a server that does not answer is not measured, and has no bar."""
    for kind, place in NOWHERE.items():
        monkeypatch.setenv(servers.KINDS[kind].variable, place)
    report = BENCHMARKS[name](LEAST)
    lines = [line for line in report.lines if MISSING not in line]

    assert {len(report.headings)} == {len(line) for line in report.lines}
    assert lines
    assert {"overhead": 0}.get(name, 2) == len(report.lines) - len(lines)
    assert {"overhead": 2, "flatness": 2}.get(name, 0) == len(report.bars)


@pytest.mark.server
@pytest.mark.parametrize("name", [name for name in BENCHMARKS if name != "overhead"])
def test_it_runs_on_servers(name: str, tmp_path: Path) -> None:
    """Every database that answers is measured, and every delivery is received."""
    for kind in KINDS:
        place_of(kind, tmp_path)
    report = BENCHMARKS[name](LEAST)
    cells = [cell for line in report.lines for cell in line]

    assert MISSING not in cells
    assert {"0"} >= {cell.partition(" of ")[0] for cell in cells if re.fullmatch(r"[\d,]+ of [\d,]+", cell)}


def test_a_driver_that_is_missing_is_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database whose driver is not installed is left out."""
    monkeypatch.setenv(servers.KINDS["mariadb"].variable, "mysql+mysqldb://nobody@127.0.0.1:1/none")
    monkeypatch.setitem(sys.modules, "MySQLdb", None)
    with opened("mariadb") as store:
        assert store is None
    assert ("mariadb", MISSING) == versions()[-1]


def test_a_store_is_filled_with_deliveries_that_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as asked for are done, no two have one key, and those with names are met again; nothing else is."""
    monkeypatch.setattr(places, "_TYPED", 25)
    with opened("sqlite") as store:
        assert store is not None
        known = filled(store, 100, body=SMALL_BODY, days=1)
        done = store.inbox.stats().done
        duplicate, new = (claiming(store, verdict, known) for verdict in (Verdict.DUPLICATE, Verdict.CLAIMED))
        for _ in range(30):
            duplicate(b"")
            new(b"")
        wrong = claiming(store, Verdict.CLAIMED, known)
        with pytest.raises(RuntimeError, match="the inbox says busy, not claimed"):
            wrong(b"")
        stats = store.inbox.stats()

    assert (25, 100) == (known, done)
    assert (100, 30) == (stats.done, stats.processing)


def test_tables_are_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files and tables end with the benchmark."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with opened("sqlite") as store:
        assert store is not None
        assert 4 == len(inspect(store.engine).get_table_names())
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


def test_it_is_printed_and_the_document_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """A quick look prints its table and publishes nothing."""
    document = ROOT / "docs" / "benchmarks.md"
    before = document.read_text(encoding="utf-8")
    main(["--quick", "--only", "overhead"])

    assert "| claimed, one effect, settled | SqlInbox |" in capsys.readouterr().out
    assert before == document.read_text(encoding="utf-8")

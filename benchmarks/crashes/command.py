"""Own the command line of the crash test: which database, how many deliveries, and where figures go."""

import argparse
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.crashes.audit import Verdicts, judged
from benchmarks.crashes.campaign import Campaign
from benchmarks.crashes.deliveries import sendings
from benchmarks.crashes.faults import FAULTS, JOINS_NOTHING
from benchmarks.crashes.figures import LEAST, Figures, merged, report
from benchmarks.crashes.plan import Plan
from benchmarks.crashes.shop import Shop
from benchmarks.crashes.writers import WRITERS
from benchmarks.report import drawn, inserted
from juspay_webhooks.inbox import SqlInbox
from scripts import servers
from scripts.generate_docs import ROOT

__all__ = ["main"]

_DOCUMENT: Final = ROOT / "docs" / "benchmarks.md"
_RESULTS: Final = ROOT / "benchmarks" / "crashes.json"
_PACKAGES: Final = ("psycopg", "PyMySQL", "SQLAlchemy")

_DATABASES: Final = ("sqlite", *servers.KINDS)
"""Names of the databases."""

_MODES: Final = ("inline", "deferred")

_KILLS: Final = 0.85
"""Share of the requests in which a process dies."""

_SHOWN: Final = 20
"""Violations that are printed of a mode."""


def main(arguments: Sequence[str]) -> int:
    """Send, kill, judge, print, and publish the figures of a full run.

    Args:
        arguments: Those of the command line.

    Returns:
        Exit code: 1 if anything was lost, stuck or done twice.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.fault == JOINS_NOTHING and options.writes == "tx":
        parser.error(f"--fault {JOINS_NOTHING} needs --writes with a transaction of the handler's own")
    modes = _MODES if options.mode == "both" else (options.mode,)
    number = -(-options.deliveries // len(modes))
    folder = Path(tempfile.mkdtemp(prefix="crashes-"))
    place = options.url or _place_of(options.database, folder)
    found: list[Figures] = []
    for mode in modes:
        own = folder / mode
        own.mkdir()
        figures, verdicts = _ran(options, mode, number, place, own)
        found.append(figures)
        print(figures.said)
        for text in verdicts.all[:_SHOWN]:
            print(f"VIOLATION {text}")
        if verdicts.all:
            again = f"--database {options.database} --mode {mode} --deliveries {number} --kills {options.kills}"
            again = f"{again} --writes {options.writes}"
            print(f"{len(verdicts.all)} violations with --seed {options.seed} {again}; files are in {own}")
            return 1
    shutil.rmtree(folder)
    is_full = options.mode == "both" and options.deliveries >= LEAST and options.kills >= _KILLS
    if options.fault or not is_full:
        return 0
    text, runs = merged(_RESULTS, found)
    _RESULTS.write_text(text, encoding="utf-8")
    table = drawn([report(runs)], packages=_PACKAGES)
    document = _DOCUMENT.read_text(encoding="utf-8")
    _DOCUMENT.write_text(inserted(document, f"\n{table}\n", part="crashes"), encoding="utf-8")
    print("Written to docs/benchmarks.md and benchmarks/crashes.json.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.crashes",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Kill processes that receive and handle webhooks, with SIGKILL, before and after every SQL\n"
        "statement, COMMIT and ROLLBACK, before and after handlers and answers, and at random moments; send every\n"
        "webhook again until it is answered with 200; then look whether anything was lost, is stuck, or was done\n"
        "twice. It forks, so it needs Linux or macOS.",
        epilog="What is counted:\n"
        "  deliveries  webhooks that Juspay sends, duplicates included; sending again after a death is not counted\n"
        "  boundaries  places in a request of one kind at which a process has died, of those that there are\n"
        "  effects     rows that handlers wrote into a table: each must be there exactly once\n"
        "  doubles     lines that handlers wrote to a file once more: a death explains each, or it is a violation\n\n"
        "A run of 10,000 deliveries and more in both modes, with as many kills as usual, writes its figures into\n"
        "docs/benchmarks.md and benchmarks/crashes.json; it takes some minutes. Exit code 1: a violation, which is\n"
        "named; the seed sends the same again and kills at the same boundaries, as far as random moments and two\n"
        "processes at once allow.\n\n"
        "Examples:\n"
        "  python -m benchmarks.crashes --database sqlite --deliveries 500\n"
        "  python -m benchmarks.crashes --database postgresql --url postgresql+psycopg://me@db/scratch\n"
        "  python -m benchmarks.crashes --database sqlite --deliveries 500 --writes django\n"
        "  python -m benchmarks.crashes --database sqlite --deliveries 500 --fault commits-apart",
    )
    parser.add_argument("--database", choices=_DATABASES, required=True, help="what remembers; SQLite gets a new file")
    parser.add_argument("--url", help="the database, for tables of its own; default: as the tests find one")
    parser.add_argument("--mode", choices=(*_MODES, "both"), default="both", help="of the receiver (default: both)")
    parser.add_argument(
        "--deliveries", type=int, default=LEAST, metavar="N", help=f"for all modes together (default: {LEAST:,})"
    )
    parser.add_argument(
        "--kills", type=float, default=_KILLS, metavar="SHARE", help=f"of requests, from 0 to 1 (default: {_KILLS})"
    )
    parser.add_argument(
        "--writes",
        choices=WRITERS,
        default="tx",
        help="what handlers write with: delivery.tx, or a transaction of their own that they join (default: tx)",
    )
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="of the worker (default: 1)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another one sends otherwise (default: 1)")
    parser.add_argument(
        "--fault",
        choices=FAULTS,
        metavar="NAME",
        help=f"break the inbox on purpose, to see that it is found out: {', '.join(FAULTS)}",
    )
    return parser


def _place_of(database: str, folder: Path) -> str:
    """Find a database: a new file, or a server that answers."""
    if database == "sqlite":
        return f"sqlite:///{folder / 'inbox.db'}"
    row = servers.KINDS[database]
    place = os.environ.get(row.variable, row.usual)
    if not servers.answers(place):
        sys.exit(f"no {database} answers: give --url, or set {row.variable}, or run under scripts/servers.py")
    return place


def _ran(options: argparse.Namespace, mode: str, number: int, place: str, folder: Path) -> tuple[Figures, Verdicts]:
    """Run one mode from empty tables to the judgement."""
    seed = f"{options.seed} {mode}"
    plan = Plan(Random(seed), kills=options.kills)  # noqa: S311 - not for secrets
    shop = Shop(
        place,
        prefix=f"c{secrets.token_hex(5)}_",
        folder=folder,
        is_deferred=mode == "deferred",
        threads=options.threads,
        writes=options.writes,
        fault=options.fault,
    )
    campaign = Campaign(shop, plan, Random(seed), is_deferred=mode == "deferred")  # noqa: S311 - not for secrets
    begin = time.monotonic()
    with shop.opened() as engine:
        campaign.run(sendings(number, seed=seed), _teller(f"{options.database}, {mode}", number, campaign, plan))
        seconds = time.monotonic() - begin
        left = 0 if mode == "deferred" else _unsettled(shop.inbox)
        campaign.drain()
        verdicts = judged(shop, campaign, engine, unsettled=left)
        figures = Figures.of(options.database, mode, options.writes, engine, campaign, plan, verdicts, seconds)
    return figures, verdicts


def _unsettled(inbox: SqlInbox) -> int:
    """Count what nobody has settled; no connection stays open for a fork to inherit."""
    stats = inbox.stats()
    inbox.close()
    return stats.received + stats.processing + stats.failed


def _teller(name: str, number: int, campaign: Campaign, plan: Plan) -> Callable[[], None]:
    """Make what shows how far it is, on a terminal once a second."""
    begin = last = time.monotonic()

    def tell() -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= 1 and sys.stderr.isatty():
            last = now
            kills = plan.at_boundaries + plan.at_random
            rate = kills / (now - begin)
            text = f"{name}: {campaign.deliveries:,} of {number:,} deliveries, {kills:,} kills, {rate:.0f} a second"
            print(f"\r{text}\033[K", end="\n" if campaign.deliveries >= number else "", file=sys.stderr, flush=True)

    return tell

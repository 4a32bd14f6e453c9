"""Own the figures of the crash test: a row per database, mode and writer, kept between runs. Nothing here kills."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

import attrs
from sqlalchemy import Engine

from benchmarks.crashes.audit import Verdicts
from benchmarks.crashes.campaign import Campaign
from benchmarks.crashes.plan import Plan
from benchmarks.report import Bar, Report, python

__all__ = ["LEAST", "Figures", "merged", "report"]

LEAST: Final = 10_000
"""Deliveries of a run whose figures count, per database."""

_NAMES: Final[Mapping[str, str]] = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB"}

_ORDER: Final = tuple(_NAMES.values())

_WRITTEN: Final[Mapping[str, str]] = {
    "tx": "delivery.tx",
    "sqlalchemy": "SQLAlchemy, joined",
    "django": "Django, joined",
    "dbapi": "DB-API, joined",
}
"""Name of a way to write -> what a table calls it, in the order of the table."""


@attrs.frozen(kw_only=True)
class Figures:
    """What came of one mode on one database, with handlers that write in one way."""

    database: str
    """Name of the database, with its version."""

    mode: str
    """Mode of the receiver."""

    writes: str = "tx"
    """How handlers write; older figures do not say it, for there was one way."""

    deliveries: int
    """Webhooks that were sent, duplicates included."""

    events: int
    """Different ones among them."""

    kills: int
    """Processes that died at a boundary."""

    random_kills: int
    """Processes that died at a random moment."""

    boundaries: int
    """Boundaries at which a process died."""

    known_boundaries: int
    """Boundaries that there are."""

    effects: int
    """Effects that the merchant has, each once."""

    doubles: int
    """Side effects outside of the database that were done again."""

    lost: int
    """Deliveries and effects that were answered with 200 and are not there."""

    stuck: int
    """Deliveries that nobody gets although every lease is over."""

    wrong: int
    """Effects that are there twice or without being asked for, and handlers that ran again without a reason."""

    seconds: float
    """How long it took."""

    date: str
    """When it was measured."""

    @classmethod
    def of(  # noqa: PLR0913, PLR0917 - all that a run knows
        cls,
        database: str,
        mode: str,
        writes: str,
        engine: Engine,
        campaign: Campaign,
        plan: Plan,
        verdicts: Verdicts,
        seconds: float,
    ) -> Self:
        """Sum up a run."""
        numbers: tuple[int, ...] = getattr(engine.dialect, "server_version_info", None) or ()
        return cls(
            database=f"{_NAMES[database]} {'.'.join(str(number) for number in numbers[:3])}".strip(),
            mode=mode,
            writes=writes,
            deliveries=campaign.deliveries,
            events=len(campaign.answered),
            kills=plan.at_boundaries,
            random_kills=plan.at_random,
            boundaries=plan.hit,
            known_boundaries=plan.known,
            effects=verdicts.effects,
            doubles=verdicts.doubles,
            lost=len(verdicts.lost),
            stuck=len(verdicts.stuck),
            wrong=len(verdicts.wrong),
            seconds=round(seconds, 1),
            date=datetime.now(UTC).date().isoformat(),
        )

    @property
    def all_kills(self) -> int:
        """Processes that died."""
        return self.kills + self.random_kills

    @property
    def said(self) -> str:
        """Say it in one line."""
        return (
            f"{self.database}, {self.mode}, {_WRITTEN[self.writes]}: {self.deliveries:,} deliveries of "
            f"{self.events:,} events, {self.all_kills:,} kills ({self.random_kills:,} at random moments) at "
            f"{self.boundaries:,} of {self.known_boundaries:,} boundaries, {self.effects:,} effects, "
            f"{self.doubles:,} side effects again, {self.lost} lost, {self.stuck} stuck, {self.wrong} wrong, "
            f"{self.seconds} s "
            f"({self.all_kills / max(self.seconds, 1):.0f} kills a second)"
        )


def merged(file: Path, found: Iterable[Figures]) -> tuple[str, list[Figures]]:
    """Put figures in the place of older ones of the same database, mode and writer.

    Args:
        file: The older ones, in JSON; it need not be there.
        found: The new ones.

    Returns:
        JSON text, and all figures.
    """
    old = json.loads(file.read_text(encoding="utf-8"))["runs"] if file.exists() else []
    runs = {_place(figures): figures for figures in (*(Figures(**run) for run in old), *found)}
    ordered = sorted(runs.values(), key=_standing)
    rows = [{"what": bar.what, "measured": bar.measured, "bar": bar.bar} for bar in report(ordered).bars]
    kept = {"python": python(), "rows": rows, "runs": [attrs.asdict(figures) for figures in ordered]}
    return json.dumps(kept, indent=2, ensure_ascii=False) + "\n", ordered


def _place(figures: Figures) -> tuple[str, str, str]:
    return figures.database.partition(" ")[0], figures.writes, figures.mode


def _standing(figures: Figures) -> tuple[int, int, bool]:
    """Say where figures stand in the table."""
    database, writes, mode = _place(figures)
    return list(_WRITTEN).index(writes), _ORDER.index(database), mode != "inline"


def report(runs: Sequence[Figures]) -> Report:
    """Draw figures.

    Args:
        runs: One per database, mode and writer.
    """
    places = dict.fromkeys(_place(run)[:2] for run in runs)
    return Report(
        title="Killed at every boundary",
        headings=(
            "Database",
            "Mode",
            "Written with",
            "Deliveries",
            "Kills",
            "of them at random moments",
            "Boundaries killed at",
            "Effects, each once",
            "Doubles of plain side effects",
            "Lost",
            "Stuck",
            "Seconds",
            "Date",
        ),
        lines=[_line(run) for run in runs],
        bars=[_bar(*place, [run for run in runs if _place(run)[:2] == place]) for place in places],
    )


def _line(run: Figures) -> Sequence[str]:
    return (
        run.database,
        run.mode,
        _WRITTEN[run.writes],
        f"{run.deliveries:,}",
        f"{run.all_kills:,}",
        f"{run.random_kills:,}",
        f"{run.boundaries:,} of {run.known_boundaries:,}",
        f"{run.effects:,}",
        f"{run.doubles:,}",
        f"{run.lost}",
        f"{run.stuck}",
        f"{run.seconds:.0f}",
        run.date,
    )


def _bar(database: str, writes: str, runs: Sequence[Figures]) -> Bar:
    name = database if writes == "tx" else f"{database} ({_WRITTEN[writes]})"
    deliveries, kills = sum(run.deliveries for run in runs), sum(run.all_kills for run in runs)
    lost, stuck, wrong = (sum(getattr(run, count) for run in runs) for count in ("lost", "stuck", "wrong"))
    return Bar(
        what=f"{name}: processes killed at every boundary",
        measured=f"{lost} lost, {stuck} stuck, {wrong} done twice in {deliveries:,} deliveries with {kills:,} kills",
        bar=f"nothing lost, stuck or done twice in at least {LEAST:,} deliveries",
        holds=not lost and not stuck and not wrong and deliveries >= LEAST,
    )

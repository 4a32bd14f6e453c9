"""Own the benchmarks of parsing, and their bars."""

from collections.abc import Sequence
from typing import Final

from benchmarks import bodies
from benchmarks.contenders import JSON, LIBRARY, payment_contenders
from benchmarks.report import Bar, Report
from benchmarks.timing import Contender, Effort, Timing, race

__all__ = ["masked", "payments", "payouts"]

_MOST_PAYMENTS: Final = 1.2
_MOST_PAYOUTS: Final = 1.6
_MOST_MASKED: Final = 6.0
"""Bars, as multiples of json.loads."""

_HEADINGS: Final = ("Reader", "µs per body", "x json.loads", "Half of the rounds within")


def payments(effort: Effort) -> Report:
    """Compare every way to read payment bodies of 3 to 4 KB.

    Args:
        effort: How long.
    """
    printed = bodies.payments()
    timings, lines = _both_forms(payment_contenders(), printed, effort)
    library, pydantic = timings["parse_event"].ratio, timings["pydantic typed models"].ratio
    return Report(
        title=f"Payments: {_sizes(printed)}",
        headings=_HEADINGS,
        lines=lines,
        bars=[
            Bar(
                what="`parse_event`, payment bodies of 3 to 4 KB",
                measured=f"{library:.2f} x json.loads (pydantic: {pydantic:.2f} x)",
                bar=f"at most {_MOST_PAYMENTS} x json.loads, and faster than pydantic with the same fields",
                holds=library <= _MOST_PAYMENTS and library < pydantic,
            )
        ],
    )


def payouts(effort: Effort) -> Report:
    """Compare `parse_event` with `json.loads` on payout bodies.

    Args:
        effort: How long.
    """
    return _against_json("Payouts", "payout bodies", bodies.payouts(), most=_MOST_PAYOUTS, effort=effort)


def masked(effort: Effort) -> Report:
    """Compare `parse_event` with `json.loads` on bodies that only the tolerant engine can read.

    Args:
        effort: How long.
    """
    return _against_json(
        "Masked payments", "masked bodies (tolerant engine)", bodies.masked(), most=_MOST_MASKED, effort=effort
    )


def _against_json(title: str, what: str, printed: Sequence[bytes], *, most: float, effort: Effort) -> Report:
    timings, lines = _both_forms((JSON, LIBRARY), printed, effort)
    ratio = timings["parse_event"].ratio
    bar = Bar(
        what=f"`parse_event`, {what}",
        measured=f"{ratio:.2f} x json.loads",
        bar=f"at most {most:g} x json.loads",
        holds=ratio <= most,
    )
    return Report(title=f"{title}: {_sizes(printed)}", headings=_HEADINGS, lines=lines, bars=[bar])


def _both_forms(
    contenders: Sequence[Contender], printed: Sequence[bytes], effort: Effort
) -> tuple[dict[str, Timing], list[Sequence[str]]]:
    """Time all contenders on compact bodies, whose timings count, and the library on the same bodies as printed."""
    timings = race(contenders, [bodies.compact(body) for body in printed], effort)
    as_printed = race((JSON, LIBRARY), printed, effort)
    lines = [*map(_line, timings), *(_line(timing, ", bodies as printed") for timing in as_printed)]
    return {timing.name: timing for timing in timings}, lines


def _line(timing: Timing, form: str = "") -> Sequence[str]:
    lower, upper = timing.middle
    return (f"{timing.name}{form}", f"{timing.microseconds:.1f}", f"{timing.ratio:.2f}", f"{lower:.2f} to {upper:.2f}")


def _sizes(printed: Sequence[bytes]) -> str:
    """Say how many bodies there are and how large they are."""
    sizes = [len(bodies.compact(body)) for body in printed]
    return f"{len(sizes)} bodies of {min(sizes):,} to {max(sizes):,} bytes, compact"

"""Own the question whether the time of a refusal tells how much of a guess was right.

An answer that takes longer the later a guess goes wrong lets a stranger find a password byte by byte. Nanoseconds are
compared, so no single figure is trusted: what differs is set against what two equal requests differ by.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import repeat
from math import ceil
from operator import eq
from random import Random
from statistics import median, quantiles
from time import perf_counter_ns
from typing import Final, TypeAlias

import attrs

from benchmarks.receiving import HEADERS
from benchmarks.report import Bar, Report
from benchmarks.timing import Effort, without_collector
from juspay_webhooks import AuthenticationError, AuthenticationReason, BasicAuth

__all__ = ["Attempt", "Kind", "Pair", "differences", "noise", "pairs", "verification"]

_USERNAME: Final = "merchant-webhooks"
_PASSWORD: Final = "vT3q9ZrLk2Xw8NbYc5HdMf7JpSgUa4Ee"  # noqa: S105 - opens nothing
_CALLS: Final = 10
"""Calls between two looks at the clock, which costs a part of a call itself."""

_MOST_NOISE: Final = 20.0
"""Nanoseconds; a run in which chance alone does more has looked through a fog."""

_DRAWS: Final = 5_000
_CHANCE: Final = 0.999
"""What chance alone stays below in this part of all draws."""

Headers: TypeAlias = Mapping[str, str]
Verify: TypeAlias = Callable[[Headers], object]


class Kind(StrEnum):
    """What a comparison is for."""

    CONTROL = "control"
    """Both are equal: whatever they differ by is noise."""

    JUDGED = "judged"
    """They must not differ by more than that."""

    REPORTED = "reported"
    """They may differ: by what the sender knows."""

    SCALE = "for scale"
    """They differ, or nothing here could be seen: a comparison that stops at the first wrong byte."""


@attrs.frozen(kw_only=True)
class Attempt:
    """Somebody's attempt to come in."""

    name: str
    """How reports call it."""

    sent: str
    """Username and password that are sent."""

    password: str = _PASSWORD
    """Password that is configured."""

    build: Callable[[str, str], Verify] = lambda username, password: BasicAuth(username, password).verify
    """Makes a check of a username and a password."""

    @property
    def is_right(self) -> bool:
        """Whether it has to succeed."""
        return self.sent == f"{_USERNAME}:{self.password}"

    def check(self) -> Verify:
        """Make the check that it meets."""
        return self.build(_USERNAME, self.password)

    def headers(self) -> Headers:
        """Make the headers that it sends."""
        return {**HEADERS, "Authorization": f"Basic {b64encode(self.sent.encode()).decode()}"}


@attrs.frozen(kw_only=True)
class Pair:
    """Two attempts that are compared."""

    one: Attempt
    """What is compared with."""

    other: Attempt
    """What is compared."""

    kind: Kind
    """What for."""


def _naive(username: str, password: str) -> Verify:
    """Make a check that stops at the first wrong byte."""
    expected = f"{username}:{password}".encode()

    def verify(headers: Headers) -> None:
        given = b64decode(headers["Authorization"].removeprefix("Basic "))
        if len(given) != len(expected) or not all(map(eq, given, expected)):
            message = "no configured credential is the one sent"
            raise AuthenticationError(message, reason=AuthenticationReason.REJECTED, header="Authorization")

    return verify


def _wrong(place: int) -> str:
    """Write username and password with one wrong byte."""
    pair = f"{_USERNAME}:{_PASSWORD}"
    return f"{pair[:place]}{'x' if pair[place] != 'x' else 'y'}{pair[place + 1 :]}"


def pairs() -> tuple[Pair, ...]:
    """List what is compared."""
    right, start = f"{_USERNAME}:{_PASSWORD}", len(_USERNAME) + 1
    at_first, at_last = _wrong(start), _wrong(len(right) - 1)
    first = Attempt(name="first byte of the password wrong", sent=at_first)
    last = Attempt(name="last byte of the password wrong", sent=at_last)
    accepted = Attempt(name="right credentials", sent=right)
    controls = (
        Pair(one=one, other=attrs.evolve(one, name="the same"), kind=Kind.CONTROL) for one in (accepted, first, last)
    )
    judged = (
        Attempt(name="middle byte of the password wrong", sent=_wrong(start + len(_PASSWORD) // 2)),
        last,
        Attempt(name="every byte of the password wrong", sent=f"{_USERNAME}:{'-' * len(_PASSWORD)}"),
        Attempt(name="first byte of the username wrong", sent=_wrong(0)),
        Attempt(name="last byte of the username wrong", sent=_wrong(start - 2)),
        Attempt(name="the same, where the password is a byte longer", sent=at_first, password=f"{_PASSWORD}Q"),
        Attempt(name="the same, where the password is half as long", sent=at_first, password=_PASSWORD[::2]),
    )
    return (
        *controls,
        *(Pair(one=first, other=attempt, kind=Kind.JUDGED) for attempt in judged),
        Pair(one=first, other=Attempt(name="a byte less is sent", sent=at_first[:-1]), kind=Kind.REPORTED),
        Pair(
            one=Attempt(name="naive check, first byte wrong", sent=at_first, build=_naive),
            other=Attempt(name="naive check, last byte wrong", sent=at_last, build=_naive),
            kind=Kind.SCALE,
        ),
    )


def verification(effort: Effort) -> Report:
    """Compare how long wrong credentials take that are wrong in different places.

    Args:
        effort: How long.
    """
    found = differences(pairs(), effort)
    limit = max(noise(blocks) for pair, blocks in found.items() if pair.kind is Kind.CONTROL)
    worst = max(abs(median(blocks)) for pair, blocks in found.items() if pair.kind is Kind.JUDGED)
    return Report(
        title=f"Time of a refusal, by what is wrong: {effort.rounds} blocks",
        headings=("Compared with", "What", "For", "Difference per call, ns", "Half of the blocks within"),
        lines=[
            (pair.one.name, pair.other.name, pair.kind.value, f"{median(blocks):+.1f}", _middle(blocks))
            for pair, blocks in found.items()
        ],
        bars=[
            Bar(
                what="`BasicAuth.verify`: time by the place of the wrong byte",
                measured=f"differs by at most {worst:.1f} ns",
                bar=f"no more than equal requests do ({limit:.1f} ns in this run; at most {_MOST_NOISE:.0f})",
                holds=worst <= limit <= _MOST_NOISE,
            )
        ],
    )


def differences(compared: Sequence[Pair], effort: Effort) -> dict[Pair, list[float]]:
    """Time attempts in turn, and tell how far those of each pair are apart.

    Checks and requests are made anew for each block, for two equal ones may differ by where in memory they lie. Within
    a block all attempts take turns, in an order drawn each time, and the median of the differences is the block's.

    Args:
        compared: The pairs.
        effort: How many blocks, and how long the first attempt works in each.

    Returns:
        Per pair, block by block: nanoseconds by which a call takes longer for the other than for the one.
    """
    attempts = list(dict.fromkeys(attempt for pair in compared for attempt in (pair.one, pair.other)))
    random = Random(1)  # noqa: S311 - an order, no secret
    found: dict[Pair, list[float]] = {pair: [] for pair in compared}
    for _ in range(effort.rounds):
        ready = [(attempt, attempt.check(), attempt.headers()) for attempt in attempts]
        turns = max(_nanoseconds(verify, headers) for _, verify, headers in ready)
        times: dict[Attempt, list[float]] = {attempt: [] for attempt in attempts}
        with without_collector():
            for _ in range(ceil(effort.seconds * 1e9 / _CALLS / turns) or 1):
                random.shuffle(ready)
                for attempt, verify, headers in ready:
                    times[attempt].append(_nanoseconds(verify, headers))
        for pair, blocks in found.items():
            both = zip(times[pair.one], times[pair.other], strict=True)
            blocks.append(median(other - one for one, other in both))
    return found


def _nanoseconds(verify: Verify, headers: Headers) -> float:
    """Check a request some times; nanoseconds per call."""
    start = perf_counter_ns()
    for _ in repeat(None, _CALLS):
        try:  # noqa: SIM105 - a context manager would be timed, too
            verify(headers)
        except AuthenticationError:
            pass
    return (perf_counter_ns() - start) / _CALLS


def noise(blocks: Sequence[float]) -> float:
    """Tell how large a median becomes by chance alone.

    Blocks of two equal attempts are drawn again, as many as there were, with a sign by chance: which of the two is
    called the first is chance, too.

    Args:
        blocks: Differences between two equal attempts, ns.

    Returns:
        Nanoseconds that the median of such a draw exceeds once in a thousand times.
    """
    random = Random(2)  # noqa: S311 - draws, no secret
    signed = [sign * block for block in blocks for sign in (1, -1)]
    medians = sorted(abs(median(random.choices(signed, k=len(blocks)))) for _ in range(_DRAWS))
    return medians[ceil(_CHANCE * _DRAWS) - 1]


def _middle(blocks: Sequence[float]) -> str:
    lower, _, upper = quantiles(blocks, n=4) if len(blocks) > 1 else (blocks[0],) * 3
    return f"{lower:+.1f} to {upper:+.1f}"

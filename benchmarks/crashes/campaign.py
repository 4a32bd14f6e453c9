"""Own the side of Juspay: it sends each webhook until it gets a 200, to processes that die, and remembers what it saw.

The clock of the processes moves only while none of them does anything: a lease ends when its holder is dead.
"""

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Final

import attrs

from benchmarks.crashes.deliveries import Sending
from benchmarks.crashes.plan import Death, Plan, again
from benchmarks.crashes.processes import End, Process
from benchmarks.crashes.shop import LEASE, Request, Shop

__all__ = ["Campaign"]

_PATIENCE: Final = 2
"""So many times in a row nobody may be answered with 200 although every lease is over and nobody dies."""

_LONGEST_BURST: Final = 3
"""Sendings before the worker comes, at most."""

_COMES_AT_ONCE: Final = 0.7
"""How often the worker comes after a sending."""

_WORKER: Final = 2
"""Place of the worker, behind the two receivers."""

_ASKED_AT_ONCE: Final = 0.5
"""How often what died is sent again before the lease is over."""


class Campaign:
    """Sends webhooks to processes and lets these die."""

    def __init__(self, shop: Shop, plan: Plan, random: Random, *, is_deferred: bool) -> None:
        """Take the sides.

        Args:
            shop: The merchant.
            plan: When processes die.
            random: Where chance comes from.
            is_deferred: Whether a worker handles what was stored.
        """
        self.deliveries = 0
        self.answered: dict[str, Sending] = {}
        self.violations: list[str] = []
        self.stuck: list[str] = []
        self.killed: set[int] = set()
        self._shop = shop
        self._plan = plan
        self._random = random
        self._is_deferred = is_deferred
        self._processes: list[Process | None] = [None] * 3
        self._number = 0

    def run(self, sendings: Iterable[Sending], tell: Callable[[], None]) -> None:
        """Send everything.

        Args:
            sendings: What is sent.
            tell: Called after each one.
        """
        try:
            waiting = 0
            coming = iter(sendings)
            self._warm_up(next(coming))
            for sending in coming:
                self._deliver(sending)
                self.deliveries += 1 + sending.is_pair
                waiting += 1
                if self._is_deferred and (waiting == _LONGEST_BURST or self._random.random() < _COMES_AT_ONCE):
                    self._work(f"worker, {sending.kind if waiting == 1 else 'several waiting'}")
                    waiting = 0
                tell()
        finally:
            self.stop()

    def stop(self) -> None:
        """Let all processes end."""
        for process in self._processes:
            if process is not None:
                process.stop()
        self._processes = [None] * len(self._processes)

    def drain(self) -> None:
        """Let a worker handle what is left, undisturbed."""
        self._pass_lease()
        self._ask([_WORKER], None, [Death()])
        self.stop()

    def _warm_up(self, sending: Sending) -> None:
        """Handle a webhook in this process, which nobody kills: what is prepared once, its forks need not prepare."""
        webhook = Request(number=0, now=self._shop.clock, fatal=None, headers=dict(sending.headers), body=sending.body)
        self._shop.handle(webhook)
        self._shop.handle(attrs.evolve(webhook, body=None))
        self._shop.inbox.close()  # a process makes connections of its own
        self.answered[sending.event_id] = sending
        self.deliveries += 1
        gc.freeze()  # what a fork does not touch is not copied

    def _deliver(self, sending: Sending) -> None:
        """Send a webhook until it was answered with 200."""
        first = [_kind("deferred" if self._is_deferred else "inline", sending)]
        kinds, left, silent = first * (1 + sending.is_pair), 1 + sending.is_pair, 0
        while left:
            deaths = [self._plan.decide(kind) for kind in kinds[:left]]
            places = self._random.sample(range(_WORKER), left)
            ends = self._ask(places, sending, deaths, kinds)
            left -= sum(self._is_done(sending, end) for end in ends)
            silent = 0 if any(end.is_killed for end in ends) or left < len(ends) else silent + 1
            if silent > _PATIENCE:
                self.stuck.append(f"{_name(sending)} is answered with 503 for ever")
                return
            kinds = [again(kind) for kind in kinds]
            if left and (silent or self._random.random() >= _ASKED_AT_ONCE):
                self._pass_lease()
        self.answered.setdefault(sending.event_id, sending)

    def _is_done(self, sending: Sending, end: End) -> bool:
        """Judge an answer."""
        if end.reply is None or end.reply.status == 503:  # noqa: PLR2004 - as every sender knows it
            return False
        outcome = end.reply.outcome
        if end.reply.status != 200:  # noqa: PLR2004 - as every sender knows it
            self.violations.append(f"{_name(sending)} was answered with {end.reply.status} ({outcome})")
        elif sending.is_duplicate and not self._is_deferred and outcome != "duplicate":
            self.violations.append(f"{_name(sending)} was answered with 200 before, and now it was {outcome}")
        return True

    def _work(self, kind: str) -> None:
        """Let the worker come until it has handled what is due."""
        while True:
            death = self._plan.decide(kind)
            (end,) = self._ask([_WORKER], None, [death], [kind])
            if not end.is_killed:
                return
            kind = again(kind)
            self._pass_lease()

    def _ask(
        self, places: Sequence[int], sending: Sending | None, deaths: Sequence[Death], kinds: Sequence[str] = ("",)
    ) -> list[End]:
        """Ask processes for the same at one moment, and wait for all of them."""
        self._shop.clock += 1
        asked: list[tuple[int, Process, Death, str, int]] = []
        begin = time.perf_counter()
        for place, death, kind in zip(places, deaths, kinds, strict=False):
            process = self._processes[place]
            if process is None:
                others = [other for other in self._processes if other is not None]
                process = self._processes[place] = Process(self._shop.serve, others)
            self._number += 1
            process.ask(
                Request(
                    number=self._number,
                    now=self._shop.clock,
                    fatal=death.fatal,
                    headers={} if sending is None else dict(sending.headers),
                    body=None if sending is None else sending.body,
                )
            )
            asked.append((place, process, death, kind, self._number))
        ends: list[End] = []
        for place, process, death, kind, number in asked:
            end = process.end(delay=death.delay)
            self._plan.learn(kind, death, end, time.perf_counter() - begin)
            if end.is_killed:
                self._processes[place] = None
                self.killed.add(number)
            ends.append(end)
        return ends

    def _pass_lease(self) -> None:
        self._shop.clock += LEASE.total_seconds()


def _kind(mode: str, sending: Sending) -> str:
    return f"{mode}, {'two at once' if sending.is_pair else sending.kind}"


def _name(sending: Sending) -> str:
    return f"{sending.event_id} ({sending.kind}; {', '.join(sending.effects) or 'no effect'})"

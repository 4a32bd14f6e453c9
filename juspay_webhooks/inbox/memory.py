"""Own the inbox of a single process: for tests, for one worker, for trying things out. It forgets when it ends.

It is bounded by entries and by age: what was settled longest ago is forgotten first, dead letters and what could not be
read last of all. A delivery that is not settled is never forgotten: an inbox full of these refuses new ones.
"""

import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from threading import Lock
from typing import Final

import attrs

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox._effects import EffectMemory, EffectName
from juspay_webhooks.inbox._orders import OrderMemory
from juspay_webhooks.inbox.protocol import Claim, InboxUnavailable, Record, Settlement, State, Stats, Verdict
from juspay_webhooks.inbox.sightings import Sighting

__all__ = ["MemoryInbox"]

_log: Final = logging.getLogger("juspay_webhooks.inbox")

_WAITING: Final = frozenset({State.DEAD, State.QUARANTINED})
"""States of deliveries that wait for a person."""

_OPEN: Final = frozenset({State.RECEIVED, State.PROCESSING})
"""States of deliveries that are not settled."""

_ENDED: Final = {State.DONE: Verdict.DUPLICATE, State.DEAD: Verdict.DEAD}


@attrs.define(kw_only=True, eq=False)
class _Entry:
    """One delivery."""

    key: str
    """What it is found by."""

    record: Record
    """What is remembered of it; without the body once it is done."""

    digest: str
    """SHA-256 of the body."""

    state: State
    """Where it stands."""

    since: float
    """Since when it stands there."""

    attempt: int = 0
    """How many times it was claimed."""

    token: int = 0
    """Number of its last claim."""


class MemoryInbox:
    """Remembers in this process only.

    Example: `Receiver(auth, inbox=MemoryInbox())`.

    Two processes do not see each other, and a restart forgets: use a SQL inbox where money moves. It may be used from
    many threads and tasks at once.
    """

    def __init__(
        self,
        *,
        max_entries: int = 10_000,
        max_effects: int = 100_000,
        max_age: timedelta = timedelta(days=7),
        lease: timedelta = timedelta(minutes=5),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the bounds.

        Args:
            max_entries: Most deliveries remembered.
            max_effects: Most effects remembered, and most orders. They do not age: a customer may come back to a paid
                order's page years later. Failed attempts have a tenth of that for themselves.
            max_age: How long a settled delivery is remembered.
            lease: How long a handler may take before its claim counts as crashed.
            clock: Seconds that never go back.

        Raises:
            ConfigurationError: A bound is not positive, or of another type.
        """
        if not all(type(bound) is int and bound > 0 for bound in (max_entries, max_effects)):
            message = "max_entries and max_effects are whole numbers above 0"
            raise ConfigurationError(message)
        times: tuple[object, ...] = (max_age, lease)
        if not all(isinstance(time_, timedelta) and time_ > timedelta(0) for time_ in times):
            message = "max_age and lease are timedeltas above 0, such as timedelta(minutes=5)"
            raise ConfigurationError(message)
        if not callable(clock):
            message = "clock is a function that gives seconds"
            raise ConfigurationError(message)
        self._max_entries = max_entries
        self._max_age = max_age.total_seconds()
        self._lease = lease.total_seconds()
        self._clock = clock
        self._lock = Lock()
        self._tokens = count(1)
        self._lost: list[State] = []
        self._open: dict[str, _Entry] = {}
        self._settled: OrderedDict[str, _Entry] = OrderedDict()
        self._waiting: OrderedDict[str, _Entry] = OrderedDict()
        self._orders = OrderMemory(most=max_effects)
        self._effects = EffectMemory(most=max_effects, lease=self._lease, clock=clock)

    @property
    def durable(self) -> bool:
        """False: what is stored ends with the process."""
        return False

    @property
    def blocking(self) -> bool:
        """False: calls return at once."""
        return False

    def store(self, record: Record, /) -> Verdict:
        """Keep a delivery for later; nobody comes for it here, so a deferred receiver refuses this inbox."""
        with self._held() as now:
            key, entry, _ = self._found(record)
            if entry is None:
                self._add(key, record, State.RECEIVED, now)
                return Verdict.CLAIMED
            if entry.state in {State.QUARANTINED, State.FAILED}:  # it can be read now, or tried again
                self._put(entry, State.RECEIVED, now)
                return Verdict.CLAIMED
            return _ENDED.get(entry.state, Verdict.BUSY)

    def claim(self, record: Record, /) -> Claim:
        """Keep a delivery and claim it for handling now."""
        with self._held() as now:
            key, entry, is_conflict = self._found(record)
            if entry is None:
                entry = self._add(key, record, State.RECEIVED, now)
            verdict = _ENDED.get(entry.state, Verdict.CLAIMED)
            if entry.state is State.PROCESSING and now - entry.since < self._lease:
                verdict = Verdict.BUSY
            token = 0
            if verdict is Verdict.CLAIMED:
                # Never given twice: a forgotten delivery that comes again must not take its old claims for its own.
                token = entry.token = next(self._tokens)
                entry.attempt += 1
                self._put(entry, State.PROCESSING, now)
            return Claim(verdict=verdict, key=key, token=token, attempt=entry.attempt, id_conflict=is_conflict)

    def settle(
        self,
        claim: Claim,
        state: State,
        /,
        *,
        error: str = "",  # noqa: ARG002 - logged by the receiver
        retry_in: timedelta | None = None,  # noqa: ARG002 - nobody comes for it here
        sighting: Sighting | None = None,
    ) -> bool:
        """Say how the handling ended; False if the claim had expired and somebody else holds the delivery."""
        if sighting is not None:
            self._orders.see(sighting)
        with self._held() as now:
            entry = self._open.get(claim.key)
            if entry is None or entry.token != claim.token or entry.state is not State.PROCESSING:
                return False
            if state is State.DONE:
                entry.record = attrs.evolve(entry.record, body=b"")
            self._put(entry, state, now)
            return True

    def quarantine(self, record: Record, /) -> None:
        """Keep a body that cannot be read."""
        with self._held() as now:
            key, entry, _ = self._found(record)
            if entry is None:
                self._add(key, record, State.QUARANTINED, now)

    def see(self, sighting: Sighting, /) -> None:
        """Remember an order that was seen outside of a delivery, unless a newer state of it is known."""
        self._orders.see(sighting)

    def order(self, order_id: str, /, *, namespace: str) -> Sighting | None:
        """Find the last known state of an order: its ids, status, amounts, times and refunds."""
        return self._orders.last(order_id, namespace=namespace)

    def begin(self, namespace: str, /) -> "_MemoryUnit":
        """Begin with an effect of a merchant."""
        return _MemoryUnit(self, namespace)

    def once(self, effect: Effect, /, *, namespace: str, connection: object = None) -> bool:
        """Remember an effect outside of a receiver; True the first time. No database's `connection` can keep it."""
        if connection is not None:
            message = "an inbox in memory shares no transaction: SqlInbox does"
            raise ConfigurationError(message)
        unit = self.begin(namespace)
        is_first = unit.once(effect) is Verdict.CLAIMED
        unit.commit()
        return is_first

    def claim_effect(self, holder: object, namespace: str, effect: Effect) -> Verdict:
        """Claim an effect for a unit."""
        return self._effects.claim(holder, namespace, effect)

    def end_effects(self, holder: object, names: dict[EffectName, bool], *, done: bool) -> None:
        """Keep the effects that a unit claimed, or let others claim those that it still holds."""
        if done:
            self._effects.keep(names.items())
        else:
            self._effects.release(holder, names)

    def stats(self) -> Stats:
        """Count what is there."""
        with self._held():
            states = Counter(entry.state for home in self._homes for entry in home.values())
            return Stats(**{state.value: states[state] for state in State}, effects=self._effects.done())

    @contextmanager
    def _held(self) -> Generator[float]:
        """Hold the lock and give the time; what was lost is logged without it: a log may be slow, or ask us."""
        with self._lock:
            yield self._now()
            lost, self._lost = self._lost, []
        for state in lost:
            _log.error("forgot a delivery that was %s: nobody has looked at it in time", state)

    @property
    def _homes(self) -> tuple[dict[str, _Entry], ...]:
        return self._open, self._settled, self._waiting

    def _now(self) -> float:
        """Read the clock, and forget what is too old by now."""
        now = self._clock()
        for home in (self._settled, self._waiting):
            while home and now - next(iter(home.values())).since >= self._max_age:
                self._forget(home)
        return now

    def _forget(self, home: "OrderedDict[str, _Entry]") -> None:
        """Forget what has stood in a place for longest."""
        _, entry = home.popitem(last=False)
        if entry.state in _WAITING:
            self._lost.append(entry.state)

    def _found(self, record: Record) -> tuple[str, _Entry | None, bool]:
        """Look a delivery up: its key, its entry, and whether its id is taken by another body."""
        key = record.key
        entry = self._at(key)
        if entry is None or entry.digest == record.body_digest:
            return key, entry, False
        key = record.conflict_key
        return key, self._at(key), True

    def _at(self, key: str) -> _Entry | None:
        return next((home[key] for home in self._homes if key in home), None)

    def _add(self, key: str, record: Record, state: State, now: float) -> _Entry:
        if sum(map(len, self._homes)) >= self._max_entries:
            home = self._settled or self._waiting
            if not home:
                message = f"the inbox is full: {len(self._open)} deliveries wait for their handlers"
                raise InboxUnavailable(message)
            self._forget(home)
        entry = _Entry(key=key, record=record, digest=record.body_digest, state=state, since=now)
        self._put(entry, state, now)
        return entry

    def _put(self, entry: _Entry, state: State, now: float) -> None:
        """Let a delivery stand in a state from now on: last among the settled ones, or among the open ones."""
        entry.state, entry.since = state, now
        home = self._open if state in _OPEN else self._waiting if state in _WAITING else self._settled
        # In this order: whatever interrupts it, the delivery is found.
        home[entry.key] = entry
        for other in self._homes:
            if other is not home:
                other.pop(entry.key, None)


class _MemoryUnit:
    """The handling of one effect."""

    def __init__(self, inbox: MemoryInbox, namespace: str) -> None:
        self._inbox = inbox
        self._namespace = namespace
        self._claimed: dict[EffectName, bool] = {}

    @property
    def tx(self) -> None:
        """Nothing: there is no transaction to share."""
        return

    def once(self, effect: Effect, /) -> Verdict:
        """Ask whether an effect may be acted on."""
        verdict = self._inbox.claim_effect(self, self._namespace, effect)
        if verdict is Verdict.CLAIMED:
            self._claimed[self._namespace, effect.key] = effect.overtaken_by is not None
        return verdict

    def join(self, connection: object, /) -> None:
        """Do nothing: the effect is kept if the handler returns, and nothing outlives the process."""

    def commit(self, settlement: Settlement | None = None, /) -> bool:
        """Remember the effects, and settle the delivery."""
        self._inbox.end_effects(self, self._claimed, done=True)
        if settlement is None:
            return True
        return self._inbox.settle(settlement.claim, settlement.state, sighting=settlement.sighting)

    def rollback(self) -> None:
        """Forget the effects."""
        self._inbox.end_effects(self, self._claimed, done=False)
        self._claimed.clear()

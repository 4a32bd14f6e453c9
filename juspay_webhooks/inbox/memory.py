"""Own the inbox of a single process: for tests, for one worker, for trying things out. It forgets when it ends.

It is bounded by entries and by age: what was settled longest ago is forgotten first, whichever way it was settled. A
delivery that is not settled is never forgotten: an inbox full of these refuses new ones.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from threading import Lock
from typing import Final, TypeAlias

import attrs

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox.protocol import Claim, InboxUnavailable, Record, State, Stats, Verdict

__all__ = ["MemoryInbox"]

_OPEN: Final = frozenset({State.RECEIVED, State.PROCESSING})
"""States of deliveries that are not settled."""

_ENDED: Final = {State.DONE: Verdict.DUPLICATE, State.DEAD: Verdict.DEAD}

_Name: TypeAlias = tuple[str, str]
"""Namespace and key of an effect."""


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
        max_age: timedelta = timedelta(days=7),
        lease: timedelta = timedelta(minutes=5),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the bounds.

        Args:
            max_entries: Most deliveries remembered, and most effects.
            max_age: How long a settled delivery and an effect are remembered.
            lease: How long a handler may take before its claim counts as crashed.
            clock: Seconds that never go back.

        Raises:
            ConfigurationError: A bound is not positive.
        """
        if max_entries < 1 or max_age <= timedelta(0) or lease <= timedelta(0):
            message = "max_entries, max_age and lease are positive"
            raise ConfigurationError(message)
        self._max_entries = max_entries
        self._max_age = max_age.total_seconds()
        self._lease = lease.total_seconds()
        self._clock = clock
        self._lock = Lock()
        self._tokens = count(1)
        self._open: dict[str, _Entry] = {}
        self._settled: OrderedDict[str, _Entry] = OrderedDict()
        self._effects = _Effects(max_entries=max_entries, max_age=self._max_age, lease=self._lease, clock=clock)

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
        with self._lock:
            now = self._now()
            key, entry, _ = self._found(record)
            if entry is None:
                self._add(key, record, State.RECEIVED, now)
                return Verdict.CLAIMED
            if entry.state is State.QUARANTINED:  # it can be read now
                self._put(entry, State.RECEIVED, now)
                return Verdict.CLAIMED
            return _ENDED.get(entry.state, Verdict.BUSY)

    def claim(self, record: Record, /) -> Claim:
        """Keep a delivery and claim it for handling now."""
        with self._lock:
            now = self._now()
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

    def settle(self, claim: Claim, state: State, /, *, error: str = "") -> bool:  # noqa: ARG002 - logged by the receiver
        """Say how the handling ended; False if the claim had expired and somebody else holds the delivery."""
        with self._lock:
            entry = self._open.get(claim.key)
            if entry is None or entry.token != claim.token or entry.state is not State.PROCESSING:
                return False
            if state is State.DONE:
                entry.record = attrs.evolve(entry.record, body=b"")
            self._put(entry, state, self._now())
            return True

    def quarantine(self, record: Record, /) -> None:
        """Keep a body that cannot be read."""
        with self._lock:
            now = self._now()
            key, entry, _ = self._found(record)
            if entry is None:
                self._add(key, record, State.QUARANTINED, now)

    def begin(self, namespace: str, /) -> "_MemoryUnit":
        """Begin with an effect of a merchant."""
        return _MemoryUnit(self, namespace)

    def once(self, effect: Effect, /, *, namespace: str = "") -> bool:
        """Remember an effect outside of a receiver; True the first time."""
        unit = self.begin(namespace)
        is_first = unit.once(effect) is Verdict.CLAIMED
        unit.commit()
        return is_first

    def claim_effect(self, holder: object, namespace: str, effect: Effect) -> Verdict:
        """Claim an effect for a unit."""
        return self._effects.claim(holder, namespace, effect)

    def end_effects(self, holder: object, names: list[tuple[str, str]], *, done: bool) -> None:
        """Keep the effects that a unit claimed, or let others claim those that it still holds."""
        if done:
            self._effects.keep(names)
        else:
            self._effects.release(holder, names)

    def stats(self) -> Stats:
        """Count what is there."""
        with self._lock:
            self._now()
            states = Counter(entry.state for home in (self._open, self._settled) for entry in home.values())
            return Stats(**{state.value: states[state] for state in State}, effects=self._effects.done())

    def _now(self) -> float:
        """Read the clock, and forget what is too old by now."""
        now = self._clock()
        while self._settled and now - next(iter(self._settled.values())).since >= self._max_age:
            self._settled.popitem(last=False)
        return now

    def _found(self, record: Record) -> tuple[str, _Entry | None, bool]:
        """Look a delivery up: its key, its entry, and whether its id is taken by another body."""
        key = record.key
        entry = self._at(key)
        if entry is None or entry.digest == record.body_digest:
            return key, entry, False
        key = record.conflict_key
        return key, self._at(key), True

    def _at(self, key: str) -> _Entry | None:
        return self._open.get(key) or self._settled.get(key)

    def _add(self, key: str, record: Record, state: State, now: float) -> _Entry:
        if len(self._open) + len(self._settled) >= self._max_entries:
            if not self._settled:
                message = f"the inbox is full: {len(self._open)} deliveries wait for their handlers"
                raise InboxUnavailable(message)
            self._settled.popitem(last=False)
        entry = _Entry(key=key, record=record, digest=record.body_digest, state=state, since=now)
        self._put(entry, state, now)
        return entry

    def _put(self, entry: _Entry, state: State, now: float) -> None:
        """Let a delivery stand in a state from now on: last among the settled ones, or among the open ones."""
        entry.state, entry.since = state, now
        home, other = (self._open, self._settled) if state in _OPEN else (self._settled, self._open)
        # In this order: whatever interrupts it, the delivery is found.
        home[entry.key] = entry
        other.pop(entry.key, None)


class _Effects:
    """The memory of effects: which were acted on, and which are being acted on by whom."""

    def __init__(self, *, max_entries: int, max_age: float, lease: float, clock: Callable[[], float]) -> None:
        self._max_entries = max_entries
        self._max_age = max_age
        self._lease = lease
        self._clock = clock
        self._lock = Lock()
        self._claimed: OrderedDict[_Name, tuple[object, float]] = OrderedDict()
        self._done: OrderedDict[_Name, float] = OrderedDict()

    def claim(self, holder: object, namespace: str, effect: Effect) -> Verdict:
        """Claim an effect for a holder."""
        name = namespace, effect.key
        with self._lock:
            now = self._now()
            verdict = self._standing(holder, name)
            if verdict is Verdict.CLAIMED and effect.overtaken_by is not None:
                verdict = self._standing(None, (namespace, effect.overtaken_by))
            if verdict is Verdict.CLAIMED:
                self._claimed.pop(name, None)
                self._make_room()
                self._claimed[name] = holder, now
            return verdict

    def keep(self, names: list[_Name]) -> None:
        """Remember effects as done.

        Whoever holds them now: a holder that outlived its lease has acted all the same.
        """
        with self._lock:
            now = self._now()
            for name in names:
                self._done.setdefault(name, now)
                self._claimed.pop(name, None)
            while len(self._claimed) + len(self._done) > self._max_entries:
                self._done.popitem(last=False)

    def release(self, holder: object, names: list[_Name]) -> None:
        """Let others claim the effects that a holder still holds."""
        with self._lock:
            for name in names:
                if self._claimed.get(name, (None, 0))[0] is holder:
                    del self._claimed[name]

    def done(self) -> int:
        """Count those that were acted on."""
        with self._lock:
            self._now()
            return len(self._done)

    def _now(self) -> float:
        """Read the clock, and forget what is too old and the claims that have expired by now."""
        now = self._clock()
        while self._done and now - next(iter(self._done.values())) >= self._max_age:
            self._done.popitem(last=False)
        while self._claimed and now - next(iter(self._claimed.values()))[1] >= self._lease:
            self._claimed.popitem(last=False)
        return now

    def _standing(self, holder: object | None, name: _Name) -> Verdict:
        if name in self._done:
            return Verdict.DUPLICATE
        claimed = self._claimed.get(name)
        return Verdict.CLAIMED if claimed is None or claimed[0] is holder else Verdict.BUSY

    def _make_room(self) -> None:
        if len(self._claimed) + len(self._done) < self._max_entries:
            return
        if not self._done:
            message = f"the inbox is full: {len(self._claimed)} effects are being acted on"
            raise InboxUnavailable(message)
        self._done.popitem(last=False)


class _MemoryUnit:
    """The handling of one effect."""

    def __init__(self, inbox: MemoryInbox, namespace: str) -> None:
        self._inbox = inbox
        self._namespace = namespace
        self._claimed: list[_Name] = []

    @property
    def tx(self) -> None:
        """Nothing: there is no transaction to share."""
        return

    def once(self, effect: Effect, /) -> Verdict:
        """Ask whether an effect may be acted on."""
        verdict = self._inbox.claim_effect(self, self._namespace, effect)
        if verdict is Verdict.CLAIMED:
            self._claimed.append((self._namespace, effect.key))
        return verdict

    def commit(self) -> None:
        """Remember the effects."""
        self._inbox.end_effects(self, self._claimed, done=True)

    def rollback(self) -> None:
        """Forget the effects."""
        self._inbox.end_effects(self, self._claimed, done=False)
        self._claimed.clear()

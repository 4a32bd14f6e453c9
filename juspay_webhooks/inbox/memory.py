"""Own the inbox of a single process: for tests, for one worker, for trying things out. It forgets when it ends.

It is bounded by entries and by age. Settled deliveries are forgotten first and oldest first; one that is not settled is
never forgotten: an inbox full of these refuses new ones.
"""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Lock
from typing import Final

import attrs

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox.protocol import Claim, InboxUnavailable, Record, State, Stats, Verdict

__all__ = ["MemoryInbox"]

_KEPT: Final = frozenset({State.RECEIVED, State.PROCESSING})
"""States of deliveries that are never forgotten."""

_FORGOTTEN: Final = (frozenset({State.DONE}), frozenset({State.FAILED, State.DEAD, State.QUARANTINED}))
"""States of deliveries that make room when there is none, these first."""

_ENDED: Final = {State.DONE: Verdict.DUPLICATE, State.DEAD: Verdict.DEAD}


@attrs.define(kw_only=True)
class _Entry:
    """One delivery."""

    record: Record
    """What is remembered of it; without the body once it is done."""

    digest: str
    """SHA-256 of the body."""

    state: State
    """Where it stands."""

    attempt: int
    """How many times it was claimed."""

    since: float
    """Since when it stands there."""


@attrs.define(kw_only=True)
class _Fact:
    """One effect: done, or claimed since a time."""

    done: bool
    """Whether it was acted on."""

    since: float
    """Since when it is claimed or done."""

    holder: object
    """The unit that claimed it; None once it is done."""


class MemoryInbox:
    """Remembers in this process only.

    Example: `Receiver(auth, inbox=MemoryInbox())`.

    Two processes do not see each other, and a restart forgets: use a SQL inbox where money moves.
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
        self._entries: dict[str, _Entry] = {}
        self._facts: dict[tuple[str, str], _Fact] = {}

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
            key, entry, _ = self._found(record)
            if entry is not None:
                return _ENDED.get(entry.state, Verdict.BUSY)
            self._add(key, record, State.RECEIVED)
            return Verdict.CLAIMED

    def claim(self, record: Record, /) -> Claim:
        """Keep a delivery and claim it for handling now."""
        with self._lock:
            key, entry, conflict = self._found(record)
            if entry is None:
                entry = self._add(key, record, State.RECEIVED)
            verdict = _ENDED.get(entry.state, Verdict.CLAIMED)
            if entry.state is State.PROCESSING and self._clock() - entry.since < self._lease:
                verdict = Verdict.BUSY
            if verdict is Verdict.CLAIMED:
                entry.state, entry.since, entry.attempt = State.PROCESSING, self._clock(), entry.attempt + 1
            return Claim(verdict=verdict, key=key, token=entry.attempt, attempt=entry.attempt, id_conflict=conflict)

    def settle(self, claim: Claim, state: State, /, *, error: str = "") -> bool:  # noqa: ARG002 - logged by the receiver
        """Say how the handling ended; False if the claim had expired and somebody else holds the delivery."""
        with self._lock:
            entry = self._entries.get(claim.key)
            if entry is None or entry.attempt != claim.token or entry.state is not State.PROCESSING:
                return False
            entry.state, entry.since = state, self._clock()
            if state is State.DONE:
                entry.record = attrs.evolve(entry.record, body=b"")
            return True

    def quarantine(self, record: Record, /) -> None:
        """Keep a body that cannot be read."""
        with self._lock:
            key, entry, _ = self._found(record)
            if entry is None:
                self._add(key, record, State.QUARANTINED)

    def begin(self, namespace: str, /) -> "_MemoryUnit":
        """Begin with an effect of a merchant."""
        return _MemoryUnit(self, namespace)

    def once(self, effect: Effect, /, *, namespace: str = "") -> bool:
        """Remember an effect outside of a receiver; True the first time."""
        unit = self.begin(namespace)
        is_first = unit.once(effect) is Verdict.CLAIMED
        unit.commit()
        return is_first

    def stats(self) -> Stats:
        """Count what is there."""
        with self._lock:
            states = Counter(entry.state for entry in self._entries.values())
            effects = sum(fact.done for fact in self._facts.values())
        return Stats(**{state.value: states[state] for state in State}, effects=effects)

    def _found(self, record: Record) -> tuple[str, _Entry | None, bool]:
        """Look a delivery up: its key, its entry, and whether its id is taken by another body."""
        self._forget()
        key = record.key
        entry = self._entries.get(key)
        if entry is None or entry.digest == record.body_digest:
            return key, entry, False
        key = record.conflict_key
        return key, self._entries.get(key), True

    def _add(self, key: str, record: Record, state: State) -> _Entry:
        if len(self._entries) >= self._max_entries:
            oldest = next(
                (key for states in _FORGOTTEN for key, entry in self._entries.items() if entry.state in states), None
            )
            if oldest is None:
                message = f"the inbox is full: {len(self._entries)} deliveries wait for their handlers"
                raise InboxUnavailable(message)
            del self._entries[oldest]
        entry = _Entry(record=record, digest=record.body_digest, state=state, attempt=0, since=self._clock())
        self._entries[key] = entry
        return entry

    def _forget(self) -> None:
        """Forget what is too old; entries stand in the order in which they came."""
        limit = self._clock() - self._max_age
        while self._entries:
            key, entry = next(iter(self._entries.items()))
            if entry.state in _KEPT or entry.since > limit:
                break
            del self._entries[key]
        while self._facts:
            name, fact = next(iter(self._facts.items()))
            if fact.since > limit:
                break
            del self._facts[name]

    def claim_effect(self, holder: object, namespace: str, effect: Effect) -> Verdict:
        """Claim an effect for a unit."""
        name = (namespace, effect.key)
        with self._lock:
            verdict = self._standing(holder, name)
            if verdict is Verdict.CLAIMED and effect.overtaken_by is not None:
                verdict = self._standing(holder, (namespace, effect.overtaken_by))
            if verdict is Verdict.CLAIMED:
                self._make_room()
                self._facts[name] = _Fact(done=False, since=self._clock(), holder=holder)
            return verdict

    def _make_room(self) -> None:
        if len(self._facts) < self._max_entries:
            return
        oldest = next((name for name, fact in self._facts.items() if fact.done), None)
        if oldest is None:
            message = f"the inbox is full: {len(self._facts)} effects are being acted on"
            raise InboxUnavailable(message)
        del self._facts[oldest]

    def _standing(self, holder: object, name: tuple[str, str]) -> Verdict:
        fact = self._facts.get(name)
        if fact is None or fact.holder is holder:
            return Verdict.CLAIMED
        if fact.done:
            return Verdict.DUPLICATE
        return Verdict.BUSY if self._clock() - fact.since < self._lease else Verdict.CLAIMED

    def end_effects(self, holder: object, names: list[tuple[str, str]], *, done: bool) -> None:
        """Keep or forget the effects that a unit claimed and still holds."""
        with self._lock:
            for name in names:
                fact = self._facts.get(name)
                if fact is None or fact.holder is not holder:
                    continue
                if done:
                    fact.done, fact.holder = True, None
                else:
                    del self._facts[name]


class _MemoryUnit:
    """The handling of one effect."""

    def __init__(self, inbox: MemoryInbox, namespace: str) -> None:
        self._inbox = inbox
        self._namespace = namespace
        self._claimed: list[tuple[str, str]] = []

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

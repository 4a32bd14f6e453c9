"""Own the memory of effects of a single process: which were acted on, and which are being acted on by whom.

Effects do not age: the order that a customer's page asks about again is still paid. Those that a better fact may
overtake (attempts that failed) have a small room of their own, for customers can make as many as they like. In each
room the oldest go first.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import TypeAlias

from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox.protocol import InboxUnavailable, Verdict

__all__ = ["EffectMemory", "EffectName"]

EffectName: TypeAlias = tuple[str, str]
"""Namespace and key of an effect."""


class EffectMemory:
    """Remembers effects; may be used from many threads at once."""

    def __init__(self, *, most: int, lease: float, clock: Callable[[], float]) -> None:
        """Take the bounds.

        Args:
            most: Most effects remembered, and about a tenth of that again for attempts that failed.
            lease: Seconds after which a claim has expired.
            clock: Seconds that never go back.
        """
        self._most = most
        self._lease = lease
        self._clock = clock
        self._lock = Lock()
        self._claimed: OrderedDict[EffectName, tuple[object, float]] = OrderedDict()
        self._done: dict[EffectName, None] = {}
        self._lesser: dict[EffectName, None] = {}

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
                if len(self._claimed) >= self._most:
                    message = f"the inbox is full: {len(self._claimed)} effects are being acted on"
                    raise InboxUnavailable(message)
                self._claimed[name] = holder, now
            return verdict

    def keep(self, names: Iterable[tuple[EffectName, bool]]) -> None:
        """Remember effects as done.

        Whoever holds them now: a holder that outlived its lease has acted all the same.

        Args:
            names: Effects, and whether a better fact may overtake each.
        """
        with self._lock:
            self._now()
            for name, is_lesser in names:
                (self._lesser if is_lesser else self._done).setdefault(name)
                self._claimed.pop(name, None)
            for home, most in ((self._done, self._most), (self._lesser, self._most // 10 + 1)):
                while len(home) > most:
                    del home[next(iter(home))]

    def release(self, holder: object, names: Iterable[EffectName]) -> None:
        """Let others claim the effects that a holder still holds."""
        with self._lock:
            for name in names:
                if self._claimed.get(name, (None, 0))[0] is holder:
                    del self._claimed[name]

    def done(self) -> int:
        """Count those that were acted on."""
        with self._lock:
            return len(self._done) + len(self._lesser)

    def _now(self) -> float:
        """Read the clock, and forget the claims that have expired by now."""
        now = self._clock()
        while self._claimed and now - next(iter(self._claimed.values()))[1] >= self._lease:
            self._claimed.popitem(last=False)
        return now

    def _standing(self, holder: object | None, name: EffectName) -> Verdict:
        if name in self._done or name in self._lesser:
            return Verdict.DUPLICATE
        claimed = self._claimed.get(name)
        return Verdict.CLAIMED if claimed is None or claimed[0] is holder else Verdict.BUSY

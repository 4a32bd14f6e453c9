"""Own inboxes and users of them that are broken on purpose: the harness must find it, or it would prove nothing."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final

from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox import SqlInbox, State
from juspay_webhooks.inbox.protocol import Claim, Record, Verdict
from juspay_webhooks.inbox.sql.unit import SqlUnit

__all__ = ["ANSWERS_FIRST", "FAULTS", "JOINS_NOTHING"]

ANSWERS_FIRST: Final = "answers-first"
"""Name of a fault that is not the inbox's: the process answers before it does anything."""

JOINS_NOTHING: Final = "joins-nothing"
"""Name of a fault that is not the inbox's: the handler writes in a transaction of its own, and does not join it."""

_LEASE: Final = timedelta(minutes=5)


class _SettlesFirst(SqlInbox):
    """Calls a delivery done before its handlers run."""

    def claim(self, record: Record, /) -> Claim:
        claim = super().claim(record)
        self.settle(claim, State.DONE)
        return claim

    def take(self, limit: int, /, *, labels: Collection[str] | None = None) -> list[tuple[Claim, Record]]:
        taken = super().take(limit, labels=labels)
        for claim, _ in taken:
            self.settle(claim, State.DONE)
        return taken

    def extend(self, _claim: Claim, /) -> bool:
        return True


class _ApartUnit(SqlUnit):
    """Commits what a handler wrote, and after that the effect."""

    def commit(self, *arguments: Any) -> Any:  # noqa: ANN401 - as the unit itself
        if self._connection is not None:
            self._is_ending = True
            self._connection.commit()
            self._is_ending = False
        return super().commit(*arguments)


class _CommitsApart(SqlInbox):
    """Keeps what a handler wrote and the effect in two transactions."""

    def begin(self, namespace: str, /) -> SqlUnit:
        return _turned(super().begin(namespace), _ApartUnit)


class _ForgetfulUnit(SqlUnit):
    """Takes every effect for a new one."""

    def once(self, effect: Effect, /) -> Verdict:
        super().once(effect)
        return Verdict.CLAIMED


class _Forgetful(SqlInbox):
    """Does not know what it has acted on."""

    def begin(self, namespace: str, /) -> SqlUnit:
        return _turned(super().begin(namespace), _ForgetfulUnit)


def _turned(unit: SqlUnit, kind: type[SqlUnit]) -> SqlUnit:
    """Turn a unit into one of another kind."""
    other = kind.__new__(kind)
    vars(other).update(vars(unit))
    return other


FAULTS: Final[Mapping[str, tuple[type[SqlInbox], timedelta]]] = {
    ANSWERS_FIRST: (SqlInbox, _LEASE),
    JOINS_NOTHING: (SqlInbox, _LEASE),
    "settles-first": (_SettlesFirst, _LEASE),
    "commits-apart": (_CommitsApart, _LEASE),
    "forgets-effects": (_Forgetful, _LEASE),
    "never-expires": (SqlInbox, timedelta(days=3650)),
}
"""Name of a fault -> the inbox, and its lease."""

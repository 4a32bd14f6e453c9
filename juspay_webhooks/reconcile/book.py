"""Own what becomes of an order that was asked about: its end, another question later, or a person who must look.

It asks nobody itself; both reconcilers do, each in its own way.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

import attrs

from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.inbox.pending import Agenda, PendingOrder
from juspay_webhooks.inbox.protocol import InboxUnavailable
from juspay_webhooks.models.order import Order
from juspay_webhooks.order_status.asking import is_settled
from juspay_webhooks.order_status.errors import OrderStatusError, OutcomeUnknown, SlowDown
from juspay_webhooks.order_status.schedules import is_pause
from juspay_webhooks.receiver.answer import AnswerOutcome
from juspay_webhooks.receiver.receiver import Receiver

__all__ = ["SOURCE", "Book", "Move", "Reconciled"]

_log: Final = logging.getLogger("juspay_webhooks.reconcile")

SOURCE: Final = "reconcile"
"""What handlers are told that the order came by."""

_NOT_ACTED_ON: Final = frozenset(
    {AnswerOutcome.FAILED, AnswerOutcome.RETRY, AnswerOutcome.BUSY, AnswerOutcome.UNAVAILABLE}
)
"""Outcomes after which the order must be acted on again."""

_MOST_EXTRA: Final = 10
"""Questions beyond the schedule about an order that has ended, and on which the handlers have not acted yet."""

_EXTRA: Final = 3600.0
"""Seconds between these, at most."""

_LOOKS: Final = 60.0
"""Seconds between two looks for orders that the inbox has seen."""

_LONGEST_BREAK: Final = 300.0
"""Seconds that all wait, at most, when Juspay asks for fewer requests."""

_BREAK: Final = 15.0
"""Seconds that all wait when Juspay does not say how long."""

_KEPT: Final = timedelta(days=30)
"""How long an order that was given up is remembered."""

_WATCHED: Final = timedelta(days=3)
"""After so long without news an order that the inbox has seen is no longer added."""


class Reconciled(StrEnum):
    """What came of asking about an order."""

    ENDED = "ended"
    """It has come to an end, and the receiver has acted on that."""

    LATER = "later"
    """It has not, or there was no answer, or a handler failed: it is asked about again."""

    GIVEN_UP = "given up"
    """The schedule is over and the order has no end: its outcome is unknown, not failed. A person must look."""


@attrs.frozen(kw_only=True)
class Move:
    """What becomes of an order that was asked about."""

    result: Reconciled
    """What came of it."""

    said: str
    """The status, or the kind of the error."""

    due_in: float = 0.0
    """Seconds until it is asked about again, if it is."""

    is_counted: bool = True
    """Whether the question counts."""


class Book:
    """What both reconcilers do with the agenda, and how they decide."""

    def __init__(
        self,
        receiver: Receiver,
        *,
        label: str | None,
        schedule: Sequence[float],
        seen_after: timedelta | None,
        clock: Callable[[], float],
    ) -> None:
        """Take the parts.

        Args:
            receiver: Whose inbox has the agenda.
            label: Label of the merchant's credential; None where there is only one.
            schedule: Pauses between the questions about one order.
            seen_after: How long nothing was heard of an order that the inbox has seen before it is asked about; None
                leaves these alone.
            clock: Seconds that never go back.

        Raises:
            ConfigurationError: The parts do not fit.
        """
        agenda: Agenda | None = getattr(receiver.inbox, "agenda", None)
        if agenda is None:
            message = (
                "a reconciler needs a receiver whose inbox outlives the process: Receiver(auth, inbox=SqlInbox(...))"
            )
            raise ConfigurationError(message)
        self.agenda = agenda
        self.label = receiver.label_of(label)
        self._schedule = _schedule(schedule)
        given: object = seen_after
        if given is not None and not (isinstance(given, timedelta) and timedelta(0) <= given < _WATCHED):
            message = "seen_after is a timedelta below 3 days, such as timedelta(minutes=15), or None"
            raise ConfigurationError(message)
        self._seen_after = seen_after
        self._clock = clock
        self._looks_at = clock()
        self._break_until = clock()

    def take(self, limit: int) -> list[PendingOrder]:
        """Claim what is due, unless Juspay asked for a break; now and then look for orders that the inbox has seen."""
        now = self._clock()
        if now < self._break_until:
            return []
        if now >= self._looks_at:
            self._looks_at = now + _LOOKS
            self.agenda.forget(_KEPT)
            if self._seen_after is not None:
                self.agenda.add_seen(namespace=self.label, older_than=self._seen_after, newer_than=_WATCHED)
        return self.agenda.take(limit, namespace=self.label)

    def after_error(self, order: PendingOrder, error: OrderStatusError | ConfigurationError) -> Move:
        """Decide what becomes of an order about which there was no answer."""
        said = type(error).__name__
        if isinstance(error, ConfigurationError):  # the id cannot be sent, now or ever
            return Move(result=Reconciled.GIVEN_UP, said=said)
        if isinstance(error, SlowDown):
            rest = min(_LONGEST_BREAK, _BREAK if error.retry_after is None else error.retry_after)
            self._break_until = max(self._break_until, self._clock() + rest)
            return Move(result=Reconciled.LATER, said=said, due_in=rest, is_counted=False)
        asked = error.retry_after if isinstance(error, OutcomeUnknown) else None
        return self._next(order, said, least=min(asked or 0.0, _EXTRA))

    def after_answer(self, order: PendingOrder, found: Order, outcome: AnswerOutcome) -> Move:
        """Decide what becomes of an order that was seen, and on which the receiver acted or not."""
        said = str(found.status)
        if outcome in _NOT_ACTED_ON:
            return self._next(order, f"{said}, {outcome.value}", extra=_MOST_EXTRA)
        if is_settled(found):
            return Move(result=Reconciled.ENDED, said=said)
        return self._next(order, said)

    def _next(self, order: PendingOrder, said: str, *, least: float = 0.0, extra: int = 0) -> Move:
        if order.asked < len(self._schedule):
            pause = self._schedule[order.asked]
        elif order.asked < len(self._schedule) + extra:
            pause = _EXTRA
        else:
            return Move(result=Reconciled.GIVEN_UP, said=said)
        pause = min(pause, _EXTRA) if extra else pause
        return Move(result=Reconciled.LATER, said=said, due_in=max(pause, least))

    def hand_back(self, order: PendingOrder) -> None:
        """Leave an order to others, as if it had not been taken."""
        self.note(order, Move(result=Reconciled.LATER, said=order.said, is_counted=False))

    def note(self, order: PendingOrder, move: Move) -> Reconciled:
        """Write down what becomes of an order."""
        try:
            if move.result is Reconciled.ENDED:
                self.agenda.end(order)
            elif move.result is Reconciled.LATER:
                due_in = timedelta(seconds=move.due_in)
                self.agenda.later(order, move.said, due_in=due_in, is_counted=move.is_counted)
            else:
                self.agenda.give_up(order, move.said)
                _log.warning("order %s has no end (%s): a person must look", shown(order.order_id), shown(move.said))
        except InboxUnavailable:
            _log.exception("the inbox failed; the order is asked about again when the lease is over")
            return Reconciled.LATER
        return move.result


def _schedule(schedule: object) -> tuple[float, ...]:
    if isinstance(schedule, Sequence) and not isinstance(schedule, str | bytes):
        pauses = tuple[object, ...](schedule)
        if all(map(is_pause, pauses)):
            return tuple(float(pause) for pause in pauses if is_pause(pause))
    message = "schedule is a list of pauses in seconds, such as LADDER: it must end"
    raise ConfigurationError(message)

"""Own what becomes of an order that was asked about: its end, another question later, or a person who must look.

It asks nobody itself; both reconcilers do, each in its own way.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

import attrs

from juspay_webhooks.catalog import Outcome
from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.inbox.pending import Agenda, PendingOrder
from juspay_webhooks.inbox.protocol import InboxUnavailable
from juspay_webhooks.models.order import Order
from juspay_webhooks.order_status.asking import is_settled
from juspay_webhooks.order_status.environments import BaseUrl
from juspay_webhooks.order_status.errors import Misconfigured, OrderStatusError, OutcomeUnknown, SlowDown
from juspay_webhooks.order_status.request import Target, order_request
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

_SHORTEST_BREAK: Final = 1.0
"""Seconds that all wait, at least: to ask again at once and for ever would be no answer to a `Retry-After: 0`."""

_BREAK: Final = 15.0
"""Seconds that all wait when Juspay does not say how long."""

_KEPT: Final = timedelta(days=30)
"""How long an order that was given up is remembered."""

_WATCHED: Final = timedelta(days=3)
"""After so long without news an order that the inbox has seen is no longer added."""


_AWAY: Final = "the inbox failed; the order is asked about again when the lease is over"


class Reconciled(StrEnum):
    """What came of asking about an order."""

    ENDED = "ended"
    """It has come to an end, and the receiver has acted on that."""

    LATER = "later"
    """It has not, or there was no answer, or a handler failed: it is asked about again."""

    GIVEN_UP = "given up"
    """A person must look. The schedule is over and the order has no end: its outcome is unknown, not failed. Or it
    has ended, and a handler said that it can never be handled (`Permanent`), or failed until the end."""


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
        inbox = receiver.inbox
        agenda: Agenda | None = getattr(inbox, "agenda", None)
        if inbox is None or agenda is None:
            message = (
                "a reconciler needs a receiver whose inbox outlives the process: Receiver(auth, inbox=SqlInbox(...))"
            )
            raise ConfigurationError(message)
        self._inbox = inbox
        self.agenda: Agenda = agenda
        self.label: str = receiver.label_of(label)
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

    def after_error(self, order: PendingOrder, error: OrderStatusError | ConfigurationError) -> Move | None:
        """Decide what becomes of an order about which there was no answer; None if nobody can ask about any order."""
        said = type(error).__name__
        if isinstance(error, Misconfigured):
            return None
        if isinstance(error, ConfigurationError):  # the id cannot be sent, now or ever; or the client is closed
            return None if _can_be_sent(order.order_id) else Move(result=Reconciled.GIVEN_UP, said=said)
        if isinstance(error, SlowDown):
            asked = _BREAK if error.retry_after is None else error.retry_after
            rest = min(_LONGEST_BREAK, max(_SHORTEST_BREAK, asked))
            self._break_until = max(self._break_until, self._clock() + rest)
            return Move(result=Reconciled.LATER, said=said, due_in=rest, is_counted=False)
        least = error.retry_after if isinstance(error, OutcomeUnknown) else None
        return self._next(order, said, least=min(least or 0.0, _EXTRA))

    def conclude(self, order: PendingOrder, found: Order, outcome: AnswerOutcome) -> Reconciled:
        """Decide what becomes of an order that was seen, and on which the receiver acted or not; and write it down."""
        try:
            move = self._after_answer(order, found, outcome)
        except InboxUnavailable:
            _log.exception(_AWAY)
            return Reconciled.LATER
        return self.note(order, move)

    def _after_answer(self, order: PendingOrder, found: Order, outcome: AnswerOutcome) -> Move:
        said = str(found.status)
        if outcome in _NOT_ACTED_ON:
            return self._next(order, f"{said}, {outcome.value}", extra=_MOST_EXTRA)
        if not is_settled(found):
            return self._next(order, said)
        newer = self._newer(found)
        if newer is not None:
            return self._next(order, f"{said}, and {newer.status} is newer")
        if outcome is AnswerOutcome.DEAD:  # nothing else keeps it for a person, as the inbox does a webhook
            return Move(result=Reconciled.GIVEN_UP, said=f"{said}, {outcome.value}")
        return Move(result=Reconciled.ENDED, said=said)

    def _newer(self, found: Order) -> Order | None:
        """Look whether the inbox knows a newer state that is no end: another attempt, and the answer is an old one."""
        if found.outcome is Outcome.PAID:  # after which nothing is under way
            return None
        known = self._inbox.order(found.order_id, namespace=self.label)
        return None if known is None or is_settled(known.order) else known.order

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
            is_ours = self._write(order, move)
        except InboxUnavailable:
            _log.exception(_AWAY)
            return Reconciled.LATER
        if not is_ours:
            _log.warning(
                "the claim on order %s expired while it was asked about, and somebody took over: raise the inbox's "
                "lease above the time that a question and the handlers take",
                shown(order.order_id),
            )
            return Reconciled.ENDED if move.result is Reconciled.ENDED else Reconciled.LATER
        if move.result is Reconciled.GIVEN_UP:
            _log.warning("order %s is given up (%s): a person must look", shown(order.order_id), shown(move.said))
        return move.result

    def _write(self, order: PendingOrder, move: Move) -> bool:
        if move.result is Reconciled.ENDED:
            return self.agenda.end(order)
        if move.result is Reconciled.GIVEN_UP:
            return self.agenda.give_up(order, move.said)
        due_in = timedelta(seconds=move.due_in)
        return self.agenda.later(order, move.said, due_in=due_in, is_counted=move.is_counted)


_ANYWHERE: Final = Target(base_url=BaseUrl.INDIA, merchant_id="any")
"""Where nothing is ever sent."""


def _can_be_sent(order_id: str) -> bool:
    """Tell whether an id is one that can be asked about at all, whoever asks."""
    try:
        order_request(_ANYWHERE, order_id)
    except ConfigurationError:
        return False
    return True


def _schedule(schedule: object) -> tuple[float, ...]:
    if isinstance(schedule, Sequence) and not isinstance(schedule, str | bytes):
        pauses = tuple[object, ...](schedule)
        if all(map(is_pause, pauses)):
            return tuple(float(pause) for pause in pauses if is_pause(pause))
    message = "schedule is a list of pauses in seconds, such as LADDER: it must end"
    raise ConfigurationError(message)

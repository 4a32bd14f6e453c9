"""Own the handling of one delivery: which handlers run, each effect once, and what becomes of what they raise.

Nothing here waits or calls a handler itself: each is a step for the one who carries it out (`driving`).
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final, TypeAlias, cast

from juspay_webhooks.errors import Permanent, Retryable
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox.protocol import Inbox, InboxUnavailable, Unit, Verdict
from juspay_webhooks.receiver.answer import AnswerOutcome
from juspay_webhooks.receiver.case import Case
from juspay_webhooks.receiver.driving import Call, Steps, result_of
from juspay_webhooks.receiver.registry import Handler
from juspay_webhooks.receiver.setup import Setup

__all__ = ["STANDING", "Work", "asked", "called", "told_in_passing"]

_log: Final = logging.getLogger("juspay_webhooks.receiver")

_WORST_FIRST: Final = (
    AnswerOutcome.FAILED,
    AnswerOutcome.RETRY,
    AnswerOutcome.BUSY,
    AnswerOutcome.DEAD,
    AnswerOutcome.HANDLED,
    AnswerOutcome.DUPLICATE,
)
"""Of several ends the first of these is the end of the delivery."""

STANDING: Final = {
    Verdict.DUPLICATE: AnswerOutcome.DUPLICATE,
    Verdict.DEAD: AnswerOutcome.DEAD,
    Verdict.BUSY: AnswerOutcome.BUSY,
}
"""How a delivery ends that may not be handled now."""


def asked(inbox: Inbox, function: Callable[..., object], *arguments: object) -> Steps[Any]:
    """Ask the inbox something.

    Args:
        inbox: The inbox.
        function: One of its calls.
        arguments: Its arguments.

    Returns:
        Its answer.

    Raises:
        InboxUnavailable: It raised, whatever it was.
    """
    try:
        return (yield Call(function, arguments, inbox.blocking))
    except Exception as error:
        _log.exception("the inbox failed; the sender is asked to come again")
        message = f"the inbox raised {type(error).__name__}"
        raise InboxUnavailable(message) from error


def told_in_passing(function: Callable[..., object], *arguments: object) -> None:
    """Tell the inbox something while the process or the task is being stopped: no step would be carried out any more.

    Args:
        function: One of its calls; what it raises is logged, for what stops us must go on.
        arguments: Its arguments.
    """
    try:
        function(*arguments)
    except Exception:  # noqa: BLE001 - logged; a claim that stays behind expires
        _log.exception("the inbox failed while a handler was being stopped")


_End: TypeAlias = tuple[AnswerOutcome, float | None]
"""What becomes of a call, and the seconds that it asks for."""


def called(handler: Handler, subject: object, case: Case, tx: object = None) -> Steps[_End]:
    """Call a handler.

    Args:
        handler: The handler.
        subject: The event or the effect.
        case: The delivery.
        tx: Transaction of the inbox.

    Returns:
        What becomes of it, whatever it raised, and the seconds that it asks for.
    """
    arguments = (subject, case.delivery(tx)) if handler.takes_delivery else (subject,)
    try:
        yield Call(handler.function, arguments, not handler.is_async)
    except Exception as error:  # noqa: BLE001 - logged; whatever a merchant's code raises, the sender gets an answer
        return _raised(handler, error)
    return AnswerOutcome.HANDLED, None


def _called_now(handler: Handler, subject: object, case: Case) -> _End:
    """Call a handler in this thread, at once."""
    arguments = (subject, case.delivery()) if handler.takes_delivery else (subject,)
    try:
        result_of(handler.function, arguments)
    except Exception as error:  # noqa: BLE001 - as above
        return _raised(handler, error)
    return AnswerOutcome.HANDLED, None


def _raised(handler: Handler, error: Exception) -> _End:
    """Log what a handler raised, and say what becomes of it."""
    if isinstance(error, Retryable):
        _log.warning("handler %s asks for another attempt", handler.name, exc_info=error)
        return AnswerOutcome.RETRY, error.retry_after
    if isinstance(error, Permanent):
        _log.error("handler %s gave up for good; a person must look", handler.name, exc_info=error)
        return AnswerOutcome.DEAD, None
    _log.error("handler %s raised", handler.name, exc_info=error)
    return AnswerOutcome.FAILED, None


class Work:
    """The handling of one delivery."""

    def __init__(self, setup: Setup, case: Case) -> None:
        """Begin.

        Args:
            setup: What the receiver is made of.
            case: The delivery.
        """
        self._setup = setup
        self._case = case
        self._end: AnswerOutcome | None = None
        self._wait: float | None = None

    @property
    def retry_after(self) -> float:
        """Seconds after which the sender is asked to come again."""
        return self._setup.retry_after if self._wait is None else self._wait

    def outcome(self, untaken: AnswerOutcome) -> AnswerOutcome:
        """Sum up how it ended; `untaken` if no handler was there."""
        return self._end or untaken

    def act(self, effects: Iterable[Effect]) -> Steps[None]:
        """Run what is registered: effects first, then the event, then the fallback if nothing took it.

        Args:
            effects: What has happened.
        """
        inbox, event = self._setup.inbox, self._case.event
        for handler, subject in self._due(effects):
            if inbox is None or subject is event:
                self._note((yield from called(handler, subject, self._case)))
            else:
                self._note((yield from self._once(inbox, cast("Effect", subject), handler)))

    def act_now(self, effects: Iterable[Effect]) -> None:
        """Do as `act` does, in this thread, at once, and without an inbox: most of what steps cost is their order.

        Args:
            effects: What has happened.
        """
        for handler, subject in self._due(effects):
            self._note(_called_now(handler, subject, self._case))

    def _due(self, effects: Iterable[Effect]) -> "list[tuple[Handler, object]]":
        """List the handlers that are to run, each with what it is called with."""
        registry, event = self._setup.registry, self._case.event
        due: list[tuple[Handler, object]] = [
            (handler, effect) for effect in effects for handler in registry.for_effect(type(effect))
        ]
        if event is not None:
            due += [(handler, event) for handler in registry.for_event(type(event))]
        if event is not None and not due:
            due = [(handler, event) for handler in registry.fallbacks]
        return due

    def _note(self, end: _End) -> None:
        outcome, wait = end
        if self._end is None:
            self._end, self._wait = outcome, wait
        else:
            self._end = min(outcome, self._end, key=_WORST_FIRST.index)
            self._wait = max((one for one in (wait, self._wait) if one is not None), default=None)

    def _once(self, inbox: Inbox, effect: Effect, handler: Handler) -> Steps[_End]:
        """Act on an effect that nobody has acted on: what its handler wrote, and that it ran, are kept together."""
        unit: Unit = yield from asked(inbox, inbox.begin, self._case.label)
        try:
            verdict: Verdict = yield from asked(inbox, unit.once, effect)
            if verdict is Verdict.CLAIMED:
                end = yield from called(handler, effect, self._case, unit.tx)
            else:
                end = STANDING[verdict], None
            yield from asked(inbox, unit.commit if end[0] is AnswerOutcome.HANDLED else unit.rollback)
        except InboxUnavailable as error:
            with suppress(InboxUnavailable):  # logged; what is not committed ends with the connection
                yield from asked(inbox, unit.rollback)
            raise error from error.__cause__
        except BaseException:
            told_in_passing(unit.rollback)
            raise
        return end

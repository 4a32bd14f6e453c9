"""Own the handling of one delivery: which handlers run, each effect once, and what becomes of what they raise.

Nothing here waits or calls a handler itself: each is a step for the one who carries it out (`driving`).
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from juspay_webhooks.errors import Permanent, Retryable
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox.protocol import Inbox, InboxUnavailable, Unit, Verdict
from juspay_webhooks.receiver.answer import AnswerOutcome
from juspay_webhooks.receiver.case import Case
from juspay_webhooks.receiver.driving import Call, Steps
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


def called(
    handler: Handler, subject: object, case: Case, tx: object = None
) -> Steps[tuple[AnswerOutcome, float | None]]:
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
    except Retryable as error:
        _log.warning("handler %s asks for another attempt", handler.name, exc_info=True)
        return AnswerOutcome.RETRY, error.retry_after
    except Permanent:
        _log.exception("handler %s gave up for good; a person must look", handler.name)
        return AnswerOutcome.DEAD, None
    except Exception:  # noqa: BLE001 - logged; whatever a merchant's code raises, the sender gets an answer
        _log.exception("handler %s raised", handler.name)
        return AnswerOutcome.FAILED, None
    return AnswerOutcome.HANDLED, None


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
        registry, inbox, event = self._setup.registry, self._setup.inbox, self._case.event
        for effect in effects:
            for handler in registry.for_effect(type(effect)):
                steps = called(handler, effect, self._case) if inbox is None else self._once(inbox, effect, handler)
                self._note((yield from steps))
        if event is None:
            return
        for handler in registry.for_event(type(event)):
            self._note((yield from called(handler, event, self._case)))
        if self._end is None:
            for handler in registry.fallbacks:
                self._note((yield from called(handler, event, self._case)))

    def _note(self, end: tuple[AnswerOutcome, float | None]) -> None:
        outcome, wait = end
        if self._end is None:
            self._end, self._wait = outcome, wait
        else:
            self._end = min(outcome, self._end, key=_WORST_FIRST.index)
            self._wait = max((one for one in (wait, self._wait) if one is not None), default=None)

    def _once(self, inbox: Inbox, effect: Effect, handler: Handler) -> Steps[tuple[AnswerOutcome, float | None]]:
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

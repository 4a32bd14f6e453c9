"""Own the handling of one delivery: which handlers run, each effect once, and what becomes of what they raise.

Nothing here waits or calls a handler itself: each is a step for the one who carries it out (`driving`).
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeAlias, cast

from juspay_webhooks.errors import ConfigurationError, Permanent, Retryable
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox.protocol import Inbox, InboxUnavailable, Settlement, Unit, Verdict
from juspay_webhooks.receiver.answer import AnswerOutcome
from juspay_webhooks.receiver.case import Case
from juspay_webhooks.receiver.delivery import Joining, joins_nothing
from juspay_webhooks.receiver.driving import Call, Steps, settled
from juspay_webhooks.receiver.registry import Handler
from juspay_webhooks.receiver.setup import Setup

__all__ = ["STANDING", "Ending", "Settling", "acted", "acted_now", "asked", "called", "told_in_passing"]

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


Ending: TypeAlias = tuple[AnswerOutcome, float | None]
"""How a handler or a delivery ended, and the seconds after which it asks to come again; None for the receiver's own."""


Settling: TypeAlias = Callable[[Case, Ending], Settlement]
"""How an inbox settles a delivery that ended so."""

_HANDLED: Final[Ending] = (AnswerOutcome.HANDLED, None)


def called(
    handler: Handler, subject: object, case: Case, tx: object = None, join: Joining = joins_nothing
) -> Steps[Ending]:
    """Call a handler.

    Args:
        handler: The handler.
        subject: The event or the effect.
        case: The delivery.
        tx: Transaction of the inbox.
        join: Lets a transaction of the merchant's take part.

    Returns:
        What becomes of it, whatever it raised, and the seconds that it asks for.
    """
    arguments = (subject, case.delivery(tx, join)) if handler.takes_delivery else (subject,)
    try:
        yield Call(handler.function, arguments, not handler.is_async)
    except Exception as error:  # noqa: BLE001 - logged; whatever a merchant's code raises, the sender gets an answer
        return _raised(handler, error, case)
    return _HANDLED


def _refused(_connection: object) -> None:
    message = (
        "only a handler of an effect can join a transaction: an event is remembered when its handlers have returned"
    )
    raise ConfigurationError(message)


def _tx_of(unit: Unit) -> object:
    return unit.tx


def _raised(handler: Handler, error: Exception, case: Case) -> Ending:
    """Log what a handler raised, note its class, and say what becomes of it."""
    case.error = type(error).__name__
    if isinstance(error, Retryable):
        _log.warning("handler %s asks for another attempt", handler.name, exc_info=error)
        return AnswerOutcome.RETRY, error.retry_after
    if isinstance(error, Permanent):
        _log.error("handler %s gave up for good; a person must look", handler.name, exc_info=error)
        return AnswerOutcome.DEAD, None
    _log.error("handler %s raised", handler.name, exc_info=error)
    return AnswerOutcome.FAILED, None


def acted(
    setup: Setup, case: Case, effects: Iterable[Effect], settling: Settling | None = None
) -> Steps[Ending | None]:
    """Run what is registered: effects first, then the event, then the fallback if nothing took it.

    Args:
        setup: What the receiver is made of.
        case: The delivery.
        effects: What has happened.
        settling: Says how the inbox is to settle the delivery; None if it holds none. It is settled here, and
            `case.settlement` set, if the last handler is that of an effect: in one transaction with that effect.

    Returns:
        How it ended; None if there is no handler for it.
    """
    inbox, event = setup.inbox, case.event
    ends: list[Ending] = []
    due = list(setup.registry.due(event, effects))
    for handler, subject in due:
        if inbox is None or subject is event:
            ends.append((yield from called(handler, subject, case, None, joins_nothing if inbox is None else _refused)))
            continue
        last = None
        if settling is not None and len(ends) + 1 == len(due):
            last = partial(_settlement, settling, case, list(ends))
        ends.append((yield from _once(inbox, cast("Effect", subject), handler, case, last)))
    return _worst(ends)


def _settlement(settling: Settling, case: Case, ends: list[Ending]) -> Settlement:
    """Say how a delivery is settled whose last handler has returned."""
    return settling(case, cast("Ending", _worst([*ends, _HANDLED])))


def acted_now(setup: Setup, case: Case, effects: Iterable[Effect]) -> Ending | None:
    """Do as `acted` does, in this thread, at once, and without an inbox: most of what steps cost is their order.

    Args:
        setup: As in `acted`.
        case: As in `acted`.
        effects: As in `acted`.

    Returns:
        As `acted` does.
    """
    ends: list[Ending] = []
    for handler, subject in setup.registry.due(case.event, effects):
        arguments = (subject, case.delivery()) if handler.takes_delivery else (subject,)
        try:
            result = handler.function(*arguments)
            if result is not None:
                settled(result)
        except Exception as error:  # noqa: BLE001 - as in `called`
            ends.append(_raised(handler, error, case))
        else:
            ends.append(_HANDLED)
    return _worst(ends)


def _worst(ends: list[Ending]) -> Ending | None:
    """Sum up the ends of several handlers; the longest wait holds for all."""
    if len(ends) <= 1:
        return ends[0] if ends else None
    worst = min((outcome for outcome, _ in ends), key=_WORST_FIRST.index)
    return worst, max((wait for _, wait in ends if wait is not None), default=None)


def _once(
    inbox: Inbox, effect: Effect, handler: Handler, case: Case, last: Callable[[], Settlement] | None
) -> Steps[Ending]:
    """Act on an effect that nobody has acted on.

    What its handler wrote, that it ran, and, after the last handler, that the delivery ended, are kept together.
    """
    unit: Unit = yield from asked(inbox, inbox.begin, case.label)
    try:
        verdict: Verdict = yield from asked(inbox, unit.once, effect)
        if verdict is Verdict.CLAIMED:
            # Only a handler that takes the delivery can write with it, and to open a transaction may take long.
            tx = (yield from asked(inbox, _tx_of, unit)) if handler.takes_delivery else None
            end = yield from called(handler, effect, case, tx, unit.join)
        else:
            end = STANDING[verdict], None
        if end[0] is not AnswerOutcome.HANDLED:
            yield from asked(inbox, unit.rollback)
        elif last is None:
            yield from asked(inbox, unit.commit)
        else:
            case.settlement = last()
            case.is_ours = yield from asked(inbox, unit.commit, case.settlement)
    except InboxUnavailable as error:
        with suppress(InboxUnavailable):  # logged; what is not committed ends with the connection
            yield from asked(inbox, unit.rollback)
        raise error from error.__cause__
    except BaseException:
        told_in_passing(unit.rollback)
        raise
    return end

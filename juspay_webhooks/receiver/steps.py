"""Own the order of things: size, address, credentials, body, inbox, handlers.

Nothing of a request's body or credentials is logged.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import attrs

from juspay_webhooks.auth.headers import Headers, reusable
from juspay_webhooks.catalog import PAYMENT_EVENTS, is_eligible
from juspay_webhooks.errors import AuthenticationError, ConfigurationError, PayloadError, shown, summary
from juspay_webhooks.events.effects import Effect, OrderPaid, hides_refunds
from juspay_webhooks.events.payments import UnknownEvent, UnreadableEvent
from juspay_webhooks.inbox.protocol import Claim, Inbox, InboxUnavailable, Record, Settlement, State, Verdict, WorkInbox
from juspay_webhooks.parsing._body import Body, raw_bytes
from juspay_webhooks.parsing._events import event_of
from juspay_webhooks.receiver.answer import AnswerOutcome
from juspay_webhooks.receiver.case import Case
from juspay_webhooks.receiver.driving import Steps, run
from juspay_webhooks.receiver.setup import Mode, Setup
from juspay_webhooks.receiver.work import STANDING, Ending, acted, acted_now, asked, called, told_in_passing

if TYPE_CHECKING:
    from juspay_webhooks.events.payouts import AnyEvent

__all__ = ["Pause", "admit", "bounded", "observed", "resumed", "taken", "taken_now"]

_log: Final = logging.getLogger("juspay_webhooks.receiver")

Pause: TypeAlias = Callable[[int, float | None], timedelta | None]
"""Of the number of an attempt that failed and the seconds that its handler asked for: when to try again, or never."""

_SAYS_PAID: Final = frozenset({"ORDER_SUCCEEDED", "TXN_CHARGED"})
"""Events whose name says that an order is paid; the content decides."""

_BUSY: Final = timedelta(seconds=10)
"""How long a worker leaves a delivery alone whose effect somebody else is at, if it has no pauses of its own."""

_STATES: Final = {
    AnswerOutcome.FAILED: State.FAILED,
    AnswerOutcome.RETRY: State.FAILED,
    AnswerOutcome.BUSY: State.FAILED,
    AnswerOutcome.DEAD: State.DEAD,
}
"""State in which an outcome leaves a delivery; DONE where it is not named."""


def admit(setup: Setup, headers: Headers, case: Case, body: Body) -> Ending | None:
    """Decide who may come in, before a byte of the body is read.

    Args:
        setup: What the receiver is made of.
        headers: The request's headers.
        case: The delivery; its body, address and sender are filled in.
        body: The body.

    Returns:
        Why it is refused; None if it is let in.

    Raises:
        ConfigurationError: The receiver does not know who may come in, or the body or the headers are none.
    """
    if setup.auth is None:
        message = "this receiver has no auth, so it takes no requests: give it a BasicAuth"
        raise ConfigurationError(message)
    too_large = bounded(setup, case, body)
    if too_large is not None:
        return too_large
    if setup.addresses is not None or setup.inbox is not None:
        case.headers = headers = reusable(headers)
    if setup.addresses is not None:
        case.client_ip = setup.addresses.client_ip(headers, peer=case.client_ip)
        if not setup.addresses.allows(case.client_ip):
            _log.warning("refused a request: its address is not among those of the address policy")
            return AnswerOutcome.FORBIDDEN, None
    try:
        case.sender = setup.auth.verify(headers)
    except AuthenticationError as error:
        _log.warning("refused a request: %s", error)
        return AnswerOutcome.UNAUTHENTICATED, None
    case.label = case.sender.label
    return None


def bounded(setup: Setup, case: Case, body: Body) -> Ending | None:
    """Take a body over, if it is small enough; else say why it is refused."""
    if type(body) is bytes and len(body) <= setup.max_bytes:
        case.raw = body
        return None
    try:
        case.raw = raw_bytes(body, max_bytes=setup.max_bytes)
    except PayloadError:
        _log.warning("refused a request: its body is larger than %d bytes", setup.max_bytes)
        return AnswerOutcome.TOO_LARGE, None
    return None


def observed(setup: Setup, case: Case, effects: Iterable[Effect]) -> Steps[Ending]:
    """Act on an order that was fetched.

    Args:
        setup: What the receiver is made of.
        case: How it came.
        effects: What the order says.

    Returns:
        How it ended.
    """
    try:
        sighting = case.sighting
        if setup.inbox is not None and sighting is not None:
            yield from asked(setup.inbox, setup.inbox.see, sighting)
        end = yield from acted(setup, case, effects)
    except InboxUnavailable:
        return AnswerOutcome.UNAVAILABLE, None
    return end or (AnswerOutcome.IGNORED, None)


def taken(setup: Setup, case: Case) -> Steps[Ending]:
    """Read a body whose sender is known, and handle or keep it.

    Args:
        setup: What the receiver is made of.
        case: The delivery.

    Returns:
        How it ended.
    """
    effects = _read(setup, case)
    event = case.event
    if event is None or effects is None:
        return (yield from _kept(setup, case))
    if setup.inbox is not None:
        try:
            return (yield from _remembered(setup, setup.inbox, event, effects, case))
        except InboxUnavailable:
            return AnswerOutcome.UNAVAILABLE, None
    return (yield from acted(setup, case, effects)) or _untaken(event)


def taken_now(setup: Setup, case: Case) -> Ending:
    """Do as `taken` does, in this thread, at once, and without an inbox.

    Args:
        setup: What the receiver is made of.
        case: The delivery.

    Returns:
        How it ended.
    """
    effects = _read(setup, case)
    event = case.event
    if event is None or effects is None:
        return run(_kept(setup, case))
    return acted_now(setup, case, effects) or _untaken(event)


def _read(setup: Setup, case: Case) -> Iterable[Effect] | None:
    """Read the event and name what has happened; None if it is not to be handled, and no event if there is none."""
    try:
        event = event_of(case.raw)
    except PayloadError as error:
        _log.warning("not a Juspay event: %s", error)
        return None
    case.event = event
    if setup.api_version is not None:
        _watch_version(setup, event.name, setup.api_version)
    if isinstance(event, UnreadableEvent):
        return None
    effects = event.effects if setup.registry.effects else ()
    if event.name in _SAYS_PAID and setup.registry.effects and OrderPaid not in map(type, effects):
        if hides_refunds(event.problems):
            return None
        _log.warning("%s %s does not say that the order is paid", shown(event.name), shown(event.id or ""))
    return effects


def _remembered(setup: Setup, inbox: Inbox, event: "AnyEvent", effects: Iterable[Effect], case: Case) -> Steps[Ending]:
    """Claim an event, handle it, and say how it ended; or store it for a worker."""
    record = case.record(name=event.name, event_id=event.id)
    if setup.mode is Mode.DEFERRED:
        verdict: Verdict = yield from asked(inbox, inbox.store, record)
        is_stored = verdict in {Verdict.CLAIMED, Verdict.BUSY}
        return (AnswerOutcome.STORED if is_stored else STANDING[verdict]), None
    claim: Claim = yield from asked(inbox, inbox.claim, record)
    case.claim = claim
    if claim.verdict is not Verdict.CLAIMED:
        return STANDING[claim.verdict], None
    try:
        end = (yield from acted(setup, case, effects, _settlement)) or _untaken(event)
    except InboxUnavailable:
        yield from asked(inbox, inbox.settle, claim, State.FAILED)
        raise
    except BaseException:
        told_in_passing(inbox.settle, claim, State.FAILED)
        raise
    yield from _settled(inbox, case, _settlement(case, end))
    return end


def _settlement(
    case: Case, end: Ending, retry_in: timedelta | None = None, *, state: State | None = None
) -> Settlement:
    """Say how the inbox settles a delivery that ended so."""
    return Settlement(
        claim=cast("Claim", case.claim),
        state=_STATES.get(end[0], State.DONE) if state is None else state,
        error=case.error,
        retry_in=retry_in,
        sighting=case.sighting,
    )


def _settled(inbox: Inbox, case: Case, settlement: Settlement) -> Steps[None]:
    """Say how the handling of a claim ended, unless that was said with its last effect."""
    if case.is_ours is None:
        error, retry_in, sighting = settlement.error, settlement.retry_in, settlement.sighting
        settle = partial(inbox.settle, error=error, retry_in=retry_in, sighting=sighting)
        case.is_ours = yield from asked(inbox, settle, settlement.claim, settlement.state)
    if not case.is_ours:
        _log.warning(
            "the claim on event %s expired while its handlers ran; they may have run twice: raise the inbox's lease",
            shown("" if case.event is None else case.event.id or ""),
        )


def resumed(setup: Setup, inbox: WorkInbox, case: Case, claim: Claim, pause: Pause) -> Steps[Ending]:
    """Handle a stored delivery that a worker has claimed.

    Args:
        setup: What the receiver is made of.
        inbox: Where it was stored.
        case: The delivery; its claim is filled in.
        claim: The claim.
        pause: Says when to try again if it fails.

    Returns:
        How it ended.
    """
    case.claim = claim
    try:
        return (yield from _resumed(setup, inbox, case, claim, pause))
    except InboxUnavailable:
        return AnswerOutcome.UNAVAILABLE, None  # the claim expires, and somebody takes over


def _resumed(setup: Setup, inbox: WorkInbox, case: Case, claim: Claim, pause: Pause) -> Steps[Ending]:
    effects = _read(setup, case)
    event = case.event
    if event is None or effects is None:
        unreadable: Ending = AnswerOutcome.UNREADABLE, None
        yield from _settled(inbox, case, _settlement(case, unreadable, state=State.QUARANTINED))
        yield from _told(setup, case)
        return unreadable
    settling = partial(_later, pause=pause)
    try:
        end = (yield from acted(setup, case, effects, settling)) or _untaken(event)
    except BaseException:
        told_in_passing(partial(inbox.settle, retry_in=timedelta(0)), claim, State.FAILED)
        raise
    if end[0] is AnswerOutcome.BUSY:  # that is no attempt of this delivery's
        yield from asked(inbox, partial(inbox.release, retry_in=pause(1, end[1]) or _BUSY), claim)
        return end
    settlement = case.settlement or settling(case, end)
    yield from _settled(inbox, case, settlement)
    if settlement.state is State.DEAD and end[0] is not AnswerOutcome.DEAD:
        _log.error("event %s failed for the last time; a person must look", shown(event.id or ""))
        return AnswerOutcome.DEAD, None
    return end


def _later(case: Case, end: Ending, *, pause: Pause) -> Settlement:
    """Say how the inbox settles a delivery of a worker: what failed is tried again, but not for ever."""
    settlement = _settlement(case, end)
    if settlement.state is not State.FAILED:
        return settlement
    retry_in = pause(settlement.claim.attempt, end[1])
    return attrs.evolve(settlement, retry_in=retry_in, state=State.DEAD if retry_in is None else State.FAILED)


def _untaken(event: "AnyEvent") -> Ending:
    """Name the end of an event that no handler took."""
    is_unknown = isinstance(event, UnknownEvent) or type(event).__name__ == "UnknownPayoutEvent"
    return (AnswerOutcome.UNKNOWN if is_unknown else AnswerOutcome.IGNORED), None


def _kept(setup: Setup, case: Case) -> Steps[Ending]:
    """Keep what cannot be read, and tell those who want to know."""
    event = case.event
    is_kept = yield from _quarantined(setup, case.record(name="" if event is None else event.name))
    yield from _told(setup, case)
    if not is_kept:
        return AnswerOutcome.UNAVAILABLE, None
    if event is None:
        return AnswerOutcome.INVALID, None
    return (AnswerOutcome.NOT_KEPT if setup.inbox is None else AnswerOutcome.UNREADABLE), None


def _told(setup: Setup, case: Case) -> Steps[None]:
    """Say that an event cannot be read, and call those who want to know."""
    event = case.event
    if event is None:
        return
    _log.error("event %s (%s) cannot be read: %s", shown(event.id or ""), shown(event.name), summary(event.problems))
    if isinstance(event, UnreadableEvent):
        for handler in setup.registry.for_event(UnreadableEvent):
            yield from called(handler, event, case)


def _quarantined(setup: Setup, record: Record) -> Steps[bool]:
    """Keep a body that cannot be read, if there is an inbox; False if that failed."""
    if setup.inbox is not None:
        try:
            yield from asked(setup.inbox, setup.inbox.quarantine, record)
        except InboxUnavailable:
            return False
    return True


def _watch_version(setup: Setup, name: str, version: str) -> None:
    if name not in setup.warned and name in PAYMENT_EVENTS and is_eligible(name, version) is False:
        setup.warned.add(name)
        _log.warning(
            "%s arrived, which webhook API version %s does not send: the dashboard has another version", name, version
        )

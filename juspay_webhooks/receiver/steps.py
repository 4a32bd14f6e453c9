"""Own the order of things: size, address, credentials, body, inbox, handlers.

Nothing of a request's body or credentials is logged.
"""

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import attrs

from juspay_webhooks.auth.basic import BasicAuth
from juspay_webhooks.auth.headers import Headers, reusable
from juspay_webhooks.catalog import PAYMENT_EVENTS, is_eligible
from juspay_webhooks.errors import AuthenticationError, PayloadError, shown, summary
from juspay_webhooks.events.effects import Effect, OrderPaid, hides_refunds
from juspay_webhooks.events.payments import PaymentFamily, UnknownEvent, UnreadableEvent
from juspay_webhooks.inbox.protocol import Claim, Inbox, InboxUnavailable, Record, State, Verdict
from juspay_webhooks.parsing._body import Body, raw_bytes
from juspay_webhooks.parsing._events import parse_event
from juspay_webhooks.receiver.answer import AnswerOutcome
from juspay_webhooks.receiver.case import Case
from juspay_webhooks.receiver.driving import Steps, run
from juspay_webhooks.receiver.setup import Mode, Setup
from juspay_webhooks.receiver.work import STANDING, Work, asked, called, told_in_passing

if TYPE_CHECKING:
    from juspay_webhooks.events.payouts import AnyEvent

__all__ = ["Result", "admit", "bounded", "observed", "taken", "taken_now"]

_log: Final = logging.getLogger("juspay_webhooks.receiver")

_SAYS_PAID: Final = frozenset({"ORDER_SUCCEEDED", "TXN_CHARGED"})
"""Events whose name says that an order is paid; the content decides."""

_STATES: Final = {
    AnswerOutcome.FAILED: State.FAILED,
    AnswerOutcome.RETRY: State.FAILED,
    AnswerOutcome.BUSY: State.FAILED,
    AnswerOutcome.DEAD: State.DEAD,
}
"""State in which an outcome leaves a delivery; DONE where it is not named."""


@attrs.define
class Result:
    """How a delivery ended."""

    outcome: AnswerOutcome
    """The outcome."""

    retry_after: float
    """Seconds after which the sender is asked to come again."""


def admit(setup: Setup, auth: BasicAuth, headers: Headers, case: Case, body: Body) -> Result | None:
    """Decide who may come in, before a byte of the body is read.

    Args:
        setup: What the receiver is made of.
        auth: Who may call.
        headers: The request's headers.
        case: The delivery; its body, address and sender are filled in.
        body: The body.

    Returns:
        Why it is refused; None if it is let in.
    """
    too_large = bounded(setup, case, body)
    if too_large is not None:
        return too_large
    if setup.addresses is not None:
        headers = reusable(headers)
        case.client_ip = setup.addresses.client_ip(headers, peer=case.client_ip)
        if not setup.addresses.allows(case.client_ip):
            _log.warning("refused a request: its address is not among those of the address policy")
            return Result(AnswerOutcome.FORBIDDEN, 0)
    try:
        case.sender = auth.verify(headers)
    except AuthenticationError as error:
        _log.warning("refused a request: %s", error)
        return Result(AnswerOutcome.UNAUTHENTICATED, 0)
    case.label = case.sender.label
    return None


def bounded(setup: Setup, case: Case, body: Body) -> Result | None:
    """Take a body over, if it is small enough; else say why it is refused."""
    try:
        case.raw = raw_bytes(body, max_bytes=setup.max_bytes)
    except PayloadError:
        _log.warning("refused a request: its body is larger than %d bytes", setup.max_bytes)
        return Result(AnswerOutcome.TOO_LARGE, 0)
    return None


def observed(setup: Setup, case: Case, effects: Iterable[Effect]) -> Steps[Result]:
    """Act on an order that was fetched.

    Args:
        setup: What the receiver is made of.
        case: How it came.
        effects: What the order says.

    Returns:
        How it ended.
    """
    work = Work(setup, case)
    try:
        yield from work.act(effects)
    except InboxUnavailable:
        return Result(AnswerOutcome.UNAVAILABLE, setup.retry_after)
    return Result(work.outcome(AnswerOutcome.IGNORED), work.retry_after)


def taken(setup: Setup, case: Case) -> Steps[Result]:
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
            return Result(AnswerOutcome.UNAVAILABLE, setup.retry_after)
    work = Work(setup, case)
    yield from work.act(effects)
    return Result(work.outcome(_untaken(event)), work.retry_after)


def taken_now(setup: Setup, case: Case) -> Result:
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
    work = Work(setup, case)
    work.act_now(effects)
    return Result(work.outcome(_untaken(event)), work.retry_after)


def _read(setup: Setup, case: Case) -> Iterable[Effect] | None:
    """Read the event and name what has happened; None if it is not to be handled, and no event if there is none."""
    try:
        event = parse_event(case.raw, max_bytes=setup.max_bytes)
    except PayloadError as error:
        _log.warning("not a Juspay event: %s", error)
        return None
    case.event = event
    if setup.api_version is not None:
        _watch_version(setup, event.name, setup.api_version)
    if isinstance(event, UnreadableEvent):
        return None
    effects = event.effects if setup.registry.effects else ()
    if event.name in _SAYS_PAID and setup.registry.effects and not any(isinstance(one, OrderPaid) for one in effects):
        if hides_refunds(event.problems):
            return None
        _log.warning("%s %s does not say that the order is paid", shown(event.name), shown(event.id or ""))
    return effects


def _remembered(setup: Setup, inbox: Inbox, event: "AnyEvent", effects: Iterable[Effect], case: Case) -> Steps[Result]:
    """Claim an event, handle it, and say how it ended; or store it for a worker."""
    record = case.record(name=event.name, event_id=event.id)
    if setup.mode is Mode.DEFERRED:
        verdict: Verdict = yield from asked(inbox, inbox.store, record)
        is_stored = verdict in {Verdict.CLAIMED, Verdict.BUSY}
        return Result(AnswerOutcome.STORED if is_stored else STANDING[verdict], 0)
    claim: Claim = yield from asked(inbox, inbox.claim, record)
    case.claim = claim
    if claim.verdict is not Verdict.CLAIMED:
        return Result(STANDING[claim.verdict], setup.retry_after)
    work = Work(setup, case)
    try:
        yield from work.act(effects)
    except InboxUnavailable:
        yield from asked(inbox, inbox.settle, claim, State.FAILED)
        raise
    except BaseException:
        told_in_passing(inbox.settle, claim, State.FAILED)
        raise
    outcome = work.outcome(_untaken(event))
    is_ours = yield from asked(inbox, inbox.settle, claim, _STATES.get(outcome, State.DONE))
    if not is_ours:
        _log.warning(
            "the claim on event %s expired while its handlers ran; they may have run twice: raise the inbox's lease",
            shown(event.id or ""),
        )
    return Result(outcome, work.retry_after)


def _untaken(event: "AnyEvent") -> AnswerOutcome:
    """Name the end of an event that no handler took."""
    if isinstance(event, PaymentFamily):
        return AnswerOutcome.IGNORED
    is_unknown = isinstance(event, UnknownEvent) or type(event).__name__ == "UnknownPayoutEvent"
    return AnswerOutcome.UNKNOWN if is_unknown else AnswerOutcome.IGNORED


def _kept(setup: Setup, case: Case) -> Steps[Result]:
    """Keep what cannot be read, and tell those who want to know."""
    event = case.event
    if event is None:
        is_kept = yield from _quarantined(setup, case.record())
        return Result(AnswerOutcome.INVALID if is_kept else AnswerOutcome.UNAVAILABLE, setup.retry_after)
    _log.error("event %s (%s) cannot be read: %s", shown(event.id or ""), shown(event.name), summary(event.problems))
    is_kept = yield from _quarantined(setup, case.record(name=event.name))
    if isinstance(event, UnreadableEvent):
        for handler in setup.registry.for_event(UnreadableEvent):
            yield from called(handler, event, case)
    if not is_kept:
        return Result(AnswerOutcome.UNAVAILABLE, setup.retry_after)
    return Result(AnswerOutcome.NOT_KEPT if setup.inbox is None else AnswerOutcome.UNREADABLE, 0)


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

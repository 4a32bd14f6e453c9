"""Own what becomes of a message of a queue. It has no headers: let only those write to it who checked the sender."""

from enum import StrEnum
from typing import Final

import attrs

from juspay_webhooks.parsing._body import Body
from juspay_webhooks.receiver.answer import Answer, AnswerOutcome
from juspay_webhooks.receiver.receiver import Receiver

__all__ = ["Action", "Disposition", "take_unverified", "take_unverified_async"]


class Action(StrEnum):
    """What to do with a message."""

    ACK = "ack"
    """Delete it: it is handled, or kept."""

    RETRY = "retry"
    """Give it back: it can be handled later."""

    REJECT = "reject"
    """Put it among the dead letters: it can never be handled, and nothing else keeps it."""


_ACTIONS: Final = {2: Action.ACK, 4: Action.REJECT, 5: Action.RETRY}  # by the first digit of the status
_WAITING: Final = {AnswerOutcome.DEAD, AnswerOutcome.UNREADABLE}  # for a person, in an inbox that outlives the process


@attrs.frozen
class Disposition:
    """What to do with a message, and why."""

    action: Action
    """What to do."""

    outcome: AnswerOutcome
    """How the delivery ended."""

    retry_after: int | None
    """Seconds after which to try again; None: as the queue does by itself."""


def take_unverified(receiver: Receiver, *, body: Body, label: str, source: str = "queue") -> Disposition:
    """Take a webhook's body out of a queue; `label` is the merchant's, as for `Receiver.handle_unverified`."""
    return _disposed(receiver, receiver.handle_unverified(body=body, label=label, source=source))


async def take_unverified_async(receiver: Receiver, *, body: Body, label: str, source: str = "queue") -> Disposition:
    """Take a webhook's body out of a queue, on an event loop; see `take_unverified`."""
    return _disposed(receiver, await receiver.handle_unverified_async(body=body, label=label, source=source))


def _disposed(receiver: Receiver, answer: Answer) -> Disposition:
    is_lost = answer.outcome in _WAITING and not receiver.is_durable
    action = Action.REJECT if is_lost else _ACTIONS[answer.status // 100]
    return Disposition(action, answer.outcome, int(answer.headers.get("Retry-After", 0)) or None)

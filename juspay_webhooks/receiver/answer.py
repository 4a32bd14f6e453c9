"""Own what a sender is told: one HTTP answer for every way in which a delivery can end.

Juspay counts exactly 200 as delivered. No answer carries a word of the request's body.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from math import ceil
from types import MappingProxyType
from typing import Final

import attrs

__all__ = ["STATUSES", "Answer", "AnswerOutcome", "answer_of"]


class AnswerOutcome(StrEnum):
    """How a delivery ended."""

    HANDLED = "handled"
    """Every handler that it concerns has returned."""

    DUPLICATE = "duplicate"
    """It was handled before, or all that it says was acted on before."""

    IGNORED = "ignored"
    """No handler is registered for it."""

    UNKNOWN = "unknown"
    """The library does not know the event, and no handler is registered for such."""

    STORED = "stored"
    """It is kept, and a worker will handle it (deferred mode)."""

    DEAD = "dead"
    """A handler said that it can never be handled; it is kept as a dead letter."""

    UNREADABLE = "unreadable"
    """It is an event, and a required part of it cannot be read; the inbox keeps it."""

    NOT_KEPT = "not kept"
    """It is an event, a required part of it cannot be read, and there is no inbox to keep it."""

    INVALID = "invalid"
    """The body is no Juspay event at all."""

    UNAUTHENTICATED = "unauthenticated"
    """The credentials are missing, malformed or wrong."""

    FORBIDDEN = "forbidden"
    """It came from an address that is not let in."""

    TOO_LARGE = "too large"
    """The body is larger than the receiver accepts."""

    FAILED = "failed"
    """A handler raised."""

    BUSY = "busy"
    """The same delivery, or the same effect, is being handled elsewhere right now."""

    RETRY = "retry"
    """A handler asked for it to come again (`Retryable`)."""

    UNAVAILABLE = "unavailable"
    """The inbox could not be asked."""


STATUSES: Final[Mapping[AnswerOutcome, int]] = MappingProxyType(
    {
        AnswerOutcome.HANDLED: 200,
        AnswerOutcome.DUPLICATE: 200,
        AnswerOutcome.IGNORED: 200,
        AnswerOutcome.UNKNOWN: 200,
        AnswerOutcome.STORED: 200,
        AnswerOutcome.DEAD: 200,
        AnswerOutcome.UNREADABLE: 200,
        AnswerOutcome.NOT_KEPT: 400,
        AnswerOutcome.INVALID: 400,
        AnswerOutcome.UNAUTHENTICATED: 401,
        AnswerOutcome.FORBIDDEN: 403,
        AnswerOutcome.TOO_LARGE: 413,
        AnswerOutcome.FAILED: 500,
        AnswerOutcome.BUSY: 503,
        AnswerOutcome.RETRY: 503,
        AnswerOutcome.UNAVAILABLE: 503,
    }
)
"""The HTTP status of each outcome."""

_DAY: Final = 86_400
"""Seconds."""

_LATER: Final = frozenset({AnswerOutcome.BUSY, AnswerOutcome.RETRY, AnswerOutcome.UNAVAILABLE})
"""Outcomes whose answer says when to come again."""


@attrs.frozen(kw_only=True)
class Answer:
    """What to answer: hand `status`, `headers` and `body` to your web framework as they are."""

    status: int
    """HTTP status code."""

    outcome: AnswerOutcome
    """How the delivery ended."""

    headers: Mapping[str, str]
    """Headers; names as HTTP/1.1 writes them."""

    body: bytes
    """A line of JSON that names the outcome, and nothing of the request."""

    def __reduce__(self) -> "tuple[Callable[..., Answer], tuple[AnswerOutcome, Mapping[str, str]]]":
        """Survive pickle and copy, although the headers are read-only."""
        return _built, (self.outcome, dict(self.headers))


def _built(outcome: AnswerOutcome, more: Mapping[str, str]) -> Answer:
    body = b'{"outcome":"%s"}' % outcome.value.encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **more}
    return Answer(status=STATUSES[outcome], outcome=outcome, headers=MappingProxyType(headers), body=body)


_CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="juspay-webhooks", charset="UTF-8"'}

_ANSWERS: Final = {
    outcome: _built(outcome, _CHALLENGE if outcome is AnswerOutcome.UNAUTHENTICATED else {})
    for outcome in AnswerOutcome
}
"""Made once: most requests get one of these."""


def answer_of(outcome: AnswerOutcome, /, *, retry_after: float = 0) -> Answer:
    """Give the answer of an outcome.

    Args:
        outcome: How the delivery ended.
        retry_after: Seconds after which the sender is asked to come again, where the outcome asks it to; rounded up.

    Returns:
        The answer.
    """
    if outcome not in _LATER:
        return _ANSWERS[outcome]
    seconds = ceil(retry_after) if 0 <= retry_after <= _DAY else _DAY
    return _built(outcome, {"Retry-After": str(max(1, seconds))})

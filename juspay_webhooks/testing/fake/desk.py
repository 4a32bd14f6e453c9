"""Own what is answered to a request: faults, doors and book together. It knows no socket; threads may share it."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from threading import Lock
from types import MappingProxyType
from typing import Final, Literal

import attrs

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.testing.fake.book import Book
from juspay_webhooks.testing.fake.delivery import is_answered, is_whole, spoiled
from juspay_webhooks.testing.fake.doors import Doors, reply_of
from juspay_webhooks.testing.fake.error_bodies import ERROR_BODIES, order_not_found
from juspay_webhooks.testing.fake.faults import Fault
from juspay_webhooks.testing.fake.question import Kind, Question, question_of
from juspay_webhooks.testing.fake.reply import JSON, Reply
from juspay_webhooks.testing.fake.troubles import Troubles

__all__ = ["Asked", "Desk", "NotFoundStatus"]

NotFoundStatus = Literal[400, 404]
"""HTTP status under which an order is unknown: 400 in the documents, 404 in newer reports."""

MOST_REMEMBERED: Final = 10_000
"""Requests that are kept; of more, the last."""

_SECRET: Final = frozenset({"authorization", "proxy-authorization", "cookie"})

_log: Final = logging.getLogger("juspay_webhooks.testing.fake")


@attrs.frozen
class Asked:
    """One request that came, and how it was answered."""

    method: str
    """HTTP method."""

    path: str
    """Path and query, as they came."""

    headers: Mapping[str, str] = attrs.field(hash=False)
    """Headers, names in lower case; `authorization` and cookies have `***` for a value."""

    status: int | None
    """HTTP status of the answer; None if a fault kept it back."""

    fault: Fault | None = None
    """The fault that it met."""


class Desk:
    """Answers requests."""

    def __init__(
        self,
        doors: Doors,
        *,
        not_found_status: NotFoundStatus,
        clock: Callable[[], float],
        on_request: Callable[[Asked], object] | None,
    ) -> None:
        """Take the means.

        Args:
            doors: Whom to let in.
            not_found_status: How to say that an order is unknown.
            clock: Seconds that never go back.
            on_request: Is told of each request, before it is answered.

        Raises:
            ConfigurationError: The status is another.
        """
        if not_found_status not in {400, 404}:
            message = "not_found_status is 400 or 404"
            raise ConfigurationError(message)
        self.lock: Lock = Lock()
        self.book: Book = Book(clock)
        self.troubles: Troubles = Troubles()
        self._doors = doors
        self._not_found_status = not_found_status
        self._on_request = on_request
        self._asked: deque[Asked] = deque(maxlen=MOST_REMEMBERED)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The requests that came, the first one first."""
        with self.lock:
            return tuple(self._asked)

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> tuple[Reply, Fault | None]:
        """Answer a request.

        Args:
            method: HTTP method.
            target: Path and query, as they came.
            headers: Its headers, names in lower case.

        Returns:
            What to answer, spoiled already, and the fault under which to send it.
        """
        question = question_of(method, target)
        with self.lock:
            fault = self.troubles.take(question.ids if question else ())
            reply = spoiled(self._true_answer(question, headers, goes_on=is_whole(fault)), fault)
            asked = Asked(
                method, target, _without_secrets(headers), reply.status if is_answered(fault) else None, fault
            )
            self._asked.append(asked)
        _log.debug("a question about %s is answered with %s", question.kind if question else "nothing", asked.status)
        if self._on_request is not None:
            self._on_request(asked)
        return reply, fault

    def _true_answer(self, question: Question | None, headers: Mapping[str, str], *, goes_on: bool) -> Reply:
        if question is None:
            return reply_of(ERROR_BODIES["wrong_path"])
        refusal = self._doors.refusal(question.kind, headers)
        if refusal is not None:
            return refusal
        found = self.book.shown(question.kind, question.ids, goes_on=goes_on)
        if found is not None:
            return Reply(200, JSON, found.body(question.wanted))
        if question.kind is Kind.ORDER:
            return order_not_found(question.ids[0], status=self._not_found_status)
        return self._doors.payout_refusal("E09")


def _without_secrets(headers: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({name: "***" if name in _SECRET else value for name, value in headers.items()})

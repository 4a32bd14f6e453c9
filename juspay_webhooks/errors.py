"""Own the exceptions of the core, and the way an error names a place in a body.

One root, one leaf per *who must act*: the sender (`PayloadError`), the operator (`AuthenticationError`) or the caller
(`ConfigurationError`); handlers raise `Retryable` and `Permanent` to say what the sender is to be told. The leaves of
asking Juspay are in `order_status`, those of the inbox in `inbox`.
An error carries its attributes first and a message second. It never holds a value out of a body: a message
says what was expected, what kind of thing came, and where.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import partial
from typing import Final

import attrs

__all__ = [
    "AuthenticationError",
    "AuthenticationReason",
    "ConfigurationError",
    "JuspayWebhooksError",
    "PayloadError",
    "Permanent",
    "Problem",
    "Retryable",
    "pointer",
    "shown",
    "summary",
]

_LONGEST_SHOWN: Final = 80
"""Characters of a foreign word that an error may show: longer than every published event name (68)."""

_MOST_SAID: Final = 5

_DAY: Final = 86_400
"""Seconds."""


def shown(text: str, /) -> str:
    """Make a word that came from outside fit to print: cut and escaped.

    Args:
        text: Any text, hostile text included.

    Returns:
        At most 80 characters of printable ASCII; what was cut is marked with "...".
    """
    start = text[: _LONGEST_SHOWN + 1]
    escaped = start.encode("ascii", "backslashreplace").decode("ascii") if start.isprintable() else ascii(start)[1:-1]
    return escaped if len(escaped) <= _LONGEST_SHOWN else escaped[: _LONGEST_SHOWN - 3] + "..."


def pointer(parts: Iterable[str | int], /) -> str:
    """Build the JSON pointer (RFC 6901) to one place in a body.

    Args:
        parts: Keys and list positions from the root of the body down.

    Returns:
        For example `/content/order/refunds/0/amount`; the root is the empty text.
    """
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


@attrs.frozen(kw_only=True, slots=False)
class Problem:
    """One place of a body that could not be read as it should be.

    A problem never holds the value itself: values are customers' data.
    """

    path: str
    """JSON pointer (RFC 6901) into the body, e.g. `/content/order/tax_amount`; "" is the whole body."""

    expected: str
    """What belongs there, e.g. "number", "ISO 8601 time or epoch seconds", "object"."""

    got: str
    """What kind of thing stands there, e.g. "text", "object", "nothing"."""

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.path or '(body)'}: expected {self.expected}, got {self.got}"


def summary(problems: Sequence[Problem], /) -> str:
    """Say problems in one line; the first five, and how many more.

    Args:
        problems: What could not be read.

    Returns:
        For example `/content/order/amount: expected number, got text; and 3 more`.
    """
    said = "; ".join(map(str, problems[:_MOST_SAID]))
    return said if len(problems) <= _MOST_SAID else f"{said}; and {len(problems) - _MOST_SAID} more"


class JuspayWebhooksError(Exception):
    """Root of every exception that this library raises on purpose."""


class PayloadError(JuspayWebhooksError):
    """The body is not a usable Juspay event: the sender must act.

    Answer such a delivery with HTTP 400 and keep the body: it may be readable after an upgrade.

    Attributes:
        problems: Every place that could not be read, in the order of the body.
        event_name: The event's name (payments) or "label/value" (payouts), cut and escaped; None if there is none.
    """

    problems: tuple[Problem, ...]
    event_name: str | None

    def __init__(self, message: str, *, problems: Iterable[Problem] = (), event_name: str | None = None) -> None:
        """Hold what is wrong.

        Args:
            message: What was expected, what came, what to do next; no value out of the body.
            problems: The places, if there are any.
            event_name: Name of the event as far as it was readable; it is cut and escaped here.
        """
        super().__init__(message)
        self.problems = tuple(problems)
        self.event_name = None if event_name is None else shown(event_name)

    @property
    def path(self) -> str:
        """JSON pointer to the first problem; "" is the whole body."""
        return self.problems[0].path if self.problems else ""


class ConfigurationError(JuspayWebhooksError, ValueError):
    """The library was called or set up wrongly: the caller must act.

    It is a `ValueError` as well, so that a class of this library refuses a value in the way every other class does.
    """


class AuthenticationReason(StrEnum):
    """Why a request is not let in."""

    MISSING = "missing"
    """The header is absent or blank."""

    MALFORMED = "malformed"
    """The header is not `Basic <base64 of username:password>`, or it was sent twice."""

    REJECTED = "rejected"
    """The header is well formed, and no configured credential is the one sent."""


class AuthenticationError(JuspayWebhooksError):
    """The sender of a request is not Juspay, or credentials differ: the operator must act.

    Answer such a request with HTTP 401. What was sent is nowhere in the error.

    Attributes:
        reason: What is wrong.
        header: Name of the header that it is about, as configured; `Authorization` unless extra headers are required.
    """

    reason: AuthenticationReason
    header: str

    def __init__(self, message: str, *, reason: AuthenticationReason, header: str) -> None:
        """Hold what is wrong.

        Args:
            message: What was expected and what to do next; nothing that was sent.
            reason: What is wrong.
            header: Name of the header.
        """
        super().__init__(message)
        self.reason = reason
        self.header = header

    def __reduce__(self) -> "tuple[Callable[..., AuthenticationError], tuple[str], dict[str, object]]":
        """Survive pickle and copy: keyword arguments are required."""
        return partial(type(self), reason=self.reason, header=self.header), (str(self),), vars(self)


class Retryable(JuspayWebhooksError):
    """A handler raises it when the event cannot be handled *now*: the answer is 503, and Juspay sends it again.

    Attributes:
        retry_after: Seconds that the sender is asked to wait; None leaves it to the receiver.
    """

    retry_after: float | None

    def __init__(self, message: str = "", *, retry_after: float | None = None) -> None:
        """Hold when to come again.

        Args:
            message: Why, for the log.
            retry_after: Seconds, from 0 to a day.

        Raises:
            ConfigurationError: `retry_after` is no such number.
        """
        super().__init__(message)
        given: object = retry_after
        if given is not None and not (isinstance(given, int | float) and 0 <= given <= _DAY):
            problem = f"retry_after is a number of seconds from 0 to {_DAY}, or None"
            raise ConfigurationError(problem)
        self.retry_after = retry_after


class Permanent(JuspayWebhooksError):
    """A handler raises it when the event can *never* be handled: it is kept as a dead letter and answered with 200."""

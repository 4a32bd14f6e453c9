"""Own every exception of the library, and the way an error names a place in a body.

One root, one leaf per *who must act*: the sender (`PayloadError`) or the caller (`ConfigurationError`).
An error carries its attributes first and a message second. It never holds a value out of a body: a message
says what was expected, what kind of thing came, and where.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

__all__ = ["ConfigurationError", "JuspayWebhooksError", "PayloadError", "Problem", "pointer", "shown", "summary"]

_LONGEST_SHOWN: Final = 80
"""Characters of a foreign word that an error may show: longer than every published event name (68)."""

_MOST_SAID: Final = 5


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

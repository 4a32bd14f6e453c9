"""Own the ways in which an answer can go wrong: a closed set of small values. Nothing here is sent or changed.

Each fault is for one request. `delivery` says what becomes of an answer under it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from types import MappingProxyType
from typing import Any, Final, Literal, Self, TypeAlias

import attrs

from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.testing._suggest import did_you_mean
from juspay_webhooks.testing.fake.error_bodies import ERROR_BODIES
from juspay_webhooks.testing.fake.reply import JSON

__all__ = [
    "Chunked",
    "Compressed",
    "EmptyBody",
    "Fault",
    "HalfBody",
    "HangUp",
    "HugeBody",
    "Latency",
    "Redirect",
    "Reset",
    "Respond",
    "SlowBody",
    "SlowDown",
    "SlowHeaders",
    "Truncated",
    "WrongOrder",
]

_STATUSES: Final = range(200, 600)
_REDIRECTS: Final = range(300, 400)
_SIX_MEBIBYTES: Final = 6 * 1024 * 1024
_OURS: Final = frozenset({"content-length", "transfer-encoding", "connection"})
"""Headers that follow from how the body is sent."""


def _not_negative(fault: object, field: "attrs.Attribute[float]", seconds: float) -> None:
    if not 0 <= seconds < float("inf"):
        message = f"{type(fault).__name__}.{field.name} is a number of seconds, not negative"
        raise ConfigurationError(message)


def _positive(fault: object, field: "attrs.Attribute[int]", count: int) -> None:
    if count < 1:
        message = f"{type(fault).__name__}.{field.name} is a number of bytes, at least 1"
        raise ConfigurationError(message)


def _one_of(allowed: range) -> Any:  # noqa: ANN401 - what attrs takes as a validator
    def check(fault: object, _field: object, status: int) -> None:
        if status not in allowed:
            message = f"{type(fault).__name__}.status is {allowed.start} to {allowed.stop - 1}"
            raise ConfigurationError(message)

    return check


def _header_text(name: str, value: str) -> None:
    """Refuse what would break the head of an answer."""
    if name.lower() in _OURS:
        message = f"the header {shown(name)} follows from the body: leave it out"
        raise ConfigurationError(message)
    if not name or not f"{name}{value}".isascii() or not f"{name}{value}".isprintable():
        message = f"the header {shown(name)} is printable ASCII"
        raise ConfigurationError(message)


def _read_only(headers: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(headers))


@attrs.frozen
class Latency:
    """The answer comes late, whole."""

    seconds: float = attrs.field(validator=_not_negative)
    """How long nothing comes."""


@attrs.frozen
class SlowHeaders:
    """The head of the answer dribbles; a client that only bounds each read waits for minutes."""

    gap: float = attrs.field(validator=_not_negative)
    """Seconds between two pieces."""

    piece: int = attrs.field(default=1, validator=_positive)
    """Bytes of a piece; a head has about 120."""


@attrs.frozen
class SlowBody:
    """The head comes at once, the body dribbles."""

    gap: float = attrs.field(validator=_not_negative)
    """Seconds between two pieces."""

    piece: int = attrs.field(default=1, validator=_positive)
    """Bytes of a piece; an order has some thousands."""


@attrs.frozen
class HalfBody:
    """The head promises the whole body, half of it comes, then the connection ends."""


@attrs.frozen
class Reset:
    """The connection is reset in place of an answer."""


@attrs.frozen
class HangUp:
    """The connection ends in place of an answer."""


@attrs.frozen
class Respond:
    """Any status with any body; `Respond.named` takes one of `ERROR_BODIES`."""

    status: int = attrs.field(validator=_one_of(_STATUSES))
    """HTTP status, 200 to 599."""

    body: bytes = b""
    """Body, as it is."""

    headers: Mapping[str, str] = attrs.field(default=JSON, converter=_read_only, hash=False)
    """Headers; those about the length of the body and the connection are added."""

    def __attrs_post_init__(self) -> None:
        """Refuse what would break the head of an answer."""
        for name, value in self.headers.items():
            _header_text(name, value)

    @classmethod
    def named(cls, name: str, /) -> Self:
        """Take one of the errors that Juspay is known to answer.

        Args:
            name: Key of `ERROR_BODIES`.

        Returns:
            The fault.

        Raises:
            ConfigurationError: There is no such error; the message names the nearest.
        """
        if name not in ERROR_BODIES:
            message = f"ERROR_BODIES has no {shown(name)}{did_you_mean(name, ERROR_BODIES)}"
            raise ConfigurationError(message)
        error = ERROR_BODIES[name]
        return cls(error.status, error.body, error.headers)


def _retry_after(value: float | datetime | None) -> str | None:
    """Write `Retry-After`: whole seconds, or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            message = "SlowDown.retry_after needs a zone, for example datetime(2030, 1, 1, tzinfo=UTC)"
            raise ConfigurationError(message)
        return format_datetime(value.astimezone(UTC), usegmt=True)
    if not isinstance(value, int) or value < 0:
        message = "SlowDown.retry_after is a whole number of seconds, or a time"
        raise ConfigurationError(message)
    return str(value)


@attrs.frozen
class SlowDown:
    """429: too many requests. Juspay documents no limit."""

    retry_after: int | datetime | None = None
    """What `Retry-After` says: seconds, or a time with a zone; None leaves the header out."""

    def __attrs_post_init__(self) -> None:
        """Refuse what `Retry-After` cannot say."""
        _retry_after(self.retry_after)

    @property
    def header(self) -> str | None:
        """Text of `Retry-After`; None if there is none."""
        return _retry_after(self.retry_after)


@attrs.frozen
class Redirect:
    """A redirect; nothing of Juspay's redirects, a proxy or a wrong base URL does."""

    location: str = "/elsewhere"
    """Where to, as it stands in the header."""

    status: int = attrs.field(default=302, validator=_one_of(_REDIRECTS))
    """HTTP status, 300 to 399."""

    def __attrs_post_init__(self) -> None:
        """Refuse what would break the head of an answer."""
        _header_text("Location", self.location)


@attrs.frozen
class Compressed:
    """The body is compressed, whether or not that was asked for."""

    encoding: Literal["gzip", "deflate"] = "gzip"
    """How; `deflate` has the zlib header that RFC 9110 demands."""

    damaged: bool = False
    """Whether the checksum at its end is wrong."""

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be written."""
        if self.encoding not in {"gzip", "deflate"}:
            message = f"Compressed.encoding is gzip or deflate, not {shown(self.encoding)}"
            raise ConfigurationError(message)


@attrs.frozen
class Chunked:
    """The body comes in chunks, without `Content-Length`."""

    piece: int = attrs.field(default=512, validator=_positive)
    """Bytes of a chunk."""


@attrs.frozen
class HugeBody:
    """The body is filled up with blanks: still the JSON that it was, and larger than anybody should read."""

    size: int = attrs.field(default=_SIX_MEBIBYTES, validator=_positive)
    """Bytes of the body."""


@attrs.frozen
class WrongOrder:
    """The answer is about another id than the one that was asked for."""

    order_id: str = "shop-of-somebody-else"
    """The id that it is about."""


@attrs.frozen
class EmptyBody:
    """200, and no body."""


@attrs.frozen
class Truncated:
    """The body ends in the middle of its JSON, and its length is the announced one."""


Fault: TypeAlias = (
    Latency
    | SlowHeaders
    | SlowBody
    | HalfBody
    | Reset
    | HangUp
    | Respond
    | SlowDown
    | Redirect
    | Compressed
    | Chunked
    | HugeBody
    | WrongOrder
    | EmptyBody
    | Truncated
)
"""What can go wrong with one answer."""

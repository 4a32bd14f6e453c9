"""Own what every event has in common: its id, its raw body, what could not be read, and what follows from these."""

from collections.abc import Mapping
from typing import cast

import attrs

from juspay_webhooks.errors import ConfigurationError, Problem
from juspay_webhooks.models.fields import Json, Model, shape
from juspay_webhooks.models.json_exact import decode_exact

__all__ = ["BaseEvent", "text_of"]

_BOM = b"\xef\xbb\xbf"


def text_of(raw: bytes, /) -> str:
    """Decode a body as UTF-8; a byte order mark is not part of the text.

    Args:
        raw: The body.

    Returns:
        Its text.

    Raises:
        UnicodeDecodeError: The body is not UTF-8.
    """
    return raw.removeprefix(_BOM).decode()


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class BaseEvent(Model):
    """What every event has in common.

    Two events are equal when what the library understands of them is equal; the raw body is not compared.
    """

    id: str | None = None
    """Juspay's id of the event (`evt_V2_...`; payouts: 30 hex digits). Its form is not fixed, and it may be absent."""

    problems: tuple[Problem, ...] = ()
    """Places that could not be read as documented, in the order of reading; the event is usable without them."""

    raw: bytes = attrs.field(default=b"", eq=False, repr=False)
    """The body, byte for byte as it came (empty for an event built by hand)."""

    @property
    def dedupe_key(self) -> str:
        """What tells a repeated delivery from a new one: the event's id, or else the SHA-256 of the body in hex.

        Raises:
            ConfigurationError: The event was built by hand without either.
        """
        if self.id:
            return self.id
        if not self.raw:
            message = "an event built by hand has no body to take a key from: give it an id"
            raise ConfigurationError(message)
        from hashlib import sha256  # noqa: PLC0415 - 3 ms of import that most events never need

        return sha256(self.raw).hexdigest()

    @property
    def payload(self) -> Mapping[str, Json]:
        """The whole body, decoded anew at each access: exact numbers, unknown fields included.

        It is empty for an event built by hand.
        """
        return cast("dict[str, Json]", decode_exact(text_of(self.raw))) if self.raw else {}

    @property
    def order_id(self) -> str | None:
        """The merchant's own order id, if the event carries one."""
        return None

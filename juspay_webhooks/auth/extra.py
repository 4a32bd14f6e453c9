"""Own the extra headers with a fixed value that a request must carry (the dashboard's "custom headers")."""

import re
from collections.abc import Mapping
from hmac import compare_digest
from typing import Final, Self

import attrs

from juspay_webhooks.auth.headers import Headers, header_values
from juspay_webhooks.errors import AuthenticationError, AuthenticationReason, ConfigurationError, shown

__all__ = ["Extra", "extras_of", "usable"]

_UNUSABLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
"""Control characters, which RFC 7617 (2) forbids, and halves of surrogate pairs, which no encoding has."""

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""Name of a header (RFC 9110, 5.6.2)."""


def usable(value: object, what: str) -> str:
    """Demand a text that somebody filled in, and that a header can carry.

    Args:
        value: What was configured.
        what: Its name, for the error.

    Returns:
        The text.

    Raises:
        ConfigurationError: It is empty, not text, or has what no header may have.
    """
    if not isinstance(value, str) or not value.strip():
        message = f"the {what} is empty or not text: set it as the dashboard has it under Settings > Webhooks"
        raise ConfigurationError(message)
    if _UNUSABLE.search(value):
        message = f"the {what} has a line break, a control character or half a surrogate pair: was it copied with one?"
        raise ConfigurationError(message)
    return value


@attrs.frozen
class Extra:
    """One header with a fixed value that every request must carry."""

    name: str
    """Name as configured."""

    lookup: str
    """Name in lower case."""

    values: tuple[bytes, ...] = attrs.field(repr=False)
    """The value in each encoding that it may arrive in."""

    @classmethod
    def of(cls, name: object, value: object) -> Self:
        """Check a header's name and value, and encode the value as it may arrive."""
        if not isinstance(name, str) or not _TOKEN.fullmatch(name):
            message = "the name of an extra header is one word of letters, digits and dashes, e.g. X-Shop"
            raise ConfigurationError(message)
        if name.lower() == "authorization":
            message = "Authorization carries the credential; an extra header has another name"
            raise ConfigurationError(message)
        text = usable(value, f"value of the extra header {shown(name)}").strip(" ")
        # What is not ASCII is sent in either encoding, and a server may have undone either.
        encodings = ("utf-8", "latin-1") if max(text) <= "\xff" else ("utf-8",)
        return cls(name, name.lower(), tuple(dict.fromkeys(text.encode(encoding) for encoding in encodings)))

    def refusal(self, headers: Headers) -> AuthenticationError | None:
        """Say what is wrong with a request's header; None if nothing is."""
        found = header_values(headers, self.lookup)
        given = found[0].strip() if found else b""
        is_equal = [compare_digest(value, given) for value in self.values]
        if any(is_equal) and len(found) == 1:
            return None
        if len(found) > 1:
            reason, what = AuthenticationReason.MALFORMED, "was sent twice"
        elif given:
            reason, what = AuthenticationReason.REJECTED, "has another value"
        else:
            reason, what = AuthenticationReason.MISSING, "is missing"
        message = f"the header {shown(self.name)} {what}: compare the custom headers in the dashboard"
        return AuthenticationError(message, reason=reason, header=self.name)


def extras_of(headers: object) -> tuple[Extra, ...]:
    """Check the extra headers that are required.

    Args:
        headers: Name -> value.

    Returns:
        The headers.

    Raises:
        ConfigurationError: One is no header, or is there twice.
    """
    if not isinstance(headers, Mapping):
        message = f"extra headers are a mapping of names to values, not {type(headers).__name__}"
        raise ConfigurationError(message)
    found: dict[str, Extra] = {}
    for name, value in headers.items():
        extra = Extra.of(name, value)
        if extra.lookup in found:
            message = f"the extra header {shown(extra.name)} is there twice: which value would it have?"
            raise ConfigurationError(message)
        found[extra.lookup] = extra
    return tuple(found.values())

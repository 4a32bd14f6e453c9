"""Own the check of a sender's credentials: HTTP Basic auth, and extra headers with a fixed value.

Everything is compared as bytes, in constant time, and nothing that was sent is ever shown. There is no mode in which
anybody is let in. Source: juspay.io/in/docs/payv3/web/base-integration/webhooks ("Basic Authentication").
"""

import os
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterable, Iterator, Mapping
from hmac import compare_digest
from typing import Final, TypeAlias

import attrs

from juspay_webhooks.auth.headers import Headers, header_values
from juspay_webhooks.errors import AuthenticationError, AuthenticationReason, ConfigurationError, shown

__all__ = ["BasicAuth", "Credential", "Sender"]

_AUTHORIZATION: Final = "Authorization"


def _usable(value: object, what: str) -> str:
    """Demand a text that somebody filled in."""
    if not isinstance(value, str) or not value.strip():
        message = f"the {what} is empty or not text: set the one that the dashboard shows under Settings > Webhooks"
        raise ConfigurationError(message)
    if any(ord(character) < ord(" ") or character == "\x7f" for character in value):
        message = f"the {what} has a line break or another control character: was it copied with one?"
        raise ConfigurationError(message)
    return value


def _username_of(credential: "Credential") -> str:
    return credential.username


@attrs.frozen
class Credential:
    """One username and password that Juspay may send.

    Example: `Credential("shop-b", "its password", label="shop-b")`.
    """

    username: str = attrs.field()
    """Username as set in the dashboard; never empty, without `@` and `:` (the dashboard refuses these)."""

    password: str = attrs.field(repr=False)
    """Password as set in the dashboard; it may hold any character, `:` too."""

    label: str = attrs.field(kw_only=True, default=attrs.Factory(_username_of, takes_self=True))
    """Name of the merchant or account behind it, for logs and for telling equal order ids of two merchants apart.

    The default is the username. Two credentials of one merchant (rotation) take one label.
    """

    def __attrs_post_init__(self) -> None:
        """Refuse what would let anybody in, or can never match."""
        _usable(self.username, "username")
        _usable(self.password, "password")
        _usable(self.label, "label")
        if "@" in self.username or ":" in self.username:
            message = "a username has no @ and no colon: Basic auth ends it at the first colon"
            raise ConfigurationError(message)
        try:
            f"{self.username}{self.password}{self.label}".encode()
        except UnicodeEncodeError:
            pass
        else:
            return
        message = "username, password and label are Unicode text; one holds half of a surrogate pair"
        raise ConfigurationError(message)


@attrs.frozen(kw_only=True)
class Sender:
    """Who sent a request, as verified."""

    username: str
    """Username of the credential that matched."""

    label: str
    """Label of the credential that matched."""


_Pair: TypeAlias = tuple[str, str]


class BasicAuth:
    """Lets in who knows a credential.

    ```python
    auth = BasicAuth("username", "password")
    auth = BasicAuth([("old", "password 1"), Credential("shop-b", "password 2", label="shop-b")])
    auth = BasicAuth.from_env()
    ```
    """

    def __init__(
        self,
        credentials: str | Iterable[_Pair | Credential],
        password: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Take the credentials that are let in.

        Args:
            credentials: The username, or several credentials: rotation, or several merchants on one endpoint.
            password: The password, if a username was given.
            headers: Extra headers that every request must carry, name -> value (the dashboard's "custom headers").

        Raises:
            ConfigurationError: There is no credential, or one with an empty part, or one twice.
        """
        self._credentials = tuple(_credentials(credentials, password))
        if not self._credentials:
            message = "BasicAuth needs at least one credential: nobody is let in without"
            raise ConfigurationError(message)
        self._pairs = tuple(f"{one.username}:{one.password}".encode() for one in self._credentials)
        if len(set(self._pairs)) < len(self._pairs):
            message = "one credential is there twice: which label would it have?"
            raise ConfigurationError(message)
        self._senders = tuple(Sender(username=one.username, label=one.label) for one in self._credentials)
        self._extra = tuple(_extra(headers or {}))

    @classmethod
    def from_env(
        cls,
        prefix: str = "JUSPAY_WEBHOOK",
        *,
        environ: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> "BasicAuth":
        """Take the credentials from environment variables.

        `JUSPAY_WEBHOOK_USERNAME` and `JUSPAY_WEBHOOK_PASSWORD`, and optionally `JUSPAY_WEBHOOK_LABEL`. More credentials
        have a number from 2 on at the end: `JUSPAY_WEBHOOK_USERNAME_2`, `JUSPAY_WEBHOOK_PASSWORD_2`.

        Args:
            prefix: What the names begin with.
            environ: The variables; `os.environ` if None.
            headers: As in the constructor.

        Raises:
            ConfigurationError: A variable is missing or empty; the error names it.
        """
        found = os.environ if environ is None else environ
        return cls(tuple(_from_variables(prefix, found)), headers=headers)

    @property
    def labels(self) -> frozenset[str]:
        """Labels of the credentials."""
        return frozenset(one.label for one in self._credentials)

    def verify(self, headers: Headers, /) -> Sender:
        """Check a request's credentials; do it before anything else is done with the request.

        Args:
            headers: The request's headers, as any framework hands them over.

        Returns:
            Whose credential it is.

        Raises:
            AuthenticationError: Missing, malformed or rejected; it never says what was sent.
            ConfigurationError: `headers` is nothing to find headers in.
        """
        given = _given(header_values(headers, "authorization"))
        match = None
        for pair, sender in zip(self._pairs, self._senders, strict=True):
            # The second argument decides how long it takes: it is the sender's, and no credential ends the loop.
            if compare_digest(pair, given):
                match = sender
        for name, value in self._extra:
            _check_extra(name, value, header_values(headers, name.lower()))
        if match is None:
            message = (
                "no configured credential is the one sent: compare username and password with the dashboard "
                "(Settings > Webhooks)"
            )
            raise AuthenticationError(message, reason=AuthenticationReason.REJECTED, header=_AUTHORIZATION)
        return match

    def __repr__(self) -> str:
        """Show who is let in, and no secret."""
        extra = f", headers={[name for name, _ in self._extra]}" if self._extra else ""
        return f"BasicAuth({', '.join(map(repr, self._credentials))}{extra})"


def _credentials(given: object, password: str | None) -> Iterator[Credential]:
    """Accept the forms that the constructor takes."""
    if isinstance(given, str):
        yield Credential(given, password)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refuses None
        return
    if password is not None:
        message = "BasicAuth takes a username and a password, or a list of credentials"
        raise ConfigurationError(message)
    for one in given if isinstance(given, Iterable) else (given,):
        match one:
            case Credential():
                yield one
            case (str(username), str(secret)):
                yield Credential(username, secret)
            case _:
                message = "a credential is a pair of username and password, or a Credential"
                raise ConfigurationError(message)


def _from_variables(prefix: str, environ: Mapping[str, str]) -> Iterator[Credential]:
    """Read the credentials of an environment; the first must be there."""
    number = 1
    while True:
        end = "" if number == 1 else f"_{number}"
        names = {part: f"{prefix}_{part}{end}" for part in ("USERNAME", "PASSWORD", "LABEL")}
        missing = [names[part] for part in ("USERNAME", "PASSWORD") if not environ.get(names[part], "").strip()]
        if number > 1 and not any(name in environ for name in names.values()):
            return
        if missing:
            message = f"environment variable not set or empty: {', '.join(missing)}"
            raise ConfigurationError(message)
        label = environ.get(names["LABEL"]) or environ[names["USERNAME"]]
        yield Credential(environ[names["USERNAME"]], environ[names["PASSWORD"]], label=label)
        number += 1


def _extra(headers: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Check the extra headers that are required."""
    seen: set[str] = set()
    for name, value in headers.items():
        _usable(name, "name of an extra header")
        _usable(value, f"value of the extra header {shown(name)}")
        if name.lower() == "authorization":
            message = "Authorization carries the credential; a custom header has another name"
            raise ConfigurationError(message)
        if name.lower() in seen:
            message = f"the extra header {shown(name)} is there twice"
            raise ConfigurationError(message)
        seen.add(name.lower())
        yield name, value.strip().encode()


def _check_extra(name: str, value: bytes, found: list[bytes]) -> None:
    if len(found) > 1:
        message = f"the header {shown(name)} was sent twice; which one counts is anybody's guess"
        raise AuthenticationError(message, reason=AuthenticationReason.MALFORMED, header=name)
    given = found[0].strip() if found else b""
    if not compare_digest(value, given):
        reason = AuthenticationReason.REJECTED if given else AuthenticationReason.MISSING
        message = f"the header {shown(name)} is {reason.value}: compare the custom headers in the dashboard"
        raise AuthenticationError(message, reason=reason, header=name)


def _given(values: list[bytes]) -> bytes:
    """Take `username:password` out of the header."""
    header = values[0].strip() if values else b""
    if not header and len(values) <= 1:
        message = "the request has no Authorization header; a proxy may have removed it, or it is not from Juspay"
        raise AuthenticationError(message, reason=AuthenticationReason.MISSING, header=_AUTHORIZATION)
    if len(values) == 1 and header[:6].lower() == b"basic ":
        try:
            pair = a2b_base64(header[6:].strip(), strict_mode=True)
        except Base64Error:
            pair = b""
        if b":" in pair:
            return pair
    message = "the Authorization header is not one `Basic <base64 of username:password>`"
    raise AuthenticationError(message, reason=AuthenticationReason.MALFORMED, header=_AUTHORIZATION)

"""Own the check of a sender's credentials: HTTP Basic auth, and extra headers with a fixed value.

Everything is compared as bytes, in constant time, and nothing that was sent is ever shown. There is no mode in which
anybody is let in. Source: juspay.io/in/docs/payv3/web/base-integration/webhooks ("Basic Authentication").
"""

import os
import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Iterator, Mapping
from hmac import compare_digest
from typing import Final, Self, TypeAlias

import attrs

from juspay_webhooks.auth.extra import extras_of, usable
from juspay_webhooks.auth.headers import Headers, header_values, reusable
from juspay_webhooks.errors import AuthenticationError, AuthenticationReason, ConfigurationError

__all__ = ["BasicAuth", "Credential", "Sender"]

_AUTHORIZATION: Final = "Authorization"


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
    """Password as set in the dashboard: any text without control characters, `:` included; it is sent as UTF-8."""

    label: str = attrs.field(kw_only=True, default=attrs.Factory(_username_of, takes_self=True))
    """Name of the merchant or account behind it, for logs and for telling equal order ids of two merchants apart.

    The default is the username. Two credentials of one merchant (rotation) take one label.
    """

    def __attrs_post_init__(self) -> None:
        """Refuse what would let anybody in, or can never match."""
        usable(self.username, "username")
        usable(self.password, "password")
        usable(self.label, "label")
        if "@" in self.username or ":" in self.username:
            message = "a username has no @ and no colon: Basic auth ends it at the first colon"
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
            ConfigurationError: There is no credential, or one with an empty part, or one twice; or an extra header
                is no header, or is there twice.
        """
        self._credentials = tuple(_credentials(credentials, password))
        if not self._credentials:
            message = "BasicAuth needs at least one credential: nobody is let in without"
            raise ConfigurationError(message)
        self._senders = tuple(
            (f"{one.username}:{one.password}".encode(), Sender(username=one.username, label=one.label))
            for one in self._credentials
        )
        # The header as everybody writes it: what equals it need not be taken apart.
        self._usual = tuple((b"Basic " + b2a_base64(pair, newline=False), sender) for pair, sender in self._senders)
        if len({pair for pair, _ in self._senders}) < len(self._senders):
            message = "one credential is there twice: which label would it have?"
            raise ConfigurationError(message)
        self._extra = extras_of({} if headers is None else headers)

    @classmethod
    def from_env(
        cls,
        prefix: str = "JUSPAY_WEBHOOK",
        *,
        environ: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Take the credentials from environment variables.

        `JUSPAY_WEBHOOK_USERNAME` and `JUSPAY_WEBHOOK_PASSWORD`, and optionally `JUSPAY_WEBHOOK_LABEL`. More credentials
        have a number at the end, from 2 on without a gap: `JUSPAY_WEBHOOK_USERNAME_2`, `JUSPAY_WEBHOOK_PASSWORD_2`.

        Args:
            prefix: What the names begin with.
            environ: The variables; `os.environ` if None.
            headers: As in the constructor.

        Raises:
            ConfigurationError: A variable is missing, empty or unusable; the error names it.
        """
        found = os.environ if environ is None else environ
        return cls(_from_variables(prefix, found), headers=headers)

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
        # The error is raised here and not where it is made: error trackers show the variables of all frames between.
        found = self._judged(reusable(headers) if self._extra else headers)
        if isinstance(found, Sender):
            return found
        raise found

    def _judged(self, headers: Headers) -> Sender | AuthenticationError:
        """Look at everything that is required, whatever is found wrong on the way."""
        values = header_values(headers, "authorization")
        header = values[0] if len(values) == 1 else b""
        # With extra headers it would be quick to say no where the credential is right: time must not tell that.
        match = None if self._extra else _matching(self._usual, header)
        if match is not None:
            return match
        given = _given(header)
        match = _matching(self._senders, given)
        refusals = [extra.refusal(headers) for extra in self._extra]
        if match is None:
            return _refusal(values, given)
        return next(filter(None, refusals), match)

    def __repr__(self) -> str:
        """Show who is let in, and no secret."""
        extra = f", headers={[extra.name for extra in self._extra]}" if self._extra else ""
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


def _from_variables(prefix: str, environ: Mapping[str, str]) -> list[Credential]:
    """Read the credentials of an environment; the first must be there, and the numbers of others without a gap."""
    numbered = re.compile(rf"{re.escape(prefix)}_(?:USERNAME|PASSWORD|LABEL)_([0-9]+)")
    numbers = {match[1] for match in map(numbered.fullmatch, environ) if match is not None}
    ends = ["", *(f"_{number}" for number in range(2, len(numbers) + 2))]
    return [_from_variable(prefix, end, environ) for end in ends]


def _from_variable(prefix: str, end: str, environ: Mapping[str, str]) -> Credential:
    username, password, label = (f"{prefix}_{part}{end}" for part in ("USERNAME", "PASSWORD", "LABEL"))
    missing = [name for name in (username, password) if not str(environ.get(name) or "").strip()]
    if missing:
        gap = "; credentials after the first are numbered 2, 3 and so on" if end else ""
        message = f"environment variable not set or empty: {', '.join(missing)}{gap}"
        raise ConfigurationError(message)
    try:
        return Credential(environ[username], environ[password], label=environ.get(label) or environ[username])
    except ConfigurationError as error:
        message = f"environment variables {username}, {password}, {label}: {error}"
        raise ConfigurationError(message) from error


def _matching(secrets: tuple[tuple[bytes, Sender], ...], given: bytes) -> Sender | None:
    """Find whose secret it is, in the same time wherever it differs, and whichever it is."""
    match = None
    for secret, sender in secrets:
        # The second argument decides how long it takes: it is the sender's, and no credential ends the loop.
        if compare_digest(secret, given):
            match = sender
    return match


def _given(header: bytes) -> bytes:
    """Take `username:password` out of the header; where it is none, what no credential equals."""
    header = header.strip()
    if header[:6].lower() != b"basic ":
        return b""
    token = header[6:].strip()
    try:
        pair = a2b_base64(token, strict_mode=True)
    except Base64Error:
        return b""
    # Until Python 3.13 the strict mode let padding pass where none belongs; three bytes are four characters.
    return pair if len(token) == (len(pair) + 2) // 3 * 4 else b""


def _refusal(values: list[bytes], given: bytes) -> AuthenticationError:
    """Say why nobody was found."""
    if b":" in given:
        reason = AuthenticationReason.REJECTED
        message = (
            "no configured credential is the one sent: compare username and password with the dashboard "
            "(Settings > Webhooks)"
        )
    elif len(values) > 1 or any(map(bytes.strip, values)):
        reason = AuthenticationReason.MALFORMED
        message = "the Authorization header is not one `Basic <base64 of username:password>`"
    else:
        reason = AuthenticationReason.MISSING
        message = "the request has no Authorization header; a proxy may have removed it, or it is not from Juspay"
    return AuthenticationError(message, reason=reason, header=_AUTHORIZATION)

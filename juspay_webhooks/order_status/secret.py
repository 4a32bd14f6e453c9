"""Own the API key: one object that hands it out in one place and shows it nowhere.

What it hands out shows itself nowhere either: libraries hold the header in variables, which error trackers show.
"""

from base64 import b64encode
from typing import SupportsIndex

from juspay_webhooks.errors import ConfigurationError

__all__ = ["ApiKey"]


class _Masked(str):
    """A text that is sent as it is, and shown as stars."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show that there is something."""
        return "'***'"

    def __getitem__(self, place: SupportsIndex | slice) -> str:
        """Mask a part as well: whoever shortens a long text shows its beginning."""
        return _Masked(super().__getitem__(place))


class ApiKey:
    """An API key that no `repr`, log, pickle or traceback shows."""

    __slots__ = ("_header",)

    def __init__(self, key: object, *, with_colon: bool = True) -> None:
        """Take the key.

        Args:
            key: The key as the dashboard shows it.
            with_colon: Whether the empty password's colon is sent, as Basic auth demands. A few bank hosts want none.

        Raises:
            ConfigurationError: It is empty, no text, or has characters that no key has.
        """
        text = key if isinstance(key, str) else ""
        is_usable = bool(text) and text.isascii() and text.isprintable() and " " not in text and ":" not in text
        encoded = b64encode(f"{text}{':' if with_colon else ''}".encode()).decode() if is_usable else ""
        self._header = _Masked(f"Basic {encoded}")
        if not isinstance(with_colon, bool):  # pyright: ignore[reportUnnecessaryIsInstance] - not all check types
            del key, text, encoded
            message = f"key_with_colon is True or False, not {type(with_colon).__name__}"
            raise ConfigurationError(message)
        if not is_usable:
            del key, text, encoded
            message = "the API key is empty or has characters that no key has: copy it from the dashboard (Security)"
            raise ConfigurationError(message)

    @property
    def header(self) -> str:
        """The value of the Authorization header."""
        return self._header

    def __repr__(self) -> str:
        """Show that there is a key."""
        return "ApiKey(***)"

    def __reduce__(self) -> str:
        """Refuse to be pickled: a key belongs in no file."""
        message = "an API key is not pickled; make the client anew"
        raise ConfigurationError(message)

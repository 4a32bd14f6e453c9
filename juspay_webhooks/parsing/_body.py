"""Own the first line: what comes in is turned into bytes of bounded size and depth, or refused.

It never looks at what the bytes mean.
"""

from typing import Final, TypeAlias

from juspay_webhooks.errors import ConfigurationError, PayloadError
from juspay_webhooks.models.json_exact import DEEPEST, depth

__all__ = ["MOST_BYTES", "Body", "json_bytes", "raw_bytes"]

Body: TypeAlias = bytes | bytearray | memoryview | str
"""What a web framework or a queue hands over as a body."""

MOST_BYTES: Final = 1_048_576
"""Largest body accepted unless the caller says otherwise (1 MiB); the largest published body has 10 kB."""

_BOM: Final = b"\xef\xbb\xbf"


def raw_bytes(body: Body, *, max_bytes: int) -> bytes:
    """Copy a body into bytes of its own.

    Args:
        body: Bytes, a buffer, or text.
        max_bytes: Largest size accepted.

    Returns:
        The body as it came; text as UTF-8.

    Raises:
        PayloadError: It is too large, or the text cannot be written as UTF-8.
        ConfigurationError: It is something else than a body, or a buffer that was released.
    """
    if not isinstance(max_bytes, int):
        message = f"max_bytes is a number of bytes, not {type(max_bytes).__name__}"
        raise ConfigurationError(message)
    if type(body) is bytes and len(body) <= max_bytes:
        return body
    if isinstance(body, str | bytes | bytearray):
        size = len(body)
    elif isinstance(body, memoryview):
        size = _buffer_size(body)
    else:
        kind = type(body).__name__
        message = f"a body is bytes, bytearray, memoryview or str, not {kind}; decoded JSON goes to parse_decoded"
        raise ConfigurationError(message)
    if size <= max_bytes:
        # A lone surrogate in a text becomes bytes that are not UTF-8, and is refused with those.
        raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
        if len(raw) <= max_bytes:
            return raw
    message = f"the body has more than {max_bytes} bytes; if such bodies are right for you, raise max_bytes"
    raise PayloadError(message)


def _buffer_size(body: memoryview) -> int:
    """Count the bytes of a buffer that may have been released."""
    try:
        return body.nbytes
    except ValueError:
        pass
    message = "the body is a memoryview that was released"
    raise ConfigurationError(message)


def json_bytes(raw: bytes) -> bytes:
    """Check that a body can be JSON at all, and take the byte order mark off.

    Args:
        raw: The body.

    Returns:
        UTF-8 of bounded depth.

    Raises:
        PayloadError: It is empty, not UTF-8, or nested too deep.
    """
    text = raw.removeprefix(_BOM)
    if not text.isascii():
        _check_utf8(text)
    if not text or text.isspace():
        message = "the body is empty; a framework that has read it already may have kept it elsewhere"
        raise PayloadError(message)
    # Without so many brackets it cannot be so deep; taking them out is five times as fast as counting them.
    brackets = 2 * len(text) - len(text.replace(b"{", b"")) - len(text.replace(b"[", b""))
    if brackets > DEEPEST and depth(text) > DEEPEST:
        message = f"the body is nested deeper than {DEEPEST} levels; no Juspay event is"
        raise PayloadError(message)
    return text


def _check_utf8(text: bytes) -> None:
    """Refuse what is not UTF-8, wherever it stands: the decoder skips values that it does not know."""
    try:
        text.decode()
    except UnicodeDecodeError:
        pass
    else:
        return
    message = "the body is not UTF-8; Juspay sends JSON in UTF-8"
    raise PayloadError(message)

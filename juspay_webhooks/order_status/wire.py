"""Own what both transports have in common: bounds, headers and bodies as they come over the wire."""

import zlib
from collections.abc import Iterable, Mapping
from typing import Final

from juspay_webhooks.order_status.request import Failure, Response

__all__ = ["MOST_BYTES", "TOO_LARGE", "lower_names", "response_of"]

MOST_BYTES: Final = 5_242_880
"""Largest answer that is read (5 MiB), compressed or not; orders have some kilobytes."""

TOO_LARGE: Final = Failure("the answer is larger than 5 MiB", retryable=True)

_GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32
_PLAIN: Final = frozenset({"", "identity"})
_COMPRESSED: Final = frozenset({"gzip", "x-gzip", "deflate"})
_OK: Final = 200


def lower_names(pairs: Iterable[tuple[str, str]], /) -> Mapping[str, str]:
    """Key headers by their names in lower case; of one that came twice the last counts."""
    return {name.lower(): value for name, value in pairs}


def response_of(status: int, headers: Mapping[str, str], body: bytes) -> Response | Failure:
    """Decompress a body, if it is compressed although nobody asked for that.

    Under another status than 200 the status says enough: a body that cannot be decompressed counts as empty then.

    Args:
        status: HTTP status.
        headers: Headers, names in lower case.
        body: Body as it came.

    Returns:
        The response; a failure if the body is cut, too large, or compressed in an unknown way.
    """
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in _PLAIN or not body:
        return Response(status, headers, body)
    plain = _inflated(body) if encoding in _COMPRESSED else Failure("the answer is compressed in an unknown way")
    if isinstance(plain, Failure):
        return plain if status == _OK else Response(status, headers, b"")
    return Response(status, headers, plain)


def _inflated(body: bytes) -> bytes | Failure:
    """Decompress within bounds."""
    machine = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        plain = machine.decompress(body, MOST_BYTES + 1)
    except zlib.error:
        return Failure("the answer is compressed and damaged")
    if len(plain) > MOST_BYTES:
        return TOO_LARGE
    return (
        plain if machine.eof and not machine.unused_data else Failure("the answer is cut, or there is more behind it")
    )

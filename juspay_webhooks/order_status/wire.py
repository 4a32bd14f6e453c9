"""Own what both transports have in common: bounds, headers and bodies as they come over the wire."""

import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from juspay_webhooks.order_status.request import Failure, Response

__all__ = ["MOST_BYTES", "TOO_LARGE", "lower_names", "response_of"]

MOST_BYTES: Final = 5_242_880
"""Largest answer that is read (5 MiB), compressed or not; orders have some kilobytes."""

TOO_LARGE: Final = Failure("the answer is larger than 5 MiB", retryable=True)

_GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32


def lower_names(pairs: Iterable[tuple[str, str]], /) -> Mapping[str, str]:
    """Key headers by their names in lower case; of one that came twice the last counts."""
    return {name.lower(): value for name, value in pairs}


def response_of(status: int, headers: Mapping[str, str], body: bytes) -> Response | Failure:
    """Decompress a body, if it is compressed although nobody asked for that.

    Args:
        status: HTTP status.
        headers: Headers, names in lower case.
        body: Body as it came.

    Returns:
        The response; a failure if the body is cut, too large, or compressed in an unknown way.
    """
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return Response(status, headers, body)
    decompress = _DECOMPRESSORS.get(encoding)
    if decompress is None:
        return Failure("the answer is compressed in a way that nobody asked for")
    try:
        plain = decompress(body)
    except zlib.error:
        return Failure("the answer is compressed and damaged")
    return Failure("the answer is cut, or too large") if plain is None else Response(status, headers, plain)


def _inflate(body: bytes) -> bytes | None:
    """Decompress within bounds; None if it is cut or too large."""
    machine = zlib.decompressobj(_GZIP_OR_ZLIB)
    plain = machine.decompress(body, MOST_BYTES)
    return plain if machine.eof else None


_DECOMPRESSORS: Final[Mapping[str, Callable[[bytes], bytes | None]]] = {
    "gzip": _inflate,
    "x-gzip": _inflate,
    "deflate": _inflate,
}

"""Own the look-up of one header in whatever a web framework hands over. It never judges a value."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeAlias, cast

from juspay_webhooks.errors import ConfigurationError

__all__ = ["Headers", "SupportsItems", "header_values"]


class SupportsItems(Protocol):
    """Anything with `.items()`: a `dict`, the header classes of every framework, a WSGI environment."""

    def items(self) -> Iterable[tuple[object, object]]:
        """Give pairs of name and value."""
        ...


Headers: TypeAlias = SupportsItems | Iterable[tuple[object, object]] | str | bytes | None
"""Headers of a request: a mapping, pairs (ASGI), a WSGI environment, the bare Authorization value, or nothing."""


def header_values(headers: Headers, name: str, /) -> list[bytes]:
    """Find every value of one header.

    Args:
        headers: Names in any case, as `str` or `bytes`; a WSGI environment has its own spelling (`HTTP_...`). A lone
            text is the value of Authorization.
        name: Name in lower case, with dashes.

    Returns:
        The values in the order of the request, as bytes; none if the header is absent.

    Raises:
        ConfigurationError: That is nothing to find headers in.
    """
    if headers is None:
        return []
    if isinstance(headers, str | bytes):
        return [_octets(headers)] if name == "authorization" else []
    values = _wsgi_values(headers, name) if isinstance(headers, dict) and "wsgi.version" in headers else None
    return _flat(_values(headers, name) if values is None else values)


def _wsgi_values(environ: "dict[Any, object]", name: str) -> list[object] | None:
    """Look into a WSGI environment; None if it is not one.

    A client can send a header named `HTTP_X_FORWARDED_FOR`, or `wsgi.version`, but none whose value is a tuple.
    """
    if not isinstance(environ["wsgi.version"], tuple):
        return None
    return [environ.get("HTTP_" + name.upper().replace("-", "_"))]


def _values(headers: SupportsItems | Iterable[tuple[object, object]], name: str) -> list[object]:
    items: Callable[[], Iterable[tuple[Any, object]]] | None = getattr(headers, "items", None)
    size = len(name)
    try:
        pairs = cast("Iterable[tuple[Any, object]]", headers) if items is None else items()
        return [value for key, value in pairs if len(key) == size and _is(key, name)]
    except (TypeError, ValueError):
        pass
    message = f"headers are a mapping or pairs of name and value, not {type(headers).__name__}"
    raise ConfigurationError(message)


def _is(key: object, name: str) -> bool:
    if isinstance(key, str):
        return key.lower() == name
    return isinstance(key, bytes) and key.lower() == name.encode()


def _flat(values: list[object]) -> list[bytes]:
    """Take lists of values apart, as some gateways hand over; None is no value."""
    if len(values) == 1 and isinstance(values[0], str):
        return [_octets(values[0])]
    found: list[bytes] = []
    for value in values:
        if isinstance(value, list | tuple):
            found += [_octets(member) for member in value if member is not None]
        elif value is not None:
            found.append(_octets(value))
    return found


def _octets(value: object) -> bytes:
    """Give a value as the bytes that came over the wire; servers decode these as Latin-1."""
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        return b""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")

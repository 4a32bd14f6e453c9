"""Own the look-up of one header in whatever a web framework hands over. It never judges a value."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Protocol, TypeAlias

from juspay_webhooks.errors import ConfigurationError

__all__ = ["Headers", "SupportsItems", "header_values", "reusable"]

_WSGI_WITHOUT_PREFIX: Final = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})
"""The two headers that a WSGI environment keeps without `HTTP_` (PEP 3333, "environ Variables")."""


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
            text is the value of Authorization. An iterator is used up: see `reusable`.
        name: Name in lower case, with dashes.

    Returns:
        The values in the order of the request, as bytes; none if the header is absent.

    Raises:
        ConfigurationError: That is nothing to find headers in.
    """
    try:
        found = _found(headers, name)
    except (AttributeError, TypeError, ValueError):
        found = None
    if found is None:
        message = f"headers are a mapping or pairs of name and value, not {type(headers).__name__}"
        raise ConfigurationError(message)
    return [_octets(found[0])] if len(found) == 1 and isinstance(found[0], str) else _flat(found)


def reusable(headers: Headers, /) -> Headers:
    """Make headers that can be looked into more than once: an iterator gives its pairs only once.

    Args:
        headers: Headers in any form.

    Returns:
        A list in place of an iterator, anything else as it is.
    """
    return list(headers) if isinstance(headers, Iterator) else headers


def _found(headers: Headers, name: str) -> list[object]:
    """Find values as they are; whatever this raises means that these are no headers."""
    given: Any = headers
    if isinstance(given, dict):
        if "wsgi.version" in given and _is_version(given["wsgi.version"]):
            return [_wsgi_value(given, name)]
        return _values(given.items(), name)
    if given is None or isinstance(given, str | bytes):
        return [given] if name == "authorization" else []
    items = getattr(given, "items", None)
    return _values(given if items is None else items(), name)


def _is_version(value: object) -> bool:
    """Tell a WSGI server's version, e.g. (1, 0).

    A client can send a header named `wsgi.version`, once or several times, but none whose value holds a number.
    """
    return isinstance(value, tuple) and len(value) > 0 and isinstance(value[0], int)


def _wsgi_value(environ: Mapping[str, object], name: str) -> object:
    key = name.upper().replace("-", "_")
    return environ.get(key if key in _WSGI_WITHOUT_PREFIX else "HTTP_" + key)


def _values(pairs: Iterable[tuple[Any, object]], name: str) -> list[object]:
    """Find values by name; lengths are compared first because that is quick and refuses most."""
    size = len(name)
    found: list[object] = []
    for key, value in pairs:
        if len(key) == size and (key if isinstance(key, str) else key.decode("latin-1")).lower() == name:
            found.append(value)
    return found


def _flat(values: Iterable[object]) -> list[bytes]:
    """Take lists of values apart, as some gateways hand over; None is no value."""
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
    # The standard library's e-mail parser, for one, gives an object where it found bytes that are not ASCII.
    text = value if isinstance(value, str) else str(value)
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")

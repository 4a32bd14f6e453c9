"""Own who may call by source address: the networks that are let in, and the address behind trusted proxies.

A source address comes on top of Basic auth and never instead of it: published lists grow old, and an address proves
little. Whatever the sender could have written itself is never believed; where nobody can tell, the answer is None, and
None is never let in. Nothing that a request holds makes this module raise, or work longer than in proportion to it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, collapse_addresses, ip_network
from typing import Final, Self, TypeAlias

import attrs

from juspay_webhooks.auth.headers import Headers, header_values, reusable
from juspay_webhooks.catalog.addresses import Environment, source_addresses
from juspay_webhooks.errors import ConfigurationError, shown

__all__ = ["AddressPolicy", "client_ip"]

_Address: TypeAlias = IPv4Address | IPv6Address
_Network: TypeAlias = IPv4Network | IPv6Network

_LONGEST: Final = 100
"""Characters of an address as written: 45 of IPv6, brackets, a zone and a port, and room to spare."""

_MAPPED_BITS: Final = 96
"""Bits in front of the IPv4 address in an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2)."""

_ZONE: Final = r"(?:%[\w.~-]+)?"
# RFC 7239 (6): a port may be hidden behind a word that begins with an underscore.
_PORT: Final = r"(?::(?:[0-9]{1,5}|_[\w.-]+))?"
_SIX: Final = r"[0-9A-Fa-f:.]+"
_WRITTEN: Final = re.compile(
    rf"(?P<four>[0-9.]+){_PORT}|\[(?P<boxed>{_SIX}){_ZONE}\]{_PORT}|(?P<six>{_SIX}){_ZONE}", re.ASCII
)

# Matched against a reversed header, so that nothing on the left, which the sender may have written, changes how the
# right is read. Read so, a quotation mark is an escaped one if an odd number of backslashes comes *after* it. At each
# character one alternative fits at most: the time is linear.
_ESCAPED: Final = r"\\(?:\\\\)*(?!\\)"
_LAST_ELEMENT: Final = re.compile(
    rf'(?P<element>(?:[^",]++|"(?:[^"]++|"(?={_ESCAPED}))*"(?!{_ESCAPED}))*)(?:(?P<more>,)|\Z)'
)

# RFC 7239 (4). Proxies forget the quotation marks around ports and IPv6 addresses, so a bare value may be anything.
_PAIR: Final = re.compile(
    r"[ \t]*+"
    r"(?:(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]++)="
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s",;]++)))?'
    r"[ \t]*+(?:;|\Z)",
    re.DOTALL,
)


@attrs.frozen
class _Reach:
    """Networks, prepared for asking."""

    exact: frozenset[str]
    """Canonical texts of the networks that hold one address."""

    wide: tuple[_Network, ...]
    """All other networks."""

    @classmethod
    def of(cls, networks: Iterable[_Network]) -> Self:
        exact = [network for network in networks if network.prefixlen == network.max_prefixlen]
        wide = [network for network in networks if network.prefixlen != network.max_prefixlen]
        return cls(frozenset(str(network.network_address) for network in exact), tuple(wide))

    def has(self, address: _Address) -> bool:
        return str(address) in self.exact or any(address in network for network in self.wide)


def _allowed(networks: Iterable[str | _Network]) -> tuple[_Network, ...]:
    found = _networks(networks)
    if not found:
        message = 'an AddressPolicy without networks lets nobody in: give some, e.g. ["13.126.232.13"], or no policy'
        raise ConfigurationError(message)
    return found


def _networks(given: Iterable[str | _Network]) -> tuple[_Network, ...]:
    """Read networks out of a configuration, each once; together they must leave somebody out."""
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        message = f'expected several addresses or networks, e.g. ["10.0.0.0/8"], got one {type(given).__name__}'
        raise ConfigurationError(message)
    found = tuple(dict.fromkeys(map(_network, given)))
    four = collapse_addresses(network for network in found if isinstance(network, IPv4Network))
    six = collapse_addresses(network for network in found if isinstance(network, IPv6Network))
    merged: list[_Network] = [*four, *six]
    if any(network.prefixlen == 0 for network in merged):
        message = 'these networks are everybody: write those that you know, e.g. "10.0.0.0/8" or "2001:db8::/32"'
        raise ConfigurationError(message)
    return found


def _network(given: object) -> _Network:
    """Read one network; an IPv4-mapped one (`::ffff:10.0.0.0/104`) is the IPv4 network."""
    if not isinstance(given, str | IPv4Network | IPv6Network):
        message = f'expected an address or a network, e.g. "10.1.2.3" or "10.0.0.0/8", got {type(given).__name__}'
        raise ConfigurationError(message)
    network = _network_from_text(given.strip()) if isinstance(given, str) else given
    if isinstance(network, IPv4Network):
        return network
    if network.network_address.scope_id is not None:
        message = f"expected a network without a zone, got {shown(str(network))}: leave out what begins with %"
        raise ConfigurationError(message)
    mapped = network.network_address.ipv4_mapped
    if mapped is None or network.prefixlen < _MAPPED_BITS:
        return network
    return IPv4Network((int(mapped), network.prefixlen - _MAPPED_BITS))


def _network_from_text(text: str) -> _Network:
    try:
        return ip_network(text)
    except ValueError as error:
        message = (
            f'expected an address or a network, e.g. "10.1.2.3", "10.0.0.0/8" or "2001:db8::/32", got "{shown(text)}"'
        )
        try:
            loose = ip_network(text, strict=False)
        except ValueError:
            raise ConfigurationError(message) from error
        one = text.partition("/")[0]
        message = f'"{shown(text)}" points into a network: write "{loose}" for all of it, "{one}" for the one address'
        raise ConfigurationError(message) from error


def _address(text: str) -> _Address | None:
    """Read an address as servers and proxies write it, without port and zone; an IPv4-mapped one is the IPv4 one."""
    text = text.strip(" \t\r\n")
    match = _WRITTEN.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    try:
        if match["four"] is not None:
            return IPv4Address(match["four"])
        six = IPv6Address(match["boxed"] or match["six"])
    except ValueError:
        return None
    return six if six.ipv4_mapped is None else six.ipv4_mapped


def _hops(listed: str) -> Iterator[_Address | None]:
    """Read X-Forwarded-For from the right; None is a part that is no address."""
    return map(_address, reversed(listed.split(",")))


def _forwarded_hops(listed: str) -> Iterator[_Address | None]:
    """Read Forwarded (RFC 7239) from the right; None is a part that tells no address."""
    backwards, position = listed[::-1], 0
    while match := _LAST_ELEMENT.match(backwards, position):
        yield _forwarded_for(match["element"][::-1])
        if match["more"] is None:
            return
        position = match.end()
    yield None


def _forwarded_for(element: str) -> _Address | None:
    """Read the one `for` of an element; `unknown` and hidden names (`_gazonk`) are no addresses."""
    found: list[str] = []
    position = 0
    while position < len(element):
        pair = _PAIR.match(element, position)
        if pair is None:
            return None
        if pair["name"] is not None and pair["name"].lower() == "for":
            found.append(pair["bare"] or re.sub(r"(?s)\\(.)", r"\1", pair["quoted"]))
        position = pair.end()
    return _address(found[0]) if len(found) == 1 else None


_READERS: Final[tuple[tuple[str, Callable[[str], Iterator[_Address | None]]], ...]] = (
    ("forwarded", _forwarded_hops),
    ("x-forwarded-for", _hops),
)


def _walk(hops: Iterable[_Address | None], trusted: _Reach) -> _Address | None:
    """Take the first hop that is not trusted, or else the last one."""
    last = None
    for hop in hops:
        if hop is None or not trusted.has(hop):
            return hop
        last = hop
    return last


def _client(headers: Headers, peer: str | None, trusted: _Reach) -> str | None:
    direct = _address(peer) if isinstance(peer, str) else None
    if direct is None:
        return None
    told: set[_Address | None] = set()
    if trusted.has(direct):
        headers = reusable(headers)
        for name, read in _READERS:
            listed = b",".join(header_values(headers, name)).decode("latin-1")
            if listed.strip(", \t"):
                told.add(_walk(read(listed), trusted))
    client, *others = told or {direct}
    return None if client is None or others else str(client)


def client_ip(headers: Headers, *, peer: str | None, trusted_proxies: Iterable[str | _Network]) -> str | None:
    """Find the address that a request comes from, behind proxies that are known.

    Each proxy appends the address that it was called from, so the header is read from the right: what trusted proxies
    wrote first, what the sender may have invented last. A trusted proxy must append to the header, or replace it.

    Args:
        headers: The request's headers, as any framework hands them over; `Forwarded` (RFC 7239) and `X-Forwarded-For`
            are looked at, and nothing else.
        peer: Address of the other end of the connection. Behind a Unix socket there is none: give "127.0.0.1", and
            trust it.
        trusted_proxies: Addresses and networks of your own proxies. If `peer` is none of them, the headers count for
            nothing.

    Returns:
        The address of the first hop from the right that is no trusted proxy, without port or zone; the leftmost if all
        are trusted. None where nobody can tell: `peer` is no address, a part before that hop is none, or the two
        headers disagree.

    Raises:
        ConfigurationError: A trusted proxy is no address or network, or `headers` is nothing to find headers in.
    """
    return _client(headers, peer, _Reach.of(_networks(trusted_proxies)))


@attrs.frozen(repr=False)
class AddressPolicy:
    """Lets in who calls from a known address. On top of Basic auth, never instead of it, and off unless you set it.

    ```python
    policy = AddressPolicy.production(trusted_proxies=["10.0.0.0/8"])
    policy = AddressPolicy(["13.126.232.13", "192.0.2.0/24"])
    ```

    The published addresses may be outdated: ask Juspay before you refuse by them, and watch what is refused.
    """

    networks: tuple[_Network, ...] = attrs.field(converter=_allowed)
    """Who is let in: addresses and networks, IPv4 or IPv6, as text or as networks of `ipaddress`. Never empty."""

    trusted_proxies: tuple[_Network, ...] = attrs.field(default=(), kw_only=True, converter=_networks)
    """Your own proxies, whose `Forwarded` and `X-Forwarded-For` are believed. By default none is."""

    _within: _Reach = attrs.field(
        init=False, eq=False, default=attrs.Factory(lambda self: _Reach.of(self.networks), takes_self=True)
    )
    _trusted: _Reach = attrs.field(
        init=False, eq=False, default=attrs.Factory(lambda self: _Reach.of(self.trusted_proxies), takes_self=True)
    )

    @classmethod
    def production(
        cls, *, extra: Iterable[str | _Network] = (), trusted_proxies: Iterable[str | _Network] = ()
    ) -> Self:
        """Let in every address that anybody names for production (India).

        Args:
            extra: More addresses and networks, e.g. those that Juspay told you.
            trusted_proxies: Your own proxies.

        Raises:
            ConfigurationError: Something is no address or network.
        """
        return cls((*source_addresses(Environment.PRODUCTION), *_networks(extra)), trusted_proxies=trusted_proxies)

    @classmethod
    def sandbox(cls, *, extra: Iterable[str | _Network] = (), trusted_proxies: Iterable[str | _Network] = ()) -> Self:
        """Let in every address that anybody names for the sandbox (India).

        Args:
            extra: More addresses and networks, e.g. those that Juspay told you.
            trusted_proxies: Your own proxies.

        Raises:
            ConfigurationError: Something is no address or network.
        """
        return cls((*source_addresses(Environment.SANDBOX), *_networks(extra)), trusted_proxies=trusted_proxies)

    def allows(self, address: str | None) -> bool:
        """Tell whether an address is let in.

        Args:
            address: IPv4 or IPv6, with or without port, brackets, zone; IPv4-mapped (`::ffff:192.0.2.1`) counts as
                IPv4. What is no address, None for one, is not let in.

        Returns:
            True if one of `networks` holds it.
        """
        if not isinstance(address, str):
            return False
        if address in self._within.exact:
            return True
        found = _address(address)
        return found is not None and self._within.has(found)

    def client_ip(self, headers: Headers, *, peer: str | None) -> str | None:
        """Find the address that a request comes from, behind `trusted_proxies`; see `client_ip`.

        Args:
            headers: The request's headers, as any framework hands them over.
            peer: Address of the other end of the connection.

        Returns:
            The address, without port or zone; None where nobody can tell.

        Raises:
            ConfigurationError: `headers` is nothing to find headers in.
        """
        return _client(headers, peer, self._trusted)

    def __repr__(self) -> str:
        """Show how many networks it has."""
        return f"AddressPolicy({len(self.networks)} networks, {len(self.trusted_proxies)} trusted proxies)"

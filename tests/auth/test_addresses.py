"""Source addresses: who is let in, and which address a request comes from behind proxies."""

import copy
import pickle
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks.auth.addresses import AddressPolicy, client_ip
from juspay_webhooks.auth.headers import Headers
from juspay_webhooks.catalog.addresses import Environment, source_addresses
from juspay_webhooks.errors import ConfigurationError

POLICY: Final = AddressPolicy(
    ["192.0.2.1", "198.51.100.0/24", "2001:db8::1", "2001:db8:5::/48", "::ffff:203.0.113.0/120", "fe80::7"]
)
PROXIES: Final = ("10.0.0.0/8", "2001:db8:a::/48")
PROXY: Final = "10.0.0.1"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", True),
        ("192.0.2.2", False),
        ("198.51.100.0", True),
        ("198.51.100.255", True),
        ("198.51.101.0", False),
        ("2001:db8::1", True),
        ("2001:DB8:0:0::0001", True),
        ("2001:db8::2", False),
        ("2001:db8:5:ffff::1", True),
        ("2001:db8:6::", False),
        ("203.0.113.77", True),
        ("203.0.114.77", False),
        # IPv4-mapped: a server that listens on both families sees every IPv4 caller so.
        ("::ffff:192.0.2.1", True),
        ("::FFFF:c000:201", True),
        ("::ffff:192.0.2.2", False),
        ("::192.0.2.1", False),
        # Ports, as proxies write them.
        ("192.0.2.1:5678", True),
        ("192.0.2.2:5678", False),
        ("192.0.2.1:_hidden", True),
        ("[2001:db8::1]:443", True),
        ("[2001:db8::1]", True),
        ("[::ffff:192.0.2.1]:80", True),
        ("192.0.2.1:", False),
        ("192.0.2.1:port", False),
        ("192.0.2.1:123456", False),
        ("2001:db8::1:443", False),
        # Zones.
        ("fe80::7%eth0", True),
        ("[fe80::7%25en0]:80", True),
        ("fe80::8%eth0", False),
        ("fe80::7%", False),
        ("fe80::7%a%b", False),
        # White space.
        (" 192.0.2.1\t", True),
        ("192.0.2.1\r\n", True),
        ("192.0.2 .1", False),
        # No addresses.
        (None, False),
        ("", False),
        (" ", False),
        ("unknown", False),
        ("testclient", False),
        ("unix:", False),
        ("192.0.2", False),
        ("192.0.2.1.", False),
        ("192.0.2.01", False),
        ("192.0.2.256", False),
        ("3221225985", False),
        ("0xc0000201", False),
        ("192.0.2.1/32", False),
        ("192.0.2.1, 192.0.2.1", False),
        ("[192.0.2.1]", False),
        ("[2001:db8::1", False),
        ("2001:db8::1]", False),
        ("2001:db8:::1", False),
        ("１９２.0.2.1", False),
        ("192.0.2.1\0", False),
        ("\ud800", False),
        ("1" * 10_000, False),
    ],
)
def test_only_listed_addresses_are_let_in(address: str | None, expected: bool) -> None:  # noqa: FBT001 - a column
    """Every way to write an address is understood, and what is none is not let in."""
    assert expected is POLICY.allows(address)


@pytest.mark.parametrize("address", [3221225985, b"192.0.2.1", b"\xc0\x00\x02\x01", IPv4Address("192.0.2.1"), [], 0.5])
def test_what_is_no_text_is_not_let_in(address: object) -> None:
    """A number or four bytes would be an address to `ipaddress`; a header or a peer holds text."""
    assert POLICY.allows(address) is False  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - on purpose


@pytest.mark.parametrize(
    ("given_networks", "expected"),
    [
        (["192.0.2.1"], [IPv4Network("192.0.2.1/32")]),
        ([" 192.0.2.0/24 "], [IPv4Network("192.0.2.0/24")]),
        (["192.0.2.0/255.255.255.0"], [IPv4Network("192.0.2.0/24")]),
        ([IPv4Network("192.0.2.0/24"), "192.0.2.0/24"], [IPv4Network("192.0.2.0/24")]),
        (["2001:DB8::/32", IPv6Network("::1")], [IPv6Network("2001:db8::/32"), IPv6Network("::1/128")]),
        (["::ffff:10.0.0.0/104"], [IPv4Network("10.0.0.0/8")]),
        (["::/64"], [IPv6Network("::/64")]),
        (["::fffe:0:0/95"], [IPv6Network("::fffe:0:0/95")]),
        ((text for text in ("192.0.2.1",)), [IPv4Network("192.0.2.1/32")]),
    ],
)
def test_networks_are_kept_in_one_form(
    given_networks: Iterable[str | IPv4Network | IPv6Network], expected: list[IPv4Network | IPv6Network]
) -> None:
    """Text and networks of `ipaddress` come to the same, each once."""
    assert tuple(expected) == AddressPolicy(given_networks).networks


MANY: Final = "these networks are everybody"
REFUSED: Final = {
    "no network at all": ([], "lets nobody in"),
    "one text": ("10.0.0.0/8", r'e\.g\. \["10\.0\.0\.0/8"\], got one str'),
    "one text of bytes": (b"10.0.0.0/8", "got one bytes"),
    "nothing": (None, "got one NoneType"),
    "a number": ([167772160], 'e.g. "10.1.2.3" or "10.0.0.0/8", got int'),
    "four bytes": ([b"\x0a\x00\x00\x00"], "got bytes"),
    "a name": (["juspay.in"], 'expected an address or a network, .*, got "juspay.in"'),
    "a hostile word": (["\x1b[2J" + "x" * 500], r'got "\\x1b\[2Jx+\.\.\."$'),
    "an empty text": ([""], 'got ""'),
    "a port": (["10.0.0.1:80"], 'got "10.0.0.1:80"'),
    "a prefix too long": (["10.0.0.0/33"], 'got "10.0.0.0/33"'),
    "two in one": (["10.0.0.1, 10.0.0.2"], 'got "10.0.0.1, 10.0.0.2"'),
    "host bits": (["10.0.0.1/8"], 'write "10.0.0.0/8" for all of it, "10.0.0.1" for the one address'),
    "host bits of IPv6": (["2001:db8::1/32"], 'write "2001:db8::/32" for all of it, "2001:db8::1"'),
    "a zone": (["fe80::1%eth0"], "leave out what begins with %"),
    "a network with a zone": ([IPv6Network("fe80::1%eth0")], "leave out what begins with %"),
    "everybody": (["0.0.0.0/0"], MANY),
    "everybody among others": (["192.0.2.1", "::/0"], MANY),
    "everybody as a mask": (["0.0.0.0/0.0.0.0"], MANY),
    "everybody IPv4-mapped": (["::ffff:0:0/96"], MANY),
    "everybody in two halves": (["0.0.0.0/1", "128.0.0.0/1"], MANY),
    "everybody as an object": ([IPv6Network("::/0")], MANY),
}


@pytest.mark.parametrize(("networks", "message"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_network_is_refused(networks: Iterable[str], message: str) -> None:
    """What would let in nobody, everybody or somebody else is an error that shows the right form."""
    with pytest.raises(ConfigurationError, match=message):
        AddressPolicy(networks)


@pytest.mark.parametrize(
    "build",
    [
        lambda wrong: AddressPolicy(["192.0.2.1"], trusted_proxies=wrong),
        lambda wrong: AddressPolicy.production(extra=wrong),
        lambda wrong: AddressPolicy.production(trusted_proxies=wrong),
        lambda wrong: AddressPolicy.sandbox(extra=wrong),
        lambda wrong: AddressPolicy.sandbox(trusted_proxies=wrong),
        lambda wrong: client_ip({}, peer=None, trusted_proxies=wrong),
    ],
    ids=["trusted", "production extra", "production trusted", "sandbox extra", "sandbox trusted", "client_ip"],
)
@pytest.mark.parametrize("wrong", ["10.0.0.0/8", ["10.0.0.1/8"], ["0.0.0.0/0"], None])
def test_wrong_networks_are_refused_everywhere(build: Callable[[object], object], wrong: object) -> None:
    """Proxies and extra networks are read as networks are, and a lone text is not taken for its characters."""
    with pytest.raises(ConfigurationError):
        build(wrong)


@pytest.mark.parametrize(
    ("policy", "environment", "other"),
    [
        (AddressPolicy.production(), Environment.PRODUCTION, Environment.SANDBOX),
        (AddressPolicy.sandbox(), Environment.SANDBOX, Environment.PRODUCTION),
    ],
)
def test_published_addresses_are_let_in(policy: AddressPolicy, environment: Environment, other: Environment) -> None:
    """Each environment has all of its own addresses and none of the other's."""
    assert list(source_addresses(environment)) == [str(network.network_address) for network in policy.networks]
    assert all(map(policy.allows, source_addresses(environment)))
    assert not any(map(policy.allows, source_addresses(other)))


@pytest.mark.parametrize("build", [AddressPolicy.production, AddressPolicy.sandbox])
def test_published_addresses_can_be_added_to(build: Callable[..., AddressPolicy]) -> None:
    """What Juspay told the merchant comes on top; proxies are not let in by being trusted."""
    policy = build(extra=["192.0.2.0/24"], trusted_proxies=["10.0.0.0/8"])

    assert len(build().networks) + 1 == len(policy.networks)
    assert policy.allows("192.0.2.9")
    assert not policy.allows("10.0.0.1")
    assert policy.client_ip({"X-Forwarded-For": "192.0.2.9"}, peer="10.0.0.1") == "192.0.2.9"


def test_a_policy_is_a_value() -> None:
    """It cannot be changed, is equal to another of the same networks, and survives copying and pickling."""
    policy = AddressPolicy(["192.0.2.1", "2001:db8::/32"], trusted_proxies=PROXIES)
    twin = AddressPolicy([IPv4Network("192.0.2.1"), "2001:DB8::/32"], trusted_proxies=iter(PROXIES))
    copies = [copy.copy(policy), copy.deepcopy(policy), pickle.loads(pickle.dumps(policy)), twin]  # noqa: S301 - own

    assert [policy] * 4 == copies
    assert len({policy, *copies}) == 1
    assert all(one.allows("192.0.2.1") and one.client_ip({}, peer=PROXY) == PROXY for one in copies)
    assert policy != AddressPolicy(["192.0.2.1", "2001:db8::/32"])
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        policy.networks = ()  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue] - on purpose


def test_repr_counts() -> None:
    """A log line shows how much it lets in, not three screens of networks."""
    assert repr(AddressPolicy(["192.0.2.1"], trusted_proxies=PROXIES)) == "AddressPolicy(1 networks, 2 trusted proxies)"


WALKS: Final[dict[str, tuple[Headers, str | None, str | None]]] = {
    "nobody in between": ({}, "192.0.2.1", "192.0.2.1"),
    "a peer with a port": ({}, "192.0.2.1:5678", "192.0.2.1"),
    "an IPv4-mapped peer": ({}, "::ffff:192.0.2.1", "192.0.2.1"),
    "a peer with a zone": ({}, "fe80::1%eth0", "fe80::1"),
    "an unknown peer": ({}, None, None),
    "a peer that is none": ({"X-Forwarded-For": "192.0.2.1"}, "unix:", None),
    "an untrusted peer": ({"X-Forwarded-For": "198.51.100.7"}, "192.0.2.1", "192.0.2.1"),
    "an untrusted peer and rubbish": ({"Forwarded": '"'}, "192.0.2.1", "192.0.2.1"),
    "a proxy that says nothing": ({}, PROXY, PROXY),
    "no headers": (None, PROXY, PROXY),
    "an empty header": ({"X-Forwarded-For": ""}, PROXY, PROXY),
    "an empty list": ({"Forwarded": " , ", "X-Forwarded-For": "192.0.2.1"}, PROXY, "192.0.2.1"),
    "an IPv4-mapped proxy": ({"X-Forwarded-For": "192.0.2.1"}, "::ffff:10.0.0.1", "192.0.2.1"),
    "a proxy on IPv6": ({"X-Forwarded-For": "192.0.2.1"}, "[2001:db8:a::1]:443", "192.0.2.1"),
    "one hop": ({"X-Forwarded-For": "192.0.2.1"}, PROXY, "192.0.2.1"),
    "one hop with a port": ({"X-Forwarded-For": "192.0.2.1:5678"}, PROXY, "192.0.2.1"),
    "one hop on IPv6": ({"X-Forwarded-For": "2001:DB8::0001"}, PROXY, "2001:db8::1"),
    "an invented hop": ({"X-Forwarded-For": "13.126.232.13, 192.0.2.1"}, PROXY, "192.0.2.1"),
    "several proxies": ({"X-Forwarded-For": "13.126.232.13,192.0.2.1,10.9.9.9 , 10.8.8.8"}, PROXY, "192.0.2.1"),
    "proxies alone": ({"X-Forwarded-For": "10.7.7.7, 10.8.8.8"}, PROXY, "10.7.7.7"),
    "rubbish on the left": ({"X-Forwarded-For": "<script>, 192.0.2.1"}, PROXY, "192.0.2.1"),
    "rubbish on the right": ({"X-Forwarded-For": "192.0.2.1, unknown"}, PROXY, None),
    "rubbish behind a proxy": ({"X-Forwarded-For": "192.0.2.1, unknown, 10.8.8.8"}, PROXY, None),
    "a hole on the right": ({"X-Forwarded-For": "192.0.2.1,"}, PROXY, None),
    "a hole behind a proxy": ({"X-Forwarded-For": "192.0.2.1, , 10.8.8.8"}, PROXY, None),
    "quotation marks where none belong": ({"X-Forwarded-For": '"192.0.2.1"'}, PROXY, None),
    "several lines": ([("X-Forwarded-For", "192.0.2.1"), ("x-forwarded-for", "10.8.8.8")], PROXY, "192.0.2.1"),
    "an invented line": ([("X-Forwarded-For", "13.126.232.13"), ("X-Forwarded-For", "192.0.2.1")], PROXY, "192.0.2.1"),
    "an empty last line": ([("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-For", "")], PROXY, None),
    "ASGI": ([(b"x-forwarded-for", b"192.0.2.1")], PROXY, "192.0.2.1"),
    "WSGI": ({"wsgi.version": (1, 0), "HTTP_X_FORWARDED_FOR": "192.0.2.1"}, PROXY, "192.0.2.1"),
    "a header with the name of WSGI": (
        [("X-Forwarded-For", "192.0.2.1"), ("HTTP_X_FORWARDED_FOR", "13.126.232.13")],
        PROXY,
        "192.0.2.1",
    ),
    "another header": ({"X-Real-IP": "192.0.2.1", "True-Client-IP": "192.0.2.1"}, PROXY, PROXY),
    "not Latin-1": ({"X-Forwarded-For": "１９２.0.2.1"}, PROXY, None),
    "not Latin-1 on the left": ({"X-Forwarded-For": "１９２.0.2.1, 192.0.2.1"}, PROXY, "192.0.2.1"),
    "both agree": ({"X-Forwarded-For": "192.0.2.1", "Forwarded": "for=192.0.2.1"}, PROXY, "192.0.2.1"),
    "both agree in other words": (
        {"X-Forwarded-For": "::ffff:192.0.2.1, 10.8.8.8", "Forwarded": 'For="192.0.2.1:80"'},
        PROXY,
        "192.0.2.1",
    ),
    "both differ": ({"X-Forwarded-For": "192.0.2.1", "Forwarded": "for=13.126.232.13"}, PROXY, None),
    "one cannot tell": ({"X-Forwarded-For": "192.0.2.1", "Forwarded": "for=unknown"}, PROXY, None),
    "neither can tell": ({"X-Forwarded-For": "unknown", "Forwarded": "for=unknown"}, PROXY, None),
}


@pytest.mark.parametrize(("headers", "peer", "expected"), WALKS.values(), ids=WALKS)
def test_the_client_is_the_first_untrusted_hop(headers: Headers, peer: str | None, expected: str | None) -> None:
    """Hops are read from the right, and only as far as trusted proxies wrote them."""
    policy = AddressPolicy(["192.0.2.1"], trusted_proxies=PROXIES)

    assert expected == client_ip(headers, peer=peer, trusted_proxies=PROXIES)
    assert expected == policy.client_ip(headers, peer=peer)


def test_without_trusted_proxies_no_header_counts() -> None:
    """By default a policy believes the connection alone."""
    policy = AddressPolicy(["13.126.232.13"])
    headers = {"X-Forwarded-For": "13.126.232.13", "Forwarded": "for=13.126.232.13"}

    assert policy.client_ip(headers, peer="127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("for=192.0.2.1", "192.0.2.1"),
        ("FOR=192.0.2.1", "192.0.2.1"),
        ('for="192.0.2.1"', "192.0.2.1"),
        ('for="192.0.2.1:80"', "192.0.2.1"),
        ('for="192.0.2.1:_port"', "192.0.2.1"),
        ('for="[2001:db8::1]"', "2001:db8::1"),
        ('for="[2001:db8::1]:80"', "2001:db8::1"),
        (r'for="\1\92.0.2.1"', "192.0.2.1"),
        # Common proxies forget the quotation marks.
        ("for=192.0.2.1:80", "192.0.2.1"),
        ("for=[2001:db8::1]:80", "2001:db8::1"),
        ("proto=https;for=192.0.2.1;by=10.8.8.8", "192.0.2.1"),
        (' for=192.0.2.1 ; proto=https;; host="a.example" ;', "192.0.2.1"),
        ("for=13.126.232.13, for=192.0.2.1", "192.0.2.1"),
        ("for=192.0.2.1,for=10.9.9.9 , for=10.8.8.8", "192.0.2.1"),
        ("for=10.9.9.9, for=10.8.8.8", "10.9.9.9"),
        # A quoted text may hold what looks like the end of it, and like another hop.
        ('for=192.0.2.1;host="a, for=13.126.232.13"', "192.0.2.1"),
        ('for=192.0.2.1;host=";for=13.126.232.13"', "192.0.2.1"),
        (r'for=192.0.2.1;host="a\", for=13.126.232.13"', "192.0.2.1"),
        (r'for=192.0.2.1;host="a\\\", for=13.126.232.13,\\"', "192.0.2.1"),
        (r'for=192.0.2.1;host="a\\", for=10.8.8.8', "192.0.2.1"),
        (r'for=192.0.2.1;host="\"";proto="\""', "192.0.2.1"),
        ('for=192.0.2.1;host=""', "192.0.2.1"),
        # What the sender wrote on the left cannot swallow what the proxy wrote on the right.
        ('for="13.126.232.13, for=192.0.2.1', "192.0.2.1"),
        ('for=13.126.232.13;x=", for="192.0.2.1"', "192.0.2.1"),
        (r'for=13.126.232.13;x="\, for="192.0.2.1";host="a"', "192.0.2.1"),
        # Nobody can tell.
        ("for=unknown", None),
        ("for=_hidden", None),
        ('for="_SEVKISEK:80"', None),
        ("for=192.0.2.1, for=unknown, for=10.8.8.8", None),
        ("for=192.0.2.1, proto=https", None),
        ("for=192.0.2.1,", None),
        (",for=10.8.8.8", None),
        ("for=", None),
        ('for=""', None),
        ("for", None),
        ("192.0.2.1", None),
        ("for =192.0.2.1", None),
        ("for= 192.0.2.1", None),
        ("for=192.0.2.1 for=192.0.2.1", None),
        ("for=192.0.2.1;for=13.126.232.13", None),
        ("for=192.0.2.1;for=192.0.2.1", None),
        ('for=192.0.2.1;"', None),
        ('for="192.0.2.1', None),
        (r'for="192.0.2.1\"', None),
        ('for=192.0.2.1"', None),
        ('for="192.0.2.1"x', None),
        ('x"for=192.0.2.1"', None),
        ("f@r=192.0.2.1", None),
        ("@", None),
    ],
)
def test_forwarded_is_read_as_its_standard_says(forwarded: str, expected: str | None) -> None:
    """Elements, pairs and quoted texts of RFC 7239; whatever is malformed before the client tells nothing."""
    assert expected == client_ip({"Forwarded": forwarded}, peer=PROXY, trusted_proxies=PROXIES)


@pytest.mark.parametrize("headers", [5, ["x-forwarded-for"], [1, 2], [(5, "192.0.2.1")]])
def test_what_holds_no_headers_is_a_mistake_of_the_caller(headers: Headers) -> None:
    """A wrong argument is an error; what a request holds never is."""
    with pytest.raises(ConfigurationError, match="headers are"):
        client_ip(headers, peer=PROXY, trusted_proxies=PROXIES)


names = st.sampled_from(["X-Forwarded-For", "Forwarded", "x-forwarded-for", "FORWARDED", "HTTP_X_FORWARDED_FOR"])
addresses = st.ip_addresses() | st.sampled_from([ip_address(PROXY), ip_address("2001:db8:a::1")])
pieces = st.sampled_from([*'",;=\\[]:%. \t', "for", "For=", "unknown", "_x", "::ffff:", "10.0.0.1", "[2001:db8:a::1]"])
crafted = st.lists(pieces | addresses.map(str)).map("".join)
values = st.one_of(st.none(), st.text(), st.binary(), crafted, crafted.map(str.encode))
pairs = st.tuples(st.one_of(names, names.map(str.encode), st.text(), st.binary()), values)
peers = st.one_of(st.none(), st.text(), crafted, addresses.map(str))
outsiders = st.ip_addresses().map(lambda one: (isinstance(one, IPv6Address) and one.ipv4_mapped) or one)
outsiders = outsiders.filter(lambda one: not AddressPolicy(PROXIES).allows(str(one)))
left = st.one_of(st.text(), crafted)


@given(headers=st.lists(pairs), peer=peers)
def test_no_request_raises(headers: list[tuple[str | bytes, str | bytes | None]], peer: str | None) -> None:
    """Whatever headers and peer hold, the answer is None or an address in its canonical form."""
    policy = AddressPolicy(["192.0.2.1"], trusted_proxies=PROXIES)

    found = policy.client_ip(headers, peer=peer)

    assert found is None or found == str(ip_address(found))
    assert isinstance(policy.allows(found), bool)


@given(address=st.one_of(st.text(), crafted))
def test_no_address_raises(address: str) -> None:
    """What is let in is always one of the networks, however it is written."""
    assert isinstance(POLICY.allows(address), bool)


@given(address=st.ip_addresses(), port=st.integers(0, 65_535))
def test_every_spelling_of_an_address_is_judged_alike(address: IPv4Address | IPv6Address, port: int) -> None:
    """Brackets, port, zone, letter case and IPv4-mapping make no difference."""
    four = isinstance(address, IPv4Address)
    spellings = [str(address), address.exploded.upper(), f"{address}:{port}" if four else f"[{address}]:{port}"]
    spellings += [f"::ffff:{address}"] if four else [f"{address}%eth0", f"[{address}]"]
    is_in = AddressPolicy(["128.0.0.0/1", "8000::/1"])
    expected = address in (IPv4Network("128.0.0.0/1") if four else IPv6Network("8000::/1"))

    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        expected = address.ipv4_mapped in IPv4Network("128.0.0.0/1")

    assert [expected] * len(spellings) == [is_in.allows(text) for text in spellings]
    assert all(AddressPolicy([str(address)]).allows(text) for text in spellings)


@given(
    invented=st.lists(left, max_size=3),
    client=outsiders,
    proxies=st.lists(st.sampled_from(["10.8.8.8", "10.9.9.9", "2001:db8:a::2"]), max_size=2),
    glue=st.sampled_from([", ", ",", None]),
)
def test_a_sender_cannot_change_what_proxies_append(
    invented: list[str], client: IPv4Address | IPv6Address, proxies: list[str], glue: str | None
) -> None:
    """Whatever the sender writes on the left, the address that the first trusted proxy appended is the client."""
    hops = [str(client), *proxies]
    elements = [f'for="[{hop}]";host="a, \\"b"' if ":" in hop else f"for={hop}" for hop in hops]
    for name, appended in (("X-Forwarded-For", hops), ("Forwarded", elements)):
        lines = [*invented, *appended]
        headers = [(name, line) for line in lines] if glue is None else [(name, glue.join(lines))]

        assert str(client) == client_ip(headers, peer=PROXY, trusted_proxies=PROXIES)

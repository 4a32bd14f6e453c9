"""Headers: one look-up in whatever a web framework, a server or a gateway hands over."""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from email import message_from_bytes
from email.message import Message
from http.client import parse_headers
from io import BytesIO
from types import MappingProxyType
from typing import Any, Final, TypeAlias
from wsgiref.headers import Headers as WsgirefHeaders

import httpx
import pytest
import starlette.datastructures
import werkzeug.datastructures
from django.http.request import HttpHeaders  # type: ignore[import-untyped] # Django has no types
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPHeaderDict
from werkzeug.test import create_environ
from werkzeug.wrappers import Request

from juspay_webhooks.auth.headers import header_values, reusable
from juspay_webhooks.errors import ConfigurationError

Pairs: TypeAlias = Sequence[tuple[str, str]]
Build: TypeAlias = Callable[[Pairs], Any]

VALUE: Final = "Basic dXNlcjpwYXNz"
OTHERS: Final = (("Host", "shop.example"), ("X-Forwarded-For", "192.0.2.1"), ("Cache-Control", "no-cache"))


def as_bytes(pairs: Pairs) -> list[tuple[bytes, bytes]]:
    """Give pairs as ASGI has them."""
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in pairs]


def as_lists(pairs: Pairs) -> dict[str, list[str]]:
    """Give a list of values for each name, as some gateways do."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def as_wire(pairs: Pairs) -> bytes:
    """Give the lines of a request."""
    return "".join(f"{name}: {value}\r\n" for name, value in pairs).encode("latin-1") + b"\r\n"


def as_environ(pairs: Pairs) -> dict[str, Any]:
    """Give the environment that a WSGI server makes of a request."""
    return create_environ(method="POST", headers=list(pairs))


def as_message(pairs: Pairs) -> Message:
    """Give the headers of an e-mail."""
    message = Message()
    for name, value in pairs:
        message[name] = value
    return message


def as_urllib3(pairs: Pairs) -> HTTPHeaderDict:
    """Give the headers of urllib3."""
    found = HTTPHeaderDict()
    for name, value in pairs:
        found.add(name, value)
    return found


FORMS: Final[dict[str, Build]] = {
    "dict": dict,
    "dict, lower case": lambda pairs: {name.lower(): value for name, value in pairs},
    "dict, upper case": lambda pairs: {name.upper(): value for name, value in pairs},
    "dict of bytes": lambda pairs: dict(as_bytes(pairs)),
    "dict of lists": as_lists,
    "dict of tuples": lambda pairs: {name: tuple(values) for name, values in as_lists(pairs).items()},
    "other mappings": lambda pairs: MappingProxyType(ChainMap({}, dict(pairs))),
    "items of a dict": lambda pairs: dict(pairs).items(),
    "pairs": list,
    "pairs that are lists": lambda pairs: [list(pair) for pair in pairs],
    "pairs in a tuple": tuple,
    "pairs in a set": set,
    "pairs, upper-case bytes": lambda pairs: [(name.upper(), value) for name, value in as_bytes(pairs)],
    "pairs, name as bytes": lambda pairs: [(name.encode(), value) for name, value in pairs],
    "generator": lambda pairs: (pair for pair in pairs),
    "ASGI": as_bytes,
    "WSGI": as_environ,
    "WSGI 1.1": lambda pairs: as_environ(pairs) | {"wsgi.version": (1, 1)},
    "Starlette": lambda pairs: starlette.datastructures.Headers(raw=as_bytes(pairs)),
    "Starlette, mutable": lambda pairs: starlette.datastructures.MutableHeaders(headers=dict(pairs)),
    "Django": lambda pairs: HttpHeaders(as_environ(pairs)),
    "Werkzeug": lambda pairs: werkzeug.datastructures.Headers(list(pairs)),
    "Werkzeug and Flask, request": lambda pairs: Request(as_environ(pairs)).headers,
    "aiohttp": lambda pairs: CIMultiDictProxy(CIMultiDict(pairs)),
    "requests": CaseInsensitiveDict,
    "urllib3": as_urllib3,
    "httpx": lambda pairs: httpx.Headers(list(pairs)),
    "e-mail": as_message,
    "http.server": lambda pairs: parse_headers(BytesIO(as_wire(pairs))),
    "wsgiref": lambda pairs: WsgirefHeaders(list(pairs)),
}


@pytest.fixture(params=FORMS.values(), ids=list(FORMS))
def build(request: pytest.FixtureRequest) -> Build:
    """Give a way to hand headers over."""
    form: Build = request.param
    return form


# --- Forms ---


def test_a_header_is_found(build: Build) -> None:
    """In each form, among other headers of which one has a name of the same length."""
    found = header_values(build([*OTHERS, ("Authorization", VALUE)]), "authorization")

    assert [VALUE.encode()] == found


def test_an_absent_header_is_not_found(build: Build) -> None:
    """Other headers, or none at all, hold nothing; names that look alike are other names."""
    alike = ["Proxy-Authorization", "X-Authorization", "Authorization2", "HTTP_AUTHORIZATION", "Authorisation"]
    pairs = [*OTHERS, *((name, VALUE) for name in alike)]

    assert [[], []] == [header_values(build(pairs), "authorization"), header_values(build([]), "authorization")]


def test_a_name_with_dashes_is_found(build: Build) -> None:
    """Any header can be asked for."""
    assert [b"192.0.2.1"] == header_values(build(OTHERS), "x-forwarded-for")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("dict of lists", [b"one", b"two"]),
        ("dict of tuples", [b"one", b"two"]),
        ("pairs", [b"one", b"two"]),
        ("generator", [b"one", b"two"]),
        ("ASGI", [b"one", b"two"]),
        ("Starlette", [b"one", b"two"]),
        ("Werkzeug", [b"one", b"two"]),
        ("aiohttp", [b"one", b"two"]),
        ("e-mail", [b"one", b"two"]),
        ("http.server", [b"one", b"two"]),
        ("wsgiref", [b"one", b"two"]),
        ("urllib3", [b"one", b"two"]),
        # These have joined them already, as a proxy may have done.
        ("WSGI", [b"one, two"]),
        ("Django", [b"one, two"]),
        ("Werkzeug and Flask, request", [b"one, two"]),
        ("httpx", [b"one, two"]),
    ],
)
def test_a_header_sent_twice(form: str, expected: list[bytes]) -> None:
    """Every value is found, in the order of the request, in every form that keeps them apart."""
    headers = FORMS[form]([("X-Shop", "one"), *OTHERS, ("X-Shop", "two")])

    assert expected == header_values(headers, "x-shop")


def test_names_in_several_spellings_are_one_header() -> None:
    """Somebody who sends two values cannot hide one behind other letters."""
    headers = {"Authorization": "1", "authorization": "2", b"AUTHORIZATION": b"3", "aUTHORIZATION": ["4", "5"]}

    assert [b"1", b"2", b"3", b"4", b"5"] == header_values(headers, "authorization")


@pytest.mark.parametrize(
    ("headers", "name", "expected"),
    [
        (VALUE, "authorization", [VALUE.encode()]),
        (VALUE.encode(), "authorization", [VALUE.encode()]),
        ("", "authorization", [b""]),
        (b"", "authorization", [b""]),
        ("Basic é", "authorization", [b"Basic \xe9"]),
        (VALUE, "x-shop", []),
        (VALUE.encode(), "x-shop", []),
        (None, "authorization", []),
        (None, "x-shop", []),
    ],
)
def test_a_lone_text_is_the_authorization(headers: str | bytes | None, name: str, expected: list[bytes]) -> None:
    """Where a caller has only the one value, it is no other header; None is no header at all."""
    assert expected == header_values(headers, name)


# --- WSGI ---


@pytest.mark.parametrize(
    "version", ["1.0", b"1.0", "(1, 0)", ["1", "0"], ("1", "0"), ("1.0",), (b"1", b"0"), (), None, 1]
)
def test_a_client_cannot_make_an_environment(version: object) -> None:
    """A header named `wsgi.version`, sent in whatever way, does not turn `HTTP_...` into other headers' names."""
    headers = {"wsgi.version": version, "HTTP_AUTHORIZATION": "forged", "Authorization": VALUE}

    assert [VALUE.encode()] == header_values(headers, "authorization")


def test_an_environment_has_its_own_names() -> None:
    """What is not of the request, or is named as a header outside of WSGI, is not looked at."""
    environ = as_environ([]) | {"AUTHORIZATION": "1", "Authorization": "2", "HTTP_authorization": "3"}

    assert [] == header_values(environ, "authorization")


@pytest.mark.parametrize("sent", ["HTTP_AUTHORIZATION", "Http-Authorization", "wsgi.version"])
def test_a_client_cannot_write_into_an_environment(sent: str) -> None:
    """A server puts `HTTP_` before whatever name is sent, this one too."""
    assert [] == header_values(as_environ([(sent, VALUE)]), "authorization")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("content-type", "CONTENT_TYPE"),
        ("content-length", "CONTENT_LENGTH"),
        ("content-language", "HTTP_CONTENT_LANGUAGE"),
        ("x-juspay-shop", "HTTP_X_JUSPAY_SHOP"),
    ],
)
def test_names_in_an_environment(name: str, key: str) -> None:
    """Two headers have no prefix there."""
    assert [b"1"] == header_values({"wsgi.version": (1, 0), key: "1"}, name)


# --- Values ---


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", [b""]),
        (b"", [b""]),
        ("  ", [b"  "]),
        ("one", [b"one"]),
        ("é", [b"\xe9"]),
        ("Ã©", [b"\xc3\xa9"]),
        ("ключ", ["ключ".encode()]),
        ("\ud800", [b"\xed\xa0\x80"]),
        ("\udce9", [b"\xed\xb3\xa9"]),
        ("a\x00b", [b"a\x00b"]),
        (b"\xff\x00", [b"\xff\x00"]),
        (None, []),
        ([], []),
        ((), []),
        ([None], []),
        (["one"], [b"one"]),
        ([b"one", "two", None, ""], [b"one", b"two", b""]),
        (("one", "two"), [b"one", b"two"]),
        (5, [b"5"]),
        ([5], [b"5"]),
        ([["one"]], [b"['one']"]),
    ],
)
def test_values_as_bytes(value: object, expected: list[bytes]) -> None:
    """A text is what came over the wire, read as Latin-1; what cannot be that is never equal to what can."""
    mapping = header_values({"X-Shop": value}, "x-shop")
    pairs = header_values([("x-shop", value)], "x-shop")

    assert [expected, expected] == [mapping, pairs]


def test_a_value_that_is_an_object() -> None:
    """The standard library's e-mail parser gives one for bytes that are not ASCII: it is a value, not none."""
    headers = message_from_bytes(b"Authorization: Basic \xe9\r\n\r\n")

    assert ["Basic \ufffd".encode()] == header_values(headers, "authorization")


@given(st.text(st.characters(max_codepoint=255)), st.sampled_from(["authorization", "x-shop"]), st.randoms())
def test_every_value_comes_back(value: str, name: str, random: Any) -> None:  # noqa: ANN401 - Hypothesis's own class
    """Whatever the case of the letters in the name, bytes and the text that a server makes of them are the same."""
    spelt = "".join(random.choice([letter.lower(), letter.upper()]) for letter in name)
    octets = value.encode("latin-1")
    forms: list[Any] = [{spelt: value}, [(spelt.encode(), octets)], {spelt: [value]}, {spelt.encode(): octets}]

    assert [[octets]] * 4 == [header_values(form, name) for form in forms]


# --- What is no headers ---


class Odd:
    """An object whose `items` is nothing to call."""

    items = "Authorization"


class Broken(Mapping[str, str]):
    """A mapping that fails when it is read."""

    def __getitem__(self, key: str) -> str:
        """Fail."""
        raise ValueError(VALUE)

    def __iter__(self) -> Iterator[str]:
        """Give one name."""
        return iter(["Authorization"])

    def __len__(self) -> int:
        """Count it."""
        return 1


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (5, "int"),
        (0.5, "float"),
        (True, "bool"),
        (object(), "object"),
        (len, "builtin_function_or_method"),
        (dict, "type"),
        (Odd(), "Odd"),
        (Broken(), "Broken"),
        (bytearray(VALUE.encode()), "bytearray"),
        (memoryview(VALUE.encode()), "memoryview"),
        ([VALUE], "list"),
        ([("Authorization", VALUE, "more")], "list"),
        ([("Authorization",)], "list"),
        ([None], "list"),
        ([5], "list"),
        ([(5, VALUE)], "list"),
        ([((*"Authorization",), VALUE)], "list"),
        ({None: VALUE}, "dict"),
        ({5: VALUE}, "dict"),
        ((pair for pair in [VALUE]), "generator"),
    ],
)
def test_what_is_no_headers(headers: Any, kind: str) -> None:  # noqa: ANN401 - on purpose
    """A wrong call is told apart from a wrong request; the type is named, and nothing of the content."""
    with pytest.raises(ConfigurationError) as caught:
        header_values(headers, "authorization")

    assert f"headers are a mapping or pairs of name and value, not {kind}" == str(caught.value)
    assert caught.value.__context__ is None


ANYTHING: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.just("authorization"),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.lists(st.tuples(st.just("Authorization"), inner))
        | st.dictionaries(st.text() | st.binary() | st.sampled_from(["AUTHORIZATION", "wsgi.version"]), inner)
    ),
)


@given(ANYTHING)
def test_only_two_ends(headers: Any) -> None:  # noqa: ANN401 - on purpose
    """Whatever is handed over, there are values in bytes, or the one error for a wrong call."""
    try:
        found = header_values(headers, "authorization")
    except ConfigurationError:
        return

    assert [bytes] * len(found) == [type(value) for value in found]


# --- More than one look ---


def test_an_iterator_is_made_reusable() -> None:
    """A generator gives its pairs once; what it becomes gives them as often as one looks."""
    headers = reusable(pair for pair in [*OTHERS, ("Authorization", VALUE)])

    assert [[VALUE.encode()]] * 2 == [header_values(headers, "authorization") for _ in range(2)]


@pytest.mark.parametrize("headers", [{"a": "b"}, [("a", "b")], MappingProxyType({"a": "b"}), VALUE, b"", None])
def test_anything_else_is_reusable(headers: Iterable[tuple[str, str]] | str | bytes | None) -> None:
    """Nothing is copied without need."""
    assert headers is reusable(headers)

"""Requests: what is asked, where, with which headers, and what is refused before anything is sent."""

import pickle
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.order_status.request import (
    ROUTING_ID,
    VERSION,
    Failure,
    Request,
    Response,
    Target,
    order_request,
    payout_request,
    validation_request,
)
from tests.order_status.asked import CANARY, TARGET, locals_of, raised

INDIA: Final = "https://api.juspay.in"

INJECTIONS: Final = [
    "a\r\nx-evil: 1",
    "a\nx-evil: 1",
    "a\rb",
    "a\x00b",
    "a\tb",
    "a\x7fb",
    "zoë",
    "\ud800",
    " a",
    "a ",
    " ",
    "\u2028",
]
"""What breaks a header, adds one, or is changed on the way."""


def target(**changes: Any) -> Target:  # noqa: ANN401 - some are of a wrong type
    """Make a target with something changed."""
    given: dict[str, Any] = {"base_url": INDIA, "merchant_id": "shop"} | changes
    return Target(**given)


# --- What is asked ---


def test_the_question_about_an_order() -> None:
    """It is a GET of the order with the merchant's id, the order's id for routing, and a version that never moves."""
    request = order_request(TARGET, "shop-1001")

    assert "https://api.juspay.in/orders/shop-1001" == request.url
    assert {
        "accept": "application/json",
        "x-merchantid": "shop",
        "x-routing-id": "shop-1001",
        "version": "2023-06-30",
    } == dict(request.headers)
    assert "shop-1001" == request.subject


def test_the_question_with_the_gateways_answer() -> None:
    """The gateway's own answer is asked for by a parameter."""
    request = order_request(TARGET, "shop-1001", full_gateway_response=True)

    assert "https://api.juspay.in/orders/shop-1001?options.add_full_gateway_response=true" == request.url


def test_the_question_about_a_payout() -> None:
    """All that may be expanded is asked for, and no version: payouts have none."""
    request = payout_request(TARGET, "pay/1")

    assert (
        "https://api.juspay.in/payout/merchant/v1/orders/pay%2F1?expand=fulfillment,payment,refund",
        "pay/1",
    ) == (request.url, request.subject)
    assert {"accept": "application/json", "x-merchantid": "shop", "x-routing-id": "pay/1"} == dict(request.headers)


def test_the_question_about_a_beneficiary() -> None:
    """The customer's id routes, and the answer is about the beneficiary."""
    request = validation_request(TARGET, "cust 1", "bene@1")

    assert "https://api.juspay.in/payout/merchant/v2/benedetails/cust%201/bene%401" == request.url
    assert "bene@1" == request.subject
    assert {"accept": "application/json", "x-merchantid": "shop", "x-routing-id": "cust 1"} == dict(request.headers)


@pytest.mark.parametrize(
    ("of_target", "of_question", "sent"),
    [
        (None, None, "shop-1001"),
        ("", "", "shop-1001"),
        ("customer 1", None, "customer 1"),
        ("customer 1", "", "customer 1"),
        ("customer 1", "customer 2", "customer 2"),
        (None, "customer 2", "customer 2"),
    ],
)
@pytest.mark.parametrize("ask", [order_request, payout_request])
def test_routing_id(ask: Callable[..., Request], of_target: str | None, of_question: str | None, sent: str) -> None:
    """The routing id is the question's, else the client's, else the order's id."""
    request = ask(target(routing_id=of_target), "shop-1001", routing_id=of_question)

    assert sent == request.headers["x-routing-id"]


@pytest.mark.parametrize(
    ("order_id", "sent"),
    [
        ("shop/1001?a=b#c", "shop/1001?a=b#c"),
        ("a b", "a b"),
        (" a", "%20a"),
        ("a\r\nx-evil: 1", "a%0D%0Ax-evil%3A%201"),
        ("zoë", "zo%C3%AB"),
    ],
)
def test_an_id_that_routes_fits_into_a_header(order_id: str, sent: str) -> None:
    """An order id that a header can hold is sent as it is; any other is encoded."""
    assert sent == order_request(TARGET, order_id).headers["x-routing-id"]


@pytest.mark.parametrize(
    ("version", "sent"), [(VERSION, {"version": "2023-06-30"}), ("2025-01-10", {"version": "2025-01-10"}), (None, {})]
)
def test_version(version: str | None, sent: dict[str, str]) -> None:
    """The version is pinned, may be another, and can be switched off."""
    headers = order_request(target(version=version), "shop-1001").headers

    assert sent == {name: value for name, value in headers.items() if name == "version"}


def test_more_headers() -> None:
    """Headers of one's own are added or take the place of ours, whatever the case of their names."""
    own = {"X-MerchantId": "other", "x-resellerid": "bank", "X-CustomerId": ROUTING_ID}
    headers = order_request(target(headers=own), "shop-1001", routing_id="customer 1").headers

    assert {
        "accept": "application/json",
        "x-merchantid": "other",
        "x-routing-id": "customer 1",
        "version": "2023-06-30",
        "x-resellerid": "bank",
        "x-customerid": "customer 1",
    } == dict(headers)


def test_headers_stay_as_they_were() -> None:
    """What is done later to the caller's mapping changes nothing, and nobody can change a request."""
    own = {"x-resellerid": "bank"}
    found = target(headers=own)
    own["x-resellerid"] = "evil"
    request = order_request(found, "shop-1001")

    assert "bank" == request.headers["x-resellerid"]
    with pytest.raises(TypeError):
        request.headers["x-evil"] = "1"  # type: ignore[index] # pyright: ignore[reportIndexIssue] - that is the test


# --- Ids ---


@pytest.mark.parametrize(
    ("order_id", "path"),
    [
        ("shop-1001", "/orders/shop-1001"),
        ("a/b", "/orders/a%2Fb"),
        ("../admin", "/orders/..%2Fadmin"),
        ("..\\admin", "/orders/..%5Cadmin"),
        ("...", "/orders/..."),
        (".a", "/orders/.a"),
        ("%2e%2e", "/orders/%252e%252e"),
        ("a?b=c", "/orders/a%3Fb%3Dc"),
        ("a#b", "/orders/a%23b"),
        ("a;b", "/orders/a%3Bb"),
        ("a@b:c", "/orders/a%40b%3Ac"),
        ("a b+c", "/orders/a%20b%2Bc"),
        ("a\r\nHost: evil", "/orders/a%0D%0AHost%3A%20evil"),
        ("a\x00b", "/orders/a%00b"),
        ("zoë", "/orders/zo%C3%AB"),
        ("आदेश", "/orders/%E0%A4%86%E0%A4%A6%E0%A5%87%E0%A4%B6"),
        ("x" * 255, "/orders/" + "x" * 255),
    ],
)
def test_an_id_stays_one_part_of_the_path(order_id: str, path: str) -> None:
    """Whatever an id holds, it is encoded: it cannot leave its place."""
    assert INDIA + path == order_request(TARGET, order_id).url


@pytest.mark.parametrize("order_id", ["", " ", "\n", ".", "..", "x" * 256, "\ud800", "a\udfff", None, 7, b"a", ["a"]])
@pytest.mark.parametrize(
    "ask",
    [
        order_request,
        payout_request,
        lambda target, order_id: validation_request(target, order_id, "bene"),
        lambda target, order_id: validation_request(target, "cust", order_id),
    ],
    ids=["order", "payout", "customer", "beneficiary"],
)
def test_an_id_that_cannot_be_sent(ask: Callable[[Target, Any], Request], order_id: object) -> None:
    """An id that is none, would change the path, is endless or no Unicode text is refused, and not said back."""
    with pytest.raises(ConfigurationError, match="_id is ") as caught:
        ask(TARGET, order_id)

    assert not isinstance(order_id, str) or len(order_id) < 200 or order_id not in str(caught.value)


@given(st.text(st.characters(), min_size=1, max_size=255))
def test_any_id(order_id: str) -> None:
    """Any text is one part of the path that decodes to itself, or is refused."""
    try:
        request = order_request(TARGET, order_id)
    except ConfigurationError:
        return
    parts = urlsplit(request.url)

    assert ("https", "api.juspay.in", "", "") == (parts.scheme, parts.netloc, parts.query, parts.fragment)
    assert ["", "orders", order_id] == [unquote(part) for part in parts.path.split("/")]
    assert all(value.isascii() and value.isprintable() for value in request.headers.values())


@pytest.mark.parametrize("value", [*INJECTIONS, 5])
def test_a_routing_id_that_breaks_a_header(value: Any) -> None:  # noqa: ANN401 - one is of a wrong type
    """A routing id that no header can hold is refused, when a client is made and when a question is."""
    with pytest.raises(ConfigurationError, match="x-routing-id takes printable ASCII"):
        order_request(TARGET, "shop-1001", routing_id=value)
    with pytest.raises(ConfigurationError, match="x-routing-id takes printable ASCII"):
        target(routing_id=value)


# --- Where ---


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("https://api.juspay.in", "https://api.juspay.in/orders/o"),
        ("https://api.juspay.in/", "https://api.juspay.in/orders/o"),
        ("https://api.juspay.in///", "https://api.juspay.in/orders/o"),
        ("HTTPS://API.Juspay.in", "HTTPS://API.Juspay.in/orders/o"),
        ("https://api.juspay.in:8443", "https://api.juspay.in:8443/orders/o"),
        ("https://proxy.example/juspay/v1.2/", "https://proxy.example/juspay/v1.2/orders/o"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443/orders/o"),
        ("https://10.0.0.1", "https://10.0.0.1/orders/o"),
        ("http://localhost:8000", "http://localhost:8000/orders/o"),
        ("http://LOCALHOST", "http://LOCALHOST/orders/o"),
        ("http://127.0.0.1:1/", "http://127.0.0.1:1/orders/o"),
        ("http://[::1]:65535", "http://[::1]:65535/orders/o"),
    ],
)
def test_base_url(base_url: str, url: str) -> None:
    """Any https host will do, also behind a path; http only on this machine."""
    assert url == order_request(target(base_url=base_url), "o").url


@pytest.mark.parametrize(
    "base_url",
    [
        "http://api.juspay.in",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://10.0.0.1",
        "http://[2001:db8::1]",
    ],
)
def test_the_key_never_travels_in_clear(base_url: str) -> None:
    """Plain http to another machine is refused."""
    with pytest.raises(ConfigurationError, match="begins with https"):
        target(base_url=base_url)


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        " ",
        "api.juspay.in",
        "//api.juspay.in",
        "ftp://api.juspay.in",
        "file:///etc/passwd",
        "https:",
        "https://",
        "https:///orders",
        "https://.",
        "https://-",
        "https://user@api.juspay.in",
        "https://key:@api.juspay.in",
        "https://:@api.juspay.in",
        "https://@api.juspay.in",
        "https://api.juspay.in\\@evil.example",
        "https://api.juspay.in?",
        "https://api.juspay.in?a=b",
        "https://api.juspay.in#",
        "https://api.juspay.in/a?b",
        "https://api.juspay.in/../admin",
        "https://api.juspay.in/./a",
        "https://api.juspay.in/%2e%2e",
        "https://api.juspay.in/a;b",
        "https://api.juspay.in:",
        "https://api.juspay.in:0",
        "https://api.juspay.in:65536",
        "https://api.juspay.in:999999",
        "https://api.juspay.in:8a",
        "https://[::1",
        "https://[]",
        "https://[::1]]",
        "https://[1:2]",
        "https://[::1:]",
        "https://[fe80::1%eth0]",
        "https://api.juspay.in\n",
        "https://api.juspay.in\r\nx-evil: 1",
        "https://api.jus\tpay.in",
        " https://api.juspay.in",
        "https://api juspay.in",
        "https://zoë.example",
        "https://api.juspay.in/zoë",
        "https://\u212aey.example",
        None,
        7,
        b"https://api.juspay.in",
        "https://" + "a" * 20_000 + "!",
    ],
)
def test_a_base_url_that_is_none(base_url: object) -> None:
    """What is not scheme, host, port and plain path is refused: the rest could lead, or leak, anywhere."""
    with pytest.raises(ConfigurationError, match="base_url is scheme, host and at most a path"):
        target(base_url=base_url)


# --- As whom ---


@pytest.mark.parametrize("value", [*INJECTIONS, "", None, 5, b"shop"])
@pytest.mark.parametrize("name", ["merchant_id", "version"])
def test_a_value_that_breaks_a_header(name: str, value: object) -> None:
    """A merchant id or a version that no header can hold is refused; it is not said back."""
    if (name, value) == ("version", None):
        return
    with pytest.raises(ConfigurationError, match="takes printable ASCII") as caught:
        target(**{name: value})

    assert "evil" not in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        *[({"x-a": value}, "the header x-a takes printable ASCII") for value in [*INJECTIONS, "", None, 5]],
        ({"": "a"}, "name of a header"),
        ({"x a": "a"}, "name of a header"),
        ({"x-a:": "a"}, "name of a header"),
        ({"x-a\r\nx-evil": "a"}, "name of a header"),
        ({"x-a\n": "a"}, "name of a header"),
        ({"x-ä": "a"}, "name of a header"),
        ({5: "a"}, "name of a header"),
        ({"x-a": "a", "X-A": "b"}, "there twice"),
        ({"Authorization": "Basic a"}, "not yours to set"),
        ({"content-length": "5"}, "not yours to set"),
        ({"Transfer-Encoding": "chunked"}, "not yours to set"),
        ([("x-a", "a")], "a mapping of names to values, not list"),
        ("x-a", "a mapping of names to values, not str"),
    ],
)
def test_headers_that_are_none(headers: object, message: str) -> None:
    """Headers that could not be sent, or would add others, are refused by name."""
    with pytest.raises(ConfigurationError, match=message):
        target(headers=headers)


@pytest.mark.parametrize(
    "changes",
    [
        {"base_url": f"https://{CANARY.split()[0]}"},
        {"headers": {"authorization": CANARY}},
        {"headers": {"x-token": f"{CANARY}\n"}},
    ],
    ids=["credentials in the URL", "Authorization", "header"],
)
def test_a_secret_in_the_wrong_place_is_not_shown(changes: dict[str, Any]) -> None:
    """Whoever gives the key as a header or in the URL finds it neither in the error nor in our variables."""
    error = raised(lambda: target(**changes))

    assert "kanarie" not in str(error)
    assert "kanarie" not in locals_of(error)


# --- What is shown ---


def test_what_is_shown() -> None:
    """Headers, which may hold a customer's id or a secret, and bodies are in no `repr`."""
    shown = [
        target(headers={"x-token": CANARY}),
        order_request(TARGET, "shop-1001", routing_id=CANARY),
        Response(200, {"set-cookie": CANARY}, CANARY.encode()),
    ]

    assert [
        "Target(base_url='https://api.juspay.in', merchant_id='shop', routing_id=None, version='2023-06-30')",
        "Request(url='https://api.juspay.in/orders/shop-1001', subject='shop-1001')",
        "Response(status=200)",
    ] == list(map(repr, shown))


def test_a_failure_may_be_tried_again() -> None:
    """A failure is passing unless it is said not to be."""
    assert (True, "gone") == (Failure("gone").retryable, Failure("gone").reason)


def test_a_target_is_a_value() -> None:
    """Targets compare, and a changed copy is checked anew."""
    assert target() == TARGET
    assert target(version=None) == attrs.evolve(TARGET, version=None)
    assert Failure("gone") == pickle.loads(pickle.dumps(Failure("gone")))  # noqa: S301 - our own bytes
    with pytest.raises(ConfigurationError, match="begins with https"):
        attrs.evolve(TARGET, base_url="http://api.juspay.in")

"""Both clients: what they really send, and what they make of bytes that no server of Juspay's sends."""

from collections.abc import Mapping
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juspay_webhooks import Order, OrderStatusError, OutcomeUnknown
from juspay_webhooks.order_status.environments import hdfc_headers
from juspay_webhooks.order_status.request import VERSION
from juspay_webhooks.testing import FakeJuspay
from juspay_webhooks.testing.fake import Respond
from tests.order_status.asked import order_body
from tests.order_status.clients.both import BOTH, KEY, MERCHANT, ONCE, Async, Sync
from tests.order_status.clients.conftest import Way
from tests.order_status.clients.servers import Script

# --- Headers ---

DEFAULT: Final = {
    "accept": "application/json",
    "accept-encoding": "identity",
    "x-merchantid": MERCHANT,
    "x-routing-id": "shop-1001",
    "version": VERSION,
    "authorization": "***",
}

HEADERS: Final[Mapping[str, tuple[dict[str, Any], dict[str, Any], Mapping[str, str | None]]]] = {
    "as they are": ({}, {}, DEFAULT),
    "routing id of the client": ({"routing_id": "cst_asha01"}, {}, {"x-routing-id": "cst_asha01"}),
    "routing id of the call": ({}, {"routing_id": "cst_ravi02"}, {"x-routing-id": "cst_ravi02"}),
    "the call's goes first": (
        {"routing_id": "cst_asha01"},
        {"routing_id": "cst_ravi02"},
        {"x-routing-id": "cst_ravi02"},
    ),
    "another version": ({"version": "2025-01-10"}, {}, {"version": "2025-01-10"}),
    "no version": ({"version": None}, {}, {"version": None}),
    "more headers": (
        {"headers": {"X-ResellerID": "hdfc_reseller", "X-Merchant-Id": MERCHANT}},
        {},
        DEFAULT | {"x-resellerid": "hdfc_reseller", "x-merchant-id": MERCHANT},
    ),
    "other headers": (
        {"headers": {"Accept": "*/*", "VERSION": "2024-01-01", "User-Agent": "shop/1.0", "Accept-Encoding": "gzip"}},
        {},
        {"accept": "*/*", "version": "2024-01-01", "user-agent": "shop/1.0", "accept-encoding": "identity"},
    ),
    "HDFC": (
        {"headers": hdfc_headers(reseller_id="hdfc_reseller"), "routing_id": "cst_asha01"},
        {},
        {"x-customerid": "cst_asha01", "x-routing-id": "cst_asha01", "x-resellerid": "hdfc_reseller"},
    ),
}
"""Case -> options of the client, of the call, and headers that are sent; None: not sent."""


@pytest.mark.parametrize("name", HEADERS)
def test_headers(name: str, way: Way, juspay: FakeJuspay) -> None:
    """Headers arrive as they were asked for."""
    options, more, expected = HEADERS[name]
    with way(juspay.url, **options) as asking:
        asking.fetch("shop-1001", **more)
    sent = juspay.requests[0].headers

    assert expected == {header: sent.get(header) for header in expected}
    assert "cookie" not in sent


def test_nothing_but_what_is_needed_is_sent(juspay: FakeJuspay, asking: Sync | Async) -> None:
    """Beside our headers there is what HTTP needs, and the name of the library that sends."""
    asking.fetch("shop-1001")
    sent = juspay.requests[0].headers

    assert {*DEFAULT, "connection", "host", "user-agent"} == set(sent)
    assert sent["user-agent"].startswith(("python-requests/", "python-httpx/"))


def test_headers_of_payouts(juspay: FakeJuspay, way: Way) -> None:
    """Payouts have no version; their routing id is that of the client, of the call, or the id that is asked for."""
    with way(juspay.url) as asking:
        asking.fetch_payout("po-1")
        asking.fetch_payout("po-1", routing_id="cst_asha01")
        asking.fetch_validation("cst_asha01", "bene-1")
    with way(juspay.url, routing_id="cst_ravi02") as asking:
        asking.fetch_payout("po-1")

    assert ["po-1", "cst_asha01", "cst_asha01", "cst_ravi02"] == [
        asked.headers["x-routing-id"] for asked in juspay.requests
    ]
    assert not any("version" in asked.headers for asked in juspay.requests)
    assert [
        "/payout/merchant/v1/orders/po-1?expand=fulfillment,payment,refund",
        "/payout/merchant/v2/benedetails/cst_asha01/bene-1",
    ] == [asked.path for asked in juspay.requests[1:3]]


@pytest.mark.parametrize("with_colon", [True, False])
def test_the_key(with_colon: bool, way: Way) -> None:  # noqa: FBT001 - a column of the table
    """The key is the user name of an empty password; for hosts that want it so it stands alone."""
    with (
        FakeJuspay(api_key=KEY, merchant_id=MERCHANT, key_with_colon=with_colon) as juspay,
        way(juspay.url, key_with_colon=with_colon) as asking,
    ):
        juspay.add_order("shop-1001")
        juspay.add_payout("po-1")

        assert "shop-1001" == asking.fetch("shop-1001").order_id
        assert "po-1" == asking.fetch_payout("po-1").order_id


IDS: Final = {
    "shop 1001": "shop%201001",
    "shop/1001": "shop%2F1001",
    "../orders/shop-2": "..%2Forders%2Fshop-2",
    "shop?a=b": "shop%3Fa%3Db",
    "shop#1": "shop%231",
    "100%": "100%25",
    "%2F": "%252F",
    "a+b": "a%2Bb",
    "a&b;c": "a%26b%3Bc",
    "a:b@c": "a%3Ab%40c",
    "zoë-₹": "zo%C3%AB-%E2%82%B9",
    "a~b-c_d.e": "a~b-c_d.e",
    "[1]": "%5B1%5D",
    "shop\n1001": "shop%0A1001",
    "\\..\\": "%5C..%5C",
}
"""Id -> as it is in the path."""


def test_ids_are_encoded(way: Way) -> None:
    """Whatever an id has in it stays one part of the path, and the order is found by it."""
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT) as juspay, way(juspay.url) as asking:
        for order_id in IDS:
            juspay.add_order(order_id)
            juspay.add_payout(order_id)
        found = [asking.fetch(order_id).order_id for order_id in IDS]
        payouts = [asking.fetch_payout(order_id).order_id for order_id in IDS]
        paths = [asked.path for asked in juspay.requests]

    assert list(IDS) == found == payouts
    assert [f"/orders/{part}" for part in IDS.values()] == paths[: len(IDS)]


def test_a_path_before_ours(way: Way) -> None:
    """A base URL may have a path of its own, with or without a slash at its end."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(order_body()) + order_body()
    with Script((answer,), (answer,)) as script:
        for path in ("/ecr", "/ecr//"):
            with way(script.url + path) as asking:
                asking.fetch("shop-1001")

    assert [b"GET /ecr/orders/shop-1001 HTTP/1.1"] * 2 == [request.partition(b"\r\n")[0] for request in script.requests]


# --- Who else could put a key or a cookie into a request ---


def test_netrc_does_not_replace_the_key(
    way: Way, juspay: FakeJuspay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A netrc file for the host changes nothing, wherever it is."""
    for path in (tmp_path / ".netrc", tmp_path / "elsewhere"):
        path.write_text("machine 127.0.0.1 login somebody password else\n", encoding="utf-8")
        path.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    with way(juspay.url) as asking:
        assert "shop-1001" == asking.fetch("shop-1001").order_id
    monkeypatch.setenv("NETRC", str(tmp_path / "elsewhere"))
    with way(juspay.url) as asking:
        assert "shop-1001" == asking.fetch("shop-1001").order_id


def test_cookies_are_not_kept(juspay: FakeJuspay, asking: Sync | Async) -> None:
    """What an answer sets is not sent with the next question."""
    juspay.fail_next(Respond(503, headers={"Set-Cookie": "session=1; Path=/"}), times=2)
    asking.fetch("shop-1001")

    assert 3 == len(juspay.requests)
    assert not any("cookie" in asked.headers for asked in juspay.requests)


# --- Bytes that are no HTTP, or HTTP that is rarely seen ---


def http(head: str, body: bytes = b"") -> bytes:
    """Write an answer by hand."""
    return head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


GOOD: Final = http(f"HTTP/1.1 200 OK\nContent-Length: {len(order_body())}", order_body())
LONG: Final = http("HTTP/1.1 200 OK\nContent-Length: 10000", order_body())
TWO_LENGTHS: Final = http("HTTP/1.1 200 OK\nContent-Length: 10\nContent-Length: 20", b"0123456789")
CHUNKED: Final = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked"

BROKEN: Final[Mapping[str, tuple[bytes, ...]]] = {
    "nothing": (),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n",),
    "a status that is none": (http("HTTP/1.1 abc OK\nContent-Length: 0"),),
    "a status of four digits": (http("HTTP/1.1 2000 OK\nContent-Length: 0"),),
    "half a status": (b"HTTP/1.1 200",),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-Le",),
    "a head without its end": (b"HTTP/1.1 200 OK\r\nServer: x\r\n",),
    "a header without end": (b"HTTP/1.1 200 OK\r\nX: ", b"y" * 200_000),
    "headers without end": (b"HTTP/1.1 200 OK\r\n", *repeat(b"X-Y: z\r\n" * 1000, 20)),
    "less than was promised": (LONG,),
    "two lengths": (TWO_LENGTHS,),
    "a chunk without a size": (http(CHUNKED, b"zz\r\nabc\r\n0\r\n\r\n"),),
    "a chunk that ends early": (http(CHUNKED, b"ff\r\nabc"),),
    "chunks without an end": (http(CHUNKED, b"3\r\nabc\r\n"),),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_answers(name: str, way: Way) -> None:
    """What is no whole answer in HTTP leaves the outcome open, and no error of another library goes through."""
    with (
        Script(BROKEN[name]) as script,
        way(script.url, retry=ONCE, timeout=5.0) as asking,
        pytest.raises(OutcomeUnknown, match="no answer of Juspay"),
    ):
        asking.fetch("shop-1001")

    assert 1 == len(script.requests)


RARE: Final[Mapping[str, tuple[bytes, ...]]] = {
    "until the end of the connection": (http("HTTP/1.1 200 OK\nConnection: close", order_body()),),
    "HTTP/1.0": (http("HTTP/1.0 200 OK", order_body()),),
    "in pieces": tuple(GOOD[place : place + 7] for place in range(0, len(GOOD), 7)),
    "100 Continue before": (http("HTTP/1.1 100 Continue"), GOOD),
    "no reason": (GOOD.replace(b" OK", b""),),
    "odd spaces": (GOOD.replace(b"Content-Length:", b"content-length:   "),),
    "trailers": (http(CHUNKED, b"%x\r\n%b\r\n0\r\nX-T: 1\r\n\r\n" % (len(order_body()), order_body())),),
}


@pytest.mark.parametrize("name", RARE)
def test_rare_answers(name: str, way: Way) -> None:
    """What HTTP allows is read."""
    with Script(RARE[name]) as script, way(script.url, retry=ONCE, timeout=5.0) as asking:
        assert "shop-1001" == asking.fetch("shop-1001").order_id


def test_early_hints(way: Way) -> None:
    """An answer that comes before the answer proper is never taken for it, nor the one behind it for the next."""
    hint = http("HTTP/1.1 103 Early Hints\nLink: </style.css>")
    first = GOOD.replace(b"CHARGED", b"PENDING")
    with Script((hint, hint, first), (hint + GOOD,)) as script, way(script.url, retry=ONCE, timeout=5.0) as asking:
        found = [asking.fetch("shop-1001").status for _ in range(2)]

        assert (["PENDING", "CHARGED"], 1) == (found, script.total)


def test_another_protocol(way: Way) -> None:
    """A server that changes to a protocol which nobody asked for gives no answer."""
    switch = http("HTTP/1.1 101 Switching Protocols\nUpgrade: x\nConnection: upgrade")
    with (
        Script((switch,)) as script,
        way(script.url, retry=ONCE, timeout=5.0) as asking,
        pytest.raises(OrderStatusError),
    ):
        asking.fetch("shop-1001")


def test_early_hints_without_end(way: Way) -> None:
    """A server that only ever hints is left when the time is up."""
    hints = (http("HTTP/1.1 103 Early Hints"),) * 10_000
    with (
        Script(hints) as script,
        way(script.url, retry=ONCE, timeout=0.2) as asking,
        pytest.raises(OutcomeUnknown, match="took too long"),
    ):
        asking.fetch("shop-1001")


def test_answers_without_end(way: Way) -> None:
    """A server that only ever says "go on" is left when the time is up."""
    going_on = (http("HTTP/1.1 100 Continue"),) * 10_000
    with (
        Script(going_on) as script,
        way(script.url, retry=ONCE, timeout=0.2) as asking,
        pytest.raises(OutcomeUnknown, match="took too long"),
    ):
        asking.fetch("shop-1001")


PIECES: Final = st.lists(st.sampled_from([b"\r\n", b"\r\n\r\n", b":", b" ", b"\0", b"\xff", b"HTTP/1.1 200 OK\r\n"]))


@pytest.mark.parametrize("each_way", BOTH, ids=lambda each: each.__name__.lower())
def test_no_error_of_another_library(each_way: Way) -> None:
    """Whatever bytes come, an order does, or an error of ours; a body that is too short is waited for in vain."""
    with Script() as script, each_way(script.url, retry=ONCE, timeout=0.1) as asking:

        @settings(max_examples=150)
        @given(st.integers(0, len(GOOD)), st.integers(0, len(GOOD)), st.binary(max_size=20), PIECES)
        def ask(start: int, end: int, noise: bytes, pieces: list[bytes]) -> None:
            script.answers.append((GOOD[:start] + noise + b"".join(pieces) + GOOD[end:],))
            found: Order | None = None
            with suppress(OrderStatusError):
                found = asking.fetch("shop-1001")

            assert found is None or found.order_id == "shop-1001"

        ask()

"""Faults of the fake: what comes over the wire under each of them, and for which request."""

import gzip
import http.client
import zlib
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from threading import Event
from typing import Any, Final, get_args

import pytest

from juspay_webhooks import ConfigurationError
from juspay_webhooks.testing import FakeJuspay
from juspay_webhooks.testing.fake import (
    ERROR_BODIES,
    Chunked,
    Compressed,
    EmptyBody,
    Fault,
    HalfBody,
    HangUp,
    HugeBody,
    Latency,
    Redirect,
    Reset,
    Respond,
    SlowBody,
    SlowDown,
    SlowHeaders,
    Truncated,
    WrongOrder,
)
from tests.testing.fake.asking import KEY, MERCHANT, PAYOUT, SECONDS, VALIDATION, ask, ask_on, connect, order, raw, rest

ORDER: Final = "/orders/shop-1001"
FOR_EVER: Final = 3600.0
SIX_MEBIBYTES: Final = 6 * 1024 * 1024


def received(juspay: FakeJuspay, fault: Fault, *, until: bytes) -> bytes:
    """Ask under a fault that pauses, receive up to some bytes, then close the fake and receive what still comes."""
    juspay.fail_next(fault)
    found = b""
    with raw(juspay) as connection:
        while not found.endswith(until) and (piece := connection.recv(1)):
            found += piece
        juspay.close()
        return found + rest(connection)


@pytest.mark.parametrize(
    "fault",
    [Latency(0.001), SlowHeaders(0.0), SlowHeaders(0.001, piece=40), SlowBody(0.0, piece=100), SlowBody(0.001, 2000)],
    ids=str,
)
def test_a_slow_answer_is_whole(juspay: FakeJuspay, fault: Fault) -> None:
    """Slowness changes no byte, and the connection stays."""
    expected = ask(juspay, ORDER)
    juspay.fail_next(fault)
    with closing(connect(juspay)) as connection:
        found = [ask_on(connection, ORDER), ask_on(connection, ORDER)]

    assert [expected, expected] == found


def test_nothing_comes_in_the_latency() -> None:
    """A late answer has not begun."""
    came = Event()
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT, on_request=lambda _: came.set()) as juspay:
        juspay.fail_next(Latency(FOR_EVER))
        connection = raw(juspay)
        assert came.wait(SECONDS)
    with connection:
        assert b"" == rest(connection)


def test_the_head_dribbles(juspay: FakeJuspay) -> None:
    """Piece by piece, a pause after each."""
    assert b"HTTP/1.1 2" == received(juspay, SlowHeaders(FOR_EVER, piece=10), until=b" 2")


def test_the_body_dribbles(juspay: FakeJuspay) -> None:
    """The head is there at once, the body comes piece by piece."""
    found = received(juspay, SlowBody(FOR_EVER, piece=5), until=b'{"id"')
    head, _, body = found.partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: application/json")
    assert b'{"id"' == body


def test_half_a_body(juspay: FakeJuspay) -> None:
    """More is announced than comes; then the connection ends."""
    whole = ask(juspay, ORDER).body
    juspay.fail_next(HalfBody())

    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(juspay, ORDER)

    assert whole[: len(whole) // 2] == caught.value.partial
    assert len(whole) - len(whole) // 2 == caught.value.expected


def test_a_reset(juspay: FakeJuspay) -> None:
    """The connection is reset, not closed."""
    juspay.fail_next(Reset())

    with raw(juspay) as connection, pytest.raises(ConnectionResetError):
        connection.recv(1)


def test_hanging_up(juspay: FakeJuspay) -> None:
    """The connection is closed in order, without a byte."""
    juspay.fail_next(HangUp())

    with raw(juspay) as connection:
        assert b"" == connection.recv(1)


@pytest.mark.parametrize(
    ("fault", "status", "headers", "body"),
    [
        (Respond(503), 503, {"content-length": "0"}, b""),
        (Respond(500, b"oops", {"X-A": "b"}), 500, {"x-a": "b", "content-length": "4"}, b"oops"),
        (Respond(599, b"{}"), 599, {"content-type": "application/json;charset=utf-8"}, b"{}"),
        (Respond(204), 204, {"connection": "keep-alive"}, b""),
        (Respond.named("unavailable_page"), 503, {"content-type": "text/html"}, ERROR_BODIES["unavailable_page"].body),
        (SlowDown(), 429, {}, ERROR_BODIES["too_many_requests"].body),
        (SlowDown(7), 429, {"retry-after": "7"}, ERROR_BODIES["too_many_requests"].body),
        (
            SlowDown(datetime(2030, 1, 2, 8, 34, 5, tzinfo=timezone(timedelta(hours=5, minutes=30)))),
            429,
            {"retry-after": "Wed, 02 Jan 2030 03:04:05 GMT"},
            ERROR_BODIES["too_many_requests"].body,
        ),
        (Redirect(), 302, {"location": "/elsewhere", "content-length": "0"}, b""),
        (Redirect("https://example.com/", 307), 307, {"location": "https://example.com/"}, b""),
        (EmptyBody(), 200, {"content-length": "0"}, b""),
    ],
    ids=str,
)
def test_another_answer(juspay: FakeJuspay, fault: Fault, status: int, headers: dict[str, str], body: bytes) -> None:
    """Status, headers and body are those of the fault; the connection stays, and the next answer is the true one."""
    juspay.fail_next(fault)
    with closing(connect(juspay)) as connection:
        got = ask_on(connection, ORDER)
        after = ask_on(connection, ORDER)

    assert (status, body) == (got.status, got.body)
    assert headers.items() <= got.headers.items()
    assert ("retry-after" in headers) == ("retry-after" in got.headers)
    assert ("shop-1001", 200) == (after.json["order_id"], after.status)


def test_an_answer_without_body_announces_none(juspay: FakeJuspay) -> None:
    """204 has no body by its nature, whatever the fault holds."""
    juspay.fail_next(Respond(204, b"nothing"))

    assert "content-length" not in ask(juspay, ORDER).headers


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_compression_that_nobody_asked_for(juspay: FakeJuspay, encoding: Any) -> None:  # noqa: ANN401 - a column
    """The body is compressed; decompressed it is the true one."""
    expected = ask(juspay, ORDER).body
    juspay.fail_next(Compressed(encoding))
    got = ask(juspay, ORDER)

    assert encoding == got.headers["content-encoding"]
    assert expected == (gzip.decompress if encoding == "gzip" else zlib.decompress)(got.body)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_damaged_compression(juspay: FakeJuspay, encoding: Any) -> None:  # noqa: ANN401 - a column
    """All bytes come, and they do not decompress."""
    juspay.fail_next(Compressed(encoding, damaged=True))
    got = ask(juspay, ORDER)

    assert str(len(got.body)) == got.headers["content-length"]
    with pytest.raises((zlib.error, OSError)):
        (gzip.decompress if encoding == "gzip" else zlib.decompress)(got.body)


@pytest.mark.parametrize("piece", [1, 1000, 10**6])
def test_chunks(juspay: FakeJuspay, piece: int) -> None:
    """The body comes in chunks, without its length; it is the true one, and the connection stays."""
    expected = ask(juspay, ORDER).body
    juspay.fail_next(Chunked(piece))
    with closing(connect(juspay)) as connection:
        got = ask_on(connection, ORDER)
        after = ask_on(connection, ORDER)

    assert ("chunked", None) == (got.headers["transfer-encoding"], got.headers.get("content-length"))
    assert (expected, expected) == (got.body, after.body)


def test_a_huge_body(juspay: FakeJuspay) -> None:
    """It is larger than anybody should read, and still the same JSON."""
    expected = order(juspay)
    juspay.fail_next(HugeBody())
    got = ask(juspay, ORDER)

    assert SIX_MEBIBYTES == len(got.body)
    assert expected == got.json


@pytest.mark.parametrize(
    ("path", "key"),
    [(ORDER, "order_id"), ("/orders/unknown", "order_id"), (PAYOUT, "orderId"), (VALIDATION, "uniqueId")],
)
def test_an_answer_about_another(juspay: FakeJuspay, path: str, key: str) -> None:
    """Only the id is another."""
    expected = ask(juspay, path).json
    juspay.fail_next(WrongOrder("shop-2"))

    assert {**expected, key: "shop-2"} == ask(juspay, path).json


def test_a_page_is_about_nothing(juspay: FakeJuspay) -> None:
    """Where no id is named, none is changed."""
    juspay.fail_next(WrongOrder())

    assert ERROR_BODIES["wrong_path"].body == ask(juspay, "/other").body


def test_truncated_json(juspay: FakeJuspay) -> None:
    """The body ends in the middle, and the head says so."""
    whole = ask(juspay, ORDER).body
    juspay.fail_next(Truncated())
    got = ask(juspay, ORDER)

    assert whole[: len(whole) // 2] == got.body
    assert str(len(got.body)) == got.headers["content-length"]


@pytest.mark.parametrize("name", ERROR_BODIES)
def test_every_known_error_can_be_answered(juspay: FakeJuspay, name: str) -> None:
    """Over the wire it is what the catalogue says, and the connection stays."""
    error = ERROR_BODIES[name]
    juspay.fail_next(Respond.named(name))
    with closing(connect(juspay)) as connection:
        got = ask_on(connection, ORDER)
        after = ask_on(connection, ORDER)

    assert (error.status, error.body, 200) == (got.status, got.body, after.status)
    assert {key.lower(): value for key, value in error.headers.items()}.items() <= got.headers.items()


def test_faults_come_one_by_one(juspay: FakeJuspay) -> None:
    """Each request meets the next fault; those of its id come first, in any case; then all is well."""
    juspay.fail_next(Respond(501), Respond(502), times=2)
    juspay.fail("SHOP-1001", Respond(503))
    juspay.fail("cst_asha01", Respond(504))
    juspay.fail("bene-1", Respond(505))
    juspay.fail("bene-2", Respond(506))
    paths = ["/other", ORDER, ORDER, VALIDATION, VALIDATION, PAYOUT, PAYOUT, PAYOUT]

    assert [501, 503, 502, 504, 505, 501, 502, 200] == [ask(juspay, path).status for path in paths]


def test_a_fault_can_stay_until_it_is_healed(juspay: FakeJuspay) -> None:
    """`times=None` is again and again; `heal` ends all of them."""
    juspay.fail("shop-1001", SlowDown(), times=None)
    juspay.fail_next(Respond(503), times=None)
    sick = [ask(juspay, path).status for path in (ORDER, PAYOUT) * 3]
    juspay.heal()

    assert [429, 503] * 3 == sick
    assert [200, 200] == [ask(juspay, path).status for path in (ORDER, PAYOUT)]


@pytest.mark.parametrize(
    ("faults", "times", "match"),
    [
        ([], 1, "at least one fault"),
        ([Reset()], 0, "at least one time"),
        ([Reset], 1, r"such as Latency\(2.0\) or Reset\(\), not type"),
        ([503], 1, "not int"),
    ],
)
def test_what_is_no_fault(juspay: FakeJuspay, faults: list[Any], times: int, match: str) -> None:
    """A slip of the pen is refused at once, and nothing fails then."""
    with pytest.raises(ConfigurationError, match=match):
        juspay.fail_next(Respond(503), *faults, times=times) if faults else juspay.fail_next()

    assert 200 == ask(juspay, ORDER).status


@pytest.mark.parametrize(
    ("kind", "arguments", "match"),
    [
        (Latency, (-1,), "Latency.seconds is a number of seconds"),
        (Latency, (float("nan"),), "Latency.seconds is a number of seconds"),
        (SlowBody, (float("inf"),), "SlowBody.gap is a number of seconds"),
        (SlowHeaders, (0, 0), "SlowHeaders.piece is a number of bytes"),
        (Chunked, (0,), "Chunked.piece is a number of bytes"),
        (HugeBody, (-5,), "HugeBody.size is a number of bytes"),
        (Respond, (100,), "Respond.status is 200 to 599"),
        (Respond, (600,), "Respond.status is 200 to 599"),
        (Respond, (200, b"", {"content-LENGTH": "5"}), "the header content-LENGTH follows from the body"),
        (Respond, (200, b"", {"X-A": "b\r\nX-C: d"}), "the header X-A is printable ASCII"),
        (Respond, (200, b"", {"": "b"}), "the header  is printable ASCII"),
        (Redirect, ("/é",), "the header Location is printable ASCII"),
        (Redirect, ("/", 200), "Redirect.status is 300 to 399"),
        (SlowDown, (-1,), "a whole number of seconds"),
        (SlowDown, (1.5,), "a whole number of seconds"),
        (SlowDown, (datetime(2030, 1, 1, tzinfo=UTC).replace(tzinfo=None),), "needs a zone"),
        (Compressed, ("br",), "gzip or deflate, not br"),
        (Respond.named, ("wrong_pth",), "did you mean wrong_path"),
    ],
)
def test_a_fault_that_cannot_be(kind: Any, arguments: tuple[Any, ...], match: str) -> None:  # noqa: ANN401 - a column
    """A fault is checked when it is made."""
    with pytest.raises(ConfigurationError, match=match):
        kind(*arguments)


def test_faults_are_values() -> None:
    """Two equal ones are equal, and each can be a key."""
    assert Respond(503, headers={"X-A": "b"}) == Respond(503, headers={"X-A": "b"})
    assert 3 == len({Latency(1), Latency(1), Respond(503), Reset()})
    assert 15 == len(get_args(Fault))

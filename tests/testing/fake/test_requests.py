"""What the fake remembers of the requests, and what it says and does not say about them."""

import logging
from collections.abc import Mapping
from typing import Final

import pytest

from juspay_webhooks.testing import FakeJuspay
from juspay_webhooks.testing.fake import Asked, HangUp, Latency, Reset, Respond
from juspay_webhooks.testing.fake.desk import MOST_REMEMBERED
from tests.testing.fake.asking import HEADERS, KEY, MERCHANT, ask, basic, raw, rest

ORDER: Final = "/orders/Shop-1001?options.add_full_gateway_response=true"


def test_what_was_asked(juspay: FakeJuspay) -> None:
    """Method, path with query, headers by their names in lower case, and the status of the answer."""
    ask(juspay, ORDER, headers={**HEADERS, "X-Version": "2023-06-30"})
    ask(juspay, "/other", method="POST", headers={})

    first, second = juspay.requests

    assert ("GET", ORDER, 200, None) == (first.method, first.path, first.status, first.fault)
    assert {"x-merchantid": MERCHANT, "x-routing-id": "cst_asha01", "x-version": "2023-06-30"}.items() <= (
        first.headers.items()
    )
    assert ("POST", "/other", 404) == (second.method, second.path, second.status)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({}, {}),
        ({"AUTHORIZATION": basic("secret:")}, {"authorization": "***"}),
        ({"Proxy-Authorization": "secret", "Cookie": "secret"}, {"proxy-authorization": "***", "cookie": "***"}),
    ],
)
def test_no_secret_is_remembered(juspay: FakeJuspay, sent: Mapping[str, str], expected: Mapping[str, str]) -> None:
    """That a header was there is remembered, its value is not."""
    ask(juspay, ORDER, headers=sent)
    (asked,) = juspay.requests

    assert expected == {name: value for name, value in asked.headers.items() if value == "***"}
    assert "secret" not in repr(asked)


def test_faults_are_remembered(juspay: FakeJuspay) -> None:
    """With the status that came, or None where nothing did."""
    juspay.fail_next(Respond(503), Latency(0), HangUp(), Reset())
    for _ in range(3):
        with raw(juspay, headers={**HEADERS, "Connection": "close"}) as connection:
            rest(connection)
    with raw(juspay) as connection, pytest.raises(ConnectionResetError):
        rest(connection)

    assert [(503, Respond(503)), (200, Latency(0)), (None, HangUp()), (None, Reset())] == [
        (asked.status, asked.fault) for asked in juspay.requests
    ]


def test_a_header_twice_is_one_value(juspay: FakeJuspay) -> None:
    """As HTTP has it: with a comma between."""
    with raw(juspay, headers={"X-A": "1", "x-a": "2", "Connection": "close"}) as connection:
        rest(connection)

    assert "1, 2" == juspay.requests[0].headers["x-a"]


def test_only_the_last_requests_are_kept(juspay: FakeJuspay) -> None:
    """A fake that runs for days does not grow."""
    answer = juspay._desk.answer  # noqa: SLF001 - ten thousand requests over sockets take too long
    for number in range(MOST_REMEMBERED + 1):
        answer("GET", f"/{number}", {})

    assert (MOST_REMEMBERED, "/1") == (len(juspay.requests), juspay.requests[0].path)


def test_somebody_is_told_before_the_answer() -> None:
    """`on_request` has heard of a request when its answer comes."""
    heard: list[Asked] = []
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT, on_request=heard.append) as juspay:
        ask(juspay, ORDER)

        assert juspay.requests == tuple(heard)


def test_the_log_is_quiet_and_holds_no_data(juspay: FakeJuspay, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing above DEBUG; there the kind of thing and the status, no id, no header."""
    caplog.set_level(logging.DEBUG, "juspay_webhooks")
    ask(juspay, ORDER)
    ask(juspay, "/other/shop-1001")

    assert [
        ("juspay_webhooks.testing.fake", logging.DEBUG, "a question about order is answered with 200"),
        ("juspay_webhooks.testing.fake", logging.DEBUG, "a question about nothing is answered with 404"),
    ] == caplog.record_tuples


def test_nothing_is_printed(juspay: FakeJuspay, capfd: pytest.CaptureFixture[str]) -> None:
    """Not even about what is no HTTP."""
    ask(juspay, ORDER)
    with raw(juspay, "/a b c") as connection:
        rest(connection)

    assert ("", "") == capfd.readouterr()


def test_a_fault_of_the_test_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    """What a clock or a callback raises is logged, the connection ends, and the fake goes on."""

    def fail_once(_asked: Asked) -> None:
        if len(juspay.requests) == 1:
            message = "a slip in a test"
            raise RuntimeError(message)

    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT, on_request=fail_once) as juspay:
        with raw(juspay) as connection:
            first = rest(connection)
        second = ask(juspay, "/other").status

    assert (b"", 404) == (first, second)
    assert [("ERROR", "the fake could not answer a request")] == [
        (each.levelname, each.message) for each in caplog.records
    ]

"""Demand of every web example what Juspay and a shop demand of it, over a real socket."""

import ast
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from juspay_webhooks import ConfigurationError
from juspay_webhooks.testing import Webhook, make_webhook
from tests.examples.serving import AUTH, EXAMPLES, Running, load

MOST_BYTES: Final = 1024 * 1024
"""Largest body that a receiver takes."""

LONGEST_ROUTE: Final = 10
"""Lines that the function between a framework and the receiver may have."""

SOURCES: Final = {path: path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.py"))}
every_receiver: Final = pytest.mark.parametrize(
    "path", [path for path, source in SOURCES.items() if "Receiver(" in source], ids=lambda path: path.stem
)


def order_paid(running: Running, order_id: str) -> Webhook:
    """Let the shop have an order of 500 INR, and make the webhook that says that it is paid."""
    running.module.ORDERS[order_id] = (Decimal(500), "INR")
    return make_webhook(
        "ORDER_SUCCEEDED", auth=AUTH, id=f"evt_V2_{order_id}", order={"order_id": order_id, "amount": 500}
    )


def test_a_paid_order_is_shipped_once(running: Running) -> None:
    """The first delivery ships; the same again is answered with 200, and ships nothing."""
    webhook = order_paid(running, "shop-once")
    first = running.send(webhook.body, headers=webhook.headers)
    again = running.send(webhook.body, headers=webhook.headers)

    assert (200, b'{"outcome":"handled"}') == (first.status, first.body)
    assert (200, b'{"outcome":"duplicate"}') == (again.status, again.body)
    assert 1 == running.module.SHIPPED.count("shop-once")


def test_two_events_about_one_payment_ship_once(running: Running) -> None:
    """Another event that states the same fact ships nothing."""
    webhook = order_paid(running, "shop-two-events")
    other = make_webhook("TXN_CHARGED", auth=AUTH, txn={"order_id": "shop-two-events"})
    answers = [running.send(one.body, headers=one.headers) for one in (webhook, other)]

    assert [200, 200] == [answer.status for answer in answers]
    assert 1 == running.module.SHIPPED.count("shop-two-events")


@pytest.mark.parametrize(
    "order",
    [
        pytest.param({"amount": 5}, id="amount"),
        pytest.param({"currency": "IDR"}, id="currency"),
    ],
)
def test_what_the_shop_did_not_ask_for_is_not_shipped(running: Running, order: dict[str, object]) -> None:
    """Another amount or currency is kept as a dead letter, for a person to look at, and nothing is shipped."""
    order_paid(running, "shop-not-so")
    changed = {"order_id": "shop-not-so", "amount": 500, **order}
    webhook = make_webhook("ORDER_SUCCEEDED", auth=AUTH, id=f"evt_V2_{[*order]}", order=changed)
    before = [*running.module.SHIPPED]
    answer = running.send(webhook.body, headers=webhook.headers)

    assert (200, b'{"outcome":"dead"}') == (answer.status, answer.body)
    assert before == running.module.SHIPPED


def test_a_webhook_that_is_faster_than_the_shop(running: Running) -> None:
    """An order that the shop has not stored yet comes again, and is shipped then."""
    webhook = make_webhook("ORDER_SUCCEEDED", auth=AUTH, order={"order_id": "shop-too-fast", "amount": 500})
    early = running.send(webhook.body, headers=webhook.headers)
    order_paid(running, "shop-too-fast")
    again = running.send(webhook.body, headers=webhook.headers)

    assert [503, 200] == [early.status, again.status]
    assert 1 == running.module.SHIPPED.count("shop-too-fast")


def test_a_stranger_is_refused(running: Running) -> None:
    """A wrong password and no credentials are answered with 401 and a challenge, and nothing is shipped."""
    webhook = order_paid(running, "shop-stranger")
    wrong = make_webhook("ORDER_SUCCEEDED", auth=(AUTH[0], "guessed")).headers
    answers = [running.send(webhook.body, headers=headers) for headers in (wrong, {})]

    assert [401, 401] == [answer.status for answer in answers]
    assert ["Basic", "Basic"] == [answer.headers["WWW-Authenticate"].partition(" ")[0] for answer in answers]
    assert 0 == running.module.SHIPPED.count("shop-stranger")


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        pytest.param("POST", b"garbage", 400, id="garbage"),
        pytest.param("POST", b"", 400, id="nothing"),
        pytest.param("POST", b'{"event_name": "\xff"}', 400, id="no UTF-8"),
        pytest.param("POST", b" " * (MOST_BYTES + 1), 413, id="too large"),
        pytest.param("GET", b"", 405, id="GET"),
    ],
)
def test_what_is_no_webhook_is_refused(running: Running, method: str, body: bytes, status: int) -> None:
    """What comes with the right credentials is refused all the same, each with its status."""
    headers = make_webhook("ORDER_SUCCEEDED", auth=AUTH).headers
    answer = running.send(body, headers=headers, method=method)

    assert status == answer.status


def test_a_handler_that_fails_is_asked_again(running: Running) -> None:
    """What a handler raises becomes 500 each time; it was told the address, and has the body byte for byte."""
    webhook = make_webhook("ORDER_FAILED", auth=AUTH)
    body = webhook.body + b"  \n"
    before = len(running.failed)
    answers = [running.send(body, headers=webhook.headers) for _ in range(2)]
    told = running.failed[before:]

    assert [500, 500] == [answer.status for answer in answers]
    assert [(1, "127.0.0.1"), (2, "127.0.0.1")] == [(delivery.attempt, delivery.client_ip) for delivery in told]
    assert [body, body] == [delivery.event.raw for delivery in told if delivery.event]


@every_receiver
def test_nobody_is_let_in_without_credentials(path: Path) -> None:
    """An example does not start while the variables of its credentials are not set; it names them."""
    with pytest.raises(ConfigurationError, match=r"JUSPAY_WEBHOOK_USERNAME.*JUSPAY_WEBHOOK_PASSWORD"):
        load(path.stem, environ={})


@every_receiver
def test_ten_lines_are_enough(path: Path) -> None:
    """The function that calls the receiver is short, and hands over bytes, never decoded JSON."""
    functions = [
        node
        for node in ast.walk(ast.parse(SOURCES[path]))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "receiver.handle" in ast.unparse(node)
    ]

    assert [] == [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= LONGEST_ROUTE]
    assert not {"json", "loads"} & {
        node.attr for node in ast.walk(ast.parse(SOURCES[path])) if isinstance(node, ast.Attribute)
    }

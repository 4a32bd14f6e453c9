"""Demand that the return page shows what Juspay says, and ships what no webhook has shipped yet."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from juspay_webhooks import OrderStatusClient, Surroundings
from juspay_webhooks.testing import FakeJuspay, make_webhook
from juspay_webhooks.testing.fake import Reset, Respond
from tests.examples.serving import AUTH, ENVIRON, Running
from tests.examples.web_examples import WEB_EXAMPLES

pytestmark = pytest.mark.parametrize(
    "running",
    [example for example in WEB_EXAMPLES if example.file == "return_page"],
    indirect=True,
    ids=lambda example: example.file,
)


@pytest.fixture(autouse=True)
def waited(running: Running, juspay: FakeJuspay, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Let the page wait in no time, and list for how long it waited."""
    pauses: list[float] = []
    client = OrderStatusClient(
        ENVIRON["JUSPAY_API_KEY"],
        merchant_id=ENVIRON["JUSPAY_MERCHANT_ID"],
        base_url=juspay.url,
        sleep=pauses.append,
        surroundings=Surroundings(clock=lambda: sum(pauses)),
    )
    monkeypatch.setattr(running.module, "client", client)
    with client:
        yield pauses
    juspay.heal()


def answer_with(running: Running, juspay: FakeJuspay, order_id: str, /, **changes: object) -> None:
    """Let the shop have an order of 500 INR, and Juspay answer that it is charged, or as the changes say."""
    running.module.ORDERS[order_id] = (Decimal(500), "INR")
    order: dict[str, Any] = {"amount": 500, "currency": "INR", **changes}
    juspay.add_order(order_id, **order)


def come_back(running: Running, order_id: str, *, method: str = "GET") -> tuple[int, bytes]:
    """Come back from the payment page; what the browser says of the status is a lie."""
    answer = running.send(method=method, path=f"/return?order_id={order_id}&status=CHARGED&status_id=21")
    return answer.status, answer.body


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("CHARGED", b"paid"),
        ("PENDING_VBV", b"pending"),
        ("AUTHORIZED", b"pending"),
        ("AUTHENTICATION_FAILED", b"failed"),
        ("VOIDED", b"failed"),
        ("AUTO_REFUNDED", b"failed"),
        ("A_NEW_WORD", b"pending"),
    ],
)
def test_the_customer_sees_what_juspay_says(running: Running, juspay: FakeJuspay, status: str, shown: bytes) -> None:
    """The order decides what is shown and whether it is shipped; the parameters of the URL decide nothing."""
    order_id = f"back-{status.lower()}"
    answer_with(running, juspay, order_id, status=status)

    assert (200, shown) == come_back(running, order_id)
    assert (status == "CHARGED") == (order_id in running.module.SHIPPED)


def test_the_customer_waits_a_little(running: Running, juspay: FakeJuspay, waited: list[float]) -> None:
    """A payment that settles within seconds is shown as it ends, one that does not is pending soon enough."""
    answer_with(running, juspay, "back-soon", statuses=["PENDING_VBV", "AUTHORIZING", "CHARGED"])
    answer_with(running, juspay, "back-late", status="PENDING_VBV")

    assert (200, b"paid") == come_back(running, "back-soon")
    assert [1.0, 1.0] == waited
    assert (200, b"pending") == come_back(running, "back-late")
    assert sum(waited[2:]) <= running.module.PATIENCE


@pytest.mark.parametrize("changes", [{"amount": 5}, {"currency": "IDR"}], ids=str)
def test_another_order_than_asked_for_is_never_paid(
    running: Running, juspay: FakeJuspay, changes: dict[str, object]
) -> None:
    """If amount or currency is not the shop's, the page stays pending and nothing is shipped."""
    answer_with(running, juspay, "back-not-so", **changes)
    before = [*running.module.SHIPPED]

    assert (200, b"pending") == come_back(running, "back-not-so")
    assert before == running.module.SHIPPED


def test_a_refunded_order_is_neither_paid_nor_shipped(running: Running, juspay: FakeJuspay) -> None:
    """Juspay still calls it CHARGED."""
    refund = {"id": "r", "unique_request_id": "r-1", "amount": 500, "status": "SUCCESS"}
    answer_with(running, juspay, "back-refunded", refunds=[refund])

    assert (200, b"pending") == come_back(running, "back-refunded")
    assert "back-refunded" not in running.module.SHIPPED


@pytest.mark.parametrize("is_webhook_first", [True, False], ids=["webhook first", "customer first"])
def test_whoever_comes_first_ships(running: Running, juspay: FakeJuspay, *, is_webhook_first: bool) -> None:
    """Webhook and customer, in either order and the customer twice: one shipment, and the page says paid."""
    order_id = f"back-first-{is_webhook_first}"
    answer_with(running, juspay, order_id)
    order = {"order_id": order_id, "amount": 500}
    webhook = make_webhook("ORDER_SUCCEEDED", auth=AUTH, id=f"evt_V2_{order_id}", order=order)
    statuses: list[int] = []
    for is_webhook in sorted([True, False, False], reverse=is_webhook_first):
        if is_webhook:
            statuses.append(running.send(webhook.body, headers=webhook.headers).status)
        else:
            assert (200, b"paid") == come_back(running, order_id, method="POST")

    assert [200] == statuses
    assert 1 == running.module.SHIPPED.count(order_id)


@pytest.mark.parametrize("order_id", ["", "nobody's"])
def test_an_order_that_the_shop_does_not_have_is_not_asked_for(running: Running, order_id: str) -> None:
    """Without an order of the shop there is nothing to show."""
    assert 404 == come_back(running, order_id)[0]


@pytest.mark.parametrize(
    "fault", [Respond(200, b"<html>Bad Gateway</html>"), Respond(503), Respond(401), Reset()], ids=lambda fault: fault
)
def test_no_good_answer_is_no_failure(running: Running, juspay: FakeJuspay, fault: Respond | Reset) -> None:
    """Whatever comes in place of the order, the payment is pending for the customer."""
    answer_with(running, juspay, "back-unreadable")
    juspay.fail_next(fault, times=None)

    assert (200, b"pending") == come_back(running, "back-unreadable")
    assert "back-unreadable" not in running.module.SHIPPED

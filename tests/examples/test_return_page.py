"""Demand that the return page shows what Juspay says, and ships what no webhook has shipped yet."""

import json
from decimal import Decimal

import pytest

from juspay_webhooks.testing import make_webhook
from tests.examples.serving import AUTH, Running
from tests.examples.web_examples import WEB_EXAMPLES

pytestmark = pytest.mark.parametrize(
    "running",
    [example for example in WEB_EXAMPLES if example.file == "return_page"],
    indirect=True,
    ids=lambda example: example.file,
)


def answer_with(running: Running, order_id: str, /, **changes: object) -> None:
    """Let the shop have an order of 500 INR, and Juspay answer that it is charged, or as the changes say."""
    order = {"order_id": order_id, "status": "CHARGED", "amount": 500, "currency": "INR", **changes}
    running.module.ORDERS[order_id] = (Decimal(500), "INR")
    running.module.AT_JUSPAY[order_id] = json.dumps(order).encode()


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
def test_the_customer_sees_what_juspay_says(running: Running, status: str, shown: bytes) -> None:
    """The order decides what is shown and whether it is shipped; the parameters of the URL decide nothing."""
    order_id = f"back-{status.lower()}"
    answer_with(running, order_id, status=status)

    assert (200, shown) == come_back(running, order_id)
    assert (status == "CHARGED") == (order_id in running.module.SHIPPED)


@pytest.mark.parametrize(
    "changes", [{"amount": 5}, {"currency": "IDR"}, {"order_id": "back-another"}], ids=["amount", "currency", "order"]
)
def test_another_order_than_asked_for_is_never_paid(running: Running, changes: dict[str, object]) -> None:
    """If amount, currency or id is not the shop's, the page stays pending and nothing is shipped."""
    answer_with(running, "back-not-so", **changes)
    before = [*running.module.SHIPPED]

    assert (200, b"pending") == come_back(running, "back-not-so")
    assert before == running.module.SHIPPED


@pytest.mark.parametrize("is_webhook_first", [True, False], ids=["webhook first", "customer first"])
def test_whoever_comes_first_ships(running: Running, *, is_webhook_first: bool) -> None:
    """Webhook and customer, in either order and the customer twice: one shipment, and the page says paid."""
    order_id = f"back-first-{is_webhook_first}"
    answer_with(running, order_id)
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


def test_an_answer_that_cannot_be_read_is_no_failure(running: Running) -> None:
    """An error page in place of the order leaves the payment pending."""
    answer_with(running, "back-unreadable")
    running.module.AT_JUSPAY["back-unreadable"] = b"<html>Bad Gateway</html>"

    assert (200, b"pending") == come_back(running, "back-unreadable")


def test_no_answer_is_no_failure(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the HTTP client that the reader puts in cannot reach Juspay, the payment is pending."""

    def unreachable(_order_id: str) -> bytes:
        raise TimeoutError

    answer_with(running, "back-unreachable")
    monkeypatch.setattr(running.module, "fetch_order", unreachable)

    assert (200, b"pending") == come_back(running, "back-unreachable")

"""A receiver with the SQL inbox: what its handlers write, and what is kept of how it went."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from juspay_webhooks import AutoRefundSucceeded, BasicAuth, Delivery, OrderPaid, Receiver, parse_event
from juspay_webhooks.inbox import SqlInbox, State
from juspay_webhooks.testing import make_webhook

CREDENTIAL = ("shop", "secret")
WEBHOOK_AUTH = BasicAuth(*CREDENTIAL)
WEBHOOK = make_webhook("ORDER_SUCCEEDED", auth=CREDENTIAL)
ORDER_ID = str(WEBHOOK.event.order_id)


@pytest.fixture(name="url")
def _url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE shipped (order_id TEXT)"))
    engine.dispose()
    return url


@pytest.fixture(name="inbox")
def _inbox(url: str) -> Iterator[SqlInbox]:
    with SqlInbox(url) as inbox:
        yield inbox


def shipped(url: str) -> list[str]:
    """Read the shop's own table."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [str(row[0]) for row in connection.execute(text("SELECT order_id FROM shipped"))]
    engine.dispose()
    return found


def receive(receiver: Receiver, *, is_async: bool) -> str:
    """Send the webhook; give the outcome."""
    if is_async:
        call = receiver.handle_async(headers=WEBHOOK.headers, body=WEBHOOK.body)
        return asyncio.run(call).outcome
    return receiver.handle(headers=WEBHOOK.headers, body=WEBHOOK.body).outcome


@pytest.mark.parametrize("is_async", [False, True])
def test_what_a_handler_writes_shares_the_fate_of_the_effect(
    url: str,
    inbox: SqlInbox,
    is_async: bool,  # noqa: FBT001 - a table
) -> None:
    """The first attempt raises after it has written: nothing is kept, and the next attempt writes once."""
    receiver = Receiver(WEBHOOK_AUTH, inbox=inbox)
    attempts: list[int] = []

    @receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid, delivery: Delivery) -> None:
        tx: Any = delivery.tx
        tx.execute(text("INSERT INTO shipped VALUES (:id)"), {"id": paid.order_id})
        attempts.append(delivery.attempt)
        if len(attempts) == 1:
            raise ZeroDivisionError

    assert receive(receiver, is_async=is_async) == "failed"
    assert [] == shipped(url)
    assert [(State.FAILED, "ZeroDivisionError")] == [(one.state, one.error) for one in inbox.entries()]
    assert ["handled", "duplicate"] == [receive(receiver, is_async=is_async) for _ in range(2)]
    assert [WEBHOOK.event.order_id] == shipped(url)
    assert [1, 2] == attempts


def test_a_transaction_is_opened_off_the_event_loop_and_only_for_who_can_use_it(
    inbox: SqlInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler of the effect alone costs no connection, and an event loop never waits for one."""
    from juspay_webhooks.inbox.sql.unit import SqlUnit  # noqa: PLC0415 - looked into

    opened: list[bool] = []
    open_: Any = vars(SqlUnit)["tx"].fget

    def watched(unit: SqlUnit) -> object:
        opened.append(threading.current_thread() is threading.main_thread())
        return open_(unit)

    monkeypatch.setattr(SqlUnit, "tx", property(watched))
    one, two = (Receiver(WEBHOOK_AUTH, inbox=inbox) for _ in range(2))

    @one.on_effect(OrderPaid)
    async def ship(paid: OrderPaid, delivery: Delivery) -> None:
        assert paid.order_id
        assert delivery.tx is not None

    @two.on_effect(OrderPaid)
    def take(paid: OrderPaid) -> None:
        assert paid.order_id

    assert receive(one, is_async=True) == "handled"
    assert [False] == opened
    other = make_webhook("ORDER_SUCCEEDED", order={"order_id": "another"}, auth=CREDENTIAL)
    assert two.handle(headers=other.headers, body=other.body).outcome == "handled"
    assert [False] == opened


@pytest.mark.parametrize("form", [dict, iter, lambda pairs: [(k.encode(), v.encode()) for k, v in pairs]])
def test_headers_that_help_are_kept_and_no_others(inbox: SqlInbox, form: Any) -> None:  # noqa: ANN401 - any headers
    """Whoever looks into it later sees what sent it; what lets somebody in is not there."""
    receiver = Receiver(WEBHOOK_AUTH, inbox=inbox)
    more = {"User-Agent": "hyper/1.0", "X-Request-ID": "r-" + "1" * 300, "X-Shop-Secret": "s3cret", "Cookie": "c"}
    answer = receiver.handle(headers=form(list({**WEBHOOK.headers, **more}.items())), body=WEBHOOK.body)
    (entry,) = inbox.entries()

    assert 200 == answer.status
    kept = {"content-type": "application/json", "user-agent": "hyper/1.0", "x-request-id": more["X-Request-ID"][:255]}
    assert kept == entry.record.headers
    assert receiver.handle_unverified(body=b"{}", label="shop").status == 400
    assert {} == inbox.entries()[0].record.headers


@pytest.mark.parametrize("is_async", [False, True])
def test_the_last_state_of_an_order_is_known(inbox: SqlInbox, *, is_async: bool) -> None:
    """Also if its handler raised; a question tells more than a webhook that comes late."""
    receiver = Receiver(WEBHOOK_AUTH, inbox=inbox)

    @receiver.on_effect(OrderPaid)
    def ship(_paid: OrderPaid) -> None:
        raise ZeroDivisionError

    early = make_webhook("TXN_CREATED", auth=CREDENTIAL, id="early")
    assert inbox.order(ORDER_ID, namespace="shop") is None
    receiver.handle(headers=early.headers, body=early.body)
    assert receive(receiver, is_async=is_async) == "failed"
    late = make_webhook("TXN_CREATED", auth=CREDENTIAL, id="late")
    receiver.handle(headers=late.headers, body=late.body)
    known = inbox.order(ORDER_ID, namespace="shop")
    assert known is not None
    assert ("CHARGED", "webhook", "shop") == (str(known.order.status), known.source, known.namespace)

    refunded = parse_event(make_webhook("AUTO_REFUND_SUCCEEDED").body, expect=AutoRefundSucceeded).order
    assert refunded.status == "AUTO_REFUNDED"
    if is_async:
        asyncio.run(receiver.observe_async(refunded, source="poll"))
    else:
        receiver.observe(refunded, source="poll")
    known = inbox.order(refunded.order_id, namespace="shop")
    assert known is not None
    assert ("AUTO_REFUNDED", "poll") == (str(known.order.status), known.source)

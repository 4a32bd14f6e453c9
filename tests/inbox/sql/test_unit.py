"""What a handler writes with the inbox's transaction, and that it acted, are kept together or not at all."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, Engine, MetaData, String, Table, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from juspay_webhooks import BasicAuth, ConfigurationError, Delivery, OrderPaid, Receiver
from juspay_webhooks.inbox import InboxUnavailable, Settlement, SqlInbox, State, Verdict
from juspay_webhooks.inbox.sql.effects import Effects
from juspay_webhooks.inbox.sql.schema import tables_of
from juspay_webhooks.testing import make_webhook
from tests.inbox.records import LEASE, PAID, Clock, counts, paid, record
from tests.inbox.sql.places import Make
from tests.inbox.test_memory_orders import order, sighting


@pytest.fixture
def orders(engine: Engine, prefix: str) -> Iterator[Table]:
    """A merchant's own table."""
    table = Table(f"{prefix}shop_orders", MetaData(), Column("id", String(50), primary_key=True))
    table.create(engine)
    yield table
    table.drop(engine)


def shipped(engine: Engine, orders: Table) -> int:
    """Count what the merchant has."""
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(orders)) or 0


def test_beginning_costs_nothing() -> None:
    """Nothing is asked of the database: this one is not there."""
    unit = SqlInbox("sqlite:////nowhere/inbox.db").begin("shop")

    with pytest.raises(InboxUnavailable, match="OperationalError SQLITE_CANTOPEN"):
        _ = unit.tx


@pytest.mark.parametrize("is_kept", [True, False])
def test_both_or_nothing(inbox: SqlInbox, engine: Engine, orders: Table, *, is_kept: bool) -> None:
    """The merchant's row and the effect are there together, or neither is."""
    unit, other = inbox.begin("shop"), inbox.begin("shop")

    assert Verdict.CLAIMED is unit.once(PAID)
    assert unit.tx is unit.tx
    unit.tx.execute(insert(orders).values(id="Shop-1"))
    assert 0 == shipped(engine, orders)
    (unit.commit if is_kept else unit.rollback)()
    unit.rollback()

    assert is_kept == shipped(engine, orders)
    assert ({"effects": 1} if is_kept else {}) == counts(inbox)
    assert (Verdict.DUPLICATE if is_kept else Verdict.CLAIMED) is other.once(PAID)


def test_several_effects_and_writes_are_one(inbox: SqlInbox, engine: Engine, orders: Table) -> None:
    """A unit keeps all that it claimed."""
    unit = inbox.begin("shop")
    for name in "ab":
        unit.once(paid(name))
        if name == "a":
            unit.tx.rollback()
    for name in "ab":
        unit.tx.execute(insert(orders).values(id=name))
    unit.commit()

    assert (2, {"effects": 2}) == (shipped(engine, orders), counts(inbox))


@pytest.mark.parametrize("taker", ["at it", "done", "failed"])
def test_one_who_lost_its_claim_keeps_nothing(
    inbox: SqlInbox, engine: Engine, orders: Table, clock: Clock, taker: str
) -> None:
    """Somebody else acted meanwhile: what the late handler wrote vanishes, and what the other did stays."""
    late, other = inbox.begin("shop"), inbox.begin("shop")
    late.once(PAID)
    late.tx.execute(select(orders))
    late.tx.rollback()
    clock.seconds += LEASE
    assert Verdict.CLAIMED is other.once(PAID)
    if taker == "done":
        other.commit()
    if taker == "failed":
        other.rollback()
    late.tx.execute(insert(orders).values(id="late"))

    with pytest.raises(InboxUnavailable, match="the claim on an effect expired"):
        late.commit()
    late.rollback()
    assert 0 == shipped(engine, orders)
    after = inbox.begin("shop").once(PAID)
    assert {"at it": Verdict.BUSY, "done": Verdict.DUPLICATE, "failed": Verdict.CLAIMED}[taker] is after


def test_a_claim_that_nobody_took_over_is_kept_late(
    inbox: SqlInbox, engine: Engine, orders: Table, clock: Clock
) -> None:
    """An expired lease alone takes nothing away."""
    unit = inbox.begin("shop")
    unit.once(PAID)
    clock.seconds += 2 * LEASE
    unit.tx.execute(insert(orders).values(id="late"))
    unit.commit()

    assert (1, {"effects": 1}) == (shipped(engine, orders), counts(inbox))


def test_a_connection_that_was_not_written_with_changes_nothing(inbox: SqlInbox, clock: Clock) -> None:
    """A handler that acted in another way has acted, late or not."""
    unit = inbox.begin("shop")
    unit.once(PAID)
    assert not unit.tx.in_transaction()
    clock.seconds += LEASE
    inbox.begin("shop").once(PAID)
    unit.commit()

    assert {"effects": 1} == counts(inbox)


@pytest.mark.parametrize("is_session", [False, True])
def test_a_handler_that_commits_itself_is_refused(
    inbox: SqlInbox, engine: Engine, orders: Table, *, is_session: bool
) -> None:
    """A crash right after it would leave what it wrote without the mark that it is done."""
    unit = inbox.begin("shop")
    unit.once(PAID)
    tx: Any = Session(bind=unit.tx) if is_session else unit.tx
    tx.execute(insert(orders).values(id="a"))
    with pytest.raises(ConfigurationError, match="do not commit it"):
        tx.commit()
    with pytest.raises(InboxUnavailable, match="what it wrote is lost"):  # whoever hides that has not acted
        unit.commit()
    tx.close()
    unit.rollback()

    assert 0 == shipped(engine, orders)
    assert Verdict.CLAIMED is inbox.begin("shop").once(PAID)


@pytest.mark.parametrize("lose", ["close", "rollback", "session"])
def test_what_a_handler_lost_is_no_success(inbox: SqlInbox, engine: Engine, orders: Table, lose: str) -> None:
    """Closed, rolled back, or written with a session that nobody flushed into the transaction for good."""
    unit = inbox.begin("shop")
    unit.once(PAID)
    tx: Any = Session(bind=unit.tx) if lose == "session" else unit.tx
    tx.execute(insert(orders).values(id="a"))
    (tx.rollback if lose == "rollback" else tx.close)()
    with pytest.raises(InboxUnavailable, match=r"closed delivery\.tx or rolled it back"):
        unit.commit()
    unit.rollback()

    assert 0 == shipped(engine, orders)
    assert Verdict.CLAIMED is inbox.begin("shop").once(PAID)


@pytest.mark.parametrize("times", [1, 2, 3, 4])
def test_what_was_done_elsewhere_is_remembered_at_last(
    inbox: SqlInbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, times: int
) -> None:
    """While a database is away for a moment nobody acts again; if it stays away, nobody does until the lease ends."""
    unit = inbox.begin("shop")
    unit.once(PAID)
    keep, failures = Effects.keep, iter(range(times))

    def failing(*arguments: Any) -> None:  # noqa: ANN401 - passed on
        if next(failures, None) is not None:
            message = "away"
            raise InboxUnavailable(message)
        keep(*arguments)

    monkeypatch.setattr(Effects, "keep", failing)
    monkeypatch.setattr("juspay_webhooks.inbox.sql.unit.time.sleep", lambda _: None)
    if times < 4:
        assert unit.commit()
    else:
        with pytest.raises(InboxUnavailable, match="away"):
            unit.commit()
    unit.rollback()

    assert (times == 4) == ("could not be remembered" in caplog.text)
    assert (Verdict.BUSY if times == 4 else Verdict.DUPLICATE) is inbox.begin("shop").once(PAID)


def test_a_delivery_that_cannot_be_settled_forgets_no_effect(inbox: SqlInbox, engine: Engine, prefix: str) -> None:
    """What only informs does not undo what happened: the table of orders is away."""
    claim = inbox.claim(record())
    unit = inbox.begin("shop")
    unit.once(PAID)
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {prefix}orders RENAME TO {prefix}away"))
    settlement = Settlement(claim=claim, state=State.DONE, sighting=sighting(order()))
    with pytest.raises(InboxUnavailable):
        unit.commit(settlement)
    unit.rollback()
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {prefix}away RENAME TO {prefix}orders"))

    assert {"processing": 1, "effects": 1} == counts(inbox)
    assert inbox.begin("shop").commit(settlement)
    assert {"done": 1, "effects": 1} == counts(inbox)


def test_a_state_that_cannot_be_read_is_replaced(inbox: SqlInbox, engine: Engine, prefix: str) -> None:
    """It keeps no newer state out."""
    inbox.see(sighting(order("TXN_CREATED")))
    with engine.begin() as connection:
        connection.execute(update(tables_of(prefix).orders).values(state=b"{}"))
    inbox.see(sighting(order()))

    known = inbox.order("Shop-1", namespace="shop")
    assert known is not None
    assert "CHARGED" == known.order.status


def test_a_handler_that_breaks_the_transaction(inbox: SqlInbox, engine: Engine, orders: Table) -> None:
    """What the database refuses is the handler's to see, without the values; nothing is kept."""
    unit = inbox.begin("shop")
    unit.once(PAID)
    unit.tx.execute(insert(orders).values(id="asha@example.com"))

    with pytest.raises(SQLAlchemyError) as raised:
        unit.tx.execute(insert(orders).values(id="asha@example.com"))
    unit.rollback()
    assert "[SQL parameters hidden" in str(raised.value)
    assert (0, {}) == (shipped(engine, orders), counts(inbox))


CRASH = """
import os, signal, sys
from sqlalchemy import text
from juspay_webhooks import OrderPaid
from juspay_webhooks.inbox import SqlInbox
place, prefix, where = sys.argv[1:]
unit = SqlInbox(place, table_prefix=prefix, clock=lambda: 1_000.0).begin("shop")
assert unit.once(OrderPaid(order_id="Shop-1", amount=5, currency="INR")) == "claimed"
unit.tx.execute(text(f"INSERT INTO {prefix}shop_orders VALUES ('Shop-1')"))
if where == "after":
    unit.commit()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_process_is_killed(  # noqa: PLR0913, PLR0917 - what a crash touches
    inbox: SqlInbox, engine: Engine, orders: Table, clock: Clock, place: str, prefix: str, where: str
) -> None:
    """Before the commit nothing is left but a claim that expires; after it both are there."""
    done = subprocess.run([sys.executable, "-c", CRASH, place, prefix, where], check=False)
    unit = inbox.begin("shop")

    assert -signal.SIGKILL == done.returncode
    if where == "after":
        assert (1, Verdict.DUPLICATE) == (shipped(engine, orders), unit.once(PAID))
        return
    assert (0, Verdict.BUSY) == (shipped(engine, orders), unit.once(PAID))
    clock.seconds += LEASE
    assert Verdict.CLAIMED is unit.once(PAID)
    unit.tx.execute(insert(orders).values(id="Shop-1"))
    unit.commit()
    assert (1, {"effects": 1}) == (shipped(engine, orders), counts(inbox))


@pytest.mark.parametrize("is_failing", [False, True])
def test_a_receiver_hands_the_transaction_over(make: Make, engine: Engine, orders: Table, *, is_failing: bool) -> None:
    """The handler's writes share the fate of the delivery."""
    inbox = make()
    receiver = Receiver(BasicAuth("shop", "secret"), inbox=inbox)

    @receiver.on_effect(OrderPaid)
    def ship(effect: OrderPaid, delivery: Delivery) -> None:
        tx: Any = delivery.tx
        tx.execute(insert(orders).values(id=effect.order_id))
        if is_failing:
            raise RuntimeError

    webhook = make_webhook("ORDER_SUCCEEDED", auth=("shop", "secret"))
    statuses = [receiver.handle(headers=webhook.headers, body=webhook.body).status for _ in range(2)]

    assert ([500, 500] if is_failing else [200, 200]) == statuses
    assert (not is_failing) == shipped(engine, orders)
    assert ({"failed": 1} if is_failing else {"done": 1, "effects": 1}) == counts(inbox)

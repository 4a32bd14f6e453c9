"""Run a shop on many machines: web processes store Juspay's webhooks and answer, Celery workers handle each one once.

All that must not be lost is in the database. The broker only wakes workers up: a message that it loses, or brings
twice, changes nothing but how soon an order is shipped.

Run it, with JUSPAY_WEBHOOK_USERNAME and JUSPAY_WEBHOOK_PASSWORD set, JUSPAY_API_KEY, JUSPAY_MERCHANT_ID and
JUSPAY_BASE_URL, SHOP_DATABASE_URL and SHOP_BROKER_URL:

    python examples/celery_app.py                           once: makes the tables, and an order to try
    gunicorn --threads 8 examples.celery_app:web            on any number of machines
    celery --app examples.celery_app worker                 on any number of machines
    celery --app examples.celery_app beat                   on one; a second one does no harm
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Timer
from typing import Final, cast

from celery import Celery
from flask import Flask, Response, request
from sqlalchemy import Column, Connection, Integer, MetaData, NullPool, String, Table, create_engine, insert, select

from juspay_webhooks import BasicAuth, Delivery, OrderPaid, OrderStatusClient, Permanent, Receiver, Retryable
from juspay_webhooks.inbox import SqlInbox
from juspay_webhooks.reconcile import Reconciler
from juspay_webhooks.worker import Worker

SHOP: Final = MetaData()
ORDERS: Final = Table(
    "orders",
    SHOP,
    Column("order_id", String(64), primary_key=True),
    Column("paise", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
)
"""Stands for your orders: what you asked for."""

PARCELS: Final = Table(
    "parcels",
    SHOP,
    Column("number", Integer, primary_key=True),
    Column("order_id", String(64), nullable=False),
)
"""Stands for your warehouse. Nothing in it keeps an order from being there twice: the inbox does."""

SHARE: Final = 20.0
"""Seconds after which a task takes no more: a Celery worker that is told to stop waits for the task that it runs."""

auth = BasicAuth.from_env()
database = os.environ.get("SHOP_DATABASE_URL", "sqlite:///shop.db")
client = OrderStatusClient(
    os.environ["JUSPAY_API_KEY"],
    merchant_id=os.environ["JUSPAY_MERCHANT_ID"],
    base_url=os.environ["JUSPAY_BASE_URL"],
)

# --- The inbox: in the shop's own database, for a handler's writes and the end of its delivery are one transaction ---

# It is made before gunicorn and Celery fork: it notices a fork, and opens connections of its own there. An engine that
# you make yourself does not: give it no pool, or dispose of it in the child (Celery's signal `worker_process_init`).
inbox = SqlInbox(
    database,
    # What a machine had in hand when it died is begun anew after so long: longer than any handler of yours takes.
    lease=timedelta(seconds=float(os.environ.get("SHOP_LEASE_SECONDS", "60"))),
)
receiver = Receiver(auth, inbox=inbox, mode="deferred")
reconciler = Reconciler(client, receiver, seen_after=timedelta(minutes=15))
engine = create_engine(database, poolclass=NullPool)


@receiver.on_effect(OrderPaid)
def ship(paid: OrderPaid, delivery: Delivery) -> None:
    """Ship an order once, and only if what was paid is what you asked for."""
    tx = cast("Connection", delivery.tx)
    found = tx.execute(select(ORDERS).where(ORDERS.c.order_id == paid.order_id)).one_or_none()
    if found is None:
        message = f"{paid.order_id} is not known yet: the webhook may be faster than your own database"
        raise Retryable(message)
    if (found.paise, found.currency) != (paid.amount * 100, paid.currency):
        message = f"{paid.order_id} is paid with another amount than you asked for: a person must look"
        raise Permanent(message)
    tx.execute(insert(PARCELS), {"order_id": paid.order_id})  # the inbox commits it: here, and not here and there


def check_out(order_id: str, paise: int) -> None:
    """Stands for your checkout, before it sends the customer to pay: Juspay is asked about the order until it ends."""
    reconciler.add([order_id])
    with engine.begin() as connection:
        connection.execute(insert(ORDERS), {"order_id": order_id, "paise": paise, "currency": "INR"})


# --- The workers ---

app = Celery("shop", broker=os.environ.get("SHOP_BROKER_URL", "redis://127.0.0.1:6379/0"))
app.conf.update(
    task_ignore_result=True,
    # Who nudges does not wait: one attempt, of a second at most, whether the broker refuses or says nothing.
    task_publish_retry=False,
    broker_transport_options={"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 1},
    # Who works waits for a broker that is away, at the start as well, and never gives up.
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    beat_scheduler="celery.beat:Scheduler",  # in memory: what is done every few seconds need not be remembered
    beat_schedule={
        # Finds what lost its nudge, what failed and is due again, and what a machine had in hand that died.
        "handle-due": {"task": "shop.handle_due", "schedule": 5.0, "options": {"expires": 60}},
        # Finds what no webhook told.
        "reconcile": {"task": "shop.reconcile", "schedule": 60.0, "options": {"expires": 60}},
    },
)
# Celery acknowledges a task before it runs it, and Redis brings back after an hour (`visibility_timeout`) what a worker
# had fetched and not acknowledged. So a worker that dies loses nudges, and old ones may come twice; `acks_late` would
# exchange the one for the other. Neither matters, so both stay as they are: a nudge carries nothing. What is due stands
# in the database, the next nudge finds it, beat sends one every few seconds, and of all who come at once the inbox
# gives each delivery to one.


@contextmanager
def share() -> Generator[Event]:
    """Give an event that is set when a task has had its share of time; what is left is for the next one."""
    stop = Event()
    timer = Timer(SHARE, stop.set)
    timer.start()
    try:
        yield stop
    finally:
        timer.cancel()


@app.task(name="shop.handle_due")
def handle_due() -> None:
    """Handle what is due now, whichever nudge it came with; if the database is away, the next nudge tries again."""
    with share() as stop:
        Worker(inbox, receiver, threads=4).drain(stop)


@app.task(name="shop.reconcile")
def reconcile() -> None:
    """Ask Juspay about orders that have no end, and act on what it says as on a webhook: whoever is first ships."""
    with share() as stop:
        reconciler.drain(stop)


# --- The web ---

web = Flask(__name__)
web.config["MAX_CONTENT_LENGTH"] = 1024 * 1024


@web.post("/juspay")
def juspay() -> Response:
    """Store the event and answer; wake a worker up when the answer is on its way."""
    answer = receiver.handle(headers=request.headers, body=request.get_data(), client_ip=request.remote_addr)
    response = Response(answer.body, answer.status, answer.headers)
    if answer.outcome == "stored":
        response.call_on_close(nudge)
    return response


def nudge() -> None:
    """Wake a worker up; without a broker beat does it later, so this may fail."""
    try:
        handle_due.apply_async(expires=60)  # nobody needs thousands of old nudges when the workers come back
    except Exception as error:  # noqa: BLE001 - whatever a broker and its client raise, the event is stored
        web.logger.warning("nobody was woken up (%s): the event is stored, and beat comes for it", type(error).__name__)


# --- The tables ---

if __name__ == "__main__":
    SHOP.create_all(engine)  # yours are made by your migrations; `SqlInbox.ddl` writes one for those of the inbox
    inbox.prepare()
    check_out("shop-2001", paise=149_950)
    print("shop-2001 waits to be paid")

# Celery comes without types.
# mypy: disable-error-code="import-untyped, untyped-decorator"
# pyright: reportMissingTypeStubs=false, reportUntypedFunctionDecorator=false, reportFunctionMemberAccess=false

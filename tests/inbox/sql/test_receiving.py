"""A receiver whose database fails, is slow, or is asked twice: what the sender hears, and what the operator reads."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal, TypeAlias

import pytest
from sqlalchemy import Engine, create_engine, event, text

from juspay_webhooks import BasicAuth, Delivery, OrderPaid, Receiver
from juspay_webhooks.inbox import SqlInbox, State
from juspay_webhooks.testing import make_webhook
from tests.inbox.records import counts
from tests.inbox.sql.places import Make

CREDENTIAL: Final = ("shop", "secret")

Mode: TypeAlias = Literal["inline", "deferred"]

every_mode: Final = pytest.mark.parametrize("mode", ["inline", "deferred"])


def receiver_of(
    inbox: SqlInbox, mode: Mode = "inline", *, while_shipping: Callable[[], object] = dict
) -> tuple[Receiver, list[str]]:
    """Make a receiver that ships; and what it has shipped."""
    receiver = Receiver(BasicAuth(*CREDENTIAL), inbox=inbox, mode=mode, retry_after=7)
    shipped: list[str] = []

    @receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None:
        shipped.append(paid.order_id)
        while_shipping()

    return receiver, shipped


def send(receiver: Receiver, number: int = 1) -> tuple[int, str]:
    """Send the webhook of an order."""
    hook = make_webhook("ORDER_SUCCEEDED", id=f"evt-{number}", order={"order_id": f"o{number}"}, auth=CREDENTIAL)
    answer = receiver.handle(headers=hook.headers, body=hook.body)
    assert (answer.status == 503) == ("Retry-After" in dict(answer.headers))
    return answer.status, answer.outcome.value


@every_mode
def test_a_file_that_is_locked_and_free_again(tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: Mode) -> None:
    """503 with a word when to come again; the operator reads why; then it goes on in the same process."""
    with SqlInbox(f"sqlite:///{tmp_path / 'inbox.db'}", wait=timedelta(milliseconds=20)) as inbox:
        receiver, shipped = receiver_of(inbox, mode)
        inbox.prepare()
        other = sqlite3.connect(tmp_path / "inbox.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        assert (503, "unavailable") == send(receiver)
        assert "the database of the inbox failed: OperationalError SQLITE_BUSY" in caplog.text
        assert "evt-1" not in caplog.text
        other.execute("COMMIT")
        other.close()
        assert (200, "handled" if mode == "inline" else "stored") == send(receiver)
        assert (["o1"] if mode == "inline" else []) == shipped
        assert {"done": 1, "effects": 1} if mode == "inline" else {"received": 1} == counts(inbox)


@every_mode
def test_a_file_that_is_read_only(tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: Mode) -> None:
    """Nothing is answered 200 that is not kept."""
    with SqlInbox(f"sqlite:///{tmp_path / 'inbox.db'}") as inbox:
        inbox.prepare()
    with SqlInbox(f"sqlite:///file:{tmp_path / 'inbox.db'}?mode=ro&uri=true") as inbox:
        receiver, shipped = receiver_of(inbox, mode)

        assert (503, "unavailable") == send(receiver)
        assert [] == shipped
    assert "SQLITE_READONLY" in caplog.text


FULL: Final = """
import logging, resource, signal, sys
from juspay_webhooks import BasicAuth, OrderPaid, Receiver
from juspay_webhooks.inbox import SqlInbox
from juspay_webhooks.testing import make_webhook
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
logging.disable(logging.CRITICAL)
inbox = SqlInbox(sys.argv[1])
receiver = Receiver(BasicAuth("shop", "secret"), inbox=inbox, mode=sys.argv[2])
shipped = []
receiver.on_effect(OrderPaid)(lambda paid: shipped.append(paid.order_id))
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
def send(number):
    hook = make_webhook("ORDER_SUCCEEDED", id=f"evt-{number}", auth=("shop", "secret"),
                        order={"order_id": f"o{number}", "udf1": "x" * 20_000})
    return receiver.handle(headers=hook.headers, body=hook.body).status
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, hard))
first = [send(number) for number in range(100)]
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
kept, stats = first.count(200), inbox.stats()
print(set(first) == {200, 503}, kept > 5, stats.done + stats.received >= kept)
again = [send(number) for number in range(100) if first[number] != 200]
print(set(again) <= {200, 503}, 200 in again)
print(len(shipped) == len(set(shipped)))
"""


@every_mode
def test_a_disk_that_is_full(tmp_path: Path, mode: Mode) -> None:
    """What was answered with 200 is kept; what was not comes again, and is handled as soon as there is room."""
    command = [sys.executable, "-c", FULL, f"sqlite:///{tmp_path / 'inbox.db'}", mode]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()

    assert ["True True True", "True True", "True"] == said


def test_a_duplicate_that_comes_while_the_first_is_handled(inbox: SqlInbox, make: Make) -> None:
    """503 to come again, from this process or another; 200 once the first is done."""
    during: list[tuple[int, str]] = []
    other, _ = receiver_of(make())
    receiver, _ = receiver_of(inbox, while_shipping=lambda: during.extend([send(receiver), send(other)]))

    assert (200, "handled") == send(receiver)
    assert [(503, "busy")] * 2 == during
    assert [(200, "duplicate")] * 2 == [send(receiver), send(other)]


def test_what_many_threads_receive_is_handled_once(inbox: SqlInbox) -> None:
    """Eight threads send thirty orders each."""
    receiver, shipped = receiver_of(inbox)

    def work(first: int) -> None:
        for number in range(first, first + 30):
            while send(receiver, number % 30)[0] != 200:
                pass

    threads = [threading.Thread(target=work, args=(4 * number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(f"o{number}" for number in range(30)) == sorted(shipped)
    assert {"done": 30, "effects": 30} == counts(inbox)


def test_a_table_that_vanishes_and_comes_back(
    inbox: SqlInbox, engine: Engine, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A migration that went wrong: 503 until it is mended, and no restart."""
    receiver, shipped = receiver_of(inbox)
    inbox.prepare()
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {prefix}effects RENAME TO {prefix}away"))
    assert (503, "unavailable") == send(receiver)
    assert "the database of the inbox failed" in caplog.text
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {prefix}away RENAME TO {prefix}effects"))

    assert (200, "handled") == send(receiver)
    assert ["o1"] == shipped
    assert State.DONE is inbox.entries()[0].state


@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.parametrize("is_async", [False, True])
def test_many_tasks_and_few_connections(place: str, prefix: str, inbox: SqlInbox, size: int, *, is_async: bool) -> None:
    """Handlers that hold a connection get it back to the pool, however many wait for one."""
    inbox.prepare()
    own = create_engine(place, pool_size=size, max_overflow=0, pool_timeout=60)
    receiver = Receiver(BasicAuth(*CREDENTIAL), inbox=SqlInbox(own, table_prefix=prefix))
    shipped: list[str] = []
    nested: list[int] = []

    async def look(number: str) -> None:
        hook = make_webhook("TXN_CREATED", id=f"early-{number}", order={"order_id": number}, auth=CREDENTIAL)
        nested.append((await receiver.handle_async(headers=hook.headers, body=hook.body)).status)

    if is_async:

        @receiver.on_effect(OrderPaid)
        async def ship_async(paid: OrderPaid, delivery: Delivery) -> None:
            assert delivery.tx
            await asyncio.sleep(0.001)
            if size > 1 and place.startswith("sqlite") and paid.order_id == "o7":
                await look(paid.order_id)
            shipped.append(paid.order_id)

    else:

        @receiver.on_effect(OrderPaid)
        def ship(paid: OrderPaid, delivery: Delivery) -> None:
            assert delivery.tx
            shipped.append(paid.order_id)

    async def send_all() -> list[int]:
        hooks = [
            make_webhook("ORDER_SUCCEEDED", id=f"evt-{number}", order={"order_id": f"o{number}"}, auth=CREDENTIAL)
            for number in range(40)
        ]
        answers = await asyncio.gather(*(receiver.handle_async(headers=hook.headers, body=hook.body) for hook in hooks))
        return [answer.status for answer in answers]

    statuses = asyncio.run(send_all())
    own.dispose()

    assert [200] * 40 == statuses
    assert sorted(f"o{number}" for number in range(40)) == sorted(shipped)
    assert [200] * len(nested) == nested


def test_a_hook_of_the_merchants_that_raises(inbox: SqlInbox, place: str, prefix: str) -> None:
    """Whatever a hook or a driver raises while it connects: the database is away."""
    inbox.prepare()
    own = create_engine(place)
    failures = [ConnectionError("token service"), TypeError(), None]

    @event.listens_for(own, "do_connect")
    def connect(*_: object) -> None:
        if failures[0] is not None:
            raise failures[0]

    with SqlInbox(own, table_prefix=prefix) as merchants:
        receiver, shipped = receiver_of(merchants)
        while len(failures) > 1:
            assert (503, "unavailable") == send(receiver)
            del failures[0]
        assert (200, "handled") == send(receiver)
    own.dispose()
    assert ["o1"] == shipped

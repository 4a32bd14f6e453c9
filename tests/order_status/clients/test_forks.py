"""A sync client that was used before a fork: no answer goes to the wrong process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Final

import pytest
import requests

from juspay_webhooks import ConfigurationError, OrderStatusClient
from juspay_webhooks.testing import FakeJuspay
from tests.order_status.clients.both import KEY, MERCHANT
from tests.order_status.clients.servers import Relay

PROGRAM: Final = """\
import json, os, sys
from collections import Counter
from juspay_webhooks import OrderStatusClient

url, key, merchant = sys.argv[1:]
client = OrderStatusClient(key, merchant_id=merchant, base_url=url)
client.fetch("shop-1001")
ready, go = os.pipe()
found, told = os.pipe()
child = os.fork()
order_id = "shop-1001" if child else "shop-1002"
if child:
    os.write(go, b"!")
else:
    os.read(ready, 1)
answers = Counter()
for _ in range(100):
    try:
        answers[client.fetch(order_id).order_id] += 1
    except Exception as error:
        answers[str(error)] += 1
client.close()
if child:
    os.waitpid(child, 0)
    print(json.dumps([answers, json.loads(os.read(found, 10_000))]))
else:
    os.write(told, json.dumps(answers).encode())
    os._exit(0)
"""
"""Asks once, forks, and asks about one order in each process at the same time."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_both_processes_get_their_own_answers(juspay: FakeJuspay) -> None:
    """A server that loads its program once and forks its workers asks as if each had made the client itself."""
    juspay.add_order("shop-1002")
    command = [sys.executable, "-P", "-c", PROGRAM, juspay.url, KEY, MERCHANT]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=100)

    assert "" == done.stderr
    assert [{"shop-1001": 100}, {"shop-1002": 100}] == json.loads(done.stdout)


Forked = Callable[[], None]


@pytest.fixture
def fork(monkeypatch: pytest.MonkeyPatch) -> Forked:
    """Give what makes this process look like another one."""
    process = os.getpid()
    return lambda: monkeypatch.setattr(os, "getpid", lambda: process + 1)


def test_another_process_has_its_own_connections(juspay: FakeJuspay, fork: Forked) -> None:
    """What is made before the fork is used in the first process only; the other one begins anew."""
    with Relay(juspay.url) as relay, OrderStatusClient(KEY, merchant_id=MERCHANT, base_url=relay.url) as client:
        client.fetch("shop-1001")
        client.fetch("shop-1001")
        before = relay.total
        fork()
        client.fetch("shop-1001")
        client.fetch("shop-1001")

        assert (1, 2) == (before, relay.total)


def test_a_client_that_was_not_used_is_as_new(juspay: FakeJuspay, fork: Forked) -> None:
    """A client that was only made before the fork asks, with a session of the caller's too."""
    with requests.Session() as session:
        client = OrderStatusClient(KEY, merchant_id=MERCHANT, base_url=juspay.url, session=session)
        fork()

        assert "shop-1001" == client.fetch("shop-1001").order_id


def test_a_session_that_was_used_is_refused(juspay: FakeJuspay, fork: Forked) -> None:
    """A session of the caller's cannot be made anew, so nothing is asked over it."""
    with requests.Session() as session:
        client = OrderStatusClient(KEY, merchant_id=MERCHANT, base_url=juspay.url, session=session)
        client.fetch("shop-1001")
        fork()
        with pytest.raises(ConfigurationError, match="before a fork"):
            client.fetch("shop-1001")

    assert 1 == len(juspay.requests)


def test_another_process_closes_nothing(juspay: FakeJuspay, fork: Forked) -> None:
    """Closed by the other process, the connections of the first are as they were."""
    with Relay(juspay.url) as relay:
        client = OrderStatusClient(KEY, merchant_id=MERCHANT, base_url=relay.url)
        client.fetch("shop-1001")
        fork()
        client.close()

        assert 1 == relay.open
        with pytest.raises(ConfigurationError, match="closed"):
            client.fetch("shop-1001")

"""The Hypothesis strategies: valid by construction, and as various as the wire."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import Phase, find, given, settings

from juspay_webhooks import parse_event, parse_order, unknown_fields
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.events.payments import MandateEvent, OrderEvent, PaymentFamily, UnreadableEvent
from juspay_webhooks.events.payouts import AnyEvent, PayoutFamily
from juspay_webhooks.models.order import Order
from juspay_webhooks.testing import strategies
from juspay_webhooks.testing._json import json_text

few: Final = settings(max_examples=60)
search: Final = settings(max_examples=2000, database=None, derandomize=True, phases=[Phase.generate])


@few
@given(strategies.bodies())
def test_bodies_are_valid(body: bytes) -> None:
    """Every body parses strictly: no problem, no unreadable event."""
    event = parse_event(body, strict=True)

    assert () == event.problems
    assert not isinstance(event, UnreadableEvent)


@few
@given(strategies.events())
def test_events_are_payments(event: AnyEvent) -> None:
    """Events of payments come from every family, and nothing else comes."""
    assert isinstance(event, PaymentFamily)


@few
@given(strategies.payouts())
def test_payouts_are_payouts(event: AnyEvent) -> None:
    """Events of payouts come with a typed `info`."""
    assert isinstance(event, PayoutFamily)


@few
@given(strategies.orders())
def test_orders_are_orders(order: Order) -> None:
    """Orders have what an order cannot be without."""
    assert isinstance(order, Order)


@few
@given(strategies.order_objects())
def test_order_objects_are_orders_once_encoded(found: dict[str, Any]) -> None:
    """A decoded order is read by `parse_order` after encoding."""
    assert found["order_id"] == parse_order(json_text(found)).order_id


@settings(max_examples=15)
@given(strategies.payment_bodies("MANDATE_PAUSED"))
def test_one_payment_event(body: bytes) -> None:
    """A strategy for one name makes events of this name only."""
    assert "MANDATE_PAUSED" == parse_event(body, expect=MandateEvent).name


@settings(max_examples=15)
@given(strategies.payout_bodies(("FULFILLMENT_TXN", "REVERSED")))
def test_one_payout_event(body: bytes) -> None:
    """A strategy for one pair makes events of this pair only."""
    assert "FULFILLMENT_TXN/REVERSED" == parse_event(body).name


@pytest.mark.parametrize(
    "strategy", [lambda: strategies.payment_bodies("ORDER_SUCEEDED"), lambda: strategies.payout_bodies(("ORDER", "X"))]
)
def test_unknown_names_are_refused_at_once(strategy: Callable[[], object]) -> None:
    """A misspelt name fails where it is written, not when a test draws."""
    with pytest.raises(ConfigurationError):
        strategy()


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(lambda order: not order.status.is_known, id="unknown status"),
        pytest.param(lambda order: order.currency is None, id="absent key"),
        pytest.param(lambda order: order.amount % 1, id="fraction"),
        pytest.param(lambda order: order.refunds == (), id="empty list"),
        pytest.param(lambda order: order.udf1 and not order.udf1.isascii(), id="text of the world"),
        pytest.param(lambda order: order.date_created and order.date_created.year < 2020, id="other times"),
    ],
)
def test_orders_vary(wanted: Callable[[Order], Any]) -> None:
    """The forms that break receivers are drawn, not only possible (else `NoSuchExample`)."""
    find(strategies.orders(), lambda order: bool(wanted(order)), settings=search)


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(unknown_fields, id="unknown keys"),
        pytest.param(lambda event: not event.raw.isascii(), id="bytes beyond ASCII"),
        pytest.param(lambda event: isinstance(event, OrderEvent) and event.id is None, id="no id"),
    ],
)
def test_events_vary(wanted: Callable[[AnyEvent], Any]) -> None:
    """What Juspay may add or leave out tomorrow is drawn (else `NoSuchExample`)."""
    find(strategies.events(), lambda event: bool(wanted(event)), settings=search)


def test_the_rest_works_without_hypothesis(tmp_path: Path) -> None:
    """Samples and webhooks need no Hypothesis; it is loaded with the strategies only."""
    code = (
        "import sys; sys.modules['hypothesis'] = None; from juspay_webhooks.testing import make_webhook; "
        "print(make_webhook('ORDER_SUCCEEDED').event.name)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True, text=True)

    assert "ORDER_SUCCEEDED\n" == done.stdout

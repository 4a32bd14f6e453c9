"""Demand that every example runs, and that its bodies are what their names say."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from juspay_webhooks import PayloadError, parse_event

EXAMPLES: Final = Path(__file__).parent.parent / "examples"
BODIES: Final = sorted((EXAMPLES / "bodies").iterdir())


@pytest.mark.parametrize("body", BODIES, ids=lambda path: path.name)
def test_bodies_are_what_their_names_say(body: Path) -> None:
    """`*.json` is an event, `*.broken.txt` is refused; there is no third kind."""
    if body.name.endswith(".broken.txt"):
        with pytest.raises(PayloadError):
            parse_event(body.read_bytes())
    else:
        assert ".json" == body.suffix
        assert parse_event(body.read_bytes()).order_id


def test_act_once_acts_once() -> None:
    """Two events about one payment ship the order once; each refund is booked when it has settled."""
    done = subprocess.run([sys.executable, EXAMPLES / "act_once.py"], capture_output=True, check=True, text=True)

    assert (
        """\
order shop-2001 succeeded: PAID, 1499.5 INR
  ship shop-2001, if it is our order of 1499.5 INR
TXN_CHARGED (TxnCharged)
  already done: /OrderPaid/shop-2001
ORDER_REFUNDED of order shop-2001: 500 refunded of 1499.5
  book refund refund-2001-a of shop-2001: 500
answer 400: the body is not JSON: it breaks off at line 7, column 21
"""
        == done.stdout
    )


def test_an_order_of_a_django_model_is_shipped_once(tmp_path: Path) -> None:
    """Two events about one payment, each received twice; the model and the inbox are in one file."""
    command = [sys.executable, str(EXAMPLES / "django_orders/shop.py"), str(tmp_path / "shop.db")]
    done = subprocess.run(command, capture_output=True, check=True, text=True)

    assert (
        """\
1-order-succeeded.json: handled
2-txn-charged.json: duplicate
1-order-succeeded.json: duplicate
2-txn-charged.json: duplicate
shipped 1 time
"""
        == done.stdout
    )

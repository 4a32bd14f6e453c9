"""What a question is about: an id, or what carries one."""

from typing import Any

import pytest

from juspay_webhooks import parse_event
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.order_status.errors import OutcomeUnknown
from juspay_webhooks.order_status.subject import Polled, order_id_of
from juspay_webhooks.parsing._events import parse_order
from juspay_webhooks.testing import make_webhook
from tests.order_status.asked import CANARY, order_body


@pytest.mark.parametrize(
    "subject",
    [
        "shop-1001",
        parse_order(order_body()),
        make_webhook("ORDER_SUCCEEDED", order={"order_id": "shop-1001"}).event,
        make_webhook("ORDER_REFUNDED", order={"order_id": "shop-1001"}).event,
    ],
    ids=["id", "order", "event", "refund event"],
)
def test_what_carries_an_id(subject: Any) -> None:  # noqa: ANN401 - one of several
    """The merchant's id is taken, and nothing else."""
    assert "shop-1001" == order_id_of(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "",
        None,
        7,
        b"shop-1001",
        parse_order(order_body(order_id="")),
        parse_event(b'{"id": "e1", "event_name": "SOMETHING_NEW", "content": {"thing": {}}}'),
        make_webhook(("VALIDATION_V2", "VALID")).event,
    ],
    ids=["empty", "none", "number", "bytes", "order without", "unknown event", "validation"],
)
def test_what_carries_none(subject: Any) -> None:  # noqa: ANN401 - some are of a wrong type
    """What carries no id is refused by its type."""
    with pytest.raises(ConfigurationError, match=f"this {type(subject).__name__} carries none"):
        order_id_of(subject)


def test_one_of_many() -> None:
    """One result holds the order or the error, and shows no personal data."""
    order = parse_order(order_body(customer_email=CANARY))
    error = OutcomeUnknown("message", order=order)

    assert (order, None) == (Polled(order_id="a", order=order).order, Polled(order_id="a", order=order).error)
    assert "kanarie" not in f"{Polled(order_id='a', order=order)}{Polled(order_id='a', error=error)}"

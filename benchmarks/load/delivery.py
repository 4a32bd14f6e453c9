"""Own what is sent under load, and what must be answered: deliveries of which no two are the same event."""

from decimal import Decimal
from typing import Final

from juspay_webhooks import Answer
from juspay_webhooks.receiver.answer import AnswerOutcome, answer_of
from juspay_webhooks.testing import make_webhook

__all__ = ["AMOUNT", "ENVIRONMENT", "EXPECTED", "ORDERS", "PATH", "TEMPLATE", "delivery", "headers", "order_id"]

ENVIRONMENT: Final = {"JUSPAY_WEBHOOK_USERNAME": "merchant-webhooks", "JUSPAY_WEBHOOK_PASSWORD": "opens nothing"}
"""What the examples find their credentials in."""

PATH: Final = "/juspay"
"""Where the examples receive."""

ORDERS: Final = 200_000
"""Orders that are paid, one after the other and then anew: an inbox of 100,000 effects has forgotten each by then."""

AMOUNT: Final = (Decimal("1499.50"), "INR")
"""What each order costs."""

EXPECTED: Final[Answer] = answer_of(AnswerOutcome.HANDLED)
"""What each delivery must be answered with."""


def order_id(number: int) -> str:
    """Give the id of the order that a delivery is about; `wrk.lua` does the same.

    Args:
        number: Number of the delivery.
    """
    return f"load-{number % ORDERS:06d}"


TEMPLATE: Final = make_webhook(
    "ORDER_SUCCEEDED", id="<event>", order={"order_id": "<order>", "amount": AMOUNT[0], "currency": AMOUNT[1]}
).body.decode()
"""The body, with `<event>` and `<order>` where the ids go."""


def delivery(number: int) -> bytes:
    """Write the body of a delivery; `wrk.lua` does the same.

    Args:
        number: Number of the delivery.
    """
    return TEMPLATE.replace("<event>", f"evt_V2_{number:032d}").replace("<order>", order_id(number)).encode()


def headers() -> dict[str, str]:
    """Give the headers of each delivery, Content-Length and Host aside."""
    auth = (ENVIRONMENT["JUSPAY_WEBHOOK_USERNAME"], ENVIRONMENT["JUSPAY_WEBHOOK_PASSWORD"])
    return make_webhook("ORDER_SUCCEEDED", auth=auth).headers | {"User-Agent": "sender/1.0", "Accept": "*/*"}

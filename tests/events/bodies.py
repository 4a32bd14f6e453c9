"""Own the smallest bodies: each object with what it cannot be without, and an envelope around it."""

import json
from collections.abc import Mapping
from typing import Final

from juspay_webhooks import AnyEvent, parse_event
from juspay_webhooks.models.fields import Json

__all__ = ["OBJECTS", "payment", "payment_body", "payout", "payout_body", "refund"]

OBJECTS: Final[Mapping[str, Mapping[str, Json]]] = {
    "order": {"order_id": "Shop-1", "status": "CHARGED", "amount": 5, "currency": "INR"},
    "mandate": {"mandate_id": "Man-1", "status": "ACTIVE"},
    "notification": {"id": "7", "object_reference_id": "Ref-1", "status": "SUCCESS"},
    "txn": {"txn_id": "m-Shop-1-1", "order_id": "Shop-1", "status": "CHARGED", "txn_amount": 5, "currency": "INR"},
}
"""Key of `content` -> a whole object; the keys stand in the order in which they take precedence."""


def payment_body(name: str, /, **content: Mapping[str, Json] | None) -> dict[str, Json]:
    """Make a payment body; what is given for a key of `content` is merged into its object."""
    objects = {key: None if more is None else {**OBJECTS.get(key, {}), **more} for key, more in content.items()}
    return {"id": "evt_1", "event_name": name, "content": objects}


def payment(name: str, /, **content: Mapping[str, Json] | None) -> AnyEvent:
    """Parse what `payment_body` makes."""
    return parse_event(json.dumps(payment_body(name, **content)))


def payout_body(label: str, value: str, /, **info: Json) -> dict[str, Json]:
    """Make a payout body."""
    return {"id": "evt_1", "label": label, "value": value, "category": "INFO", "info": info}


def payout(label: str, value: str, /, **info: Json) -> AnyEvent:
    """Parse what `payout_body` makes."""
    return parse_event(json.dumps(payout_body(label, value, **info)))


def refund(number: int, status: str, /) -> dict[str, Json]:
    """Make one entry of `refunds`."""
    return {"unique_request_id": f"R-{number}", "status": status, "amount": number}

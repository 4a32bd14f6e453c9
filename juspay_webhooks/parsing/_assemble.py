"""Own the last step of both engines: typed parts become one event, without a second look at any value."""

from datetime import datetime
from typing import Any

from juspay_webhooks.errors import Problem
from juspay_webhooks.events.dispatch import OBJECT_KEY, PAYMENT_CLASSES, class_for
from juspay_webhooks.events.payments import Event
from juspay_webhooks.models.fields import build
from juspay_webhooks.models.free_form import FreeForm
from juspay_webhooks.models.json_exact import Json
from juspay_webhooks.models.mandate import Mandate
from juspay_webhooks.models.notification import Notification
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.transaction import Transaction

__all__ = ["adopt", "is_name", "payment_event"]


def adopt(_kind: type, value: Json) -> FreeForm:
    """Build the one type that msgspec does not know (a `dec_hook`)."""
    return FreeForm.adopt(value)


def is_name(text: str) -> bool:
    """Tell whether a text names an event: a published skeleton says `<event_name>`."""
    return bool(text.strip()) and not text.startswith("<")


def payment_event(  # noqa: PLR0913, PLR0917 - the parts of an event; keywords would cost the fast engine 5 %
    name: str,
    id_: str | None,
    date_created: datetime | None,
    order: Order | None,
    txn: Transaction | None,
    mandate: Mandate | None,
    notification: Notification | None,
    raw: bytes,
    problems: tuple[Problem, ...] = (),
) -> Event | None:
    """Make a payment event of the class that its name and its content ask for.

    Returns:
        The event; None if no object is there, or the object that the name's own class needs is missing.
    """
    values: dict[str, Any] = {"name": name, "raw": raw}
    if id_ is not None:
        values["id"] = id_
    if date_created is not None:
        values["date_created"] = date_created
    if order is not None:
        values["order"] = order
    if txn is not None:
        values["txn"] = txn
    if mandate is not None:
        values["mandate"] = mandate
    if notification is not None:
        values["notification"] = notification
    if problems:
        values["problems"] = problems
    cls = PAYMENT_CLASSES.get(name)
    if cls is None or OBJECT_KEY[cls] not in values:
        cls = class_for(name, values) if is_name(name) else None
    return None if cls is None else build(cls, values)

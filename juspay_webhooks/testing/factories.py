"""Own whole webhooks for tests: a sample with the caller's changes, the headers, and the event that it becomes.

A body always goes through the real parser. This module must never draw at random or read a clock: the same call makes
the same webhook. The fields that a change may name are those of the models; they are not listed a second time here.
"""

from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Final

import attrs

from juspay_webhooks.catalog import ORDER_STATUSES
from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.events.payouts import AnyEvent
from juspay_webhooks.models.fields import Json, Model, is_epoch
from juspay_webhooks.models.json_exact import decode_exact
from juspay_webhooks.parsing._events import parse_event
from juspay_webhooks.parsing._wire import to_wire
from juspay_webhooks.testing._json import json_text, wire_instant
from juspay_webhooks.testing._models import Field, event_class, fields_by_key, model_in
from juspay_webhooks.testing._suggest import did_you_mean
from juspay_webhooks.testing.samples import EventName, sample_body

__all__ = ["REMOVE", "Webhook", "make_webhook"]


class _Remove:
    """The type of `REMOVE`."""

    def __repr__(self) -> str:
        """Give the name that a caller writes."""
        return "REMOVE"


REMOVE: Final = _Remove()
"""Given as a value, it leaves the key out of the body."""

_FOLLOWERS: Final[Mapping[tuple[str, str], Sequence[str]]] = MappingProxyType(
    {
        ("order", "amount"): ("effective_amount", "txn_detail.txn_amount", "txn_detail.net_amount"),
        ("order", "currency"): ("txn_detail.currency", "txn_list.*.txn_detail.currency"),
        ("order", "status"): ("txn_detail.status",),
        ("txn", "txn_amount"): ("net_amount",),
        ("info", "amount"): ("txnResponse.amount",),
    }
)
"""Field of an object -> places in the same object that take over its new value, where the sample has them."""

_TWINS: Final[Mapping[tuple[str, str], Sequence[str]]] = MappingProxyType(
    {
        ("order", "amount"): (
            "amount_refunded",
            "maximum_eligible_refund_amount",
            "refunds.*.amount",
            "txn_detail.txn_amount_breakup.*.amount",
        ),
        ("order", "order_id"): (
            "txn_id",
            "txn_detail.order_id",
            "txn_detail.txn_id",
            "payment_gateway_response.txn_id",
            "txn_list.*.txn_id",
            "txn_list.*.txn_detail.order_id",
            "txn_list.*.txn_detail.txn_id",
            "txn_list.*.payment_gateway_response.txn_id",
        ),
        ("txn", "order_id"): ("txn_id", "payment_gateway_response.txn_id"),
    }
)
"""Field of an object -> places in the same object that change only where they held its old value, or a text with it."""


@attrs.frozen(kw_only=True)
class Webhook:
    """A webhook as a receiver gets it."""

    headers: dict[str, str] = attrs.field(repr=False)
    """Header names and values: `Content-Type`, and `Authorization` if the webhook was made with credentials."""

    body: bytes = attrs.field(repr=False)
    """The body, JSON in UTF-8."""

    @property
    def event(self) -> AnyEvent:
        """The event that the body becomes, parsed anew at each access.

        Raises:
            PayloadError: The changes made a body of it that is no event.
        """
        return parse_event(self.body)


def make_webhook(
    name: EventName, /, *, variant: str | None = None, auth: tuple[str, str] | None = None, **overrides: Json
) -> Webhook:
    """Make a webhook out of a sample.

    `make_webhook("ORDER_REFUNDED", order={"amount": 5})` is the full refund of an order of 5: places that repeat an
    order's amount, currency, id or status follow it, unless they are given as well. Partial refunds and the parts of a
    split payment keep their own amounts.

    Args:
        name: Name of the event: a text (payments) or a (label, value) pair (payouts).
        variant: One of `variants(name)`; None is the default sample.
        auth: Username and password of the `Authorization` header; None leaves the header out.
        **overrides: Keys of the body (`id`, `date_created`, `category` ...) and of its content (`order`, `txn`,
            `mandate`, `notification`, `info`) with what they shall hold. Objects are merged into the sample's,
            anything else replaces; `REMOVE` leaves a key out. Amounts may be `Decimal`, times aware `datetime`,
            statuses enumeration members, and a model stands for all of its fields.

    Returns:
        The webhook.

    Raises:
        ConfigurationError: There is no such event, variant or field (the message names the nearest), or a value has no
            form in JSON.
    """
    body = decode_exact(sample_body(name, variant=variant).decode())
    _override(body, overrides)
    return Webhook(headers=_headers(auth), body=json_text(body).encode())


def _headers(auth: tuple[str, str] | None) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    if auth is not None:
        headers["Authorization"] = "Basic " + b64encode(":".join(auth).encode()).decode()
    return headers


def _override(body: Json, overrides: Mapping[str, Json]) -> None:
    """Apply the keywords of `make_webhook` to a sample."""
    content = body.get("content", {})
    fields = attrs.fields_dict(event_class(body))
    homes = {key: content if key in content else body for key in (*body, *content) if key != "content"}
    for key, value in overrides.items():
        _check_key(key, "the webhook", homes)
        before = deepcopy(homes[key][key])
        _put(homes[key], key, value, fields.get(key), key)
        if isinstance(value, Mapping) and isinstance(before, dict):
            _follow(key, before, homes[key][key], value)


def _check_key(key: str, place: str, known: Collection[str]) -> None:
    """Refuse a key that nothing reads: it is a slip of the pen in a test."""
    if key not in known:
        message = f"{place} has no field {shown(str(key))}{did_you_mean(str(key), known)} It has: {', '.join(known)}"
        raise ConfigurationError(message)


def _put(holder: dict[str, Json], key: str, value: Json, field: "Field | None", path: str) -> None:
    """Let one member hold what the caller gave."""
    if value is REMOVE:
        holder.pop(key, None)
    else:
        holder[key] = _written(value, holder.get(key), field, path)


def _written(value: Json, held: Json, field: "Field | None", path: str) -> Json:
    """Write what the caller gave as plain JSON; an object is merged into the one that is held."""
    if isinstance(value, Model):
        return to_wire(value)
    if isinstance(value, Mapping):
        return _merged(held if isinstance(held, dict) else {}, value, field, path)
    if isinstance(value, list | tuple):
        return [_written(item, None, field, path) for item in value]
    if isinstance(value, datetime):
        return wire_instant(value, is_epoch=field is not None and is_epoch(field))
    return value.value if isinstance(value, Enum) else value


def _merged(target: dict[str, Json], changes: Mapping[str, Json], field: "Field | None", path: str) -> dict[str, Json]:
    """Change an object in place; if a model reads it, its fields are the keys that it may have."""
    model = model_in(field)
    fields = {} if model is None else fields_by_key(model)
    for key, value in changes.items():
        if model is not None:
            _check_key(key, path, {**fields, **target})
        _put(target, key, value, fields.get(key), f"{path}.{key}")
    return target


def _follow(key: str, before: dict[str, Json], after: dict[str, Json], changes: Mapping[str, Json]) -> None:
    """Let what repeats a changed field say the same."""
    for name in changes:
        if name in before and name in after:
            for path in _FOLLOWERS.get((key, name), ()):
                for holder, last in _places(after, path.split("."), changes):
                    holder[last] = after[name]
            for path in _TWINS.get((key, name), ()):
                for holder, last in _places(after, path.split("."), changes):
                    holder[last] = _replaced(holder[last], before[name], after[name])
    if "status" in changes and "status_id" in after and "status_id" not in changes:
        row = ORDER_STATUSES.get(str(after.get("status")))
        after["status_id"] = None if row is None else row.id


def _places(holder: Json, path: Sequence[str], changes: Mapping[str, Json]) -> Iterator[tuple[dict[str, Json], str]]:
    """Find the members at a path (`*`: each item of a list) that exist and that the caller did not give."""
    key, *rest = path
    given = changes.get(key, {})
    if not isinstance(holder, dict) or key not in holder or not isinstance(given, Mapping):
        return
    if not rest:
        yield holder, key
    elif rest[0] != "*":
        yield from _places(holder[key], rest, given)
    else:
        for item in holder[key] or ():
            yield from _places(item, rest[1:], {})


def _replaced(held: Json, old: Json, new: Json) -> Json:
    """Give what a place holds after the change of the field that it repeats."""
    if isinstance(held, str) and isinstance(old, str) and isinstance(new, str):
        return held.replace(old, new)
    return new if held == old else held

"""Own the tolerant reading of a whole body: which family it is, and what becomes of a part that cannot be read."""

import math
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import attrs
import msgspec

from juspay_webhooks.errors import ConfigurationError, PayloadError, Problem, summary
from juspay_webhooks.events.dispatch import OBJECT_KEY, PAYMENT_CLASSES, class_for
from juspay_webhooks.events.payments import Event, UnknownEvent, UnreadableEvent
from juspay_webhooks.events.payouts import PAYOUT_CLASSES, AnyEvent, PayoutEvent, UnknownPayoutEvent
from juspay_webhooks.models.fields import Json, core_type
from juspay_webhooks.models.json_exact import decode_exact
from juspay_webhooks.models.mandate import Mandate
from juspay_webhooks.models.notification import Notification
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.transaction import Transaction
from juspay_webhooks.parsing._assemble import is_name, payment_event
from juspay_webhooks.parsing._body import json_bytes
from juspay_webhooks.parsing._leaves import Binary, is_null, kind_of
from juspay_webhooks.parsing._payouts import payout_event
from juspay_webhooks.parsing._tolerant import Place, read_model, read_value

__all__ = ["decoded", "encoded", "event_of", "order_of"]

_LOST: Final = re.compile(
    r"/(?:(?:txn_list/\d+/)?(?:refunds|split_refund_details)(?:/\d+(?:/(?:unique_request_id|status|amount))?)?"
    r"|txn_list(?:/\d+(?:/(?:txn_id|status))?)?"
    r"|(?:txn_list/\d+/)?captured_amount"
    r"|txn_sub_details(?:/\d+(?:/(?:txn_id|order_id|status|txn_amount|currency|txn_object_type))?)?)"
)
"""Where a problem of an order costs it a refund, a leg or a capture: an order that seems paid may not be."""

_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number", enc_hook=Decimal)
"""Writes exact numbers as numbers; the hook is for `Binary`, which is a `Decimal` already."""
_LARGEST_INT: Final = 2**63 - 1
"""The encoder writes no larger whole number; a `Decimal` it writes at any size."""

_MODELS: Final[Mapping[str, Any]] = {
    "order": Order,
    "txn": Transaction,
    "mandate": Mandate,
    "notification": Notification,
}


def decoded(text: bytes) -> dict[str, Json]:
    """Decode a body with exact numbers.

    Args:
        text: UTF-8 of bounded depth.

    Returns:
        The object.

    Raises:
        PayloadError: It is not JSON, or not an object.
    """
    found, trouble = _decoded(text)
    if trouble is not None:
        raise PayloadError(trouble)
    if not isinstance(found, dict):
        message = f"a webhook is a JSON object, this body is: {kind_of(found)}"
        raise PayloadError(message)
    return found


def _decoded(text: bytes) -> tuple[Json, str | None]:
    """Decode, or say what is wrong; the decoder's own errors hold the text and stay here."""
    try:
        return _DECODER.decode(text), None
    except (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError):
        pass
    try:
        return decode_exact(text.decode()), None
    except RecursionError:
        return None, "the body is nested deeper than the stack that is left"
    except ValueError as error:
        position = getattr(error, "pos", None)
    where = "it holds NaN or Infinity" if position is None else f"it breaks off at {_line_and_column(text, position)}"
    return None, f"the body is not JSON: {where}"


def _line_and_column(text: bytes, position: int) -> str:
    before = text.decode()[:position]
    return f"line {before.count(chr(10)) + 1}, column {position - (before.rfind(chr(10)) + 1) + 1}"


def event_of(body: dict[str, Json], raw: bytes) -> AnyEvent:
    """Read a decoded body as an event.

    Args:
        body: The decoded body.
        raw: The body as it came.

    Returns:
        The event, unknown and unreadable ones included.

    Raises:
        PayloadError: The body is not a Juspay event.
    """
    place = _root(raw)
    if body.get("event_name") is not None and body.get("content") is not None:
        return _payment(body, raw, place)
    if body.get("label") is not None and body.get("info") is not None:
        return _payout(body, raw, place)
    raise _not_an_event(body)


def _root(raw: bytes) -> Place:
    """Stand at the root of a body; only an escape can make a text that is not Unicode."""
    return Place("", [], is_odd=b"\\u" in raw)


def _not_an_event(body: Mapping[str, Json]) -> PayloadError:
    """Say what the body is instead."""
    name = body.get("event_name")
    if "JWT" in body:
        message = "the body is encrypted: decrypt it before parsing"
    elif "success" in body and "message" in body:
        message = "the body is a placeholder of a documentation page, not a webhook"
    elif name is not None:
        message = "the body has an event_name but no content"
    elif "order_id" in body and "status" in body:
        message = "the body is an order, not a webhook: read it with parse_order"
    else:
        message = "the body is not a Juspay webhook: it has neither event_name and content nor label and info"
    key = "content" if name is not None else "event_name"
    problem = Problem(path="/" + key, expected="object" if name is not None else "text", got=kind_of(body.get(key)))
    return PayloadError(message, problems=(problem,), event_name=name if isinstance(name, str) else None)


def _object(body: Mapping[str, Json], key: str, name: str | None) -> dict[str, Json]:
    found = body[key]
    if isinstance(found, dict):
        return found
    problem = Problem(path="/" + key, expected="object", got=kind_of(found))
    message = f"the body has no usable {key}: {problem}"
    raise PayloadError(message, problems=(problem,), event_name=name)


def _word(body: Mapping[str, Json], key: str) -> str:
    """Take the text that decides what the event is."""
    found = body[key]
    if isinstance(found, str) and is_name(found):
        return found
    problem = Problem(path="/" + key, expected="name of an event", got=kind_of(found))
    message = f"the body does not say which event it is: {problem}"
    raise PayloadError(message, problems=(problem,))


def _payment(body: Mapping[str, Json], raw: bytes, place: Place) -> Event:
    name = _word(body, "event_name")
    content = _object(body, "content", name)
    event_id = read_value(str, body.get("id"), "id", place)
    created = read_value(datetime, body.get("date_created"), "date_created", place)
    present = [
        key for key, member in content.items() if not (member is None or (isinstance(member, str) and is_null(member)))
    ]
    cls = class_for(name, present)
    inside = place.at("content")
    objects: dict[str, Any] = {
        key: read_model(model, content[key], inside.at(key)) if key in present else None
        for key, model in _MODELS.items()
    }
    if cls is None and name in PAYMENT_CLASSES:
        cls = PAYMENT_CLASSES[name]
        inside.at(OBJECT_KEY[cls]).report("object", None)
    problems = tuple(place.problems)
    if cls is None:
        return UnknownEvent(id=event_id, name=name, date_created=created, problems=problems, raw=raw)
    if objects[OBJECT_KEY[cls]] is None:
        return UnreadableEvent(id=event_id, name=name, problems=problems, raw=raw)
    event = payment_event(
        name,
        event_id,
        created,
        objects["order"],
        objects["txn"],
        objects["mandate"],
        objects["notification"],
        raw,
        problems,
    )
    return UnreadableEvent(id=event_id, name=name, problems=problems, raw=raw) if event is None else event


def _payout(body: Mapping[str, Json], raw: bytes, place: Place) -> PayoutEvent:
    label = _word(body, "label")
    info = _object(body, "info", f"{label}/{body.get('value')}" if isinstance(body.get("value"), str) else label)
    event_id = read_value(str, body.get("id"), "id", place)
    category = read_value(str, body.get("category"), "category", place)
    value = read_value(str, body.get("value"), "value", place)
    if body.get("value") is None:
        place.at("value").report("text", None)
    cls = PAYOUT_CLASSES.get(label)
    model = None
    if cls is not None:
        model = read_model(core_type(attrs.fields_dict(cls)["info"].type), info, place.at("info"))
    problems = tuple(place.problems)
    if value is not None and cls is None:
        return UnknownPayoutEvent(id=event_id, label=label, value=value, category=category, problems=problems, raw=raw)
    if value is None or cls is None or model is None:
        name = f"{label}/{value or ''}"
        return UnreadableEvent(id=event_id, name=name, problems=problems, raw=raw)
    return payout_event(cls, event_id, label, value, category, model, raw, problems)


def order_of(body: dict[str, Json], raw: bytes) -> Order:
    """Read a decoded answer of the order-status call, or of the calls that answer with an order.

    Args:
        body: The decoded body.
        raw: The body as it came.

    Returns:
        The order; optional parts that cannot be read are None.

    Raises:
        PayloadError: A required part is missing or unreadable, or a refund, leg or capture is; every problem is listed.
    """
    place = _root(raw)
    order = read_model(Order, body, place)
    if order is None:
        message = f"the body is not an order: {summary(place.problems)}"
        raise PayloadError(message, problems=place.problems)
    # An empty path stands for all the problems that are too many to be listed.
    lost = [problem for problem in place.problems if not problem.path or _LOST.fullmatch(problem.path)]
    if lost:
        message = (
            f"refunds, legs or captures of the order cannot be read, so it may not be what it seems: {summary(lost)}"
        )
        raise PayloadError(message, problems=place.problems)
    return order


def encoded(body: Mapping[str, Json]) -> tuple[dict[str, Json], bytes]:
    """Take decoded JSON over from somebody else: a plain copy, and its bytes.

    Args:
        body: A mapping of what JSON can hold.

    Returns:
        The copy with plain dicts and lists, and its encoding; an exact number stays a number.

    Raises:
        ConfigurationError: It is not a mapping, or holds something that JSON cannot hold.
        PayloadError: It is nested too deep.
    """
    try:
        plain = _plain(body)
        raw = _ENCODER.encode(plain) if isinstance(plain, dict) else b""
    except UnicodeEncodeError:
        message = "decoded JSON holds a text that is not Unicode (half of a surrogate pair)"
    except RecursionError:
        message = "decoded JSON is nested deeper than the stack that is left"
    else:
        if isinstance(plain, dict):
            return plain, json_bytes(raw)
        message = f"decoded JSON of a webhook is a mapping, not {type(body).__name__}"
    raise ConfigurationError(message)


def _plain(value: Json) -> Json:
    """Copy what JSON can hold into plain values; subclasses of text and numbers become the thing itself."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {_plain_key(key): _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return _plain_number(value)


def _plain_key(key: Json) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    message = f"decoded JSON holds {type(key).__name__} as a key, and keys are text"
    raise ConfigurationError(message)


def _plain_number(value: Json) -> int | Decimal:
    if isinstance(value, int):
        return int(value) if abs(value) <= _LARGEST_INT else Decimal(value)
    if isinstance(value, float) and math.isfinite(value):
        return Binary(repr(float(value)))
    if isinstance(value, Decimal) and value.is_finite():
        return Decimal(value)
    message = f"decoded JSON holds {type(value).__name__}, which JSON cannot hold (NaN and Infinity neither)"
    raise ConfigurationError(message)

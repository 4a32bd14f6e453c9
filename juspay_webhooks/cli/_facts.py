"""Own what a person wants to know of an event: which fields are shown, in which order, and under which words.

Tables of (words, path): a path is a chain of attributes. What is absent or empty is not shown. This module must never
mask anything: it is given a redacted event where personal data may not be shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeAlias, get_args

import attrs

from juspay_webhooks.catalog import PAYMENT_EVENTS, PAYOUT_EVENTS
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.events.payments import PaymentFamily
from juspay_webhooks.events.payouts import AnyEvent
from juspay_webhooks.models.fields import Model
from juspay_webhooks.models.mandate import Mandate
from juspay_webhooks.models.notification import Notification
from juspay_webhooks.models.open_enum import OpenEnum
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.payout import (
    FulfillmentOrderInfo,
    FulfillmentTransactionInfo,
    PayoutOrderInfo,
    RoutingInfo,
)
from juspay_webhooks.models.transaction import Transaction
from juspay_webhooks.models.validation import ValidationInfo, ValidationV2Info

__all__ = ["Listing", "facts", "listings", "meaning", "money_or_state"]

_Rows: TypeAlias = tuple[tuple[str, str], ...]

_ENVELOPE: Final[_Rows] = (("event id", "id"), ("sent", "date_created"), ("category", "category"))

_VALIDATION: Final[_Rows] = (("beneficiary", "unique_id"), ("status", "status"), ("asked for", "created_at"))

_FACTS: Final[Mapping[type, _Rows]] = MappingProxyType(
    {
        Order: (
            ("order", "order_id"),
            ("status", "status"),
            ("amount", "amount"),
            ("after offers", "effective_amount"),
            ("refunded", "refunded_amount"),
            ("order made", "date_created"),
            ("last change", "last_updated"),
            ("customer id", "customer_id"),
            ("e-mail", "customer_email"),
            ("phone", "customer_phone"),
            ("card", "card.card_brand"),
            ("card ends in", "card.last_four_digits"),
            ("payer's UPI", "payer_vpa"),
            ("flow", "txn_flow_type"),
            ("bank said", "bank_error_message"),
            ("Juspay said", "resp_message"),
            ("bank reference", "payment_gateway_response.rrn"),
            ("mandate", "mandate.mandate_id"),
            ("mandate status", "mandate.state"),
            ("mandate limit", "mandate.max_amount"),
        ),
        Transaction: (
            ("order", "order_id"),
            ("attempt", "txn_id"),
            ("status", "status"),
            ("amount", "txn_amount"),
            ("method", "payment_method_type"),
            ("by", "payment_method"),
            ("gateway", "gateway"),
            ("flow", "txn_flow_type"),
            ("gateway said", "error_message"),
            ("attempt made", "created"),
            ("last change", "last_updated"),
        ),
        Mandate: (
            ("mandate", "mandate_id"),
            ("status", "status"),
            ("order", "order_id"),
            ("limit", "max_amount"),
            ("amount rule", "amount_rule"),
            ("frequency", "frequency"),
            ("from", "start_date"),
            ("until", "end_date"),
            ("active since", "activated_at"),
            ("last change", "last_updated"),
            ("customer id", "customer_id"),
            ("method", "payment_info.payment_method_type"),
            ("payer's UPI", "payment_info.upi.payer_vpa"),
        ),
        Notification: (
            ("notification", "id"),
            ("your reference", "object_reference_id"),
            ("status", "status"),
            ("error", "error_code"),
            ("error text", "error_message"),
            ("debit planned", "source_info.amount"),
            ("debit planned on", "source_info.txn_date"),
            ("mandate", "mandate.mandate_id"),
            ("channel", "notification_type"),
            ("last change", "last_updated"),
        ),
        PayoutOrderInfo: (
            ("payout order", "id"),
            ("order", "merchant_order_id"),
            ("status", "status"),
            ("amount", "amount"),
            ("kind", "kind"),
            ("customer id", "merchant_customer_id"),
            ("order made", "created_at"),
            ("last change", "updated_at"),
        ),
        FulfillmentOrderInfo: (
            ("fulfillment", "id"),
            ("payout order", "order_id"),
            ("status", "status"),
            ("sub-status", "sub_status"),
            ("amount", "amount"),
            ("customer id", "merchant_customer_id"),
            ("paid to", "beneficiary_details.type"),
            ("name", "beneficiary_details.details.name"),
            ("account", "beneficiary_details.details.account"),
            ("branch code", "beneficiary_details.details.ifsc"),
            ("UPI", "beneficiary_details.details.vpa"),
            ("preferred methods", "preferred_method_list"),
            ("made", "created_at"),
            ("last change", "updated_at"),
        ),
        FulfillmentTransactionInfo: (
            ("attempt", "id"),
            ("fulfillment", "fulfillment_id"),
            ("status", "status"),
            ("amount", "amount"),
            ("method", "fulfillment_method"),
            ("Juspay's reference", "transaction_ref"),
            ("gateway's reference", "gateway_ref_id"),
            ("result", "response_code"),
            ("result text", "response_message"),
            ("reached the gateway", "attempted"),
            ("made", "created_at"),
            ("last change", "updated_at"),
        ),
        ValidationInfo: _VALIDATION,
        ValidationV2Info: (
            *_VALIDATION,
            ("kind", "validation_type"),
            ("result", "response_code"),
            ("name at bank", "name_at_bank"),
            ("paid to", "bene_details.type"),
            ("account", "bene_details.details.account"),
            ("branch code", "bene_details.details.ifsc"),
            ("UPI", "bene_details.details.vpa"),
            ("last change", "updated_at"),
        ),
        RoutingInfo: (
            ("status", "status"),
            ("about", "unique_id"),
            ("made", "created_at"),
            ("last change", "updated_at"),
        ),
    }
)
"""Kind of object in a body -> what is shown of it."""

_ATTEMPTS: Final[_Rows] = (
    ("attempt", "txn_id"),
    ("status", "status"),
    ("amount", "txn_detail.txn_amount"),
    ("method", "payment_method_type"),
    ("by", "payment_method"),
    ("gateway", "txn_detail.gateway"),
    ("made", "txn_detail.created"),
)
_REFUNDS: Final[_Rows] = (
    ("request id", "unique_request_id"),
    ("status", "status"),
    ("amount", "amount"),
    ("asked for", "created"),
    ("type", "refund_type"),
    ("by", "initiated_by"),
    ("bank's reference", "arn"),
    ("gateway said", "error_message"),
)
_PAYOUT_ATTEMPTS: Final[_Rows] = (
    ("attempt", "transaction_ref"),
    ("status", "status"),
    ("amount", "amount"),
    ("method", "fulfillment_method"),
    ("gateway's reference", "gateway_ref_id"),
    ("result", "response_code"),
)
_CHECKS: Final[_Rows] = (
    ("attempt", "transaction_ref"),
    ("status", "status"),
    ("method", "validation_method"),
    ("result", "response_code"),
    ("made", "created_at"),
)

_LISTS: Final[Mapping[type, tuple[tuple[str, str, _Rows], ...]]] = MappingProxyType(
    {
        Order: (("payment attempts", "transactions", _ATTEMPTS), ("refunds", "all_refunds", _REFUNDS)),
        FulfillmentOrderInfo: (("payout attempts", "transactions", _PAYOUT_ATTEMPTS),),
        ValidationV2Info: (("validation attempts", "transactions", _CHECKS),),
    }
)
"""Kind of object in a body -> its lists: heading, path, columns."""


@attrs.frozen(kw_only=True)
class Listing:
    """A list inside an event, as columns of text."""

    title: str
    """What the list holds."""

    headings: tuple[str, ...]
    """One per column."""

    rows: Sequence[Sequence[str]]
    """One text per column, "" where a field is absent."""


def meaning(event: AnyEvent, /) -> str:
    """Say what the catalog knows about an event of this name; "" if it has no row."""
    label, _, value = event.name.partition("/")
    row = PAYMENT_EVENTS.get(event.name) or PAYOUT_EVENTS.get((label, value))
    return "" if row is None else row.meaning


def facts(event: AnyEvent, /) -> Iterator[tuple[str, str]]:
    """List what is shown of an event, as pairs of words and text.

    Args:
        event: The event; redacted, where personal data may not be shown.

    Returns:
        The pairs; nothing in them is escaped yet.
    """
    cls = type(event)
    families = get_args(PaymentFamily)
    family = next((base.__name__ for base in cls.__mro__[1:] if base in families), None)
    yield "class", cls.__name__ if family is None else f"{cls.__name__}, a kind of {family}"
    yield from _facts_of(event, _ENVELOPE)
    for part in _parts(event):
        yield from _facts_of(part, _FACTS[type(part)])


def listings(event: AnyEvent, /) -> Iterator[Listing]:
    """List the lists of an event that are not empty: attempts to pay, refunds.

    Args:
        event: The event; redacted, where personal data may not be shown.

    Returns:
        The lists; nothing in them is escaped yet.
    """
    for part in _parts(event):
        for title, path, columns in _LISTS.get(type(part), ()):
            items = getattr(part, path) or ()
            rows = [tuple(_text(_at(item, column), _currency(item, part)) for _, column in columns) for item in items]
            if rows:
                yield Listing(title=title, headings=tuple(heading for heading, _ in columns), rows=rows)


def money_or_state(effect: Effect, event: AnyEvent, /) -> str:
    """Say what an effect is about beyond its key: the amount, else the state reached.

    Args:
        effect: One of the event's effects.
        event: The event; its order knows the currency where the effect does not.

    Returns:
        For example `2 INR` or `ACTIVE (outcome ACTIVE)`.
    """
    amount = getattr(effect, "amount", None)
    about = getattr(effect, "status", None) if amount is None else amount
    return _text(about, _currency(effect, getattr(event, "order", None)))


def _parts(event: AnyEvent) -> Iterator[Model]:
    """List the objects in an event that have a table, the one that it is about first."""
    for name in ("order", "txn", "mandate", "notification", "info"):
        part = getattr(event, name, None)
        if isinstance(part, Model) and type(part) in _FACTS:
            yield part


def _facts_of(part: Model, rows: _Rows) -> Iterator[tuple[str, str]]:
    for words, path in rows:
        text = _text(_at(part, path), _currency(part))
        if text:
            yield words, text


def _at(part: Any, path: str) -> Any:  # noqa: ANN401 - the value of a field
    """Follow a path; None where it ends early."""
    for name in path.split("."):
        part = None if part is None else getattr(part, name, None)
    return part


def _currency(*parts: object) -> str:
    """Find the currency of an amount: that of the object itself, else that of what it stands in."""
    found = (getattr(part, name, None) for part in parts for name in ("currency", "fulfillment_currency"))
    return next(filter(None, found), "")


def _text(value: Any, currency: str) -> str:  # noqa: ANN401 - the value of a field
    """Write a value for a person; "" if it is absent."""
    text = str(value)
    match value:
        case None:
            text = ""
        case OpenEnum():
            outcome = getattr(value, "outcome", text)
            text = text if outcome == text else f"{text} (outcome {outcome})"
        case Decimal():
            text = f"{value:f} {currency}".rstrip()
        case datetime():
            text = f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        case bool():
            text = "yes" if value else "no"
        case tuple():
            text = ", ".join(value)
        case _:
            pass
    return text

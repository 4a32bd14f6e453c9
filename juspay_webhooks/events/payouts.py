"""Own the payout events: one class per label, the document's "Event Type"; `value` is an open enumeration per label.

`value` says what the event announces and may differ from `info.status` (INITIATED comes with PENDING): decide on
`info.status.outcome`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import attrs

from juspay_webhooks.catalog import PayoutOutcome
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.events.effects import Effect, PayoutResult, ValidationResult
from juspay_webhooks.events.payments import Event, UnreadableEvent
from juspay_webhooks.models.fields import Json, shape
from juspay_webhooks.models.free_form import FreeForm
from juspay_webhooks.models.open_enum import OpenEnum
from juspay_webhooks.models.payout import FulfillmentOrderInfo, FulfillmentTransactionInfo, PayoutOrderInfo, RoutingInfo
from juspay_webhooks.models.validation import ValidationInfo, ValidationV2Info

__all__ = [
    "PAYOUT_CLASSES",
    "AnyEvent",
    "FulfillmentOrderEvent",
    "FulfillmentTransactionEvent",
    "FulfillmentTransactionValue",
    "FulfillmentValue",
    "PayoutEvent",
    "PayoutFamily",
    "PayoutOrderEvent",
    "PayoutOrderValue",
    "RoutingEvent",
    "RoutingValue",
    "UnknownPayoutEvent",
    "ValidationEvent",
    "ValidationV2Event",
    "ValidationValue",
]


class PayoutOrderValue(OpenEnum):
    """What an event of label ORDER announces."""

    READY_FOR_FULFILLMENT = "READY_FOR_FULFILLMENT"
    FULFILLMENTS_SCHEDULED = "FULFILLMENTS_SCHEDULED"
    FULFILLED_PARTIALLY = "FULFILLED_PARTIALLY"
    FULFILLMENTS_SUCCESSFUL = "FULFILLMENTS_SUCCESSFUL"
    FULFILLMENTS_FAILURE = "FULFILLMENTS_FAILURE"
    FULFILLMENTS_MANUAL_REVIEW = "FULFILLMENTS_MANUAL_REVIEW"
    FULFILLMENTS_CANCELLED = "FULFILLMENTS_CANCELLED"


class FulfillmentValue(OpenEnum):
    """What an event of label FULFILLMENT_ORDER announces."""

    INITIATED = "INITIATED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    DISCARDED = "DISCARDED"
    MANUAL_REVIEW = "MANUAL_REVIEW"
    CANCELLED = "CANCELLED"


class FulfillmentTransactionValue(OpenEnum):
    """What an event of label FULFILLMENT_TXN announces."""

    INITIATED = "INITIATED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    REVERSED = "REVERSED"
    CONFLICTED = "CONFLICTED"
    MANUAL_REVIEW = "MANUAL_REVIEW"


class ValidationValue(OpenEnum):
    """What an event of label VALIDATION or VALIDATION_V2 announces."""

    VALID = "VALID"
    INVALID = "INVALID"
    ERROR = "ERROR"


class RoutingValue(OpenEnum):
    """What an event of label SR_BASED_ROUTING announces."""

    GATEWAY_SWITCHED = "GATEWAY_SWITCHED"


def _effects_of_payout(
    label: str, info: PayoutOrderInfo | FulfillmentOrderInfo | FulfillmentTransactionInfo, /
) -> tuple[Effect, ...]:
    """Name the end, the reversal or the standstill of a payout object; `info.status` decides, never the value."""
    outcome = info.status.outcome
    name = info.id or (info.transaction_ref if isinstance(info, FulfillmentTransactionInfo) else None)
    if not name or outcome in {PayoutOutcome.PENDING, PayoutOutcome.UNKNOWN}:
        return ()
    return (PayoutResult(label=label, id=name, status=info.status, outcome=outcome, amount=info.amount),)


def _effects_of_validation(info: ValidationInfo | ValidationV2Info, /) -> tuple[Effect, ...]:
    """Name the end of a beneficiary's validation."""
    if not info.unique_id or info.status is None or not info.status.is_terminal:
        return ()
    created_at = info.created_at or info.updated_at
    return (ValidationResult(unique_id=info.unique_id, status=info.status, created_at=created_at),)


class _Labelled:
    """What names a payout event."""

    label: str
    value: Json  # each label has a vocabulary of its own

    @property
    def name(self) -> str:
        """The event's name, "label/value"."""
        return f"{self.label}/{self.value}"


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class PayoutOrderEvent(_Labelled, BaseEvent):
    """An event about a payout order."""

    label: str
    """Always ORDER."""

    value: PayoutOrderValue
    """What the event announces; it may differ from `info.status`."""

    info: PayoutOrderInfo
    """The object that the event is about."""

    category: str | None = None
    """INFO in every published body."""

    @property
    def order_id(self) -> str | None:
        """The merchant's own order id."""
        return self.info.merchant_order_id

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What has happened, as facts with stable keys."""
        return _effects_of_payout(self.label, self.info)


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class FulfillmentOrderEvent(_Labelled, BaseEvent):
    """An event about one fulfillment of a payout order; it does not name the merchant's order."""

    label: str
    """Always FULFILLMENT_ORDER."""

    value: FulfillmentValue
    """What the event announces; it may differ from `info.status`."""

    info: FulfillmentOrderInfo
    """The object that the event is about."""

    category: str | None = None
    """INFO in every published body."""

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What has happened, as facts with stable keys."""
        return _effects_of_payout(self.label, self.info)


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class FulfillmentTransactionEvent(_Labelled, BaseEvent):
    """An event about one attempt to send money; SUCCESS may still become REVERSED, and FAILURE CONFLICTED."""

    label: str
    """Always FULFILLMENT_TXN."""

    value: FulfillmentTransactionValue
    """What the event announces; it may differ from `info.status`."""

    info: FulfillmentTransactionInfo
    """The object that the event is about."""

    category: str | None = None
    """INFO in every published body."""

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What has happened, as facts with stable keys."""
        return _effects_of_payout(self.label, self.info)


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class ValidationEvent(_Labelled, BaseEvent):
    """An event about the validation of a beneficiary, version 1; its shape was never published."""

    label: str
    """Always VALIDATION."""

    value: ValidationValue
    """What the event announces; it may differ from `info.status`."""

    info: ValidationInfo
    """The object that the event is about."""

    category: str | None = None
    """INFO in every published body."""

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What has happened, as facts with stable keys."""
        return _effects_of_validation(self.info)


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class ValidationV2Event(_Labelled, BaseEvent):
    """An event about the validation of a beneficiary."""

    label: str
    """Always VALIDATION_V2."""

    value: ValidationValue
    """What the event announces; it may differ from `info.status`."""

    info: ValidationV2Info
    """The object that the event is about."""

    category: str | None = None
    """INFO in every published body."""

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What has happened, as facts with stable keys."""
        return _effects_of_validation(self.info)


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class RoutingEvent(_Labelled, BaseEvent):
    """Juspay's router moved to another gateway; the shape of this event was never published."""

    label: str
    """Always SR_BASED_ROUTING."""

    value: RoutingValue
    """What the event announces; it may differ from `info.status`."""

    info: RoutingInfo
    """The object that the event is about."""

    category: str | None = None
    """INFO in every published body."""

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What has happened, as facts with stable keys."""
        return ()


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class UnknownPayoutEvent(_Labelled, BaseEvent):
    """A payout event with a label that the library does not know; nothing is lost. Answer 200."""

    label: str
    """Label as it came."""

    value: str
    """Value as it came."""

    category: str | None = None
    """INFO in every published body."""

    raw: bytes = attrs.field(default=b"", repr=False)
    """The body, byte for byte as it came; here it takes part in the comparison, for it is all that there is."""

    @property
    def info(self) -> FreeForm:
        """The object as it came, read-only."""
        return FreeForm.adopt(self.payload.get("info", {}))

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Nothing: an event that the library does not understand states no fact."""
        return ()


PayoutFamily: TypeAlias = (
    PayoutOrderEvent
    | FulfillmentOrderEvent
    | FulfillmentTransactionEvent
    | ValidationEvent
    | ValidationV2Event
    | RoutingEvent
)
"""The payout events with a typed `info`."""

PayoutEvent: TypeAlias = PayoutFamily | UnknownPayoutEvent | UnreadableEvent
"""Every payout event that the parser returns."""

AnyEvent: TypeAlias = Event | PayoutEvent
"""Every event that the parser returns."""

PAYOUT_CLASSES: Final[Mapping[str, type[PayoutFamily]]] = MappingProxyType(
    {
        "ORDER": PayoutOrderEvent,
        "FULFILLMENT_ORDER": FulfillmentOrderEvent,
        "FULFILLMENT_TXN": FulfillmentTransactionEvent,
        "VALIDATION": ValidationEvent,
        "VALIDATION_V2": ValidationV2Event,
        "SR_BASED_ROUTING": RoutingEvent,
    }
)
"""Label -> class."""

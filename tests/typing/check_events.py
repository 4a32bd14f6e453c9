"""State what type checkers must see in events and entry points. Never runs: mypy and pyright read it.

A line with `type: ignore` is wrong on purpose, and both checkers complain where they find nothing wrong with it.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import Mapping
from typing import Any, assert_never, assert_type

from juspay_webhooks import (
    AnyEvent,
    Effect,
    Event,
    FulfillmentOrderEvent,
    FulfillmentTransactionEvent,
    Mandate,
    MandateChanged,
    MandateEvent,
    Money,
    NotificationEvent,
    NotificationResult,
    Order,
    OrderEvent,
    OrderPaid,
    OrderRefunded,
    OrderSucceeded,
    Outcome,
    PaymentFailed,
    PayoutEvent,
    PayoutOrderEvent,
    PayoutOrderInfo,
    PayoutOrderValue,
    PayoutResult,
    Problem,
    Refund,
    RefundEvent,
    RefundFailed,
    RefundSettled,
    RoutingEvent,
    Transaction,
    TransactionEvent,
    TxnCharged,
    UnknownEvent,
    UnknownPayoutEvent,
    UnreadableEvent,
    ValidationEvent,
    ValidationResult,
    ValidationV2Event,
    ValidationV2Info,
    parse_decoded,
    parse_event,
    parse_order,
    redact,
    supersedes,
    to_wire,
    unknown_fields,
)


def check_payment_families(event: Event) -> None:
    """Leaves and families narrow, and together they are every payment event."""
    match event:
        case OrderSucceeded(order=order):
            assert_type(order, Order)
            assert_type(event.order_id, str)
        case OrderEvent():
            assert_type(event.txn, Transaction | None)
        case OrderRefunded() | RefundEvent():
            assert_type(event.order.refunds, tuple[Refund, ...] | None)
        case TxnCharged() | TransactionEvent():
            assert_type(event.txn.txn_amount, Money)
        case MandateEvent():
            assert_type(event.mandate, Mandate)
        case NotificationEvent():
            assert_type(event.order_id, str | None)
        case UnknownEvent() | UnreadableEvent():
            assert_type(event.problems, tuple[Problem, ...])
        case _:
            assert_never(event)


def check_forgotten_payment_family(event: Event) -> None:
    """A `match` without refunds is told of: what is left over is exactly the family that was forgotten."""
    match event:
        case OrderEvent() | TransactionEvent() | MandateEvent() | NotificationEvent():
            return
        case UnknownEvent() | UnreadableEvent():
            return
        case _:
            assert_type(event, RefundEvent)
            assert_never(event)  # type: ignore[arg-type]


def check_payout_classes(event: PayoutEvent) -> str:
    """The classes of the labels are every payout event."""
    match event:
        case PayoutOrderEvent(info=info, value=value):
            assert_type(info, PayoutOrderInfo)
            assert_type(value, PayoutOrderValue)
            return event.label
        case FulfillmentOrderEvent() | FulfillmentTransactionEvent():
            assert_type(event.info.amount, Money)
            return event.label
        case ValidationEvent() | ValidationV2Event() | RoutingEvent() | UnknownPayoutEvent():
            return event.label
        case UnreadableEvent():
            return event.name
        case _:
            assert_never(event)


def check_forgotten_payout_class(event: PayoutEvent) -> None:
    """A `match` without unknown payouts is told of."""
    match event:
        case PayoutOrderEvent() | FulfillmentOrderEvent() | FulfillmentTransactionEvent():
            return
        case ValidationEvent() | ValidationV2Event() | RoutingEvent() | UnreadableEvent():
            return
        case _:
            assert_type(event, UnknownPayoutEvent)
            assert_never(event)  # type: ignore[arg-type]


def check_every_event(event: AnyEvent) -> None:
    """Payments and payouts together are every event."""
    assert_type(event.name, str)
    assert_type(event.dedupe_key, str)
    assert_type(event.order_id, str | None)
    match event:
        case OrderEvent() | RefundEvent() | TransactionEvent() | MandateEvent() | NotificationEvent():
            return
        case PayoutOrderEvent() | FulfillmentOrderEvent() | FulfillmentTransactionEvent():
            return
        case ValidationEvent() | ValidationV2Event() | RoutingEvent():
            return
        case UnknownEvent() | UnknownPayoutEvent() | UnreadableEvent():
            return
        case _:
            assert_never(event)


def check_forgotten_event(event: AnyEvent) -> None:
    """A `match` without unreadable events is told of."""
    match event:
        case OrderEvent() | RefundEvent() | TransactionEvent() | MandateEvent() | NotificationEvent():
            return
        case PayoutOrderEvent() | FulfillmentOrderEvent() | FulfillmentTransactionEvent():
            return
        case ValidationEvent() | ValidationV2Event() | RoutingEvent():
            return
        case UnknownEvent() | UnknownPayoutEvent():
            return
        case _:
            assert_type(event, UnreadableEvent)
            assert_never(event)  # type: ignore[arg-type]


def check_fields(event: OrderSucceeded, other: AnyEvent) -> None:
    """A misspelt field, a field of another family and a change are told of."""
    event.order.ammount  # type: ignore[attr-defined]
    event.ordr  # type: ignore[attr-defined]
    event.info  # type: ignore[attr-defined]
    other.order  # type: ignore[union-attr]
    event.order = event.order  # type: ignore[misc]
    OrderSucceeded(name="ORDER_SUCCEEDED")  # type: ignore[call-arg]


def check_parse_event(body: bytes) -> None:
    """Without `expect` any event may come; with it, one of that class."""
    assert_type(parse_event(body), AnyEvent)
    assert_type(parse_event(body, strict=True), AnyEvent)
    assert_type(parse_event(bytearray(body), expect=None), AnyEvent)
    assert_type(parse_event(memoryview(body), expect=OrderSucceeded), OrderSucceeded)
    assert_type(parse_event("{}", expect=RefundEvent, strict=True, max_bytes=10), RefundEvent)
    assert_type(parse_event(body, expect=FulfillmentTransactionEvent), FulfillmentTransactionEvent)
    assert_type(parse_event(body, expect=UnreadableEvent), UnreadableEvent)
    parse_event(body, expect=Order)  # type: ignore[type-var]
    parse_event({})  # type: ignore[call-overload]
    parse_event(body, True)  # type: ignore[call-overload]  # noqa: FBT003


def check_parse_decoded(body: Mapping[str, Any]) -> None:
    """Decoded JSON gives the same types."""
    assert_type(parse_decoded(body), AnyEvent)
    assert_type(parse_decoded(body, strict=True), AnyEvent)
    assert_type(parse_decoded(body, expect=OrderEvent), OrderEvent)
    parse_decoded(b"{}")  # type: ignore[call-overload]


def check_other_entry_points(event: AnyEvent, order: Order) -> None:
    """What is loaded when it is first asked for has its types all the same."""
    assert_type(parse_order(b"{}"), Order)
    assert_type(order.outcome, Outcome)
    assert_type(redact(order), Order)
    assert_type(to_wire(order), dict[str, Any])
    assert_type(to_wire(event), dict[str, Any])
    assert_type(unknown_fields(event), Mapping[str, Any])
    unknown_fields(order)  # type: ignore[arg-type]
    redact(b"{}")  # type: ignore[type-var]


def check_effects(event: AnyEvent) -> None:
    """Effects are a closed union: a `match` can be exhaustive."""
    assert_type(event.effects, tuple[Effect, ...])
    for effect in event.effects:
        assert_type(effect.key, str)
        match effect:
            case OrderPaid() | PaymentFailed() | RefundSettled() | RefundFailed():
                assert_type(effect.order_id, str)
            case MandateChanged() | NotificationResult() | PayoutResult() | ValidationResult():
                pass
            case _:
                assert_never(effect)


def check_forgotten_effect(effect: Effect) -> None:
    """A `match` without failed refunds is told of."""
    match effect:
        case OrderPaid() | PaymentFailed() | RefundSettled():
            return
        case MandateChanged() | NotificationResult() | PayoutResult() | ValidationResult():
            return
        case _:
            assert_type(effect, RefundFailed)
            assert_never(effect)  # type: ignore[arg-type]


def check_supersedes(order: Order, refund: Refund, payout: PayoutOrderInfo, validation: ValidationV2Info) -> None:
    """Only two states of one kind of thing can be compared."""
    assert_type(supersedes(order, order), bool)
    assert_type(supersedes(refund, refund), bool)
    assert_type(supersedes(payout, payout), bool)
    assert_type(supersedes(validation, validation), bool)
    supersedes(order, refund)  # type: ignore[call-overload]
    supersedes(payout, order)  # type: ignore[call-overload]
    supersedes(order, None)  # type: ignore[call-overload]


def check_matching_by_outcome(order: Order) -> bool:
    """An outcome is closed, so that a `match` on it can be exhaustive; an open word cannot."""
    match order.outcome:
        case Outcome.PAID:
            return True
        case Outcome.PARTLY_PAID | Outcome.AUTHORIZED | Outcome.CASH_ON_DELIVERY | Outcome.PENDING:
            return False
        case Outcome.ACTION_NEEDED | Outcome.FAILED | Outcome.AUTO_REFUNDED | Outcome.VOIDED | Outcome.UNKNOWN:
            return False

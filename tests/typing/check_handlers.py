"""State what type checkers must see in handlers and receivers. Never runs: mypy and pyright read it.

A line with `type: ignore` is wrong on purpose, and both checkers complain where they find nothing wrong with it.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true
# pyright: reportUnusedFunction=false

from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never, assert_type

from juspay_webhooks import (
    Answer,
    AnswerOutcome,
    AnyEvent,
    BasicAuth,
    Delivery,
    FulfillmentOrderEvent,
    FulfillmentTransactionEvent,
    MandateEvent,
    Money,
    NotificationEvent,
    Order,
    OrderEvent,
    OrderFailed,
    OrderPaid,
    OrderSucceeded,
    PayoutOrderEvent,
    PayoutResult,
    Receiver,
    RefundEvent,
    RefundFailed,
    RefundSettled,
    RoutingEvent,
    Sender,
    TransactionEvent,
    UnknownEvent,
    UnknownPayoutEvent,
    UnreadableEvent,
    ValidationEvent,
    ValidationV2Event,
)
from juspay_webhooks.events.payouts import PayoutFamily
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.receiver.registry import Register


def check_misspelt_field(receiver: Receiver) -> None:
    """A handler of six lines with a slip of the pen is told of."""

    @receiver.on_effect(OrderPaid)
    def fulfil(paid: OrderPaid) -> None:
        print(paid.ordr_id)  # type: ignore[attr-defined]  # noqa: T201 - it never runs

    @receiver.on(OrderSucceeded)
    def note(event: OrderSucceeded, delivery: Delivery) -> None:
        print(event.order.ammount, delivery.sendr)  # type: ignore[attr-defined]  # noqa: T201 - it never runs


def check_effect_is_the_one_registered_for(receiver: Receiver) -> None:
    """What a handler of one effect gets has the fields of that effect; of several, those of all."""

    @receiver.on_effect(OrderPaid)
    def paid(effect: OrderPaid, delivery: Delivery) -> None:
        assert_type(effect.amount, Money)
        assert_type(delivery.sender, Sender | None)
        assert_type(delivery.order, Order | None)
        effect.unique_request_id  # type: ignore[attr-defined]

    @receiver.on_effect(RefundSettled, RefundFailed)
    def refunded(effect: RefundSettled | RefundFailed) -> None:
        match effect:
            case RefundSettled():
                assert_type(effect, RefundSettled)
            case RefundFailed():
                assert_type(effect, RefundFailed)
            case _:
                assert_never(effect)


def check_decorators(receiver: Receiver) -> None:
    """Each decorator is for exactly what it was asked for."""
    assert_type(receiver.on_effect(OrderPaid), Register[OrderPaid])
    assert_type(receiver.on_effect(RefundSettled, RefundFailed), Register[RefundSettled | RefundFailed])
    assert_type(receiver.on(OrderSucceeded), Register[OrderSucceeded])
    assert_type(receiver.on(OrderEvent, RefundEvent, UnknownEvent), Register[OrderEvent | RefundEvent | UnknownEvent])
    assert_type(receiver.on_unknown, Register[UnknownEvent | UnknownPayoutEvent])
    assert_type(receiver.on_unreadable, Register[UnreadableEvent])
    assert_type(receiver.fallback, Register[AnyEvent])
    receiver.on("ORDER_SUCCEEDED")  # type: ignore[call-overload]
    receiver.on_effect(OrderPaid(order_id="a", amount=Decimal(1), currency=None))  # type: ignore[call-overload]


def check_wider_parameter(receiver: Receiver) -> None:
    """A handler may take more than it is registered for."""

    @receiver.on(OrderSucceeded)
    def any_order(event: OrderEvent) -> None: ...

    @receiver.on(OrderSucceeded, OrderFailed)
    async def later(event: OrderSucceeded | OrderFailed, delivery: Delivery) -> None: ...

    @receiver.on_effect(OrderPaid, RefundSettled, PayoutResult)
    def anything(effect: object) -> int:
        return hash(effect)


def check_wrong_parameters(receiver: Receiver) -> None:
    """A handler that takes something else, or less, is told of where it is registered."""

    @receiver.on(OrderSucceeded)  # type: ignore[arg-type]
    def other_event(event: OrderFailed) -> None: ...

    @receiver.on(OrderEvent)  # type: ignore[arg-type]
    def one_of_the_family(event: OrderSucceeded) -> None: ...

    @receiver.on(OrderSucceeded, OrderFailed)  # type: ignore[arg-type]
    def one_of_two(event: OrderSucceeded) -> None: ...

    @receiver.on_effect(OrderPaid)  # type: ignore[arg-type]
    def other_effect(effect: RefundSettled) -> None: ...

    @receiver.on_effect(OrderPaid)  # type: ignore[arg-type]
    async def event_for_effect(event: OrderSucceeded) -> None: ...

    @receiver.fallback  # type: ignore[arg-type]
    def not_every_event(event: OrderEvent) -> None: ...

    @receiver.on_unknown  # type: ignore[arg-type]
    def only_payments(event: UnknownEvent) -> None: ...


def check_wrong_number_of_parameters(receiver: Receiver) -> None:
    """A handler takes the event, or the event and the delivery."""

    @receiver.on(OrderSucceeded)  # type: ignore[arg-type]
    def other_delivery(event: OrderSucceeded, delivery: Sender) -> None: ...

    @receiver.on(OrderSucceeded)  # type: ignore[arg-type]
    def no_parameter() -> None: ...

    @receiver.on(OrderSucceeded)  # type: ignore[arg-type]
    def three_parameters(event: OrderSucceeded, delivery: Delivery, more: int) -> None: ...


def check_fallback_can_be_exhaustive(receiver: Receiver) -> None:
    """A fallback may match every event, unknown ones included; one that is forgotten is told of."""

    @receiver.fallback
    def whole(event: AnyEvent) -> None:
        match event:
            case OrderEvent() | RefundEvent() | TransactionEvent() | MandateEvent() | NotificationEvent():
                assert_type(event.name, str)
            case PayoutOrderEvent() | FulfillmentOrderEvent() | FulfillmentTransactionEvent():
                assert_type(event.info.amount, Money)
            case ValidationEvent() | ValidationV2Event() | RoutingEvent():
                assert_type(event.label, str)
            case UnknownEvent() | UnknownPayoutEvent() | UnreadableEvent():
                assert_type(event.raw, bytes)
            case _:
                assert_never(event)

    @receiver.fallback
    def forgetful(event: AnyEvent) -> None:
        if isinstance(event, PayoutFamily):
            return
        match event:
            case OrderEvent() | RefundEvent() | TransactionEvent() | MandateEvent() | NotificationEvent():
                return
            case UnknownPayoutEvent() | UnreadableEvent():
                return
            case _:
                assert_type(event, UnknownEvent)
                assert_never(event)  # type: ignore[arg-type]


async def check_answers(receiver: Receiver, order: Order) -> None:
    """Every way in gives an answer, and each of its parts has one type."""
    assert_type(receiver.handle(headers={}, body=b""), Answer)
    assert_type(await receiver.handle_async(headers=[(b"a", b"b")], body=memoryview(b""), client_ip=None), Answer)
    assert_type(receiver.handle_unverified(body="{}", label="shop"), Answer)
    answer = receiver.observe(order, source="return_url")
    assert_type(answer.status, int)
    assert_type(answer.outcome, AnswerOutcome)
    assert_type(answer.headers, Mapping[str, str])
    assert_type(answer.body, bytes)
    receiver.handle({}, b"")  # type: ignore[call-arg]
    receiver.handle(headers={})  # type: ignore[call-arg]
    receiver.handle(headers={}, body={})  # type: ignore[arg-type]
    answer.status = 200  # type: ignore[misc]


def check_receivers(auth: BasicAuth) -> None:
    """Whether there is a memory, and who may call, is never left open."""
    assert_type(Receiver(auth, inbox=MemoryInbox()), Receiver)
    assert_type(Receiver(auth, inbox=None).copy(), Receiver)
    Receiver(auth)  # type: ignore[call-arg]
    Receiver(inbox=None)  # type: ignore[call-arg]
    Receiver(("user", "password"), inbox=None)  # type: ignore[arg-type]
    Receiver(auth, inbox=MemoryInbox)  # type: ignore[arg-type]
    Receiver(auth, inbox=None, mode="later")  # type: ignore[arg-type]

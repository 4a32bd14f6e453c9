"""Own what an event says has happened: facts with a stable key, to be acted on once.

Two events about one fact give one key: ORDER_SUCCEEDED, TXN_CHARGED and a polled order that is CHARGED all give the
same `OrderPaid`. Nothing here decides whether a fact was acted on; it only names facts.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import ClassVar, Final, TypeAlias

import attrs

from juspay_webhooks.catalog import ORDER_STATUSES, NotificationOutcome, Outcome, PayoutOutcome, RefundOutcome
from juspay_webhooks.errors import Problem, pointer
from juspay_webhooks.models.fields import Model, Money, build, shape
from juspay_webhooks.models.mandate import Mandate
from juspay_webhooks.models.notification import Notification
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.order_money import taken_back
from juspay_webhooks.models.statuses import MandateStatus, NotificationStatus, ValidationStatus
from juspay_webhooks.models.transaction import Transaction

__all__ = [
    "Effect",
    "MandateChanged",
    "NotificationResult",
    "OrderPaid",
    "PaymentFailed",
    "PayoutResult",
    "RefundFailed",
    "RefundSettled",
    "ValidationResult",
    "effects_of_mandate",
    "effects_of_notification",
    "effects_of_order",
    "effects_of_refunds",
    "effects_of_transaction",
    "hides_refunds",
]


class _Effect(Model):
    """What all effects have in common."""

    _IDENTITY: ClassVar[tuple[str, ...]]
    """Names of the fields that make the fact one and the same."""

    @property
    def key(self) -> str:
        """Name the fact, the same for every event that reports it (a JSON pointer; ids compare without case)."""
        return pointer((type(self).__name__, *(_written(getattr(self, name)) for name in self._IDENTITY)))

    @property
    def overtaken_by(self) -> str | None:
        """Key of the fact after which this one means nothing any more; None if there is none."""
        return None


def _written(part: str | datetime | None) -> str:
    """Write one part of a key: ids compare without case, times whichever zone they are written in."""
    text = part.astimezone(UTC).isoformat() if isinstance(part, datetime) else part or ""
    return text.lower()


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class OrderPaid(_Effect):
    """The order is paid in full: compare amount and currency with your own record, then fulfil it once."""

    order_id: str
    """Merchant's order id."""

    amount: Money
    """Amount in major units of `currency`, as the event states it; never trust it without your own record."""

    currency: str | None
    """ISO 4217 code, e.g. INR."""

    _IDENTITY = ("order_id",)


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class PaymentFailed(_Effect):
    """One payment attempt of the order failed; a later attempt may still pay the order."""

    order_id: str
    """Merchant's order id."""

    attempt: str | None
    """Juspay's id of the attempt (`txn_uuid`, else `txn_id`)."""

    status: str
    """Juspay's word for the failure, e.g. AUTHORIZATION_FAILED."""

    _IDENTITY = ("order_id", "attempt")

    @property
    def overtaken_by(self) -> str:
        """Key of the order's `OrderPaid`: news of an earlier attempt may come after the one that paid."""
        return pointer((OrderPaid.__name__, _written(self.order_id)))


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class RefundSettled(_Effect):
    """One refund of the order succeeded at the gateway."""

    order_id: str
    """Merchant's order id."""

    unique_request_id: str
    """Merchant's id of the refund request."""

    amount: Money
    """Amount of this refund in major units of the order's currency."""

    _IDENTITY = ("order_id", "unique_request_id")


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class RefundFailed(_Effect):
    """One refund of the order failed: a new one needs a new `unique_request_id`."""

    order_id: str
    """Merchant's order id."""

    unique_request_id: str
    """Merchant's id of the refund request."""

    amount: Money
    """Amount of this refund in major units of the order's currency."""

    _IDENTITY = ("order_id", "unique_request_id")


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class MandateChanged(_Effect):
    """A mandate reached a state."""

    mandate_id: str
    """Juspay's id of the mandate."""

    status: MandateStatus
    """The state reached."""

    changed_at: datetime | None
    """When it changed (`last_updated`, else when the event was made); a mandate may be paused more than once."""

    _IDENTITY = ("mandate_id", "status", "changed_at")


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class NotificationResult(_Effect):
    """A pre-debit notification was delivered, or failed for good."""

    object_reference_id: str
    """Merchant's reference of the notification."""

    status: NotificationStatus
    """SUCCESS or FAILURE."""

    _IDENTITY = ("object_reference_id", "status")


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class PayoutResult(_Effect):
    """A payout order, one of its fulfillments or one attempt ended, was taken back, or waits for a person."""

    label: str
    """Level: ORDER, FULFILLMENT_ORDER or FULFILLMENT_TXN."""

    id: str
    """Juspay's id of the object; an attempt without an id goes by its reference at the gateway."""

    status: str
    """Juspay's word for the state reached."""

    outcome: PayoutOutcome
    """What the word means; never PENDING or UNKNOWN."""

    amount: Money
    """Amount in major units of the payout's currency."""

    _IDENTITY = ("label", "id", "status")


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class ValidationResult(_Effect):
    """The validation of a beneficiary ended."""

    unique_id: str
    """Merchant's beneficiary id."""

    status: ValidationStatus
    """VALID, INVALID or ERROR."""

    created_at: datetime | None
    """When this validation was made; a beneficiary may be validated again."""

    _IDENTITY = ("unique_id", "status", "created_at")


Effect: TypeAlias = (
    OrderPaid
    | PaymentFailed
    | RefundSettled
    | RefundFailed
    | MandateChanged
    | NotificationResult
    | PayoutResult
    | ValidationResult
)
"""Everything that an event may say has happened."""

_LEG: Final = re.compile(r"-\d+-\d+\Z", re.ASCII)
"""How the id of one leg of a split payment ends, behind the order's id: `-<attempt>-<leg>`."""

_PART_OBJECTS: Final = frozenset({"PARTIAL_CAPTURE", "PARTIAL_VOID", "VOID"})
"""Words of `txn_object_type` that are less than the payment."""

_REFUNDS_UNREAD: Final = re.compile(
    r"/content/order/(refunds|txn_list|split_refund_details|captured_amount|txn_sub_details)\b"
)


_PAID: Final = frozenset(word for word, row in ORDER_STATUSES.items() if row.outcome is Outcome.PAID)
_FAILED: Final = frozenset(word for word, row in ORDER_STATUSES.items() if row.outcome is Outcome.FAILED)


def hides_refunds(problems: Iterable[Problem], /) -> bool:
    """Tell whether a refund of the order may be among the places that could not be read."""
    # An empty path stands for all the problems that are too many to be listed.
    return any(not problem.path or _REFUNDS_UNREAD.match(problem.path) for problem in problems)


def effects_of_order(order: Order, /) -> tuple[Effect, ...]:
    """Name what an order's own state says: paid or failed.

    An order with a refund is still CHARGED at Juspay, yet it is not paid.
    """
    if order.status in _PAID:
        if order.amount < 0 or taken_back(order) is not None:
            return ()
        return (build(OrderPaid, {"order_id": order.order_id, "amount": order.amount, "currency": order.currency}),)
    if order.status not in _FAILED:
        return ()
    attempt = order.txn_uuid or order.txn_id
    if not attempt:
        attempt = ",".join(leg.txn_uuid or leg.txn_id for leg in order.transactions) or None
    return (PaymentFailed(order_id=order.order_id, attempt=attempt, status=order.status),)


def effects_of_transaction(txn: Transaction, /) -> tuple[Effect, ...]:
    """Name what a lone transaction says about its order.

    A part of a payment does not pay the order: one leg of a split payment, or a partial capture.
    """
    if txn.status in _PAID:
        return (
            () if _is_part(txn) else (OrderPaid(order_id=txn.order_id, amount=txn.txn_amount, currency=txn.currency),)
        )
    if txn.status not in _FAILED:
        return ()
    return (PaymentFailed(order_id=txn.order_id, attempt=txn.txn_uuid or txn.txn_id, status=txn.status),)


def _is_part(txn: Transaction) -> bool:
    """Tell whether a transaction may be less than the order: `net_amount` of a leg is the whole order's."""
    leg = _LEG.search(txn.txn_id)
    return (
        (leg is not None and txn.txn_id[: leg.start()].lower().endswith("-" + txn.order_id.lower()))
        or (txn.net_amount is not None and txn.net_amount > txn.txn_amount)
        or txn.txn_object_type in _PART_OBJECTS
        or txn.txn_amount < 0
    )


_REFUND_EFFECTS: Final[Mapping[RefundOutcome, type[RefundSettled] | type[RefundFailed]]] = {
    RefundOutcome.SUCCESS: RefundSettled,
    RefundOutcome.FAILED: RefundFailed,
}


def effects_of_refunds(order: Order, /) -> tuple[Effect, ...]:
    """Name each refund that ended, wherever it stands in the list: an event carries all refunds of the order."""
    if not (order.refunds or order.txn_list):
        return ()
    found: list[Effect] = []
    for refund in order.all_refunds:
        kind = _REFUND_EFFECTS.get(refund.status.outcome)
        if kind is not None:
            name = refund.unique_request_id
            found.append(build(kind, {"order_id": order.order_id, "unique_request_id": name, "amount": refund.amount}))
    return tuple(found)


def effects_of_mandate(mandate: Mandate, sent: datetime | None, /) -> tuple[Effect, ...]:
    """Name the state that a mandate reached; an older body says only when the event was made."""
    changed_at = mandate.last_updated or sent
    return (MandateChanged(mandate_id=mandate.mandate_id, status=mandate.status, changed_at=changed_at),)


def effects_of_notification(notification: Notification, /) -> tuple[Effect, ...]:
    """Name the end of a pre-debit notification."""
    if notification.status.outcome not in {NotificationOutcome.SUCCESS, NotificationOutcome.FAILED}:
        return ()
    return (NotificationResult(object_reference_id=notification.object_reference_id, status=notification.status),)

"""Own the payment events by name: one class for each published event, its name in CamelCase.

`ORDER_SUCCEEDED` is `OrderSucceeded`: the name itself is written once, as a row of the catalog. A class adds nothing to
its family but the name, so that `match` and handlers can tell events apart. Every class in this module is public.
"""

from juspay_webhooks.events.payments import (
    MandateEvent,
    NotificationEvent,
    OrderEvent,
    RefundEvent,
    TransactionEvent,
)


class OrderCreated(OrderEvent):
    """The order was made at Juspay; no payment was tried yet."""


class TxnCreated(OrderEvent):
    """A payment was started for the order."""


class OrderSucceeded(OrderEvent):
    """The order was paid. Confirm `order.outcome`, amount and currency before you ship."""


class OrderFailed(OrderEvent):
    """A payment attempt failed; a later attempt may still pay the order."""


class OrderAuthorized(OrderEvent):
    """A pre-authorised payment holds money: capture or void it."""


class OrderPartialCharged(OrderEvent):
    """Only part of a split payment was charged."""


class RefundInitiated(RefundEvent):
    """A refund was started."""


class OrderRefunded(RefundEvent):
    """A refund succeeded, partial ones too."""


class OrderRefundFailed(RefundEvent):
    """A refund failed."""


class RefundManualReviewNeeded(RefundEvent):
    """The state of a refund is unclear: reconcile it with the processor."""


class AutoRefundInitiated(RefundEvent):
    """A refund that Juspay triggered was started."""


class AutoRefundSucceeded(RefundEvent):
    """A refund that Juspay triggered succeeded."""


class AutoRefundFailed(RefundEvent):
    """A refund that Juspay triggered failed."""


class TxnCharged(TransactionEvent):
    """The transaction was charged."""


class TxnFailed(TransactionEvent):
    """The transaction failed."""


class MandateCreated(MandateEvent):
    """The mandate's record was made; it cannot debit yet."""


class MandateActivated(MandateEvent):
    """The registration succeeded: the mandate can debit."""


class MandateFailed(MandateEvent):
    """The registration failed."""


class MandateRevoked(MandateEvent):
    """The mandate was revoked, by the merchant or the payer."""


class MandatePaused(MandateEvent):
    """The payer paused the mandate."""


class MandateExpired(MandateEvent):
    """The mandate's end date passed."""


class NotificationSucceeded(NotificationEvent):
    """The pre-debit notification was delivered."""


class NotificationFailed(NotificationEvent):
    """The pre-debit notification failed."""

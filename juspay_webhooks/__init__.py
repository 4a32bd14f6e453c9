"""Receive Juspay webhooks: bytes become one typed, immutable event.

```python
event = parse_event(body)
match event:
    case OrderSucceeded():
        ...
```

What each event, status and version means is in `juspay_webhooks.catalog`; bodies for tests are in
`juspay_webhooks.testing`. Payout classes and rarely used functions are loaded when they are first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from juspay_webhooks.catalog import (
    MandateOutcome,
    NotificationOutcome,
    Outcome,
    PayoutOutcome,
    RefundOutcome,
)
from juspay_webhooks.errors import (
    AuthenticationError,
    AuthenticationReason,
    ConfigurationError,
    JuspayWebhooksError,
    PayloadError,
    Permanent,
    Problem,
    Retryable,
)
from juspay_webhooks.events import leaves
from juspay_webhooks.events.base import (
    BaseEvent,
)
from juspay_webhooks.events.leaves import *  # noqa: F403 - a new class there is public without a line here
from juspay_webhooks.events.payments import (
    Event,
    MandateEvent,
    NotificationEvent,
    OrderEvent,
    PaymentFamily,
    RefundEvent,
    TransactionEvent,
    UnknownEvent,
    UnreadableEvent,
)
from juspay_webhooks.events.redaction import (
    redact,
)
from juspay_webhooks.models.fields import (
    Money,
)
from juspay_webhooks.models.free_form import (
    FreeForm,
)
from juspay_webhooks.models.gateway_response import (
    GatewayResponse,
)
from juspay_webhooks.models.instruments import (
    Card,
    CardToken,
    CardTokenCreated,
    EmiDetails,
    EmiFeeInfo,
    EmiInterest,
    EmiSubvention,
    EmiTenure,
    Upi,
    Wallet,
)
from juspay_webhooks.models.mandate import (
    BankDetails,
    Mandate,
    OrderMandate,
    PaymentInfo,
    PgResponse,
)
from juspay_webhooks.models.notification import (
    Notification,
    NotificationMandate,
    NotificationSource,
    ProviderResponse,
)
from juspay_webhooks.models.offers import (
    CalculationInfo,
    EmiDiscount,
    Offer,
    OfferBenefit,
    ProductDiscount,
)
from juspay_webhooks.models.open_enum import (
    OpenEnum,
)
from juspay_webhooks.models.order import (
    Order,
)
from juspay_webhooks.models.order_parts import (
    BasketItem,
    PaymentLinks,
    RiskCheck,
)
from juspay_webhooks.models.refund import (
    Refund,
    RefundAttempt,
    SplitRefundDetail,
)
from juspay_webhooks.models.settlement import (
    Risk,
    SplitDetail,
    SplitSettlementResponse,
)
from juspay_webhooks.models.statuses import (
    FulfillmentStatus,
    MandateStatus,
    NotificationStatus,
    OrderStatus,
    PayoutOrderStatus,
    PayoutTransactionStatus,
    RefundStatus,
    ValidationStatus,
)
from juspay_webhooks.models.transaction import (
    AmountBreakup,
    Transaction,
    TransactionLeg,
)
from juspay_webhooks.parsing._events import (
    parse_decoded,
    parse_event,
    parse_order,
)

if TYPE_CHECKING:
    from juspay_webhooks.auth.addresses import AddressPolicy, client_ip
    from juspay_webhooks.auth.basic import BasicAuth, Credential, Sender
    from juspay_webhooks.auth.headers import Headers
    from juspay_webhooks.events.effects import (
        Effect,
        MandateChanged,
        NotificationResult,
        OrderPaid,
        PaymentFailed,
        PayoutResult,
        RefundFailed,
        RefundSettled,
        ValidationResult,
    )
    from juspay_webhooks.events.payouts import (
        AnyEvent,
        FulfillmentOrderEvent,
        FulfillmentTransactionEvent,
        FulfillmentTransactionValue,
        FulfillmentValue,
        PayoutEvent,
        PayoutFamily,
        PayoutOrderEvent,
        PayoutOrderValue,
        RoutingEvent,
        RoutingValue,
        UnknownPayoutEvent,
        ValidationEvent,
        ValidationV2Event,
        ValidationValue,
    )
    from juspay_webhooks.models.payout import (
        Beneficiary,
        BeneficiaryDetails,
        FulfillmentOrderInfo,
        FulfillmentTransactionInfo,
        PayeeDetails,
        PayeeDocument,
        PayoutOrderInfo,
        RoutingInfo,
    )
    from juspay_webhooks.models.payout_order import PayoutOrder
    from juspay_webhooks.models.refund_answer import RefundAnswer
    from juspay_webhooks.models.supersedes import (
        supersedes,
    )
    from juspay_webhooks.models.validation import (
        ValidationInfo,
        ValidationTransaction,
        ValidationV2Info,
    )
    from juspay_webhooks.order_status.async_client import AsyncOrderStatusClient
    from juspay_webhooks.order_status.async_payout_client import AsyncPayoutStatusClient
    from juspay_webhooks.order_status.client import OrderStatusClient
    from juspay_webhooks.order_status.confirm import Confirmation, Decision, confirm
    from juspay_webhooks.order_status.environments import BaseUrl
    from juspay_webhooks.order_status.errors import (
        Misconfigured,
        OrderNotFound,
        OrderStatusError,
        OutcomeUnknown,
        RequestRefused,
        SlowDown,
        UnexpectedResponse,
    )
    from juspay_webhooks.order_status.payout_client import PayoutStatusClient
    from juspay_webhooks.order_status.payout_errors import PayoutOutcomeUnknown
    from juspay_webhooks.order_status.questions import Surroundings
    from juspay_webhooks.order_status.retry import RetryPolicy
    from juspay_webhooks.order_status.schedules import LADDER, exponential, interactive
    from juspay_webhooks.order_status.subject import Polled
    from juspay_webhooks.parsing._wire import (
        to_wire,
        unknown_fields,
    )
    from juspay_webhooks.receiver.answer import Answer, AnswerOutcome
    from juspay_webhooks.receiver.delivery import Delivery
    from juspay_webhooks.receiver.receiver import Receiver
    from juspay_webhooks.receiver.setup import OnAnswer

__all__ = [
    "LADDER",
    "AddressPolicy",
    "AmountBreakup",
    "Answer",
    "AnswerOutcome",
    "AnyEvent",
    "AsyncOrderStatusClient",
    "AsyncPayoutStatusClient",
    "AuthenticationError",
    "AuthenticationReason",
    "BankDetails",
    "BaseEvent",
    "BaseUrl",
    "BasicAuth",
    "BasketItem",
    "Beneficiary",
    "BeneficiaryDetails",
    "CalculationInfo",
    "Card",
    "CardToken",
    "CardTokenCreated",
    "ConfigurationError",
    "Confirmation",
    "Credential",
    "Decision",
    "Delivery",
    "Effect",
    "EmiDetails",
    "EmiDiscount",
    "EmiFeeInfo",
    "EmiInterest",
    "EmiSubvention",
    "EmiTenure",
    "Event",
    "FreeForm",
    "FulfillmentOrderEvent",
    "FulfillmentOrderInfo",
    "FulfillmentStatus",
    "FulfillmentTransactionEvent",
    "FulfillmentTransactionInfo",
    "FulfillmentTransactionValue",
    "FulfillmentValue",
    "GatewayResponse",
    "Headers",
    "JuspayWebhooksError",
    "Mandate",
    "MandateChanged",
    "MandateEvent",
    "MandateOutcome",
    "MandateStatus",
    "Misconfigured",
    "Money",
    "Notification",
    "NotificationEvent",
    "NotificationMandate",
    "NotificationOutcome",
    "NotificationResult",
    "NotificationSource",
    "NotificationStatus",
    "Offer",
    "OfferBenefit",
    "OnAnswer",
    "OpenEnum",
    "Order",
    "OrderEvent",
    "OrderMandate",
    "OrderNotFound",
    "OrderPaid",
    "OrderStatus",
    "OrderStatusClient",
    "OrderStatusError",
    "Outcome",
    "OutcomeUnknown",
    "PayeeDetails",
    "PayeeDocument",
    "PayloadError",
    "PaymentFailed",
    "PaymentFamily",
    "PaymentInfo",
    "PaymentLinks",
    "PayoutEvent",
    "PayoutFamily",
    "PayoutOrder",
    "PayoutOrderEvent",
    "PayoutOrderInfo",
    "PayoutOrderStatus",
    "PayoutOrderValue",
    "PayoutOutcome",
    "PayoutOutcomeUnknown",
    "PayoutResult",
    "PayoutStatusClient",
    "PayoutTransactionStatus",
    "Permanent",
    "PgResponse",
    "Polled",
    "Problem",
    "ProductDiscount",
    "ProviderResponse",
    "Receiver",
    "Refund",
    "RefundAnswer",
    "RefundAttempt",
    "RefundEvent",
    "RefundFailed",
    "RefundOutcome",
    "RefundSettled",
    "RefundStatus",
    "RequestRefused",
    "RetryPolicy",
    "Retryable",
    "Risk",
    "RiskCheck",
    "RoutingEvent",
    "RoutingInfo",
    "RoutingValue",
    "Sender",
    "SlowDown",
    "SplitDetail",
    "SplitRefundDetail",
    "SplitSettlementResponse",
    "Surroundings",
    "Transaction",
    "TransactionEvent",
    "TransactionLeg",
    "UnexpectedResponse",
    "UnknownEvent",
    "UnknownPayoutEvent",
    "UnreadableEvent",
    "Upi",
    "ValidationEvent",
    "ValidationInfo",
    "ValidationResult",
    "ValidationStatus",
    "ValidationTransaction",
    "ValidationV2Event",
    "ValidationV2Info",
    "ValidationValue",
    "Wallet",
    "client_ip",
    "confirm",
    "exponential",
    "interactive",
    "parse_decoded",
    "parse_event",
    "parse_order",
    "redact",
    "supersedes",
    "to_wire",
    "unknown_fields",
]
_leaves = sorted({name for name in vars(leaves) if not name.startswith("_")} - set(__all__))
__all__ += _leaves  # noqa: PLE0605 # pyright: ignore[reportUnsupportedDunderAll]

_LAZY: Final = {
    "PayoutOrder": "juspay_webhooks.models.payout_order",
    "AsyncOrderStatusClient": "juspay_webhooks.order_status.async_client",
    "AsyncPayoutStatusClient": "juspay_webhooks.order_status.async_payout_client",
    "OrderStatusClient": "juspay_webhooks.order_status.client",
    "Confirmation": "juspay_webhooks.order_status.confirm",
    "Decision": "juspay_webhooks.order_status.confirm",
    "confirm": "juspay_webhooks.order_status.confirm",
    "BaseUrl": "juspay_webhooks.order_status.environments",
    "Misconfigured": "juspay_webhooks.order_status.errors",
    "OrderNotFound": "juspay_webhooks.order_status.errors",
    "OrderStatusError": "juspay_webhooks.order_status.errors",
    "OutcomeUnknown": "juspay_webhooks.order_status.errors",
    "RequestRefused": "juspay_webhooks.order_status.errors",
    "SlowDown": "juspay_webhooks.order_status.errors",
    "UnexpectedResponse": "juspay_webhooks.order_status.errors",
    "PayoutStatusClient": "juspay_webhooks.order_status.payout_client",
    "PayoutOutcomeUnknown": "juspay_webhooks.order_status.payout_errors",
    "Surroundings": "juspay_webhooks.order_status.questions",
    "RetryPolicy": "juspay_webhooks.order_status.retry",
    "LADDER": "juspay_webhooks.order_status.schedules",
    "exponential": "juspay_webhooks.order_status.schedules",
    "interactive": "juspay_webhooks.order_status.schedules",
    "Polled": "juspay_webhooks.order_status.subject",
    "AddressPolicy": "juspay_webhooks.auth.addresses",
    "client_ip": "juspay_webhooks.auth.addresses",
    "BasicAuth": "juspay_webhooks.auth.basic",
    "Credential": "juspay_webhooks.auth.basic",
    "Sender": "juspay_webhooks.auth.basic",
    "Headers": "juspay_webhooks.auth.headers",
    "Answer": "juspay_webhooks.receiver.answer",
    "AnswerOutcome": "juspay_webhooks.receiver.answer",
    "Delivery": "juspay_webhooks.receiver.delivery",
    "OnAnswer": "juspay_webhooks.receiver.setup",
    "Receiver": "juspay_webhooks.receiver.receiver",
    "RefundAnswer": "juspay_webhooks.models.refund_answer",
    "Effect": "juspay_webhooks.events.effects",
    "MandateChanged": "juspay_webhooks.events.effects",
    "NotificationResult": "juspay_webhooks.events.effects",
    "OrderPaid": "juspay_webhooks.events.effects",
    "PaymentFailed": "juspay_webhooks.events.effects",
    "PayoutResult": "juspay_webhooks.events.effects",
    "RefundFailed": "juspay_webhooks.events.effects",
    "RefundSettled": "juspay_webhooks.events.effects",
    "ValidationResult": "juspay_webhooks.events.effects",
    "AnyEvent": "juspay_webhooks.events.payouts",
    "FulfillmentOrderEvent": "juspay_webhooks.events.payouts",
    "FulfillmentTransactionEvent": "juspay_webhooks.events.payouts",
    "FulfillmentTransactionValue": "juspay_webhooks.events.payouts",
    "FulfillmentValue": "juspay_webhooks.events.payouts",
    "PayoutEvent": "juspay_webhooks.events.payouts",
    "PayoutFamily": "juspay_webhooks.events.payouts",
    "PayoutOrderEvent": "juspay_webhooks.events.payouts",
    "PayoutOrderValue": "juspay_webhooks.events.payouts",
    "RoutingEvent": "juspay_webhooks.events.payouts",
    "RoutingValue": "juspay_webhooks.events.payouts",
    "UnknownPayoutEvent": "juspay_webhooks.events.payouts",
    "ValidationEvent": "juspay_webhooks.events.payouts",
    "ValidationV2Event": "juspay_webhooks.events.payouts",
    "ValidationValue": "juspay_webhooks.events.payouts",
    "Beneficiary": "juspay_webhooks.models.payout",
    "BeneficiaryDetails": "juspay_webhooks.models.payout",
    "FulfillmentOrderInfo": "juspay_webhooks.models.payout",
    "FulfillmentTransactionInfo": "juspay_webhooks.models.payout",
    "PayeeDetails": "juspay_webhooks.models.payout",
    "PayeeDocument": "juspay_webhooks.models.payout",
    "PayoutOrderInfo": "juspay_webhooks.models.payout",
    "RoutingInfo": "juspay_webhooks.models.payout",
    "supersedes": "juspay_webhooks.models.supersedes",
    "ValidationInfo": "juspay_webhooks.models.validation",
    "ValidationTransaction": "juspay_webhooks.models.validation",
    "ValidationV2Info": "juspay_webhooks.models.validation",
    "to_wire": "juspay_webhooks.parsing._wire",
    "unknown_fields": "juspay_webhooks.parsing._wire",
}


def __getattr__(name: str) -> object:
    """Load a name that is not needed at start."""
    if name not in _LAZY:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return globals().setdefault(name, getattr(import_module(_LAZY[name]), name))


def __dir__() -> list[str]:
    """List the public names, those not loaded yet included."""
    return sorted({*globals(), *__all__})

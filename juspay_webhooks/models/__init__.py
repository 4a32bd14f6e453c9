"""Own the typed objects that bodies carry: orders, transactions, refunds, mandates, notifications and payouts.

Every model is an immutable attrs class whose fields carry the vendor's names (payouts: their snake_case) and a docstring
each. Nothing here reads a body or does I/O.
"""

from juspay_webhooks.models.fields import Model, Money, PayoutModel
from juspay_webhooks.models.free_form import FreeForm
from juspay_webhooks.models.gateway_response import GatewayResponse
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
from juspay_webhooks.models.json_exact import Json
from juspay_webhooks.models.mandate import BankDetails, Mandate, OrderMandate, PaymentInfo, PgResponse
from juspay_webhooks.models.notification import Notification, NotificationMandate, NotificationSource, ProviderResponse
from juspay_webhooks.models.offers import CalculationInfo, EmiDiscount, Offer, OfferBenefit, ProductDiscount
from juspay_webhooks.models.open_enum import OpenEnum
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.order_parts import BasketItem, PaymentLinks, RiskCheck
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
from juspay_webhooks.models.refund import Refund, RefundAnswer, RefundAttempt, SplitRefundDetail
from juspay_webhooks.models.settlement import Risk, SplitDetail, SplitSettlementResponse
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
from juspay_webhooks.models.transaction import AmountBreakup, Transaction, TransactionLeg
from juspay_webhooks.models.validation import ValidationInfo, ValidationTransaction, ValidationV2Info

__all__ = [
    "AmountBreakup",
    "BankDetails",
    "BasketItem",
    "Beneficiary",
    "BeneficiaryDetails",
    "CalculationInfo",
    "Card",
    "CardToken",
    "CardTokenCreated",
    "EmiDetails",
    "EmiDiscount",
    "EmiFeeInfo",
    "EmiInterest",
    "EmiSubvention",
    "EmiTenure",
    "FreeForm",
    "FulfillmentOrderInfo",
    "FulfillmentStatus",
    "FulfillmentTransactionInfo",
    "GatewayResponse",
    "Json",
    "Mandate",
    "MandateStatus",
    "Model",
    "Money",
    "Notification",
    "NotificationMandate",
    "NotificationSource",
    "NotificationStatus",
    "Offer",
    "OfferBenefit",
    "OpenEnum",
    "Order",
    "OrderMandate",
    "OrderStatus",
    "PayeeDetails",
    "PayeeDocument",
    "PaymentInfo",
    "PaymentLinks",
    "PayoutModel",
    "PayoutOrderInfo",
    "PayoutOrderStatus",
    "PayoutTransactionStatus",
    "PgResponse",
    "ProductDiscount",
    "ProviderResponse",
    "Refund",
    "RefundAnswer",
    "RefundAttempt",
    "RefundStatus",
    "Risk",
    "RiskCheck",
    "RoutingInfo",
    "SplitDetail",
    "SplitRefundDetail",
    "SplitSettlementResponse",
    "Transaction",
    "TransactionLeg",
    "Upi",
    "ValidationInfo",
    "ValidationStatus",
    "ValidationTransaction",
    "ValidationV2Info",
    "Wallet",
]

"""Own which fields are shown to a person, in which order, and under which words.

Tables of (words, path): a path is a chain of attributes. `_facts` reads them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from juspay_webhooks.models.mandate import Mandate
from juspay_webhooks.models.notification import Notification
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.payout import (
    FulfillmentOrderInfo,
    FulfillmentTransactionInfo,
    PayoutOrderInfo,
    RoutingInfo,
)
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.models.transaction import Transaction
from juspay_webhooks.models.validation import ValidationInfo, ValidationV2Info

__all__ = ["ENVELOPE", "FACTS", "LISTS", "Rows"]

Rows: TypeAlias = tuple[tuple[str, str], ...]

ENVELOPE: Final[Rows] = (("event id", "id"), ("sent", "date_created"), ("category", "category"))

_VALIDATION: Final[Rows] = (("beneficiary", "unique_id"), ("status", "status"), ("asked for", "created_at"))

FACTS: Final[Mapping[type, Rows]] = MappingProxyType(
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
        PayoutOrder: (
            ("payout order", "order_id"),
            ("status", "status"),
            ("amount", "amount"),
            ("kind", "kind"),
            ("customer id", "customer_id"),
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
"""Kind of object -> what is shown of it."""

_ATTEMPTS: Final[Rows] = (
    ("attempt", "txn_id"),
    ("status", "status"),
    ("amount", "txn_detail.txn_amount"),
    ("method", "payment_method_type"),
    ("by", "payment_method"),
    ("gateway", "txn_detail.gateway"),
    ("made", "txn_detail.created"),
)
_REFUNDS: Final[Rows] = (
    ("request id", "unique_request_id"),
    ("status", "status"),
    ("amount", "amount"),
    ("asked for", "created"),
    ("type", "refund_type"),
    ("by", "initiated_by"),
    ("bank's reference", "arn"),
    ("gateway said", "error_message"),
)
_FULFILLMENTS: Final[Rows] = (
    ("fulfillment", "id"),
    ("status", "status"),
    ("sub-status", "sub_status"),
    ("amount", "amount"),
    ("paid to", "beneficiary_details.type"),
    ("name", "beneficiary_details.details.name"),
    ("account", "beneficiary_details.details.account"),
    ("branch code", "beneficiary_details.details.ifsc"),
    ("UPI", "beneficiary_details.details.vpa"),
    ("last change", "updated_at"),
)
_PAYOUT_ATTEMPTS: Final[Rows] = (
    ("attempt", "transaction_ref"),
    ("status", "status"),
    ("amount", "amount"),
    ("method", "fulfillment_method"),
    ("gateway's reference", "gateway_ref_id"),
    ("result", "response_code"),
)
_CHECKS: Final[Rows] = (
    ("attempt", "transaction_ref"),
    ("status", "status"),
    ("method", "validation_method"),
    ("result", "response_code"),
    ("made", "created_at"),
)

LISTS: Final[Mapping[type, tuple[tuple[str, str, Rows], ...]]] = MappingProxyType(
    {
        Order: (("payment attempts", "transactions", _ATTEMPTS), ("refunds", "all_refunds", _REFUNDS)),
        PayoutOrder: (("fulfillments", "fulfillments", _FULFILLMENTS),),
        FulfillmentOrderInfo: (("payout attempts", "transactions", _PAYOUT_ATTEMPTS),),
        ValidationV2Info: (("validation attempts", "transactions", _CHECKS),),
    }
)
"""Kind of object -> its lists: heading, path, columns."""

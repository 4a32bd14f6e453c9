"""Own where the facts of the catalog come from: the kinds of evidence, and the public address of every source.

A row of the catalog cites its sources by the short names below. This module must never hold a fact about an event
or a status itself.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

__all__ = ["DOCUMENTS", "Evidence"]


class Evidence(StrEnum):
    """How well an event is attested, best first."""

    DOCUMENTED = "documented"
    """A page of Juspay's documentation lists it."""

    PUBLISHED_SAMPLE = "published_sample"
    """No page lists it, but Juspay published a sample body."""

    CODE_ONLY = "code_only"
    """Only code, settings or types that are public name it: accept it, promise nothing about it."""


DOCUMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # Documentation of payment webhooks. Of the PPE and AGODA tables only the first rows were seen.
        "PAYV3": "https://juspay.io/in/docs/payv3/web/base-integration/webhooks",
        "UPIPLUGIN": "https://juspay.io/in/docs/upi-plugin-sdk/cordova/callbacks/introduction",
        "UPITPAP": "https://juspay.io/in/docs/upi-tpap-sdk/ios/callbacks/Introduction",
        "DEVJP": "https://developer.juspay.in/v3.2/docs/outgoing-webhookcallback-3",
        "PPE": "https://docs.juspay.io/payment-page-enterprise/web/base-sdk-integration/webhooks",
        "AGODA": "https://docs.juspay.io/agoda-integration/docs/order/webhooks",
        "AUTOPAY": "https://docs.juspay.io/upi-autopay/docs/how-to-integrate/webhooks",
        "HYPERCREDIT": "https://juspay.io/in/docs/hyper-credit/web/status-tracking/webhooks",
        "BILLING": "https://juspay.io/in/docs/juspay-billing/docs/billing/webhooks-billing",
        # Documentation of payment statuses.
        "APPX": "https://juspay.io/in/docs/api-reference/docs/express-checkout/appendix",
        "TXNST": "https://juspay.io/in/docs/ec-api/docs/resources/transaction-status",
        "UPICODES": "https://juspay.io/in/docs/upi-inapp/ios/resources/backend-response-codes",
        "PARTPAY": "https://juspay.io/part-payments/docs/integration/order-status-api",
        "ERRCODES": "https://juspay.io/api-reference/docs/express-checkout/juspay-api-error-codes",
        # Samples and code of Juspay, and of others.
        "DEMO": "https://github.com/juspay/juspay-sdk-integration-demo",
        "SALEOR": "https://github.com/juspay/hyperswitch-saleor-payment-app",
        "MCP": "https://github.com/juspay/juspay-mcp",
        "PRISM": "https://github.com/juspay/hyperswitch-prism",
        "NY": "https://github.com/nammayatri/shared-kernel",
        "SKILLS": "https://github.com/search?type=repositories&q=juspay-checkout-skills",
        # Payouts: webhook pages (WH), order status (OS), beneficiary validation (BVS) and creation (BC), by region.
        # IN-WH was seen down to the first VALIDATION row, BR-WH down to the first FULFILLMENT_TXN row.
        "SEA-WH": "https://docs.juspay.io/payout-sea/docs/resources/webhooks",
        "IN-WH": "https://docs.juspay.io/payout/docs/resources/webhooks",
        "BR-WH": "https://juspay.io/payout-brazil/docs/resources/webhooks",
        "IN-OS": "https://juspay.io/payout/docs/integration/order-status",
        "BR-OS": "https://docs.juspay.io/payout-brazil/docs/integration/order-status.md",
        "OLD-OS": "https://developer.juspay.in/reference/order-status",
        "IN-BVS": "https://juspay.io/payout/docs/integration/beneficiary-validation-status-check",
        "BR-BC": "https://juspay.io/api-reference-brazil/docs/payout/beneficiary-creation",
    }
)
"""Short name of a source -> its public address. The first of several language or platform variants stands for all."""

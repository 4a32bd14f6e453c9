"""Own the published addresses of Juspay's API, and what is particular to one. Any other base URL may be given."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from juspay_webhooks.order_status.request import ROUTING_ID

__all__ = ["BaseUrl", "hdfc_headers"]


def hdfc_headers(*, reseller_id: str | None = None) -> Mapping[str, str]:
    """Give the headers that HDFC SmartGateway knows: pass them as `headers` to a client.

    Args:
        reseller_id: Value of `x-resellerid`, as HDFC gave it to you; None sends none.

    Returns:
        `x-customerid`, which gets the routing id of each question (the customer's id), and `x-resellerid`.
    """
    headers = {"x-customerid": ROUTING_ID}
    if reseller_id is not None:
        headers["x-resellerid"] = reseller_id
    return MappingProxyType(headers)


class BaseUrl(StrEnum):
    """Where to ask, as published; an order is known in one environment only."""

    INDIA = "https://api.juspay.in"
    """India, production; SEA documents print it too. Source: API-REF."""

    INDIA_SANDBOX = "https://sandbox.juspay.in"
    """India, sandbox. Source: API-REF."""

    INDIA_STATIC = "https://api-ns1.juspay.in"
    """India, production, with fixed addresses. Source: API-REF."""

    INDIA_PAYMENTS = "https://payments.juspay.in"
    """India, production, in newer documents. Source: EC-API."""

    INDIA_PAYMENTS_SANDBOX = "https://payments.sandbox.juspay.in"
    """India, sandbox, in newer documents. Source: EC-API."""

    EU = "https://api.juspay.io"
    """European Union, production; the same host as Global. Source: EU."""

    EU_STATIC = "https://api-ns1.juspay.io"
    """European Union, production, with fixed addresses. Source: EU."""

    EU_SANDBOX = "https://sandbox.juspay.io"
    """European Union, sandbox; Global's is another. Source: EU."""

    GLOBAL = "https://api.juspay.io"
    """Global and Brazil, production. Source: GLOBAL, BR."""

    GLOBAL_SANDBOX = "https://api.sandbox.juspay.io"
    """Global and Brazil, sandbox. Source: GLOBAL, BR."""

    HDFC = "https://smartgateway.hdfc.bank.in"
    """HDFC SmartGateway, production. Source: DEMO, Integration-kit."""

    HDFC_SANDBOX = "https://smartgateway.hdfcuat.bank.in"
    """HDFC SmartGateway, acceptance tests. Source: DEMO, Integration-kit."""

    HDFC_OLD = "https://smartgateway.hdfcbank.com"
    """HDFC SmartGateway, production, older host. Source: DEMO, Integration-kit."""

    HDFC_OLD_SANDBOX = "https://smartgatewayuat.hdfcbank.com"
    """HDFC SmartGateway, acceptance tests, older host. Source: DEMO, Integration-kit."""

    HYPERPG = "https://api.hyperpg.in"
    """HyperPG, production. Source: DEMO, PRISM."""

    HYPERPG_SANDBOX = "https://sandbox.hyperpg.in"
    """HyperPG, sandbox. Source: DEMO, PRISM."""

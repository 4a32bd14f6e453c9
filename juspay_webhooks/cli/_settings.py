"""Own the settings of `status`: where to ask, and as whom. It must never show a key.

They come from options and the environment; the key comes from the environment alone.
"""

import argparse
import os
from collections.abc import Mapping
from typing import Final

import attrs

from juspay_webhooks.cli._terminal import complain
from juspay_webhooks.order_status.environments import BaseUrl, hdfc_headers

__all__ = ["BASE_URL", "KEY", "MERCHANT_ID", "PAYOUT_KEY", "Settings", "read_settings"]

KEY: Final = "JUSPAY_API_KEY"
"""Variable of the API key."""

PAYOUT_KEY: Final = "JUSPAY_PAYOUT_API_KEY"
"""Variable of the API key of payouts."""

MERCHANT_ID: Final = "JUSPAY_MERCHANT_ID"
"""Variable of the merchant id."""

BASE_URL: Final = "JUSPAY_BASE_URL"
"""Variable of the base URL."""

_HDFC: Final = frozenset(url.value for name, url in BaseUrl.__members__.items() if name.startswith("HDFC"))


@attrs.frozen(kw_only=True)
class Settings:
    """Where to ask, and as whom."""

    api_key: str = attrs.field(repr=False)
    """The API key."""

    merchant_id: str
    """Merchant id."""

    base_url: str
    """Base URL, not checked yet."""

    routing_id: str | None
    """Value of `x-routing-id`; None: the order's id."""

    @property
    def headers(self) -> Mapping[str, str]:
        """More headers that the host wants."""
        return hdfc_headers() if self.base_url.rstrip("/") in _HDFC else {}


def read_settings(arguments: argparse.Namespace) -> Settings | None:
    """Gather the settings.

    Args:
        arguments: As `_status` defines them.

    Returns:
        The settings; None if one is missing, which is said then.
    """
    key, name = os.environ.get(KEY, ""), KEY
    if arguments.payout:
        own, name = os.environ.get(PAYOUT_KEY, ""), PAYOUT_KEY
        if key and not own:
            complain(
                f"{PAYOUT_KEY} is not set: asking with {KEY}",
                "payouts mostly have a key of their own: set it if this one is not let in",
            )
        key = own or key
    merchant_id = arguments.merchant_id or os.environ.get(MERCHANT_ID, "")
    base_url = arguments.base_url or os.environ.get(BASE_URL, "")
    needs = {
        f"{name}: the API key, from the dashboard (Security)": key,
        f"{MERCHANT_ID}, or --merchant-id: your merchant id, as the dashboard shows it": merchant_id,
        f"{BASE_URL}, or --environment: where to ask, e.g. --environment india-sandbox": base_url,
    }
    if all(needs.values()):
        return Settings(api_key=key, merchant_id=merchant_id, base_url=base_url, routing_id=arguments.routing_id)
    complain(
        "settings are missing",
        *(f"set {words}" for words, value in needs.items() if not value),
        "next: export them; for a trial without an account, `juspay-webhooks fake` has all of them",
    )
    return None

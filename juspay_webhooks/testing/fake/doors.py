"""Own who is let in: the key, the merchant, and the header for routing. It knows no order.

Payments and payouts refuse in different words.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Literal

import attrs

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.testing.fake.error_bodies import ERROR_BODIES, ErrorBody, payout_error
from juspay_webhooks.testing.fake.question import Kind
from juspay_webhooks.testing.fake.reply import Reply

__all__ = ["Doors", "PayoutErrors", "reply_of"]

PayoutErrors = Literal["wrapped", "flat"]
"""Form of the errors of payouts: inside `response` as in the published sample, or flat as in the field tables."""


@attrs.frozen(kw_only=True)
class Doors:
    """Whom the fake lets in."""

    api_key: str = attrs.field(repr=False)
    """The API key."""

    merchant_id: str
    """The merchant; case counts."""

    key_with_colon: bool
    """Whether the key is the user name of an empty password, as the documents have it, or stands alone."""

    needs_routing_id: bool
    """Whether a question about an order must carry `x-routing-id`."""

    payout_errors: PayoutErrors
    """Form of the errors of payouts."""

    def __attrs_post_init__(self) -> None:
        """Refuse what nobody could send."""
        if not self.api_key or not self.merchant_id:
            message = "FakeJuspay needs an api_key and a merchant_id, any texts that are not empty"
            raise ConfigurationError(message)
        if self.payout_errors not in {"wrapped", "flat"}:
            message = 'payout_errors is "wrapped" or "flat"'
            raise ConfigurationError(message)

    def refusal(self, kind: Kind, headers: Mapping[str, str], /) -> Reply | None:
        """Say why a request is not let in.

        Args:
            kind: What is asked about.
            headers: Its headers, names in lower case.

        Returns:
            The answer; None if it is let in.
        """
        key = headers.get("authorization")
        has_merchant = headers.get("x-merchantid") == self.merchant_id
        if kind is not Kind.ORDER:
            if key is None:
                return self.payout_refusal("E04")
            if not self._is_ours(key):
                return self.payout_refusal("E02")
            # `x-routing-id` is only recommended here. Source: IN-OS.
            return None if has_merchant else self.payout_refusal("E07")
        if key is None or not self._is_ours(key) or not has_merchant:
            return reply_of(ERROR_BODIES["invalid_api_key"])
        if self.needs_routing_id and not headers.get("x-routing-id"):
            return reply_of(ERROR_BODIES["missing_field"])
        return None

    def payout_refusal(self, code: str, /) -> Reply:
        """Give an error of payouts in the form that was chosen."""
        return payout_error(code, is_flat=self.payout_errors == "flat")

    def _is_ours(self, authorization: str) -> bool:
        scheme, _, sent = authorization.partition(" ")
        key = f"{self.api_key}:" if self.key_with_colon else self.api_key
        return scheme.lower() == "basic" and sent.strip() == b64encode(key.encode()).decode()


def reply_of(error: ErrorBody, /) -> Reply:
    """Answer with a known error."""
    return Reply(error.status, error.headers, error.body)

"""Own what tests of Basic auth send, and what they expect back."""

from base64 import b64encode
from typing import Final

import pytest

from juspay_webhooks.auth.basic import BasicAuth, Sender
from juspay_webhooks.auth.headers import Headers
from juspay_webhooks.errors import AuthenticationError, AuthenticationReason

__all__ = ["AUTH", "MALFORMED", "MISSING", "REJECTED", "RIGHT", "SECRET", "SENDER", "encoded", "refusal", "sent"]

MISSING: Final = AuthenticationReason.MISSING
MALFORMED: Final = AuthenticationReason.MALFORMED
REJECTED: Final = AuthenticationReason.REJECTED

SECRET: Final = "pa:ss wörd>?~ÿ!"
AUTH: Final = BasicAuth("shop", SECRET)
SENDER: Final = Sender(username="shop", label="shop")


def encoded(pair: str | bytes) -> str:
    """Give the Base64 of a pair."""
    return b64encode(pair.encode() if isinstance(pair, str) else pair).decode()


def sent(username: str, password: str) -> str:
    """Give the header that a client sends."""
    return f"Basic {encoded(f'{username}:{password}')}"


RIGHT: Final = sent("shop", SECRET)


def refusal(auth: BasicAuth, headers: Headers) -> AuthenticationError:
    """Give the error that a request ends with."""
    with pytest.raises(AuthenticationError) as caught:
        auth.verify(headers)
    return caught.value

"""Own the reading of JSON that arrives as text inside a string, such as `metadata.merchant_payload`.

A model keeps the text; what is read here is a view beside it. It must never raise: merchant or gateway wrote the text.
"""

from juspay_webhooks.models.fields import FreeForm, Json
from juspay_webhooks.models.json_exact import decode_inner

__all__ = ["parsed_text"]


def parsed_text(text: str, /) -> Json | None:
    """Read JSON text.

    Args:
        text: What stands inside the string, e.g. `{"cart": 7}`.

    Returns:
        The value, read-only at every depth (objects as `FreeForm`, lists as tuples), numbers with a fraction as
        `Decimal`. None if it is not JSON; NaN and Infinity are not.
    """
    try:
        found = decode_inner(text)
    except (ValueError, RecursionError):
        return None
    return FreeForm.adopt({"found": found})["found"]  # what a mapping hands out is read-only

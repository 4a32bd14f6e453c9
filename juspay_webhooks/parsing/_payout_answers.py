"""Own the reading of what the payout status calls answer: rare and small, so the tolerant engine reads them all."""

import re
from typing import Final, TypeVar

from juspay_webhooks.errors import PayloadError, summary
from juspay_webhooks.models.fields import Model
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.models.validation import ValidationV2Info
from juspay_webhooks.parsing import _envelope
from juspay_webhooks.parsing._body import json_bytes
from juspay_webhooks.parsing._tolerant import Place, read_model

__all__ = ["parse_payout_order", "parse_validation"]

M = TypeVar("M", bound=Model)

_LOST: Final = re.compile(
    r"/fulfillments(?:/\d+(?:/(?:id|status|amount|transactions(?:/\d+(?:/(?:status|amount))?)?))?)?"
)
"""Where a problem costs an order a payment out, or one of its attempts."""


def parse_payout_order(body: bytes) -> PayoutOrder:
    """Read a payout order as the status call answers it.

    Args:
        body: The body of the answer.

    Returns:
        The order; optional parts that cannot be read are None.

    Raises:
        PayloadError: It is none, or a fulfillment or an attempt of it cannot be read; every problem is listed.
    """
    order, place = _read(PayoutOrder, body, "a payout order")
    lost = [problem for problem in place.problems if _LOST.fullmatch(problem.path)]
    if lost:
        message = f"fulfillments of the payout order cannot be read: {summary(lost)}"
        raise PayloadError(message, problems=place.problems)
    return order


def parse_validation(body: bytes) -> ValidationV2Info:
    """Read the validation of a beneficiary as the status call answers it.

    Args:
        body: The body of the answer.

    Returns:
        The validation; it has a status.

    Raises:
        PayloadError: It is none.
    """
    found, place = _read(ValidationV2Info, body, "the validation of a beneficiary")
    if found.status is None:
        message = "the body is not the validation of a beneficiary: it has no readable status"
        raise PayloadError(message, problems=place.problems)
    return found


def _read(kind: type[M], body: bytes, what: str) -> tuple[M, Place]:
    text = json_bytes(body)
    place = Place("", [], is_odd=b"\\u" in text)
    found = read_model(kind, _envelope.decoded(text), place)
    if found is None:
        message = f"the body is not {what}: {summary(place.problems)}"
        raise PayloadError(message, problems=place.problems)
    return found, place

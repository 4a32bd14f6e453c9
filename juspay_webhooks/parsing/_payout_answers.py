"""Own the reading of what the payout status calls answer: rare and small, so the tolerant engine reads them all."""

from typing import Final, TypeVar

from juspay_webhooks.errors import PayloadError, summary
from juspay_webhooks.models.fields import Json, Model
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.models.validation import ValidationV2Info
from juspay_webhooks.parsing import _envelope
from juspay_webhooks.parsing._body import json_bytes
from juspay_webhooks.parsing._leaves import is_null
from juspay_webhooks.parsing._tolerant import Place, read_model

__all__ = ["parse_payout_order", "parse_validation"]

M = TypeVar("M", bound=Model)

_FULFILLMENTS: Final = "/fulfillments"


def parse_payout_order(body: bytes) -> PayoutOrder:
    """Read a payout order as the status call answers it.

    Args:
        body: The body of the answer.

    Returns:
        The order; optional parts that cannot be read are None.

    Raises:
        PayloadError: It is none, or a fulfillment or an attempt of it cannot be read; every problem is listed.
    """
    order, place, found = _read(PayoutOrder, body, "a payout order")
    # Problems are counted only up to a bound, and not each of them costs something: so what was read is counted.
    if _has_lost(found, order):
        lost = [problem for problem in place.problems if problem.path.startswith(_FULFILLMENTS)]
        message = f"fulfillments of the payout order cannot be read: {summary(lost)}"
        raise PayloadError(message, problems=place.problems)
    return order


def _has_lost(found: Json, order: PayoutOrder) -> bool:
    """Tell whether an order was read without a payment out that it has, or without one of its attempts."""
    fulfillments = found.get("fulfillments")
    if _is_short(fulfillments, order.fulfillments):
        return True
    pairs = zip(fulfillments or (), order.fulfillments or (), strict=False)
    return any(_is_short(one.get("transactions"), read.transactions) for one, read in pairs)


def _is_short(found: Json, read: tuple[Model, ...] | None) -> bool:
    """Tell whether a list was read without one of its items."""
    if found is None or (isinstance(found, str) and is_null(found)):
        return False
    return not isinstance(found, list) or read is None or len(read) < len(found)


def parse_validation(body: bytes) -> ValidationV2Info:
    """Read the validation of a beneficiary as the status call answers it.

    Args:
        body: The body of the answer.

    Returns:
        The validation; it has a status.

    Raises:
        PayloadError: It is none.
    """
    found, place, _ = _read(ValidationV2Info, body, "the validation of a beneficiary")
    if found.status is None:
        message = "the body is not the validation of a beneficiary: it has no readable status"
        raise PayloadError(message, problems=place.problems)
    return found


def _read(kind: type[M], body: bytes, what: str) -> tuple[M, Place, Json]:
    """Read a body as a model; with the problems, and what it was read from."""
    text = json_bytes(body)
    place = Place("", [], is_odd=b"\\u" in text)
    found = _envelope.decoded(text)
    model = read_model(kind, found, place)
    if model is None:
        message = f"the body is not {what}: {summary(place.problems)}"
        raise PayloadError(message, problems=place.problems)
    return model, place, found

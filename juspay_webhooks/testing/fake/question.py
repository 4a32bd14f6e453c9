"""Own what is asked: which thing, by which ids, and what of it. It reads method and target of a request, and no header.

What is none of the questions that the fake knows is None.
"""

from enum import StrEnum
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import attrs

__all__ = ["GATEWAY_RESPONSE", "Kind", "Question", "question_of"]

GATEWAY_RESPONSE: Final = "gateway_response"
"""What `options.add_full_gateway_response` adds to an order."""

_YES: Final = frozenset({"true", "1"})
"""What switches an option on, in any case. Source: old server code."""


class Kind(StrEnum):
    """What can be asked about."""

    ORDER = "order"
    """`GET /orders/{id}`."""

    PAYOUT = "payout"
    """`GET /payout/merchant/v1/orders/{id}`."""

    VALIDATION = "validation"
    """`GET /payout/merchant/v2/benedetails/{customerId}/{beneId}`."""


@attrs.frozen
class Question:
    """One question."""

    kind: Kind
    """About what."""

    ids: tuple[str, ...]
    """Its ids, decoded: one, or customer and beneficiary."""

    wanted: frozenset[str]
    """Optional parts that are asked for."""


def question_of(method: str, target: str, /) -> Question | None:
    """Read a request.

    Args:
        method: HTTP method.
        target: Path and query, as they came.

    Returns:
        The question; None if it is none.
    """
    if method != "GET":
        return None
    try:
        parts = urlsplit(target)
        words = [unquote(part, errors="strict") for part in parts.path.split("/")]
    except ValueError:  # no URL, or no UTF-8 behind its escapes
        return None
    options = parse_qs(parts.query)
    match words:
        case ["", "orders", order_id] if order_id:
            switches = options.get("options.add_full_gateway_response", [])
            is_full = any(switch.lower() in _YES for switch in switches)
            return Question(Kind.ORDER, (order_id,), frozenset({GATEWAY_RESPONSE} if is_full else ()))
        case ["", "payout", "merchant", "v1", "orders", order_id] if order_id:
            wanted = ",".join(options.get("expand", [])).split(",")
            return Question(Kind.PAYOUT, (order_id,), frozenset(wanted))
        case ["", "payout", "merchant", "v2", "benedetails", customer, beneficiary] if customer and beneficiary:
            return Question(Kind.VALIDATION, (customer, beneficiary), frozenset())
        case _:
            return None

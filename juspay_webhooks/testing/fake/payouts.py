"""Own the payout orders and validations that the fake answers: samples of the package in the shape of the status calls.

No element of `payments` or `refunds` was ever published, so both stay empty.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import Json, wire_names
from juspay_webhooks.models.json_exact import decode_exact
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.models.validation import ValidationV2Info
from juspay_webhooks.testing.fake.changes import check_names, combined, plain
from juspay_webhooks.testing.fake.snapshot import Snapshot
from juspay_webhooks.testing.samples import EventName, sample_body, sample_names

__all__ = ["payout_snapshot", "validation_snapshot"]

_UNDER_WAY: Final = (("PENDING", "INITIATED"),)

_FULFILLMENTS: Final[Mapping[str, tuple[tuple[str, str | None], ...]]] = MappingProxyType(
    {
        "CREATED": (("CREATED", None),),
        "READY_FOR_FULFILLMENT": (("CREATED", None),),
        "FULFILLMENTS_SCHEDULED": _UNDER_WAY,
        "FULFILLED_PARTIALLY": (("SUCCESS", "SUCCESS"), *_UNDER_WAY),
        "FULFILLMENTS_SUCCESSFUL": (("SUCCESS", "SUCCESS"),),
        "FULFILLMENTS_FAILURE": (("FAILURE", "FAILURE"),),
        "FULFILLMENTS_MANUAL_REVIEW": (("MANUAL_REVIEW", "INITIATED"),),
        "FULFILLMENTS_CANCELLED": (("CANCELLED", None),),
    }
)
"""Status of an order -> status of each fulfillment, and of its attempt if there was one."""

_EXPANSIONS: Final[Mapping[str, tuple[str]]] = MappingProxyType(
    {"fulfillment": ("fulfillments",), "payment": ("payments",), "refund": ("refunds",)}
)
"""Word of `expand` -> the part that it adds."""

_WEBHOOK_ONLY: Final = frozenset({"id", "FulfillmentId", "attempted"})
"""Members of an attempt that only webhooks have."""

_RESULTS: Final = frozenset({"SUCCESS", "FAILURE"})
_INSIDE: Final = ("validationMethod", "gatewayRefId")
"""Members of a validation's attempt that the status call has inside `validateResp`."""


def _info(name: EventName) -> dict[str, Json]:
    info: dict[str, Json] = decode_exact(sample_body(name).decode())["info"]
    return info


def _digits(text: str) -> str:
    """Make an id as Juspay does, 30 hexadecimal digits; the same text gives the same id."""
    return sha256(text.encode()).hexdigest()[:30]


def payout_snapshot(order_id: str, status: str, changes: Mapping[str, Json]) -> Snapshot:
    """Make one state of a payout order.

    Args:
        order_id: The merchant's id.
        status: Status of the order.
        changes: Fields of the answer by their names on the wire; fulfillments follow `amount` and `customerId`.

    Returns:
        The state.

    Raises:
        ConfigurationError: There is no such field, or a value has no form in JSON.
    """
    sample = _info(("ORDER", "FULFILLMENTS_SUCCESSFUL"))
    outline = {
        "orderId": order_id,
        "status": status,
        "type": sample["orderType"],
        "customerId": sample["merchantCustomerId"],
        "amount": sample["amount"],
        "createdAt": sample["createdAt"],
        "updatedAt": sample["updatedAt"],
        **{f"udf{number}": "" for number in range(1, 6)},
        "payments": [],
        "refunds": [],
    }
    check_names("a payout order", changes, {*outline, *_names(PayoutOrder)})
    order = combined(outline, changes)
    states = _FULFILLMENTS.get(status, _UNDER_WAY)
    amount = _share(order["amount"], len(states))
    fulfillments = [
        _fulfillment(f"{_digits(order_id)}-f{number}", state, amount, order["customerId"])
        for number, state in enumerate(states, start=1)
    ]
    return Snapshot(plain({"fulfillments": fulfillments, **order}), _EXPANSIONS)


def _names(model: type[PayoutOrder | ValidationV2Info]) -> list[str]:
    return [spelling for spellings in wire_names(model).values() for spelling in spellings]


def _share(amount: Json, parts: int) -> Json:
    """Give one of the equal parts of an amount."""
    if parts == 1:
        return amount
    try:
        return Decimal(str(amount)) / parts
    except InvalidOperation:
        pass
    message = "the amount of a payout order with several fulfillments is a number"
    raise ConfigurationError(message)


def _fulfillment(fulfillment_id: str, state: tuple[str, str | None], amount: Json, customer: Json) -> dict[str, Json]:
    status, attempt = state
    made = _info(("FULFILLMENT_ORDER", "SUCCESS"))
    made |= {"id": fulfillment_id, "status": status, "amount": amount, "merchantCustomerId": customer}
    if attempt is None:
        return {**made, "fulfillmentMethodList": []}
    transaction = _attempt(_digits(f"{fulfillment_id}-t1"), attempt, amount)
    return {**made, "fulfillmentMethodList": [transaction["fulfillmentMethod"]], "transactions": [transaction]}


def _attempt(reference: str, status: str, amount: Json) -> dict[str, Json]:
    made = {key: value for key, value in _info(("FULFILLMENT_TXN", status)).items() if key not in _WEBHOOK_ONLY}
    made |= {"transactionRef": reference, "gatewayRefId": reference, "amount": amount, "timeStamp": made["updatedAt"]}
    made["txnResponse"] |= {"requestId": reference, "amount": amount}
    if status in _RESULTS:
        made = {"responseCode": status, "responseMessage": status, "epgTxnId": reference} | made
    return made


def validation_snapshot(beneficiary_id: str, status: str, changes: Mapping[str, Json]) -> Snapshot:
    """Make one state of the validation of a beneficiary.

    Args:
        beneficiary_id: The merchant's id of the beneficiary.
        status: Status of the validation.
        changes: Fields of the answer by their names on the wire.

    Returns:
        The state.

    Raises:
        ConfigurationError: There is no such field, or a value has no form in JSON.
    """
    is_done = ("VALIDATION_V2", status) in sample_names()
    outline = _info(("VALIDATION_V2", status if is_done else "VALID"))
    if not is_done:
        kept = ("validationType", "beneDetails", "createdAt", "updatedAt")
        outline = {**{key: outline[key] for key in kept}, "transactions": []}
    for attempt in outline["transactions"]:
        attempt["validateResp"] |= {key: attempt.pop(key) for key in _INSIDE}
    outline |= {"status": status, "uniqueId": beneficiary_id}
    check_names("a validation", changes, {*outline, *_names(ValidationV2Info)})
    return Snapshot(plain(combined(outline, changes)), {})

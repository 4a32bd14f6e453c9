"""Own the answer to one question: may the state that came in replace the state that is stored?

Webhooks come late, twice and out of order, and most carry no time of their last change. Tables over pairs of outcomes
decide, and the code only interprets them. Nothing here may read a clock, or refuse a status word because it is new.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeAlias, overload

import attrs

from juspay_webhooks.catalog import MandateOutcome, Outcome, PayoutOutcome, RefundOutcome
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.mandate import Mandate
from juspay_webhooks.models.open_enum import OpenEnum
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.payout import FulfillmentOrderInfo, FulfillmentTransactionInfo, PayoutOrderInfo
from juspay_webhooks.models.refund import Refund
from juspay_webhooks.models.statuses import OrderStatus, PayoutTransactionStatus
from juspay_webhooks.models.transaction import TransactionLeg
from juspay_webhooks.models.validation import ValidationV2Info

__all__ = ["supersedes"]


class _Verdict(StrEnum):
    """What a table says about one pair; the value is its sign in the tables."""

    YES = "Y"
    """The new state wins, whatever the times."""

    NO = "."
    """The stored state stays, whatever the times."""

    IF_LATER = ">"
    """The new state wins if it is shown to be the later one."""

    UNLESS_EARLIER = "+"
    """The new state wins unless it is shown to be the earlier one."""


_Rules: TypeAlias = Mapping[tuple[StrEnum, StrEnum], _Verdict]
"""(Stored outcome, new outcome) -> verdict."""


def _rules(rows: Mapping[StrEnum, str]) -> _Rules:
    """Read a table: a row per stored outcome, a sign per new outcome, both in the same order."""
    return MappingProxyType(
        {
            (old, new): _Verdict(sign)
            for old, signs in rows.items()
            for new, sign in zip(rows, signs.split(), strict=True)
        }
    )


# Signs: Y yes, . no, > if later, + unless earlier. Columns stand in the order of the rows. No two mirrored cells may
# both say yes to one pair of states: Y faces a dot, + faces a dot or >.
# fmt: off
_ONE_ATTEMPT: Final = _rules({
    Outcome.UNKNOWN:          ">  +  +  Y  Y  Y  Y  Y  Y  Y",  # a word that decides nothing is one more way to wait
    Outcome.PENDING:          ">  >  +  Y  Y  Y  Y  Y  Y  Y",
    Outcome.ACTION_NEEDED:    ">  >  >  Y  Y  Y  Y  Y  Y  Y",
    Outcome.FAILED:           ".  .  .  >  Y  Y  Y  Y  Y  Y",  # late success is real
    Outcome.CASH_ON_DELIVERY: ".  .  .  .  >  +  Y  Y  Y  Y",
    Outcome.AUTHORIZED:       ".  .  .  .  >  >  Y  Y  Y  Y",
    Outcome.VOIDED:           ".  .  .  .  .  .  >  Y  Y  Y",
    Outcome.PARTLY_PAID:      ".  .  .  .  .  .  .  >  Y  Y",
    Outcome.PAID:             ".  .  .  .  .  .  .  .  >  +",
    Outcome.AUTO_REFUNDED:    ".  .  .  .  .  .  .  .  >  >",
})
"""Orders whose two states show the same attempt, or do not show that it is another."""

_TWO_ATTEMPTS: Final = _rules({
    Outcome.UNKNOWN:          ">  +  +  >  +  +  >  Y  Y  Y",  # the order shows its latest attempt …
    Outcome.PENDING:          ">  >  +  >  +  +  >  Y  Y  Y",
    Outcome.ACTION_NEEDED:    ">  >  >  >  +  +  >  Y  Y  Y",
    Outcome.FAILED:           "+  +  +  >  +  +  >  Y  Y  Y",
    Outcome.CASH_ON_DELIVERY: ">  >  >  >  >  +  >  Y  Y  Y",
    Outcome.AUTHORIZED:       ">  >  >  >  >  >  >  Y  Y  Y",
    Outcome.VOIDED:           "+  +  +  >  +  +  >  Y  Y  Y",
    Outcome.PARTLY_PAID:      ".  .  .  .  .  .  .  >  Y  Y",  # … until one of them took money
    Outcome.PAID:             ".  .  .  .  .  .  .  .  >  +",
    Outcome.AUTO_REFUNDED:    ".  .  .  .  .  .  .  .  >  >",
})
"""Orders whose two states show different attempts: "later" is then the attempt that was made later."""

_REFUNDS: Final = _rules({
    RefundOutcome.UNKNOWN: ">  +  Y  Y  Y",
    RefundOutcome.PENDING: ">  >  Y  Y  Y",
    RefundOutcome.REVIEW:  ".  .  >  Y  Y",
    RefundOutcome.SUCCESS: ".  .  .  >  >",
    RefundOutcome.FAILED:  ".  .  .  >  >",
})

_MANDATES: Final = _rules({
    MandateOutcome.PENDING: ">  Y  Y  Y  Y  Y",
    MandateOutcome.UNKNOWN: ".  >  +  +  Y  Y",
    MandateOutcome.ACTIVE:  ".  >  >  >  Y  Y",
    MandateOutcome.PAUSED:  ".  >  >  >  Y  Y",
    MandateOutcome.FAILED:  ".  .  .  .  >  .",
    MandateOutcome.ENDED:   ".  .  .  .  .  >",
})

_PAYOUTS: Final = _rules({
    PayoutOutcome.PENDING:   ">  Y  Y  Y  Y  Y  Y",
    PayoutOutcome.UNKNOWN:   ".  >  +  +  +  +  Y",
    PayoutOutcome.REVIEW:    ".  >  >  +  +  +  Y",
    PayoutOutcome.CANCELLED: ".  >  >  >  >  >  Y",
    PayoutOutcome.FAILED:    ".  >  >  >  >  >  Y",
    PayoutOutcome.SUCCESS:   ".  >  >  >  >  >  Y",
    PayoutOutcome.REVERSED:  ".  .  .  .  .  .  >",
})
# fmt: on

_RANKS_AS: Final[Mapping[OpenEnum, StrEnum]] = MappingProxyType(
    {
        OrderStatus.CAPTURE_INITIATED: Outcome.AUTHORIZED,  # while a capture or a void runs, money is held
        OrderStatus.VOID_INITIATED: Outcome.AUTHORIZED,
        PayoutTransactionStatus.CONFLICTED: PayoutOutcome.REVERSED,  # as REVERSED: the gateway took back its first word
    }
)
"""Words that stand in the tables elsewhere than under their own outcome."""

_STEPS: Final[Mapping[OpenEnum, int]] = MappingProxyType(
    {
        OrderStatus.NEW: 0,
        OrderStatus.CREATED: 0,
        OrderStatus.STARTED: 1,
        OrderStatus.PENDING_AUTHENTICATION: 2,
        OrderStatus.PENDING_VBV: 2,
        OrderStatus.VBV_SUCCESSFUL: 3,
        OrderStatus.AUTHORIZING: 4,
        OrderStatus.AUTHORIZED: 0,
        OrderStatus.CAPTURE_INITIATED: 1,
        OrderStatus.VOID_INITIATED: 1,
        OrderStatus.CAPTURE_FAILED: 2,
        OrderStatus.VOID_FAILED: 2,
    }
)
"""How far a payment has come among the words of one row; it decides where times do not."""


@attrs.frozen(kw_only=True)
class _Thing:
    """How two states of one kind of thing are compared."""

    ids: tuple[str, ...]
    """Attributes that name the thing; the first one that both states have decides."""

    clock: str
    """Attribute that says when the thing last changed."""

    rules: _Rules
    """Its table; of an order, the one for a single attempt."""


_THINGS: Final[Mapping[type, _Thing]] = MappingProxyType(
    {
        Order: _Thing(ids=("order_id",), clock="last_updated", rules=_ONE_ATTEMPT),
        Refund: _Thing(ids=("unique_request_id",), clock="last_updated", rules=_REFUNDS),
        Mandate: _Thing(ids=("mandate_id",), clock="last_updated", rules=_MANDATES),
        PayoutOrderInfo: _Thing(ids=("id",), clock="updated_at", rules=_PAYOUTS),
        FulfillmentOrderInfo: _Thing(ids=("id",), clock="updated_at", rules=_PAYOUTS),
        # Answers to API calls leave out the id of a transaction.
        FulfillmentTransactionInfo: _Thing(ids=("id", "transaction_ref"), clock="updated_at", rules=_PAYOUTS),
        ValidationV2Info: _Thing(ids=("unique_id",), clock="updated_at", rules=_PAYOUTS),
    }
)


@overload
def supersedes(old: Order, new: Order) -> bool: ...
@overload
def supersedes(old: Refund, new: Refund) -> bool: ...
@overload
def supersedes(old: Mandate, new: Mandate) -> bool: ...
@overload
def supersedes(old: PayoutOrderInfo, new: PayoutOrderInfo) -> bool: ...
@overload
def supersedes(old: FulfillmentOrderInfo, new: FulfillmentOrderInfo) -> bool: ...
@overload
def supersedes(old: FulfillmentTransactionInfo, new: FulfillmentTransactionInfo) -> bool: ...
@overload
def supersedes(old: ValidationV2Info, new: ValidationV2Info) -> bool: ...
def supersedes(old: object, new: object) -> bool:
    """Tell whether a new state of a thing may replace the stored one.

    Orders: PAID and AUTO_REFUNDED give way only to each other, PARTLY_PAID only to those two. Otherwise the later
    attempt wins, and within one attempt what is later on the way from pending over failed and held to voided. Refunds
    go from pending over review to an end. Mandates that failed or ended stay so. Payouts that ended are never pending
    again, and REVERSED and CONFLICTED overturn every other word. A word that decides nothing (outcome UNKNOWN) counts
    as pending for orders and refunds; for mandates and payouts it comes after pending and competes by time.

    Where all that says nothing, the later time wins; without times a payment that has come further, or an order with
    more refunds, or more ended ones; else the stored state stays. Two states never supersede each other both ways.

    The order of arrival still matters where a body does not say enough: two attempts without `txn_detail.created`,
    states of which only some have times, and without times SUCCESS and FAILED of a refund, ACTIVE and PAUSED of a
    mandate, the ends of a payout. And a mandate that was reported both failed and ended stays at the first report.

    Args:
        old: The state that you have stored.
        new: The state that came in.

    Returns:
        Whether `new` may replace `old`; False if nothing decides.

    Raises:
        ConfigurationError: These are not two states of one thing.
    """
    thing = _THINGS.get(type(old))
    if thing is None or type(new) is not type(old):
        message = (
            f"supersedes compares two states of one kind, out of {', '.join(kind.__name__ for kind in _THINGS)}; "
            f"got {type(old).__name__} and {type(new).__name__}"
        )
        raise ConfigurationError(message)
    if not _is_same(old, new, thing.ids):
        message = (
            f"supersedes compares two states of one {type(old).__name__}: both need the same {' or '.join(thing.ids)}; "
            "look the stored state up by it"
        )
        raise ConfigurationError(message)
    if isinstance(old, Order) and isinstance(new, Order):
        return _order_supersedes(old, new)
    verdict = thing.rules[_rank(old), _rank(new)]
    return _decide(verdict, [(getattr(old, thing.clock), getattr(new, thing.clock))])


def _is_same(old: object, new: object, ids: Iterable[str]) -> bool:
    """Tell whether two states belong to one thing; without an id they do not."""
    for name in ids:
        before, after = getattr(old, name), getattr(new, name)
        if before and after:
            # Juspay compares its merchants' order ids without case.
            return bool(before == after or (name == "order_id" and before.lower() == after.lower()))
    return False


def _rank(state: Any) -> StrEnum:  # noqa: ANN401  # any of the things above
    """Find the row of a state."""
    if state.status is None:  # a validation may come without one
        return PayoutOutcome.UNKNOWN
    outcome: StrEnum = _RANKS_AS.get(state.status, state.status.outcome)
    return outcome


def _decide(verdict: _Verdict, evidence: Iterable[tuple[Any, Any]]) -> bool:
    """Interpret a verdict.

    Args:
        verdict: What the table says.
        evidence: Pairs of (stored, new) values that grow with time; the first pair that is complete and differs counts.

    Returns:
        Whether the new state wins.
    """
    if verdict in {_Verdict.YES, _Verdict.NO}:
        return verdict is _Verdict.YES
    for before, after in evidence:
        if before is not None and after is not None and before != after:
            return bool(after > before)
    return verdict is _Verdict.UNLESS_EARLIER


def _order_supersedes(old: Order, new: Order) -> bool:
    """Judge two states of one order."""
    before, after = _rank(old), _rank(new)
    rules = _ONE_ATTEMPT
    evidence: list[tuple[Any, Any]] = [(_last_updated(old), _last_updated(new))]
    if _is_other_attempt(old, new):
        rules = _TWO_ATTEMPTS
        evidence.insert(0, (_latest(old, "created"), _latest(new, "created")))
    if before == after:
        evidence.append((_progress(old), _progress(new)))
    return _decide(rules[before, after], evidence)


def _is_other_attempt(old: Order, new: Order) -> bool:
    """Tell whether two states of an order show different attempts, by `txn_uuid` or else by `txn_id`."""
    for name in ("txn_uuid", "txn_id"):
        before, after = ({getattr(part, name) for part in _parts(order)} - {None, ""} for order in (old, new))
        if before and after:
            return before.isdisjoint(after)
    return False


def _parts(order: Order) -> tuple[Order | TransactionLeg, ...]:
    """List where an order may hold an attempt: at its top level and in its legs."""
    return (order, *(order.txn_list or ()))


def _last_updated(order: Order) -> datetime | None:
    """Say when an order last changed, or else its attempt."""
    return order.last_updated or _latest(order, "last_updated")


def _latest(order: Order, name: str) -> datetime | None:
    """Find the latest of one time of an order's attempt, or of its legs."""
    details = (part.txn_detail for part in _parts(order))
    times: Iterable[datetime | None] = (getattr(detail, name) for detail in details if detail is not None)
    return max((time for time in times if time is not None), default=None)


def _progress(order: Order) -> tuple[int, int, int]:
    """Measure how far an order has come: step of its status, refunds, ended refunds."""
    refunds = order.all_refunds
    return (_STEPS.get(order.status, 0), len(refunds), sum(refund.status.is_terminal for refund in refunds))

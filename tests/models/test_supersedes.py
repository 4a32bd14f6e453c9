"""Which state may replace which: every pair of words against rules written a second time, and the laws behind them."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import reduce
from typing import Any, Final, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks.catalog import MandateOutcome, Outcome, PayoutOutcome, RefundOutcome
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import Json
from juspay_webhooks.models.mandate import Mandate
from juspay_webhooks.models.open_enum import OpenEnum
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.payout import FulfillmentOrderInfo, FulfillmentTransactionInfo, PayoutOrderInfo
from juspay_webhooks.models.refund import Refund
from juspay_webhooks.models.statuses import (
    FulfillmentStatus,
    MandateStatus,
    OrderStatus,
    PayoutOrderStatus,
    PayoutTransactionStatus,
    RefundStatus,
    ValidationStatus,
)
from juspay_webhooks.models.supersedes import _MANDATES, _ONE_ATTEMPT, _PAYOUTS, _REFUNDS, _TWO_ATTEMPTS, supersedes
from juspay_webhooks.models.transaction import Transaction, TransactionLeg
from juspay_webhooks.models.validation import ValidationV2Info

START: Final = datetime(2024, 1, 31, tzinfo=UTC)
NEW_WORD: Final = "SENT_BY_PIGEON"

Place: TypeAlias = tuple[int, int]
"""Group of a word, and step within the group."""

Times: TypeAlias = tuple[datetime | None, datetime | None]
"""When the stored and the new state last changed."""

# The rules a second time, word by word and without outcomes: a later group always wins.
ORDER_GROUPS: Final = (
    # 0: under way; the further, the later
    (
        "NOT_FOUND ERROR SUCCESS PENDING FAILURE COMPLETED NOP AUTO_REFUND_REQUEST AUTO_REFUND_FAILED " + NEW_WORD,
        "NEW CREATED",
        "STARTED",
        "PENDING_AUTHENTICATION PENDING_VBV",
        "VBV_SUCCESSFUL",
        "AUTHORIZING",
        "TO_BE_CHARGED",
    ),
    # 1: failed
    ("AUTHENTICATION_FAILED AUTHORIZATION_FAILED JUSPAY_DECLINED DECLINED",),
    # 2: money held or promised
    ("COD_INITIATED", "AUTHORIZED", "CAPTURE_INITIATED VOID_INITIATED", "CAPTURE_FAILED VOID_FAILED"),
    # 3: released
    ("VOIDED AUTO_VOIDED MERCHANT_VOIDED",),
    # 4: some money taken
    ("PARTIAL_CHARGED",),
    # 5: all money taken, or on its way back
    ("CHARGED", "AUTO_REFUNDED"),
)
UNDER_WAY: Final = 0
OVER: Final = frozenset({1, 3})
HELD: Final = 2
MONEY_TAKEN: Final = 4

REFUND_GROUPS: Final = (
    ("REFUNDED " + NEW_WORD, "PENDING TRANSFER_SCHEDULED"),
    ("MANUAL_REVIEW",),
    ("SUCCESS FAILURE TXN_FAILURE",),
)
MANDATE_GROUPS: Final = (("CREATED PENDING",), (NEW_WORD, "ACTIVE PAUSED"), ("FAILURE REVOKED EXPIRED",))
PAYOUT_ENDS: Final = "FULFILLMENTS_SUCCESSFUL FULFILLMENTS_FAILURE FULFILLMENTS_CANCELLED"
PAYOUT_GROUPS: Final = (
    ("CREATED READY_FOR_FULFILLMENT FULFILLMENTS_SCHEDULED FULFILLED_PARTIALLY INITIATED PENDING",),
    (
        "ERROR TIMEOUT " + NEW_WORD,
        "MANUAL_REVIEW FULFILLMENTS_MANUAL_REVIEW",
        f"{PAYOUT_ENDS} SUCCESS FAILURE CANCELLED DISCARDED VALID INVALID",
    ),
    ("REVERSED CONFLICTED",),
)


def places(groups: Sequence[Sequence[str]]) -> Mapping[str, Place]:
    """Give each word its group and its step within the group."""
    return {
        word: (group, step)
        for group, steps in enumerate(groups)
        for step, words in enumerate(steps)
        for word in words.split()
    }


ORDERS: Final = places(ORDER_GROUPS)
REFUNDS: Final = places(REFUND_GROUPS)
MANDATES: Final = places(MANDATE_GROUPS)
PAYOUTS: Final = places(PAYOUT_GROUPS)


def order(status: str, **more: Json) -> Order:
    """Build an order."""
    fields: dict[str, Json] = {"order_id": "o", "status": status, "amount": "5", **more}
    return Order(**fields)


def transaction(txn_id: str, **more: Json) -> Transaction:
    """Build the details of an attempt."""
    fields: dict[str, Json] = {"txn_id": txn_id, "order_id": "o", "status": "STARTED", "txn_amount": "5", **more}
    return Transaction(currency="INR", **fields)


def attempt(number: int, status: str, *, dated: bool = True, **more: Json) -> Order:
    """Build an order that shows one of its attempts."""
    ids = {"txn_id": f"m-o-{number}", "txn_uuid": f"moz{number}"}
    created = START + timedelta(minutes=number) if dated else None
    return order(status, **ids, txn_detail=transaction(**ids, created=created), **more)


def split(status: str, *numbers: int, refunds: Sequence[Refund] = ()) -> Order:
    """Build an order with legs; the refunds belong to the first of them."""
    legs = [
        TransactionLeg(
            txn_id=f"m-o-{number}",
            status=OrderStatus.STARTED,
            txn_detail=transaction(f"m-o-{number}", created=START + timedelta(minutes=number)),
            refunds=tuple(refunds) if number == numbers[0] else None,
        )
        for number in numbers
    ]
    return order(status, txn_list=legs)


def refund(status: str, time: datetime | None = None, name: str = "r") -> Refund:
    """Build a refund."""
    fields: dict[str, Json] = {"unique_request_id": name, "status": status, "amount": "5", "last_updated": time}
    return Refund(**fields)


def refunded(*statuses: str, **more: Json) -> Order:
    """Build a charged order with refunds."""
    return order("CHARGED", refunds=[refund(status, name=f"r{n}") for n, status in enumerate(statuses)], **more)


def mandate(status: str, time: datetime | None = None) -> Mandate:
    """Build a mandate."""
    return Mandate(mandate_id="m", status=MandateStatus(status), last_updated=time)


def payout_order(status: str, time: datetime | None = None, name: str = "p") -> PayoutOrderInfo:
    """Build a payout order."""
    fields: dict[str, Json] = {"id": name, "status": status, "amount": "5", "updated_at": time}
    return PayoutOrderInfo(**fields)


def fulfillment(status: str, time: datetime | None = None) -> FulfillmentOrderInfo:
    """Build a fulfillment."""
    fields: dict[str, Json] = {"id": "p-f1", "status": status, "amount": "5", "updated_at": time}
    return FulfillmentOrderInfo(**fields)


def payout_txn(status: str, time: datetime | None = None, **more: Json) -> FulfillmentTransactionInfo:
    """Build a payout transaction."""
    fields: dict[str, Json] = {"status": status, "amount": "5", "updated_at": time, "id": "p-f1-t1", **more}
    return FulfillmentTransactionInfo(**fields)


def validation(status: str | None, time: datetime | None = None, name: str | None = "b") -> ValidationV2Info:
    """Build a validation of a beneficiary."""
    word = None if status is None else ValidationStatus(status)
    return ValidationV2Info(unique_id=name, status=word, updated_at=time)


Kind: TypeAlias = tuple[type[OpenEnum], Callable[[str, datetime | None], Any], Mapping[str, Place]]
"""Vocabulary of a kind of thing, how to build one, and the places of its words."""

KINDS: Final[Mapping[str, Kind]] = {
    "refund": (RefundStatus, refund, REFUNDS),
    "mandate": (MandateStatus, mandate, MANDATES),
    "payout order": (PayoutOrderStatus, payout_order, PAYOUTS),
    "fulfillment": (FulfillmentStatus, fulfillment, PAYOUTS),
    "payout transaction": (PayoutTransactionStatus, payout_txn, PAYOUTS),
    "validation": (ValidationStatus, validation, PAYOUTS),
}

LATER: Final = START + timedelta(seconds=1)
TIMES: Final[Mapping[str, Times]] = {
    "no times": (None, None),
    "only the stored one has a time": (START, None),
    "only the new one has a time": (None, START),
    "same time": (START, START),
    "new is later": (START, LATER),
    "new is earlier": (LATER, START),
}


def words(vocabulary: type[OpenEnum]) -> list[str]:
    """List every known word of a vocabulary, and an unknown one."""
    return [*(member.value for member in vocabulary), NEW_WORD]


def is_later(times: Times) -> bool | None:
    """Tell whether the new state is later, None if nobody knows."""
    before, after = times
    return None if before is None or after is None or before == after else after > before


def goes_forward(old: Place, new: Place, *, later: bool | None) -> bool:
    """Apply the rule: the later group, else the later time, else the further step."""
    if old[0] != new[0]:
        return new[0] > old[0]
    return new[1] > old[1] if later is None else later


def are_two_ends(*states: str) -> bool:
    """Tell whether mandates both failed and ended: then neither replaces the other."""
    return "FAILURE" in states and not {"REVOKED", "EXPIRED"}.isdisjoint(states)


@pytest.mark.parametrize("times", TIMES.values(), ids=TIMES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_pair_of_words(kind: str, times: Times) -> None:
    """Each pair of words of each vocabulary has one answer, with and without times."""
    vocabulary, make, where = KINDS[kind]
    olds: dict[str, Any]
    news: dict[str, Any]
    olds, news = ({word: make(word, time) for word in words(vocabulary)} for time in times)

    for old, new in itertools.product(olds, repeat=2):
        expected = goes_forward(where[old], where[new], later=is_later(times))
        expected = expected and not (kind == "mandate" and are_two_ends(old, new))

        assert (old, new, expected) == (old, new, supersedes(olds[old], news[new]))


@pytest.mark.parametrize("times", TIMES.values(), ids=TIMES)
@pytest.mark.parametrize("shown", [(False, False), (True, True), (False, True), (True, False)])
def test_every_pair_of_order_words_in_one_attempt(shown: tuple[bool, bool], times: Times) -> None:
    """Within one attempt, or if nothing shows that there are two, a payment only goes forward."""
    olds, news = (
        {word: attempt(1, word, last_updated=time) if is_shown else order(word, last_updated=time) for word in ORDERS}
        for is_shown, time in zip(shown, times, strict=True)
    )

    for old, new in itertools.product(words(OrderStatus), repeat=2):
        expected = goes_forward(ORDERS[old], ORDERS[new], later=is_later(times))

        assert (old, new, expected) == (old, new, supersedes(olds[old], news[new]))


def changes_attempt(old: Place, new: Place, *, later: bool | None) -> bool:
    """Apply the rule of two attempts: the later one, until money is taken; undated, one that is over gives way."""
    if old[0] == new[0] or max(old[0], new[0]) >= MONEY_TAKEN:
        return goes_forward(old, new, later=later)
    if later is not None:
        return later
    return (old[0] in OVER and new[0] not in OVER) or (old[0] == UNDER_WAY and new[0] == HELD)


@pytest.mark.parametrize("times", TIMES.values(), ids=TIMES)
@pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])
@pytest.mark.parametrize("numbers", [(1, 2), (2, 1)])
def test_every_pair_of_order_words_in_two_attempts(
    numbers: tuple[int, int],
    dated: bool,  # noqa: FBT001  # pytest passes it by name
    times: Times,
) -> None:
    """A new attempt reopens what is over, an older one does not, and no attempt undoes money that is taken."""
    olds, news = (
        {word: attempt(number, word, dated=dated, last_updated=time) for word in ORDERS}
        for number, time in zip(numbers, times, strict=True)
    )
    later = numbers[1] > numbers[0] if dated else is_later(times)

    for old, new in itertools.product(words(OrderStatus), repeat=2):
        expected = changes_attempt(ORDERS[old], ORDERS[new], later=later)

        assert (old, new, expected) == (old, new, supersedes(olds[old], news[new]))


@pytest.mark.parametrize(
    ("rules", "outcomes"),
    [
        pytest.param(_ONE_ATTEMPT, Outcome, id="one attempt"),
        pytest.param(_TWO_ATTEMPTS, Outcome, id="two attempts"),
        pytest.param(_REFUNDS, RefundOutcome, id="refunds"),
        pytest.param(_MANDATES, MandateOutcome, id="mandates"),
        pytest.param(_PAYOUTS, PayoutOutcome, id="payouts"),
    ],
)
def test_tables_are_whole(rules: Mapping[tuple[StrEnum, StrEnum], str], outcomes: type[StrEnum]) -> None:
    """Every pair of outcomes is a row, and no two mirrored rows can both say yes to one pair of states."""
    pairs = set(itertools.product(outcomes, repeat=2))
    clashes = [{"Y"}, {"Y", ">"}, {"Y", "+"}, {"+"}]

    assert pairs == set(rules)
    assert [] == [(old, new) for old, new in pairs if {str(rules[old, new]), str(rules[new, old])} in clashes]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(refunded(), refunded("PENDING"), True, id="a first refund"),
        pytest.param(refunded("PENDING"), refunded(), False, id="a refund less"),
        pytest.param(refunded("PENDING"), refunded("SUCCESS"), True, id="a refund ended"),
        pytest.param(refunded("FAILURE"), refunded("FAILURE", "PENDING"), True, id="a second refund"),
        pytest.param(refunded("SUCCESS"), refunded("FAILURE"), False, id="as many ended refunds"),
        pytest.param(split("CHARGED", 1), split("CHARGED", 1, refunds=[refund("PENDING")]), True, id="refund of a leg"),
        pytest.param(
            refunded("PENDING", last_updated=START), refunded(last_updated=LATER), True, id="times before refunds"
        ),
        pytest.param(
            refunded(last_updated=START), refunded("PENDING", last_updated=START), True, id="refund at the same time"
        ),
        pytest.param(
            order("CHARGED", txn_detail=transaction("t", last_updated=START)),
            order("CHARGED", txn_detail=transaction("t", last_updated=LATER)),
            True,
            id="time of the attempt",
        ),
        pytest.param(
            order("CHARGED", txn_detail=transaction("t", last_updated=LATER)),
            order("CHARGED", txn_detail=transaction("t", last_updated=START), last_updated=LATER),
            False,
            id="time of the order before time of the attempt",
        ),
        pytest.param(order("NEW", order_id="Ab1"), order("CHARGED", order_id="aB1"), True, id="order id without case"),
        pytest.param(
            order("AUTHORIZATION_FAILED", txn_uuid="u1", txn_id="t"),
            order("STARTED", txn_uuid="u2", txn_id="t"),
            True,
            id="txn_uuid before txn_id",
        ),
        pytest.param(
            order("AUTHORIZATION_FAILED", txn_uuid="u1", txn_id="t1"),
            order("STARTED", txn_id="t2"),
            True,
            id="txn_id where only one has txn_uuid",
        ),
        pytest.param(
            order("AUTHORIZATION_FAILED", txn_id="t1"), order("STARTED", txn_id=""), False, id="an empty id is none"
        ),
        pytest.param(
            split("AUTHORIZATION_FAILED", 1), split("STARTED", 1, 2), False, id="one more leg is no new attempt"
        ),
        pytest.param(split("AUTHORIZATION_FAILED", 1, 3), split("STARTED", 2), False, id="latest leg dates an attempt"),
        pytest.param(split("AUTHORIZATION_FAILED", 1, 3), split("STARTED", 4), True, id="other legs, made later"),
        pytest.param(validation("PENDING"), validation(None), True, id="a validation without a status is unknown"),
        pytest.param(
            payout_txn("SUCCESS", transaction_ref="x"),
            payout_txn("REVERSED", transaction_ref="x", id=None),
            True,
            id="transaction_ref where only one has an id",
        ),
    ],
)
def test_says_what_decides(old: Any, new: Any, expected: bool) -> None:  # noqa: ANN401, FBT001  # rows of a table
    """What decides besides the status: refunds, times, ids."""
    assert expected == supersedes(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (refund("SUCCESS"), refund("FAILURE")),
        (mandate("ACTIVE"), mandate("PAUSED")),
        (mandate("FAILURE", START), mandate("REVOKED", LATER)),
        (payout_order("FULFILLMENTS_SUCCESSFUL"), payout_order("FULFILLMENTS_FAILURE")),
        (payout_txn("REVERSED"), payout_txn("CONFLICTED")),
        (attempt(1, "DECLINED", dated=False), attempt(2, "DECLINED", dated=False)),
        (order("PENDING_VBV"), order("PENDING_AUTHENTICATION")),
    ],
)
def test_stays_where_nothing_decides(old: Any, new: Any) -> None:  # noqa: ANN401  # rows of a table
    """Where two states say too little, the one that came first stays: these pairs depend on the order of arrival."""
    assert not supersedes(old, new)
    assert not supersedes(new, old)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(order("NEW"), refund("PENDING"), "got Order and Refund", id="two kinds"),
        pytest.param(OrderStatus.NEW, OrderStatus.CHARGED, "one kind, out of Order, Refund, Mandate, ", id="statuses"),
        pytest.param(None, order("NEW"), "got NoneType and Order", id="nothing stored"),
        pytest.param(order("NEW"), order("NEW", order_id="o2"), "both need the same order_id", id="orders"),
        pytest.param(refund("PENDING"), refund("PENDING", name="R"), "same unique_request_id", id="refunds"),
        pytest.param(
            mandate("ACTIVE"), Mandate(mandate_id="2", status=MandateStatus.ACTIVE), "same mandate_id", id="mandates"
        ),
        pytest.param(payout_order("CREATED"), payout_order("CREATED", name="P"), "same id", id="payouts"),
        pytest.param(payout_txn("CREATED"), payout_txn("CREATED", id="2"), "same id or transaction_ref", id="attempts"),
        pytest.param(validation("VALID", name=None), validation("VALID", name=None), "same unique_id", id="no id"),
    ],
)
def test_refuses_what_is_not_one_thing(old: Any, new: Any, said: str) -> None:  # noqa: ANN401  # rows of a table
    """Two kinds, two things, or things without an id are a misuse; the error says what to compare."""
    with pytest.raises(ConfigurationError) as caught:
        supersedes(old, new)

    assert said in str(caught.value)


def last(states: Iterable[Any]) -> Any:  # noqa: ANN401  # one of several models
    """Keep a state as a merchant does: let each one that comes in replace the stored one if it may."""
    return reduce(lambda old, new: new if supersedes(old, new) else old, states)


SECONDS: Final = st.integers(0, 3)
TIME: Final = st.none() | SECONDS.map(lambda seconds: START + timedelta(seconds=seconds))
ORDER: Final = st.builds(
    lambda number, status, time, dated, statuses: attempt(
        number,
        status,
        dated=dated,
        last_updated=time,
        refunds=[refund(word, name=f"r{n}") for n, word in enumerate(statuses)],
    ),
    st.integers(1, 3),
    st.sampled_from(sorted(ORDERS)),
    TIME,
    st.booleans(),
    st.lists(st.sampled_from(sorted(REFUNDS)), max_size=2),
)
STATES: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "order": ORDER | st.builds(order, st.sampled_from(sorted(ORDERS)), last_updated=TIME),
    **{
        name: st.builds(make, st.sampled_from(words(vocabulary)), TIME) for name, (vocabulary, make, _) in KINDS.items()
    },
}
PAIRS: Final = st.sampled_from(sorted(STATES)).flatmap(lambda name: st.tuples(STATES[name], STATES[name]))


@given(pair=PAIRS)
def test_never_both_ways(pair: tuple[Any, Any]) -> None:
    """No two states supersede each other both ways, and none supersedes itself."""
    old, new = pair

    assert not (supersedes(old, new) and supersedes(new, old))
    assert not supersedes(old, old)


@given(states=st.lists(STATES["order"], min_size=1, max_size=8))
def test_money_is_never_forgotten(states: list[Order]) -> None:
    """Whatever comes, in whatever order, an order that was paid or refunded by Juspay ends as one of the two."""
    kept = {Outcome.PAID, Outcome.AUTO_REFUNDED}

    assert any(state.outcome in kept for state in states) == (last(states).outcome in kept)


@given(
    scenario=st.lists(st.tuples(st.integers(1, 3), st.sampled_from(sorted(ORDERS))), min_size=2, max_size=6),
    data=st.data(),
)
def test_dated_orders_end_alike(scenario: list[tuple[int, str]], data: st.DataObject) -> None:
    """Where attempts and states are dated, an order ends in the same state whatever order its bodies come in."""

    def key(state: tuple[int, tuple[int, str]]) -> tuple[int, ...]:
        second, (number, word) = state
        group, _ = ORDERS[word]
        return (group, number, second) if group >= MONEY_TAKEN else (UNDER_WAY, number, group, second)

    numbered = list(enumerate(scenario))
    bodies = [attempt(number, word, last_updated=START + timedelta(seconds=n)) for n, (number, word) in numbered]
    expected = bodies[max(numbered, key=key)[0]]

    assert expected == last(data.draw(st.permutations(bodies)))


@given(arrived=st.lists(st.sampled_from(sorted(ORDERS)), min_size=1, max_size=6))
def test_an_undated_attempt_ends_alike(arrived: list[str]) -> None:
    """Without any time, one attempt still ends as far as any of its bodies had come."""
    expected = max(ORDERS[word] for word in arrived)

    assert expected == ORDERS[last(attempt(1, word, dated=False) for word in arrived).status]


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_dated_states_end_alike(kind: str, data: st.DataObject) -> None:
    """Where states are dated, the order of arrival does not matter, except for mandates that failed and ended."""
    vocabulary, make, where = KINDS[kind]
    one_end = [word for word in words(vocabulary) if not (kind == "mandate" and word == "FAILURE")]
    scenario = list(enumerate(data.draw(st.lists(st.sampled_from(one_end), min_size=1, max_size=6))))
    bodies = [make(word, START + timedelta(seconds=n)) for n, word in scenario]
    expected = bodies[max(scenario, key=lambda state: (where[state[1]][0], state[0]))[0]]

    assert expected == last(data.draw(st.permutations(bodies)))

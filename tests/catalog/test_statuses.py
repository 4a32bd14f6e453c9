"""Status words as rows: outcome, end and number of each."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, assert_type

import pytest

from juspay_webhooks.catalog import (
    FULFILLMENT_STATUSES,
    MANDATE_STATUSES,
    NOTIFICATION_STATUSES,
    ORDER_STATUSES,
    PAYOUT_ORDER_STATUSES,
    PAYOUT_TRANSACTION_STATUSES,
    REFUND_STATUSES,
    VALIDATION_STATUSES,
    MandateOutcome,
    NotificationOutcome,
    Outcome,
    PayoutOutcome,
    RefundOutcome,
    StatusRow,
)

Vocabulary = Mapping[str, StatusRow[Any]]

# Vocabulary -> outcome -> words; a word in capitals as on the wire, a star behind it where waiting changes nothing.
CASES: Final[list[tuple[str, Vocabulary, dict[StrEnum, str]]]] = [
    (
        "orders and transactions",
        ORDER_STATUSES,
        {
            Outcome.PAID: "CHARGED*",
            Outcome.PARTLY_PAID: "PARTIAL_CHARGED",
            Outcome.AUTHORIZED: "AUTHORIZED CAPTURE_FAILED VOID_FAILED",
            Outcome.CASH_ON_DELIVERY: "COD_INITIATED*",
            Outcome.PENDING: "NEW CREATED STARTED PENDING_AUTHENTICATION PENDING_VBV VBV_SUCCESSFUL AUTHORIZING"
            " CAPTURE_INITIATED VOID_INITIATED",
            Outcome.ACTION_NEEDED: "TO_BE_CHARGED",
            Outcome.FAILED: "AUTHENTICATION_FAILED* AUTHORIZATION_FAILED* JUSPAY_DECLINED* DECLINED*",
            Outcome.AUTO_REFUNDED: "AUTO_REFUNDED*",
            Outcome.VOIDED: "VOIDED* AUTO_VOIDED* MERCHANT_VOIDED*",
            Outcome.UNKNOWN: "AUTO_REFUND_REQUEST AUTO_REFUND_FAILED NOT_FOUND ERROR SUCCESS PENDING FAILURE COMPLETED"
            " NOP",
        },
    ),
    (
        "refunds",
        REFUND_STATUSES,
        {
            RefundOutcome.SUCCESS: "SUCCESS*",
            RefundOutcome.PENDING: "PENDING TRANSFER_SCHEDULED",
            RefundOutcome.REVIEW: "MANUAL_REVIEW",
            RefundOutcome.FAILED: "FAILURE* TXN_FAILURE*",
            RefundOutcome.UNKNOWN: "REFUNDED",
        },
    ),
    (
        "mandates",
        MANDATE_STATUSES,
        {
            MandateOutcome.PENDING: "CREATED PENDING",
            MandateOutcome.ACTIVE: "ACTIVE",
            MandateOutcome.PAUSED: "PAUSED",
            MandateOutcome.FAILED: "FAILURE*",
            MandateOutcome.ENDED: "REVOKED* EXPIRED*",
        },
    ),
    (
        "notifications",
        NOTIFICATION_STATUSES,
        {
            NotificationOutcome.PENDING: "CREATED PENDING",
            NotificationOutcome.SUCCESS: "SUCCESS*",
            NotificationOutcome.FAILED: "FAILURE*",
        },
    ),
    (
        "payout orders",
        PAYOUT_ORDER_STATUSES,
        {
            PayoutOutcome.PENDING: "CREATED READY_FOR_FULFILLMENT FULFILLMENTS_SCHEDULED FULFILLED_PARTIALLY",
            PayoutOutcome.REVIEW: "FULFILLMENTS_MANUAL_REVIEW",
            PayoutOutcome.SUCCESS: "FULFILLMENTS_SUCCESSFUL*",
            PayoutOutcome.FAILED: "FULFILLMENTS_FAILURE*",
            PayoutOutcome.CANCELLED: "FULFILLMENTS_CANCELLED*",
        },
    ),
    (
        "fulfillments",
        FULFILLMENT_STATUSES,
        {
            PayoutOutcome.PENDING: "CREATED INITIATED PENDING",
            PayoutOutcome.REVIEW: "MANUAL_REVIEW",
            PayoutOutcome.SUCCESS: "SUCCESS*",
            PayoutOutcome.FAILED: "FAILURE*",
            PayoutOutcome.CANCELLED: "DISCARDED* CANCELLED*",
        },
    ),
    (
        "payout transactions",
        PAYOUT_TRANSACTION_STATUSES,
        {
            PayoutOutcome.PENDING: "CREATED INITIATED PENDING",
            PayoutOutcome.REVIEW: "MANUAL_REVIEW",
            PayoutOutcome.SUCCESS: "SUCCESS* CONFLICTED*",
            PayoutOutcome.FAILED: "FAILURE*",
            PayoutOutcome.REVERSED: "REVERSED*",
        },
    ),
    (
        "beneficiary validations",
        VALIDATION_STATUSES,
        {
            PayoutOutcome.PENDING: "CREATED PENDING",
            PayoutOutcome.SUCCESS: "VALID*",
            PayoutOutcome.FAILED: "INVALID*",
            PayoutOutcome.UNKNOWN: "ERROR* TIMEOUT",
        },
    ),
]
VOCABULARIES: Final = [pytest.param(vocabulary, words, id=name) for name, vocabulary, words in CASES]


@pytest.mark.parametrize(("vocabulary", "words"), VOCABULARIES)
def test_a_word_comes_down_to_its_outcome(vocabulary: Vocabulary, words: dict[StrEnum, str]) -> None:
    """Each word has the outcome and the end that merchants may rely on, and no word is left over."""
    expected = {
        word.rstrip("*"): (outcome, word.endswith("*")) for outcome, line in words.items() for word in line.split()
    }

    assert expected == {name: (row.outcome, row.is_terminal) for name, row in vocabulary.items()}


@pytest.mark.parametrize(("vocabulary", "words"), VOCABULARIES)
def test_a_row_is_complete(vocabulary: Vocabulary, words: dict[StrEnum, str]) -> None:
    """A row stands under its own word, has a sentence and a source, and its outcome is of the right kind."""
    kind = type(next(iter(words)))

    for name, row in vocabulary.items():
        assert (name, kind, ".", True) == (row.name, type(row.outcome), row.meaning[-1], bool(row.source))


def test_numbers_are_those_of_the_published_tables() -> None:
    """Words of orders and transactions have the published number, others have none."""
    expected = {
        "ERROR": -1,
        "CREATED": 1,
        "SUCCESS": 3,
        "NEW": 10,
        "PENDING_AUTHENTICATION": 15,
        "STARTED": 20,
        "CHARGED": 21,
        "JUSPAY_DECLINED": 22,
        "PENDING_VBV": 23,
        "VBV_SUCCESSFUL": 24,
        "AUTHORIZED": 25,
        "AUTHENTICATION_FAILED": 26,
        "AUTHORIZATION_FAILED": 27,
        "AUTHORIZING": 28,
        "COD_INITIATED": 29,
        "VOIDED": 31,
        "VOID_INITIATED": 32,
        "CAPTURE_INITIATED": 33,
        "CAPTURE_FAILED": 34,
        "VOID_FAILED": 35,
        "AUTO_REFUNDED": 36,
        "PARTIAL_CHARGED": 37,
        "NOT_FOUND": 40,
        "TO_BE_CHARGED": 40,
    }

    assert expected == {name: row.id for name, row in ORDER_STATUSES.items() if row.id is not None}


def test_one_number_is_disputed() -> None:
    """Two words claim 40, and the row of the weaker claim says so; every other number is unique."""
    claims = Counter(row.id for row in ORDER_STATUSES.values() if row.id is not None)
    disputed = [number for number, count in claims.items() if count > 1]

    assert [ORDER_STATUSES["NOT_FOUND"].id] == disputed
    assert "doubtful" in ORDER_STATUSES["TO_BE_CHARGED"].meaning


@pytest.mark.parametrize(("vocabulary", "words"), VOCABULARIES[1:])
def test_only_orders_and_transactions_have_numbers(vocabulary: Vocabulary, words: dict[StrEnum, str]) -> None:
    """Other vocabularies are published without numbers."""
    assert words
    assert {None} == {row.id for row in vocabulary.values()}


@pytest.mark.parametrize("word", ["CANCELLED", "CLIENT_AUTH_TOKEN_EXPIRED", "FAILED", "EXPIRED", "REFUNDED"])
def test_words_that_merchants_invented_have_no_row(word: str) -> None:
    """A word that Juspay does not send for an order is not in the table."""
    assert word not in ORDER_STATUSES


@pytest.mark.parametrize("kind", [Outcome, RefundOutcome, MandateOutcome, NotificationOutcome, PayoutOutcome])
def test_an_outcome_reads_as_its_name(kind: type[StrEnum]) -> None:
    """Every outcome is its own text, and every kind can say that it does not know."""
    assert [member.name for member in kind] == list(kind)
    assert kind["UNKNOWN"] is list(kind)[-1]


def test_a_type_checker_knows_the_kind_of_outcome() -> None:
    """A row of one vocabulary is typed with the outcomes of that vocabulary."""
    assert assert_type(ORDER_STATUSES["CHARGED"].outcome, Outcome) is Outcome.PAID
    assert assert_type(REFUND_STATUSES["SUCCESS"].outcome, RefundOutcome) is RefundOutcome.SUCCESS


def test_a_vocabulary_is_read_only() -> None:
    """A vocabulary cannot be changed."""
    with pytest.raises(TypeError):
        ORDER_STATUSES["PAID"] = ORDER_STATUSES["CHARGED"]  # type: ignore[index]

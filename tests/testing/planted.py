"""A merchant's receiving side as merchants write it by hand, right or with bugs that merchants are known to have.

It uses nothing of the library: what finds its bugs are the scenarios.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeAlias

from juspay_webhooks.testing import sample_body

__all__ = ["AUTH", "Bug", "Fact", "Merchant"]

AUTH: Final = ("juspay", "secret")
"""The merchant's credentials."""

Json: TypeAlias = Any
"""Decoded JSON."""

Fact: TypeAlias = tuple[Any, ...]
"""What the merchant did: a word, the ids, and an amount where money moved."""

_FAILED: Final = frozenset({"AUTHORIZATION_FAILED", "AUTHENTICATION_FAILED", "JUSPAY_DECLINED"})
_REFUND_FAILED: Final = frozenset({"FAILURE", "TXN_FAILURE"})
_WAITING: Final = frozenset(
    {"PENDING", "INITIATED", "CREATED", "READY_FOR_FULFILLMENT", "FULFILLMENTS_SCHEDULED", "FULFILLED_PARTIALLY"}
)
_KNOWN_EVENTS: Final = frozenset({"ORDER_CREATED", "TXN_CREATED", "ORDER_AUTHORIZED", "ORDER_SUCCEEDED"})
_KNOWN_FIELDS: Final = frozenset(
    field for name in _KNOWN_EVENTS for field in json.loads(sample_body(name))["content"]["order"]
) | {"refunds", "risk"}


class Bug(Enum):
    """What a merchant may get wrong."""

    RUNS_TWICE_ON_A_DUPLICATE = "acts again when the same webhook comes again"
    ACTS_ON_BOTH_EVENTS = "acts on ORDER_SUCCEEDED and on TXN_CHARGED"
    TRUSTS_REFUNDED = "takes every refund for settled when the order says `refunded`, and none before"
    UNDOES_CHARGED = "lets a late failure undo a payment"
    IGNORES_THE_SECOND_REFUND = "has one refund for each order"
    TAKES_THE_FIRST_REFUND = "looks at the first refund of the list only"
    ACCEPTS_EMPTY_CREDENTIALS = "lets in who shows no credentials"
    COUNTS_WITH_FLOATS = "turns amounts into paise with floats"
    KNOWS_ONLY_FAILED = "waits for the word FAILED, which Juspay never sends"
    CRASHES_ON_THE_UNKNOWN = "raises at an event or a field that it does not know"
    BOOKS_PENDING_REFUNDS = "takes a refund that is under way for settled"
    SHIPS_AUTO_REFUNDED = "takes an order that Juspay gave back for paid"


class Merchant:
    """A merchant's receiving side; without bugs it is right."""

    def __init__(self, *bugs: Bug) -> None:
        """Take the bugs that it has."""
        self._bugs = frozenset(bugs)
        self._done: dict[Fact, tuple[str, str]] = {}
        self._paid: set[str] = set()
        self.facts: list[Fact] = []

    def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """Receive a request, and give the status of the answer: 500 if the code raised, as any framework does."""
        expected = "Basic " + b64encode(":".join(AUTH).encode()).decode()
        given = headers.get("Authorization", "")
        is_empty = given in {"", "Basic " + b64encode(b":").decode()}
        if given != expected and not (Bug.ACCEPTS_EMPTY_CREDENTIALS in self._bugs and is_empty):
            return 401
        try:
            webhook = json.loads(body, parse_float=Decimal)
        except ValueError:
            return 400
        try:
            return self._handle(webhook)
        except (KeyError, TypeError):
            return 500

    def _handle(self, webhook: Json) -> int:
        """Handle one webhook: payments have an `event_name`, payouts a `label`."""
        content = webhook["content"] if "event_name" in webhook else {"info": webhook["info"]}
        ((kind, subject),) = content.items()
        if not isinstance(subject.get("status"), str):
            return 400
        handlers = {
            "order": self._order,
            "txn": self._transaction,
            "mandate": self._mandate,
            "notification": self._notification,
            "info": self._payout,
        }
        handlers[kind](webhook, subject)
        return 200

    def _order(self, webhook: Json, order: Json) -> None:
        name, status = webhook["event_name"], order["status"]
        if Bug.CRASHES_ON_THE_UNKNOWN in self._bugs and order.keys() - _KNOWN_FIELDS:
            raise KeyError(order)
        if name == "ORDER_SUCCEEDED" and status == "CHARGED":
            self._ship(webhook, order["order_id"], order["amount"])
        elif name == "ORDER_FAILED":
            self._fail(webhook, order)
        elif "REFUND" in name:
            if status == "AUTO_REFUNDED" and Bug.SHIPS_AUTO_REFUNDED in self._bugs:
                self._ship(webhook, order["order_id"], order["amount"])
            self._refunds(webhook, order)
        elif name not in _KNOWN_EVENTS and Bug.CRASHES_ON_THE_UNKNOWN in self._bugs:
            raise KeyError(name)

    def _transaction(self, webhook: Json, txn: Json) -> None:
        if txn["status"] == "CHARGED":
            self._ship(webhook, txn["order_id"], txn["txn_amount"])
        else:
            self._fail(webhook, txn)

    def _ship(self, webhook: Json, order_id: str, amount: Json) -> None:
        self._paid.add(order_id)
        self._once(webhook, ("ship", order_id, self._money(amount)))

    def _fail(self, webhook: Json, subject: Json) -> None:
        words = {"FAILED"} if Bug.KNOWS_ONLY_FAILED in self._bugs else _FAILED
        is_final = subject["order_id"] in self._paid and Bug.UNDOES_CHARGED not in self._bugs
        if subject["status"] in words and not is_final:
            self._once(webhook, ("fail", subject["order_id"], subject["txn_uuid"]))

    def _refunds(self, webhook: Json, order: Json) -> None:
        settled = {"SUCCESS", "PENDING"} if Bug.BOOKS_PENDING_REFUNDS in self._bugs else {"SUCCESS"}
        for refund in order["refunds"][: 1 if Bug.TAKES_THE_FIRST_REFUND in self._bugs else None]:
            name, amount = refund["unique_request_id"], self._money(refund["amount"])
            is_settled = refund["status"] in settled
            if Bug.TRUSTS_REFUNDED in self._bugs:
                is_settled = order["refunded"]
            if Bug.IGNORES_THE_SECOND_REFUND in self._bugs:
                others = {fact[2] for fact in self.facts if fact[0] == "refund" and fact[1] == order["order_id"]}
                is_settled = is_settled and others <= {name}
            if is_settled:
                self._once(webhook, ("refund", order["order_id"], name, amount))
            elif refund["status"] in ({"FAILED"} if Bug.KNOWS_ONLY_FAILED in self._bugs else _REFUND_FAILED):
                self._once(webhook, ("refund failed", order["order_id"], name, amount))

    def _mandate(self, webhook: Json, mandate: Json) -> None:
        self._once(webhook, ("mandate", mandate["mandate_id"], mandate["status"]))

    def _notification(self, webhook: Json, notification: Json) -> None:
        self._once(webhook, ("notice", notification["object_reference_id"], notification["status"]))

    def _payout(self, webhook: Json, info: Json) -> None:
        if webhook["label"] == "VALIDATION_V2":
            self._once(webhook, ("validation", info["uniqueId"], info["status"]))
        elif info["status"] not in _WAITING:
            fact = (webhook["label"], info["id"], info["status"], self._money(info["amount"]))
            self._once(webhook, ("payout", *fact))

    def _money(self, amount: int | Decimal) -> Decimal:
        if Bug.COUNTS_WITH_FLOATS in self._bugs:
            return Decimal(int(float(amount) * 100)) / 100
        return Decimal(amount)

    def _once(self, webhook: Json, fact: Fact) -> None:
        """Do something that was not done yet."""
        event = (webhook["id"], webhook.get("event_name", ""))
        is_new = fact not in self._done
        first = self._done.setdefault(fact, event)
        is_again = Bug.RUNS_TWICE_ON_A_DUPLICATE in self._bugs and first == event
        is_other = Bug.ACTS_ON_BOTH_EVENTS in self._bugs and fact[0] == "ship" and first[1] != event[1]
        if is_new or is_again or is_other:
            self.facts.append(fact)

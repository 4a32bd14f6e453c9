"""Own what is derived from the fields of an order: one view of its attempts, of its refunds, of what it comes down to.

Every view is pure. None may rest on `refunded`, `amount_refunded`, `status_id` or the position of a refund: published
bodies show each of them wrong.
"""

import re
from collections.abc import Iterable
from decimal import Context
from functools import reduce
from typing import Final

import attrs

from juspay_webhooks.catalog import Outcome, RefundOutcome
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import FreeForm, Json, Money
from juspay_webhooks.models.instruments import Upi, Wallet
from juspay_webhooks.models.json_text import parsed_text
from juspay_webhooks.models.refund import Refund
from juspay_webhooks.models.statuses import OrderStatus
from juspay_webhooks.models.transaction import Transaction, TransactionLeg
from juspay_webhooks.models.values import to_money

__all__ = ["OrderViews"]

_EXACT: Final = Context(prec=120)
"""Room for every digit of a sum of amounts, whatever context the caller has set: one amount spans at most 77 digits."""


_LEG: Final = re.compile(r"-\d+\Z", re.ASCII)
"""What the leg of a split payment has behind the id of its refund."""


class OrderViews:
    """Views of an order; the fields they read are declared and explained in `Order`."""

    order_id: str
    status: OrderStatus
    amount: Money
    currency: str | None
    metadata: FreeForm | None
    txn_id: str | None
    txn_detail: Transaction | None
    txn_list: tuple[TransactionLeg, ...] | None
    refunds: tuple[Refund, ...] | None
    upi: Upi | None
    wallet: Wallet | None

    @property
    def outcome(self) -> Outcome:
        """What the status comes down to; a refunded order stays PAID, see `refunded_amount`."""
        return self.status.outcome

    @property
    def transactions(self) -> tuple[TransactionLeg, ...]:
        """The attempts: the legs of a split payment, else the one attempt at the top level, else none."""
        if self.txn_list:
            return self.txn_list
        if not self.txn_id:
            return ()
        same: dict[str, Json] = {name: getattr(self, name, None) for name in attrs.fields_dict(TransactionLeg)}
        return (TransactionLeg(**same),)

    @property
    def all_refunds(self) -> tuple[Refund, ...]:
        """Every refund once: those of the order, then those of its legs.

        A leg names the order's refund with "-1" and so on behind the id, and is left out unless it succeeded and the
        order's did not. Of two entries with one id the one that succeeded counts, else the one that ended.
        """
        own = self.refunds or ()
        if not self.txn_list and len(own) <= 1:
            return own
        found: dict[str, Refund] = {}
        for refund in own:
            _keep(found, refund)
        whole = dict(found)
        for refund in (refund for leg in self.txn_list or () for refund in leg.refunds or ()):
            of_order = whole.get(_LEG.sub("", refund.unique_request_id).lower())
            if of_order is None or (_is_gone(refund) and not _is_gone(of_order)):
                _keep(found, refund)
        return tuple(found.values())

    def refund(self, unique_request_id: str) -> Refund | None:
        """Find one refund, in the order or in its legs.

        Args:
            unique_request_id: Your id of the refund request. The legs of a split payment add "-1" to it.

        Returns:
            The refund, or None; never another one in its place.
        """
        return next((refund for refund in self.all_refunds if refund.unique_request_id == unique_request_id), None)

    @property
    def refunded_amount(self) -> Money:
        """Amount refunded for certain, in major units of `currency`: the sum of the refunds with outcome SUCCESS."""
        settled = (refund.amount for refund in self.all_refunds if refund.status.outcome is RefundOutcome.SUCCESS)
        return reduce(_EXACT.add, settled, Money(0))

    @property
    def txn_flow_type(self) -> str | None:
        """How the customer pays (INTENT, COLLECT, QR, REDIRECT …), from the first place that says it.

        None for several legs: ask each.
        """
        places: list[Transaction | Upi | Wallet | None] = [self.txn_detail, self.upi, self.wallet]
        if self.txn_list is not None and len(self.txn_list) == 1:
            leg = self.txn_list[0]
            places += [leg.txn_detail, leg.upi, leg.wallet]
        return _first_flow(places)

    @property
    def merchant_payload(self) -> Json | None:
        """What your front end gave to the payment page (`metadata.merchant_payload`), read-only.

        It arrives as JSON text or as an object. None if it is absent or not JSON.
        """
        found = None if self.metadata is None else self.metadata.get("merchant_payload")
        return parsed_text(found) if isinstance(found, str) else found

    def matches(self, *, order_id: str, amount: Money | int | str, currency: str) -> bool:
        """Tell whether this is the order that you created, before anything is fulfilled.

        Args:
            order_id: Your id of the order; compared without case, as Juspay does.
            amount: Amount that you asked for, in major units of `currency` (rupees, not paise).
            currency: ISO 4217 code that you asked for; an order without a currency matches nothing.

        Returns:
            Whether all three agree with `order_id`, `amount` and `currency` of this order.

        Raises:
            ConfigurationError: The amount is a float, or not a finite number.
        """
        asked = to_money(amount)
        if asked is None or not asked.is_finite():
            message = "an amount to compare with is a finite number"
            raise ConfigurationError(message)
        return (
            order_id.lower() == self.order_id.lower()
            and asked == self.amount
            and bool(self.currency)
            and currency == self.currency
        )


def _is_gone(refund: Refund) -> bool:
    return refund.status.outcome is RefundOutcome.SUCCESS


def _keep(found: dict[str, Refund], refund: Refund) -> None:
    """Keep the entry that counts of each refund; ids compare without case."""
    key = refund.unique_request_id.lower()
    known = found.setdefault(key, refund)
    if (_is_gone(refund), refund.status.is_terminal) > (_is_gone(known), known.status.is_terminal):
        found[key] = refund


def _first_flow(places: Iterable[Transaction | Upi | Wallet | None]) -> str | None:
    """Give the first flow that is not empty."""
    return next((place.txn_flow_type for place in places if place is not None and place.txn_flow_type), None)

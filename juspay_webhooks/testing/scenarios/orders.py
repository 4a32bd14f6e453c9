"""Own what the webhooks about one order have in common: its ids, its amounts, its attempts, and its refunds.

The samples give everything else. What they do not have is not added, except for what a story is about.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import attrs

from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing.factories import REMOVE
from juspay_webhooks.testing.scenarios.plot import Object, Plot, fitting, merged, sample_of

__all__ = ["Attempt", "Purchase", "Refund"]

_LETTERS: Final = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LINK: Final = "https://payments.example.com/payment-page/order/"
_EXPIRY: Final = timedelta(minutes=15)
_MERCHANT: Final = "examplestore"


@attrs.define(kw_only=True)
class Attempt:
    """One attempt to pay, or one leg of it."""

    txn_id: str
    """Its id, `<merchant>-<order_id>-<attempt>`, and `-<leg>` behind it."""

    uuid: str
    """Juspay's id of it."""

    gateway_id: str
    """The gateway's id of it."""

    rrn: str
    """The bank's reference."""

    begun: datetime
    """When it began."""

    ended: datetime | None = None
    """When it ended; None while it is under way."""

    @property
    def payment(self) -> Object:
        """What an order, a leg or a transaction says of it."""
        times = {"created": self.begun, "last_updated": self.ended or self.begun}
        return {
            "txn_id": self.txn_id,
            "txn_uuid": self.uuid,
            "txn_detail": {"txn_id": self.txn_id, "txn_uuid": self.uuid, "source_object_id": self.rrn[:6], **times},
            "payment_gateway_response": {
                "txn_id": self.txn_id,
                "epg_txn_id": self.gateway_id,
                "rrn": self.rrn,
                "auth_id_code": self.rrn[-6:],
                "created": self.ended,
                "gateway_response": REMOVE,  # it repeats the amount, in paise
            },
        }


@attrs.define(kw_only=True)
class Refund:
    """One refund."""

    name: str
    """Its `unique_request_id`."""

    amount: Decimal
    """How much."""

    created: datetime
    """When it began."""

    updated: datetime
    """When its status changed."""

    reference: str
    """The gateway's reference, as soon as there is one."""

    by: str = "API"
    """Who began it: AUTO_REFUNDED is Juspay."""

    status: str = "PENDING"
    """Where it stands."""

    def reach(self, status: str, at: datetime) -> None:
        """Let it stand elsewhere from a time on."""
        self.status, self.updated = status, at

    @property
    def entry(self) -> Object:
        """What an order says of it."""
        (sample,) = sample_of("ORDER_REFUNDED", "partial")["refunds"]
        codes = {
            "SUCCESS": ("processed", "processed"),
            "FAILURE": ("105", "Refund FAILURE - account closed"),
        }
        code, message = codes.get(self.status, (None, ""))
        is_done = self.status == "SUCCESS"
        return {
            **sample,
            "unique_request_id": self.name,
            "status": self.status,
            "amount": self.amount,
            "id": f"rfnd_{self.reference}" if self.status in codes else None,
            "ref": self.reference if is_done else None,
            "created": self.created,
            "last_updated": self.updated,
            "initiated_by": self.by,
            "error_code": code,
            "error_message": message,
        }


class Purchase:
    """One order."""

    def __init__(self, plot: Plot, *, order_id: str | None = None) -> None:
        """Let an order be made.

        Args:
            plot: The story.
            order_id: Its id, if it is not the order that the story is about.
        """
        self._plot: Final = plot
        self._chance: Final = plot.chance
        self._link: Final = f"ordeh_{self._chance.word(32)}"
        self._attempts = 0
        self.order_id: Final = order_id or plot.order_id
        self.created: Final = plot.now

    def begin(self) -> Attempt:
        """Let the customer begin an attempt to pay."""
        self._attempts += 1
        return self._attempt(f"{_MERCHANT}-{self.order_id}-{self._attempts}")

    def legs(self, count: int) -> list[Attempt]:
        """Let the customer begin an attempt to pay in several parts."""
        self._attempts += 1
        return [self._attempt(f"{_MERCHANT}-{self.order_id}-{self._attempts}-{leg}") for leg in range(1, count + 1)]

    def _attempt(self, txn_id: str) -> Attempt:
        return Attempt(
            txn_id=txn_id,
            uuid=f"moz{self._chance.word(16, _LETTERS)}",
            gateway_id=f"pay_{self._chance.word(14, _LETTERS)}",
            rrn=self._chance.digits(12),
            begun=self._plot.now,
        )

    def refund(self, amount: Decimal, *, by: str = "API") -> Refund:
        """Let a refund begin; Juspay's own have names of their own."""
        name = f"AR{self._chance.word(14, _LETTERS)}" if by == "AUTO_REFUNDED" else f"refund-{self._chance.digits(8)}"
        now = self._plot.now
        return Refund(name=name, amount=amount, created=now, updated=now, reference=self._chance.digits(12), by=by)

    def tell(
        self,
        name: str,
        attempt: Attempt | None = None,
        /,
        *,
        variant: str | None = None,
        sent: datetime | None = None,
        called: str | None = None,
        **says: Json,
    ) -> None:
        """Let a webhook about the order come.

        Args:
            name: Name of the sample's event.
            attempt: The attempt that the order shows.
            variant: Variant of the sample.
            sent: When Juspay made the event, if it comes later.
            called: Name of the event, if another one's sample serves.
            **says: What the order says besides.
        """
        link = dict.fromkeys(("web", "mobile", "iframe"), f"{_LINK}{self._link}")
        common: Object = {
            "id": self._link,
            "date_created": self.created,
            "last_updated": sent or self._plot.now,
            "order_expiry": self.created + _EXPIRY,
            "payment_links": link,
            "metadata": {"payment_links": link, "payment_page_sdk_payload": REMOVE},  # it repeats amount and currency
        }
        attempted: Object = {} if attempt is None else attempt.payment
        detail: Object = {"txn_detail": {"order_id": self.order_id}}
        order = fitting(sample_of(name, variant), merged(merged(common, attempted), detail))
        order |= {"order_id": self.order_id, "amount": self._plot.amount, "currency": self._plot.currency}
        self._plot.tell(name, variant=variant, sent=sent, called=called, order=merged(order, says))

    def tell_transaction(self, name: str, attempt: Attempt, /, *, sent: datetime | None = None) -> None:
        """Let a webhook about an attempt come, without the order around it."""
        txn = fitting(sample_of(name), {**attempt.payment, "created": attempt.begun})
        txn |= {"order_id": self.order_id, "txn_amount": self._plot.amount, "currency": self._plot.currency}
        self._plot.tell(name, sent=sent, txn=txn)

    def tell_refunds(self, name: str, attempt: Attempt, refunds: Iterable[Refund], /, **says: Json) -> None:
        """Let a webhook about refunds come: it carries all refunds of the order.

        Args:
            name: Name of the event.
            attempt: The attempt that paid.
            refunds: All refunds, in the order of the list.
            **says: What the order says besides.
        """
        listed = list(refunds)
        # Juspay counts what was asked for, and only calls an order refunded when all of it has been given back.
        asked = sum((refund.amount for refund in listed if refund.status != "FAILURE"), Decimal(0))
        given = sum((refund.amount for refund in listed if refund.status == "SUCCESS"), Decimal(0))
        sums: Object = {
            "refunds": [refund.entry for refund in listed],
            "amount_refunded": asked,
            "refunded": given == self._plot.amount,
            **fitting(sample_of(name), {"maximum_eligible_refund_amount": self._plot.amount - asked}),
        }
        self.tell(name, attempt, **merged(sums, says))

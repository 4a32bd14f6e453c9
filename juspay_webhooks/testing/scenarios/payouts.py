"""Own the stories about payouts and beneficiaries. Each is a function; its row, with what it means, is in `stories`.

A payout order has fulfillments, and a fulfillment has attempts: webhooks come from all three levels.
"""

from datetime import datetime, timedelta, timezone
from typing import Final

from juspay_webhooks.testing.scenarios.plot import Object, Plot, fitting, merged, sample_of

__all__ = ["beneficiary_invalid", "beneficiary_valid", "payout_conflicted", "payout_reversed", "payout_succeeded"]

_INDIA: Final = timezone(timedelta(hours=5, minutes=30))


class _Payout:
    """One payout order with one fulfillment and one attempt."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self._id = plot.chance.word(30)
        self._reference = plot.chance.word(30)
        self._begun: dict[str, datetime] = {}

    def tell(self, label: str, value: str) -> None:
        """Let a webhook of one level come."""
        now = self._plot.now
        fulfillment = f"{self._id}-f1"
        levels: dict[str, Object] = {
            "ORDER": {"id": self._id, "merchantOrderId": self._plot.order_id},
            "FULFILLMENT_ORDER": {"id": fulfillment, "statusUpdatedAt": now},
            "FULFILLMENT_TXN": {
                "id": f"{fulfillment}-t1",
                "FulfillmentId": fulfillment,
                "transactionRef": self._reference,
                "gatewayRefId": self._reference,
                "fulfillmentMethod": "DUMMY_IMPS",
                "txnResponse": {"requestId": self._reference},
            },
        }
        times = {"createdAt": self._begun.setdefault(label, now), "updatedAt": now}
        self._plot.wait(seconds=1)
        self._plot.tell((label, value), info={**levels[label], **times, "amount": self._plot.amount})


def _sent(plot: Plot) -> _Payout:
    """Begin with a payout that is on its way to the bank."""
    payout = _Payout(plot)
    payout.tell("ORDER", "READY_FOR_FULFILLMENT")
    plot.wait(seconds=4)
    payout.tell("ORDER", "FULFILLMENTS_SCHEDULED")
    payout.tell("FULFILLMENT_ORDER", "INITIATED")
    plot.wait(minutes=2)
    payout.tell("FULFILLMENT_TXN", "INITIATED")
    plot.wait(seconds=90)
    return payout


def _succeeded(plot: Plot) -> _Payout:
    payout = _sent(plot)
    payout.tell("FULFILLMENT_TXN", "SUCCESS")
    plot.wait(seconds=6)
    payout.tell("FULFILLMENT_ORDER", "SUCCESS")
    payout.tell("ORDER", "FULFILLMENTS_SUCCESSFUL")
    return payout


def payout_succeeded(plot: Plot) -> None:
    """Tell of a payout that arrived."""
    _succeeded(plot)


def payout_reversed(plot: Plot) -> None:
    """Tell of a payout that arrived, as the bank said, and then did not."""
    payout = _succeeded(plot)
    plot.wait(days=1)
    payout.tell("FULFILLMENT_TXN", "REVERSED")


def payout_conflicted(plot: Plot) -> None:
    """Tell of a payout that failed, as the bank said, and then arrived."""
    payout = _sent(plot)
    payout.tell("FULFILLMENT_TXN", "FAILURE")
    plot.wait(seconds=6)
    payout.tell("FULFILLMENT_ORDER", "FAILURE")
    payout.tell("ORDER", "FULFILLMENTS_FAILURE")
    plot.wait(days=1)
    payout.tell("FULFILLMENT_TXN", "CONFLICTED")


def beneficiary_valid(plot: Plot) -> None:
    """Tell of a beneficiary whose account is there."""
    _validate(plot, "VALID")


def beneficiary_invalid(plot: Plot) -> None:
    """Tell of a beneficiary whose account is not there."""
    _validate(plot, "INVALID")


def _validate(plot: Plot, value: str) -> None:
    """Tell of one validation; the beneficiary has an id, and no order."""
    name = ("VALIDATION_V2", value)
    sample = sample_of(name)
    created, updated = plot.now, plot.wait(seconds=1)
    times = {"createdAt": created, "updatedAt": updated}
    reference, bank = plot.chance.word(30), plot.chance.digits(12)
    # Each kind of validation has an answer of its own: with the caller's reference and an Indian time, or the bank's.
    answer = {
        "clientRefId": reference,
        "transDateTime": updated.astimezone(_INDIA).strftime("%d/%m/%Y %H:%M:%S"),
        "rrn": bank,
        "nwtxnrefid": bank,
        "txnid": f"EXM{plot.chance.digits(23)}",
    }
    attempt = {"transactionRef": reference, "gatewayRefId": bank, "validateResp": answer, **times}
    (tried,) = sample["transactions"]
    plot.wait(seconds=1)
    info = {"uniqueId": f"bene-{plot.chance.digits(10)}", **times}
    plot.tell(name, info={**info, "transactions": [merged(tried, fitting(tried, attempt))]})

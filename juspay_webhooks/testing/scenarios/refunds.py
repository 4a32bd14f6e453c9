"""Own the stories about refunds. Each is a function; its row, with what it means, is in `stories`.

The order of `refunds` in a body is published nowhere, so the seed decides whether the latest comes first or last.
"""

from juspay_webhooks.testing.factories import REMOVE
from juspay_webhooks.testing.scenarios.orders import Attempt, Purchase, Refund
from juspay_webhooks.testing.scenarios.payments import ordered, pay, start
from juspay_webhooks.testing.scenarios.plot import Object, Plot, sample_of

__all__ = ["auto_refunded", "partly_refunded_twice", "refund_failed", "refunded"]


def _sold(plot: Plot) -> tuple[Purchase, Attempt]:
    """Begin with an order that is paid, and let two days pass."""
    purchase = ordered(plot)
    attempt = start(plot, purchase)
    pay(plot, purchase, attempt)
    plot.wait(days=2)
    return purchase, attempt


def refunded(plot: Plot) -> None:
    """Tell of an order that is paid, and of all of it given back."""
    purchase, attempt = _sold(plot)
    refund = purchase.refund(plot.amount)
    plot.wait(seconds=1)
    purchase.tell_refunds("REFUND_INITIATED", attempt, [refund])
    refund.reach("SUCCESS", plot.wait(seconds=30))
    plot.wait(seconds=30)
    purchase.tell_refunds("ORDER_REFUNDED", attempt, [refund])


def partly_refunded_twice(plot: Plot) -> None:
    """Tell of an order that is given back in two parts; the events about the second one carry the first too."""
    purchase, attempt = _sold(plot)
    is_latest_first = plot.chance.number(0, 2) == 0
    refunds: list[Refund] = []
    for amount in plot.parts():
        plot.wait(days=1)
        refund = purchase.refund(amount)
        refunds = [refund, *refunds] if is_latest_first else [*refunds, refund]
        plot.wait(seconds=1)
        purchase.tell_refunds("REFUND_INITIATED", attempt, refunds)
        refund.reach("SUCCESS", plot.wait(seconds=30))
        plot.wait(seconds=30)
        purchase.tell_refunds("ORDER_REFUNDED", attempt, refunds)


def refund_failed(plot: Plot) -> None:
    """Tell of an order that is paid, and of a refund that the gateway declined."""
    purchase, attempt = _sold(plot)
    refund = purchase.refund(plot.amount)
    plot.wait(seconds=1)
    purchase.tell_refunds("REFUND_INITIATED", attempt, [refund])
    refund.reach("FAILURE", plot.wait(seconds=30))
    plot.wait(seconds=30)
    purchase.tell_refunds("ORDER_REFUND_FAILED", attempt, [refund])


def auto_refunded(plot: Plot) -> None:
    """Tell of money that came and that Juspay gave back by itself: the order was never paid."""
    purchase = ordered(plot)
    attempt = start(plot, purchase)
    attempt.ended = plot.wait(minutes=11)
    refund = purchase.refund(plot.amount, by="AUTO_REFUNDED")
    refund.reach("MANUAL_REVIEW", plot.wait(seconds=30))
    plot.wait(seconds=30)
    # Published bodies call the order refunded from here on.
    purchase.tell_refunds("AUTO_REFUND_INITIATED", attempt, [refund], refunded=True, **_card())
    refund.reach("SUCCESS", plot.wait(minutes=5))
    plot.wait(seconds=30)
    purchase.tell_refunds("AUTO_REFUND_SUCCEEDED", attempt, [refund], **_card())


def _card() -> Object:
    """Say what the customer paid with: the samples of automatic refunds show a wallet, all others a card."""
    order = sample_of("TXN_CREATED")
    keys = ("payment_method_type", "payment_method", "auth_type", "card", "gateway_id")
    detail: Object = {"gateway": order["txn_detail"]["gateway"], "gateway_id": order["gateway_id"]}
    return {key: order[key] for key in keys} | {"wallet": REMOVE, "txn_detail": {**detail, "txn_flow_type": REMOVE}}

"""Own the stories about payments. Each is a function; its row, with what it means, is in `stories`."""

from decimal import Decimal

from juspay_webhooks.testing.factories import REMOVE
from juspay_webhooks.testing.scenarios.orders import Attempt, Purchase
from juspay_webhooks.testing.scenarios.plot import Object, Plot, fitting, merged, sample_of

__all__ = [
    "abandoned",
    "authorized_then_captured",
    "authorized_then_voided",
    "failed_then_paid",
    "ordered",
    "paid",
    "paid_late",
    "pay",
    "split_payment",
    "start",
]


def ordered(plot: Plot) -> Purchase:
    """Begin with an order that was made."""
    purchase = Purchase(plot)
    plot.wait(seconds=1)
    purchase.tell("ORDER_CREATED")
    return purchase


def start(plot: Plot, purchase: Purchase) -> Attempt:
    """Go on with an attempt to pay."""
    plot.wait(seconds=20)
    attempt = purchase.begin()
    plot.wait(seconds=1)
    purchase.tell("TXN_CREATED", attempt)
    return attempt


def pay(plot: Plot, purchase: Purchase, attempt: Attempt) -> None:
    """Go on with the success of an attempt: two events say so."""
    attempt.ended = plot.wait(seconds=34)
    plot.wait(seconds=3)
    purchase.tell("ORDER_SUCCEEDED", attempt)
    plot.wait(seconds=1)
    purchase.tell_transaction("TXN_CHARGED", attempt)


def paid(plot: Plot) -> None:
    """Tell of a payment at the first attempt."""
    purchase = ordered(plot)
    pay(plot, purchase, start(plot, purchase))


def failed_then_paid(plot: Plot) -> None:
    """Tell of a failed attempt and of one that paid."""
    purchase = ordered(plot)
    attempt = start(plot, purchase)
    attempt.ended = plot.wait(seconds=35)
    plot.wait(seconds=3)
    purchase.tell("ORDER_FAILED", attempt)
    plot.wait(seconds=1)
    purchase.tell_transaction("TXN_FAILED", attempt)
    pay(plot, purchase, start(plot, purchase))


def paid_late(plot: Plot) -> None:
    """Tell of the same, but let the news of the failure come last."""
    purchase = ordered(plot)
    failed = start(plot, purchase)
    failed.ended = plot.wait(seconds=35)
    news = plot.wait(seconds=3)
    pay(plot, purchase, start(plot, purchase))
    plot.wait(minutes=10)
    purchase.tell("ORDER_FAILED", failed, sent=news)
    plot.wait(seconds=1)
    purchase.tell_transaction("TXN_FAILED", failed, sent=news)


def _authorize(plot: Plot, purchase: Purchase) -> Attempt:
    attempt = start(plot, purchase)
    attempt.ended = plot.wait(seconds=35)
    plot.wait(seconds=3)
    purchase.tell("ORDER_AUTHORIZED", attempt, payment_gateway_response={"current_blocked_amount": plot.amount})
    return attempt


def authorized_then_captured(plot: Plot) -> None:
    """Tell of money that was held and taken two days later."""
    purchase = ordered(plot)
    attempt = _authorize(plot, purchase)
    plot.wait(days=2)
    pay(plot, purchase, attempt)


def authorized_then_voided(plot: Plot) -> None:
    """Tell of money that was held and let go a day later."""
    purchase = ordered(plot)
    attempt = _authorize(plot, purchase)
    attempt.ended = plot.wait(days=1)
    plot.wait(seconds=3)
    nothing: Object = {"current_blocked_amount": 0}
    purchase.tell("ORDER_AUTHORIZED", attempt, called="ORDER_VOIDED", status="VOIDED", payment_gateway_response=nothing)


def abandoned(plot: Plot) -> None:
    """Tell of a customer who never came back from the bank's page."""
    start(plot, ordered(plot))


def _leg(plot: Plot, purchase: Purchase, leg: Attempt, amount: Decimal, sample: Object) -> Object:
    """Say what the order lists of one part of its payment: `net_amount` is the whole order's."""
    detail: Object = {
        "order_id": purchase.order_id,
        "txn_amount": amount,
        "net_amount": plot.amount,
        "currency": plot.currency,
        "txn_amount_breakup": [{"sno": 1, "name": "BASE", "amount": amount, "method": "ADD"}],
    }
    said = merged(fitting(sample, leg.payment), {"effective_amount": amount, "txn_detail": detail})
    if leg.ended is None:
        waits: Object = {"status": "TO_BE_CHARGED", "payment_gateway_response": REMOVE}
        said = merged(said, {**waits, "txn_detail": {"status": "TO_BE_CHARGED"}})
    return merged(sample, said)


def split_payment(plot: Plot) -> None:
    """Tell of an order that is paid in two parts, one after the other."""
    purchase = ordered(plot)
    plot.wait(seconds=20)
    legs, parts = purchase.legs(2), plot.parts()
    for leg, name, variant in zip(
        legs, ("ORDER_PARTIAL_CHARGED", "ORDER_SUCCEEDED"), ("default", "split"), strict=True
    ):
        leg.ended = plot.wait(seconds=35)
        plot.wait(seconds=3)
        samples = sample_of("ORDER_SUCCEEDED", "split")["txn_list"]
        listed = [_leg(plot, purchase, *told) for told in zip(legs, parts, samples, strict=True)]
        purchase.tell(name, variant=variant, txn_list=listed)

"""Own the story about a mandate; its row, with what it means, is in `stories`."""

from datetime import timedelta
from typing import Final

from juspay_webhooks.testing.scenarios.orders import Purchase
from juspay_webhooks.testing.scenarios.plot import Object, Plot, fitting, sample_of

__all__ = ["mandate"]

_LONGEST: Final = timedelta(days=5 * 365)


class _Mandate:
    """One mandate."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self.id = plot.chance.word(22, "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
        self.says: Object = {
            "mandate_id": self.id,
            "mandate_token": plot.chance.word(32),
            "mandate_debit_token": f"tkn_{plot.chance.word(32)}",
            "max_amount": 2 * plot.amount,
            "start_date": plot.now,
            "end_date": plot.now + _LONGEST,
            "order_id": plot.order_id,
            "currency": plot.currency,
        }

    def tell(self, name: str) -> None:
        """Let a webhook about the mandate come."""
        changed = fitting(sample_of(name), {**self.says, "last_updated": self._plot.now})
        self._plot.wait(seconds=1)
        self._plot.tell(name, mandate=changed)

    def activate(self) -> None:
        """Let it be in force from now on."""
        self.says |= dict.fromkeys(("activated_at", "last_activated_at"), self._plot.now)


def mandate(plot: Plot) -> None:
    """Tell of a mandate from its registration to its end; each debit is an order of its own."""
    purchase = Purchase(plot)
    agreed = _Mandate(plot)
    plot.wait(seconds=20)
    attempt = purchase.begin()
    agreed.tell("MANDATE_CREATED")
    attempt.ended = plot.wait(seconds=35)
    agreed.activate()
    plot.wait(seconds=2)
    in_order = fitting(sample_of("ORDER_SUCCEEDED", "mandate_registration")["mandate"], agreed.says)
    purchase.tell("ORDER_SUCCEEDED", attempt, variant="mandate_registration", mandate=in_order)
    agreed.tell("MANDATE_ACTIVATED")
    plot.wait(days=28)
    _notify(plot, agreed)
    plot.wait(days=2)
    _debit(plot)
    plot.wait(days=20)
    agreed.tell("MANDATE_REVOKED")


def _notify(plot: Plot, agreed: _Mandate) -> None:
    """Go on with the notice that must come before a debit."""
    number = plot.chance.digits(7)
    made, sent = plot.now, plot.wait(seconds=40)
    plot.wait(seconds=1)
    plot.tell(
        "NOTIFICATION_SUCCEEDED",
        notification={
            "id": number,
            "object_reference_id": f"notify-{number}",
            "source_info": {
                "amount": str(plot.amount),
                "txn_date": made + timedelta(days=2),
                "mandate.display_invoice_number": f"INV-{number}",
            },
            "mandate": {"mandate_id": agreed.id},
            "provider_response": {"provider_ref_id": f"NT{plot.chance.digits(14)}", "notification_date": sent},
            "date_created": made,
            "last_updated": sent,
        },
    )


def _debit(plot: Plot) -> None:
    """Go on with a debit."""
    purchase = Purchase(plot, order_id=f"{plot.order_id}-debit-1")
    plot.wait(seconds=20)
    attempt = purchase.begin()
    attempt.ended = plot.wait(seconds=35)
    plot.wait(seconds=3)
    purchase.tell("ORDER_SUCCEEDED", attempt, variant="mandate_debit")

"""Own the list of the stories: what each means, who says that such webhooks are sent, and which function tells it.

To add one: write a function in `payments`, `refunds`, `mandates` or `payouts`, and a row here. The tests take it from
here, and so does the documentation (`scripts/generate-docs`).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import attrs

from juspay_webhooks.testing.scenarios import mandates, payments, payouts, refunds
from juspay_webhooks.testing.scenarios.plot import Plot

__all__ = ["STORIES", "Story"]

_PAISA: Final = Decimal("0.01")


@attrs.frozen(kw_only=True)
class Story:
    """One story, to be told with any ids and amounts."""

    name: str
    """Its name, in lower case."""

    meaning: str
    """What happens, in one line."""

    sources: tuple[str, ...]
    """Short names of the documents that its webhooks are from, as in `catalog.DOCUMENTS`."""

    tell: Callable[[Plot], None]
    """Tells it."""

    note: str = ""
    """What is doubtful about it."""

    prefix: str | None = "shop-"
    """How the id of its order begins if the caller names none; None if it is about a beneficiary."""

    least: Decimal = _PAISA
    """The lowest amount that it can be told with."""


_ROWS: Final = (
    Story(
        name="paid",
        meaning="The order is made and paid; two events say so.",
        sources=("PAYV3", "DEMO"),
        note="Which of the two comes first is not published.",
        tell=payments.paid,
    ),
    Story(
        name="failed_then_paid",
        meaning="The first attempt fails, the second one pays.",
        sources=("PAYV3", "DEMO"),
        tell=payments.failed_then_paid,
    ),
    Story(
        name="paid_late",
        meaning="The first attempt fails, the second one pays, and the news of the failure comes last.",
        sources=("PAYV3", "NY"),
        note="No order of arrival is promised.",
        tell=payments.paid_late,
    ),
    Story(
        name="refunded",
        meaning="The order is paid, and all of it is given back.",
        sources=("PAYV3", "DEMO"),
        tell=refunds.refunded,
    ),
    Story(
        name="partly_refunded_twice",
        meaning="The order is paid and given back in two parts; the events about the second part list both.",
        sources=("PAYV3", "DEMO"),
        note="The order of the list is not published: the seed decides it.",
        least=2 * _PAISA,
        tell=refunds.partly_refunded_twice,
    ),
    Story(
        name="refund_failed",
        meaning="The order is paid, and a refund begins and fails.",
        sources=("PAYV3", "DEMO"),
        tell=refunds.refund_failed,
    ),
    Story(
        name="auto_refunded",
        meaning="Money comes and Juspay gives it back by itself: the order was never paid.",
        sources=("PAYV3", "DEMO", "NY"),
        note="What comes before the refund is not published.",
        tell=refunds.auto_refunded,
    ),
    Story(
        name="authorized_then_captured",
        meaning="Money is held, and taken two days later.",
        sources=("PAYV3", "TXNST"),
        note="That a capture is told like a payment is not published; the status is.",
        tell=payments.authorized_then_captured,
    ),
    Story(
        name="authorized_then_voided",
        meaning="Money is held, and let go a day later: the order was never paid.",
        sources=("PAYV3", "SALEOR", "SKILLS"),
        note="ORDER_VOIDED is known from code only; its body is the one of ORDER_AUTHORIZED.",
        tell=payments.authorized_then_voided,
    ),
    Story(
        name="mandate",
        meaning="A mandate is registered, activated, notified, debited (an order of its own) and revoked.",
        sources=("PAYV3", "DEMO", "AUTOPAY"),
        tell=mandates.mandate,
    ),
    Story(
        name="split_payment",
        meaning="One of two parts of the payment is taken, then the other: only then the order is paid.",
        sources=("DEMO", "PARTPAY"),
        note="No page lists ORDER_PARTIAL_CHARGED; a body of it is published.",
        least=2 * _PAISA,
        tell=payments.split_payment,
    ),
    Story(
        name="abandoned",
        meaning="The customer begins to pay and never comes back.",
        sources=("PAYV3", "DEMO"),
        tell=payments.abandoned,
    ),
    Story(
        name="payout_succeeded",
        meaning="A payout is accepted, scheduled, sent, and arrives; each level says so.",
        sources=("SEA-WH", "DEMO"),
        prefix="payout-",
        tell=payouts.payout_succeeded,
    ),
    Story(
        name="payout_reversed",
        meaning="A payout arrives, and a day later the attempt is reversed.",
        sources=("SEA-WH",),
        note="Whether the levels above say it too is not published.",
        prefix="payout-",
        tell=payouts.payout_reversed,
    ),
    Story(
        name="payout_conflicted",
        meaning="A payout fails, and a day later the attempt has succeeded after all.",
        sources=("SEA-WH",),
        note="Whether the levels above say it too is not published.",
        prefix="payout-",
        tell=payouts.payout_conflicted,
    ),
    Story(
        name="beneficiary_valid",
        meaning="The account of a beneficiary is validated.",
        sources=("SEA-WH", "DEMO"),
        prefix=None,
        tell=payouts.beneficiary_valid,
    ),
    Story(
        name="beneficiary_invalid",
        meaning="The account of a beneficiary is found not to exist; the message beside it speaks of success.",
        sources=("SEA-WH", "DEMO"),
        prefix=None,
        tell=payouts.beneficiary_invalid,
    ),
)

STORIES: Final[Mapping[str, Story]] = MappingProxyType({row.name: row for row in _ROWS})
"""Name -> story."""

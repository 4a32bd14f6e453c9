"""Own what all stories are told with: chance, a clock, the wishes of the caller, and the steps told so far.

No clock is read: every story begins in the same month, on a day that its seed draws.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeAlias, cast

from juspay_webhooks.models.fields import Json
from juspay_webhooks.models.json_exact import decode_exact
from juspay_webhooks.testing.factories import make_webhook
from juspay_webhooks.testing.samples import EventName, sample_body
from juspay_webhooks.testing.scenarios.chance import Chance
from juspay_webhooks.testing.scenarios.scenario import Step

__all__ = ["Object", "Plot", "fitting", "merged", "sample_of"]

Object: TypeAlias = dict[str, Json]
"""A JSON object, or changes to one."""

_BEGINNING: Final = datetime(2026, 3, 1, tzinfo=UTC)
_MONTH: Final = 30 * 24 * 3600
_HUNDRED: Final = 100

_TRIES: Final = 200
"""How often two parts are drawn until floats cannot add them; small amounts have none such."""


def sample_of(name: EventName, variant: str | None = None) -> Object:
    """Give the object that a sample is about: its order, transaction, mandate, notification or `info`.

    Args:
        name: Name of the event.
        variant: Its variant.

    Returns:
        A fresh copy.
    """
    body = decode_exact(sample_body(name, variant=variant).decode())
    (subject,) = body["content"].values() if "content" in body else (body["info"],)
    return cast("Object", subject)


def fitting(sample: Mapping[str, Json], changes: Mapping[str, Json]) -> Object:
    """Leave out the changes of what a sample does not have, or has as null."""
    return {
        key: fitting(sample[key], change) if isinstance(change, dict) else change
        for key, change in changes.items()
        if sample.get(key) is not None
    }


def merged(first: Mapping[str, Json], second: Mapping[str, Json]) -> Object:
    """Join changes; the second ones win."""
    both: Object = {**first, **second}
    for key in first.keys() & second.keys():
        if isinstance(first[key], dict) and isinstance(second[key], dict):
            both[key] = merged(first[key], second[key])
    return both


class Plot:
    """One story while it is told."""

    def __init__(
        self, chance: Chance, *, order_id: str, amount: Decimal | None, currency: str, auth: tuple[str, str] | None
    ) -> None:
        """Begin.

        Args:
            chance: Draws everything that the caller leaves open.
            order_id: Merchant's id of the order or payout; empty for a beneficiary.
            amount: Amount of the order or payout; drawn if None.
            currency: Currency of the order.
            auth: Credentials of the webhooks.
        """
        self.chance: Final = chance
        self.order_id: Final = order_id
        self.amount: Final = self._drawn_amount() if amount is None else amount
        self.currency: Final = currency
        self.beginning: Final = _BEGINNING + timedelta(seconds=chance.number(0, _MONTH))
        self.now: datetime = self.beginning
        self._auth: Final = auth
        self._told: Final[list[Step]] = []

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was told so far, by the time at which it comes, and numbered in this order."""
        return tuple(self._told)

    def wait(self, **duration: float) -> datetime:
        """Let time pass.

        Args:
            **duration: As `timedelta` takes it: `seconds=5`, `days=2`.

        Returns:
            The time.
        """
        self.now += timedelta(**duration)
        return self.now

    def tell(
        self,
        name: EventName,
        /,
        *,
        variant: str | None = None,
        sent: datetime | None = None,
        called: str | None = None,
        **content: Object,
    ) -> None:
        """Let a webhook come now.

        Args:
            name: Name of the sample's event.
            variant: Variant of the sample.
            sent: When Juspay made the event, if it comes later.
            called: Name of the event, if there is no sample of it and another one's serves.
            **content: What the sample's object says besides.
        """
        envelope: dict[str, Json] = {"id": self.chance.word(30)}
        if isinstance(name, str):
            envelope = {"id": f"evt_V2_{self.chance.word(32)}", "date_created": sent or self.now}
        if called is not None:
            envelope["event_name"] = called
        webhook = make_webhook(name, variant=variant, auth=self._auth, **envelope, **content)
        self._told.append(
            Step(after=self.now - self.beginning, webhook=webhook, name=webhook.event.name, number=len(self._told))
        )

    def parts(self) -> tuple[Decimal, Decimal]:
        """Draw two parts of the amount, such that floats do not add up if there are any."""
        paise = int(self.amount * _HUNDRED)
        low, high = max(1, paise // 5), max(2, paise * 4 // 5 + 1)
        drawn = [self.chance.number(low, high) for _ in range(_TRIES)]
        awkward = (first for first in drawn if first / _HUNDRED + (paise - first) / _HUNDRED != paise / _HUNDRED)
        first = next(awkward, drawn[0])
        return _rupees(first), _rupees(paise - first)

    def _drawn_amount(self) -> Decimal:
        """Draw an amount of which a paisa is lost if floats count it."""
        while True:
            paise = self.chance.number(10_000, 500_000)
            if int(paise / _HUNDRED * _HUNDRED) != paise:
                return _rupees(paise)


def _rupees(paise: int) -> Decimal:
    whole, rest = divmod(paise, _HUNDRED)
    return Decimal(whole) if not rest else Decimal(paise).scaleb(-2)

"""Own the orders that the fake answers: samples of the package with a test's changes, one for each status.

The states of one order agree in what does not change, and none looks older than the state before it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Final

import attrs

from juspay_webhooks.catalog import ORDER_STATUSES, Outcome
from juspay_webhooks.models.fields import Json
from juspay_webhooks.models.json_exact import decode_exact
from juspay_webhooks.testing._json import json_text, wire_instant
from juspay_webhooks.testing.factories import make_webhook
from juspay_webhooks.testing.fake.pace import Pace
from juspay_webhooks.testing.fake.question import GATEWAY_RESPONSE
from juspay_webhooks.testing.fake.snapshot import Snapshot
from juspay_webhooks.testing.samples import sample_body

__all__ = ["OrderRecipe"]

_WITHOUT_ATTEMPT: Final = frozenset({"NEW", "CREATED"})

_SAMPLES: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.PAID: "ORDER_SUCCEEDED",
        Outcome.PARTLY_PAID: "ORDER_PARTIAL_CHARGED",
        Outcome.AUTHORIZED: "ORDER_AUTHORIZED",
        Outcome.VOIDED: "ORDER_AUTHORIZED",
        Outcome.FAILED: "ORDER_FAILED",
        Outcome.AUTO_REFUNDED: "AUTO_REFUND_SUCCEEDED",
    }
)
"""What a status comes down to -> the event whose order looks so."""

_LASTING: Final = ("amount", "currency", "date_created")
"""What the later states of an order take over from the first."""

_OPTIONAL: Final = MappingProxyType(
    {
        GATEWAY_RESPONSE: (
            "payment_gateway_response.gateway_response",
            "txn_list.*.payment_gateway_response.gateway_response",
        )
    }
)


@attrs.frozen(kw_only=True)
class OrderRecipe:
    """What a test says about an order."""

    order_id: str
    """The merchant's id."""

    merchant_id: str
    """The merchant."""

    pace: Pace
    """Its states."""

    changes: Mapping[str, Json]
    """Fields of the order, as `make_webhook` takes them."""

    sample: str | None = None
    """Name of the event whose order it is; None: one that fits the status."""

    variant: str | None = None
    """Variant of the sample."""

    def snapshots(self, *, after: datetime | None = None) -> tuple[Snapshot, ...]:
        """Make the states.

        Args:
            after: When the order was last changed before; None if it is new.

        Returns:
            One for each word of the pace.

        Raises:
            ConfigurationError: There is no such sample, variant or field, or a value has no form in JSON.
        """
        return tuple(Snapshot(members, _OPTIONAL) for members in self._states(after))

    def _states(self, after: datetime | None) -> Iterator[dict[str, Json]]:
        lasting: dict[str, Json] = {}
        last = after
        for word in self.pace.words:
            members = self._order(word, lasting)
            lasting = {key: members[key] for key in _LASTING if key in members}
            if "last_updated" in members and "last_updated" not in self.changes:
                last = _later(datetime.fromisoformat(members["last_updated"]), last)
                members["last_updated"] = wire_instant(last)
            yield members

    def _order(self, word: str | None, lasting: Mapping[str, Json]) -> dict[str, Json]:
        """Make one state."""
        name = self.sample or _sample_for(word)
        juspay_id = f"ordeh_{sha256(self.order_id.lower().encode()).hexdigest()[:32]}"
        given = {"id": juspay_id, "order_id": self.order_id, "merchant_id": self.merchant_id, **lasting, **self.changes}
        if word is not None:
            given["status"] = word
        made = make_webhook(name, variant=self.variant, order=given).body.decode()
        own = decode_exact(sample_body(name, variant=self.variant).decode())["content"]["order"].get("id")
        if isinstance(own, str) and isinstance(given["id"], str):  # it stands in payment links too
            made = made.replace(own, json_text(given["id"])[1:-1])
        order: dict[str, Json] = decode_exact(made)["content"]["order"]
        return order


def _sample_for(word: str | None) -> str:
    row = None if word is None else ORDER_STATUSES.get(word)
    if row is None:
        return "TXN_CREATED"
    return "ORDER_CREATED" if row.name in _WITHOUT_ATTEMPT else _SAMPLES.get(row.outcome, "TXN_CREATED")


def _later(own: datetime, last: datetime | None) -> datetime:
    """Let a state be younger than the one before it."""
    return own if last is None else max(own, last + timedelta(seconds=1))

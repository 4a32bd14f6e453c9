"""Own what Juspay sends: orders with several events each, interleaved, with duplicates. Nothing here sends."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Final

import attrs

from juspay_webhooks.testing import make_webhook

__all__ = ["AUTH", "Sending", "paid", "refunded", "sendings"]

AUTH: Final = ("shop", "secret")
"""Username and password of Juspay's requests."""

_ORDERS: Final = 8
"""Orders whose events come interleaved."""

_DUPLICATES: Final = 0.15
"""Share of deliveries that came before."""

_PAIRS: Final = 0.08
"""Share of deliveries that come to two processes at once."""

_REMEMBERED: Final = 200
"""How far back a duplicate may lie."""

_HISTORIES: Final[Sequence[Sequence[str]]] = (
    ("ORDER_SUCCEEDED",),
    ("TXN_CHARGED",),
    ("TXN_CREATED", "ORDER_SUCCEEDED"),
    ("ORDER_SUCCEEDED", "TXN_CHARGED"),
    ("TXN_CHARGED", "ORDER_SUCCEEDED", "refund 1"),
    ("ORDER_SUCCEEDED", "refund 1", "refund 2"),
    ("ORDER_SUCCEEDED", "TXN_CHARGED", "refund 2"),
)
"""What happens to an order: names of events, and refund webhooks by the number of refunds that their bodies carry."""


def paid(order_id: str) -> str:
    """Name the effect of a paid order as the merchant writes it down."""
    return f"paid {order_id}"


def refunded(order_id: str, unique_request_id: str) -> str:
    """Name the effect of a settled refund as the merchant writes it down."""
    return f"refunded {order_id} {unique_request_id}"


@attrs.frozen(kw_only=True)
class Sending:
    """One webhook that is sent until it is answered with 200."""

    kind: str
    """What is the same about sendings that pass the same boundaries."""

    event_id: str
    """Juspay's id of the event."""

    effects: tuple[str, ...]
    """What the merchant must have done afterwards."""

    headers: Mapping[str, str]
    """The request's headers."""

    body: bytes
    """The request's body: the same bytes each time."""

    is_pair: bool = False
    """Whether it is sent to two processes at once: two deliveries."""

    is_duplicate: bool = False
    """Whether it was answered with 200 before."""


def sendings(number: int, *, seed: str) -> Iterator[Sending]:
    """Make what Juspay sends; the same seed makes the same.

    Args:
        number: Deliveries, at least; a pair counts as two.
        seed: Any text.

    Yields:
        The sendings, in order.
    """
    random = Random(seed)  # noqa: S311 - not for secrets
    orders = [_order(random, index) for index in range(_ORDERS)]
    begun, left = _ORDERS, number
    sent: list[Sending] = []
    while left > 0:
        is_pair = random.random() < _PAIRS
        if sent and random.random() < _DUPLICATES:
            old = random.choice(sent[-_REMEMBERED:])
            sending = attrs.evolve(old, kind="duplicate", is_duplicate=True, is_pair=is_pair)
        else:
            place = random.randrange(_ORDERS)
            following = next(orders[place], None)
            if following is None:
                orders[place] = _order(random, begun)
                begun += 1
                continue
            sending = attrs.evolve(following, is_pair=is_pair)
            sent.append(sending)
        left -= 1 + is_pair
        yield sending


def _order(random: Random, number: int) -> Iterator[Sending]:
    """Tell the history of an order, one webhook after the other."""
    order_id, is_paid, known = f"order-{number}", False, 0
    for index, name in enumerate(random.choice(_HISTORIES)):
        event_id = f"event-{number}-{index}"
        if name.startswith("refund"):
            refunds = [f"r{which}" for which in range(1, int(name.split()[1]) + 1)]
            effects = tuple(refunded(order_id, refund) for refund in refunds)
            kind, known = f"{len(refunds)} refunds, {known} known", len(refunds)
            given = [{"unique_request_id": refund, "status": "SUCCESS", "amount": 1} for refund in refunds]
            webhook = make_webhook(
                "ORDER_REFUNDED", auth=AUTH, id=event_id, order={"order_id": order_id, "refunds": given}
            )
        else:
            effects = () if name == "TXN_CREATED" else (paid(order_id),)
            kind = "paid, known" if effects and is_paid else "paid" if effects else "no effect"
            is_paid = is_paid or bool(effects)
            about = {"order_id": order_id}
            webhook = (
                make_webhook(name, auth=AUTH, id=event_id, txn=about)
                if name == "TXN_CHARGED"
                else make_webhook(name, auth=AUTH, id=event_id, order=about)
            )
        yield Sending(kind=kind, event_id=event_id, effects=effects, headers=webhook.headers, body=webhook.body)

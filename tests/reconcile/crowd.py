"""Own a fake that knows any number of orders, in a process of its own, and answers badly now and then.

`FakeJuspay` makes each order from samples, which takes milliseconds; here only the id differs.
"""

import random
import time
from collections import Counter
from collections.abc import Mapping
from multiprocessing.connection import Connection
from types import MappingProxyType
from typing import Final

import attrs

from juspay_webhooks.testing import FakeJuspay
from juspay_webhooks.testing.fake import (
    Asked,
    Fault,
    HalfBody,
    HangUp,
    Latency,
    Reset,
    Respond,
    SlowDown,
    Truncated,
)
from juspay_webhooks.testing.fake.book import Book
from juspay_webhooks.testing.fake.orders import OrderRecipe
from juspay_webhooks.testing.fake.pace import Pace
from juspay_webhooks.testing.fake.question import Kind
from juspay_webhooks.testing.fake.snapshot import Snapshot
from tests.reconcile.shop import KEY, MERCHANT

__all__ = ["FATES", "Fate", "Tally", "answer", "fate_of", "names"]


@attrs.frozen(kw_only=True)
class Fate:
    """What becomes of some orders."""

    share: int
    """How many of a hundred."""

    words: tuple[str | None, ...]
    """Their statuses, one for each answer."""

    effect: str | None
    """What a handler is told in the end; None if they have no end."""

    sample: str | None = None
    """Name of the event whose order they are."""


FATES: Final[Mapping[str, Fate]] = MappingProxyType(
    {
        "paid": Fate(share=80, words=("CHARGED",), effect="OrderPaid"),
        "late": Fate(share=8, words=("PENDING_VBV", "CHARGED"), effect="OrderPaid"),
        "failed": Fate(share=7, words=("AUTHENTICATION_FAILED",), effect="PaymentFailed"),
        "refunded": Fate(share=4, words=(None,), effect="RefundSettled", sample="ORDER_REFUNDED"),
        "open": Fate(share=1, words=("PENDING_VBV",), effect=None),
    }
)
"""First word of an order's id -> what becomes of it."""

_FAULTS: Final[Mapping[Fault, int]] = {
    Reset(): 40,
    HangUp(): 20,
    Respond(500): 20,
    Respond(503, b"<html>"): 10,
    HalfBody(): 20,
    Truncated(): 10,
    SlowDown(1): 1,
    Latency(0.2): 20,
}
"""Fault -> in how many of 2,000 answers."""

_TEMPLATE: Final = "SHOP-TEMPLATE-1001"


@attrs.frozen(kw_only=True)
class Tally:
    """What the fake was asked."""

    asked: Counter[str]
    """Questions about each order, those that were told to slow down left out."""

    answered: Counter[str]
    """Those of them that got the true answer."""


def names(number: int) -> list[str]:
    """Make ids of orders; each fate has its share, spread over all."""
    hundred = [word for word, fate in FATES.items() for _ in range(fate.share)]
    random.Random(1).shuffle(hundred)  # noqa: S311 - no secret
    return [f"{hundred[index % 100]}-{index}" for index in range(number)]


def fate_of(order_id: str) -> Fate:
    """Tell what becomes of an order."""
    return FATES[order_id.partition("-")[0]]


class _Named(Snapshot):
    """A state of the template, under another id."""

    def __init__(self, template: Snapshot, order_id: str) -> None:
        super().__init__({}, {})
        self._template = template
        self._id = order_id.encode()

    def body(self, wanted: frozenset[str], /) -> bytes:
        """Write it."""
        return self._template.body(wanted).replace(_TEMPLATE.encode(), self._id) if hasattr(self, "_id") else b""


class _Shelf(Book):
    """Makes an order when it is asked about for the first time."""

    def __init__(self) -> None:
        super().__init__(time.monotonic)
        self._made = set[tuple[str, ...]]()
        self._templates = {word: self._template(fate) for word, fate in FATES.items()}

    @staticmethod
    def _template(fate: Fate) -> tuple[Pace, tuple[Snapshot, ...]]:
        pace = Pace(fate.words)
        recipe = OrderRecipe(order_id=_TEMPLATE, merchant_id=MERCHANT, pace=pace, changes={}, sample=fate.sample)
        return pace, recipe.snapshots()

    def shown(self, kind: Kind, ids: tuple[str, ...], *, goes_on: bool) -> Snapshot | None:
        """Show an order."""
        if ids not in self._made:
            self._made.add(ids)
            pace, templates = self._templates[ids[0].partition("-")[0]]
            self.add(kind, ids, pace, tuple(_Named(template, ids[0]) for template in templates))
        return super().shown(kind, ids, goes_on=goes_on)


def _faults() -> list[Fault]:
    faults: list[Fault] = [fault for fault, number in _FAULTS.items() for _ in range(number)]
    faults += [Latency(0)] * (2_000 - len(faults))
    random.Random(2).shuffle(faults)  # noqa: S311 - no secret
    return faults


def answer(parent: Connection) -> None:
    """Answer until the parent says something; say where before, and what was asked after.

    Args:
        parent: Gets the address, and at the end a `Tally`.
    """
    asked, answered = Counter[str](), Counter[str]()

    def note(one: Asked) -> None:
        order_id = one.path.rpartition("/")[2]
        if not isinstance(one.fault, SlowDown):
            asked[order_id] += 1
            answered[order_id] += isinstance(one.fault, Latency)

    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT, on_request=note) as juspay:
        juspay._desk.book = _Shelf()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        juspay.fail_next(*_faults(), times=None)
        parent.send(juspay.url)
        parent.recv()
    parent.send(Tally(asked=asked, answered=answered))

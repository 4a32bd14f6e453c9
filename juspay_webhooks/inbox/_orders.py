"""Own what a single process knows of orders: the last known state of each, which never goes backwards."""

from collections import OrderedDict
from threading import Lock

import attrs

from juspay_webhooks.inbox.keys import order_key
from juspay_webhooks.inbox.sightings import Sighting, outline, replaces

__all__ = ["OrderMemory"]


class OrderMemory:
    """Remembers orders; those that changed longest ago go first."""

    def __init__(self, *, most: int) -> None:
        """Take the bound."""
        self._most = most
        self._lock = Lock()
        self._seen: OrderedDict[str, Sighting] = OrderedDict()

    def see(self, sighting: Sighting) -> None:
        """Remember a state of an order, unless a newer one is remembered."""
        key = sighting.key
        with self._lock:
            known = self._seen.get(key)
            if replaces(sighting.order, None if known is None else known.order):
                self._seen[key] = attrs.evolve(sighting, order=outline(sighting.order))
                self._seen.move_to_end(key)
            if len(self._seen) > self._most:
                self._seen.popitem(last=False)

    def last(self, order_id: str, *, namespace: str) -> Sighting | None:
        """Find the last known state of an order."""
        with self._lock:
            return self._seen.get(order_key(namespace, order_id))

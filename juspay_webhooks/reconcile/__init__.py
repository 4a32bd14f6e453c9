"""Own the reconciler: it asks about orders of which no webhook came, and lets the receiver act on what it hears.

Which orders, and when each is asked about next, stands in the inbox: a restart forgets nothing, and any number of
processes may share the work.
"""

from typing import TYPE_CHECKING

from juspay_webhooks.inbox.pending import AgendaStats, PendingOrder
from juspay_webhooks.reconcile.book import Reconciled
from juspay_webhooks.reconcile.reconciler import Reconciler

if TYPE_CHECKING:
    from juspay_webhooks.reconcile.async_reconciler import AsyncReconciler

__all__ = ["AgendaStats", "AsyncReconciler", "PendingOrder", "Reconciled", "Reconciler"]


def __getattr__(name: str) -> object:
    """Load the reconciler of event loops when it is asked for: httpx is an extra."""
    if name != "AsyncReconciler":
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from juspay_webhooks.reconcile.async_reconciler import AsyncReconciler  # noqa: PLC0415 - as said

    return globals().setdefault(name, AsyncReconciler)

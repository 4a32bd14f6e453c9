"""Own the reconciler: it asks about orders of which no webhook came, and lets the receiver act on what it hears.

Which orders, and when each is asked about next, stands in the inbox: a restart forgets nothing, and any number of
processes may share the work.
"""

from juspay_webhooks.inbox.pending import AgendaStats, PendingOrder
from juspay_webhooks.reconcile.async_reconciler import AsyncReconciler
from juspay_webhooks.reconcile.book import Reconciled
from juspay_webhooks.reconcile.reconciler import Reconciler

__all__ = ["AgendaStats", "AsyncReconciler", "PendingOrder", "Reconciled", "Reconciler"]

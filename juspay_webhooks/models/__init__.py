"""Own the typed objects that bodies carry: orders, transactions, refunds, mandates, notifications and payouts.

Every model is an immutable attrs class whose fields carry the vendor's names (payouts: their snake_case) and a
docstring each. Nothing here reads a body or does I/O. Public names are exported by `juspay_webhooks`; code of the
package imports each from its own module.
"""

"""Own the typed events, what they say has happened, and the choice of an event's class.

Public names are exported by `juspay_webhooks`; code of the package imports each from its own module, so that a process
that never sees a payout never loads the payout classes.
"""

"""Own the command `juspay-webhooks`; it needs the extra `cli`.

It reads files and writes to the terminal. It must never print a text out of a body raw: see `_terminal`.
"""

from juspay_webhooks.cli._entry import main

__all__ = ["main"]

"""Own the memory of what was received and what was done: nothing is lost, nothing is done twice."""

from juspay_webhooks.inbox.memory import MemoryInbox
from juspay_webhooks.inbox.protocol import Claim, Inbox, InboxUnavailable, Record, State, Stats, Unit, Verdict

__all__ = ["Claim", "Inbox", "InboxUnavailable", "MemoryInbox", "Record", "State", "Stats", "Unit", "Verdict"]

"""Own the memory of what was received and what was done: nothing is lost, nothing is done twice."""

from typing import TYPE_CHECKING

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.inbox.memory import MemoryInbox
from juspay_webhooks.inbox.protocol import (
    Claim,
    Inbox,
    InboxUnavailable,
    Record,
    Settlement,
    State,
    Stats,
    Unit,
    Verdict,
    WorkInbox,
)
from juspay_webhooks.inbox.sightings import Sighting

if TYPE_CHECKING:
    from juspay_webhooks.inbox.sql import SqlInbox

__all__ = [
    "Claim",
    "Inbox",
    "InboxUnavailable",
    "MemoryInbox",
    "Record",
    "Settlement",
    "Sighting",
    "SqlInbox",
    "State",
    "Stats",
    "Unit",
    "Verdict",
    "WorkInbox",
]


def __getattr__(name: str) -> object:
    """Load the inbox in a database when it is asked for: SQLAlchemy is an extra."""
    if name != "SqlInbox":
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    try:
        from juspay_webhooks.inbox.sql import SqlInbox  # noqa: PLC0415 - as said
    except ModuleNotFoundError as error:
        if error.name != "sqlalchemy":
            raise
        message = "SqlInbox needs SQLAlchemy: pip install 'juspay-webhooks[sql]'"
        raise ConfigurationError(message) from None
    return globals().setdefault(name, SqlInbox)

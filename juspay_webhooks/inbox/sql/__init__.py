"""Own the inbox in a database: SQLite, PostgreSQL, MariaDB, MySQL."""

from juspay_webhooks.inbox.sql.inbox import SqlInbox
from juspay_webhooks.inbox.sql.operations import Entry

__all__ = ["Entry", "SqlInbox"]

"""A SQLite file over forks: what a child has stored stays, whatever becomes of its parent."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from juspay_webhooks.inbox import SqlInbox
from juspay_webhooks.inbox.sql import database
from tests.inbox.records import counts, record

DAEMON: Final = """
import os, signal, subprocess, sys
from datetime import UTC, datetime
from juspay_webhooks.inbox import Record, SqlInbox
def one(number):
    return Record(namespace="shop", event_id=f"evt_{number}", name="", body=b"{}", source="webhook",
                  received_at=datetime.now(UTC))
inbox = SqlInbox(sys.argv[1])
inbox.prepare()
is_parent_gone, says_so = os.pipe()
if os.fork():
    os._exit(0)
os.close(says_so)
os.read(is_parent_gone, 1)
inbox.store(one(1))
look = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM sqlite_master'); c.close()"
subprocess.run([sys.executable, "-c", look, sys.argv[2]], check=True)
inbox.store(one(2))
print(inbox.stats().received, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_child_outlives_its_parent(tmp_path: Path) -> None:
    """What a daemon stores after others have closed the file is not lost, although its parent had the file open."""
    file = tmp_path / "inbox.db"
    done = subprocess.run(
        [sys.executable, "-c", DAEMON, f"sqlite:///{file}", str(file)], capture_output=True, check=True, text=True
    )
    with SqlInbox(f"sqlite:///{file}") as inbox:
        assert {"received": 2} == counts(inbox)
    assert ("2\n", "") == (done.stdout, done.stderr)


def test_no_file_is_open_in_a_fork(tmp_path: Path) -> None:
    """Before a fork idle connections are closed; the inbox goes on with new ones."""
    file = tmp_path / "inbox.db"
    with SqlInbox(f"sqlite:///{file}") as inbox:
        inbox.store(record())
        assert file.with_name("inbox.db-wal").exists()
        database._before_fork()  # noqa: SLF001 - what the system calls
        assert not file.with_name("inbox.db-wal").exists()
        assert {"received": 1} == counts(inbox)

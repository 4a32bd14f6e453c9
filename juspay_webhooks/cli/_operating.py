"""Own what the commands of `inbox` do to a database that a setting names. They never make a table or a file."""

import argparse
import os
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import attrs
from sqlalchemy import make_url

from juspay_webhooks.cli._entries import members, show_entries, show_entry
from juspay_webhooks.cli._line import Line
from juspay_webhooks.cli._streams import say, write, write_bytes
from juspay_webhooks.cli._terminal import complain, json_line, listing, show
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.inbox.protocol import InboxUnavailable, State
from juspay_webhooks.inbox.sql import Entry, SqlInbox
from juspay_webhooks.inbox.sql.schema import PREFIX

__all__ = ["operate"]

_FAILED: Final = 1
_MISUSE: Final = 2

_URL: Final = "JUSPAY_INBOX_URL"
"""Variable of the database's URL."""


class _RefusedError(Exception):
    """What was asked for cannot be done; the arguments are its exit status, then what is wrong and what to do."""


def operate(arguments: argparse.Namespace) -> int:
    """Run one of the commands.

    Args:
        arguments: As `_inbox` defines them.

    Returns:
        Exit status.
    """
    prefix: str = PREFIX if arguments.table_prefix is None else arguments.table_prefix
    try:
        if arguments.operation == "ddl":
            write(SqlInbox.ddl(arguments.dialect, table_prefix=prefix))
            return 0
        if arguments.operation == "alembic":
            write(SqlInbox.alembic(table_prefix=prefix))
            return 0
        with _opened(arguments, prefix) as inbox:
            return _OPERATIONS[arguments.operation](inbox, arguments)
    except _RefusedError as refused:
        status, *lines = refused.args
        complain(*lines)
        return int(status)
    except ConfigurationError as error:
        complain(str(error))
        return _MISUSE
    except InboxUnavailable as error:
        complain(str(error), "next: check the URL, and that the database runs and lets you in")
        return _FAILED


def _opened(arguments: argparse.Namespace, prefix: str) -> SqlInbox:
    """Open the inbox that the settings name."""
    url = os.environ.get(_URL, "") if arguments.url is None else arguments.url
    if not url:
        raise _RefusedError(
            _MISUSE,
            "no database is named",
            f"set {_URL}, or --url: URL of the database, as SqlInbox takes it, e.g. sqlite:///inbox.db",
        )
    inbox = SqlInbox(url, create=False, table_prefix=prefix)
    file = _file_of(url)
    if file is not None and not file.exists():
        raise _RefusedError(
            _MISUSE,
            f"there is no file {file}",
            "next: check the URL; sqlite:///a is in this folder, sqlite:////a is /a",
        )
    return inbox


def _file_of(url: str) -> Path | None:
    """Find the file of an SQLite database: whoever connects to one that is not there makes it."""
    place = make_url(url)
    if place.get_backend_name() != "sqlite":
        return None
    name = place.database or ""
    return Path(unquote(urlsplit(name).path) if name.startswith("file:") else name)


def _list(inbox: SqlInbox, arguments: argparse.Namespace) -> int:
    most: int = arguments.limit
    states = [State(name) for name in dict.fromkeys(arguments.states or ())] or list(State)
    entries = [entry for state in states for entry in inbox.entries(state, limit=most + 1)]
    entries.sort(key=lambda entry: (entry.since, entry.key), reverse=True)
    if arguments.json:
        write("".join(f"{json_line(members(entry))}\n" for entry in entries[:most]))
    else:
        show_entries(entries[:most])
    if len(entries) > most:
        complain(f"there are more than {most}: --limit shows more of them")
    return 0


def _show(inbox: SqlInbox, arguments: argparse.Namespace) -> int:
    entry = inbox.entry(_found(inbox, arguments.key).key)
    if entry is None:  # purged since it was found
        raise _unknown(arguments.key)
    if arguments.body:
        write_bytes(entry.record.body)
    else:
        show_entry(entry, is_json=arguments.json)
    return 0


def _unknown(key: str) -> _RefusedError:
    return _RefusedError(_FAILED, f"no delivery has the key {key}", "next: `juspay-webhooks inbox list` shows keys")


def _found(inbox: SqlInbox, key: str) -> Entry:
    """Find the one delivery whose key begins so."""
    found = inbox.find(key)
    if not found:
        raise _unknown(key)
    if len(found) > 1:
        keys = [entry.key for entry in found]
        raise _RefusedError(_MISUSE, f"several keys begin with {key}", *keys, "next: give more digits")
    return found[0]


def _retry(inbox: SqlInbox, arguments: argparse.Namespace) -> int:
    if bool(arguments.keys) == bool(arguments.state):
        arguments.parser.error("give keys, or --state")
    if arguments.keys:
        return _retry_keys(inbox, arguments.keys)
    state = State(arguments.state)
    if not _is_agreed(inbox, [state], "handle {} again?", arguments):
        return _FAILED
    _say_retried(inbox.retry(state))
    return 0


def _retry_keys(inbox: SqlInbox, keys: Collection[str]) -> int:
    found = {entry.key: entry for entry in (_found(inbox, key) for key in keys)}
    left = [entry for entry in found.values() if not inbox.retry(entry.key)]
    for entry in left:
        complain(f"{entry.key}: it is {entry.state}: only what is dead, failed or quarantined is handled again")
    _say_retried(len(found) - len(left))
    return _FAILED if left else 0


def _say_retried(number: int) -> None:
    write(f"{_deliveries(number)} will be handled again, by a worker (juspay-webhooks work)\n")


def _deliveries(number: int, state: str = "") -> str:
    return f"{number} {state}{' ' if state else ''}{'delivery' if number == 1 else 'deliveries'}"


def _is_agreed(inbox: SqlInbox, states: Collection[State], question: str, arguments: argparse.Namespace) -> bool:
    """Ask before much is changed, where somebody can answer; refuse elsewhere."""
    if arguments.yes:
        return True
    terminal = sys.stdin
    if terminal is None or not terminal.isatty():
        raise _RefusedError(_MISUSE, "nobody can be asked: standard input is no terminal", "next: give --yes")
    stats = attrs.asdict(inbox.stats())
    about = ", ".join(_deliveries(stats[state], state) for state in states)
    say(f"juspay-webhooks: {question.format(about)} [y/N] ")
    is_agreed = terminal.readline().strip().lower() in {"y", "yes"}
    if not is_agreed:
        complain("nothing was changed")
    return is_agreed


def _purge(inbox: SqlInbox, arguments: argparse.Namespace) -> int:
    states = [State(name) for name in dict.fromkeys(arguments.states or (State.DONE,))]
    span = str(arguments.older_than).removesuffix(", 0:00:00")
    question = f"forget those of {{}} that have stood so for {span}?"
    if not _is_agreed(inbox, states, question, arguments):
        return _FAILED
    total = 0
    try:
        with Line() as line:
            for number in inbox.purge(arguments.older_than, batch=arguments.batch, states=states):
                total += number
                line.draw(f"forgotten: {total}")
    finally:  # however it ended, what is forgotten stays forgotten
        write(f"forgotten: {_deliveries(total)}\n")
    return 0


def _stats(inbox: SqlInbox, arguments: argparse.Namespace) -> int:
    counted: dict[str, Any] = attrs.asdict(inbox.stats())
    if arguments.json:
        write(json_line(counted) + "\n")
    else:
        show(listing("what", "number", rows=[(words, str(number)) for words, number in counted.items()]))
    return 0


_OPERATIONS: Final[Mapping[str, Callable[[SqlInbox, argparse.Namespace], int]]] = {
    "list": _list,
    "show": _show,
    "retry": _retry,
    "purge": _purge,
    "stats": _stats,
}

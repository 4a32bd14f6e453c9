"""Own the command `inbox` as it is typed: its commands, their options and their help. `_operating` does the rest."""

import argparse
import re
from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from typing import Final

from juspay_webhooks.cli._terminal import complain
from juspay_webhooks.inbox.protocol import State

__all__ = ["add_to", "run"]

_MISUSE: Final = 2

_AGAIN: Final = (State.DEAD, State.FAILED, State.QUARANTINED)
"""States out of which a delivery may be handled again."""

_OLD: Final = (State.DONE, *_AGAIN)
"""States in which a delivery may be forgotten."""

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

_LONGEST: Final = timedelta(days=36_500)
"""Longer than that nothing has stood anywhere."""

_MOST_DIGITS: Final = 6
"""Of a count: more than that is a slip."""

_EPILOG: Final = """\
settings, from the environment:
  JUSPAY_INBOX_URL  URL of the database, as SqlInbox takes it, unless --url is given; a URL with a password belongs
                    here, for arguments can be read by everybody

examples:
  export JUSPAY_INBOX_URL=sqlite:///inbox.db
  juspay-webhooks inbox stats                            how many deliveries stand where
  juspay-webhooks inbox list --state dead                what was given up, the latest first
  juspay-webhooks inbox show 5f0c61f2a9d4                one of them: how it stands, and what it says
  juspay-webhooks inbox show --body 5f0c61f2a9d4 >body   its body, byte for byte
  juspay-webhooks inbox retry 5f0c61f2a9d4               let a worker handle it again
  juspay-webhooks inbox purge --older-than 90d --yes     forget what is long done, e.g. once a day by a timer
  juspay-webhooks inbox ddl postgresql                   the statements that make the tables

Nothing here makes tables or a file, and no handler runs here: `juspay-webhooks work` handles what waits.

exit status: 0 done; 1 the database fails, there is no such delivery, or it was not handled again; 2 a wrong option or
setting, no tables, a question that nobody can answer, or the extra `sql` is missing; 74 standard output fails; 130
interrupted"""


def _count(text: str) -> int:
    """Read a count."""
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text):
        return int(text)
    message = "a whole number above 0"
    raise argparse.ArgumentTypeError(message)


def _key(text: str) -> str:
    """Read the beginning of a key."""
    key = text.lower()
    if re.fullmatch(r"[0-9a-f]{8,64}", key):
        return key
    message = "a key is the first 8 of its hex digits at least, as `inbox list` shows them, for example 5f0c61f2a9d4"
    raise argparse.ArgumentTypeError(message)


def _span(text: str) -> timedelta:
    """Read a span of time."""
    found = re.fullmatch(r"([0-9]{1,8})([smhdw])", text)
    span = _LONGEST * 2 if found is None else timedelta(**{_UNITS[found[2]]: int(found[1])})
    if span <= _LONGEST:
        return span
    message = "a number with s, m, h, d or w behind it, for example 90d; 100 years at most"
    raise argparse.ArgumentTypeError(message)


def _add_place(parser: argparse.ArgumentParser, default: str | None) -> None:
    """Add what says which inbox is meant; it may stand before or behind the name of a command."""
    parser.add_argument("--url", default=default, metavar="URL", help="URL of the database; better in JUSPAY_INBOX_URL")
    parser.add_argument(
        "--table-prefix", default=default, metavar="P", help="how the names of the tables begin (juspay_inbox_)"
    )


def add_to(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the command line.

    Args:
        add_parser: What makes a command; it takes the command's name and what a parser takes.
    """
    inbox = add_parser(
        "inbox",
        help="look after an inbox in a database",
        description="Look after an inbox in a database: what is there, handle it again, forget what is old.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_place(inbox, None)
    commands = inbox.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, words: str, more: str = "") -> argparse.ArgumentParser:
        text = f"{words[0].upper()}{words[1:]}.{more}"
        parser: argparse.ArgumentParser = commands.add_parser(name, help=words, description=text, allow_abbrev=False)
        _add_place(parser, argparse.SUPPRESS)
        parser.set_defaults(run=run, operation=name, parser=parser)
        return parser

    _add_looking(command)
    _add_changing(command)
    ddl = command("ddl", "write the statements that make the tables", " No database is needed.")
    ddl.add_argument("dialect", metavar="DIALECT", help="sqlite, postgresql, mariadb or mysql")
    command("alembic", "write the body of an Alembic migration", " No database is needed.")


def _add_looking(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands that change nothing."""
    parser = command("list", "list deliveries, the latest first", " Their bodies are not shown.")
    parser.add_argument(
        "--state",
        dest="states",
        action="append",
        choices=list(State),
        metavar="STATE",
        help=f"only one state: {', '.join(State)}; again for more",
    )
    parser.add_argument("--limit", type=_count, default=50, metavar="N", help="most of them (default: 50)")
    parser.add_argument("--json", action="store_true", help="one line of JSON per delivery, for a program")
    parser = command("show", "show one delivery", " What its body says is shown as `parse` does, personal data masked.")
    parser.add_argument("key", type=_key, metavar="KEY", help="its key, the first 8 digits of it at least")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one line of JSON, for a program")
    form.add_argument(
        "--body", action="store_true", help="write its body and nothing else, byte for byte, personal data included"
    )
    parser = command("stats", "count deliveries")
    parser.add_argument("--json", action="store_true", help="one line of JSON, for a program")


def _add_changing(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands that change what is there."""
    parser = command("retry", "let deliveries be handled again", " A worker does that: juspay-webhooks work.")
    parser.add_argument("keys", nargs="*", type=_key, metavar="KEY", help="key of one, the first 8 digits at least")
    parser.add_argument("--state", choices=list(_AGAIN), metavar="STATE", help=f"all in one state: {', '.join(_AGAIN)}")
    parser.add_argument("--yes", action="store_true", help="with --state: do not ask")
    parser = command("purge", "forget settled deliveries", " One that comes again is new; effects are never forgotten.")
    parser.add_argument(
        "--older-than",
        type=_span,
        required=True,
        metavar="SPAN",
        help="how long they have stood in their state: a number with s, m, h, d or w, e.g. 90d",
    )
    parser.add_argument(
        "--state",
        dest="states",
        action="append",
        choices=list(_OLD),
        metavar="STATE",
        help=f"{', '.join(_OLD)}; again for more (default: {State.DONE})",
    )
    parser.add_argument("--batch", type=_count, default=500, metavar="N", help="most in a transaction (default: 500)")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(arguments: argparse.Namespace) -> int:
    """Run the command.

    Args:
        arguments: As `add_to` defines them.

    Returns:
        Exit status.
    """
    if find_spec("sqlalchemy") is None:
        complain("this command needs an extra", 'next: pip install "juspay-webhooks[sql]"')
        return _MISUSE
    from juspay_webhooks.cli._operating import operate  # noqa: PLC0415 - it needs the extra

    return operate(arguments)

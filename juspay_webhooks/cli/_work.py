"""Own the command `work` as it is typed: its options and its help. `_working` does the rest."""

import argparse
from collections.abc import Callable
from math import isfinite
from typing import Final

from juspay_webhooks.cli._terminal import safe

__all__ = ["add_to", "count", "name_of", "run", "seconds"]

_DAY: Final = 86_400
"""Seconds."""

_MOST_DIGITS: Final = 6
"""Of a count: more threads or attempts than that are a slip."""

_EPILOG: Final = """\
examples:
  juspay-webhooks work shop.webhooks:receiver              until SIGTERM or Ctrl-C
  juspay-webhooks work shop.webhooks:make_receiver         a function without parameters that returns the receiver
  juspay-webhooks work --threads 8 --attempts 20 shop.webhooks:receiver
  juspay-webhooks work --drain --json shop.webhooks:receiver | jq .ended
                                                           what is due now, e.g. once a minute by a timer

MODULE is imported as Python does it; the current directory is looked in first. RECEIVER is the one that the web
process uses, with an inbox that outlives the process: Receiver(auth, inbox=SqlInbox(...), mode="deferred"). Any number
of these processes may share an inbox, on any number of machines.

SIGTERM or Ctrl-C: what is begun is finished, the rest is handed back. A second one ends the process at once; what was
begun then is taken over when its lease is over. A database that goes away meanwhile is waited for.

exit status: 0 ended as told; 1 the inbox failed, at the start or with --drain, or a handler ended the process; 2 a
wrong option, no such receiver, or none that a worker can use; 74 standard output fails; 130 (Ctrl-C) or 143 (SIGTERM)
ended at once"""


def name_of(text: str) -> str:
    """Check the name of a receiver.

    Args:
        text: As it was typed.

    Returns:
        The name.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    module, _, path = text.partition(":")
    if all(word.isidentifier() for part in (module, path) for word in part.split(".")):
        return text
    message = f"MODULE:RECEIVER, both as Python names them, for example shop.webhooks:receiver; not {safe(text)}"
    raise argparse.ArgumentTypeError(message)


def count(text: str) -> int:
    """Read a count.

    Args:
        text: As it was typed.

    Returns:
        The count, at least 1.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text):
        return int(text)
    message = "a whole number above 0"
    raise argparse.ArgumentTypeError(message)


def seconds(text: str) -> float:
    """Read a number of seconds.

    Args:
        text: As it was typed.

    Returns:
        The number, from 0 to a day.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if isfinite(found) and 0 <= found <= _DAY:
        return found
    message = f"a number of seconds from 0 to {_DAY}"
    raise argparse.ArgumentTypeError(message)


def add_to(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the command line.

    Args:
        add_parser: What makes a command; it takes the command's name and what a parser takes.
    """
    parser = add_parser(
        "work",
        help="handle what a deferred receiver has stored",
        description="Handle what a receiver has stored, what failed and what crashed, with the receiver's handlers.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "receiver", type=name_of, metavar="MODULE:RECEIVER", help="where the receiver is, e.g. shop.webhooks:receiver"
    )
    parser.add_argument(
        "--threads", type=count, default=4, metavar="N", help="deliveries handled at a time (default: 4)"
    )
    parser.add_argument(
        "--attempts",
        type=count,
        default=10,
        metavar="N",
        help="how often a delivery is begun before it counts as dead (default: 10)",
    )
    parser.add_argument(
        "--first-pause",
        type=seconds,
        default=10,
        metavar="S",
        help="longest pause before the second attempt, in seconds; it doubles with each further one (default: 10)",
    )
    parser.add_argument(
        "--longest-pause", type=seconds, default=3600, metavar="S", help="longest pause at all (default: 3600)"
    )
    parser.add_argument(
        "--idle",
        type=seconds,
        default=1,
        metavar="S",
        help="seconds until the inbox is asked again when nothing was due (default: 1)",
    )
    parser.add_argument("--drain", action="store_true", help="handle what is due now, then end")
    parser.add_argument("--json", action="store_true", help="at the end one line of JSON, for a program")
    parser.set_defaults(run=run, parser=parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command.

    Args:
        arguments: As `add_to` defines them.

    Returns:
        Exit status.
    """
    from juspay_webhooks.cli._working import work  # noqa: PLC0415 - a receiver, which nothing else needs

    return work(arguments)

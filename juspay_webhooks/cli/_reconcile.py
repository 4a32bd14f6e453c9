"""Own the command `reconcile` as it is typed: its options and its help. `_reconciling` does the rest."""

import argparse
from collections.abc import Callable
from typing import Final

from juspay_webhooks.cli._place import ENVIRONMENTS, SETTINGS, add_place
from juspay_webhooks.cli._work import count, name_of, seconds

__all__ = ["add_to", "run"]

_EPILOG: Final = f"""\
{SETTINGS}
examples:
  juspay-webhooks reconcile --seen-after 900 shop.webhooks:receiver
                                     what the inbox saw pending and heard nothing of for 15 minutes, until Ctrl-C
  juspay-webhooks reconcile --orders pending.txt --drain shop.webhooks:receiver
                                     these orders too, one id a line; what is due now, e.g. every minute by a timer
  psql -At -f pending.sql | juspay-webhooks reconcile --orders - --drain shop.webhooks:receiver
  juspay-webhooks reconcile --given-up --json shop.webhooks:receiver
                                     what has no end after a day: a person must look

MODULE and RECEIVER are those of `work`. An order is asked about at once, then every 15 seconds for 90, then 2, 5, 10,
20 minutes and 1, 2, 6, 12 and 24 hours after the first question; the schedule stands in the inbox and outlives this
process. What is heard goes to the receiver's handlers, as a webhook would: whoever comes first acts, once.

{ENVIRONMENTS}
exit status: 0 ended as told; 1 the inbox failed, at the start or with --drain, or a handler ended the process; 2 a
wrong option or setting, no such receiver, or the key is not let in; 74 standard input or output fails; 130 (Ctrl-C) or
143 (SIGTERM) ended at once"""


def add_to(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the command line.

    Args:
        add_parser: What makes a command; it takes the command's name and what a parser takes.
    """
    parser = add_parser(
        "reconcile",
        help="ask about orders of which no webhook came",
        description="Ask Juspay about orders until each has an end, and let a receiver act on that as on a webhook.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "receiver", type=name_of, metavar="MODULE:RECEIVER", help="where the receiver is, e.g. shop.webhooks:receiver"
    )
    parser.add_argument("--orders", metavar="FILE", help="add these orders: one id a line; - for standard input")
    parser.add_argument(
        "--seen-after",
        type=seconds,
        metavar="S",
        help="add orders that the inbox saw pending once nothing was heard of them for so many seconds",
    )
    parser.add_argument("--again", action="store_true", help="with --orders: those that were given up begin anew")
    parser.add_argument("--label", metavar="LABEL", help="label of the merchant's credential, if there are several")
    parser.add_argument(
        "--threads", type=count, default=8, metavar="N", help="orders asked about at a time (default: 8)"
    )
    parser.add_argument("--drain", action="store_true", help="ask about what is due now, then end")
    parser.add_argument("--given-up", action="store_true", help="list the orders that have no end, and ask nobody")
    parser.add_argument("--json", action="store_true", help="lines of JSON, for a program")
    add_place(parser)
    parser.set_defaults(run=run, parser=parser, payout=False)


def run(arguments: argparse.Namespace) -> int:
    """Run the command.

    Args:
        arguments: As `add_to` defines them.

    Returns:
        Exit status.
    """
    if arguments.again and arguments.orders is None:
        arguments.parser.error("--again: only with --orders")
    from juspay_webhooks.cli._reconciling import reconcile  # noqa: PLC0415 - a receiver and an HTTP client

    return reconcile(arguments)

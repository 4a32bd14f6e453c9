"""Own the command `status` as it is typed: its options, its settings and its help. `_asking` does the rest.

The API key comes from the environment alone: everybody on a machine can read the arguments of its processes.
"""

import argparse
from collections.abc import Callable
from math import isfinite
from typing import Final

from juspay_webhooks.cli._place import ENVIRONMENTS, SETTINGS, add_place

__all__ = ["add_to", "run"]

_EPILOG: Final = f"""\
{SETTINGS}\
  JUSPAY_PAYOUT_API_KEY  the key of payouts, for --payout; else JUSPAY_API_KEY is tried

examples:
  juspay-webhooks status shop-1001             how the order stands, personal data masked
  juspay-webhooks status --poll shop-1001      ask until it has settled, for 120 seconds at most
  juspay-webhooks status --poll --seconds 20 --json shop-1001 | jq .outcome
  juspay-webhooks status --payout --environment india-sandbox po-1001
  juspay-webhooks fake                         no account? a fake Juspay to ask, and what to export for it

{ENVIRONMENTS}
exit status: 0 paid in full (a payout: sent, in all its parts); 1 the id is not known, or the question is refused; 2 a
wrong option or setting, or the key is not let in; 3 pending; 4 failed, voided or refunded by Juspay itself; 5 unknown,
nobody can say; 6 look at it: money is held, paid in part, or was given back, a payout is in review or its parts say
otherwise; 74 standard input or output fails; 130 interrupted"""


def _seconds(text: str) -> float:
    """Read how long to poll."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if isfinite(found) and found > 0:
        return found
    message = "a number of seconds above 0"
    raise argparse.ArgumentTypeError(message)


def add_to(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the command line.

    Args:
        add_parser: What makes a command; it takes the command's name and what a parser takes.
    """
    parser = add_parser(
        "status",
        help="ask Juspay how an order stands",
        description="Ask Juspay how an order or a payout order stands. The exit status says whether it is paid.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "order_id",
        metavar="ORDER_ID",
        help="your own id of the order; for a mandate, of the order that registered it",
    )
    parser.add_argument("--poll", action="store_true", help="ask again until the order has settled")
    parser.add_argument(
        "--seconds", type=_seconds, metavar="N", help="with --poll: when to stop; 120 if it is not given"
    )
    parser.add_argument("--payout", action="store_true", help="it is a payout order")
    parser.add_argument("--json", action="store_true", help="one line of JSON, for a program")
    parser.add_argument("--show-pii", action="store_true", help="show personal data, not masked")
    add_place(parser)
    parser.set_defaults(run=run, parser=parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command.

    Args:
        arguments: As `add_to` defines them.

    Returns:
        Exit status.
    """
    if arguments.seconds is not None and not arguments.poll:
        arguments.parser.error("--seconds: only with --poll")
    from juspay_webhooks.cli._asking import ask  # noqa: PLC0415 - an HTTP client, which nothing else needs

    return ask(arguments)

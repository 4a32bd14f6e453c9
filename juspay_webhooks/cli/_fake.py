"""Own the command `fake` as it is typed: its options and its help. `_serving` does the rest."""

import argparse
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final

from juspay_webhooks.cli._terminal import safe

__all__ = ["add_to", "run"]

_LAST_PORT: Final = 65_535

_EPILOG: Final = """\
examples:
  juspay-webhooks fake                                     a few orders that are made up
  juspay-webhooks fake --order shop-1001=CHARGED --amount 1499.50
  juspay-webhooks fake --order shop-1=NEW,PENDING_VBV,CHARGED --order shop-2=AUTHENTICATION_FAILED
                                                           the next status at each question, the last one stays
  juspay-webhooks fake --port 0 --payout po-1=FULFILLMENTS_SUCCESSFUL --amount po-1=250

It prints what to export; then, in another terminal, `juspay-webhooks status --poll shop-1` asks it, and so does your
own program. It listens on this machine alone, lets one made-up key in, and ends with Ctrl-C.

exit status: 0 ended with Ctrl-C; 2 a wrong option, or the port is taken; 74 standard output fails"""


def _port(text: str) -> int:
    """Read a port."""
    if text.isascii() and text.isdigit() and int(text) <= _LAST_PORT:
        return int(text)
    message = f"a port is a number up to {_LAST_PORT}; 0 is any free one"
    raise argparse.ArgumentTypeError(message)


def _statuses(text: str) -> tuple[str, list[str]]:
    """Read an id and its statuses."""
    name, _, words = text.rpartition("=")
    statuses = [word.strip() for word in words.split(",")]
    is_text = text.isprintable()  # bytes that are no UTF-8 are not, and nobody could ask for such an id
    if name and all(statuses) and is_text:
        return name, statuses
    message = f"ID=STATUS or ID=STATUS,STATUS..., for example shop-1001=NEW,CHARGED; not {safe(text)}"
    raise argparse.ArgumentTypeError(message)


def _amount(text: str) -> tuple[str, Decimal]:
    """Read an amount, and whose it is; "" is everybody's."""
    name, _, number = text.rpartition("=")
    try:
        amount = Decimal(number)
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount.is_finite() and amount >= 0:
        return name, amount
    message = f"AMOUNT or ID=AMOUNT, for example 1499.50 or shop-1001=1499.50; not {safe(text)}"
    raise argparse.ArgumentTypeError(message)


def add_to(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the command line.

    Args:
        add_parser: What makes a command; it takes the command's name and what a parser takes.
    """
    parser = add_parser(
        "fake",
        help="run a fake Juspay to ask",
        description="Run a fake Juspay on this machine, which answers how orders and payout orders stand.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--port", type=_port, default=8080, metavar="N", help="port; 0 is any free one (default: 8080)")
    parser.add_argument(
        "--order",
        dest="orders",
        action="append",
        default=[],
        type=_statuses,
        metavar="ID=STATUS[,STATUS...]",
        help="an order and its statuses, the next one at each question; again for more orders",
    )
    parser.add_argument(
        "--payout",
        dest="payouts",
        action="append",
        default=[],
        type=_statuses,
        metavar="ID=STATUS[,STATUS...]",
        help="a payout order, in the same way",
    )
    parser.add_argument(
        "--amount",
        dest="amounts",
        action="append",
        default=[],
        type=_amount,
        metavar="[ID=]AMOUNT",
        help="amount of every order and payout order, or of one; made up if it is not given",
    )
    parser.set_defaults(run=run, parser=parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command.

    Args:
        arguments: As `add_to` defines them.

    Returns:
        Exit status.
    """
    from juspay_webhooks.cli._serving import serve_fake  # noqa: PLC0415 - a server, which nothing else needs

    return serve_fake(arguments)

"""Own the command line: its commands, their options and help, and what ends a command early."""

import argparse
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final, NoReturn

from juspay_webhooks.cli import _events, _fake, _inbox, _parse, _reconcile, _status, _work
from juspay_webhooks.cli._streams import StreamError, say, write
from juspay_webhooks.cli._terminal import complain, safe

__all__ = ["run"]

_MISUSE: Final = 2
_STREAM_FAILED: Final = 74
"""EX_IOERR of sysexits.h."""

_INTERRUPTED: Final = 130
_READER_LEFT: Final = 141
"""What a shell shows for a command that the signal SIGPIPE ended."""

_EPILOG: Final = """\
examples:
  juspay-webhooks parse body.json          what a webhook says: status, amounts, refunds, what to act on
  juspay-webhooks parse --json - <body     the same for a program, from standard input
  juspay-webhooks events --version 2020-10-31
                                           which events Juspay sends at a webhook API version
  juspay-webhooks status --poll shop-1001  ask Juspay until an order has settled; the exit status says how it stands
  juspay-webhooks fake                     a fake Juspay to ask, for a trial without an account
  juspay-webhooks work shop:receiver       handle what a receiver has stored, until SIGTERM or Ctrl-C
  juspay-webhooks inbox list --state dead  what was given up; show it, let it be handled again
  juspay-webhooks reconcile --seen-after 900 shop:receiver
                                           ask about orders of which no webhook came

exit status: 0 done, 1 a body is not a usable event, or the inbox fails, 2 misuse, 74 standard input or output fails;
`status`, `work`, `inbox` and `reconcile` have more
`juspay-webhooks COMMAND --help` has the options of a command, with examples."""


class _Parser(argparse.ArgumentParser):
    """Reaches the streams through `_streams` alone: what argparse itself cannot write it loses silently."""

    def print_help(self, file: object = None) -> None:  # noqa: ARG002 - argparse never gives one
        """Write the help to standard output."""
        write(self.format_help())

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments, escaped as a file name may hold anything; leave with exit status 2."""
        say(f"{self.format_usage()}{self.prog}: error: {safe(message)}\n")
        self.exit(_MISUSE)


class _Version(argparse.Action):
    """Looks the version up when it is asked for, not at each start."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Show the version and leave."""
        write(f"{parser.prog} {version('juspay-webhooks')}\n")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="juspay-webhooks",
        description="Look at Juspay webhooks, ask how an order stands, and handle what a receiver has stored.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version of the library and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (_parse, _events, _status, _fake, _work, _inbox, _reconcile):
        command.add_to(commands.add_parser)
    return parser


def run(argv: Sequence[str] | None) -> int:
    """Read the arguments and run the command that they name.

    Args:
        argv: The arguments; None takes those of the process.

    Returns:
        Exit status, as `main` says.
    """
    try:
        arguments = _parser().parse_args(argv)
        status: int = arguments.run(arguments)
    except SystemExit as leave:  # argparse leaves so after --help, --version and misuse
        return int(leave.code or 0)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        return _READER_LEFT
    except StreamError as error:
        complain(str(error))
        return _STREAM_FAILED
    return status

"""Own the command `parse`: bodies from files or standard input, shown as the events that they are.

Personal data is masked unless the caller asks for it, in the text and in the JSON.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from juspay_webhooks.cli._drawing import MOST_ROWS, rest
from juspay_webhooks.cli._streams import read_input, write
from juspay_webhooks.cli._telling import event_members, show_event
from juspay_webhooks.cli._terminal import complain, json_line, safe
from juspay_webhooks.errors import PayloadError, summary
from juspay_webhooks.events.payments import UnreadableEvent
from juspay_webhooks.parsing._events import parse_event

__all__ = ["add_to", "run"]

_UNUSABLE: Final = 1
_MISUSE: Final = 2

_EPILOG: Final = """\
examples:
  juspay-webhooks parse body.json               what the webhook says, personal data masked
  juspay-webhooks parse *.json                  several bodies
  juspay-webhooks parse - <body                 from standard input
  juspay-webhooks parse --json *.json | jq .effects
                                                one line of JSON per body

exit status: 0 every body is a usable event, unknown ones included; 1 one is not an event, or cannot be read;
2 a file cannot be opened, or a wrong option; 74 standard input or output fails"""


def add_to(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the command line.

    Args:
        add_parser: What makes a command; it takes the command's name and what a parser takes.
    """
    parser = add_parser(
        "parse",
        help="read bodies of webhooks",
        description="Read the bodies of webhooks, payments or payouts, and show the events that they are.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a body as it was delivered; - is standard input")
    parser.add_argument("--json", action="store_true", help="one line of JSON per body, for a program")
    parser.add_argument("--strict", action="store_true", help="refuse an event with any problem, instead of listing it")
    parser.add_argument("--show-pii", action="store_true", help="show personal data and unknown values, not masked")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command.

    Args:
        arguments: As `add_to` defines them.

    Returns:
        The worst exit status of all files.
    """
    return max(_parse_file(name, arguments, is_first=index == 0) for index, name in enumerate(arguments.files))


def _parse_file(name: str, arguments: argparse.Namespace, *, is_first: bool) -> int:
    """Read one file, show it, and give its exit status."""
    place = "standard input" if name == "-" else name
    try:
        body = read_input() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        complain(
            f"cannot read {place}: {error.strerror}", "next: name a file that holds one body, or - for standard input"
        )
        return _MISUSE
    try:
        # The caller's own file may have any size.
        event = parse_event(body, max_bytes=len(body))
    except PayloadError as error:
        places = [str(problem) for problem in error.problems if str(problem) not in str(error)]
        complain(
            f"{place}: {error}",
            *places[:MOST_ROWS],
            *rest(len(places)),
            "next: check that this is the body exactly as it was delivered, before any decoding or editing",
        )
        return _UNUSABLE
    if arguments.strict and event.problems:
        complain(
            f"{place}: {event.name} has problems, and --strict refuses it",
            *map(str, event.problems[:MOST_ROWS]),
            *rest(len(event.problems)),
            "next: leave --strict out to read what can be read",
        )
        return _UNUSABLE
    if arguments.json:
        write(json_line({"file": name, **event_members(event, show_pii=arguments.show_pii)}) + "\n")
    else:
        if len(arguments.files) > 1:
            write(f"{'' if is_first else chr(10)}{safe(place)}\n")
        show_event(event, show_pii=arguments.show_pii)
    if isinstance(event, UnreadableEvent):
        complain(
            f"{place}: {event.name} cannot be read: {summary(event.problems)}",
            "next: restore those places if they were masked by hand; else keep the body and read it after an upgrade",
        )
        return _UNUSABLE
    return 0

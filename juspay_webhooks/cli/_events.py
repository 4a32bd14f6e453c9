"""Own the command `events`: the table of events, asked from a shell; the rows of the catalog answer."""

import argparse
from collections.abc import Callable, Sequence
from typing import Final

import attrs

from juspay_webhooks.catalog import (
    PAYMENT_EVENTS,
    PAYOUT_EVENTS,
    Evidence,
    Family,
    PaymentEventRow,
    PayoutEventRow,
    eligible_events,
    is_eligible,
)
from juspay_webhooks.cli._streams import write
from juspay_webhooks.cli._terminal import json_line, listing, show
from juspay_webhooks.errors import ConfigurationError

__all__ = ["add_to", "run"]

_PAYOUT: Final = "payout"
_WORDS: Final = {True: "yes", False: "no", None: "unknown"}

_EPILOG: Final = """\
examples:
  juspay-webhooks events                       every event, and from which webhook API version on it is sent
  juspay-webhooks events --version 2019-11-11  the same, and whether that version sends it
  juspay-webhooks events --family refund --json
  juspay-webhooks events --version 2020-10-31 --dashboard-map
                                               {"ORDER_SUCCEEDED": true, ...} for `webhookEvents`

"unknown" means that nobody published a version for the event, or that it needs one and none is given. Payout events
know no version: which of them come is set per level in the dashboard."""


def _version(text: str) -> str:
    """Check a webhook API version."""
    try:
        eligible_events(text)
    except ConfigurationError:
        pass
    else:
        return text
    message = "a webhook API version is a date as the dashboard shows it: YYYY-MM-DD, for example 2020-10-31"
    raise argparse.ArgumentTypeError(message)


def add_to(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the command line.

    Args:
        add_parser: What makes a command; it takes the command's name and what a parser takes.
    """
    parser = add_parser(
        "events",
        help="list the events that Juspay sends",
        description="List the events that Juspay sends: since which webhook API version, and how well that is known.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version",
        type=_version,
        metavar="DATE",
        help="webhook API version, YYYY-MM-DD (dashboard: Settings > Webhooks): tell whether it sends each event",
    )
    parser.add_argument(
        "--family",
        choices=[*Family, _PAYOUT],
        metavar="FAMILY",
        help=f"only one family: {', '.join([*Family, _PAYOUT])}",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object with the rows, for a program")
    form.add_argument(
        "--dashboard-map",
        action="store_true",
        help="the documented payment events that the version sends, as the JSON object of the dashboard's "
        "`webhookEvents` setting; without --version, those that every version sends",
    )
    parser.set_defaults(run=run, parser=parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command.

    Args:
        arguments: As `add_to` defines them.

    Returns:
        Exit status 0.
    """
    family, version = arguments.family, arguments.version
    payments = [row for row in PAYMENT_EVENTS.values() if family in (None, row.family)]
    payouts = list(PAYOUT_EVENTS.values()) if family in (None, _PAYOUT) else []
    if arguments.dashboard_map:
        if family == _PAYOUT:
            arguments.parser.error("--dashboard-map: payout events are switched on per level, not by name")
        write(json_line({row.name: True for row in payments if _is_to_switch_on(row, version)}) + "\n")
    elif arguments.json:
        rows = {"payments": [_as_json(row, version) for row in payments]}
        write(json_line(rows | {"payouts": [_as_json(row, version) for row in payouts]}) + "\n")
    else:
        _show(payments, payouts, version)
    return 0


def _is_to_switch_on(row: PaymentEventRow, version: str | None) -> bool:
    return row.evidence is Evidence.DOCUMENTED and is_eligible(row.name, version) is True


def _event(row: PaymentEventRow | PayoutEventRow) -> str | tuple[str, str]:
    return row.name if isinstance(row, PaymentEventRow) else (row.label, row.value)


def _as_json(row: PaymentEventRow | PayoutEventRow, version: str | None) -> dict[str, object]:
    columns: dict[str, object] = attrs.asdict(row)
    return columns if version is None else columns | {"eligible": is_eligible(_event(row), version)}


def _eligible(row: PaymentEventRow | PayoutEventRow, version: str | None) -> str:
    return "" if version is None else _WORDS[is_eligible(_event(row), version)]


def _show(payments: Sequence[PaymentEventRow], payouts: Sequence[PayoutEventRow], version: str | None) -> None:
    """Draw the tables that have rows."""
    eligible = f"at {version}"
    if payments:
        show(
            listing(
                *("event", "family", "sent since", eligible, "content key", "evidence"),
                rows=[
                    (
                        row.name,
                        row.family,
                        str(row.since or "unknown"),
                        _eligible(row, version),
                        row.content_key or "",
                        row.evidence,
                    )
                    for row in payments
                ],
            )
        )
    if payments and payouts:
        write("\n")
    if payouts:
        show(
            listing(
                *("label", "value", "dashboard level", eligible, "evidence"),
                rows=[(row.label, row.value, row.level, _eligible(row, version), row.evidence) for row in payouts],
            )
        )

"""Own the look-ups: may Juspay send this event at this webhook API version, and why.

Only the rows of `payments` and `payouts` answer; what nobody published is answered with None, never with a guess.
This module must never hold an event name or a date of its own.

A version is a `datetime.date`, its text as YYYY-MM-DD, or None when the dashboard's setting is empty, as it often is.
An event is the name of a payment event or the pair (label, value) of a payout event.
"""

from collections.abc import Iterable
from datetime import date, datetime

from juspay_webhooks.catalog.documents import DOCUMENTS
from juspay_webhooks.catalog.payments import ALL_VERSIONS, PAYMENT_EVENTS, PaymentEventRow
from juspay_webhooks.catalog.payouts import PAYOUT_EVENTS, PayoutEventRow
from juspay_webhooks.errors import ConfigurationError, shown

__all__ = ["eligible_events", "explain", "is_eligible", "minimum_version"]


def is_eligible(event: str | tuple[str, str], version: date | str | None) -> bool | None:
    """Tell whether Juspay sends an event at a webhook API version.

    Args:
        event: Name of a payment event, or (label, value) of a payout event.
        version: The webhook API version as set in the dashboard; None when it is empty.

    Returns:
        True or False as published (a gate includes its own day); None when nobody published it: no gate, no row, or a
        gate but no version. Payout events know no version: every listed pair is True.

    Raises:
        ConfigurationError: The version or the event is not in one of the forms above.
    """
    at, row = _version(version), _row(event)
    if row is None:
        return None
    return True if isinstance(row, PayoutEventRow) else _is_sent(row, at)


def eligible_events(version: date | str | None, *, include_unknown: bool = False) -> tuple[str, ...]:
    """List the payment events that Juspay sends at a webhook API version.

    Args:
        version: The webhook API version as set in the dashboard; None when it is empty.
        include_unknown: List as well those for which `is_eligible` answers None: what a receiver has to expect.

    Returns:
        Names in the order of `PAYMENT_EVENTS`.

    Raises:
        ConfigurationError: The version is not in one of the forms above.
    """
    at = _version(version)
    wanted = (True, None) if include_unknown else (True,)
    return tuple(row.name for row in PAYMENT_EVENTS.values() if _is_sent(row, at) in wanted)


def minimum_version(names: Iterable[str]) -> date | None:
    """Find the lowest webhook API version at which all of some payment events are sent.

    Args:
        names: Names of payment events.

    Returns:
        The latest of their gates, or None when any version will do.

    Raises:
        ConfigurationError: Nobody published a gate for some of the names, or `names` is one text.
    """
    if isinstance(names, str) or not isinstance(names, Iterable):
        message = f'expected several event names, e.g. ["TXN_CHARGED"], got {_kind(names)}'
        raise ConfigurationError(message)
    gates: set[date] = set()
    ungated: list[str] = []
    for name in names:
        row = _row(name)
        if not isinstance(row, PaymentEventRow) or row.since is None:
            ungated.append(_spelt(name))
        elif isinstance(row.since, date):
            gates.add(row.since)
    if ungated:
        message = f"no published source gives a webhook API version for {', '.join(ungated)}: leave such names out"
        raise ConfigurationError(message)
    return max(gates, default=None)


def explain(event: str | tuple[str, str], version: date | str | None) -> str:
    """Say in words why `is_eligible` answers as it does.

    Args:
        event: Name of a payment event, or (label, value) of a payout event.
        version: The webhook API version as set in the dashboard; None when it is empty.

    Returns:
        One or two sentences that start with "Yes", "No" or "Unknown" and name the document.

    Raises:
        ConfigurationError: The version or the event is not in one of the forms above.
    """
    at, row = _version(version), _row(event)
    if row is None:
        return f"Unknown: {_spelt(event)} is in no published list of events. Check its spelling."
    if isinstance(row, PaymentEventRow):
        return _reason(row, at)
    return (
        f"Yes: payout events know no webhook API version; {row.label}/{row.value} comes when the {row.level} level "
        f"is switched on in the dashboard{_source(row)}. {row.note}"
    ).rstrip()


def _reason(row: PaymentEventRow, at: date | None) -> str:
    """Say why `_is_sent` answers as it does."""
    if row.since is None:
        return f"Unknown: no published source gives a webhook API version for {row.name}{_source(row)}."
    if not isinstance(row.since, date):
        return f"Yes: {row.name} is sent for {ALL_VERSIONS} of the webhook API{_source(row)}."
    gate = f"{row.name} is sent from webhook API version {row.since} on{_source(row)}"
    if at is None:
        return f"Unknown: {gate}, and no version is set. Look in the dashboard: Settings > Webhooks."
    if at < row.since:
        return f"No: {gate}, and {at} is older. Raise it in the dashboard: Settings > Webhooks."
    return f"Yes: {gate}, and {at} is not older."


def _is_sent(row: PaymentEventRow, at: date | None) -> bool | None:
    """Compare a version with the gate of a row."""
    if row.since is None:
        return None
    if not isinstance(row.since, date):
        return True
    return None if at is None else at >= row.since


def _version(version: date | str | None) -> date | None:
    """Read a version.

    A `datetime` is refused although it is a `date`: the two cannot be compared. So are the other ISO forms that
    `date.fromisoformat` reads, such as 20201031 and 2020-W44-6: the dashboard knows one form.
    """
    if version is None or (isinstance(version, date) and not isinstance(version, datetime)):
        return version
    if isinstance(version, str):
        try:
            read = date.fromisoformat(version)
        except ValueError:
            read = None
        if read is not None and read.isoformat() == version:
            return read
    got = _spelt(version) if isinstance(version, str) else _kind(version)
    message = f'expected a webhook API version as date(2020, 10, 31), "2020-10-31" or None, got {got}'
    raise ConfigurationError(message)


def _row(event: str | tuple[str, str]) -> PaymentEventRow | PayoutEventRow | None:
    """Find the row of an event, None when it has none."""
    match event:
        case str():
            return PAYMENT_EVENTS.get(event)
        case tuple((str(), str())):
            return PAYOUT_EVENTS.get(event)
    message = (
        'expected the name of a payment event, e.g. "TXN_CHARGED", or the pair of a payout event, e.g. '
        f'("ORDER", "FULFILLMENTS_SUCCESSFUL"), got {_kind(event)}'
    )
    raise ConfigurationError(message)


def _source(row: PaymentEventRow | PayoutEventRow) -> str:
    """Name the first document of a row, ready to be put behind a sentence."""
    return f" ({row.documents[0]}: {DOCUMENTS[row.documents[0]]})" if row.documents else ""


def _spelt(written: str | tuple[str, str]) -> str:
    """Make what a caller wrote fit to print."""
    return f'"{shown(written if isinstance(written, str) else "/".join(written))}"'


def _kind(thing: object) -> str:
    """Name the type of something that should not have come."""
    return type(thing).__name__

"""Own what the command `fake` does: a fake Juspay until Ctrl-C, and a line for each request. It must show no header."""

import argparse
from collections.abc import Container, Mapping, Sequence
from decimal import Decimal
from http import HTTPStatus
from threading import Event, Lock
from types import MappingProxyType
from typing import Final, TypeAlias

from rich.padding import Padding

from juspay_webhooks.catalog import ORDER_STATUSES, PAYOUT_ORDER_STATUSES
from juspay_webhooks.cli._settings import BASE_URL, KEY, MERCHANT_ID, PAYOUT_KEY
from juspay_webhooks.cli._streams import StreamError, write
from juspay_webhooks.cli._terminal import complain, listing, safe, show
from juspay_webhooks.errors import shown
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing.fake import Asked, FakeJuspay, serve

__all__ = ["serve_fake"]

_Plan: TypeAlias = Sequence[tuple[str, Sequence[str]]]
"""Ids, and the statuses of each."""

_MISUSE: Final = 2

_API_KEY: Final = "fake-key"
_MERCHANT: Final = "fake-shop"

_ORDERS: Final[_Plan] = (
    ("shop-1001", ("CHARGED",)),
    ("shop-1002", ("NEW", "PENDING_VBV", "CHARGED")),
    ("shop-1003", ("AUTHENTICATION_FAILED",)),
)
_PAYOUTS: Final[_Plan] = (("po-1001", ("FULFILLMENTS_SUCCESSFUL",)),)
"""What there is if nothing is said."""

_LONGEST: Final = 200
"""Characters of a request that are shown."""

_PHRASES: Final[Mapping[int, str]] = MappingProxyType({int(status): status.phrase for status in HTTPStatus})


class _Log:
    """Writes to standard output, from the threads of requests too, and ends the fake if that fails."""

    def __init__(self) -> None:
        self.ended = Event()
        self.has_begun = False
        self.failure: BrokenPipeError | StreamError | None = None
        self._lock = Lock()

    def asked(self, asked: Asked) -> None:
        """Show a request, and how it is answered."""
        phrase = _PHRASES.get(asked.status or 0, "")
        path = safe(asked.path)
        cut = path if len(path) <= _LONGEST else f"{path[:_LONGEST]}..."
        with self._lock:
            try:
                write(f"{shown(asked.method)} {cut}: {asked.status} {phrase}".rstrip() + "\n")
            except (BrokenPipeError, StreamError) as error:
                self.failure = error
                self.ended.set()


def serve_fake(arguments: argparse.Namespace) -> int:
    """Run the fake until it is interrupted.

    Args:
        arguments: As `_fake` defines them.

    Returns:
        Exit status.

    Raises:
        BrokenPipeError: Whoever read the output left.
        StreamError: Standard output fails.
    """
    is_said = bool(arguments.orders or arguments.payouts)
    orders, payouts = (arguments.orders, arguments.payouts) if is_said else (_ORDERS, _PAYOUTS)
    ids = {name for name, _ in (*orders, *payouts)}
    strange = [safe(name) for name, _ in arguments.amounts if name and name not in ids]
    if strange:
        arguments.parser.error(f"--amount: there is no order and no payout order {', '.join(strange)}")
    log = _Log()
    juspay = FakeJuspay(api_key=_API_KEY, merchant_id=_MERCHANT, port=arguments.port, on_request=log.asked)
    amounts = dict(arguments.amounts)
    for name, statuses in orders:
        juspay.add_order(name, statuses=statuses, **_amount(amounts, name))
    for name, statuses in payouts:
        juspay.add_payout(name, statuses=statuses, **_amount(amounts, name))
    _warn(orders, ORDER_STATUSES)
    _warn(payouts, PAYOUT_ORDER_STATUSES)

    def started(running: FakeJuspay) -> None:
        log.has_begun = True
        _introduce(running, orders, payouts)

    try:
        serve(juspay, started=started, until=log.ended)
    except OSError as error:
        if log.has_begun:  # it is standard output then
            raise
        complain(f"cannot listen on port {arguments.port}: {error.strerror}", "next: --port 0 takes any free port")
        return _MISUSE
    if log.failure is not None:
        raise log.failure
    return 0


def _amount(amounts: Mapping[str, Decimal], name: str) -> dict[str, Json]:
    """Give the changes of an order: its own amount, else everybody's, else none."""
    found = amounts.get(name, amounts.get(""))
    return {} if found is None else {"amount": found}


def _warn(plan: _Plan, known: Container[str]) -> None:
    """Name words that the library does not know: they may be meant, or misspelt."""
    for name, statuses in plan:
        for word in statuses:
            if word not in known:
                complain(f"{name}: {word} is no status that is known; the fake answers it all the same")


def _introduce(juspay: FakeJuspay, orders: _Plan, payouts: _Plan) -> None:
    """Say where it listens, what to export, and what it knows."""
    settings = {BASE_URL: juspay.url, MERCHANT_ID: _MERCHANT, KEY: _API_KEY, PAYOUT_KEY: _API_KEY}
    exports = "\n".join(f"  export {name}={value}" for name, value in settings.items())
    write(f"a fake Juspay listens on {juspay.url}, until Ctrl-C\n\n{exports}\n\n")
    known = [("order", name, ", ".join(statuses)) for name, statuses in orders]
    known += [("payout order", name, ", ".join(statuses)) for name, statuses in payouts]
    show(Padding(listing("what", "id", "statuses", rows=known), (0, 0, 0, 2)))
    write("\n")

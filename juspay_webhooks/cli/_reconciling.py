"""Own what the command `reconcile` does: a reconciler for a receiver that is named, until a signal stops it."""

import argparse
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from rich.text import Text

from juspay_webhooks.cli._facts import text_of
from juspay_webhooks.cli._finding import find_receiver
from juspay_webhooks.cli._line import Line, logged
from juspay_webhooks.cli._running import Note, Progress, run_until_told, sum_up
from juspay_webhooks.cli._settings import read_settings
from juspay_webhooks.cli._streams import read_input, write
from juspay_webhooks.cli._terminal import complain, json_line, listing, show
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.inbox.protocol import InboxUnavailable
from juspay_webhooks.order_status.client import OrderStatusClient
from juspay_webhooks.order_status.errors import Misconfigured
from juspay_webhooks.receiver.receiver import Receiver
from juspay_webhooks.reconcile import PendingOrder, Reconciled, Reconciler

__all__ = ["reconcile"]

_FAILED: Final = 1
_MISUSE: Final = 2

_MOST_LISTED: Final = 1000
"""Orders that were given up, the latest ones: a person reads them."""


def reconcile(arguments: argparse.Namespace) -> int:
    """Run a reconciler until a signal stops it, or until nothing is due; or list what was given up.

    Args:
        arguments: As `_reconcile` defines them.

    Returns:
        Exit status.
    """
    name = arguments.receiver
    receiver = find_receiver(name)
    if receiver is None:
        return _MISUSE
    try:
        return (_list_given_up if arguments.given_up else _reconcile)(receiver, arguments)
    except Misconfigured as error:
        status, *lines = (
            _MISUSE,
            str(error),
            "next: compare the key, the merchant id and the environment; nothing is lost",
        )
    except ConfigurationError as error:
        status, *lines = _MISUSE, str(error)
    except InboxUnavailable as error:
        status, *lines = _FAILED, str(error), "next: check that the database runs, and the URL; nothing is lost"
    except SystemExit:
        status, *lines = _FAILED, "a handler ended the process (sys.exit)", "next: let it raise an error"
    complain(f"{name}: {lines[0]}", *lines[1:])
    return status


def _reconcile(receiver: Receiver, arguments: argparse.Namespace) -> int:
    """Ask about orders."""
    name = arguments.receiver
    settings, order_ids = read_settings(arguments), _order_ids(arguments.orders)
    if settings is None or order_ids is None:
        return _MISUSE
    notes: SimpleQueue[Note] = SimpleQueue()
    with ExitStack() as open_things:
        line = open_things.enter_context(Line())
        open_things.enter_context(logged(line))
        client = open_things.enter_context(
            OrderStatusClient(
                settings.api_key,
                merchant_id=settings.merchant_id,
                base_url=settings.base_url,
                routing_id=settings.routing_id,
                headers=settings.headers,
                pool_size=arguments.threads,
            )
        )
        reconciler = Reconciler(
            client,
            receiver,
            label=arguments.label,
            seen_after=None if arguments.seen_after is None else timedelta(seconds=arguments.seen_after),
            threads=arguments.threads,
            on_progress=notes.put,
        )
        if order_ids:
            added = reconciler.add(order_ids, again=arguments.again)
            complain(f"{len(order_ids)} orders were named, {added} of them are new")
        reconciler.stats()  # so that a database that is away stops it now
        progress = Progress(line, Reconciled, lambda: reconciler.stats().waiting)
        greeting = f"{name}: asking {settings.base_url}, {arguments.threads} at a time, until SIGTERM or Ctrl-C"
        run = run_until_told(reconciler, notes, progress, is_drain=arguments.drain, greeting=greeting)
    sum_up(run, Reconciled, receiver=name, nouns=("question", "questions"), as_json=arguments.json)
    return 0


def _order_ids(place: str | None) -> list[str] | None:
    """Read the ids of orders, one a line; None if that fails, which is said then."""
    if place is None:
        return []
    try:
        octets = read_input() if place == "-" else Path(place).read_bytes()
        return [line.strip() for line in octets.decode("utf-8-sig").splitlines() if line.strip()]
    except OSError as error:
        complain(f"{place}: {error.strerror}", "next: --orders names a file with one order id a line")
    except UnicodeDecodeError:
        complain(f"{place}: it is no UTF-8", "next: --orders names a text file with one order id a line")
    return None


def _list_given_up(receiver: Receiver, arguments: argparse.Namespace) -> int:
    """Show the orders that have no end."""
    agenda = getattr(receiver.inbox, "agenda", None)
    if agenda is None:
        message = "the receiver's inbox keeps no list of orders: SqlInbox does"
        raise ConfigurationError(message)
    orders: list[PendingOrder] = agenda.given_up(namespace=receiver.label_of(arguments.label), limit=_MOST_LISTED)
    if arguments.json:
        for order in orders:
            members = {"order_id": order.order_id, "added_at": order.added_at, "asked": order.asked, "said": order.said}
            write(json_line(members) + "\n")
    elif not orders:
        show(Text("every order that was asked about has an end, or is still asked about"))
    else:
        rows = [(order.order_id, text_of(order.added_at), str(order.asked), order.said) for order in orders]
        show(listing("order", "added", "asked", "said last", rows=rows))
    return 0

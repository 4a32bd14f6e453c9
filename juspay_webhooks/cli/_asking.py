"""Own what the command `status` does: the question, the answer, and the exit status."""

import argparse
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar

from juspay_webhooks.catalog import ORDER_STATUSES, PAYOUT_ORDER_STATUSES
from juspay_webhooks.cli import _watch
from juspay_webhooks.cli._drawing import show_effects, show_facts, show_listings
from juspay_webhooks.cli._facts import effect_members, facts_of, listings_of
from juspay_webhooks.cli._settings import Settings, read_settings
from juspay_webhooks.cli._streams import write
from juspay_webhooks.cli._terminal import complain, json_line
from juspay_webhooks.cli._verdicts import Verdict, verdict_of, verdict_of_error
from juspay_webhooks.cli._watch import Watch
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.events.effects import Effect, effects_of_order, effects_of_refunds
from juspay_webhooks.events.redaction import redact
from juspay_webhooks.models.fields import Json
from juspay_webhooks.models.order import Order
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.order_status.asking import is_settled
from juspay_webhooks.order_status.client import OrderStatusClient
from juspay_webhooks.order_status.errors import (
    Misconfigured,
    OrderNotFound,
    OrderStatusError,
    OutcomeUnknown,
    RequestRefused,
    SlowDown,
)
from juspay_webhooks.order_status.payout_client import PayoutStatusClient
from juspay_webhooks.order_status.payout_errors import PayoutOutcomeUnknown
from juspay_webhooks.order_status.payout_questions import is_payout_settled
from juspay_webhooks.order_status.questions import Surroundings
from juspay_webhooks.parsing._wire import to_wire

__all__ = ["ask"]

_Found: TypeAlias = Order | PayoutOrder
_Client = TypeVar("_Client", OrderStatusClient, PayoutStatusClient)

_SECONDS: Final = 120.0
"""When a poll stops if nothing else is said."""

_OPEN: Final = frozenset({Verdict.PENDING, Verdict.UNKNOWN})

_WORDS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.PAID: "paid: compare it with your own record, then act once",
        Verdict.PENDING: "pending: ask again, or wait for the webhook",
        Verdict.FAILED: "failed: not paid, or the money goes back by itself",
        Verdict.UNKNOWN: "unknown: neither paid nor failed; ask again, then ask a person",
        Verdict.LOOK: "look: the money is held, paid in part, given back, or waits for you",
    }
)
"""Verdict on an order -> what to conclude."""

_PAYOUT_WORDS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        **_WORDS,
        Verdict.PAID: "paid: sent; a gateway may still reverse it",
        Verdict.FAILED: "failed: not sent",
        Verdict.UNKNOWN: "unknown: neither sent nor failed; ask again, then ask a person",
        Verdict.LOOK: "look: in review, or its parts say otherwise; pay nothing again before a person has looked",
    }
)
"""Verdict on a payout order -> what to conclude."""

_NEXT: Final[Mapping[type[OrderStatusError], str]] = MappingProxyType(
    {
        OrderNotFound: "next: compare id, environment and merchant; --payout asks for payout orders",
        RequestRefused: "next: look the code up at Juspay; --routing-id is the customer's id, where it is demanded",
        Misconfigured: "next: copy the key anew from the dashboard of this environment, and compare the merchant id",
        SlowDown: "next: ask later, and less often",
        OutcomeUnknown: "next: ask again; that nobody can say is not a failure",
    }
)
"""Error -> what to do; one that is not here says it itself."""


def ask(arguments: argparse.Namespace) -> int:
    """Ask, show the answer, and give the exit status.

    Args:
        arguments: As `_status` defines them.

    Returns:
        Exit status.
    """
    settings = read_settings(arguments)
    if settings is None:
        return Verdict.MISUSE
    order_id = arguments.order_id
    seconds = _SECONDS if arguments.seconds is None else arguments.seconds
    patience = seconds if arguments.poll else None
    question = _payout if arguments.payout else _order
    try:
        with Watch(order_id, _watch.REAL) as watch:
            found = question(order_id, settings, patience, watch)
    except OrderStatusError as error:
        place = f"asked {settings.base_url} as merchant {settings.merchant_id}"
        complain(f"{order_id}: {error}", place, *(_NEXT[kind] for kind in type(error).__mro__ if kind in _NEXT))
        return verdict_of_error(error)
    except ConfigurationError as error:
        # What was given is not repeated: a key may stand in the wrong place.
        complain(str(error), "next: juspay-webhooks status --help lists the settings")
        return Verdict.MISUSE
    verdict = verdict_of(found)
    if arguments.json:
        write(json_line(_as_json(found, verdict, show_pii=arguments.show_pii)) + "\n")
    else:
        _show(found, verdict, show_pii=arguments.show_pii)
    if patience is not None and verdict in _OPEN:
        complain(f"{order_id}: it did not settle in {patience:g} s; that is not a failure: ask again later")
    return verdict


def _client(make: Callable[..., _Client], settings: Settings, watch: Watch) -> _Client:
    return make(
        settings.api_key,
        merchant_id=settings.merchant_id,
        base_url=settings.base_url,
        routing_id=settings.routing_id,
        headers=settings.headers,
        sleep=watch.wait,
        surroundings=Surroundings(clock=watch.clock),
    )


def _order(order_id: str, settings: Settings, patience: float | None, watch: Watch) -> Order:
    """Ask how an order stands; if a poll comes to no end, give the order as last seen."""

    def is_end(order: Order) -> bool:
        watch.saw(order.status)
        return is_settled(order)

    with _client(OrderStatusClient, settings, watch) as client:
        if patience is None:
            return client.fetch(order_id)
        try:
            return client.poll(order_id, seconds=patience, until=is_end)
        except OutcomeUnknown as error:
            if error.order is None:
                raise
            return error.order


def _payout(order_id: str, settings: Settings, patience: float | None, watch: Watch) -> PayoutOrder:
    """Ask how a payout order stands; if a poll comes to no end, give the order as last seen."""

    def is_end(payout: PayoutOrder) -> bool:
        watch.saw(payout.status)
        return is_payout_settled(payout)

    with _client(PayoutStatusClient, settings, watch) as client:
        if patience is None:
            return client.fetch(order_id)
        try:
            return client.poll(order_id, seconds=patience, until=is_end)
        except PayoutOutcomeUnknown as error:
            if error.payout is None:
                raise
            return error.payout


def _effects(order: Order) -> tuple[Effect, ...]:
    return (*effects_of_order(order), *effects_of_refunds(order))


def _as_json(found: _Found, verdict: Verdict, *, show_pii: bool) -> dict[str, Json]:
    """Give what a program wants to know of an order."""
    members: dict[str, Json] = {
        "order_id": found.order_id,
        "class": type(found).__name__,
        "verdict": verdict.name.lower(),
        "status": found.status,
        "outcome": found.outcome,
    }
    if isinstance(found, Order):
        members["effects"] = [effect_members(effect) for effect in _effects(found)]
    return members | {"order": to_wire(found if show_pii else redact(found))}


def _show(found: _Found, verdict: Verdict, *, show_pii: bool) -> None:
    """Draw what a person wants to know of an order."""
    shown = found if show_pii else redact(found)
    is_order = isinstance(found, Order)
    row = (ORDER_STATUSES if is_order else PAYOUT_ORDER_STATUSES).get(found.status)
    words = (_WORDS if is_order else _PAYOUT_WORDS)[verdict]
    meaning = "A word that this version of the library does not know." if row is None else row.meaning
    show_facts(found.status, meaning, [("verdict", words), *facts_of(shown)])
    show_listings(listings_of(shown))
    if isinstance(found, Order):
        show_effects(_effects(found), found)

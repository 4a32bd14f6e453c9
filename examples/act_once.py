"""Act on webhooks once: read each body, tell the events apart, and act on every effect that is new.

Run it: `python examples/act_once.py [BODY ...]`; without arguments it reads the bodies beside it. A real receiver first
checks who calls (HTTP Basic auth), and keeps the keys in its database, in the transaction that does the work.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from juspay_webhooks import (
    AnyEvent,
    Effect,
    OrderEvent,
    OrderPaid,
    OrderSucceeded,
    PayloadError,
    RefundEvent,
    RefundSettled,
    UnreadableEvent,
    parse_event,
)

BODIES: Final = Path(__file__).parent / "bodies"


def describe(event: AnyEvent) -> str:
    """Say what came: a class stands for one event, its family for all events of that kind."""
    match event:
        case OrderSucceeded(order=order):
            return f"order {order.order_id} succeeded: {order.outcome}, {order.amount} {order.currency}"
        case OrderEvent(name=name, order=order):
            return f"{name} of order {order.order_id}: {order.outcome}"
        case RefundEvent(name=name, order=order):
            return f"{name} of order {order.order_id}: {order.refunded_amount} refunded of {order.amount}"
        case UnreadableEvent(name=name, problems=problems):
            return f"{name} cannot be read: {problems[0]}"
        case _:
            return f"{event.name} ({type(event).__name__})"


def act(effect: Effect) -> str:
    """Do what the effect asks for; here, only say it."""
    match effect:
        case OrderPaid(order_id=order_id, amount=amount, currency=currency):
            return f"ship {order_id}, if it is our order of {amount} {currency}"
        case RefundSettled(order_id=order_id, unique_request_id=refund, amount=amount):
            return f"book refund {refund} of {order_id}: {amount}"
        case _:
            return f"note {effect.key}"


def handle(body: bytes, done: set[str]) -> list[str]:
    """Handle one webhook.

    Args:
        body: The request's body, byte for byte.
        done: Keys of the effects that were acted on; this function adds to it.

    Returns:
        What was done, line by line.
    """
    try:
        event = parse_event(body)
    except PayloadError as error:
        return [f"answer 400: {error}"]
    lines = [describe(event)]
    for effect in event.effects:
        lines.append(f"  already done: {effect.key}" if effect.key in done else f"  {act(effect)}")
        done.add(effect.key)
    return lines


def main(files: Iterable[str]) -> None:
    """Handle the named bodies, or those beside this file, as if they came one after the other."""
    done: set[str] = set()
    for file in [Path(name) for name in files] or sorted(BODIES.iterdir()):
        print("\n".join(handle(file.read_bytes(), done)))


if __name__ == "__main__":
    main(sys.argv[1:])

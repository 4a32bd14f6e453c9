"""Own the benchmark of the receiver: a request with its headers, a handler, an answer; and its bar.

Every delivery that is timed was tried before: it is answered with 200, and its handler runs.
"""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, islice
from math import ceil
from typing import Final, TypeAlias

import attrs

from benchmarks import bodies
from benchmarks.contenders import JSON, LIBRARY
from benchmarks.report import Bar, Report
from benchmarks.timing import Contender, Effort, Timing, race
from juspay_webhooks import (
    BaseEvent,
    BasicAuth,
    OrderPaid,
    PaymentFailed,
    Receiver,
    RefundSettled,
    parse_event,
)
from juspay_webhooks.inbox import MemoryInbox

__all__ = ["AUTH", "HEADERS", "fresh", "receivers", "receiving", "remembering"]

_MOST: Final = 1.5
"""Multiple of json.loads."""

_ON_EFFECT: Final = "Receiver.handle, one `on_effect` handler"
_HEADINGS: Final = ("Call", "µs per body", "x json.loads", "Half of the rounds within")

AUTH: Final = BasicAuth("merchant-webhooks", "correct horse battery staple")
"""Who may call."""

HEADERS: Final[Mapping[str, str]] = {
    "Host": "shop.example",
    "X-Forwarded-For": "192.0.2.17",
    "X-Forwarded-Proto": "https",
    "X-Request-Id": "5f1c0f6e2b7d4d0f9a3c8e1b7a6d5c4b",
    "Connection": "close",
    "Content-Length": "3500",
    "Accept": "*/*",
    "Accept-Encoding": "gzip",
    "User-Agent": "sender/1.0",
    "Authorization": "Basic " + b64encode(b"merchant-webhooks:correct horse battery staple").decode(),
    "Content-Type": "application/json",
}
"""What a request has behind a proxy; what is looked for stands near the end."""

_Effects: TypeAlias = OrderPaid | PaymentFailed | RefundSettled


def receivers(inbox: Callable[[], MemoryInbox | None] = lambda: None) -> tuple[Receiver, Receiver, Receiver]:
    """Make receivers with one handler each, which does nothing.

    Args:
        inbox: Makes the memory of each.

    Returns:
        One with a handler of events, one with a handler of effects, and one with an async handler of effects.
    """
    of_events, of_effects, asynchronous = (Receiver(AUTH, inbox=inbox()) for _ in range(3))

    @of_events.on(BaseEvent)
    def observe(event: BaseEvent) -> None:
        """Do nothing."""

    @of_effects.on_effect(OrderPaid, PaymentFailed, RefundSettled)
    def act(effect: _Effects) -> None:
        """Do nothing."""

    @asynchronous.on_effect(OrderPaid, PaymentFailed, RefundSettled)
    async def act_async(effect: _Effects) -> None:
        """Do nothing."""

    return of_events, of_effects, asynchronous


def receiving(effort: Effort) -> Report:
    """Compare the receiver with `json.loads`, on the bodies of the payments and without an inbox.

    Args:
        effort: How long.
    """
    read = [bodies.compact(body) for body in bodies.payments()]
    of_events, of_effects, asynchronous = receivers()
    with asyncio.Runner() as runner:
        contenders = (
            JSON,
            LIBRARY,
            Contender(name="BasicAuth.verify alone", read=lambda _: AUTH.verify(HEADERS)),
            Contender(name="Receiver.handle, one `on` handler", read=_handling(of_events)),
            Contender(name=_ON_EFFECT, read=_handling(of_effects)),
            _awaiting("Receiver.handle_async, one async `on_effect` handler", asynchronous, runner),
            _awaiting("Receiver.handle_async, one `on_effect` handler on a thread", of_effects, runner),
        )
        timings = race(contenders, read, effort)
    ratio = next(timing.ratio for timing in timings if timing.name == _ON_EFFECT)
    acting = sum(any(isinstance(effect, _Effects) for effect in parse_event(body).effects) for body in read)
    return Report(
        title=f"Receiving without an inbox: {len(read)} payment bodies, {acting} with an effect for the handler",
        headings=_HEADINGS,
        lines=_lines(timings),
        bars=[
            Bar(
                what="`Receiver.handle`: Basic auth, payment body of 3 to 4 KB, one handler",
                measured=f"{ratio:.2f} x json.loads",
                bar=f"at most {_MOST} x json.loads",
                holds=ratio <= _MOST,
            )
        ],
    )


def remembering(effort: Effort) -> Report:
    """Compare the receiver with and without the inbox in memory, on deliveries that are all new.

    An inbox that holds fewer entries than there are bodies has forgotten each when its turn comes again; so it is full
    all the time, as that of a process that runs for a day, and nothing that is timed is a duplicate. It holds half as
    many effects, for not every body has one.

    Args:
        effort: How long.
    """
    read = fresh(effort.entries + effort.entries // 2)
    _, without, _ = receivers()
    _, remembered, _ = receivers(lambda: MemoryInbox(max_entries=effort.entries, max_effects=effort.entries // 2))
    contenders = (
        JSON,
        Contender(name=_ON_EFFECT, read=_handling(without)),
        Contender(name=f"{_ON_EFFECT}, MemoryInbox", read=_handling(remembered)),
    )
    # Thousands of bodies make a long pass: a few rounds of these say as much as many short ones.
    timings = race(contenders, read, attrs.evolve(effort, rounds=ceil(effort.rounds / 6)))
    return Report(
        title=f"Receiving with a full inbox in memory, {effort.entries:,} entries: {len(read):,} new deliveries",
        headings=_HEADINGS,
        lines=_lines(timings),
        bars=[],
    )


def fresh(number: int) -> list[bytes]:
    """Make deliveries of which no two share an event id or an order id.

    Args:
        number: How many.

    Returns:
        The payment bodies, compact, again and again, as long as they were.
    """
    templates = [(event, bodies.compact(event.raw)) for event in map(parse_event, bodies.payments())]
    return [
        _renamed(_renamed(body, event.id or "", index), event.order_id or "", index)
        for index, (event, body) in enumerate(islice(cycle(templates), number))
    ]


def _renamed(body: bytes, name: str, index: int) -> bytes:
    """Give another id in place of one, wherever it stands and as long as it is."""
    return body.replace(name.encode(), f"{index:0{len(name)}x}".encode())


def _handling(receiver: Receiver) -> Callable[[bytes], object]:
    return lambda body: receiver.handle(headers=HEADERS, body=body)


def _awaiting(name: str, receiver: Receiver, runner: asyncio.Runner) -> Contender:
    """Receive all bodies in one task: starting a loop and a task is what a server does, not the receiver."""

    async def receive(deliveries: Sequence[bytes]) -> None:
        for body in deliveries:
            await receiver.handle_async(headers=HEADERS, body=body)

    def read_all(deliveries: Sequence[bytes]) -> None:
        runner.get_loop().run_until_complete(receive(deliveries))

    return Contender(name=name, read=lambda body: read_all([body]), read_all=read_all)


def _lines(timings: Sequence[Timing]) -> list[Sequence[str]]:
    return [
        (
            timing.name,
            f"{timing.microseconds:.1f}",
            f"{timing.ratio:.2f}",
            f"{timing.middle[0]:.2f} to {timing.middle[1]:.2f}",
        )
        for timing in timings
    ]

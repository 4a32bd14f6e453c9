"""Own what the tests of asking need: a question, answers, a clock that only tests move, and a look at tracebacks."""

import io
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar

from rich.console import Console
from rich.traceback import Traceback

import juspay_webhooks
from juspay_webhooks.order_status.asking import Ask, Means, Pause, Steps
from juspay_webhooks.order_status.errors import OrderStatusError
from juspay_webhooks.order_status.request import Failure, Request, Response, Target, order_request
from juspay_webhooks.order_status.retry import RetryPolicy

__all__ = [
    "CANARY",
    "ORDER",
    "QUESTION",
    "TARGET",
    "Clock",
    "answer",
    "driven",
    "locals_of",
    "now",
    "order_body",
    "raised",
]

T = TypeVar("T")

CANARY: Final = "kanarienvogel@example.com +91 90000 99999"
"""What nobody may ever see."""

TARGET: Final = Target(base_url="https://api.juspay.in", merchant_id="shop")
QUESTION: Final = order_request(TARGET, "shop-1001")

ORDER: Final[dict[str, object]] = {
    "order_id": "shop-1001",
    "status": "CHARGED",
    "status_id": 21,
    "amount": 1499.5,
    "currency": "INR",
}
"""The smallest answer about a paid order."""


def order_body(**changes: object) -> bytes:
    """Write an answer about an order with some members changed; `...` takes one away."""
    return json.dumps({key: value for key, value in (ORDER | changes).items() if value is not ...}).encode()


def answer(body: object = b"", *, status: int = 200, **headers: str) -> Response:
    """Make an answer; what is not bytes is written as JSON, and a header's name has underscores for dashes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


def now() -> datetime:
    """Tell a time that never changes."""
    return datetime(2025, 3, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that moves when somebody waits, and by `cost` seconds with each question."""

    def __init__(self, *, cost: float = 0.0) -> None:
        """Start at an odd reading: only differences count."""
        self.reading = 1000.0
        self.cost = cost
        self.did: list[float | Request] = []

    @property
    def waited(self) -> list[float]:
        """The pauses that were made."""
        return [step for step in self.did if isinstance(step, float)]

    @property
    def asks(self) -> int:
        """How many questions were asked."""
        return len(self.did) - len(self.waited)

    def means(self, *, policy: RetryPolicy | None = None, timeout: float = 10.0, random: float = 1.0) -> Means:
        """Make the surroundings; every pause has its full length unless chance says otherwise."""
        return Means(
            policy=policy or RetryPolicy(attempts=1),
            timeout=timeout,
            clock=lambda: self.reading,
            now=lambda: now() + timedelta(seconds=self.reading - 1000.0),
            random=lambda: random,
        )

    def run(self, steps: Steps[T], answers: Iterable[Response | Failure | None]) -> T:
        """Carry out steps with answers made before; the clock moves as real time would."""
        coming = iter(answers)
        try:
            step = next(steps)
            while True:
                if isinstance(step, Pause):
                    self.did.append(float(step.seconds))
                    self.reading += step.seconds
                    step = next(steps)
                else:
                    self.did.append(step.request)
                    self.reading += min(self.cost, step.seconds)
                    step = steps.send(next(coming))
        except StopIteration as end:
            found: T = end.value
            return found


def driven(steps: Steps[T], *answers: Response | Failure | None) -> T:
    """Carry out steps that only ask."""
    step = next(steps)
    for one in answers:
        assert isinstance(step, Ask)
        try:
            step = steps.send(one)
        except StopIteration as end:
            found: T = end.value
            return found
    raise AssertionError


def raised(do: Callable[[], object]) -> OrderStatusError | ValueError:
    """Give the error that something raises."""
    try:
        do()
    except (OrderStatusError, ValueError) as error:
        return error
    raise AssertionError


def locals_of(error: BaseException) -> str:
    """Show an error as rich does, with the variables of our frames; frames of the test before them are left out."""
    package = str(Path(juspay_webhooks.__file__).parent)
    first: TracebackType | None = error.__traceback__
    while first is not None and not first.tb_frame.f_code.co_filename.startswith(package):
        first = first.tb_next
    assert first is not None
    shown = Traceback.from_exception(
        type(error), error, first, show_locals=True, locals_max_length=10**6, locals_max_string=10**6
    )
    console = Console(file=io.StringIO(), width=1000)
    console.print(shown)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()

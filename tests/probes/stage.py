"""Own the stage on which a probe is played: a receiver behind a way, and what must hold whatever is sent to it.

Whatever comes, the answer is one of the documented ones and nothing else, and no word of a customer and no credential,
right or wrong, is seen anywhere: not in an answer, not in a log record, not in what an event or a delivery shows.
"""

import json
import logging
import traceback
from base64 import b64encode
from collections.abc import Sequence
from functools import reduce
from operator import getitem
from typing import Any, Final, TypeAlias

import attrs
import pytest

from juspay_webhooks import AddressPolicy, AnswerOutcome, BasicAuth, Delivery, Receiver
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.receiver.answer import STATUSES
from juspay_webhooks.testing import REMOVE, EventName, sample_body
from tests.probes.ways import Pairs, Way

__all__ = ["AUTH", "PERSONAL", "RIGHT", "Inbox", "Path", "Stage", "basic", "changed", "leaks", "said", "with_right"]

Inbox: TypeAlias = MemoryInbox | None

Path: TypeAlias = Sequence[str | int]
"""Keys and list positions from the root of a body down."""

AUTH: Final = ("kestrel", "correct horse: battery staple")
"""Username and password that the receiver knows."""

PERSONAL: Final = ("asha@example.com", "9000000001", "asha@examplebank", "Asha Verma", "000000000001")
"""E-mail, phone, VPA, name (on card and account) and account number that the samples hold."""

_SHORTEST: Final = 6
"""Characters of a header's value that are looked for; a shorter one is a word of our own messages by chance."""


def basic(pair: bytes) -> bytes:
    """Write the value of an Authorization header."""
    return b"Basic " + b64encode(pair)


RIGHT: Final = (b"Authorization", basic(":".join(AUTH).encode()))
"""The header that is let in."""


def with_right(*more: tuple[bytes, bytes]) -> Pairs:
    """Give headers that are let in."""
    return (RIGHT, (b"Content-Type", b"application/json"), *more)


def changed(name: EventName, path: Path, value: object, *, variant: str | None = None) -> bytes:
    """Write a sample with another value, or none (`REMOVE`), at one place."""
    body = json.loads(sample_body(name, variant=variant))
    *way, last = path
    holder: Any = reduce(getitem, way, body)
    if value is REMOVE:
        del holder[last]
    else:
        holder[last] = value
    return json.dumps(body).encode()


def said(error: BaseException) -> str:
    """Write all that an error can tell: its texts, its traceback, and those of the errors that led to it."""
    texts = traceback.format_exception(error)
    led: BaseException | None = error
    while led is not None:
        texts += [str(led), repr(led), repr(led.args), repr(vars(led))]
        led = led.__cause__ or led.__context__
    return "".join(texts)


def leaks(shown: str, *more: str) -> list[str]:
    """List the words that nobody may see and that are shown."""
    words = (*PERSONAL, AUTH[1], RIGHT[1].decode().split()[1], *more)
    return [word for word in words if word in shown]


class Stage:
    """A receiver with handlers that write down what they get, and one way to it."""

    def __init__(
        self,
        way: Way,
        inbox: Inbox,
        caplog: pytest.LogCaptureFixture,
        *,
        auth: BasicAuth | None = None,
        addresses: AddressPolicy | None = None,
    ) -> None:
        """Build it up."""
        self.inbox = inbox
        self.receiver = Receiver(auth or BasicAuth(*AUTH), inbox=inbox, addresses=addresses)
        self.events: list[BaseEvent] = []
        self.deliveries: list[Delivery] = []
        self._shown: list[str] = []
        self._way = way
        self._caplog = caplog
        caplog.set_level(logging.DEBUG)

    def observe(self) -> "Stage":
        """Register a handler for every event, unknown and unreadable ones included."""

        def note(event: BaseEvent, delivery: Delivery) -> None:
            self.events.append(event)
            self.deliveries.append(delivery)
            effects = getattr(event, "effects", ())
            self._shown += [repr(event), str(event), repr(event.problems), repr(delivery), repr(effects)]

        self.receiver.on(BaseEvent)(note)
        return self

    def send(self, body: bytes, *, headers: Pairs | None = None) -> AnswerOutcome:
        """Send a request, judge what the client gets and what is shown, and tell how it ended."""
        pairs = with_right() if headers is None else headers
        reply = self._way(self.receiver, pairs, body)
        outcome = AnswerOutcome(json.loads(reply.body)["outcome"])
        expected = {"content-type": "application/json", "content-length": str(len(reply.body))}
        challenge = reply.headers.get("www-authenticate", "")
        sent = [value.decode("latin-1").strip() for _, value in pairs]
        secrets = [text for text in sent if len(text) >= _SHORTEST and text != "application/json"]
        seen = "\n".join([repr(reply), self.logged, *self._shown])

        assert STATUSES[outcome] == reply.status
        assert b'{"outcome":"%s"}' % outcome.encode() == reply.body
        assert expected == {name: reply.headers.get(name) for name in expected}
        assert (reply.status == STATUSES[AnswerOutcome.UNAUTHENTICATED]) is challenge.startswith("Basic ")
        assert (reply.status == STATUSES[AnswerOutcome.BUSY]) is ("retry-after" in reply.headers)
        assert [] == leaks(seen, *secrets)
        return outcome

    @property
    def logged(self) -> str:
        """Everything that was logged: what a person reads, and what a collector of records gets."""
        return self._caplog.text + "".join(repr(vars(record)) for record in self._caplog.records)

    def kept(self) -> dict[str, int]:
        """Count what the inbox keeps, by state, where there is something; nothing without an inbox."""
        counts = {} if self.inbox is None else attrs.asdict(self.inbox.stats())
        return {state: count for state, count in counts.items() if count}

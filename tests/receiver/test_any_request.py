"""Any headers with any body get an answer; only right credentials reach a handler, and nobody reads a body before."""

import asyncio
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

import attrs
import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from juspay_webhooks import (
    AddressPolicy,
    Answer,
    AnswerOutcome,
    AnyEvent,
    BasicAuth,
    Delivery,
    Effect,
    Headers,
    OrderPaid,
    Permanent,
    Receiver,
    RefundSettled,
    Retryable,
    parse_event,
)
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.parsing._body import MOST_BYTES, Body
from juspay_webhooks.receiver import steps
from juspay_webhooks.receiver.answer import STATUSES
from juspay_webhooks.testing import sample_body, strategies

PAIR: Final = b"kestrel:correct horse: battery staple"
AUTH: Final = BasicAuth("kestrel", "correct horse: battery staple")
SECRET: Final = b64encode(PAIR)
SCHEMES: Final = (b"Basic ", b"basic ", b"BASIC  ", b" Basic ")
POLICY: Final = AddressPolicy(["192.0.2.0/24"], trusted_proxies=["127.0.0.1"])
ORDER: Final = sample_body("ORDER_SUCCEEDED")

Name: TypeAlias = str | bytes
Value: TypeAlias = str | bytes | None

OTHER_ENDS: Final = {
    AnswerOutcome.DUPLICATE,
    AnswerOutcome.STORED,
    AnswerOutcome.BUSY,
    AnswerOutcome.UNAVAILABLE,
    AnswerOutcome.IGNORED,
    AnswerOutcome.UNKNOWN,
}
"""They need an earlier delivery, a worker, an inbox that fails, or a receiver that does not handle everything."""

REFUSED: Final[Mapping[str, tuple[Mapping[str, Any], AnswerOutcome]]] = {
    "no headers": ({"headers": None}, AnswerOutcome.UNAUTHENTICATED),
    "no credential": ({"headers": {"Content-Type": "application/json"}}, AnswerOutcome.UNAUTHENTICATED),
    "another's credential": ({"headers": {"Authorization": "Basic Og=="}}, AnswerOutcome.UNAUTHENTICATED),
    "sent twice": ({"headers": [("Authorization", b"Basic " + SECRET)] * 2}, AnswerOutcome.UNAUTHENTICATED),
    "another's address": ({"client_ip": "198.51.100.1"}, AnswerOutcome.FORBIDDEN),
    "no address": ({"client_ip": None}, AnswerOutcome.FORBIDDEN),
    "too large": ({"body": ORDER + b" "}, AnswerOutcome.TOO_LARGE),
}
"""What is different from a request that is let in, and how that ends."""


class Items:
    """Headers that are known by `items` alone."""

    def __init__(self, pairs: Iterable[tuple[object, object]]) -> None:
        """Take the pairs."""
        self._pairs = tuple(pairs)

    def items(self) -> Iterable[tuple[object, object]]:
        """Give the pairs."""
        return self._pairs


SHAPES: Final[Mapping[str, Callable[[Iterable[tuple[Name, Value]]], Headers]]] = {
    "list": list,
    "tuple": tuple,
    "dict": dict,
    "iterator": iter,
    "items": Items,
}
"""What pairs may be handed over as."""


@attrs.frozen(kw_only=True)
class Request:
    """One request, and the receiver that it meets."""

    pairs: list[tuple[Name, Value]]
    shape: str
    body: Body
    client_ip: str | None
    max_bytes: int
    has_policy: bool
    has_inbox: bool
    is_awaited: bool
    failures: tuple[type[Exception] | None, type[Exception] | None]

    @property
    def sent(self) -> list[bytes]:
        """List the credentials as octets, those that the shape keeps."""
        pairs = dict(self.pairs).items() if self.shape == "dict" else self.pairs
        named = [value for name, value in pairs if octets(name).lower() == b"authorization"]
        return [octets(value) for value in named if value is not None]

    @property
    def may_enter(self) -> bool:
        """Tell, by the words of RFC 7617, whether one right credential is there and no other."""
        match = re.fullmatch(rb"\s*(?i:basic) \s*([A-Za-z0-9+/]+={0,2})\s*", b"\0".join(self.sent))
        try:
            return match is not None and b64decode(match[1]) == PAIR
        except Base64Error:
            return False

    @property
    def must_enter(self) -> bool:
        """Tell whether there is one credential, and it is right in a form that senders write."""
        return self.sent in [[scheme + SECRET] for scheme in SCHEMES]


def octets(text: str | bytes) -> bytes:
    """Give what a server would have read."""
    return text if isinstance(text, bytes) else text.encode("latin-1", "replace")


def changes(value: bytes) -> st.SearchStrategy[bytes]:
    """Change one octet of a value, leave it out, or put another before it."""
    places = st.integers(0, len(value) - 1)
    several = st.binary(max_size=2)
    return st.builds(lambda place, new, cut: value[:place] + new + value[place + cut :], places, several, st.booleans())


RIGHT: Final = st.sampled_from(SCHEMES).map(lambda scheme: scheme + SECRET)
WRONG: Final = st.one_of(
    st.binary(max_size=30),
    st.binary(max_size=30).map(lambda pair: b"Basic " + b64encode(pair)),
    changes(PAIR).map(lambda pair: b"Basic " + b64encode(pair)),
    changes(b"Basic " + SECRET),
    st.sampled_from([b"", b" ", b"Basic", b"Basic ", b"Bearer " + SECRET, SECRET, PAIR, b"Basic Og=="]),
)
NAMES: Final[st.SearchStrategy[Name]] = st.sampled_from(
    ["Authorization", "authorization", "AUTHORIZATION", b"authorization", b"Authorization"]
)
OTHERS: Final[st.SearchStrategy[tuple[Name, Value]]] = st.tuples(
    st.sampled_from(["X-Forwarded-For", b"forwarded", "Content-Type", "wsgi.version", "HTTP_AUTHORIZATION"])
    | st.text(max_size=13)
    | st.binary(max_size=13),
    st.none() | st.text(max_size=40) | st.binary(max_size=40) | RIGHT | st.just("192.0.2.1"),
)
BODIES: Final = st.one_of(
    st.just(ORDER),
    strategies.bodies(),
    strategies.payment_bodies("ORDER_REFUNDED"),
    changes(ORDER),
    st.binary(max_size=60),
    st.sampled_from([b"", b"null", b"[]", b"\xff\xfe", b"[" * 100_000]),
    st.just(ORDER.replace(b'"amount": 1499,', b'"amount": "x",')),
    st.just(b'{"event_name": "BRAND_NEW", "content": {}}'),
)
BUFFERS: Final = st.sampled_from([bytes, bytes, bytearray, memoryview, lambda body: body.decode("utf-8", "replace")])
FAILURES: Final = st.sampled_from([None, None, None, ValueError, Retryable, Permanent])


def as_sent(value: bytes) -> st.SearchStrategy[str | bytes]:
    """Hand a value over as octets or as text, one character for each."""
    return st.sampled_from([value, value.decode("latin-1")])


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Draw a request; half of them have one right credential and no other."""
    is_plain = draw(st.booleans())
    values = [draw(RIGHT)] if is_plain else draw(st.lists(RIGHT | WRONG, max_size=3))
    credentials: list[tuple[Name, Value]] = [(draw(NAMES), draw(as_sent(value))) for value in values]
    shape = draw(st.sampled_from(list(SHAPES)))
    return Request(
        pairs=draw(st.permutations(credentials + draw(st.lists(OTHERS, max_size=3)))),
        shape=shape,
        body=draw(BUFFERS)(draw(BODIES)),
        client_ip=draw(st.sampled_from(["127.0.0.1", "192.0.2.1", "192.0.2.1:80", None]) | st.text(max_size=20)),
        max_bytes=draw(st.sampled_from([MOST_BYTES] * 7 + [100])),
        has_policy=draw(st.sampled_from([False] * 3 + [True])),
        has_inbox=draw(st.booleans()),
        is_awaited=draw(st.booleans()),
        failures=(draw(FAILURES), draw(FAILURES)),
    )


class Play:
    """One request sent to a receiver, and what came of it."""

    def __init__(self, request: Request) -> None:
        """Send it."""
        self.request = request
        self.parsed: list[object] = []
        self.handled: list[object] = []
        self.answered: list[AnswerOutcome] = []
        receiver = Receiver(
            AUTH,
            inbox=MemoryInbox() if request.has_inbox else None,
            addresses=POLICY if request.has_policy else None,
            max_bytes=request.max_bytes,
            on_answer=lambda _delivery, outcome, _seconds: self.answered.append(outcome),
        )
        receiver.on_effect(OrderPaid, RefundSettled)(self._on_effect)
        receiver.on(BaseEvent)(self._on_event)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(steps, "event_of", self._parse)
            self.answer = self._sent_to(receiver)

    def _sent_to(self, receiver: Receiver) -> Answer:
        request = self.request
        headers, body, client_ip = SHAPES[request.shape](request.pairs), request.body, request.client_ip
        if request.is_awaited:
            return asyncio.run(receiver.handle_async(headers=headers, body=body, client_ip=client_ip))
        return receiver.handle(headers=headers, body=body, client_ip=client_ip)

    def _parse(self, body: bytes) -> AnyEvent:
        self.parsed.append(body)
        if not self.request.may_enter:
            pytest.fail("a body was parsed whose sender is not known")
        return parse_event(body)

    def _on_effect(self, effect: Effect, _delivery: Delivery) -> None:
        self.handled.append(effect)
        if self.request.failures[0] is not None:
            raise self.request.failures[0]

    async def _on_event(self, event: BaseEvent) -> None:
        self.handled.append(event)
        if self.request.failures[1] is not None:
            raise self.request.failures[1]

    def judge(self) -> AnswerOutcome:
        """Check all that holds whatever was sent; tell how it ended."""
        request, answer, outcome = self.request, self.answer, self.answer.outcome
        is_refused = outcome in {AnswerOutcome.UNAUTHENTICATED, AnswerOutcome.FORBIDDEN, AnswerOutcome.TOO_LARGE}

        assert STATUSES[outcome] == answer.status
        assert b'{"outcome":"%s"}' % outcome.encode() == answer.body
        assert [outcome] == self.answered
        assert (0 if is_refused else 1) == len(self.parsed)
        assert not (is_refused and self.handled)
        assert request.may_enter or is_refused
        assert not (request.must_enter and outcome is AnswerOutcome.UNAUTHENTICATED)
        assert outcome is not AnswerOutcome.FAILED or any(request.failures)
        return outcome


@settings(max_examples=150)
@given(requests())
def test_any_request_is_answered(request: Request) -> None:
    """No headers and no body make an exception; a body is parsed, and a handler runs, for right credentials only."""
    Play(request).judge()


def test_requests_end_in_every_way() -> None:
    """What is sent above is no monotony: it reaches each end that a single delivery can have."""
    ends: Counter[AnswerOutcome] = Counter()

    @settings(max_examples=600, database=None, phases=[Phase.generate])
    @given(requests())
    def count(request: Request) -> None:
        ends[Play(request).judge()] += 1

    wanted = set(AnswerOutcome) - OTHER_ENDS
    for number in range(10):  # what is drawn depends on the modules that happen to be loaded
        seed(number)(count)()
        if wanted == set(ends):
            break
    few = ends.total() // 10

    assert wanted == set(ends)
    assert few < ends[AnswerOutcome.HANDLED]
    assert few < ends[AnswerOutcome.UNAUTHENTICATED]


@pytest.mark.parametrize("is_awaited", [False, True])
@pytest.mark.parametrize(("change", "expected"), REFUSED.values(), ids=REFUSED)
def test_refused_body_is_not_parsed(
    monkeypatch: pytest.MonkeyPatch,
    change: Mapping[str, Any],
    expected: AnswerOutcome,
    is_awaited: bool,  # noqa: FBT001 - a table
) -> None:
    """Whatever it is that keeps a sender out, a parser that must not be called is not called."""
    parsed: list[object] = []

    def parse(*_arguments: object, **_more: object) -> None:
        parsed.append(None)
        pytest.fail("a body was parsed whose sender is not known")

    monkeypatch.setattr(steps, "event_of", parse)
    receiver = Receiver(AUTH, inbox=MemoryInbox(), addresses=POLICY, max_bytes=len(ORDER))
    right = {"headers": {"Authorization": b"Basic " + SECRET}, "body": ORDER, "client_ip": "192.0.2.1"}
    request: dict[str, Any] = {**right, **change}
    answer = asyncio.run(receiver.handle_async(**request)) if is_awaited else receiver.handle(**request)

    assert expected == answer.outcome
    assert [] == parsed


@pytest.mark.parametrize("is_awaited", [False, True])
def test_accepted_body_is_parsed_once(monkeypatch: pytest.MonkeyPatch, is_awaited: bool) -> None:  # noqa: FBT001
    """The parser that is watched above is the one that is used."""
    parsed: list[bytes] = []

    def parse(body: bytes) -> AnyEvent:
        parsed.append(body)
        return parse_event(body)

    monkeypatch.setattr(steps, "event_of", parse)
    receiver = Receiver(AUTH, inbox=None)
    headers = {"Authorization": b"Basic " + SECRET}
    call = receiver.handle_async(headers=headers, body=ORDER) if is_awaited else None
    answer = receiver.handle(headers=headers, body=ORDER) if call is None else asyncio.run(call)

    assert AnswerOutcome.IGNORED == answer.outcome
    assert [ORDER] == parsed

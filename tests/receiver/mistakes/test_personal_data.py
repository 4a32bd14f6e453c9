"""Mistakes that write customers' data and secrets where somebody else reads them."""

import asyncio
import json
import logging
import pickle
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final, cast

import pytest

from juspay_webhooks import (
    Answer,
    AuthenticationError,
    BaseEvent,
    BasicAuth,
    ConfigurationError,
    Credential,
    Delivery,
    Headers,
    PayloadError,
    Permanent,
    Receiver,
    Retryable,
    UnknownEvent,
    parse_event,
    parse_order,
    redact,
    to_wire,
)
from juspay_webhooks.inbox import Claim, InboxUnavailable, MemoryInbox, Record
from juspay_webhooks.models.fields import Json, is_personal
from juspay_webhooks.testing import EventName, make_webhook, sample_body, sample_names
from tests.parsing.places import field_at, replaced
from tests.receiver.mistakes.canaries import Planted, planted, spoilt
from tests.receiver.mistakes.lessons import lesson
from tests.receiver.mistakes.shop import AUTH, Shop, basic, encoded

SAMPLES: Final = {str(name): sample_body(name) for name in sample_names()}

Way = Callable[[Receiver, bytes], Answer]


def here(receiver: Receiver, body: bytes) -> Answer:
    """Receive in this thread."""
    return receiver.handle(headers={"Authorization": basic(*AUTH)}, body=body)


def on_a_loop(receiver: Receiver, body: bytes) -> Answer:
    """Receive on an event loop that tells all it can."""
    return asyncio.run(receiver.handle_async(headers={"Authorization": basic(*AUTH)}, body=body), debug=True)


def from_a_queue(receiver: Receiver, body: bytes) -> Answer:
    """Receive without headers."""
    return receiver.handle_unverified(body=body, label="shop")


TROUBLES: Final[dict[str, BaseException | None]] = {
    "returns": None,
    "raises": RuntimeError("the handler's own words"),
    "gives up": Permanent("the handler's own words"),
    "asks for more time": Retryable("the handler's own words"),
}


class Failing(MemoryInbox):
    """An inbox whose every call fails."""

    def claim(self, _record: object, /) -> Claim:
        """Fail."""
        message = "the database is away"
        raise OSError(message)

    def quarantine(self, _record: object, /) -> None:
        """Fail."""
        raise InboxUnavailable


class Listener:
    """A shop whose every word is written down: logs, answers, and what its objects look like."""

    def __init__(self, caplog: pytest.LogCaptureFixture, trouble: BaseException | None, inbox: MemoryInbox) -> None:
        """Open it, with every handler in the same trouble."""
        caplog.set_level(logging.DEBUG)
        self._caplog = caplog
        self.shop = Shop(inbox=inbox, on_answer=self._look)
        self.shop.trouble = cast("Exception", trouble)
        self._words: list[object] = []
        self.shop.receiver.on(BaseEvent)(self._watcher(trouble))
        self.shop.receiver.on_unreadable(self._watcher(trouble))
        self.shop.receiver.on_unknown(self._watcher(trouble))

    def _look(self, delivery: Delivery, *_rest: object) -> None:
        """Look at what the hook is told."""
        self._words.append(delivery)

    @staticmethod
    def _watcher(trouble: BaseException | None) -> Callable[[BaseEvent, Delivery], None]:
        def watch(_event: BaseEvent, _delivery: Delivery) -> None:
            if trouble is not None:
                raise trouble

        return watch

    def words(self, way: Way, body: bytes) -> str:
        """Receive a body, and give everything that was said about it."""
        self._caplog.clear()
        self._words.clear()
        answer = way(self.shop.receiver, body)
        told = [answer, answer.body, dict(answer.headers), self.shop.receiver, self.shop.inbox, self.shop.inbox.stats()]
        records = [(record.args, sorted(vars(record).items(), key=str)) for record in self._caplog.records]
        return "\n".join([self._caplog.text, *map(repr, (*told, *self._words, *records))])


def bodies_of(sample: bytes, *, every: bool = True) -> Iterator[tuple[Planted, bytes]]:
    """Give a sample full of canaries: whole, hardly readable, and in every state that is no event for a handler."""
    whole, odd = planted(sample, everything=False), planted(sample, everything=True)
    yield whole, whole.body
    yield odd, odd.body
    for body in spoilt(whole).values() if every else ():
        yield whole, body


@lesson("L1", "F10")
@pytest.mark.parametrize("way", [here, on_a_loop, from_a_queue])
@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_no_value_of_a_body_is_logged_or_answered(
    way: Way, trouble: BaseException | None, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever comes and whatever handlers do, at DEBUG, no value is said but the id that names the event."""
    listener = Listener(caplog, trouble, MemoryInbox())
    samples = SAMPLES if way is here else {name: SAMPLES[name] for name in ("ORDER_SUCCEEDED", "TXN_CHARGED")}
    said: set[str] = set()
    for sample in samples.values():
        for canaries, body in bodies_of(sample, every=trouble is None):
            said |= canaries.found_in(listener.words(way, body))
    out, err = capfd.readouterr()

    assert {"/id"} == said
    assert ("", "") == (out, err)


@lesson("L1", "F10")
@pytest.mark.parametrize("way", [here, on_a_loop, from_a_queue])
def test_no_value_of_a_body_is_logged_when_the_inbox_fails(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    """What failed is named, what was to be kept is not."""
    listener = Listener(caplog, None, Failing())
    canaries = planted(sample_body("ORDER_SUCCEEDED"), everything=False)
    bodies = [canaries.body, *spoilt(canaries).values()]
    words = [listener.words(way, body) for body in bodies]

    assert {"/id"} >= {place for text in words for place in canaries.found_in(text)}
    assert all("503" in text for text in words)


@lesson("L1", "F10")
def test_the_canaries_reach_the_handlers() -> None:
    """The tests above have teeth: the events are read, facts are acted on, and hardly a value is not a canary."""
    shop = Shop()
    for sample in SAMPLES.values():
        whole = planted(sample, everything=False)
        shop.post(whole.body)
        odd = planted(sample, everything=True)

        assert whole.places.keys() == {canary for canary in whole.places if canary.encode() in whole.body}
        assert 3 <= len(odd.places)
    kinds = {type(fact).__name__ for fact in shop.facts}

    assert len(SAMPLES) == len(shop.events)
    assert {"OrderPaid", "PaymentFailed", "RefundSettled", "RefundFailed", "MandateChanged", "PayoutResult"} <= kinds


_TRACED: Final = {
    "an event": make_webhook("ORDER_SUCCEEDED", order={"customer_email": "canary"}).body,
    "an unknown event": b'{"event_name":"TOMORROW","content":{"x":"canary"}}',
    "an unreadable event": b'{"event_name":"ORDER_SUCCEEDED","content":{"order":{"customer_email":"canary"}}}',
    "no event": b'{"x":"canary"}',
}


@lesson("L1", "L2", "F10")
@pytest.mark.parametrize("way", [here, on_a_loop, from_a_queue])
@pytest.mark.parametrize("body", _TRACED.values(), ids=_TRACED)
@pytest.mark.parametrize("inbox", [MemoryInbox, Failing])
def test_a_traceback_with_its_variables_shows_no_personal_value(
    inbox: type[MemoryInbox], body: bytes, way: Way, caplog: pytest.LogCaptureFixture
) -> None:
    """Error trackers add the local variables of each frame to what is logged: the library's are fit to be seen."""
    listener = Listener(caplog, RuntimeError("the handler's own words"), inbox())
    listener.words(way, body)
    caught = [record.exc_info[1] for record in caplog.records if record.exc_info]
    frames = [
        f"{frame.name}: {name} = {value}"
        for error in _chains(caught)
        for frame in traceback.TracebackException.from_exception(error, capture_locals=True).stack
        for name, value in (frame.locals or {}).items()
    ]

    assert [] == [frame for frame in frames if "canary" in frame or AUTH[1] in frame]
    assert frames or body == _TRACED["no event"]


def _chains(errors: list[BaseException | None]) -> Iterator[BaseException]:
    for error in errors:
        yield from _chain(error)


@lesson("L1", "F10")
@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_an_event_shows_no_personal_value(sample: bytes) -> None:
    """In no `repr` and no text: what is marked as personal, what is free in form, what nobody knows."""
    whole = planted(sample, everything=False)
    event = cast("Any", Shop().read(whole.body))
    body = json.loads(whole.body)
    secret = {
        canary
        for canary, path in whole.places.items()
        if len(path) > 1 and ((field := field_at(body, path)) is None or is_personal(field))
    }
    shown = f"{event!r}{event!s}{event.effects!r}{event.problems!r}"

    assert secret
    assert set() == {canary for canary in secret if canary in shown}


@lesson("L1", "F10")
def test_an_unknown_event_shows_nothing_of_its_content() -> None:
    """Nobody can say what in it is personal."""
    body = {"id": "evt_1", "event_name": "TOMORROW", "content": {"canary": "canary", "deep": [{"x": "canary"}]}}
    event = Shop().read(body)

    assert isinstance(event, UnknownEvent)
    assert "canary" not in f"{event!r}{event.content!r}"


@lesson("L1", "F10")
@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_no_error_holds_a_value_of_the_body(sample: bytes) -> None:
    """Neither its message nor what it carries, nor an error behind it, nor its pickle."""
    errors: list[tuple[Planted, Exception]] = []
    for canaries, body in bodies_of(sample):
        for read in (lambda found: parse_event(found, strict=True), parse_order):
            try:
                read(body)
            except PayloadError as error:
                errors.append((canaries, error))
    said = {
        place
        for canaries, error in errors
        for place in canaries.found_in(
            "".join([repr(error), *traceback.format_exception(error), str(vars(error)), str(pickle.dumps(error))])
        )
    }

    assert len(errors) > 10
    assert set() == said


SECRET: Final = "canary: of a password"
SENT: Final = "canary: of another password"

HEADERS: Final[dict[str, Json]] = {
    "right": {"Authorization": basic("shop", SECRET), "X-Shop": "canary-custom"},
    "wrong password": {"Authorization": basic("shop", SENT), "X-Shop": "canary-custom"},
    "wrong username": {"Authorization": basic("canary-user", SENT), "X-Shop": "canary-custom"},
    "wrong custom header": {"Authorization": basic("shop", SECRET), "X-Shop": "canary-other"},
    "no custom header": {"Authorization": basic("shop", SECRET)},
    "two custom headers": [("Authorization", basic("shop", SECRET)), ("X-Shop", "canary-a"), ("X-Shop", "canary-b")],
    "twice": [("Authorization", basic("shop", SECRET)), ("Authorization", basic("shop", SENT))],
    "another scheme": {"Authorization": "Bearer canary-token", "X-Shop": "canary-custom"},
    "not base64": {"Authorization": "Basic canary-token", "X-Shop": "canary-custom"},
    "not encoded": {"Authorization": f"shop:{SECRET}"},
    "no colon": {"Authorization": "Basic " + b64encode(b"canary-token").decode()},
    "other headers": {"Cookie": "canary-cookie", "X-Forwarded-For": "canary-address", "canary-name": "canary-value"},
    "bare": f"canary {SECRET}",
}


@lesson("L2", "F10")
@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_no_header_and_no_password_is_logged(headers: Headers, caplog: pytest.LogCaptureFixture) -> None:
    """Neither what was sent nor what was expected, right or wrong, in the clear or encoded."""
    caplog.set_level(logging.DEBUG)
    auth = BasicAuth([("shop", SECRET)], headers={"X-Shop": "canary-custom"})
    receiver = Receiver(auth, inbox=MemoryInbox())
    answer = receiver.handle(headers=headers, body=sample_body("ORDER_SUCCEEDED"))
    said = [caplog.text, repr([vars(record) for record in caplog.records]), repr(answer), repr(receiver), repr(auth)]
    try:
        said.append(repr(auth.verify(headers)))
    except AuthenticationError as error:
        said += [repr(error), repr(vars(error)), *traceback.format_exception(error), str(pickle.dumps(error))]
    words = "\n".join(said)
    encodings = [basic("shop", SECRET)[6:], basic("shop", SENT)[6:], basic("canary-user", SENT)[6:]]

    assert "canary" not in words
    assert [] == [form for form in encodings if form in words]


WRONG: Final[dict[str, Callable[[], object]]] = {
    "a line break": lambda: BasicAuth("shop", "canary\n"),
    "half of a pair": lambda: BasicAuth("shop", "canary\ud800"),
    "an address": lambda: BasicAuth("canary@shop", "secret"),
    "twice": lambda: BasicAuth([("shop", "canary"), ("shop", "canary")]),
    "a custom header with a line break": lambda: BasicAuth("shop", "secret", headers={"X-Shop": "canary\n"}),
    "a label with a line break": lambda: Credential("shop", "canary", label="a\nb"),
    "a pair of other things": lambda: BasicAuth(cast("Any", [("shop", b"canary")])),
    "a password beside a list": lambda: BasicAuth([("shop", "canary")], "canary"),
    "an environment without a username": lambda: BasicAuth.from_env(environ={"JUSPAY_WEBHOOK_PASSWORD": "canary"}),
    "a receiver without a check": lambda: Receiver(cast("Any", ("shop", "canary")), inbox=None),
}


@lesson("L2", "F10")
@pytest.mark.parametrize("build", WRONG.values(), ids=WRONG)
def test_no_secret_is_in_the_refusal_of_a_configuration(build: Callable[[], object]) -> None:
    """It ends up in the log of a start that failed."""
    with pytest.raises(ConfigurationError) as caught:
        build()
    errors = list(_chain(caught.value))

    assert [] == [error for error in errors if "canary" in f"{error!r}{error.args}{vars(error)}"]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Walk from an error to what is behind it: error trackers show all of these."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@lesson("L2", "F10")
def test_no_secret_is_in_the_look_of_a_check() -> None:
    """A `repr` shows who may come in, never with what."""
    credential = Credential("shop", "canary-1", label="label")
    auth = BasicAuth([credential, ("other", "canary-2")], headers={"X-Shop": "canary-3"})
    receiver = Receiver(auth, inbox=None)

    assert "canary" not in f"{credential!r}{credential}{auth!r}{auth}{receiver!r}{[credential]}{ {'a': auth} }"
    assert "shop" in repr(auth)


C: Final = "canary"

STORED: Final[dict[str, tuple[Any, dict[str, Json], tuple[str | int, ...]]]] = {
    "card": ("ORDER_SUCCEEDED", {}, ("content", "order", "card", "name_on_card")),
    "card digits": ("ORDER_SUCCEEDED", {}, ("content", "order", "card", "last_four_digits")),
    "card reference": ("ORDER_SUCCEEDED", {}, ("content", "order", "card", "card_reference")),
    "card of a txn": ("TXN_CHARGED", {}, ("content", "txn", "card", "card_fingerprint")),
    "e-mail": ("ORDER_SUCCEEDED", {}, ("content", "order", "customer_email")),
    "phone": ("ORDER_SUCCEEDED", {}, ("content", "order", "customer_phone")),
    "VPA": ("REFUND_MANUAL_REVIEW_NEEDED", {}, ("content", "order", "payer_vpa")),
    "VPA of the UPI payment": ("REFUND_MANUAL_REVIEW_NEEDED", {}, ("content", "order", "upi", "payer_vpa")),
    "merchant payload": ("ORDER_SUCCEEDED", {}, ("content", "order", "metadata", "merchant_payload")),
    "SDK payload": ("ORDER_SUCCEEDED", {}, ("content", "order", "metadata", "payment_page_sdk_payload")),
    "token of the client": ("ORDER_SUCCEEDED", {"clientAuthToken": C}, ("content", "order", "metadata")),
    "mandate token": ("MANDATE_CREATED", {}, ("content", "mandate", "mandate_token")),
    "VPA of a mandate": ("MANDATE_CREATED", {}, ("content", "mandate", "payment_info", "upi", "payer_vpa")),
    "answer of the gateway": (
        "ORDER_SUCCEEDED",
        {"gateway_response": {"x": C}},
        ("content", "order", "payment_gateway_response"),
    ),
    "what nobody knows": ("ORDER_SUCCEEDED", {"brand_new": C}, ("content", "order", "card")),
}


def _planted_at(name: EventName, more: dict[str, Json], path: tuple[str | int, ...]) -> bytes:
    """Plant the canary in one place of a sample."""
    body = json.loads(sample_body(name))
    found = body
    for step in path[:-1]:
        found = found[step]
    return encoded(replaced(body, path, {**found[path[-1]], **more} if more else C))


@lesson("L3", "F10")
@pytest.mark.parametrize(("name", "more", "path"), STORED.values(), ids=STORED)
def test_the_copy_for_storage_holds_no_personal_value(
    name: EventName, more: dict[str, Json], path: tuple[str | int, ...]
) -> None:
    """What a handler may store is masked, and still tells which event it was and what it said."""
    body = _planted_at(name, more, path)
    event = cast("Any", Shop().read(body))
    copy = redact(event)
    words = f"{copy!r}{json.dumps(to_wire(copy), default=str)}{pickle.dumps(copy)!r}{copy.payload}"

    assert (C in str(event.payload), C in words) == (True, False)
    assert (event.dedupe_key, event.effects, event.order_id) == (copy.dedupe_key, copy.effects, copy.order_id)


_DETAILS: Final = dict.fromkeys(["name", "account", "ifsc", "vpa", "mobileNo"], C)


@lesson("L3", "F10")
def test_the_copy_for_storage_holds_no_beneficiary() -> None:
    """Name, account, branch, VPA and phone of who is paid are masked wherever a payout carries them."""
    places = 0
    for name in sample_names():
        body = json.loads(sample_body(name))
        holders = [holder for holder in _dicts(body) if "beneficiary" in "".join(holder).lower() or "details" in holder]
        for holder in holders:
            for key, member in holder.items():
                if isinstance(member, dict) and key.lower() in {"details", "beneficiarydetails"}:
                    member.update(_DETAILS)
                    places += 1
        event = cast("Any", Shop().read(body))

        assert C not in f"{redact(event)!r}{json.dumps(to_wire(redact(event)), default=str)}"
        assert C not in repr(event)
    assert places > 3


def _dicts(value: Json) -> Iterator[dict[str, Json]]:
    """Walk a decoded body: each object."""
    children: list[Json] = []
    if isinstance(value, dict):
        yield value
        children = list(value.values())
    elif isinstance(value, list):
        children = value
    for child in children:
        yield from _dicts(child)


@lesson("L1", "F10")
def test_what_an_inbox_keeps_shows_no_value() -> None:
    """A record holds the whole body, and may itself end up in a log or in somebody's error tracker."""
    webhook = make_webhook("ORDER_SUCCEEDED", order={"customer_email": C})
    record = Record(
        namespace="shop",
        event_id="evt_1",
        name="ORDER_SUCCEEDED",
        body=webhook.body,
        source="webhook",
        received_at=datetime(2025, 6, 2, tzinfo=UTC),
    )

    assert C not in repr(record)

"""Mistakes that let somebody in who does not belong, or keep Juspay out."""

import hashlib
import hmac
import inspect
from collections.abc import Callable
from hmac import compare_digest
from http.client import HTTPMessage
from typing import Any, Final, cast

import attrs
import pytest

from juspay_webhooks import (
    AddressPolicy,
    AnswerOutcome,
    BasicAuth,
    ConfigurationError,
    Credential,
    Headers,
    Receiver,
)
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.testing import REMOVE, make_webhook
from tests.receiver.mistakes.lessons import lesson
from tests.receiver.mistakes.shop import AUTH, Shop, basic

BODY: Final = make_webhook("ORDER_SUCCEEDED").body
RIGHT: Final = basic(*AUTH)

HANDLED: Final = (200, AnswerOutcome.HANDLED)
REFUSED: Final = (401, AnswerOutcome.UNAUTHENTICATED)


def answered(shop: Shop, headers: Headers, body: bytes = BODY) -> tuple[int, AnswerOutcome]:
    """Send a body under some headers, and give how it ended."""
    answer = shop.receiver.handle(headers=headers, body=body)
    return answer.status, answer.outcome


def is_untouched(shop: Shop) -> bool:
    """Tell whether nothing was remembered, and nobody was told anything."""
    return not any(attrs.astuple(shop.inbox.stats())) and not shop.facts and not shop.events


NOT_CONFIGURED: Final[dict[str, Callable[[], object]]] = {
    "no username": lambda: BasicAuth("", "secret"),
    "blank username": lambda: BasicAuth(" \t", "secret"),
    "no password": lambda: BasicAuth("shop", ""),
    "blank password": lambda: BasicAuth("shop", "   "),
    "password left out": lambda: BasicAuth("shop"),
    "empty pair": lambda: BasicAuth("", ""),
    "empty pair in a list": lambda: BasicAuth([("shop", "secret"), ("", "")]),
    "empty credential": lambda: Credential("", ""),
    "no credential": lambda: BasicAuth([]),
    "nothing": lambda: BasicAuth(cast("Any", None)),
    "empty environment": lambda: BasicAuth.from_env(environ={}),
    "password missing in the environment": lambda: BasicAuth.from_env(environ={"JUSPAY_WEBHOOK_USERNAME": "shop"}),
    "password empty in the environment": lambda: BasicAuth.from_env(
        environ={"JUSPAY_WEBHOOK_USERNAME": "shop", "JUSPAY_WEBHOOK_PASSWORD": ""}
    ),
    "empty custom header": lambda: BasicAuth("shop", "secret", headers={"X-Shop": ""}),
}


@lesson("A1", "F6")
@pytest.mark.parametrize("build", NOT_CONFIGURED.values(), ids=NOT_CONFIGURED)
def test_a_check_without_credentials_cannot_be_built(build: Callable[[], object]) -> None:
    """What is not filled in is refused at the start, instead of letting everybody in later."""
    with pytest.raises(ConfigurationError):
        build()


@lesson("A1", "F6")
@pytest.mark.parametrize("pair", [("", ""), (AUTH[0], ""), ("", AUTH[1])])
def test_an_empty_pair_is_never_let_in(pair: tuple[str, str]) -> None:
    """An expected value that is empty by default would have let these in."""
    shop = Shop()

    assert REFUSED == answered(shop, {"Authorization": basic(*pair)})
    assert is_untouched(shop)


@lesson("A2", "F6")
@pytest.mark.parametrize(
    "headers",
    [
        None,
        {},
        [],
        b"",
        "",
        {"Authorization": ""},
        {"Authorization": None},
        {"Authorization": "  "},
        {"Authorization": "Basic"},
        {"Authorization": "Basic "},
        {"X-Authorization": RIGHT},
        {"Proxy-Authorization": RIGHT},
        {"wsgi.version": (1, 0)},
    ],
)
def test_a_missing_header_is_a_refusal(headers: Headers) -> None:
    """Nobody comes in without credentials, in whichever form a framework says that there are none."""
    shop = Shop()

    assert REFUSED == answered(shop, headers)
    assert is_untouched(shop)


@lesson("A2")
def test_no_switch_of_handle_skips_the_check() -> None:
    """The way without verification is another method, whose name says so."""
    assert ["self", "headers", "body", "client_ip"] == list(inspect.signature(Receiver.handle).parameters)
    assert {"handle_unverified", "handle_unverified_async"} == {name for name in dir(Receiver) if "unverified" in name}


@lesson("A3", "F6")
@pytest.mark.parametrize("password", ["a", "a:b", "a:b:", "a:b:cd", "a:b:c:d", ":b:c", "b:c"])
def test_password_is_not_cut_at_its_second_colon(password: str) -> None:
    """A password with colons is compared as a whole; each of its parts is a wrong password."""
    shop = Shop(auth=BasicAuth("shop", "a:b:c"))

    assert REFUSED == answered(shop, {"Authorization": basic("shop", password)})
    assert HANDLED == answered(shop, {"Authorization": basic("shop", "a:b:c")})


def _message() -> HTTPMessage:
    message = HTTPMessage()
    message["AUTHORIZATION"] = RIGHT
    return message


@lesson("A4")
@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": RIGHT},
        {"authorization": RIGHT},
        {"AUTHORIZATION": RIGHT},
        {b"authorization": RIGHT.encode()},
        {"authorization": [RIGHT]},
        [(b"host", b"shop.example"), (b"authorization", RIGHT.encode())],
        [("Authorization", RIGHT)],
        {"wsgi.version": (1, 0), "HTTP_AUTHORIZATION": RIGHT},
        {"authorization": RIGHT.replace("Basic", "basic")},
        RIGHT,
        RIGHT.encode(),
        _message(),
    ],
)
def test_the_header_is_found_in_every_spelling(headers: Headers) -> None:
    """Mappings in any case, pairs, a WSGI environment, a server's own class, and the bare value."""
    assert HANDLED == answered(Shop(), headers)


@lesson("A5")
@pytest.mark.parametrize("password", ["pässwörd", "पासवर्ड", "пароль", "🔑", "p\u0061\u0308ss"])
def test_a_password_that_is_not_ascii_lets_in(password: str) -> None:
    """It is compared as UTF-8, byte for byte: no folding, no replacement, and no crash over other bytes."""
    shop = Shop(auth=BasicAuth("läden", password))
    others = [
        basic("läden", password.encode("ascii", "replace").decode()),
        basic("läden", password.encode("ascii", "ignore").decode()),
        basic("laden", password),
        basic("läden", "pässwörd", encoding="latin-1"),
        "Basic /////w==",
        "Basic ÿÿÿÿ",
    ]

    assert HANDLED == answered(shop, {"Authorization": basic("läden", password)})
    assert {REFUSED} == {answered(shop, {"Authorization": other}) for other in others}


@lesson("A6")
@pytest.mark.parametrize("sent", [("old", "secret 1"), ("new", "secret 2"), ("new", "secret 1"), ("", "")])
def test_every_credential_is_compared_to_its_end(sent: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole pairs, in constant time, and all of them: a match ends nothing early."""
    compared: list[tuple[bytes, bytes]] = []

    def watched(ours: bytes, theirs: bytes) -> bool:
        compared.append((ours, theirs))
        return compare_digest(ours, theirs)

    monkeypatch.setattr("juspay_webhooks.auth.basic.compare_digest", watched)
    shop = Shop(auth=BasicAuth([("old", "secret 1"), ("new", "secret 2")]))
    answered(shop, {"Authorization": basic(*sent)})
    given, header = ":".join(sent).encode(), basic(*sent).encode()
    usual = [(basic("old", "secret 1").encode(), header), (basic("new", "secret 2").encode(), header)]

    is_known = any(ours == theirs for ours, theirs in usual)

    assert usual == compared[:2]
    assert ([] if is_known else [(b"old:secret 1", given), (b"new:secret 2", given)]) == compared[2:]


_MAC: Final = hmac.new(AUTH[1].encode(), BODY, hashlib.sha256)
_INVENTED: Final = ["x-jp-signature", "x-juspay-signature", "x-webhook-signature", "x-signature", "signature"]


@lesson("A7", "F6")
@pytest.mark.parametrize("name", _INVENTED)
@pytest.mark.parametrize("value", [_MAC.hexdigest(), f"sha256={_MAC.hexdigest()}", hashlib.sha256(BODY).hexdigest()])
def test_an_invented_signature_proves_nothing(name: str, value: str) -> None:
    """Not even one made with the password over the very body; and beside right credentials it is not looked at."""
    shop = Shop()

    assert REFUSED == answered(shop, {name: value})
    assert REFUSED == answered(shop, {name: value, "Authorization": f"HMAC {value}"})
    assert is_untouched(shop)
    assert HANDLED == answered(shop, {name: "of something else", "Authorization": RIGHT})


@lesson("A7", "F6")
def test_the_signature_of_the_return_page_proves_nothing() -> None:
    """It belongs to the customer's browser, not to a webhook."""
    body = b'{"order_id":"shop-1001","status":"CHARGED","signature":"x","signature_algorithm":"HMAC-SHA256"}'

    assert REFUSED == answered(Shop(), {}, body)
    assert (400, AnswerOutcome.INVALID) == answered(Shop(), {"Authorization": RIGHT}, body)


_BODIES: Final = {
    "an event": BODY,
    "an unreadable event": make_webhook("ORDER_SUCCEEDED", order={"amount": REMOVE}).body,
    "an unknown event": b'{"event_name":"TOMORROW","content":{"x":1}}',
    "no event": b"{}",
    "no JSON": b'{"event_name":',
    "not UTF-8": b"\xff\xfe",
    "nothing": b"",
    "too deep": b"[" * 5000,
}


@lesson("A9", "F2", "F6")
@pytest.mark.parametrize("body", _BODIES.values(), ids=_BODIES)
def test_nothing_is_done_with_a_body_before_its_sender_is_known(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the body is, the answer is about the credentials, and nothing is read, stored or handled."""
    shop = Shop()
    answer = answered(shop, {"Authorization": basic(AUTH[0], "guessed")}, body)

    assert REFUSED == answer
    assert is_untouched(shop)
    assert 1 == len(caplog.records)
    assert caplog.text.count("no configured credential") == 1


@lesson("A9")
def test_the_order_of_the_checks_is_fixed() -> None:
    """Size, address, credentials, body: of several faults the first of these is answered."""
    shop = Shop(addresses=AddressPolicy(["192.0.2.1"]), max_bytes=100)
    wrong, faulty = {"Authorization": basic("shop", "guessed")}, b'{"event_name":'
    answers = [
        shop.receiver.handle(headers=headers, body=body, client_ip=address).outcome
        for headers, body, address in [
            (wrong, b"{" * 101, "198.51.100.7"),
            (wrong, faulty, "198.51.100.7"),
            (wrong, faulty, "192.0.2.1"),
            ({"Authorization": RIGHT}, faulty, "192.0.2.1"),
        ]
    ]

    assert [
        AnswerOutcome.TOO_LARGE,
        AnswerOutcome.FORBIDDEN,
        AnswerOutcome.UNAUTHENTICATED,
        AnswerOutcome.INVALID,
    ] == answers


@lesson("A10", "F6")
@pytest.mark.parametrize(
    "build",
    [
        lambda: BasicAuth("an api key"),
        lambda: BasicAuth("an api key", ""),
        lambda: Credential("an api key", ""),
        lambda: Receiver(cast("Any", "an api key"), inbox=None),
        lambda: Receiver(cast("Any", ("an api key", "")), inbox=None),
    ],
)
def test_an_api_key_is_no_webhook_login(build: Callable[[], object]) -> None:
    """A key goes with an empty password, and such a login cannot be configured."""
    with pytest.raises(ConfigurationError):
        build()


@lesson("A11", "F6")
@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        ({"inbox": None}, TypeError),
        ({"auth": BasicAuth("shop", "secret")}, TypeError),
        ({"auth": object(), "inbox": None}, ConfigurationError),
        ({"auth": False, "inbox": None}, ConfigurationError),
        ({"auth": ("shop", "secret"), "inbox": None}, ConfigurationError),
    ],
)
def test_a_receiver_cannot_be_built_without_a_check(arguments: dict[str, Any], refusal: type[Exception]) -> None:
    """Who may call has to be said, and so has what remembers; there is no default for either."""
    with pytest.raises(refusal):
        Receiver(**arguments)


@lesson("A11", "F6")
@pytest.mark.parametrize("headers", [{}, {"Authorization": RIGHT}])
def test_a_receiver_for_a_queue_takes_no_request(headers: dict[str, str]) -> None:
    """The one way to leave the check out lets nobody in over HTTP."""
    inbox = MemoryInbox()
    receiver = Receiver(None, inbox=inbox)

    with pytest.raises(ConfigurationError, match="has no auth"):
        receiver.handle(headers=headers, body=BODY)
    assert not any(attrs.astuple(inbox.stats()))


@lesson("A13")
def test_two_merchants_share_one_endpoint() -> None:
    """The sender says whose event it is; equal ids and equal orders of two merchants stay apart."""
    shop = Shop(auth=BasicAuth([("a", "secret 1"), Credential("b", "secret 2", label="shop-b")]))
    outcomes = [shop.send("ORDER_SUCCEEDED", auth=auth).outcome for auth in [("a", "secret 1"), ("b", "secret 2")]]

    assert [AnswerOutcome.HANDLED] * 2 == outcomes
    assert ["a", "shop-b"] == [one.sender.label for one in shop.deliveries if one.sender is not None]
    assert ["/OrderPaid/shop-1001"] * 2 == shop.keys


@lesson("A13")
def test_a_password_is_changed_without_a_gap() -> None:
    """While it is, both are let in under one label, so that a repeat under the new one is known."""
    credentials = [Credential("old", "secret 1", label="shop"), Credential("new", "secret 2", label="shop")]
    shop = Shop(auth=BasicAuth(credentials))
    outcomes = [shop.send("ORDER_SUCCEEDED", auth=auth).outcome for auth in [("old", "secret 1"), ("new", "secret 2")]]

    assert [AnswerOutcome.HANDLED, AnswerOutcome.DUPLICATE] == outcomes
    assert REFUSED == answered(shop, {"Authorization": basic("old", "secret 2")})


@lesson("A13", "F6")
@pytest.mark.parametrize("more", [{}, {"X-Shop": "another value"}, {"X-Shop": ""}])
def test_a_custom_header_comes_on_top(more: dict[str, str]) -> None:
    """It never stands in for the credentials, nor they for it."""
    shop = Shop(auth=BasicAuth(*AUTH, headers={"X-Shop": "a value"}))

    assert REFUSED == answered(shop, {"Authorization": RIGHT, **more})
    assert REFUSED == answered(shop, {"X-Shop": "a value"})
    assert HANDLED == answered(shop, {"Authorization": RIGHT, "x-shop": "a value"})

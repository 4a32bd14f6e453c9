"""Twelve probes that other vendors' SDKs were put to, in the form that Juspay's webhooks give them: who may come in.

Here are 1 to 6, and the bodies of 7 and 10 that are no events; the others are in `test_event_probes`. `Stage.send`
judges every answer, and looks for words that nobody may see.
"""

from collections.abc import Callable
from typing import Final

import pytest

from juspay_webhooks import (
    AnswerOutcome,
    AuthenticationError,
    AuthenticationReason,
    BasicAuth,
    ConfigurationError,
    Credential,
    Headers,
    OrderSucceeded,
    Receiver,
)
from juspay_webhooks.testing import REMOVE, sample_body
from tests.probes.stage import AUTH, RIGHT, Inbox, Stage, basic, changed, leaks, said
from tests.probes.ways import Pairs, Way

BODY: Final = sample_body("ORDER_SUCCEEDED")


def authorization(value: bytes) -> Pairs:
    """Give headers with one credential."""
    return ((b"Authorization", value), (b"Content-Type", b"application/json"))


REFUSED: Final[dict[str, Pairs]] = {
    "1: é as Latin-1": authorization("Basic é".encode("latin-1")),
    "1: é as UTF-8": authorization("Basic é".encode()),
    "1: é within Base64": authorization(RIGHT[1][:-4] + "é".encode("latin-1") + RIGHT[1][-4:]),
    "1: é before Base64": authorization("Basicé ".encode("latin-1") + RIGHT[1].split()[1]),
    "1: Base64 of what is no UTF-8": authorization(basic(b"kestrel:\xff\xfe")),
    "1: Base64 of half a character": authorization(basic(b"kestrel:\xc3")),
    "1: every octet above ASCII": authorization(b"Basic " + bytes(range(0x80, 0x100))),
    "1: Base64 of every octet": authorization(basic(bytes(range(0x100)))),
    "2: nothing and nothing": authorization(b"Basic Og=="),
    "2: no username": authorization(basic(b":" + AUTH[1].encode())),
    "2: no password": authorization(basic(AUTH[0].encode() + b":")),
    "2: blanks": authorization(basic(b" : ")),
    "3: absent": ((b"Content-Type", b"application/json"),),
    "3: no headers at all": (),
    "3: empty": authorization(b""),
    "3: a blank": authorization(b" "),
    "3: a bare scheme": authorization(b"Basic"),
    "3: a bare scheme and a blank": authorization(b"Basic "),
    "3: no Base64": authorization(b"Basic %%%"),
    "3: another scheme": authorization(b"Bearer x"),
    "3: another scheme with our secret": authorization(b"Bearer " + RIGHT[1].split()[1]),
    "3: a bare word": authorization(b"garbage"),
    "3: our secret without scheme": authorization(RIGHT[1].split()[1]),
    "3: our secret in clear": authorization(b"Basic " + ":".join(AUTH).encode()),
    "3: Base64 without a colon": authorization(basic(b"kestrel")),
    "3: Base64 of nothing": authorization(basic(b"")),
    "3: Base64 cut off": authorization(RIGHT[1][:-3]),
    "3: Base64 with more behind": authorization(RIGHT[1] + b"AAAA"),
    "3: sent twice": (RIGHT, RIGHT),
    "3: sent twice, wrong first": (*authorization(basic(b"kestrel:wrong")), RIGHT),
    "3: sent twice, wrong last": (RIGHT, *authorization(basic(b"kestrel:wrong"))),
    "3: two in one": authorization(RIGHT[1] + b", " + RIGHT[1]),
    "3: under another name": ((b"Proxy-Authorization", RIGHT[1]), (b"X-Authorization", RIGHT[1])),
}


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
def test_strange_credentials_are_refused(stage: Stage, headers: Pairs) -> None:
    """Probes 1, 2, 3: no credential but the right one lets anybody in, and none breaks anything."""
    assert AnswerOutcome.UNAUTHENTICATED == stage.send(BODY, headers=headers)
    assert [] == stage.events
    assert {} == stage.kept()


def test_password_beyond_ascii_matches_itself(way: Way, inbox: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    """Probe 1: a configured é is let in as UTF-8, which the challenge asks for, and as nothing else."""
    stage = Stage(way, inbox, caplog, auth=BasicAuth("kestrel", "motdepassé")).observe()
    pair = "kestrel:motdepassé"

    assert AnswerOutcome.UNAUTHENTICATED == stage.send(BODY, headers=authorization(basic(pair.encode("latin-1"))))
    assert AnswerOutcome.HANDLED == stage.send(BODY, headers=authorization(basic(pair.encode())))
    assert [OrderSucceeded] == [type(event) for event in stage.events]


UNDELIVERABLE: Final[dict[str, tuple[Headers, AuthenticationReason]]] = {
    "1: Latin-1 text": ({"Authorization": "Basic é"}, AuthenticationReason.MALFORMED),
    "1: Latin-1 bytes": ({"Authorization": b"Basic \xe9"}, AuthenticationReason.MALFORMED),
    "1: text beyond Latin-1": ({"Authorization": "Basic ₹"}, AuthenticationReason.MALFORMED),
    "1: half of a surrogate pair": ({"Authorization": "Basic \ud800"}, AuthenticationReason.MALFORMED),
    "1: bytes as os decodes them": ({"Authorization": "Basic \udce9"}, AuthenticationReason.MALFORMED),
    "1: the value alone": ("Basic é", AuthenticationReason.MALFORMED),
    "1: the value alone, as bytes": (b"Basic \xe9", AuthenticationReason.MALFORMED),
    "3: no headers": (None, AuthenticationReason.MISSING),
    "3: no value": ({"Authorization": None}, AuthenticationReason.MISSING),
    "3: no values": ({"Authorization": []}, AuthenticationReason.MISSING),
    "3: empty value": ({"Authorization": ""}, AuthenticationReason.MISSING),
    "3: nothing": ({}, AuthenticationReason.MISSING),
    "3: no pairs": ([], AuthenticationReason.MISSING),
    "3: a number": ({"Authorization": 5}, AuthenticationReason.MALFORMED),
    "3: a line break": ({"Authorization": "Basic Og==\r\nX: y"}, AuthenticationReason.MALFORMED),
    "3: two values": ({"Authorization": [RIGHT[1], RIGHT[1]]}, AuthenticationReason.MALFORMED),
}


@pytest.mark.parametrize(("headers", "reason"), UNDELIVERABLE.values(), ids=UNDELIVERABLE)
def test_headers_that_no_server_delivers_are_refused(headers: Headers, reason: AuthenticationReason) -> None:
    """Probes 1 and 3: a caller may hand over what never was on a wire, and gets our own error, or 401."""
    receiver = Receiver(BasicAuth(*AUTH), inbox=None)
    with pytest.raises(AuthenticationError) as caught:
        BasicAuth(*AUTH).verify(headers)

    assert reason is caught.value.reason
    assert [] == leaks(said(caught.value), "é", "₹", "Og==")
    assert AnswerOutcome.UNAUTHENTICATED == receiver.handle(headers=headers, body=BODY).outcome


OPEN_DOORS: Final[dict[str, Callable[[], object]]] = {
    "empty username": lambda: BasicAuth("", "password"),
    "empty password": lambda: BasicAuth("username", ""),
    "both empty": lambda: BasicAuth("", ""),
    "blanks": lambda: BasicAuth(" ", "\t"),
    "no password": lambda: BasicAuth("username"),
    "no credential": lambda: BasicAuth([]),
    "one of several is empty": lambda: BasicAuth([("username", "password"), ("", "")]),
    "an empty Credential": lambda: Credential("", ""),
    "a Credential without username": lambda: Credential("", "password", label="shop"),
    "a Credential without password": lambda: Credential("username", " ", label="shop"),
    "variables not set": lambda: BasicAuth.from_env(environ={}),
    "variables empty": lambda: BasicAuth.from_env(
        environ={"JUSPAY_WEBHOOK_USERNAME": "", "JUSPAY_WEBHOOK_PASSWORD": ""}
    ),
    "a receiver without auth that is called": lambda: Receiver(None, inbox=None).handle(headers=(RIGHT,), body=BODY),
    "an extra header with an empty value": lambda: BasicAuth("username", "password", headers={"X-Key": ""}),
}


@pytest.mark.parametrize("build", OPEN_DOORS.values(), ids=OPEN_DOORS)
def test_empty_secrets_cannot_be_configured(build: Callable[[], object]) -> None:
    """Probe 2: what would let everybody in is refused when it is built, by an error that says what to do."""
    with pytest.raises(ConfigurationError):
        build()


NOT_EVENTS: Final = {
    "4: FF": b"\xff",
    "4: FF FE": b"\xff\xfe",
    "4: FF in a value": BODY.replace(b"Asha", b"Asha\xff"),
    "4: FF in a value that nothing reads": changed("ORDER_SUCCEEDED", ("new",), "~").replace(b"~", b"\xff"),
    "4: half a character": BODY.replace(b"Asha Verma", b"Asha Verma\xe2\x82"),
    "4: cut off within a character": BODY[:-9] + b"\xe2\x82",
    "4: UTF-16 with its mark": BODY.decode().encode("utf-16"),
    "4: UTF-16 without": BODY.decode().encode("utf-16-be"),
    "4: Latin-1": BODY.replace(b"Asha", "Ashá".encode("latin-1")),
    "5: a bare word": b"ORDER_SUCCEEDED",
    "5: empty": b"",
    "5: blank": b" \r\n",
    "5: only a mark": b"\xef\xbb\xbf",
    "5: trailing comma": b'{"customer_email": "asha@example.com",}',
    "5: NaN": BODY.replace(b'"amount": 1499,', b'"amount": NaN,'),
    "5: Infinity": BODY.replace(b'"udf2": ""', b'"udf2": -Infinity'),
    "5: cut off": BODY[: len(BODY) // 2],
    "5: twice": BODY + BODY,
    "5: single quotes": BODY.replace(b'"', b"'"),
    "5: a form": b"event_name=ORDER_SUCCEEDED&customer_email=asha@example.com",
    "6: a list": b'["asha@example.com"]',
    "6: a list of events": b"[" + BODY + b"]",
    "6: an empty list": b"[]",
    "6: null": b"null",
    "6: true": b"true",
    "6: a number": b"9000000001",
    "6: a text": b'"asha@example.com"',
    "6: an empty object": b"{}",
    "7: only a name": b'{"event_name": "ORDER_SUCCEEDED"}',
    "7: only an id and a new name": b'{"id": "evt_1", "event_name": "BRAND_NEW"}',
    "7: only a label": b'{"label": "ORDER"}',
    "7: no name": changed("ORDER_SUCCEEDED", ("event_name",), REMOVE),
    "7: a name that is no text": changed("ORDER_SUCCEEDED", ("event_name",), ["asha@example.com"]),
    "10: content masked": changed("ORDER_SUCCEEDED", ("content",), "FILTERED"),
}


@pytest.mark.parametrize("body", NOT_EVENTS.values(), ids=NOT_EVENTS)
def test_what_is_no_event_is_answered_with_400(stage: Stage, body: bytes) -> None:
    """Probes 4, 5, 6: it reaches no handler; an inbox keeps it, once, to be read again after an upgrade."""
    assert [AnswerOutcome.INVALID] * 2 == [stage.send(body), stage.send(body)]
    assert [] == stage.events
    assert ({} if stage.inbox is None else {"quarantined": 1}) == stage.kept()

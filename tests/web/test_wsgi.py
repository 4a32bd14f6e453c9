"""The WSGI application, as a server calls it: what it reads, what it refuses, what it hands over."""

from io import BytesIO
from typing import Any, Final
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks import AddressPolicy, Receiver
from juspay_webhooks.models.fields import Json
from juspay_webhooks.web.wsgi import WsgiApp
from tests.web.shop import BASIC, BODY, MOST, WRONG, shop

ABSENT: Final = object()
"""Given as a value, it leaves the key out of the environment."""


class Unreadable(BytesIO):
    """A body that nobody may read."""

    def read(self, _size: int | None = -1, /) -> bytes:
        """Fail, as a connection does that was closed."""
        message = "nobody should have read this"
        raise RuntimeError(message)


class Trickle(BytesIO):
    """A body that comes byte by byte."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Give one byte, though more were asked for."""
        return super().read(min(1, size or 0))


def environment(**changes: object) -> dict[str, Any]:
    """Make the environment of a webhook, with changes; a dot in a key is written as two underscores."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "/hooks",
        "PATH_INFO": "/juspay",
        "QUERY_STRING": "",
        "REMOTE_ADDR": "192.0.2.7",
        "CONTENT_LENGTH": str(len(BODY)),
        "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": BASIC,
        "wsgi.input": BytesIO(BODY),
    }
    setup_testing_defaults(environ)
    environ |= {key.replace("__", "."): value for key, value in changes.items()}
    return {key: value for key, value in environ.items() if value is not ABSENT}


def call(app: Json, environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    """Call an application as a server does."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        started.append((status, headers))

    answered = app(environ, start_response)
    body = b"".join(answered)
    if hasattr(answered, "close"):
        answered.close()
    ((status, headers),) = started
    return int(status.split()[0]), dict(headers), body


def test_a_webhook_is_handled() -> None:
    """The application keeps to the letter of PEP 3333, and the handler gets what was sent."""
    made = shop()

    status, headers, body = call(validator(WsgiApp(made.receiver, path="/hooks/juspay")), environment())

    assert (200, b'{"outcome":"handled"}') == (status, body)
    assert "application/json" == headers["Content-Type"]
    assert ["Shop-1"] == made.paid
    assert "192.0.2.7" == made.deliveries[0].client_ip


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        (404, {"PATH_INFO": "/other"}),
        (404, {"PATH_INFO": "/juspay/"}),
        (404, {"PATH_INFO": ""}),
        (404, {"SCRIPT_NAME": ""}),
        (405, {"REQUEST_METHOD": "GET"}),
        (405, {"REQUEST_METHOD": "HEAD"}),
        (405, {"REQUEST_METHOD": "PUT"}),
        (411, {"CONTENT_LENGTH": ABSENT}),
        (411, {"CONTENT_LENGTH": ""}),
        (413, {"CONTENT_LENGTH": str(MOST + 1)}),
        (413, {"CONTENT_LENGTH": "9" * 99}),
    ],
)
def test_what_is_refused_by_its_head(expected: int, changes: dict[str, object]) -> None:
    """Not a byte of the body is read, and the answer has none: HEAD may have none either."""
    made = shop()
    app = validator(WsgiApp(made.receiver, path="/hooks/juspay"))

    status, headers, body = call(app, environment(wsgi__input=Unreadable(), **changes))

    assert (expected, b"", "0") == (status, body, headers["Content-Length"])
    assert ("POST" if expected == 405 else None) == headers.get("Allow")
    assert [] == made.paid


# A strict server does not let these through; a lenient one may.
@pytest.mark.parametrize(
    "length", ["-1", "+5", "1_0", " 5", "5 ", "0x10", "5, 5", "1e3", "٣", "²", "9" * 100, "9" * 5000, None, 3.5]
)
def test_a_length_that_is_none(length: object) -> None:
    """A Content-Length is digits and nothing else, and not endlessly many."""
    status, _, _ = call(WsgiApp(shop().receiver), environment(CONTENT_LENGTH=length, wsgi__input=Unreadable()))

    assert 411 == status


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        (200, {}),
        (200, {"CONTENT_LENGTH": len(BODY)}),
        (200, {"CONTENT_LENGTH": f"000{len(BODY)}"}),
        (200, {"wsgi.input": Trickle(BODY)}),
        (200, {"CONTENT_LENGTH": ABSENT, "wsgi.input_terminated": True}),
        (200, {"CONTENT_LENGTH": ABSENT, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}),
        (200, {"CONTENT_LENGTH": "5", "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}),
        (400, {"CONTENT_LENGTH": "0"}),
        (400, {"CONTENT_LENGTH": "5"}),
        (400, {"CONTENT_LENGTH": str(len(BODY) + 1)}),
        (400, {"CONTENT_LENGTH": str(len(BODY) + 1), "wsgi.input_terminated": True}),
        (400, {"wsgi.input": Unreadable(BODY)}),
        (400, {"wsgi.input": Unreadable(BODY), "CONTENT_LENGTH": ABSENT, "wsgi.input_terminated": True}),
        (400, {"wsgi.input": ABSENT}),
        (400, {"wsgi.input": None}),
        (401, {"HTTP_AUTHORIZATION": ABSENT}),
        (401, {"HTTP_AUTHORIZATION": WRONG}),
        (401, {"HTTP_AUTHORIZATION": f"{BASIC},{BASIC}"}),
        (401, {"HTTP_AUTHORIZATION": f"{BASIC},{WRONG}"}),
        (411, {"HTTP_TRANSFER_ENCODING": "chunked"}),
        (413, {"CONTENT_LENGTH": ABSENT, "wsgi.input_terminated": True, "wsgi.input": BytesIO(b" " * (MOST + 1))}),
        (413, {"CONTENT_LENGTH": ABSENT, "wsgi.input_terminated": True, "wsgi.input": BytesIO(b" " * 10 * MOST)}),
    ],
)
def test_what_comes_of_a_body(expected: int, changes: dict[str, object]) -> None:
    """Only a whole body from a sender who is known is handled, however the server tells its end."""
    made = shop()

    status, _, _ = call(WsgiApp(made.receiver), environment(**changes))

    assert expected == status
    assert (["Shop-1"] if expected == 200 else []) == made.paid


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        ({"CONTENT_LENGTH": str(len(BODY))}, len(BODY)),
        ({"CONTENT_LENGTH": "0"}, 0),
        ({"CONTENT_LENGTH": ABSENT, "wsgi.input_terminated": True}, MOST + 1),
    ],
)
def test_nothing_is_read_beyond_the_body(changes: dict[str, object], read: int) -> None:
    """What follows is the next request; and of a body without a length, no more than shows that it is too large."""
    stream = BytesIO(BODY + b"POST / HTTP/1.1\r\n" * 1000)

    call(WsgiApp(shop().receiver), environment(wsgi__input=stream, **changes))

    assert read == stream.tell()


@pytest.mark.parametrize(
    ("address", "expected"), [("192.0.2.7", 200), ("192.0.2.8", 403), ("", 403), (ABSENT, 403), (None, 403)]
)
def test_the_address_counts(address: object, expected: int) -> None:
    """An address policy gets the address of the connection; a Unix socket has none."""
    made = shop(addresses=AddressPolicy(["192.0.2.7"]))

    status, _, _ = call(WsgiApp(made.receiver), environment(REMOTE_ADDR=address))

    assert expected == status


@pytest.mark.parametrize(
    ("path", "expected"),
    [(None, 200), ("/hooks/zahlung-ü", 200), ("/hooks/zahlung-u", 404)],
)
def test_a_path_in_unicode(path: str | None, expected: int) -> None:
    """A path is written as in the URL that a person reads; WSGI hands it over as bytes in disguise."""
    app = WsgiApp(shop().receiver, path=path)

    status, _, _ = call(app, environment(PATH_INFO="/zahlung-ü".encode().decode("latin-1")))

    assert expected == status


def test_refusals_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    """An operator learns why; what scanners and health checks get is below the level of a warning."""
    app = WsgiApp(shop().receiver)
    with caplog.at_level("INFO", logger="juspay_webhooks.web"):
        call(app, environment(REQUEST_METHOD="GET"))
        call(app, environment(CONTENT_LENGTH=str(MOST + 1)))

    assert [
        ("INFO", "refused a request: webhooks are sent with POST"),
        ("WARNING", "refused a request: its body is larger than the receiver accepts"),
    ] == [(record.levelname, record.getMessage()) for record in caplog.records]


RECEIVER: Final[Receiver] = shop().receiver
TEXTS: Final = st.one_of(st.text(max_size=20), st.none(), st.integers(), st.sampled_from([BASIC, "POST", "5", "/"]))


@given(
    environ=st.dictionaries(
        st.sampled_from(["REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "CONTENT_LENGTH", "REMOTE_ADDR", "wsgi.version"])
        | st.sampled_from(["HTTP_AUTHORIZATION", "HTTP_TRANSFER_ENCODING", "HTTP_X_FORWARDED_FOR", "HTTP_WSGI_VERSION"])
        | st.text(max_size=5),
        TEXTS,
    ),
    wsgi=st.fixed_dictionaries(
        {},
        optional={
            "REQUEST_METHOD": st.just("POST"),
            "wsgi.version": st.just((1, 0)),
            "wsgi.input_terminated": st.booleans(),
            "wsgi.input": st.one_of(st.binary().map(BytesIO), st.binary().map(Trickle), st.builds(Unreadable)),
        },
    ),
    path=st.none() | st.text(st.characters(codec="utf-8"), max_size=5),
)
def test_no_environment_makes_it_raise(environ: dict[str, Any], wsgi: dict[str, Any], path: str | None) -> None:
    """Whatever is missing or odd, one answer comes of it, and it is a refusal."""
    status, headers, body = call(WsgiApp(RECEIVER, path=path), {**environ, **wsgi})

    assert status in {400, 401, 404, 405, 411, 413}
    assert str(len(body)) == headers["Content-Length"]

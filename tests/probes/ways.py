"""Own five ways by which a request reaches a receiver: WSGI, ASGI, Flask, Django and FastAPI, all in this process.

A request is what stands on the wire: pairs of bytes, and a body. Each way hands it over as its servers do. A WSGI
server makes text of a value, one character for each byte (PEP 3333), and joins repeated headers with a comma; an ASGI
server keeps bytes and repetitions. Both lose the case of names, and neither lets a control character through: what no
server delivers is for tests that call the receiver itself. An exception that leaves an application leaves the way.
"""

import asyncio
import io
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import attrs
import fastapi
import flask
import httpx
from django.conf import settings  # type: ignore[import-untyped] # Django has no types
from django.http import HttpResponse  # type: ignore[import-untyped] # Django has no types
from django.test import Client, override_settings  # type: ignore[import-untyped] # Django has no types
from django.urls import path  # type: ignore[import-untyped] # Django has no types
from django.views.decorators.csrf import csrf_exempt  # type: ignore[import-untyped] # Django has no types

from juspay_webhooks import Receiver
from juspay_webhooks.web.asgi import AsgiApp
from juspay_webhooks.web.wsgi import WsgiApp

__all__ = ["WAYS", "Pairs", "Reply", "Way"]

Pairs: TypeAlias = Sequence[tuple[bytes, bytes]]
"""Headers as they stand on the wire; the values are octets, names are ASCII."""


@attrs.frozen(kw_only=True)
class Reply:
    """What the client gets."""

    status: int
    """HTTP status code."""

    headers: Mapping[str, str]
    """Headers; names in lower case."""

    body: bytes
    """The body."""


Way: TypeAlias = Callable[[Receiver, Pairs, bytes], Reply]
"""Sends one request to an application around a receiver."""

_DJANGO: Final = {
    "ALLOWED_HOSTS": ["testserver"],
    "MIDDLEWARE": ["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
}
"""What every new Django project has, where it matters here."""

if not settings.configured:  # once in a process, whichever module comes first
    settings.configure()


def _joined(headers: Pairs) -> dict[str, str]:
    """Give headers as a WSGI server does: text, and one value for each name."""
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]},{text}" if key in found else text
    return found


def _reply(status: int, headers: Mapping[str, str], body: bytes) -> Reply:
    lower = {name.lower(): value for name, value in headers.items()}
    return Reply(status=status, headers=MappingProxyType(lower), body=body)


def _wsgi(receiver: Receiver, headers: Pairs, body: bytes) -> Reply:
    """Call the WSGI application, with a judge of the protocol between."""
    environ: dict[str, Any] = {"REQUEST_METHOD": "POST", "QUERY_STRING": ""}
    setup_testing_defaults(environ)
    environ |= {"CONTENT_LENGTH": str(len(body)), "REMOTE_ADDR": "127.0.0.1", "wsgi.input": io.BytesIO(body)}
    for name, text in _joined(headers).items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = text
    heads: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, pairs: list[tuple[str, str]], _exc_info: object = None) -> Callable[[bytes], object]:
        heads.append((status, pairs))
        return io.BytesIO().write

    parts = validator(WsgiApp(receiver))(environ, start)
    try:
        whole = b"".join(parts)
    finally:
        getattr(parts, "close", bool)()
    ((status, pairs),) = heads
    return _reply(int(status[:3]), dict(pairs), whole)


def _asgi_reply(app: Any, headers: Pairs, body: bytes) -> Reply:  # noqa: ANN401 - each library has its own type
    async def sent() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver", trust_env=False) as client:
            return await client.post("/", headers=list(headers), content=body)

    response = asyncio.run(sent())
    return _reply(response.status_code, response.headers, response.content)


def _asgi(receiver: Receiver, headers: Pairs, body: bytes) -> Reply:
    """Call the ASGI application."""
    return _asgi_reply(AsgiApp(receiver), headers, body)


def _flask(receiver: Receiver, headers: Pairs, body: bytes) -> Reply:
    """Post to a Flask application."""
    app = flask.Flask(__name__)
    app.testing = True  # an exception is the test's, no page of an error

    def webhook() -> flask.Response:
        request = flask.request
        answer = receiver.handle(headers=request.headers, body=request.get_data(), client_ip=request.remote_addr)
        return flask.Response(answer.body, answer.status, dict(answer.headers))

    app.add_url_rule("/", view_func=webhook, methods=["POST"])
    texts = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    response = app.test_client().post("/", headers=texts, data=body)
    return _reply(response.status_code, dict(response.headers), response.data)


def _django(receiver: Receiver, headers: Pairs, body: bytes) -> Reply:
    """Post to a Django view."""

    @csrf_exempt  # type: ignore[untyped-decorator] # Django has no types
    def webhook(request: Any) -> HttpResponse:  # noqa: ANN401 - Django has no types
        client_ip = request.META["REMOTE_ADDR"]
        answer = receiver.handle(headers=request.headers, body=request.body, client_ip=client_ip)
        return HttpResponse(answer.body, status=answer.status, headers=answer.headers)

    texts = _joined(headers)
    kind = texts.pop("content-type", "")
    with override_settings(ROOT_URLCONF=(path("", webhook),), **_DJANGO):
        client: Any = Client(enforce_csrf_checks=True)
        response = client.generic("POST", "/", body, content_type=kind, headers=texts)
    return _reply(response.status_code, response.headers, response.content)


def _fastapi(receiver: Receiver, headers: Pairs, body: bytes) -> Reply:
    """Post to a FastAPI application."""
    app = fastapi.FastAPI()

    async def webhook(request: fastapi.Request) -> fastapi.Response:
        client_ip = request.client.host if request.client else None
        answer = await receiver.handle_async(headers=request.headers, body=await request.body(), client_ip=client_ip)
        return fastapi.Response(answer.body, status_code=answer.status, headers=dict(answer.headers))

    app.add_api_route("/", webhook, methods=["POST"])
    return _asgi_reply(app, headers, body)


WAYS: Final[Mapping[str, Way]] = MappingProxyType(
    {"WSGI": _wsgi, "ASGI": _asgi, "Flask": _flask, "Django": _django, "FastAPI": _fastapi}
)
"""Each way by its name."""

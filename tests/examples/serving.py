"""Own how the tests run an example: load its file as it is, and put a real server of its kind in front of it.

Every server listens on an ephemeral port of the loopback, before it is waited for: no request comes too early.
"""

import asyncio
import http.client
import socket
import sys
from base64 import b64encode
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from email.message import Message
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any, Final, TypeAlias
from wsgiref.simple_server import WSGIRequestHandler, make_server

import attrs
import pytest
import uvicorn
import werkzeug.serving
from aiohttp import web
from django.conf import empty, settings  # type: ignore[import-untyped] # Django has no types
from django.urls import clear_url_caches  # type: ignore[import-untyped] # Django has no types

from juspay_webhooks import Delivery

EXAMPLES: Final = Path(__file__).parent.parent.parent / "examples"
"""The examples."""

AUTH: Final = ("juspay", "secret")
"""Username and password with which examples are loaded."""

ENVIRON: Final = {
    **dict(zip(("JUSPAY_WEBHOOK_USERNAME", "JUSPAY_WEBHOOK_PASSWORD"), AUTH, strict=True)),
    "JUSPAY_API_KEY": "test-key",
    "JUSPAY_MERCHANT_ID": "test-shop",
    "JUSPAY_BASE_URL": "https://juspay.invalid",
}
"""Variables with which examples are loaded; tests ask a fake Juspay, which has another URL in each run."""

PATH: Final = "/juspay"
"""Path of the webhook, the same in all examples."""

Server: TypeAlias = Callable[[Any], AbstractContextManager[int]]
"""Serves an application, and gives the port."""

_TICK: Final = 0.01
"""Seconds after which a WSGI server looks whether it is to end."""

_SECONDS: Final = 10
"""How long to wait for an answer, or for the end of a thread, before a test fails."""


@attrs.frozen(kw_only=True)
class Reply:
    """What a server answered."""

    status: int
    """HTTP status code."""

    headers: Message
    """Headers; names in any case."""

    body: bytes
    """Body."""


@attrs.frozen(kw_only=True)
class Running:
    """An example behind its server."""

    module: ModuleType
    """The example."""

    port: int
    """Port on the loopback."""

    failed: list[Delivery]
    """What its failing handler was told, one entry per call."""

    def send(
        self, body: bytes = b"", *, headers: Mapping[str, str] | None = None, method: str = "POST", path: str = PATH
    ) -> Reply:
        """Send one request, as a stranger over the network would.

        Args:
            body: Body.
            headers: Headers.
            method: Method.
            path: Path and query.

        Returns:
            The answer.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)
        try:
            # A server may answer, and close, before it has read a body that is too large.
            with suppress(ConnectionError):
                connection.request(method, path, body, {"Connection": "close", **(headers or {})})
            answer = connection.getresponse()
            return Reply(status=answer.status, headers=answer.headers, body=answer.read())
        finally:
            connection.close()


def load(name: str, *, environ: Mapping[str, str] | None = None) -> ModuleType:
    """Load an example anew.

    Args:
        name: Name of its file, without the ending.
        environ: The variables that examples read; the usual ones if None.

    Returns:
        The module.
    """
    spec = spec_from_file_location(f"examples.{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        for variable in ENVIRON:
            patch.delenv(variable, raising=False)
        for variable, value in (ENVIRON if environ is None else environ).items():
            patch.setenv(variable, value)
        # Another test may have set Django up; a program sets it up once, so the next one has to find it as new.
        settings._wrapped = empty  # noqa: SLF001 # pyright: ignore[reportAttributeAccessIssue] - there is no public way
        clear_url_caches()
        # Django looks its URLs up by the name of the module.
        sys.modules[spec.name] = module
        try:
            spec.loader.exec_module(module)
        finally:
            if not settings.configured:  # as another test left it
                settings.configure()
    return module


@contextmanager
def _thread(run: Callable[[], object], stop: Callable[[], object]) -> Generator[None, None, None]:
    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join(_SECONDS)
        assert not thread.is_alive()


class _Quiet(WSGIRequestHandler):
    """Writes no line per request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the standard library
        """Say nothing."""


class _QuietWerkzeug(werkzeug.serving.WSGIRequestHandler):
    """Writes no line per request."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - named by werkzeug
        """Say nothing."""


@contextmanager
def _serving(server: HTTPServer) -> Generator[int, None, None]:
    with server, _thread(lambda: server.serve_forever(_TICK), server.shutdown):
        yield server.server_port


def wsgiref(app: Any) -> AbstractContextManager[int]:  # noqa: ANN401 - each framework has its own type
    """Serve a WSGI application with the server of the standard library."""
    return _serving(make_server("127.0.0.1", 0, app, handler_class=_Quiet))


def development(app: Any) -> AbstractContextManager[int]:  # noqa: ANN401 - each framework has its own type
    """Serve a WSGI application with werkzeug's server, which `flask run` starts."""
    return _serving(werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietWerkzeug))


@contextmanager
def asgi(app: Any) -> Generator[int, None, None]:  # noqa: ANN401 - each framework has its own type
    """Serve an ASGI application with uvicorn."""
    server = uvicorn.Server(uvicorn.Config(app, loop="asyncio", http="h11", ws="none", log_config=None))
    stop = partial(setattr, server, "should_exit", True)  # noqa: FBT003 - a value
    with socket.create_server(("127.0.0.1", 0)) as listening, _thread(lambda: server.run([listening]), stop):
        yield listening.getsockname()[1]


@contextmanager
def aiohttp_server(app: web.Application) -> Generator[int, None, None]:
    """Serve an aiohttp application with aiohttp's own server."""
    listening, loop, ended = socket.create_server(("127.0.0.1", 0)), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        await ended.wait()
        await runner.cleanup()

    stop = partial(loop.call_soon_threadsafe, ended.set)
    with listening, closing(loop), _thread(lambda: loop.run_until_complete(serve()), stop):
        yield listening.getsockname()[1]


@contextmanager
def function_url(handler: Callable[[Any, object], dict[str, Any]]) -> Generator[int, None, None]:
    """Serve an AWS Lambda function as a function URL does, with events of payload format 2.0."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            http = {"method": self.command, "path": self.path, "sourceIp": self.client_address[0]}
            event = {
                "version": "2.0",
                "rawPath": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "requestContext": {"http": http},
                "body": b64encode(body).decode(),
                "isBase64Encoded": True,
            }
            answer = handler(event, None)
            self.send_response(answer["statusCode"])
            for name, value in answer["headers"].items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer["body"].encode())

        do_POST = do_GET  # noqa: N815 - named by the standard library

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the standard library
            """Say nothing."""

    with _serving(HTTPServer(("127.0.0.1", 0), Endpoint)) as port:
        yield port

"""Own the servers under load: real processes on the loopback, started, asked once, stopped. Nothing here measures."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import attrs

from benchmarks.load.delivery import ENVIRONMENT, EXPECTED, PATH, delivery, headers

__all__ = ["APPLICATIONS", "Application", "serving"]

_PROGRAM: Final = """\
import runpy, sys
sys.path[:] = sys.argv.pop(1).split("\\n")
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""
"""Starts a server with the import path of this process: both of them would put their own directory before it."""

_PATIENCE: Final = 30
"""Seconds within which a server answers, and within which it ends."""


@attrs.frozen(kw_only=True)
class Application:
    """An application of the library, and its constant twin."""

    name: str
    """How reports call it."""

    server: str
    """Module that serves it: `uvicorn` or `gunicorn`."""

    target: str
    """Module and name of the application."""

    twin: str
    """Module and name of the one that answers the same without looking at anything."""


APPLICATIONS: Final = {
    "fastapi": Application(
        name="uvicorn, FastAPI, examples/fastapi_app.py",
        server="uvicorn",
        target="benchmarks.load.asgi:fastapi",
        twin="benchmarks.load.asgi:constant_fastapi",
    ),
    "flask": Application(
        name="gunicorn, Flask, examples/flask_app.py",
        server="gunicorn",
        target="benchmarks.load.wsgi:flask",
        twin="benchmarks.load.wsgi:constant_flask",
    ),
    "asgi": Application(
        name="uvicorn, AsgiApp",
        server="uvicorn",
        target="benchmarks.load.asgi:adapter",
        twin="benchmarks.load.asgi:constant",
    ),
    "wsgi": Application(
        name="gunicorn, WsgiApp",
        server="gunicorn",
        target="benchmarks.load.wsgi:adapter",
        twin="benchmarks.load.wsgi:constant",
    ),
}
"""Name on the command line -> application."""


def _command(server: str, target: str, port: int) -> Sequence[str]:
    """Write the command line of a server with one process."""
    options = {
        "uvicorn": ("--host", "127.0.0.1", "--port", str(port), "--no-access-log"),
        # Threads, for the default worker closes the connection after each request.
        "gunicorn": ("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4"),
    }
    path = "\n".join(map(os.path.abspath, sys.path))
    return [sys.executable, "-P", "-c", _PROGRAM, path, server, target, "--log-level", "warning", *options[server]]


@contextmanager
def serving(server: str, target: str) -> Generator[str]:
    """Run a server while the context lasts.

    Args:
        server: Module of the server.
        target: Module and name of the application.

    Yields:
        The URL to send deliveries to; it has answered the first.

    Raises:
        RuntimeError: The server does not answer as it must; the message has what it logged.
    """
    port = _free_port()
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory) / "log"
        with log.open("wb") as stream:
            process = subprocess.Popen(  # noqa: S603 - a command of this module
                _command(server, target, port),
                cwd=directory,
                env={**os.environ, **ENVIRONMENT},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
            )
        try:
            answer = _first_answer(process, port)
            if answer != EXPECTED.body:
                message = f"{server} {target} answers {answer!r}:\n{log.read_text(encoding='utf-8')}"
                raise RuntimeError(message)
            yield f"http://127.0.0.1:{port}{PATH}"
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _first_answer(process: "subprocess.Popen[bytes]", port: int) -> bytes | None:
    """Send deliveries until one is answered; None if the server has ended or takes too long."""
    end = monotonic() + _PATIENCE
    while process.poll() is None and monotonic() < end:
        connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        try:
            connection.request("POST", PATH, body=delivery(0), headers=headers())
            return connection.getresponse().read()
        except (OSError, HTTPException):
            sleep(0.05)
        finally:
            connection.close()
    return None

"""Own the WSGI application of a receiver. It never reads beyond a body, and nothing of one that is too large.

How long a sender may take is the server's to limit.
"""

import re
from typing import Final
from wsgiref.types import StartResponse, WSGIEnvironment

from juspay_webhooks.receiver.answer import Answer
from juspay_webhooks.receiver.receiver import Receiver
from juspay_webhooks.web._refusal import Refusal, refusal, status_line

__all__ = ["WsgiApp"]

_LENGTH: Final = re.compile("[0-9]{1,99}")


class WsgiApp:
    """A receiver as a WSGI application: `application = WsgiApp(receiver)`."""

    def __init__(self, receiver: Receiver, *, path: str | None = None) -> None:
        """Take the receiver, and the whole path of its URL; None: it answers for every path."""
        self._receiver = receiver
        self._path = None if path is None else path.encode().decode("latin-1")  # as PEP 3333 spells it

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer one request, as PEP 3333 has it."""
        answer = self._answer(environ)
        start_response(status_line(answer.status), [*answer.headers.items()])
        return [answer.body]

    def _answer(self, environ: WSGIEnvironment) -> Answer | Refusal:
        if self._path not in (None, f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"):
            return refusal(404)
        if environ.get("REQUEST_METHOD") != "POST":
            return refusal(405)
        body = self._body(environ)
        if isinstance(body, Refusal):
            return body
        return self._receiver.handle(headers=environ, body=body, client_ip=environ.get("REMOTE_ADDR") or None)

    def _body(self, environ: WSGIEnvironment) -> bytearray | Refusal:
        # Beside a Transfer-Encoding a Content-Length means nothing (RFC 9112, 6.3).
        written = "" if "HTTP_TRANSFER_ENCODING" in environ else str(environ.get("CONTENT_LENGTH", ""))
        length = int(written) if _LENGTH.fullmatch(written) else None
        if length is None and not environ.get("wsgi.input_terminated"):
            return refusal(411)
        if length is not None and length > self._receiver.max_bytes:
            return refusal(413)
        body, most = bytearray(), self._receiver.max_bytes + 1 if length is None else length
        try:
            while len(body) < most and (part := environ["wsgi.input"].read(most - len(body))):
                body += part
        except Exception:  # noqa: BLE001 - each server has its own for a sender that left, or wrote no chunks
            return refusal(400)
        return refusal(400) if length is not None and len(body) < length else body

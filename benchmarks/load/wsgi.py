"""Own the applications that gunicorn serves: the example, the package's own adapter, and for each its constant twin.

A constant application reads the body and answers what the receiver would, without looking at anything.
"""

from typing import Final
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, request

from benchmarks.load.delivery import AMOUNT, EXPECTED, ORDERS, PATH, order_id
from examples import flask_app
from juspay_webhooks import BasicAuth, OrderPaid, Receiver
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.web.wsgi import WsgiApp

__all__ = ["adapter", "constant", "constant_flask", "flask"]

flask_app.ORDERS.update({order_id(number): AMOUNT for number in range(ORDERS)})
flask: Final = flask_app.app

constant_flask: Final = Flask(__name__)


@constant_flask.post(PATH)
def juspay() -> Response:
    """Read the body, and answer."""
    request.get_data()
    return Response(EXPECTED.body, EXPECTED.status, EXPECTED.headers)


_receiver: Final = Receiver(BasicAuth.from_env(), inbox=MemoryInbox())


@_receiver.on_effect(OrderPaid)
def ship(paid: OrderPaid) -> None:
    """Do nothing."""


adapter: Final = WsgiApp(_receiver)


def constant(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Read the body, and answer, as PEP 3333 has it."""
    environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response(f"{EXPECTED.status} OK", [*EXPECTED.headers.items()])
    return [EXPECTED.body]

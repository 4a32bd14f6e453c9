"""Own the applications that uvicorn serves: the example, the package's own adapter, and for each its constant twin.

A constant application reads the body and answers what the receiver would, without looking at anything.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from fastapi import FastAPI, Request, Response

from benchmarks.load.delivery import AMOUNT, EXPECTED, ORDERS, PATH, order_id
from examples import fastapi_app
from juspay_webhooks import BasicAuth, OrderPaid, Receiver
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.web.asgi import AsgiApp

__all__ = ["adapter", "constant", "constant_fastapi", "fastapi"]

fastapi_app.ORDERS.update({order_id(number): AMOUNT for number in range(ORDERS)})
fastapi: Final = fastapi_app.app

constant_fastapi: Final = FastAPI()


@constant_fastapi.post(PATH)
async def juspay(request: Request) -> Response:
    """Read the body, and answer."""
    await request.body()
    return Response(EXPECTED.body, EXPECTED.status, EXPECTED.headers)


_receiver: Final = Receiver(BasicAuth.from_env(), inbox=MemoryInbox())


@_receiver.on_effect(OrderPaid)
async def ship(paid: OrderPaid) -> None:
    """Do nothing."""


adapter: Final = AsgiApp(_receiver)

_HEADERS: Final = [(name.lower().encode(), value.encode()) for name, value in EXPECTED.headers.items()]


async def constant(
    scope: Mapping[str, Any],
    receive: Callable[[], Awaitable[Mapping[str, Any]]],
    send: Callable[[Mapping[str, Any]], Awaitable[None]],
) -> None:
    """Read the body, and answer, as ASGI 3 has it."""
    if scope["type"] != "http":
        raise NotImplementedError
    while (await receive()).get("more_body", False):
        pass
    await send({"type": "http.response.start", "status": EXPECTED.status, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": EXPECTED.body})

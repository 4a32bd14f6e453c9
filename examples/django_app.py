"""Receive Juspay's webhooks with Django, in a single file.

Run it: `python examples/django_app.py runserver`, with JUSPAY_WEBHOOK_USERNAME and JUSPAY_WEBHOOK_PASSWORD set.
"""

import sys
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from juspay_webhooks import BasicAuth, OrderPaid, Permanent, Receiver, Retryable
from juspay_webhooks.inbox import MemoryInbox

ORDERS: Final = {"shop-2001": (Decimal("1499.50"), "INR")}
"""Stands for your database: id of an order -> amount and currency that you asked for."""

SHIPPED: Final[list[str]] = []
"""Stands for your warehouse."""

# Remembers in this process and until it ends: where money moves, give an inbox that is durable.
receiver = Receiver(BasicAuth.from_env(), inbox=MemoryInbox())


@receiver.on_effect(OrderPaid)
def ship(paid: OrderPaid) -> None:
    """Ship an order once, and only if what was paid is what you asked for."""
    asked = ORDERS.get(paid.order_id)
    if asked is None:
        message = f"{paid.order_id} is not known yet: the webhook may be faster than your own database"
        raise Retryable(message)
    if asked != (paid.amount, paid.currency):
        message = f"{paid.order_id} is paid with another amount than you asked for: a person must look"
        raise Permanent(message)
    SHIPPED.append(paid.order_id)


@csrf_exempt
@require_POST
def juspay(request: HttpRequest) -> HttpResponse:
    """Hand over the body as it came, and answer what the receiver says."""
    answer = receiver.handle(headers=request.headers, body=request.body, client_ip=request.META["REMOTE_ADDR"])
    return HttpResponse(answer.body, status=answer.status, headers=answer.headers)


# A project has these in settings.py, urls.py and wsgi.py.
urlpatterns = [path("juspay", juspay)]
settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
)
application = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)

# Django comes without types.
# mypy: disable-error-code="import-untyped, untyped-decorator"
# pyright: reportMissingTypeStubs=false, reportArgumentType=false

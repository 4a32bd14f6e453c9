"""Mark an order of a Django model as paid, exactly once: the model and the inbox share one transaction.

Run it: `python examples/django_orders/shop.py [DATABASE FILE]`; it makes the tables, and receives two events about one
payment, each of them twice.
"""

import sys
from base64 import b64encode
from pathlib import Path
from typing import Any, ClassVar, Final

import django
from django.conf import settings
from django.db import connection, models, transaction

from juspay_webhooks import BasicAuth, Delivery, OrderPaid, Permanent, Receiver
from juspay_webhooks.inbox import SqlInbox

BODIES: Final = Path(__file__).parent.parent / "bodies"
HEADERS: Final = {"Authorization": "Basic " + b64encode(b"juspay:secret").decode()}
"""As Juspay sends them."""

DATABASE: Final = Path(sys.argv[1] if len(sys.argv) > 1 else "shop.db").resolve()

# A project has this in settings.py.
settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}})
django.setup()


class Order(models.Model):
    """An order of the shop."""

    order_id: ClassVar[Any] = models.CharField(max_length=40, primary_key=True)
    amount: ClassVar[Any] = models.DecimalField(max_digits=12, decimal_places=2)
    times_shipped: ClassVar[Any] = models.IntegerField(default=0)

    class Meta:
        """In a project the app is that of the module."""

        app_label = "shop"

    def __str__(self) -> str:
        """Show its id."""
        return str(self.order_id)


# The database of the shop: one commit keeps the order and what the inbox knows of it.
inbox = SqlInbox(f"sqlite:///{DATABASE}")
receiver = Receiver(BasicAuth("juspay", "secret"), inbox=inbox)


@receiver.on_effect(OrderPaid)
def ship(paid: OrderPaid, delivery: Delivery) -> None:
    """Ship an order if what was paid is what was asked for."""
    with transaction.atomic():
        delivery.join(connection)
        order = Order.objects.select_for_update().get(order_id=paid.order_id)
        if order.amount != paid.amount:
            message = f"{paid.order_id} is paid with another amount than you asked for: a person must look"
            raise Permanent(message)
        order.times_shipped += 1
        order.save()


def main() -> None:
    """Make an order, receive its webhooks, and show what became of it."""
    inbox.prepare()
    with connection.schema_editor() as editor:
        editor.create_model(Order)
    Order.objects.create(order_id="shop-2001", amount="1499.50")
    for name in ("1-order-succeeded.json", "2-txn-charged.json") * 2:
        answer = receiver.handle(headers=HEADERS, body=(BODIES / name).read_bytes())
        print(f"{name}: {answer.outcome}")
    print(f"shipped {Order.objects.get(order_id='shop-2001').times_shipped} time")
    connection.close()
    inbox.close()


if __name__ == "__main__":
    main()

# Django comes without types.
# mypy: disable-error-code="import-untyped, misc"
# pyright: reportMissingTypeStubs=false, reportArgumentType=false, reportGeneralTypeIssues=false
# pyright: reportAttributeAccessIssue=false

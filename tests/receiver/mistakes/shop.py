"""Own a merchant for these tests: one receiver with an inbox, and handlers that remember what they were told."""

import json
from base64 import b64encode
from typing import Any, Final, get_args

from juspay_webhooks import Answer, BaseEvent, BasicAuth, Delivery, Effect, Order, Receiver, parse_event
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing import EventName, make_webhook

__all__ = ["AUTH", "LABEL", "Shop", "basic", "encoded", "order_of"]

AUTH: Final = ("shop", "a password: with colons: and é")
"""Credentials of the shop."""

LABEL: Final = AUTH[0]
"""Label of its credential."""


def basic(username: str, password: str, /, *, encoding: str = "utf-8") -> str:
    """Write the value of an Authorization header."""
    return "Basic " + b64encode(f"{username}:{password}".encode(encoding)).decode()


def encoded(body: Json, /) -> bytes:
    """Write a body as JSON; one that is bytes already stays."""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def order_of(name: EventName, /, **changes: Json) -> Order:
    """Make an order as it is fetched."""
    event: Any = make_webhook(name, order=changes).event
    order: Order = event.order
    return order


class Shop:
    """A merchant who acts on every effect, watches every event, and fails when told to."""

    def __init__(self, *, auth: BasicAuth | None = None, inbox: MemoryInbox | None = None, **more: Json) -> None:
        """Open it."""
        self.inbox = inbox or MemoryInbox()
        self.receiver = Receiver(auth or BasicAuth(*AUTH), inbox=self.inbox, **more)
        self.facts: list[Effect] = []
        self.events: list[BaseEvent] = []
        self.deliveries: list[Delivery] = []
        self.trouble: Exception | None = None
        self.receiver.on_effect(*get_args(Effect))(self._act)
        self.receiver.on(BaseEvent)(self._watch)

    def _act(self, fact: Effect) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.facts.append(fact)

    def _watch(self, event: BaseEvent, delivery: Delivery) -> None:
        self.events.append(event)
        self.deliveries.append(delivery)

    @property
    def keys(self) -> list[str]:
        """Keys of the facts that were acted on, in order."""
        return [fact.key for fact in self.facts]

    def send(
        self, name: EventName, /, *, variant: str | None = None, auth: tuple[str, str] = AUTH, **changes: Json
    ) -> Answer:
        """Receive a sample with changes."""
        webhook = make_webhook(name, variant=variant, auth=auth, **changes)
        return self.receiver.handle(headers=webhook.headers, body=webhook.body)

    def post(self, body: Json, /) -> Answer:
        """Receive any body from the right sender."""
        return self.receiver.handle(headers={"Authorization": basic(*AUTH)}, body=encoded(body))

    def read(self, body: Json, /) -> BaseEvent:
        """Receive a body that is the first of its kind, and give the event that handlers were told."""
        assert 200 == self.post(body).status

        event = self.events[-1]
        assert event == parse_event(encoded(body))
        return event

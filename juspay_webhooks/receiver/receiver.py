"""Own the receiver: the one object between a web framework and a merchant's handlers."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final, Literal, TypeVar, cast

import attrs

from juspay_webhooks.auth.addresses import AddressPolicy
from juspay_webhooks.auth.basic import BasicAuth
from juspay_webhooks.auth.headers import Headers
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.events.effects import Effect, effects_of_order, effects_of_refunds
from juspay_webhooks.inbox.protocol import Claim, Inbox, Record, WorkInbox
from juspay_webhooks.models.order import Order
from juspay_webhooks.parsing._body import MOST_BYTES, Body
from juspay_webhooks.receiver.answer import Answer
from juspay_webhooks.receiver.case import Case
from juspay_webhooks.receiver.core import Core
from juspay_webhooks.receiver.lanes import Lanes
from juspay_webhooks.receiver.registry import Registering, Registry
from juspay_webhooks.receiver.setup import OnAnswer, Setup, mode_of
from juspay_webhooks.receiver.steps import Pause, admit, bounded, observed, resumed, taken

__all__ = ["Receiver"]

T = TypeVar("T")


_log: Final = logging.getLogger("juspay_webhooks.receiver")


def _effects_of(order: Order) -> tuple[Effect, ...]:
    return (*effects_of_order(order), *effects_of_refunds(order))


_now: Final = partial(datetime.now, UTC)


class Receiver(Registering, Core):
    """Takes what a web framework got and gives what it must answer; in between, it calls your handlers.

    ```python
    receiver = Receiver(BasicAuth.from_env(), inbox=MemoryInbox())

    @receiver.on_effect(OrderPaid)
    def ship(paid: OrderPaid) -> None: ...

    answer = receiver.handle(headers=request.headers, body=request.body)
    ```

    The order is fixed: size, address, credentials, and only then the body, the inbox and the handlers. It may be used
    from many threads and tasks at once.
    """

    def __init__(  # noqa: PLR0913 - its parts, by name
        self,
        auth: BasicAuth | None,
        *,
        inbox: Inbox | None,
        mode: Literal["inline", "deferred"] = "inline",
        addresses: AddressPolicy | None = None,
        api_version: str | None = None,
        max_bytes: int = MOST_BYTES,
        retry_after: float = 30,
        on_answer: OnAnswer | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Take the parts.

        Args:
            auth: Who may call. None only for a receiver that never sees HTTP (`handle_unverified`).
            inbox: What was received and done before. None means: handle every delivery, even one that came before.
            mode: `inline` runs handlers before the answer; `deferred` stores the event, and a worker runs them.
            addresses: Where calls may come from, on top of `auth`.
            api_version: Webhook API version that the dashboard shows, ISO date: a warning is logged once for an event
                that it should not send.
            max_bytes: Largest body.
            retry_after: Seconds after which Juspay is asked to come again, where it is.
            on_answer: Called with every answer; what it raises is logged.
            clock: The time, aware.

        Raises:
            ConfigurationError: The parts do not fit.
        """
        if auth is not None and not isinstance(auth, BasicAuth):
            message = 'a receiver needs a BasicAuth: BasicAuth.from_env(), or BasicAuth("username", "password")'
            raise ConfigurationError(message)
        self._registry = Registry()
        self._lanes = Lanes()
        self._setup = Setup(
            auth=auth,
            inbox=inbox,
            addresses=addresses,
            mode=mode_of(mode, inbox),
            max_bytes=max_bytes,
            api_version=api_version,
            retry_after=retry_after,
            clock=clock,
            registry=self._registry,
            on_answer=on_answer,
            warned=set(),
        )

    @property
    def is_durable(self) -> bool:
        """Whether what is answered with 200 outlives the process, dead letters and unreadable events included."""
        return self._setup.inbox is not None and self._setup.inbox.durable

    @property
    def labels(self) -> frozenset[str] | None:
        """Labels of the merchants whose webhooks it takes; None if it has no credentials, and takes everybody's."""
        return None if self._setup.auth is None else self._setup.auth.labels

    def label_of(self, label: str | None, /) -> str:
        """Demand the label of one of its merchants.

        Args:
            label: The label; None where there is only one.

        Returns:
            The label.

        Raises:
            ConfigurationError: It is missing, or none of the receiver's.
        """
        return self._setup.label_of(label)

    @property
    def inbox(self) -> Inbox | None:
        """What it remembers in."""
        return self._setup.inbox

    @property
    def max_bytes(self) -> int:
        """Largest body that is accepted, in bytes: a server need not read more."""
        return self._setup.max_bytes

    def handle(self, *, headers: Headers, body: Body, client_ip: str | None = None) -> Answer:
        """Receive one request.

        Args:
            headers: The request's headers, as any framework hands them over.
            body: The body, unread and undecoded.
            client_ip: Address of the other end of the connection, if there is an address policy.

        Returns:
            What to answer, whatever came and whatever handlers raised.

        Raises:
            ConfigurationError: The call itself is wrong: a body or headers of a wrong type, a receiver without `auth`,
                an async handler under a running event loop (await `handle_async`).
        """
        if self._registry.has_async:
            self._check_loop()
        case = self._begun("webhook")
        case.client_ip = client_ip
        refusal = admit(self._setup, headers, case, body)
        return self._answered(case, refusal or self._taken(case))

    async def handle_async(self, *, headers: Headers, body: Body, client_ip: str | None = None) -> Answer:
        """Receive one request on an event loop; handlers that are not async run on a thread.

        Args:
            headers: As in `handle`.
            body: As in `handle`.
            client_ip: As in `handle`.

        Returns:
            As `handle` does.

        Raises:
            ConfigurationError: As `handle` does.
        """
        case = self._begun("webhook")
        case.client_ip = client_ip
        refusal = admit(self._setup, headers, case, body)
        return self._answered(case, refusal or await self._run_async(taken(self._setup, case)))

    def handle_unverified(self, *, body: Body, label: str, source: str = "queue") -> Answer:
        """Receive a body whose sender somebody else has verified: a queue, or a replay. Never call it for HTTP.

        Args:
            body: The body as Juspay sent it.
            label: Label of the merchant's credential: events and effects are told apart by it.
            source: How it came.

        Returns:
            As `handle` does; a status of 400 and above means that the message must not be forgotten.

        Raises:
            ConfigurationError: As `handle` does.
        """
        if self._registry.has_async:
            self._check_loop()
        case = self._begun(source, self._setup.label_of(label))
        return self._answered(case, bounded(self._setup, case, body) or self._taken(case))

    async def handle_unverified_async(self, *, body: Body, label: str, source: str = "queue") -> Answer:
        """Receive a body whose sender somebody else has verified, on an event loop; see `handle_unverified`.

        Args:
            body: As in `handle_unverified`.
            label: As in `handle_unverified`.
            source: As in `handle_unverified`.

        Returns:
            As `handle` does.

        Raises:
            ConfigurationError: As `handle` does.
        """
        case = self._begun(source, self._setup.label_of(label))
        refusal = bounded(self._setup, case, body)
        return self._answered(case, refusal or await self._run_async(taken(self._setup, case)))

    def observe(self, order: Order, /, *, source: str, label: str | None = None) -> Answer:
        """Act on an order that you fetched: on the return page, or by polling.

        Its effects go through the same inbox to the same handlers as a webhook's: whoever comes first acts.

        Args:
            order: The order, as the order-status call gives it.
            source: Where it was seen, e.g. `return_url`.
            label: Label of the merchant's credential; it may be left out if there is only one.

        Returns:
            As `handle` does: `outcome` says what became of it.

        Raises:
            ConfigurationError: It is no order, or the label is missing or unknown.
        """
        if self._registry.has_async:
            self._check_loop()
        case = self._observing(order, source, label)
        return self._answered(case, self._run(observed(self._setup, case, _effects_of(order))))

    async def observe_async(self, order: Order, /, *, source: str, label: str | None = None) -> Answer:
        """Act on an order that you fetched, on an event loop; see `observe`.

        Args:
            order: As in `observe`.
            source: As in `observe`.
            label: As in `observe`.

        Returns:
            As `observe` does.

        Raises:
            ConfigurationError: As `observe` does.
        """
        case = self._observing(order, source, label)
        return self._answered(case, await self._run_async(observed(self._setup, case, _effects_of(order))))

    def resume(self, claim: Claim, record: Record, /, *, pause: Pause) -> Answer:
        """Handle a delivery that was stored before: what a `Worker` calls.

        Args:
            claim: The inbox's claim on it.
            record: The delivery.
            pause: Of the number of an attempt that failed, and of the seconds that its handler asked for: when to try
                again; None for never.

        Returns:
            As `handle` does: `outcome` says what became of it.

        Raises:
            ConfigurationError: The receiver has no inbox, or an event loop is running and there are async handlers.
        """
        inbox = self._setup.inbox
        if inbox is None or not inbox.durable:
            message = "a receiver without a lasting inbox has stored nothing: give it the inbox of the worker"
            raise ConfigurationError(message)
        if self._registry.has_async:
            self._check_loop()
        case = self._begun(record.source, self._setup.label_of(record.namespace))
        case.raw, case.received_at = record.body, record.received_at
        return self._answered(case, self._run(resumed(self._setup, cast("WorkInbox", inbox), case, claim, pause)))

    def copy(self, *, auth: BasicAuth | None = None, inbox: Inbox | None = None) -> "Receiver":
        """Copy the receiver and its handlers, for a test: the copy takes more handlers, and remembers on its own.

        Args:
            auth: Who may call; the same if None.
            inbox: The copy's inbox; none if None.

        Returns:
            The copy.
        """
        setup = self._setup
        other = Receiver(
            auth or setup.auth,
            inbox=inbox,
            addresses=setup.addresses,
            api_version=setup.api_version,
            max_bytes=setup.max_bytes,
            retry_after=setup.retry_after,
            on_answer=setup.on_answer,
            clock=setup.clock,
        )
        other._registry = self._registry.copy()
        other._setup = attrs.evolve(other._setup, registry=other._registry)
        return other

    def _observing(self, order: Order, source: str, label: str | None) -> Case:
        """Begin with an order that was fetched."""
        if not isinstance(order, Order):
            message = (
                f"observe takes an Order, as parse_order or the status client gives it, not {type(order).__name__}"
            )
            raise ConfigurationError(message)
        case = self._begun(source, self._setup.label_of(label))
        case.order = order
        return case

"""Own `FakeJuspay`: what a test says to the fake, and its life from `start` to `close`."""

import time
from collections.abc import Callable
from threading import Event
from types import TracebackType
from typing import Final, Self, cast

import attrs

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing.fake.changes import combined
from juspay_webhooks.testing.fake.desk import Asked, Desk, NotFoundStatus
from juspay_webhooks.testing.fake.doors import Doors, PayoutErrors
from juspay_webhooks.testing.fake.faults import Fault
from juspay_webhooks.testing.fake.orders import OrderRecipe
from juspay_webhooks.testing.fake.pace import Pace, Statuses, pace_of
from juspay_webhooks.testing.fake.payouts import payout_snapshot, validation_snapshot
from juspay_webhooks.testing.fake.question import Kind
from juspay_webhooks.testing.fake.server import LOOPBACK, Server

__all__ = ["FakeJuspay", "serve"]

_TICK: Final = 0.2
"""Seconds after which `serve` looks up: on some systems an endless wait cannot be interrupted."""


class FakeJuspay:
    """A server on the loopback that answers as Juspay's status calls do. Threads may share it.

    ```python
    with FakeJuspay(api_key="test-key", merchant_id="test-shop") as juspay:
        juspay.add_order("shop-1001", statuses=["NEW", "PENDING_VBV", "CHARGED"])
        juspay.fail_next(Reset())
        ...  # ask juspay.url
    ```
    """

    def __init__(  # noqa: PLR0913 - by name
        self,
        *,
        api_key: str,
        merchant_id: str,
        port: int = 0,
        key_with_colon: bool = True,
        needs_routing_id: bool = True,
        not_found_status: NotFoundStatus = 400,
        payout_errors: PayoutErrors = "wrapped",
        clock: Callable[[], float] = time.monotonic,
        on_request: Callable[[Asked], object] | None = None,
    ) -> None:
        """Take whom to let in, and how to answer. Nothing listens before `start`.

        Args:
            api_key: The API key that is let in; any text, never a real key.
            merchant_id: The merchant that is let in (`x-merchantid`); case counts.
            port: Port on the loopback; 0 is any free one.
            key_with_colon: Whether the key must be the user name of an empty password, or stand alone as a few bank
                hosts have it; the other form is refused.
            needs_routing_id: Whether a question about an order without `x-routing-id` is refused, as in India.
            not_found_status: HTTP status for an unknown order: 400 or 404.
            payout_errors: Form of the errors of payouts: "wrapped" or "flat".
            clock: Seconds that never go back; for statuses that come at their time.
            on_request: Is told of each request before it is answered, on the thread that answers.

        Raises:
            ConfigurationError: An argument is not usable.
        """
        doors = Doors(
            api_key=api_key,
            merchant_id=merchant_id,
            key_with_colon=key_with_colon,
            needs_routing_id=needs_routing_id,
            payout_errors=payout_errors,
        )
        self._merchant_id = merchant_id
        self._port = port
        self._desk = Desk(doors, not_found_status=not_found_status, clock=clock, on_request=on_request)
        self._server: Server | None = None

    @property
    def url(self) -> str:
        """Where it listens, e.g. `http://127.0.0.1:49152`; the base URL of a client.

        Raises:
            ConfigurationError: It is not started.
        """
        if self._server is None:
            message = "the fake is not running: use it as a context manager, or call start()"
            raise ConfigurationError(message)
        return f"http://{LOOPBACK}:{self._server.port}"

    @property
    def requests(self) -> tuple[Asked, ...]:
        """The requests that came, the first one first; of more than 10,000 the last."""
        return self._desk.asked

    def start(self) -> None:
        """Listen, and answer on threads that end with the process.

        Raises:
            ConfigurationError: It is running.
            OSError: The port is taken.
        """
        if self._server is not None:
            message = "the fake is running"
            raise ConfigurationError(message)
        self._server = Server(self._port, self._desk.answer)
        self._server.start()

    def close(self) -> None:
        """Close every connection, in the middle of an answer too; within a second. What it knows stays."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def __repr__(self) -> str:
        """Show where it listens, and no key."""
        place = "not running" if self._server is None else self.url
        return f"FakeJuspay({place}, merchant_id={self._merchant_id!r})"

    def add_order(
        self,
        order_id: str,
        /,
        *,
        status: str | None = None,
        statuses: Statuses | None = None,
        sample: str | None = None,
        variant: str | None = None,
        **fields: Json,
    ) -> None:
        """Add an order, in place of one with the same id.

        It is the order of one of the package's samples, chosen by its status, with `fields` changed as `make_webhook`
        does: objects are merged, `REMOVE` leaves out, what repeats a changed field follows.

        Args:
            order_id: The merchant's id; asked for in any case.
            status: Its status; CHARGED if nothing else is said.
            statuses: Several: the next at each whole answer, or {seconds: status} by the clock.
            sample: Name of the event whose order it is, e.g. "ORDER_REFUNDED"; it brings its own status.
            variant: One of `variants(sample)`.
            **fields: Fields of the order. A `Decimal` is written as a number with all its digits, a text as a text.

        Raises:
            ConfigurationError: There is no such sample or field, or a value has no form in JSON.
        """
        pace = pace_of(status, statuses) or Pace(("CHARGED",) if sample is None else (None,))
        recipe = OrderRecipe(
            order_id=order_id,
            merchant_id=self._merchant_id,
            pace=pace,
            changes=fields,
            sample=sample,
            variant=variant,
        )
        with self._desk.lock:
            self._desk.book.add_order(recipe)

    def set_order(
        self, order_id: str, /, *, status: str | None = None, statuses: Statuses | None = None, **fields: Json
    ) -> None:
        """Change an order; `last_updated` moves on.

        Args:
            order_id: The merchant's id.
            status: Its status from now on.
            statuses: Its statuses from now on, as in `add_order`.
            **fields: Fields of the order, on top of those given before, e.g. `refunds=[...]`.

        Raises:
            ConfigurationError: There is no such order or field, or a value has no form in JSON.
        """
        pace = pace_of(status, statuses)

        def change(recipe: OrderRecipe) -> OrderRecipe:
            return attrs.evolve(recipe, pace=pace or recipe.pace, changes=combined(recipe.changes, fields))

        with self._desk.lock:
            self._desk.book.change_order(order_id, change)

    def add_payout(
        self,
        order_id: str,
        /,
        *,
        status: str | None = None,
        statuses: Statuses | None = None,
        **fields: Json,
    ) -> None:
        """Add a payout order, in place of one with the same id; its fulfillments and attempts fit its status.

        Args:
            order_id: The merchant's id.
            status: Its status; FULFILLMENTS_SUCCESSFUL if nothing else is said.
            statuses: Several, as in `add_order`.
            **fields: Fields of the answer by their names on the wire, e.g. `customerId`.

        Raises:
            ConfigurationError: There is no such field, or a value has no form in JSON.
        """
        pace = pace_of(status, statuses) or Pace(("FULFILLMENTS_SUCCESSFUL",))
        snapshots = tuple(payout_snapshot(order_id, cast("str", word), fields) for word in pace.words)
        with self._desk.lock:
            self._desk.book.add(Kind.PAYOUT, (order_id,), pace, snapshots)

    def add_validation(
        self,
        customer_id: str,
        beneficiary_id: str,
        /,
        *,
        status: str | None = None,
        statuses: Statuses | None = None,
        **fields: Json,
    ) -> None:
        """Add the validation of a beneficiary, in place of one with the same ids.

        Args:
            customer_id: The merchant's id of the customer.
            beneficiary_id: The merchant's id of the beneficiary.
            status: Its status; VALID if nothing else is said.
            statuses: Several, as in `add_order`.
            **fields: Fields of the answer by their names on the wire, e.g. `nameAtBank`.

        Raises:
            ConfigurationError: There is no such field, or a value has no form in JSON.
        """
        pace = pace_of(status, statuses) or Pace(("VALID",))
        snapshots = tuple(validation_snapshot(beneficiary_id, cast("str", word), fields) for word in pace.words)
        with self._desk.lock:
            self._desk.book.add(Kind.VALIDATION, (customer_id, beneficiary_id), pace, snapshots)

    def fail_next(self, *faults: Fault, times: int | None = 1) -> None:
        """Let the next requests fail, one fault each, whatever they are about.

        Args:
            *faults: The faults, e.g. `Reset(), Respond(503)`.
            times: How often they come; None: again and again, until `heal`.

        Raises:
            ConfigurationError: Something is no fault.
        """
        self._fail(faults, None, times)

    def fail(self, about: str, /, *faults: Fault, times: int | None = 1) -> None:
        """Let the next requests about one id fail; these come before those of `fail_next`.

        Args:
            about: Id of an order, a payout, a customer or a beneficiary; it need not be known.
            *faults: The faults.
            times: How often they come; None: again and again, until `heal`.

        Raises:
            ConfigurationError: Something is no fault.
        """
        self._fail(faults, about, times)

    def _fail(self, faults: tuple[Fault, ...], about: str | None, times: int | None) -> None:
        with self._desk.lock:
            self._desk.troubles.add(faults, about=about, times=times)

    def heal(self) -> None:
        """Forget every fault that is still due."""
        with self._desk.lock:
            self._desk.troubles.clear()


def _nothing(_juspay: FakeJuspay) -> None:
    """Take no notice."""


def serve(
    juspay: FakeJuspay, *, started: Callable[[FakeJuspay], object] = _nothing, until: Event | None = None
) -> None:
    """Run a fake until it is interrupted (Ctrl-C).

    Args:
        juspay: The fake, not started.
        started: Is called once it listens: print its `url`.
        until: Ends it, if it is set; None: only an interrupt does.

    Raises:
        OSError: The port is taken.
    """
    ended = until or Event()
    with juspay:
        try:
            started(juspay)
            while not ended.wait(_TICK):
                pass
        except KeyboardInterrupt:
            pass

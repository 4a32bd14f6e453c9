"""Own the entry points: bytes or decoded JSON become an event or an order, or a `PayloadError`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar, overload

from juspay_webhooks.errors import ConfigurationError, PayloadError, summary
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.events.payments import UnreadableEvent
from juspay_webhooks.models.fields import Json
from juspay_webhooks.models.order import Order
from juspay_webhooks.parsing._body import MOST_BYTES, Body, json_bytes, raw_bytes
from juspay_webhooks.parsing._fast import fast_event, fast_order

if TYPE_CHECKING:
    from juspay_webhooks.events.payouts import AnyEvent

__all__ = ["event_of", "parse_decoded", "parse_event", "parse_order"]

E = TypeVar("E", bound=BaseEvent)


@overload
def parse_event(
    body: Body, *, strict: bool = False, expect: None = None, max_bytes: int = MOST_BYTES
) -> "AnyEvent": ...


@overload
def parse_event(body: Body, *, strict: bool = False, expect: type[E], max_bytes: int = MOST_BYTES) -> E: ...


def parse_event(
    body: Body, *, strict: bool = False, expect: type[E] | None = None, max_bytes: int = MOST_BYTES
) -> "AnyEvent | E":
    """Read the body of a webhook, payments or payouts, into one typed event.

    It does not check who sent the body: verify the sender first.

    Args:
        body: The body as it came: bytes, a buffer, or text. It is copied.
        strict: Refuse an event with any problem, instead of listing it on the event.
        expect: Refuse every event that is not of this class (a leaf or a family), unreadable ones included.
        max_bytes: Largest body accepted, in bytes.

    Returns:
        The event. A name, a label or a key that the library does not know gives an unknown event; an event of
        which a required part is missing or unreadable gives an `UnreadableEvent`.

    Raises:
        PayloadError: The body is not a Juspay event at all, or not what `strict` or `expect` asks for.
        ConfigurationError: The call itself is wrong.
    """
    event = event_of(raw_bytes(body, max_bytes=max_bytes))
    return event if expect is None and not strict else _demanded(event, strict=strict, expect=expect)


def event_of(raw: bytes, /) -> "AnyEvent":
    """Read a body that is known to be small enough; see `parse_event`."""
    text = json_bytes(raw)
    event = fast_event(text, raw)
    return _tolerant_event(text, raw) if event is None else event


def _tolerant_event(text: bytes, raw: bytes) -> "AnyEvent":
    """Load the tolerant engine when it is needed: most processes never do."""
    from juspay_webhooks.parsing import _envelope  # noqa: PLC0415 - see above

    return _envelope.event_of(_envelope.decoded(text), raw)


def _demanded(event: "AnyEvent", *, strict: bool, expect: type[E] | None) -> "AnyEvent | E":
    """Raise where an event is not what the caller demands."""
    name = event.name
    kind: object = expect
    if kind is not None and not (isinstance(kind, type) and issubclass(kind, BaseEvent)):
        message = "expect takes an event class such as OrderSucceeded or OrderEvent"
        raise ConfigurationError(message)
    if isinstance(event, UnreadableEvent) and expect is not UnreadableEvent:
        message = f"the event cannot be read: {summary(event.problems)}"
        raise PayloadError(message, problems=event.problems, event_name=name)
    if expect is not None and not isinstance(event, expect):
        message = f"expected {expect.__name__}, got {type(event).__name__}"
        raise PayloadError(message, problems=event.problems, event_name=name)
    if strict and event.problems:
        message = f"strict reading found problems: {summary(event.problems)}"
        raise PayloadError(message, problems=event.problems, event_name=name)
    return event


def parse_order(body: Body, *, max_bytes: int = MOST_BYTES) -> Order:
    """Read an order as the order-status call answers it: the object that webhooks carry as `content.order`.

    Args:
        body: The body of the answer: bytes, a buffer, or text.
        max_bytes: Largest body accepted, in bytes.

    Returns:
        The order; optional parts that cannot be read are None.

    Raises:
        PayloadError: The body is not JSON, or not an order, or a refund or a leg of it cannot be read; every problem is
            listed.
        ConfigurationError: The call itself is wrong.
    """
    text = json_bytes(raw_bytes(body, max_bytes=max_bytes))
    order = fast_order(text)
    if order is None:
        from juspay_webhooks.parsing import _envelope  # noqa: PLC0415 - the tolerant engine is loaded when needed

        order = _envelope.order_of(_envelope.decoded(text), text)
    return order


@overload
def parse_decoded(body: Mapping[str, Json], *, strict: bool = False, expect: None = None) -> "AnyEvent": ...


@overload
def parse_decoded(body: Mapping[str, Json], *, strict: bool = False, expect: type[E]) -> E: ...


def parse_decoded(body: Mapping[str, Json], *, strict: bool = False, expect: type[E] | None = None) -> "AnyEvent | E":
    """Read a webhook that somebody else has decoded already, e.g. a queue or a framework that hides the body.

    Prefer `parse_event`: decoded JSON has lost the exact digits of its numbers. An amount that is a `float` becomes the
    shortest decimal that means it, with a problem. `event.raw` is the body encoded anew.

    Args:
        body: The decoded body.
        strict: As in `parse_event`.
        expect: As in `parse_event`.

    Returns:
        The event, as `parse_event` gives it.

    Raises:
        PayloadError: As in `parse_event`.
        ConfigurationError: The mapping holds something that JSON cannot hold.
    """
    from juspay_webhooks.parsing import _envelope  # noqa: PLC0415 - the tolerant engine is loaded when needed

    event = _envelope.event_of(*_envelope.encoded(body))
    return event if expect is None and not strict else _demanded(event, strict=strict, expect=expect)

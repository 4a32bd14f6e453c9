"""Own the handlers: what is registered for which event or effect, and in which order they run.

Effects come before events, and within each the order of registration holds. After the first delivery nothing can be
registered any more: half of the traffic would have missed it.
"""

import inspect
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, TypeVar, cast, overload

import attrs

from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.events.payments import UnknownEvent, UnreadableEvent
from juspay_webhooks.receiver.delivery import Delivery

if TYPE_CHECKING:
    from juspay_webhooks.events.payouts import AnyEvent, UnknownPayoutEvent

__all__ = ["Handler", "Register", "Registering", "Registry"]

E1 = TypeVar("E1", bound=BaseEvent)
E2 = TypeVar("E2", bound=BaseEvent)
E3 = TypeVar("E3", bound=BaseEvent)
E4 = TypeVar("E4", bound=BaseEvent)
F1 = TypeVar("F1", bound=Effect)
F2 = TypeVar("F2", bound=Effect)
F3 = TypeVar("F3", bound=Effect)
F4 = TypeVar("F4", bound=Effect)
R = TypeVar("R")
T = TypeVar("T")

_BOTH: Final = 2
"""Positional arguments of a handler that takes the delivery as well."""


class Register(Protocol[T]):
    """The decorator of a handler: its first parameter is what it is registered for."""

    @overload
    def __call__(self, handler: "Callable[[T], R]", /) -> "Callable[[T], R]": ...

    @overload
    def __call__(self, handler: "Callable[[T, Delivery], R]", /) -> "Callable[[T, Delivery], R]": ...


@attrs.frozen
class Handler:
    """One registered function."""

    function: Callable[..., object]
    """The function as it was registered."""

    takes_delivery: bool
    """Whether it takes the delivery as its second argument."""

    is_async: bool
    """Whether calling it gives a coroutine."""

    @property
    def name(self) -> str:
        """Its name, for the log."""
        return getattr(self.function, "__qualname__", type(self.function).__name__)


_POSITIONAL: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)

_NOTHING: Final[Any] = None
"""What a decorator gets that is written with () behind it."""

_Kinds: TypeAlias = tuple[type, ...]


class _Found(dict[type, tuple[Handler, ...]]):
    """The handlers of each class that came so far: looked for once, for nothing is registered after the first."""

    def __init__(self, table: list[tuple[_Kinds, Handler]]) -> None:
        """Begin empty; `table` is all that is registered."""
        super().__init__()
        self._table = table

    def __missing__(self, kind: type) -> tuple[Handler, ...]:
        """Look for the handlers of a class, in order of registration."""
        found = self[kind] = tuple(handler for kinds, handler in self._table if issubclass(kind, kinds))
        return found


class Registry:
    """The handlers of a receiver."""

    def __init__(self) -> None:
        """Begin empty."""
        self.effects: list[tuple[_Kinds, Handler]] = []
        self.events: list[tuple[_Kinds, Handler]] = []
        self.fallbacks: list[Handler] = []
        self.has_async: bool = False
        self.is_frozen: bool = False
        self._of_effect = _Found(self.effects)
        self._of_event = _Found(self.events)

    def copy(self) -> "Registry":
        """Copy the handlers; the copy takes more."""
        other = Registry()
        other.effects += self.effects
        other.events += self.events
        other.fallbacks += self.fallbacks
        other.has_async = self.has_async
        return other

    def due(self, event: "AnyEvent | None", effects: "Iterable[Effect]") -> "list[tuple[Handler, object]]":
        """List the handlers that are to run, each with what it is called with.

        Args:
            event: The event, if there is one.
            effects: What has happened.

        Returns:
            Handlers of the effects first, then those of the event, and the fallback if there is no other.
        """
        due: list[tuple[Handler, object]] = []
        for effect in effects:
            for handler in self._of_effect[type(effect)]:
                due.append((handler, effect))  # noqa: PERF401 - a comprehension is a call, up to Python 3.11
        if event is not None:
            for handler in self._of_event[type(event)] or (() if due else self.fallbacks):
                due.append((handler, event))  # noqa: PERF401 - as above
        return due

    def for_event(self, kind: type) -> tuple[Handler, ...]:
        """Give the handlers of a class of events, in order."""
        return self._of_event[kind]

    def on_effect(self, *kinds: type[T]) -> Register[T]:
        """Register for classes of effects."""
        for kind in kinds:
            _demand(kind, (Effect,), "an effect class such as OrderPaid")
        return self._register(self.effects, kinds, "on_effect(OrderPaid)")

    def on(self, *kinds: type[T]) -> Register[T]:
        """Register for classes of events."""
        for kind in kinds:
            _demand(kind, (BaseEvent,), "an event class such as OrderSucceeded or OrderEvent")
        return self._register(self.events, kinds, "on(OrderSucceeded)")

    def on_unknown(self) -> "Register[UnknownEvent | UnknownPayoutEvent]":
        """Register for events that the library does not know."""
        from juspay_webhooks.events.payouts import UnknownPayoutEvent  # noqa: PLC0415 - payouts are loaded when asked for

        return self._register(self.events, (UnknownEvent, UnknownPayoutEvent), "on_unknown()")

    def on_unreadable(self) -> Register[UnreadableEvent]:
        """Register for events that cannot be read."""
        return self._register(self.events, (UnreadableEvent,), "on_unreadable()")

    def fallback(self) -> "Register[AnyEvent]":
        """Register for events that no other handler takes."""

        def register(function: Callable[..., object] = _NOTHING) -> Callable[..., object]:
            handler = self._handler(function)
            if any(one.function == function for one in self.fallbacks):
                raise ConfigurationError(_TWICE.format(handler.name))
            self.fallbacks.append(handler)
            return function

        return cast("Register[AnyEvent]", register)

    def _register(self, table: list[tuple[_Kinds, Handler]], kinds: tuple[type[T], ...], example: str) -> Register[T]:
        if not kinds:
            message = f"say what the handler is for: {example}"
            raise ConfigurationError(message)

        def register(function: Callable[..., object] = _NOTHING) -> Callable[..., object]:
            handler = self._handler(function)
            for others, other in table:
                is_overlap = any(issubclass(one, others) or issubclass(two, one) for one in kinds for two in others)
                if is_overlap and table is self.effects:
                    raise ConfigurationError(_TAKEN.format(other.name))
                if is_overlap and other.function == function:
                    raise ConfigurationError(_TWICE.format(handler.name))
            table.append((kinds, handler))
            return function

        return cast("Register[T]", register)

    def _handler(self, function: Callable[..., object]) -> Handler:
        """Look at a function once, so that no delivery has to."""
        if self.is_frozen:
            message = "register handlers before the first event: half of the events would miss this one"
            raise ConfigurationError(message)
        if not callable(function):
            message = (
                f"a handler is a function, not {type(function).__name__}; write the decorator without () behind it"
            )
            raise ConfigurationError(message)
        whole = inspect.unwrap(function.func if isinstance(function, partial) else function)
        called = whole if inspect.isroutine(whole) else type(whole).__call__
        if inspect.isgeneratorfunction(called) or inspect.isasyncgenfunction(called):
            message = "a handler is called, not iterated over: it must not hold a yield"
            raise ConfigurationError(message)
        is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(called)
        handler = Handler(function, _takes_delivery(function), is_async)
        self.has_async |= is_async
        return handler


class Registering:
    """What a receiver offers to register handlers with."""

    _registry: Registry

    @overload
    def on_effect(self, kind: type[F1], /) -> Register[F1]: ...

    @overload
    def on_effect(self, kind: type[F1], other: type[F2], /) -> Register[F1 | F2]: ...

    @overload
    def on_effect(self, kind: type[F1], other: type[F2], third: type[F3], /) -> Register[F1 | F2 | F3]: ...

    @overload
    def on_effect(
        self, kind: type[F1], other: type[F2], third: type[F3], fourth: type[F4], /
    ) -> Register[F1 | F2 | F3 | F4]: ...

    @overload
    def on_effect(self, *kinds: type[F1]) -> Register[F1]: ...

    def on_effect(self, *kinds: type[Any]) -> Register[Any]:
        """Register a handler for facts: it runs once per fact, whichever event or poll reports it first.

        Args:
            kinds: Classes of effects, e.g. `OrderPaid`.

        Returns:
            A decorator for a function, sync or async, of the effect, or of the effect and the `Delivery`.

        Raises:
            ConfigurationError: It is no effect class, or an event has been received already.
        """
        return self._registry.on_effect(*kinds)

    @overload
    def on(self, kind: type[E1], /) -> Register[E1]: ...

    @overload
    def on(self, kind: type[E1], other: type[E2], /) -> Register[E1 | E2]: ...

    @overload
    def on(self, kind: type[E1], other: type[E2], third: type[E3], /) -> Register[E1 | E2 | E3]: ...

    @overload
    def on(
        self, kind: type[E1], other: type[E2], third: type[E3], fourth: type[E4], /
    ) -> Register[E1 | E2 | E3 | E4]: ...

    @overload
    def on(self, *kinds: type[E1]) -> Register[E1]: ...

    def on(self, *kinds: type[Any]) -> Register[Any]:
        """Register an observer of events: it runs for each event, though not for one that was handled before.

        Args:
            kinds: Classes of events or families, e.g. `OrderFailed` or `MandateEvent`.

        Returns:
            A decorator for a function, sync or async, of the event, or of the event and the `Delivery`.

        Raises:
            ConfigurationError: It is no event class, or an event has been received already.
        """
        return self._registry.on(*kinds)

    @property
    def on_unknown(self) -> "Register[UnknownEvent | UnknownPayoutEvent]":
        """Register a handler for events that the library does not know; without one they are answered with 200."""
        return self._registry.on_unknown()

    @property
    def on_unreadable(self) -> Register[UnreadableEvent]:
        """Register a handler for events that cannot be read: raise the alarm; the inbox keeps them."""
        return self._registry.on_unreadable()

    @property
    def fallback(self) -> "Register[AnyEvent]":
        """Register a handler for events that no other handler takes."""
        return self._registry.fallback()


_TAKEN: Final = (
    "{} is registered for this effect already: what a fact asks for is one function, which runs again as a whole if it "
    "fails; others may observe the event with on()"
)
_TWICE: Final = "the handler {} is registered twice for the same thing: it would run twice"


def _demand(kind: object, bases: tuple[Any, ...], example: str) -> None:
    """Demand a class of one kind."""
    classes = tuple(part for base in bases for part in (getattr(base, "__args__", None) or (base,)))
    if not (isinstance(kind, type) and issubclass(kind, classes)):
        message = f"a handler is registered for {example}, not for {shown(getattr(kind, '__name__', repr(kind)))}"
        raise ConfigurationError(message)


def _takes_delivery(function: Callable[..., object]) -> bool:
    """Tell whether a handler takes the delivery too."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return False  # a function of C that does not tell: the event is what it gets
    positional = [one for one in signature.parameters.values() if one.kind in _POSITIONAL]
    required = [one for one in positional if one.default is one.empty]
    takes_both = len(required) == _BOTH or [one.name for one in positional[1:_BOTH]] == ["delivery"]
    try:
        signature.bind(*[None] * (_BOTH if takes_both else 1))
    except TypeError:
        message = "a handler takes the event, or the event and the delivery: def handler(event, delivery)"
        raise ConfigurationError(message) from None
    return takes_both

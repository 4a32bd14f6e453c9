"""Own what a receiver is made of."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from inspect import iscoroutinefunction
from math import inf
from types import UnionType
from typing import Final, TypeAlias, cast

import attrs

from juspay_webhooks.auth.addresses import AddressPolicy
from juspay_webhooks.auth.basic import BasicAuth
from juspay_webhooks.catalog import is_eligible
from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.inbox.protocol import Inbox
from juspay_webhooks.receiver.answer import AnswerOutcome
from juspay_webhooks.receiver.delivery import Delivery
from juspay_webhooks.receiver.registry import Registry

__all__ = ["Mode", "OnAnswer", "Setup", "mode_of"]


OnAnswer: TypeAlias = Callable[[Delivery, AnswerOutcome, float], object]
"""A hook for metrics and tracing: the delivery, how it ended, and the seconds that it took."""

_DAY: Final = 86_400
"""Seconds."""


class Mode(StrEnum):
    """When handlers run."""

    INLINE = "inline"
    """Before the answer."""

    DEFERRED = "deferred"
    """After it, by a worker: the answer says that the event is stored."""


@attrs.frozen(kw_only=True, slots=False)
class Setup:
    """What a receiver is made of."""

    auth: BasicAuth | None
    """Who may call; None for a receiver that is never called over HTTP."""

    inbox: Inbox | None
    """Memory; None for none."""

    addresses: AddressPolicy | None
    """Where calls may come from; None for anywhere."""

    mode: Mode
    """When handlers run."""

    max_bytes: int
    """Largest body."""

    api_version: str | None
    """Webhook API version of the merchant's account, ISO date; None if it is not to be watched."""

    retry_after: float
    """Seconds after which a sender is asked to come again."""

    clock: Callable[[], datetime]
    """The time, aware."""

    registry: Registry
    """The handlers."""

    on_answer: OnAnswer | None
    """Hook for metrics and tracing."""

    warned: set[str]
    """Names of events that a warning was logged for."""

    def __attrs_post_init__(self) -> None:
        """Refuse what would fail at the first delivery."""
        for is_fit, message in (
            (_is_within(self.max_bytes, int, 1, inf), "max_bytes is a whole number, at least 1"),
            (
                _is_within(self.retry_after, int | float, 0, _DAY) and self.retry_after > 0,
                f"retry_after is a number of seconds above 0 and up to {_DAY}",
            ),
            (
                self.addresses is None or _is_a(self.addresses, AddressPolicy),
                'addresses is an AddressPolicy, such as AddressPolicy(["192.0.2.1"])',
            ),
            (self.inbox is None or _is_inbox(self.inbox), "inbox is an inbox, such as MemoryInbox(), or None"),
            (
                self.on_answer is None or _is_hook(self.on_answer),
                "on_answer is a function of delivery, outcome and seconds, and not async",
            ),
            (_tells_time(self.clock), "clock is a function that gives the time as an aware datetime"),
        ):
            if not is_fit:
                raise ConfigurationError(message)
        if self.api_version is not None:
            is_eligible("ORDER_SUCCEEDED", self.api_version)  # refuses what is no version

    def label_of(self, label: str | None) -> str:
        """Demand the label of a merchant: under a misspelt one everything would be done once more.

        Args:
            label: The label; None where there is only one.

        Returns:
            The label.

        Raises:
            ConfigurationError: It is missing, or none of the receiver's.
        """
        labels = frozenset[str]() if self.auth is None else self.auth.labels
        if label is None and len(labels) == 1:
            (label,) = labels
        if isinstance(label, str) and label.strip() and (not labels or label in labels):
            return label
        message = "say whose it is: label is that of one of the receiver's credentials"
        raise ConfigurationError(message)


_ASKED: Final = ("begin", "blocking", "claim", "durable", "quarantine", "see", "settle", "store")
"""What an inbox is asked."""


def _is_a(value: object, kind: type | UnionType) -> bool:
    """Look at what callers pass although the annotation promises it."""
    return isinstance(value, kind) and not isinstance(value, bool)


def _is_within(value: object, kind: type | UnionType, least: float, most: float) -> bool:
    return _is_a(value, kind) and least <= cast("float", value) <= most


def _is_inbox(value: object) -> bool:
    return not isinstance(value, type) and all(hasattr(value, name) for name in _ASKED)


def _is_hook(value: object) -> bool:
    return callable(value) and not iscoroutinefunction(value)


def _tells_time(clock: object) -> bool:
    moment = clock() if callable(clock) else None
    return isinstance(moment, datetime) and moment.tzinfo is not None


def mode_of(word: str, inbox: Inbox | None, /) -> Mode:
    """Read the mode that a receiver is asked for.

    Args:
        word: `inline` or `deferred`.
        inbox: The inbox that it is to go with.

    Returns:
        The mode.

    Raises:
        ConfigurationError: It is another word, or the inbox does not outlive the process.
    """
    modes = {one.value: one for one in Mode}
    if not _is_a(word, str) or word not in modes:
        message = f"mode is one of {', '.join(modes)}, not {shown(repr(word))}"
        raise ConfigurationError(message)
    if modes[word] is Mode.DEFERRED and (inbox is None or not inbox.durable):
        message = "deferred handling needs an inbox that outlives the process, such as SqlInbox"
        raise ConfigurationError(message)
    return modes[word]

"""Own what a receiver is made of."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final

import attrs

from juspay_webhooks.auth.addresses import AddressPolicy
from juspay_webhooks.auth.basic import BasicAuth
from juspay_webhooks.catalog import is_eligible
from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.inbox.protocol import Inbox
from juspay_webhooks.receiver.registry import Registry

__all__ = ["Mode", "Setup", "mode_of"]


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

    warned: set[str]
    """Names of events that a warning was logged for."""

    def __attrs_post_init__(self) -> None:
        """Refuse numbers that make no sense, and a version that is none."""
        if self.max_bytes < 1 or not 0 < self.retry_after <= _DAY:
            message = f"max_bytes is at least 1, and retry_after a number of seconds up to {_DAY}"
            raise ConfigurationError(message)
        if self.api_version is not None:
            is_eligible("ORDER_SUCCEEDED", self.api_version)  # refuses what is no version


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
    if word not in modes:
        message = f"mode is one of {', '.join(modes)}, not {shown(repr(word))}"
        raise ConfigurationError(message)
    if modes[word] is Mode.DEFERRED and (inbox is None or not inbox.durable):
        message = "deferred handling needs an inbox that outlives the process, such as SqlInbox"
        raise ConfigurationError(message)
    return modes[word]

"""Own the way from an async connection of SQLAlchemy's to what stands behind it, without knowing SQLAlchemy."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from juspay_webhooks.errors import ConfigurationError, shown

__all__ = ["within"]

T = TypeVar("T")


async def within(connection: object, function: Callable[[object], T], /) -> T:
    """Call a function with the connection that stands behind an async one; it may run statements on that.

    Args:
        connection: An `AsyncSession` or `AsyncConnection`.
        function: What to call.

    Returns:
        What the function returns.

    Raises:
        ConfigurationError: It is no such connection.
    """
    run_sync: Callable[[Callable[[object], T]], Awaitable[T]] | None = getattr(connection, "run_sync", None)
    if run_sync is None or isinstance(connection, type):
        message = (
            f"connection is a SQLAlchemy AsyncSession or AsyncConnection, not {shown(type(connection).__name__)}: with "
            "one that is not async, call the method that is not"
        )
        raise ConfigurationError(message)
    return await run_sync(function)

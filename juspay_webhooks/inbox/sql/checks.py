"""Own what is demanded of the arguments of an inbox; each refusal is a `ConfigurationError`."""

from datetime import timedelta

from juspay_webhooks.errors import ConfigurationError

__all__ = ["check_count", "check_kind", "check_span"]


def check_span(name: str, value: object, *, least: timedelta) -> None:
    """Demand a span of at least some length."""
    if not isinstance(value, timedelta) or value < least:
        message = f"{name} is a timedelta of at least {least}, such as timedelta(minutes=5)"
        raise ConfigurationError(message)


def check_count(name: str, value: object) -> None:
    """Demand a whole number above 0."""
    if type(value) is not int or value < 1:
        message = f"{name} is a whole number above 0"
        raise ConfigurationError(message)


def check_kind(name: str, value: object, kind: type) -> None:
    """Demand a value of a type."""
    if not isinstance(value, kind):
        message = f"{name} is a {kind.__name__}, not {type(value).__name__}"
        raise ConfigurationError(message)

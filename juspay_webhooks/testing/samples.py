"""Own the look-up of the sample bodies that the package ships: every published event, in the forms that Juspay sends.

The samples have the keys, types and spellings of published bodies, but no masks and no damage, and every value in them
is invented. This module must never change a body: `make_webhook` does.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final, TypeAlias

from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.testing._suggest import did_you_mean

__all__ = ["EventName", "sample_body", "sample_names", "variants"]

EventName: TypeAlias = str | tuple[str, str]
"""Name of an event: `event_name` of a payment, (label, value) of a payout."""

_DEFAULT: Final = "default"
_NAMES_OF_DEFAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {"ORDER_FAILED": "card", "ORDER_REFUNDED": "full", "ORDER_SUCCEEDED": "card"}
)
"""What the default sample shows, for events that have more than one."""


def _json_files(folder: str) -> Iterator[tuple[str, Traversable]]:
    """List the bodies of a folder by name, in alphabetical order; a default comes before its variants."""
    found = {
        file.name.removesuffix(".json"): file
        for file in (files("juspay_webhooks.testing") / "bodies" / folder).iterdir()
    }
    return iter(sorted(found.items()))


@cache
def _index() -> Mapping[str, Mapping[str, Traversable]]:
    """List the files, once: event -> variant -> file. A payout event is spelled `LABEL/VALUE` here."""
    index: dict[str, dict[str, Traversable]] = {}
    for stem, file in _json_files("payments"):
        name, _, variant = stem.partition(".")
        index.setdefault(name, {})[variant or _NAMES_OF_DEFAULTS.get(name, _DEFAULT)] = file
    return index | {stem.replace(".", "/"): {_DEFAULT: file} for stem, file in _json_files("payouts")}


def _files_of(name: EventName) -> Mapping[str, Traversable]:
    """Find the files of one event."""
    index = _index()
    word = "/".join(map(str, name)) if isinstance(name, tuple) else str(name)
    if word in index:
        return index[word]
    message = (
        f"there is no sample of {shown(word)}{did_you_mean(word, index)} A payment event is a text such as "
        "'ORDER_SUCCEEDED', a payout event a pair such as ('ORDER', 'READY_FOR_FULFILLMENT'); sample_names() has all"
    )
    raise ConfigurationError(message)


def sample_names() -> tuple[EventName, ...]:
    """List the events that have a sample: those of payments first, each list in alphabetical order."""
    pairs = ((name, name.partition("/")) for name in _index())
    return tuple((label, value) if value else name for name, (label, _, value) in pairs)


def variants(name: EventName, /) -> tuple[str, ...]:
    """List the samples of one event.

    Args:
        name: Name of the event.

    Returns:
        Names of its variants, the default one first; `("default",)` if there is one sample only.

    Raises:
        ConfigurationError: There is no sample of this event.
    """
    return tuple(_files_of(name))


def sample_body(name: EventName, /, *, variant: str | None = None) -> bytes:
    """Read a sample.

    Args:
        name: Name of the event: a text such as `"ORDER_SUCCEEDED"` (payments) or a pair such as
            `("ORDER", "READY_FOR_FULFILLMENT")` (payouts; `"ORDER/READY_FOR_FULFILLMENT"` is understood too).
        variant: One of `variants(name)`; None is the first of these.

    Returns:
        The body, JSON in UTF-8.

    Raises:
        ConfigurationError: There is no such event or variant; the message names the nearest.
    """
    found = _files_of(name)
    wanted = next(iter(found)) if variant is None else str(variant)
    if wanted not in found:
        message = (
            f"{'/'.join(name) if isinstance(name, tuple) else name} has no variant {shown(wanted)}"
            f"{did_you_mean(wanted, found)} It has: {', '.join(found)}"
        )
        raise ConfigurationError(message)
    return found[wanted].read_bytes()

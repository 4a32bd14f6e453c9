"""Own what the tests of a receiver need: bodies, webhooks, scenarios made of them, strategies, and a fake Juspay.

Every value in a sample is invented. `strategies` needs Hypothesis and is a module of its own, loaded when it is asked
for: `from juspay_webhooks.testing import strategies`. Scenarios and `FakeJuspay` are loaded when they are asked for
too; its faults are in `juspay_webhooks.testing.fake`.
"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from juspay_webhooks.testing.factories import REMOVE, Webhook, make_webhook
from juspay_webhooks.testing.samples import EventName, sample_body, sample_names, variants

if TYPE_CHECKING:
    from juspay_webhooks.testing.fake.juspay import FakeJuspay
    from juspay_webhooks.testing.scenarios.making import make_scenario, scenario_names
    from juspay_webhooks.testing.scenarios.scenario import Scenario, Step

__all__ = [
    "REMOVE",
    "EventName",
    "FakeJuspay",
    "Scenario",
    "Step",
    "Webhook",
    "make_scenario",
    "make_webhook",
    "sample_body",
    "sample_names",
    "scenario_names",
    "variants",
]

_LAZY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "FakeJuspay": "juspay_webhooks.testing.fake.juspay",
        "Scenario": "juspay_webhooks.testing.scenarios.scenario",
        "Step": "juspay_webhooks.testing.scenarios.scenario",
        "make_scenario": "juspay_webhooks.testing.scenarios.making",
        "scenario_names": "juspay_webhooks.testing.scenarios.making",
    }
)
"""Name -> module that it is loaded from when it is asked for."""


def __getattr__(name: str) -> object:
    """Load a name that is not needed at start."""
    if name not in _LAZY:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return globals().setdefault(name, getattr(import_module(_LAZY[name]), name))


def __dir__() -> list[str]:
    """List the public names, those not loaded yet included."""
    return sorted({*globals(), *__all__})

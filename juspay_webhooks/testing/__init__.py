"""Own what the tests of a receiver need: sample bodies, whole webhooks made of them, strategies, and a fake Juspay.

Every value in a sample is invented. `strategies` needs Hypothesis and is a module of its own, loaded when it is asked
for: `from juspay_webhooks.testing import strategies`. `FakeJuspay` is loaded when it is asked for too; its faults are
in `juspay_webhooks.testing.fake`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from juspay_webhooks.testing.factories import REMOVE, Webhook, make_webhook
from juspay_webhooks.testing.samples import EventName, sample_body, sample_names, variants

if TYPE_CHECKING:
    from juspay_webhooks.testing.fake.juspay import FakeJuspay

__all__ = ["REMOVE", "EventName", "FakeJuspay", "Webhook", "make_webhook", "sample_body", "sample_names", "variants"]


def __getattr__(name: str) -> object:
    """Load the server only when it is asked for."""
    if name != "FakeJuspay":
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return globals().setdefault(name, import_module("juspay_webhooks.testing.fake.juspay").FakeJuspay)


def __dir__() -> list[str]:
    """List the public names, those not loaded yet included."""
    return sorted({*globals(), *__all__})

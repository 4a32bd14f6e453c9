"""Own what the tests of a receiver need: sample bodies, whole webhooks made of them, and strategies for Hypothesis.

Every value in a sample is invented. `strategies` needs Hypothesis and is a module of its own, loaded when it is asked
for: `from juspay_webhooks.testing import strategies`.
"""

from juspay_webhooks.testing.factories import REMOVE, Webhook, make_webhook
from juspay_webhooks.testing.samples import EventName, sample_body, sample_names, variants

__all__ = ["REMOVE", "EventName", "Webhook", "make_webhook", "sample_body", "sample_names", "variants"]

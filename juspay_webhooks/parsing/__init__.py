"""Own the way from bytes to typed events and back; the only place that knows msgspec and cattrs.

Two engines with one meaning: a fast one for bodies in which every known field is right, a tolerant one for the rest.
Nothing here checks who sent a body, and nothing here does I/O.
"""

from juspay_webhooks.parsing._events import parse_decoded, parse_event, parse_order
from juspay_webhooks.parsing._wire import to_wire, unknown_fields

__all__ = ["parse_decoded", "parse_event", "parse_order", "to_wire", "unknown_fields"]

"""Own what is read: bodies with the shape of Juspay's, all values invented. Nothing here is timed."""

import json
from collections.abc import Iterator
from typing import Final

from juspay_webhooks import PayloadError, parse_event
from juspay_webhooks.testing import sample_body, sample_names, variants
from scripts.generate_docs import ROOT

__all__ = ["compact", "masked", "payments", "payouts"]

_TWINS: Final = ROOT / "tests" / "corpus" / "seed_twins"
"""Twins of the bodies that Juspay's webhook pages print, masks included."""

_SMALLEST: Final = 3_000
_LARGEST: Final = 4_096
"""Bytes of a compact body that counts as one of 3 to 4 KB."""


def compact(body: bytes) -> bytes:
    """Write a body without the blanks and line breaks that a document has and a wire does not need.

    Args:
        body: A body as it is printed.

    Returns:
        The same JSON, with the same key order, escapes and digits of whole numbers.
    """
    return json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=body.isascii()).encode()


def _samples(kind: type) -> Iterator[bytes]:
    """Read the package's samples of payments (`str`) or payouts (`tuple`)."""
    for name in sample_names():
        if isinstance(name, kind):
            yield from (sample_body(name, variant=variant) for variant in variants(name))


def payments() -> tuple[bytes, ...]:
    """Read the payment samples that have 3 to 4 KB when compact; as printed."""
    return tuple(body for body in _samples(str) if _SMALLEST <= len(compact(body)) <= _LARGEST)


def payouts() -> tuple[bytes, ...]:
    """Read the payout samples; as printed."""
    return tuple(_samples(tuple))


def _is_masked(body: bytes) -> bool:
    """Tell whether an event has a place that cannot be read: then it takes the tolerant engine to read the rest."""
    try:
        return bool(parse_event(body).problems)
    except PayloadError:
        return False


def masked() -> tuple[bytes, ...]:
    """Read the bodies in which masks stand for values; as printed."""
    return tuple(body for path in sorted(_TWINS.iterdir()) if _is_masked(body := path.read_bytes()))

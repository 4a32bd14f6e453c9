"""Own the ways in which a body is damaged on its way: what arrives is no webhook, or states no fact.

A damaged body must never state a fact: who acts on one has made it up.
"""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from juspay_webhooks.models.json_exact import decode_exact
from juspay_webhooks.testing._json import json_text
from juspay_webhooks.testing.scenarios.chance import Chance

__all__ = ["DAMAGES", "Damage"]

Damage: TypeAlias = Callable[[bytes, Chance], bytes]
"""Makes a damaged body of a whole one."""

_COLON: Final = re.compile(rb'(?<=[^\\]"):')
"""A colon behind a key: inside a text, the quote before it is escaped."""


def _cut(body: bytes, chance: Chance) -> bytes:
    """Lose the end."""
    return body[: chance.number(1, len(body))]


def _broken(body: bytes, chance: Chance) -> bytes:
    """Change one byte, after which it is no JSON."""
    place = chance.pick([found.start() for found in _COLON.finditer(body)])
    return body[:place] + b";" + body[place + 1 :]


def _emptied(_body: bytes, _chance: Chance) -> bytes:
    """Lose everything."""
    return b""


def _replaced(_body: bytes, _chance: Chance) -> bytes:
    """Send the page of a proxy."""
    return b"<html><head><title>504 Gateway Time-out</title></head><body></body></html>"


def _mistyped(body: bytes, _chance: Chance) -> bytes:
    """Put an object in the place of the status."""
    webhook = decode_exact(body.decode())
    (subject,) = webhook["content"].values() if "content" in webhook else (webhook["info"],)
    subject["status"] = {}
    return json_text(webhook).encode()


DAMAGES: Final[tuple[Damage, ...]] = (_cut, _broken, _emptied, _replaced, _mistyped)
"""Every way; a corrupted scenario has one webhook of each."""

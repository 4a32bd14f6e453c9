"""Own what an error body says: what it means, and which of its words may be shown. It raises nothing.

Messages stand in up to three places of a body and may name a customer, so none of them is ever taken out of it. A code
is taken only if it is a word of the kind that codes are: `error_code` is a whole sentence in some published bodies.
"""

import re
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import Final

import attrs

from juspay_webhooks.errors import PayloadError
from juspay_webhooks.models.json_exact import Json, decode_exact
from juspay_webhooks.parsing._body import json_bytes

__all__ = ["ERROR_WORDS", "MARKS", "Meaning", "Said", "read_said", "says_unknown_order"]


class Meaning(Enum):
    """What an error comes down to, by its words."""

    UNKNOWN_ID = auto()
    """Juspay does not know the id."""

    NOT_LET_IN = auto()
    """Key, merchant or address is not let in."""

    FAULT = auto()
    """Something failed at Juspay."""

    REFUSED = auto()
    """Anything else: the request is wrong."""


_MEANINGS: Final[Mapping[str, Meaning]] = {
    "NOT_FOUND": Meaning.UNKNOWN_ID,
    "RESOURCE_NOT_FOUND": Meaning.UNKNOWN_ID,
    "ORDER_NOT_FOUND": Meaning.UNKNOWN_ID,
    "NO TXN FOUND": Meaning.UNKNOWN_ID,
    "E09": Meaning.UNKNOWN_ID,
    "UNAUTHORIZED": Meaning.NOT_LET_IN,
    "UNAUTHENTICATED": Meaning.NOT_LET_IN,
    "ACCESS_DENIED": Meaning.NOT_LET_IN,
    "BAD_ORIGIN": Meaning.NOT_LET_IN,
    "E02": Meaning.NOT_LET_IN,
    "E04": Meaning.NOT_LET_IN,
    "E07": Meaning.NOT_LET_IN,
    "E08": Meaning.NOT_LET_IN,
    "E06": Meaning.FAULT,
    "E90": Meaning.FAULT,
}
"""Code in capitals -> meaning; a code without a row is a refusal. Source: ERRCODES, DEMO, payout error codes."""

ERROR_WORDS: Final = frozenset({"ERROR", "NOT_FOUND", "BAD REQUEST", "INVALID REQUEST", "INVALID_REQUEST_ERROR"})
"""Words in `status`, in capitals, that make a body an error. Source: error samples of DEMO and old documentation."""

MARKS: Final = re.compile(rb'"(?:error_info|error|success)"\s*:')
"""What a body has that may be an error although it can be read as something better."""

_SENTENCES: Final = ERROR_WORDS | {"NO TXN FOUND", "MANDATORY FIELDS ARE MISSING", "INVALID AMOUNT"}
"""Codes that were published with spaces in them; any other sentence could hold anything."""

_PLACES: Final = ("error_code", "errorCode", "code")
"""Where a code stands besides `error_info.code`, the best first; `status` is the last, if it has an error's word."""

_CODE: Final = re.compile(r"[A-Z][A-Z0-9]*(?:[._][A-Z0-9]+)*", re.ASCII | re.IGNORECASE)
_LONGEST_CODE: Final = 64
_MOST_DIGITS: Final = 3
"""Digits of a code, e.g. E09 and JP_852; ids, phone numbers and card numbers have more."""
_LONGEST_HARMLESS: Final = 3
"""Characters of an order id that may stand inside a code by chance."""

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")

_LONGEST_SENTENCE: Final = 255

_UNKNOWN_ORDER: Final = re.compile(rb"(?<![a-z0-9/-])order(?![a-z0-9-])[^<>/]*not found")
"""Words about an order; the `/orders/shop-1` of a path, which gateways say back, is none."""


@attrs.frozen
class Said:
    """What an error body says, and nothing that may not be shown."""

    is_object: bool = False
    """Whether it is a JSON object at all."""

    code: str | None = None
    """The best code that may be shown."""

    request_id: str | None = None
    """Juspay's id of the request."""

    meaning: Meaning | None = None
    """What its codes come down to; None if it has none."""

    has_error_status: bool = False
    """Whether `status` is one of `ERROR_WORDS`."""

    is_marked: bool = False
    """Whether it says in another way that it is an error."""

    has_other_status: bool = False
    """Whether `status` is something else than an error's word: an order may carry the code of its own failure."""


_NOTHING: Final = Said()


def read_said(body: bytes, subject: str) -> Said:
    """Read an error body.

    Args:
        body: The body, whatever it is.
        subject: The id that was asked for: it is never taken for a code.

    Returns:
        What it says.
    """
    found = _object_in(body)
    if found is None:
        return _NOTHING
    info = found.get("error_info")
    details: Mapping[str, Json] = info if isinstance(info, dict) else {}
    status = [word for word in _texts(found.get("status")) if word.upper() in ERROR_WORDS]
    words = [*_texts(details.get("code"), *map(found.get, _PLACES)), *status]
    return Said(
        is_object=True,
        code=next((word for word in words if _is_code(word, subject)), None),
        request_id=_request_id(details.get("request_id"), subject),
        meaning=_meaning(words, details.get("category")),
        has_error_status=bool(status),
        has_other_status=found.get("status") is not None and not status,
        is_marked=any(_texts(*details.values())) or found.get("error") is True or found.get("success") is False,
    )


def says_unknown_order(body: bytes) -> bool:
    """Tell whether a body says in words that an order is not found. Source: SKILLS."""
    text = body.lower().replace(b"_", b" ") if len(body) <= _LONGEST_SENTENCE else b""
    return b"<" not in text and _UNKNOWN_ORDER.search(text) is not None


def _object_in(body: bytes) -> Mapping[str, Json] | None:
    """Decode a body as far as an error needs it."""
    try:
        found = decode_exact(json_bytes(body).decode())
    except (PayloadError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    wrapped = found.get("response")  # payouts: {"response": {"errorCode": …, "error": true}, "code": 404}
    return wrapped if isinstance(wrapped, dict) and ("errorCode" in wrapped or "error" in wrapped) else found


def _texts(*values: Json) -> Iterator[str]:
    """Give those values that are texts with something in them."""
    yield from (value.strip() for value in values if isinstance(value, str) and value.strip())


def _meaning(words: list[str], category: Json) -> Meaning | None:
    """Give the first meaning that a code has."""
    known = next((_MEANINGS[word.upper()] for word in words if word.upper() in _MEANINGS), None)
    if known is None and category == "SERVER_ERROR":
        return Meaning.FAULT
    return known or (Meaning.REFUSED if words else None)


def _is_code(word: str, subject: str) -> bool:
    """Tell whether a word may be shown as a code: it has the form of one, and is not the order's id said back."""
    if len(word) > _LONGEST_CODE:
        return False
    if word.upper() in _MEANINGS or word.upper() in _SENTENCES:
        return True
    said, asked = word.casefold(), subject.casefold()
    is_echo = said == asked or (len(asked) > _LONGEST_HARMLESS and asked in said)
    return not is_echo and sum(map(str.isdigit, word)) <= _MOST_DIGITS and _CODE.fullmatch(word) is not None


def _request_id(found: Json, subject: str) -> str | None:
    is_one = isinstance(found, str) and _REQUEST_ID.fullmatch(found) is not None
    return found if is_one and found.casefold() != subject.casefold() else None

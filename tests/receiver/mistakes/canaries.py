"""Own bodies in which every value is a text of its own, so that what leaks says where it came from."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from juspay_webhooks.errors import pointer
from juspay_webhooks.models.fields import Json
from tests.parsing.places import Path, leaves, replaced

__all__ = ["Planted", "planted", "spoilt"]

_NAMES: Final = frozenset({"event_name", "label", "value"})
"""Keys of the envelope that say what an event is: a log may, and must, name it."""

_WORDS: Final = frozenset({"status", "mandate_status"})
"""Keys whose words have to be known for an event to say that something happened."""

_FIRST: Final = 7_071_700_000
"""Numbers from here on are amounts, and found nowhere else."""

_NEW: Final = "canary-key"


@attrs.frozen
class Planted:
    """A body, and what was planted in it."""

    body: bytes
    """The body."""

    places: Mapping[str, Path]
    """What stands in the body now -> where."""

    def found_in(self, text: str) -> set[str]:
        """Give the places (JSON pointers) of what occurs in a text."""
        return {pointer(path) for canary, path in self.places.items() if canary in text}


def planted(sample: bytes, *, everything: bool) -> Planted:
    """Plant a canary in each leaf of a sample.

    Args:
        sample: A body.
        everything: Replace whatever it is, so that hardly an event can be read; else keep words, times, flags and nulls
            so that it can, and add keys that nobody knows.

    Returns:
        The body and its canaries.
    """
    body, places = json.loads(sample), dict[str, Path]()
    for number, (path, value) in enumerate(leaves(body)):
        canary = _canary(path, value, number, everything=everything)
        if canary is not None:
            places[str(canary)] = path
            body = replaced(body, path, canary)
    if not everything:
        for number, path in enumerate([(), *_objects(body)]):
            canary = f"canary{number}new"
            places[canary] = (*path, _NEW)
            body = _with(body, path, canary)
    return Planted(json.dumps(body).encode(), places)


def _canary(path: Path, value: Json, number: int, *, everything: bool) -> Json:
    """Choose what stands in for a leaf; None leaves it."""
    is_name = path[-1] in _NAMES and len(path) == 1
    is_said = path[-1] in _WORDS or value == 0  # what was refunded, if it is not 0, is no payment
    is_kept = not everything and (is_said or _is_time(value) or isinstance(value, bool | dict | list | None))
    if is_name or is_kept:
        return None
    if everything:
        return f"canary{number}leaf"
    if isinstance(value, int | float):
        return _FIRST + number
    return str(_FIRST + number) if _is_number(str(value)) else f"canary{number}leaf"


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _is_time(value: Json) -> bool:
    """Tell whether a text is a time; one in epoch seconds has ten digits."""
    return isinstance(value, str) and (value[4:5] + value[10:11] == "-T" or (value.isdigit() and len(value) == 10))


def _objects(value: Json, path: Path = ()) -> Iterator[Path]:
    """Give the path of each object inside a decoded body."""
    children: list[tuple[str | int, Json]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    for step, child in children:
        if isinstance(child, dict):
            yield (*path, step)
        yield from _objects(child, (*path, step))


def _with(body: Json, path: Path, canary: str) -> Json:
    """Copy a body with a new key in one of its objects; key and value are canaries."""
    found = body
    for step in path:
        found = found[step]
    return replaced(body, path, {**found, canary: {"deeper": [canary]}})


def spoilt(sample: Planted) -> dict[str, bytes]:
    """Make bodies of one that are no event, each in another way."""
    body = sample.body
    no_name = body.replace(b'"event_name"', b'"name"').replace(b'"label"', b'"name"')
    return {
        "cut off": body[:-3],
        "cut in a text": body[: body.rindex(b"canary") + 8],
        "with more behind": body + body,
        "not UTF-8": body + b"\xff",
        "half of a pair": body[:-1] + rb',"x":"\ud800"}',
        "too deep": body[:-1] + b',"x":' + b"[" * 200 + b"]" * 200 + b"}",
        "in a list": b"[%s]" % body,
        "in a text": json.dumps(body.decode()).encode(),
        "without a name": no_name,
        "with a content that is text": json.dumps({"event_name": "ORDER_SUCCEEDED", "content": body.decode()}).encode(),
        "with an info that is text": json.dumps({"label": "ORDER", "value": "X", "info": body.decode()}).encode(),
        "with a name that is an object": json.dumps({"event_name": json.loads(body), "content": {}}).encode(),
    }

"""Change any leaf, key or byte of any sample: an event or our own error comes out, and no customer's data with it."""

import json
import logging
import pickle
import random
import traceback
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juspay_webhooks import (
    JuspayWebhooksError,
    OrderSucceeded,
    PayloadError,
    parse_event,
    to_wire,
    unknown_fields,
)
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.models.fields import Json, is_personal
from tests.parsing.places import Path, all_samples, field_at, leaves, replaced

SAMPLES: Final = [pytest.param(body, id=name) for name, body in all_samples()]

CANARY: Final = "kanarienvogel@example.com +91 90000 99999"
"""What nobody may ever see."""

WRONG: Final[tuple[Json, ...]] = (
    None,
    True,
    7,
    -1.5,
    "",
    "FILTERED",
    CANARY,
    [],
    {},
    [CANARY],
    {CANARY: CANARY},
    "9" * 400,
    [[{}]],
)
"""One of each kind."""


def read(body: bytes | str) -> BaseEvent | JuspayWebhooksError:
    """Read a body and use the event as a merchant would; only our own errors may come out."""
    try:
        event = parse_event(body)
    except PayloadError as error:
        return error
    repr(event)
    hash(event)
    assert event == pickle.loads(pickle.dumps(event))  # noqa: S301 - our own bytes
    assert isinstance(event.effects, tuple)
    assert event.dedupe_key
    unknown_fields(event)
    json.dumps(to_wire(event), default=str)
    return event


def keys(value: Json, path: Path = ()) -> Iterator[Path]:
    """Walk to every key of every object."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield (*path, key)
            yield from keys(member, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from keys(item, (*path, index))


def renamed(value: Json, path: Path, name: str) -> Json:
    """Copy a decoded body with another key at a path."""
    head, *rest = path
    if isinstance(value, list):
        return [renamed(item, tuple(rest), name) if index == head else item for index, item in enumerate(value)]
    if rest:
        return {key: renamed(item, tuple(rest), name) if key == head else item for key, item in value.items()}
    return {name if key == head else key: item for key, item in value.items()}


@pytest.mark.parametrize("sample", SAMPLES)
def test_any_leaf_may_be_anything(sample: bytes) -> None:
    """Every leaf and every part of every sample, replaced by values of other kinds."""
    chance = random.Random(sample)  # noqa: S311 - no secret
    body = json.loads(sample)
    parts = {leaf[:length] for leaf, _ in leaves(body) for length in range(1, len(leaf) + 1)}
    for path in sorted(parts, key=str):
        for wrong in chance.sample(WRONG, 3):
            read(json.dumps(replaced(body, path, wrong)))


@pytest.mark.parametrize("sample", SAMPLES)
def test_any_key_may_be_another(sample: bytes) -> None:
    """Every key of every sample, renamed."""
    body = json.loads(sample)
    for path in keys(body):
        read(json.dumps(renamed(body, path, CANARY)))


@pytest.mark.parametrize("sample", SAMPLES)
def test_any_byte_may_be_another(sample: bytes) -> None:
    """A hundred random changes of each sample: a byte changed, dropped or doubled, and the body cut off."""
    chance = random.Random(sample)  # noqa: S311 - no secret
    for _ in range(25):
        place, byte = chance.randrange(len(sample)), chance.randrange(256)
        read(sample[:place] + bytes([byte]) + sample[place + 1 :])
        read(sample[:place] + sample[place + 1 :])
        read(sample[:place] + sample[place : place + 40] * 2 + sample[place + 40 :])
        read(sample[:place])


json_values: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from(["event_name", "content", "id", "date_created", "label", "value", "info", "category", "JWT"]),
        json_values,
    )
)
def test_any_envelope_may_come(body: dict[str, Json]) -> None:
    """Envelopes made of anything."""
    read(json.dumps(body))


@settings(max_examples=300)
@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_may_come(body: bytes) -> None:
    """Bodies made of any bytes."""
    read(body)


def seen(error: BaseException | None) -> str:
    """Give all that an error shows, with all errors behind it."""
    shown = ""
    while error is not None:
        shown += "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error)) + repr(error.args)
        error = error.__cause__ or error.__context__
    return shown


def shown_by(body: str, caplog: pytest.LogCaptureFixture) -> str:
    """Give all that errors and logs show of a body, in every way of asking for it."""
    shown = ""
    asks: tuple[dict[str, Any], ...] = ({}, {"strict": True}, {"expect": OrderSucceeded})
    for ask in asks:
        try:
            event = parse_event(body, **ask)
        except PayloadError as error:
            logging.getLogger(__name__).exception("refused")
            shown += seen(error).replace(str(error.event_name), "")
        else:
            shown += "".join(map(str, event.problems))
    return shown + caplog.text


def is_public(body: Json, path: Path) -> bool:
    """Tell whether a typed, non-personal field or the envelope holds this place: an event's `repr` may show it."""
    if len(path) == 1:
        return True
    field = field_at(body, path)
    return field is not None and not is_personal(field)


def with_canaries(body: Json, *, where: Callable[[Path, Json], bool]) -> tuple[Json, dict[str, Path]]:
    """Put a canary of its own into each leaf of a body that is wanted."""
    canaries: dict[str, Path] = {}
    for number, (path, value) in enumerate(leaves(body)):
        if where(path, value) and len(path) > 1:
            canary = f"{CANARY} <{number}>"
            canaries[canary] = path
            body = replaced(body, path, canary)
    return body, canaries


def is_text(path: Path, value: Json) -> bool:
    """Tell whether a leaf is a text that no typed number or time reads."""
    return isinstance(value, str) and not value[:1].isdigit() and path[-1] != "txn_date"


@pytest.mark.parametrize("where", [is_text, lambda _path, _value: True], ids=["texts", "everything"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_no_value_leaks(sample: bytes, where: Callable[[Path, Json], bool], caplog: pytest.LogCaptureFixture) -> None:
    """Canaries in all leaves: errors and logs show none, `repr` only those of typed fields that are not personal."""
    body, canaries = with_canaries(json.loads(sample), where=where)
    text = json.dumps(body)
    event = read(text)

    assert canaries
    assert CANARY not in shown_by(text, caplog)
    assert [] == [path for canary, path in canaries.items() if canary in repr(event) and not is_public(body, path)]


@pytest.mark.parametrize("sample", SAMPLES[::6])
def test_no_lone_value_leaks(sample: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """One canary at a time, so that each bad place meets an event that is whole otherwise."""
    body = json.loads(sample)
    for path, _ in leaves(body):
        text = json.dumps(replaced(body, path, CANARY))

        assert CANARY not in shown_by(text, caplog)
        assert is_public(body, path) or CANARY not in repr(read(text)), path


@pytest.mark.parametrize("sample", SAMPLES)
def test_no_key_leaks(sample: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """A canary as a key: neither `repr` nor errors nor logs show an unknown key."""
    body = json.loads(sample)
    for path in random.Random(sample).sample(list(keys(body)), 6):  # noqa: S311 - no secret
        text = json.dumps(renamed(body, path, CANARY))

        assert CANARY not in shown_by(text, caplog)
        assert CANARY not in repr(read(text))


@pytest.mark.parametrize("sample", SAMPLES)
def test_invalid_json_leaks_nothing(sample: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """A body that breaks off, full of canaries: the decoder's own error holds all of it, and stays inside."""
    body, _ = with_canaries(json.loads(sample), where=is_text)
    text = json.dumps(body)
    for broken in (text[:-1], text + "x", text.replace(":", ": ,", 1), text.replace("{", "{NaN:1,", 1), text[:400]):
        assert CANARY not in shown_by(broken, caplog)

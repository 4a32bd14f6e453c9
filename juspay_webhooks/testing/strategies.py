"""Own the Hypothesis strategies: bodies as Juspay sends them, and the orders and events that they become.

Every body is valid by construction: `parse_event(body, strict=True)` reads it. A body starts as a sample; then some of
its fields are left out, set to null or written in any form that the wire is known to use, and keys that nobody knows
are added. The fields and their types are those of the models.

This module needs Hypothesis (the extra `testing`).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeAlias, cast, get_args

import attrs
from hypothesis import strategies as st

from juspay_webhooks.events.payments import Event
from juspay_webhooks.events.payouts import PayoutEvent
from juspay_webhooks.models.fields import Json, core_type
from juspay_webhooks.models.free_form import FreeForm
from juspay_webhooks.models.json_exact import decode_exact
from juspay_webhooks.models.open_enum import OpenEnum
from juspay_webhooks.models.order import Order
from juspay_webhooks.parsing._events import parse_event, parse_order
from juspay_webhooks.testing._json import json_text
from juspay_webhooks.testing._models import Field, event_class, fields_by_key, model_in
from juspay_webhooks.testing.samples import EventName, sample_body, sample_names, variants
from juspay_webhooks.testing.scenarios.making import make_scenario, scenario_names
from juspay_webhooks.testing.scenarios.scenario import Scenario

__all__ = ["bodies", "events", "order_objects", "orders", "payment_bodies", "payout_bodies", "payouts", "scenarios"]

_Object: TypeAlias = dict[str, Json]
_Fields: TypeAlias = Mapping[str, Field]

_MOST_CHANGES: Final = 12
_MOST_COPIES: Final = 3
_SEEDS: Final = st.integers(0, 2**32 - 1)
_DECIDING: Final = frozenset({"label", "value"})
"""Keys that say which event a body is: they stay."""

_ABSENT: Final = object()
"""Drawn for a key that is left out."""

_INDIA: Final = timezone(timedelta(hours=5, minutes=30))
_FIRST: Final = datetime(2010, 1, 2)  # noqa: DTZ001 - the strategy adds the zone
_LAST: Final = datetime(2100, 12, 30)  # noqa: DTZ001 - the strategy adds the zone


def _instant_texts(instant: datetime) -> st.SearchStrategy[str]:
    """Write an instant in each form that needs no guess."""
    indian = instant.astimezone(_INDIA)
    return st.sampled_from(
        [
            instant.strftime("%Y-%m-%dT%H:%M:%SZ"),
            instant.isoformat(),
            indian.isoformat(),
            indian.strftime("%d/%m/%Y %H:%M:%S"),
            instant.strftime("%Y-%m-%d %H:%M:%S.%f UTC"),
            str(int(instant.timestamp())),
        ]
    )


def _amounts(amount: Decimal) -> st.SearchStrategy[Json]:
    """Write an amount as a number or in text, with and without a fraction."""
    return st.sampled_from([int(amount), amount, str(int(amount)), str(amount)])


def _whole_numbers(number: int) -> st.SearchStrategy[Json]:
    """Write a whole number as a number or in text."""
    return st.sampled_from([number, str(number)])


_TEXTS: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_NEW_KEYS: Final = _TEXTS.map("x_{}".format)
_JSON: Final[st.SearchStrategy[Json]] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64) | st.decimals(-(10**9), 10**9, places=3) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NEW_KEYS, inner, max_size=3),
    max_leaves=6,
)
_OBJECTS: Final = st.dictionaries(_NEW_KEYS, _JSON, max_size=3)
_UNKNOWN_WORDS: Final = st.from_regex(r"[A-Z]{2,8}(_[A-Z]{2,8}){0,2}", fullmatch=True)

_SCALARS: Final[Mapping[Any, st.SearchStrategy[Json]]] = MappingProxyType(
    {
        Decimal: st.decimals(0, 10**12, places=2).flatmap(_amounts),
        int: st.integers(0, 10_000).flatmap(_whole_numbers),
        bool: st.sampled_from([True, False, "true", "false"]),
        datetime: st.datetimes(_FIRST, _LAST, timezones=st.just(UTC)).flatmap(_instant_texts),
        str: _TEXTS,
        FreeForm: _OBJECTS | _OBJECTS.map(json_text),
    }
)
"""Type of a field -> what the wire may hold for it."""


def _values(field: "Field") -> st.SearchStrategy[Json]:
    """Choose what a field may hold; a part with fields of its own may only go: those fields change by themselves."""
    kind = core_type(field.type)
    some: st.SearchStrategy[Json] = st.nothing()
    if get_args(kind):  # a list
        some = st.just([]) if model_in(field) else st.lists(_TEXTS, max_size=3)
    elif kind in _SCALARS:
        some = _SCALARS[kind]
    elif isinstance(kind, type) and issubclass(kind, OpenEnum):
        some = st.sampled_from([member.value for member in kind]) | _UNKNOWN_WORDS
    return some if field.default is attrs.NOTHING else some | st.sampled_from([None, _ABSENT])


def _walk(holder: _Object, fields: _Fields) -> Iterator[tuple[_Object, _Fields]]:
    """List the objects in a body that a model reads, each after the objects inside it."""
    for key, member in holder.items():
        model = model_in(fields.get(key))
        for child in member if isinstance(member, list) else [member]:
            if model is not None and isinstance(child, dict):
                yield from _walk(child, fields_by_key(model))
    yield holder, fields


def _objects_of(body: _Object) -> list[tuple[_Object, _Fields]]:
    """List the objects of a body with the fields that read them, each after the objects inside it."""
    known = {key: field for key, field in attrs.fields_dict(event_class(body)).items() if key not in _DECIDING}
    outer = [body["content"], body] if "content" in body else [body]
    return [found for holder in outer for found in _walk(holder, {key: known[key] for key in holder if key in known})]


@st.composite
def _changed(draw: st.DrawFn, sources: list[tuple[EventName, str]]) -> _Object:
    """Draw a sample and change it."""
    name, variant = draw(st.sampled_from(sources))
    body = cast("_Object", decode_exact(sample_body(name, variant=variant).decode()))
    objects = _objects_of(body)
    places = [
        (holder, key, field)
        for holder, fields in objects
        for key, field in fields.items()
        if field.default is not attrs.NOTHING or model_in(field) is None
    ]
    for index in sorted(draw(st.sets(st.integers(0, len(places) - 1), max_size=_MOST_CHANGES))):
        holder, key, field = places[index]
        holder.pop(key, None)
        value = draw(_values(field))
        if value is not _ABSENT:
            holder[key] = value
    for holder, _fields in draw(st.lists(st.sampled_from(objects), max_size=2)):
        holder.update(draw(_OBJECTS))
    return body


def _sources(names: Iterable[EventName]) -> list[tuple[EventName, str]]:
    return [(name, variant) for name in names for variant in variants(name)]


def _names(kind: type) -> list[EventName]:
    return [name for name in sample_names() if isinstance(name, kind)]


def _written(objects: st.SearchStrategy[_Object]) -> st.SearchStrategy[bytes]:
    """Write bodies, with and without escapes."""
    return st.builds(json_text, objects, ascii_only=st.booleans()).map(str.encode)


def payment_bodies(name: str | None = None) -> st.SearchStrategy[bytes]:
    """Make bodies of payment webhooks.

    Args:
        name: Name of the event; None is any.

    Returns:
        A strategy for JSON in UTF-8.

    Raises:
        ConfigurationError: There is no sample of this event.
    """
    return _written(_changed(_sources(_names(str) if name is None else [name])))


def payout_bodies(pair: tuple[str, str] | None = None) -> st.SearchStrategy[bytes]:
    """Make bodies of payout webhooks.

    Args:
        pair: (label, value) of the event; None is any.

    Returns:
        A strategy for JSON in UTF-8.

    Raises:
        ConfigurationError: There is no sample of this event.
    """
    return _written(_changed(_sources(_names(tuple) if pair is None else [pair])))


def bodies() -> st.SearchStrategy[bytes]:
    """Make bodies of webhooks, payments and payouts.

    Returns:
        A strategy for JSON in UTF-8.
    """
    return payment_bodies() | payout_bodies()


def order_objects() -> st.SearchStrategy[dict[str, Json]]:
    """Make orders as decoded JSON, as the order-status call answers them.

    Returns:
        A strategy for dicts that `parse_order` reads once they are encoded; numbers with a fraction are `Decimal`.
    """
    names = [name for name in _names(str) if b'"order": {' in sample_body(name)]
    return _changed(_sources(names)).map(lambda body: body["content"]["order"])


def orders() -> st.SearchStrategy[Order]:
    """Make orders.

    Returns:
        A strategy for `Order`.
    """
    return _written(order_objects()).map(parse_order)


def events() -> st.SearchStrategy[Event]:
    """Make payment events without a problem.

    Returns:
        A strategy for events of every published name.
    """
    return payment_bodies().map(lambda body: cast("Event", parse_event(body, strict=True)))


def payouts() -> st.SearchStrategy[PayoutEvent]:
    """Make payout events without a problem.

    Returns:
        A strategy for events of every published pair.
    """
    return payout_bodies().map(lambda body: cast("PayoutEvent", parse_event(body, strict=True)))


def _told(name: str, seed: int, times: int, order: int | None, auth: tuple[str, str] | None) -> Scenario:
    scenario = make_scenario(name, seed=seed, auth=auth).duplicated(times)
    return scenario if order is None else scenario.shuffled(order)


def scenarios(*, auth: tuple[str, str] | None = None) -> st.SearchStrategy[Scenario]:
    """Make scenarios with any seed, whose webhooks come up to three times and in any order.

    Args:
        auth: Username and password of the webhooks.

    Returns:
        A strategy for `Scenario`; the simplest is one as it is told.
    """
    return st.builds(
        _told,
        st.sampled_from(scenario_names()),
        _SEEDS,
        st.integers(1, _MOST_COPIES),
        st.none() | _SEEDS,
        st.just(auth),
    )

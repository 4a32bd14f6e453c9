"""Every field of the published tables has a home of the right type, and no model holds a field without a row."""

import importlib
import pkgutil
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, get_args

import attrs
import pytest

from juspay_webhooks import models
from juspay_webhooks.models.fields import Json, Model, core_type, is_epoch, is_personal, wire_names
from juspay_webhooks.models.free_form import FreeForm
from juspay_webhooks.models.open_enum import OpenEnum

TABLES: Final[Mapping[str, Mapping[str, str]]] = tomllib.loads(
    Path(__file__).with_name("field_tables.toml").read_text(encoding="utf-8")
)
"""Class -> name on the wire -> code; what the codes mean stands in the file."""

ROWS: Final = [
    pytest.param(name, wire, code, id=f"{name}.{wire}")
    for name, table in TABLES.items()
    for wire, code in table.items()
]

SCALARS: Final[Mapping[str, type]] = {
    "text": str,
    "amount": Decimal,
    "int": int,
    "flag": bool,
    "time": datetime,
    "epoch": datetime,
    "free": FreeForm,
}

JSON_TEXT: Final[Mapping[tuple[str, str], str]] = {
    ("Risk", "message"): "message_parsed",
    ("SplitDetail", "notes"): "notes_parsed",
}
"""Free-form content that stays a text, with the view beside it: it is JSON text in every published body, and the risk
engine's is a list."""

FREE_FORM_NAMES: Final = frozenset(
    {
        # written by the gateway
        "gateway_refund_response",
        "gateway_response",
        "txnResponse",
        "validateResp",
        # written by the merchant, or with keys that differ by account and gateway
        "additionalInfo",
        "additional_info",
        "customParams",
        "metadata",
        "rewards_breakup",
        # seen only as null
        "conversion_details",
        "payout_links",
        "settlement",
    }
)
"""The only names under which an object may stay untyped."""

MODELS: Final[Mapping[str, type[Model]]] = {
    name: kind
    for module in pkgutil.iter_modules(models.__path__, models.__name__ + ".")
    for name, kind in vars(importlib.import_module(module.name)).items()
    if isinstance(kind, type) and issubclass(kind, Model) and "__attrs_attrs__" in vars(kind)
}


def fields(kind: type[Model]) -> Iterator[tuple[str, "attrs.Attribute[Any]"]]:
    """Give each field of a model once for each of its names on the wire."""
    for name, spellings in wire_names(kind).items():
        for spelling in spellings:
            yield spelling, attrs.fields_dict(kind)[name]


def named_type(code: str) -> Json:
    """Give the type that a code names."""
    shape, _, name = code.partition(":")
    if not name:
        return SCALARS[shape]
    kind = SCALARS.get(name) or MODELS[name]
    return {"obj": kind, "list": tuple[kind, ...]}[shape]  # type: ignore[valid-type]


def test_every_model_has_a_table() -> None:
    """A model without a table would be checked by nobody."""
    assert set(TABLES) == set(MODELS)


@pytest.mark.parametrize("name", TABLES)
def test_rows_and_fields_are_the_same(name: str) -> None:
    """Every published field has a home, and every field has evidence."""
    assert set(TABLES[name]) == {wire for wire, _ in fields(MODELS[name])}


@pytest.mark.parametrize(("name", "wire", "code"), ROWS)
def test_a_field_has_the_type_that_its_code_names(name: str, wire: str, code: str) -> None:
    """Text stays text, amounts are exact, times are instants, and only free-form content stays untyped."""
    field = dict(fields(MODELS[name]))[wire]
    kind = core_type(field.type)
    if code == "enum":
        assert kind is str or issubclass(kind, OpenEnum)
    elif (name, wire) in JSON_TEXT:
        assert ("free", str, True) == (code, kind, is_personal(field))
    else:
        assert named_type(code) == kind


@pytest.mark.parametrize(("name", "wire", "code"), ROWS)
def test_a_field_knows_whether_its_time_is_in_epoch_seconds(name: str, wire: str, code: str) -> None:
    """Times are written back in the form in which they came."""
    assert (code == "epoch") is is_epoch(dict(fields(MODELS[name]))[wire])


def test_free_form_only_where_the_keys_are_not_juspays() -> None:
    """An object of Juspay's own is typed; only the gateway's and the merchant's stay mappings."""
    used = {
        wire
        for kind in MODELS.values()
        for wire, field in fields(kind)
        if FreeForm in {core_type(field.type), *get_args(core_type(field.type))}
    }

    assert FREE_FORM_NAMES == used


@pytest.mark.parametrize(("place", "view"), JSON_TEXT.items())
def test_a_json_text_has_a_parsed_view(place: tuple[str, str], view: str) -> None:
    """The text stays as it came; the view beside it is read-only, and None where there is no JSON."""
    name, field = place
    absent, masked, present = (
        MODELS[name](**arguments) for arguments in ({}, {field: "FILTERED"}, {field: '[{"rate": 1.10}]'})
    )

    assert [None, None] == [getattr(absent, view), getattr(masked, view)]
    assert '[{"rate": 1.10}]' == getattr(present, field)
    assert ({"rate": Decimal("1.10")},) == getattr(present, view)
    assert isinstance(getattr(present, view)[0], FreeForm)

"""Demand that the tables of what is shown name fields that exist."""

from collections.abc import Iterator
from typing import Any, Final, get_args

import attrs
import pytest

from juspay_webhooks.cli._tables import FACTS, LISTS
from juspay_webhooks.models.fields import Model, core_type


def shown_paths() -> Iterator[tuple[type, str]]:
    """List every path of the tables with the class that it starts from; a list's columns start from its items."""
    for cls, rows in FACTS.items():
        yield from ((cls, path) for _, path in rows)
    for cls, lists in LISTS.items():
        for _, path, columns in lists:
            yield cls, path
            yield from ((type_at(cls, path), column) for _, column in columns)


def type_at(cls: type, name: str) -> type:
    """Find the type of a field or of a property; of a list, that of its items."""
    fields: dict[str, attrs.Attribute[Any]] = attrs.fields_dict(cls)
    found = fields[name].type if name in fields else getattr(cls, name).fget.__annotations__["return"]
    kind = core_type(found)
    item: type = kind if isinstance(kind, type) else get_args(kind)[0]
    return item


PATHS: Final = list(shown_paths())


@pytest.mark.parametrize(("cls", "path"), PATHS, ids=[f"{cls.__name__}.{path}" for cls, path in PATHS])
def test_paths_exist(cls: type, path: str) -> None:
    """Each step of a path is a field or a property of the class that it has reached; only the last may be a scalar."""
    *steps, last = path.split(".")
    for step in steps:
        cls = type_at(cls, step)

        assert issubclass(cls, Model)

    assert last in attrs.fields_dict(cls) or isinstance(getattr(cls, last), property)

"""Own the reference: what the public names, their fields and their values say about themselves, drawn from the code.

Docstrings of fields, members and aliases are read from the source, for Python does not keep them. This module must
never describe a name in its own words.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import FunctionType, UnionType
from typing import Any, Final, get_args, get_origin

import attrs

import juspay_webhooks
from juspay_webhooks.catalog.statuses import StatusRow
from juspay_webhooks.events.base import BaseEvent
from juspay_webhooks.models.fields import Model, core_type, is_personal, wire_names
from juspay_webhooks.models.open_enum import OpenEnum

__all__ = ["fields", "first_line", "meanings", "members", "public_names"]

PUBLIC: Final[Mapping[str, Any]] = {name: getattr(juspay_webhooks, name) for name in juspay_webhooks.__all__}
"""Public name -> what it names."""

_EFFECTS: Final = get_args(juspay_webhooks.Effect)


def _docstrings(body: Iterable[ast.stmt]) -> dict[str, str]:
    """Find the texts that stand under assignments: name -> text in one line."""
    found: dict[str, str] = {}
    for statement, following in pairwise(body):
        match statement, following:
            case (
                (ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)])),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[str(name)] = " ".join(text.split())
            case _:
                pass
    return found


@cache
def _of_modules() -> Mapping[str, str]:
    """Find the docstrings of names that are no class and no function."""
    found: dict[str, str] = {}
    for file in Path(inspect.getfile(juspay_webhooks)).parent.rglob("*.py"):
        found |= _docstrings(ast.parse(file.read_text(encoding="utf-8")).body)
    return found


def _of_class(cls: type) -> dict[str, str]:
    """Find the docstrings of a class's fields or members, inherited ones included."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("juspay_webhooks."):
            (tree,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
            found |= _docstrings(tree.body) if isinstance(tree, ast.ClassDef) else {}
    return found


def first_line(name: str) -> str:
    """Give the first line of what a public name says about itself."""
    thing = PUBLIC[name]
    is_described = isinstance(thing, type | FunctionType) and thing.__module__.startswith("juspay_webhooks")
    text = inspect.getdoc(thing) if is_described else _of_modules()[name]
    return (text or "").partition("\n\n")[0].replace("\n", " ")


def kind(name: str) -> str:
    """Tell what kind of thing a public name is."""
    thing = PUBLIC[name]
    if isinstance(thing, FunctionType):
        return "function"
    if not isinstance(thing, type) or thing is Decimal:
        return "alias"
    kinds = (
        (Exception, "error"),
        (BaseEvent, "event"),
        (_EFFECTS, "effect"),
        (OpenEnum, "words, open"),
        (StrEnum, "words, closed"),
        (Model, "model"),
    )
    return next((word for base, word in kinds if issubclass(thing, base)), "class")


def public_names() -> list[tuple[str, str, str]]:
    """List every public name: name, kind, first line of its docstring."""
    return [(f"`{name}`", kind(name), first_line(name)) for name in sorted(PUBLIC, key=str.lower)]


def fields(of: str) -> str:
    """Draw the public classes of a kind with their fields and views, as headings and lists.

    Classes without fields of their own, such as the event of one name, are left out; so is in an event what every event
    has.

    Args:
        of: What `kind` says.

    Returns:
        Markdown without a table.
    """
    classes = [PUBLIC[name] for name in sorted(PUBLIC) if kind(name) == of]
    lines = (line for cls in classes if "__attrs_attrs__" in vars(cls) or of == "class" for line in _lines_of(cls))
    return "\n".join(line.replace("|", "\\|") for line in lines).rstrip()


def _lines_of(cls: type) -> Iterator[str]:
    about = (inspect.getdoc(cls) or "").partition("```")[0]
    yield from (f"### `{cls.__name__}`", "", " ".join(about.split()), "")
    said, is_event = _of_class(cls), issubclass(cls, BaseEvent) and cls is not BaseEvent
    for field in attrs.fields(cls) if attrs.has(cls) else ():
        if not field.name.startswith("_") and not (is_event and field.inherited):
            yield f"- `{field.name}` ({', '.join(_marks_of(cls, field))}): {said[field.name]}"
    views = _views(cls)
    common = _views(BaseEvent).keys() if is_event else ()
    for name in [name for name in views if name not in common]:
        yield f"- `{name}` (view): {(inspect.getdoc(views[name]) or '').partition(chr(10))[0]}"
    yield ""


def _marks_of(cls: type, field: "attrs.Attribute[Any]") -> Iterator[str]:
    """Tell the type of a field, and what else is to be known of it."""
    yield _type_name(core_type(field.type))
    if field.default is attrs.NOTHING:
        yield "required"
    if issubclass(cls, Model):
        if is_personal(field):
            yield "masked"
        keys = wire_names(cls)[field.name]
        if keys != (field.name,):
            yield f"on the wire {' or '.join(f'`{key}`' for key in keys)}"


def _views(cls: type) -> dict[str, object]:
    """Find the properties and methods of a class that the library wrote, base classes included."""
    return {
        name if isinstance(view, property) else f"{name}()": view
        for base in reversed(cls.__mro__)
        if base.__module__.startswith("juspay_webhooks.")
        for name, view in vars(base).items()
        if isinstance(view, property | FunctionType) and not name.startswith("_")
    }


def _type_name(kind_of_field: Any) -> str:  # noqa: ANN401 - an annotation
    """Spell a type without its module."""
    if isinstance(kind_of_field, str):  # what is imported for type checkers only
        return f"`{kind_of_field.removesuffix(' | None')}`"
    items, origin = get_args(kind_of_field), get_origin(kind_of_field)
    if origin is tuple:
        return f"tuple of {_type_name(items[0])}"
    if origin is UnionType:
        return " or ".join(map(_type_name, items))
    return f"`{(origin or kind_of_field).__name__}`"


def said(member: Enum) -> str:
    """Give the docstring of an enumeration's member."""
    return _of_class(type(member))[member.name]


def members(words: type[Enum]) -> list[tuple[str, str, str]]:
    """List the members of an enumeration, those included that only rename another one.

    Args:
        words: The enumeration.

    Returns:
        Name, value, docstring.
    """
    said = _of_class(words)
    return [(name, str(member.value), said[name]) for name, member in words.__members__.items()]


def meanings(outcomes: type[Enum], rows: Iterable[StatusRow[Any]]) -> list[tuple[str, str, str]]:
    """List what each outcome means, and which words come down to it.

    Args:
        outcomes: An enumeration of outcomes.
        rows: The vocabularies, one after the other; a word that stands in several is listed once.

    Returns:
        Outcome, meaning, words.
    """
    said = _of_class(outcomes)
    words: dict[Any, dict[str, None]] = {outcome: {} for outcome in outcomes}
    for row in rows:
        words[row.outcome][f"`{row.name}`"] = None
    return [(f"`{outcome.value}`", said[outcome.name], ", ".join(words[outcome])) for outcome in outcomes]

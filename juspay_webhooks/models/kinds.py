"""Own the look at a field's type annotation."""

from types import UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

__all__ = ["Kind", "core_type", "is_list"]

Kind: TypeAlias = Any
"""A type annotation: a class, a union, a list of something."""


def core_type(annotation: Kind, /) -> Kind:
    """Strip `| None` and `Annotated` from a field's annotation.

    Args:
        annotation: For example `Annotated[str, ...] | None`.

    Returns:
        For example `str`; a list stays whole (`tuple[Refund, ...]`).
    """
    while True:
        origin: object = get_origin(annotation)
        if origin is UnionType or origin is Union:
            annotation = next(part for part in get_args(annotation) if part is not type(None))
        elif origin is Annotated:
            annotation = get_args(annotation)[0]
        else:
            return annotation


def is_list(kind: Kind, /) -> bool:
    """Tell whether a field's type is a list (a tuple of any length)."""
    origin: object = get_origin(kind)
    return origin is tuple

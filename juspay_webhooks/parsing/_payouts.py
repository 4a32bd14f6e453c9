"""Own the payout half of the fast engine: msgspec structs with wire names, lifted into the models.

msgspec cannot rename the fields of an attrs class, and payout models are snake_case: each has a twin, derived from it.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple, get_args

import attrs
import msgspec

from juspay_webhooks.errors import Problem
from juspay_webhooks.events.payouts import PAYOUT_CLASSES, PayoutFamily
from juspay_webhooks.models.fields import PayoutModel, build, core_type, is_list, per_class, wire_names
from juspay_webhooks.models.json_exact import Json
from juspay_webhooks.parsing._assemble import adopt

__all__ = ["fast_payout", "payout_event"]

_KINDS: Final = {cls: core_type(attrs.fields_dict(cls)["value"].type) for cls in PAYOUT_CLASSES.values()}
_VALUES: Final = {cls: (kind.__members__, kind) for cls, kind in _KINDS.items()}


def fast_payout(  # noqa: PLR0913, PLR0917 - the parts of an envelope
    label: str, value: str, id_: str | None, category: str | None, info: msgspec.Raw, raw: bytes
) -> PayoutFamily | None:
    """Read a payout event, if every known field of it is right; None if the tolerant engine has to look."""
    cls = PAYOUT_CLASSES.get(label)
    return None if cls is None else payout_event(cls, id_, label, value, category, _READERS[cls](info), raw)


def payout_event(  # noqa: PLR0913, PLR0917 - as above
    cls: type[PayoutFamily],
    id_: str | None,
    label: str,
    value: str,
    category: str | None,
    info: PayoutModel,
    raw: bytes,
    problems: tuple[Problem, ...] = (),
) -> PayoutFamily:
    """Make the payout event of a label."""
    words, kind = _VALUES[cls]
    values: dict[str, Any] = {"label": label, "value": words.get(value) or kind(value), "info": info, "raw": raw}
    if id_ is not None:
        values["id"] = id_
    if category is not None:
        values["category"] = category
    if problems:
        values["problems"] = problems
    return build(cls, values)


def _info_reader(cls: type[PayoutFamily]) -> Callable[[msgspec.Raw], PayoutModel]:
    """Make the reader of one label's `info`: decode into a twin with wire names, lift that into the model."""
    model = core_type(attrs.fields_dict(cls)["info"].type)
    twin = _twin(model)
    decode = msgspec.json.Decoder(twin.struct, strict=False, float_hook=Decimal, dec_hook=adopt).decode
    lift = twin.lift
    return lambda info: lift(decode(info))


class _Twin(NamedTuple):
    """A struct with a payout model's fields under their wire names, and the way from it to the model."""

    struct: type[msgspec.Struct]
    lift: Callable[[msgspec.Struct], PayoutModel]


def _second(name: str) -> str:
    """Name the twin's field for the second spelling of a wire name."""
    return name + "_2"


@per_class
def _twin(model: type[PayoutModel]) -> _Twin:
    names = wire_names(model)
    parts: dict[str, Callable[[Any], Any]] = {}
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    rename: dict[str, str] = {}
    for field in attrs.fields(model):
        kind, lift = _twin_type(field.type)
        if lift is not None:
            parts[field.name] = lift
        required = field.default is attrs.NOTHING
        fields.append((field.name, kind) if required else (field.name, kind, None))
        rename[field.name] = names[field.name][0]
        for spelling in names[field.name][1:]:
            fields.append((_second(field.name), kind, None))
            rename[_second(field.name)] = spelling
    struct = msgspec.defstruct(model.__name__, fields, rename=rename, kw_only=True)
    return _Twin(struct, _lifter(model, parts, tuple(name for name in names if _second(name) in rename)))


def _twin_type(annotation: Json) -> tuple[Json, Callable[[Any], Any] | None]:
    """Give the twin's type of one field, and how its value is lifted if it holds models."""
    kind = core_type(annotation)
    if isinstance(kind, type) and issubclass(kind, PayoutModel):
        twin = _twin(kind)
        return twin.struct | None, twin.lift
    if is_list(kind) and issubclass(get_args(kind)[0], PayoutModel):
        item = _twin(get_args(kind)[0])
        return tuple[item.struct, ...] | None, lambda items: tuple(map(item.lift, items))  # type: ignore[name-defined]
    return annotation, None


def _lifter(
    model: type[PayoutModel], parts: Mapping[str, Callable[[Any], Any]], twice: tuple[str, ...]
) -> Callable[[msgspec.Struct], PayoutModel]:
    """Make the function that turns a twin into its model."""
    check = getattr(model, "__attrs_post_init__", None)
    to_dict = msgspec.structs.asdict
    lifted = tuple(parts.items())

    def lift(twin: msgspec.Struct) -> PayoutModel:
        values = to_dict(twin)
        for name in twice:
            second = values.pop(_second(name))
            if values[name] is None:
                values[name] = second
        for name, lift_part in lifted:
            part = values[name]
            if part is not None:
                values[name] = lift_part(part)
        made = build(model, values)
        if check is not None:
            check(made)
        return made

    return lift


_READERS: Final = {cls: _info_reader(cls) for cls in PAYOUT_CLASSES.values()}
"""Class -> reader of its `info`. Made while the module is imported, under the import lock: msgspec crashes the process
when two threads build decoders of the same structs at once."""

"""Own the read-only mapping that holds what only the gateway or the merchant knows."""

from collections.abc import Callable, Iterator, Mapping

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.json_exact import Json, decode_inner

__all__ = ["FreeForm"]


class FreeForm(Mapping[str, Json]):
    """A JSON object whose keys only the gateway or the merchant knows, read-only at every depth.

    Nested objects come out as `FreeForm`, lists as tuples, numbers with a fraction as `Decimal`.
    It may have arrived as JSON text inside a string (published `offers[].metadata` does): `text` keeps that text.
    """

    __slots__ = ("_data", "_text")
    __hash__ = None  # type: ignore[assignment]  # the values may be unhashable, as a dict's

    def __init__(self, data: Mapping[str, Json] | str) -> None:
        """Copy an object, or read it from JSON text.

        Args:
            data: A mapping with text keys, or the JSON text of an object.

        Raises:
            ConfigurationError: The text is not the JSON text of an object, or `data` is something else.
        """
        self._text = data if isinstance(data, str) else None
        if isinstance(data, str):
            self._data: Mapping[str, Json] = _object_from_text(data)
        elif isinstance(data, Mapping):
            self._data = _thawed(data)
        else:
            message = f"expected a mapping or JSON text, got {type(data).__name__}"
            raise ConfigurationError(message)

    @classmethod
    def adopt(cls, data: Json, /) -> "FreeForm":
        """Wrap a freshly decoded object without a copy; anything else goes through the constructor."""
        if type(data) is not dict:
            return cls(data)
        self = object.__new__(cls)
        self._text = None
        self._data = data
        return self

    @property
    def text(self) -> str | None:
        """The JSON text, if the object arrived inside a string."""
        return self._text

    def __getitem__(self, key: str) -> Json:
        """Look a member up; nested objects and lists come out read-only."""
        return _frozen(self._data[key])

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys in the order of the body."""
        return iter(self._data)

    def __len__(self) -> int:
        """Count the members."""
        return len(self._data)

    def __eq__(self, other: object) -> bool:
        """Compare the members, not the way they were written."""
        if isinstance(other, FreeForm):
            return self._data == other._data
        return self._data == _thawed(other) if isinstance(other, Mapping) else NotImplemented

    def __repr__(self) -> str:
        """Count the members without showing them."""
        return f"FreeForm(<{len(self._data)} members>)"

    def __reduce__(self) -> tuple[Callable[..., "FreeForm"], tuple[Json]]:
        """Pickle and copy as the text or the plain object."""
        return FreeForm, (self._data if self._text is None else self._text,)

    def to_json(self) -> Json:
        """Give back what came: the text, or a plain copy of the object that may be changed."""
        return _thawed(self._data) if self._text is None else self._text


def _object_from_text(text: str) -> dict[str, Json]:
    """Decode JSON text that holds an object; the text itself never reaches the error."""
    try:
        found = decode_inner(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        message = "expected the JSON text of an object"
        raise ConfigurationError(message)
    return found


def _frozen(value: Json) -> Json:
    """Give a read-only view of a decoded value."""
    if isinstance(value, dict):
        return FreeForm.adopt(value)
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _thawed(value: Json) -> Json:
    """Copy a decoded value, read-only parts included, into plain dicts and lists."""
    if isinstance(value, Mapping):
        return {key: _thawed(member) for key, member in value.items()}
    return [_thawed(item) for item in value] if isinstance(value, list | tuple) else value

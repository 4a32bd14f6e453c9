"""Own the enumeration that is open: a word that Juspay adds tomorrow becomes a member of its own, never an error."""

from enum import Enum
from typing import Any, Self

from juspay_webhooks.errors import shown

__all__ = ["OpenEnum"]


class OpenEnum(str, Enum):  # noqa: UP042 - a StrEnum could not have members without a name of their own
    """A text out of a vocabulary that may grow.

    `OrderStatus("SOMETHING_NEW")` is a member that is not `is_known` and keeps its text. Members equal their text,
    pickle and copy. A known word in another case is that word: a published refund says `Failure`.
    Decide on `outcome`, which is closed; type checkers cannot see an unknown member in a `match`.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        known = cls._member_map_.get(value.upper())
        if known is not None:
            return known  # type: ignore[return-value]  # the map holds this class's own members
        member: Any = str.__new__(cls, value)
        member._name_ = member._value_ = str(value)
        return member  # type: ignore[no-any-return]

    @property
    def is_known(self) -> bool:
        """Whether the word is one that the library knows."""
        return self.value in type(self)._value2member_map_

    def __str__(self) -> str:
        """Give the word itself."""
        return str.__str__(self)

    def __repr__(self) -> str:
        """Give the class and the word, cut and escaped if it is unknown."""
        return (
            f"{type(self).__name__}.{shown(self.value)}"
            if self.is_known
            else f"{type(self).__name__}({shown(self.value)!r})"
        )

"""Own chance that comes from a seed: the same seed draws the same, on every machine and in every Python.

Only `Random.random` promises that; everything here is made of it.
"""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Final, TypeVar

from juspay_webhooks.errors import ConfigurationError

__all__ = ["Chance"]

T = TypeVar("T")

_HEX: Final = "0123456789abcdef"


class Chance:
    """Draws from a seed."""

    def __init__(self, purpose: str, seed: int, /) -> None:
        """Begin.

        Args:
            purpose: What is drawn: one seed draws other things for another purpose.
            seed: Any whole number.

        Raises:
            ConfigurationError: The seed is of another type.
        """
        if type(seed) is not int:
            message = f"a seed is a whole number, not {type(seed).__name__}"
            raise ConfigurationError(message)
        self._random: Final = Random(f"{purpose}:{seed}")  # noqa: S311 - for tests, not for secrets

    def number(self, low: int, high: int) -> int:
        """Draw a whole number.

        Args:
            low: The lowest.
            high: What it stays below.

        Returns:
            The number.
        """
        return low + int(self._random.random() * (high - low))

    def pick(self, items: Sequence[T]) -> T:
        """Draw one of several."""
        return items[self.number(0, len(items))]

    def order(self, items: Iterable[T]) -> list[T]:
        """Draw an order of several."""
        drawn = [(self._random.random(), item) for item in items]
        return [item for _, item in sorted(drawn, key=lambda pair: pair[0])]

    def word(self, length: int, letters: str = _HEX) -> str:
        """Draw a word.

        Args:
            length: How many letters.
            letters: Which; hexadecimal digits if not given.

        Returns:
            The word.
        """
        return "".join(self.pick(letters) for _ in range(length))

    def digits(self, length: int) -> str:
        """Draw digits, the first of which is no zero."""
        return self.word(1, "123456789") + self.word(length - 1, "0123456789")

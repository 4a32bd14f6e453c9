"""Own the hint that an error gives for a misspelt word."""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["did_you_mean"]


def did_you_mean(word: str, known: Iterable[str], /) -> str:
    """Find the known word that was probably meant.

    Args:
        word: What the caller wrote.
        known: What would have been right.

    Returns:
        The end of a sentence: for example `; did you mean ORDER_FAILED?`, or a full stop if nothing is near.
    """
    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else "."

"""No lesson goes without a test, and no test here without a lesson."""

from importlib import import_module
from inspect import isfunction
from pathlib import Path
from typing import Final

from tests.receiver.mistakes.lessons import MISTAKES, NOT_YET, lessons_of

LESSONS: Final = {"F": 10, "A": 13, "P": 11, "D": 8, "S": 6, "M": 5, "R": 5, "L": 3, "K": 6}
"""Letter -> how many lessons it has, numbered from 1."""


def lessons_by_test() -> dict[str, tuple[str, ...]]:
    """Give every test of the other modules of this folder with its lessons."""
    here = Path(__file__)
    names = [f"tests.receiver.mistakes.{file.stem}" for file in here.parent.glob("test_*.py") if file != here]
    return {
        f"{name}.{test}": lessons_of(found)
        for name in names
        for test, found in vars(import_module(name)).items()
        if test.startswith("test_") and isfunction(found)
    }


def test_every_lesson_is_listed_once() -> None:
    """Each number of each letter is a mistake with a test, or waits for a capability; never both."""
    every = {f"{letter}{number}" for letter, last in LESSONS.items() for number in range(1, last + 1)}

    assert every == MISTAKES.keys() | NOT_YET.keys()
    assert set() == MISTAKES.keys() & NOT_YET.keys()


def test_every_lesson_has_a_test() -> None:
    """The marks of the tests name every mistake of the list."""
    tested = {one for ids in lessons_by_test().values() for one in ids}

    assert [] == [f"{one}: {mistake}" for one, mistake in MISTAKES.items() if one not in tested]


def test_every_test_has_a_lesson() -> None:
    """A test in this folder is about a mistake that somebody made."""
    assert [] == [name for name, ids in lessons_by_test().items() if not ids]

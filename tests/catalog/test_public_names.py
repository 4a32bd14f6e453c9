"""The public face of the package."""

import pytest

from juspay_webhooks import catalog


@pytest.mark.parametrize("name", catalog.__all__)
def test_a_public_name_is_there_and_documented(name: str) -> None:
    """What is promised exists; classes and functions say what they are."""
    thing = getattr(catalog, name)

    assert not callable(thing) or thing.__doc__


def test_names_are_unique_and_sorted() -> None:
    """Constants, then classes, then functions, each by the alphabet."""
    kinds = [(name.islower(), not name.isupper(), name) for name in catalog.__all__]

    assert sorted(set(kinds)) == kinds


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As in every other module."""
    with pytest.raises(AttributeError, match="no attribute 'is_elligible'"):
        _ = catalog.is_elligible  # pyright: ignore[reportAttributeAccessIssue]

"""JSON that arrives as text inside a string."""

from decimal import Decimal

import pytest

from juspay_webhooks.models.fields import FreeForm, Json
from juspay_webhooks.models.json_text import parsed_text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1.10}', {"a": Decimal("1.10")}),
        ('[1, "2", null]', (1, "2", None)),
        ('"words"', "words"),
        ("7", 7),
        ("", None),
        ("FILTERED", None),
        ("{", None),
        ("NaN", None),
        ("-Infinity", None),
        ("[" * 200_000, None),
        ("1e99999999999999999999", "1e99999999999999999999"),
        ("9" * 5_000, Decimal("9" * 5_000)),
    ],
)
def test_reads_or_gives_none(text: str, found: object) -> None:
    """JSON is read exactly; anything else is None, never an error."""
    assert found == parsed_text(text)


def test_is_read_only_at_every_depth() -> None:
    """Objects come out as read-only mappings and lists as tuples, inside lists as well."""
    found: Json = parsed_text('[{"a": [{"b": 1}]}]')

    assert isinstance(found[0], FreeForm)
    assert isinstance(found[0]["a"], tuple)
    assert isinstance(found[0]["a"][0], FreeForm)

"""Source addresses as rows."""

import re
from collections import Counter
from ipaddress import IPv4Address
from typing import Final

import pytest

from juspay_webhooks.catalog.addresses import (
    SOURCE_ADDRESSES,
    Certainty,
    Environment,
    SourceAddress,
    source_addresses,
)
from juspay_webhooks.catalog.documents import DOCUMENTS
from juspay_webhooks.errors import ConfigurationError

PRINTED: Final = {
    Environment.PRODUCTION: "13.126.232.1335.154.93.24865.2.117.443.110.250.172",
    Environment.SANDBOX: "52.221.151.24913.228.4.19513.234.141.1653.111.27.223.109.41.51",
}
"""The lists as PAYV3 prints them, without separators."""


@pytest.mark.parametrize(("environment", "printed"), PRINTED.items())
def test_sure_rows_spell_the_printed_list(environment: Environment, printed: str) -> None:
    """Written one behind the other, the sure addresses of an environment are the text of the page."""
    assert printed == "".join(source_addresses(environment, least_certainty=Certainty.HIGH))


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (Environment.PRODUCTION, ("40.192.89.124", "40.192.88.11", "18.61.131.193")),
        (Environment.SANDBOX, ("13.235.85.36", "3.6.2.61", "18.61.18.92")),
    ],
)
def test_less_sure_rows_come_after_the_sure_ones(environment: Environment, expected: tuple[str, ...]) -> None:
    """By default an environment has every address that somebody names."""
    sure = source_addresses(environment, least_certainty=Certainty.HIGH)

    assert (*sure, *expected) == source_addresses(environment)


def test_rows_are_counted() -> None:
    """No row is there twice, or belongs to no list."""
    expected = {
        ("production", "high"): 4,
        ("production", "medium"): 3,
        ("sandbox", "high"): 5,
        ("sandbox", "medium"): 3,
    }

    assert expected == Counter((row.environment.value, row.certainty.value) for row in SOURCE_ADDRESSES)
    assert len(SOURCE_ADDRESSES) == len({row.address for row in SOURCE_ADDRESSES})


@pytest.mark.parametrize("row", SOURCE_ADDRESSES, ids=lambda row: row.address)
def test_a_row_is_complete(row: SourceAddress) -> None:
    """A row holds an address of the public internet in its canonical form, its source and its doubt."""
    address = IPv4Address(row.address)

    assert row.address == str(address)
    assert address.is_global
    assert row.region == "India"
    assert row.source
    assert row.note.endswith(".")


def test_sure_rows_cite_a_page_of_the_documentation() -> None:
    """Only a page of Juspay makes an address sure, and every short name has its address."""
    cited = {row: set(re.findall(r"\b[A-Z][A-Z0-9-]+\b", row.source)) for row in SOURCE_ADDRESSES}

    assert set() == {name for names in cited.values() for name in names} - set(DOCUMENTS)
    assert {row for row in SOURCE_ADDRESSES if row.certainty is Certainty.HIGH} == {
        row for row, names in cited.items() if names
    }


@pytest.mark.parametrize(
    "wrong", ["13.126.232.133", "5.154.93.248", "13.126.232.135", "154.93.248", "3.111.27.223", "109.41.51"]
)
def test_wrong_readings_are_not_listed(wrong: str) -> None:
    """Addresses that come out when the printed text is cut in the wrong place belong to strangers."""
    assert wrong not in {row.address for row in SOURCE_ADDRESSES}


def test_text_is_as_good_as_a_member() -> None:
    """The words of a configuration file need no conversion."""
    expected = source_addresses(Environment.SANDBOX, least_certainty=Certainty.HIGH)

    assert expected == source_addresses("sandbox", least_certainty="high")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - on purpose


@pytest.mark.parametrize(
    ("environment", "least_certainty", "message"),
    [
        ("prod", "high", r"expected Environment\.PRODUCTION or Environment\.SANDBOX, got prod"),
        (None, "high", r"expected Environment\.PRODUCTION or Environment\.SANDBOX, got None"),
        ("production", "low", r"expected Certainty\.HIGH or Certainty\.MEDIUM, got low"),
    ],
)
def test_a_wrong_word_is_refused(environment: Environment, least_certainty: Certainty, message: str) -> None:
    """A misspelt environment is an error, not an empty list."""
    with pytest.raises(ConfigurationError, match=message):
        source_addresses(environment, least_certainty=least_certainty)

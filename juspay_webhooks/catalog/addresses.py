"""Own the addresses that Juspay's webhooks are said to come from, as rows with their sources.

The documents print each list without separators (`13.126.232.1335.154.93.248…`), and such a text has several readings:
the rows hold the one that merchants' public code confirms. A list may be outdated without anybody saying so. Only
addresses for India are published: for SEA, EU, LATAM and the global product the pages have the heading and no address.
This module must never let anybody in: it holds text, and `auth.addresses` decides.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

import attrs

from juspay_webhooks.errors import ConfigurationError, shown

__all__ = ["SOURCE_ADDRESSES", "Certainty", "Environment", "SourceAddress", "source_addresses"]

WordT = TypeVar("WordT", bound=StrEnum)


class Environment(StrEnum):
    """Which of Juspay's systems sends."""

    PRODUCTION = "production"
    """Real money; api.juspay.in and its sister hosts."""

    SANDBOX = "sandbox"
    """Test money; sandbox.juspay.in and its sister hosts."""


class Certainty(StrEnum):
    """How sure an address is, best first. It says nothing about whether the address is still in use."""

    HIGH = "high"
    """A page of Juspay's documentation has it, and others confirm where it begins and ends."""

    MEDIUM = "medium"
    """Only others have it: public integration guides, merchants' public code."""


@attrs.frozen(kw_only=True)
class SourceAddress:
    """One address that webhooks are said to come from."""

    address: str
    """IPv4 address, e.g. "13.126.232.13"."""

    environment: Environment
    """Which of Juspay's systems sends from it."""

    region: str
    """Market that the list was published for; "India" in every row."""

    certainty: Certainty
    """How sure it is."""

    source: str
    """Who says so: short names of `DOCUMENTS`, or plain words where no public page is known."""

    read: date
    """Day on which the list was taken over. The pages carry no date of their own."""

    note: str = ""
    """What is doubtful about the row."""


_READ: Final = date(2026, 11, 21)
_GUIDES: Final = "two public integration guides"
_CODE: Final = "merchants' public code and notes"
_PAGE_NOT_READ: Final = (
    "The guides follow newer pages (juspay.io/in/docs/hyper-checkout, Webhooks), which themselves were not read."
)


def _rows(
    environment: Environment, certainty: Certainty, source: str, note: str, *addresses: str
) -> list[SourceAddress]:
    """Write the rows of one list."""
    return [
        SourceAddress(
            address=address,
            environment=environment,
            region="India",
            certainty=certainty,
            source=source,
            read=_READ,
            note=note,
        )
        for address in addresses
    ]


SOURCE_ADDRESSES: Final[tuple[SourceAddress, ...]] = (
    *_rows(
        Environment.PRODUCTION,
        Certainty.HIGH,
        f"PAYV3, PPE, DEVJP; with separators in a merchant's public code and {_GUIDES}",
        "Sure about where each address ends, not about its being in use.",
        "13.126.232.13",
        "35.154.93.248",
        "65.2.117.44",
        "3.110.250.172",
    ),
    *_rows(
        Environment.PRODUCTION,
        Certainty.MEDIUM,
        _GUIDES,
        _PAGE_NOT_READ,
        "40.192.89.124",
        "40.192.88.11",
        "18.61.131.193",
    ),
    *_rows(
        Environment.SANDBOX,
        Certainty.HIGH,
        "PAYV3; with separators in a merchant's public code",
        "Sure about where each address ends; probably outdated, the newer guides leave it out.",
        "52.221.151.249",
        "13.228.4.195",
        "13.234.141.165",
        "3.111.27.22",
        "3.109.41.51",
    ),
    *_rows(
        Environment.SANDBOX,
        Certainty.MEDIUM,
        f"{_CODE}; {_GUIDES}",
        "Merchants of HDFC SmartGateway have it beside the five of PAYV3, the guides without them.",
        "13.235.85.36",
        "3.6.2.61",
    ),
    *_rows(Environment.SANDBOX, Certainty.MEDIUM, _GUIDES, _PAGE_NOT_READ, "18.61.18.92"),
)
"""Every address that somebody names: of each environment those that the documents print first, in their order."""


def source_addresses(environment: Environment, *, least_certainty: Certainty = Certainty.MEDIUM) -> tuple[str, ...]:
    """List the addresses of one environment.

    Args:
        environment: Which of Juspay's systems sends.
        least_certainty: How sure an address must be; the default takes them all, as an address left out costs
            webhooks and one too many costs little behind Basic auth.

    Returns:
        IPv4 addresses in the order of `SOURCE_ADDRESSES`.

    Raises:
        ConfigurationError: There is no such environment or certainty.
    """
    return tuple(_addresses(_member(Environment, environment), _member(Certainty, least_certainty)))


def _addresses(environment: Environment, least: Certainty) -> Iterator[str]:
    best_first = list(Certainty)
    enough = best_first[: best_first.index(least) + 1]
    for row in SOURCE_ADDRESSES:
        if row.environment is environment and row.certainty in enough:
            yield row.address


def _member(kind: type[WordT], given: str) -> WordT:
    """Take a member or its text; refuse what would silently find no address."""
    try:
        return kind(given)
    except ValueError as error:
        words = " or ".join(f"{kind.__name__}.{one.name}" for one in kind)
        message = f"expected {words}, got {shown(str(given))}"
        raise ConfigurationError(message) from error

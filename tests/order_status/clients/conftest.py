"""Own what the tests of the clients share: a fake with one thing of each kind, and both ways to ask it."""

from collections.abc import Iterator
from typing import TypeAlias

import pytest

from juspay_webhooks.testing import FakeJuspay
from tests.order_status.clients.both import BOTH, KEY, MERCHANT, Async, Sync

Way: TypeAlias = type[Sync] | type[Async]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask directly, whatever the environment of the machine says."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "NETRC"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(params=BOTH, ids=lambda way: way.__name__.lower())
def way(request: pytest.FixtureRequest) -> Way:
    """Give each way to ask."""
    found: Way = request.param
    return found


@pytest.fixture
def juspay() -> Iterator[FakeJuspay]:
    """Run a fake that knows one thing of each kind."""
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT) as fake:
        fake.add_order("shop-1001")
        fake.add_payout("po-1")
        fake.add_validation("cst_asha01", "bene-1")
        yield fake


@pytest.fixture
def asking(way: Way, juspay: FakeJuspay) -> Iterator[Sync | Async]:
    """Ask the fake in each way."""
    with way(juspay.url) as each:
        yield each

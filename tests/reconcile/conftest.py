"""Own what the tests of the reconcilers share: a merchant with an inbox in a file, and both ways to reconcile."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from juspay_webhooks.testing import FakeJuspay
from tests.inbox.sql.conftest import engine, kind, place, prefix
from tests.reconcile.shop import KEY, MERCHANT, WAYS, Async, Lock, Shop, Sync

__all__ = ["engine", "kind", "place", "prefix"]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask directly, whatever the environment of the machine says."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "NETRC"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def juspay() -> Iterator[FakeJuspay]:
    """Run a fake that knows nothing yet."""
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT) as juspay:
        yield juspay


@pytest.fixture
def shop(juspay: FakeJuspay, tmp_path: Path) -> Iterator[Shop]:
    """A merchant whose handlers are not registered yet."""
    shop = Shop(juspay, tmp_path / "inbox.db")
    yield shop
    shop.inbox.close()


@pytest.fixture
def lock(shop: Shop) -> Iterator[Lock]:
    """Keep the inbox, which waits for nobody now, from writing."""
    shop.inbox.close()
    shop.open(wait=timedelta(milliseconds=50))
    lock = Lock(shop.path)
    yield lock
    lock.close()


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__.lower())
def way(request: pytest.FixtureRequest) -> type[Sync | Async]:
    """Give each way to reconcile."""
    found: type[Sync | Async] = request.param
    return found

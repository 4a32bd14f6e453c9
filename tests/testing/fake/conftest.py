"""Own the fake of each test: one shop, one order, one payout, one validation."""

from collections.abc import Iterator

import pytest

from juspay_webhooks.testing import FakeJuspay
from tests.testing.fake.asking import KEY, MERCHANT


@pytest.fixture
def juspay() -> Iterator[FakeJuspay]:
    """Run a fake that knows one thing of each kind."""
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT) as fake:
        fake.add_order("shop-1001")
        fake.add_payout("po-1")
        fake.add_validation("cst_asha01", "bene-1")
        yield fake

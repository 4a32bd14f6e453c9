"""Own the examples that run: each is loaded once, for Django is configured once per process."""

from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import NoReturn

import pytest

from juspay_webhooks import Delivery, OrderFailed, OrderStatusClient
from juspay_webhooks.testing import FakeJuspay
from tests.examples.serving import ENVIRON, Running, load
from tests.examples.web_examples import WEB_EXAMPLES, Example


@pytest.fixture(scope="session")
def juspay() -> Iterator[FakeJuspay]:
    """Run a fake Juspay that knows the order of the how-to pages."""
    with FakeJuspay(api_key=ENVIRON["JUSPAY_API_KEY"], merchant_id=ENVIRON["JUSPAY_MERCHANT_ID"]) as fake:
        fake.add_order("shop-2001", statuses=["PENDING_VBV", "CHARGED"], amount="1499.50")
        yield fake


@cache
def _loaded(file: str, base_url: str) -> tuple[ModuleType, list[Delivery]]:
    """Load an example, and add a handler that fails: it raises for every ORDER_FAILED."""
    module = load(file, environ={**ENVIRON, "JUSPAY_BASE_URL": base_url})
    failed: list[Delivery] = []

    def fail(event: OrderFailed, delivery: Delivery) -> NoReturn:
        failed.append(delivery)
        raise LookupError(event.order_id)

    module.receiver.on(OrderFailed)(fail)
    if hasattr(module, "client"):  # the same, but nobody waits
        key, merchant_id = ENVIRON["JUSPAY_API_KEY"], ENVIRON["JUSPAY_MERCHANT_ID"]
        client = OrderStatusClient(key, merchant_id=merchant_id, base_url=base_url, sleep=lambda _: None)
        vars(module)["client"] = client
    return module, failed


@pytest.fixture(scope="session", params=WEB_EXAMPLES, ids=lambda example: example.file)
def running(request: pytest.FixtureRequest, juspay: FakeJuspay) -> Iterator[Running]:
    """Run a web example; what asks Juspay asks the fake."""
    example: Example = request.param
    module, failed = _loaded(example.file, juspay.url)
    with example.serve(getattr(module, example.app)) as port:
        yield Running(module=module, port=port, failed=failed)

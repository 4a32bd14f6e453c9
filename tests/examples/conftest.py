"""Own the examples that run: each is loaded once, for Django is configured once per process."""

from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import NoReturn

import pytest

from juspay_webhooks import Delivery, OrderFailed
from tests.examples.serving import Running, load
from tests.examples.web_examples import WEB_EXAMPLES, Example


@cache
def _loaded(file: str) -> tuple[ModuleType, list[Delivery]]:
    """Load an example, and add a handler that fails: it raises for every ORDER_FAILED."""
    module = load(file)
    failed: list[Delivery] = []

    def fail(event: OrderFailed, delivery: Delivery) -> NoReturn:
        failed.append(delivery)
        raise LookupError(event.order_id)

    module.receiver.on(OrderFailed)(fail)
    return module, failed


@pytest.fixture(scope="session", params=WEB_EXAMPLES, ids=lambda example: example.file)
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    """Run a web example."""
    example: Example = request.param
    module, failed = _loaded(example.file)
    with example.serve(getattr(module, example.app)) as port:
        yield Running(module=module, port=port, failed=failed)

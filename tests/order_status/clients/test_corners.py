"""Corners of the transports that no server reaches by itself."""

import asyncio
import sys
from importlib import import_module
from itertools import count
from types import SimpleNamespace

import httpx
import pytest

from juspay_webhooks import (
    AsyncOrderStatusClient,
    ConfigurationError,
    Misconfigured,
    OrderStatusClient,
    OutcomeUnknown,
    RetryPolicy,
    Surroundings,
)
from juspay_webhooks.order_status.patience import PatientAdapter
from juspay_webhooks.testing import FakeJuspay
from juspay_webhooks.testing.fake import Chunked

ONCE = RetryPolicy(attempts=1)


def test_the_async_transport_without_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its module says what to install."""
    monkeypatch.setitem(sys.modules, "httpx", None)
    monkeypatch.delitem(sys.modules, "juspay_webhooks.order_status.async_transport", raising=False)
    with pytest.raises(ConfigurationError, match=r"juspay-webhooks\[async\]"):
        import_module("juspay_webhooks.order_status.async_transport")


def test_a_url_that_httpx_refuses() -> None:
    """It will be refused again: somebody has to look at the settings."""

    def refuse(_request: httpx.Request) -> httpx.Response:
        message = "no such protocol"
        raise httpx.UnsupportedProtocol(message)

    async def main() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(refuse)) as session:
            client = AsyncOrderStatusClient(
                "key", merchant_id="shop", base_url="https://juspay.example", session=session, retry=ONCE
            )
            with pytest.raises(Misconfigured):
                await client.fetch("shop-1001")

    asyncio.run(main())


def test_a_socks_proxy_keeps_its_own_pools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections through SOCKS are made in another way, which is left alone."""
    manager: object = SimpleNamespace(pool_classes_by_scheme="its own")
    monkeypatch.setattr("requests.adapters.SOCKSProxyManager", lambda *_, **__: manager)

    assert manager is PatientAdapter().proxy_manager_for("socks5://127.0.0.1:1080")
    assert {"pool_classes_by_scheme": "its own"} == vars(manager)


@pytest.mark.parametrize("trouble", ["too large", "too late"])
def test_an_answer_without_a_length(trouble: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read piece by piece, and given up when it is too large or too late."""
    if trouble == "too large":
        monkeypatch.setattr("juspay_webhooks.order_status.transport.MOST_BYTES", 10)
    ticks = count(step=1000 if trouble == "too late" else 0)
    with FakeJuspay(api_key="key", merchant_id="shop") as juspay:
        juspay.add_order("shop-1001", status="CHARGED")
        juspay.fail_next(Chunked())
        with (
            OrderStatusClient(
                "key",
                merchant_id="shop",
                base_url=juspay.url,
                retry=ONCE,
                surroundings=Surroundings(clock=lambda: float(next(ticks))),
            ) as client,
            pytest.raises(OutcomeUnknown),
        ):
            client.fetch("shop-1001")

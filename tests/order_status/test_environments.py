"""Published addresses: each can be asked, and what is particular to one."""

import pytest

from juspay_webhooks.order_status.environments import BaseUrl, hdfc_headers
from juspay_webhooks.order_status.request import Target, order_request


@pytest.mark.parametrize("base_url", [pytest.param(url, id=name) for name, url in BaseUrl.__members__.items()])
def test_each_address_can_be_asked(base_url: BaseUrl) -> None:
    """Every published address is https without anything behind the host."""
    request = order_request(Target(base_url=base_url, merchant_id="shop"), "o")

    assert f"{base_url.value}/orders/o" == request.url
    assert base_url.value.startswith("https://")
    assert base_url.value.removeprefix("https://").replace("-", "").replace(".", "").isalnum()


def test_one_host_may_have_two_names() -> None:
    """Europe and the rest share production and have a sandbox each."""
    names = BaseUrl.__members__

    assert names["EU"] is names["GLOBAL"]
    assert names["EU_SANDBOX"] is not names["GLOBAL_SANDBOX"]


@pytest.mark.parametrize(
    ("reseller_id", "sent"),
    [
        (None, {"x-customerid": "customer 1"}),
        ("reseller", {"x-customerid": "customer 1", "x-resellerid": "reseller"}),
    ],
)
def test_headers_of_hdfc(reseller_id: str | None, sent: dict[str, str]) -> None:
    """HDFC's headers carry the routing id of each question, and the reseller if there is one."""
    target = Target(base_url=BaseUrl.HDFC, merchant_id="shop", headers=hdfc_headers(reseller_id=reseller_id))
    headers = order_request(target, "shop-1001", routing_id="customer 1").headers

    assert sent == {name: value for name, value in headers.items() if name in {"x-customerid", "x-resellerid"}}
    assert "customer 1" == headers["x-routing-id"]

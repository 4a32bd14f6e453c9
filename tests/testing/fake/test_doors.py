"""Who is let in by the fake, and in which words the others are not."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from juspay_webhooks import ConfigurationError
from juspay_webhooks.testing import FakeJuspay
from juspay_webhooks.testing.fake import ERROR_BODIES
from tests.testing.fake.asking import HEADERS, KEY, MERCHANT, PAYOUT, VALIDATION, ask, basic, raw, rest

ORDER: Final = "/orders/shop-1001"
PATHS: Final = {ORDER: "invalid_api_key", PAYOUT: "payout_E02", VALIDATION: "payout_E02"}
COLON: Final = basic(f"{KEY}:")


def without(name: str) -> Mapping[str, str]:
    """Give the headers of the shop without one."""
    return {key: value for key, value in HEADERS.items() if key != name}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("key", [COLON, COLON.replace("Basic", "basic"), COLON.replace(" ", "   ")])
def test_the_key_as_user_name(juspay: FakeJuspay, path: str, key: str) -> None:
    """The key with a colon behind it is let in; the scheme has no case."""
    assert 200 == ask(juspay, path, headers={**HEADERS, "Authorization": key}).status


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "key",
    [
        basic(KEY),
        basic(f"{KEY}:password"),
        basic(f"{KEY.upper()}:"),
        basic("another-key:"),
        COLON[:-1],
        COLON.replace("Basic", "Bearer"),
        f"{KEY}:",
        "Basic",
        "",
        "Basic \xff",
    ],
)
def test_any_other_key_is_refused(juspay: FakeJuspay, path: str, key: str) -> None:
    """The trap of Juspay's documents, the key without its colon, among them."""
    got = ask(juspay, path, headers={**HEADERS, "Authorization": key})

    assert (401, ERROR_BODIES[PATHS[path]].body) == (got.status, got.body)


@pytest.mark.parametrize(
    ("path", "name", "status", "error"),
    [
        (ORDER, "Authorization", 401, "invalid_api_key"),
        (ORDER, "x-merchantid", 401, "invalid_api_key"),
        (ORDER, "x-routing-id", 400, "missing_field"),
        (PAYOUT, "Authorization", 401, "payout_E04"),
        (PAYOUT, "x-merchantid", 401, "payout_E07"),
        (VALIDATION, "Authorization", 401, "payout_E04"),
        (VALIDATION, "x-merchantid", 401, "payout_E07"),
    ],
)
def test_a_header_is_missing(juspay: FakeJuspay, path: str, name: str, status: int, error: str) -> None:
    """Each missing header has its answer."""
    got = ask(juspay, path, headers=without(name))

    assert (status, ERROR_BODIES[error].body) == (got.status, got.body)


@pytest.mark.parametrize("path", [PAYOUT, VALIDATION])
def test_payouts_do_without_a_routing_id(juspay: FakeJuspay, path: str) -> None:
    """It is only recommended there."""
    assert 200 == ask(juspay, path, headers=without("x-routing-id")).status


@pytest.mark.parametrize("merchant", [MERCHANT.upper(), "another-shop", ""])
def test_another_merchant_is_refused(juspay: FakeJuspay, merchant: str) -> None:
    """The merchant's id has its case."""
    assert 401 == ask(juspay, ORDER, headers={**HEADERS, "x-merchantid": merchant}).status


def test_the_key_twice_is_refused(juspay: FakeJuspay) -> None:
    """Two headers of one name are no credentials."""
    with raw(juspay, headers={**HEADERS, "authorization": COLON, "Connection": "close"}) as connection:
        assert rest(connection).startswith(b"HTTP/1.1 401 Unauthorized\r\n")


@pytest.mark.parametrize(("key", "status"), [(basic(KEY), 200), (COLON, 401)])
def test_a_host_without_the_colon(key: str, status: int) -> None:
    """A few banks want the key alone; the fake can be one."""
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT, key_with_colon=False) as juspay:
        juspay.add_order("shop-1001")

        assert status == ask(juspay, ORDER, headers={**HEADERS, "Authorization": key}).status


def test_a_region_without_routing() -> None:
    """Not every region demands `x-routing-id`."""
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT, needs_routing_id=False) as juspay:
        juspay.add_order("shop-1001")

        assert 200 == ask(juspay, ORDER, headers=without("x-routing-id")).status


def test_payout_errors_can_be_flat() -> None:
    """The form that merchants' code reads, in place of the published one."""
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT, payout_errors="flat") as juspay:
        found = [ask(juspay, PAYOUT, headers=headers).json for headers in (HEADERS, {})]

    assert ["E09", "E04"] == [each["errorCode"] for each in found]


@pytest.mark.parametrize(
    ("status", "code"), [(400, "RESOURCE_NOT_FOUND"), (404, "order_not_found")], ids=["documented", "newer"]
)
def test_an_unknown_order(status: Any, code: str) -> None:  # noqa: ANN401 - a column
    """Under 400 the body looks like an order; under 404 it does not."""
    with FakeJuspay(api_key=KEY, merchant_id=MERCHANT, not_found_status=status) as juspay:
        got = ask(juspay, "/orders/Shop%209")

    assert status == got.status
    assert code == got.json.get("error_info", {}).get("code", got.json.get("error_code"))
    assert ("NOT_FOUND", "Shop 9", 40) == (*map(got.json.get, ("status", "order_id", "status_id")),) or status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/orders"),
        ("GET", "/orders/"),
        ("GET", "/orders/shop-1001/refunds"),
        ("GET", "/order/status?order_id=shop-1001"),
        ("GET", "/orders/%FF"),
        ("GET", "/payout/merchant/v1/orders/"),
        ("GET", "/payout/merchant/v2/orders/po-1"),
        ("GET", "/payout/merchant/v1/benedetails/cst_asha01/bene-1"),
        ("GET", "/payout/merchant/v2/benedetails/cst_asha01/"),
        ("GET", "/payout/merchant/v2/benedetails//bene-1"),
        ("POST", ORDER),
        ("PUT", ORDER),
        ("DELETE", ORDER),
        ("BREW", ORDER),
    ],
)
def test_everything_else_is_not_found(juspay: FakeJuspay, method: str, path: str) -> None:
    """A wrong path or method is a page under 404, whoever asks."""
    got = ask(juspay, path, method=method, headers={})

    assert (404, ERROR_BODIES["wrong_path"].body) == (got.status, got.body)
    assert "text/html" == got.headers["content-type"]


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"api_key": ""}, "needs an api_key and a merchant_id"),
        ({"merchant_id": ""}, "needs an api_key and a merchant_id"),
        ({"payout_errors": "nested"}, 'payout_errors is "wrapped" or "flat"'),
        ({"not_found_status": 410}, "not_found_status is 400 or 404"),
    ],
)
def test_what_cannot_be_set_up(arguments: dict[str, Any], match: str) -> None:
    """A fake that nobody could talk to is refused."""
    usual: dict[str, Any] = {"api_key": KEY, "merchant_id": MERCHANT}

    with pytest.raises(ConfigurationError, match=match):
        FakeJuspay(**(usual | arguments))


def test_repr_shows_no_key() -> None:
    """A failing test prints the fake without its key, running or not."""
    fake = FakeJuspay(api_key=KEY, merchant_id=MERCHANT)
    before = repr(fake)
    with fake:
        running = repr(fake)
        url = fake.url

    assert "FakeJuspay(not running, merchant_id='test-shop')" == before
    assert f"FakeJuspay({url}, merchant_id='test-shop')" == running

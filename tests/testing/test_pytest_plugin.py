"""Demand that the pytest plugin gives merchants what their tests need, and costs nothing where it is not used."""

from typing import Final

import pytest

pytest_plugins = ["pytester"]

FLASK: Final = """
import flask
from juspay_webhooks import BasicAuth, OrderPaid, Receiver
from juspay_webhooks.inbox import MemoryInbox

app, shipped = flask.Flask(__name__), []
receiver = Receiver(BasicAuth("juspay", "secret"), inbox=MemoryInbox())


@receiver.on_effect(OrderPaid)
def ship(paid):
    shipped.append(paid.order_id)


@app.post("/juspay")
def juspay():
    answer = receiver.handle(headers=flask.request.headers, body=flask.request.get_data())
    return flask.Response(answer.body, answer.status, dict(answer.headers))
"""
"""A shop."""

FLASK_TESTS: Final = """
from shop import app, shipped


def test_a_paid_order_is_shipped_once(juspay_scenario):
    client = app.test_client()
    scenario = juspay_scenario("paid", order_id="shop-7").duplicated()
    for webhook in scenario.webhooks:
        assert client.post("/juspay", data=webhook.body, headers=webhook.headers).status_code == 200
    assert shipped == ["shop-7"]


def test_nobody_else_is_let_in(juspay_webhook):
    webhook = juspay_webhook("ORDER_SUCCEEDED")
    assert app.test_client().post("/juspay", data=webhook.body).status_code == 401
"""
"""What the shop's tests are, in less than 20 lines."""

FASTAPI: Final = """
import fastapi
from juspay_webhooks import BasicAuth, OrderPaid, Receiver
from juspay_webhooks.inbox import MemoryInbox

app, shipped = fastapi.FastAPI(), []
receiver = Receiver(BasicAuth("juspay", "secret"), inbox=MemoryInbox())


@receiver.on_effect(OrderPaid)
async def ship(paid):
    shipped.append(paid.order_id)


@app.post("/juspay")
async def juspay(request: fastapi.Request):
    answer = await receiver.handle_async(headers=request.headers, body=await request.body())
    return fastapi.Response(answer.body, answer.status, dict(answer.headers))
"""
"""The same shop on another framework."""

FASTAPI_TESTS: Final = """
from fastapi.testclient import TestClient
from shop import app, shipped


def test_a_paid_order_is_shipped_once(juspay_scenario):
    client = TestClient(app)
    for webhook in juspay_scenario("failed_then_paid", order_id="shop-7").duplicated().webhooks:
        assert client.post("/juspay", content=webhook.body, headers=webhook.headers).status_code == 200
    assert shipped == ["shop-7"]
"""
"""What its tests are."""


@pytest.mark.parametrize(
    ("shop", "tests", "passed"), [(FLASK, FLASK_TESTS, 2), (FASTAPI, FASTAPI_TESTS, 1)], ids=["Flask", "FastAPI"]
)
def test_a_shop_is_tested_in_a_few_lines(pytester: pytest.Pytester, shop: str, tests: str, passed: int) -> None:
    """Its endpoint gets what Juspay would send."""
    pytester.makepyfile(shop=shop, test_shop=tests)
    done = pytester.runpytest_subprocess("-W", "ignore")

    done.assert_outcomes(passed=passed)
    assert len(tests.strip().splitlines()) < 20


def test_credentials_are_those_of_the_marker_and_of_the_environment(pytester: pytest.Pytester) -> None:
    """`BasicAuth.from_env` lets in what the fixtures make; without a marker they have some of their own."""
    pytester.makepyfile(
        """
        import pytest
        from juspay_webhooks import BasicAuth

        @pytest.mark.juspay_auth("asha", "s3cret")
        def test_marked(juspay_webhook, juspay_auth):
            assert juspay_auth == ("asha", "s3cret")
            webhook = juspay_webhook(("FULFILLMENT_ORDER", "SUCCESS"), info={"amount": 5})
            assert BasicAuth.from_env().verify(webhook.headers).username == "asha"
            assert webhook.event.info.amount == 5

        def test_unmarked(juspay_scenario):
            scenario = juspay_scenario("refunded", seed=3, amount=500)
            assert {BasicAuth.from_env().verify(one.headers).username for one in scenario.webhooks} == {"juspay"}
        """
    )

    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=2)


def test_a_fixture_of_the_shop_says_the_credentials_for_all(pytester: pytest.Pytester) -> None:
    """As with every fixture, that of the conftest.py goes first."""
    pytester.makeconftest("import pytest\n\n@pytest.fixture\ndef juspay_auth():\n    return 'ours', 'secret'\n")
    pytester.makepyfile(
        """
        from juspay_webhooks import BasicAuth

        def test_it(juspay_webhook):
            headers = juspay_webhook("ORDER_SUCCEEDED").headers
            assert BasicAuth("ours", "secret").verify(headers).username == "ours"
        """
    )

    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_fake_juspay_answers_clients_of_the_environment(pytester: pytest.Pytester) -> None:
    """It is another one in each test, with the settings of the marker."""
    pytester.makepyfile(
        """
        import os
        import pytest
        from juspay_webhooks import OrderNotFound, OrderStatusClient

        def ask(order_id):
            key, merchant_id = os.environ["JUSPAY_API_KEY"], os.environ["JUSPAY_MERCHANT_ID"]
            with OrderStatusClient(key, merchant_id=merchant_id, base_url=os.environ["JUSPAY_BASE_URL"]) as client:
                return client.fetch(order_id)

        def test_asked(fake_juspay):
            fake_juspay.add_order("shop-1", status="CHARGED")
            assert ask("shop-1").outcome == "PAID"

        @pytest.mark.fake_juspay(merchant_id="other", not_found_status=404)
        def test_another(fake_juspay):
            with pytest.raises(OrderNotFound) as raised:
                ask("shop-1")
            assert raised.value.status == 404
            assert fake_juspay.requests[0].headers["x-merchantid"] == "other"
        """
    )

    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=2)


def test_it_costs_nothing_where_it_is_not_used(pytester: pytest.Pytester) -> None:
    """The package is not loaded."""
    pytester.makepyfile(
        """
        import sys

        def test_it():
            assert "pytest_juspay_webhooks" in sys.modules
            assert not [name for name in sys.modules if name.split(".")[0] in ("juspay_webhooks", "msgspec", "cattrs")]
        """
    )

    pytester.runpytest_subprocess("-p", "no:cov", "-p", "no:hypothesispytest").assert_outcomes(passed=1)


def test_the_package_is_imported_as_it_is(pytester: pytest.Pytester) -> None:
    """Without rewritten asserts, which would make it slow, and `python -m juspay_webhooks` impossible in a test."""
    pytester.makepyfile(
        """
        import runpy
        import sys
        import juspay_webhooks
        import pytest

        def test_it(monkeypatch):
            assert "@py_builtins" not in vars(juspay_webhooks)
            monkeypatch.setattr(sys, "argv", ["juspay-webhooks", "--version"])
            with pytest.raises(SystemExit):
                runpy.run_module("juspay_webhooks", run_name="__main__")
        """
    )

    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_its_fixtures_and_markers_are_listed(pytester: pytest.Pytester) -> None:
    """`pytest --fixtures` and `pytest --markers` say what they are for."""
    pytester.makepyfile("def test_it(): pass")
    fixtures, markers = pytester.runpytest_subprocess("--fixtures"), pytester.runpytest_subprocess("--markers")

    fixtures.stdout.fnmatch_lines(["fake_juspay -- *", "    Start a fake Juspay for one test; *"])
    fixtures.stdout.fnmatch_lines(["juspay_webhook -- *", "    Make webhooks as your endpoint gets them: *"])
    markers.stdout.fnmatch_lines(["@pytest.mark.juspay_auth(username, password): *", "@pytest.mark.fake_juspay(*): *"])

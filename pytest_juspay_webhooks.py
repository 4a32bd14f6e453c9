"""Own the pytest plugin: fixtures that make webhooks and scenarios, and start a fake Juspay.

pytest imports it in every run of an environment that has it. So it is a module beside the package, which it loads
when a fixture is asked for.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from decimal import Decimal

    from juspay_webhooks.models.fields import Json
    from juspay_webhooks.testing import EventName, FakeJuspay, Scenario, Webhook

__all__ = ["MakeScenario", "MakeWebhook", "fake_juspay", "juspay_auth", "juspay_scenario", "juspay_webhook"]

_AUTH = ("juspay", "secret")
"""Credentials of webhooks unless a test says otherwise."""

_MARKERS = (
    "juspay_auth(username, password): credentials of the webhooks that `juspay_webhook` and `juspay_scenario` make",
    "fake_juspay(**settings): settings of the `fake_juspay` fixture, as FakeJuspay takes them",
)


class MakeWebhook(Protocol):
    """What the fixture `juspay_webhook` is."""

    def __call__(self, name: "EventName", /, *, variant: str | None = None, **overrides: "Json") -> "Webhook":
        """Make a webhook with credentials; see `juspay_webhooks.testing.make_webhook`."""
        ...


class MakeScenario(Protocol):
    """What the fixture `juspay_scenario` is."""

    def __call__(
        self,
        name: str,
        /,
        *,
        seed: int = 0,
        order_id: str | None = None,
        amount: "Decimal | int | str | None" = None,
        currency: str = "INR",
    ) -> "Scenario":
        """Make a scenario with credentials; see `juspay_webhooks.testing.make_scenario`."""
        ...


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Let the package be imported as it is, and not with rewritten asserts.

    pytest rewrites every module of a distribution that has a plugin. That would make the import slow, and running
    `python -m juspay_webhooks` from a test impossible. Where pytest keeps its list elsewhere, it goes on doing so.
    """
    hook = getattr(early_config.pluginmanager, "rewrite_hook", None)
    getattr(hook, "_must_rewrite", set[str]()).discard("juspay_webhooks")


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    for line in _MARKERS:
        config.addinivalue_line("markers", line)


@pytest.fixture
def juspay_auth(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Username and password of the webhooks, also in the environment, where `BasicAuth.from_env` looks for them.

    The marker `juspay_auth` says which; a fixture of the same name in your conftest.py says it for all tests.
    """
    marker = request.node.get_closest_marker("juspay_auth")
    username, password = _AUTH if marker is None else marker.args
    monkeypatch.setenv("JUSPAY_WEBHOOK_USERNAME", username)
    monkeypatch.setenv("JUSPAY_WEBHOOK_PASSWORD", password)
    return username, password


@pytest.fixture
def juspay_webhook(juspay_auth: tuple[str, str]) -> MakeWebhook:
    """Make webhooks as your endpoint gets them: `juspay_webhook("ORDER_SUCCEEDED", order={"amount": 5})`."""
    from juspay_webhooks.testing import make_webhook  # noqa: PLC0415 - as the module says

    def make(name: "EventName", /, *, variant: str | None = None, **overrides: "Json") -> "Webhook":
        return make_webhook(name, variant=variant, auth=juspay_auth, **overrides)

    return make


@pytest.fixture
def juspay_scenario(juspay_auth: tuple[str, str]) -> MakeScenario:
    """Make whole stories of an order: `juspay_scenario("partly_refunded_twice", amount=500)`."""
    from juspay_webhooks.testing import make_scenario  # noqa: PLC0415 - as the module says

    def make(name: str, /, **settings: Any) -> "Scenario":  # noqa: ANN401 - as the protocol says
        return make_scenario(name, auth=juspay_auth, **settings)

    return make


@pytest.fixture
def fake_juspay(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> "Iterator[FakeJuspay]":
    """Start a fake Juspay for one test; key, merchant and URL are in the environment as JUSPAY_API_KEY, ... too."""
    from juspay_webhooks.testing import FakeJuspay  # noqa: PLC0415 - as the module says

    settings: dict[str, Any] = {"api_key": "test-key", "merchant_id": "test-shop"}
    marker = request.node.get_closest_marker("fake_juspay")
    if marker is not None:
        settings |= marker.kwargs
    with FakeJuspay(**settings) as juspay:
        monkeypatch.setenv("JUSPAY_API_KEY", settings["api_key"])
        monkeypatch.setenv("JUSPAY_MERCHANT_ID", settings["merchant_id"])
        monkeypatch.setenv("JUSPAY_BASE_URL", juspay.url)
        yield juspay

"""Own the making of a scenario out of a name, and the checks of what a caller asks for."""

import re
from decimal import Decimal
from typing import Final

from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.testing._suggest import did_you_mean
from juspay_webhooks.testing.scenarios.chance import Chance
from juspay_webhooks.testing.scenarios.plot import Plot
from juspay_webhooks.testing.scenarios.scenario import Scenario
from juspay_webhooks.testing.scenarios.stories import STORIES, Story

__all__ = ["make_scenario", "scenario_names"]

_AMOUNT: Final = re.compile(r"\d{1,15}(\.\d{1,2})?", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_ABOVE_ALL: Final = Decimal(10) ** 15
_PAISA: Final = Decimal("0.01")


def scenario_names() -> tuple[str, ...]:
    """List the scenarios.

    Returns:
        Names that `make_scenario` takes: those about payments first.
    """
    return tuple(STORIES)


def make_scenario(  # noqa: PLR0913 - each is a choice of its own, by name
    name: str,
    /,
    *,
    seed: int = 0,
    order_id: str | None = None,
    amount: int | Decimal | str | None = None,
    currency: str = "INR",
    auth: tuple[str, str] | None = None,
) -> Scenario:
    """Make a scenario: webhooks whose ids, amounts and times fit together.

    `make_scenario("refunded", order_id="shop-9", amount="1499.50", auth=("juspay", "secret"))`

    Args:
        name: One of `scenario_names()`.
        seed: Decides every id, and the amount if it is not given; the same seed gives the same bytes.
        order_id: Merchant's id of the order or payout; drawn if None. A beneficiary has none.
        amount: Amount in major units, above 0, with two decimals at most; drawn if None, such that floats miscount it.
        currency: ISO 4217 code. Webhooks about payouts name none.
        auth: Username and password of the `Authorization` headers; None leaves them out. Wrong ones make webhooks of
            somebody else.

    Returns:
        The scenario.

    Raises:
        ConfigurationError: There is no such scenario (the message names the nearest), or an argument cannot be used.
    """
    story = STORIES.get(str(name))
    if story is None:
        message = f"there is no scenario {shown(str(name))}{did_you_mean(str(name), STORIES)} scenario_names() has all"
        raise ConfigurationError(message)
    chance = Chance(story.name, seed)
    plot = Plot(
        chance,
        order_id=_order_id_of(story, order_id, chance),
        amount=_amount_of(story, amount),
        currency=_currency_of(currency),
        auth=_auth_of(auth),
    )
    story.tell(plot)
    return Scenario(name=story.name, meaning=story.meaning, order_id=plot.order_id or None, steps=plot.steps)


def _order_id_of(story: Story, order_id: object, chance: Chance) -> str:
    """Give the id of the story's order; empty if it has none."""
    if order_id is None:
        return "" if story.prefix is None else story.prefix + chance.digits(10)
    if story.prefix is None:
        message = f"{story.name} is about a beneficiary: it has no order_id"
        raise ConfigurationError(message)
    if not isinstance(order_id, str) or not order_id.strip():
        message = "order_id is a text that is not empty"
        raise ConfigurationError(message)
    return order_id


def _amount_of(story: Story, amount: int | Decimal | str | None) -> Decimal | None:
    """Read an amount exactly."""
    if amount is None:
        return None
    if story.prefix is None:
        message = f"{story.name} is about a beneficiary: it has no amount"
        raise ConfigurationError(message)
    is_exact = type(amount) is int or (isinstance(amount, str) and _AMOUNT.fullmatch(amount) is not None)
    exact = Decimal(amount) if is_exact or isinstance(amount, Decimal) else Decimal(0)
    if not (exact.is_finite() and 0 < exact < _ABOVE_ALL and exact.quantize(_PAISA) == exact):
        message = (
            "amount is an int, a Decimal or a text such as '1499.50', above 0 and with two decimals at most; never a "
            "float, which cannot hold it"
        )
        raise ConfigurationError(message)
    if exact < story.least:
        message = f"{story.name} needs an amount of {story.least} at least: it has two parts"
        raise ConfigurationError(message)
    return Decimal(int(exact)) if exact == int(exact) else exact


def _currency_of(currency: object) -> str:
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        message = "currency is an ISO 4217 code in capital letters, such as 'INR'"
        raise ConfigurationError(message)
    return currency


def _auth_of(auth: object) -> tuple[str, str] | None:
    match auth:
        case None:
            return None
        case (str(username), str(password)) if isinstance(auth, tuple):
            return username, password
        case _:
            message = 'auth is a pair of texts, ("username", "password"), or None'
            raise ConfigurationError(message)

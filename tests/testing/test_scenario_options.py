"""Scenarios on request: ids, amounts and credentials of the caller's; copies, other orders, delays, damage, losses."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given, settings

import juspay_webhooks.testing
from juspay_webhooks import ConfigurationError, PayloadError, parse_event
from juspay_webhooks.events.payments import OrderEvent, UnreadableEvent
from juspay_webhooks.events.payouts import PayoutOrderEvent
from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing import Scenario, Step, make_scenario, scenario_names, strategies
from juspay_webhooks.testing.scenarios.damage import DAMAGES

every_scenario: Final = pytest.mark.parametrize("name", scenario_names())
every_seed: Final = pytest.mark.parametrize("seed", range(5))


def states_nothing(step: Step) -> bool:
    """Tell whether a body is no event, or one that says nothing of what has happened."""
    try:
        return parse_event(step.webhook.body).effects == ()
    except PayloadError:
        return True


def bodies(scenario: Scenario) -> Counter[bytes]:
    """Count the bodies."""
    return Counter(webhook.body for webhook in scenario.webhooks)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(1, "1"), (Decimal("1499.50"), "1499.50"), ("0.02", "0.02"), (Decimal("1E+3"), "1000"), ("7.00", "7")],
)
def test_wishes_are_told(amount: Json, expected: str) -> None:
    """The order has the id, the amount and the currency that were asked for, digit by digit."""
    scenario = make_scenario("split_payment", order_id="shop-9", amount=amount, currency="SGD", seed=3)
    events = [webhook.event for webhook in scenario.webhooks]

    assert "shop-9" == scenario.order_id
    assert {Decimal(expected)} == {event.order.amount for event in events if isinstance(event, OrderEvent)}
    assert all(f'"amount":{expected},'.encode() in webhook.body for webhook in scenario.webhooks)
    assert {"SGD"} == {event.order.currency for event in events if isinstance(event, OrderEvent)}
    assert not any(b"INR" in webhook.body or b"shop-1" in webhook.body for webhook in scenario.webhooks)


def test_payouts_take_wishes_too() -> None:
    """A payout has the merchant's id and amount."""
    scenario = make_scenario("payout_reversed", order_id="wages-1", amount=50)
    first = scenario.webhooks[0].event

    assert isinstance(first, PayoutOrderEvent)
    assert ("wages-1", Decimal(50)) == (first.order_id, first.info.amount)
    assert "wages-1" == scenario.order_id


@pytest.mark.parametrize("name", ["beneficiary_valid", "beneficiary_invalid"])
def test_a_beneficiary_has_no_order(name: str) -> None:
    """There is nothing that an order id or an amount could be put into."""
    assert make_scenario(name).order_id is None
    with pytest.raises(ConfigurationError, match=r"it has no order_id\Z"):
        make_scenario(name, order_id="shop-9")
    with pytest.raises(ConfigurationError, match=r"it has no amount\Z"):
        make_scenario(name, amount=5)


def test_a_misspelt_name_is_an_error_that_names_the_nearest() -> None:
    """As everywhere in the kit."""
    with pytest.raises(ConfigurationError, match=r"did you mean partly_refunded_twice\?"):
        make_scenario("partly_refunded_twise")
    with pytest.raises(ConfigurationError, match=r"there is no scenario 7"):
        make_scenario(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "amount",
    [
        0,
        -1,
        True,
        1.5,
        "1.505",
        "1_000",
        " 5",
        "1e3",
        "٣",
        "",
        b"5",
        10**15,
        Decimal("0.001"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("1." + "0" * 40 + "1"),
    ],
    ids=repr,
)
def test_amounts_that_cannot_be_paid_are_refused(amount: Json) -> None:
    """Floats most of all: they cannot hold what is to be paid."""
    with pytest.raises(ConfigurationError, match=r"\Aamount is an int, a Decimal or a text"):
        make_scenario("paid", amount=amount)


@pytest.mark.parametrize("name", ["partly_refunded_twice", "split_payment"])
def test_one_paisa_has_no_parts(name: str) -> None:
    """A story of two parts needs two paise; with these it can be told."""
    with pytest.raises(ConfigurationError, match=r"an amount of 0\.02 at least"):
        make_scenario(name, amount="0.01")

    assert make_scenario(name, amount="0.02").effects


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"seed": "1"}, "a seed is a whole number, not str"),
        ({"seed": True}, "a seed is a whole number, not bool"),
        ({"order_id": ""}, "order_id is a text"),
        ({"order_id": 9}, "order_id is a text"),
        ({"currency": "inr"}, "currency is an ISO 4217 code"),
        ({"currency": None}, "currency is an ISO 4217 code"),
        ({"auth": "juspay:secret"}, "auth is a pair of texts"),
        ({"auth": ("juspay", None)}, "auth is a pair of texts"),
        ({"auth": ["juspay", "secret"]}, "auth is a pair of texts"),
    ],
    ids=str,
)
def test_arguments_that_cannot_be_used_are_refused(wrong: dict[str, Any], message: str) -> None:
    """The message says what is expected."""
    with pytest.raises(ConfigurationError, match=message):
        make_scenario("paid", **wrong)


@every_scenario
def test_duplicates_come_later_and_are_the_same(name: str) -> None:
    """Every body comes so many times, the story is told at the same times, and there is nothing more to do."""
    scenario = make_scenario(name)
    often = scenario.duplicated(3)

    assert dict.fromkeys(bodies(scenario), 3) == bodies(often)
    assert [step for step in scenario.steps if step not in often.steps] == []
    assert often.steps == tuple(sorted(often.steps, key=lambda step: step.after))
    assert scenario.effects == often.effects
    assert scenario == scenario.duplicated(1)


@every_seed
def test_another_order_has_the_same_webhooks(seed: int) -> None:
    """The webhooks are the same and come at the same times, in an order that the seed decides."""
    scenario = make_scenario("partly_refunded_twice")
    shuffled = scenario.shuffled(seed)

    assert bodies(scenario) == bodies(shuffled)
    assert [step.after for step in scenario.steps] == [step.after for step in shuffled.steps]
    assert scenario.webhooks != shuffled.webhooks
    assert shuffled == scenario.shuffled(seed)
    assert shuffled != scenario.shuffled(seed + 1)
    assert scenario.effects == shuffled.effects


@every_seed
def test_delays_make_webhooks_late(seed: int) -> None:
    """At least one comes late, none early, and they come by time."""
    scenario = make_scenario("refunded")
    delayed = scenario.delayed(seed)
    waits = [
        later.after - step.after for step in scenario.steps for later in delayed.steps if later.number == step.number
    ]

    assert timedelta(0) <= min(waits)
    assert timedelta(0) < max(waits) <= timedelta(days=1)
    assert delayed.steps == tuple(sorted(delayed.steps, key=lambda step: step.after))
    assert bodies(scenario) == bodies(delayed)
    assert delayed == scenario.delayed(seed)
    assert scenario.effects == delayed.effects


@every_scenario
def test_damaged_copies_state_nothing(name: str) -> None:
    """One body is damaged in each way and says nothing any more; the whole ones still come."""
    scenario = make_scenario(name, auth=("u", "p"))
    for seed in range(5):
        corrupted = scenario.corrupted(seed)
        damaged = [step for step in corrupted.steps if not step.is_intact]

        assert list(scenario.steps) == sorted(
            (step for step in corrupted.steps if step.is_intact), key=lambda step: step.number
        )
        assert len(DAMAGES) == len(damaged) == 5
        assert all(states_nothing(step) for step in damaged)
        assert not {step.webhook.body for step in damaged} & set(bodies(scenario))
        assert all(step.webhook.headers == scenario.webhooks[0].headers for step in damaged)
        assert corrupted.steps == tuple(sorted(corrupted.steps, key=lambda step: step.after))
        assert min(step.after for step in corrupted.steps) >= timedelta(0)
        assert corrupted == scenario.corrupted(seed)
        assert scenario.effects == corrupted.effects


def test_every_kind_of_damage_is_there() -> None:
    """Nothing, no JSON, JSON that is cut or has a wrong byte, and an event that cannot be read."""
    damaged = [step.webhook.body for step in make_scenario("paid").corrupted().steps if not step.is_intact]
    readable = [body for body in damaged if body.startswith(b"{") and body.endswith(b"}")]
    (event,) = [parse_event(body) for body in readable if b'"status":{}' in body]

    assert 1 == damaged.count(b"")
    assert 1 == sum(body.startswith(b"<html>") for body in damaged)
    assert 1 == sum(body.startswith(b"{") and not body.endswith(b"}") for body in damaged)
    assert 1 == sum(b'";' in body for body in readable)
    assert isinstance(event, UnreadableEvent)


def test_webhooks_that_never_came() -> None:
    """Names of events choose what came, their damaged copies included."""
    scenario = make_scenario("refunded").corrupted()
    paid = scenario.only("ORDER_SUCCEEDED")
    rest = scenario.without("ORDER_SUCCEEDED")

    assert {"ORDER_SUCCEEDED"} == {step.name for step in paid.steps}
    assert len(scenario.steps) == len(paid.steps) + len(rest.steps)
    assert "ORDER_SUCCEEDED" not in {step.name for step in rest.steps}
    assert ["OrderPaid"] == [type(effect).__name__ for effect in paid.effects]
    assert ["OrderPaid", "RefundSettled"] == [type(effect).__name__ for effect in rest.effects]


def test_names_of_payouts_are_pairs_or_texts() -> None:
    """Both spellings choose the same."""
    scenario = make_scenario("payout_succeeded")

    assert scenario.only("ORDER/FULFILLMENTS_SUCCESSFUL") == scenario.only(("ORDER", "FULFILLMENTS_SUCCESSFUL"))
    assert 6 == len(scenario.without(("FULFILLMENT_TXN", "SUCCESS")).steps)


def test_nothing_is_a_scenario_too() -> None:
    """A merchant may hear of nothing at all; every option leaves it so."""
    nothing = make_scenario("paid").only()

    assert ((), (), ()) == (nothing.steps, nothing.webhooks, nothing.effects)
    assert nothing == nothing.duplicated() == nothing.shuffled() == nothing.delayed() == nothing.corrupted()


def test_options_can_be_chained() -> None:
    """Damage to damaged copies is no use: whole ones are damaged again, and everything is copied and mixed."""
    scenario = make_scenario("paid").corrupted(1).corrupted(2).delayed(3).duplicated().shuffled(4)

    assert 2 * (4 + 5 + 5) == len(scenario.steps)
    assert make_scenario("paid").effects == scenario.effects


@pytest.mark.parametrize("times", [0, -1, True, 1.0, "2"])
def test_copies_are_counted_in_whole_numbers(times: Json) -> None:
    """Anything else is a slip of the pen."""
    with pytest.raises(ConfigurationError, match="times is a whole number above 0"):
        make_scenario("paid").duplicated(times)


@pytest.mark.parametrize("option", ["shuffled", "delayed", "corrupted"])
def test_seeds_of_options_are_whole_numbers(option: str) -> None:
    """A seed is never silently something else."""
    with pytest.raises(ConfigurationError, match="a seed is a whole number, not float"):
        getattr(make_scenario("paid"), option)(1.0)


@pytest.mark.parametrize("option", ["only", "without"])
def test_events_that_never_come_cannot_be_lost(option: str) -> None:
    """The message names the nearest, and what the scenario has."""
    with pytest.raises(
        ConfigurationError, match=r"paid has no ORDER_SUCEEDED; did you mean ORDER_SUCCEEDED\? It has: "
    ):
        getattr(make_scenario("paid"), option)("ORDER_SUCEEDED")


@settings(max_examples=40, deadline=None)
@given(strategies.scenarios(auth=("juspay", "secret")))
def test_drawn_scenarios_are_whole(scenario: Scenario) -> None:
    """A drawn scenario has every webhook of its story, the same number of times, with credentials."""
    counts = Counter(step.number for step in scenario.steps)

    assert 1 == len(set(counts.values()))
    assert list(range(len(counts))) == sorted(counts)
    assert all("Authorization" in webhook.headers for webhook in scenario.webhooks)
    assert all(step.is_intact for step in scenario.steps)


def test_scenarios_load_when_they_are_asked_for() -> None:
    """Who only makes single webhooks does not pay for stories."""
    code = (
        "import sys, juspay_webhooks.testing as kit; before = 'juspay_webhooks.testing.scenarios' in sys.modules; "
        "kit.make_scenario; print(before, 'juspay_webhooks.testing.scenarios' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True, text=True)

    assert "False True\n" == done.stdout


def test_every_name_of_the_kit_is_there() -> None:
    """Loaded or not."""
    names = juspay_webhooks.testing.__all__

    assert set(names) <= set(dir(juspay_webhooks.testing))
    assert all(getattr(juspay_webhooks.testing, name) is not None for name in names)
    with pytest.raises(AttributeError, match="no attribute 'make_story'"):
        _ = juspay_webhooks.testing.make_story  # pyright: ignore[reportAttributeAccessIssue]

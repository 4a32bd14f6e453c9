"""A receiver under every scenario: each effect is acted on once, nothing else is, and no whole webhook is refused."""

from collections import Counter
from collections.abc import Iterator
from typing import Final, get_args

import pytest
from hypothesis import given, settings

from juspay_webhooks import BasicAuth, Receiver, Retryable
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.testing import Scenario, Step, make_scenario, scenario_names, strategies
from juspay_webhooks.testing.scenarios.chance import Chance

AUTH: Final = ("juspay", "secret")
EFFECTS: Final = get_args(Effect)
ROUNDS: Final = 5


def variations(name: str) -> Iterator[Scenario]:
    """List one scenario in every way in which it may come."""
    for seed in range(2):
        scenario = make_scenario(name, seed=seed, auth=AUTH)
        yield scenario
        yield scenario.duplicated()
        yield scenario.delayed(seed)
        for order in range(4):
            yield scenario.shuffled(order)
            yield scenario.corrupted(order).duplicated().shuffled(order)


class Shop:
    """A merchant with a receiver, whose handlers may ask for another attempt."""

    def __init__(self, *, failing: int | None = None) -> None:
        """Set the receiver up; with a seed, about half of the handlers fail at first."""
        self.acted: list[Effect] = []
        self._chance = None if failing is None else Chance("failing", failing)
        self._failed: set[str] = set()
        self._receiver = Receiver(BasicAuth(*AUTH), inbox=MemoryInbox())
        for kind in EFFECTS:
            self._receiver.on_effect(kind)(self._act)

    def _act(self, effect: Effect) -> None:
        if self._chance is not None and effect.key not in self._failed and self._chance.number(0, 2):
            self._failed.add(effect.key)
            message = "not now"
            raise Retryable(message)
        self.acted.append(effect)

    def answer(self, step: Step) -> int:
        """Receive one webhook."""
        return self._receiver.handle(headers=step.webhook.headers, body=step.webhook.body).status

    def receive(self, scenario: Scenario) -> list[int]:
        """Receive a scenario, and give the last answer to each step; what was answered with 5xx comes again."""
        answers = [self.answer(step) for step in scenario.steps]
        for _ in range(ROUNDS):
            for index, step in enumerate(scenario.steps):
                if answers[index] >= 500:
                    answers[index] = self.answer(step)
        return answers


def check(shop: Shop, scenario: Scenario) -> None:
    """Demand that a shop did what a scenario asks for."""
    answers = shop.receive(scenario)
    stated = {effect.key: effect for step in scenario.steps if step.is_intact for effect in step.webhook.event.effects}
    due = [effect.key for effect in scenario.effects]
    acted = [effect.key for effect in shop.acted]
    late = [
        effect.key
        for index, effect in enumerate(shop.acted)
        if effect.overtaken_by is not None and effect.overtaken_by in acted[:index]
    ]

    for step, answer in zip(scenario.steps, answers, strict=True):
        assert answer in ({200} if step.is_intact else {200, 400}), step.name
    assert set() == {key for key, times in Counter(acted).items() if times > 1}
    assert set(due) <= set(acted) <= stated.keys()
    assert [] == late
    assert all(effect == stated[effect.key] for effect in shop.acted)


@pytest.mark.parametrize("name", scenario_names())
def test_each_effect_is_acted_on_once(name: str) -> None:
    """As told, duplicated, delayed, in other orders and damaged."""
    for scenario in variations(name):
        check(Shop(), scenario)


@pytest.mark.parametrize("name", scenario_names())
def test_handlers_that_fail_act_once_in_the_end(name: str) -> None:
    """A handler that fails is called again when the webhook comes again, and no handler that returned is."""
    for seed, scenario in enumerate(variations(name)):
        check(Shop(failing=seed), scenario)


def test_all_scenarios_at_one_shop() -> None:
    """Stories do not get in each other's way: their ids differ."""
    shop = Shop()
    told = [make_scenario(name, seed=seed, auth=AUTH) for name in scenario_names() for seed in range(3)]
    for scenario in told:
        assert {200} == set(shop.receive(scenario))

    due = Counter(effect.key for scenario in told for effect in scenario.effects)
    acted = Counter(effect.key for effect in shop.acted)

    assert {1} == set(due.values())
    assert due <= acted
    assert {"PaymentFailed"} == {key.split("/")[1] for key in acted - due}


@pytest.mark.parametrize("auth", [None, ("", ""), ("juspay", ""), ("juspay", "guess")], ids=str)
def test_scenarios_of_somebody_else_are_refused(auth: tuple[str, str] | None) -> None:
    """Nothing is acted on without the right credentials."""
    shop = Shop()

    assert {401} == set(shop.receive(make_scenario("paid", auth=auth)))
    assert [] == shop.acted


@settings(max_examples=40, deadline=None)
@given(strategies.scenarios(auth=AUTH))
def test_drawn_scenarios_are_acted_on_once(scenario: Scenario) -> None:
    """Any seed, any number of copies, any order."""
    check(Shop(), scenario)

"""Own a scenario: webhooks in the order in which they come, and what must be done about them.

It must never read a clock, nor draw without a seed: a scenario that a test found bad is found again.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final

import attrs

from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.testing._suggest import did_you_mean
from juspay_webhooks.testing.factories import Webhook
from juspay_webhooks.testing.samples import EventName
from juspay_webhooks.testing.scenarios.chance import Chance
from juspay_webhooks.testing.scenarios.damage import DAMAGES

__all__ = ["Scenario", "Step"]

_REPEATED: Final = timedelta(seconds=45)
"""How long after a webhook its copy comes. How soon Juspay sends again is not published."""

_LATE: Final = (60, 600, 3600, 6 * 3600, 24 * 3600)
"""How late a webhook may be, in seconds."""

_SHIFT: Final = 30
"""How many seconds before or after a webhook its damaged copy comes, at most."""


@attrs.frozen(kw_only=True)
class Step:
    """One webhook that comes."""

    after: timedelta
    """How long after the beginning it comes."""

    webhook: Webhook
    """What comes."""

    name: str
    """Name of the event, `LABEL/VALUE` for payouts."""

    number: int
    """Place of the webhook in the story as it was told, from 0; its copies have the same."""

    is_intact: bool = True
    """False for a damaged copy: it states no fact, whatever is answered."""


@attrs.frozen(kw_only=True)
class Scenario:
    """A believable sequence of webhooks about one order, payout or beneficiary.

    Its methods give other scenarios: copies, another order, delays, damage, losses. They can be chained.
    """

    name: str
    """One of `scenario_names()`."""

    meaning: str
    """What happens, in one line."""

    order_id: str | None
    """Merchant's id of the order or payout; None if the story is about a beneficiary."""

    steps: tuple[Step, ...]
    """What comes, by time."""

    @property
    def webhooks(self) -> tuple[Webhook, ...]:
        """The webhooks as they come, damaged ones included."""
        return tuple(step.webhook for step in self.steps)

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What must be acted on, each once, in the order of the story.

        An effect that another one overtakes is left out: a failed attempt of an order that is paid. Who acts on it
        before the order is paid is right too. The order, copies, delays and damage change nothing here; a webhook that
        never came may.
        """
        found: dict[str, Effect] = {}
        for step in sorted(self.steps, key=lambda step: step.number):
            for effect in step.webhook.event.effects if step.is_intact else ():
                found.setdefault(effect.key, effect)
        return tuple(effect for effect in found.values() if effect.overtaken_by not in found)

    def duplicated(self, times: int = 2) -> "Scenario":
        """Let each webhook come several times, byte for byte the same.

        Args:
            times: How many times, 1 or more.

        Returns:
            The scenario; copies come later, between the others.

        Raises:
            ConfigurationError: It is no whole number above 0.
        """
        if type(times) is not int or times < 1:
            message = "times is a whole number above 0"
            raise ConfigurationError(message)
        return self._with(
            attrs.evolve(step, after=step.after + copy * _REPEATED) for copy in range(times) for step in self.steps
        )

    def shuffled(self, seed: int = 0) -> "Scenario":
        """Let the webhooks come in another order; no order is promised.

        Args:
            seed: Decides the order.

        Returns:
            The scenario.

        Raises:
            ConfigurationError: The seed is no whole number.
        """
        order = Chance("shuffled", seed).order(self.steps)
        return self._with(attrs.evolve(step, after=place.after) for step, place in zip(order, self.steps, strict=True))

    def delayed(self, seed: int = 0) -> "Scenario":
        """Let some webhooks come late, up to a day; at least one does.

        Args:
            seed: Decides which, and how late.

        Returns:
            The scenario.

        Raises:
            ConfigurationError: The seed is no whole number.
        """
        chance = Chance("delayed", seed)
        surely = chance.number(0, len(self.steps))
        return self._with(
            attrs.evolve(step, after=step.after + timedelta(seconds=chance.pick(_LATE)))
            if index == surely or chance.number(0, 2)
            else step
            for index, step in enumerate(self.steps)
        )

    def corrupted(self, seed: int = 0) -> "Scenario":
        """Add damaged copies: a cut body, a changed byte, nothing, no JSON, and a field of a wrong type.

        The whole ones still come, before or after; `Step.is_intact` tells them apart.

        Args:
            seed: Decides which webhooks, where, and when.

        Returns:
            The scenario.

        Raises:
            ConfigurationError: The seed is no whole number.
        """
        chance = Chance("corrupted", seed)
        whole = [step for step in self.steps if step.is_intact]
        damaged: list[Step] = []
        for damage in DAMAGES if whole else ():
            step = chance.pick(whole)
            webhook = attrs.evolve(step.webhook, body=damage(step.webhook.body, chance))
            after = max(timedelta(0), step.after + timedelta(seconds=chance.number(-_SHIFT, _SHIFT + 1)))
            damaged.append(attrs.evolve(step, after=after, webhook=webhook, is_intact=False))
        return self._with((*damaged, *self.steps))

    def only(self, *event_names: EventName) -> "Scenario":
        """Keep the webhooks of some events: the others never came.

        Args:
            *event_names: Names of events that the scenario has: texts (payments) or (label, value) pairs (payouts).

        Returns:
            The scenario.

        Raises:
            ConfigurationError: It has no such event.
        """
        kept = self._known(event_names)
        return self._with(step for step in self.steps if step.name in kept)

    def without(self, *event_names: EventName) -> "Scenario":
        """Leave out the webhooks of some events: they never came.

        Args:
            *event_names: Names of events that the scenario has: texts (payments) or (label, value) pairs (payouts).

        Returns:
            The scenario.

        Raises:
            ConfigurationError: It has no such event.
        """
        lost = self._known(event_names)
        return self._with(step for step in self.steps if step.name not in lost)

    def _with(self, steps: Iterable[Step]) -> "Scenario":
        """Tell the same story with other steps; of two at one time the first given comes first."""
        return attrs.evolve(self, steps=tuple(sorted(steps, key=lambda step: step.after)))

    def _known(self, event_names: Collection[EventName]) -> frozenset[str]:
        """Demand names of events of the scenario."""
        names = {"/".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in event_names}
        known = dict.fromkeys(step.name for step in self.steps)
        for name in sorted(names - known.keys()):
            message = f"{self.name} has no {shown(name)}{did_you_mean(name, known)} It has: {', '.join(known)}"
            raise ConfigurationError(message)
        return frozenset(names)

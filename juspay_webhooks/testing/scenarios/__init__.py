"""Own the scenarios: believable sequences of webhooks about one order, payout or beneficiary, made from a seed.

The list of the stories is in `stories`, and so is what it takes to add one.
"""

from juspay_webhooks.testing.scenarios.making import make_scenario, scenario_names
from juspay_webhooks.testing.scenarios.scenario import Scenario, Step

__all__ = ["Scenario", "Step", "make_scenario", "scenario_names"]

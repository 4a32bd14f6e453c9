"""The inbox in memory and that in a database: whatever happens in whichever order, they agree."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from juspay_webhooks import Effect
from juspay_webhooks.inbox import Claim, Inbox, MemoryInbox, Record, Sighting, SqlInbox, State, Unit
from tests.inbox.records import ENDS, FAILED, LEASE, PAID, Clock, counts, paid, record
from tests.inbox.test_memory_orders import order, sighting

Claims: TypeAlias = tuple[Claim, Claim]
"""What the two said."""

Units: TypeAlias = tuple[Unit, Unit]
"""The two's handling of one effect."""

EFFECTS: Final = (PAID, FAILED, paid("Shop-2"))

SIGHTINGS: Final = [
    sighting(order(name, order_id))
    for name in ("TXN_CREATED", "ORDER_SUCCEEDED", "ORDER_FAILED", "ORDER_REFUNDED")
    for order_id in ("Shop-1", "shop-1", "Shop-2")
]

DELIVERIES: Final = [record(name, body) for name in (None, "evt_1", "evt_2") for body in (b"1", b"2")]


class Agreeing(RuleBasedStateMachine):
    """Deliveries, duplicates, crashes, leases that end, other bodies under an id, effects."""

    claims: Bundle[Claims] = Bundle("claims")
    units: Bundle[Units] = Bundle("units")

    @initialize()
    def begin(self) -> None:
        """Begin with nothing."""
        self.clock = Clock()
        self.folder = TemporaryDirectory()
        lease = timedelta(seconds=LEASE)
        self.sql = SqlInbox(f"sqlite:///{Path(self.folder.name) / 'inbox.db'}", lease=lease, clock=self.clock)
        self.memory = MemoryInbox(lease=lease, clock=self.clock, max_age=timedelta(days=10_000))

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.sql.close()
        self.folder.cleanup()

    def both(self, call: Callable[[Inbox], object]) -> None:
        """Do one thing with each; they must say the same."""
        assert call(self.memory) == call(self.sql)

    @rule(target=claims, one=st.sampled_from(DELIVERIES))
    def claim(self, one: Record) -> Claims:
        """Deliver: new, a duplicate, a retry, or another body under an id; claims that are never settled crashed."""
        claims = self.memory.claim(one), self.sql.claim(one)

        said = [(each.verdict, each.key, each.attempt, each.id_conflict, each.token > 0) for each in claims]
        assert said[0] == said[1]
        return claims

    @rule(one=st.sampled_from(DELIVERIES))
    def store(self, one: Record) -> None:
        """Keep for later."""
        self.both(lambda inbox: inbox.store(one))

    @rule(one=st.sampled_from(DELIVERIES))
    def quarantine(self, one: Record) -> None:
        """Keep what cannot be read."""
        self.both(lambda inbox: inbox.quarantine(one))

    @rule(claims=claims, state=st.sampled_from([*ENDS, State.RECEIVED, State.PROCESSING]))
    def settle(self, claims: Claims, state: State) -> None:
        """Settle a claim: for the first time or not, in time or not."""
        assert self.memory.settle(claims[0], state) == self.sql.settle(claims[1], state)

    @rule(seconds=st.sampled_from([1, LEASE / 2, LEASE]))
    def wait(self, seconds: float) -> None:
        """Let leases end."""
        self.clock.seconds += seconds

    @rule(target=units, effect=st.sampled_from(EFFECTS))
    def act(self, effect: Effect) -> Units:
        """Begin with an effect."""
        units = self.memory.begin("shop"), self.sql.begin("shop")

        assert units[0].once(effect) is units[1].once(effect)
        return units

    @rule(units=units, effect=st.sampled_from(EFFECTS))
    def act_more(self, units: Units, effect: Effect) -> None:
        """Claim one more, or anew."""
        assert units[0].once(effect) is units[1].once(effect)

    @rule(units=units, is_done=st.booleans())
    def end(self, units: Units, is_done: bool) -> None:  # noqa: FBT001 - Hypothesis names it
        """Keep or forget, in time or not, once or more."""
        for unit in units:
            (unit.commit if is_done else unit.rollback)()

    @rule(units=consumes(units))
    def vanish(self, units: Units) -> None:
        """Crash in the middle of an effect."""

    @rule(effect=st.sampled_from(EFFECTS))
    def once(self, effect: Effect) -> None:
        """Act elsewhere."""
        self.both(lambda inbox: inbox.once(effect, namespace="shop"))

    @rule(one=st.sampled_from(SIGHTINGS), claims=claims)
    def see(self, one: Sighting, claims: Claims) -> None:
        """Report an order, alone or with a delivery."""
        self.both(lambda inbox: inbox.see(one))
        one = attrs.evolve(one, source="poll")
        assert self.memory.settle(claims[0], State.DONE, sighting=one) == self.sql.settle(
            claims[1], State.DONE, sighting=one
        )

    @invariant()
    def they_know_the_same(self) -> None:
        """Each order stands where the other has it."""
        for order_id in ("Shop-1", "Shop-2"):
            self.both(lambda inbox, order_id=order_id: inbox.order(order_id, namespace="shop"))  # type: ignore[misc]

    @invariant()
    def they_count_the_same(self) -> None:
        """Each delivery stands where the other has it."""
        self.both(counts)


TestAgreeing = Agreeing.TestCase
TestAgreeing.settings = settings(max_examples=60, stateful_step_count=30)

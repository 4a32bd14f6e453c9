"""The inbox in memory against a model of it: deliveries, duplicates, crashes, retries, ids used twice, effects."""

from typing import Final, TypeAlias

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from juspay_webhooks import Effect
from juspay_webhooks.inbox import Claim, InboxUnavailable, State, Unit, Verdict
from tests.inbox.records import DAY, ENDS, FAILED, LEASE, PAID, Clock, counts, paid, record, small

ENTRIES: Final = 4
MOST_EFFECTS: Final = 2
EFFECTS: Final = (PAID, FAILED, paid("Shop-2"))


@attrs.define(eq=False)
class Delivery:
    """What the model knows of a delivery."""

    order: int
    """The greater, the later it came, or was settled."""

    state: State | None = None
    """Where it stands; None if it is not known, or not any more."""

    since: float = 0
    """Since when."""

    attempt: int = 0
    """How often it was claimed."""

    holder: object = None
    """The last claim."""


Held: TypeAlias = tuple[Claim, Delivery]
"""A claim on a delivery."""


@attrs.define(eq=False)
class Acting:
    """A unit, and what the model knows of it."""

    unit: Unit
    """The unit."""

    effect: Effect
    """The effect that it claimed."""

    since: float
    """Since when."""


class Remembering(RuleBasedStateMachine):
    """Whatever happens in whichever order, the inbox says what the model says."""

    claims: Bundle[Held] = Bundle("claims")
    units: Bundle[Acting] = Bundle("units")

    @initialize()
    def begin(self) -> None:
        """Begin with nothing."""
        self.clock = Clock()
        self.inbox = small(self.clock, ENTRIES, effects=MOST_EFFECTS)
        self.known: dict[tuple[str | None, bytes, bool], Delivery] = {}
        self.done: list[str] = []
        self.acting: dict[str, Acting] = {}
        self.acted: list[str] = []
        self.last = 0

    def settled(self) -> list[Delivery]:
        """List the deliveries that may be forgotten: dead ones last, of each those settled longest ago first."""
        settled = [one for one in self.known.values() if one.state in ENDS]
        return sorted(settled, key=lambda one: (one.state is State.DEAD, one.order))

    def forget(self) -> None:
        """Let time have passed."""
        now = self.clock()
        self.known = {name: one for name, one in self.known.items() if one.state not in ENDS or now - one.since < DAY}
        self.acting = {key: one for key, one in self.acting.items() if now - one.since < LEASE}

    def keep(self, effect: Effect) -> None:
        """Note that an effect is done; where there are too many the oldest goes, attempts that failed aside."""
        self.done += [] if effect.key in self.done else [effect.key]
        others = [key for key in self.done if key != FAILED.key]
        if len(others) > MOST_EFFECTS:
            self.done.remove(others[0])

    def is_full(self, verdict: Verdict) -> bool:
        """Tell whether there is room for no more claims on effects."""
        return verdict is Verdict.CLAIMED and len(self.acting) >= MOST_EFFECTS

    def found(self, event_id: str | None, body: bytes) -> tuple[tuple[str | None, bytes, bool], Delivery | None]:
        """Look a delivery up: the first body under an id has it, others are conflicts."""
        firsts = [name[1] for name in self.known if event_id is not None and name[0] == event_id and not name[2]]
        name = (event_id, body, firsts not in ([], [body]))
        return name, self.known.get(name)

    @rule(target=claims, event_id=st.sampled_from([None, "evt_1", "evt_2"]), body=st.sampled_from([b"1", b"2"]))
    def deliver(self, event_id: str | None, body: bytes) -> Held | MultipleResults[Held]:
        """Deliver something: new, a duplicate, a retry, or another body under an id."""
        self.forget()
        name, one = self.found(event_id, body)
        if one is None and len(self.known) >= ENTRIES:
            if not self.settled():
                with pytest.raises(InboxUnavailable):
                    self.inbox.claim(record(event_id, body))
                return multiple()
            oldest = self.settled()[0]
            self.known = {name: other for name, other in self.known.items() if other is not oldest}
        claim = self.inbox.claim(record(event_id, body))
        if one is None:
            self.last += 1
            one = self.known[name] = Delivery(self.last)

        is_held = one.state is State.PROCESSING and self.clock() - one.since < LEASE
        ended = {State.DONE: Verdict.DUPLICATE, State.DEAD: Verdict.DEAD}
        verdict = Verdict.BUSY if is_held else ended.get(one.state or State.RECEIVED, Verdict.CLAIMED)
        assert (verdict, name[2]) == (claim.verdict, claim.id_conflict)
        if verdict is not Verdict.CLAIMED:
            assert one.attempt == claim.attempt
            assert not self.inbox.settle(claim, State.DONE)
            return multiple()
        one.state, one.since, one.attempt, one.holder = State.PROCESSING, self.clock(), one.attempt + 1, claim
        assert one.attempt == claim.attempt
        return claim, one

    @rule(held=claims, state=st.sampled_from(ENDS))
    def settle(self, held: Held, state: State) -> None:
        """Settle a claim: for the first time or not, in time or not."""
        self.forget()
        claim, one = held

        is_ours = one.holder is claim and one.state is State.PROCESSING
        assert is_ours == self.inbox.settle(claim, state)
        if is_ours:
            self.last += 1
            one.order, one.state, one.since = self.last, state, self.clock()

    @rule(held=consumes(claims))
    def crash(self, held: Held) -> None:
        """Never settle a claim."""

    @rule(seconds=st.sampled_from([1, LEASE / 2, LEASE, DAY / 2, DAY]))
    def wait(self, seconds: float) -> None:
        """Let time pass: leases expire, and what is old is forgotten."""
        self.clock.seconds += seconds

    def standing(self, effect: Effect) -> Verdict:
        """Say what becomes of one who asks for an effect."""
        self.forget()
        for key in (effect.key, effect.overtaken_by):
            if key in self.done:
                return Verdict.DUPLICATE
            if key in self.acting:
                return Verdict.BUSY
        return Verdict.CLAIMED

    @rule(target=units, effect=st.sampled_from(EFFECTS))
    def act(self, effect: Effect) -> Acting | MultipleResults[Acting]:
        """Begin with an effect."""
        verdict, unit = self.standing(effect), self.inbox.begin("shop")
        if self.is_full(verdict):
            with pytest.raises(InboxUnavailable):
                unit.once(effect)
            return multiple()

        assert verdict is unit.once(effect)
        if verdict is not Verdict.CLAIMED:
            unit.commit()  # of nothing
            return multiple()
        acting = self.acting[effect.key] = Acting(unit, effect, self.clock())
        return acting

    @rule(acting=consumes(units), is_done=st.booleans())
    def end(self, acting: Acting, is_done: bool) -> None:  # noqa: FBT001 - Hypothesis names it
        """Keep an effect or give it up, in time or not."""
        self.forget()
        key = acting.effect.key
        is_ours = self.acting.get(key) is acting
        if is_done:
            acting.unit.commit()
            self.keep(acting.effect)
            self.acting.pop(key, None)
            self.acted += [key] if is_ours else []
        else:
            acting.unit.rollback()
            if is_ours:
                del self.acting[key]

    @rule(acting=consumes(units))
    def vanish(self, acting: Acting) -> None:
        """Crash in the middle of an effect."""

    @rule(effect=st.sampled_from(EFFECTS))
    def another_event_did_it(self, effect: Effect) -> None:
        """Do an effect elsewhere, from the beginning to the end."""
        verdict = self.standing(effect)
        if self.is_full(verdict):
            with pytest.raises(InboxUnavailable):
                self.inbox.once(effect, namespace="shop")
            return

        assert (verdict is Verdict.CLAIMED) == self.inbox.once(effect, namespace="shop")
        if verdict is Verdict.CLAIMED:
            self.keep(effect)
            self.acted.append(effect.key)

    @invariant()
    def it_counts_what_is_known(self) -> None:
        """Each delivery stands where the model has it, and nothing else is there."""
        self.forget()
        states = [one.state.value for one in self.known.values() if one.state is not None]
        expected = {state: states.count(state) for state in states} | {"effects": len(self.done)}

        assert {name: number for name, number in expected.items() if number} == counts(self.inbox)
        assert len(states) <= ENTRIES
        assert len(self.done) <= MOST_EFFECTS + 1

    @invariant()
    def nothing_is_done_twice(self) -> None:
        """Among those who acted while their claims lived, each effect has one at most, until it is forgotten."""
        self.forget()
        self.acted = [key for key in self.acted if key in self.done]

        assert len(set(self.acted)) == len(self.acted)


TestRemembering = Remembering.TestCase
TestRemembering.settings = settings(max_examples=150, stateful_step_count=40)

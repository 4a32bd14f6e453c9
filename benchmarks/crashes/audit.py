"""Own the judgement: what the database and the merchant have, against what was answered with 200."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import attrs
from sqlalchemy import Engine, select

from benchmarks.crashes.campaign import Campaign
from benchmarks.crashes.shop import Shop
from juspay_webhooks.inbox import State

__all__ = ["Verdicts", "judged"]


@attrs.frozen(kw_only=True)
class Verdicts:
    """What was found; each text names a delivery or an effect."""

    effects: int
    """Effects that the merchant has."""

    doubles: int
    """Side effects that were done again: at least once is what is promised of them."""

    lost: list[str]
    """Answered with 200, and not handled."""

    stuck: list[str]
    """Neither done nor given to anybody although every lease is over."""

    wrong: list[str]
    """Done twice, done without being asked, or handled again without a death that would explain it."""

    @property
    def all(self) -> list[str]:
        """All violations."""
        return [*self.lost, *self.stuck, *self.wrong]


def judged(shop: Shop, campaign: Campaign, engine: Engine, *, unsettled: int) -> Verdicts:
    """Compare what is there with what must be there.

    Args:
        shop: The merchant.
        campaign: What was sent.
        engine: The merchant's connections.
        unsettled: Deliveries that were answered with 200 by who handles at once, and yet were left to a worker.

    Returns:
        What is wrong.
    """
    wanted = {effect for sending in campaign.answered.values() for effect in sending.effects}
    with engine.connect() as connection:
        rows = Counter(str(effect) for effect in connection.scalars(select(shop.table.c.effect)))
    lines = _lines(shop.side_effects)
    lost, stuck = _deliveries(shop, campaign)
    lost += [f"{effect}: the merchant has no row of it" for effect in wanted if effect not in rows]
    lost += [f"{effect}: its side effect was never done" for effect in wanted if effect not in lines]
    wrong = [f"{effect}: the merchant has {count} rows of it" for effect, count in rows.items() if count > 1]
    wrong += [f"{effect}: nobody sent it" for effect in {*rows, *lines} - wanted]
    wrong += _unexplained(lines, campaign.killed)
    if unsettled:
        wrong.append(f"{unsettled} deliveries were answered with 200 before they were done")
    acted = shop.inbox.stats().effects
    if acted != len(wanted):
        wrong.append(f"the inbox remembers {acted} effects, and there are {len(wanted)}")
    doubles = sum(len(requests) - 1 for requests in lines.values())
    return Verdicts(
        effects=len(rows),
        doubles=doubles,
        lost=lost,
        stuck=[*campaign.stuck, *stuck],
        wrong=[*campaign.violations, *wrong],
    )


def _lines(file: Path) -> dict[str, list[int]]:
    """Read the side effects: effect -> requests in which it was done, in order."""
    found: dict[str, list[int]] = defaultdict(list)
    for line in file.read_text(encoding="utf-8").splitlines():
        request, effect = line.split("\t")
        found[effect].append(int(request))
    return found


def _deliveries(shop: Shop, campaign: Campaign) -> tuple[list[str], list[str]]:
    """Find the deliveries that are not there, and those that are not done."""
    states: dict[str | None, State] = {}
    for state in State:
        entries = shop.inbox.entries(state, limit=2 * len(campaign.answered) + 1)
        states |= {entry.record.event_id: state for entry in entries}
    lost = [
        f"{event_id} ({sending.kind}): answered with 200, and the inbox does not know it"
        for event_id, sending in campaign.answered.items()
        if event_id not in states
    ]
    stuck = [f"{event_id}: it is {state.value}" for event_id, state in states.items() if state is not State.DONE]
    return lost, stuck


def _unexplained(lines: dict[str, list[int]], killed: set[int]) -> Iterator[str]:
    """Find handlers that ran again although the process in which they had run went on."""
    for effect, requests in lines.items():
        for request in requests[:-1]:
            if request not in killed:
                yield f"{effect}: handled again (requests {requests}) although request {request} was not killed"

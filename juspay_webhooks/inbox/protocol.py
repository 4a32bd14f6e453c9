"""Own what an inbox is: the states of a delivery, what is remembered of it, and the calls that a receiver makes.

```
received -> processing -> done
                       -> failed -> processing (it came again, or its time came) -> dead
quarantined
```

An inbox knows nothing of HTTP, handlers or parsing.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import attrs

from juspay_webhooks.errors import JuspayWebhooksError
from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox.keys import digest
from juspay_webhooks.inbox.pending import Agenda
from juspay_webhooks.inbox.sightings import Sighting

__all__ = [
    "Claim",
    "Inbox",
    "InboxUnavailable",
    "Record",
    "Settlement",
    "State",
    "Stats",
    "Unit",
    "Verdict",
    "WorkInbox",
]


class InboxUnavailable(JuspayWebhooksError):
    """The inbox cannot remember anything now (full, or its database is away): answer 503, the sender comes again."""


class State(StrEnum):
    """Where a delivery stands."""

    RECEIVED = "received"
    """Stored; nobody has begun with it."""

    PROCESSING = "processing"
    """Claimed; its handlers run. A claim that outlives its lease counts as crashed."""

    DONE = "done"
    """Its handlers have returned; the same event again is a duplicate."""

    FAILED = "failed"
    """A handler raised; the event is handled anew when it comes again."""

    DEAD = "dead"
    """It can never be handled (`Permanent`, or too many attempts): a person must look."""

    QUARANTINED = "quarantined"
    """Its sender is known, its body could not be read: kept, to be read again after an upgrade."""


class Verdict(StrEnum):
    """What an inbox says to one who wants to handle a delivery."""

    CLAIMED = "claimed"
    """Go ahead."""

    DUPLICATE = "duplicate"
    """It is done."""

    DEAD = "dead"
    """It was given up; a person must look."""

    BUSY = "busy"
    """Somebody else is at it right now."""


@attrs.frozen(kw_only=True, slots=False)
class Record:
    """What is remembered of one delivery."""

    namespace: str
    """Label of the credential that it came with: ids of two merchants never meet."""

    event_id: str | None
    """Juspay's id of the event; None if the body has none or cannot be read."""

    name: str
    """Name of the event (payments) or "label/value" (payouts); empty if the body cannot be read."""

    body: bytes = attrs.field(repr=False)
    """The body, byte for byte."""

    source: str
    """How it came: `webhook`, `queue`, ..."""

    received_at: datetime
    """When it came."""

    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Headers that are worth keeping, by their names in lower case; never one that lets somebody in."""

    @property
    def key(self) -> str:
        """What makes a delivery the same one again: its event's id, or else its body."""
        if self.event_id:
            return digest("id", self.namespace, self.event_id)
        return digest("body", self.namespace, self.body)

    @property
    def body_digest(self) -> str:
        """What tells another body under the same id."""
        return digest(self.body)

    @property
    def conflict_key(self) -> str:
        """Key of a delivery whose id is taken by another body."""
        return digest("conflict", self.namespace, self.event_id or "", self.body)


@attrs.frozen(kw_only=True, slots=False)
class Claim:
    """An inbox's answer to one who wants to handle a delivery."""

    verdict: Verdict
    """Whether to go ahead."""

    key: str
    """Key of the delivery."""

    token: int
    """Number of this claim, never given twice: one that outlived its lease has another's number against it, and changes
    nothing. 0 if the delivery was not claimed."""

    attempt: int
    """How many times the delivery was claimed, this one included; 1 is the first."""

    id_conflict: bool
    """Whether its event id belongs to another body, which came before."""


@attrs.frozen(kw_only=True)
class Settlement:
    """How the handling of a claimed delivery ended."""

    claim: Claim
    """The claim."""

    state: State
    """The end: DONE, FAILED, DEAD, or QUARANTINED."""

    error: str = ""
    """Kind of the exception, if there was one; no text of a customer's."""

    retry_in: timedelta | None = None
    """When a worker may try again what failed; None leaves that to the sender, who comes again."""

    sighting: Sighting | None = None
    """The order that the delivery shows, if it does."""


@attrs.frozen(kw_only=True)
class Stats:
    """How many deliveries stand where."""

    received: int
    """Stored, not begun."""

    processing: int
    """Being handled, crashed ones included."""

    done: int
    """Handled."""

    failed: int
    """Waiting for another attempt."""

    dead: int
    """Given up."""

    quarantined: int
    """Not readable."""

    effects: int
    """Facts that were acted on."""


class Unit(Protocol):
    """The handling of one effect: what it writes and that it happened are kept together, or not at all."""

    @property
    def tx(self) -> object:
        """What a handler writes with (a SQLAlchemy connection), so that its writes share the unit's fate; or None."""
        ...

    def once(self, effect: Effect, /) -> Verdict:
        """Ask whether an effect may be acted on: CLAIMED, DUPLICATE, or BUSY if somebody else is at it.

        An effect that was overtaken (a payment that failed after the order was paid) counts as DUPLICATE.
        """
        ...

    def join(self, connection: object, /) -> None:
        """Let a transaction of the merchant's keep that the effect was acted on, if the inbox can share one."""
        ...

    def commit(self, settlement: Settlement | None = None, /) -> bool:
        """Keep what was done, and settle the delivery in the same transaction.

        Args:
            settlement: How the delivery ended, if this ends it.

        Returns:
            False if the claim on the delivery had expired and somebody else holds it.
        """
        ...

    def rollback(self) -> None:
        """Forget what was done; the effect may be claimed again."""
        ...


class Inbox(Protocol):
    """What a receiver needs of its memory. Every call may raise; the receiver then answers 503."""

    @property
    def durable(self) -> bool:
        """Whether what is stored survives the process: deferred handling needs that."""
        ...

    @property
    def blocking(self) -> bool:
        """Whether calls do I/O: an event loop then makes them on a thread."""
        ...

    def store(self, record: Record, /) -> Verdict:
        """Keep a delivery for later: CLAIMED if it is new (somebody will handle it), else what became of it."""
        ...

    def claim(self, record: Record, /) -> Claim:
        """Keep a delivery and claim it for handling now."""
        ...

    def settle(
        self,
        claim: Claim,
        state: State,
        /,
        *,
        error: str = "",
        retry_in: timedelta | None = None,
        sighting: Sighting | None = None,
    ) -> bool:
        """Say how the handling ended: DONE, FAILED, DEAD, or QUARANTINED.

        Args:
            claim: The claim.
            state: The end.
            error: Kind of the exception, if there was one; no text of a customer's.
            retry_in: When a worker may try again what failed; None leaves it to the sender, at first.
            sighting: The order that the delivery shows, if it does.

        Returns:
            False if the claim had expired and somebody else holds the delivery: nothing was changed.
        """
        ...

    def quarantine(self, record: Record, /) -> None:
        """Keep a body that cannot be read."""
        ...

    def begin(self, namespace: str, /) -> Unit:
        """Begin with an effect of a merchant."""
        ...

    def once(self, effect: Effect, /, *, namespace: str, connection: object = None) -> bool:
        """Remember an effect outside of a receiver.

        Args:
            effect: What happened.
            namespace: Label of the merchant's credential: that of the receiver, or both would act.
            connection: Transaction of the merchant's that is to keep it, if the inbox can share one.

        Returns:
            True the first time; False if it was acted on, is being acted on, or was overtaken.
        """
        ...

    def see(self, sighting: Sighting, /) -> None:
        """Remember an order that was seen outside of a delivery, unless a newer state of it is known."""
        ...

    def order(self, order_id: str, /, *, namespace: str) -> Sighting | None:
        """Find the last known state of an order; None if none was seen."""
        ...

    def stats(self) -> Stats:
        """Count what is there."""
        ...


class WorkInbox(Inbox, Protocol):
    """What a worker needs besides: it comes for what is due."""

    @property
    def lease(self) -> timedelta:
        """How long a claim lives."""
        ...

    @property
    def agenda(self) -> Agenda:
        """The orders that are to be asked about."""
        ...

    def take(self, limit: int, /, *, labels: Collection[str] | None = None) -> list[tuple[Claim, Record]]:
        """Claim deliveries that are due, of some merchants only: stored ones, failed ones, crashed ones."""
        ...

    def extend(self, claim: Claim, /) -> bool:
        """Begin the lease of a claim anew; False if somebody else took over."""
        ...

    def release(self, claim: Claim, /, *, retry_in: timedelta = timedelta(0)) -> bool:
        """Hand a delivery back as if it had not been claimed; False if somebody else took over."""
        ...

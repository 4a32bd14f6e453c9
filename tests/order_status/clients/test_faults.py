"""Both clients over real sockets: what goes wrong on the way, how often it is tried again, and when it ends."""

import time
from collections.abc import Mapping
from datetime import timedelta
from itertools import repeat
from typing import Any, Final

import attrs
import pytest

from juspay_webhooks import (
    Misconfigured,
    Order,
    OrderNotFound,
    OrderStatusError,
    OutcomeUnknown,
    RetryPolicy,
    SlowDown,
    UnexpectedResponse,
)
from juspay_webhooks.catalog import Outcome
from juspay_webhooks.testing import FakeJuspay, fake
from juspay_webhooks.testing.fake import Fault, Respond
from tests.order_status.clients.both import NOON, ONCE, Async, Sync
from tests.order_status.clients.conftest import Way

SOON: Final = 0.1
"""Seconds after which a request ends that would take a minute."""


@attrs.frozen
class Case:
    """What goes wrong, and what becomes of it."""

    faults: tuple[Fault, ...]
    """One for each request; the last again and again."""

    leaf: type[OrderStatusError] | None = None
    """What is raised; None if the order comes."""

    said: str = ""
    """Part of what is said."""

    pauses: tuple[float, ...] = ()
    """Pauses between the requests; there is one request more."""

    status: int | None = None
    """HTTP status in the error."""

    wait: float | None = None
    """`retry_after` of the error."""

    timeout: float = 10.0
    """Seconds that a request may take."""


DUE: Final = (0.5, 1.0, 2.0)
BUSY: Final = Respond(503)


def broken(*faults: Fault, said: str, timeout: float = 10.0, pauses: tuple[float, ...] = DUE) -> Case:
    """Say that nobody knows, after four attempts."""
    return Case(faults, OutcomeUnknown, said, pauses, timeout=timeout)


def odd(fault: Fault, said: str, status: int = 200, pauses: tuple[float, ...] = ()) -> Case:
    """Say that the answer is none of Juspay's; what is no JSON at all is asked for again."""
    return Case((fault,), UnexpectedResponse, said, pauses, status=status)


CASES: Final[Mapping[str, Case]] = {
    # It comes all the same.
    "a little late": Case((fake.Latency(0.01),)),
    "headers in pieces": Case((fake.SlowHeaders(0.001, 16),)),
    "body in pieces": Case((fake.SlowBody(0.0001, 100),)),
    "chunked": Case((fake.Chunked(100),)),
    "chunked, byte by byte": Case((fake.Chunked(1),)),
    "gzip": Case((fake.Compressed("gzip"),)),
    "deflate": Case((fake.Compressed("deflate"),)),
    "large": Case((fake.HugeBody(5_000_000),)),
    # It takes too long.
    "late": broken(fake.Latency(60), said="it took too long", timeout=SOON),
    "headers dribble": broken(fake.SlowHeaders(0.1), said="it took too long", timeout=SOON),
    "body dribbles": broken(fake.SlowBody(0.1), said="it took too long", timeout=SOON),
    "body stops": broken(fake.SlowBody(60, 500), said="it took too long", timeout=SOON),
    # It breaks off.
    "half a body": broken(fake.HalfBody(), said="broke off"),
    "reset": broken(fake.Reset(), said="broke off"),
    "hang up": broken(fake.HangUp(), said="broke off"),
    # It comes, and is not to be used.
    "damaged gzip": broken(fake.Compressed("gzip", damaged=True), said="damaged"),
    "damaged deflate": broken(fake.Compressed("deflate", damaged=True), said="cut"),
    "unknown compression": broken(Respond(200, b"{}", {"Content-Encoding": "br"}), said="unknown way"),
    "huge": broken(fake.HugeBody(), said="larger than 5 MiB"),
    "another order": odd(fake.WrongOrder(), "about something else"),
    "empty": odd(fake.EmptyBody(), "cannot be read", pauses=DUE),
    "truncated": odd(fake.Truncated(), "cannot be read", pauses=DUE),
    "a page": odd(Respond.named("login_page"), "cannot be read", pauses=DUE),
    "no content": odd(Respond(204), "none of Juspay's", 204, DUE),
    "created": odd(Respond(201, b"{}"), "none of Juspay's", 201),
    "an object of somebody else": odd(Respond(200, b'{"message": "ok"}'), "cannot be read"),
    "no route": odd(Respond(404, b'{"message": "no Route matched with those values"}'), "no word of Juspay's", 404),
    "the key of a proxy": Case((Respond(407, b'{"message": "no"}'),), Misconfigured, "proxy on the way", status=407),
    "not modified": odd(Respond(304), "redirect", 304),
    "redirect": odd(fake.Redirect(), "not followed", 302),
    "permanent redirect": odd(fake.Redirect("https://elsewhere.example/orders/shop-1001", 308), "not followed", 308),
    "redirect to nowhere": odd(fake.Redirect("http://[", 301), "not followed", 301),
    # It gets better.
    "a page, then an answer": Case((Respond.named("login_page"), fake.Latency(0)), pauses=(0.5,)),
    "fault, then an answer": Case((BUSY, fake.Latency(0)), pauses=(0.5,)),
    "three faults, then an answer": Case((fake.Reset(), BUSY, fake.HalfBody(), fake.Latency(0)), pauses=DUE),
    "fault, then unknown": Case(
        (BUSY, Respond.named("order_not_found")), OrderNotFound, "does not know", (0.5,), status=400
    ),
    "fault, then refused": Case(
        (fake.HangUp(), Respond.named("invalid_api_key")), Misconfigured, "let you in", (0.5,), status=401
    ),
    # It says when to come back.
    "slow down": Case((fake.SlowDown(),), SlowDown, "fewer requests", DUE, status=429),
    "slow down, seconds": Case((fake.SlowDown(7),), SlowDown, "fewer requests", (7, 7, 7), status=429, wait=7),
    "slow down, a date": Case(
        (fake.SlowDown(NOON + timedelta(seconds=20)),), SlowDown, "fewer requests", (20, 1, 2), status=429, wait=0
    ),
    "slow down, a date gone by": Case(
        (fake.SlowDown(NOON - timedelta(days=1)),), SlowDown, "fewer requests", DUE, status=429, wait=0
    ),
    "slow down, then an answer": Case((fake.SlowDown(3), fake.SlowDown(0), fake.Latency(0)), pauses=(3, 1)),
    "slow down, too long": Case((fake.SlowDown(31),), SlowDown, "fewer requests", (), status=429, wait=31),
    "slow down, till tomorrow": Case(
        (fake.SlowDown(NOON + timedelta(days=1)),), SlowDown, "fewer requests", (), status=429, wait=86_400
    ),
    "unavailable for a while": Case(
        (Respond(503, headers={"Retry-After": "9"}),), OutcomeUnknown, "fault at Juspay", (9, 9, 9), status=503, wait=9
    ),
    "bad gateway": Case((Respond(502),), OutcomeUnknown, "fault at Juspay", DUE, status=502),
    "request timeout": Case((Respond(408),), OutcomeUnknown, "fault at Juspay", DUE, status=408),
    "odd server error": Case((Respond(599),), OutcomeUnknown, "fault at Juspay", DUE, status=599),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_goes_wrong(case: Case, way: Way, juspay: FakeJuspay) -> None:
    """Each fault ends as its row says: leaf, status, words, number of requests, and pauses between them."""
    *first, last = case.faults
    for fault in first:
        juspay.fail_next(fault)
    juspay.fail_next(last, times=None)
    found: Order | OrderStatusError
    with way(juspay.url, timeout=case.timeout) as asking:
        try:
            found = asking.fetch("shop-1001")
        except OrderStatusError as error:
            found = error

    assert (case.leaf or Order) is type(found)
    assert case.said in str(found)
    assert (case.status, case.wait) == (
        (None, None) if isinstance(found, Order) else (found.status, getattr(found, "retry_after", None))
    )
    assert list(case.pauses) == asking.pauses
    assert len(case.pauses) + 1 == len(juspay.requests)


def test_every_fault_is_in_the_table() -> None:
    """No fault that the fake knows is left out."""
    assert set(Fault.__args__) == {type(fault) for case in CASES.values() for fault in case.faults}


PAYOUT_FAULTS: Final[Mapping[str, tuple[Fault, type[OrderStatusError] | None]]] = {
    "reset": (fake.Reset(), OutcomeUnknown),
    "half a body": (fake.HalfBody(), OutcomeUnknown),
    "another": (fake.WrongOrder(), UnexpectedResponse),
    "truncated": (fake.Truncated(), UnexpectedResponse),
    "empty": (fake.EmptyBody(), UnexpectedResponse),
    "redirect": (fake.Redirect(), UnexpectedResponse),
    "slow down": (fake.SlowDown(1), SlowDown),
    "gzip": (fake.Compressed(), None),
    "chunked": (fake.Chunked(), None),
}


@pytest.mark.parametrize("name", PAYOUT_FAULTS)
def test_what_goes_wrong_with_payouts(name: str, juspay: FakeJuspay, asking: Sync | Async) -> None:
    """Payouts and validations are asked for in the same way."""
    fault, leaf = PAYOUT_FAULTS[name]
    juspay.fail_next(fault, times=None)
    if leaf is None:
        assert "po-1" == asking.fetch_payout("po-1").order_id
        assert "bene-1" == asking.fetch_validation("cst_asha01", "bene-1").unique_id
        return
    with pytest.raises(leaf):
        asking.fetch_payout("po-1")
    with pytest.raises(leaf):
        asking.fetch_validation("cst_asha01", "bene-1")


# --- Deadlines ---

SLOW: Final[Mapping[str, Fault]] = {
    "late": fake.Latency(60),
    "headers dribble": fake.SlowHeaders(0.1),
    "body dribbles": fake.SlowBody(0.1),
}


@pytest.mark.parametrize("fault", SLOW.values(), ids=SLOW)
def test_the_deadline_of_a_poll_bounds_a_request(fault: Fault, way: Way, juspay: FakeJuspay) -> None:
    """A request that may take ten seconds ends with the poll."""
    juspay.fail_next(fault, times=None)
    begun = time.monotonic()
    with way(juspay.url) as asking, pytest.raises(OutcomeUnknown, match="never seen"):
        asking.poll("shop-1001", seconds=SOON)

    assert time.monotonic() - begun < 5
    assert ([], 1) == (asking.pauses, len(juspay.requests))


TROUBLED: Final[Mapping[str, tuple[Fault, ...]]] = {
    "none": (),
    "unavailable": (BUSY,),
    "now and then": (BUSY, fake.Latency(0)),
    "slow down": (fake.SlowDown(25),),
    "slow down for long": (fake.SlowDown(50),),
    "resets": (fake.Reset(), fake.HangUp(), fake.HalfBody()),
}


@pytest.mark.parametrize("faults", TROUBLED.values(), ids=TROUBLED)
@pytest.mark.parametrize("seconds", [0, 0.3, 7, 60, 120])
def test_nothing_is_waited_for_past_the_deadline(
    faults: tuple[Fault, ...], seconds: float, way: Way, juspay: FakeJuspay
) -> None:
    """An order that never settles is polled until the time is up, whatever goes wrong; then it is unknown."""
    juspay.add_order("shop-1002", status="PENDING_VBV")
    if faults:
        juspay.fail_next(*faults, times=None)
    with way(juspay.url) as asking, pytest.raises(OutcomeUnknown, match="not a failure"):
        asking.poll("shop-1002", seconds=seconds)

    assert sum(asking.pauses) <= seconds
    assert len(juspay.requests) <= len(asking.pauses) + 1


# --- Polling ---


def test_until_it_has_settled(juspay: FakeJuspay, asking: Sync | Async) -> None:
    """It is asked at once and after each pause, faults in between or not, until the order has settled."""
    juspay.add_order("shop-1002", statuses=["NEW", "PENDING_VBV", "AUTHORIZING", "CHARGED"])
    juspay.fail("shop-1002", fake.Latency(0), fake.HalfBody())
    order = asking.poll("shop-1002")

    assert Outcome.PAID is order.outcome
    assert [1.0, 0.5, 1.0, 2.0] == asking.pauses


POLLS: Final[Mapping[str, tuple[dict[str, Any], list[float], Outcome]]] = {
    "schedule": ({"schedule": [2.0, 3.0, 4.0]}, [2.0, 3.0], Outcome.PAID),
    "endless schedule": ({"schedule": repeat(0.25)}, [0.25, 0.25], Outcome.PAID),
    "until": ({"until": lambda order: order.status == "PENDING_VBV"}, [1.0], Outcome.PENDING),
    "routing id": ({"routing_id": "cst_asha01"}, [1.0, 1.0], Outcome.PAID),
}


@pytest.mark.parametrize("name", POLLS)
def test_how_it_is_polled(name: str, juspay: FakeJuspay, asking: Sync | Async) -> None:
    """Schedule, condition and routing id are the caller's."""
    given, pauses, outcome = POLLS[name]
    juspay.add_order("shop-1002", statuses=["NEW", "PENDING_VBV", "CHARGED"])
    order = asking.poll("shop-1002", **given)

    assert (pauses, outcome) == (asking.pauses, order.outcome)
    assert {given.get("routing_id", "shop-1002")} == {asked.headers["x-routing-id"] for asked in juspay.requests}


def test_what_was_seen_last_is_kept(juspay: FakeJuspay, asking: Sync | Async) -> None:
    """When the time is up the error has the order as it was last seen."""
    juspay.add_order("shop-1002", statuses=["NEW", "PENDING_VBV"])
    with pytest.raises(OutcomeUnknown) as caught:
        asking.poll("shop-1002", seconds=10)

    assert caught.value.order is not None
    assert "PENDING_VBV" == caught.value.order.status


def test_a_poll_ends_where_asking_is_useless(juspay: FakeJuspay, asking: Sync | Async) -> None:
    """An unknown order, or a key that is not let in, ends a poll at once."""
    with pytest.raises(OrderNotFound):
        asking.poll("shop-404")

    assert ([], 1) == (asking.pauses, len(juspay.requests))


def test_attempts_are_the_callers(way: Way, juspay: FakeJuspay) -> None:
    """A policy bounds the attempts and their pauses; patience bounds what Juspay may ask for."""
    juspay.fail_next(fake.Reset(), times=None)
    with way(juspay.url, retry=RetryPolicy(attempts=3, first=4.0, most=5.0)) as asking:
        with pytest.raises(OutcomeUnknown):
            asking.fetch("shop-1001")

        assert ([4.0, 5.0], 3) == (asking.pauses, len(juspay.requests))
    juspay.heal()
    juspay.fail_next(fake.SlowDown(31), fake.Latency(0))
    with way(juspay.url, retry=RetryPolicy(patience=40.0)) as asking:
        assert "shop-1001" == asking.fetch("shop-1001").order_id
        assert [31.0] == asking.pauses


# --- Confirming ---


def test_an_order_is_confirmed(juspay: FakeJuspay, asking: Sync | Async) -> None:
    """The order is asked for anew, whatever carries its id, and judged by amount and currency."""
    juspay.add_order("shop-1002", amount=20, currency="INR", statuses=["PENDING_VBV", "CHARGED"])
    seen = asking.fetch("shop-1002")
    decisions = [
        asking.confirm(seen, amount=20, currency="INR"),
        asking.confirm("shop-1002", amount="21", currency="INR"),
        asking.confirm("shop-1002", amount="20.00", currency="USD"),
    ]

    assert ["CONFIRMED", "WRONG_AMOUNT", "WRONG_CURRENCY"] == [each.decision for each in decisions]
    assert [True, False, False] == [each.is_confirmed for each in decisions]
    assert ["CHARGED"] * 3 == [each.order.status for each in decisions]


def test_nothing_listens(way: Way) -> None:
    """A host where nothing listens is a failed connection."""
    with FakeJuspay(api_key="k", merchant_id="m") as gone:
        url = gone.url
    with way(url, retry=ONCE) as asking, pytest.raises(OutcomeUnknown, match="connection failed"):
        asking.fetch("shop-1001")


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b.invalid", f"{'a' * 70}.invalid"])
def test_a_name_that_nobody_knows(host: str, way: Way) -> None:
    """A name without an address, or one that cannot have any, is a failed connection."""
    with way(f"https://{host}", retry=ONCE) as asking, pytest.raises(OutcomeUnknown, match="connection failed"):
        asking.fetch("shop-1001")

"""Whole stories of one order, in any order and with repetitions: each fact is acted on once, and the state is the last.

What each body says has happened is written down by hand, beside it: nothing here asks the library what to expect.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Final, TypeAlias

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juspay_webhooks import (
    BasicAuth,
    Effect,
    Order,
    OrderEvent,
    OrderPaid,
    PaymentFailed,
    Receiver,
    RefundEvent,
    RefundFailed,
    RefundSettled,
    parse_event,
    supersedes,
)
from juspay_webhooks.inbox import MemoryInbox, SqlInbox
from juspay_webhooks.inbox.sightings import outline
from juspay_webhooks.testing import Webhook, make_webhook
from tests.receiver.arrivals import AUTH

NUMBER: Final = "Order-NUMBER"
"""Stands for the id of the order in a body that was made once."""

BEGIN: Final = datetime(2025, 12, 1, 12, tzinfo=UTC)

Refunds: TypeAlias = Sequence[tuple[str, str]]
"""Ids of refunds, each with its status; the latest first, as Juspay writes them."""


@attrs.frozen(kw_only=True)
class Chapter:
    """One body of a story."""

    webhook: Webhook
    """The webhook."""

    facts: frozenset[str]
    """Keys of what it says has happened, without the order's id."""

    order: Order | None
    """The state of the order that it carries."""


Story: TypeAlias = tuple[Chapter, ...]
"""What happens to an order, in the order in which it happens."""


def told(name: str, minute: int, *facts: str, attempt: str = "m-2", refunds: Refunds = ()) -> Chapter:
    """Make a chapter.

    Args:
        name: Name of the event.
        minute: When it happened.
        facts: What it says has happened.
        attempt: Id of the attempt that it shows.
        refunds: Refunds of the order, 2 of 5 each.
    """
    at = BEGIN + timedelta(minutes=minute)
    about: dict[str, object] = {"order_id": NUMBER, "txn_uuid": attempt}
    if name.startswith("TXN"):
        webhook = make_webhook(name, id=f"evt-{minute}-{NUMBER}", auth=AUTH, txn=about)
    else:
        about |= {"amount": 5, "last_updated": at}
        if refunds:
            about["refunds"] = [
                {"unique_request_id": id_, "status": status, "amount": 2, "last_updated": at} for id_, status in refunds
            ]
        webhook = make_webhook(name, id=f"evt-{minute}-{NUMBER}", auth=AUTH, order=about)
    return Chapter(webhook=webhook, facts=frozenset(facts), order=getattr(webhook.event, "order", None))


def refunded(minute: int, *refunds: tuple[str, str]) -> Chapter:
    """Make a chapter about refunds: it says of each that ended how it ended, and never that the order is paid."""
    named = {"SUCCESS": "RefundSettled", "FAILURE": "RefundFailed"}
    facts = [f"{named[status]} {id_}" for id_, status in refunds if status in named]
    return told("ORDER_REFUNDED", minute, *facts, refunds=refunds)


@cache
def stories() -> dict[str, Story]:
    """Make the stories."""
    one, two = ("r1", "SUCCESS"), ("r2", "SUCCESS")
    return {
        "paid at the second attempt, refunded in two parts": (
            told("ORDER_FAILED", 1, "PaymentFailed m-1", attempt="m-1"),
            told("ORDER_SUCCEEDED", 2, "OrderPaid"),
            told("TXN_CHARGED", 3, "OrderPaid"),
            refunded(4, ("r1", "PENDING")),
            refunded(5, one),
            refunded(6, ("r2", "PENDING"), one),
            refunded(7, two, one),
        ),
        "two partial refunds side by side": (
            told("TXN_CHARGED", 1, "OrderPaid"),
            told("ORDER_SUCCEEDED", 2, "OrderPaid"),
            refunded(3, ("r2", "PENDING"), ("r1", "PENDING")),
            refunded(4, two, ("r1", "PENDING")),
            refunded(5, two, one),
        ),
        "two attempts failed twice told, a refund failed": (
            told("TXN_FAILED", 1, "PaymentFailed m-0", attempt="m-0"),
            told("ORDER_FAILED", 2, "PaymentFailed m-0", attempt="m-0"),
            told("ORDER_FAILED", 3, "PaymentFailed m-1", attempt="m-1"),
            told("TXN_FAILED", 4, "PaymentFailed m-1", attempt="m-1"),
            told("ORDER_SUCCEEDED", 5, "OrderPaid"),
            refunded(6, ("r1", "FAILURE")),
            refunded(7, two, ("r1", "FAILURE")),
        ),
    }


def arrivals(story: Story) -> st.SearchStrategy[list[Chapter]]:
    """Draw the whole story in any order, some of it several times."""
    again = st.lists(st.sampled_from(range(len(story))), max_size=len(story))
    numbers = again.flatmap(lambda more: st.permutations([*range(len(story)), *more]))
    return numbers.map(lambda drawn: [story[number] for number in drawn])


def parts(story: Story) -> st.SearchStrategy[list[Chapter]]:
    """Draw some of the story: what is lost on the way is lost."""
    return st.lists(st.sampled_from(story), min_size=1, max_size=2 * len(story))


def expected(come: Sequence[Chapter]) -> Counter[str]:
    """Say what must have been acted on: every fact once, but no failed attempt once the order is known to be paid."""
    facts = {fact for chapter in come for fact in chapter.facts}
    paid = next((number for number, chapter in enumerate(come) if "OrderPaid" in chapter.facts), len(come))
    early = {fact for chapter in come[:paid] for fact in chapter.facts}
    return Counter(fact for fact in facts if fact in early or not fact.startswith("PaymentFailed"))


def last_of(come: Sequence[Chapter]) -> Chapter | None:
    """Find the chapter whose state of the order may replace every other; None if there is none."""
    chapters = {id(chapter): chapter for chapter in come if chapter.order is not None}.values()
    for chapter in chapters:
        if all(other is chapter or replaces(other, chapter) for other in chapters):
            return chapter
    return None


def replaces(old: Chapter, new: Chapter) -> bool:
    """Tell whether the state in one chapter may replace that in another."""
    assert old.order is not None
    assert new.order is not None
    return supersedes(old.order, new.order)


def named(effect: Effect) -> str:
    """Write an effect as the stories do."""
    _, kind, _, *more = effect.key.split("/")
    return " ".join([kind, *more])


def written(chapter: Chapter, number: int) -> bytes:
    """Write the body of a chapter about an order of its own."""
    return chapter.webhook.body.replace(NUMBER.encode(), f"Order-{number}".encode())


def check(inbox: MemoryInbox | SqlInbox, come: Sequence[Chapter]) -> None:
    """Let webhooks come; check what was acted on, and what is known of the order at the end."""
    number, acted = next(ORDERS), Counter[str]()
    receiver = Receiver(BasicAuth(*AUTH), inbox=inbox)

    def act(effect: OrderPaid | PaymentFailed | RefundSettled | RefundFailed) -> None:
        acted[named(effect)] += 1

    receiver.on_effect(OrderPaid, PaymentFailed, RefundSettled, RefundFailed)(act)
    for chapter in come:
        answer = receiver.handle(headers=chapter.webhook.headers, body=written(chapter, number))
        assert 200 == answer.status
    known, last = inbox.order(f"Order-{number}", namespace="shop"), last_of(come)

    assert expected(come) == acted
    assert (known is None) == all(chapter.order is None for chapter in come)
    if known is not None and last is not None:
        event = parse_event(written(last, number))
        assert isinstance(event, OrderEvent | RefundEvent)
        assert outline(event.order) == known.order


ORDERS: Final = count()
"""Numbers of orders, so that no two examples share one."""


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlInbox]:
    """An inbox in a file; every example has an order of its own in it."""
    with SqlInbox(f"sqlite:///{tmp_path_factory.mktemp('inbox') / 'inbox.db'}") as inbox:
        yield inbox


every_story: Final = pytest.mark.parametrize("name", list(stories()))


@every_story
@given(data=st.data())
@settings(max_examples=100)
def test_in_memory(name: str, data: st.DataObject) -> None:
    """The whole story, in any order."""
    check(MemoryInbox(), data.draw(arrivals(stories()[name])))


@every_story
@given(data=st.data())
@settings(max_examples=50)
def test_in_memory_and_some_is_lost(name: str, data: st.DataObject) -> None:
    """What never came is not acted on: an order is paid only if a body that says so came."""
    check(MemoryInbox(), data.draw(parts(stories()[name])))


@every_story
@given(data=st.data())
@settings(max_examples=25)
def test_in_a_database(lasting: SqlInbox, name: str, data: st.DataObject) -> None:
    """The whole story, in any order."""
    check(lasting, data.draw(arrivals(stories()[name])))


@every_story
@given(data=st.data())
@settings(max_examples=15)
def test_in_a_database_and_some_is_lost(lasting: SqlInbox, name: str, data: st.DataObject) -> None:
    """As in memory."""
    check(lasting, data.draw(parts(stories()[name])))


@every_story
def test_every_story_has_an_end(name: str) -> None:
    """Its last chapter has the state that may replace every other: the tests above compare it."""
    story = stories()[name]

    assert story[-1] is last_of(story)
    assert all({named(effect) for effect in chapter.webhook.event.effects} == chapter.facts for chapter in story)

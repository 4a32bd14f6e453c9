"""The inbox in a database under many threads and processes: one of them gets it, and nothing is lost."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Final, TypeVar

import pytest

from juspay_webhooks.inbox import SqlInbox, State, Verdict
from tests.inbox.records import PAID, counts, record, settled
from tests.inbox.sql.places import Make

T = TypeVar("T")

CROWD: Final = 20


def together(number: int, work: Callable[[int], T]) -> list[T]:
    """Let threads do something at the same time."""
    barrier = Barrier(number)

    def begin(index: int) -> T:
        barrier.wait()
        return work(index)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(begin, range(number)))


@pytest.mark.parametrize("start", ["new", State.RECEIVED, State.FAILED, "conflict"])
def test_one_of_twenty_gets_a_delivery(inbox: SqlInbox, start: str) -> None:
    """However it stood before; the others are told busy."""
    if start == State.RECEIVED:
        inbox.store(record())
    if start == State.FAILED:
        settled(inbox, record(), State.FAILED)
    if start == "conflict":
        settled(inbox, record(body=b"first"))
    inbox.prepare()

    claims = together(CROWD, lambda _: inbox.claim(record()))

    assert {Verdict.CLAIMED: 1, Verdict.BUSY: CROWD - 1} == Counter(claim.verdict for claim in claims)
    assert [True] == [inbox.settle(claim, State.DONE) for claim in claims if claim.token]
    assert 1 == len({claim.key for claim in claims})


def test_each_of_many_bodies_under_one_id_is_claimed_once(inbox: SqlInbox) -> None:
    """One of them has the id, the others are conflicts."""
    inbox.prepare()

    claims = together(CROWD, lambda index: inbox.claim(record(body=b"%d" % (index % 4))))

    claimed = [claim for claim in claims if claim.verdict is Verdict.CLAIMED]
    assert (4, 4) == (len(claimed), len({claim.key for claim in claimed}))
    assert {True: 3, False: 1} == Counter(claim.id_conflict for claim in claimed)
    assert {"processing": 4} == counts(inbox)


def test_one_of_twenty_acts(inbox: SqlInbox) -> None:
    """Whichever unit is first claims the effect."""
    units = [inbox.begin("shop") for _ in range(CROWD)]
    inbox.prepare()

    verdicts = together(CROWD, lambda index: units[index].once(PAID))

    assert {Verdict.CLAIMED: 1, Verdict.BUSY: CROWD - 1} == Counter(verdicts)
    units[verdicts.index(Verdict.CLAIMED)].commit()
    assert {Verdict.DUPLICATE: CROWD} == Counter(together(CROWD, lambda index: units[index].once(PAID)))


def test_workers_share_what_is_due(inbox: SqlInbox) -> None:
    """Each delivery is taken by one of them, and none is left."""
    for number in range(40):
        inbox.store(record(f"evt_{number}"))

    def work(_: int) -> list[str | None]:
        taken = list[str | None]()
        while batch := inbox.take(3):
            for claim, one in batch:
                taken.append(one.event_id)
                assert inbox.settle(claim, State.DONE)
        return taken

    taken = [event_id for part in together(4, work) for event_id in part]

    # One who finds all that is due locked by others goes home early: a worker asks again.
    taken += work(0)
    assert sorted(f"evt_{number}" for number in range(40)) == sorted(map(str, taken))
    assert {"done": 40} == counts(inbox)


def test_many_may_make_the_tables_at_once(make: Make) -> None:
    """The first deliveries of a new service come to all its processes at the same moment."""
    inboxes = [make() for _ in range(8)]

    verdicts = together(8, lambda index: inboxes[index].claim(record(f"evt_{index}")).verdict)

    assert [Verdict.CLAIMED] * 8 == verdicts
    assert {"processing": 8} == counts(inboxes[0])


def test_processes_begin_with_a_new_file(tmp_path: Path) -> None:
    """Six interpreters make the same SQLite file, and claim the same deliveries: each delivery goes to one."""
    code = """
import sys
from datetime import UTC, datetime
from juspay_webhooks.inbox import Record, SqlInbox
inbox = SqlInbox(sys.argv[1])
sys.stdin.readline()
for number in range(10):
    one = Record(namespace="shop", event_id=f"evt_{number}", name="", body=b"{}", source="webhook",
                 received_at=datetime.now(UTC))
    print(inbox.claim(one).verdict)
"""
    command = [sys.executable, "-c", code, f"sqlite:///{tmp_path / 'new.db'}"]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(6)]
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    said = Counter(word for one in running for word in one.communicate()[0].split())

    assert {"claimed": 10, "busy": 50} == said
    assert [0] * 6 == [one.returncode for one in running]

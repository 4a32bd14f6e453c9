"""A crew fetches no more than it can begin with."""

import threading

from juspay_webhooks.crew import Crew


def test_nothing_is_fetched_while_all_threads_are_busy() -> None:
    """What it cannot begin with now is left to others, however often it looks."""
    left, asked = [1, 2, 3], list[int]()

    def take(limit: int) -> list[int]:
        asked.append(limit)
        taken, left[:] = left[:limit], left[limit:]
        return taken

    def one(piece: int, stop: threading.Event) -> int:
        stop.wait(0.1)
        return piece

    crew = Crew(take, one, threads=1, idle=0.01, on_progress=None)

    assert {1: 1, 2: 1, 3: 1} == crew.work(threading.Event(), is_endless=False)
    assert [1, 1, 1, 1] == asked

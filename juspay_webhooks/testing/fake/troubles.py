"""Own the faults that are due: for the next requests, or for those about one id. It must be called under a lock."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.testing.fake.faults import Fault

__all__ = ["Troubles"]


class Troubles:
    """The faults that are due."""

    def __init__(self) -> None:
        """Begin without."""
        self._next: deque[Iterator[Fault]] = deque()
        self._about: dict[str, deque[Iterator[Fault]]] = {}

    def add(self, faults: Sequence[Fault], *, about: str | None, times: int | None) -> None:
        """Let requests fail.

        Args:
            faults: One for each request, in this order.
            about: Id that the requests are about, in any case; None: whatever they are about.
            times: How often the faults come; None: again and again.

        Raises:
            ConfigurationError: Something is no fault, or there is none.
        """
        for fault in faults:
            if not isinstance(fault, Fault):
                message = f"a fault is an instance such as Latency(2.0) or Reset(), not {type(fault).__name__}"
                raise ConfigurationError(message)
        if not faults or (times is not None and times < 1):
            message = "give at least one fault, and at least one time"
            raise ConfigurationError(message)
        again = cycle(faults)
        queue = self._next if about is None else self._about.setdefault(about.lower(), deque())
        queue.append(again if times is None else islice(again, len(faults) * times))

    def take(self, ids: Iterable[str]) -> Fault | None:
        """Give the fault of a request, once.

        Args:
            ids: What the request is about.

        Returns:
            The fault; those of its ids come before those of all requests.
        """
        for queue in (*(self._about.get(each.lower(), deque()) for each in ids), self._next):
            while queue:
                fault = next(queue[0], None)
                if fault is not None:
                    return fault
                queue.popleft()
        return None

    def clear(self) -> None:
        """Forget all faults."""
        self._next.clear()
        self._about.clear()

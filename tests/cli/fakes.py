"""Own what the tests of `status` and `fake` need: credentials, time that jumps, and a run of `fake` in this process."""

import io
import re
import signal
import sys
from _thread import interrupt_main
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

import pytest

from juspay_webhooks.cli import main

__all__ = ["API_KEY", "EXPORT", "MERCHANT_ID", "SECONDS", "Clock", "interruptible", "serve"]

API_KEY: Final = "canary-key-7f3a"
"""What nobody may ever see."""

MERCHANT_ID: Final = "test-shop"

SECONDS: Final = 30
"""How long anything may take before a test fails."""

EXPORT: Final = re.compile(r"^  export (\w+)=(.*)$", re.MULTILINE)


class Clock:
    """A clock that moves when somebody waits, and only then."""

    def __init__(self) -> None:
        """Start at an odd reading: only differences count."""
        self.reading = 5000.5
        self.waited: list[float] = []
        self.on_wait: Callable[[], object] = lambda: None

    def clock(self) -> float:
        """Tell the reading."""
        return self.reading

    def sleep(self, seconds: float) -> None:
        """Jump."""
        self.on_wait()
        self.waited.append(seconds)
        self.reading += seconds


@contextmanager
def interruptible() -> Generator[None]:
    """Let Ctrl-C work, for this process and its children: a shell's background job begins with it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Shown(io.StringIO):
    """Standard output that tells when the fake listens."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.listens = Event()

    def write(self, text: str, /) -> int:
        """Remember a text; the empty line behind the table ends the introduction."""
        count = super().write(text)
        if text == "\n":
            self.listens.set()
        return count

    @property
    def settings(self) -> dict[str, str]:
        """The variables that are to be exported."""
        return dict(EXPORT.findall(self.getvalue()))


def serve(monkeypatch: pytest.MonkeyPatch, *arguments: str, ask: Callable[[dict[str, str]], object]) -> tuple[int, str]:
    """Run the fake in this process, ask it, press Ctrl-C; give exit status and output."""
    shown = Shown()
    monkeypatch.setattr(sys, "stdout", shown)
    errors: list[BaseException] = []
    ended = Event()

    def customer() -> None:
        try:
            assert shown.listens.wait(SECONDS)
            ask(shown.settings)
        except BaseException as error:  # noqa: BLE001 - raised below, in the thread of the test
            errors.append(error)
        finally:
            if not ended.is_set():
                interrupt_main()

    thread = Thread(target=customer)
    with interruptible():
        thread.start()
        status = main(["fake", "--port", "0", *arguments])
        ended.set()
        thread.join(SECONDS)
    for error in errors:
        raise error
    return status, shown.getvalue()

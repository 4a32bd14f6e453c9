"""Own what the command `work` does: a worker for a receiver that is named, until a signal stops it."""

import argparse
from datetime import timedelta
from queue import SimpleQueue
from typing import Final, cast

from juspay_webhooks.cli._finding import find_receiver
from juspay_webhooks.cli._line import Line, logged
from juspay_webhooks.cli._running import Note, Progress, run_until_told, sum_up
from juspay_webhooks.cli._terminal import complain
from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.inbox.protocol import Inbox, InboxUnavailable, WorkInbox
from juspay_webhooks.receiver.answer import AnswerOutcome
from juspay_webhooks.worker import Worker

__all__ = ["waiting_in", "work"]

_FAILED: Final = 1
_MISUSE: Final = 2


def waiting_in(inbox: Inbox) -> int:
    """Count what is not settled and that nobody has begun with."""
    stats = inbox.stats()
    return stats.received + stats.failed


def work(arguments: argparse.Namespace) -> int:
    """Run a worker until a signal stops it, or until nothing is due.

    Args:
        arguments: As `_work` defines them.

    Returns:
        Exit status.
    """
    name = arguments.receiver
    receiver = find_receiver(name)
    if receiver is None:
        return _MISUSE
    notes: SimpleQueue[Note] = SimpleQueue()
    inbox = cast("WorkInbox", receiver.inbox)  # if not, the worker says so
    with Line() as line, logged(line):
        try:
            worker = Worker(
                inbox,
                receiver,
                threads=arguments.threads,
                attempts=arguments.attempts,
                first_pause=timedelta(seconds=arguments.first_pause),
                longest_pause=timedelta(seconds=arguments.longest_pause),
                idle=arguments.idle,
                on_progress=notes.put,
            )
            getattr(inbox, "prepare", lambda: None)()
            progress = Progress(line, AnswerOutcome, lambda: waiting_in(inbox))
            greeting = f"{name} works, {arguments.threads} at a time, until SIGTERM or Ctrl-C"
            run = run_until_told(worker, notes, progress, is_drain=arguments.drain, greeting=greeting)
        except ConfigurationError as error:
            complain(f"{name}: {error}")
            return _MISUSE
        except InboxUnavailable as error:
            complain(f"{name}: {error}", "next: check that the database runs, and the URL; nothing is lost")
            return _FAILED
        except SystemExit:
            complain(f"{name}: a handler ended the process (sys.exit)", "next: let it raise an error")
            return _FAILED
    sum_up(run, AnswerOutcome, receiver=name, nouns=("delivery", "deliveries"), as_json=arguments.json)
    return 0

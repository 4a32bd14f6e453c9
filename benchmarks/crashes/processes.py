"""Own the processes that die: forks of this one, asked over a line, killed, and known to be dead before it goes on."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection as Line

import attrs

from benchmarks.crashes.shop import Reply, Request

__all__ = ["End", "Process"]


@attrs.frozen(kw_only=True)
class End:
    """How a request ended."""

    reply: Reply | None
    """The reply, if there was one."""

    is_killed: bool
    """Whether the process is dead."""

    is_random: bool
    """Whether it was killed from outside, at a random moment."""


class Process:
    """A fork of this process that serves."""

    def __init__(self, serve: Callable[[Line], None], others: Iterable["Process"]) -> None:
        """Begin.

        Args:
            serve: Its life.
            others: Other processes: it must not hold their lines open.
        """
        self._line, line = Pipe()
        self._fatal: int | None = None
        sys.stdout.flush()
        sys.stderr.flush()
        self._pid = os.fork()
        if self._pid == 0:
            code = 1
            try:
                for other in (self, *others):
                    other._line.close()  # noqa: SLF001 - a class knows its own
                serve(line)
                code = 0
            except BaseException:  # noqa: BLE001 - a fork must never go back to where it was made
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        line.close()

    def ask(self, request: Request) -> None:
        """Ask for something; `end` tells how it ended."""
        self._fatal = request.fatal
        with suppress(ConnectionError):  # it died after its last reply
            self._line.send(request)

    def end(self, *, delay: float | None) -> End:
        """Wait for the reply or the death of the process.

        Args:
            delay: Seconds after which it is killed, if it has not replied by then; None lets it go on.
        """
        is_random = delay is not None and not self._line.poll(delay)
        if is_random:
            os.kill(self._pid, signal.SIGKILL)
        try:
            reply: Reply | None = self._line.recv()
        except (EOFError, OSError):
            reply = None
        is_killed = is_random or reply is None or len(reply.passed) + 1 == self._fatal
        if is_killed:
            self._bury()
        return End(reply=reply, is_killed=is_killed, is_random=is_random)

    def stop(self) -> None:
        """Let it end by itself."""
        self._line.close()
        os.waitpid(self._pid, 0)

    def _bury(self) -> None:
        """Wait until a process is dead and the system has closed all that it had open."""
        self._line.close()
        _, status = os.waitpid(self._pid, 0)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            message = f"a process ended by itself ({status}); it says why above"
            raise RuntimeError(message)

"""Own the standard streams: any of them may be closed, and what is written may not arrive (full disk, reader gone).

It must need nothing beyond the standard library: it also says that the extra is missing.
"""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TextIO

__all__ = ["StreamError", "output", "read_input", "say", "write", "write_bytes"]


class StreamError(Exception):
    """Standard input or output is closed or fails; the text says which, and why."""


def read_input() -> bytes:
    """Read standard input to its end.

    Returns:
        Its bytes, whatever its text encoding is.

    Raises:
        StreamError: It is closed or cannot be read.
    """
    if sys.stdin is None:
        message = "standard input is closed"
        raise StreamError(message)
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        message = f"cannot read standard input: {error.strerror}"
        raise StreamError(message) from error


def output() -> TextIO:
    """Give standard output.

    Returns:
        The stream; write to it with `write`.

    Raises:
        StreamError: It is closed.
    """
    if sys.stdout is None:
        message = "standard output is closed"
        raise StreamError(message)
    return sys.stdout


def write(text: str) -> None:
    """Write to standard output; a character that its encoding lacks is escaped.

    Args:
        text: Whole lines, harmless to a terminal.

    Raises:
        BrokenPipeError: Whoever read the output left.
        StreamError: It is closed or cannot be written.
    """
    stream = output()
    encoding = stream.encoding or "utf-8"
    with _told(stream):
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()


def write_bytes(octets: bytes) -> None:
    """Write to standard output what is no text, byte for byte.

    Args:
        octets: What to write.

    Raises:
        BrokenPipeError: Whoever read the output left.
        StreamError: It is closed or cannot be written.
    """
    stream = output()
    with _told(stream):
        stream.buffer.write(octets)
        stream.buffer.flush()


@contextmanager
def _told(stream: TextIO) -> Generator[None]:
    """Say which stream failed, and why."""
    try:
        yield
    except OSError as error:
        _discard(stream)
        if isinstance(error, BrokenPipeError):
            raise
        message = f"cannot write to standard output: {error.strerror}"
        raise StreamError(message) from error


def say(text: str) -> None:
    """Write to standard error; where that is impossible the exit status alone must tell.

    Args:
        text: Whole lines, harmless to a terminal.
    """
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _discard(sys.stderr)


def _discard(stream: TextIO) -> None:
    """Send what is still buffered nowhere: else Python tries again when it exits, complains, and ends with 120."""
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, not a path
        os.dup2(nowhere.fileno(), stream.fileno())

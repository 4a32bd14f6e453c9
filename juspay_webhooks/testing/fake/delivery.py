"""Own what a fault makes of an answer: another answer, or another way to send it. Nothing is sent or waited for here.

`spoiled` changes the answer, `steps` says what is sent when.
"""

import gzip
import zlib
from collections.abc import Iterator
from enum import Enum
from typing import Final, TypeAlias

import attrs

from juspay_webhooks.models.fields import Json
from juspay_webhooks.models.json_exact import decode_exact
from juspay_webhooks.testing.fake.doors import reply_of
from juspay_webhooks.testing.fake.error_bodies import ERROR_BODIES
from juspay_webhooks.testing.fake.faults import (
    Chunked,
    Compressed,
    EmptyBody,
    Fault,
    HalfBody,
    HangUp,
    HugeBody,
    Latency,
    Redirect,
    Reset,
    Respond,
    SlowBody,
    SlowDown,
    SlowHeaders,
    Truncated,
    WrongOrder,
)
from juspay_webhooks.testing.fake.reply import JSON, Reply, bodiless, head, json_reply

__all__ = ["End", "Pause", "Step", "is_answered", "is_whole", "spoiled", "steps"]

_CHECKSUMS: Final = 8
"""Bytes at the end of a gzip body that prove it whole; the last four of a zlib body do."""

_IDS: Final = ("order_id", "orderId", "uniqueId")
"""Where an answer names what it is about."""


@attrs.frozen
class Pause:
    """Wait."""

    seconds: float
    """How long."""


class End(Enum):
    """How a connection ends."""

    CLOSE = "close"
    """In order."""

    RESET = "reset"
    """At once: whatever was on the way is lost."""


Step: TypeAlias = bytes | Pause | End
"""Something to send, a pause, or the end of the connection."""


def is_answered(fault: Fault | None, /) -> bool:
    """Tell whether anything comes back under a fault."""
    return not isinstance(fault, Reset | HangUp)


def is_whole(fault: Fault | None, /) -> bool:
    """Tell whether the true answer comes back under a fault, however slowly or oddly packed."""
    if isinstance(fault, Compressed):
        return not fault.damaged
    return fault is None or isinstance(fault, Latency | SlowHeaders | SlowBody | Chunked)


def spoiled(reply: Reply, fault: Fault | None, /) -> Reply:
    """Change an answer as a fault says.

    Args:
        reply: The true answer.
        fault: The fault.

    Returns:
        What is answered in its place; the answer itself under faults that only concern how it is sent.
    """
    made = reply
    match fault:
        case Respond(status, body, headers):
            made = Reply(status, headers, body)
        case SlowDown():
            made = _slow_down(fault)
        case Redirect(location, status):
            made = Reply(status, {"Location": location}, b"")
        case Compressed():
            made = _compressed(reply, fault)
        case HugeBody(size):
            made = attrs.evolve(reply, body=reply.body.ljust(size))
        case WrongOrder(order_id):
            made = _about(reply, order_id)
        case EmptyBody():
            made = Reply(200, JSON, b"")
        case Truncated():
            made = attrs.evolve(reply, body=reply.body[: len(reply.body) // 2])
        case _:
            pass
    return made


def _slow_down(fault: SlowDown) -> Reply:
    slow = reply_of(ERROR_BODIES["too_many_requests"])
    more = {} if fault.header is None else {"Retry-After": fault.header}
    return attrs.evolve(slow, headers={**slow.headers, **more})


def _compressed(reply: Reply, fault: Compressed) -> Reply:
    packed = gzip.compress(reply.body, mtime=0) if fault.encoding == "gzip" else zlib.compress(reply.body)
    if fault.damaged:
        packed = packed[:-_CHECKSUMS] + bytes(byte ^ 0xFF for byte in packed[-_CHECKSUMS:])
    return attrs.evolve(reply, headers={**reply.headers, "Content-Encoding": fault.encoding}, body=packed)


def _about(reply: Reply, other: str) -> Reply:
    """Let an answer name another id, wherever it names one."""
    if reply.headers.get("Content-Type") != JSON["Content-Type"]:
        return reply
    value: dict[str, Json] = decode_exact(reply.body.decode())
    return json_reply(reply.status, value | {key: other for key in _IDS if key in value})


def steps(reply: Reply, fault: Fault | None, /, *, is_last: bool) -> Iterator[Step]:
    """Say what is sent, and when.

    Args:
        reply: The answer, spoiled already.
        fault: The fault.
        is_last: Whether the connection ends after it.

    Yields:
        Bytes, pauses, and the end of the connection if the fault ends it.
    """
    connection = {"Connection": "close" if is_last else "keep-alive"}
    start = head(
        reply, connection if bodiless(reply.status) else {"Content-Length": str(len(reply.body)), **connection}
    )
    body = b"" if bodiless(reply.status) else reply.body
    match fault:
        case Reset():
            yield End.RESET
        case HangUp():
            yield End.CLOSE
        case Latency(seconds):
            yield Pause(seconds)
            yield start + body
        case SlowHeaders(gap, piece):
            yield from _dribble(start, gap, piece)
            yield body
        case SlowBody(gap, piece):
            yield start
            yield from _dribble(body, gap, piece)
        case HalfBody():
            yield start + body[: len(body) // 2]
            yield End.CLOSE
        case Chunked(piece):
            yield head(reply, {"Transfer-Encoding": "chunked", **connection})
            yield from (b"%x\r\n%b\r\n" % (len(part), part) for part in _pieces(body, piece))
            yield b"0\r\n\r\n"
        case _:
            yield start + body


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    yield from (data[place : place + size] for place in range(0, len(data), size))


def _dribble(data: bytes, gap: float, size: int) -> Iterator[Step]:
    for number, piece in enumerate(_pieces(data, size)):
        if number:
            yield Pause(gap)
        yield piece

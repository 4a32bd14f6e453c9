"""Own the bytes on a connection: requests as a test wants them, right or wrong, and the answers that come back."""

import socket
from collections.abc import Iterable
from contextlib import suppress
from threading import Thread
from typing import Final, TypeAlias

from tests.web.shop import BASIC, BODY

__all__ = ["CHUNKED", "Address", "request", "statuses", "talk"]

Address: TypeAlias = tuple[str, int]

CHUNKED: Final = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (BODY[:1], BODY[1:100], BODY[100:], b""))
"""The webhook's body in chunks."""

_PATIENCE: Final = 30
"""Seconds after which a server that says nothing fails the test."""


def request(  # noqa: PLR0913 - what a request is made of
    body: bytes = BODY,
    *,
    method: str = "POST",
    path: str = "/juspay",
    length: object = len(BODY),
    authorization: Iterable[str] = (BASIC,),
    more: Iterable[str] = ("Connection: close",),
) -> bytes:
    """Write a request; without changes it is the webhook, and the last on its connection."""
    lines = [f"{method} {path} HTTP/1.1", "Host: shop.example"]
    lines += [f"Authorization: {value}" for value in authorization]
    lines += [] if length is None else [f"Content-Length: {length}"]
    return "\r\n".join([*lines, *more, "", ""]).encode("latin-1") + body


def talk(address: Address, sent: bytes, *, hangs_up: bool = False) -> bytes:
    """Send bytes and read to the end of the connection, both at once.

    Args:
        address: Of the server.
        sent: What to send.
        hangs_up: Whether to say that no more comes.

    Returns:
        All that the server said.
    """
    said = bytearray()
    with socket.create_connection(address, timeout=_PATIENCE) as connection:

        def send() -> None:
            with suppress(OSError):  # a server need not hear out what it refuses
                connection.sendall(sent)
                if hangs_up:
                    connection.shutdown(socket.SHUT_WR)

        sender = Thread(target=send)
        sender.start()
        try:
            while part := connection.recv(65536):
                said += part
        except ConnectionResetError:
            pass  # it closed with our bytes unread
        finally:
            sender.join()
    return bytes(said)


def statuses(said: bytes) -> list[int]:
    """Take the answers of a connection apart by their lengths, and give their statuses."""
    found: list[int] = []
    while said:
        head, _, rest = said.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        found.append(int(first.split()[1]))
        said = rest[int(headers.get("content-length", len(rest))) :]
    return found

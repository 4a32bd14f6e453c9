"""Bodies as they come over the wire: compressed or not, cut, damaged, too large."""

import gzip
import zlib
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks.order_status.request import Failure, Response
from juspay_webhooks.order_status.wire import MOST_BYTES, TOO_LARGE, lower_names, response_of

BODY: Final = b'{"order_id": "shop-1001"}'
ZIPPED: Final = gzip.compress(BODY, mtime=0)
LARGEST: Final = b"a" * MOST_BYTES


def came(body: bytes, encoding: str | None, *, status: int = 200) -> Response | Failure:
    """Take a body as it came."""
    return response_of(status, {} if encoding is None else {"content-encoding": encoding}, body)


def test_names_of_headers() -> None:
    """Names are kept in lower case; of one that came twice the last counts."""
    assert {"retry-after": "2", "x-a": "b"} == lower_names([("Retry-After", "1"), ("X-A", "b"), ("retry-after", "2")])


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (BODY, None),
        (BODY, ""),
        (BODY, " Identity "),
        (ZIPPED, "gzip"),
        (ZIPPED, "GZIP"),
        (ZIPPED, "x-gzip"),
        (zlib.compress(BODY), "deflate"),
        (gzip.compress(BODY, mtime=0), "deflate"),
    ],
)
def test_a_body_that_is_whole(body: bytes, encoding: str | None) -> None:
    """A body is what it was before it was compressed, although nobody asked for that."""
    found = came(body, encoding)

    assert isinstance(found, Response)
    assert (200, BODY) == (found.status, found.body)


@pytest.mark.parametrize("encoding", [None, "gzip", "br", "deflate"])
def test_no_body(encoding: str | None) -> None:
    """Nothing is nothing, whatever it is called."""
    found = came(b"", encoding)

    assert isinstance(found, Response)
    assert b"" == found.body


UNREADABLE: Final = [
    (ZIPPED[:-9], "gzip"),
    (ZIPPED[:3], "gzip"),
    (ZIPPED + ZIPPED, "gzip"),
    (ZIPPED + b"more", "gzip"),
    (ZIPPED[:12] + b"\xff" + ZIPPED[13:], "gzip"),
    (BODY, "gzip"),
    (zlib.compress(BODY)[2:-4], "deflate"),
    (BODY, "br"),
    (ZIPPED, "gzip, gzip"),
    (BODY, "identity, identity"),
    (BODY, "\x00"),
    (gzip.compress(LARGEST + b"a", mtime=0), "gzip"),
    (gzip.compress(LARGEST * 20, mtime=0), "gzip"),
]


@pytest.mark.parametrize(("body", "encoding"), UNREADABLE)
def test_a_body_that_cannot_be_read(body: bytes, encoding: str) -> None:
    """A damaged answer is no answer: it may come whole next time."""
    found = came(body, encoding)

    assert isinstance(found, Failure)
    assert found.retryable


@pytest.mark.parametrize(("body", "encoding"), UNREADABLE)
def test_the_status_counts_without_a_body(body: bytes, encoding: str) -> None:
    """Under another status than 200 the status is enough; what cannot be read is left out."""
    found = came(body, encoding, status=401)

    assert isinstance(found, Response)
    assert (401, b"") == (found.status, found.body)


def test_the_largest_body() -> None:
    """The bound itself, 5 MiB, is within bounds, and one byte more is not."""
    found = came(gzip.compress(LARGEST), "gzip")

    assert isinstance(found, Response)
    assert 5 * 1024 * 1024 == len(found.body)
    assert TOO_LARGE == came(gzip.compress(LARGEST + b"a", mtime=0), "gzip")


@given(st.binary(), st.sampled_from(["", "gzip", "deflate", "br"]) | st.text(max_size=5), st.integers())
def test_anything(body: bytes, encoding: str, status: int) -> None:
    """Whatever comes is a response or a failure."""
    assert isinstance(came(body, encoding, status=status), Response | Failure)


@given(st.binary())
def test_compressing_changes_nothing(body: bytes) -> None:
    """Any body comes out as it went in."""
    found = came(gzip.compress(body), "gzip")

    assert isinstance(found, Response)
    assert body == found.body

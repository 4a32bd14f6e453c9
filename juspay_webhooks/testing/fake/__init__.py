"""Own the fake Juspay: a real HTTP server on the loopback that answers as the status calls do, and fails on demand."""

from juspay_webhooks.testing.fake.desk import Asked
from juspay_webhooks.testing.fake.error_bodies import ERROR_BODIES, ErrorBody
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
from juspay_webhooks.testing.fake.juspay import FakeJuspay, serve

__all__ = [
    "ERROR_BODIES",
    "Asked",
    "Chunked",
    "Compressed",
    "EmptyBody",
    "ErrorBody",
    "FakeJuspay",
    "Fault",
    "HalfBody",
    "HangUp",
    "HugeBody",
    "Latency",
    "Redirect",
    "Reset",
    "Respond",
    "SlowBody",
    "SlowDown",
    "SlowHeaders",
    "Truncated",
    "WrongOrder",
    "serve",
]

"""Basic auth: what is shown of credentials and of what was sent, and what never is."""

import copy
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from itertools import count
from typing import Final

import attrs
import pytest

from juspay_webhooks.auth import basic
from juspay_webhooks.auth.basic import BasicAuth, Credential, Sender
from juspay_webhooks.auth.headers import Headers
from juspay_webhooks.errors import ConfigurationError
from tests.auth.sending import AUTH, REJECTED, RIGHT, SENDER, encoded, refusal, sent

CANARY: Final = "tweet"
GUARDED: Final = BasicAuth([("shop", "s3cr3t"), ("other", "s3cr3t 2")], headers={"X-Shop": "s3cr3t 3"})
CANARIES: Final[list[Headers]] = [
    CANARY,
    f"Basic {CANARY}",
    f"Basic é{CANARY}",
    f"Bearer {CANARY}",
    {"Authorization": [f"Basic {CANARY}", f"Basic {CANARY}"]},
    {"Authorization": sent(CANARY, CANARY)},
    {"Authorization": sent("shop", CANARY)},
    {"Authorization": f"Basic {encoded(CANARY)}"},
    {"Authorization": f"Basic {encoded(CANARY.encode() + bytes([255]))}"},
    {"Authorization": sent("shop", "s3cr3t")},
    {"Authorization": sent("shop", "s3cr3t"), "X-Shop": CANARY},
    {"Authorization": sent("shop", "s3cr3t"), "X-Shop": [CANARY, CANARY]},
    {"authorization": f"{CANARY}\ud800", CANARY: CANARY},
    [("Authorization", CANARY)],
]


def traces(error: BaseException) -> Iterator[str]:
    """Give everything that a log, an error tracker or a queue may keep of an error."""
    yield from (str(error), repr(error), repr(error.args), repr(vars(error)), repr(pickle.dumps(error)))
    yield "".join(traceback.format_exception(error))


@pytest.mark.parametrize("headers", CANARIES, ids=count())
def test_nothing_that_was_sent_is_in_an_error(headers: Headers, caplog: pytest.LogCaptureFixture) -> None:
    """Not in clear and not in Base64; no exception of another library hangs on it, and nothing is logged."""
    caplog.set_level(logging.DEBUG)
    error = refusal(GUARDED, headers)
    hidden = [CANARY, encoded(CANARY)[:6], encoded(f"shop:{CANARY}")[:14], encoded(f"{CANARY}:")[:6], "s3cr3t"]

    assert [] == [(secret, trace) for trace in traces(error) for secret in hidden if secret in trace]
    assert (None, None) == (error.__cause__, error.__context__)
    assert [] == caplog.records


@pytest.mark.parametrize("headers", CANARIES[:4], ids=count())
def test_no_secret_is_in_the_frames_of_an_error(headers: Headers) -> None:
    """Error trackers record the variables of each frame: the library's own hold no configured secret."""
    error = refusal(GUARDED, headers)
    frames = [
        frame for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == basic.__file__
    ]

    assert ["verify"] == [frame.f_code.co_name for frame in frames]
    assert [] == [name for frame in frames for name, value in frame.f_locals.items() if "s3cr3t" in repr(value)]


@pytest.mark.parametrize(
    "build",
    [
        lambda: BasicAuth("s3cr3t:", "s3cr3t"),
        lambda: BasicAuth("s3cr3t", "s3cr3t\n"),
        lambda: BasicAuth("s3cr3t", "s3cr3t\ud800"),
        lambda: BasicAuth("s3cr3t\ud800", "s3cr3t"),
        lambda: BasicAuth([("s3cr3t", "s3cr3t"), ("s3cr3t", "s3cr3t")]),
        lambda: BasicAuth("shop", "s3cr3t", headers={"X-Shop": "s3cr3t\n"}),
        lambda: BasicAuth("shop", "s3cr3t", headers={"X-Shop": "s3cr3t\ud800"}),
        lambda: BasicAuth("shop", "s3cr3t", headers={"X-Shop": "s3cr3t", "x-shop": "s3cr3t"}),
        lambda: BasicAuth("shop", "s3cr3t", headers={"s3cr3t: s3cr3t": "s3cr3t"}),
    ],
    ids=count(),
)
def test_no_secret_is_in_a_configuration_error(build: Callable[[], BasicAuth]) -> None:
    """What is refused is not repeated, not even by an exception of Python's own codecs."""
    with pytest.raises(ConfigurationError) as caught:
        build()
    # Lines of source are of this file.
    shown = [repr(caught.value), repr(pickle.dumps(caught.value)), repr(vars(caught.value))]

    assert [] == [trace for trace in shown if "s3cr3t" in trace]
    assert (None, None) == (caught.value.__cause__, caught.value.__context__)


def test_what_is_shown() -> None:
    """Usernames, labels and names of headers are for logs; passwords and values are not."""
    alone = Credential("shop", "s3cr3t", label="A")

    assert "Credential(username='shop', label='A')" == repr(alone)
    assert "BasicAuth(Credential(username='shop', label='A'))" == repr(BasicAuth([alone]))
    assert (
        "BasicAuth(Credential(username='shop', label='shop'), Credential(username='other', label='other'), "
        "headers=['X-Shop'])"
    ) == repr(GUARDED)
    assert "Sender(username='shop', label='A')" == repr(BasicAuth([alone]).verify(sent("shop", "s3cr3t")))
    assert "s3cr3t" not in f"{GUARDED!s}{GUARDED._extra!r}"  # noqa: SLF001 - what a debugger shows


@pytest.mark.parametrize("value", [Credential("shop", "password", label="A"), SENDER])
def test_values_are_values(value: Credential | Sender) -> None:
    """They compare, hash, pickle and copy, and never change."""
    copies = [pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)]  # noqa: S301

    assert [value] * 3 == copies
    assert {value} == {*copies}
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        value.label = "B"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def test_a_copy_lets_the_same_in() -> None:
    """A worker process may be handed the verifier."""
    copies: list[BasicAuth] = [copy.copy(AUTH), copy.deepcopy(AUTH), pickle.loads(pickle.dumps(AUTH))]  # noqa: S301

    assert [SENDER] * 3 == [one.verify(RIGHT) for one in copies]
    assert [REJECTED] * 3 == [refusal(one, sent("shop", "x")).reason for one in copies]

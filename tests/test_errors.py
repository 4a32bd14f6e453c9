"""Errors: who must act, what is attached, and that nothing hostile is printed."""

import copy
import pickle
from typing import Final

import attrs
import pytest

from juspay_webhooks.errors import (
    AuthenticationError,
    AuthenticationReason,
    ConfigurationError,
    JuspayWebhooksError,
    PayloadError,
    Permanent,
    Problem,
    Retryable,
    pointer,
    shown,
    summary,
)

HOSTILE: Final = [
    "line\nbreak",
    "\x1b[31mred",
    "\x00",
    "\u202eevil",
    "Zoë",
    "\ud800",
    "it's \"\n",
    "आ" * 200,
    "\x01" * 200,
]


def problem(number: int) -> Problem:
    """Make a problem that can be told from others."""
    return Problem(path=f"/{number}", expected="number", got="text")


# --- Words from outside ---


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("", ""),
        ("ORDER_SUCCEEDED", "ORDER_SUCCEEDED"),
        ("it's 5 ~ <b>", "it's 5 ~ <b>"),
        ("A" * 80, "A" * 80),
        ("A" * 81, "A" * 77 + "..."),
        ("A" * 5_000_000, "A" * 77 + "..."),
        ("Zoë", "Zo\\xeb"),
        ("आ", "\\u0906"),
        ("😀", "\\U0001f600"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\u202eevil", "\\u202eevil"),
        ("\ud800", "\\ud800"),
        ("it's\n", "it's\\n"),
    ],
)
def test_shown(text: str, printed: str) -> None:
    """Plain words stay as they are; long ones are cut, and whatever could forge a line is escaped."""
    assert printed == shown(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_shown_is_printable_ascii(text: str) -> None:
    """Whatever comes, one line of printable ASCII is shown."""
    found = shown(text)

    assert found.isascii()
    assert found.isprintable()


@pytest.mark.parametrize("text", ["आ" * 80, "\x01" * 200])
def test_shown_is_short(text: str) -> None:
    """At most 80 characters are shown, escapes included."""
    assert len(shown(text)) <= 80


# --- Places ---


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], ""),
        (["content", "order", "refunds", 0, "amount"], "/content/order/refunds/0/amount"),
        ([""], "/"),
        (["", ""], "//"),
        (["a/b", "m~n", "~1", "/~"], "/a~1b/m~0n/~01/~1~0"),
        (["mandate.display_invoice_number", "ключ", " "], "/mandate.display_invoice_number/ключ/ "),
    ],
)
def test_pointer(parts: list[str | int], expected: str) -> None:
    """A pointer is RFC 6901's: the tilde is escaped before the slash, an empty key is a key."""
    assert expected == pointer(parts)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/content/order/amount", "/content/order/amount: expected number, got text"),
        ("", "(body): expected number, got text"),
    ],
)
def test_problem_in_words(path: str, said: str) -> None:
    """A problem says where, what belongs there and what stands there; the whole body has a name."""
    assert said == str(Problem(path=path, expected="number", got="text"))


def test_a_problem_is_a_value() -> None:
    """Problems compare, hash, pickle and copy, and never change."""
    one = problem(1)
    copies = [pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)]  # noqa: S301

    assert [problem(1)] * 3 == copies
    assert {one} == {*copies}
    assert problem(2) != one
    assert "Problem(path='/1', expected='number', got='text')" == repr(one)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one.path = "/2"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    ("count", "said", "more"),
    [(0, 0, ""), (1, 1, ""), (5, 5, ""), (6, 5, "; and 1 more"), (1_000, 5, "; and 995 more")],
)
def test_summary(count: int, said: int, more: str) -> None:
    """Five problems are said, the rest is counted."""
    problems = [problem(number) for number in range(count)]

    assert "; ".join(f"/{number}: expected number, got text" for number in range(said)) + more == summary(problems)


# --- Exceptions ---


@pytest.mark.parametrize(
    ("kind", "bases"),
    [
        (PayloadError, {JuspayWebhooksError}),
        (ConfigurationError, {JuspayWebhooksError, ValueError}),
        (AuthenticationError, {JuspayWebhooksError}),
        (Retryable, {JuspayWebhooksError}),
        (Permanent, {JuspayWebhooksError}),
        (JuspayWebhooksError, {Exception}),
    ],
)
def test_one_root(kind: type[Exception], bases: set[type]) -> None:
    """Everything is caught by the root; a misuse is a `ValueError` as well, a bad body is none."""
    assert bases == {*kind.__bases__}


def test_payload_error_without_details() -> None:
    """A body that is no event at all has no place and no name."""
    error = PayloadError("the body is empty")

    assert ("the body is empty", (), None, "") == (str(error), error.problems, error.event_name, error.path)


def test_payload_error_with_details() -> None:
    """Problems may come from anywhere and are kept in their order; the first one is the error's place."""
    error = PayloadError("bad", problems=(problem(number) for number in (2, 1)), event_name="ORDER_SUCCEEDED")

    assert ((problem(2), problem(1)), "/2", "ORDER_SUCCEEDED") == (error.problems, error.path, error.event_name)


@pytest.mark.parametrize("name", [*HOSTILE, "A" * 5_000, ""])
def test_the_name_is_made_fit_to_print(name: str) -> None:
    """The name of an event comes from outside."""
    assert shown(name) == PayloadError("bad", event_name=name).event_name


@pytest.mark.parametrize(
    "error",
    [
        JuspayWebhooksError("root"),
        ConfigurationError("misuse"),
        PayloadError("bad"),
        PayloadError("bad", problems=[problem(1), problem(2)], event_name="ORDER\n"),
        *(AuthenticationError("who?", reason=reason, header="X-Shop") for reason in AuthenticationReason),
        Retryable(),
        Retryable("the shop's database is away"),
        Retryable("later", retry_after=0),
        Retryable("later", retry_after=2.5),
        Permanent(),
        Permanent("no such order"),
        Permanent("no such order", 5),
    ],
)
def test_errors_survive_pickle_and_copy(error: JuspayWebhooksError) -> None:
    """An error may cross a process boundary with all that it holds."""
    copies = [pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)]  # noqa: S301

    assert [(type(error), error.args, vars(error))] * 3 == [(type(each), each.args, vars(each)) for each in copies]


def test_authentication_error() -> None:
    """It says what is wrong with which header, in words that answers and logs may count."""
    error = AuthenticationError("who?", reason=AuthenticationReason.REJECTED, header="X-Shop")

    assert ("who?", AuthenticationReason.REJECTED, "X-Shop") == (str(error), error.reason, error.header)
    assert ["missing", "malformed", "rejected"] == [str(reason) for reason in AuthenticationReason]
    assert "AuthenticationError('who?')" == repr(error)


@pytest.mark.parametrize(
    ("error", "message", "retry_after"),
    [
        (Retryable(), "", None),
        (Retryable("later"), "later", None),
        (Retryable("later", retry_after=30), "later", 30),
        (Retryable(retry_after=0.5), "", 0.5),
    ],
)
def test_retryable(error: Retryable, message: str, retry_after: float | None) -> None:
    """A handler need not say why, or when."""
    assert (message, retry_after) == (str(error), error.retry_after)


def test_permanent() -> None:
    """It is an exception like any other: the message is for the log."""
    assert ("", "no such order") == (str(Permanent()), str(Permanent("no such order")))


def test_an_authentication_error_keeps_its_notes() -> None:
    """What somebody noted on an error survives pickle, and so does a class of one's own."""
    error = OwnAuthenticationError("no", reason=AuthenticationReason.MISSING, header="X-Shop")
    error.add_note("seen at the door")
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301

    assert (OwnAuthenticationError, ["seen at the door"]) == (type(copied), copied.__notes__)


class OwnAuthenticationError(AuthenticationError):
    """A class of one's own."""

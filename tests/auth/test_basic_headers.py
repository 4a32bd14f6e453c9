"""Basic auth: extra headers that every request must carry."""

from typing import Any, Final

import pytest

from juspay_webhooks.auth.basic import BasicAuth
from juspay_webhooks.errors import AuthenticationReason, ConfigurationError
from tests.auth.sending import MALFORMED, MISSING, REJECTED, RIGHT, SECRET, SENDER, refusal, sent

EXTRA: Final = BasicAuth("shop", SECRET, headers={"X-Shop": "one two", "x-token": " tökén "})


@pytest.mark.parametrize(
    "extra",
    [
        {"X-Shop": "one two", "X-Token": "tökén"},
        {"x-shop": "one two", "X-TOKEN": "tökén"},
        {"X-Shop": "  one two\t", "X-Token": " tökén"},
        {"X-Shop": ["one two"], "X-Token": ["tökén"]},
        {b"x-shop": b"one two", b"x-token": "tökén".encode()},
        {b"x-shop": b"one two", b"x-token": "tökén".encode("latin-1")},
        {"X-Shop": "one two", "X-Token": "tökén".encode().decode("latin-1")},
        {"X-Shop": "one two", "X-Token": "tökén", "X-More": "x"},
    ],
)
def test_extra_headers_let_in(extra: dict[str | bytes, object]) -> None:
    """All there, names in any case, blanks around them; what is not ASCII in either encoding that clients use."""
    headers: dict[str | bytes, object] = {"Authorization": RIGHT, **extra}

    assert SENDER == EXTRA.verify(headers)
    assert SENDER == EXTRA.verify(headers.items())
    assert SENDER == EXTRA.verify(pair for pair in headers.items())


@pytest.mark.parametrize("value", ["ключ", "é\u2028", "\xa0x", "x\xa0", "a, b", "ÿ"])
def test_extra_headers_of_any_value(value: str) -> None:
    """A value beyond Latin-1 arrives in UTF-8, as bytes, as Latin-1 text or decoded; only blanks are cut off."""
    auth = BasicAuth("shop", SECRET, headers={"X-Shop": value})
    forms: list[object] = [value, value.encode(), value.encode().decode("latin-1"), f" {value} "]

    assert [SENDER] * 4 == [auth.verify({"Authorization": RIGHT, "X-Shop": form}) for form in forms]
    assert REJECTED is refusal(auth, {"Authorization": RIGHT, "X-Shop": f"{value}x"}).reason


@pytest.mark.parametrize(
    ("extra", "reason", "header", "message"),
    [
        ({}, MISSING, "X-Shop", "the header X-Shop is missing"),
        ({"X-Shop": ""}, MISSING, "X-Shop", "the header X-Shop is missing"),
        ({"X-Shop": " "}, MISSING, "X-Shop", "the header X-Shop is missing"),
        ({"X-Shop": None}, MISSING, "X-Shop", "the header X-Shop is missing"),
        ({"X-Shop": "one two"}, MISSING, "x-token", "the header x-token is missing"),
        ({"X_Shop": "one two"}, MISSING, "X-Shop", "the header X-Shop is missing"),
        ({"X-Shop": "three"}, REJECTED, "X-Shop", "the header X-Shop has another value"),
        ({"X-Shop": "ONE TWO"}, REJECTED, "X-Shop", "the header X-Shop has another value"),
        ({"X-Shop": "one two", "X-Token": "token"}, REJECTED, "x-token", "the header x-token has another value"),
        ({"X-Shop": "one two, one two"}, REJECTED, "X-Shop", "the header X-Shop has another value"),
        ({"X-Shop": "\ud800"}, REJECTED, "X-Shop", "the header X-Shop has another value"),
        ({"X-Shop": b"\xff\x00"}, REJECTED, "X-Shop", "the header X-Shop has another value"),
        ({"X-Shop": "x" * 1_000_000}, REJECTED, "X-Shop", "the header X-Shop has another value"),
        ({"X-Shop": ["one two", "one two"]}, MALFORMED, "X-Shop", "the header X-Shop was sent twice"),
        ({"X-Shop": "one two", "x-shop": "one two"}, MALFORMED, "X-Shop", "the header X-Shop was sent twice"),
        ({"X-Shop": ["", "one two"]}, MALFORMED, "X-Shop", "the header X-Shop was sent twice"),
    ],
)
def test_extra_headers_refuse(
    extra: dict[str, object], reason: AuthenticationReason, header: str, message: str
) -> None:
    """The credential alone is not enough; the error names the header as it was configured."""
    error = refusal(EXTRA, {"Authorization": RIGHT, **extra})

    assert (reason, header) == (error.reason, error.header)
    assert f"{message}: compare the custom headers in the dashboard" == str(error)


@pytest.mark.parametrize(
    ("authorization", "reason"), [(None, MISSING), ("Bearer x", MALFORMED), (sent("shop", "x"), REJECTED)]
)
@pytest.mark.parametrize("extra", [{}, {"X-Shop": "wrong"}, {"X-Shop": "one two", "X-Token": "tökén"}])
def test_extra_headers_do_not_replace_the_credential(
    authorization: str | None, reason: AuthenticationReason, extra: dict[str, str]
) -> None:
    """Whatever they hold, the credential is asked for, and its error comes first."""
    error = refusal(EXTRA, {"Authorization": authorization, **extra})

    assert (reason, "Authorization") == (error.reason, error.header)


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"Authorization": "x"}, "Authorization carries the credential"),
        ({"AUTHORIZATION": "x"}, "Authorization carries the credential"),
        ({"": "x"}, "the name of an extra header is one word"),
        ({" ": "x"}, "the name of an extra header is one word"),
        ({" Authorization": "x"}, "the name of an extra header is one word"),
        ({"X-Shop:": "x"}, "the name of an extra header is one word"),
        ({"X Shop": "x"}, "the name of an extra header is one word"),
        ({"X-Shöp": "x"}, "the name of an extra header is one word"),
        ({"X-Shop\n": "x"}, "the name of an extra header is one word"),
        ({"\ud800": "x"}, "the name of an extra header is one word"),
        ({None: "x"}, "the name of an extra header is one word"),
        ({b"X-Shop": "x"}, "the name of an extra header is one word"),
        ({"X-Shop": ""}, "the value of the extra header X-Shop is empty or not text"),
        ({"X-Shop": "  "}, "the value of the extra header X-Shop is empty or not text"),
        ({"X-Shop": None}, "the value of the extra header X-Shop is empty or not text"),
        ({"X-Shop": 5}, "the value of the extra header X-Shop is empty or not text"),
        ({"X-Shop": b"x"}, "the value of the extra header X-Shop is empty or not text"),
        ({"X-Shop": "x\ny"}, "the value of the extra header X-Shop has a line break"),
        ({"X-Shop": "x\ud800"}, "the value of the extra header X-Shop has a line break"),
        ({"X-Shop": "x", "x-shop": "x"}, "the extra header x-shop is there twice"),
        ({"x-shop": "x", "X-Shop": "y"}, "the extra header X-Shop is there twice"),
        ([("X-Shop", "x")], "extra headers are a mapping of names to values, not list"),
        ([], "extra headers are a mapping of names to values, not list"),
        ("X-Shop: x", "extra headers are a mapping of names to values, not str"),
        (5, "extra headers are a mapping of names to values, not int"),
    ],
)
def test_extra_headers_that_cannot_be(headers: Any, message: str) -> None:  # noqa: ANN401 - on purpose
    """What can never match, or would let anybody in, is refused when the verifier is built."""
    with pytest.raises(ConfigurationError, match=message):
        BasicAuth("shop", SECRET, headers=headers)

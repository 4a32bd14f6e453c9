"""Basic auth: what can be configured, several credentials, and those of the environment."""

import traceback
from typing import Any, Final

import pytest

from juspay_webhooks.auth.basic import BasicAuth, Credential, Sender
from juspay_webhooks.errors import ConfigurationError
from tests.auth.sending import REJECTED, SENDER, refusal, sent

# --- What is configured ---


@pytest.mark.parametrize("blank", ["", " ", "\t", "\n", "\u3000", None, 5, b"password", ["password"]])
@pytest.mark.parametrize("part", ["username", "password", "label"])
def test_a_part_must_be_filled_in(part: str, blank: object) -> None:
    """Nothing is never a credential: not empty, not blank, not absent."""
    parts: dict[str, Any] = {"username": "shop", "password": "password", "label": "label", part: blank}

    with pytest.raises(ConfigurationError, match=f"the {part} is empty or not text"):
        Credential(**parts)


@pytest.mark.parametrize("character", ["\n", "\r", "\t", "\x00", "\x1f", "\x7f", "\ud800"])
@pytest.mark.parametrize("part", ["username", "password", "label"])
def test_a_part_holds_no_control_characters(part: str, character: str) -> None:
    """A line break at the end of a secret file would refuse every webhook; better now than then."""
    parts = {"username": "shop", "password": "password", "label": "label", part: f"text{character}"}

    with pytest.raises(ConfigurationError, match=f"the {part} has a line break, a control character or half"):
        Credential(**parts)


@pytest.mark.parametrize("username", ["a:b", ":", "a@b.example", "@"])
def test_a_username_has_no_colon_and_no_at(username: str) -> None:
    """With a colon it can never match, and the dashboard takes neither."""
    with pytest.raises(ConfigurationError, match="a username has no @ and no colon"):
        Credential(username, "password")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("", ""), "the username is empty"),
        (("", "password"), "the username is empty"),
        (("shop", ""), "the password is empty"),
        (("shop",), "the password is empty"),
        ((" ", " "), "the username is empty"),
        (([],), "at least one credential"),
        (((),), "at least one credential"),
        (({},), "at least one credential"),
        ((None,), "a credential is a pair"),
        ((5,), "a credential is a pair"),
        ((b"shop",), "a credential is a pair"),
        ((["shop", "password"],), "a credential is a pair"),
        (([("shop",)],), "a credential is a pair"),
        (([("shop", None)],), "a credential is a pair"),
        (([("shop", b"password")],), "a credential is a pair"),
        (([("shop", "password", "label")],), "a credential is a pair"),
        (([None],), "a credential is a pair"),
        (({"shop": "password"},), "a credential is a pair"),
        (([("shop", "password"), ("", "")],), "the username is empty"),
        (([("shop", "password")], "password"), "a username and a password, or a list"),
        ((b"shop", "password"), "a username and a password, or a list"),
        ((None, "password"), "a username and a password, or a list"),
        (([("shop", "password"), ("shop", "password")],), "one credential is there twice"),
        (
            ([("shop", "password"), Credential("shop", "password", label="other")],),
            "one credential is there twice",
        ),
    ],
)
def test_what_cannot_be_configured(arguments: tuple[Any, ...], message: str) -> None:
    """There is no mode in which anybody, or nobody, is let in."""
    with pytest.raises(ConfigurationError, match=message):
        BasicAuth(*arguments)


# --- Several credentials ---


@pytest.mark.parametrize(
    ("username", "password", "expected"),
    [
        ("shop-a", "old", Sender(username="shop-a", label="shop-a")),
        ("shop-a", "new", Sender(username="shop-a", label="shop-a")),
        ("shop-b", "old", Sender(username="shop-b", label="B")),
        ("shop-c", "new", Sender(username="shop-c", label="B")),
    ],
)
def test_which_credential_matched(username: str, password: str, expected: Sender) -> None:
    """During a rotation both passwords let in, and each merchant is told from the others."""
    mixed: list[Any] = [
        ("shop-a", "old"),
        ["shop-a", "new"],
        Credential("shop-b", "old", label="B"),
        Credential("shop-c", "new", label="B"),
    ]
    forms = [BasicAuth(mixed), BasicAuth(tuple(mixed)), BasicAuth(one for one in mixed)]

    assert [expected] * 3 == [auth.verify({"Authorization": sent(username, password)}) for auth in forms]
    assert [{"shop-a", "B"}] * 3 == [auth.labels for auth in forms]


@pytest.mark.parametrize(("username", "password"), [("shop-a", "b"), ("shop-b", "a"), ("shop-c", "a"), ("a", "shop-a")])
def test_credentials_are_not_mixed(username: str, password: str) -> None:
    """One merchant's password is of no use with another's username."""
    auth = BasicAuth([("shop-a", "a"), ("shop-b", "b")])

    assert REJECTED is refusal(auth, sent(username, password)).reason


def test_a_credential_alone() -> None:
    """One `Credential` need not be in a list of its own kind."""
    auth = BasicAuth([Credential("shop", "password", label="A")])

    assert Sender(username="shop", label="A") == auth.verify(sent("shop", "password"))


# --- Environment ---

ONE: Final = {"JUSPAY_WEBHOOK_USERNAME": "shop", "JUSPAY_WEBHOOK_PASSWORD": "one"}
TWO: Final = {"JUSPAY_WEBHOOK_USERNAME_2": "shop", "JUSPAY_WEBHOOK_PASSWORD_2": "two"}
THREE: Final = {
    "JUSPAY_WEBHOOK_USERNAME_3": "third",
    "JUSPAY_WEBHOOK_PASSWORD_3": "three",
    "JUSPAY_WEBHOOK_LABEL_3": "C",
}
TEN: Final = {
    f"JUSPAY_WEBHOOK_{part}_{number}": f"{part}{number}" for number in range(2, 11) for part in ("USERNAME", "PASSWORD")
}


@pytest.mark.parametrize(
    ("environ", "credentials"),
    [
        (ONE, [Credential("shop", "one")]),
        (ONE | {"JUSPAY_WEBHOOK_LABEL": "A"}, [Credential("shop", "one", label="A")]),
        (ONE | {"JUSPAY_WEBHOOK_LABEL": ""}, [Credential("shop", "one")]),
        (ONE | {"JUSPAY_WEBHOOK_PASSWORD": " o:ne é "}, [Credential("shop", " o:ne é ")]),
        (
            THREE | TWO | ONE,
            [Credential("shop", "one"), Credential("shop", "two"), Credential("third", "three", label="C")],
        ),
        (ONE | TEN, [Credential("shop", "one"), *(Credential(f"USERNAME{n}", f"PASSWORD{n}") for n in range(2, 11))]),
        # What only looks like one of them.
        (
            ONE
            | {"JUSPAY_WEBHOOK_PASSWORD_FILE": "x", "JUSPAY_WEBHOOK_USERNAME_": "x", "MY_JUSPAY_WEBHOOK_LABEL_2": "x"},
            [Credential("shop", "one")],
        ),
    ],
)
def test_credentials_of_the_environment(environ: dict[str, str], credentials: list[Credential]) -> None:
    """The first has no number, others are numbered from 2 on; each label is the username unless it is set."""
    auth = BasicAuth.from_env(environ=environ)

    assert repr(BasicAuth(credentials)) == repr(auth)
    assert [Sender(username=one.username, label=one.label) for one in credentials] == [
        auth.verify(sent(one.username, one.password)) for one in credentials
    ]


def test_the_environment_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """By default the process's own variables are read; another prefix and extra headers may be given."""
    for name, value in ONE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("A.B_USERNAME", "other")
    monkeypatch.setenv("A.B_PASSWORD", "password")
    monkeypatch.setenv("AxB_USERNAME_2", "not this one")

    other = BasicAuth.from_env("A.B", headers={"X-Shop": "1"})

    assert SENDER == BasicAuth.from_env().verify(sent("shop", "one"))
    assert "BasicAuth(Credential(username='other', label='other'), headers=['X-Shop'])" == repr(other)


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({}, "JUSPAY_WEBHOOK_USERNAME, JUSPAY_WEBHOOK_PASSWORD"),
        ({"JUSPAY_WEBHOOK_USERNAME": "shop"}, "JUSPAY_WEBHOOK_PASSWORD"),
        ({"JUSPAY_WEBHOOK_PASSWORD": "one"}, "JUSPAY_WEBHOOK_USERNAME"),
        (ONE | {"JUSPAY_WEBHOOK_USERNAME": ""}, "JUSPAY_WEBHOOK_USERNAME"),
        (ONE | {"JUSPAY_WEBHOOK_PASSWORD": " \t"}, "JUSPAY_WEBHOOK_PASSWORD"),
        (ONE | {"JUSPAY_WEBHOOK_PASSWORD": None}, "JUSPAY_WEBHOOK_PASSWORD"),
        (TWO, "JUSPAY_WEBHOOK_USERNAME, JUSPAY_WEBHOOK_PASSWORD"),
    ],
)
def test_a_missing_variable_is_named(environ: dict[str, Any], names: str) -> None:
    """An operator reads what to set, and no more."""
    with pytest.raises(ConfigurationError) as caught:
        BasicAuth.from_env(environ=environ)

    assert f"environment variable not set or empty: {names}" == str(caught.value)


@pytest.mark.parametrize(
    ("more", "names"),
    [
        (THREE, "JUSPAY_WEBHOOK_USERNAME_2, JUSPAY_WEBHOOK_PASSWORD_2"),
        ({"JUSPAY_WEBHOOK_USERNAME_3": "third"}, "JUSPAY_WEBHOOK_USERNAME_2, JUSPAY_WEBHOOK_PASSWORD_2"),
        (TWO | {"JUSPAY_WEBHOOK_LABEL_4": "x"}, "JUSPAY_WEBHOOK_USERNAME_3, JUSPAY_WEBHOOK_PASSWORD_3"),
        ({"JUSPAY_WEBHOOK_USERNAME_2": "shop"}, "JUSPAY_WEBHOOK_PASSWORD_2"),
        ({"JUSPAY_WEBHOOK_PASSWORD_2": "two"}, "JUSPAY_WEBHOOK_USERNAME_2"),
        ({"JUSPAY_WEBHOOK_LABEL_2": "x"}, "JUSPAY_WEBHOOK_USERNAME_2, JUSPAY_WEBHOOK_PASSWORD_2"),
        (TWO | {"JUSPAY_WEBHOOK_PASSWORD_2": ""}, "JUSPAY_WEBHOOK_PASSWORD_2"),
        ({"JUSPAY_WEBHOOK_USERNAME_1": "shop"}, "JUSPAY_WEBHOOK_USERNAME_2, JUSPAY_WEBHOOK_PASSWORD_2"),
        ({"JUSPAY_WEBHOOK_USERNAME_02": "shop"}, "JUSPAY_WEBHOOK_USERNAME_2, JUSPAY_WEBHOOK_PASSWORD_2"),
        ({"JUSPAY_WEBHOOK_USERNAME_0": "shop"}, "JUSPAY_WEBHOOK_USERNAME_2, JUSPAY_WEBHOOK_PASSWORD_2"),
    ],
)
def test_a_gap_in_the_numbers_is_named(more: dict[str, str], names: str) -> None:
    """A credential behind a gap, or half of one, is never silently left out."""
    with pytest.raises(ConfigurationError) as caught:
        BasicAuth.from_env(environ=ONE | more)

    assert (
        f"environment variable not set or empty: {names}; credentials after the first are numbered 2, 3 and so on"
        == str(caught.value)
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"JUSPAY_WEBHOOK_PASSWORD": "secret\n"}, "PASSWORD, .*: the password has a line break"),
        ({"JUSPAY_WEBHOOK_PASSWORD": "\udcff"}, "PASSWORD, .*: the password has a line break"),
        ({"JUSPAY_WEBHOOK_USERNAME": "a:b"}, "USERNAME, .*: a username has no @ and no colon"),
        ({"JUSPAY_WEBHOOK_PASSWORD": 5}, "PASSWORD, .*: the password is empty or not text"),
        ({"JUSPAY_WEBHOOK_LABEL": "  "}, "LABEL: the label is empty"),
        (
            TWO | {"JUSPAY_WEBHOOK_PASSWORD_2": "secret\n"},
            "PASSWORD_2, JUSPAY_WEBHOOK_LABEL_2: the password has a line",
        ),
    ],
)
def test_an_unusable_variable_is_named(more: dict[str, Any], message: str) -> None:
    """Of ten credentials an operator learns which to look at, and its value is not shown."""
    with pytest.raises(ConfigurationError, match=message) as caught:
        BasicAuth.from_env(environ=ONE | more)

    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_a_credential_that_is_set_twice() -> None:
    """A copied pair is a rotation that was forgotten half-way."""
    environ = ONE | {"JUSPAY_WEBHOOK_USERNAME_2": "shop", "JUSPAY_WEBHOOK_PASSWORD_2": "one"}

    with pytest.raises(ConfigurationError, match="one credential is there twice"):
        BasicAuth.from_env(environ=environ)

"""Basic auth: who is let in, who is refused and why."""

import contextlib
import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from hmac import compare_digest
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from juspay_webhooks.auth import basic, extra
from juspay_webhooks.auth.basic import BasicAuth, Credential
from juspay_webhooks.auth.headers import Headers
from juspay_webhooks.errors import AuthenticationError, AuthenticationReason, ConfigurationError
from tests.auth.sending import AUTH, MALFORMED, MISSING, REJECTED, RIGHT, SECRET, SENDER, encoded, refusal, sent

TOKEN: Final = RIGHT.removeprefix("Basic ")
UNPADDED: Final = sent("shop", "word")


# --- Let in ---


@pytest.mark.parametrize(
    "header",
    [
        RIGHT,
        RIGHT.encode(),
        f"basic {TOKEN}",
        f"BASIC {TOKEN}",
        f"bAsIc {TOKEN}",
        f"Basic    {TOKEN}",
        f"Basic \t{TOKEN}",
        f"  {RIGHT}\t ",
    ],
)
def test_the_credential_lets_in(header: str | bytes) -> None:
    """The scheme is in any case; blanks around and several of them between do not count (RFC 9110, 11.4)."""
    forms: list[Headers] = [header, {"Authorization": header}, [(b"authorization", header)]]

    assert [SENDER] * 3 == [AUTH.verify(headers) for headers in forms]


@pytest.mark.parametrize(
    "password",
    [
        "p",
        ":",
        "::",
        "a:b:c",
        ":p",
        "p:",
        " p ",
        "é",
        "ключ",
        "パス😀",
        "\xa0p",
        "\x80",
        "%3A",
        "Basic x",
        "=" * 5,
        "p" * 5_000,
    ],
)
def test_any_password(password: str) -> None:
    """The username ends at the first colon, and the rest is the password as it is, in UTF-8."""
    auth = BasicAuth("shop", password)

    assert SENDER == auth.verify({"Authorization": sent("shop", password)})
    assert REJECTED is refusal(auth, {"Authorization": sent("shop", password + "x")}).reason


# --- Refused ---


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (None, MISSING),
        ({}, MISSING),
        ([], MISSING),
        ("", MISSING),
        (b"", MISSING),
        (" \t ", MISSING),
        ({"Authorization": ""}, MISSING),
        ({"Authorization": None}, MISSING),
        ({"Authorization": []}, MISSING),
        ({"Authorization": [""]}, MISSING),
        ({"Proxy-Authorization": RIGHT}, MISSING),
        ({"X-Authorization": RIGHT}, MISSING),
        ({"Authorization ": RIGHT}, MISSING),
        ({"HTTP_AUTHORIZATION": RIGHT}, MISSING),
        ({"wsgi.version": "(1, 0)", "HTTP_AUTHORIZATION": RIGHT}, MISSING),
        ({"wsgi.version": (1, 0), "Authorization": RIGHT}, MISSING),
    ],
)
def test_no_header_is_missing(headers: Headers, reason: AuthenticationReason) -> None:
    """A header that is absent or blank is missing, and so is one under another name."""
    error = refusal(AUTH, headers)

    assert (reason, "Authorization") == (error.reason, error.header)
    assert "the request has no Authorization header" in str(error)


@pytest.mark.parametrize(
    "header",
    [
        "garbage",
        "Basic",
        "Basic ",
        f"Basic{TOKEN}",
        f"Basic\t{TOKEN}",
        f"Basic\n{TOKEN}",
        f"Basic,{TOKEN}",
        f"Basic:{TOKEN}",
        f"Basic {TOKEN[:8]} {TOKEN[8:]}",
        f"Basic {TOKEN[:8]}\t{TOKEN[8:]}",
        f"Basic {TOKEN[:8]}\n{TOKEN[8:]}",
        f"Basic {TOKEN[:8]}\r\n {TOKEN[8:]}",
        f"Basic {TOKEN[:8]}\x00{TOKEN[8:]}",
        f"Basic {TOKEN}\x00",
        f"\x00{RIGHT}",
        f"Basic {TOKEN}é",
        f"Basic {TOKEN}\u2028",
        f"Basic\xa0{TOKEN}",
        f"Basic {TOKEN}\ud800",
        f"Basic \udcff{TOKEN}",
        f"Basic {TOKEN}!",
        f"Basic {TOKEN}=",
        f"Basic {TOKEN}====",
        f"Basic {TOKEN}{TOKEN}",
        f"Basic {TOKEN} {TOKEN}",
        f"Basic ={TOKEN}",
        f"Basic {TOKEN.rstrip('=')}",
        f'Basic "{TOKEN}"',
        f"Basic realm=x, {TOKEN}",
        f"{RIGHT}, {RIGHT}",
        f"{RIGHT},{RIGHT}",
        f",{RIGHT}",
        f"{RIGHT},",
        f"{RIGHT};",
        f"Basic {RIGHT}",
        f"Bearer {TOKEN}",
        f"Digest {TOKEN}",
        f"BasicAuth {TOKEN}",
        f"Ｂasic {TOKEN}",
        "Bearer x",
        "Basic %%%",
        # Python 3.11 and 3.12 decode it: padding where none belongs, behind a credential of three, six, nine ... bytes.
        f"{UNPADDED}=",
        f"{UNPADDED}====",
        "Basic é",
        "Basic éééé",
        "Basic ключ",
        "Basic =",
        "Basic ====",
        "Basic A",
        f"Basic shop:{SECRET}",
        f"shop:{SECRET}",
        f"Basic {encoded('shop')}",
        f"Basic {encoded(SECRET.replace(':', ''))}",
        "Basic //4=",
        f"Basic {urlsafe_b64encode(f'shop:{SECRET}'.encode()).decode()}",
        "A" * 1_000_000,
        "Basic " + "!" * 1_000_000,
        "Basic " + " " * 1_000_000 + "!",
        "Basic " + "A" * 1_000_000,
        "Basic " * 200_000,
        ":" * 1_000_000,
    ],
    ids=count(),
)
def test_what_is_not_one_basic_credential_is_malformed(header: str) -> None:
    """The standard alphabet, padded and nothing else: what two readers could read in two ways is not read."""
    octets = header.encode("utf-8", "surrogatepass")
    forms: list[Headers] = [{"Authorization": header}, header, octets, [(b"authorization", octets)]]

    assert [(MALFORMED, "Authorization")] * 4 == [
        (error.reason, error.header) for error in (refusal(AUTH, headers) for headers in forms)
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": [RIGHT, RIGHT]},
        {"Authorization": RIGHT, "authorization": RIGHT},
        {"Authorization": RIGHT, b"authorization": RIGHT.encode()},
        [("Authorization", RIGHT), ("Authorization", RIGHT)],
        [("Authorization", RIGHT), ("Authorization", sent("shop", "other"))],
        [("Authorization", RIGHT), ("AUTHORIZATION", "")],
        [("Authorization", ""), ("Authorization", RIGHT)],
        [("Authorization", ""), ("Authorization", "")],
        [(b"authorization", RIGHT.encode())] * 3,
        {"wsgi.version": (1, 0), "HTTP_AUTHORIZATION": f"{RIGHT}, {RIGHT}"},
        {"wsgi.version": (1, 0), "HTTP_AUTHORIZATION": f",{RIGHT}"},
    ],
)
def test_a_header_sent_twice_is_malformed(headers: Headers) -> None:
    """Even with equal values, kept apart or joined: a proxy may have judged another one than we would."""
    error = refusal(AUTH, headers)

    assert (MALFORMED, "Authorization") == (error.reason, error.header)
    assert "the Authorization header is not one `Basic <base64 of username:password>`" == str(error)


@pytest.mark.parametrize(
    "pair",
    [
        ":",
        "shop:",
        f":{SECRET}",
        "::",
        "null:null",
        f"shop:{SECRET}\n",
        f"shop:{SECRET}\x00",
        f"shop: {SECRET}",
        f" shop:{SECRET}",
        f"SHOP:{SECRET}",
        f"shop:{SECRET.upper()}",
        f"shop::{SECRET}",
        f"shop:{SECRET}:",
        f"shop:{SECRET[:-1]}",
        f"shop:{SECRET.partition(':')[0]}",
        f"shop:{SECRET.partition(':')[2]}",
        f"{SECRET}:shop",
        f"shop:{SECRET}".encode("latin-1"),
        f"shop:{SECRET}".encode("utf-16"),
        b"\xff:\xfe",
        b"shop:\xff",
        b"\x00:\x00",
        "shop:" + "x" * 1_000_000,
        ":" * 1_000_000,
    ],
    ids=count(),
)
def test_another_credential_is_rejected(pair: str | bytes) -> None:
    """The pair must be the same in every byte; bytes that are no UTF-8 are compared like any other."""
    error = refusal(AUTH, {"Authorization": f"Basic {encoded(pair)}"})

    assert (REJECTED, "Authorization") == (error.reason, error.header)
    assert "no configured credential is the one sent" in str(error)


def test_nobody_is_let_in_with_empty_parts() -> None:
    """`Og==` is the Base64 of a colon: the credential of whoever has set nothing."""
    assert REJECTED is refusal(AUTH, "Basic Og==").reason


@pytest.mark.parametrize("headers", [5, object(), [RIGHT], bytearray(RIGHT.encode()), {5: RIGHT}])
def test_a_wrong_call_is_no_refusal(headers: Any) -> None:  # noqa: ANN401 - on purpose
    """Whoever programmed the call must act, so it is another error."""
    with pytest.raises(ConfigurationError, match="headers are a mapping or pairs of name and value"):
        AUTH.verify(headers)


# --- Any header at all ---

PAIRS: Final = {b"shop:pa:ss": "A", "shop:wörd".encode(): "B", b"x:~~~???>>>!": "C"}
SEVERAL: Final = BasicAuth(Credential(*pair.decode().split(":", 1), label=label) for pair, label in PAIRS.items())
WELL_FORMED: Final = re.compile(rb"\s*basic \s*([A-Za-z0-9+/]*={0,2})\s*", re.IGNORECASE)


def pair_in(header: bytes) -> bytes | None:
    """Decode a header in another way than the library does."""
    match = WELL_FORMED.fullmatch(header)
    return None if match is None or len(match[1]) % 4 else b64decode(match[1], validate=True)


@st.composite
def near_misses(draw: st.DrawFn) -> bytes:
    """Make a right header, and now and then damage it."""
    header = bytearray(b"Basic " + b64encode(draw(st.sampled_from([*PAIRS]) | st.binary(max_size=20))))
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(header)))
        header[start : start + draw(st.integers(0, 2))] = draw(
            st.binary(max_size=2) | st.sampled_from([b" ", b"\t", b"\n", b"=", b"-", b"_", b",", b"\x00", b"b", b"B"])
        )
    return bytes(header)


@given(st.binary() | near_misses())
@example(b"Basic Og==")
@example(b"Basic Oh==")
@example(b"Basic Og=")
@example(b"Basic " + b64encode(b"x:~~~???>>>!") + b"=")
@example(b"Basic " + b64encode(b"x:~~~???>>>!") + b"====")
@example(b"Basic eDp+fn4/Pz8+Pj4h")
@example(b"Basic eDp-fn4_Pz8-Pj4h")
@example(b"Basic ====")
@example(b"\xff")
def test_any_bytes(header: bytes) -> None:
    """Whatever is sent, exactly the configured pairs are let in, and all else ends in the one error."""
    expected = PAIRS.get(pair_in(header) or b"")
    forms: list[Headers] = [
        header,
        header.decode("latin-1"),
        {"authorization": header},
        {"Authorization": header.decode("latin-1")},
        [(b"authorization", header)],
        {"wsgi.version": (1, 0), "HTTP_AUTHORIZATION": header.decode("latin-1")},
    ]

    assert [expected] * len(forms) == [label_of(headers) for headers in forms]


@given(st.text(st.characters(exclude_categories=())))
@example("Basic \ud800")
def test_any_text(header: str) -> None:
    """A text that no server would hand over, lone surrogates included, ends in the one error as well."""
    octets = header.encode("latin-1" if max(header, default="") <= "\xff" else "utf-8", "surrogatepass")
    expected = PAIRS.get(pair_in(octets) or b"")

    assert [expected] * 2 == [label_of(header), label_of({"Authorization": header})]


def label_of(headers: Headers) -> str | None:
    """Tell who is let in; None is nobody."""
    try:
        return SEVERAL.verify(headers).label
    except AuthenticationError:
        return None


# --- The same work for everybody ---

GUESSES: Final[dict[str, dict[str, str]]] = {
    "all right": {"Authorization": sent("shop", "1"), "X-Shop": "öne", "X-Token": "two"},
    "another one": {"Authorization": sent("shop", "2"), "X-Shop": "öne", "X-Token": "two"},
    "credential wrong": {"Authorization": sent("shop", "x"), "X-Shop": "öne", "X-Token": "two"},
    "credential malformed": {"Authorization": "Bearer x", "X-Shop": "öne", "X-Token": "two"},
    "credential missing": {"X-Shop": "öne", "X-Token": "two"},
    "first header wrong": {"Authorization": sent("shop", "1"), "X-Shop": "x", "X-Token": "two"},
    "second header wrong": {"Authorization": sent("shop", "1"), "X-Shop": "öne", "X-Token": "x"},
    "headers missing": {"Authorization": sent("shop", "1")},
    "nothing": {},
}


@pytest.mark.parametrize("guess", GUESSES.values(), ids=GUESSES)
def test_everything_is_always_compared(guess: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """No credential and no header ends the comparison, so time tells nothing about which part of a guess was right."""
    compared: list[bytes] = []

    def watched(secret: bytes, found: bytes) -> bool:
        compared.append(secret)
        return compare_digest(secret, found)

    monkeypatch.setattr(basic, "compare_digest", watched)
    monkeypatch.setattr(extra, "compare_digest", watched)
    auth = BasicAuth([("shop", "1"), ("shop", "2"), ("other", "3")], headers={"X-Shop": "öne", "X-Token": "two"})
    with contextlib.suppress(AuthenticationError):
        auth.verify(guess)

    assert [b"shop:1", b"shop:2", b"other:3", "öne".encode(), "öne".encode("latin-1"), b"two"] == compared


# --- Ways in that published integrations leave open ---

UNSET: Final[Mapping[str, str]] = {"JUSPAY_WEBHOOK_USERNAME": "", "JUSPAY_WEBHOOK_PASSWORD": ""}


@pytest.mark.parametrize(
    "build",
    [
        lambda: BasicAuth("", ""),
        lambda: BasicAuth("shop", ""),
        lambda: BasicAuth("", "password"),
        lambda: BasicAuth([]),
        lambda: BasicAuth([("", "")]),
        lambda: BasicAuth.from_env(environ={}),
        lambda: BasicAuth.from_env(environ=UNSET),
    ],
    ids=count(),
)
def test_no_way_in_without_configuration(build: Callable[[], BasicAuth]) -> None:
    """Others skip the check where nothing is set, or then expect the empty pair; here there is no such verifier."""
    with pytest.raises(ConfigurationError):
        build()


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        # The check is skipped when the header is absent.
        ({}, MISSING),
        # The empty pair, and words that stand for an unset variable.
        ({"Authorization": sent("", "")}, REJECTED),
        ({"Authorization": sent("undefined", "undefined")}, REJECTED),
        ({"Authorization": sent("None", "None")}, REJECTED),
        # The password is cut at its second colon.
        ({"Authorization": sent("shop", "pa")}, REJECTED),
        # Only one half is compared.
        ({"Authorization": sent("shop", "")}, REJECTED),
        ({"Authorization": sent("", SECRET)}, REJECTED),
        # The pair is decoded as something that drops what it cannot read.
        ({"Authorization": sent("shop", SECRET.encode("ascii", "ignore").decode())}, REJECTED),
        ({"Authorization": f"Basic {encoded(f'shop:{SECRET}'.encode('latin-1'))}"}, REJECTED),
        # A signature or a hash in place of the credential, which Juspay does not send.
        ({"X-Signature": "0" * 64}, MISSING),
        ({"Authorization": "0" * 64}, MALFORMED),
        # An API key as the username, as the order status API has it.
        ({"Authorization": sent(SECRET, "")}, REJECTED),
        # One credential of several suffices, but never parts of two.
        ({"Authorization": [sent("shop", "x"), RIGHT]}, MALFORMED),
    ],
)
def test_no_way_in_that_others_leave_open(headers: Headers, reason: AuthenticationReason) -> None:
    """Each of these is let in by somebody's published integration."""
    assert reason is refusal(AUTH, headers).reason

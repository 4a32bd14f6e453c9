"""The API key: one object hands it out in one place, and nothing shows it."""

import copy
import logging
import pickle
import socket
from base64 import b64decode
from collections.abc import Callable
from typing import Any, Final

import pytest
import requests
from requests.structures import CaseInsensitiveDict
from rich.pretty import pretty_repr

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.order_status.answer import decipher_order
from juspay_webhooks.order_status.asking import asking, is_settled, polling, unsettled_order
from juspay_webhooks.order_status.client import OrderStatusClient
from juspay_webhooks.order_status.errors import OrderStatusError
from juspay_webhooks.order_status.payout_client import PayoutStatusClient
from juspay_webhooks.order_status.request import Failure, Response
from juspay_webhooks.order_status.retry import RetryPolicy
from juspay_webhooks.order_status.secret import ApiKey
from tests.order_status.asked import CANARY, QUESTION, Clock, answer, driven, locals_of, order_body, raised

KEY: Final = "0123456789ABCDEFsecret"
ENCODED: Final = "MDEyMzQ1Njc4OUFCQ0RFRnNlY3JldDo="


def hides_the_key(text: str) -> bool:
    """Tell whether neither the key nor its encoded form is in a text."""
    return KEY not in text and ENCODED[:-4] not in text


def test_the_header() -> None:
    """It is Basic auth with the key as the user, and the colon of the empty password behind it."""
    assert f"Basic {ENCODED}" == ApiKey(KEY).header
    assert b"0123456789ABCDEFsecret:" == b64decode(ApiKey(KEY).header.removeprefix("Basic "))


def test_a_few_hosts_want_no_colon() -> None:
    """Where a host wants it so, the bare key is encoded."""
    assert "Basic MTIzNA==" == ApiKey("1234", with_colon=False).header


@pytest.mark.parametrize(
    "shown", [repr, str, "{}".format, "{!r}".format, lambda key: f"{[key]}{ {'a': key} }", pretty_repr]
)
def test_it_is_shown_nowhere(shown: Callable[[ApiKey], str]) -> None:
    """Every way to write it gives asterisks."""
    text = shown(ApiKey(KEY))

    assert hides_the_key(text)
    assert "ApiKey(***)" in text


@pytest.mark.parametrize(
    "shown",
    [
        repr,
        "{!r}".format,
        lambda header: f"{[header]}{ {'a': header} }{header[:30]!r}{header[6]!r}",
        pretty_repr,
        lambda header: pretty_repr({"Authorization": header}, max_string=20),
        lambda header: repr(CaseInsensitiveDict({"Authorization": header})),
    ],
)
def test_the_header_shows_itself_nowhere(shown: Callable[[str], str]) -> None:
    """Variables of other libraries hold it: whatever shows them, whole or shortened, shows asterisks."""
    text = shown(ApiKey(KEY).header)

    assert hides_the_key(text)
    assert ENCODED[:4] not in text
    assert "***" in text


@pytest.mark.parametrize("kept", [pickle.dumps, copy.copy, copy.deepcopy, vars])
def test_it_is_kept_nowhere(kept: Callable[[ApiKey], object]) -> None:
    """It goes into no file, and there is no dictionary to look into."""
    with pytest.raises((ConfigurationError, TypeError)):
        kept(ApiKey(KEY))


def test_it_cannot_be_changed() -> None:
    """A key is made once."""
    with pytest.raises(AttributeError):
        ApiKey(KEY).header = "Basic evil"  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue] - refused


BAD_KEYS: Final[list[Any]] = [
    f"{KEY}\n",
    f" {KEY}",
    f"{KEY}:",
    f"{KEY}\r\nx-evil: 1",
    f"{KEY}\x00",
    f"{KEY}é",
    f"{KEY}\ud800",
    KEY.encode(),
    [KEY],
    {"key": KEY},
    "",
    " ",
    None,
    7,
]


@pytest.mark.parametrize("key", BAD_KEYS)
@pytest.mark.parametrize("with_colon", [True, False])
def test_a_key_that_is_none(key: Any, *, with_colon: bool) -> None:  # noqa: ANN401 - some are no texts
    """A key that is empty or damaged is refused when it is given; neither error nor variables show it."""
    error = raised(lambda: ApiKey(key, with_colon=with_colon))

    assert "the API key is empty or has characters that no key has: copy it from the dashboard (Security)" == str(error)
    assert hides_the_key(f"{error!r}{error.args}{locals_of(error)}")


# --- Clients ---


@pytest.mark.parametrize("client", [OrderStatusClient, PayoutStatusClient])
@pytest.mark.parametrize(
    "changes",
    [{"base_url": "http://api.juspay.in"}, {"merchant_id": "a\nb"}, {"headers": {"x a": "b"}}, {"timeout": 0.0}],
)
def test_a_client_that_cannot_be_made(client: Callable[..., object], changes: dict[str, Any]) -> None:
    """Whatever else is wrong with a client's settings, the key is in none of the variables on the way."""
    given = {"base_url": "https://api.juspay.in", "merchant_id": "shop"} | changes
    error = raised(lambda: client(KEY, **given))

    assert isinstance(error, ConfigurationError)
    assert hides_the_key(f"{error!r}{locals_of(error)}")


@pytest.mark.parametrize("call", ["fetch", "poll", "confirm", "bad id", "bad routing id"])
def test_a_question_that_fails(call: str, caplog: pytest.LogCaptureFixture) -> None:
    """An error of any call shows no key, in no variable of ours, and no log line has it."""
    caplog.set_level(logging.DEBUG)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))  # and does not listen: whoever comes is refused
        session = requests.Session()
        session.trust_env = False
        client = OrderStatusClient(
            KEY,
            merchant_id="shop",
            base_url=f"http://127.0.0.1:{listener.getsockname()[1]}",
            retry=RetryPolicy(attempts=2, first=0),
            session=session,
        )
        calls: dict[str, Callable[[], object]] = {
            "fetch": lambda: client.fetch("shop-1001"),
            "poll": lambda: client.poll("shop-1001", schedule=[0]),
            "confirm": lambda: client.confirm("shop-1001", amount=5, currency="INR"),
            "bad id": lambda: client.fetch(".."),
            "bad routing id": lambda: client.fetch("shop-1001", routing_id="a\nb"),
        }
        error = raised(calls[call])
    session.close()

    assert hides_the_key(f"{error!r}{client!r}{locals_of(error)}{caplog.text}")


@pytest.mark.parametrize(
    "came",
    [
        answer({"error_info": {"code": "UNAUTHORIZED", "user_message": CANARY}, "status": CANARY}, status=401),
        answer({"status": "NOT_FOUND", "order_id": CANARY, "error_message": CANARY}, status=400),
        answer(CANARY.encode(), status=503, x_customer=CANARY),
        answer(order_body(order_id="other", customer_email=CANARY, udf1=CANARY)),
        answer(order_body(amount=CANARY, customer_email=CANARY)),
        answer(order_body(status="ERROR", customer_email=CANARY)),
        Failure("the connection failed"),
    ],
    ids=lambda came: repr(came)[:30],
)
@pytest.mark.parametrize("polls", [True, False])
def test_what_came_is_in_no_variable(came: Response | Failure, *, polls: bool) -> None:
    """Whoever shows the variables of our frames beside an error sees nothing of the answer."""
    means = Clock().means()

    def fail() -> object:
        if polls:
            return driven(
                polling(
                    QUESTION, decipher_order, means, schedule=(), seconds=5, until=is_settled, unsettled=unsettled_order
                ),
                came,
            )
        return driven(asking(QUESTION, decipher_order, means), came)

    error = raised(fail)

    assert isinstance(error, OrderStatusError)
    assert "kanarie" not in f"{error}{error!r}{error.__dict__}{locals_of(error)}"

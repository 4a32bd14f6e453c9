"""The Lambda function for requests: each form of event that AWS has, and the answer in the form that it expects."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Final, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks import AddressPolicy, BasicAuth, ConfigurationError, OrderPaid, Receiver
from juspay_webhooks.models.fields import Json
from juspay_webhooks.web.serverless import lambda_handler
from tests.web.shop import AUTH, BASIC, BODY, MOST, WRONG, shop

Make = Callable[..., dict[str, Json]]

ABSENT: Final = object()
"""Given as a value, it leaves the key out of the event."""


def without(event: dict[str, Json]) -> dict[str, Json]:
    """Leave out what is absent, and prove that the rest is JSON."""
    kept = {key: value for key, value in event.items() if value is not ABSENT}
    return cast("dict[str, Json]", json.loads(json.dumps(kept)))


def rest(*authorization: str, method: str = "POST", address: object = "192.0.2.7", **changes: Json) -> dict[str, Json]:
    """Make the event of a REST API, and of an HTTP API with payload format 1.0."""
    values = {"Content-Type": ["application/json"]} | ({"Authorization": [*authorization]} if authorization else {})
    return without(
        {
            "version": "1.0",
            "resource": "/juspay",
            "path": "/juspay",
            "httpMethod": method,
            "headers": {name: value[-1] for name, value in values.items()},
            "multiValueHeaders": values,
            "queryStringParameters": None,
            "requestContext": {"httpMethod": method, "identity": {"sourceIp": address}, "stage": "prod"},
            "body": BODY.decode(),
            "isBase64Encoded": False,
            **changes,
        }
    )


def http(*authorization: str, method: str = "POST", address: object = "192.0.2.7", **changes: Json) -> dict[str, Json]:
    """Make the event of an HTTP API, and of a function URL."""
    values = {"content-type": "application/json"} | (
        {"authorization": ",".join(authorization)} if authorization else {}
    )
    return without(
        {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": "/juspay",
            "rawQueryString": "",
            "headers": values,
            "requestContext": {"http": {"method": method, "path": "/juspay", "sourceIp": address}, "stage": "$default"},
            "body": BODY.decode(),
            "isBase64Encoded": False,
            **changes,
        }
    )


def balanced(*authorization: str, method: str = "POST", **changes: Json) -> dict[str, Json]:
    """Make the event of a load balancer: of several headers with one name, the last."""
    values = {"content-type": "application/json"} | ({"authorization": authorization[-1]} if authorization else {})
    return without(
        {
            "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:ap-south-1:0:targetgroup/a/b"}},
            "httpMethod": method,
            "path": "/juspay",
            "queryStringParameters": {},
            "headers": values,
            "body": BODY.decode(),
            "isBase64Encoded": False,
            **changes,
        }
    )


def balanced_multi(*authorization: str, method: str = "POST", **changes: Json) -> dict[str, Json]:
    """Make the event of a load balancer with multi-value headers."""
    values = {"content-type": ["application/json"]} | ({"authorization": [*authorization]} if authorization else {})
    return balanced(method=method, **{"headers": ABSENT, "multiValueHeaders": values, **changes})


FORMS: Final[list[Make]] = [rest, http, balanced, balanced_multi]
forms: Final = pytest.mark.parametrize("form", FORMS)


def status_of(answer: dict[str, Json]) -> int:
    """Check that an answer is what AWS takes, and give its status."""
    assert answer == json.loads(json.dumps(answer))
    assert isinstance(answer["body"], str)
    assert answer["isBase64Encoded"] is False
    status = answer["statusCode"]
    assert isinstance(status, int)
    return status


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (rest, {"headers": {"Content-Type": "application/json", "Content-Length": "21"}}),
        (http, {"headers": {"Content-Type": "application/json", "Content-Length": "21"}}),
        (
            balanced,
            {
                "statusDescription": "200 OK",
                "headers": {"Content-Type": "application/json", "Content-Length": "21"},
            },
        ),
        (
            balanced_multi,
            {
                "statusDescription": "200 OK",
                "multiValueHeaders": {"Content-Type": ["application/json"], "Content-Length": ["21"]},
            },
        ),
    ],
)
@pytest.mark.parametrize("is_encoded", [False, True])
def test_a_webhook_is_handled(form: Make, expected: dict[str, Json], *, is_encoded: bool) -> None:
    """The answer has the form that the caller expects."""
    made = shop()
    body = b64encode(BODY).decode() if is_encoded else BODY.decode()

    answer = lambda_handler(made.receiver)(form(BASIC, body=body, isBase64Encoded=is_encoded), None)

    assert {"statusCode": 200, "body": '{"outcome":"handled"}', "isBase64Encoded": False, **expected} == answer
    assert ["Shop-1"] == made.paid


@forms
@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        (405, {"method": "GET"}),
        (405, {"method": "HEAD"}),
        (405, {"method": None}),
        (405, {"requestContext": None, "httpMethod": None}),
        (405, {"requestContext": ABSENT, "httpMethod": ABSENT}),
        (400, {"body": None}),
        (400, {"body": ABSENT}),
        (400, {"body": ""}),
        (400, {"body": "é"}),
        (400, {"body": "\ud800"}),
        (400, {"body": {"id": "evt_1"}}),
        (400, {"body": ["x"]}),
        (400, {"body": 5, "isBase64Encoded": True}),
        (400, {"body": "", "isBase64Encoded": True}),
        (400, {"body": "%%%%", "isBase64Encoded": True}),
        (400, {"body": "YQ", "isBase64Encoded": True}),
        (400, {"body": "YQ==YQ==", "isBase64Encoded": True}),
        (400, {"body": "YWJj\n", "isBase64Encoded": True}),
        (400, {"body": "é", "isBase64Encoded": True}),
        (413, {"body": " " * (MOST + 1)}),
        (413, {"body": b64encode(b" " * (MOST + 1)).decode(), "isBase64Encoded": True}),
    ],
)
def test_what_is_refused(form: Make, expected: int, changes: dict[str, Json]) -> None:
    """Nothing is handled, and the caller gets an answer in its own form."""
    made = shop()

    answer = lambda_handler(made.receiver)(form(BASIC, **changes), None)

    assert expected == status_of(answer)
    assert [] == made.paid


@forms
@pytest.mark.parametrize("authorization", [(), (WRONG,), (BASIC, WRONG), ("",)])
def test_nobody_is_let_in_without_credentials(form: Make, authorization: tuple[str, ...]) -> None:
    """Of several headers the last is the wrong one here: a load balancer tells no more than that."""
    made = shop()
    answer = lambda_handler(made.receiver)(form(*authorization), None)
    headers = answer.get("multiValueHeaders") or {name: [value] for name, value in answer["headers"].items()}

    assert 401 == status_of(answer)
    assert ['Basic realm="juspay-webhooks", charset="UTF-8"'] == headers["WWW-Authenticate"]
    assert [] == made.paid


@pytest.mark.parametrize("form", [rest, http, balanced_multi])
@pytest.mark.parametrize("authorization", [(BASIC, BASIC), (WRONG, BASIC), (BASIC, WRONG)])
def test_two_credentials_are_none(form: Make, authorization: tuple[str, ...]) -> None:
    """Every value of the header counts."""
    assert 401 == status_of(lambda_handler(shop().receiver)(form(*authorization), None))


@pytest.mark.parametrize(
    "event",
    [
        rest(multiValueHeaders=None, headers={"authorization": BASIC}),
        rest(multiValueHeaders={}, headers={"AUTHORIZATION": BASIC}),
        rest(headers=None, multiValueHeaders={"authorization": [BASIC]}),
        balanced(multiValueHeaders=None, headers={"authorization": BASIC}),
    ],
)
def test_headers_may_be_in_either_place(event: dict[str, Json]) -> None:
    """An API may send only one of the two, and null for the other."""
    assert 200 == status_of(lambda_handler(shop().receiver)(event, None))


@forms
@pytest.mark.parametrize("headers", [None, ABSENT, {}, BASIC, [], 5, {"Authorization": None}, {"Authorization": {}}])
def test_events_without_headers(form: Make, headers: object) -> None:
    """A text in their place is no credential."""
    event = form(headers=headers, multiValueHeaders=headers)

    assert 401 == status_of(lambda_handler(shop().receiver)(event, None))


@pytest.mark.parametrize("form", [rest, http])
@pytest.mark.parametrize(("address", "expected"), [("192.0.2.7", 200), ("192.0.2.8", 403), (None, 403), (["x"], 403)])
def test_the_address_counts(form: Make, address: object, expected: int) -> None:
    """An address policy gets the address that the gateway was called from."""
    made = shop(addresses=AddressPolicy(["192.0.2.7"]))

    assert expected == status_of(lambda_handler(made.receiver)(form(BASIC, address=address), None))


@pytest.mark.parametrize("form", [balanced, balanced_multi])
def test_a_load_balancer_tells_no_address(form: Make) -> None:
    """What X-Forwarded-For says may have been written by the sender."""
    made = shop(addresses=AddressPolicy(["192.0.2.7"]))
    event = form(BASIC)
    for name in {"headers", "multiValueHeaders"} & event.keys():
        event[name]["x-forwarded-for"] = "192.0.2.7" if name == "headers" else ["192.0.2.7"]

    assert 403 == status_of(lambda_handler(made.receiver)(event, None))


def test_async_handlers_run() -> None:
    """Lambda calls a plain function; it needs no event loop of the caller's."""
    shipped: list[str] = []
    receiver = Receiver(BasicAuth(*AUTH), inbox=None)

    @receiver.on_effect(OrderPaid)
    async def ship(paid: OrderPaid) -> None:
        shipped.append(paid.order_id)

    assert 200 == status_of(lambda_handler(receiver)(http(BASIC), None))
    assert ["Shop-1"] == shipped


@pytest.mark.parametrize("records", [[], [{"eventSource": "aws:sqs"}], {}])
def test_a_batch_of_records_is_no_request(records: object) -> None:
    """An answer would count as success, and the messages would be deleted unseen."""
    with pytest.raises(ConfigurationError, match="unverified_sqs_handler"):
        lambda_handler(shop().receiver)({"Records": records}, None)


@pytest.mark.parametrize("event", [None, [], "POST", 5, {}, {"httpMethod": ["POST"]}])
def test_events_of_something_else(event: Json) -> None:
    """A scheduled call that keeps the function warm, for one, is answered and does nothing."""
    assert 405 == status_of(lambda_handler(shop().receiver)(event, None))


HANDLER: Final = lambda_handler(shop().receiver)
SCALARS: Final = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from([BASIC, "YQ==", "YQ"])
)
KEYS: Final = st.sampled_from(["authorization", "Authorization", "elb", "http", "identity", "method", "sourceIp"])
VALUES: Final = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)


@given(
    form=st.sampled_from(FORMS),
    odd=st.dictionaries(
        st.sampled_from(
            ["httpMethod", "headers", "multiValueHeaders", "requestContext", "body", "isBase64Encoded", "version"]
        ),
        VALUES | st.just(ABSENT),
    ),
)
def test_no_event_makes_it_raise(form: Make, odd: dict[str, Json]) -> None:
    """Whatever is missing or odd, an answer comes of it; only the whole webhook is handled."""
    event = form(BASIC)
    event |= odd
    event = {key: value for key, value in event.items() if value is not ABSENT}

    assert status_of(HANDLER(event, None)) in (
        {200, 400, 401, 405} if event.get("body") == BODY.decode() else {400, 401, 405}
    )

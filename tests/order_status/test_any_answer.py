"""Any status, any headers, any bytes: a result or one of our errors, and nothing of the answer in it."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juspay_webhooks.models.order import Order
from juspay_webhooks.models.payout_order import PayoutOrder
from juspay_webhooks.models.validation import ValidationV2Info
from juspay_webhooks.order_status.answer import decipher_order, decipher_payout, decipher_validation
from juspay_webhooks.order_status.asking import asking
from juspay_webhooks.order_status.errors import OrderStatusError
from juspay_webhooks.order_status.request import Failure, Request, Response, order_request
from juspay_webhooks.order_status.wire import response_of
from juspay_webhooks.testing import sample_body, strategies
from tests.order_status.asked import CANARY, TARGET, Clock, driven, now, order_body

Decipher: TypeAlias = Callable[[Request, Response, Callable[[], Any]], Order | PayoutOrder | ValidationV2Info]

DECIPHERS: Final[Mapping[str, Decipher]] = {
    "order": decipher_order,
    "payout": decipher_payout,
    "validation": decipher_validation,
}
BODIES: Final[Mapping[str, bytes]] = {
    "order": order_body(
        order_id="a", customer_email=CANARY, refunds=[{"unique_request_id": CANARY, "status": "PENDING", "amount": 5}]
    ),
    "payout": json.dumps({"orderId": "a", "status": "CREATED", "amount": 5, "udf1": CANARY}).encode(),
    "validation": json.dumps(json.loads(sample_body(("VALIDATION_V2", "VALID")))["info"] | {"uniqueId": "a"}).encode(),
    "error": json.dumps({"status": "ERROR", "error_message": CANARY, "error_info": {"code": CANARY}}).encode(),
}

STATUSES: Final = st.sampled_from([200, 200, 200, 400, 401, 403, 404, 429, 503]) | st.integers(-(2**40), 2**40)
HEADERS: Final = st.dictionaries(
    st.sampled_from(["retry-after", "content-encoding", "content-type"]) | st.text(max_size=5),
    st.sampled_from(["gzip", "deflate", "7", "Sat, 01 Mar 2025 12:00:30 GMT"]) | st.text(max_size=20),
    max_size=3,
)


def mutated(body: bytes) -> st.SearchStrategy[bytes]:
    """Change, cut or double some bytes."""
    places = st.integers(0, len(body))
    return (
        st.tuples(places, st.binary(max_size=4), places)
        .map(lambda change: body[: change[0]] + change[1] + body[change[2] :])
        .filter(lambda found: len(found) < 10_000)
    )


def ended(
    do: Callable[[], Order | PayoutOrder | ValidationV2Info],
) -> Order | PayoutOrder | ValidationV2Info | OrderStatusError:
    """Give what is found, or our error; no other may come out."""
    try:
        return do()
    except OrderStatusError as error:
        return error


ANY_BODY: Final = st.binary() | strategies.payment_bodies() | st.sampled_from(list(BODIES.values())).flatmap(mutated)


@pytest.mark.parametrize("name", DECIPHERS)
@given(status=STATUSES, headers=HEADERS, body=ANY_BODY)
def test_any_answer(name: str, status: int, headers: dict[str, str], body: bytes) -> None:
    """Whatever comes, it is what was asked for or an error of ours; no e-mail address is ever said."""
    request = order_request(TARGET, "a")
    response = response_of(status, headers, body)
    found = ended(lambda: driven(asking(request, DECIPHERS[name], Clock().means()), response))

    if isinstance(found, OrderStatusError):
        assert isinstance(response, Failure) or status == found.status
        assert "@" not in f"{found}{found!r}{found.__dict__}"
        assert (getattr(found, "retry_after", None) or 0) >= 0
    else:
        subject = found.unique_id or "a" if isinstance(found, ValidationV2Info) else found.order_id
        assert (200, "a") == (status, subject.lower())


@pytest.mark.parametrize("name", DECIPHERS)
def test_unchanged_bodies_are_read(name: str) -> None:
    """What the mutations start from is read, so they reach more than the first line."""
    found = DECIPHERS[name](order_request(TARGET, "a"), Response(200, {}, BODIES[name]), now)

    assert isinstance(found, Order | PayoutOrder | ValidationV2Info)


def test_a_mutation_may_be_read() -> None:
    """A byte that does not matter changes nothing."""
    found = decipher_order(order_request(TARGET, "a"), Response(200, {}, BODIES["order"] + b"\n"), now)

    assert "a" == found.order_id

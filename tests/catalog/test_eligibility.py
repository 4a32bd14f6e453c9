"""Look-ups: which event at which webhook API version, and why."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

from juspay_webhooks.catalog import (
    PAYMENT_EVENTS,
    PAYOUT_EVENTS,
    eligible_events,
    explain,
    is_eligible,
    minimum_version,
)
from juspay_webhooks.errors import ConfigurationError

GATES: Final = {
    "ORDER_FAILED": date(2016, 7, 19),
    "TXN_CREATED": date(2016, 10, 27),
    "AUTO_REFUND_SUCCEEDED": date(2019, 11, 11),
    "AUTO_REFUND_FAILED": date(2019, 11, 11),
    "TXN_CHARGED": date(2020, 10, 31),
    "TXN_FAILED": date(2020, 10, 31),
}
DAY: Final = timedelta(days=1)
PAIR: Final = ("FULFILLMENT_TXN", "REVERSED")

WRONG_VERSIONS: Final = [
    pytest.param(datetime(2020, 10, 31, tzinfo=UTC), "got datetime", id="a moment"),
    pytest.param("", 'got ""', id="an empty text"),
    pytest.param("20201031", 'got "20201031"', id="no hyphens"),
    pytest.param("2020-W44-6", 'got "2020-W44-6"', id="a week"),
    pytest.param("2020-10-31T00:00:00", 'got "2020-10-31T00:00:00"', id="a moment as text"),
    pytest.param(" 2020-10-31", 'got " 2020-10-31"', id="a blank"),
    pytest.param("2020-10-32", 'got "2020-10-32"', id="no such day"),
    pytest.param("2020-1-31", 'got "2020-1-31"', id="one digit"),
    pytest.param("31-10-2020", 'got "31-10-2020"', id="day first"),
    pytest.param("all versions", 'got "all versions"', id="words"),
    pytest.param("\N{ARABIC-INDIC DIGIT TWO}020-10-31", 'got "\\u0662020-10-31"', id="other digits"),
    pytest.param(20201031, "got int", id="a number"),
    pytest.param(b"2020-10-31", "got bytes", id="bytes"),
    pytest.param(False, "got bool", id="a flag"),
]
WRONG_EVENTS: Final = [
    pytest.param(None, "got NoneType", id="nothing"),
    pytest.param(b"TXN_CHARGED", "got bytes", id="bytes"),
    pytest.param(["ORDER", "FULFILLMENTS_SUCCESSFUL"], "got list", id="a list"),
    pytest.param(("ORDER",), "got tuple", id="a label alone"),
    pytest.param(("ORDER", None), "got tuple", id="no value"),
    pytest.param(("ORDER", "INFO", "SUCCESS"), "got tuple", id="three parts"),
    pytest.param(PAYMENT_EVENTS["TXN_CHARGED"], "got PaymentEventRow", id="a row"),
]


@pytest.mark.parametrize(
    ("event", "version", "expected"),
    [
        ("ORDER_SUCCEEDED", None, True),
        ("ORDER_SUCCEEDED", date(2015, 1, 1), True),
        ("ORDER_SUCCEEDED", date.min, True),
        ("ORDER_SUCCEEDED", date.max, True),
        ("TXN_CHARGED", None, None),
        ("TXN_CHARGED", "2020-10-30", False),
        ("TXN_CHARGED", "2020-10-31", True),
        ("TXN_CHARGED", date(2020, 10, 31), True),
        ("TXN_CHARGED", date.min, False),
        ("TXN_CHARGED", date.max, True),
        ("ORDER_CREATED", None, None),
        ("ORDER_CREATED", date.max, None),
        ("MANDATE_PAUSED", "2026-01-01", None),
        ("CHARGEBACK_RECEIVED", "2026-01-01", None),
        ("UNKNOWN", "2026-01-01", None),
        ("ORDER_CANCELLED", None, None),
        ("ORDER_CANCELLED", date.max, None),
        ("order_succeeded", date.max, None),
        ("", None, None),
        (PAIR, None, True),
        (PAIR, date.min, True),
        (PAIR, "2026-01-01", True),
        (("ORDER", "REVERSED"), None, None),
        (("ORDER", "REVERSED"), date.max, None),
        (("TXN_CHARGED", ""), date.max, None),
    ],
)
def test_the_answer_follows_the_rows(
    event: str | tuple[str, str], version: date | str | None, *, expected: bool | None
) -> None:
    """An event is sent, is not sent, or nobody says; the explanation begins with the same answer."""
    first_word = {True: "Yes", False: "No", None: "Unknown"}[expected]

    assert expected is is_eligible(event, version)
    assert first_word == explain(event, version).split(":")[0]


@pytest.mark.parametrize(("name", "gate"), GATES.items())
@pytest.mark.parametrize(("days", "expected"), [(-1, False), (0, True), (1, True)])
def test_a_gate_opens_on_its_own_day(name: str, gate: date, days: int, *, expected: bool) -> None:
    """The day before an event is not sent; on the day and after it is, whichever form the version has."""
    version = gate + days * DAY

    assert [expected] * 3 == [
        is_eligible(name, version),
        is_eligible(name, version.isoformat()),
        name in eligible_events(version),
    ]


@pytest.mark.parametrize("gate", sorted(set(GATES.values())))
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_the_list_of_a_version_is_what_its_gates_let_through(gate: date, days: int) -> None:
    """Events of all versions plus those whose gate has come, in the order of the table."""
    version = gate + days * DAY
    ungated = set(eligible_events(None))

    assert ungated | {name for name, since in GATES.items() if since <= version} == set(eligible_events(version))
    assert [name for name in PAYMENT_EVENTS if name in eligible_events(version)] == list(eligible_events(version))


@pytest.mark.parametrize(
    ("version", "known", "unknown"),
    [
        (None, 12, len(PAYMENT_EVENTS) - 12),
        ("2016-07-18", 12, len(PAYMENT_EVENTS) - 18),
        ("2016-07-19", 13, len(PAYMENT_EVENTS) - 18),
        ("2016-10-27", 14, len(PAYMENT_EVENTS) - 18),
        ("2019-11-11", 16, len(PAYMENT_EVENTS) - 18),
        ("2020-10-31", 18, len(PAYMENT_EVENTS) - 18),
    ],
)
def test_what_nobody_published_is_listed_on_demand(version: str | None, known: int, unknown: int) -> None:
    """The list has what is surely sent; on demand also what may be."""
    listed = eligible_events(version)
    possible = eligible_events(version, include_unknown=True)

    assert (known, known + unknown) == (len(listed), len(possible))
    assert {None} == {is_eligible(name, version) for name in set(possible) - set(listed)}


@pytest.mark.parametrize("pair", PAYOUT_EVENTS, ids="/".join)
def test_a_payout_event_knows_no_version(pair: tuple[str, str]) -> None:
    """Every listed pair is sent at any version; the explanation names its level in the dashboard."""
    reason = explain(pair, None)

    assert True is is_eligible(pair, None)
    assert f"the {PAYOUT_EVENTS[pair].level} level is switched on in the dashboard" in reason


@pytest.mark.parametrize(("version", "got"), WRONG_VERSIONS)
def test_a_wrong_version_is_refused(version: Any, got: str) -> None:  # noqa: ANN401 - the wrong type is the point
    """Every look-up refuses another form of version and shows the right ones."""
    expected = f'expected a webhook API version as date(2020, 10, 31), "2020-10-31" or None, {got}'

    for look_up in (
        lambda: is_eligible("ORDER_SUCCEEDED", version),
        lambda: is_eligible("ORDER_CANCELLED", version),
        lambda: is_eligible(PAIR, version),
        lambda: eligible_events(version),
        lambda: explain(PAIR, version),
    ):
        with pytest.raises(ConfigurationError) as caught:
            look_up()

        assert expected == str(caught.value)


@pytest.mark.parametrize(("event", "got"), WRONG_EVENTS)
def test_a_wrong_event_is_refused(event: Any, got: str) -> None:  # noqa: ANN401 - the wrong type is the point
    """Every look-up refuses what is neither a name nor a pair and shows both."""
    expected = (
        'expected the name of a payment event, e.g. "TXN_CHARGED", or the pair of a payout event, e.g. '
        f'("ORDER", "FULFILLMENTS_SUCCESSFUL"), {got}'
    )

    for look_up in (
        lambda: is_eligible(event, None),
        lambda: explain(event, None),
        lambda: minimum_version([event]),
    ):
        with pytest.raises(ConfigurationError) as caught:
            look_up()

        assert expected == str(caught.value)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], None),
        (["ORDER_SUCCEEDED"], None),
        (["ORDER_SUCCEEDED", "ORDER_REFUNDED"], None),
        (["ORDER_FAILED"], date(2016, 7, 19)),
        (("ORDER_FAILED", "TXN_CHARGED", "ORDER_SUCCEEDED", "TXN_CREATED"), date(2020, 10, 31)),
        ({"AUTO_REFUND_FAILED", "TXN_CREATED"}, date(2019, 11, 11)),
        ((name for name in ["TXN_CREATED", "TXN_CREATED"]), date(2016, 10, 27)),
        (GATES, date(2020, 10, 31)),
    ],
)
def test_the_lowest_version_lets_every_name_through(names: Iterable[str], expected: date | None) -> None:
    """The latest gate counts; names of all versions ask for none."""
    assert expected == minimum_version(names)


@pytest.mark.parametrize(
    ("names", "ungated"),
    [
        (["ORDER_CREATED"], '"ORDER_CREATED"'),
        (["TXN_CHARGED", "ORDER_CANCELLED", "MANDATE_PAUSED"], '"ORDER_CANCELLED", "MANDATE_PAUSED"'),
        ([("ORDER", "FULFILLMENTS_SUCCESSFUL")], '"ORDER/FULFILLMENTS_SUCCESSFUL"'),
    ],
)
def test_a_name_without_a_gate_has_no_lowest_version(names: Any, ungated: str) -> None:  # noqa: ANN401 - the wrong type is the point
    """All names without a published gate are told at once."""
    with pytest.raises(ConfigurationError) as caught:
        minimum_version(names)

    assert f"no published source gives a webhook API version for {ungated}: leave such names out" == str(caught.value)


@pytest.mark.parametrize(("names", "got"), [("TXN_CHARGED", "str"), ("", "str"), (None, "NoneType"), (7, "int")])
def test_one_text_is_not_a_list_of_names(names: Any, got: str) -> None:  # noqa: ANN401 - the wrong type is the point
    """A bare text would be read letter by letter: it is refused, and the right form is shown."""
    with pytest.raises(ConfigurationError) as caught:
        minimum_version(names)

    assert f'expected several event names, e.g. ["TXN_CHARGED"], got {got}' == str(caught.value)


PAYV3: Final = "(PAYV3: https://juspay.io/in/docs/payv3/web/base-integration/webhooks)"
SEA: Final = "(SEA-WH: https://docs.juspay.io/payout-sea/docs/resources/webhooks)"


@pytest.mark.parametrize(
    ("event", "version", "expected"),
    [
        ("ORDER_SUCCEEDED", None, f"Yes: ORDER_SUCCEEDED is sent for all versions of the webhook API {PAYV3}."),
        (
            "TXN_CHARGED",
            "2020-10-31",
            f"Yes: TXN_CHARGED is sent from webhook API version 2020-10-31 on {PAYV3}, and 2020-10-31 is not older.",
        ),
        (
            "TXN_CHARGED",
            date(2020, 10, 30),
            (
                f"No: TXN_CHARGED is sent from webhook API version 2020-10-31 on {PAYV3}, and 2020-10-30 is older. "
                "Raise it in the dashboard: Settings > Webhooks."
            ),
        ),
        (
            "TXN_CHARGED",
            None,
            (
                f"Unknown: TXN_CHARGED is sent from webhook API version 2020-10-31 on {PAYV3}, and no version is set. "
                "Look in the dashboard: Settings > Webhooks."
            ),
        ),
        (
            "MANDATE_PAUSED",
            None,
            (
                "Unknown: no published source gives a webhook API version for MANDATE_PAUSED "
                "(DEMO: https://github.com/juspay/juspay-sdk-integration-demo)."
            ),
        ),
        (
            "MANDATE_REGISTERED",
            None,
            "Unknown: no published source gives a webhook API version for MANDATE_REGISTERED.",
        ),
        (
            "ORDER_CANCELLED\n",
            None,
            'Unknown: "ORDER_CANCELLED\\n" is in no published list of events. Check its spelling.',
        ),
        (
            ("ORDER", "REVERSED"),
            None,
            'Unknown: "ORDER/REVERSED" is in no published list of events. Check its spelling.',
        ),
        (
            PAIR,
            None,
            (
                "Yes: payout events know no webhook API version; FULFILLMENT_TXN/REVERSED comes when the transaction "
                f"level is switched on in the dashboard {SEA}."
            ),
        ),
        (
            ("SR_BASED_ROUTING", "GATEWAY_SWITCHED"),
            None,
            (
                "Yes: payout events know no webhook API version; SR_BASED_ROUTING/GATEWAY_SWITCHED comes when the "
                f"routing level is switched on in the dashboard {SEA}. No page names a dashboard switch for this label."
            ),
        ),
    ],
)
def test_the_reason_is_told_in_words(event: str | tuple[str, str], version: date | str | None, expected: str) -> None:
    """An explanation says why and from which document, and what to do when there is something to do."""
    assert expected == explain(event, version)

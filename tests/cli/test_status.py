"""Demand that `status` asks as told, shows what came, hides the key, and ends with the status that it promises."""

import json
import re
from typing import Any, Final, NoReturn

import pytest

from juspay_webhooks import BaseUrl, OrderStatusError, Outcome, PayoutOutcome, parse_order, redact, to_wire
from juspay_webhooks.cli._settings import Settings
from juspay_webhooks.cli._verdicts import ORDERS, PAYOUTS, Verdict, verdict_of_error
from juspay_webhooks.testing import FakeJuspay
from juspay_webhooks.testing.fake import Reset, Respond, SlowDown, WrongOrder
from tests.cli.fakes import API_KEY, Clock
from tests.cli.running import Done, Screen, run

REFUND: Final = {"id": "r", "unique_request_id": "r-1", "amount": 1, "status": "SUCCESS"}


def test_every_outcome_has_a_verdict() -> None:
    """No outcome, of an order or of a payout, is without an exit status; nor is any error."""
    assert set(Outcome) == set(ORDERS)
    assert set(PayoutOutcome) == set(PAYOUTS)
    assert [] == [leaf for leaf in OrderStatusError.__subclasses__() if verdict_of_error(leaf("")) is Verdict.PAID]


def asked_with(juspay: FakeJuspay, header: str) -> list[str | None]:
    """List the values of a header in the requests that came."""
    return [asked.headers.get(header) for asked in juspay.requests]


@pytest.mark.parametrize(
    ("status", "verdict", "code"),
    [
        ("CHARGED", "paid", 0),
        ("NEW", "pending", 3),
        ("PENDING_VBV", "pending", 3),
        ("AUTHENTICATION_FAILED", "failed", 4),
        ("VOIDED", "failed", 4),
        ("AUTO_REFUNDED", "failed", 4),
        ("A_NEW_WORD", "unknown", 5),
        ("PARTIAL_CHARGED", "look", 6),
        ("AUTHORIZED", "look", 6),
        ("COD_INITIATED", "look", 6),
        ("TO_BE_CHARGED", "look", 6),
    ],
)
def test_the_exit_status_says_how_it_stands(
    capsys: pytest.CaptureFixture[str], juspay: FakeJuspay, status: str, verdict: str, code: int
) -> None:
    """Each kind of outcome has its exit status and its verdict; nothing is complained of."""
    juspay.add_order("shop-1001", status=status)
    done = run(capsys, "status", "shop-1001")

    assert (code, "") == (done.status, done.err)
    assert done.out.startswith(f"{status}  ")
    assert re.search(rf"^  verdict  +{verdict}: ", done.out, re.MULTILINE)
    assert re.search(r"^  order  +shop-1001$", done.out, re.MULTILINE)


@pytest.mark.parametrize("refund", ["SUCCESS", "PENDING", "MANUAL_REVIEW", "A_NEW_WORD"])
def test_a_paid_order_whose_money_went_back_is_not_paid(
    capsys: pytest.CaptureFixture[str], juspay: FakeJuspay, refund: str
) -> None:
    """Juspay still calls it CHARGED; the command wants a person to look."""
    juspay.add_order("shop-1001", refunds=[{**REFUND, "status": refund}])
    done = run(capsys, "status", "shop-1001")

    assert 6 == done.status
    assert done.out.startswith("CHARGED  ")
    assert "OrderPaid" not in done.out


@pytest.mark.parametrize(
    ("status", "verdict", "code"),
    [
        ("FULFILLMENTS_SUCCESSFUL", "paid", 0),
        ("FULFILLMENTS_SCHEDULED", "pending", 3),
        ("FULFILLED_PARTIALLY", "pending", 3),
        ("FULFILLMENTS_FAILURE", "failed", 4),
        ("FULFILLMENTS_CANCELLED", "failed", 4),
        ("A_NEW_WORD", "unknown", 5),
        ("FULFILLMENTS_MANUAL_REVIEW", "look", 6),
    ],
)
def test_payouts_have_the_same_statuses(
    capsys: pytest.CaptureFixture[str], juspay: FakeJuspay, status: str, verdict: str, code: int
) -> None:
    """A payout order is shown with its fulfillments, masked, and says how it stands in the same way."""
    juspay.add_payout("po-1", status=status)
    done = run(capsys, "status", "--payout", "po-1")

    assert (code, "") == (done.status, done.err)
    assert f"verdict        {verdict}: " in done.out
    assert "  fulfillments\n" in done.out
    assert "***" in done.out
    assert "effects" not in done.out


def test_attempts_stand_under_their_fulfillment(capsys: pytest.CaptureFixture[str], juspay: FakeJuspay) -> None:
    """The attempts of a payout are listed for each fulfillment that has some."""
    juspay.add_payout("po-1", status="FULFILLED_PARTIALLY", amount=10)
    out = run(capsys, "status", "--payout", "po-1").out

    assert 2 == len(re.findall(r"^  payout attempts of [0-9a-f]{30}-f[12]$", out, re.MULTILINE))


def test_it_is_shown_as_parse_shows_an_order(capsys: pytest.CaptureFixture[str], juspay: FakeJuspay) -> None:
    """Facts, attempts, refunds and effects, with personal data masked unless it is asked for."""
    juspay.add_order("shop-1001", amount="1499.50", customer_email="asha@example.com", refunds=[REFUND])
    masked, shown = run(capsys, "status", "shop-1001").out, run(capsys, "status", "--show-pii", "shop-1001").out

    assert "amount           1499.50 INR\n" in masked
    assert "  payment attempts\n" in masked
    assert "  refunds\n" in masked
    assert "/RefundSettled/shop-1001/r-1" in masked
    assert "asha@example.com" not in masked
    assert "e-mail           ***\n" in masked
    assert "e-mail           asha@example.com\n" in shown


def test_nothing_to_act_on(capsys: pytest.CaptureFixture[str], juspay: FakeJuspay) -> None:
    """An order that is pending has no effects, and that is said."""
    juspay.add_order("shop-1001", status="NEW")

    assert run(capsys, "status", "shop-1001").out.endswith("\n  no effects: nothing to act on\n")


@pytest.mark.parametrize("options", [[], ["--show-pii"]], ids=str)
def test_json_of_an_order(capsys: pytest.CaptureFixture[str], juspay: FakeJuspay, options: list[str]) -> None:
    """`--json` gives one line: verdict, status, outcome, effects, and the order in the vendor's form."""
    juspay.add_order("shop-1001", amount=5, customer_email="asha@example.com")
    done = run(capsys, "status", "--json", *options, "shop-1001")
    found: dict[str, Any] = json.loads(done.out)
    order = parse_order(json.dumps(found["order"]).encode())

    assert (0, "", 1) == (done.status, done.err, done.out.count("\n"))
    assert {
        "order_id": "shop-1001",
        "class": "Order",
        "verdict": "paid",
        "status": "CHARGED",
        "outcome": "PAID",
        "effects": [
            {
                "effect": "OrderPaid",
                "key": "/OrderPaid/shop-1001",
                "order_id": "shop-1001",
                "amount": "5",
                "currency": "INR",
            }
        ],
        "order": json.loads(json.dumps(to_wire(order if options else redact(order)), default=str)),
    } == found
    assert bool(options) == ("asha@example.com" in done.out)


def test_json_of_a_payout(capsys: pytest.CaptureFixture[str], juspay: FakeJuspay) -> None:
    """A payout order has the same keys but effects, which only its webhooks have."""
    juspay.add_payout("po-1", status="FULFILLMENTS_FAILURE")
    done = run(capsys, "status", "--json", "--payout", "po-1")
    found: dict[str, Any] = json.loads(done.out)

    assert ["order_id", "class", "verdict", "status", "outcome", "order"] == list(found)
    assert ["po-1", "PayoutOrder", "failed", "FULFILLMENTS_FAILURE", "FAILED"] == list(found.values())[:-1]
    assert "po-1" == found["order"]["orderId"]
    assert "***" == found["order"]["udf1"]


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (Respond.named("order_not_found"), 1, "next: compare id, environment and merchant"),
        (Respond.named("missing_field"), 1, "next: look the code up at Juspay"),
        (Respond.named("invalid_api_key"), 2, "next: copy the key anew"),
        (SlowDown(retry_after=99), 5, "next: ask later, and less often"),
        (Respond(503), 5, "next: ask again; that nobody can say is not a failure"),
        (Reset(), 5, "next: ask again; that nobody can say is not a failure"),
        (WrongOrder(), 5, "the answer is about something else than what was asked for"),
    ],
    ids=lambda value: value if isinstance(value, int) else "",
)
@pytest.mark.parametrize("options", [[], ["--payout"], ["--json"]], ids=str)
@pytest.mark.usefixtures("clock")
def test_an_error_says_what_to_do(  # noqa: PLR0913, PLR0917
    capsys: pytest.CaptureFixture[str],
    juspay: FakeJuspay,
    fault: Respond | SlowDown | Reset | WrongOrder,
    code: int,
    words: str,
    options: list[str],
) -> None:
    """Whatever Juspay answers, it is said where was asked and what to do; standard output stays empty."""
    juspay.add_order("shop-1001")
    juspay.add_payout("shop-1001")
    juspay.fail_next(fault, times=None)
    done = run(capsys, "status", *options, "shop-1001")

    assert (code, "") == (done.status, done.out)
    assert "juspay-webhooks: shop-1001: " in done.err
    assert f"  asked {juspay.url} as merchant test-shop\n" in done.err
    assert words in done.err
    assert API_KEY not in done.err


def test_missing_settings_are_named_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Each setting that is missing has a line, and nothing is asked."""
    done = run(capsys, "status", "shop-1001")

    assert (2, "") == (done.status, done.out)
    assert [
        "juspay-webhooks: settings are missing",
        "  set JUSPAY_API_KEY: the API key, from the dashboard (Security)",
        "  set JUSPAY_MERCHANT_ID, or --merchant-id: your merchant id, as the dashboard shows it",
        "  set JUSPAY_BASE_URL, or --environment: where to ask, e.g. --environment india-sandbox",
        "  next: export them; for a trial without an account, `juspay-webhooks fake` has all of them",
    ] == done.err.splitlines()


def test_only_what_is_missing_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Options count as settings, and payouts name their own key."""
    done = run(capsys, "status", "--payout", "--environment", "INDIA_SANDBOX", "--merchant-id", "shop", "po-1")

    assert 2 == done.status
    assert ["  set JUSPAY_PAYOUT_API_KEY: the API key, from the dashboard (Security)"] == done.err.splitlines()[1:-1]


def test_options_come_before_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, juspay: FakeJuspay
) -> None:
    """Merchant id, base URL and routing id as options; without the last the order's id is sent."""
    juspay.add_order("shop-1001")
    monkeypatch.setenv("JUSPAY_MERCHANT_ID", "another")
    monkeypatch.setenv("JUSPAY_BASE_URL", "https://example.com")
    options = ["--merchant-id", "test-shop", "--base-url", juspay.url]
    statuses = [
        run(capsys, "status", *options, *more, "shop-1001").status for more in ([], ["--routing-id", "customer-1"])
    ]

    assert [0, 0] == statuses
    assert ["test-shop"] * 2 == asked_with(juspay, "x-merchantid")
    assert ["shop-1001", "customer-1"] == asked_with(juspay, "x-routing-id")


def test_payouts_fall_back_to_the_key_of_payments(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, juspay: FakeJuspay
) -> None:
    """Without a key of payouts the other one is tried, and that is said."""
    juspay.add_payout("po-1")
    monkeypatch.delenv("JUSPAY_PAYOUT_API_KEY")
    done = run(capsys, "status", "--payout", "po-1")

    assert 0 == done.status
    assert done.err.startswith("juspay-webhooks: JUSPAY_PAYOUT_API_KEY is not set: asking with JUSPAY_API_KEY\n")


def test_the_key_of_payouts_is_enough_for_payouts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, juspay: FakeJuspay
) -> None:
    """Who only pays out needs no key of payments."""
    juspay.add_payout("po-1")
    monkeypatch.delenv("JUSPAY_API_KEY")

    assert (0, "") == run(capsys, "status", "--payout", "po-1")[::2]


@pytest.mark.parametrize("argument", [["--api-key", API_KEY], [f"--api-key={API_KEY}"], ["--api-key"]], ids=str)
def test_a_key_is_no_argument(capsys: pytest.CaptureFixture[str], argument: list[str]) -> None:
    """A key among the arguments is refused, not repeated, and the right place is named."""
    done = run(capsys, "status", "shop-1001", *argument)

    assert 2 == done.status
    assert "--api-key: set JUSPAY_API_KEY" in done.err
    assert API_KEY not in done.err


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("JUSPAY_API_KEY", f"{API_KEY} ", "the API key is empty or has characters that no key has"),
        ("JUSPAY_BASE_URL", "http://example.com", "the API key would travel in clear otherwise"),
        ("JUSPAY_BASE_URL", f"https://{API_KEY}@example.com", "base_url is scheme, host and at most a path"),
        ("JUSPAY_MERCHANT_ID", "two\nlines", "x-merchantid"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("juspay")
def test_a_setting_that_cannot_be_used(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    """It is misuse, and what was given is not repeated: a key may stand there."""
    monkeypatch.setenv(variable, value)
    done = run(capsys, "status", "shop-1001")

    assert (2, "") == (done.status, done.out)
    assert words in done.err
    assert done.err.endswith("\n  next: juspay-webhooks status --help lists the settings\n")
    assert API_KEY not in done.err


@pytest.mark.usefixtures("juspay")
def test_an_id_that_cannot_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """An id that no URL can hold is misuse."""
    done = run(capsys, "status", "\udcff")

    assert (2, "") == (done.status, done.out)
    assert "order_id is not Unicode text" in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--seconds", "5", "x"], "--seconds: only with --poll"),
        (["--poll", "--seconds", "0", "x"], "a number of seconds above 0"),
        (["--poll", "--seconds", "inf", "x"], "a number of seconds above 0"),
        (["--poll", "--seconds", "soon", "x"], "a number of seconds above 0"),
        (["--environment", "mars", "x"], "no such environment; there are: india, india-sandbox"),
        (["--environment", "india", "--base-url", "https://example.com", "x"], "not allowed with argument"),
        ([], "ORDER_ID"),
    ],
    ids=str,
)
def test_misuse(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    """Wrong options are refused before anything is asked."""
    done = run(capsys, "status", *arguments)

    assert (2, "") == (done.status, done.out)
    assert words in done.err


def test_help_lists_every_environment(capsys: pytest.CaptureFixture[str]) -> None:
    """Each published address stands in the help, under the name that `--environment` takes."""
    out = run(capsys, "status", "--help").out

    assert [] == [
        name
        for name, url in BaseUrl.__members__.items()
        if not re.search(rf"^  {name.lower().replace('_', '-')} +{re.escape(url)}$", out, re.MULTILINE)
    ]


@pytest.mark.parametrize(
    ("base_url", "headers"),
    [
        (BaseUrl.HDFC, {"x-customerid"}),
        (f"{BaseUrl.HDFC_OLD_SANDBOX}/", {"x-customerid"}),
        (BaseUrl.INDIA, set[str]()),
        ("https://example.com", set[str]()),
    ],
    ids=str,
)
def test_hdfc_gets_its_headers(base_url: str, headers: set[str]) -> None:
    """The bank's hosts know the customer under a header of their own."""
    settings = Settings(api_key=API_KEY, merchant_id="shop", base_url=base_url, routing_id=None)

    assert headers == set(settings.headers)
    assert API_KEY not in repr(settings)


def test_polling_ends_once_it_has_settled(capsys: pytest.CaptureFixture[str], juspay: FakeJuspay, clock: Clock) -> None:
    """It asks again and again, says so in plain lines where there is no terminal, and shows the last answer alone."""
    juspay.add_order("shop-1001", statuses=["NEW", "NEW", "NEW", "PENDING_VBV", "CHARGED"])
    done = run(capsys, "status", "--poll", "shop-1001")

    assert 0 == done.status
    assert done.out.startswith("CHARGED  ")
    assert [
        "juspay-webhooks: shop-1001: NEW (outcome PENDING) after 0 s; asks again in 1 s",
        "juspay-webhooks: shop-1001: NEW (outcome PENDING) after 1 s; asks again in 1 s",
        "juspay-webhooks: shop-1001: NEW (outcome PENDING) after 2 s; asks again in 2 s",
        "juspay-webhooks: shop-1001: PENDING_VBV (outcome PENDING) after 4 s; asks again in 2 s",
    ] == done.err.splitlines()
    assert [1.0, 1.0, 2.0, 2.0] == clock.waited


@pytest.mark.parametrize(
    ("options", "about", "status"),
    [([], "shop-1", "PENDING_VBV"), (["--payout"], "po-1", "FULFILLMENTS_SCHEDULED")],
    ids=str,
)
@pytest.mark.parametrize(("seconds", "waited"), [(["--seconds", "5"], 4.0), ([], 117.0)], ids=str)
def test_polling_ends_when_the_time_is_up(  # noqa: PLR0913, PLR0917
    capsys: pytest.CaptureFixture[str],
    juspay: FakeJuspay,
    clock: Clock,
    options: list[str],
    about: str,
    status: str,
    seconds: list[str],
    waited: float,
) -> None:
    """What was seen last is shown and decides the exit status; that the time was up is said."""
    juspay.add_order("shop-1", status="PENDING_VBV")
    juspay.add_payout("po-1", status="FULFILLMENTS_SCHEDULED")
    done = run(capsys, "status", "--poll", *seconds, *options, about)

    assert 3 == done.status
    assert done.out.startswith(f"{status}  ")
    assert waited == sum(clock.waited)
    assert done.err.endswith(
        f"{about}: it did not settle in {seconds[1] if seconds else 120} s; that is not a failure: ask again later\n"
    )


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("options", [[], ["--payout"]], ids=str)
def test_polling_what_was_never_seen(
    capsys: pytest.CaptureFixture[str], juspay: FakeJuspay, options: list[str]
) -> None:
    """If no question was answered there is nothing to show, and nobody can say how it stands."""
    juspay.fail_next(Respond(503), times=None)
    done = run(capsys, "status", "--poll", "--seconds", "20", *options, "shop-1")

    assert (5, "") == (done.status, done.out)
    assert "juspay-webhooks: shop-1: no answer yet after 0 s; asks again in 1 s\n" in done.err
    assert done.err.endswith("\n  next: ask again; that nobody can say is not a failure\n")


def test_polling_a_payout_through_trouble(capsys: pytest.CaptureFixture[str], juspay: FakeJuspay, clock: Clock) -> None:
    """Faults on the way do not end the poll, before it was seen and after; a pause that Juspay asks for is kept."""
    juspay.add_payout("po-1", statuses=["FULFILLMENTS_SCHEDULED", "FULFILLMENTS_SUCCESSFUL"])
    juspay.fail_next(*[Respond(503)] * 4)
    juspay.fail("po-2", Respond(503))
    first = run(capsys, "status", "--poll", "--payout", "po-1")
    juspay.add_payout("po-2", statuses=["FULFILLMENTS_SCHEDULED", "FULFILLMENTS_SUCCESSFUL"])
    juspay.fail("po-2", SlowDown(retry_after=40))
    second = run(capsys, "status", "--poll", "--payout", "po-2")

    assert (0, 0) == (first.status, second.status)
    assert "asks again in 40 s" in second.err
    assert 40.0 in clock.waited


def test_a_payout_that_is_lost_again_is_shown_as_last_seen(
    capsys: pytest.CaptureFixture[str], juspay: FakeJuspay, clock: Clock
) -> None:
    """If only the last questions are not answered, the payout order is shown as it was."""
    juspay.add_payout("po-1", status="FULFILLMENTS_SCHEDULED")
    juspay.fail_next(Respond(500), times=4)
    begun = clock.reading
    clock.on_wait = lambda: juspay.fail_next(Respond(503), times=None) if clock.reading > begun + 30 else None
    done = run(capsys, "status", "--poll", "--payout", "po-1")

    assert 3 == done.status
    assert done.out.startswith("FULFILLMENTS_SCHEDULED  ")


@pytest.mark.parametrize("options", [[], ["--payout"]], ids=str)
def test_polling_stops_at_a_refusal(
    capsys: pytest.CaptureFixture[str], juspay: FakeJuspay, clock: Clock, options: list[str]
) -> None:
    """What will be refused again is not asked again."""
    done = run(capsys, "status", "--poll", *options, "nobody's")

    assert (1, "", 1) == (done.status, done.out, len(juspay.requests))
    assert [] == clock.waited


def test_a_line_that_lives_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, juspay: FakeJuspay, clock: Clock
) -> None:
    """On a terminal one line counts down; it is taken away before the result is shown."""
    juspay.add_order("shop-1", statuses=["NEW", "PENDING_VBV", "PENDING_VBV", "CHARGED"])
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "80")
    status = run(capsys, "status", "--poll", "shop-1").status
    lines = [line.rstrip() for line in screen.getvalue().split("\r")]

    assert 0 == status
    assert [
        "",
        "shop-1: asking",
        "shop-1: NEW (outcome PENDING) after 0 s; asks again in 1 s",
        "shop-1: NEW (outcome PENDING); asking",
        "shop-1: PENDING_VBV (outcome PENDING) after 1 s; asks again in 1 s",
        "shop-1: PENDING_VBV (outcome PENDING); asking",
        "shop-1: PENDING_VBV (outcome PENDING) after 2 s; asks again in 2 s",
        "shop-1: PENDING_VBV (outcome PENDING) after 3 s; asks again in 1 s",
        "shop-1: PENDING_VBV (outcome PENDING); asking",
        "",
        "",
    ] == lines
    assert "\n" not in screen.getvalue()
    assert [1.0] * 4 == clock.waited


@pytest.mark.usefixtures("clock")
def test_the_line_is_never_wider_than_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, juspay: FakeJuspay
) -> None:
    """A long line is cut, for a wrapped one could not be taken away; what stood there before is overwritten."""
    juspay.add_order("shop-1", statuses=["NEW", "CHARGED"])
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "30")
    run(capsys, "status", "--poll", "shop-1")
    lines = screen.getvalue().split("\r")

    assert [0, 14, 29, 29, 29, 0] == [len(line) for line in lines]
    assert "shop-1: NEW (outcome PENDING)" == lines[2]


@pytest.mark.usefixtures("clock")
def test_a_dumb_terminal_gets_plain_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, juspay: FakeJuspay
) -> None:
    """Where a line cannot be overwritten, it is not tried."""
    juspay.add_order("shop-1", statuses=["NEW", "CHARGED"])
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "dumb")
    run(capsys, "status", "--poll", "shop-1")

    assert "juspay-webhooks: shop-1: NEW (outcome PENDING) after 0 s; asks again in 1 s\n" == screen.getvalue()


@pytest.mark.usefixtures("clock")
def test_without_standard_error_it_still_asks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, juspay: FakeJuspay
) -> None:
    """A closed standard error changes neither result nor exit status."""
    juspay.add_order("shop-1", statuses=["NEW", "CHARGED"])
    monkeypatch.setattr("sys.stderr", None)

    assert 0 == run(capsys, "status", "--poll", "shop-1").status


def test_ctrl_c_leaves_a_clean_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, juspay: FakeJuspay, clock: Clock
) -> None:
    """Interrupted while it waits, it takes its line away and ends with 130, without a traceback."""
    juspay.add_order("shop-1", status="NEW")
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)

    def interrupt() -> NoReturn:
        raise KeyboardInterrupt

    clock.on_wait = interrupt

    assert Done(130, "", "") == run(capsys, "status", "--poll", "shop-1")
    assert "" == screen.getvalue().split("\r")[-1]


def test_hostile_ids_are_escaped(capsys: pytest.CaptureFixture[str], juspay: FakeJuspay) -> None:
    """An id with control characters reaches the terminal escaped, in errors and in the result."""
    juspay.add_order("\x1b[31m")
    done = run(capsys, "status", "\x1b[31m"), run(capsys, "status", "\x1b[32m")

    assert (0, 1) == (done[0].status, done[1].status)
    assert "\x1b" not in done[0].out + done[1].err
    assert r"\x1b[32m" in done[1].err

"""Demand that `status --payout` never calls a payout paid that its parts deny, and that no option is silently empty."""

import json
import re
from typing import Any, Final

import pytest

from juspay_webhooks.cli._verdicts import Verdict, verdict_of_error
from juspay_webhooks.order_status.payout_errors import PayoutOutcomeUnknown
from juspay_webhooks.testing import REMOVE, FakeJuspay
from tests.cli.fakes import Clock
from tests.cli.running import Screen, run

SENT: Final = "FULFILLMENTS_SUCCESSFUL"
FAILED: Final = "FULFILLMENTS_FAILURE"
SCHEDULED: Final = "FULFILLMENTS_SCHEDULED"


def part(status: str, *attempts: str) -> dict[str, Any]:
    """Make a fulfillment with attempts, newest first."""
    return {
        "id": "95eb-f1",
        "status": status,
        "amount": 5,
        "transactions": [{"status": word, "amount": 5} for word in attempts],
    }


@pytest.mark.parametrize(
    ("status", "fulfillments", "verdict"),
    [
        (SENT, [part("SUCCESS", "SUCCESS", "FAILURE")], Verdict.PAID),
        (SENT, [part("SUCCESS", "CONFLICTED")], Verdict.PAID),
        (SENT, [part("REVERSED", "REVERSED")], Verdict.LOOK),
        (SENT, [part("SUCCESS", "REVERSED")], Verdict.LOOK),
        (SENT, [part("SUCCESS", "FAILURE")], Verdict.LOOK),
        (SENT, [part("FAILURE", "FAILURE")], Verdict.LOOK),
        (SENT, [part("SUCCESS", "SUCCESS"), part("SUCCESS", "REVERSED")], Verdict.LOOK),
        (SENT, [part("SUCCESS", "SUCCESS", "CONFLICTED")], Verdict.LOOK),
        (SENT, [], Verdict.LOOK),
        (SENT, REMOVE, Verdict.LOOK),
        (FAILED, [part("FAILURE", "CONFLICTED")], Verdict.LOOK),
        (FAILED, [part("FAILURE", "FAILURE", "CONFLICTED")], Verdict.LOOK),
        (FAILED, [part("SUCCESS", "SUCCESS")], Verdict.LOOK),
        (FAILED, [part("FAILURE", "REVERSED")], Verdict.FAILED),
        (SCHEDULED, [part("PENDING", "REVERSED")], Verdict.PENDING),
        ("FULFILLED_PARTIALLY", [part("SUCCESS", "REVERSED")], Verdict.LOOK),
    ],
)
@pytest.mark.parametrize("options", [[], ["--poll", "--seconds", "1"]], ids=str)
@pytest.mark.usefixtures("clock")
def test_a_payout_is_paid_only_if_its_parts_say_so(  # noqa: PLR0913, PLR0917
    capsys: pytest.CaptureFixture[str],
    juspay: FakeJuspay,
    status: str,
    fulfillments: list[dict[str, Any]],
    verdict: Verdict,
    options: list[str],
) -> None:
    """Where a fulfillment or an attempt says something else than the order, a person must look; polled or not."""
    juspay.add_payout("po-1", status=status, fulfillments=fulfillments)
    done = run(capsys, "status", "--payout", *options, "po-1")
    found = json.loads(run(capsys, "status", "--payout", "--json", *options, "po-1").out)

    assert verdict == done.status
    assert done.out.startswith(f"{status}  ")
    assert re.search(rf"^  verdict  +{verdict.name.lower()}: ", done.out, re.MULTILINE)
    assert (status, verdict.name.lower()) == (found["status"], found["verdict"])
    assert (verdict is Verdict.PAID) == (found["outcome"] == "SUCCESS")
    assert (verdict is Verdict.LOOK) == (found["outcome"] == "REVIEW")


def test_what_to_conclude_is_said_of_a_payout(capsys: pytest.CaptureFixture[str], juspay: FakeJuspay) -> None:
    """The words of orders (cash on delivery, refunds) are not said of money that was sent."""
    juspay.add_payout("po-1", fulfillments=[part("SUCCESS", "REVERSED")])
    out = run(capsys, "status", "--payout", "po-1").out

    assert "verdict        look: in review, or its parts say otherwise; pay nothing again before a person has" in out
    assert "REVERSED" in out


def test_a_payout_has_the_same_live_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, juspay: FakeJuspay, clock: Clock
) -> None:
    """While it is polled one line counts down, and is taken away before the result is shown."""
    juspay.add_payout("po-1", statuses=[SCHEDULED, SCHEDULED, SCHEDULED, SENT])
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "90")
    done = run(capsys, "status", "--poll", "--payout", "po-1")

    assert 0 == done.status
    assert [
        "",
        "po-1: asking",
        "po-1: FULFILLMENTS_SCHEDULED (outcome PENDING) after 0 s; asks again in 1 s",
        "po-1: FULFILLMENTS_SCHEDULED (outcome PENDING); asking",
        "po-1: FULFILLMENTS_SCHEDULED (outcome PENDING) after 1 s; asks again in 1 s",
        "po-1: FULFILLMENTS_SCHEDULED (outcome PENDING); asking",
        "po-1: FULFILLMENTS_SCHEDULED (outcome PENDING) after 2 s; asks again in 2 s",
        "po-1: FULFILLMENTS_SCHEDULED (outcome PENDING) after 3 s; asks again in 1 s",
        "po-1: FULFILLMENTS_SCHEDULED (outcome PENDING); asking",
        "",
        "",
    ] == [line.rstrip() for line in screen.getvalue().split("\r")]
    assert [1.0] * 4 == clock.waited


def test_an_error_of_payouts_has_the_verdict_of_its_base() -> None:
    """A poll that never saw the payout order ends as that of an order does."""
    assert Verdict.UNKNOWN is verdict_of_error(PayoutOutcomeUnknown(""))


@pytest.mark.parametrize("value", ["", "  "], ids=repr)
@pytest.mark.parametrize("option", ["--merchant-id", "--base-url", "--routing-id", "--environment"])
def test_an_empty_option_is_refused(
    capsys: pytest.CaptureFixture[str], juspay: FakeJuspay, option: str, value: str
) -> None:
    """A script whose variable is not set must not ask as somebody else: nothing takes the option's place."""
    juspay.add_order("shop-1001")
    done = run(capsys, "status", option, value, "shop-1001")

    assert (2, "") == (done.status, done.out)
    assert f"argument {option}: " in done.err
    assert () == juspay.requests

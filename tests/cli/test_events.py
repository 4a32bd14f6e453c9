"""Demand that the command `events` says what the rows of the catalog say."""

import json

import pytest

from juspay_webhooks.catalog import PAYMENT_EVENTS, PAYOUT_EVENTS, Evidence, Family, eligible_events, is_eligible
from tests.cli.running import run


def test_every_event_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Without options there are two tables, a line for each event of payments and of payouts."""
    done = run(capsys, "events")
    payments, payouts = done.out.split("\n\n")

    assert (0, "") == (done.status, done.err)
    assert ["event", *PAYMENT_EVENTS] == [line.split()[0] for line in payments.splitlines()]
    assert [("label", "value"), *PAYOUT_EVENTS] == [tuple(line.split()[:2]) for line in payouts.splitlines()]


@pytest.mark.parametrize("family", Family)
def test_one_family(capsys: pytest.CaptureFixture[str], family: Family) -> None:
    """`--family` leaves only that family of payments."""
    lines = run(capsys, "events", "--family", family).out.splitlines()

    assert [row.name for row in PAYMENT_EVENTS.values() if row.family is family] == [
        line.split()[0] for line in lines[1:]
    ]


def test_payouts_are_a_family(capsys: pytest.CaptureFixture[str]) -> None:
    """`--family payout` leaves the payout events alone."""
    lines = run(capsys, "events", "--family", "payout").out.splitlines()

    assert "label               value                        dashboard level   evidence" == lines[0]
    assert "ORDER               READY_FOR_FULFILLMENT        order             documented" == lines[1]
    assert len(PAYOUT_EVENTS) == len(lines) - 1


def test_a_version_is_judged(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` adds whether each event is sent: yes, no, or unknown where nobody says."""
    lines = run(capsys, "events", "--family", "txn", "--version", "2020-10-30").out.splitlines()

    assert [
        "event                    family   sent since   at 2020-10-30   content key   evidence",
        "TXN_CREATED              txn      2016-10-27   yes             order         documented",
        "TXN_CHARGED              txn      2020-10-31   no              txn           documented",
        "TXN_FAILED               txn      2020-10-31   no              txn           documented",
        "TRANSACTION_AUTHORIZED   txn      unknown      unknown                       code_only",
    ] == lines


@pytest.mark.parametrize("version", ["20201031", "2020-W44-6", "31-10-2020", "2020-10-31T00:00:00", "v2", ""])
@pytest.mark.parametrize("form", ["--json", "--dashboard-map"])
def test_a_bad_version_is_misuse(capsys: pytest.CaptureFixture[str], version: str, form: str) -> None:
    """A version in another form ends with status 2 and the right form."""
    done = run(capsys, "events", form, f"--version={version}")

    assert (2, "") == (done.status, done.out)
    assert "YYYY-MM-DD, for example 2020-10-31" in done.err


def test_json_has_the_rows(capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` gives every column of every row on one line."""
    done = run(capsys, "events", "--json")
    found = json.loads(done.out)

    assert 1 == done.out.count("\n")
    assert list(PAYMENT_EVENTS) == [row["name"] for row in found["payments"]]
    assert list(PAYOUT_EVENTS) == [(row["label"], row["value"]) for row in found["payouts"]]
    assert {
        "name": "TXN_CHARGED",
        "family": "txn",
        "meaning": "One transaction was charged.",
        "since": "2020-10-31",
        "content_key": "txn",
        "evidence": "documented",
        "documents": ["PAYV3", "UPIPLUGIN", "UPITPAP", "DEVJP"],
        "is_modelled": True,
        "note": "",
    } == next(row for row in found["payments"] if row["name"] == "TXN_CHARGED")


def test_json_has_the_verdict_of_a_version(capsys: pytest.CaptureFixture[str]) -> None:
    """With `--version`, each row has `eligible`: true, false or null."""
    found = json.loads(run(capsys, "events", "--json", "--version", "2020-10-31").out)

    assert {name: is_eligible(name, "2020-10-31") for name in PAYMENT_EVENTS} == {
        row["name"]: row["eligible"] for row in found["payments"]
    }
    assert {True} == {row["eligible"] for row in found["payouts"]}


@pytest.mark.parametrize("version", [None, "2016-07-19", "2020-10-31"])
def test_dashboard_map(capsys: pytest.CaptureFixture[str], version: str | None) -> None:
    """The map switches on what the version sends for certain and a page documents, nothing else."""
    options = [] if version is None else ["--version", version]
    found = json.loads(run(capsys, "events", "--dashboard-map", *options).out)
    documented = {name for name, row in PAYMENT_EVENTS.items() if row.evidence is Evidence.DOCUMENTED}

    assert {name: True for name in eligible_events(version) if name in documented} == found


def test_dashboard_map_of_a_family(capsys: pytest.CaptureFixture[str]) -> None:
    """The map can be narrowed to a family."""
    done = run(capsys, "events", "--dashboard-map", "--family", "txn", "--version", "2020-10-31")

    assert '{"TXN_CREATED": true, "TXN_CHARGED": true, "TXN_FAILED": true}\n' == done.out


def test_payouts_have_no_map(capsys: pytest.CaptureFixture[str]) -> None:
    """Payout events are not switched by name, so a map of them is misuse."""
    done = run(capsys, "events", "--dashboard-map", "--family", "payout")

    assert (2, "") == (done.status, done.out)
    assert "payout events are switched on per level" in done.err

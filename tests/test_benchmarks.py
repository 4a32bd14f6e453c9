# ruff: noqa: E402 - what would fail without the group bench is imported after the skip
"""Demand that the benchmarks run and compare like with like; how fast anything is, no test can tell."""

import json
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Final, cast

import attrs
import msgspec
import pytest
import requests

pytest.importorskip("orjson", reason="allowed: the group bench is not installed")
pydantic = pytest.importorskip("pydantic", reason="allowed: the group bench is not installed")

from benchmarks import asking, bodies, verification
from benchmarks.command import BENCHMARKS, main
from benchmarks.contenders import LIBRARY, Body, Content, payment_contenders
from benchmarks.receiving import HEADERS, fresh, receivers
from benchmarks.report import Bar, Report, drawn, inserted, results
from benchmarks.timing import Contender, Effort, Timing, race, rotated
from benchmarks.verification import Kind
from juspay_webhooks import Answer, AnswerOutcome, AuthenticationError, FreeForm, Receiver, parse_event, to_wire
from juspay_webhooks.inbox import MemoryInbox
from juspay_webhooks.models.fields import Json, Model
from scripts.generate_docs import ROOT, speed

LEAST: Final = Effort(rounds=1, seconds=0, processes=1, entries=20)
PAYMENTS: Final = bodies.payments()
TYPED: Final = [rival for rival in payment_contenders() if not rival.name.endswith("loads") and rival is not LIBRARY]
BAR: Final = Bar(what="parse", measured="1.30 x", bar="at most 1.2 x", holds=False)
REPORT: Final = Report(title="Parsing", headings=("Reader", "Ratio"), lines=[("parse_event", "1.30")], bars=[BAR])


def plain(value: Json) -> Json:
    """Give what a model of any library holds in one form."""
    if isinstance(value, Model):
        return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
    if isinstance(value, msgspec.Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, pydantic.BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value.to_json() if isinstance(value, FreeForm) else value


@pytest.mark.parametrize("name", BENCHMARKS)
def test_benchmark_runs(name: str) -> None:
    """Each benchmark gives a table; each but one has a bar."""
    report = BENCHMARKS[name](LEAST)

    assert {len(report.headings)} == {len(line) for line in report.lines}
    assert (name != "remembering") == bool(report.bars)


@pytest.mark.parametrize("contender", TYPED, ids=lambda contender: contender.name)
def test_contenders_read_the_same(contender: Contender) -> None:
    """What typed contenders read out of a body is what `parse_event` reads, to the last field."""
    for body in PAYMENTS:
        found: Json = contender.read(body)
        event: Json = parse_event(body)
        content = Content(order=event.order, txn=event.txn, mandate=event.mandate, notification=event.notification)
        expected = Body(event_name=event.name, content=content, id=event.id, date_created=event.date_created)

        assert plain(expected) == plain(found)


def test_bodies_are_what_they_are_called() -> None:
    """Payments and payouts are read without a problem, masked bodies are not, and all groups have several."""
    sound = (*PAYMENTS, *bodies.payouts())

    assert {()} == {parse_event(body).problems for body in sound}
    assert all(parse_event(body).problems for body in bodies.masked())
    assert all(len(group) > 4 for group in (PAYMENTS, bodies.payouts(), bodies.masked()))


def test_compact_bodies_say_the_same() -> None:
    """Without blanks a body is shorter and means the same."""
    body = PAYMENTS[0]

    assert json.loads(body) == json.loads(bodies.compact(body))
    assert len(body) > len(bodies.compact(body))


def test_every_contender_runs_in_every_round() -> None:
    """The first contender is one, rounds are as many as asked for, and each contender has a time."""
    contenders = [Contender(name="loads", read=json.loads), Contender(name="len", read=len)]
    first, second = race(contenders, [b"{}", b"[]"], Effort(rounds=3, seconds=0, processes=0, entries=0))

    assert ("loads", (1.0, 1.0, 1.0)) == (first.name, first.ratios)
    assert ("len", 3) == (second.name, len(second.ratios))
    assert first.microseconds > 0


def test_a_contender_may_read_all_bodies_at_once() -> None:
    """What reads many bodies in its own way gets all of them in each pass."""
    seen: list[Sequence[bytes]] = []
    contender = Contender(name="all", read=len, read_all=seen.append)
    race([contender], [b"{}", b"[]"], Effort(rounds=1, seconds=0, processes=0, entries=0))

    assert [[b"{}", b"[]"]] * 3 == seen


def delivered(receiver: Receiver, deliveries: Sequence[bytes]) -> list[Answer]:
    """Hand deliveries to a receiver as the benchmark does."""
    return [receiver.handle(headers=HEADERS, body=body) for body in deliveries]


def test_deliveries_are_handled() -> None:
    """Each delivery is answered with 200; a handler of events gets all of them, one of effects those that have one."""
    of_events, of_effects, asynchronous = receivers()
    answers = [delivered(receiver, PAYMENTS) for receiver in (of_events, of_effects, asynchronous)]

    assert {200} == {answer.status for row in answers for answer in row}
    assert [24, 18, 18] == [sum(answer.outcome is AnswerOutcome.HANDLED for answer in row) for row in answers]


def test_fresh_deliveries_are_never_duplicates() -> None:
    """A full inbox has forgotten a delivery and its effect when its turn comes again; bodies are as long as before."""
    deliveries = fresh(90)
    _, receiver, _ = receivers(lambda: MemoryInbox(max_entries=60, max_effects=30))
    outcomes = [[answer.outcome for answer in delivered(receiver, deliveries)] for _ in range(3)]

    assert {AnswerOutcome.HANDLED, AnswerOutcome.IGNORED} == set(outcomes[0])
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert 90 == len({parse_event(body).id for body in deliveries})
    assert [len(bodies.compact(body)) for body in PAYMENTS] == [len(body) for body in deliveries[: len(PAYMENTS)]]


def test_judged_requests_differ_only_in_what_is_wrong() -> None:
    """Requests that are judged are as long as each other, and all are refused; the right one is let in."""
    for pair in verification.pairs():
        for attempt in (pair.one, pair.other):
            with nullcontext() if attempt.is_right else pytest.raises(AuthenticationError):
                attempt.check()(attempt.headers())

        assert pair.kind is Kind.REPORTED or len(pair.one.sent) == len(pair.other.sent)


def test_whoever_asks_gets_the_order() -> None:
    """Bare calls and clients get the same order, singly and many at a time; the server ends with the benchmark."""
    with asking.serving() as url, ExitStack() as stack:
        contenders = [*asking.fetchers(url, stack), *asking.pollers(url, stack)]
        found: list[Json] = [contender.read(b"") for contender in contenders]
        many = [contender.read_all([b""] * 5) for contender in contenders if contender.read_all is not None]
    orders = [each if isinstance(each, dict) else to_wire(each) for each in found]

    assert [asking.ORDER_ID] * 8 == [order["order_id"] for order in orders]
    assert [json.loads(asking.ORDER)["txn_id"]] * 8 == [order["txn_id"] for order in orders]
    assert [5] * 6 == [len(cast("list[object]", answers)) for answers in many]
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        pytest.param([0.0] * 9, 0.0, id="none"),
        pytest.param([-4.0], 4.0, id="one block is all there is"),
        pytest.param([-3.0, 3.0, -3.0, 3.0, 3.0], 3.0, id="the sign is chance"),
    ],
)
def test_noise_is_what_chance_may_do(blocks: list[float], expected: float) -> None:
    """Noise is a median that chance hardly exceeds."""
    assert expected == verification.noise(blocks)


def test_ratios_are_summed_up() -> None:
    """The figure is the median; the middle half shows how far the rounds are apart."""
    timing = Timing(name="x", microseconds=1, ratios=(1.0, 9.0, 2.0, 3.0, 4.0))

    assert (3.0, (1.5, 6.5)) == (timing.ratio, timing.middle)


def test_the_order_changes_each_round() -> None:
    """Each round starts with the next contender."""
    assert ["abc", "bca", "cab", "abc"] == ["".join(rotated("abc", number)) for number in range(4)]


def test_command_prints_and_keeps_the_documents(capsys: pytest.CaptureFixture[str]) -> None:
    """A quick look prints its tables and publishes nothing."""
    document = ROOT / "docs" / "benchmarks.md"
    before = document.read_text(encoding="utf-8")
    main(["--quick", "--only", "payouts"])

    assert "### Payouts: " in capsys.readouterr().out
    assert before == document.read_text(encoding="utf-8")


def test_a_missed_bar_is_seen() -> None:
    """A bar that does not hold says so in capitals, under its heading and above the details."""
    assert drawn([REPORT]).startswith(
        "### Bars\n\n"
        "| What | Measured | Bar | Holds |\n"
        "| --- | --- | --- | --- |\n"
        "| parse | 1.30 x | at most 1.2 x | NO |\n\n"
        "### Parsing\n\n"
        "| Reader | Ratio |\n"
        "| --- | --- |\n"
        "| parse_event | 1.30 |\n\n"
        "### Measured on\n\n"
    )


@pytest.mark.parametrize("part", ["measured", "load", "sql_inbox", "crashes"])
def test_figures_go_between_the_markers(part: str) -> None:
    """The document keeps what is around its markers; without them nothing is written."""
    document = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    begin, end = f"<!-- begin {part} -->\n", f"<!-- end {part} -->\n"
    before, _, after = document.partition(begin)

    assert f"{before}{begin}\nfigures\n\n{end}{after.partition(end)[2]}" == inserted(
        document, "\nfigures\n\n", part=part
    )
    with pytest.raises(ValueError, match=f"begin {part}"):
        inserted("no markers", "figures", part=part)


def test_results_are_what_the_documents_read(tmp_path: Path) -> None:
    """The generator of README.md understands the results."""
    path = tmp_path / "results.json"
    path.write_text(results([REPORT]), encoding="utf-8")

    assert "| parse | 1.30 x | at most 1.2 x |" == speed(path).splitlines()[-1]

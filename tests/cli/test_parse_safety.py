"""Demand that the command `parse` hides personal data, and never obeys a body or lets it through to a terminal raw."""

import io
import json
import re
import sys
from pathlib import Path
from typing import Any, Final, TypeVar

import attrs
import pytest

from juspay_webhooks import FreeForm, parse_event, to_wire
from juspay_webhooks.cli import main
from juspay_webhooks.models.fields import Model, core_type, is_personal
from juspay_webhooks.testing import EventName, sample_body, sample_names, variants
from tests.cli.running import Screen, run

SAMPLES: Final = [(name, variant) for name in sample_names() for variant in variants(name)]
CANARY: Final = "canary-7f3a"
M = TypeVar("M", bound=Model)


@pytest.fixture
def body(tmp_path: Path) -> Path:
    """Name a file for one body."""
    return tmp_path / "body.json"


def poisoned(model: M) -> M:
    """Put the canary into every field of a model that holds personal data, set or not."""
    changes: dict[str, Any] = {}
    for field in attrs.fields(type(model)):
        found = getattr(model, field.name)
        if core_type(field.type) is FreeForm:
            changes[field.name] = FreeForm({CANARY: CANARY})
        elif is_personal(field):
            changes[field.name] = CANARY
        elif isinstance(found, Model):
            changes[field.name] = poisoned(found)
        elif isinstance(found, tuple):
            changes[field.name] = tuple(poisoned(item) if isinstance(item, Model) else item for item in found)
    return attrs.evolve(model, **changes)  # type: ignore[misc]  # every model is an attrs class


@pytest.mark.parametrize("options", [[], ["--json"]], ids=str)
@pytest.mark.parametrize(("name", "variant"), SAMPLES, ids=str)
def test_personal_data_is_masked(
    capsys: pytest.CaptureFixture[str], body: Path, name: EventName, variant: str, options: list[str]
) -> None:
    """What identifies a person is nowhere in the output, unless `--show-pii` asks for it."""
    event = poisoned(parse_event(sample_body(name, variant=variant)))
    wire = to_wire(event)
    (wire.get("content") or wire["info"])["x_new"] = CANARY
    body.write_text(json.dumps(wire, default=str))
    masked = run(capsys, "parse", *options, body)

    assert (0, "") == (masked.status, masked.err)
    assert CANARY not in masked.out
    if "--json" not in options:
        assert CANARY in run(capsys, "parse", "--show-pii", *options, body).out


@pytest.mark.parametrize("options", [[], ["--json"], ["--strict"]], ids=str)
@pytest.mark.parametrize(
    "text",
    [
        f'{{"event_name": "NEW_ONE", "content": {{"thing": "{CANARY}"}}}}',
        f'{{"label": "NEW_ONE", "value": "X", "info": {{"thing": "{CANARY}"}}}}',
        f'{{"event_name": "ORDER_FAILED", "content": {{"order": {{"order_id": 1, "customer_email": "{CANARY}"}}}}}}',
        f'{{"order": "{CANARY}"}}',
        f'{{"order": "{CANARY}',
    ],
    ids=["unknown", "unknown payout", "unreadable", "no event", "no JSON"],
)
def test_no_payload_in_complaints(
    capsys: pytest.CaptureFixture[str], body: Path, text: str, options: list[str]
) -> None:
    """What is not understood is not shown either."""
    body.write_text(text)
    done = run(capsys, "parse", *options, body)

    assert CANARY not in done.out + done.err


def test_show_pii_shows_the_whole_event(capsys: pytest.CaptureFixture[str], body: Path) -> None:
    """With `--show-pii` the JSON holds what the body holds."""
    body.write_bytes(sample_body("ORDER_SUCCEEDED"))
    event = json.loads(run(capsys, "parse", "--json", "--show-pii", body).out)["event"]

    assert json.loads(json.dumps(to_wire(parse_event(body.read_bytes())), default=str)) == event


def test_show_pii_shows_unknown_values(capsys: pytest.CaptureFixture[str], body: Path) -> None:
    """With `--show-pii` an unknown field comes with its value as JSON."""
    body.write_bytes(b'{"event_name":"SOMETHING_NEW","content":{"thing":{"a":[1.50,null,"\xc3\xa9"]}}}')

    assert r'/content/thing   {"a": ["1.50", null, "\u00e9"]}' in run(capsys, "parse", "--show-pii", body).out


HOSTILE: Final = {
    "colour": "\x1b[31mred\x1b[0m",
    "title": "\x1b]0;owned\x07",
    "C1 control": "\x9b31m",
    "delete": "a\x7fb",
    "line break": "a\r\nb",
    "NUL": "a\x00b",
    "direction": "a\u202eb",
    "line separator": "a\u2028b",
    "surrogate": "a\ud800b",
    "markup": "[red]a[/red][link=https://example.com]b[/link][/]",
    "backslash": "\\[red]\\",
    "emoji code": ":boom:",
}


@pytest.mark.parametrize("options", [[], ["--json"], ["--show-pii"], ["--json", "--show-pii"]], ids=str)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_body_is_never_obeyed(capsys: pytest.CaptureFixture[str], body: Path, text: str, options: list[str]) -> None:
    """Control characters reach the terminal escaped, and square brackets are only square brackets."""
    order = {
        "order_id": text,
        "status": text,
        "amount": 1,
        "currency": text,
        "bank_error_message": text,
        "txn_id": text,
        "customer_email": text,
        "refunds": [{"unique_request_id": text, "status": text, "amount": 1}],
        text: text,
    }
    body.write_text(json.dumps({"id": text, "event_name": text, "content": {"order": order}}))
    done = run(capsys, "parse", *options, body)
    lone_surrogate = "\ud800" in text

    assert int(lone_surrogate) == done.status
    assert [] == [line for line in (done.out + done.err).split("\n") if not line.isprintable()]
    if not lone_surrogate and text.isprintable() and "--json" not in options:
        assert f"\n  order       {text}\n" in done.out


@pytest.mark.parametrize(
    "text", [b"\x1b[31m", b'{"event_name":"\\u001b[31m","content":1}', b'{"label":"\\u001b","info":[]}']
)
def test_complaints_are_escaped(capsys: pytest.CaptureFixture[str], body: Path, text: bytes) -> None:
    """An error about a hostile body is as harmless as the body's own text."""
    file = body.with_name("\x1b[31m.json")
    file.write_bytes(text)
    done = run(capsys, "parse", file)

    assert 1 == done.status
    assert r"\x1b[31m.json" in done.err
    assert [] == [line for line in done.err.split("\n") if not line.isprintable()]


def test_what_the_encoding_lacks_is_escaped(body: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal that lacks a character an escape stands in its place; nothing crashes."""
    body.write_text('{"event_name":"NEW_₹","content":{}}', encoding="utf-8")
    screen = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(screen, encoding="ascii"))

    assert 0 == main(["parse", str(body)])
    assert screen.getvalue().startswith(rb"NEW_\u20b9")


@pytest.mark.parametrize(
    ("no_color", "expected"),
    [
        (None, "\x1b[1;32m  effects: act once on each key\x1b[0m\n"),
        ("1", "\x1b[1m  effects: act once on each key\x1b[0m\n"),
    ],
)
def test_a_terminal_gets_colours(
    body: Path, monkeypatch: pytest.MonkeyPatch, no_color: str | None, expected: str
) -> None:
    """Headings are coloured on a terminal, and only bold where NO_COLOR is set."""
    screen = Screen()
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys, "stdout", screen)
    body.write_bytes(sample_body("ORDER_SUCCEEDED"))
    main(["parse", str(body)])

    assert expected in screen.getvalue()


def test_a_terminal_gets_whole_values(body: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a narrow terminal a long value goes on in the next line; nothing is cut off."""
    screen = Screen()
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys, "stdout", screen)
    body.write_text(json.dumps({"id": "0123456789" * 10, "event_name": "SOMETHING_NEW", "content": {}}))
    main(["parse", str(body)])
    lines = re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue()).splitlines()

    assert "0123456789" * 10 == "".join(re.findall("[0-9]", "".join(lines)))
    assert 40 >= max(map(len, lines))

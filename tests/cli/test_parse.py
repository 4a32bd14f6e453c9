"""Demand that the command `parse` shows what an event says, and ends with the status that its help promises."""

import io
import json
import sys
from pathlib import Path
from typing import Final

import pytest

from juspay_webhooks import parse_event, redact, to_wire, unknown_fields
from juspay_webhooks.testing import EventName, make_webhook, sample_body, sample_names, variants
from tests.cli.running import run

SAMPLES: Final = [(name, variant) for name in sample_names() for variant in variants(name)]

UNREADABLE: Final = b'{"id":"evt_1","event_name":"ORDER_SUCCEEDED","content":{"order":{"order_id":"o1"}}}'
PROBLEMATIC: Final = (
    b'{"id":"evt_1","event_name":"ORDER_CREATED","content":{"order":'
    b'{"order_id":"o1","status":"NEW","amount":1,"currency":"INR","last_updated":"soon","basket":7}}}'
)
"""An order with two problems, which does not make it unusable."""


@pytest.fixture
def body(tmp_path: Path) -> Path:
    """Name a file for one body."""
    return tmp_path / "body.json"


@pytest.mark.parametrize(("name", "variant"), SAMPLES, ids=str)
def test_every_sample_is_shown(capsys: pytest.CaptureFixture[str], body: Path, name: EventName, variant: str) -> None:
    """Each published event is usable: it is shown with its name, class and effects, and nothing is complained of."""
    body.write_bytes(sample_body(name, variant=variant))
    event = parse_event(body.read_bytes())
    done = run(capsys, "parse", body)

    assert (0, "") == (done.status, done.err)
    assert done.out.startswith(f"{event.name}  ")
    assert f"class {type(event).__name__}" in " ".join(done.out.split())
    assert [] == [effect.key for effect in event.effects if effect.key not in done.out]
    assert "problems" not in done.out


@pytest.mark.parametrize(("name", "variant"), SAMPLES, ids=str)
def test_every_sample_as_json(capsys: pytest.CaptureFixture[str], body: Path, name: EventName, variant: str) -> None:
    """`--json` gives one line with what a program needs; its `event` is the redacted event in the vendor's form."""
    body.write_bytes(sample_body(name, variant=variant))
    event = parse_event(body.read_bytes())
    done = run(capsys, "parse", "--json", body)
    found = json.loads(done.out)

    assert (0, "", 1) == (done.status, done.err, done.out.count("\n"))
    assert {
        "file": str(body),
        "class": type(event).__name__,
        "name": event.name,
        "id": event.id,
        "dedupe_key": event.dedupe_key,
        "order_id": event.order_id,
        "problems": [],
        "unknown_fields": list(unknown_fields(event)),
        "event": json.loads(json.dumps(to_wire(redact(event)), default=str)),
    } == {key: value for key, value in found.items() if key != "effects"}
    assert [(type(effect).__name__, effect.key) for effect in event.effects] == [
        (effect["effect"], effect["key"]) for effect in found["effects"]
    ]


def test_json_of_effects(capsys: pytest.CaptureFixture[str], body: Path) -> None:
    """An effect in JSON has its own fields; an amount is text, so that no digit is lost."""
    body.write_bytes(make_webhook("ORDER_SUCCEEDED", order={"order_id": "A-1", "amount": 5, "currency": "INR"}).body)

    assert [
        {"effect": "OrderPaid", "key": "/OrderPaid/a-1", "order_id": "A-1", "amount": "5", "currency": "INR"}
    ] == json.loads(run(capsys, "parse", "--json", body).out)["effects"]


def test_json_of_times_in_effects(capsys: pytest.CaptureFixture[str], body: Path) -> None:
    """A time in an effect is ISO 8601 with its zone."""
    body.write_bytes(make_webhook("MANDATE_ACTIVATED", mandate={"last_updated": "2025-06-02T09:30:00Z"}).body)
    (effect,) = json.loads(run(capsys, "parse", "--json", body).out)["effects"]

    assert "2025-06-02T09:30:00+00:00" == effect["changed_at"]


def test_an_order_with_refunds(capsys: pytest.CaptureFixture[str], body: Path) -> None:
    """An order is shown as a person reads it: facts, attempts, refunds, effects, problems, unknown fields."""
    body.write_bytes(
        b"""{"id": "evt_1", "event_name": "ORDER_REFUNDED", "date_created": "2025-06-02T09:30:00Z", "content": {"order":
        {"order_id": "A-1", "status": "CHARGED", "amount": 500.50, "currency": "INR", "customer_email": "x@example.com",
        "txn_id": "shop-A-1-1", "payment_method_type": "UPI", "last_updated": "soon", "delivery_slot": {"from": 9},
        "refunds": [
          {"unique_request_id": "r1", "status": "SUCCESS", "amount": 100, "created": "2025-06-02T09:00:00Z", "arn": ""},
          {"unique_request_id": "r2", "status": "PENDING", "amount": 0.50, "refund_type": "INSTANT"}]}}}"""
    )
    done = run(capsys, "parse", body)

    assert (0, "") == (done.status, done.err)
    assert (
        """\
ORDER_REFUNDED  A refund succeeded, perhaps of a part only.
  class      OrderRefunded, a kind of RefundEvent
  event id   evt_1
  sent       2025-06-02 09:30:00 UTC
  order      A-1
  status     CHARGED (outcome PAID)
  amount     500.50 INR
  refunded   100 INR
  e-mail     ***

  payment attempts
    attempt      status                   method
    shop-A-1-1   CHARGED (outcome PAID)   UPI

  refunds
    request id   status    amount     asked for                 type
    r1           SUCCESS   100 INR    2025-06-02 09:00:00 UTC
    r2           PENDING   0.50 INR                             INSTANT

  effects: act once on each key
    effect          about     key
    RefundSettled   100 INR   /RefundSettled/a-1/r1

  problems: places that could not be read
    place                         expected                                                          got
    /content/order/last_updated   time (ISO 8601 with a zone, or epoch seconds) from 2010 to 2100   text

  unknown fields: kept in event.payload
    place                          kind
    /content/order/delivery_slot   object
"""
        == done.out
    )


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("MANDATE_ACTIVATED", ["status ACTIVE", "MandateChanged ACTIVE /MandateChanged/"]),
        ("NOTIFICATION_FAILED", ["status FAILURE (outcome FAILED)", "error JP_852"]),
        ("TXN_FAILED", ["status AUTHORIZATION_FAILED (outcome FAILED)"]),
        (("ORDER", "FULFILLMENTS_SUCCESSFUL"), ["status FULFILLMENTS_SUCCESSFUL (outcome SUCCESS)"]),
        (("FULFILLMENT_ORDER", "SUCCESS"), ["account ***", "paid to ACCOUNT_IFSC"]),
        (("FULFILLMENT_TXN", "REVERSED"), ["status REVERSED", "reached the gateway yes"]),
        (("VALIDATION_V2", "VALID"), ["name at bank ***", "validation attempts"]),
        (("SR_BASED_ROUTING", "GATEWAY_SWITCHED"), ["no effects: nothing to act on"]),
    ],
    ids=str,
)
def test_facts_of_other_families(
    capsys: pytest.CaptureFixture[str], body: Path, name: EventName, lines: list[str]
) -> None:
    """Mandates, notifications, transactions and payouts are shown with what matters of each."""
    body.write_bytes(sample_body(name))
    shown = " ".join(run(capsys, "parse", body).out.split())

    assert [] == [line for line in lines if line not in shown]


def test_an_unknown_event_is_usable(capsys: pytest.CaptureFixture[str], body: Path) -> None:
    """An event that the library does not know is no error: it is shown with where its content is."""
    body.write_bytes(b'{"id":"evt_1","event_name":"SOMETHING_NEW","content":{"thing":{"a":1},"n":null}}')
    done = run(capsys, "parse", body)

    assert (0, "") == (done.status, done.err)
    assert (
        """\
SOMETHING_NEW
  class      UnknownEvent
  event id   evt_1

  no effects: nothing to act on

  unknown fields: kept in event.payload
    place            kind
    /content/thing   object
    /content/n       nothing
"""
        == done.out
    )


def test_without_an_id_none_is_shown(capsys: pytest.CaptureFixture[str], body: Path) -> None:
    """An event without an id shows none; in JSON its key is the digest of the body."""
    body.write_bytes(PROBLEMATIC.replace(b'"id":"evt_1",', b""))

    assert "event id" not in run(capsys, "parse", body).out
    assert (
        parse_event(body.read_bytes()).dedupe_key == json.loads(run(capsys, "parse", "--json", body).out)["dedupe_key"]
    )


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        (b"", 1, "the body is empty"),
        (b"\xff\xfe", 1, "the body is not UTF-8"),
        (b'{"event_name": ,}', 1, "line 1, column 16"),
        (b"[]", 1, "a webhook is a JSON object"),
        (b'{"success":false,"message":"No Data found"}', 1, "/event_name: expected text, got nothing"),
        (b'{"JWT":"x"}', 1, "decrypt it"),
        (UNREADABLE, 1, "/content/order/status: expected text, got nothing"),
        (PROBLEMATIC, 0, ""),
    ],
)
def test_exit_status(capsys: pytest.CaptureFixture[str], body: Path, text: bytes, status: int, words: str) -> None:
    """What is no usable event ends with status 1, the place and the next step; problems alone do not."""
    body.write_bytes(text)
    done = run(capsys, "parse", body)

    assert status == done.status
    assert words in done.err
    assert bool(status) == ("\n  next: " in done.err)


def test_an_unreadable_event_is_shown(capsys: pytest.CaptureFixture[str], body: Path) -> None:
    """What is left of an event that cannot be read goes to standard output, the complaint to standard error."""
    body.write_bytes(UNREADABLE)
    done = run(capsys, "parse", body)

    assert (
        """\
ORDER_SUCCEEDED  The order is paid.
  class      UnreadableEvent
  event id   evt_1

  problems: places that could not be read
    place                   expected   got
    /content/order/status   text       nothing
    /content/order/amount   number     nothing
"""
        == done.out
    )


def test_strict_refuses_problems(capsys: pytest.CaptureFixture[str], body: Path) -> None:
    """`--strict` shows no event that has a problem, and lists each."""
    body.write_bytes(PROBLEMATIC)
    done = run(capsys, "parse", "--strict", body)

    assert (1, "") == (done.status, done.out)
    assert (
        f"""\
juspay-webhooks: {body}: ORDER_CREATED has problems, and --strict refuses it
  /content/order/last_updated: expected time (ISO 8601 with a zone, or epoch seconds) from 2010 to 2100, got text
  /content/order/basket: expected list, got number
  next: leave --strict out to read what can be read
"""
        == done.err
    )


def test_strict_accepts_the_rest(capsys: pytest.CaptureFixture[str], body: Path) -> None:
    """`--strict` changes nothing for an event without a problem."""
    body.write_bytes(sample_body("ORDER_SUCCEEDED"))

    assert run(capsys, "parse", body) == run(capsys, "parse", "--strict", body)


def test_several_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Each file is read whatever became of the others; the worst status counts."""
    good, bad, missing = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "missing.json"
    good.write_bytes(PROBLEMATIC)
    bad.write_bytes(b"{}")
    done = run(capsys, "parse", good, bad, missing, good)

    assert 2 == done.status
    assert 2 == done.out.count("ORDER_CREATED")
    assert done.out.startswith(f"{good}\nORDER_CREATED")
    assert f"\n\n{good}\n" in done.out
    assert f"juspay-webhooks: {bad}: the body is not a Juspay webhook" in done.err
    assert f"juspay-webhooks: cannot read {missing}: " in done.err


def test_json_of_several_files_is_a_line_each(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A program reads one line per event, and `file` says which file it is."""
    files = [tmp_path / name for name in ("a.json", "b.json")]
    for file in files:
        file.write_bytes(PROBLEMATIC)
    lines = run(capsys, "parse", "--json", *files).out.splitlines()

    assert [str(file) for file in files] == [json.loads(line)["file"] for line in lines]


def test_a_directory_is_misuse(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What cannot be opened as a file ends with status 2 and the system's reason."""
    done = run(capsys, "parse", tmp_path)

    assert (2, "") == (done.status, done.out)
    assert f"juspay-webhooks: cannot read {tmp_path}: " in done.err


def test_standard_input_is_bytes(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads the bytes of standard input as they are, whatever its text encoding is."""
    text = b'\xef\xbb\xbf{"event_name":"NEW_\xc3\xa9\xe2\x82\xb9","content":{}}'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text), encoding="ascii"))
    done = run(capsys, "parse", "-")

    assert (0, "") == (done.status, done.err)
    assert done.out.startswith("NEW_é₹\n")


def test_a_file_may_be_large(capsys: pytest.CaptureFixture[str], body: Path) -> None:
    """A receiver bounds what strangers send; the caller's own file has no bound."""
    body.write_bytes(PROBLEMATIC + b" " * 2_000_000)

    assert 0 == run(capsys, "parse", body).status

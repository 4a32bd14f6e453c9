"""Demand that the documents show what the command really writes."""

import re
import shlex
from pathlib import Path
from typing import Final

import pytest

from juspay_webhooks import OrderNotFound, OrderStatusClient
from juspay_webhooks.cli._verdicts import Verdict
from juspay_webhooks.testing import FakeJuspay
from tests.cli.fakes import serve
from tests.cli.running import run
from tests.test_docs import blocks_of

ROOT: Final = Path(__file__).parents[2]
SHOWN: Final = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "command",
    [
        "parse examples/bodies/3-order-refunded.json",
        "parse examples/bodies/cut-off.broken.txt",
        "events --version 2019-11-11 --family txn",
        "status shop-2001",
        "events --version 2020-10-31 --family txn --dashboard-map",
    ],
)
def test_output_is_as_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """What stands below a command in the documents is its output, whole."""
    monkeypatch.chdir(ROOT)
    done = run(capsys, *command.split())

    assert f"$ juspay-webhooks {command}" in SHOWN
    assert done.out + done.err in SHOWN


COMMAND: Final = re.compile(r"^\$ juspay-webhooks (.*?)(?:   # exit (\d))?$", re.MULTILINE)
TEXTS: Final = [block.text for block in blocks_of(ROOT / "docs" / "cli.md", "text")]
"""Blocks whose commands need a fake Juspay, or are one."""

DEFAULT_URL: Final = "http://127.0.0.1:8080"


@pytest.mark.usefixtures("clock")
def test_status_is_as_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the documents show of `status` is what it says of the order that they tell `fake` to have."""
    commands = [(text, *COMMAND.findall(text)[0]) for text in TEXTS if text.startswith("$ juspay-webhooks status")]
    with FakeJuspay(api_key="fake-key", merchant_id="fake-shop") as juspay:
        juspay.add_order("shop-2001", statuses=["NEW", "CHARGED"], amount="1499.50")
        monkeypatch.setenv("JUSPAY_API_KEY", "fake-key")
        monkeypatch.setenv("JUSPAY_MERCHANT_ID", "fake-shop")
        monkeypatch.setenv("JUSPAY_BASE_URL", juspay.url)
        for text, command, status in commands:
            done = run(capsys, *shlex.split(command))
            said = (done.err + done.out).replace(juspay.url, DEFAULT_URL)

            assert int(status or 0) == done.status
            assert text.partition("\n")[2] == said

    assert 2 == len(commands)


def test_fake_is_as_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the documents show of `fake` is what it says when the commands that they show ask it."""
    (text,) = (text for text in TEXTS if text.startswith("$ juspay-webhooks fake"))
    ((command, _),) = COMMAND.findall(text)
    urls: list[str] = []

    def ask(settings: dict[str, str]) -> None:
        urls.append(settings["JUSPAY_BASE_URL"])
        key, merchant = settings["JUSPAY_API_KEY"], settings["JUSPAY_MERCHANT_ID"]
        with OrderStatusClient(key, merchant_id=merchant, base_url=urls[0], sleep=lambda _: None) as client:
            client.poll("shop-2001")
            with pytest.raises(OrderNotFound):
                client.fetch("shop-2002")

    _, out = serve(monkeypatch, *shlex.split(command)[1:], ask=ask)

    assert text.partition("\n")[2] == out.replace(urls[0], DEFAULT_URL)


@pytest.mark.parametrize("verdict", Verdict, ids=str)
def test_exit_statuses_are_as_shown(verdict: Verdict) -> None:
    """The table of `status` has each exit status with its verdict."""
    name = "" if verdict in {Verdict.REFUSED, Verdict.MISUSE} else f"`{verdict.name.lower()}` "

    assert f"\n| {verdict:d} | {name}| " in SHOWN

"""Without httpx the async clients say what to install, and everything else works."""

import subprocess
import sys
from typing import Final

import pytest

BLOCKED: Final = """\
import sys


class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "httpx":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Blocker())
import juspay_webhooks
from juspay_webhooks import ConfigurationError
"""


def run(program: str) -> str:
    """Run a program where httpx is not installed, and give what it prints."""
    command = [sys.executable, "-P", "-W", "error", "-c", BLOCKED + program]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


@pytest.mark.parametrize("name", ["AsyncOrderStatusClient", "AsyncPayoutStatusClient"])
@pytest.mark.parametrize("how", ["juspay_webhooks.{0}", "exec('from juspay_webhooks import {0}')"])
def test_what_to_install(name: str, how: str) -> None:
    """The error is one of ours, says the command, and has no other behind it; it comes each time."""
    program = f"""
for _ in range(2):
    try:
        {how.format(name)}
    except ConfigurationError as error:
        print(error, error.__cause__, error.__suppress_context__)
"""

    assert 'the async clients need httpx: pip install "juspay-webhooks[async]" None True\n' * 2 == run(program) + "\n"


def test_the_rest_works() -> None:
    """The other clients are there without it."""
    program = """
from juspay_webhooks import OrderStatusClient, PayoutStatusClient
with OrderStatusClient("key", merchant_id="shop", base_url="https://api.juspay.in") as client:
    print(client)
"""

    assert "OrderStatusClient('https://api.juspay.in', merchant_id='shop')" == run(program)

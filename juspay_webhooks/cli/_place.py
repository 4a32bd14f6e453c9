"""Own the options that say where Juspay is asked, and as whom; the API key comes from the environment alone.

Everybody on a machine can read the arguments of its processes.
"""

import argparse
from typing import Any, Final

from juspay_webhooks.order_status.environments import BaseUrl

__all__ = ["ENVIRONMENTS", "SETTINGS", "add_place"]

_LONGEST: Final = max(map(len, BaseUrl.__members__))


def _typed(name: str) -> str:
    """Write the name of an environment as it is typed."""
    return name.lower().replace("_", "-")


SETTINGS: Final = """\
settings, from the environment:
  JUSPAY_API_KEY         the API key; there is no option for it, for arguments can be read by everybody
  JUSPAY_MERCHANT_ID     your merchant id, unless --merchant-id is given
  JUSPAY_BASE_URL        where to ask, unless --base-url or --environment is given
"""
"""Part of a command's help: its settings, one a line; more may follow."""

ENVIRONMENTS: Final = f"""\
environments:
{chr(10).join(f"  {_typed(name):{_LONGEST}}  {url.value}" for name, url in BaseUrl.__members__.items())}
"""
"""Part of a command's help: the environments and their URLs."""


def _environment(text: str) -> str:
    """Find an environment by its name."""
    found = BaseUrl.__members__.get(text.upper().replace("-", "_"))
    if found is not None:
        return found.value
    message = f"no such environment; there are: {', '.join(map(_typed, BaseUrl.__members__))}"
    raise argparse.ArgumentTypeError(message)


def _given(text: str) -> str:
    """Refuse an option without a value, in place of which a variable or the order's id would be used unseen."""
    if text.strip():
        return text
    message = "it is empty: give a value, or leave the option out"
    raise argparse.ArgumentTypeError(message)


class _NoKey(argparse.Action):
    """Refuses a key among the arguments, without repeating it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:  # noqa: ANN401 - as in the base
        """Say where the key belongs."""
        parser.error("--api-key: set JUSPAY_API_KEY; arguments stand in the process list and in the shell's history")


def add_place(parser: argparse.ArgumentParser) -> None:
    """Add the options to a command.

    Args:
        parser: The command's.
    """
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--base-url", type=_given, metavar="URL", help="where to ask, e.g. https://api.juspay.in")
    place.add_argument(
        "--environment", dest="base_url", type=_environment, metavar="NAME", help="the same by its name; see below"
    )
    parser.add_argument("--merchant-id", type=_given, metavar="ID", help="your merchant id, as the dashboard shows it")
    parser.add_argument(
        "--routing-id",
        type=_given,
        metavar="ID",
        help="value of x-routing-id, the customer's id; the order's if it is not given",
    )
    parser.add_argument("--api-key", nargs="?", action=_NoKey, help=argparse.SUPPRESS)

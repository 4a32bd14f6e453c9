"""Own the way into the command: without the extra `cli` it says what to install, and nothing else is loaded."""

from collections.abc import Sequence
from importlib.util import find_spec

from juspay_webhooks.cli._streams import say

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: The arguments behind the command's name; None takes those of the process.

    Returns:
        Exit status: 0 done, 1 a body is not a usable event, 2 misuse or the extra `cli` is missing, 74 standard
        input or output is closed or fails, 130 interrupted, 141 whoever read the output left early. `status` says with
        0 to 6 how the order stands; `work` and `inbox` end with 1 if the database fails.
    """
    if find_spec("rich") is None:
        say('juspay-webhooks: the command needs an extra: pip install "juspay-webhooks[cli]"\n')
        return 2
    from juspay_webhooks.cli._commands import run  # noqa: PLC0415 - it needs the extra

    return run(argv)

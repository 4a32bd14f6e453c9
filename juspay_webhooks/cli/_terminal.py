"""Own the way to the terminal: what is shown is escaped, coloured on a terminal only, and not wrapped for a pipe.

Texts out of bodies and file names reach the terminal through `safe` alone: a control character would be obeyed.
"""

import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from juspay_webhooks.cli._streams import output, say, write
from juspay_webhooks.models.fields import Json

__all__ = ["complain", "json_line", "listing", "safe", "show"]

_UNWRAPPED: Final = 10_000
"""Columns of what is no terminal: whoever reads a pipe wants whole lines."""


def safe(text: str, /) -> str:
    """Escape what a terminal would obey or hide: control characters, line breaks, marks that turn the direction.

    Args:
        text: Any text, hostile text included.

    Returns:
        The text in printable characters; what is escaped stands as Python writes it.
    """
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def json_line(value: Json, /) -> str:
    """Write a value as one line of JSON in printable ASCII.

    Args:
        value: What JSON can hold; amounts become text, instants ISO 8601.

    Returns:
        The line, without a line break.
    """
    # JSON lets DEL stand as it is; a terminal does not print it.
    return json.dumps(value, default=_json_text).replace("\x7f", "\\u007f")


def _json_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def listing(*headings: str, rows: Sequence[Sequence[str]]) -> Table:
    """Draw a list as columns; a column without a single value is left out.

    Args:
        *headings: One per column.
        rows: One text per column; texts are escaped here.

    Returns:
        What `show` takes.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    used = [index for index in range(len(headings)) if any(row[index] for row in rows)]
    for index in used:
        table.add_column(headings[index], overflow="fold")
    for row in rows:
        table.add_row(*(Text(safe(row[index])) for index in used))
    return table


def show(*parts: RenderableType) -> None:
    """Write to standard output, with colours if that is a terminal (`NO_COLOR` is respected).

    Args:
        *parts: What rich can draw. Never a `str`: rich reads markup in it.
    """
    is_terminal = output().isatty()
    # rich must not reach the stream itself, not even to write nothing: `write` alone knows what to do if that fails.
    drawn = io.StringIO()
    console = Console(
        file=drawn,
        force_terminal=is_terminal or None,
        width=None if is_terminal else _UNWRAPPED,
        highlight=False,
    )
    for part in parts:
        console.print(part)
    write("\n".join(line.rstrip() for line in drawn.getvalue().split("\n")))


def complain(*lines: str) -> None:
    """Write to standard error.

    Args:
        *lines: What is wrong, then what to do; they are escaped here.
    """
    first, *others = map(safe, lines)
    say("\n  ".join([f"juspay-webhooks: {first}", *others]) + "\n")

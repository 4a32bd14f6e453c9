"""Own the generated parts of README.md and docs/: tables of the rows, numbers and examples from where they live.

A part stands between `<!-- begin generated: NAME -->` and `<!-- end generated -->`, in a line of text or as a block.
Run `scripts/generate-docs` after a row changed, `scripts/generate-docs --check` to see what is out of date. This
module must never hold a fact of its own.
"""

import argparse
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, Final

from juspay_webhooks import catalog
from juspay_webhooks.catalog.statuses import StatusRow
from juspay_webhooks.events.dispatch import PAYMENT_CLASSES
from juspay_webhooks.events.payouts import PAYOUT_CLASSES
from juspay_webhooks.order_status.confirm import Decision
from juspay_webhooks.order_status.environments import BaseUrl
from juspay_webhooks.order_status.errors import OrderStatusError
from juspay_webhooks.receiver.answer import STATUSES, AnswerOutcome
from juspay_webhooks.testing import make_scenario
from juspay_webhooks.testing.scenarios.stories import STORIES
from scripts import reference

ROOT: Final = Path(__file__).resolve().parent.parent
"""The checkout."""

_PART: Final = re.compile(r"(<!-- begin generated: ([a-z-]+) -->)(.*?)(<!-- end generated -->)", re.DOTALL)
_MARKER: Final = re.compile(r"<!-- (?:begin|end) generated")


class UnknownPartError(Exception):
    """A document asks for a part that nobody generates, or a marker of it is missing."""


def table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Draw a Markdown table.

    Args:
        headings: One text per column.
        rows: One cell per column; None becomes an empty cell.

    Returns:
        The lines of the table, joined.
    """
    head = list(headings)
    lines = [head, ["---"] * len(head), *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    return "" if value is None else " ".join(str(value).split()).replace("|", "\\|")


def _code(word: str) -> str:
    return f"`{word}`"


def _with_note(meaning: str, note: str) -> str:
    return f"{meaning} *{note}*" if note else meaning


def _documents(names: Iterable[str]) -> str:
    return ", ".join(names)


def payment_events() -> str:
    """Draw the payment events, one row each."""
    return table(
        ("Event", "Family", "Meaning", "Sent from webhook API version", "Evidence", "Sources"),
        (
            (
                _code(row.name),
                row.family,
                _with_note(row.meaning, row.note),
                row.since or "not published",
                _words(row.evidence),
                _documents(row.documents),
            )
            for row in catalog.PAYMENT_EVENTS.values()
        ),
    )


def payment_classes() -> str:
    """Draw the payment events that have a class of their own."""
    return table(
        ("Event", "Class", "Meaning", "Sent from webhook API version"),
        (
            (_code(name), _code(PAYMENT_CLASSES[name].__name__), row.meaning, row.since or "not published")
            for name, row in catalog.PAYMENT_EVENTS.items()
            if row.is_modelled
        ),
    )


def payout_classes() -> str:
    """Draw the payout events by label, which has the class."""
    values: dict[str, list[str]] = {}
    for label, value in catalog.PAYOUT_EVENTS:
        values.setdefault(label, []).append(_code(value))
    return table(
        ("Label", "Class", "Values"),
        (
            (_code(label), _code(PAYOUT_CLASSES[label].__name__), ", ".join(of_label))
            for label, of_label in values.items()
        ),
    )


def payout_events() -> str:
    """Draw the payout events, one row each."""
    return table(
        ("Label", "Value", "Meaning", "Dashboard level", "Evidence", "Sample published", "Sources"),
        (
            (
                _code(row.label),
                _code(row.value),
                _with_note(row.meaning, row.note),
                row.level,
                _words(row.evidence),
                "yes" if row.has_sample else "no",
                _documents(row.documents),
            )
            for row in catalog.PAYOUT_EVENTS.values()
        ),
    )


def statuses(rows: Mapping[str, StatusRow[Any]]) -> str:
    """Draw one vocabulary of status words.

    Args:
        rows: Word -> row. Without any number there is no column of numbers.
    """
    numbered = any(row.id is not None for row in rows.values())
    return table(
        ("Status", *(["Number"] if numbered else []), "Outcome", "Terminal", "Meaning", "Source"),
        (
            (
                _code(row.name),
                *([row.id] if numbered else []),
                _code(row.outcome),
                "yes" if row.is_terminal else "no",
                row.meaning,
                row.source,
            )
            for row in rows.values()
        ),
    )


def outcomes(of: type[Enum], *vocabularies: Mapping[str, StatusRow[Any]]) -> str:
    """Draw what the outcomes mean, and which words come down to them.

    Args:
        of: The outcomes.
        *vocabularies: Word -> row.
    """
    rows = (row for vocabulary in vocabularies for row in vocabulary.values())
    return table(("Outcome", "What it means to you", "Words of Juspay"), reference.meanings(of, rows))


def public_names() -> str:
    """Draw the names that the package exports."""
    return table(("Name", "Kind", "What it is"), reference.public_names())


def documents() -> str:
    """Draw the sources: short name and public address."""
    return table(("Source", "Address"), ((name, f"<{address}>") for name, address in catalog.DOCUMENTS.items()))


def _words(constant: str) -> str:
    return constant.replace("_", " ")


def project() -> Mapping[str, Any]:
    """Read the `project` table of pyproject.toml, where versions and requirements live."""
    found: Mapping[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def version() -> str:
    """Tell the version of the library."""
    return str(project()["version"])


def lowest_python() -> str:
    """Tell the lowest Python, e.g. "3.11"."""
    return str(project()["requires-python"]).removeprefix(">=")


def requirements() -> str:
    """Draw what each way of installing brings."""
    extras: Mapping[str, list[str]] = project()["optional-dependencies"]
    name = project()["name"]
    ways = {name: project()["dependencies"]} | {f"{name}[{extra}]": needs for extra, needs in extras.items()}
    return table(("Install", "Brings"), ((_code(way), ", ".join(map(_code, needs))) for way, needs in ways.items()))


def speed(results: Path = ROOT / "benchmarks" / "results.json") -> str:
    """Draw the last measured speeds.

    Args:
        results: What the benchmarks wrote: `{"python": "CPython 3.11.7", "rows": [{"what", "measured", "bar"}]}`,
            `measured` and `bar` with their unit, e.g. "1.05 x json.loads".
    """
    measured = json.loads(results.read_text(encoding="utf-8"))
    rows = ((row["what"], row["measured"], row["bar"]) for row in measured["rows"])
    return table(("What", f"Measured ({measured['python']})", "Bar"), rows)


def answers() -> str:
    """Draw the answers of a receiver."""
    rows = ((f"`{outcome}`", STATUSES[outcome], reference.said(outcome)) for outcome in AnswerOutcome)
    return table(("Outcome", "HTTP status", "When"), rows)


def base_urls() -> str:
    """Draw the published addresses to ask, and how each is named in code and on the command line."""
    rows = reference.members(BaseUrl)
    return table(
        ("Name", "`--environment`", "Address", "What it is", "Sources"),
        (
            (_code(f"BaseUrl.{name}"), _code(name.lower().replace("_", "-")), _code(address), *_with_source(said))
            for name, address, said in rows
        ),
    )


def _with_source(said: str) -> tuple[str, str]:
    """Part what is said of a fact from who says it."""
    about, _, source = said.partition(" Source: ")
    return about.removesuffix("."), source.removesuffix(".")


def decisions() -> str:
    """Draw what may be decided on an order."""
    return table(
        ("Decision", "What it means to you"), ((_code(name), said) for name, _, said in reference.members(Decision))
    )


def status_errors() -> str:
    """Draw what can come in place of an order."""
    return table(
        ("Error", "What it means", "May asking again help?"),
        (
            (_code(leaf.__name__), reference.first_line(leaf.__name__), "yes" if leaf.retryable else "no")
            for leaf in OrderStatusError.__subclasses__()
        ),
    )


def source_addresses() -> str:
    """Draw the addresses that webhooks are said to come from."""
    return table(
        ("Environment", "Address", "Certainty", "Sources"),
        ((row.environment, _code(row.address), row.certainty, row.source) for row in catalog.SOURCE_ADDRESSES),
    )


def scenarios() -> str:
    """Draw the scenarios: what each means, and what must be acted on."""
    return table(
        ("Scenario", "What happens", "Effects to act on", "Sources"),
        (
            (
                _code(name),
                _with_note(story.meaning, story.note),
                ", ".join(_counted(type(effect).__name__ for effect in make_scenario(name).effects)) or "none",
                _documents(story.sources),
            )
            for name, story in STORIES.items()
        ),
    )


def _counted(words: Iterable[str]) -> Iterator[str]:
    """List words once, with their number where it is not one."""
    for word, count in Counter(words).items():
        yield _code(word) if count == 1 else f"{count} x {_code(word)}"


def example(source: Path) -> str:
    """Show the whole of an example.

    Its block is opened by "Python", not "python": what a document opens with "python" is run as a part of it, while an
    example is a program, which has tests of its own.

    Args:
        source: The example's file.
    """
    return f"```Python\n{source.read_text(encoding='utf-8')}```"


GENERATORS: Final[Mapping[str, Callable[[], str]]] = {
    "answers": answers,
    "base-urls": base_urls,
    "class-fields": partial(reference.fields, "class"),
    "decisions": decisions,
    "documents": documents,
    "effect-fields": partial(reference.fields, "effect"),
    "event-fields": partial(reference.fields, "event"),
    "fulfillment-statuses": partial(statuses, catalog.FULFILLMENT_STATUSES),
    "lowest-python": lowest_python,
    "mandate-outcomes": partial(outcomes, catalog.MandateOutcome, catalog.MANDATE_STATUSES),
    "mandate-statuses": partial(statuses, catalog.MANDATE_STATUSES),
    "model-fields": partial(reference.fields, "model"),
    "notification-outcomes": partial(outcomes, catalog.NotificationOutcome, catalog.NOTIFICATION_STATUSES),
    "notification-statuses": partial(statuses, catalog.NOTIFICATION_STATUSES),
    "order-statuses": partial(statuses, catalog.ORDER_STATUSES),
    "outcomes": partial(outcomes, catalog.Outcome, catalog.ORDER_STATUSES),
    "payment-classes": payment_classes,
    "payment-events": payment_events,
    "payout-classes": payout_classes,
    "payout-events": payout_events,
    "payout-order-statuses": partial(statuses, catalog.PAYOUT_ORDER_STATUSES),
    "payout-outcomes": partial(
        outcomes,
        catalog.PayoutOutcome,
        catalog.PAYOUT_ORDER_STATUSES,
        catalog.FULFILLMENT_STATUSES,
        catalog.PAYOUT_TRANSACTION_STATUSES,
        catalog.VALIDATION_STATUSES,
    ),
    "payout-transaction-statuses": partial(statuses, catalog.PAYOUT_TRANSACTION_STATUSES),
    "public-names": public_names,
    "refund-outcomes": partial(outcomes, catalog.RefundOutcome, catalog.REFUND_STATUSES),
    "refund-statuses": partial(statuses, catalog.REFUND_STATUSES),
    "requirements": requirements,
    "scenarios": scenarios,
    "source-addresses": source_addresses,
    "speed": speed,
    "status-errors": status_errors,
    "validation-statuses": partial(statuses, catalog.VALIDATION_STATUSES),
    "version": version,
}
"""Name of a part -> what writes it."""


EXAMPLES: Final[Mapping[str, Callable[[], str]]] = {
    f"example-{path.stem.replace('_', '-')}": partial(example, path)
    for path in sorted((ROOT / "examples").glob("*.py"))
}
"""Name of a part that shows an example, e.g. `example-flask-app` -> what writes it."""


def _fresh(part: re.Match[str]) -> str:
    begin, name, old, end = part.groups()
    write = GENERATORS.get(name) or EXAMPLES.get(name)
    if write is None:
        message = f"nobody generates {name!r}; there are: {', '.join((*GENERATORS, *EXAMPLES))}"
        raise UnknownPartError(message)
    line_break = "\n" if old.startswith("\n") else ""
    return f"{begin}{line_break}{write()}{line_break}{end}"


def regenerate(text: str) -> str:
    """Write every generated part of a document anew.

    Args:
        text: The document.

    Returns:
        The same document with its parts as they should be.

    Raises:
        UnknownPartError: A part has a name that nobody generates, or a marker stands alone.
    """
    fresh, parts = _PART.subn(_fresh, text)
    if len(_MARKER.findall(text)) != 2 * parts:
        message = "a begin or end marker of a generated part is misspelt or stands alone"
        raise UnknownPartError(message)
    return fresh


def documentation() -> list[Path]:
    """List README.md and every document under docs/."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def main(arguments: list[str]) -> int:
    """Write the documents that are out of date, or only name them.

    Args:
        arguments: `--check`, or nothing.

    Returns:
        Exit code: 1 if `--check` found one out of date.
    """
    parser = argparse.ArgumentParser(description="Write the generated parts of README.md and docs/ from their rows.")
    parser.add_argument("--check", action="store_true", help="only name what is out of date; exit code 1 if any")
    only_check = parser.parse_args(arguments).check
    stale = 0
    for path in documentation():
        text = path.read_text(encoding="utf-8")
        fresh = regenerate(text)
        if fresh != text:
            stale += 1
            print(f"{path.relative_to(ROOT)} {'is out of date' if only_check else 'written'}")
            if not only_check:
                path.write_text(fresh, encoding="utf-8")
    return int(only_check and stale > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

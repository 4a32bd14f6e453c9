"""Demand that each example has its how-to page, and that what the page shows is what happens."""

import re
import shlex
from argparse import ArgumentParser, Namespace
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from juspay_webhooks.testing import make_webhook
from scripts.generate_docs import EXAMPLES, ROOT, UnknownPartError, documentation, regenerate
from tests.examples.serving import AUTH, Running, Server, asgi, wsgiref
from tests.test_docs import blocks, blocks_of

HOWTO: Final = ROOT / "docs" / "howto"
PAGES: Final = [pytest.param(path, id=path.stem) for path in sorted(HOWTO.glob("*.md"))]
PART: Final = re.compile(r"<!-- begin generated: (example-[a-z-]+) -->\n(.*?)<!-- end generated -->", re.DOTALL)
LINK: Final = re.compile(r"\]\(([\w./-]+)(?:#([\w-]+))?\)")
CURL: Final = re.compile(r"^\$ curl ((?:.*\\\n)*.*)\n(.*)$", re.MULTILINE)
"""A command of curl, and the line under it: what it prints."""


def shown_in(path: Path) -> list[str]:
    """List the examples that a page shows: names of their files, without the ending."""
    return [
        name.removeprefix("example-").replace("-", "_") for name, _ in PART.findall(path.read_text(encoding="utf-8"))
    ]


def anchors(path: Path) -> set[str]:
    """List what a link may name in a document."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def calls(path: Path) -> Iterator[tuple[Namespace, str]]:
    """List what a page does on this machine with curl, and what it says that curl prints."""
    parser = ArgumentParser()
    parser.add_argument("-u", dest="user")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("--data-binary", dest="body")
    parser.add_argument("path", type=lambda url: url.partition("127.0.0.1:")[2].lstrip("0123456789"))
    for block in blocks_of(path, "console"):
        for command, printed in CURL.findall(block.text):
            asked = parser.parse_args(shlex.split(command.replace("\\\n", " ")))
            if asked.path:
                yield asked, printed


def answer_to(running: Running, asked: Namespace) -> str:
    """Do what curl is asked to do, and give what it prints."""
    headers = dict(header.split(": ") for header in asked.headers)
    if asked.user:
        headers["Authorization"] = f"Basic {b64encode(asked.user.encode()).decode()}"
    body = b"" if asked.body is None else (ROOT / asked.body.removeprefix("@")).read_bytes()
    return running.send(body, headers=headers, method="POST" if body else "GET", path=asked.path).body.decode()


def test_every_example_has_one_page() -> None:
    """Each program with a receiver is shown on exactly one page."""
    programs = [
        path.stem for path in (ROOT / "examples").glob("*.py") if "Receiver(" in path.read_text(encoding="utf-8")
    ]

    assert sorted(programs) == sorted(name for path in HOWTO.glob("*.md") for name in shown_in(path))


def test_the_page_is_the_tested_file() -> None:
    """The part that shows an example is its file, byte for byte; one that does not exist is refused."""
    begin, end = "<!-- begin generated: example-flask-app -->\n", "\n<!-- end generated -->"
    source = (ROOT / "examples" / "flask_app.py").read_text(encoding="utf-8")

    assert f"{begin}```Python\n{source}```{end}" == regenerate(f"{begin}old{end}")
    assert "example-flask-app" in EXAMPLES
    with pytest.raises(UnknownPartError, match="example-flask-app"):
        regenerate(f"{begin.replace('flask', 'flusk')}{end}")


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in documentation()])
def test_only_examples_are_not_run_where_they_stand(path: Path) -> None:
    """A block opened by "Python" is not run as a part of its document: it may be an example and nothing else."""
    text = path.read_text(encoding="utf-8")
    python = [block for block in blocks(text) if block.language.lower().startswith("py") and block.language != "python"]

    assert ["Python"] * len(PART.findall(text)) == [block.language for block in python]


@pytest.mark.parametrize("path", PAGES)
def test_links_lead_somewhere(path: Path) -> None:
    """Every link of a page names a document, and a heading in it; the index names every page."""
    links = LINK.findall(path.read_text(encoding="utf-8"))
    index = [link for link, _ in LINK.findall((ROOT / "docs" / "index.md").read_text(encoding="utf-8"))]

    assert [] == [link for link, _ in links if not (HOWTO / link).is_file()]
    assert [] == [(link, anchor) for link, anchor in links if anchor and anchor not in anchors(HOWTO / link)]
    assert f"howto/{path.name}" in index


def test_curl_prints_what_the_page_says(running: Running) -> None:
    """The commands of a page, one after the other, against the example that it shows; Lambda has none here."""
    name = running.module.__name__.removeprefix("examples.")
    (page,) = (path for path in HOWTO.glob("*.md") if name in shown_in(path))
    found = [*calls(page)]

    assert bool(found) == (name != "aws_lambda")
    for asked, printed in found:
        assert printed == answer_to(running, asked)


@pytest.mark.parametrize(("page", "name", "serve"), [("asgi", "app", asgi), ("wsgi", "application", wsgiref)])
def test_an_app_stands_beside_a_framework(page: str, name: str, serve: Server) -> None:
    """What the page mounts takes the webhooks of its path, refuses strangers there, and leaves other paths alone."""
    module = ModuleType(page)
    (block,) = blocks_of(HOWTO / f"{page}.md", "python")
    exec(block.text, vars(module))  # noqa: S102 - our own documents
    webhook = make_webhook("ORDER_SUCCEEDED", auth=AUTH)
    with serve(getattr(module, name)) as port:
        running = Running(module=module, port=port, failed=[])
        known = running.send(webhook.body, headers=webhook.headers)
        stranger = running.send(webhook.body)
        other = running.send(webhook.body, headers=webhook.headers, path="/other")

    assert [200, 401] == [known.status, stranger.status]
    assert b"outcome" not in other.body

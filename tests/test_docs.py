"""Demand that README.md and docs/ tell the truth: code runs, commands exit as shown, generated parts are fresh."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from scripts.generate_docs import (
    GENERATORS,
    ROOT,
    UnknownPartError,
    documentation,
    main,
    regenerate,
    speed,
    table,
)

DOCUMENTS: Final = [pytest.param(path, id=str(path.relative_to(ROOT))) for path in documentation()]
FENCE: Final = re.compile(r"( *)(`{3,}|~{3,})(.*)")
COMMAND: Final = re.compile(r"^\$ (juspay-webhooks\b.*?)(?:\s+# exit (\d+))?$", re.MULTILINE)
"""A command in a console block; `# exit 1` stands behind it or begins the next line."""


@attrs.frozen(kw_only=True)
class Block:
    """One fenced block of a document."""

    language: str
    """Everything after the opening fence."""

    line: int
    """Line number of the opening fence, from 1."""

    text: str
    """What is between the fences, without the indent of the fence."""


def blocks(text: str) -> Iterator[Block]:
    """List the fenced blocks of a Markdown document."""
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        opening = FENCE.fullmatch(line)
        if opening:
            indent, fence, language = opening.groups()
            inside: list[str] = []
            for _, inner in lines:
                if inner.strip().startswith(fence) and not inner.strip(" " + fence[0]):
                    break
                inside.append(inner.removeprefix(indent))
            yield Block(language=language.strip(), line=number, text="\n".join(inside) + "\n")


def blocks_of(path: Path, language: str) -> list[Block]:
    """List a document's blocks in one language."""
    return [block for block in blocks(path.read_text(encoding="utf-8")) if block.language == language]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a temporary directory that holds the examples, as a clone does."""
    if (ROOT / "examples").exists():
        shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize("path", DOCUMENTS)
def test_python_blocks_run_in_order(path: Path) -> None:
    """The Python blocks of a document run one after the other, each seeing the names of those before it."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks_of(path, "python"):
        # Line numbers of a traceback are those of the document.
        exec(compile("\n" * block.line + block.text, str(path), "exec"), namespace)  # noqa: S102 - our own documents


@pytest.mark.parametrize("path", DOCUMENTS)
def test_no_python_block_escapes(path: Path) -> None:
    """A block of Python is opened by exactly "python", so that it runs; none is excused."""
    languages = {block.language for block in blocks(path.read_text(encoding="utf-8"))}

    assert [] == [language for language in sorted(languages) if language.startswith("py") and language != "python"]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_commands_exit_as_shown(path: Path, clone: Path) -> None:
    """Each `$ juspay-webhooks ...` of a console block exits 0, or as the comment behind it says."""
    scripts = Path(sys.executable).parent
    for block in blocks_of(path, "console"):
        for command, expected in COMMAND.findall(block.text):
            done = subprocess.run(
                ["bash", "-c", f'PATH="{scripts}:$PATH"; {command}'],
                cwd=clone,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=60,
            )

            assert int(expected or 0) == done.returncode, f"{path.name}:{block.line}: {command}\n{done.stderr.decode()}"


@pytest.mark.parametrize("path", DOCUMENTS)
def test_generated_parts_are_fresh(path: Path) -> None:
    """What stands between the markers is what the rows say; if not, run scripts/generate-docs."""
    text = path.read_text(encoding="utf-8")

    assert regenerate(text) == text


def test_all_documents_are_checked_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """`generate-docs --check` finds nothing out of date and says nothing."""
    code = main(["--check"])

    assert (0, "") == (code, capsys.readouterr().out)


@pytest.mark.parametrize("name", sorted(GENERATORS.keys() - {"speed"}))
def test_parts_have_content(name: str) -> None:
    """Every part can be generated; a table has at least one row under its two lines of head."""
    lines = GENERATORS[name]().splitlines()

    assert len(lines) not in {0, 2}
    assert len({line.replace("\\|", "").count("|") for line in lines}) == 1


def test_speed_reads_what_the_benchmarks_wrote(tmp_path: Path) -> None:
    """Measured speeds come from the results of the benchmarks."""
    results = tmp_path / "results.json"
    results.write_text('{"python": "CPython 3.11", "rows": [{"what": "parse", "measured": "0.9 x", "bar": "1.2 x"}]}')

    assert "| What | Measured (CPython 3.11) | Bar |\n| --- | --- | --- |\n| parse | 0.9 x | 1.2 x |" == speed(results)


def test_a_part_is_a_block_or_stands_in_a_line() -> None:
    """Text around the markers stays; a part that began on a line of its own stays there."""
    version = GENERATORS["version"]()
    begin, end = "<!-- begin generated: version -->", "<!-- end generated -->"

    assert f"now {begin}{version}{end}!\n{begin}\n{version}\n{end}\n" == regenerate(
        f"now {begin}old{end}!\n{begin}\nold\n{end}\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<!-- begin generated: no-such-part -->\n<!-- end generated -->",
        "<!-- begin generated: version -->",
        "<!-- end generated -->",
        "<!-- begin generated: Version -->\n<!-- end generated -->",
    ],
)
def test_a_wrong_marker_is_refused(text: str) -> None:
    """An unknown name, a lone marker and a misspelt one are errors, or a table would silently stay old."""
    with pytest.raises(UnknownPartError):
        regenerate(text)


def test_cells_cannot_break_a_table() -> None:
    """Bars are escaped, line breaks become blanks, None is an empty cell."""
    assert "| a | b |\n| --- | --- |\n| x\\|y z |  |" == table(("a", "b"), [("x|y\nz", None)])

"""Demand that the package keeps its floors, its sizes and its promises about what importing it costs."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
from graphlib import TopologicalSorter
from importlib.util import find_spec, resolve_name
from pathlib import Path
from typing import Final

import attrs
import pytest

ROOT: Final = Path(__file__).parent.parent
NAME: Final = "juspay_webhooks"

FLOORS: Final = (
    ("errors", "catalog"),
    ("models",),
    ("events",),
    ("parsing",),
    ("auth", "encryption", "order_status", "inbox"),
    ("receiver",),
    ("crew", "worker", "reconcile", "web", "testing"),
    ("cli",),
)
"""A part imports from a floor below, or from an earlier part of its own floor; the root sees them all."""

PARTS: Final = tuple(part for floor in FLOORS for part in floor)
PURE: Final = (*(part for floor in FLOORS[:4] for part in floor), "auth")
"""Parts that do no input or output and read no clock."""

IMPURE_MODULES: Final = frozenset(
    {
        "asyncio",
        "concurrent",
        "ctypes",
        "ftplib",
        "http.client",
        "http.server",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "sched",
        "select",
        "selectors",
        "shutil",
        "signal",
        "smtplib",
        "socket",
        "socketserver",
        "sqlite3",
        "ssl",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib.request",
    }
)
IMPURE_EXCEPTIONS: Final = {("auth", "os"): "BasicAuth.from_env reads the environment, once, when it is asked to"}
CLOCKS_AND_FILES: Final = frozenset({"now", "utcnow", "today", "open", "input", "print"})

THIRD_PARTY: Final[Mapping[str, tuple[str, ...]]] = {
    "attrs": ("", *PARTS),
    "cattrs": ("parsing", "testing"),
    "dateutil": ("parsing", "testing"),
    "httpx": ("order_status",),
    "hypothesis": ("testing",),
    "joserfc": ("encryption",),
    "msgspec": ("parsing", "testing"),
    "pytest": ("testing",),
    "requests": ("order_status",),
    "rich": ("cli",),
    "sqlalchemy": ("inbox", "cli"),  # the command reads which file a URL means
    "urllib3": ("order_status",),  # what requests raises while a body is read
}
"""Import name -> the parts that may know it. What is not listed, every web framework for one, is known nowhere."""

LAZY: Final = frozenset({"cattrs", "httpx", "hypothesis", "joserfc", "pytest", "requests", "rich", "sqlalchemy"})
"""What `import juspay_webhooks` must not load."""

LONGEST_MODULE: Final = 330
LONGEST_FUNCTION: Final = 50
LONG_MODULES: Final[Mapping[str, str]] = {"juspay_webhooks": "the list of public names, one a line"}
"""Module that may be longer -> why."""


@attrs.frozen(kw_only=True, slots=False)
class Module:
    """One module of the package, as source."""

    name: str
    """Dotted name, e.g. `juspay_webhooks.catalog.payments`."""

    path: Path
    """Its file."""

    tree: ast.Module
    """Its syntax tree."""

    @property
    def part(self) -> str:
        """Its place in the floors: the word after the package; "" for the root."""
        return self.name.partition(".")[2].partition(".")[0]

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """Every module that it imports anywhere, in functions and under TYPE_CHECKING too."""
        return tuple(self._imports())

    def _imports(self) -> Iterator[str]:
        package = self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]
        for node in ast.walk(self.tree):
            match node:
                case ast.Import():
                    yield from (alias.name for alias in node.names)
                case ast.ImportFrom():
                    source = resolve_name("." * node.level + (node.module or ""), package)
                    for alias in node.names:
                        submodule = f"{source}.{alias.name}"
                        yield submodule if submodule in SOURCES else source
                case ast.Call(
                    func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
                    args=[ast.Constant(value=str(target)), *_],
                ):
                    yield target
                case _:
                    pass


def sources() -> dict[str, Path]:
    """Find the files of the package where it is installed: dotted name -> file."""
    spec = find_spec(NAME)
    assert spec is not None
    assert spec.submodule_search_locations
    root = Path(spec.submodule_search_locations[0])
    files = {path.relative_to(root.parent).with_suffix(""): path for path in sorted(root.rglob("*.py"))}
    return {".".join(path.parts).removesuffix(".__init__"): file for path, file in files.items()}


SOURCES: Final = sources()
MODULES: Final = {
    name: Module(name=name, path=path, tree=ast.parse(path.read_text(encoding="utf-8"), str(path)))
    for name, path in SOURCES.items()
}
every_module: Final = pytest.mark.parametrize(
    "module", [pytest.param(module, id=name) for name, module in MODULES.items()]
)


def part_of(target: str) -> str | None:
    """Tell the part that an import reaches, None outside the package."""
    top, _, rest = target.partition(".")
    return rest.partition(".")[0] if top == NAME else None


def within(target: str, modules: frozenset[str]) -> str | None:
    """Tell which of some modules an import reaches, submodules included."""
    return next((module for module in modules if f"{target}.".startswith(f"{module}.")), None)


@every_module
def test_imports_go_downward(module: Module) -> None:
    """A module imports from its own part and from parts listed before it; only the root may import them all."""
    assert module.part in ("", "__main__", *PARTS), "give the module a floor"

    lower = PARTS[: PARTS.index(module.part)] if module.part in PARTS else PARTS
    reached = {target: part_of(target) for target in module.imports}

    assert [] == [target for target, part in reached.items() if part not in (None, module.part, *lower)]


def test_no_import_cycle() -> None:
    """The modules of the package can be put in an order in which each imports only earlier ones."""
    order = TopologicalSorter({name: set(module.imports) & MODULES.keys() for name, module in MODULES.items()})

    order.prepare()  # raises CycleError, which names the cycle


@every_module
def test_third_party_packages_stay_in_their_parts(module: Module) -> None:
    """A package of someone else is known only in the parts that need it; no web framework anywhere."""
    foreign = {target.partition(".")[0] for target in module.imports} - sys.stdlib_module_names - {NAME}

    assert [] == [name for name in sorted(foreign) if module.part not in THIRD_PARTY.get(name, ())]


@every_module
def test_pure_parts_touch_nothing(module: Module) -> None:
    """The lower floors import and call nothing that reads a clock, a file, a socket or the environment."""
    if module.part not in PURE:
        return
    impure = {found for target in module.imports if (found := within(target, IMPURE_MODULES))}
    calls = (node.func for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    names = {
        func.attr if isinstance(func, ast.Attribute) else func.id
        for func in calls
        if isinstance(func, ast.Attribute | ast.Name)
    }

    assert [] == [name for name in sorted(impure) if (module.part, name) not in IMPURE_EXCEPTIONS]
    assert frozenset() == names & CLOCKS_AND_FILES


@every_module
def test_modules_say_what_they_own(module: Module) -> None:
    """Every module opens with a docstring."""
    assert ast.get_docstring(module.tree)


@every_module
def test_fields_say_what_they_hold(module: Module) -> None:
    """Every field of an attrs class has a docstring under it: meaning, unit, known values."""
    silent: list[str] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and any("attrs." in ast.unparse(mark) for mark in node.decorator_list):
            for statement, following in zip(node.body, [*node.body[1:], None], strict=True):
                is_said = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
                if isinstance(statement, ast.AnnAssign) and not is_said:
                    name = ast.unparse(statement.target)
                    is_own = name.startswith("_") or "ClassVar" in ast.unparse(statement.annotation)
                    silent += [] if is_own else [f"{node.name}.{name}"]

    assert [] == silent


def test_modules_are_short() -> None:
    """A module past the limit is split by meaning, or stands in the table of exceptions with its reason."""
    lines = {name: len(module.path.read_text(encoding="utf-8").splitlines()) for name, module in MODULES.items()}

    assert sorted(LONG_MODULES) == [name for name, count in lines.items() if count > LONGEST_MODULE]


@every_module
def test_functions_are_short(module: Module) -> None:
    """No function is longer than the limit, docstring included."""
    functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert [] == [node.name for node in functions if (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION]


def test_import_is_light() -> None:
    """Importing the package in a fresh interpreter loads no client, no database, no test tool and no extra."""
    code = f"import sys, {NAME}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True, text=True)

    assert frozenset() == LAZY & set(done.stdout.split())


@pytest.mark.parametrize("script", ["scripts/test", "scripts/demo", "scripts/generate-docs", ".ci/run"])
def test_scripts_can_be_run(script: str) -> None:
    """What a user starts has the run bit."""
    assert (ROOT / script).stat().st_mode & 0o111 == 0o111


def test_repository_names_no_machine() -> None:
    """No tracked file holds the address of a package registry or a path of someone's machine."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("allowed: no git checkout")
    listed = subprocess.run([git, "-C", ROOT, "ls-files", "-z"], capture_output=True, check=True, text=True).stdout
    banned = re.compile(
        r"pypi\.org|python[h]osted|npmjs\.(?:org|com)|proxy\.golang\.org|deb\.debian\.org"
        r"|(?<![\w.$}~*-])/(?:home|root|Users)/\w|" + re.escape(f"{ROOT}/")
    )
    files = [ROOT / name for name in listed.split("\0") if name]

    assert [] == [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in files
        if path.is_file() and (found := banned.search(path.read_text(encoding="utf-8", errors="replace")))
    ]

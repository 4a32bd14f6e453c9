"""Demand that `scripts/servers.py --install` brings the programs that tests of examples start by themselves."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.servers import KINDS, PROGRAMS
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="allowed: scripts/ needs POSIX")


@pytest.mark.parametrize(
    ("options", "is_asked"), [(["--install"], True), ([], False), (["--install", "--only=mariadb"], False)]
)
def test_a_program_that_is_missing_is_installed_if_that_is_asked_for(
    tmp_path: Path, options: list[str], *, is_asked: bool
) -> None:
    """By apt-get, before any server is looked for; not if a single kind of server is asked for."""
    asked = tmp_path / "asked"
    for name, code in {"apt-get": f'echo "$@" >> {asked}', "sudo": 'shift; exec "$@"'}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{code}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    found = shutil.which("env")
    assert found
    (tmp_path / "env").symlink_to(found)
    nowhere = {kind.variable: "mysql+pymysql://root@127.0.0.1:1/test" for kind in KINDS.values()}
    command = [sys.executable, "-P", str(ROOT / "scripts" / "servers.py"), *options, "--", "true"]
    environment = {**os.environ, **nowhere, "PATH": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, check=False, text=True, env=environment)
    lines = asked.read_text(encoding="utf-8").splitlines() if asked.exists() else []

    assert 1 == done.returncode
    assert "nothing answers at the URL" in done.stderr
    assert sorted(PROGRAMS.values() if is_asked else []) == sorted(
        line.rpartition(" ")[2] for line in lines if " install " in line
    )

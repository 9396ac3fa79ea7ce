"""The import contracts hold, and each of them breaks when it is violated."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

LINT = Path(sys.executable).with_name("lint-imports")

VIOLATIONS = {
    "layers": ("fateaudit/policy/judging.py", "import fateaudit.fairness", "Four pillars over a waist"),
    "layers, a new room": ("fateaudit/utils.py", "", "Four pillars over a waist"),
    "waist": ("fateaudit/report/pdf.py", "import numpy", "Evidence and everything right of it"),
    "terminal": ("fateaudit/auditing.py", "import rich.console", "Only the command line knows the terminal"),
    "worker": ("fateaudit/worker/serving.py", "import fateaudit.policy", "What runs in a model's process"),
    "pickle": ("fateaudit/loading/tables.py", "import pickle", "Nothing opens a pickle"),
    "pickle, beside it": ("fateaudit/worker/opening.py", "import joblib", "Nothing opens a pickle"),
}


def lint(folder):
    result = subprocess.run(
        [LINT, "--no-logo", "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    text = re.sub(r"\x1b\[[0-9;]*m", "", result.stdout + result.stderr)
    return result.returncode, text


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(ROOT / "fateaudit", tmp_path / "fateaudit", ignore=shutil.ignore_patterns("__pycache__", "_data"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_are_kept(copy) -> None:
    code, text = lint(copy)

    assert code == 0, text
    assert "5 kept, 0 broken" in text


@pytest.mark.parametrize("name", VIOLATIONS)
def test_each_contract_breaks_when_it_is_violated(name, copy) -> None:
    file, line, contract = VIOLATIONS[name]
    path = copy / file
    path.write_text(
        (path.read_text(encoding="utf-8") if path.exists() else '"""A room."""\n') + f"\n{line}\n", encoding="utf-8"
    )
    code, text = lint(copy)

    assert code != 0
    if "new room" in name:
        assert "utils" in text
    else:
        assert re.search(rf"{re.escape(contract)}.*BROKEN", text), text


def functions(path):
    import ast  # noqa: PLC0415 - only here

    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1


def test_no_module_and_no_function_has_grown_past_its_idea() -> None:
    modules = sorted((ROOT / "fateaudit").rglob("*.py"))
    assert len(modules) > 30
    long_modules = [(path.name, lines) for path in modules if (lines := len(path.read_text().splitlines())) > 300]
    long_functions = [(path.name, name, n) for path in modules for name, n in functions(path) if n > 50]

    assert long_modules == []
    assert long_functions == []

"""`fateaudit recheck` as a person and a pipeline use it."""

import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT

GOLDEN = ROOT / "tests" / "golden" / "help-recheck.txt"
HEADER = "race,count,tp,fp,tn,fn,selection_rate\n"
RIGHT = HEADER + "A,100,40,20,30,10,.60\nB,50,12,6,24,8,.36\n"
WRONG = HEADER + "A,100,40,20,30,10,.60\nB,50,12,6,24,8,.46\n"
UNKNOWN = "race,count,selection_rate\nA,100,.60\n"


def run(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "fateaudit", "recheck", *arguments],
        cwd=folder,
        env=os.environ | {"COLUMNS": "100"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("text", "code", "last"),
    [
        (RIGHT, 0, "recheck: all 4 figures follow from the counts"),
        (WRONG, 3, "recheck: 1 of 4 figures does not follow"),
        (UNKNOWN, 4, "recheck: nothing wrong was found, but 1 of 1 figure could not be checked"),
    ],
)
def test_the_last_line_and_the_exit_code_say_the_result(tmp_path, text, code, last) -> None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    result = run(tmp_path, "t.csv")

    assert result.returncode == code, result.stderr
    assert result.stdout.splitlines()[-1] == last


def test_a_wrong_figure_is_shown_with_what_follows(tmp_path) -> None:
    (tmp_path / "t.csv").write_text(WRONG, encoding="utf-8")
    lines = run(tmp_path, "t.csv").stdout.splitlines()

    assert lines[0] == "t.csv: a fairlearn table, 4 figures."
    assert "race = B, selection_rate: does not follow: .46 is stated, and 0.36 follows" in lines


def test_json_is_json_and_nothing_else(tmp_path) -> None:
    (tmp_path / "t.csv").write_text(WRONG, encoding="utf-8")
    result = run(tmp_path, "t.csv", "--json", "--tool", "fairlearn")
    data = json.loads(result.stdout)

    assert result.stderr == ""
    assert result.returncode == data["exit_code"] == 3
    assert data["counts"] == {"follows": 3, "does_not_follow": 1, "cannot_be_checked": 0}
    assert [one["column"] for one in data["figures"] if one["verdict"] == "does_not_follow"] == ["selection_rate"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["none.csv"], 2, "does not exist"),
        (["t.csv", "--tool", "aequitos"], 2, 'Did you mean "aequitas"?'),
        (["t.csv", "--tool", "ll144"], 2, "impact ratio"),
        (["bad.csv"], 1, "row 1, column tp"),
        (["big.csv"], 1, "larger than"),
    ],
)
def test_bad_input_ends_in_one_paragraph(tmp_path, arguments, code, words) -> None:
    (tmp_path / "t.csv").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "bad.csv").write_text(RIGHT.replace("40", "-40"), encoding="utf-8")
    with (tmp_path / "big.csv").open("wb") as file:
        file.truncate(10_000_000_000)
    result = run(tmp_path, *arguments)

    assert result.returncode == code
    assert result.stderr.startswith("error: ")
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_a_name_in_the_table_cannot_act_on_the_terminal(tmp_path) -> None:
    (tmp_path / "t.csv").write_text(WRONG.replace("\nB", "\n\x1b[31mB"), encoding="utf-8")
    result = run(tmp_path, "t.csv")

    assert result.returncode == 3
    assert "\x1b" not in result.stdout


def test_the_help_is_the_golden_one(tmp_path) -> None:
    text = run(tmp_path, "--help").stdout
    if "FATEAUDIT_WRITE_GOLDEN" in os.environ:
        GOLDEN.write_text(text, encoding="utf-8")

    assert text == GOLDEN.read_text(encoding="utf-8")

"""`fateaudit policy` as a person and a pipeline use it: on the sample, on spoiled files, on hostile names."""

import json
import re
import subprocess
import sys

import pytest
from conftest import SAMPLE, a_check, a_policy_text
from test_commands import fateaudit, matches_golden

WIDTHLESS = "\u200b\u2060"
"""Characters without width: they pass as text in YAML, and a terminal would hide what stands between them."""


def sample(folder, *edits):
    """The sample's policy without its data and model, edited."""
    text = (SAMPLE / "fateaudit.yaml").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    path = folder / f"policy-{len(edits)}.yaml"
    path.write_text(text, encoding="utf-8")
    return path.name


@pytest.mark.parametrize("command", ["lint", "show"])
def test_the_sample_is_told_as_it_was_reviewed(command) -> None:
    result = fateaudit("policy", command, cwd=SAMPLE)

    assert result.returncode == 0, result.stderr
    matches_golden(result.stdout, f"policy-{command}.txt")


@pytest.mark.parametrize("command", ["", "lint", "show", "diff"])
def test_the_help_is_what_the_documentation_shows(command, tmp_path) -> None:
    result = fateaudit("policy", *command.split(), "--help", cwd=tmp_path, COLUMNS="100")

    assert result.returncode == 0
    matches_golden(result.stdout, "-".join(filter(None, ("help-policy", command))) + ".txt")


def test_neither_data_nor_model_is_needed(tmp_path) -> None:
    name = sample(tmp_path)
    result = fateaudit("policy", "lint", name, cwd=tmp_path)

    assert result.returncode == 0
    assert "BEST POSSIBLE: No opinion." in result.stdout
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_lint_fails_only_when_it_is_told_to(tmp_path) -> None:
    trusted = ("demonstration: true", f"demonstration: true\ntrust: {{ path: trust.yaml, sha256: {'a' * 64} }}")
    stopped, free = sample(tmp_path), sample(tmp_path, trusted)

    assert fateaudit("policy", "lint", stopped, cwd=tmp_path).returncode == 0
    assert fateaudit("policy", "lint", stopped, "--strict", cwd=tmp_path).returncode == 2
    assert fateaudit("policy", "lint", free, "--strict", cwd=tmp_path).returncode == 0


def test_lint_is_read_by_programs(tmp_path) -> None:
    result = fateaudit("policy", "lint", sample(tmp_path), "--json", cwd=tmp_path)
    answer = json.loads(result.stdout)

    assert answer["best"]["overall"] == "no_opinion"
    assert set(answer) == {"best", "missing", "caps", "runs", "lints"}
    assert all(set(one) == {"code", "weight", "line", "what", "do"} for one in answer["lints"])
    assert result.stderr == ""


def test_a_line_that_is_named_holds_what_is_said_of_it(tmp_path) -> None:
    name = sample(tmp_path)
    lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
    lints = json.loads(fateaudit("policy", "lint", name, "--json", cwd=tmp_path).stdout)["lints"]
    by_code = {one["code"]: lines[one["line"] - 1] for one in lints}

    assert "label_kind" in by_code["L-02"] or "decision" in by_code["L-02"]
    assert "A-01" in by_code["L-05"]
    assert "metric: false_negative_rate" in by_code["L-18"]


def test_a_run_ledger_is_told_of_and_never_written(tmp_path) -> None:
    name = sample(tmp_path)
    (tmp_path / "audits.log").write_text("not a ledger\n")
    result = fateaudit("policy", "lint", name, cwd=tmp_path)

    assert result.returncode == 0
    assert "No run can be entered" in result.stdout
    assert (tmp_path / "audits.log").read_text() == "not a ledger\n"


def test_show_uses_no_word_that_a_lay_reader_would_take_otherwise() -> None:
    """What the policy's own author wrote is theirs; our sentences are checked without it."""
    policy = (SAMPLE / "fateaudit.yaml").read_text(encoding="utf-8")
    shown = re.sub(r"\s+", " ", fateaudit("policy", "show", cwd=SAMPLE).stdout).replace("`fateaudit gate`", "")
    for written in re.findall(r'why: "(.*)"', policy):
        shown = shown.replace(written, "")
    words = "significant|confidence|likely|wrongly flagged|accurate|severity|blocker|metric|fair|unbiased|certified|"
    words += "compliant|proves|approved|offender|suspect|risk score|because of|due to|cannot tell|waived|adverse"

    assert re.findall(rf"\b({words})\b", shown, re.IGNORECASE) == []


def test_diff_says_which_way_each_change_pulls(tmp_path) -> None:
    old = sample(tmp_path)
    new = sample(
        tmp_path, ("limit: { min: 0.80 }\n    severity: blocker", "limit: { min: 0.70 }\n    severity: blocker")
    )
    result = fateaudit("policy", "diff", old, new, cwd=tmp_path)

    assert result.returncode == 0
    assert result.stdout.startswith("Makes it easier to meet (1)\n")
    assert "F-01 (selection_rate_ratio) is looser: at least 0.70, was at least 0.80." in result.stdout
    answer = json.loads(fateaudit("policy", "diff", old, new, "--json", "--exit-code", cwd=tmp_path).stdout)
    assert answer["exit_code"] == 3
    assert answer["changes"][0]["effect"] == "easier"


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        ([], 0),
        ([("Black women may", "Some women may")], 0),
        ([("max: 0.15", "max: 0.10")], 0),
        ([("threshold: 0.733", "threshold: 0.5")], 4),
        ([("max: 0.15", "max: 0.20")], 3),
        ([("threshold: 0.733", "threshold: 0.5"), ("max: 0.15", "max: 0.20")], 3),
    ],
)  # fmt: skip
def test_diff_gives_a_pipeline_a_code_only_when_asked(edits, code, tmp_path) -> None:
    (tmp_path / "old").mkdir()
    sample(tmp_path / "old")
    new = sample(tmp_path, *edits)
    arguments = ("policy", "diff", "old/policy-0.yaml", new)

    assert fateaudit(*arguments, cwd=tmp_path).returncode == 0
    assert fateaudit(*arguments, "--exit-code", cwd=tmp_path).returncode == code


def test_what_did_not_change_is_said_in_one_line(tmp_path) -> None:
    old = sample(tmp_path)
    new = sample(tmp_path, ("version: 1\n", "version: 1   # the first\n"))

    assert fateaudit("policy", "diff", old, old, cwd=tmp_path).stdout == "Nothing changed.\n"
    assert "another digest" in fateaudit("policy", "diff", old, new, cwd=tmp_path).stdout


@pytest.mark.parametrize("command", [("lint",), ("show",), ("diff", "fateaudit.yaml")])
@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        (None, "fateaudit.yaml does not exist"),
        ("version: [", "fateaudit.yaml:"),
        ("colour,released\nBlack,Yes\n", "is not a policy"),
        ({"checks": [a_check(metric="selection_rate_ration")]}, 'Did you mean "selection_rate_ratio"?'),
        ({"checks": [a_check(across=["grup"])]}, 'Did you mean "group"?'),
        ({"checks": [a_check(limit={"min": 1.5})]}, "does not suit"),
        ({"checks": [a_check(metric="true_positive_rate_ratio")], "columns": {"positive": None}}, "columns.positive"),
        ({"checks": [a_check(principle="transparency", metric="determinisim", across="overall")]}, '"determinism"?'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line_and_a_remedy(command, spoiled, said, tmp_path) -> None:
    if spoiled is not None:
        text = spoiled if isinstance(spoiled, str) else json.dumps(a_policy_text(**spoiled), indent=1)
        (tmp_path / "fateaudit.yaml").write_text(text, encoding="utf-8")
    result = fateaudit("policy", *command, "fateaudit.yaml", cwd=tmp_path)

    assert result.returncode == 2
    assert result.stdout == ""
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    if isinstance(spoiled, dict):
        assert re.search(r"fateaudit.yaml:\d+", result.stderr)


def test_names_are_shown_and_not_obeyed(tmp_path) -> None:
    hostile = f"in{WIDTHLESS}visible"
    text = a_policy_text(
        a_check(why=hostile, across=[hostile]),
        system={"name": hostile, "purpose": f"{hostile} " * 100},
        columns={"sensitive": [{"name": hostile, "label": hostile}, {"name": "group", "label": "{all}"}]},
        words={"adverse": "{0}%s", "favourable": hostile},
    )
    (tmp_path / "fateaudit.yaml").write_text(json.dumps(text), encoding="utf-8")
    (tmp_path / "other.yaml").write_text(json.dumps(a_policy_text()), encoding="utf-8")
    for command in (("lint",), ("show",), ("diff", "other.yaml")):
        result = fateaudit("policy", *command, "fateaudit.yaml", cwd=tmp_path)

        assert result.returncode == 0, result.stderr
        assert not any(character in result.stdout for character in WIDTHLESS)
        assert "in\\u200b\\u2060visible" in re.sub(r"\s", "", result.stdout)


def test_help_waits_for_no_heavy_library(tmp_path) -> None:
    heavy = "{'numpy', 'scipy', 'sklearn', 'shap', 'pandas'}"
    code = f"import sys, fateaudit.cli.policy; print(sorted({heavy} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert result.stdout == "[]\n"

"""`fateaudit checklist`: start a file, see how far it is, read a question."""

import re

import pytest
from conftest import SAMPLE
from typer.testing import CliRunner

from fateaudit.accountability import read_answers, read_checklist
from fateaudit.cli.checklist import app
from fateaudit.errors import UsageError
from fateaudit.evidence import Given

LIST = read_checklist("predeployment-oversight").checklist


def run(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_list_names_each_checklist() -> None:
    result = run("list")

    assert result.exit_code == 0
    assert "predeployment-oversight  Before a model is put to use (68 questions, 1.0.0)" in result.output
    assert "Next    " in result.output


def test_every_question_is_shown_and_one_item_in_full() -> None:
    everything = run("show", "predeployment-oversight").output
    one = run("show", "predeployment-oversight", "fa-pur-04").output

    assert all(item.id in everything for item in LIST.items)
    assert max(map(len, everything.splitlines())) <= 96
    for word in (
        "a no ends the matter",
        "Why:",
        "A good answer:",
        "A poor answer:",
        "The reviewer:",
        "Ask: legal adviser",
    ):
        assert word in one


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        (("show", "predeployment"), "there is no checklist", "predeployment-oversight"),
        (("show", "../predeployment-oversight"), "there is no checklist", ""),
        (("show", "predeployment-oversight", "FA-PUR-99"), "is no item", "Did you mean"),
        (("new", "predeployment-oversight", "--stage", "concept", "--out", "x.yaml"), "not for the stage", "prototype"),
        (("status", "nowhere.yaml"), "does not exist", ""),
    ],
)
def test_what_does_not_exist_is_named_with_what_to_type(arguments, said, hint, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError, match=said) as refused:
        run(*arguments)

    assert hint in refused.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("stage", ["prototype", "evaluation", "approved"])
def test_a_new_file_holds_every_question_and_is_read_back_as_unanswered(stage, tmp_path) -> None:
    path = tmp_path / "answers.yaml"
    result = run("new", "predeployment-oversight", "--out", path, "--stage", stage, "--system", 'A "system"')
    file = read_answers(path)
    text = path.read_text(encoding="utf-8")

    assert result.exit_code == 0
    assert f"fateaudit checklist status {path}" in result.output
    assert file.preamble.system == 'A "system"'
    assert set(file.preamble.flags.values()) == {"unknown"}
    assert {answer.value for answer in file.answers.values()} == {Given.UNANSWERED}
    assert len(file.answers) == len(LIST.items) - (stage != "approved")
    assert list(file.answers)[:5] == ["FA-PUR-03", "FA-PUR-04", "FA-ACC-01", "FA-HUM-01", "FA-SEC-05"]
    comments = " ".join(line.strip().removeprefix("# ") for line in text.splitlines() if line.strip().startswith("#"))
    assert all(item.question in comments for item in LIST.items if item.id in file.answers)
    assert max(map(len, text.splitlines())) <= 120


def test_the_status_of_a_new_file_is_that_nothing_is_known(tmp_path) -> None:
    path = tmp_path / "answers.yaml"
    run("new", "predeployment-oversight", "--out", path)
    result = run("status", path)

    assert result.exit_code == 0
    assert "67 questions asked, 1 ruled out" in result.output
    assert re.search(r"^blocker +(0 +){6}15$", result.output, re.MULTILINE)
    assert "Open blockers (15):" in result.output
    assert f"Next    answer 67 more in {path}" in result.output.replace("\n", " ")


@pytest.mark.parametrize("kind", ["file", "link"])
def test_nothing_is_overwritten(kind, tmp_path) -> None:
    path = tmp_path / "answers.yaml"
    if kind == "file":
        path.write_text("mine", encoding="utf-8")
    else:
        path.symlink_to("nowhere")

    with pytest.raises(UsageError, match="exists already"):
        run("new", "predeployment-oversight", "--out", path)

    assert path.is_symlink() or path.read_text(encoding="utf-8") == "mine"


def test_the_status_of_the_sample_lists_what_is_open_and_what_to_do_next() -> None:
    result = run("status", SAMPLE / "answers.yaml")

    assert result.exit_code == 0
    assert "61 questions asked, 7 ruled out" in result.output
    assert "FA-FAIR-02  yes, not confirmed:" in result.output
    assert "FA-PUR-04  I don't know:" in result.output
    assert "FA-PUR-01" not in result.output.partition("Open blockers")[2].partition("For the reviewer")[0]
    assert "Next    a reviewer confirms or does not confirm" in result.output
    assert "6 drawn," in result.output


def test_when_everything_is_answered_and_looked_at_the_next_thing_is_to_sign(tmp_path) -> None:
    path = tmp_path / "answers.yaml"
    run("new", "predeployment-oversight", "--out", path)
    no = '    value: no\n    statement: "x"\n    answered_by: o\n    at: 2026-11-20\n'
    text = path.read_text(encoding="utf-8").replace(
        "people: []", 'people: [{ id: o, name: "O", role: independent_reviewer, organisation: "x", relation: "x" }]'
    )
    path.write_text(re.sub(r"(?<=:\n)    value: unanswered\n(    .*\n){4}", no, text), encoding="utf-8")
    output = run("status", path).output

    assert "Next    have the answers signed" in output
    assert "nothing; no evidence is cited" in output
    assert "STOP    FA-HUM-01" in output


def test_a_stop_is_said_before_everything_else_that_is_open(tmp_path) -> None:
    path = tmp_path / "answers.yaml"
    run("new", "predeployment-oversight", "--out", path)
    no = (
        '    value: no\n    statement: "It acts by itself at night."\n'
        "    evidence: []\n    answered_by: o\n    at: 2026-11-20\n"
    )
    text = path.read_text(encoding="utf-8").replace(
        "people: []", 'people: [{ id: o, name: "O", role: operator, organisation: "x", relation: "x" }]'
    )
    text = re.sub(r"(  FA-HUM-01:\n)(    .*\n){5}", rf"\1{no}", text)
    path.write_text(text, encoding="utf-8")
    output = run("status", path).output

    assert output.index("STOP    FA-HUM-01") < output.index("Open blockers")

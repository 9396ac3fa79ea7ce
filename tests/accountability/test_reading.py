"""answers.yaml: whatever does not fit its checklist or its papers is refused, with the line and what to type."""

import os

import pytest
from conftest import SAMPLE

from fateaudit.accountability import read_answers, read_checklist
from fateaudit.errors import ExitCode, PolicyError, UsageError
from fateaudit.evidence import Given

FILE = read_checklist("predeployment-oversight")

HEAD = f"""\
schema: fateaudit/answers/1
checklist: {{ id: predeployment-oversight, version: 1.0.0, sha256: "{FILE.artifact.sha256}" }}
system: "A system"
stage: evaluation
flags: {{ {", ".join(f"{flag}: no" for flag in FILE.checklist.flags)} }}
people:
  - {{ id: owner, name: "O", role: model_owner, organisation: "x", relation: "built it" }}
  - {{ id: lawyer, name: "L", role: legal_adviser, organisation: "x", relation: "advises" }}
  - {{ id: reviewer, name: "R", role: independent_reviewer, organisation: "y", relation: "none" }}
answers:
"""

YES = """\
  FA-PUR-01:
    value: yes
    statement: "The statement of use, version 3, page 1, says what it is for."
    evidence: [evidence/use.txt]
    answered_by: owner
    at: 2026-11-20
    review: { by: reviewer, at: 2026-11-21, result: confirmed, opened: true, note: "read it" }
"""

OTHER = """\
  FA-PUR-02:
    value: unknown
    answered_by: owner
    at: 2026-11-20
"""


@pytest.fixture
def write(tmp_path):
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "use.txt").write_text("what it is for\n", encoding="utf-8")

    def written(text):
        path = tmp_path / "answers.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_answers_are_read_with_their_people_and_the_digest_of_their_papers(write) -> None:
    file = read_answers(write(HEAD + YES + OTHER))

    assert file.answers["FA-PUR-01"].value is Given.YES
    assert file.answers["FA-PUR-02"].value is Given.UNKNOWN
    assert file.person("reviewer").role.may_review
    assert [(cited.name, cited.size, len(cited.sha256)) for cited in file.manifest()] == [("evidence/use.txt", 15, 64)]


PART = YES.replace("value: yes", "value: partial")
SPOILED = {
    "an unknown item": (YES, "FA-PUR-01:", "FA-PUR-99:", '"FA-PUR-99" is no item', 11, "Did you mean"),
    "an unknown value": (YES, "value: yes", "value: perhaps", 'FA-PUR-01: "value" must be', 12, "write value:"),
    "a value that is a truth": (YES, "value: yes", "value: true", 'FA-PUR-01: "value"', 12, ""),
    "a setting nobody knows": (
        YES,
        "    at:",
        "    on: 1\n    at:",
        'FA-PUR-01: "on" is not a setting',
        16,
        "Did you mean",
    ),
    "a person not listed": (YES, "answered_by: owner", "answered_by: onwer", '"onwer" is not among', 15, '"owner"'),
    "a reviewer not listed": (YES, "by: reviewer", "by: nobody", '"nobody" is not among', 17, "add nobody to people"),
    "a review of one's own": (YES, "answered_by: owner", "answered_by: reviewer", "own answer", 17, "another person"),
    "a review by the lawyer": (YES, "by: reviewer", "by: lawyer", "legal adviser and cannot review", 17, "independent"),
    "a review before the answer": (YES, "2026-11-21", "2026-11-19", "before it was answered", 17, "that day"),
    "a day that never was": (YES, "2026-11-20", "2026-02-30", "this is not a date", 16, "2026-11-21"),
    "confirmed without paper": (
        YES,
        "    evidence: [evidence/use.txt]\n",
        "",
        "no evidence is cited",
        16,
        "cite the file",
    ),
    "a yes without statement": (YES, "    statement:", "    # ", "yes needs a statement", 11, "add statement"),
    "a yes of nobody": (YES, "    answered_by: owner\n", "", "yes is nobody's answer", 11, "answered_by"),
    "na without reason": (YES, "value: yes", "value: na", "na needs a reason", 11, "na_reason"),
    "a reason beside yes": (
        YES,
        "    at:",
        '    na_reason: "x"\n    at:',
        "na_reason stands beside yes",
        11,
        "value: na",
    ),
    "unanswered and stated": (YES, "value: yes", "value: unanswered", "something is stated", 11, "write value"),
    "a condition beside yes": (
        YES,
        "    at:",
        '    condition: { text: "x", owner: owner, due: 2027-01-01 }\n    at:',
        "stands beside yes",
        11,
        "partial",
    ),
    "a condition of nobody": (
        PART,
        "    at:",
        '    condition: { text: "x", owner: who, due: 2027-01-01 }\n    at:',
        '"who" is not among',
        16,
        "people",
    ),
    "half a stop": (PART, "FA-PUR-01", "FA-PUR-04", "stop question and cannot be answered partial", 12, "yes, no or"),
    "a stop that does not apply": (
        YES.replace("statement", "na_reason").replace("value: yes", "value: na"),
        "FA-PUR-01",
        "FA-PUR-04",
        "answered na",
        12,
        "",
    ),
    "another's declaration": (YES, "FA-PUR-01", "FA-ACC-03", "a statement of the reviewer", 15, "independent_reviewer"),
    "an answer that is ruled out": (YES, "FA-PUR-01", "FA-FAIR-11", "it is not asked", 11, "correct the flag"),
    "a question of a later stage": (YES, "FA-PUR-01", "FA-VAL-04", "it is not asked", 11, "stage"),
    "paper that is not there": (YES, "use.txt", "uses.txt", "does not exist", 14, "Did you mean"),
    "a folder for a paper": (YES, "evidence/use.txt", "evidence", "is a folder", 14, "correct the path"),
    "a way up": (YES, "evidence/use.txt", "../secret.txt", "leads out of the folder", 14, "copy the file"),
    "a way up in the middle": (
        YES,
        "evidence/use",
        "evidence/../../use",
        "leads out of the folder",
        14,
        "copy the file",
    ),
    "an absolute path": (YES, "evidence/use.txt", "/etc/hostname", "not named relative", 14, "copy the file"),
    "a drive": (YES, "evidence/use.txt", "'C:use.txt'", "not named relative", 14, "copy the file"),
    "backslashes": (YES, "evidence/use.txt", "'evidence\\use.txt'", "not named relative", 14, "with / between"),
    "another version": (HEAD, "1.0.0", "0.9.0", "another wording", 2, "fateaudit checklist new"),
    "another digest": (HEAD, FILE.artifact.sha256, "0" * 64, "another wording", 2, "fateaudit checklist new"),
    "no digest": (HEAD, f'"{FILE.artifact.sha256}"', "x", "checklist.sha256", 2, ""),
    "another list": (
        HEAD,
        "id: predeployment-oversight",
        "id: predeployment",
        "there is no checklist",
        None,
        "Did you mean",
    ),
    "a way out by the list's name": (
        HEAD,
        "id: predeployment-oversight",
        "id: ../x",
        "there is no checklist",
        None,
        "",
    ),
    "a flag nobody knows": (HEAD, "children: no", "child: no", '"child" is no flag', 5, '"children"'),
    "a flag left out": (HEAD, ", children: no", "", "the flag children is not answered", 5, "children: yes, no"),
    "a flag that is perhaps": (HEAD, "children: no", "children: perhaps", '"flags.children" must be', 5, ""),
    "a stage nobody knows": (HEAD, "stage: evaluation", "stage: trial", '"stage" must be', 4, ""),
    "a stage too early": (HEAD, "stage: evaluation", "stage: concept", "not for the stage concept", 4, "prototype"),
    "a person twice": (HEAD, "id: lawyer", "id: owner", 'the person "owner" is listed twice', 8, "one role"),
    "a role nobody knows": (HEAD, "role: legal_adviser", "role: legal", 'the 2nd of people: "role" must be', 8, ""),
    "no answers": (HEAD, "answers:\n", "answer:\n", "holds no answers", None, "fateaudit checklist new"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_what_does_not_fit_is_named_with_its_line_and_a_remedy(name, write) -> None:
    spoiled, old, new, said, line, hint = SPOILED[name]
    assert old in spoiled
    edited = spoiled.replace(old, new, 1)
    text = (edited + YES + OTHER) if spoiled is HEAD else (HEAD + edited + OTHER)

    with pytest.raises(UsageError) as refused:
        read_answers(write(text))

    assert said in refused.value.message
    assert refused.value.exit_code is ExitCode.USAGE
    assert refused.value.hint
    assert hint in refused.value.hint
    assert "schema policy" not in str(refused.value)
    if line is not None:
        assert any(f"answers.yaml:{line} " in f"{where} " for where in refused.value.where), refused.value.where


def test_a_yes_in_quotes_is_the_same_yes(write) -> None:
    file = read_answers(write(HEAD + YES.replace("value: yes", 'value: "yes"')))

    assert file.answers["FA-PUR-01"].value is Given.YES


@pytest.mark.parametrize("target", ["/etc/hostname", "../outside.txt", "use.txt", "loop.txt"])
def test_a_link_out_of_the_folder_is_not_followed(target, write, tmp_path) -> None:
    (tmp_path.parent / "outside.txt").write_text("not for you", encoding="utf-8")
    link = tmp_path / "evidence" / "loop.txt"
    link.symlink_to(f"../../{target[3:]}" if target.startswith("..") else target)
    path = write(HEAD + YES.replace("evidence/use.txt", "evidence/loop.txt"))

    if target == "use.txt":
        assert read_answers(path).manifest()[0].size == 15
        return
    with pytest.raises(PolicyError, match="link that does not stay in the folder"):
        read_answers(path)


def test_an_empty_paper_is_no_paper(write, tmp_path) -> None:
    (tmp_path / "evidence" / "use.txt").write_bytes(b"")

    with pytest.raises(PolicyError, match="is empty"):
        read_answers(write(HEAD + YES))


def test_a_pipe_is_not_read(write, tmp_path) -> None:
    os.mkfifo(tmp_path / "evidence" / "pipe")

    with pytest.raises(UsageError, match="a device or a pipe"):
        read_answers(write(HEAD + YES.replace("use.txt", "pipe")))


def test_what_was_said_has_a_digest_that_reviewing_does_not_change(write, tmp_path) -> None:
    reviewed = read_answers(write(HEAD + YES)).digest_of_what_was_said()
    review = next(line for line in YES.splitlines(keepends=True) if "review:" in line)
    unreviewed = read_answers(write(HEAD + YES.replace(review, ""))).digest_of_what_was_said()
    said_otherwise = read_answers(write(HEAD + YES.replace("page 1", "page 2"))).digest_of_what_was_said()
    (tmp_path / "evidence" / "use.txt").write_text("something else\n", encoding="utf-8")
    other_paper = read_answers(write(HEAD + YES)).digest_of_what_was_said()

    assert reviewed == unreviewed
    assert len({reviewed, said_otherwise, other_paper}) == 3


def test_the_sample_is_answered_in_full_by_invented_people_and_its_papers_are_there() -> None:
    file = read_answers(SAMPLE / "answers.yaml")
    given = {answer.value for answer in file.answers.values()}

    assert given == {Given.YES, Given.NO, Given.PARTIAL, Given.UNKNOWN, Given.NA}
    assert {person.name.partition(" ")[0] for person in file.preamble.people} == {"Demonstration"}
    assert all(len((answer.statement or answer.na_reason).split()) >= 10 for answer in file.answers.values())
    for cited in file.manifest():
        assert (SAMPLE / cited.name).stat().st_size == cited.size

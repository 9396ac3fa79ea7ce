"""The shipped checklists keep the rules of `checklists/README.md`."""

import re

import pytest
from conftest import ROOT

from fateaudit.accountability import Checklist, read_checklist, shipped_checklists
from fateaudit.documents import read_yaml, validate
from fateaudit.errors import PolicyError
from fateaudit.policy import Principle

MAIN = read_checklist("predeployment-oversight").checklist

BLOCKERS = {
    "FA-PUR-01", "FA-PUR-03", "FA-PUR-04",
    "FA-FAIR-02", "FA-FAIR-04", "FA-FAIR-05", "FA-FAIR-07", "FA-FAIR-12",
    "FA-TRAN-03", "FA-TRAN-04",
    "FA-ACC-01", "FA-ACC-03", "FA-ACC-06",
    "FA-HUM-01",
    "FA-SEC-05",
}  # fmt: skip

READ = {"S2", "S0", "BRIDGES"}
"""The sources that were read; nothing else may be named as one."""

FORBIDDEN = re.compile(
    r"\b(fair|unfair|unbiased|debiased|bias-free|safe|certified|compliant|complies|compliance|proves?|proven|guarantees?"
    r"|because of|due to|significant|approved by|offender|suspect)\b",
    re.IGNORECASE,
)

ID = re.compile(r"FA-[A-Z]+-[0-9]{2}")

OPENERS = {"is", "are", "was", "were", "has", "have", "does", "do", "did", "can", "could", "before"}

each = pytest.mark.parametrize("item", MAIN.items, ids=lambda item: item.id)


def texts(checklist):
    yield from (checklist.title, checklist.summary, *checklist.sections.values(), *checklist.steps)
    yield from checklist.flags.values()
    for item in checklist.items:
        guidance = item.guidance
        yield from (item.question, item.why, guidance.note)
        yield from (text for text in (guidance.good, guidance.poor, guidance.check) if text)


@each
def test_yes_is_the_protective_answer_and_the_item_says_so(item) -> None:
    assert item.protective == "yes"


@each
def test_a_question_asks_one_thing_that_yes_can_answer(item) -> None:
    question = item.question

    assert question.count("?") == 1
    assert question.endswith("?")
    assert len(question.split()) <= 30
    assert question.split()[0].lower() in OPENERS, "who, what, which, when and how belong into the statement"


@each
def test_an_item_gives_a_reason_and_help_in_one_line_each(item) -> None:
    assert len(item.why.split()) <= 25
    assert item.guidance.note
    assert item.answered_by
    assert item.evidence


def test_there_are_about_sixty_questions_and_at_most_fifteen_blockers_the_ones_agreed() -> None:
    blockers = {item.id for item in MAIN.items if item.severity == "blocker"}

    assert blockers == BLOCKERS
    assert len(blockers) <= 15
    assert 55 <= len(MAIN.items) <= 70


def test_the_stop_questions_are_the_prohibited_use_and_the_machine_that_acts_alone() -> None:
    assert {item.id for item in MAIN.items if item.stop} == {"FA-PUR-04", "FA-HUM-01"}
    assert [item.id for item in MAIN.items if item.declaration] == ["FA-ACC-03"]


def test_the_five_questions_that_can_save_all_others_come_first() -> None:
    first = {item.id for item in MAIN.in_order_of_asking() if item.step == 1}

    assert first == {"FA-PUR-04", "FA-PUR-03", "FA-HUM-01", "FA-ACC-01", "FA-SEC-05"}


def test_ids_are_unique_and_each_feature_has_items_of_weight() -> None:
    ids = [item.id for item in MAIN.items]

    assert len(ids) == len(set(ids))
    for principle in Principle:
        assert any(item.principle is principle and item.severity != "minor" for item in MAIN.items)


def test_every_section_step_and_flag_is_used() -> None:
    assert {item.section for item in MAIN.items} == set(MAIN.sections)
    assert {item.step for item in MAIN.items} == set(range(1, len(MAIN.steps) + 1))
    assert {flag for item in MAIN.items for flag in item.applies.flags} == set(MAIN.flags)


def test_every_right_that_the_source_names_has_a_question() -> None:
    rights = {right for item in MAIN.items for right in item.rights}

    assert {"due_process", "presumption_of_innocence", "expression", "discrimination", "privacy"} <= rights


def test_only_sources_that_were_read_are_named() -> None:
    assert set(MAIN.sources) <= READ
    assert {ref.source for item in MAIN.items for ref in item.refs} <= READ


@pytest.mark.parametrize("checklist_id", shipped_checklists())
def test_nothing_is_called_what_no_audit_can_say(checklist_id) -> None:
    checklist = read_checklist(checklist_id).checklist

    assert not [text for text in texts(checklist) if FORBIDDEN.search(text)]


def test_the_sample_does_not_say_it_either() -> None:
    sample = ROOT / "sample_models" / "toronto_release"
    files = [sample / "answers.yaml", *sorted((sample / "evidence").iterdir())]

    assert len(files) > 3
    assert not [path.name for path in files if FORBIDDEN.search(ID.sub("", path.read_text(encoding="utf-8")))]


def test_a_file_is_called_by_the_id_that_is_in_it() -> None:
    assert "predeployment-oversight" in shipped_checklists()
    for checklist_id in shipped_checklists():
        assert read_checklist(checklist_id).checklist.id == checklist_id


def test_the_readme_counts_the_questions() -> None:
    readme = (ROOT / "checklists" / "README.md").read_text(encoding="utf-8")

    assert f"| {len(MAIN.items)}, of which" in readme


TEXT = (ROOT / "checklists" / "predeployment-oversight.yaml").read_text(encoding="utf-8")

BROKEN = {
    "yes is not the good answer": ('protective: "yes"', 'protective: "no"', "must be 'yes'"),
    "a blocker without help": ("      poor: ", "      # ", "is a blocker"),
    "a stop that is no blocker": (
        "severity: blocker\n    stop: true",
        "severity: major\n    stop: true",
        "stop question",
    ),
    "an id of another section": ("id: FA-PUR-02", "id: FA-ACC-99", "stands in section PUR"),
    "an id twice": ("id: FA-PUR-02", "id: FA-PUR-05", "stands twice"),
    "a source that was not read": ("source: S0", "source: S9", 'refers to "S9"'),
    "a step that is not there": ("step: 8", "step: 9", 'refers to "9"'),
    "a flag that is not there": ("flags: [children]", "flags: [minors]", 'refers to "minors"'),
    "a fifth feature": ("principle: fairness", "principle: trust", "principle"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_list_that_breaks_its_own_rules_is_not_read(name) -> None:
    old, new, said = BROKEN[name]
    assert old in TEXT
    broken = TEXT.replace(old, new, 1)

    with pytest.raises(PolicyError, match=said) as refused:
        validate(read_yaml(broken.encode(), "list.yaml"), Checklist)

    assert refused.value.hint

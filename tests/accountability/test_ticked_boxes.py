"""Boxes that were ticked are not worth what answers are that somebody looked into."""

import pytest
from cli.attacked import replacing, write_home
from conftest import NOON

from fateaudit.accountability import read_answers, read_checklist
from fateaudit.auditing import audit
from fateaudit.errors import PolicyError
from fateaudit.policy import Principle
from fateaudit.policy.caps import Best, caps_of
from fateaudit.policy.opinion import form_opinion

ITEMS = read_checklist("predeployment-oversight").checklist.items
MILD = [item.id for item in ITEMS if item.severity != "blocker" and not item.stop and not item.declaration]
CRITICAL = [item.id for item in ITEMS if item.severity == "blocker" and not item.stop and not item.declaration]
QUESTIONS = 67


def not_applicable(*item_ids, papers=False):
    """An edit of the answers: these do not apply, as the reviewer confirmed."""

    lost = ("statement:",) if papers else ("statement:", "evidence:")

    def edit(text):
        lines, item_id = [], None
        for line in text.splitlines():
            if line.startswith("  FA-"):
                item_id = line.strip(" :")
            if item_id in item_ids and line.startswith("    value:"):
                lines += ["    value: na", '    na_reason: "There is nothing of the kind here."']
            elif item_id in item_ids and line.strip().startswith(lost):
                continue
            else:
                lines.append(line)
        return "\n".join(lines) + "\n"

    return edit


def caps_on_answers(record):
    return [cap for cap in record.opinion.policy.caps if cap.features == (Principle.ACCOUNTABILITY,)]


def accountability_with(record, caps):
    """What is made of the answers when only these caps apply, and the signatures are left aside."""
    signed = [finding for finding in record.findings if finding.check != "A-01"]
    opinion = form_opinion(record.policy, signed, record.evidence, caps=caps)
    return opinion.features[Principle.ACCOUNTABILITY].result


def test_a_critical_question_is_not_waved_away_without_a_paper(tmp_path) -> None:
    policy = write_home(tmp_path / "home", edit=not_applicable(CRITICAL[0]))

    with pytest.raises(PolicyError, match=f"{CRITICAL[0]} is confirmed, and no evidence is cited") as raised:
        read_answers(policy.parent / "answers.yaml")
    assert raised.value.where[0].startswith("answers.yaml:")
    with_papers = write_home(tmp_path / "other", edit=not_applicable(CRITICAL[0], papers=True))
    assert read_answers(with_papers.parent / "answers.yaml").answers[CRITICAL[0]].value == "na"


@pytest.mark.parametrize(("number", "is_capped"), [(QUESTIONS // 4, False), (QUESTIONS // 4 + 1, True)])
def test_more_than_a_quarter_that_does_not_apply_leaves_accountability_in_part(number, is_capped, tmp_path) -> None:
    record = audit(write_home(tmp_path / "home", edit=not_applicable(*MILD[:number])), clock=NOON)
    caps = caps_on_answers(record)

    assert len(record.answers) == QUESTIONS
    assert [cap.sentence for cap in caps] == [f"Of 67 questions, {number} were said not to apply."] * is_capped
    assert all(cap.best is Best.IN_PART for cap in caps)
    assert accountability_with(record, caps) == ("in_part" if is_capped else "met")


@pytest.mark.parametrize(("opened", "read"), [("opened: true", 6), ("opened: false", 0)])
def test_answers_drawn_and_not_read_in_full_leave_accountability_in_part(opened, read, tmp_path) -> None:
    edit = None if read else replacing("opened: true", opened, 99)
    record = audit(write_home(tmp_path / "home", edit=edit), clock=NOON)
    caps = caps_on_answers(record)

    assert len(record.questionnaire.drawn.items) == 6
    said = "Of 6 answers drawn for reading in full, the reviewer read 0."
    assert [cap.sentence for cap in caps] == ([] if read else [said])
    assert accountability_with(record, caps) == ("met" if read else "in_part")
    assert caps_of(record.policy, record.circumstances, record.evidence) == record.opinion.policy.caps


def test_one_of_six_that_was_not_read_is_enough(tmp_path) -> None:
    first = audit(write_home(tmp_path / "first"), clock=NOON).questionnaire.drawn.items[0]

    def edit(text):
        before, name, after = text.partition(f"  {first}:\n")
        return before + name + after.replace("opened: true", "opened: false", 1)

    record = audit(write_home(tmp_path / "home", edit=edit), clock=NOON)
    assert record.questionnaire.drawn.items[0] == first
    (cap,) = caps_on_answers(record)
    assert cap.sentence == "Of 6 answers drawn for reading in full, the reviewer read 5."


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("at: 2026-11-19", "at: 2026-11-22", "at"),
        ("at: 2026-11-19", "at: 2099-01-01", "at"),
        ("at: 2026-11-19", "at: 2026-11-21T12:00:01Z", "at"),
        ("at: 2026-11-19", "at: 2026-11-21T12:01Z", "at"),
        ("at: 2026-11-20", "at: 2026-11-22", "review"),
    ],
)
def test_nothing_is_answered_or_reviewed_after_the_run(old, new, place, tmp_path) -> None:
    def edit(text):
        dated = text.replace(old, new, 1)
        # A review follows its answer.
        return dated if place == "review" else dated.replace("at: 2026-11-20", new, 1)

    policy = write_home(tmp_path / "home", edit=edit)
    lines = (policy.parent / "answers.yaml").read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines, 1) if new in line)

    with pytest.raises(PolicyError, match=rf"is dated {new[4:]}, after this audit of 2026-11-21T12:00:00Z") as raised:
        audit(policy, clock=NOON)
    assert raised.value.where[0].startswith(f"answers.yaml:{first}  ")
    assert "write the day" in raised.value.hint


@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-21T12:00Z", "2026-11-21T12:00:00Z", "2026-11-21T11:59:59Z"])
def test_what_was_answered_on_the_day_of_the_run_counts(day, tmp_path) -> None:
    def edit(text):
        return text.replace("at: 2026-11-19", f"at: {day}", 1).replace("at: 2026-11-20", f"at: {day}", 1)

    assert audit(write_home(tmp_path / "home", edit=edit), clock=NOON).answers[0].answered_at == day

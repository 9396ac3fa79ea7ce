"""The section on accountability: what people told, counted again from the answers file, and what it leaves open."""

from collections import Counter, defaultdict

import pytest
from conftest import ROOT, SAMPLE
from report_reading import EVERYTHING, audited, html_of, text_of
from ruamel.yaml import YAML

from fateaudit.evidence import Answered, Given, NotAsked, Questionnaire, Respondent
from fateaudit.policy import conclude, read_profile
from fateaudit.report import pdf as drawing
from fateaudit.report.accountability import accountability
from fateaudit.report.answered import said_and_made_of_it

SHEET_RIGHT = (210 - 18) / 25.4 * 96
"""The right edge of the text on a sheet, in CSS pixels."""

HOSTILE = "</td><script>alert(1)</script>{{ 7 * 7 }}\u202e<img src=http://localhost/x>"


def yaml(path):
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def said():
    """The answers as the file has them, by item."""
    return yaml(SAMPLE / "answers.yaml")["answers"]


@pytest.fixture(scope="module")
def items():
    """The items of the list, by id."""
    return {item["id"]: item for item in yaml(ROOT / "checklists" / "predeployment-oversight.yaml")["items"]}


def is_confirmed(answer):
    return answer.get("review", {}).get("result") == "confirmed"


def is_open(answer):
    return not (answer["value"] in {"yes", True, "na"} and is_confirmed(answer))


def section_of(record):
    """The words of the section alone."""
    text = text_of(html_of(record, EVERYTHING))
    return text.partition("\nAccountability\nA")[2].partition("\nHow the model decides\n")[0]


@pytest.fixture(scope="module")
def section(sample_record):
    """The section of the sample."""
    return section_of(sample_record)


def between(text, start, end):
    return text.partition(f"{start}\n")[2].partition(f"\n{end}\n")[0]


def with_answers(record, change, **sheet):
    """The record as it would be, had the answers been changed: findings and opinion follow."""
    evidence = tuple(
        change(item)
        if isinstance(item, Answered)
        else item.model_copy(update=sheet)
        if isinstance(item, Questionnaire)
        else item
        for item in record.evidence
    )
    findings, opinion = conclude(record.policy, evidence, profile=read_profile())
    return record.model_copy(update={"evidence": evidence, "findings": findings, "opinion": opinion})


def changed(record, item, **changes):
    return with_answers(record, lambda one: one.model_copy(update=changes) if one.item == item else one)


VALUES = {"partial": "In part", "no": "No", "unknown": "Not known", "unanswered": "No answer"}


def word(answer):
    value = {True: "yes", False: "no"}.get(answer["value"], answer["value"])
    if value == "yes":
        return "Yes, confirmed" if is_confirmed(answer) else "Yes, not confirmed"
    if value == "na":
        return "Does not apply" if is_confirmed(answer) else "Does not apply, not agreed"
    return VALUES[value]


COLUMNS = (
    "Yes, confirmed",
    "Yes, not confirmed",
    *VALUES.values(),
    "Does not apply",
    "Does not apply, not agreed",
)


def test_every_section_is_counted_as_in_the_answers_file(section, said, items) -> None:
    titles = yaml(ROOT / "checklists" / "predeployment-oversight.yaml")["sections"]
    counted = defaultdict(Counter)
    for item, answer in said.items():
        counted[titles[items[item]["section"]]][word(answer)] += 1
        counted["All"][word(answer)] += 1

    assert len(counted) == 9
    for title, numbers in counted.items():
        row = " | ".join([title, str(sum(numbers.values())), *(str(numbers[column]) for column in COLUMNS)])
        assert row in section.splitlines(), row


def test_every_critical_question_stands_there_whatever_was_answered(section, said, items) -> None:
    critical = {item for item in said if items[item]["severity"] == "blocker"}
    listed = between(section, "Stop questions", "The answers as a whole") + between(
        section, "Critical questions", "Major questions"
    )

    assert len(critical) == 15
    rows = [line for line in listed.splitlines() if " FA-" in line.partition(" | ")[0]]
    assert {row.partition(" | ")[0].split()[-1] for row in rows} == critical
    for item in critical:
        assert f"{word(said[item])} {item} | {items[item]['question'].strip()}" in listed
        assert f"“{said[item].get('statement') or said[item]['na_reason']}”" in listed


def test_what_is_open_stands_there_and_what_is_not_does_not(section, said, items) -> None:
    for severity, end in (("major", "Minor questions"), ("minor", "no such line")):
        listed = between(section, f"{severity.capitalize()} questions", end)
        of_weight = {item: answer for item, answer in said.items() if items[item]["severity"] == severity}
        left = {item for item, answer in of_weight.items() if is_open(answer)}
        assert listed.startswith(
            f"Open, that is not met or not judged: {len(left)} of {len(of_weight)} {severity} questions."
        )
        rows = {line.partition(" | ")[0].split()[-1] for line in listed.splitlines() if " | " in line} - {"Answer"}
        assert rows == left


def test_stop_questions_come_before_all_others_and_say_what_a_no_does(section, items) -> None:
    stops = {item for item, one in items.items() if one.get("stop")}
    listed = between(section, "Stop questions", "The answers as a whole")

    assert len(stops) == 2
    assert listed.startswith("A no to one of these ends the matter")
    assert all(f" {item} | " in listed for item in stops)
    assert not any(f" {item} | " in between(section, "Critical questions", "Major questions") for item in stops)
    assert "This ends the matter" not in section


def test_a_no_to_a_stop_question_is_framed_before_every_count(sample_record) -> None:
    ended = changed(sample_record, "FA-PUR-04", given=Given.NO)
    text = section_of(ended)

    assert text.index("FA-PUR-04 is answered no, and that ends the matter.") < text.index("The answers, counted")
    assert '<section class="caution">\n<h2>This ends the matter' in html_of(ended)


def test_the_worst_comes_first(sample_record) -> None:
    for group in accountability(sample_record).groups:
        order = [["not-met", "unjudged", "met", "untested"].index(one.shape) for one in group.questions]
        assert order == sorted(order)


def test_answers_are_said_to_be_told_and_no_reader_meets_a_blocker(section) -> None:
    assert "Their answers are told, not observed: nothing here was measured." in section
    for word in ("blocker", "verified", "certified", "approved.", "compliant", "unbiased", "proves", "fair."):
        assert word not in section.lower()


def test_an_answer_that_counts_for_another_feature_says_so(section, said, items) -> None:
    features = Counter(items[item]["principle"] for item in said)
    told = {item: section.partition(f" {item} | ")[2].partition(" FA-")[0] for item in said}
    shown = [item for item in said if told[item]]

    named = ("fairness", "transparency", "explainability")
    assert (
        "Accountability {}, fairness {}, transparency {}, explainability {}.".format(
            *(features[name] for name in ("accountability", *named))
        )
        in section
    )
    assert {items[item]["principle"] for item in shown} == {"accountability", *named}
    for item in shown:
        counts = [name for name in named if f"Counts for {name}." in told[item]]
        assert counts == [items[item]["principle"]] * (items[item]["principle"] in named)


def test_the_answers_as_a_whole(section, said) -> None:
    text = between(section, "The answers as a whole", "Critical questions")
    by = Counter(answer["answered_by"] for answer in said.values())
    reviews = [answer["review"]["result"] for answer in said.values() if "review" in answer]

    assert f"Demonstration owner (model owner): {by['owner']}; " in text
    assert f"Demonstration officer (accountable officer): {by['officer']}; " in text
    assert (
        f"Demonstration reviewer (independent reviewer) looked at {len(reviews)} "
        f"and confirmed {reviews.count('confirmed')}." in text
    )
    assert "For the reviewer: 6 drawn, 6 opened, 6 confirmed (FA-" in text
    assert "Demonstration reviewer says of FA-ACC-03 that it is not true" in text
    assert f"One file, DATA.md, is cited for {sum('DATA.md' in a.get('evidence', ()) for a in said.values())}" in text
    assert "Yes to: children and high impact. Not known: personal data. No to: biometric, " in text
    assert "FA-VAL-04 (asked at the stage approved; this is evaluation)." in text
    assert "Required on the answers: model owner and independent reviewer." in text


def test_papers_and_review_stand_beside_an_open_answer(section, said) -> None:
    note = said["FA-VAL-07"]["review"]["note"]

    assert f"Told by the data steward. Papers: DATA.md. Demonstration reviewer confirmed it: {note}." in section


def test_what_nobody_answered_is_shown_and_so_is_what_was_promised(sample_record) -> None:
    def change(one):
        if one.item == "FA-ACC-05":
            gone = {
                "statement": "",
                "answered_by": None,
                "answered_at": None,
                "detail": "Nobody answered this question.",
            }
            return one.model_copy(update={"given": Given.UNANSWERED, **gone})
        if one.item == "FA-ACC-08":
            return one.model_copy(update={"condition": "Keep the logs (A. Owner, by 2027-01-31)"})
        return one

    text = section_of(with_answers(sample_record, change))

    assert "No answer FA-ACC-05 | Is there an incident log" in text
    assert "Nobody answered this question." in text
    assert "; nobody: 1." in text
    assert "Promised: Keep the logs (A. Owner, by 2027-01-31)." in text


def test_where_nothing_is_open_the_section_says_so(sample_record) -> None:
    text = section_of(
        with_answers(
            sample_record,
            lambda one: one.model_copy(update={"given": Given.YES, "confirmed": True, "reviewed_by": None}),
            not_asked=(),
            signals=(),
            drawn=sample_record.questionnaire.drawn.model_copy(update={"items": ()}),
        )
    )

    assert "Open, that is not met or not judged: none of 34 major questions." in text
    assert "Nobody has reviewed an answer." in text
    assert "none could be drawn for the reviewer." in text
    assert "Nothing that was looked for: " in text
    assert "Not asked" not in text


def test_a_text_of_another_form_is_kept_whole(sample_record) -> None:
    one = sample_record.answers[0]

    assert said_and_made_of_it(one.model_copy(update={"detail": "Something else."})) == ("Something else.", "")


def test_a_name_that_reads_like_the_record_takes_nothing_away(sample_record) -> None:
    trick = Respondent(id="o", name="A. Evidence: DATA.md. B did not confirm it", role="model owner")
    one = sample_record.answers[0].model_copy(
        update={
            "answered_by": trick,
            "detail": f"Yes, says {trick.name} (model owner). Evidence: evidence/statement-of-use.txt. C confirmed it.",
        }
    )

    assert said_and_made_of_it(one) == (f"Yes, says {trick.name} (model owner).", "C confirmed it.")


def test_where_nobody_was_asked_nothing_is_said_to_be_known(tmp_path) -> None:
    record = audited(tmp_path, groups={"a": (50, 100), "b": (60, 100)})
    text = section_of(record)

    assert text.endswith("So nothing is known of it. That is not a pass.")
    assert "ccountability was not audited: there is no such check." in text
    assert "The answers, counted" not in text


@pytest.fixture(scope="module")
def hostile(sample_record):
    """The sample, had every name, statement and path been written to break the page."""
    person = Respondent(id="o", name="N" * 60, role="model owner")

    def change(one):
        papers = tuple(file.model_copy(update={"name": f"evidence/{'p' * 200}.txt"}) for file in one.evidence)
        return one.model_copy(
            update={
                "statement": HOSTILE + ("x" * 2_000)[len(HOSTILE) :] if one.item == "FA-PUR-01" else "word " * 400,
                "answered_by": person,
                "evidence": papers,
                "condition": "c" * 500 if one.given is Given.NO else "",
                "detail": f"Yes, says {person.name} (model owner). {' '.join(p.name for p in papers)} {HOSTILE}",
            }
        )

    left_out = (NotAsked(item="FA-XXX-01", question="q" * 400, because="b" * 400),)
    return with_answers(sample_record, change, signals=("s" * 400,), not_asked=left_out, title="t" * 300)


def test_hostile_answers_are_printed_and_never_obeyed(hostile) -> None:
    html = html_of(hostile)

    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}[U+202E]" in html


def texts(box):
    if getattr(box, "text", ""):
        yield box
    for child in getattr(box, "children", ()):
        yield from texts(child)


def test_long_words_stay_on_the_sheet(hostile) -> None:
    weasyprint = drawing._weasyprint()  # noqa: SLF001 - only the layout knows
    pages = drawing._lay_out(weasyprint, html_of(hostile)).pages  # noqa: SLF001 - as above
    found = [box for page in pages for box in texts(page._page_box)]  # noqa: SLF001 - as above

    assert any("N" * 20 in box.text for box in found)
    assert any("x" * 60 in box.text for box in found)
    beyond = [box.text for box in found if box.position_x + box.width > SHEET_RIGHT + 0.5]
    assert beyond == []

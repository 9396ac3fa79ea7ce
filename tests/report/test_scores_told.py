"""Numbers about the model as a whole: on page 1, in the table of checks and in their own blocks."""

import pytest
from report_reading import EVERYTHING, html_of, page_1, text_of

from fateaudit.evidence import Convention, PairClaim, Reason, Score, Side, Subject, Unmeasured
from fateaudit.policy import Limit, MetricCheck, Principle, Severity, conclude
from fateaudit.report import scores
from fateaudit.report.found import Room, rooms

SUBJECT = Subject(title="Reasons match the model", among="", counted="", formal="attribution fidelity")
SENTENCE = "Of what changes, the reasons account for 71 in 100 parts"


def a_score(metric="attribution_fidelity", value=0.71, interval=(0.68, 0.74), baseline=0.02, limit="0.9"):
    return Score(
        id="E-01/overall",
        check="E-01",
        metric=metric,
        subject=SUBJECT,
        confidence=0.95,
        method="random sets of columns",
        value=value,
        interval=interval,
        baseline=baseline,
        claims=(PairClaim(side=Side.MIN, limit=limit, ends=interval[::-1], beyond=()),),
        sentence=SENTENCE,
    )


def unmeasured():
    return Unmeasured(
        id="E-01/overall",
        check="E-01",
        metric="attribution_fidelity",
        subject=SUBJECT,
        convention=Convention.ABSOLUTE,
        of=(),
        reason=Reason.MISSING_INPUT,
        detail="the model was not at hand",
    )


def with_only(record, item, severity=Severity.MAJOR, decide_on="interval"):
    """The sample's record with one check, of the model as a whole, and what was measured for it."""
    check = MetricCheck(
        id="E-01",
        principle=Principle.EXPLAINABILITY,
        metric=item.metric,
        across="overall",
        limit=Limit(min=0.9),
        severity=severity,
        why="a test",
    )
    statistics = record.policy.statistics.model_copy(update={"decide_on": decide_on})
    policy = record.policy.model_copy(update={"checks": (check,), "statistics": statistics})
    findings, opinion = conclude(policy, (item,))
    changes = {"policy": policy, "evidence": (item,), "findings": findings, "opinion": opinion}
    return record.model_copy(update=changes)


def whole(record):
    return text_of(html_of(record, rooms(record)[0]))


def test_an_exception_is_said_with_its_sentence_and_its_limit(sample_record) -> None:
    text = page_1(with_only(sample_record, a_score()))

    told = f"{SENTENCE}. That is 0.71 (could be 0.68 to 0.74); the limit is at least 0.90."
    assert f"1. Reasons match the model: not met E-01\n{told}\n" in text
    assert "Explainability | No opinion | measuring | 1 thing not asked (page 2)" in text
    assert "everyone together" not in text.partition("What we found")[2]


def test_an_exception_on_a_line_is_said_the_same(sample_record) -> None:
    record = with_only(sample_record, a_score())
    room = Room(picture=False, full=0, lines=1)

    text = page_1(record, room)
    assert "Not met: reasons match the model." in text
    assert f"The model | {SENTENCE}. That is 0.71 (could be 0.68 to 0.74); the limit is at least 0.90." in text
    unknown = page_1(with_only(sample_record, unmeasured()), room)
    assert "The model | Not measured (the model was not at hand)." in unknown


def test_a_range_on_both_sides_of_the_limit_is_not_a_pass(sample_record) -> None:
    text = page_1(with_only(sample_record, a_score(value=0.9, interval=(0.88, 0.92))))

    assert "Reasons match the model: could not be judged E-01" in text
    assert "That is 0.90 (could be 0.88 to 0.92); the limit is at least 0.90. This is not a pass." in text


def test_what_was_not_measured_says_why(sample_record) -> None:
    record = with_only(sample_record, unmeasured())

    assert "Not measured (the model was not at hand). This is not a pass." in page_1(record)
    text = whole(record)
    assert "E-01 | Reasons match the model: score | none | at least 0.90 | Not judged | major" in text
    assert "The model: not measured: the model was not at hand (missing input)" in text


def test_a_limit_that_is_met_is_named_without_a_split(sample_record) -> None:
    text = page_1(with_only(sample_record, a_score(value=0.95, interval=(0.94, 0.96))))

    assert "Every limit of weight that was set is met" in text
    assert "1. Reasons match the model: met E-01" in text


def test_every_check_has_its_score(sample_record) -> None:
    text = whole(with_only(sample_record, a_score()))

    assert "E-01 | Reasons match the model: score | 0.71 | at least 0.90 | Not met | major" in text
    assert "E-01 | Reasons match the model | 0.71 | 0.02 | at least 0.90 | Not met" in text


def test_a_block_holds_the_number_its_range_and_what_is_worthless(sample_record) -> None:
    text = whole(with_only(sample_record, a_score())).partition("Technical findings\n")[2]

    assert f"{SENTENCE}.\nFormal name: attribution fidelity." in text
    assert "Found | Could be | Something worthless would get\n0.71 | 0.68 to 0.74 | 0.02\n" in text
    assert "Not met when the whole range lies below 0.90. Met when it lies at 0.90 or more." in text
    assert "Random sets of columns. The range is to be read at 95 in 100." in text


def test_a_number_that_is_counted_has_no_range(sample_record) -> None:
    counted = a_score("documentation_completeness", 0.625, (0.625, 0.625), baseline=None)
    record = with_only(sample_record, counted)
    text = whole(record).partition("Technical findings\n")[2]

    assert "Found | Could be\n0.63 | counted: no range\n" in text
    assert "Not met when the number lies below 0.90, otherwise met. It is counted, so chance plays no part." in text
    first = page_1(record)
    assert "Explainability | No opinion | documents | 2 things not asked (page 2)" in first
    assert "That is 0.63; the limit is at least 0.90." in first


def test_a_figure_that_decides_alone_is_said_to(sample_record) -> None:
    text = whole(with_only(sample_record, a_score(), decide_on="point"))

    assert "Not met when the figure lies below 0.90, otherwise met. Chance was not allowed for." in text


@pytest.mark.parametrize(
    ("value", "said"), [(0.899, "0.899"), (0.9, "0.90"), (0.625, "0.63"), (-0.001, "0.00"), (-0.02, "−0.02")]
)
def test_a_value_is_told_from_its_limit(value, said) -> None:
    assert scores.value(a_score(value=value)) == said


def test_known_by_tells_papers_from_measurements(sample_record) -> None:
    text = page_1(sample_record, EVERYTHING)

    assert "Feature | Result | Known by | Why" in text
    assert "Fairness | Not met | measuring, answers |" in text
    assert "Transparency | In part | measuring, documents, answers |" in text

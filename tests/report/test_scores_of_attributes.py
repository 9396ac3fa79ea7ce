"""Numbers about the model that each attribute has one of: every attribute by its name, in every place."""

import pytest
from report_reading import html_of, page_1, text_of

from fateaudit.evidence import Reason, Score, Subject
from fateaudit.policy import Limit, MetricCheck, Principle, Severity, conclude, score_claims, score_id, unmeasured_score
from fateaudit.report.found import rooms

SUBJECT = Subject(title="No column stands in for an attribute", among="", counted="", formal="proxy risk")
SENTENCE = "The column checks alone tells one from the other in 62 of 100 pairs"
WHY_NOT = "the model does not read it"


def of_attributes(record, interval=(0.2, 0.3), severity=Severity.MAJOR):
    """The sample's record with one check, across colour and sex: colour was measured, sex could not be."""
    check = MetricCheck(
        id="E-01",
        principle=Principle.EXPLAINABILITY,
        metric="proxy_risk",
        across=("colour", "sex"),
        limit=Limit(max=0.1),
        severity=severity,
        why="a test",
    )
    colour = Score(
        id=score_id(check, ("colour",)),
        check=check.id,
        metric=check.metric,
        subject=SUBJECT,
        of=("colour",),
        confidence=0.95,
        method="each column by itself",
        value=sum(interval) / 2,
        interval=interval,
        baseline=0.02,
        claims=score_claims(check, *interval),
        sentence=SENTENCE,
    )
    items = (colour, unmeasured_score(check, SUBJECT, Reason.NOT_APPLICABLE, WHY_NOT, ("sex",)))
    policy = record.policy.model_copy(update={"checks": (check,)})
    findings, opinion = conclude(policy, items)
    changes = {"policy": policy, "evidence": items, "findings": findings, "opinion": opinion}
    return record.model_copy(update=changes)


def whole(record):
    return text_of(html_of(record, rooms(record)[0]))


def test_each_attribute_is_a_matter_of_its_own(sample_record) -> None:
    text = page_1(of_attributes(sample_record))

    assert "No column stands in for an attribute, by recorded colour: not met" in text
    assert f"{SENTENCE}. That is 0.25 (could be 0.20 to 0.30); the limit is at most 0.10." in text
    assert "No column stands in for an attribute, by sex" in text
    assert f"Not measured ({WHY_NOT})." in text


@pytest.mark.parametrize("interval", [(0.0, 0.05), (0.2, 0.3)])
def test_the_block_of_the_check_tells_every_attribute(sample_record, interval) -> None:
    text = whole(of_attributes(sample_record, interval)).partition("Technical findings\n")[2]
    said = "Met." if interval[1] < 0.1 else "Not met."

    assert "No column stands in for an attribute, by recorded colour and sex" in text
    assert f"the limit is at most 0.10. {said}" in text
    assert f"Sex | Not measured: {WHY_NOT}." in text


def test_it_is_not_said_to_be_about_the_model_as_a_whole(sample_record) -> None:
    text = whole(of_attributes(sample_record))

    assert "This is about the model and recorded colour. It counts no arrests." in text
    assert "This is about the model and sex." in text
    assert "This is about the model as a whole." not in text


def test_a_reason_is_no_way_of_counting_rows(sample_record) -> None:
    text = whole(of_attributes(sample_record))

    assert text.count("No limit asks about it.") == len(sample_record.policy.columns.sensitive)


def test_what_decisions_go_with_is_not_mended_by_hiding_reasons(sample_record) -> None:
    assert "Do not show the model's reasons to anybody" not in whole(of_attributes(sample_record))


def test_a_limit_of_less_weight_stands_in_the_table_all_the_same(sample_record) -> None:
    text = whole(of_attributes(sample_record, severity=Severity.MINOR))

    assert "No column stands in for an attribute, by recorded colour" in text

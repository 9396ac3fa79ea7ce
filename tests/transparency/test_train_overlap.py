"""Rows of training against a limit: counted, never estimated, and never met where nobody can say."""

import dataclasses

import pytest
from conftest import a_check, a_policy

from fateaudit.evaluation import Overlap
from fateaudit.evidence import Insights, Reason, Score, TrainedOn, Unmeasured
from fateaudit.policy import Verdict, judge
from fateaudit.transparency import look, measure, tell


def a_limit(most=0.0):
    return a_check(id="T-05", principle="transparency", metric="train_overlap", across="overall", limit={"max": most})


def measured(found, most=0.0):
    policy = a_policy(a_limit(most))
    seen = dataclasses.replace(look(None, None, None, None, policy), overlap=found)
    (check,) = policy.metric_checks()
    (evidence,) = measure([check], seen, policy)
    return evidence, judge(check, [evidence], policy.statistics), tell(seen, Insights())


@pytest.mark.parametrize(
    ("inside", "unnamed", "most", "verdict"),
    [
        (0, 0, 0.0, Verdict.MET),
        (1, 0, 0.0, Verdict.NOT_MET),
        (0, 1, 0.0, Verdict.CANNOT_TELL),
        (1, 5, 0.0, Verdict.NOT_MET),
        (1, 0, 0.001, Verdict.MET),
        (1, 1, 0.001, Verdict.CANNOT_TELL),
        (2, 0, 0.001, Verdict.NOT_MET),
    ],
)
def test_a_limit_is_kept_only_where_every_row_could_be_looked_up(inside, unnamed, most, verdict) -> None:
    evidence, finding, _ = measured(Overlap(1_000, inside, unnamed, 50, "ids"), most)

    assert finding.verdict is verdict
    assert isinstance(evidence, Score)
    assert evidence.interval == (inside / 1_000, (inside + unnamed) / 1_000)


def test_one_row_of_ten_million_is_not_nought() -> None:
    assert measured(Overlap(10_000_000, 1, 0, 50, "digests"))[1].verdict is Verdict.NOT_MET


def test_without_training_data_nothing_was_measured_and_nothing_passes() -> None:
    evidence, finding, told = measured(None)

    assert isinstance(evidence, Unmeasured)
    assert evidence.reason is Reason.MISSING_INPUT
    assert finding.verdict is Verdict.CANNOT_TELL
    assert told.trained_on is None


def test_what_is_told_holds_counts_alone() -> None:
    _, _, told = measured(Overlap(1_000, 3, 2, 50, "digests"))

    assert told.trained_on == TrainedOn(rows=1_000, inside=3, unnamed=2, known=50, by="digests")


def test_more_rows_found_than_there_are_is_no_finding() -> None:
    with pytest.raises(ValueError, match="more rows"):
        TrainedOn(rows=3, inside=2, unnamed=2, known=1, by="ids")

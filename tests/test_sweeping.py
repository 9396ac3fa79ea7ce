"""Another threshold: what a sweep says is what an audit with that threshold says."""

import json
import math
import re
from itertools import pairwise

import numpy as np
import pytest
from conftest import NOON, SAMPLE, a_check, without_checklist, write_audit
from hypothesis import given
from hypothesis import strategies as st

from fateaudit.auditing import audit
from fateaudit.errors import PolicyError, UnusableDataError, UsageError
from fateaudit.evaluation import DRAWN, Binning, decide
from fateaudit.fairness import measure
from fateaudit.loading import Asked, load_evaluation
from fateaudit.models import open_model
from fateaudit.policy import Decision, Verdict, read_policy
from fateaudit.sweeping import NotSearched, Search, searching, sweep
from fateaudit.sweeping.cuts import choose, find_cuts
from fateaudit.sweeping.turning import find_turns
from fateaudit.sweeping.values import Cut

SCORED = {"prediction": None, "score": "score"}


def scored(*groups):
    """Rows from (group, score, label, how many)."""
    return [{"group": group, "label": label, "score": score} for group, score, label, n in groups for _ in range(n)]


PLANTED = scored(
    ("a", 0.7, "yes", 20),
    ("a", 0.6, "yes", 20),
    ("a", 0.4, "no", 20),
    ("a", 0.2, "no", 20),
    ("b", 0.5, "yes", 20),
    ("b", 0.4, "yes", 20),
    ("b", 0.2, "no", 20),
    ("b", 0.1, "no", 20),
)
"""Above 0.5 every label of a is yes, above 0.3 every label of b: no one threshold agrees with all."""


def swept(folder, rows, *checks, steps=40, **changes):
    """A sweep over rows with a column of scores and no model."""
    columns = {**SCORED, **changes.pop("columns", {})}
    return sweep(write_audit(folder, rows, *checks, columns=columns, **changes), steps=steps)


def thresholds(found):
    return [one.cut.threshold for one in found.tested]


def copied(folder, *, rows=None):
    """The sample without its list of questions, all of its rows or the first ones; the policy's path."""
    (folder / "model.skops").write_bytes((SAMPLE / "model.skops").read_bytes())
    lines = (SAMPLE / "evaluation.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "evaluation.csv").write_text("".join(lines if rows is None else lines[: rows + 1]), encoding="utf-8")
    text = without_checklist((SAMPLE / "fateaudit.yaml").read_text(encoding="utf-8"))
    policy = folder / "fateaudit.yaml"
    policy.write_text(re.sub(r"  sha256: .*\n", "", text), encoding="utf-8")
    return policy


def with_threshold(policy, threshold, name):
    """A copy of the policy, beside it, with another threshold."""
    text, found = re.subn(r"threshold: [0-9.]+", f"threshold: {threshold!r}", policy.read_text(encoding="utf-8"))
    assert found == 1
    (policy.parent / name).write_text(text, encoding="utf-8")
    return policy.parent / name


def test_audits_of_the_sample_with_each_threshold_find_the_same(tmp_path) -> None:
    """Every figure, verdict and reason, at five thresholds: the promise that the sweep makes."""
    policy = copied(tmp_path)
    found = sweep(policy, steps=5)

    assert len(found.tested) == 5
    for place, one in enumerate(found.tested):
        record = audit(with_threshold(policy, one.cut.threshold, f"at-{place}.yaml"), clock=NOON)
        checks = [finding.check for finding in one.findings]
        assert checks == [f"F-0{number}" for number in range(1, 7)]
        assert one.findings == tuple(finding for finding in record.findings if finding.check in checks)
        held = {item.id: item for item in record.evidence}
        assert one.evidence == tuple(held[item.id] for item in one.evidence)
        assert one.counts.cells == record.counts.cells
        assert (one.agreed, one.labelled) == (record.usefulness.agreed, record.usefulness.rows)
    assert found.own.cut.threshold == 0.733
    assert [one.cut.is_own for one in found.tested].count(True) == 1
    assert found.weighty == ("F-01", "F-02", "F-03", "F-04", "F-05")
    assert found.spans == ()
    turns = [(turn.before, turn.after) for turn in found.turns if turn.check == "F-04"]
    assert turns == [(Verdict.MET, Verdict.CANNOT_TELL), (Verdict.CANNOT_TELL, Verdict.NOT_MET)]
    # The next threshold of three decimals already decides otherwise.
    assert all(turn.first - turn.last == pytest.approx(0.001) for turn in found.turns)


ROW_CHECK = """checks:
  - id: F-07
    principle: fairness
    metric: METRIC
    across: overall
    limit: { min: 0.50 }
    severity: major
    why: a test
"""


@pytest.mark.parametrize("metric", ["consistency", "auc"])
def test_what_is_made_of_rows_is_made_of_the_decisions_at_each_threshold(metric, tmp_path) -> None:
    policy = copied(tmp_path, rows=400)
    text = policy.read_text(encoding="utf-8")
    check = ROW_CHECK.replace("METRIC", metric)
    policy.write_text(text[: text.index("checks:\n")] + check + text[text.index("\ngate:") :], encoding="utf-8")
    one = sweep(policy, steps=4).tested[2]
    assert not one.cut.is_own
    assert not one.is_alike

    source = read_policy(with_threshold(policy, one.cut.threshold, "again.yaml"))
    names = [attribute.name for attribute in source.policy.columns.sensitive]
    bins = {
        attribute.name: Binning(attribute.bins, attribute.bin_names())
        for attribute in source.policy.columns.sensitive
        if attribute.bins
    }
    with open_model(source) as model:
        evaluation, _ = load_evaluation(source, model, Asked(sample=DRAWN, keeps_scores=True))
    scores = evaluation.scored(names, bins)
    counts = evaluation.counts(names, bins=bins)
    assert one.evidence == measure(source.policy.metric_checks(), counts, source.policy, scored=scores)


def test_thresholds_ascend_and_select_ever_fewer(tmp_path) -> None:
    found = swept(tmp_path, PLANTED)

    assert thresholds(found) == sorted(thresholds(found))
    assert all(one.cut.selected > next_one.cut.selected for one, next_one in pairwise(found.tested))
    assert found.tested[0].selection_rate == 1
    assert found.tested[-1].selection_rate == 0
    assert all(one.is_alike == (one.selection_rate in {0, 1}) for one in found.tested)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # At or above: the threshold is the lowest selected score, and the last one selects nobody.
        (">=", [(0.1, 160), (0.2, 140), (0.4, 100), (0.5, 60), (0.6, 40), (0.7, 20), (0.701, 0)]),
        # Above: it is the highest score that is not selected, and the first one selects everyone.
        (">", [(0.099, 160), (0.1, 140), (0.2, 100), (0.4, 60), (0.5, 40), (0.6, 20), (0.7, 0)]),
    ],
)
def test_equal_scores_move_together(at, expected, tmp_path) -> None:
    found = swept(tmp_path, PLANTED, decision={"threshold": 0.5, "at": at})

    assert [(one.cut.threshold, one.cut.selected) for one in found.tested] == expected


def test_agreement_and_gaps_are_counted(tmp_path) -> None:
    own = swept(tmp_path, PLANTED).own

    # At or above 0.5: 40 of a and 20 of b, every one of them labelled yes, and 20 labelled yes are not.
    assert own.selection_rate == 60 / 160
    assert own.agreement == 140 / 160
    (gap,) = own.gaps
    assert (gap.most, gap.most_rate, gap.least, gap.least_rate) == ("a", 0.5, "b", 0.25)


def test_the_thresholds_at_which_all_is_met_are_found_between_those_tested(tmp_path) -> None:
    """Two limits that only the middle keeps: none of the thresholds asked for lies there, and the turns lead to it."""
    rows = [
        row for step in range(40) for row in scored(("a", (5 + step) / 50, "yes", 25), ("b", (5 + step) / 50, "no", 25))
    ]
    checks = [
        a_check(id=name, metric="selection_rate", across="overall", limit=limit)
        for name, limit in (("F-01", {"min": 0.45}), ("F-02", {"max": 0.55}))
    ]
    found = swept(tmp_path, rows, *checks, steps=3, decision={"threshold": 0.8})

    (span,) = found.spans
    assert not span.is_alike
    inside = [one for one in found.tested if span.low <= one.cut.threshold <= span.high]
    assert all(0.45 < one.selection_rate < 0.55 for one in inside)
    assert all(finding.verdict is Verdict.MET for one in inside for finding in one.findings)
    outside = [one for one in found.tested if one not in inside]
    assert len(outside) == 3
    assert all(any(finding.verdict is not Verdict.MET for finding in one.findings) for one in outside)


def test_a_limit_that_only_one_decision_for_everyone_meets_is_told_apart(tmp_path) -> None:
    check = a_check(metric="selection_rate", across="overall", limit={"min": 0.999})
    found = swept(tmp_path, scored(("a", 0.4, "yes", 4000), ("b", 0.6, "yes", 4000)), check)

    (span,) = found.spans
    assert span.is_alike
    assert (span.low, span.high) == (-math.inf, 0.4)


def test_checks_of_no_weight_are_judged_and_do_not_count(tmp_path) -> None:
    found = swept(tmp_path, PLANTED, a_check(severity="minor"))

    assert found.weighty == ()
    assert found.spans == ()
    assert all(len(one.findings) == 1 for one in found.tested)


def test_a_family_of_the_whole_policy_is_judged_as_a_whole(tmp_path) -> None:
    checks = [a_check(), a_check(id="F-02", metric="adverse_rate_ratio", limit={"max": 1.25})]
    statistics = {"family": "policy"}
    path = write_audit(tmp_path, PLANTED, *checks, columns=SCORED, statistics=statistics)
    found = sweep(path)

    assert found.own.findings == audit(path, clock=NOON).findings


def test_no_scores_are_refused(tmp_path) -> None:
    rows = [{"group": "a", "label": "yes", "prediction": "yes"}, {"group": "b", "label": "no", "prediction": "no"}]
    with pytest.raises(UsageError, match="there are no scores to move a threshold over"):
        sweep(write_audit(tmp_path, rows))


def test_predictions_that_another_threshold_made_are_refused(tmp_path) -> None:
    rows = [{**row, "prediction": "yes" if row["score"] >= 0.6 else "no"} for row in PLANTED]
    with pytest.raises(UsageError, match="not what the scores and the policy's threshold give"):
        swept(tmp_path, rows, columns={"prediction": "prediction"})

    found = swept(tmp_path, rows, columns={"prediction": "prediction"}, decision={"threshold": 0.6})
    assert found.own.cut.threshold == 0.6


def test_scores_that_are_all_the_same_leave_everyone_or_nobody(tmp_path) -> None:
    found = swept(tmp_path, scored(("a", 0.5, "yes", 40), ("b", 0.5, "no", 40)))

    assert [(one.cut.threshold, one.cut.selected) for one in found.tested] == [(0.5, 80), (0.501, 0)]
    assert found.spans == () or all(span.is_alike for span in found.spans)


def test_a_score_that_is_no_number_is_refused_as_in_an_audit(tmp_path) -> None:
    rows = [*PLANTED, {"group": "a", "label": "yes", "score": "nan"}]
    with pytest.raises(UnusableDataError, match="1 of 161 values"):
        swept(tmp_path, rows)


def test_without_labels_there_is_no_agreement_and_nothing_to_search(tmp_path) -> None:
    rows = [{"group": row["group"], "score": row["score"]} for row in PLANTED]
    found = swept(tmp_path, rows, columns={"label": None})

    assert all(one.agreement is None for one in found.tested)
    assert {search.because for search in found.searches} == {
        "could not be computed: fewer than two groups have 30 rows with a label"
    }


def test_rows_without_a_label_are_in_no_agreement(tmp_path) -> None:
    found = swept(tmp_path, [*PLANTED, *scored(("a", 0.9, "", 5))])

    assert found.rows == 165
    assert found.own.labelled == 160


def test_a_group_that_is_too_small_is_in_no_gap_and_no_search(tmp_path) -> None:
    found = swept(tmp_path, [*PLANTED, *scored(("c", 0.01, "no", 29))])

    assert all({gap.most, gap.least} <= {"a", "b"} for one in found.tested for gap in one.gaps)
    assert all([group.group for group in search.groups] == ["a", "b"] for search in found.searches)
    assert found.own.findings[0].verdict is not Verdict.MET


@pytest.mark.parametrize("steps", [2, 0, -3, 201])
def test_a_number_of_thresholds_that_makes_no_sense_is_refused(steps, tmp_path) -> None:
    with pytest.raises(UsageError, match=f"--steps {steps}: so many"):
        swept(tmp_path, PLANTED, steps=steps)


def test_what_an_audit_refuses_is_refused_with_its_line(tmp_path) -> None:
    with pytest.raises(PolicyError, match="there is no metric called") as refused:
        swept(tmp_path, PLANTED, a_check(metric="selection_rat"))
    assert any("fateaudit.yaml:" in line for line in refused.value.where)

    check = a_check(params={"convention": "to_reference", "reference": {"group": "z"}})
    with pytest.raises(UsageError, match="the reference z of F-01 is not a group"):
        swept(tmp_path, PLANTED, check)


def test_a_policy_without_a_limit_on_groups_has_nothing_to_judge(tmp_path) -> None:
    check = a_check(id="T-01", principle="transparency", metric="determinism", across="overall", limit={"min": 1.0})
    with pytest.raises(UsageError, match="no limit on fairness"):
        swept(tmp_path, PLANTED, check)


# Which thresholds there are.

FINE = st.floats(0, 1, allow_nan=False)
ANY = st.floats(-1e6, 1e6, allow_nan=False)


@given(scores=st.lists(FINE | ANY, min_size=1, max_size=60), own=FINE | ANY, at=st.sampled_from([">=", ">"]))
def test_every_cut_selects_what_its_thresholds_select_and_each_is_written_shortly(scores, own, at) -> None:
    score = np.array(scores)
    cuts, decimals = find_cuts(score, Decision(threshold=own, at=at))

    assert [cut.selected for cut in cuts] == sorted({cut.selected for cut in cuts}, reverse=True)
    assert [cut.is_own for cut in cuts].count(True) == 1
    for cut in cuts:
        for threshold in {cut.threshold, cut.low, cut.high} - {math.inf, -math.inf}:
            assert decide(score, threshold, at).sum() == cut.selected
        if not cut.is_own:
            assert 0 <= decimals <= 3
            assert float(f"{cut.threshold:.{decimals}f}") == cut.threshold
    assert {0, len(scores)} <= {cut.selected for cut in cuts}


def test_two_scores_that_agree_in_three_decimals_cannot_be_told_apart() -> None:
    cuts, decimals = find_cuts(np.array([0.20012, 0.20034, 0.7]), Decision(threshold=0.5))

    assert decimals == 3
    assert [(cut.threshold, cut.selected) for cut in cuts] == [(0.2, 3), (0.5, 1), (0.701, 0)]
    # Any threshold from 0.201 to 0.7 decides like the policy's.
    assert (cuts[1].low, cuts[1].high) == (0.201, 0.7)


def test_a_policys_threshold_between_them_stands_as_it_is_written() -> None:
    cuts, _ = find_cuts(np.array([0.20012, 0.20034, 0.7]), Decision(threshold=0.2002))

    assert [(cut.threshold, cut.selected) for cut in cuts] == [(0.2, 3), (0.2002, 2), (0.7, 1), (0.701, 0)]


@pytest.mark.parametrize(("scores", "decimals"), [([0.1, 0.9], 3), ([300.25, 850.75], 0), ([-4.0, 3.0], 2)])
def test_wider_scales_have_coarser_thresholds(scores, decimals) -> None:
    assert find_cuts(np.array(scores), Decision(threshold=scores[0]))[1] == decimals


def test_of_many_cuts_those_are_tested_that_select_in_equal_steps() -> None:
    cuts, _ = find_cuts(np.arange(1000) / 1000, Decision(threshold=0.123))
    chosen = choose(cuts, 11)

    assert len(chosen) == 11
    assert [cuts[place].selected for place in chosen if not cuts[place].is_own] == pytest.approx(
        [1000 - step * 1000 / 9 for step in range(10)], abs=1
    )
    assert [cuts[place].threshold for place in chosen if cuts[place].is_own] == [0.123]


# Where verdicts turn.


@given(st.lists(st.sampled_from(list(Verdict)), min_size=2, max_size=60), st.data())
def test_a_turn_is_one_and_with_every_cut_tested_none_is_missed(verdicts, data) -> None:
    cuts = [Cut(float(place), place, place, len(verdicts) - place) for place in range(len(verdicts))]
    ends = {0, len(verdicts) - 1}
    places = sorted(ends | data.draw(st.sets(st.integers(0, len(verdicts) - 1))))

    def turns(at):
        return find_turns("F-01", at, cuts, lambda place, _: verdicts[place])

    for turn in turns(places):
        assert turn.first == turn.last + 1
        assert (verdicts[int(turn.last)], verdicts[int(turn.first)]) == (turn.before, turn.after)
        assert turn.before is not turn.after
    expected = [place for place in range(len(verdicts) - 1) if verdicts[place] is not verdicts[place + 1]]
    assert [turn.last for turn in turns(range(len(verdicts)))] == expected


# Thresholds for each group.


def test_the_planted_thresholds_of_each_group_are_found(tmp_path) -> None:
    """Halfway between the scores that part the labels: 0.4 and 0.6 in a, 0.2 and 0.4 in b."""
    searches = swept(tmp_path, PLANTED).searches

    assert [search.constraint for search in searches] == ["demographic_parity", "equalized_odds"]
    for search in searches:
        assert isinstance(search, Search)
        assert [(one.group, one.rows) for one in search.groups] == [("a", 80), ("b", 80)]
        (a,), (b,) = (one.thresholds for one in search.groups)
        assert a == pytest.approx((0.5, 1.0))
        assert b == pytest.approx((0.3, 1.0))
        assert not any(one.is_randomised for one in search.groups)
        assert all(one.selection_rate == pytest.approx(0.5) for one in search.groups)
        assert search.agreement == pytest.approx(1.0)
        # Whatever the one threshold, 20 rows of one group or the other are decided otherwise than labelled.
        assert search.best_agreement == 140 / 160
        assert search.own_agreement == 140 / 160


def test_where_only_a_lot_makes_rates_equal_it_is_told(tmp_path) -> None:
    """The score of b says nothing: to err in a as often as in b, some of a must be decided by lot."""
    rows = scored(
        ("a", 0.8, "yes", 40),
        ("a", 0.2, "no", 40),
        *((("b", score, label, 20)) for score in (0.3, 0.7) for label in ("yes", "no")),
    )
    odds = swept(tmp_path, rows).searches[1]

    assert odds.constraint == "equalized_odds"
    assert any(group.is_randomised for group in odds.groups)
    for group in odds.groups:
        by_lot = 0 if group.by_lot is None else group.by_lot[0]
        assert sum(share for _, share in group.thresholds) + by_lot == pytest.approx(1)
    # Rates are equal, so each is decided favourably as often in both: the groups have the same share of each label.
    assert odds.groups[0].selection_rate == pytest.approx(odds.groups[1].selection_rate, abs=1e-6)
    assert odds.agreement < odds.best_agreement


def test_a_group_with_labels_on_one_side_is_a_sentence(tmp_path) -> None:
    found = swept(tmp_path, scored(("a", 0.7, "yes", 40), ("a", 0.2, "no", 40), ("b", 0.4, "yes", 40)))

    assert {search.because for search in found.searches} == {
        "could not be computed: every label of the group b is on the same side"
    }


def test_a_failure_of_the_library_is_a_sentence_without_its_words(tmp_path, monkeypatch) -> None:
    def fail(*_):
        raise ValueError("row 17 holds a secret")

    monkeypatch.setattr(searching, "_optimise", fail)
    found = swept(tmp_path, PLANTED)

    assert all(isinstance(search, NotSearched) for search in found.searches)
    assert {search.because for search in found.searches} == {"could not be computed: fairlearn failed (ValueError)"}


def test_more_rows_than_are_searched_are_drawn_by_the_seed(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(searching, "MAX_ROWS", 120)
    one, again = (swept(tmp_path, PLANTED).searches for _ in range(2))

    assert one == again
    assert {(search.rows, search.is_drawn) for search in one} == {(120, True)}


def test_a_sweep_is_the_same_twice(tmp_path) -> None:
    path = write_audit(tmp_path, PLANTED, columns=SCORED)

    assert sweep(path) == sweep(path)
    assert json.loads(path.read_text(encoding="utf-8"))["version"] == 1
    assert {file.name for file in tmp_path.iterdir()} == {"fateaudit.yaml", "rows.csv"}

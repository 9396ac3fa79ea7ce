"""Statistics of scores: scikit-learn's own, worked values, and what is refused without scores or with strange ones."""

import numpy as np
import pytest
from estimated import estimated, random_scores, scored_rows, seen
from sklearn import metrics as sklearn

from fateaudit.evidence import Reason
from fateaudit.fairness.statistics_of_scores import STATISTICS, auc, standardised_calibration_error

FAR = {"limit": {"min": -0.9, "max": 0.9}}
"""A limit that suits what may lie on either side of 0."""


@pytest.mark.parametrize(("name", "theirs"), [("auc", "roc_auc_score"), ("brier_score", "brier_score_loss")])
@pytest.mark.parametrize("seed", range(4))
def test_each_group_is_scikit_learns_to_twelve_digits(name, theirs, seed) -> None:
    groups, score, label = random_scores(seed)
    counts, scored = scored_rows(groups, score, label)
    item = estimated(counts, name, scored)
    here = np.array(groups)

    for part in item.parts:
        mine = here == part.group[0]
        assert part.estimate == pytest.approx(getattr(sklearn, theirs)(label[mine], score[mine]), abs=1e-12)
    assert item.second_calculation.by.startswith("scikit-learn")
    values = [part.estimate for part in item.parts]
    gap = estimated(counts, f"{name}_difference", scored)
    assert gap.value == pytest.approx(max(values) - min(values), abs=1e-12)


def test_the_worked_area() -> None:
    """Statistics.md 4: 0.9, and 5 positives are too few to judge."""
    label = [1] * 5 + [0] * 8
    score = [0.9, 0.8, 0.7, 0.55, 0.4, 0.6, 0.5, 0.45, 0.35, 0.3, 0.25, 0.2, 0.1]
    found = auc(np.array(score), np.array(label))

    assert found.value == pytest.approx(0.9)
    assert found.standard_error == pytest.approx(0.008170**0.5, abs=1e-5)
    assert found.interval(0.05) == pytest.approx((0.471821, 0.989092), abs=5e-6)
    counts, scored = scored_rows(["a"] * 13, score, label)
    item = seen(counts, "auc", scored, across="overall")[1]
    assert item.reason is Reason.TOO_FEW_ROWS
    assert item.detail == "everyone: 13 cases, 5 of the rarer label; 1 needed, with 10 of either label"


def test_the_worked_calibration_bins() -> None:
    """Three bins of 50, 80 and 70 rows with scores 0.1, 0.4 and 0.7, and 9, 36 and 56 positives: SCE up to 0.283006."""
    rows = [(0.1, 50, 9), (0.4, 80, 36), (0.7, 70, 56)]
    score = np.concatenate([[at] * n for at, n, _ in rows])
    label = np.concatenate([[1] * up + [0] * (n - up) for _, n, up in rows])
    counts, scored = scored_rows(["a"] * 200, score, label)

    assert standardised_calibration_error(score, label).bounds(0.05, 0.05) == pytest.approx((0, 0.283006), abs=5e-6)
    item = estimated(counts, "calibration_in_the_large", scored, across="overall", **FAR)
    assert item.value == pytest.approx(0.075)
    error = estimated(counts, "standardised_calibration_error", scored, across="overall", limit={"max": 0.2})
    assert max(error.claims[0].ends) == pytest.approx(0.283006, abs=5e-6)


def test_a_mean_score_needs_no_label() -> None:
    counts, scored = scored_rows(["a", "b"] * 40, [0.2, 0.6] * 40, [-1] * 80)
    item = estimated(counts, "mean_score_difference", scored)

    assert item.value == pytest.approx(0.4)
    assert [part.unlabelled for part in item.parts] == [0, 0]
    assert item.second_calculation is None


def test_rows_without_a_label_are_left_out_and_counted() -> None:
    groups, score, label = random_scores(2, n=300, names="a")
    counts, scored = scored_rows(groups + ["a"] * 20, [*score, *[0.1] * 20], [*label, *[-1] * 20])
    plain = estimated(*scored_rows(groups, score, label)[:1], "auc", scored_rows(groups, score, label)[1])

    (part,) = estimated(counts, "auc", scored).parts
    assert (part.cases, part.unlabelled, part.rows) == (320, 20, 300)
    assert part.estimate == plain.parts[0].estimate


@pytest.mark.parametrize("name", sorted(STATISTICS))
def test_without_scores_nothing_is_measured_and_the_reason_is_said(name) -> None:
    counts, _ = scored_rows(*random_scores(1))
    item = seen(counts, name, None, **(FAR if name == "calibration_in_the_large" else {}))[1]

    assert item.reason is Reason.MISSING_INPUT
    assert item.detail == "there are no scores: decisions alone do not tell"


def test_scores_that_are_no_probabilities_have_an_order_and_nothing_else() -> None:
    groups, score, label = random_scores(1)
    counts, scored = scored_rows(groups, 10 * score, label, decision=label)
    item = seen(counts, "brier_score", scored)[1]

    assert item.reason is Reason.NOT_APPLICABLE
    same = estimated(*scored_rows(groups, score, label)[:1], "auc", scored_rows(groups, score, label)[1])
    assert estimated(counts, "auc", scored).value == same.value


@pytest.mark.parametrize("name", ["auc", "mean_score", "brier_score", "calibration_in_the_large"])
def test_the_order_of_rows_and_the_names_of_groups_change_no_figure(name) -> None:
    groups, score, label = random_scores(6)
    order = np.random.default_rng(0).permutation(len(score))
    shuffled = scored_rows([f"{groups[place]}!" for place in order], score[order], label[order])
    once, again = (
        estimated(counts, f"{name}_difference", scored)
        for counts, scored in (scored_rows(groups, score, label), shuffled)
    )

    assert again.value == pytest.approx(once.value, abs=1e-11)
    assert again.interval == pytest.approx(once.interval, abs=1e-11)
    assert again.claims[0].ends == pytest.approx(once.claims[0].ends, abs=1e-11)


@pytest.mark.parametrize("name", ["auc", "mean_score", "brier_score", "calibration_in_the_large"])
def test_duplicating_every_row_keeps_the_estimate(name) -> None:
    groups, score, label = random_scores(6, n=200)
    limit = FAR if name == "calibration_in_the_large" else {}
    once = estimated(*scored_rows(groups, score, label)[:1], name, scored_rows(groups, score, label)[1], **limit)
    twice = scored_rows(groups * 2, [*score, *score], [*label, *label])

    assert estimated(twice[0], name, twice[1], **limit).value == pytest.approx(once.value, abs=1e-11)


def test_a_model_that_gives_everyone_the_same_score_is_no_certainty() -> None:
    counts, scored = scored_rows(["a"] * 40, [0.5] * 40, [1, 0] * 20)
    item = estimated(counts, "mean_score", scored, across="overall")

    assert item.value == 0.5
    assert item.interval[0] < 0.5 < item.interval[1]


@pytest.mark.parametrize("name", ["auc", "brier_score", "mean_score", "calibration_in_the_large"])
def test_standard_errors_agree_with_a_bootstrap_within_5_in_100(name) -> None:
    _, score, label = random_scores(4, n=400, names="a")
    counts, scored = scored_rows(["a"] * 400, score, label)
    limit = FAR if name == "calibration_in_the_large" else {}
    (part,) = estimated(counts, name, scored, across="overall", **limit).parts
    again = {
        "auc": lambda s, y: sklearn.roc_auc_score(y, s),
        "brier_score": lambda s, y: np.mean((s - y) ** 2),
        "mean_score": lambda s, _: np.mean(s),
        "calibration_in_the_large": lambda s, y: np.mean(y - s),
    }[name]
    draw = np.random.default_rng(3)
    found = [again(score[drawn], label[drawn]) for drawn in draw.integers(0, 400, (4_000, 400))]

    assert part.standard_error == pytest.approx(np.std(found), rel=0.05)

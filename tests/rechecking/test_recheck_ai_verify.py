"""AI Verify's JSON, made from groups of (TP, FP, TN, FN) for class 1; class 0 is its mirror."""

import json

from rechecked import because, unchecked, wrong, wrong_figures

from fateaudit.rechecking import Tool, Verdict, recheck

GROUPS = {0: (40, 20, 30, 10), 1: (12, 6, 24, 8)}
NAMES = {
    "True Positive Rate": (0, 0, 3),
    "False Negative Rate": (3, 0, 3),
    "False Positive Rate": (1, 1, 2),
    "True Negative Rate": (2, 1, 2),
    "Positive Predictive Value Parity": (0, 0, 1),
    "False Discovery Rate": (1, 0, 1),
    "Negative Predictive Value Parity": (2, 2, 3),
    "False Omission Rate": (3, 2, 3),
}


def one_class(groups, whole=None):
    """Every metric of one class; with `whole`, divided by the whole dataset's counts as aiverify 2.2.1 does."""
    found = {}
    for name, (over, one, other) in NAMES.items():
        found[name] = []
        for group, cells in groups.items():
            below = (whole or cells)[one] + (whole or cells)[other]
            found[name].append({"group": [group], "metric": cells[over] / below if below else 0})
    shares = {group: (cells[0] + cells[1]) / sum(cells) for group, cells in groups.items()}
    pairs = [(one, other) for one in groups for other in groups if one < other]
    found["Disparate Impact"] = [{"group": [a, b], "metric": shares[a] / shares[b]} for a, b in pairs]
    found["Equal Selection Parity"] = [
        {"group": [a, b], "metric": abs(sum(groups[a][:2]) - sum(groups[b][:2])) * 1.0} for a, b in pairs
    ]
    return found


def a_result(groups=GROUPS, *, by_whole=False):
    mirrored = {group: (tn, fn, tp, fp) for group, (tp, fp, tn, fn) in groups.items()}
    wholes = [
        [sum(cells) for cells in zip(*one.values(), strict=True)] if by_whole else None for one in (mirrored, groups)
    ]
    results = [one_class(one, whole) for one, whole in zip((mirrored, groups), wholes, strict=True)]
    return {"sensitive_feature": ["sex"], "output_classes": [0, 1], "results": results}


def entry(result, place, metric, group=0):
    return result["results"][place][metric][group]


def test_a_right_result_has_no_contradiction_and_no_counts() -> None:
    result = recheck(json.dumps({"gid": "x", "output": a_result()}).encode(), "t")

    assert result.tool is Tool.AI_VERIFY
    assert result.of(Verdict.DOES_NOT_FOLLOW) == ()
    assert len(result.of(Verdict.CANNOT_BE_CHECKED)) == 36
    assert "holds no counts" in result.notes[0]


def test_rates_over_the_whole_dataset_do_not_add_up_to_1_in_a_group() -> None:
    """What aiverify-fairness-metrics-toolbox-for-classification 2.2.1 writes."""
    found = wrong_figures(json.dumps(a_result(by_whole=True)))

    assert len(found) == 16
    assert "class 1, group 0 | True Positive Rate + False Negative Rate" in wrong(json.dumps(a_result(by_whole=True)))
    assert "divided by the whole dataset's count" in found[0].because


def test_one_changed_rate_misses_its_complement_and_its_mirror() -> None:
    result = a_result()
    entry(result, 1, "False Positive Rate")["metric"] = 0.41

    assert sorted(wrong(json.dumps(result))) == [
        "class 1, group 0 | False Positive Rate + True Negative Rate",
        "class 1, group 0 | False Positive Rate = False Negative Rate of class 0",
    ]


def test_0_and_0_is_an_undefined_rate_made_a_number() -> None:
    groups = {0: (40, 20, 30, 10), 1: (0, 6, 24, 0)}
    found = {figure.because for figure in wrong_figures(json.dumps(a_result(groups)))}

    assert found == {"both are 0: undefined made a number"}


def test_ratios_of_three_groups_must_agree_with_each_other() -> None:
    result = a_result({0: (40, 20, 30, 10), 1: (12, 6, 24, 8), 2: (10, 10, 10, 10)})
    assert wrong(json.dumps(result)) == []
    entry(result, 1, "Disparate Impact", 1)["metric"] = 1.3

    assert wrong(json.dumps(result)) == ["class 1, group 0 × to × 2 | Disparate Impact"]


def test_a_difference_of_people_is_a_whole_number() -> None:
    result = a_result()
    entry(result, 0, "Equal Selection Parity")["metric"] = 2.5

    assert because(json.dumps(result)) == "it is a difference of two counts of people, so a whole number"


TABLE = "group,tp,fp,tn,fn,True Positive Rate,False Positive Rate,Positive Predictive Value Parity\n"


def test_a_plain_table_with_counts_is_checked_in_full() -> None:
    text = TABLE + "0,40,20,30,10,0.80,0.40,0.67\n1,12,6,24,8,0.60,0.20,0.67\n"

    assert recheck(text.encode(), "t").tool is Tool.AI_VERIFY
    assert wrong(text) == []
    assert unchecked(text) == set()


def test_a_plain_table_with_a_rate_over_the_whole_dataset_is_named() -> None:
    text = TABLE + "0,40,20,30,10,0.57,0.40,0.67\n1,12,6,24,8,0.60,0.20,0.67\n"

    assert wrong(text) == ["group = 0 | True Positive Rate"]
    assert because(text) == "this is TP/positives of the whole table, not TP/positives"

"""When a check is met, not met, or cannot be told."""

import re

import pytest
from conftest import ADV, FAV, a_check, a_policy, counts_from, counts_of
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from fateaudit.errors import DamagedFileError
from fateaudit.evidence import Unmeasured
from fateaudit.fairness import measure
from fateaudit.policy import Limit, Verdict, conclude, judge


def finding_of(counts, check, **changes):
    policy = a_policy(check, **changes)
    evidence = measure(policy.checks, counts, policy)
    return judge(policy.checks[0], evidence, policy.statistics), evidence


AT_LEAST_FOUR_FIFTHS = a_check()


def test_a_limit_beyond_the_interval_is_met() -> None:
    finding, _ = finding_of(counts_from(a=(3000, 10000), b=(900, 3000)), AT_LEAST_FOUR_FIFTHS)

    assert finding.verdict is Verdict.MET
    assert finding.because == "group: 1.000, between 0.949 and 1.000; the limit is at least 0.80"
    assert finding.groups == ()


def test_a_limit_inside_the_interval_cannot_be_told() -> None:
    finding, _ = finding_of(counts_from(a=(50, 100), b=(41, 100)), AT_LEAST_FOUR_FIFTHS)

    assert finding.verdict is Verdict.CANNOT_TELL
    assert "0.820" in finding.because


def test_the_worst_pair_of_the_worked_example_is_not_met_and_names_the_group() -> None:
    # methods: 45/150, 60/150, 30/150: min/max .5 lies between .363702 and .775279
    finding, (item,) = finding_of(counts_from(a=(45, 150), b=(60, 150), c=(30, 150)), AT_LEAST_FOUR_FIFTHS)

    assert item.value == 0.5
    assert item.claims[0].ends == pytest.approx((0.775279, 0.363702), abs=5e-7)
    assert finding.verdict is Verdict.NOT_MET
    assert finding.groups == (("c",),)


def test_the_same_gap_as_a_difference_has_the_worked_ends() -> None:
    check = a_check(metric="selection_rate_difference", limit={"max": 0.05})
    finding, (item,) = finding_of(counts_from(a=(45, 150), b=(60, 150), c=(30, 150)), check)

    assert item.value == pytest.approx(0.2)
    assert item.claims[0].ends == pytest.approx((0.076153, 0.282535), abs=5e-7)
    assert finding.verdict is Verdict.NOT_MET


def reference_check(**changes):
    return a_check(params={"convention": "to_reference", "reference": {"group": "ref"}}, **changes)


WORKED = {"g1": (30, 150), "g2": (40, 160), "g3": (66, 220), "ref": (240, 800)}


def test_a_named_reference_is_judged_by_tests_and_names_the_group_beyond_the_limit() -> None:
    """The limit is read two-sided against a named reference, so the family has 2 sides x 4 groups."""
    finding, (item,) = finding_of(counts_from(**WORKED, g4=(6, 60)), reference_check())
    claims = {part.group[0]: part.claims[0] for part in item.parts if part.claims}

    assert item.family.claims == 8
    assert claims["g1"].p_beyond == pytest.approx(0.139874, abs=5e-7)
    assert claims["g1"].p_within == pytest.approx(0.861490, abs=5e-7)
    assert claims["g2"].p_beyond == pytest.approx(0.614155, abs=5e-7)
    assert claims["g3"].p_within == pytest.approx(0.032235, abs=5e-7)
    assert claims["g4"].p_beyond == pytest.approx(0.003811, abs=5e-7)
    assert finding.verdict is Verdict.NOT_MET
    assert finding.groups == (("g4",),)


def test_half_the_rate_in_a_small_group_cannot_be_told() -> None:
    finding, _ = finding_of(counts_from(**WORKED, g4=(9, 60)), reference_check())

    assert finding.verdict is Verdict.CANNOT_TELL


def test_met_against_a_reference_needs_every_group_and_no_correction() -> None:
    counts = counts_from(ref=(3000, 10000), a=(900, 3000), b=(580, 2000), c=(252, 900))
    finding, (item,) = finding_of(counts, reference_check(limit={"min": 0.80, "max": 1.25}))
    within = {part.group[0]: part.claims[0].p_within for part in item.parts if part.claims}

    assert within["a"] == pytest.approx(6.90e-12, rel=2e-3)
    assert within["b"] == pytest.approx(9.10e-07, rel=2e-3)
    assert within["c"] == pytest.approx(0.003735, abs=5e-7)
    assert finding.verdict is Verdict.MET


def test_the_group_that_is_better_off_than_the_reference_breaks_the_limit_too() -> None:
    """Otherwise the worse-off group could be named as the reference and no gap would count."""
    finding, _ = finding_of(counts_from(ref=(200, 1000), a=(600, 1000)), reference_check())

    assert finding.verdict is Verdict.NOT_MET
    assert finding.groups == (("a",),)


def test_a_limit_on_a_rate_itself_is_judged_by_exact_tails() -> None:
    check = a_check(metric="adverse_rate", across="overall", limit={"max": 0.25})

    assert finding_of(counts_from(a=(900, 1000)), check)[0].verdict is Verdict.MET
    assert finding_of(counts_from(a=(760, 1000)), check)[0].verdict is Verdict.CANNOT_TELL
    assert finding_of(counts_from(a=(600, 1000)), check)[0].verdict is Verdict.NOT_MET


POINT = {"statistics": {"decide_on": "point", "min_group_size": 1}}


@pytest.mark.parametrize(("selected", "verdict"), [(45, "not_met"), (48, "met"), (51, "met")])
def test_the_four_fifths_examples_of_the_uniform_guidelines(selected, verdict) -> None:
    """Question 12: rates of 45, 48 and 51 to 60 in 100 are .75, .80 and .85; exactly .80 is met."""
    finding, _ = finding_of(counts_from(best=(60, 100), other=(selected, 100)), AT_LEAST_FOUR_FIFTHS, **POINT)

    assert finding.verdict == verdict
    assert finding.because.endswith("uncertainty was ignored")


def test_a_point_comparison_is_made_with_whole_numbers() -> None:
    """3/10 of 7 is not a float: 0.3 would come out below three tenths."""
    check = a_check(metric="selection_rate", across="overall", limit={"min": 0.3})
    finding, _ = finding_of(counts_from(a=(3, 10)), check, **POINT)

    assert finding.verdict is Verdict.MET


def test_a_group_that_is_never_selected_is_a_violation() -> None:
    finding, (item,) = finding_of(counts_from(a=(50, 100), b=(0, 100)), AT_LEAST_FOUR_FIFTHS)

    assert item.value == 0
    assert finding.verdict is Verdict.NOT_MET
    assert finding.groups == (("b",),)


def test_nobody_selected_anywhere_is_not_a_pass() -> None:
    """fairlearn gives NaN here, and NaN < 0.8 is false, so a naive gate passes."""
    finding, (item,) = finding_of(counts_from(a=(0, 100), b=(0, 100)), AT_LEAST_FOUR_FIFTHS)

    assert isinstance(item, Unmeasured)
    assert item.reason == "not_applicable"
    assert finding.verdict is Verdict.CANNOT_TELL


def test_an_infinite_ratio_is_a_violation_and_is_written_as_a_word() -> None:
    check = a_check(metric="adverse_rate_ratio", limit={"max": 1.25})
    finding, (item,) = finding_of(counts_from(a=(100, 100), b=(50, 100)), check)

    assert item.value == float("inf")
    assert item.model_dump(mode="json")["value"] == "infinite"
    assert finding.verdict is Verdict.NOT_MET


def test_one_group_alone_cannot_be_told() -> None:
    finding, (item,) = finding_of(counts_from(a=(50, 100)), AT_LEAST_FOUR_FIFTHS)

    assert item.reason == "too_few_rows"
    assert finding.verdict is Verdict.CANNOT_TELL


def test_small_groups_never_decide_but_keep_a_check_from_being_met() -> None:
    many = {"a": (3000, 6000), "b": (3000, 6000)}

    # 29 of 12,029 is under 1 %: shown, not judged, and not in the way.
    finding, (item,) = finding_of(counts_from(**many, tiny=(0, 29)), AT_LEAST_FOUR_FIFTHS)
    assert finding.verdict is Verdict.MET
    assert finding.because.endswith("12,000 of 12,029 judged")
    assert [part.set_aside for part in item.parts] == [None, None, "too_few"]

    # 149 of 12,149 is over 1 %: the check cannot be met while such a group is not judged.
    sizeable = {"statistics": {"min_group_size": 150}}
    finding, _ = finding_of(counts_from(**many, some=(0, 149)), AT_LEAST_FOUR_FIFTHS, **sizeable)
    assert finding.verdict is Verdict.CANNOT_TELL
    assert finding.groups == (("some",),)


def test_many_tiny_groups_together_are_not_overlooked() -> None:
    tiny = {f"t{number:02}": (10, 20) for number in range(40)}
    finding, _ = finding_of(counts_from(a=(3000, 6000), b=(3000, 6000), **tiny), AT_LEAST_FOUR_FIFTHS)

    assert finding.verdict is Verdict.CANNOT_TELL
    assert "12,000 of 12,800 judged" in finding.because


def test_rows_whose_attribute_is_missing_are_shown_and_never_judged() -> None:
    groups = {"a": (3000, 6000), "b": (3000, 6000), "Not recorded": (0, 500)}
    finding, (item,) = finding_of(counts_from(**groups), AT_LEAST_FOUR_FIFTHS)

    assert finding.verdict is Verdict.MET
    assert {part.group: part.set_aside for part in item.parts}[("Not recorded",)] == "not_recorded"

    groups["Not recorded"] = (0, 2000)
    assert finding_of(counts_from(**groups), AT_LEAST_FOUR_FIFTHS)[0].verdict is Verdict.CANNOT_TELL


def test_more_groups_and_more_attributes_make_a_claim_harder() -> None:
    pair = {"a": (500, 1000), "b": (345, 1000)}
    check, family = a_check(), {"statistics": {"family": "policy"}}
    alone, _ = finding_of(counts_from(**pair), check)
    policy = a_policy(*(a_check(id=f"F-{number:02}") for number in range(1, 31)), **family)
    findings, _ = conclude(policy, measure(policy.checks, counts_from(**pair), policy))

    assert alone.verdict is Verdict.NOT_MET
    assert {finding.verdict for finding in findings} == {Verdict.CANNOT_TELL}


def test_a_claim_made_for_another_limit_is_refused() -> None:
    policy = a_policy()
    evidence = measure(policy.checks, counts_from(a=(50, 100), b=(41, 100)), policy)
    moved = policy.checks[0].model_copy(update={"limit": Limit(min=0.5)})

    with pytest.raises(DamagedFileError, match="made for another limit"):
        judge(moved, evidence, policy.statistics)


@settings(max_examples=20, deadline=None)
@given(groups=st.lists(st.tuples(st.integers(0, 60), st.integers(60, 90)), min_size=2, max_size=4))
def test_the_groups_beyond_the_limit_are_named_by_holm(groups) -> None:
    """statsmodels steps down through the same p-values; the limit has both ends, so each group has two claims."""
    counts = counts_from(ref=(400, 500), **{f"g{place}": pair for place, pair in enumerate(groups)})
    finding, (item,) = finding_of(counts, reference_check())
    p_values = {part.group: min(claim.p_beyond for claim in part.claims) for part in item.parts if part.claims}
    padded = [*p_values.values(), *[1.0] * (item.family.claims - len(p_values))]
    rejected = multipletests(padded, 0.05, method="holm")[0]
    named = {group for group, is_beyond in zip(p_values, rejected, strict=False) if is_beyond}

    assert (finding.verdict is Verdict.NOT_MET) is bool(named)
    if named:
        assert set(finding.groups) == named


TWO = {"columns": {"sensitive": [{"name": "group", "label": "Group"}, {"name": "other", "label": "Other"}]}}


def two_attributes():
    """Equal rates by group, very different ones by other."""
    rows = [
        {"group": group, "other": other, "label": FAV, "decision": FAV if place < selected else ADV}
        for group in "ab"
        for other, selected in (("x", 900), ("y", 300))
        for place in range(1000)
    ]
    return counts_of(rows, attributes=("group", "other"))


def test_not_met_over_one_attribute_is_not_met_over_all() -> None:
    finding, _ = finding_of(two_attributes(), a_check(across=["group", "other"]), **TWO)

    assert [answer.verdict for answer in finding.rulings] == [Verdict.MET, Verdict.NOT_MET]
    assert finding.verdict is Verdict.NOT_MET
    assert finding.because.startswith("other: 0.333")


@pytest.mark.parametrize("left", [0, 1])
def test_evidence_that_was_left_out_is_not_a_limit_that_is_kept(left) -> None:
    policy = a_policy(a_check(across=["group", "other"]), **TWO)
    evidence = measure(policy.checks, two_attributes(), policy)

    with pytest.raises(DamagedFileError, match="something is missing"):
        judge(policy.checks[0], evidence[:left], policy.statistics)
    with pytest.raises(DamagedFileError, match="does not belong"):
        judge(policy.checks[0], [*evidence, evidence[0]], policy.statistics)


def test_evidence_for_a_check_that_the_policy_does_not_have_is_refused() -> None:
    policy = a_policy()
    (item,) = measure(policy.checks, counts_from(a=(50, 100), b=(41, 100)), policy)

    with pytest.raises(DamagedFileError, match="F-99"):
        conclude(policy, [item, item.model_copy(update={"check": "F-99"})])


def test_rows_without_a_label_count_as_not_judged() -> None:
    labelled = [{"group": "a", "label": FAV, "decision": decision} for decision in [FAV] * 900 + [ADV] * 10]
    unseen = [{"group": "a", "label": None, "decision": ADV}] * 100
    check = a_check(metric="false_negative_rate", limit={"max": 0.1})

    assert finding_of(counts_of(labelled), check)[0].verdict is Verdict.MET
    finding, _ = finding_of(counts_of(labelled + unseen), check)
    assert finding.verdict is Verdict.CANNOT_TELL
    assert "910 of 1,010 judged" in finding.because


def test_unknown_groups_keep_a_check_from_being_met_whatever_coverage_the_policy_asks_for() -> None:
    groups = {"a": (500, 1000), "b": (500, 1000), "Not recorded": (0, 300)}
    finding, _ = finding_of(counts_from(**groups), AT_LEAST_FOUR_FIFTHS, statistics={"coverage": 0.01})

    assert finding.verdict is Verdict.CANNOT_TELL


def test_the_limit_is_said_as_it_was_judged() -> None:
    finding, _ = finding_of(counts_from(ref=(200, 1000), a=(600, 1000)), reference_check())

    assert finding.because.endswith("the limit is between 0.80 and 1.25")


def test_a_range_printed_beside_met_lies_within_the_limit() -> None:
    check = a_check(metric="selection_rate", limit={"min": 0.4, "max": 0.6})
    finding, _ = finding_of(counts_from(a=(60, 120), b=(500, 1000), c=(500, 1000)), check)
    ends = [float(text) for text in re.findall(r"between ([\d.]+) and ([\d.]+)", finding.because)[0]]

    assert finding.verdict is Verdict.MET
    assert 0.4 <= ends[0] < ends[1] <= 0.6


def test_a_figure_that_rounds_to_the_limit_is_said_with_more_digits() -> None:
    finding, _ = finding_of(counts_from(a=(100_000, 100_000), b=(79_987, 100_000)), AT_LEAST_FOUR_FIFTHS, **POINT)

    assert finding.verdict is Verdict.NOT_MET
    assert finding.because.startswith("group: b 0.7999;")


def test_a_group_that_is_named_by_holm_alone_is_said_to_be() -> None:
    check = a_check(metric="adverse_rate", limit={"max": 0.15})
    groups = {"a": (50, 100), "b": (47, 64), **{f"c{place}": (990, 1000) for place in range(3)}}
    finding, _ = finding_of(counts_from(**groups), check)

    assert finding.groups == (("a",), ("b",))
    assert finding.because.count("named by Holm") == 1


def test_two_groups_with_the_rate_0_are_not_apart_in_a_point_comparison() -> None:
    check = a_check(metric="adverse_rate_ratio", limit={"max": 1.25})
    finding, _ = finding_of(counts_from(a=(100, 100), b=(100, 100), c=(50, 100)), check, **POINT)

    assert finding.groups == (("c",),)


def test_checks_that_weigh_nothing_do_not_make_the_others_harder() -> None:
    counts, family = counts_from(a=(500, 1000), b=(345, 1000)), {"statistics": {"family": "policy"}}
    for severity, verdict in (("info", Verdict.NOT_MET), ("major", Verdict.CANNOT_TELL)):
        others = (a_check(id=f"F-{place:02}", severity=severity) for place in range(2, 40))
        policy = a_policy(a_check(), *others, **family)
        assert conclude(policy, measure(policy.checks, counts, policy))[0][0].verdict is verdict

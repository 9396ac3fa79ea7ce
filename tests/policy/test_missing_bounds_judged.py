"""Rows of nobody's group: above 5 in 100 a check is met only if it would be met whoever they are."""

from itertools import product

import pytest
from conftest import ADV, FAV, a_check, a_policy, counts_from, counts_of
from hypothesis import given, settings
from hypothesis import strategies as st

from fateaudit.fairness import measure
from fateaudit.policy import Verdict, judge

FOUR_FIFTHS = a_check()


def judged(counts, check=FOUR_FIFTHS, **statistics):
    policy = a_policy(check, statistics=statistics)
    evidence = measure(policy.checks, counts, policy)
    return judge(policy.checks[0], evidence, policy.statistics)


def a_third_dropped(unknown):
    """Parity among those who are recorded, and a third of all rows that name nobody."""
    return counts_from(a=(5000, 10000), b=(5000, 10000), **{"Not recorded": unknown})


def test_a_third_of_the_rows_without_a_group_keep_a_check_from_being_met_where_they_could_break_it() -> None:
    """Given to b, 10,000 rows of whom nobody is selected make it 5,000 of 20,000: half the rate of a."""
    finding = judged(a_third_dropped((0, 10000)))

    assert finding.verdict is Verdict.CANNOT_TELL
    assert finding.groups == (("Not recorded",),)
    assert finding.because.endswith(
        "20,000 of 30,000 judged; the 10,000 not recorded could make it 0.500 to 1.000, too many to say met"
    )


def test_above_5_in_100_a_check_is_met_where_it_would_be_whoever_they_are() -> None:
    """Given to b, 1,200 rows of whom nobody is selected make it 5,000 of 11,200: .893 of the rate of a."""
    finding = judged(a_third_dropped((0, 1200)))

    assert finding.verdict is Verdict.MET
    assert "the 1,200 not recorded could make it 0.893 to 1.000" in finding.because


def test_up_to_5_in_100_the_bounds_do_not_decide() -> None:
    """Given to b, 1,000 of whom nobody is selected make a ratio of .85 one of .773; they are 4.8 in 100 of all."""
    groups = {"a": (5000, 10000), "b": (4250, 10000)}
    few, many = (counts_from(**groups, **{"Not recorded": (0, rows)}) for rows in (1000, 1100))

    assert judged(few, decide_on="point").verdict is Verdict.MET
    assert judged(many, decide_on="point").verdict is Verdict.CANNOT_TELL


def test_a_bound_of_exactly_the_limit_is_within_it() -> None:
    """5,000 of 12,500 to 5,000 of 10,000 is exactly .80."""
    assert judged(a_third_dropped((0, 2500)), decide_on="point").verdict is Verdict.MET
    assert judged(a_third_dropped((0, 2501)), decide_on="point").verdict is Verdict.CANNOT_TELL


def test_what_is_not_met_stays_so_whoever_they_are() -> None:
    counts = counts_from(a=(9000, 10000), b=(3000, 10000), **{"Not recorded": (5000, 10000)})

    assert judged(counts).verdict is Verdict.NOT_MET


def test_who_was_too_few_to_judge_is_counted_among_those_who_are_recorded() -> None:
    """200 small groups of 6 are 1,200 of 21,200: more than 5 in 100, however many others name nobody."""
    small = {f"s{number:03}": (3, 6) for number in range(200)}
    counts = counts_from(a=(5000, 10000), b=(5000, 10000), **small, **{"Not recorded": (0, 2000)})
    finding = judged(counts)

    assert finding.verdict is Verdict.CANNOT_TELL
    assert finding.because.endswith("too few to say met")


def test_rows_without_a_label_are_not_bounded_with_the_others() -> None:
    rows = [{"group": group, "label": FAV, "decision": FAV} for group in "ab" for _ in range(100)]
    nobodys = [{"group": "Not recorded", "label": label, "decision": FAV} for label in [FAV] * 10 + [None] * 30]
    check = a_check(metric="true_positive_rate_ratio")

    assert judged(counts_of(rows + nobodys[:10]), check, decide_on="point").verdict is Verdict.MET
    finding = judged(counts_of(rows + nobodys), check, decide_on="point")
    assert finding.verdict is Verdict.CANNOT_TELL
    assert "200 of 240 judged" in finding.because


REFERENCE = {"convention": "to_reference", "reference": {"group": "a"}}
CHECKS = [
    a_check(limit={"min": 0.6}),
    a_check(limit={"min": 0.6}, params=REFERENCE),
    a_check(metric="adverse_rate_ratio", limit={"max": 1.8}),
    a_check(metric="selection_rate_difference", limit={"max": 0.3}),
    a_check(metric="true_positive_rate_difference", limit={"max": 0.3}, params=REFERENCE),
    a_check(metric="positive_predictive_value", limit={"min": 0.3}),
]
KINDS = [(FAV, FAV), (FAV, ADV), (ADV, FAV), (ADV, ADV)]


def rows_of(group, numbers):
    return [
        {"group": group, "label": label, "decision": decision}
        for (label, decision), n in zip(KINDS, numbers, strict=True)
        for _ in range(n)
    ]


@pytest.mark.parametrize("check", CHECKS)
@settings(max_examples=5, deadline=None)
@given(
    a=st.tuples(*[st.integers(1, 6)] * 4),
    b=st.tuples(*[st.integers(1, 6)] * 4),
    unknown=st.tuples(*[st.integers(0, 2)] * 4).filter(lambda numbers: 0 < sum(numbers) <= 4),
)
def test_what_is_met_with_many_unknown_is_met_in_every_completion(check, a, b, unknown) -> None:
    """Every way to give the rows to the two groups is tried."""
    rows, nobodys = rows_of("a", a) + rows_of("b", b), rows_of("Not recorded", unknown)
    loose = {"min_group_size": 1, "decide_on": "point", "coverage": 0.5}
    finding = judged(counts_of(rows + nobodys), check, **loose)
    completed = [
        judged(
            counts_of(rows + [row | {"group": name} for row, name in zip(nobodys, names, strict=True)]), check, **loose
        ).verdict
        for names in set(product("ab", repeat=len(nobodys)))
    ]
    is_weighty = 20 * len(nobodys) > len(rows) + len(nobodys)

    if is_weighty and finding.verdict is Verdict.MET:
        assert set(completed) == {Verdict.MET}
    if is_weighty and finding.verdict is Verdict.CANNOT_TELL and check["limit"].keys() == {"max"}:
        assert Verdict.NOT_MET in completed

"""The self-test: it passes here, and each of its answers notices when the routine that it guards is broken."""

import math
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy import special, stats
from statsmodels.stats.proportion import confint_proportions_2indep

from fateaudit.errors import AuditFailedError
from fateaudit.evidence.self_tested import SelfTest
from fateaudit.explainability import enumeration
from fateaudit.fairness import group_tests, second, worst_pairs
from fateaudit.fairness.group_tests import TESTS
from fateaudit.intervals import WorstPair, bounds, claims, pairs, rates, worst_pair
from fateaudit.policy import judging, points
from fateaudit.self_test import ANSWERS, KnownAnswer, refuse_failed, run_self_test


def test_every_known_answer_is_given() -> None:
    found = run_self_test()

    assert found == SelfTest(passed=len(ANSWERS), failed=())
    assert found.holds
    assert len(ANSWERS) >= 12
    refuse_failed(found)


def test_each_answer_is_a_function_of_its_name_that_says_where_it_comes_from() -> None:
    for name, answer in ANSWERS.items():
        assert answer.compute.__name__ == name
        assert answer.compute.__doc__


# Each answer fails when what it guards is broken. A mutation is what somebody could really get wrong.


def wider(original):
    """A quantile that is off by a thousandth."""
    return lambda x, n, z: original(x, n, z * 1.001)


def p_values(factor):
    """A mutation that multiplies the p-values of ratios."""

    def changed(*counts, limit):
        tested = claims.ratio_test(*counts, limit=limit)
        return replace(tested, p_above=min(1, tested.p_above * factor), p_below=min(1, tested.p_below * factor))

    return lambda patch: patch.setitem(TESTS, "ratio", (changed, *TESTS["ratio"][1:]))


def normal_tails(patch):
    """The normal tail instead of the E-test: up to five times too small."""
    patch.setattr(claims, "NORMAL_FROM", 0)


def parity_for_nobody(patch):
    """0 to 0 taken for parity."""

    def changed(counts, **how):
        return worst_pair(counts, **how) if any(x for x, _ in counts) else WorstPair(1, 1, 1)

    patch.setattr(worst_pairs, "worst_pair", changed)


def floats_for_fractions(patch):
    patch.setattr(points, "Fraction", lambda over, under=1: float(over) / under)


def betainc_beside(patch):
    original = special.betainc
    patch.setattr(special, "betainc", lambda a, b, x: original(a + 1, b, x))


def ends_beside(patch):
    original = pairs.score_end
    patch.setattr(pairs, "score_end", lambda *table: original(*table) * 1.00001)


def ratios_beside(patch):
    original = bounds.p_value
    patch.setattr(bounds, "p_value", lambda *table, side: original(*table, side=side) * 1.001)


def everybody_named(patch):
    patch.setattr(judging, "_named_by_holm", lambda parts, *_: tuple(part.group for part in parts))


def lowest_for_highest(patch):
    original = worst_pairs._extremes  # noqa: SLF001 - what is broken lies inside
    patch.setattr(worst_pairs, "_extremes", lambda *plan: original(*plan)[::-1])


def other_side_counted(patch):
    """A second library that codes the other side as 1."""
    original = second.functions
    patch.setattr(
        second, "functions", lambda positive: original(positive.other) | {"selection_rate": lambda *_, **__: 0}
    )


def columns_swapped(patch):
    """Sums that still add up, given to the wrong columns."""
    original = enumeration._shapley  # noqa: SLF001 - as above
    patch.setattr(enumeration, "_shapley", lambda *worth: original(*worth)[:, ::-1])


MUTATIONS = {
    "wilson_interval": lambda patch: patch.setattr(rates, "wilson_at", wider(rates.wilson_at)),
    "newcombe_interval": lambda patch: patch.setattr(pairs, "wilson_at", wider(rates.wilson_at)),
    "miettinen_nurminen_interval": ends_beside,
    "e_test": normal_tails,
    "deciding_bounds": ratios_beside,
    "exact_binomial": betainc_beside,
    "worst_pair_ends": lambda patch: patch.setattr(
        sys.modules["fateaudit.intervals.worst_pair"], "range_quantile", lambda *_: 1.959964
    ),
    "not_met": everybody_named,
    "cannot_tell": p_values(1 / 3),
    "met": p_values(20),
    "upper_limit": normal_tails,
    "exactly_the_limit": floats_for_fractions,
    "undefined_rate": parity_for_nobody,
    "highest_rate_reference": lowest_for_highest,
    "second_calculation": other_side_counted,
    "linear_attribution": columns_swapped,
}


def test_every_answer_has_its_mutation() -> None:
    assert list(MUTATIONS) == list(ANSWERS)


@pytest.mark.parametrize("name", MUTATIONS)
def test_an_answer_that_comes_out_otherwise_is_named(name, monkeypatch) -> None:
    assert name not in run_self_test().failed

    MUTATIONS[name](monkeypatch)
    found = run_self_test()

    assert name in found.failed
    assert found.passed == len(ANSWERS) - len(found.failed)
    assert not found.holds
    with pytest.raises(AuditFailedError, match="the self-test failed") as refused:
        refuse_failed(found)
    assert name in refused.value.where


@pytest.mark.parametrize("name", ["not_met", "highest_rate_reference", "linear_attribution"])
def test_a_mutation_fails_what_it_touches_and_little_else(name, monkeypatch) -> None:
    MUTATIONS[name](monkeypatch)

    assert run_self_test().failed == (name,)


def test_a_limit_read_on_the_wrong_side_is_noticed(monkeypatch) -> None:
    def swapped(*counts, limit):
        tested = claims.ratio_test(*counts, limit=limit)
        return replace(tested, p_above=tested.p_below, p_below=tested.p_above)

    monkeypatch.setitem(group_tests.TESTS, "ratio", (swapped, *TESTS["ratio"][1:]))

    assert {"cannot_tell", "met"} <= set(run_self_test().failed)


# The comparison itself


@pytest.mark.parametrize("name", ANSWERS)
def test_every_number_counts_to_its_last_digit(name) -> None:
    answer = ANSWERS[name]
    for place, value in enumerate(answer.expected):
        off = f"{value}!" if isinstance(value, str) else value + 2 * 10**-answer.digits
        if off == value:
            continue  # infinity
        changed = (*answer.expected[:place], off, *answer.expected[place + 1 :])
        assert not replace(answer, expected=changed).is_given(), place


@pytest.mark.parametrize(
    "answer",
    [
        (),
        (0.5,),
        (0.5, "a", 1.0),
        (math.nan, "a"),
        (math.inf, "a"),
        (-0.5, "a"),
        (0.500002, "a"),
        (0.5, "b"),
        ("0.5", "a"),
    ],
)
def test_another_answer_is_not_the_answer(answer) -> None:
    assert KnownAnswer(lambda: (0.5, "a"), (0.5, "a")).is_given()
    assert not KnownAnswer(lambda: answer, (0.5, "a")).is_given()


@pytest.mark.parametrize("error", [ZeroDivisionError, ImportError, AssertionError, MemoryError])
def test_an_answer_that_cannot_be_computed_is_named_and_the_others_go_on(error) -> None:
    def fail():
        raise error

    found = run_self_test({"broken": KnownAnswer(fail, (1,)), "whole": KnownAnswer(lambda: (1.0,), (1,))})

    assert found == SelfTest(passed=1, failed=("broken",))


def test_an_interruption_is_not_a_wrong_answer() -> None:
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_self_test({"slow": KnownAnswer(interrupt, (1,))})


def test_nothing_passes_because_nothing_was_tested() -> None:
    found = run_self_test({})

    assert not found.holds
    with pytest.raises(AuditFailedError) as refused:
        refuse_failed(found)
    assert refused.value.where == ("nothing was tested",)


def test_what_it_found_survives_the_disk() -> None:
    found = SelfTest(passed=15, failed=("met",))

    assert SelfTest.model_validate_json(found.model_dump_json()) == found


# Answers that nobody published, by calculations that use none of our routines


def restricted(x1, n1, x0, n0, limit):
    """The textbook root of Miettinen and Nurminen."""
    a, c = (n1 + n0) * limit, x1 + x0
    b = -(n1 * limit + x1 + n0 + x0 * limit)
    p0 = (-b - np.sqrt(np.maximum(b * b - 4 * a * c, 0))) / (2 * a)
    return limit * p0, p0


def z_of(x1, n1, x0, n0, limit):
    p1, p0 = restricted(x1, n1, x0, n0, limit)
    variance = (p1 * (1 - p1) / n1 + limit**2 * p0 * (1 - p0) / n0) * (n1 + n0) / (n1 + n0 - 1)
    apart = x1 / n1 - limit * x0 / n0
    return np.where(variance > 0, apart / np.sqrt(np.where(variance > 0, variance, 1)), 0.0)


def tails(x1, n1, x0, n0, limit):
    """Both E-test p-values, over every pair of counts that there can be."""
    p1, p0 = restricted(x1, n1, x0, n0, limit)
    grid = np.arange(n1 + 1)[:, None], np.arange(n0 + 1)[None, :]
    probability = stats.binom.pmf(grid[0], n1, p1) * stats.binom.pmf(grid[1], n0, p0)
    z, observed = z_of(grid[0], n1, grid[1], n0, limit), z_of(x1, n1, x0, n0, limit)
    return float(observed), probability[z <= observed + 1e-9].sum(), probability[z >= observed - 1e-9].sum()


def test_the_e_tests_are_those_of_the_whole_grid() -> None:
    few, none = tails(6, 60, 240, 800, 0.8), tails(0, 20, 240, 800, 0.8)

    assert ANSWERS["e_test"].expected == pytest.approx((*few, *none[:2]), abs=6e-7)
    assert ANSWERS["upper_limit"].expected[0] == pytest.approx(tails(12, 100, 100, 2000, 1.25)[2], abs=6e-7)


def test_at_the_deciding_bounds_the_whole_grid_has_the_levels() -> None:
    low, high = ANSWERS["deciding_bounds"].expected

    assert tails(6, 60, 240, 800, low)[2] == pytest.approx(0.05, rel=1e-4)
    assert tails(6, 60, 240, 800, high)[1] == pytest.approx(0.0125, rel=1e-4)


def test_the_worst_pair_ends_are_score_intervals_at_the_studentised_range() -> None:
    """Statsmodels' score interval of a ratio, 30/150 to 60/150, with tails of the printed constants."""
    alphas = 2 * stats.norm.sf([2.343701, 1.644854])
    high = confint_proportions_2indep(30, 150, 60, 150, compare="ratio", method="score", alpha=alphas[0])[1]
    low = confint_proportions_2indep(30, 150, 60, 150, compare="ratio", method="score", alpha=alphas[1])[0]

    assert ANSWERS["worst_pair_ends"].expected[:3] == pytest.approx((0.5, low, high), abs=1e-5)

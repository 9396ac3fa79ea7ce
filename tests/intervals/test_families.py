"""Holm and Benjamini-Hochberg against statsmodels, on p-values in any order and with ties."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from fateaudit.intervals import benjamini_hochberg, holm

unhurried = settings(deadline=None)
p_values = st.lists(st.floats(0, 1) | st.sampled_from([0.001, 0.01, 0.02, 0.05]), min_size=1, max_size=30)
RULES = {"holm": holm, "fdr_bh": benjamini_hochberg}


def agrees_with_statsmodels(name, p_values, alpha):
    adjusted = multipletests(p_values, alpha, method=name)[1]
    if any(abs(p - alpha) < 1e-12 for p in adjusted):
        return True  # a tie with the level is decided by rounding
    return RULES[name](p_values, alpha=alpha) == tuple((adjusted <= alpha).tolist())


@unhurried
@given(p_values, st.sampled_from([0.05, 0.2]))
def test_benjamini_and_hochberg_agrees_with_statsmodels(p_values, alpha):
    assert agrees_with_statsmodels("fdr_bh", p_values, alpha)


@pytest.mark.parametrize("seed", range(5))
def test_holm_agrees_with_statsmodels(seed):
    # A few: statsmodels collects garbage at every call.
    drawn = np.random.default_rng(seed).beta(0.2, 3, 12)

    assert 0 < sum(holm(drawn, alpha=0.05)) < 12
    assert agrees_with_statsmodels("holm", drawn, 0.05)


@unhurried
@given(st.lists(st.floats(0, 1) | st.sampled_from([0.001, 0.01, 0.02]), min_size=1, max_size=7))
def test_holm_is_the_closure_of_bonferroni(p_values):
    """A claim holds when every set of claims it belongs to holds by Bonferroni."""
    places = range(len(p_values))
    sets = [some for size in places for some in itertools.combinations(places, size + 1)]
    failing = [some for some in sets if min(p_values[i] for i in some) > 0.05 / len(some)]

    assert holm(p_values, alpha=0.05) == tuple(not any(i in some for some in failing) for i in places)


def test_benjamini_and_hochberg_rank_p_values_and_not_their_places():
    """A peer takes argsort for ranks; given these, it names the wrong ones. Example of the 1995 paper."""
    published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324]
    published += [0.4262, 0.5719, 0.6528, 0.759, 1.0]
    shuffled = published[7:] + published[:7]

    assert sum(benjamini_hochberg(shuffled, alpha=0.05)) == 4
    assert benjamini_hochberg(shuffled, alpha=0.05) == (False,) * 8 + (True,) * 4 + (False,) * 3
    assert sum(holm(shuffled, alpha=0.05)) == 3


def test_a_p_value_exactly_at_its_level_holds():
    assert holm([0.025, 0.05], alpha=0.05) == (True, True)
    assert benjamini_hochberg([0.03, 0.05], alpha=0.05) == (True, True)


@unhurried
@given(p_values)
def test_a_name_by_holm_is_on_the_list_too(p_values):
    named, listed = holm(p_values, alpha=0.05), benjamini_hochberg(p_values, alpha=0.05)

    assert all(one <= other for one, other in zip(named, listed, strict=True))


@pytest.mark.parametrize("rule", RULES.values())
def test_nothing_to_test_holds_nothing_and_what_is_no_p_value_is_refused(rule):
    assert rule([], alpha=0.05) == ()
    for bad in ([1.1], [float("nan")]):
        with pytest.raises(ValueError, match="between 0 and 1"):
            rule(bad, alpha=0.05)

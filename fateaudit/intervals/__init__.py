"""How far a count may be from the truth: intervals to read, and one-sided claims about a limit.

Everything here takes counts and returns numbers. Which groups are judged, what a limit means for a
person and what is said in a report is decided by the callers. No resampling, no randomness.
"""

from fateaudit.intervals.bounds import difference_bounds, ratio_bounds
from fateaudit.intervals.claims import LimitTest, difference_test, ratio_test
from fateaudit.intervals.levels import alpha_of
from fateaudit.intervals.pairs import miettinen_nurminen_difference, miettinen_nurminen_ratio, newcombe
from fateaudit.intervals.rates import proportion_bounds, proportion_test, wilson
from fateaudit.intervals.worst_pair import UndefinedRatioError, WorstPair, range_quantile, worst_pair

__all__ = [
    "LimitTest",
    "UndefinedRatioError",
    "WorstPair",
    "alpha_of",
    "difference_bounds",
    "difference_test",
    "miettinen_nurminen_difference",
    "miettinen_nurminen_ratio",
    "newcombe",
    "proportion_bounds",
    "proportion_test",
    "range_quantile",
    "ratio_bounds",
    "ratio_test",
    "wilson",
    "worst_pair",
]

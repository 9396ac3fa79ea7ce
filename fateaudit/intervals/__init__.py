"""How far a count may be from the truth: intervals to read, and one-sided claims about a limit.

Everything here takes counts and returns numbers. Which groups are judged, what a limit means for a
person and what is said in a report is decided by the callers. No resampling, no randomness.
"""

from fateaudit.intervals.auc import (
    Auc,
    auc_bounds,
    auc_difference_bounds,
    auc_difference_interval,
    auc_from_histogram,
    auc_from_scores,
    auc_interval,
)
from fateaudit.intervals.bounds import difference_bounds, ratio_bounds
from fateaudit.intervals.calibration import (
    CalibrationBins,
    Residuals,
    StandardisedError,
    calibration_bounds,
    calibration_error_floor,
    debiased_squared_error,
    expected_calibration_error,
    standardised_error,
)
from fateaudit.intervals.claims import LimitTest, difference_test, ratio_test
from fateaudit.intervals.confusion import Confusion
from fateaudit.intervals.families import benjamini_hochberg, holm
from fateaudit.intervals.label_bias import LabelError, NoTippingPoint, TippingPoint, tipping_point
from fateaudit.intervals.label_correction import corrected_rate
from fateaudit.intervals.label_flips import fewest_labels
from fateaudit.intervals.label_verdict import JudgedLimit, turning_error
from fateaudit.intervals.levels import alpha_of
from fateaudit.intervals.measures import Measure
from fateaudit.intervals.missing import missing_bounds, worst_missing_bounds
from fateaudit.intervals.pairs import miettinen_nurminen_difference, miettinen_nurminen_ratio, newcombe
from fateaudit.intervals.planning import PlannedComparison, claim_power, needed_trials, smallest_detectable
from fateaudit.intervals.rate_table import RateTable
from fateaudit.intervals.rates import proportion_bounds, proportion_test, wilson
from fateaudit.intervals.recalibration import Recalibration, UndefinedSlopeError, recalibration_slope
from fateaudit.intervals.simpson import Reversal, Stratum, find_reversals
from fateaudit.intervals.subgroups import Subgroup, SubgroupSearch, search_subgroups
from fateaudit.intervals.weights import WeightedRate, weighted_rate
from fateaudit.intervals.worst_pair import UndefinedRatioError, WorstPair, range_quantile, worst_pair

__all__ = [
    "Auc",
    "CalibrationBins",
    "Confusion",
    "JudgedLimit",
    "LabelError",
    "LimitTest",
    "Measure",
    "NoTippingPoint",
    "PlannedComparison",
    "RateTable",
    "Recalibration",
    "Residuals",
    "Reversal",
    "StandardisedError",
    "Stratum",
    "Subgroup",
    "SubgroupSearch",
    "TippingPoint",
    "UndefinedRatioError",
    "UndefinedSlopeError",
    "WeightedRate",
    "WorstPair",
    "alpha_of",
    "auc_bounds",
    "auc_difference_bounds",
    "auc_difference_interval",
    "auc_from_histogram",
    "auc_from_scores",
    "auc_interval",
    "benjamini_hochberg",
    "calibration_bounds",
    "calibration_error_floor",
    "claim_power",
    "corrected_rate",
    "debiased_squared_error",
    "difference_bounds",
    "difference_test",
    "expected_calibration_error",
    "fewest_labels",
    "find_reversals",
    "holm",
    "miettinen_nurminen_difference",
    "miettinen_nurminen_ratio",
    "missing_bounds",
    "needed_trials",
    "newcombe",
    "proportion_bounds",
    "proportion_test",
    "range_quantile",
    "ratio_bounds",
    "ratio_test",
    "recalibration_slope",
    "search_subgroups",
    "smallest_detectable",
    "standardised_error",
    "tipping_point",
    "turning_error",
    "weighted_rate",
    "wilson",
    "worst_missing_bounds",
    "worst_pair",
]

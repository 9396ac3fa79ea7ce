"""Transparency: how documented, repeatable, traceable and followable a model is.

What is measured here needs only `predict`: Arrow table of raw columns in, float64 out.
"""

from fateaudit.transparency.documentation import FIELDS, Completeness, Field, completeness
from fateaudit.transparency.measuring import Repeat, Step, Trace, score_again, trace
from fateaudit.transparency.scoring import METRICS, Seen, look, measure, tell
from fateaudit.transparency.surrogates import Surrogate, Unfollowed, fit_surrogates

__all__ = [
    "FIELDS",
    "METRICS",
    "Completeness",
    "Field",
    "Repeat",
    "Seen",
    "Step",
    "Surrogate",
    "Trace",
    "Unfollowed",
    "completeness",
    "fit_surrogates",
    "look",
    "measure",
    "score_again",
    "tell",
    "trace",
]

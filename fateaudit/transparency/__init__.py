"""Transparency: how documented, repeatable, traceable and followable a model is.

What is measured here needs only `predict`: Arrow table of raw columns in, float64 out.
"""

from fateaudit.transparency.documentation import Completeness, Field, completeness, read_schema, shipped_fields
from fateaudit.transparency.measuring import Repeat, Step, Trace, score_again, trace
from fateaudit.transparency.scoring import AT_MOST, METRICS, measure
from fateaudit.transparency.seen import Seen, look
from fateaudit.transparency.surrogates import Surrogate, Unfollowed, fit_surrogates
from fateaudit.transparency.telling import tell

__all__ = [
    "AT_MOST",
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
    "read_schema",
    "score_again",
    "shipped_fields",
    "tell",
    "trace",
]

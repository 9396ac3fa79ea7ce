"""Explainability: attributions to raw columns, and how far they can be believed.

Everything works from `predict` alone: Arrow table of raw columns in, float64 out. Where the model is open, routes
that read it are used too, and nothing is believed before it was held against the model's own output.
"""

from fateaudit.explainability.attributing import EXPLAINERS, Attributions, Means, explain
from fateaudit.explainability.checking import CrossCheck, check_again, check_linear
from fateaudit.explainability.decision_gap import ColumnPart, Decide, DecisionGap, decompose_gap
from fateaudit.explainability.example_cases import ExampleCase, make_cases, table_of
from fateaudit.explainability.fidelity import Fidelity, Score, measure_fidelity
from fateaudit.explainability.game import Game
from fateaudit.explainability.importances import Importance, Importances, explain_enough
from fateaudit.explainability.linear import Unit
from fateaudit.explainability.measuring import (
    LEFT_OUT,
    METRICS,
    NO_MODEL,
    Explained,
    explain_model,
    measure,
    tell,
)
from fateaudit.explainability.reasons import Reasons, give_reasons
from fateaudit.explainability.refusals import Refusal, Unexplained
from fateaudit.explainability.routes import Route
from fateaudit.explainability.stability import Stability, measure_stability

__all__ = [
    "EXPLAINERS",
    "LEFT_OUT",
    "METRICS",
    "NO_MODEL",
    "Attributions",
    "ColumnPart",
    "CrossCheck",
    "Decide",
    "DecisionGap",
    "ExampleCase",
    "Explained",
    "Fidelity",
    "Game",
    "Importance",
    "Importances",
    "Means",
    "Reasons",
    "Refusal",
    "Route",
    "Score",
    "Stability",
    "Unexplained",
    "Unit",
    "check_again",
    "check_linear",
    "decompose_gap",
    "explain",
    "explain_enough",
    "explain_model",
    "give_reasons",
    "make_cases",
    "measure",
    "measure_fidelity",
    "measure_stability",
    "table_of",
    "tell",
]

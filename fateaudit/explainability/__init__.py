"""Explainability: attributions to raw columns, and how far they can be believed.

Everything works from `predict` alone: Arrow table of raw columns in, float64 out. Where the model is open, routes
that read it are used too, and nothing is believed before it was held against the model's own output.
"""

from fateaudit.explainability.attributes import OfAttribute, Share, look_at_attributes, share_of_attributes
from fateaudit.explainability.attributing import EXPLAINERS, Attributions, Means, explain
from fateaudit.explainability.by_group import ByGroup, compare_groups
from fateaudit.explainability.checking import CrossCheck, check_again, check_linear
from fateaudit.explainability.conditional import Curve, Point, draw_curves
from fateaudit.explainability.decision_gap import (
    ColumnPart,
    Decide,
    DecisionGap,
    PairExplained,
    decompose_gap,
    explain_pair,
)
from fateaudit.explainability.example_cases import ExampleCase, make_cases, table_of
from fateaudit.explainability.explained import Explained, explain_model
from fateaudit.explainability.fidelity import Fidelity, Score, measure_fidelity
from fateaudit.explainability.flips import Flips, count_flips
from fateaudit.explainability.game import Game
from fateaudit.explainability.importances import Importance, Importances, explain_enough
from fateaudit.explainability.linear import Unit
from fateaudit.explainability.measuring import (
    BY_ATTRIBUTE,
    LEFT_OUT,
    METRICS,
    NO_MODEL,
    measure,
)
from fateaudit.explainability.moves import Rules
from fateaudit.explainability.proxies import Proxies, Proxy, find_proxies
from fateaudit.explainability.reasons import NOT_A_CAUSE, NUMBERS_NO_CAUSE, Reasons, explain_row, give_reasons
from fateaudit.explainability.recourse import Change, Recourse, Suggestion, find_recourse
from fateaudit.explainability.refusals import Refusal, Unexplained
from fateaudit.explainability.routes import Route
from fateaudit.explainability.scoring import AT_MOST
from fateaudit.explainability.stability import Stability, measure_stability
from fateaudit.explainability.telling import tell
from fateaudit.explainability.texts import text_columns
from fateaudit.explainability.word_ranking import WordRanking, rank_words
from fateaudit.explainability.words import WordValues, explain_words

__all__ = [
    "AT_MOST",
    "BY_ATTRIBUTE",
    "EXPLAINERS",
    "LEFT_OUT",
    "METRICS",
    "NOT_A_CAUSE",
    "NO_MODEL",
    "NUMBERS_NO_CAUSE",
    "Attributions",
    "ByGroup",
    "Change",
    "ColumnPart",
    "CrossCheck",
    "Curve",
    "Decide",
    "DecisionGap",
    "ExampleCase",
    "Explained",
    "Fidelity",
    "Flips",
    "Game",
    "Importance",
    "Importances",
    "Means",
    "OfAttribute",
    "PairExplained",
    "Point",
    "Proxies",
    "Proxy",
    "Reasons",
    "Recourse",
    "Refusal",
    "Route",
    "Rules",
    "Score",
    "Share",
    "Stability",
    "Suggestion",
    "Unexplained",
    "Unit",
    "WordRanking",
    "WordValues",
    "check_again",
    "check_linear",
    "compare_groups",
    "count_flips",
    "decompose_gap",
    "draw_curves",
    "explain",
    "explain_enough",
    "explain_model",
    "explain_pair",
    "explain_row",
    "explain_words",
    "find_proxies",
    "find_recourse",
    "give_reasons",
    "look_at_attributes",
    "make_cases",
    "measure",
    "measure_fidelity",
    "measure_stability",
    "rank_words",
    "share_of_attributes",
    "table_of",
    "tell",
    "text_columns",
]
